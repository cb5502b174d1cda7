"""The query language of searches, lists, rules and saved searches: what is typed, and what is meant by it."""
