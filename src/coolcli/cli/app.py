"""The program `cool` and its verbs' names: a verb's module is imported when the verb is called, and not before.

The stubs stand in the group under their names, so that help, completion and "did you mean" know them all. Importing
every verb would cost a third more at each start (design.md, "Choices made by measurement").
"""

import importlib
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from coolcli import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typer._click import Command, Context, Parameter


class Flags:
    """Options that work before and after the verb: set by whichever of the two bears them."""

    demo = False
    json = False
    offline = False
    verbose = False


class Verb(NamedTuple):
    """Where a verb lives, and what it is for in a line."""

    module: str
    function: str
    about: str


VERBS: dict[str, Verb] = {
    "today": Verb("listing", "today", "Show the day's announcement."),
    "next": Verb("sitting", "next_page", "Show the next unread papers; the page before becomes read."),
    "show": Verb("show", "show", "Show papers whole: title, authors, abstract, links."),
    "read": Verb("show", "show", "The same as show."),
    "star": Verb("marks", "star", "Star papers."),
    "unstar": Verb("marks", "unstar", "Take stars away."),
    "stars": Verb("stars", "stars", "List the starred papers, newest first."),
    "done": Verb("marks", "done", "Mark papers as read; alone, the rows shown last."),
    "undone": Verb("marks", "undone", "Mark papers as unread."),
    "open": Verb("opening", "open_papers", "Open papers in papers.cool, or elsewhere."),
    "undo": Verb("undo", "undo", "Take back the last change."),
    "subscribe": Verb("subscriptions", "subscribe", "Follow categories; alone, list those you follow."),
    "unsubscribe": Verb("subscriptions", "unsubscribe", "Stop following categories."),
    "categories": Verb("subscriptions", "categories", "List and search arXiv's categories."),
    "config": Verb("settings", "config", "Show the settings and change them."),
}
"""Every verb, in the order in which a reader meets them."""

_FLAGS = {
    "demo": "Use an invented sample day, without any network.",
    "json": "Print one JSON object.",
    "offline": "Ask nothing of the network.",
    "verbose": "Trace requests on stderr.",
}


class Stub(TyperCommand):
    """A verb's name and help; called, it becomes the real command."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: "Context | None" = None, **extra: Any
    ) -> "Context":
        """Load the verb and let it read its arguments."""
        command = load(self.name or "")
        return command.make_context(info_name, args, parent, **extra)


class Root(TyperGroup):
    """The program: its verbs are stubs until called."""

    def __init__(self, **attributes: Any) -> None:
        """Put the stubs where Typer looks for commands."""
        super().__init__(**attributes)
        for name, verb in VERBS.items():
            self.add_command(Stub(name, help=verb.about, add_help_option=False))

    def list_commands(self, ctx: "Context") -> list[str]:
        """Keep the order of VERBS."""
        return list(self.commands)


def load(name: str) -> "Command":
    """Import a verb and build its command, with the options that every verb has."""
    verb = VERBS[name]
    function = getattr(importlib.import_module(f"coolcli.cli.{verb.module}"), verb.function)
    single = typer.Typer(add_completion=False)
    single.command(name, context_settings={"help_option_names": ["-h", "--help"]})(function)
    command = get_command(single)
    command.name = name
    command.params.extend(_flag(flag, about) for flag, about in _FLAGS.items())
    return command


def flags_of(ctx: Any) -> Flags:
    """Give the flags that were set before and after the verb."""
    return ctx.find_root().ensure_object(Flags)  # type: ignore[no-any-return]


def _flag(name: str, about: str) -> TyperOption:
    def keep(ctx: "Context", _: "Parameter", value: bool) -> None:
        if value:
            setattr(flags_of(ctx), name, True)

    return TyperOption(
        param_decls=[f"--{name}"], is_flag=True, default=False, expose_value=False, callback=keep, help=about
    )


def _version(value: bool) -> None:
    if value:
        print(f"cool {__version__}")  # noqa: T201
        raise typer.Exit


app = typer.Typer(
    cls=Root,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def root(
    ctx: typer.Context,
    demo: Annotated[bool, typer.Option("--demo", help=_FLAGS["demo"])] = False,
    json: Annotated[bool, typer.Option("--json", help=_FLAGS["json"])] = False,
    offline: Annotated[bool, typer.Option("--offline", help=_FLAGS["offline"])] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help=_FLAGS["verbose"])] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Go through the day's arXiv announcement: list it, star papers, open them in papers.cool.

    Begin with `cool subscribe cs.LG`, then `cool today`. Try it without a network: `cool --demo today cs.LG`.
    """
    if ctx.invoked_subcommand is None:
        print(ctx.get_help())  # noqa: T201
        return
    flags = flags_of(ctx)
    flags.demo, flags.json, flags.offline, flags.verbose = demo, json, offline, verbose


def run(arguments: "Sequence[str]") -> int:
    """Run the program with some arguments and give its exit code; errors are raised.

    Not by Typer's own `main`, which ends a closed pipe with 1 and says nothing of an interruption.
    """
    program = get_command(app)
    try:
        with program.make_context("cool", list(arguments)) as context:
            code = program.invoke(context)
    except typer.Exit as done:
        return done.exit_code
    return code if isinstance(code, int) else 0
