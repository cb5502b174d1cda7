"""What can stand for a word that is being typed: verbs, papers, categories, days, settings. From the cache alone.

Each function takes what is asked and gives candidates in the order in which they are shown. Letters count in either
case; a candidate begins with what was typed in every other respect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from coolcli import config, session
from coolcli.cli.verbs import VERBS
from coolcli.settings import ABOUT, KEYS, ORDERS, Settings, is_keys

MOST = 200
"""Recent papers at the most: nobody reads more."""


class Candidate(NamedTuple):
    """A word, and what it is: a title, a name, a line of help."""

    value: str
    about: str = ""


class Asked(NamedTuple):
    """A word that is being typed, and what stands before it."""

    typed: str
    before: tuple[str, ...] = ()
    """The verb's arguments so far, without options."""
    demo: bool = False
    rows: bool = True
    """Whether row numbers help: not where a shell shows no titles with them."""
    verb: str | None = None

    @property
    def listed(self) -> tuple[str, ...]:
        """Give the ids of the list that row numbers mean."""
        shown = session.here(self.paths.sessions, config.now()).shown()
        return shown.ids if shown else ()

    @property
    def paths(self) -> config.Paths:
        """Give the places of this run."""
        places = config.paths()
        if not self.demo:
            return places
        from coolcli.demo import home

        return home.places(places.cache, config.now())

    @property
    def database(self) -> Path:
        """Give the file of the store, which may not be there."""
        return self.paths.database


Completer = Callable[[Asked], Iterable[Candidate]]


def verbs(asked: Asked) -> Iterator[Candidate]:
    """Give the verbs."""
    return _beginning(asked.typed, {name: verb.about for name, verb in VERBS.items()})


def papers(asked: Asked) -> Iterator[Candidate]:
    """Give the papers of the last list, then recent ones."""
    from coolcli.store import recent

    listed = recent.titles(asked.database, asked.listed)
    yield from _rows(asked, listed)
    prefix, letters = _without_prefix(asked.typed)
    others = recent.beginning(asked.database, letters, MOST) if letters else recent.newest(asked.database, MOST)
    yield from _ids(prefix, letters, listed | others)


def starred_papers(asked: Asked) -> Iterator[Candidate]:
    """Give the starred papers."""
    return _marked(asked, "starred")


def read_papers(asked: Asked) -> Iterator[Candidate]:
    """Give the papers that are marked read."""
    return _marked(asked, "read")


def categories(asked: Asked) -> Iterator[Candidate]:
    """Give arXiv's categories and archives; of `cs.AI+cs.L` and `cs.LG,st` the last is completed."""
    from coolcli.arxiv.categories import ARCHIVES, CATEGORIES

    return _categories(asked.typed, dict(sorted((CATEGORIES | ARCHIVES).items())))


def day_and_categories(asked: Asked) -> Iterator[Candidate]:
    """Give days, then categories."""
    return categories(asked) if asked.before else days(asked)


def subscribed_categories(asked: Asked) -> Iterator[Candidate]:
    """Give the categories that are subscribed."""
    from coolcli.arxiv.categories import name_of
    from coolcli.store import recent

    return _categories(asked.typed, {name: name_of(name) or "" for name in recent.subscribed(asked.database)})


def setting_words(asked: Asked) -> Iterator[Candidate]:
    """Give what `cool config` takes: its words, a key, and what that can be; keys.ACTION once begun."""
    keys = {key: about.words for key, about in ABOUT.items()}
    keys |= _keys_settings() if asked.typed[:1].lower() == "k" else {}
    match asked.before:
        case ():
            return _beginning(asked.typed, _CONFIG | keys)
        case ("set",):
            return _beginning(asked.typed, keys)
        case ("unset",):
            return _beginning(asked.typed, {KEYS: "All that was chosen of them."} | keys)
        case ("set", key) if key in ABOUT:
            return _beginning(asked.typed, dict.fromkeys(_values(key), ""))
        case ("set", key, *_) if is_keys(key):
            return _beginning(asked.typed, dict.fromkeys(_free_keys(asked), ""))
    return iter(())


