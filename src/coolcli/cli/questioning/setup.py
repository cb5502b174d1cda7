"""`cool config ask`: which model answers `cool ask`, chosen step by step, tried once, and only then kept.

    server -> address -> key -> model -> window -> language -> tried -> kept, all of it or nothing

A key that is typed here is used for the trial and kept nowhere.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from difflib import get_close_matches
from pathlib import PurePath
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import typer

from coolcli import allowed, config, places
from coolcli.arxiv.ids import ArxivId, is_old_style
from coolcli.arxiv.text import clean
from coolcli.cli import configured, share
from coolcli.errors import BadSetting, CoolError, FetchError, NotSetUp, UsageError, or_list
from coolcli.render.words import number
from coolcli.settings import ABOUT, KEY_VARIABLE, Settings, shown, variable

if TYPE_CHECKING:
    from coolcli.ask.key import Key
    from coolcli.ask.model import Model
    from coolcli.cli.desk import Desk

INTERRUPTED = 130
_PATIENCE = 15.0
"""Seconds that a server's list of models is waited for: its names can be typed as well."""
_MOST = 20
"""Models that are shown of a server's list."""
_LONGEST = 60
"""Letters that are shown of what the model said."""


class Preset(NamedTuple):
    """A server that many have."""

    name: str
    base_url: str
    window: int
    """Tokens that its models take; where they differ, what the smaller ones of today do."""
    needs_key: bool = True
    about_window: str = ""


PRESETS = (
    Preset("Kimi", "https://api.moonshot.ai/v1", 128_000),
    Preset("Kimi China", "https://api.moonshot.cn/v1", 128_000),
    Preset("OpenAI", "https://api.openai.com/v1", 128_000),
    Preset("DeepSeek", "https://api.deepseek.com", 128_000),
    Preset(
        "Ollama",
        "http://localhost:11434/v1",
        4_096,
        needs_key=False,
        about_window="Ollama takes 4096 tokens where OLLAMA_CONTEXT_LENGTH does not say more, and leaves out the "
        "rest of a paper without a word.",
    ),
    Preset(
        "llama.cpp",
        "http://localhost:8080/v1",
        Settings().ask_window,
        needs_key=False,
        about_window="llama-server takes what its option -c says, and prints it as n_ctx when it starts.",
    ),
    Preset("another", "", Settings().ask_window),
)
"""The servers that are offered; addresses and windows as their documentation has them."""


class _Choice(NamedTuple):
    """What was chosen so far, with the key that it is tried with."""

    preset: Preset
    base_url: str
    key: Key | None = None
    has_key: bool = True
    """Whether the key that is needed is at hand."""
    key_command: str = ""
    still_to_do: str = ""
    """What the reader has to do before the key is there each time."""
    model: str = ""
    window: int = 0
    language: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or self.base_url

    @property
    def changes(self) -> dict[str, str | None]:
        return {
            "ask.base_url": self.base_url,
            "ask.model": self.model,
            "ask.key_command": self.key_command or None,
            "ask.window": str(self.window),
            "ask.language": self.language,
        }


def not_set_up(desk: Desk, ids: Sequence[str]) -> NotSetUp:
    """Build the error for papers that nobody can be asked about yet: it names their pages at papers.cool."""
    settings = desk.settings
    missing = [key for key in ("ask.base_url", "ask.model") if not getattr(settings, ABOUT[key].name)]
    theirs = [ArxivId(paper_id) for paper_id in ids if not is_old_style(paper_id)]
    pages = list(places.pages(theirs, "papers.cool", settings).addresses)
    has = "papers.cool has six answers too" if pages else "Without a model there is"
    pages += [share.page_of(desk, paper_id) for paper_id in ids if is_old_style(paper_id)]
    return NotSetUp(
        f"No model is set up to ask: {' and '.join(missing)} {'are' if len(missing) > 1 else 'is'} empty.",
        f"`cool config ask` sets it up, or `cool config set` and {KEY_VARIABLE}.",
        f"{has}: {' '.join(pages)}",
    )


