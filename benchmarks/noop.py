"""The measure of a start: a Typer program of one file and two verbs, of which one does nothing."""

import typer

app = typer.Typer()


@app.command()
def nothing() -> None:
    """Do nothing."""


@app.command()
def hello(name: str = "you") -> None:
    """Greet somebody; a second verb makes the program a group, as `cool` is."""
    print(f"Hello, {name}.")


if __name__ == "__main__":
    app()