def state_words(asked: Asked) -> Iterator[Candidate]:
    """Give what `cool state` does, and folders for what it writes and takes in."""
    if asked.before in (("export",), ("import",)):
        return folders(asked)
    return iter(()) if asked.before else _beginning(asked.typed, _STATE)


def tags(asked: Asked) -> Iterator[Candidate]:
    """Give the reader's tags."""
    from coolcli.store import recent
    from coolcli.tags import parse

    # What came from another machine may be a tag by name only, and is put into a command line here.
    known = {name: count for name, count in recent.tags(asked.database).items() if parse(name) == name}
    return _beginning(asked.typed, known)


def papers_and_tags(asked: Asked) -> Iterator[Candidate]:
    """Give papers, and once there is one, tags before them."""
    if asked.before:
        yield from tags(asked)
    yield from papers(asked)


def tag_words(asked: Asked) -> Iterator[Candidate]:
    """Give what `cool tags` takes: `rename OLD NEW`, `delete TAG`."""
    if not asked.before:
        return _beginning(asked.typed, _TAGS)
    is_whole = len(asked.before) > {"rename": 2, "delete": 1}.get(asked.before[0], 0)
    return iter(()) if is_whole else tags(asked)


def places(asked: Asked) -> Iterator[Candidate]:
    """Give the places that a paper can be opened in."""
    return _beginning(asked.typed, dict.fromkeys(ABOUT["open.in"].choices, ""))


def query_words(asked: Asked) -> Iterator[Candidate]:
    """Give the fields of a query, and what can stand behind some; saved searches."""
    from coolcli.query import fields
    from coolcli.store import recent

    field, colon, _ = asked.typed.partition(":")
    if not colon:
        yield from _beginning(asked.typed, {f"{name}:": field.takes for name, field in fields.FIELDS.items()})
        yield from _beginning(
            asked.typed, {f"@{name}": query for name, query in recent.searches(asked.database).items()}
        )
        return
    behind: dict[str, dict[str, str]] = {"is": dict.fromkeys(fields.MARKS, "")}
    behind |= dict.fromkeys(("since", "until", "date"), _DAYS)
    name = fields.named(field) or ""
    if name == "cat":
        found = categories(asked._replace(typed=asked.typed.partition(":")[2]))
    elif name == "tag":
        found = tags(asked._replace(typed=asked.typed.partition(":")[2]))
    else:
        found = _beginning(asked.typed.partition(":")[2], behind.get(name, {}))
    yield from (each._replace(value=f"{field}:{each.value}") for each in found)


def query_words_or_none(asked: Asked) -> Iterator[Candidate]:
    """Give what a query can hold; `cool ask -q` takes a question in the reader's own words."""
    if asked.verb != "ask":
        yield from query_words(asked)


def search_names(asked: Asked) -> Iterator[Candidate]:
    """Give the names of the saved searches, with `@` where that was typed."""
    from coolcli.store import recent

    at = "@" if asked.typed.startswith("@") else ""
    known = recent.searches(asked.database)
    return _beginning(asked.typed, {f"{at}{name}": query for name, query in known.items()})


def name_and_query(asked: Asked) -> Iterator[Candidate]:
    """Give the names of saved searches, and behind a name what a query can hold."""
    return query_words(asked) if asked.before else search_names(asked)


def categories_and_searches(asked: Asked) -> Iterator[Candidate]:
    """Give arXiv's categories and archives, and behind `@` the saved searches."""
    return search_names(asked) if asked.typed.startswith("@") else categories(asked)


def watching_rules(asked: Asked) -> Iterator[Candidate]:
    """Give what is watched."""
    return _rules(asked, "watched")


def muting_rules(asked: Asked) -> Iterator[Candidate]:
    """Give what is muted."""
    return _rules(asked, "muted")


