"""The settings as a table: what each is called, its default, what it is for, and what it may be where that is a choice.

Nothing is read here: `coolcli.allowed` says what any value may be, `coolcli.config` where values come from.
"""

from __future__ import annotations

import re
from typing import NamedTuple

ARXIV_INTERVAL = 3.0
"""Seconds between two requests that arXiv asks for (arxiv-endpoints.md, "Manners")."""
SITE_INTERVAL = 15.0
"""Seconds between two pages of arXiv's site for what runs through many of them, as its robots.txt asks."""

KEY_VARIABLE = "COOL_ASK_API_KEY"
"""The environment variable that may hold the key of the reader's model. It is no setting: no file ever holds it."""


class Settings(NamedTuple):
    """Every setting with its value; what each is for is in ABOUT."""

    open_in: str = "papers.cool"
    open_confirm: int = 10
    pdf_folder: str = "~/Papers"
    pdf_name: str = "{year}-{first_author}-{title}"
    bib_key: str = "{author}{year}{word}"
    list_limit: int = 50
    list_order: str = "arxiv"
    list_abstracts: bool = False
    list_links: str = "auto"
    backlog_types: str = "new,cross"
    arxiv_contact: str = ""
    arxiv_interval: float = ARXIV_INTERVAL
    arxiv_feed_url: str = "https://rss.arxiv.org"
    arxiv_site_url: str = "https://arxiv.org"
    arxiv_api_url: str = "https://export.arxiv.org/api/query"
    arxiv_oai_url: str = "https://oaipmh.arxiv.org/oai"
    papers_cool_url: str = "https://papers.cool"
    network_budget: float = 20.0
    network_max_mb: int = 64
    triage_mark_read: bool = True
    triage_theme: str = "auto"
    ask_base_url: str = ""
    ask_model: str = ""
    ask_key_command: str = ""
    ask_language: str = "English"
    ask_window: int = 32_000
    ask_patience: float = 120.0

    @property
    def backlog(self) -> tuple[str, ...]:
        """Give the announcement types that enter the unread."""
        return tuple(self.backlog_types.replace(",", " ").split())


class About(NamedTuple):
    """What a setting is called as a field, what it is for, and what it may be where that is a choice."""

    name: str
    words: str
    choices: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """What may stand in braces where it is a template (or, with choices, may be one besides)."""


PLACES = ("papers.cool", "abs", "pdf", "html", "alphaxiv", "scirate", "huggingface", "semanticscholar")
"""Where a paper can be opened, by name."""

ORDERS = ("arxiv", "mine", "new-first")
"""In which order a day can come."""

ABOUT: dict[str, About] = {
    "open.in": About(
        "open_in",
        "where `cool open` opens a paper: a name, or an address such as https://example.org/{id}v{version}",
        PLACES,
        ("id", "version"),
    ),
    "open.confirm": About("open_confirm", "ask before opening more pages than this at once"),
    "pdf.folder": About("pdf_folder", "where `cool pdf` keeps papers"),
    "pdf.name": About(
        "pdf_name",
        "what it calls a file, without .pdf",
        names=("id", "version", "year", "first_author", "authors", "title", "category"),
    ),
    "bib.key": About(
        "bib_key",
        "the keys of `cool export`",
        names=("author", "authors", "year", "yy", "word", "title", "id", "category"),
    ),
    "list.limit": About("list_limit", "rows of a list that is not a day; 0 for all"),
    "list.order": About("list_order", "the order of listings and lists, each day by itself", ORDERS),
    "list.abstracts": About("list_abstracts", "show abstracts in every listing"),
    "list.links": About("list_links", "ids as links in the terminal", ("auto", "always", "never")),
    "backlog.types": About(
        "backlog_types", "announcement types that enter the unread: new, cross, replace, replace-cross"
    ),
    "arxiv.contact": About("arxiv_contact", "an e-mail address for arXiv, sent in the User-Agent"),
    "arxiv.interval": About("arxiv_interval", "seconds between two requests"),
    "arxiv.feed_url": About("arxiv_feed_url", "where arXiv's feeds are"),
    "arxiv.site_url": About("arxiv_site_url", "where arXiv's pages are"),
    "arxiv.api_url": About("arxiv_api_url", "where arXiv's API is"),
    "arxiv.oai_url": About("arxiv_oai_url", "where arXiv's OAI-PMH is"),
    "papers_cool.url": About("papers_cool_url", "where papers.cool is"),
    "network.budget": About("network_budget", "seconds a command waits for answers in all"),
    "network.max_mb": About("network_max_mb", "the largest answer that is read, in megabytes"),
    "triage.mark_read": About("triage_mark_read", "going past a paper in the triage screen marks it as read"),
    "triage.theme": About(
        "triage_theme", "colours of the triage screen; auto takes the terminal's own", ("auto", "light", "dark")
    ),
    "ask.base_url": About(
        "ask_base_url", "where the model of `cool ask` is, such as https://api.moonshot.ai/v1; see `cool config ask`"
    ),
    "ask.model": About("ask_model", "what the server calls that model"),
    "ask.key_command": About(
        "ask_key_command", f"a command that prints the key, such as pass show kimi; {KEY_VARIABLE} counts before it"
    ),
    "ask.language": About("ask_language", "the language of answers"),
    "ask.window": About("ask_window", "tokens that the model takes at once: the paper, the questions and the answers"),
    "ask.patience": About("ask_patience", "seconds that the next piece of an answer is waited for"),
}
"""Every setting by its key, but for the keys of the triage screen."""

KEYS = "keys"
"""The table of the settings `keys.ACTION`: only what asks for keys reads them, and fails where they are wrong."""


def is_keys(key: str) -> bool:
    """Tell whether a setting is about the keys of the triage screen."""
    return key.partition(".")[0] == KEYS


def variable(key: str) -> str:
    """Give the environment variable of a setting: `open.in` is COOL_OPEN_IN, `keys.next-day` COOL_KEYS_NEXT_DAY."""
    return "COOL_" + re.sub(r"[.-]", "_", key.upper())


def shown(value: object) -> str:
    """Write a value as `config set` takes it."""
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
