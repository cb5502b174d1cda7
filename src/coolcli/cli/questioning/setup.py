"""`cool config ask`: which model answers `cool ask`, chosen step by step, tried once, and only then kept.

    server -> address -> key -> reached? -> model -> window -> language -> tried -> kept, all of it or nothing
              ^ again, where it is not there; or the key, where it is refused  |
    ^ all of it again, with what was typed as defaults, where the trial failed <

A key that is typed here is used for the trial and kept nowhere.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import closing
from difflib import get_close_matches
from time import monotonic
from typing import TYPE_CHECKING, Literal

import typer

from coolcli import config, places
from coolcli.arxiv.ids import ArxivId, is_old_style
from coolcli.arxiv.text import clean
from coolcli.cli import configured, share
from coolcli.cli.questioning import key_source, prompts, servers
from coolcli.cli.questioning.key_source import GO_ON
from coolcli.cli.questioning.servers import PRESETS, Choice, Preset
from coolcli.errors import CoolError, FetchError, Intercepted, NotSetUp, Refused, Unreachable, UsageError, or_list
from coolcli.render.words import number
from coolcli.settings import ABOUT, KEY_VARIABLE, shown, variable

if TYPE_CHECKING:
    from coolcli.ask.model import Model
    from coolcli.cli.desk import Desk

INTERRUPTED = 130
_PATIENCE = 15.0
"""Seconds that a server's list of models is waited for: its names can be typed as well."""
_MOST = 20
"""Models that are shown of a server's list."""
_LONGEST = 60
"""Letters that are shown of what the model said."""
_LATER = "A later prompt takes it, and hides it."
_EARLIER = "`again`, at the end, leads back to the prompt that hides it."


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
        outcome = _outcome(desk)
    except (typer.Abort, KeyboardInterrupt) as end:
        if isinstance(end, typer.Abort):
            print(file=sys.stderr)  # noqa: T201 -- the question's line, which nothing has ended
        desk.say("Nothing is changed.")
        return INTERRUPTED
    if isinstance(outcome, CoolError):
        desk.say("Nothing is changed.")
        return outcome.exit_code
    _keep(desk, outcome)
    return 0


def _outcome(desk: Desk) -> Choice | CoolError:
    """Go through the questions and the trial until it works, or the reader has enough: give what is to be kept.

    Where nothing is, give what went wrong.
    """
    desk.say("The model that answers `cool ask`. Enter takes what is in brackets; Ctrl-C leaves, and changes nothing.")
    choice = servers.kept(desk.settings, has_window=desk.origins["ask.window"] != "default")
    while True:
        choice, told = _chosen(desk, choice)
        failed = _tried(desk, choice, told)
        next_step = "keep" if failed is None else _next_step(desk, failed)
        if failed is not None and next_step == "leave":
            return failed
        if next_step == "keep":
            return choice


def _next_step(desk: Desk, failed: CoolError) -> str:
    """Let it be chosen what becomes of settings that did not work, or were not tried."""
    rows = {
        "again": "the same questions, with what you typed in brackets",
        "keep": "these settings all the same",
        "leave": "and change nothing",
    }
    return prompts.one_of(desk, "And now", rows, "again" if isinstance(failed, FetchError) else "keep", _EARLIER)


def _require_terminal() -> None:
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            "`cool config ask` asks its questions on a terminal.",
            "Without one: `cool config set ask.base_url URL`, `cool config set ask.model NAME`, and "
            f"{KEY_VARIABLE} or `cool config set ask.key_command COMMAND`.",
        )


def _chosen(desk: Desk, before: Choice) -> tuple[Choice, str]:
    """Ask for one thing after the other; what was chosen or set `before` is the default of each.

    Give with it which failure was told last.
    """
    choice = _demonstrated(desk) if desk.flags.demo else key_source.ask(desk, _server(desk, before), before)
    choice, names, told = _reached(desk, choice)
    choice = _with_model(desk, choice, before, names)
    about = choice.preset.about_window
    desk.say(
        f"The window is how many tokens the model takes at once; a paper has some 10,000 to 50,000. {about}".rstrip()
    )
    window = before.window if before.window and before.is_like(choice) else choice.preset.window
    window = int(prompts.setting(desk, "ask.window", "Window", str(window), _EARLIER))
    language = prompts.setting(desk, "ask.language", "Language", before.language, _EARLIER)
    return choice._replace(window=window, language=language), told


def _demonstrated(desk: Desk) -> Choice:
    """Take the demonstration's own server: nothing leaves this machine."""
    settings = desk.served
    desk.say("A demonstration asks its own server, which needs no key.")
    preset = Preset("demonstration", settings.ask_base_url, settings.ask_window, needs_key=False)
    return Choice(preset, settings.ask_base_url, model=settings.ask_model)


def _server(desk: Desk, before: Choice) -> Choice:
    """Let one of the presets be chosen, or an address be typed in its place."""
    others = PRESETS[-1]
    rows = {preset.name: preset.base_url or "any with OpenAI's chat-completions protocol" for preset in PRESETS}
    typed = prompts.one_of(desk, "Server", rows, before.preset.name, _LATER, takes_others="://")
    preset = next((preset for preset in PRESETS if preset.name == typed), others)
    default = before.base_url if preset == before.preset else preset.base_url
    address = None if typed in rows else typed
    url = prompts.setting(desk, "ask.base_url", "Address", default, _LATER, wanted=True, typed=address)
    return Choice(preset, url)


