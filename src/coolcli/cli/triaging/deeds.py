"""What a sitting does outside the store: pages, files, the clipboard.

Nothing here writes to the terminal, but for `open_here`, and `copy` without a `write`. What starts a program or asks
the network takes seconds: a screen calls it in a thread.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from coolcli import clipboard, desktop
from coolcli.arxiv.ids import ArxivId
from coolcli.arxiv.text import clean
from coolcli.cli.desk import Desk
from coolcli.cli.triaging.aside import Aside, Stopped
from coolcli.errors import CoolError
from coolcli.models import Row
from coolcli.settings import PLACES

Write = Callable[[str], object]
"""Writes codes to the terminal."""


class Deeds:
    """Opens, copies and downloads for whoever shows the sitting."""

    def __init__(self, desk: Desk) -> None:
        """Take the desk of the sitting."""
        self._desk = desk
        self._downloads: set[Aside] = set()
        own = desk.settings.open_in
        self.places: tuple[str, ...] = PLACES if own in PLACES else (own, *PLACES)
        """Where a paper can be opened: the reader's own template first, where they have one."""

    def page(self, row: Row, place: str | None = None) -> tuple[str, str]:
        """Give the address of a paper in a place, None for the reader's; and what they have to know of it, if anything.

        The version is one that a template may name.
        """
        from coolcli import places

        settings = self._desk.settings
        known = {row.id: row.paper.version}
        pages = places.pages([ArxivId(row.id)], place or settings.open_in, settings, known)
        # In a sitting, places are chosen from a list.
        remarks = [remark.replace("`--in abs`", "the place abs") for remark in pages.remarks]
        return pages.addresses[0], " ".join(remarks)

    def open(self, address: str, write: Write | None = None) -> str:
        """Open a page in the browser, or copy its address where there is none; say which. Takes up to 8 seconds.

        `write` writes to the terminal, for `copy`.
        """
        if self._desk.flags.demo:
            return _only_shown(address)
        if desktop.has_browser() and desktop.browse(address):
            return _opened(address)
        return self._copied_instead(address, write)

    def needs_terminal(self) -> bool:
        """Tell whether the browser is one for terminals: then `open_here` is to open, once the screen is put aside."""
        return not self._desk.flags.demo and desktop.has_browser_of_terminals()

    def open_here(self, address: str, write: Write | None = None) -> str:
        """Open a page in the terminal, and come back when the reader leaves it. To be called from the main thread."""
        if desktop.browse_in_terminal(address):
            return _opened(address)
        return self._copied_instead(address, write)

    def copy(self, text: str, write: Write | None = None) -> str:
        """Copy a text, and give the words for how, or why not: `copied`. Takes up to 5 seconds.

        The system's clipboard or, over ssh and where there is none, the terminal's: `write` writes to that, stderr
        where it is None and stderr is a terminal.
        """
        try:
            return clipboard.copy(text, write)
        except CoolError as error:
            said = f"{error.message} {error.hint or ''}".strip(" .")
            return clean(f"{said[0].lower()}{said[1:]}")

    def link(self, row: Row) -> str:
        """Give the address of a paper for others, as `cool share` does."""
        from coolcli.cli import share

        return share.page_of(self._desk, row.id)

    def bibtex(self, row: Row) -> str:
        """Give the entry of a paper, as `cool export --format bibtex` does."""
        from coolcli.cli import export

        return export.text(self._desk, "bibtex", [row], {})

    def pdf(self, row: Row, told: Callable[[str], object]) -> Path:
        """Find a paper in the reader's folder or download it; to be called in a thread of its own.

        `told` is given, in that thread, what is waited for and how much is here (`3.1 MB of 5.2 MB`), an empty text
        where that is over. Raises CoolError, also where it was stopped.
        """
        from coolcli.cli import pdf  # with all that is imported so, 25 ms that the first paint need not wait for

        with Aside(self._desk, told) as desk:
            self._downloads.add(desk)
            try:
                return pdf.had(desk, row.id)
            except Stopped:
                raise CoolError(
                    f"The download of {row.id} was stopped.", f"`cool pdf {row.id}` goes on with what came."
                ) from None
            finally:
                self._downloads.discard(desk)

    def stop(self) -> None:
        """Ask the downloads that are on their way to end; what came of them is kept."""
        for desk in tuple(self._downloads):
            desk.stop()

    def view(self, path: Path) -> tuple[bool, str]:
        """Open a file in the system's viewer; tell whether it is open, and say so, or where it is. Takes 2 seconds."""
        shown = clean(str(path))
        if self._desk.flags.demo:
            return True, _only_shown(shown)
        if desktop.has_viewer() and desktop.view(path):
            return True, f"Opened {clean(path.name)}"
        return False, f"There is no viewer here that would open {shown}"

    def _copied_instead(self, address: str, write: Write | None) -> str:
        from coolcli.cli import opening

        why = opening.why_not()
        try:
            return f"{why}: {clean(address)} is {clipboard.copy(address, write)}"
        except CoolError:
            return f"{why}: {clean(address)}"


def _opened(address: str) -> str:
    host = urlsplit(address).hostname or address
    return f"Opened in {clean(host.removeprefix('www.'))}"


def _only_shown(what: str) -> str:
    return f"A demonstration opens nothing: {clean(what)}"
