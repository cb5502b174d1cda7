"""Papers as other programs read them, and bibliographies that a reader brings.

    Row -> reference (what a citation says) -> one format's writer -> text
    .bib file -> bibfile (every span of it) -> citations (the papers in it) -> appending, checking -> the file, edited

Nothing here asks arXiv, touches a file or prints.
"""
