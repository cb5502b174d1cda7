"""cool: go through the day's arXiv announcement in the terminal."""

__version__ = "0.1.0"