def rule_words(asked: Asked) -> Iterator[Candidate]:
    """Give what `cool rules` takes: `test RULE`, `edit N QUERY`, `delete RULE`."""
    if not asked.before:
        return _beginning(asked.typed, _RULES)
    if asked.before[0] == "edit" and len(asked.before) > 1:
        return query_words(asked)
    return chain(_rules(asked), query_words(asked) if asked.before == ("test",) else ())


def days(asked: Asked) -> Iterator[Candidate]:
    """Give words for days."""
    return _beginning(asked.typed, _DAYS)


def types(asked: Asked) -> Iterator[Candidate]:
    """Give types of announcement; of `new,cr` the last is completed."""
    before, comma, _ = asked.typed.rpartition(",")
    return _beginning(asked.typed, dict.fromkeys((f"{before}{comma}{name}" for name in _TYPES), ""))


def bib_words(asked: Asked) -> Iterator[Candidate]:
    """Give what `cool bib` takes: `check FILE`."""
    return _files(asked.typed, ".bib") if asked.before else _beginning(asked.typed, {"check": "Check a .bib file."})


def files(asked: Asked) -> Iterator[Candidate]:
    """Give files and folders."""
    return _files(asked.typed, "")


def folders(asked: Asked) -> Iterator[Candidate]:
    """Give folders."""
    return (found for found in _files(asked.typed, "") if found.value.endswith("/"))


def formats(asked: Asked) -> Iterator[Candidate]:
    """Give the formats of `cool export`; `cool count` takes a text there."""
    from coolcli.export.formats import FORMATS

    return _beginning(asked.typed, dict.fromkeys(FORMATS, "")) if asked.verb == "export" else iter(())


def orders(asked: Asked) -> Iterator[Candidate]:
    """Give the orders that a list can have."""
    return _beginning(asked.typed, dict.fromkeys(ORDERS, ""))


def spans(asked: Asked) -> Iterator[Candidate]:
    """Give spans of time."""
    return _beginning(asked.typed, dict.fromkeys(("90d", "6m", "1y", "2y"), ""))


def nothing(asked: Asked) -> Iterator[Candidate]:
    """Give nothing: a number or a text, which nobody can guess."""
    del asked
    return iter(())


OPTION_VALUES: dict[str, Completer] = {
    "--in": places,
    "--day": days,
    "--since": days,
    "--until": days,
    "--before": days,
    "--category": categories,
    "--type": types,
    "--tag": tags,
    "--to": folders,
    "--format": formats,
    "--output": files,
    "-o": files,
    "--older": spans,
    "--query": query_words,
    "-q": query_words_or_none,
    "--question": nothing,
    "--order": orders,
    "--days": nothing,
    "--wait": nothing,
    "--limit": nothing,
    "-n": nothing,
}
"""Every option that takes a value, and what can stand there."""

_CONFIG = {
    "set": "Change a setting.",
    "unset": "Return a setting to its default.",
    "path": "Print where they live.",
    "ask": "Set up the model of `cool ask`, step by step.",
    KEYS: "Show the keys of `cool triage`.",
}
_TAGS = {"rename": "Rename a tag on all its papers.", "delete": "Take a tag off all its papers."}
_RULES = {
    "test": "Say what a rule or a query would have done on past days.",
    "edit": "Put another query in a rule's place; alone, open all in your editor.",
    "delete": "End a rule.",
}
_STATE = {
    "export": "Write it into a folder.",
    "import": "Take in a folder.",
    "init": "Name a git repository of yours.",
    "push": "Bring the repository and this machine to the same.",
}
_TYPES = ("new", "cross", "replace", "replace-cross", "replaced")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS = dict.fromkeys(("today", "yesterday", "~1", *_WEEKDAYS), "")
_ROW = re.compile(r"((?:\d+[,-])*)(\d*)")


