"""All that knows arXiv: ids, categories, the calendar, the client, and a parser for each of its formats."""
