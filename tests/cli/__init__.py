"""The real program as a reader meets it: a process with its own home, against a simulated arXiv on loopback."""
