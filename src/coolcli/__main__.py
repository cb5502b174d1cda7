"""The only boundary: errors become words on stderr and exit codes, and signals an orderly end.

Ctrl-C (SIGINT) ends with a line and code 130. SIGTERM and SIGHUP take the progress line and a pager away, undo what
was half done, and let the signal have its way: who sent it sees in the status that it was heeded, and a service
manager takes that for a clean end, which 143 is not. Either of them a second time ends at once.
"""

from __future__ import annotations

import os
import sys

try:
    import _thread
    import errno
    import gc
    import io
    import signal
    import time
    from typing import TYPE_CHECKING, NoReturn
except KeyboardInterrupt:  # so early there is nothing to say
    os._exit(130)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from coolcli.errors import CoolError

INTERRUPTED = 130
_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
_COLLECT_AFTER = 50_000
"""Objects after which cycles among them are looked for; Python's own 700 take a fifth of a start, and find nothing."""
_MOMENT = 0.002
"""Seconds after which a signal that was postponed comes again."""
_LONGEST = 600
"""Letters of an error that are shown: what was typed or came from elsewhere may have any number."""
_NARROWEST = 20
"""Columns that help and tables need at the least."""
_ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Ended(BaseException):
    """A signal asked the program to end; no `except Exception` keeps it."""

    def __init__(self, number: int) -> None:
        """Take the signal's number."""
        super().__init__(number)
        self.number = number


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `cool` and leave with its exit code (cli.md, "Exit codes")."""
    gc.set_threshold(_COLLECT_AFTER)
    try:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, _interrupt)
        for number in _ENDING:
            if signal.getsignal(number) is signal.SIG_DFL:  # under nohup it is ignored, and stays so
                signal.signal(number, _end)
        code = guarded(sys.argv[1:] if arguments is None else arguments)
    except Ended as ended:
        _die_of(ended.number)
    except KeyboardInterrupt:  # before all began, or once more while it ends
        code = INTERRUPTED
    gc.freeze()  # the interpreter would look through all of it once more on its way out
    if code == INTERRUPTED:
        os._exit(code)  # all is closed by now, and Python's tidying of its modules takes longer than all before
    sys.exit(code)


def guarded(arguments: Sequence[str]) -> int:
    """Run the program and give its exit code, whatever happens short of a bug."""
    _prepare_streams()
    _mend_environment()
    try:
        return _heeding_signals(arguments)
    except KeyboardInterrupt:
        _let_signals_kill()
        print("Interrupted: what was done before is kept.", file=sys.stderr)  # noqa: T201
        _silence_stdout()
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has seen enough.
        _silence_stdout()
        return 0
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # so rich ends where help is printed
            return 0
        raise
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        print(f"cool: The output cannot be written ({error.strerror}); what was done is kept.", file=sys.stderr)  # noqa: T201
        _silence_stdout()
        return 1
    finally:
        _let_signals_kill()


_raised: list[BaseException] = []
"""What the handlers of signals raised."""


def _heeding_signals(arguments: Sequence[str]) -> int:
    """Run the program; an error that came of a signal is the signal: C code may make another of it."""
    try:
        return _explained(arguments)
    except Exception:
        if _raised:
            raise _raised[-1] from None
        raise


def _interrupt(number: int, frame: FrameType | None) -> None:
    if not _postponed(number, frame):
        _raised.append(KeyboardInterrupt())
        raise _raised[-1]


def _end(number: int, frame: FrameType | None) -> None:
    if not _postponed(number, frame):
        signal.signal(number, signal.SIG_DFL)
        _raised.append(Ended(number))
        raise _raised[-1]


def _postponed(number: int, frame: FrameType | None) -> bool:
    """Let a signal come again in a moment where Python imports: what is raised there may be lost, or leave a lock."""
    if frame is None or not frame.f_code.co_filename.startswith("<frozen importlib"):
        return False
    main_thread = _thread.get_ident()

    def again() -> None:
        time.sleep(_MOMENT)
        if hasattr(signal, "pthread_kill"):  # to that thread: it may wait for a key by then, and has to be woken
            signal.pthread_kill(main_thread, number)
        else:
            signal.raise_signal(number)

    _thread.start_new_thread(again, ())
    return True


def _die_of(number: int) -> NoReturn:
    """End by a signal; what waits in stdout's buffer may have no reader, so nothing is flushed."""
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)
    os._exit(128 + number)  # where the signal is blocked