def walk(desk: Desk) -> int:
    """Walk the reader through the settings of `cool ask`, try them, keep them, and give the exit code.

    Raises UsageError without a terminal, BadSetting or DataError where the settings file cannot be read or written.
    """
    _require_terminal()
    try:
        choice = _chosen(desk)
        failed = _tried(desk, choice)
        if failed is not None and not _kept_all_the_same(failed):
            desk.say("Nothing is changed.")
            return failed.exit_code
    except (typer.Abort, KeyboardInterrupt) as end:
        if isinstance(end, typer.Abort):
            print(file=sys.stderr)  # noqa: T201 -- the question's line, which nothing has ended
        desk.say("Nothing is changed.")
        return INTERRUPTED
    _keep(desk, choice)
    return 0


def _kept_all_the_same(failed: CoolError) -> bool:
    """Ask whether settings are kept that were not tried (yes by default), or did not work (no)."""
    return typer.confirm("Keep these settings all the same?", default=not isinstance(failed, FetchError), err=True)


def _require_terminal() -> None:
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "`cool config ask` asks its questions on a terminal.",
            "Without one: `cool config set ask.base_url URL`, `cool config set ask.model NAME`, and "
            f"{KEY_VARIABLE} or `cool config set ask.key_command COMMAND`.",
        )


def _chosen(desk: Desk) -> _Choice:
    """Ask for one thing after the other; what is set already is the default of each."""
    desk.say("The model that answers `cool ask`. Enter takes what is in brackets; Ctrl-C leaves, and changes nothing.")
    choice = _demonstrated(desk) if desk.flags.demo else _with_key(desk, _server(desk))
    choice = _with_model(desk, choice)
    about = choice.preset.about_window
    desk.say(
        f"The window is how many tokens the model takes at once; a paper has some 10,000 to 50,000. {about}".rstrip()
    )
    is_kept = desk.origins["ask.window"] != "default" and choice.base_url == desk.settings.ask_base_url
    window = desk.settings.ask_window if is_kept else choice.preset.window
    choice = choice._replace(window=int(_setting(desk, "ask.window", "Window", str(window))))
    return choice._replace(language=_setting(desk, "ask.language", "Language", desk.settings.ask_language))


def _demonstrated(desk: Desk) -> _Choice:
    """Take the demonstration's own server: nothing leaves this machine."""
    settings = desk.served
    desk.say("A demonstration asks its own server, which needs no key.")
    preset = Preset("demonstration", settings.ask_base_url, settings.ask_window, needs_key=False)
    return _Choice(preset, settings.ask_base_url, model=settings.ask_model)


def _server(desk: Desk) -> _Choice:
    """Let one of the presets be chosen, or an address be typed in its place."""
    current = desk.settings.ask_base_url
    others = PRESETS[-1]
    its = next((preset for preset in PRESETS if preset.base_url == current), others) if current else PRESETS[0]
    rows = {preset.name: preset.base_url or "any with OpenAI's chat-completions protocol" for preset in PRESETS}
    typed = _one_of(desk, "Server", rows, its.name, takes_others="://")
    preset = next((preset for preset in PRESETS if preset.name == typed), others)
    default = current if preset == its and current else preset.base_url
    address = None if typed in rows else typed
    return _Choice(preset, _setting(desk, "ask.base_url", "Address", default, wanted=True, typed=address))


def _with_key(desk: Desk, choice: _Choice) -> _Choice:
    """Let it be chosen where the key comes from, until one comes from there or is not needed."""
    command = desk.settings.ask_key_command
    is_set = bool(os.environ.get(KEY_VARIABLE))
    rows = {
        "variable": f"{KEY_VARIABLE}, which is {'set' if is_set else 'not set'} in this shell",
        "command": "a command of yours that prints it, such as `pass show kimi`",
        "none": "the server wants none",
    }
    default = "command" if command and not is_set else "variable" if is_set or choice.preset.needs_key else "none"
    while True:
        try:
            match _one_of(desk, "Key from", rows, default):
                case "variable":
                    return _with_variable(desk, choice, is_set=is_set)
                case "command":
                    return _with_command(desk, choice, is_set=is_set)
                case _:
                    if is_set:
                        desk.say(f"{KEY_VARIABLE} is set, and is sent as long as it is.")
                    return choice._replace(key=_key("", os.environ))
        except CoolError as error:
            desk.say(configured.in_words(error))


