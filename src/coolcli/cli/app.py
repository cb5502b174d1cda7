"""The program `cool`: a verb's module is imported when the verb is called, and not before.

Stubs stand in the group under the verbs' names, so that help and "did you mean" know them all. Importing every verb
would cost a third more at each start (design.md, "Choices made by measurement").
"""

import importlib
import re
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from coolcli import __version__
from coolcli.cli.verbs import VERBS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typer._click import Command, Context, Parameter


class Flags:
    """Options that work before and after the verb: set by whichever of the two bears them."""

    demo = False
    json = False
    offline = False
    verbose = False


_FLAGS = {
    "demo": "Use an invented sample day, without any network.",
    "json": "Print one JSON object.",
    "offline": "Ask nothing of the network.",
    "verbose": "Trace requests on stderr.",
}


_NEGATED = re.compile(r"-(?!n\d+\Z)[^\s-]\S")
"""`-vision`, `-author:doe`: parts of a query; with a blank before it, none is taken for options such as `-n ovel`."""
_OF_QUERIES = ("search", "save", "watch", "unwatch", "mute", "unmute", "rules")


class Stub(TyperCommand):
    """A verb's name and help; called, it becomes the real command."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: "Context | None" = None, **extra: Any
    ) -> "Context":
        """Load the verb and let it read its arguments."""
        command = load(self.name or "")
        if self.name in _OF_QUERIES:
            args = [f" {word}" if _NEGATED.match(word) else word for word in args]
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


def _install_completion(value: bool) -> None:
    if value:
        from coolcli.cli import completion

        shell, place = completion.install()
        print(f"Completion for {shell} is installed in {place}: it works in the next terminal that you open.")  # noqa: T201
        raise typer.Exit


def _show_completion(value: bool) -> None:
    if value:
        from coolcli.cli import completion

        print(completion.script(), end="")  # noqa: T201
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
    install_completion: Annotated[
        bool,
        typer.Option(
            "--install-completion",
            callback=_install_completion,
            is_eager=True,
            help="Install completion for this shell: bash, zsh or fish.",
        ),
    ] = False,
    show_completion: Annotated[
        bool,
        typer.Option(
            "--show-completion", callback=_show_completion, is_eager=True, help="Print what that would install."
        ),
    ] = False,
) -> int | None:
    """Go through the day's arXiv announcement: list it, star papers, open them in papers.cool.

    `cool` alone says where you stand. Begin with `cool subscribe cs.LG`, then `cool today`. Try it without a network:
    `cool --demo today cs.LG`.
    """
    flags = flags_of(ctx)
    flags.demo, flags.json, flags.offline, flags.verbose = demo, json, offline, verbose
    if ctx.invoked_subcommand is not None:
        return None
    from coolcli.cli.status import status

    code = status(ctx)
    if code is None:
        print(ctx.get_help())  # noqa: T201
    return code


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
