"""Asking a language model about a paper.

    a paper -> Document: its text by sections (arXiv's HTML version, else its PDF, else the abstract)
            -> fitted into the model's window (document) -> the messages of a conversation (questions)
            -> the reader's own server (model), with the reader's own key (key) -> pieces of an answer, as they come

Nothing here knows a terminal, the database, or arXiv's addresses. The paper's text is data: the model is given no
tools, and what it answers is text, cleaned of all that a terminal would obey.
"""
