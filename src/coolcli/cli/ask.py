"""`cool ask`: what papers say, in six questions or one of the reader's own, from a model of the reader's choice.

references -> papers -> a conversation about each -> its turns: kept, or asked and shown as the answer comes
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from coolcli import clipboard
from coolcli.arxiv.ids import ArxivId
from coolcli.arxiv.text import clean
from coolcli.ask.questions import SIX
from coolcli.cli import options, papers
from coolcli.cli.desk import Desk
from coolcli.cli.questioning import showing, writing
from coolcli.cli.questioning.conversation import Conversation, Turn, require_model
from coolcli.errors import NoSuchPaper, UsageError
from coolcli.render import words

_SHOWN = 100
"""Characters of a question that a notice names it by."""
_MANY = 10
"""Papers that are asked about without another word."""


def ask(
    ctx: typer.Context,
    references: options.References,
    question: Annotated[
        str | None,
        typer.Option(
            "--question", "-q", metavar="QUESTION", help="Ask this, or one of the six (summary), instead of all six."
        ),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="With -q: go on after the newest answer about the paper.")
    ] = False,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask anew what is answered already.")] = False,
    copy: Annotated[
        bool, typer.Option("--copy", help="Copy the answers too: the system's clipboard, or OSC 52.")
    ] = False,
    yes: options.Yes = False,
    no_pager: options.NoPager = False,
) -> int:
    """Ask a language model of your own choice about papers: six questions, or one of yours.

    Set it up with `cool config ask`. Answers rest on the paper's text and are kept: the second time costs nothing.
    """
    desk = Desk(ctx, pager=not no_pager)
    _check_usage(question, follow=follow)
    named = _named(desk, references, question)
    ids = list(dict.fromkeys(identifier.id for identifier in named))
    require_model(desk, ids)
    rows = {row.id: row for row in papers.fetched(desk, ids)}
    _confirm(len(named) * (len(SIX) if question is None else 1), len(named), yes=yes)
    talks = [Conversation(desk, rows[each.id], each.version) for each in named]
    copied: list[str] = []
    with showing.made(desk) as out:
        for talk in talks:
            own = None if question is None else _own(talk, question, follow=follow, refresh=refresh)
            turns = list(talk.six(refresh=refresh)) if own is None else [own]
            _say_of_older(talk, turns)
            showing.show(talk, turns, out)
            copied.append(writing.written(talk, turns))
    if copy:
        how = clipboard.copy("\n".join(copied).rstrip("\n"))
        desk.say(f"{how[0].upper()}{how[1:]}: the answers about {words.number(len(copied), 'paper')}.")
    return max(talk.exit_code for talk in talks)


def _check_usage(question: str | None, *, follow: bool) -> None:
    if question is not None and not clean(question):
        raise UsageError("`-q` asks nothing.", 'cool ask 3 -q "Which data does it need?"')
    if follow and question is None:
        raise UsageError("`--follow` goes on with a question.", 'cool ask 3 -q "And without labels?" --follow')


def _confirm(questions: int, count: int, *, yes: bool) -> None:
    """Ask before so many questions are put to a server that may take money for each. Raises UsageError, or Abort."""
    if yes or count <= _MANY:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"That asks {questions} questions about {count} papers.", "`--yes` asks them.")
    typer.confirm(f"Ask {questions} questions about {count} papers, as far as no answer is kept?", err=True, abort=True)


def _named(desk: Desk, references: list[str], question: str | None) -> list[ArxivId]:
    """Find the papers, each version that is named by itself. Raises NoSuchPaper, which knows who forgot `-q`."""
    try:
        return papers.resolved(desk, references, versions=True)
    except NoSuchPaper as error:
        if question is None and any(" " in word.strip() for word in references):
            error.hint = 'If that is a question: cool ask 3 -q "Which data does it need?"'
        raise


def _own(talk: Conversation, question: str, *, follow: bool, refresh: bool) -> Turn:
    """Give the reader's own question, and say what it goes on after."""
    turn = talk.own(question, follow=follow, refresh=refresh)
    if follow and turn.kept:
        talk.desk.say("That was asked last already. `--refresh` asks it again.")
    elif follow and turn.after:
        after = clean(turn.after)
        talk.desk.say(f"Goes on after: {after[:_SHOWN]}{'…' if len(after) > _SHOWN else ''}")
    elif follow:
        talk.desk.say(f"Nothing was asked about {talk.name} yet: this begins the conversation.")
    return turn


def _say_of_older(talk: Conversation, turns: list[Turn]) -> None:
    """Say where an earlier version was asked about: a new one is asked about anew."""
    if not talk.has_kept and not all(turn.kept for turn in turns) and (older := talk.older()):
        talk.desk.say(f"v{older} of {talk.row.id} is answered already; v{talk.version} is asked about anew.")
