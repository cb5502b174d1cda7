"""Completion for bash, zsh and fish: a shell asks what a word can become, and gets a candidate a line.

    script in the shell -> _COOL_COMPLETE=complete_zsh cool -> the words of the line -> candidates -> value TAB about

Titles are other people's text. The scripts read the lines as data and evaluate nothing; what they are sent has no
control characters, and a value with a character that means something to a shell is not sent at all. Typer's own scripts
have the shell evaluate what the program prints, and its zsh takes `[/x]` in a title for markup and fails.

Values are found without Typer, which is most of a start; only where options are asked for, the verb is loaded for them.
Whatever goes wrong, there is nothing to complete: words would stand in the middle of somebody's command line.
"""

from __future__ import annotations

import gc
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from coolcli.cli import candidates
from coolcli.cli.candidates import OPTION_VALUES, Asked, Candidate
from coolcli.cli.verbs import VERBS
from coolcli.errors import CoolError, DataError, UsageError

BASH = r"""
_cool_completion() {
    local line IFS=$'\n'
    COMPREPLY=()
    while IFS= read -r line; do
        COMPREPLY+=("$line")
    done < <(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" _COOL_COMPLETE=complete_bash "$1" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == */ ]]; then
        compopt -o nospace 2>/dev/null
    fi
}

complete -o nosort -F _cool_completion cool 2>/dev/null || complete -F _cool_completion cool
"""

# Found in a folder of `fpath`, the file is `_cool` at its first call, and defines what that is from then on.
ZSH = r"""
#compdef cool

_cool() {
    local value about
    local -i failed=1
    local -a found folders files
    while IFS=$'\t' read -r value about; do
        case $value in
            (*/) folders+=("$value") ;;
            (\~/*) files+=("$value") ;;
            (*) found+=("${value//:/\\:}${about:+:${about//\\/\\\\}}") ;;
        esac
    done < <(_TYPER_COMPLETE_ARGS="${(j: :)words[1,CURRENT]}" _COOL_COMPLETE=complete_zsh "${(Q)words[1]}" 2>/dev/null)
    _describe -V cool found -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}' && failed=0
    compadd -Q -S '' -a folders && failed=0  # as they are: a quoted ~ is nobody's home
    compadd -Q -a files && failed=0
    return failed
}

if [[ $funcstack[1] == _cool ]]; then
    _cool "$@"
else
    compdef _cool cool
fi
"""

FISH = r"""
function __cool_completion
    set -l words (commandline -op)
    set -l line (commandline -cp | string collect)
    env _COOL_COMPLETE=complete_fish _TYPER_COMPLETE_ARGS="$line" $words[1] 2>/dev/null
end

complete --command cool --no-files --keep-order --arguments '(__cool_completion)'
"""

SCRIPTS = {name: text.lstrip("\n") for name, text in (("bash", BASH), ("zsh", ZSH), ("fish", FISH))}
"""What each shell has to run."""

PLACES = {"bash": ".bash_completions/cool.sh", "zsh": ".zfunc/_cool", "fish": ".config/fish/completions/cool.fish"}
"""Where each shell's script is installed, below the home folder."""

LONGEST = 160
"""Letters of what is said of a candidate: a title may have 100,000."""

_HARMLESS = re.compile(r"(?!=)[\w.,:+~/=@-]+")
"""A value that means itself in every shell: letters of any script, and some signs. In zsh, `=ls` is where `ls` is."""


class Line(NamedTuple):
    """A command line up to the cursor, in words."""

    before: tuple[str, ...]
    typed: str


def respond(instruction: str) -> int:
    """Print what a shell asks for (`complete_bash`, `source_zsh`), and give the exit code: 1 for what none asks."""
    action, _, shell = instruction.partition("_")
    if shell not in SCRIPTS or action not in ("complete", "source"):
        return 1
    if action == "source":
        sys.stdout.write(SCRIPTS[shell])
        return 0
    gc.disable()  # the process ends with its answer: collecting would be a tenth of it
    try:
        found = list(_found(_line(shell, os.environ), shell))
    except (CoolError, OSError, ValueError):
        return 0
    sys.stdout.write("".join(f"{_written(one, shell)}\n" for one in found))
    gc.freeze()  # and the interpreter's own collection on the way out another
    return 0


def script() -> str:
    """Give the script of the shell that this process was started from. Raises UsageError for another one."""
    return SCRIPTS[_shell()]


def install() -> tuple[str, Path]:
    """Put the script where this shell looks for it; give the shell and the file. Raises UsageError or DataError.

    The files and lines are those of Typer's programs, so that several share a line. But a start-up file of the
    reader's is only ever appended to: Typer writes it anew, and a full disk would leave nothing of it.
    """
    import shlex

    from coolcli import whole_files

    shell = _shell()
    try:
        file = place_of(shell)
        file.parent.mkdir(parents=True, exist_ok=True)
        whole_files.write(file, SCRIPTS[shell])
        if shell == "bash":
            _append(Path.home() / ".bashrc", f"source {shlex.quote(str(file))}")
        elif shell == "zsh":
            folder = os.environ.get("ZDOTDIR") or Path.home()
            _append(Path(folder) / ".zshrc", "fpath+=~/.zfunc; autoload -Uz compinit; compinit")
    except (OSError, RuntimeError) as error:
        raise DataError(
            f"Completion for {shell} cannot be installed: {error}.",
            "`cool --show-completion` prints it, for a file that your shell reads.",
        ) from error
    return shell, file