def _with_variable(desk: Desk, choice: _Choice, *, is_set: bool) -> _Choice:
    """Take the key of the environment; where there is none, say where it goes, and take one for the trial."""
    if is_set:
        return choice._replace(key=_key("", os.environ))
    file, line = _line_for_shell()
    desk.say(f"Put this line into {file}, with your key in it:\n  {line}")
    typed = _asked_unseen("The key, to try it now (not shown, kept nowhere; Enter goes on without it)")
    key = _key("", {KEY_VARIABLE: typed}) if typed else None
    return choice._replace(key=key, has_key=key is not None, still_to_do=f"the line for the key into {file}, then: ")


def _with_command(desk: Desk, choice: _Choice, *, is_set: bool) -> _Choice:
    """Take the key that a command prints, which is run once."""
    command = _setting(desk, "ask.key_command", "Command", desk.settings.ask_key_command, wanted=True)
    if is_set:
        desk.say(f"{KEY_VARIABLE} is set, and counts before the command as long as it is.")
    others = {name: value for name, value in os.environ.items() if name != KEY_VARIABLE}
    return choice._replace(key_command=command, key=_key(command, others))


def _key(command: str, environment: Mapping[str, str]) -> Key | None:
    from coolcli.ask import key

    return key.of_reader(command, environment)


def _line_for_shell() -> tuple[str, str]:
    """Give the file in which the reader's shell looks for variables, and the line for it."""
    if sys.platform == "win32":
        return "your PowerShell profile", f"$env:{KEY_VARIABLE} = 'YOUR KEY'"
    shell = PurePath(os.environ.get("SHELL", "")).name
    if shell == "fish":
        return "~/.config/fish/config.fish", f"set -gx {KEY_VARIABLE} 'YOUR KEY'"
    file = {"zsh": "~/.zshrc", "bash": "~/.bashrc"}.get(shell, "~/.profile")
    return file, f"export {KEY_VARIABLE}='YOUR KEY'"


def _with_model(desk: Desk, choice: _Choice) -> _Choice:
    """Let a model be chosen of the server's list; any name can be typed, and one that is not in it is asked twice."""
    names = _listed(desk, choice) if choice.has_key and not desk.offline else []
    first = names[:_MOST]
    if names:
        more = f"\n      and {len(names) - len(first):,} more" if len(names) > len(first) else ""
        desk.say(f"{choice.host} has {number(len(names), 'model')}:\n{_table(dict.fromkeys(first, ''))}{more}")
    default = choice.model or (desk.settings.ask_model if choice.base_url == desk.settings.ask_base_url else "")
    default = default or (names[0] if len(names) == 1 else "")
    doubted = default
    while True:
        typed = _setting(desk, "ask.model", "Model", doubted, wanted=True)
        if typed.isdecimal() and 0 < int(typed) <= len(first):
            return choice._replace(model=first[int(typed) - 1])
        if not names or typed in names or typed == doubted:
            return choice._replace(model=typed)
        near = [name for name in names if typed.lower() in name.lower()] or get_close_matches(typed, names, n=3)
        meant = f" Did you mean {or_list(near[:5])}?" if near else ""
        desk.say(f"{choice.host} does not list '{clean(typed)}'.{meant} Enter takes it as it is.")
        doubted = typed


def _listed(desk: Desk, choice: _Choice) -> list[str]:
    """Ask the server which models it has; where it does not say, why is told, and they are typed."""
    try:
        with closing(_model(desk, choice, _PATIENCE)) as model:
            found = [clean(name) for name in model.models()]
    except FetchError as error:
        desk.say(f"Which models there are is not known. {configured.in_words(error)}")
        return []
    finally:
        desk.progress.clear()
    return sorted({name for name in found if name})


def _model(desk: Desk, choice: _Choice, patience: float) -> Model:
    from coolcli.ask.model import Model

    trace = desk.say if desk.flags.verbose else None
    return Model(
        choice.base_url,
        choice.model,
        choice.key,
        patience=patience,
        tell=desk.progress.say,
        trace=trace,
        pause=desk.pause,
    )


def _tried(desk: Desk, choice: _Choice) -> CoolError | None:
    """Ask the model one short question, say what came of it, and give what went wrong."""
    try:
        _try(desk, choice)
    except CoolError as error:
        desk.progress.clear()
        desk.say(f"{'That did not work. ' if isinstance(error, FetchError) else ''}{configured.in_words(error)}")
        return error
    return None


