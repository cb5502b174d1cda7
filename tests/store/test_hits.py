"""New hits of saved searches: what a search finds besides what its reader was shown."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from coolcli.store import hits
from coolcli.store.database import Database
from tests.builders import NOW

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LATER = NOW + timedelta(days=1)


def begin(database: Database, name: str, found: Sequence[str], query: str = "kites") -> None:
    with database.write() as connection:
        hits.begin(connection, name, query, found, NOW)


def see(database: Database, name: str, *shown: str) -> None:
    with database.write() as connection:
        hits.see(connection, name, shown)


def unseen(database: Database, name: str, found: Sequence[str]) -> list[str]:
    with database.read() as connection:
        return hits.unseen(connection, name, found)


def test_what_a_search_begins_with_is_not_new(database: Database) -> None:
    begin(database, "ssm", ["a", "b"])
    assert unseen(database, "ssm", ["c", "b", "d", "a"]) == ["c", "d"]


def test_what_was_shown_is_new_no_more(database: Database) -> None:
    begin(database, "ssm", ["a"])
    see(database, "ssm", "b")
    see(database, "ssm", "b")
    assert unseen(database, "ssm", ["c", "b", "a"]) == ["c"]


def test_each_search_has_its_own(database: Database) -> None:
    begin(database, "ssm", ["a"])
    begin(database, "rl", [])
    see(database, "rl", "b")
    assert unseen(database, "ssm", ["b"]) == ["b"]
    assert unseen(database, "rl", ["a", "b"]) == ["a"]


def test_what_left_and_comes_back_is_not_new(database: Database) -> None:
    begin(database, "week", ["a"])
    assert unseen(database, "week", []) == []
    assert unseen(database, "week", ["a"]) == []


def test_begun_anew_it_forgets_what_it_knew(database: Database) -> None:
    begin(database, "ssm", ["a"])
    begin(database, "ssm", ["b"], query="bells")
    assert unseen(database, "ssm", ["a", "b"]) == ["a"]
    with database.read() as connection:
        assert hits.begun(connection) == {"ssm": hits.Begun("bells", NOW)}


def test_it_is_kept_when_the_reader_looked(database: Database) -> None:
    begin(database, "ssm", [])
    with database.write() as connection:
        hits.look(connection, "ssm", "kites", ["a"], LATER)
        assert hits.begun(connection)["ssm"] == hits.Begun("kites", LATER)
    assert unseen(database, "ssm", ["a", "b"]) == ["b"]


def test_a_search_that_was_forgotten_or_changed_meanwhile_is_not_looked_at(database: Database) -> None:
    """A list can stand in a pager for long."""
    begin(database, "ssm", [])
    with database.write() as connection:
        hits.look(connection, "ssm", "bells", ["a"], LATER)
        hits.look(connection, "gone", "kites", ["a"], LATER)
        assert hits.begun(connection) == {"ssm": hits.Begun("kites", NOW)}
    assert unseen(database, "ssm", ["a"]) == ["a"]


def test_what_belongs_to_no_search_goes(database: Database) -> None:
    begin(database, "ssm", ["a"])
    begin(database, "rl", ["a"])
    with database.write() as connection:
        hits.tidy(connection, ["rl"])
        assert set(hits.begun(connection)) == {"rl"}
    assert unseen(database, "ssm", ["a"]) == ["a"]
    assert unseen(database, "rl", ["a"]) == []


PAPERS = st.lists(st.sampled_from("abcdefgh"), unique=True)


@given(PAPERS, st.lists(PAPERS), PAPERS)
def test_nothing_is_told_twice_and_nothing_is_lost(
    tmp_path_factory: object, first: list[str], shown: list[list[str]], found: list[str]
) -> None:
    database = Database(_file(tmp_path_factory))
    try:
        begin(database, "ssm", first)
        for some in shown:
            see(database, "ssm", *some)
        known = {*first, *(paper for some in shown for paper in some)}
        assert unseen(database, "ssm", found) == [paper for paper in found if paper not in known]
    finally:
        database.close()


def _file(factory: object) -> Path:
    return factory.mktemp("store") / "cool.db"  # type: ignore[attr-defined,no-any-return]
