"""`cool triage`: unread papers one after the other, in a full screen or as prompts; both do the same to the same pile.

verb       options -> scope -> sitting -> the screen (coolcli.tui) or prompts (plain)
scope      which papers: the unread of the reader's categories, or what is not read of a listing
sitting    where the reader is, and what they do: each at once in the store, all of it one change for `cool undo`
deeds      what leaves the store: browser, clipboard, PDF
fetching   what is asked of arXiv meanwhile
questions  what is asked of the reader's model meanwhile, or answered in words
"""