def _try(desk: Desk, choice: _Choice) -> None:
    """Ask, and say what came. Raises CoolError where nothing did, or nothing can be asked."""
    from coolcli.ask.questions import Message

    if desk.offline:
        raise CoolError("It was not tried: nothing is asked (--offline).")
    if not choice.has_key:
        raise CoolError(
            "It was not tried: there is no key yet.", f"`cool config ask` tries it once {KEY_VARIABLE} is set."
        )
    desk.progress.say(f"{choice.host}: asking {clean(choice.model)} to say ok")
    began = monotonic()
    with closing(_model(desk, choice, desk.settings.ask_patience)) as model:
        pieces = list(model.ask([Message("user", "Say ok.")]))
    seconds = monotonic() - began
    said = clean("".join(piece.text for piece in pieces if piece.kind == "answer"))
    said = choice.key.hide(said) if choice.key else said
    told = said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
    desk.say(f"It works: {clean(choice.model)} answered in {seconds:.1f} s: {told}")


def _keep(desk: Desk, choice: _Choice) -> None:
    """Write the settings at once, and say where they are; a demonstration's server has another address each time."""
    changes = {key: text for key, text in choice.changes.items() if not (desk.flags.demo and key == "ask.base_url")}
    config.put_all(desk.paths.settings, changes)
    for name in map(variable, changes):
        if os.environ.get(name):
            desk.say(f"{name} is set and counts more than the file.")
    lines = [configured.line_of(desk, key) for key in changes]
    if desk.flags.json:
        desk.write_json({"settings": {line.key: line.document for line in lines if line}})
    else:
        desk.echo("".join(f"{line.key} is {shown(line.value) or 'empty'}\n" for line in lines if line))
        desk.echo(f"Kept in {clean(str(desk.paths.settings))}. Now: {choice.still_to_do}cool ask 1\n")


def _setting(desk: Desk, key: str, words: str, default: str, *, wanted: bool = False, typed: str | None = None) -> str:
    """Ask for a setting until it is one, and where it is `wanted` not empty; give it as it is kept.

    What was `typed` before it was asked for is looked at first.
    """
    while True:
        try:
            value = shown(allowed.check(key, _asked(words, default) if typed is None else typed))
        except BadSetting as error:
            desk.say(configured.in_words(error))
        else:
            if value or not wanted:
                return value
        typed = None


def _one_of(desk: Desk, words: str, rows: Mapping[str, str], default: str, *, takes_others: str = "") -> str:
    """Let a name be chosen, by its number or how it begins; or take what has `takes_others` in it as it is.

    What is typed is not said again: it may be a key, pasted in the wrong place.
    """
    names = list(rows)
    desk.say(_table(rows))
    while True:
        typed = _asked(f"{words}, by number or name", default)
        if takes_others and takes_others in typed:
            return typed
        if typed.isdecimal() and 0 < int(typed) <= len(names):
            return names[int(typed) - 1]
        begun = [name for name in names if name.lower().startswith(typed.lower())]
        exact = [name for name in begun if name.lower() == typed.lower()]
        if len(exact or begun) == 1:
            return (exact or begun)[0]
        near = begun or get_close_matches(typed.lower(), names, n=3, cutoff=0.5)
        desk.say(f"Did you mean {or_list(near)}?" if near else f"It is a number from 1 to {len(names)}, or a name.")


def _table(rows: Mapping[str, str]) -> str:
    """Number some names, with what is said of each."""
    wide = max(map(len, rows))
    return "\n".join(
        f"  {place:>2}  {name:<{wide}}  {about}".rstrip() for place, (name, about) in enumerate(rows.items(), 1)
    )


def _asked(words: str, default: str = "") -> str:
    """Ask for a line; what is no text is asked for again. Raises typer.Abort at Ctrl-C and Ctrl-D."""
    while True:
        try:
            return str(typer.prompt(words, default=default, show_default=bool(default), err=True)).strip()
        except UnicodeDecodeError:
            continue


def _asked_unseen(words: str) -> str:
    """Ask for a line that is not shown. Raises typer.Abort at Ctrl-C and Ctrl-D, CoolError for what is no text."""
    from getpass import getpass  # not by Typer: it prompts first, and what is typed before the echo is off is lost

    try:
        return getpass(f"{words}: ").strip()
    except (EOFError, KeyboardInterrupt):
        raise typer.Abort from None
    except UnicodeDecodeError:
        raise CoolError("What was typed is no text.") from None
