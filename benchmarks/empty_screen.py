"""The measure of a screen's first paint and of its keys: a Textual program that shows a word, and counts keys."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Empty(App[None]):
    """Shows that it is ready, and how many keys were pressed."""

    pressed = 0

    def compose(self) -> ComposeResult:
        """Put the word on the screen."""
        yield Static("ready")

    def on_key(self) -> None:
        """Count it."""
        self.pressed += 1
        self.query_one(Static).update(f"ready {self.pressed}.")


if __name__ == "__main__":
    Empty().run()
