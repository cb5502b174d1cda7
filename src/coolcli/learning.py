"""The reader's own order: learned of their stars when it is asked for, and kept until they star or read more."""

from __future__ import annotations

from collections.abc import Sequence

from coolcli import ranking
from coolcli.models import Row
from coolcli.ranking import Model
from coolcli.store import likings
from coolcli.store.database import Database


def model(database: Database) -> Model | None:
    """Give what was learned, brought up to date; None where there are too few stars, or nothing was let pass yet."""
    with database.read() as connection:
        if likings.stars(connection, ranking.FEWEST_STARS) < ranking.FEWEST_STARS:
            return None
        state = likings.state(connection)
        text = likings.kept(connection, state)
        if text and (kept := ranking.from_json(text)):
            return kept
        starred = likings.starred(connection, ranking.MOST_STARS)
        passed = likings.passed(connection, ranking.MOST_PASSED)
    if len(passed) < ranking.FEWEST_PASSED:
        return None
    learned = ranking.learn(starred, passed)
    database.keep(lambda connection: likings.keep(connection, state, learned.to_json()))
    return learned


def ranked(database: Database, learned: Model, rows: Sequence[Row]) -> list[Row]:
    """Give all of some papers in the reader's own order; where it makes no difference, in the order given."""
    found = zip(rows, scores(database, learned, rows), strict=True)
    return [row for row, _ in sorted(found, key=lambda pair: -pair[1])]


def scores(database: Database, learned: Model, rows: Sequence[Row]) -> list[float]:
    """Give the score of each of some papers, which may be all that are here; 0 where nothing is known of one."""
    with database.read() as connection:
        return ranking.scores(learned, likings.each(connection, [row.id for row in rows]))
