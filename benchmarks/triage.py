"""`python -m benchmarks.triage`: how soon the triage screen is there, how soon a key is seen, how much memory it takes.

The papers are invented: 250 a day in one category, all unread. Every run is on a real terminal, and what counts is when
the last byte of what is awaited was written. A key is pressed when nothing has been written for a moment, a letter of
a search when the one before was seen.
"""

from __future__ import annotations

import platform
import re
import sys
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from random import Random
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from benchmarks import arguments, children, material
from benchmarks.__main__ import line, measure
from benchmarks.children import BrokenRunError
from benchmarks.rows import Row
from benchmarks.screens import Screen
from coolcli.models import Entry, Filter, Listing, Paper
from coolcli.store import backlog, events, index, listings, unread
from coolcli.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from coolcli.models import AnnounceType

FEW, MANY = 2_000, 20_000
A_DAY = 250
NOW = datetime.fromisoformat(material.NOON)
PAINT_BOUND = 1.4
"""How many times the first paint of an empty screen that of the papers may take."""
KEY_BOUND = 0.030
"""Seconds from a key to its paint, of 95 of 100 keys."""
MEMORY_BOUND = 150e6
"""Bytes at once."""
QUIET = 0.03
"""Seconds without a byte after which the next key is pressed."""
_PLACE = re.compile(r"  ([\d,]+)/([\d,]+) · ")
_NOWHERE = "-zqx "
"""What a search begins with: it leaves all papers, and stands in none, so that what is typed can be told from them."""


class Papers(NamedTuple):
    """A home with unread papers."""

    env: Mapping[str, str]
    ids: Sequence[str]
    """In the order in which they are gone through."""
    title: str
    """How the title of the first one begins."""


class Timed(NamedTuple):
    """What keys took from being pressed to being seen, in seconds."""

    about: str
    times: Sequence[float]
    is_bound: bool = True


def main() -> int:
    """Make the papers, measure, and tell whether a bound was exceeded where that is asked."""
    runs, keys = (15, "pairs of runs of a first paint"), (200, "how often `j` is pressed")
    options = arguments.parser("triage", __doc__, checks=True, runs=runs, keys=keys).parse_args()
    print(f"Python {platform.python_version()}, {platform.platform()}, Textual {version('textual')}")
    try:
        with TemporaryDirectory(prefix="cool-benchmarks-") as folder:
            few, many = (_home(Path(folder) / str(count), count) for count in (FEW, MANY))
            holds = [_paints(few, options.runs), _memory(many), _keys((few, many), options.keys)]
    except BrokenRunError as error:
        sys.exit(f"benchmarks: {error}")
    return 1 if options.check and not all(holds) else 0


# The first paint.


def _paints(papers: Papers, runs: int) -> bool:
    print(f"\n{runs} interleaved runs of each pair, after one that is not counted.")
    print("\n| name | what | against | clock | ms | ms against | ratio | quartiles | bound | holds |")
    print("|---|---|---|---|--:|--:|--:|--:|--:|---|")
    holds = True
    for clock in ("wall", "CPU"):
        row = Row(
            "triage",
            f"`cool triage` until {len(papers.ids):,} papers are seen",
            "an empty Textual program",
            clock,
            PAINT_BOUND,
            partial(_first_paint, papers, clock),
            partial(_empty_paint, papers, clock),
        )
        result = measure(row, runs)
        holds &= result.ratio <= PAINT_BOUND
        print(line(row, result), flush=True)
    return holds


def _first_paint(papers: Papers, clock: str) -> float:
    """See the first paper in the list and beside it, and the keys at the bottom."""
    return _painted(_triage(papers), clock, papers.title, f"arXiv:{papers.ids[0]}", "help")


def _empty_paint(papers: Papers, clock: str) -> float:
    return _painted(Screen(children.script("empty_screen"), papers.env), clock, "ready")


def _painted(screen: Screen, clock: str, *awaited: str) -> float:
    with screen:
        seconds = screen.until(*awaited)
    return screen.cpu if clock == "CPU" else seconds


def _triage(papers: Papers) -> Screen:
    return Screen([*children.cool(), "triage"], papers.env)


# Keys.


