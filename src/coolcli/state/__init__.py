"""The reader's state as plain text: events as JSON Lines, in a folder or in a git repository of the reader's own."""
