"""Arguments and options that several verbs share, each defined once."""

from typing import Annotated

import typer

Categories = Annotated[
    list[str] | None,
    typer.Argument(metavar="[CATEGORY]...", help="cs.LG stat.ML, cs.LG,stat.ML, an archive (cs), cs.AI+cs.LG-cs.CY."),
]
CategoriesOrSearches = Annotated[
    list[str] | None,
    typer.Argument(metavar="[CATEGORY]...", help="As for cool today; @NAME is a saved search."),
]
References = Annotated[
    list[str],
    typer.Argument(metavar="REF...", help="Row numbers (3, 3-7, 1,4), arXiv ids, addresses, or - for standard input."),
]
OptionalReferences = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[REF]...", help="Row numbers (3, 3-7, 1,4), arXiv ids, addresses, or - for standard input."
    ),
]
Clipboard = Annotated[bool, typer.Option("--clipboard", help="And what is on the clipboard: any text with ids.")]
Abstracts = Annotated[bool | None, typer.Option("--abstracts/--no-abstracts", help="Show abstracts.")]
Refresh = Annotated[bool, typer.Option("--refresh", help="Ask arXiv even where the listing is cached.")]
NoPager = Annotated[bool, typer.Option("--no-pager", help="Print all at once, past the pager.")]
Limit = Annotated[int | None, typer.Option("--limit", "-n", min=0, help="Rows at the most; 0 for all.")]
Since = Annotated[
    str | None, typer.Option("--since", metavar="DAY", help="From this day on: 2026-11-18, monday, 7d, 2ago or ~2.")
]
Until = Annotated[str | None, typer.Option("--until", metavar="DAY", help="Up to this day.")]
Unread = Annotated[bool, typer.Option("--unread", help="What entered your unread and is not read.")]
Starred = Annotated[bool, typer.Option("--starred", help="Starred papers.")]
InCategory = Annotated[
    list[str] | None,
    typer.Option("--category", metavar="CATEGORY", help="In these: cs.LG, cs.AI+cs.LG-cs.CY; several add up."),
]
Types = Annotated[
    list[str] | None,
    typer.Option("--type", metavar="TYPE", help="new, cross, replace, replace-cross, or replaced for both of these."),
]
Tags = Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="With this tag; several: with all.")]
NoNote = Annotated[bool, typer.Option("--no-note", help="Leave your notes out.")]
NoAnswers = Annotated[bool, typer.Option("--no-answers", help="Leave your model's answers out.")]
Noted = Annotated[bool, typer.Option("--noted", help="With a note.")]
Query = Annotated[
    list[str] | None,
    typer.Option("--query", "-q", metavar="QUERY", help="What fits a query, as `cool search` takes it."),
]
Muted = Annotated[bool, typer.Option("--muted", help="With what your rules mute.")]
Order = Annotated[
    str | None,
    typer.Option(
        "--order", metavar="ORDER", help="arxiv, mine (learned of your stars) or new-first, each day by itself."
    ),
]
NewTags = Annotated[list[str] | None, typer.Option("--tag", metavar="TAG", help="Tag them so too; several add up.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