def _rows(asked: Asked, papers: Mapping[str, str]) -> Iterator[Candidate]:
    """Give the rows of the last list that are such papers and whose number, the last of `1,4`, begins as typed."""
    match = _ROW.fullmatch(asked.typed)
    if asked.rows and asked.typed and match:
        first = int(before) if match[1].endswith("-") and (before := match[1].rstrip("-").rpartition(",")[2]) else 0
        for number, paper_id in enumerate(asked.listed, 1):
            if paper_id in papers and number >= first and str(number).startswith(match[2]):
                yield Candidate(f"{match[1]}{number}", papers[paper_id])


def _rules(asked: Asked, effect: str | None = None) -> Iterator[Candidate]:
    """Give rules: by their numbers where a shell shows what they are, else by their queries."""
    from coolcli.store import recent

    for number, (of, query) in enumerate(recent.rules(asked.database), 1):
        value = str(number) if asked.rows else query
        if effect in (None, of) and value.lower().startswith(asked.typed.lower()):
            yield Candidate(value, query)


def _without_prefix(typed: str) -> tuple[str, str]:
    """Cut off `arXiv:`; ids are of small letters."""
    match = re.match(r"arxiv:", typed, re.IGNORECASE)
    cut = match.end() if match else 0
    return typed[:cut], typed[cut:].lower()


def _ids(prefix: str, letters: str, papers: Mapping[str, str]) -> Iterator[Candidate]:
    return (Candidate(prefix + name, title) for name, title in papers.items() if name.startswith(letters))


def _marked(asked: Asked, field: str) -> Iterator[Candidate]:
    from coolcli.store import recent

    yield from _rows(asked, recent.titles(asked.database, asked.listed, field))
    prefix, letters = _without_prefix(asked.typed)
    yield from _ids(prefix, letters, recent.marked(asked.database, field, letters, MOST))


def _categories(typed: str, names: Mapping[str, str]) -> Iterator[Candidate]:
    """Complete the last category of an expression: its longest end with which one begins (`cond-mat` has a hyphen)."""
    separated = max(typed.rfind(","), typed.rfind("+")) + 1
    hyphens = (place for place, letter in enumerate(typed) if letter == "-" and place >= separated)
    for start in (separated, *(hyphen + 1 for hyphen in hyphens)):
        found = list(_beginning(typed[start:], names))
        if found:
            return (candidate._replace(value=typed[:start] + candidate.value) for candidate in found)
    return iter(())


def _values(key: str) -> tuple[str, ...]:
    default = Settings._field_defaults[ABOUT[key].name]
    return ("true", "false") if isinstance(default, bool) else ABOUT[key].choices


def _keys_settings() -> dict[str, str]:
    from coolcli.triage.actions import ACTIONS

    return {f"{KEYS}.{name}": action.about.replace(" in {place}", "") for name, action in ACTIONS.items()}


def _free_keys(asked: Asked) -> list[str]:
    """Give the keys with names that no action has."""
    from coolcli.triage.actions import NAMED_KEYS

    used = {key for keys in config.keys_as_can_be(asked.paths.settings)[0].values() for key in keys}
    return [key for key in NAMED_KEYS if key not in used]


def _files(typed: str, suffix: str) -> Iterator[Candidate]:
    """Give the files of such a name, and the folders, that are where the word points."""
    folder, slash, name = typed.rpartition("/")
    place = Path(folder or slash or ".").expanduser()
    for found in sorted(place.iterdir()) if place.is_dir() else ():
        end = "/" if found.is_dir() else ""
        is_hidden = found.name.startswith(".") and not name
        if found.name.startswith(name) and not is_hidden and (end or found.suffix == suffix or not suffix):
            yield Candidate(f"{folder}{slash}{found.name}{end}")


def _beginning(typed: str, words: Mapping[str, str]) -> Iterator[Candidate]:
    return (Candidate(word, about) for word, about in words.items() if word.lower().startswith(typed.lower()))
