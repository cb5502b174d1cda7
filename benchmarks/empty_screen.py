"""The measure of a screen's first paint: a Textual program that shows one word."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Empty(App[None]):
    """Shows that it is ready."""

    def compose(self) -> ComposeResult:
        """Put the word on the screen."""
        yield Static("ready")


if __name__ == "__main__":
    Empty().run()
