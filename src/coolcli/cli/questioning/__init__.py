"""What `cool ask` is made of: a paper's text, a conversation about it, and how a model is set up."""
