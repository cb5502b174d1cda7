"""All that knows SQLite: one file that holds arXiv's data and, apart from it, the reader's.

`database` opens the file and wraps what can fail; `schema` holds the tables; `papers` and `listings` keep what arXiv
said, `events` what the reader did; `select` answers every list.
"""