def _keys(homes: Sequence[Papers], count: int) -> bool:
    print("\n| key | papers | times | median ms | 95 % ms | most ms | bound | holds |")
    print("|---|--:|--:|--:|--:|--:|--:|---|")
    _told(_in_nothing(homes[0], count), 0)
    holds = True
    for papers in homes:
        with _triage(papers) as screen:
            screen.until(papers.title, "help")
            screen.settle(0.5)  # what is begun after the first paint is over
            for timed in _pressed(screen, papers, count):
                holds &= _told(timed, len(papers.ids))
    return holds


def _in_nothing(papers: Papers, count: int) -> Timed:
    """Press keys in an empty program: what Textual and the machine take by themselves."""
    with Screen(children.script("empty_screen"), papers.env) as screen:
        screen.until("ready")
        screen.settle(0.5)
        times = [_seconds(screen, "j", f"ready {number}.") for number in range(1, count + 1)]
    return Timed("any key, in an empty Textual program", times, is_bound=False)


def _told(timed: Timed, papers: int) -> bool:
    """Print a row, and tell whether its bound holds."""
    late = quantiles(timed.times, n=20, method="inclusive")[-1]
    verdict = f"{KEY_BOUND * 1000:.0f} | {'yes' if late <= KEY_BOUND else 'NO'}" if timed.is_bound else "- | -"
    times = f"{median(timed.times) * 1000:.1f} | {late * 1000:.1f} | {max(timed.times) * 1000:.1f}"
    print(f"| {timed.about} | {papers:,} | {len(timed.times)} | {times} | {verdict} |", flush=True)
    return not timed.is_bound or late <= KEY_BOUND


