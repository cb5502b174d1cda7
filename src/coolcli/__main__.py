"""The only boundary: errors become words on stderr and exit codes."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coolcli.errors import CoolError

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `cool` and leave with its exit code (cli.md, "Exit codes")."""
    sys.exit(guarded(sys.argv[1:] if arguments is None else arguments))


def guarded(arguments: Sequence[str]) -> int:
    """Run the program and give its exit code, whatever happens short of a bug."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the one who started us: nobody reads
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 -- as long as we run
    try:
        return _explained(arguments)
    except KeyboardInterrupt:
        print("Interrupted: what was done before is kept.", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has seen enough.
        _silence_stdout()
        return 0
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EIO):
            raise
        print(f"cool: The output cannot be written: {error.strerror}.", file=sys.stderr)  # noqa: T201
        _silence_stdout()
        return 1


def _silence_stdout() -> None:
    """Point stdout elsewhere, so that the interpreter's own flush at the end does not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _explained(arguments: Sequence[str]) -> int:
    """Run the program and give its exit code; its own errors become words."""
    _speak_utf8()
    from typer import Abort, TyperException

    from coolcli.cli.app import run
    from coolcli.errors import CoolError

    try:
        code = run(arguments)
        sys.stdout.flush()
    except CoolError as error:
        _explain(error)
        return error.exit_code
    except TyperException as error:
        return _wrong_usage(error)
    except Abort:  # Ctrl-C or Ctrl-D at a question
        raise KeyboardInterrupt from None
    return code


def _speak_utf8() -> None:
    """Write UTF-8 whatever the locale says: names and titles need it, and JSON is UTF-8 by contract."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and (stream.encoding or "").lower() not in ("utf-8", "utf8"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]


def _explain(error: CoolError) -> None:
    from coolcli.arxiv.text import clean
    from coolcli.render.words import fitted

    print(fitted(f"cool: {clean(error.message)}", sys.stderr, indent=6), file=sys.stderr)  # noqa: T201
    if error.hint:
        print(fitted(f"      {clean(error.hint)}", sys.stderr, indent=6), file=sys.stderr)  # noqa: T201


def _wrong_usage(error: object) -> int:
    """Say what is wrong with the command line in two lines: what, and where help is."""
    from coolcli.cli.app import VERBS
    from coolcli.errors import UsageError, or_list

    message = str(getattr(error, "format_message", lambda: error)()).strip()
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "cool"
    hint = f"`{path} --help` shows what it takes."
    if message.startswith("No such command"):
        from difflib import get_close_matches

        typed = message.partition("'")[2].partition("'")[0]
        near = get_close_matches(typed, VERBS, n=3, cutoff=0.5)
        message = f"There is no command '{typed}'."
        hint = (
            f"Did you mean {or_list(near)}? `cool --help` lists them all." if near else "`cool --help` lists them all."
        )
    _explain(UsageError(message, hint))
    return UsageError.exit_code


if __name__ == "__main__":
    main()
