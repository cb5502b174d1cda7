"""What is compared: each row of the table, its bound, and how its two sides are measured once."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks import catching_up, children, lists, material
from benchmarks.children import BrokenRunError
from benchmarks.server import serve
from coolcli.ask.questions import SIX
from coolcli.models import Filter
from coolcli.store import answers, backlog, events, index, select
from coolcli.store.database import Database
from coolcli.store.holding import holding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmarks.server import Arxiv

CACHED = 250
FED = 750
MANY = 100_000
_TODAY = ["today", material.CATEGORY]
_SHOWN = [*_TODAY, "--no-pager"]


@dataclass(frozen=True)
class Row:
    """A comparison: two measurements in seconds, and how many times the second the first may be."""

    name: str
    about: str
    against: str
    clock: str
    bound: float
    measured: Callable[[], float]
    reference: Callable[[], float]


@contextmanager
def prepared(feed_seconds: float) -> Iterator[list[Row]]:
    """Make the day, the server and the cache, and give the rows that are measured with them."""
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(TemporaryDirectory(prefix="cool-benchmarks-")))
        cached = material.day(CACHED)
        arxiv = stack.enter_context(serve(cached))
        env = children.environment(scratch / "cached", arxiv.address)
        Path(env["HOME"]).mkdir()
        _has_all(children.run([*children.cool(), *_TODAY], env, terminal=False), cached)
        fed = material.day(FED)
        feeding = stack.enter_context(serve(fed, feed_seconds))
        many = _Many(scratch / "many", arxiv.address)
        (scratch / "away").mkdir()
        caught = stack.enter_context(catching_up.away(scratch / "away"))
        yield [*_warm(env, cached), *_Feed(scratch, feeding, fed).rows(), *many.rows(env, cached), _catch_up(caught)]


def _warm(env: dict[str, str], items: Sequence[material.Item]) -> Iterator[Row]:
    """Give the rows of commands that need no network."""
    database = str(Path(env["COOL_HOME"]) / "data" / "cool.db")
    today, bare = f"`cool today`, {len(items)} cached papers", "a bare Typer, sqlite3 and rich script"

    def cpu(command: Sequence[str], *, shows: bool = True, terminal: bool = False) -> Callable[[], float]:
        def once() -> float:
            run = children.run(command, env, terminal=terminal)
            if shows:
                _has_all(run, items)
            return run.cpu

        return once

    noop = cpu([*children.script("noop"), "nothing"], shows=False)
    bare_table = cpu([*children.script("bare_table"), database, material.CATEGORY, material.DAY], terminal=True)
    version = cpu([*children.cool(), "--version"], shows=False)
    yield Row("version", "`cool --version`", "no-op", "CPU", 1.25, version, noop)
    yield Row("today-piped", f"{today}, piped", "no-op", "CPU", 1.5, cpu([*children.cool(), *_TODAY]), noop)
    shown = cpu([*children.cool(), *_SHOWN], terminal=True)
    yield Row("today-terminal", f"{today}, on a terminal", bare, "CPU", 1.2, shown, bare_table)
    yield _own_order(env, items)
    yield _answers(env, items[0], noop)
    yield from _completions(env, items, noop)


def _own_order(env: Mapping[str, str], items: Sequence[material.Item]) -> Row:
    """Give the row of a day in the reader's own order, learned anew each time, against the same in arXiv's.

    A tenth of the day is starred, half of it was let pass.
    """
    home = Path(env["COOL_HOME"])
    own = {**env, "COOL_HOME": str(home.with_name("own-order"))}
    file = Path(own["COOL_HOME"]) / "data" / "cool.db"

    def shown(*more: str) -> float:
        if not file.exists():
            shutil.copytree(home, own["COOL_HOME"])
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute("DELETE FROM learned")
            if not connection.execute("SELECT 1 FROM marks WHERE field = 'starred'").fetchone():
                _star_and_read(connection, [item.id for item in items])
        run = children.run([*children.cool(), *_SHOWN, *more], own, terminal=True)
        _has_all(run, items)
        if more and b"in your own order" not in run.output:
            raise BrokenRunError("`cool today --order mine` was in arXiv's order.")
        return run.cpu

    about = f"`cool today --order mine`, {len(items)} cached papers, learned anew"
    return Row("own-order", about, "the same in arXiv's order", "CPU", 2.0, lambda: shown("--order", "mine"), shown)


def _answers(env: Mapping[str, str], item: material.Item, noop: Callable[[], float]) -> Row:
    """Give the row of six answers that are kept: a parser of Markdown is imported, so that no link of theirs is one."""
    asking = {**env, "COOL_ASK_BASE_URL": "http://127.0.0.1:9/v1", "COOL_ASK_MODEL": "kept"}
    file = Path(env["COOL_HOME"]) / "data" / "cool.db"
    now = datetime.fromisoformat(material.NOON)

    def once() -> float:
        with closing(sqlite3.connect(file)) as connection, connection:
            version = connection.execute("SELECT version FROM papers WHERE id = ?", (item.id,)).fetchone()[0]
            connection.row_factory = sqlite3.Row
            if not answers.of_paper(connection, item.id, version, "kept", "English"):
                for name in SIX:
                    of = (None, item.id, version, "kept", "English", name)
                    answers.save(connection, answers.Answer(*of, item.abstract, "html", (), "whole", now, None))
        run = children.run([*children.cool(), "ask", item.id], asking, terminal=False)
        if run.output.count(b"\n## ") != len(SIX):
            raise BrokenRunError(f"`cool ask {item.id}` showed other than six answers.")
        return run.cpu

    return Row("answers", "`cool ask`, six kept answers, piped", "no-op", "CPU", 2.0, once, noop)


def _star_and_read(connection: sqlite3.Connection, ids: Sequence[str]) -> None:
    now = datetime.fromisoformat(material.NOON)
    connection.create_function("holding", 1, holding, deterministic=True)
    stars = [events.mark("starred", name, now) for name in ids[::10]]
    events.record(connection, "done", [*stars, *(events.mark("read", name, now) for name in ids[1::2])], now)


def _completions(env: Mapping[str, str], items: Sequence[material.Item], noop: Callable[[], float]) -> Iterator[Row]:
    """Give the rows of what a reader waits for at TAB: ids with titles, categories, and options, which load a verb."""
    ids = [item.id for item in items]
    for name, shell, line, expected, bound in (
        ("bash", "bash", "cool star 26", ids, 1.25),
        ("categories", "bash", "cool today cs.", ["cs.AI", "cs.LG"], 1.25),
        ("options", "bash", "cool today --", ["--new", "--refresh"], 1.25),
        ("zsh", "zsh", "cool star 26", ids, 2.4),
        ("fish", "fish", "cool star 26", ids, 2.4),
    ):
        about = f"`{line}` and TAB in {shell}, {len(items)} cached papers"
        yield Row(f"completion-{name}", about, "no-op", "CPU", bound, _answered(env, shell, line, expected), noop)


def _answered(env: Mapping[str, str], shell: str, line: str, expected: Sequence[str]) -> Callable[[], float]:
    words = line.split(" ")
    request = {
        "_COOL_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": line,
        "COMP_WORDS": "\n".join(words),
        "COMP_CWORD": str(len(words) - 1),
    }

    def once() -> float:
        run = children.run(children.cool(), {**env, **request}, terminal=False)
        missing = [value for value in expected if value.encode() not in run.output]
        if missing:
            raise BrokenRunError(f"{len(missing)} of {len(expected)} were not offered for `{line}`: {missing[0]}…")
        return run.cpu

    return once


class _Many:
    """The rows of many papers. Their home is made when one is measured first: that takes a minute."""

    def __init__(self, home: Path, address: str) -> None:
        self._env = children.environment(home, address)

    def rows(self, warm: Mapping[str, str], items: Sequence[material.Item]) -> Iterator[Row]:
        """Give the rows: a number for a prompt, and a search against the warm list of a day in another home."""
        cached = f"{MANY:,} cached papers"
        yield Row("count", f"`cool count`, {cached}", "no-op", "CPU", 1.5, self._count, self._noop)

        def today() -> float:
            run = children.run([*children.cool(), *_SHOWN], warm, terminal=True)
            _has_all(run, items)
            return run.cpu

        against = f"`cool today`, {len(items)} cached papers, both on a terminal"
        yield Row("search", f"`cool search` of two words, {cached}", against, "CPU", 1.5, self._search, today)

    @cached_property
    def _papers(self) -> str:
        """Cache papers, and give how many are unread."""
        database = Database(Path(self._env["COOL_HOME"]) / "data" / "cool.db")
        backlog.define(database, backlog.DEFAULT_TYPES)
        lists.filled(database, MANY)
        index.catch_up(database)
        with database.read() as connection:
            unread = select.count(connection, Filter(unread=True))
        database.close()
        return f"{unread}\n"

    def _count(self) -> float:
        expected = self._papers
        run = children.run([*children.cool(), "count"], self._env, terminal=False)
        if run.output != expected.encode():
            raise BrokenRunError(f"`cool count` said {run.output!r}, not {expected!r}.")
        return run.cpu

    def _search(self) -> float:
        assert self._papers  # which makes the home
        words = [word for word in material.day(lists.A_DAY)[0].title.split() if word.isalpha()][:2]
        run = children.run([*children.cool(), "search", *words, "--no-pager"], self._env, terminal=True)
        if b" shown (" not in run.output:
            raise BrokenRunError(f"`cool search {' '.join(words)}` found no more than a screen: {run.output[-200:]!r}")
        return run.cpu

    def _noop(self) -> float:
        return children.run([*children.script("noop"), "nothing"], self._env, terminal=False).cpu


def _catch_up(caught: catching_up.CatchUp) -> Row:
    """Give the row of the days that a reader was away."""
    about = f"`cool catchup` of {catching_up.AWAY} days of {catching_up.PER_DAY} papers"
    return Row("catchup", about, "parsing its pages", "CPU", 2.0, caught.caught_up, caught.parsed)


class _Feed:
    """The rows of a feed that arrives: each run begins without any data, so that the feed is asked for."""

    def __init__(self, scratch: Path, server: Arxiv, items: Sequence[material.Item]) -> None:
        self._scratch = scratch
        self._server = server
        self._items = items
        self._numbers = itertools.count()
        self._file = scratch / "feed.xml"
        self._file.write_bytes(server.feed)

    def rows(self) -> Iterator[Row]:
        """Give the first row on a terminal and the last in a pipe, both against a parse alone."""
        fed, parse = f"from the last byte of a feed of {len(self._items)}", "`feedparser.parse` of it"
        yield Row("first-row", f"{fed}: first row on a terminal", parse, "wall", 1.2, self._first_row, self._parse)
        yield Row("last-row", f"{fed}: all rows piped", parse, "wall", 1.5, self._last_row, self._parse)

    def _first_row(self) -> float:
        return self._seconds(_SHOWN, self._items[0], terminal=True)

    def _last_row(self) -> float:
        return self._seconds(_TODAY, self._items[-1], terminal=False)

    def _seconds(self, arguments: Sequence[str], awaited: material.Item, *, terminal: bool) -> float:
        home = self._scratch / f"fed-{next(self._numbers)}"
        home.mkdir()
        env = children.environment(home, self._server.address)
        run = children.run([*children.cool(), *arguments], env, terminal=terminal)
        _has_all(run, self._items)
        return run.arrival(awaited.id) - self._server.last_byte

    def _parse(self) -> float:
        env = children.environment(self._scratch, self._server.address)
        run = children.run([*children.script("feedparser_alone"), str(self._file)], env, terminal=False)
        seconds, found = run.output.split()
        if int(found) != len(self._items):
            raise BrokenRunError(f"feedparser found {int(found)} of {len(self._items)} items.")
        return float(seconds)


def _has_all(run: children.Run, items: Sequence[material.Item]) -> None:
    missing = [item.id for item in items if item.id.encode() not in run.output]
    if missing:
        raise BrokenRunError(f"{len(missing)} of {len(items)} papers were not shown: {', '.join(missing[:3])}…")