def place_of(shell: str) -> Path:
    """Give the file in which a shell looks for its script. Raises RuntimeError where there is no home folder."""
    folder = os.environ.get("XDG_CONFIG_HOME") if shell == "fish" else None
    place = Path(PLACES[shell])
    return Path(folder, *place.parts[1:]) if folder else Path.home() / place


def _append(file: Path, line: str) -> None:
    """Add a line to a file, which may not be there, unless it has it."""
    before, added = file.read_bytes() if file.exists() else b"", os.fsencode(line)
    if added not in before.splitlines():
        with file.open("ab") as end:
            end.write(b"\n" * (before[-1:] not in (b"", b"\n")) + added + b"\n")


def _shell() -> str:
    """Name the shell that this process was started from, else the one that the reader logs in with."""
    from typer import _completion_shared as typers

    name = typers._get_shell_name() or Path(os.environ.get("SHELL", "")).name
    if name not in SCRIPTS:
        raise UsageError(
            f"There is no completion for {name or 'a shell that cannot be told'}.",
            "There is for bash, zsh and fish: start one of them, and say it there.",
        )
    return name


def _line(shell: str, environment: Mapping[str, str]) -> Line:
    """Read the command line as the shell hands it over."""
    if shell != "bash":
        text = environment.get("_TYPER_COMPLETE_ARGS", "")
        words = _words(text)[1:]
        return Line(tuple(words[:-1]), words[-1]) if words and not text[-1].isspace() else Line(tuple(words), "")
    words = [" ".join(_words(word)) for word in environment.get("COMP_WORDS", "").split("\n")]  # some may be empty
    place = int(environment.get("COMP_CWORD", "0"))
    typed = words[place] if 0 <= place < len(words) else ""
    # What bash breaks words at stands as a word of its own.
    return Line(tuple(word for word in words[1:place] if word != "="), "" if typed in ("=", ":") else typed)


def _words(text: str) -> list[str]:
    """Split as a shell does, without expanding anything; a quote that is still open reaches to the end."""
    import shlex

    lexer = shlex.shlex(text, posix=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    try:
        words.extend(lexer)
    except ValueError:
        words.append(lexer.token)
    return words


def _found(line: Line, shell: str) -> Iterator[Candidate]:
    """Give what the word can become, each once, without what was said before."""
    options, verb, arguments = _parts(line.before)
    demo = "--demo" in options
    takes, prefix, typed = None, "", line.typed
    option, equals, value = typed.partition("=")
    if equals and option in OPTION_VALUES:
        # bash completes what stands behind its break, the others the word.
        takes, prefix, typed = OPTION_VALUES[option], f"{option}=", value
    elif line.before and "--" not in line.before and line.before[-1] in OPTION_VALUES:
        takes = OPTION_VALUES[line.before[-1]]
    elif typed.startswith("-") and "--" not in line.before:
        yield from _options(verb, line)
        return
    elif verb is None:
        takes = candidates.verbs
    elif verb in VERBS and (name := VERBS[verb].takes):
        takes = getattr(candidates, name)
    if takes is not None:
        asked = Asked(typed, tuple(arguments), demo, rows=shell != "bash", verb=verb)
        yield from _once(takes(asked), prefix, arguments)


def _once(found: Iterable[Candidate], prefix: str, said: Sequence[str]) -> Iterator[Candidate]:
    seen = set(said)
    for one in found:
        if one.value not in seen and _HARMLESS.fullmatch(prefix + one.value):
            seen.add(one.value)
            yield one._replace(value=prefix + one.value)


def _parts(words: Iterable[str]) -> tuple[list[str], str | None, list[str]]:
    """Tell apart the options, the verb and its arguments; what stands for an option's value is neither."""
    options: list[str] = []
    arguments: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            arguments.extend(rest)
        elif word.startswith("-") and word != "-":
            options.append(word)
            if word in OPTION_VALUES:
                next(rest, None)
        else:
            arguments.append(word)
    return options, arguments[0] if arguments else None, arguments[1:]


def _options(verb: str | None, line: Line) -> Iterator[Candidate]:
    """Give the options of a verb, or those before it: Typer knows them."""
    from typer.main import get_command

    from coolcli.cli.app import app, load

    if verb is not None and verb not in VERBS:
        return
    command = get_command(app) if verb is None else load(verb)
    said = list(line.before) if verb is None else list(line.before)[line.before.index(verb) + 1 :]
    with command.make_context(verb or "cool", said, resilient_parsing=True) as context:
        for item in command.shell_complete(context, line.typed):
            yield Candidate(item.value, item.help or "")


def _written(candidate: Candidate, shell: str) -> str:
    if shell == "bash" or not candidate.about:
        return candidate.value
    printable = "".join(letter if letter.isprintable() else " " for letter in candidate.about[: 2 * LONGEST])
    return f"{candidate.value}\t{' '.join(printable.split())[:LONGEST]}"
