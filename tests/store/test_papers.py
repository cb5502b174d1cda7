"""What arXiv says of a paper is merged: a newer version counts more, and an answer that says less erases nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.models import Paper
from coolcli.store import events, papers
from coolcli.store.database import Database
from coolcli.store.select import by_ids
from tests.builders import NOW

ID = "2611.01234"
SUBMITTED = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
UPDATED = datetime(2026, 11, 19, 17, 59, 58, tzinfo=UTC)

WHOLE = Paper(
    id=ID,
    version=2,
    title="A Title",
    abstract="An abstract.\nOf two paragraphs.",
    authors=("Søren Kjær", "李明"),
    categories=("cs.LG", "stat.ML"),
    primary_category="cs.LG",
    comments="9 pages",
    journal_ref="J. 1",
    doi="10.1234/1",
    license="http://creativecommons.org/licenses/by/4.0/",
    submitted=SUBMITTED,
    updated=UPDATED,
)


def save(database: Database, *answers: Paper) -> None:
    with database.write() as connection:
        papers.save(connection, answers)


def read(database: Database, paper_id: str = ID) -> Paper:
    with database.read() as connection:
        return by_ids(connection, [paper_id])[paper_id].paper


def comments_version(database: Database) -> int | None:
    with database.read() as connection:
        found: int | None = connection.execute("SELECT comments_version FROM papers WHERE id = ?", (ID,)).fetchone()[0]
        return found


def test_all_of_a_paper_comes_back(database: Database) -> None:
    save(database, WHOLE)
    assert read(database) == WHOLE


def test_an_answer_that_says_less_erases_nothing(database: Database) -> None:
    save(database, WHOLE)
    save(database, Paper(ID), Paper(ID, version=2), Paper(ID, version=2, title="A Title"))
    assert read(database) == WHOLE


def test_an_answer_of_the_same_version_that_says_more_fills_gaps(database: Database) -> None:
    save(database, Paper(ID, version=2, title="A Title"), WHOLE)
    assert read(database) == WHOLE


def test_a_newer_version_replaces_what_it_says(database: Database) -> None:
    save(database, WHOLE)
    save(database, Paper(ID, version=3, title="A Better Title", authors=("Søren Kjær",), categories=("cs.LG",)))
    found = read(database)
    assert (found.version, found.title, found.authors) == (3, "A Better Title", ("Søren Kjær",))
    assert found.categories == ("cs.LG",)
    assert (found.abstract, found.doi) == (WHOLE.abstract, WHOLE.doi)


def test_an_older_version_only_fills_gaps(database: Database) -> None:
    save(database, Paper(ID, version=3, title="A Better Title"))
    save(database, WHOLE)
    assert read(database) == WHOLE._replace(version=3, title="A Better Title")


def test_an_answer_without_a_version_is_of_today(database: Database) -> None:
    """A listing page names no version for a paper without HTML, and shows the newest."""
    save(database, WHOLE)
    save(database, Paper(ID, title="A Corrected Title"))
    found = read(database)
    assert (found.version, found.title) == (2, "A Corrected Title")


def test_filling_leaves_what_is_known_of_this_version(database: Database) -> None:
    save(database, WHOLE._replace(comments=None))
    with database.write() as connection:
        papers.fill(connection, [Paper(ID, title="With arXiv's links", abstract="This https URL", comments="9 pages")])
    assert read(database) == WHOLE
    with database.write() as connection:
        papers.fill(connection, [Paper(ID, version=3, title="Of a newer version")])
    assert read(database) == WHOLE._replace(version=3, title="Of a newer version")


@pytest.mark.parametrize(
    ("answers", "comments", "version"),
    [
        ([(1, "v1")], "v1", 1),
        ([(1, "v1"), (2, None)], "v1", 1),
        ([(1, "v1"), (2, "v2")], "v2", 2),
        ([(2, "v2"), (1, "v1")], "v2", 2),
        ([(2, None), (1, "v1")], "v1", 1),
        ([(1, "v1"), (None, "page")], "page", None),
        ([(1, "v1"), (2, None), (1, "v1 again")], "v1", 1),
    ],
)
def test_comments_remember_their_version(
    database: Database, answers: list[tuple[int | None, str | None]], comments: str, version: int | None
) -> None:
    for answered, said in answers:
        save(database, Paper(ID, version=answered, title="T", comments=said))
    assert read(database).comments == comments
    assert comments_version(database) == version


def test_a_page_that_lists_only_the_first_hundred_authors_does_not_lose_the_others(database: Database) -> None:
    """A listing page names a hundred authors at the most and does not say that there are more."""
    everybody = tuple(f"Author {number}" for number in range(3303))
    save(database, Paper(ID, version=1, title="T", authors=everybody))
    save(database, Paper(ID, title="T", authors=everybody[:100]))
    assert read(database).authors == everybody


def test_a_paper_is_pending_until_its_title_is_known(database: Database) -> None:
    save(database, Paper("2611.00002"), Paper("2611.00003"), Paper(ID))
    with database.write() as connection:
        events.record(connection, "star", [events.mark("starred", name, NOW) for name in ("2611.00002", ID)], NOW)
    with database.read() as connection:
        assert papers.pending(connection) == ["2611.00002", ID]
        assert papers.known(connection, [ID, "2611.00002", "2611.00003"]) == set()
    save(database, Paper(ID, title="0"))
    with database.read() as connection:
        assert papers.pending(connection) == ["2611.00002"]
        assert papers.known(connection, [ID, "2611.00002"]) == {ID}


def test_moments_are_kept_in_utc_and_whole_seconds(database: Database) -> None:
    local = datetime.fromisoformat("2026-11-20T09:00:00.75+08:00")
    assert papers.stamp(local) == "2026-11-20T01:00:00Z"
    assert papers.moment("2026-11-20T01:00:00Z") == datetime(2026, 11, 20, 1, tzinfo=UTC)
    save(database, Paper(ID, title="T", submitted=local))
    assert read(database).submitted == datetime(2026, 11, 20, 1, tzinfo=UTC)


MERGED = ("title", "abstract", "primary_category", "journal_ref", "doi", "license")
TEXT = st.none() | st.sampled_from(["a", "b", "0", "'; DROP TABLE papers; --", "漢字"])
ANSWERS = st.builds(
    Paper,
    id=st.just(ID),
    version=st.none() | st.integers(1, 4),
    authors=st.lists(st.sampled_from(["Jane Doe", "Wei Li", "Søren Kjær"]), max_size=2, unique=True).map(tuple),
    categories=st.lists(st.sampled_from(["cs.LG", "stat.ML"]), max_size=2, unique=True).map(tuple),
    comments=TEXT,
    submitted=st.none() | st.just(SUBMITTED),
    updated=st.none() | st.just(UPDATED),
    withdrawn=st.sampled_from([None, True, False]),
    **dict.fromkeys(MERGED, TEXT),
)
WAYS = (papers.save, papers.fill, papers.renew)


def merged(known: dict[str, Any], answer: dict[str, Any], way: object) -> dict[str, Any]:
    """The rule: an older version fills gaps; another answer wins, but for one that is to fill gaps and is not newer.

    Where no version is known, one that is stated is newer; after a renewal none is known.
    """
    stated = None not in (answer["version"], known["version"])
    is_older = stated and answer["version"] < known["version"]
    is_newer = answer["version"] is not None and (not stated or answer["version"] > known["version"])
    first, second = (known, answer) if is_older or (way is papers.fill and not is_newer) else (answer, known)
    both = {name: first[name] or second[name] for name in known}
    versions = [said["version"] for said in (known, answer) if said["version"] is not None]
    comments = (known["comments"] or answer["comments"]) if is_older else (answer["comments"] or known["comments"])
    version = None if way is papers.renew else max(versions, default=None)
    return both | {"version": version, "comments": comments}


@given(st.lists(st.tuples(ANSWERS, st.sampled_from(WAYS)), min_size=1, max_size=8))
def test_any_sequence_of_answers_follows_the_one_rule(answers: list[tuple[Paper, Any]]) -> None:
    expected: dict[str, Any] | None = None
    withdrawn: list[int] = []
    with TemporaryDirectory() as folder:
        database = Database(Path(folder) / "cool.db")
        for told, way in answers:
            answer = told._replace(version=None) if way is papers.renew else told
            said = answer._asdict()
            expected = merged(expected, said, way) if expected else said
            withdrawn += [answer.version or 0] if answer.withdrawn else []
            is_withdrawn = True if withdrawn and expected["version"] in (None, max(withdrawn)) else None
            for _ in range(2):  # told twice is told once
                with database.write() as connection:
                    way(connection, [answer])
                assert read(database)._asdict() == expected | {"withdrawn": is_withdrawn}
        database.close()