def _pressed(screen: Screen, papers: Papers, count: int) -> Iterator[Timed]:
    """Press every key that a sitting is made of."""
    ids, some = papers.ids, count // 4
    back = range(count - 1, count - some - 1, -1)
    yield Timed("`j`, the next paper", [_at(screen, ids, "j", place) for place in range(1, count + 1)])
    yield Timed("`k`, the one before", [_at(screen, ids, "k", place) for place in back])
    yield Timed("`n`, the next unread", [_at(screen, ids, "n", place) for place in range(count, count + some)])
    yield Timed("`s`, a star", [_starred(screen, starred=number % 2 == 0) for number in range(some)])
    yield Timed("`r`, read or not", [_read(screen, read=number % 2 == 0) for number in range(some)])
    ends = [("G", len(ids) - 1), ("g", 0)] * (some // 2)
    yield Timed("`G` and `g`, last and first", [_at(screen, ids, *end) for end in ends])
    yield Timed("page down", [_anywhere(screen, ids, "\x1b[6~") for _ in range(some)])
    yield Timed("a letter of a search", [seconds for word in _words(some // 8) for seconds in _typed(screen, word)])
    found = [_found(screen, letter, len(ids)) for letter in "bcdfghkl"]
    yield Timed("a first letter: what fits", found, is_bound=False)


def _at(screen: Screen, ids: Sequence[str], key: str, place: int) -> float:
    """Press a key that leads to a place; it is seen in the bar and beside the list."""
    return _seconds(screen, key, f" {place + 1:,}/{len(ids):,}", f"arXiv:{ids[place]}")


def _starred(screen: Screen, *, starred: bool) -> float:
    return _seconds(screen, "s", "Starred" if starred else "Unstarred", " starred")


def _read(screen: Screen, *, read: bool) -> float:
    return _seconds(screen, "r", f"as {'read' if read else 'unread'}")


def _seconds(screen: Screen, key: str, *awaited: str) -> float:
    screen.settle(QUIET)
    screen.press(key)
    return screen.until(*awaited)


def _anywhere(screen: Screen, ids: Sequence[str], key: str, *, quiet: float = QUIET) -> float:
    """Press a key that leads some papers on: the one beside the list is that which the bar names the place of."""

    def follows(text: str) -> bool:
        places = [int(found[1].replace(",", "")) for found in _PLACE.finditer(text)]
        return any(f"arXiv:{ids[place - 1]}" in text for place in places)

    screen.settle(quiet)
    screen.press(key)
    return screen.once(follows, f"{key!r} led nowhere")


def _typed(screen: Screen, word: str) -> Iterator[float]:
    """Search for a word letter by letter, each pressed as soon as the one before is seen."""
    _seconds(screen, "/", "words")
    _seconds(screen, _NOWHERE, _NOWHERE.strip())
    screen.settle(0.15)
    for end in range(1, len(word) + 1):
        screen.press(word[end - 1])
        yield screen.until(f"{_NOWHERE}{word[:end]}")
    _leave_search(screen)


def _found(screen: Screen, letter: str, papers: int) -> float:
    """Search for what titles have a word with a letter, until the number of papers in sight is another."""
    _seconds(screen, "/", "words")
    _seconds(screen, "title:", "title:")
    screen.settle(0.15)
    screen.press(letter)
    seconds = screen.once(
        lambda text: any(found[2] != f"{papers:,}" for found in _PLACE.finditer(text)), "nothing was found"
    )
    _leave_search(screen)
    return seconds


def _leave_search(screen: Screen) -> None:
    screen.settle(0.15)
    screen.press("\x1b")
    screen.settle(0.2)  # what follows an escape at once is one key with it


def _words(count: int) -> list[str]:
    """Give some words that papers have."""
    words = sorted({word for item in material.day(A_DAY) for word in item.title.lower().split() if len(word) > 4})
    return Random(count).sample([word for word in words if word.isalpha()], count)


# Memory.


def _memory(papers: Papers) -> bool:
    with _triage(papers) as screen:
        screen.until(papers.title, "help")
        _pass_through(screen, papers)
        peak = screen.peak()
    holds = "yes" if peak <= MEMORY_BOUND else "NO"
    print("\n| memory at once, at the most | papers | MB | bound | holds |\n|---|--:|--:|--:|---|")
    print(f"| to the end and back page by page, and a search | {len(papers.ids):,} | {peak / 1e6:.0f} "
          f"| {MEMORY_BOUND / 1e6:.0f} | {holds} |")  # fmt: skip
    return peak <= MEMORY_BOUND


def _pass_through(screen: Screen, papers: Papers) -> None:
    """See every paper once, and the first ones again; then search."""
    screen.settle(0.5)
    ids = papers.ids
    pressed = 0
    while pressed < len(ids) and f"{len(ids):,}/{len(ids):,}" not in screen.written:
        _anywhere(screen, ids, "\x1b[6~", quiet=0)
        pressed += 1
    _at(screen, ids, "g", 0)
    for word in _words(3):
        list(_typed(screen, word))


# The papers.


def _home(folder: Path, count: int) -> Papers:
    """Make a home in which so many papers are unread, over as many days as they need."""
    folder.mkdir()
    env = children.environment(folder, "http://127.0.0.1:9") | {"COOL_OFFLINE": "1"}
    database = Database(Path(env["COOL_HOME"]) / "data" / "cool.db")
    backlog.define(database, backlog.DEFAULT_TYPES)
    days = material.weekdays(count // A_DAY)
    papers = list(_papers(count))
    with database.write() as connection:
        events.record(connection, "subscribe", [events.subscribe(material.CATEGORY, days[0], NOW)], NOW)
        for number, day in enumerate(days):
            of_day = papers[number * A_DAY : (number + 1) * A_DAY]
            listings.save(connection, Listing(material.CATEGORY, day, "feed", tuple(_entries(of_day))), NOW)
    index.catch_up(database)
    with database.read() as connection:
        ids = [each.id for each in unread.lines(connection, Filter())]
    database.close()
    first = next(paper for paper in papers if paper.id == ids[0])
    return Papers(env, ids, (first.title or "").partition("$")[0][:30].strip())


def _papers(count: int) -> Iterator[Paper]:
    for number, item in enumerate(material.day(count)):
        name = f"{2401 + number // 10_000:04}.{number % 10_000:05}"
        yield Paper(name, 1, item.title, item.abstract, item.authors, item.categories, item.categories[0])


def _entries(papers: Sequence[Paper]) -> Iterator[Entry]:
    """Announce a day: two thirds of it new, the rest cross-listed."""
    for number, paper in enumerate(papers):
        kind: AnnounceType = "new" if number < len(papers) * 2 // 3 else "cross"
        yield Entry(paper, kind)


if __name__ == "__main__":
    sys.exit(main())
