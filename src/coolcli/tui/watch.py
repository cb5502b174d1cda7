"""What others bring while the screen is open: the network, and other processes that change the same file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from coolcli.arxiv import calendar
from coolcli.errors import DataError
from coolcli.render import words

if TYPE_CHECKING:
    from coolcli.tui.app import Triage

_EVERY = 1.0
"""Seconds between two looks."""


class Watch:
    """Looks each second whether papers have come, and says so; says what is fetched, and why nothing is in sight."""

    def __init__(self, app: Triage) -> None:
        """Take the screen; nothing is looked at yet."""
        self._app = app
        self._version = app.sitting.desk.database.version()
        self._was_running = False
        self._by_hand = False
        """Whether the reader asked for what is fetched now."""
        self._came = 0
        """Papers that came since that was begun."""

    def begin(self) -> None:
        """Fetch what is new and missing, and look from now on."""
        self._start()
        self._app.set_interval(_EVERY, self.look)
        self.look()

    def ask_again(self) -> str:
        """Fetch again, as the reader asks for it."""
        if self._app.fetching.running:
            return "That is being done."
        self._by_hand = True
        self._start()
        return self._app.fetching.problem if self._app.sitting.desk.offline else "Asking arXiv."

    def look(self) -> None:
        """See what has come since the last look."""
        is_running = self._app.fetching.running
        database = self._app.sitting.desk.database
        if database.is_replaced():
            what = f"{database.path} was moved or replaced while the screen was open: what is done now would be lost."
            self._app.give_up(DataError(what, "What was done before is in the file that was there."))
            return
        self._app.attempt(self._see)
        if self._was_running and not is_running:
            self._tell_end()
        self._was_running = is_running
        self._app.show_surroundings()

    @property
    def problem(self) -> str:
        """Say in a word or two what is to be known of the listing: offline, stale; invented papers."""
        invented = "a demonstration" if self._app.sitting.desk.flags.demo else ""
        return " · ".join(filter(None, (invented, self._app.fetching.problem.partition(":")[0])))

    @property
    def words(self) -> str:
        """Say what is waited for, else why what is shown may be old, else that arXiv's day has no listing."""
        fetching = self._app.fetching
        state = fetching.state
        quiet = words.token(state, calendar.arxiv_day(self._app.sitting.desk.clock())) if state else ""
        return self._app.answers.words or fetching.words or fetching.problem or quiet

    @property
    def nothing(self) -> str:
        """Say why no paper is in sight, where none is."""
        sitting, fetching = self._app.sitting, self._app.fetching
        count = len(sitting.pile.entries)
        if count and count == sitting.pile.hidden_by_rules:
            return f"Your rules mute all {count:,} papers: {self._app.first_key('muted')} shows them."
        if count:
            return f"None of {words.number(count - sitting.pile.hidden_by_rules, 'paper')} is in sight."
        query = sitting.source.scope.words
        what = f"Nothing unread fits {query}" if query else "Nothing unread is here"
        if fetching.running:
            return f"{what} yet: arXiv is asked."
        if fetching.problem:
            again = "" if sitting.desk.offline else f" {self._app.first_key('fetch')} asks arXiv again."
            return f"{what} ({fetching.problem}).{again}"
        return f"{what}. {self._upcoming()}"

    def _start(self) -> None:
        self._came = 0
        self._app.fetching.start(lambda: None)
        self._was_running = True

    def _see(self) -> str | None:
        """Read the pile again where the file is another than at the last look."""
        version = self._app.sitting.desk.database.version()
        if version == self._version:
            return None
        self._version = version
        return self._reload()

    def _reload(self) -> str | None:
        from coolcli.cli.triaging import looking

        came = self._app.sitting.reload()
        looking.again(self._app.sitting)
        self._came += len(came)
        return f"{words.number(len(came), 'paper')} more came, {self._days(came)}." if came else None

    def _days(self, came: Sequence[str]) -> str:
        days = sorted({self._app.sitting.pile.entries[paper].day for paper in came})
        return f"of {words.span([date.fromisoformat(day) for day in days])}"

    def _tell_end(self) -> None:
        """Say what became of it where the reader asked."""
        if self._by_hand and not self._came:
            self._app.say(self._app.fetching.problem or "arXiv has nothing that is new.")
        self._by_hand = False

    def _upcoming(self) -> str:
        now = self._app.sitting.desk.clock()
        return f"Next announcement: {words.upcoming(calendar.next_announcement(now), now)}."