def _let_signals_kill() -> None:
    """Let signals end the program without a word: all is said, and in Python's own end they would print tracebacks."""
    for number in (signal.SIGINT, *_ENDING):
        if signal.getsignal(number) in (signal.default_int_handler, _interrupt, _end):
            signal.signal(number, signal.SIG_DFL)


class _Notices(io.FileIO):
    """Stderr that never fails: a notice that nobody can read is no reason to stop, or to end with another code."""

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Write what can be written."""
        try:
            return super().write(data) or len(data)
        except OSError:
            return len(data)


def _prepare_streams() -> None:
    """Make stdout and stderr usable: there, in UTF-8, waiting for a slow reader; stderr besides never fails."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the one who started us: nobody reads
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115 -- pathlib costs more
    if sys.stderr is sys.__stderr__ and sys.platform != "win32":  # whose console takes no bytes
        sys.stderr = io.TextIOWrapper(
            io.BufferedWriter(_Notices(2, "w", closefd=False)),
            encoding="utf-8",
            errors="backslashreplace",
            line_buffering=True,
        )
    if sys.stdout is sys.__stdout__:
        # UTF-8 whatever the locale says: names and titles need it, and JSON is UTF-8 by contract.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
        if sys.platform != "win32":
            os.set_blocking(1, True)  # a program before us may have left it otherwise


def _mend_environment() -> None:
    """Set right what would make help, tables and a pager useless: COLUMNS that no screen has, and no TERM."""
    if not os.environ.get("TERM") and sys.platform != "win32":
        os.environ["TERM"] = "dumb"
    columns = os.environ.get("COLUMNS", "")
    if not (columns.isascii() and columns.isdecimal() and len(columns) < 4 and int(columns) > 0):
        os.environ.pop("COLUMNS", None)
    elif int(columns) < _NARROWEST:
        os.environ["COLUMNS"] = str(_NARROWEST)


def _silence_stdout() -> None:
    """Point stdout elsewhere, so that the interpreter's own flush at the end neither fails again nor waits."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _explained(arguments: Sequence[str]) -> int:
    """Run the program and give its exit code; its own errors become words."""
    if instruction := os.environ.get("_COOL_COMPLETE"):  # a shell asks, and somebody waits for it: before Typer
        from coolcli.cli.completion import respond

        return respond(instruction)
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
    except Abort:  # Ctrl-C or Ctrl-D at a question, whose line nothing has ended
        print(file=sys.stderr)  # noqa: T201
        raise KeyboardInterrupt from None
    return code


def _explain(error: CoolError) -> None:
    from coolcli.arxiv.text import clean, clean_lines
    from coolcli.errors import WIDEST, BadQuery, NotSetUp
    from coolcli.render.words import columns, fitted

    message = clean(error.said if isinstance(error, BadQuery) else error.message)
    if len(message) > _LONGEST:
        message = f"{message[:_LONGEST]}…"
    print(fitted(f"cool: {message}", sys.stderr, indent=6), file=sys.stderr)  # noqa: T201
    if isinstance(error, BadQuery) and error.text.strip():
        width = max(_NARROWEST, columns(sys.stderr)) if sys.stderr.isatty() else WIDEST
        print(clean_lines(error.picture(width)), file=sys.stderr)  # noqa: T201
    for line in (error.hint, error.instead if isinstance(error, NotSetUp) else None):
        if line:
            print(fitted(f"      {clean(line)}", sys.stderr, indent=6), file=sys.stderr)  # noqa: T201


def _wrong_usage(error: object) -> int:
    """Say what is wrong with the command line in two lines: what, and where help is."""
    from coolcli.cli.verbs import VERBS
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