def _reached(desk: Desk, choice: Choice) -> tuple[Choice, list[str], str]:
    """Ask the server for its models until it gives them, or the reader goes on without; give also what was told last.

    Where there is no key yet, nothing is asked.
    """
    told = ""
    while choice.has_key and not desk.offline:
        try:
            return choice, _listed(desk, choice), ""
        except FetchError as error:
            mended, told = _mended(desk, choice, error), error.message
        if mended is None:
            break
        choice = mended
    return choice, [], told


def _mended(desk: Desk, choice: Choice, error: FetchError) -> Choice | None:
    """Ask again for what a failure is the fault of; None where the reader goes on, or nothing can be typed for it."""
    match _fault(error) if not desk.flags.demo else "":
        case "key":
            desk.say(clean(error.message))
            return key_source.ask_again(desk, choice)
        case "address":
            desk.say(f"{_in_words(error)}\nEnter tries the same again; `{GO_ON}` goes on without its list of models.")
            url = prompts.setting(
                desk, "ask.base_url", "Address", choice.base_url, _EARLIER, wanted=True, besides=(GO_ON,)
            )
            return choice._replace(base_url=url) if url != GO_ON else None
    desk.say(f"Which models there are is not known. {_in_words(error)}")
    return None


def _fault(error: FetchError) -> Literal["key", "address", ""]:
    """Tell what another one of may mend a failure: a server that has trouble, or no list, may answer all the same."""
    if isinstance(error, Refused):
        status = error.status
        return "key" if status in (401, 402, 403) else "address" if status < 400 or status in (404, 405) else ""
    lost = isinstance(error, Unreachable | Intercepted) or type(error) is FetchError  # the key may not travel there
    return "address" if lost else ""


def _in_words(error: CoolError) -> str:
    """Write what is wrong, and what to do where that is no command: this is where it is done."""
    return configured.in_words(CoolError(error.message, None if "`cool config" in (error.hint or "") else error.hint))


def _with_model(desk: Desk, choice: Choice, before: Choice, names: Sequence[str]) -> Choice:
    """Let a model be chosen of the server's list; any name can be typed, and one that is not in it is asked twice."""
    first = names[:_MOST]
    if names:
        more = f"\n      and {len(names) - len(first):,} more" if len(names) > len(first) else ""
        listed = prompts.table(dict.fromkeys(first, ""))
        desk.say(f"{choice.host} has {number(len(names), 'model')}:\n{listed}{more}")
    doubted = _usual_model(choice, before, names)
    while True:
        typed = prompts.setting(desk, "ask.model", "Model", doubted, _EARLIER, wanted=True)
        if typed.isdecimal() and 0 < int(typed) <= len(first):
            return choice._replace(model=first[int(typed) - 1])
        if not names or typed in names or typed == doubted:
            return choice._replace(model=typed)
        near = [name for name in names if typed.lower() in name.lower()] or get_close_matches(typed, names, n=3)
        meant = f" Did you mean {or_list(near[:5])}?" if near else ""
        desk.say(f"{choice.host} does not list '{clean(typed)}'.{meant} Enter takes it as it is.")
        doubted = typed


def _usual_model(choice: Choice, before: Choice, names: Sequence[str]) -> str:
    """Give the model that is offered: the one from before where the server may have it, or its only one."""
    is_had = not names or before.model in names or choice.base_url == before.base_url
    if before.model and before.is_like(choice) and is_had:
        return before.model
    return choice.model or (names[0] if len(names) == 1 else "")


def _listed(desk: Desk, choice: Choice) -> list[str]:
    """Ask the server which models it has. Raises FetchError."""
    try:
        with closing(_model(desk, choice, _PATIENCE)) as model:
            found = [clean(name) for name in model.models()]
    finally:
        desk.progress.clear()
    return sorted({name for name in found if name})


def _model(desk: Desk, choice: Choice, patience: float) -> Model:
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


def _tried(desk: Desk, choice: Choice, told: str) -> CoolError | None:
    """Ask the model one short question, say what came of it, and give what went wrong; what was `told` is not again."""
    try:
        _try(desk, choice)
    except CoolError as error:
        desk.progress.clear()
        if not isinstance(error, FetchError):
            desk.say(_in_words(error))
        elif error.message == told:
            desk.say("That did not work, for the same reason as before.")
        else:
            desk.say(f"That did not work. {_in_words(error)}")
        return error
    return None


def _try(desk: Desk, choice: Choice) -> None:
    """Ask, and say what came. Raises CoolError where nothing did, or nothing can be asked."""
    from coolcli.ask.questions import Message

    if desk.offline:
        raise CoolError("It was not tried: nothing is asked (--offline).")
    if not choice.has_key:
        raise CoolError("It was not tried: there is no key yet.", f"Once {KEY_VARIABLE} is set, `cool ask 1` does.")
    desk.progress.say(f"{choice.host}: asking {clean(choice.model)} to say ok")
    began = monotonic()
    with closing(_model(desk, choice, desk.settings.ask_patience)) as model:
        pieces = list(model.ask([Message("user", "Say ok.")]))
    seconds = monotonic() - began
    said = clean("".join(piece.text for piece in pieces if piece.kind == "answer"))
    said = choice.key.hide(said) if choice.key else said
    told = said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"
    desk.say(f"It works: {clean(choice.model)} answered in {seconds:.1f} s: {told}")


def _keep(desk: Desk, choice: Choice) -> None:
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
