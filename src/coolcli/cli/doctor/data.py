"""The part of a check-up that looks at the disk: the folders, and the database as the store finds it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from coolcli.cli.desk import Desk
from coolcli.cli.doctor.discretion import impersonal
from coolcli.cli.doctor.findings import at, problem_of, stamped
from coolcli.config import Paths
from coolcli.errors import DataError
from coolcli.render.report import Line, Problem, Section, size
from coolcli.render.words import number, short_day
from coolcli.store import health
from coolcli.store.health import Health, Newest, Room

_SAVE = "Copy the file, then move it away to start anew; `sqlite3 FILE .recover` may save what is in it."


def places(paths: Paths) -> Section:
    """Look at the folders; the database in one of them is a section of its own."""
    kept = {"data": paths.database, "cache": paths.cache / "arxiv.json"}
    rooms = {name: health.room_for(file) for name, file in kept.items()}
    facts: dict[str, object] = {}
    lines, problems = [], []
    for name, room in rooms.items():
        folder = kept[name].parent
        held, files = _contents(folder)
        problem = _in_the_way(folder, room)
        there = f"{size(held)} in {number(files, 'file')}" if os.access(folder, os.F_OK) else "not there yet"
        free = "" if room.free is None else f", {size(room.free)} free"
        lines.append(Line(name, f"{folder} ({there}{free})", "WRONG" if problem else "ok"))
        facts[name] = {
            "folder": str(folder),
            "files": files,
            "bytes": held,
            "free_bytes": room.free,
            "writable": room.writable,
        }
        if problem:
            problems.append(problem)
    return Section("places", facts, tuple(lines), tuple(problems))


def _in_the_way(folder: Path, room: Room) -> Problem | None:
    """Say what keeps anything from being stored in a folder."""
    if not room.writable:
        return Problem(f"Nothing can be stored in {folder}.", "Make it writable, or set COOL_HOME.", 5)
    if room.free is not None and room.free < health.TOO_LITTLE_ROOM:
        return Problem(f"The disk of {folder} is nearly full.", "Make room.", 5)
    return None


def _contents(folder: Path) -> tuple[int, int]:
    """Count the bytes and the files below a folder, as far as they can be seen."""
    sizes = []
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                sizes.append(Path(place, name).stat().st_size)
    return sum(sizes), len(sizes)


def database(desk: Desk) -> tuple[Health | None, Section]:
    """Let the store look through the database; what it found is None where it cannot be read, or is not there yet."""
    file = desk.paths.database
    room = health.room_for(file)
    facts: dict[str, object] = {
        "file": str(file),
        "exists": room.exists,
        "bytes": room.bytes,
        "beside_bytes": room.beside,
        "copies": room.copies,
        "network_file_system": room.on_network,
        "writable": room.writable,
        "sound": None,
    }
    if not (room.exists or room.beside):
        words = f"{file} (not there yet: what you do first makes it)"
        return None, Section("database", facts, (Line("file", words, "ok"),))
    line = Line("file", f"{file} ({_sizes(room)})")
    try:
        found = health.examine(file, tell=desk.tell_wait)
    except DataError as error:
        facts |= {"sound": False}
        return None, Section("database", facts, (line, Line("state", error.message, "WRONG")), (problem_of(error),))
    return found, _examined(found, room, line, facts)


def _examined(found: Health, room: Room, file: Line, facts: dict[str, object]) -> Section:
    facts |= {
        "sound": not found.damage,
        "check": found.check,
        "damage": list(found.damage),
        "schema": found.schema,
        "newest_schema": health.NEWEST_SCHEMA,
        "journal": found.journal,
        "being_written": found.being_written,
        "counts": found.counts,
        "newest_listings": [
            {
                "day": one.day.isoformat() if one.day else None,
                "complete": one.complete,
                "asked": stamped(one.at),
                "answered": one.answered,
                "problem": impersonal(one.problem) if one.problem else None,
            }
            for one in found.newest
        ],
        "last_stored": stamped(found.fetched),
    }
    problems = []
    state = Line("state", f"sound ({found.check})", "ok")
    if found.damage:
        what = "; ".join(found.damage)
        state = Line("state", what, "WRONG")
        problems.append(Problem(f"The database is damaged: {what}.", _SAVE, 5))
    if room.bytes == room.beside == 0:
        state = Line("state", "empty", "WRONG")
        problems.append(
            Problem("The database file is empty.", "If there were stars in it, put a copy in its place.", 5)
        )
    lines = [file, state, _kind(found, room)]
    if found.being_written:
        lines.append(Line("in use", "another process has been storing something for seconds: is one stopped?", "note"))
    if found.counts:
        lines += _held_lines(found)
    return Section("database", facts, tuple(lines), tuple(problems))


def _sizes(room: Room) -> str:
    beside = f", and {size(room.beside)} of changes beside it" if room.beside else ""
    copies = f", and {number(room.copies, 'copy', 'copies')} from before an update" if room.copies else ""
    return f"{size(room.bytes)}{beside}{copies}"


def _kind(found: Health, room: Room) -> Line:
    words = f"schema {found.schema} of {health.NEWEST_SCHEMA}, journal {found.journal}"
    if found.schema < health.NEWEST_SCHEMA:
        return Line("kind", f"{words}: the next command brings it up to date", "note")
    if room.on_network:
        return Line("kind", f"{words}, on a network file system", "note" if found.journal == "wal" else "")
    return Line("kind", words)


def _held_lines(found: Health) -> Iterator[Line]:
    counts = found.counts
    answers = f"; {number(kept, 'answer')}" if (kept := counts.get("answers")) else ""
    yield Line(
        "holds",
        f"{number(counts['papers'], 'paper')}; {number(counts['listings'], 'listing')} of"
        f" {number(counts['days'], 'day')}; {number(counts['events'], 'event')};"
        f" {number(counts['stars'], 'star')}; {counts['read']:,} read;"
        f" {number(counts['tags'], 'tag on papers', 'tags on papers')}; {number(counts['notes'], 'note')}{answers}",
    )
    yield _newest_line(found.newest)
    yield Line("last stored", f"a listing, {at(found.fetched)}" if found.fetched else "nothing yet")
    failed = [one for one in found.newest if one.problem and one.at]
    if failed:
        last = max(failed, key=lambda one: one.at or datetime.min)
        yield Line("last problem", f"{at(last.at)}: {impersonal(last.problem or '')}", "note")


def _newest_line(newest: Sequence[Newest]) -> Line:
    """Say how new and how whole the newest listings are, and of how many categories: not of which."""
    if not newest:
        return Line("subscribed", "no category: `cool subscribe cs.LG` follows one")
    days = sorted({one.day for one in newest if one.day})
    span = " to ".join(short_day(day) for day in dict.fromkeys((days[0], days[-1]))) if days else "not here yet"
    states = [one.complete for one in newest if one.day]
    told = [
        f"{states.count(state)} {words}"
        for state, words in ((True, "whole"), (None, "not checked"), (False, "with papers missing"))
        if state in states
    ]
    words = f"{number(len(newest), 'category', 'categories')}; newest listings: {', '.join([span, *told])}"
    if False in states:
        return Line("subscribed", f"{words}; `cool today --refresh` asks again", "note")
    return Line("subscribed", words)
