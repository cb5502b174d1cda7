"""All that knows how things look: rich tables and papers on a terminal, tab-separated lines in a pipe, JSON.

Rendering asks nobody: it takes what is to be shown, and gives it to a screen.
"""
