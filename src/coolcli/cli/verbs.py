"""The verbs' names: where each lives, what it is for in a line, what it takes. Costs a start nothing.

A verb's module is imported when the verb is called, and not before: help, completion and "did you mean" know it from
here.
"""

from typing import NamedTuple


class Verb(NamedTuple):
    """Where a verb lives, and what is said of it where it is not called."""

    module: str
    function: str
    about: str
    takes: str | None = None
    """What stands for its arguments in completion: a function of coolcli.cli.candidates. None: nothing does."""


VERBS: dict[str, Verb] = {
    "today": Verb("listing", "today", "Show the day's announcement.", "categories"),
    "day": Verb("listing", "day", "Show the announcement of a past day.", "day_and_categories"),
    "catchup": Verb("catchup", "catchup", "Fetch the listings of all days that you missed.", "categories"),
    "next": Verb("sitting", "next_page", "Show the next unread papers; the page before becomes read."),
    "triage": Verb("triage", "triage", "Go through the unread papers in a full screen.", "categories"),
    "list": Verb("lists", "list_papers", "List what is cached, through filters.", "categories_and_searches"),
    "search": Verb("search", "search", "Search all that is cached, or arXiv.", "query_words"),
    "save": Verb("saving", "save", "Save a search under a name; alone, list yours.", "name_and_query"),
    "unsave": Verb("saving", "unsave", "Forget saved searches.", "search_names"),
    "watch": Verb("rules", "watch", "Let papers stand out in every list; alone, list what does.", "query_words"),
    "unwatch": Verb("rules", "unwatch", "Watch something no longer.", "watching_rules"),
    "mute": Verb("rules", "mute", "Take papers out of sight, counted; alone, list what is.", "query_words"),
    "unmute": Verb("rules", "unmute", "Mute something no longer.", "muting_rules"),
    "rules": Verb("rules", "manage", "List, test, edit and delete what you watch and mute.", "rule_words"),
    "show": Verb("show", "show", "Show papers whole: title, authors, abstract, links.", "papers"),
    "read": Verb("show", "show", "The same as show.", "papers"),
    "star": Verb("marks", "star", "Star papers.", "papers"),
    "unstar": Verb("marks", "unstar", "Take stars away.", "starred_papers"),
    "tag": Verb("tagging", "tag", "Tag papers.", "papers_and_tags"),
    "untag": Verb("tagging", "untag", "Take tags off papers.", "papers_and_tags"),
    "tags": Verb("tagging", "tags", "List your tags, or rename one.", "tag_words"),
    "note": Verb("noting", "note", "Write a note on a paper.", "papers"),
    "export": Verb("export", "export", "Export papers for other programs: BibTeX, RIS, CSL-JSON, CSV.", "papers"),
    "bib": Verb("bib", "bib", "Check the preprints in a bibliography of yours.", "bib_words"),
    "share": Verb("share", "share", "Print papers with one link, ready to paste into a chat.", "papers"),
    "diff": Verb("diff", "diff", "Show what changed since the version that you starred.", "starred_papers"),
    "stars": Verb("stars", "stars", "List the starred papers, newest first.", "categories"),
    "done": Verb("marks", "done", "Mark papers as read; alone, the rows shown last.", "papers"),
    "undone": Verb("marks", "undone", "Mark papers as unread.", "read_papers"),
    "open": Verb("opening", "open_papers", "Open papers in papers.cool, or elsewhere.", "papers"),
    "pdf": Verb("pdf", "pdf", "Download papers as PDF into your papers folder.", "papers"),
    "ask": Verb("ask", "ask", "Ask a language model of yours what papers say.", "papers"),
    "related": Verb("related", "related", "List the cached papers nearest to one.", "papers"),
    "why": Verb("why", "why", "Say why a paper stands where it does in your own order.", "papers"),
    "count": Verb("count", "count", "Print how many papers are unread, for a prompt.", "categories"),
    "stats": Verb("stats", "stats", "Draw what was announced and what you read."),
    "undo": Verb("undo", "undo", "Take back the last change."),
    "subscribe": Verb("subscriptions", "subscribe", "Follow categories; alone, list those you follow.", "categories"),
    "unsubscribe": Verb("subscriptions", "unsubscribe", "Stop following categories.", "subscribed_categories"),
    "categories": Verb("subscriptions", "categories", "List and search arXiv's categories.", "categories"),
    "sync": Verb("sync", "sync", "Fetch all that is new and missing: for cron or a timer."),
    "state": Verb("state", "state", "What you did, as text and on all your machines.", "state_words"),
    "audit": Verb("audit", "audit", "Prove that no announced paper is missing here.", "categories"),
    "prune": Verb("prune", "prune", "Free space: details of old papers that you read and did not keep."),
    "config": Verb("settings", "config", "Show the settings and change them.", "setting_words"),
    "doctor": Verb("doctor", "doctor", "Say what is configured, and what is wrong: for a bug report."),
}
"""Every verb, in the order in which a reader meets them."""
