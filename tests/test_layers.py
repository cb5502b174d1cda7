"""Who may import what: read from the sources, so that a library keeps its one home and no arrow runs back."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "coolcli"
SOURCES = sorted(PACKAGE.rglob("*.py"))

HOMES: dict[str, tuple[str, ...]] = {
    "sqlite3": ("store/",),
    "httpx": ("transport.py",),
    "httpx_sse": ("ask/stream.py",),
    "tenacity": ("arxiv/client.py", "ask/model.py"),
    "filelock": ("arxiv/pace.py", "state/repository.py"),
    "feedparser": ("arxiv/parsed.py",),
    "selectolax": ("arxiv/pages.py", "arxiv/fulltext.py"),
    "pypdf": ("ask/pdf.py",),
    "rich": ("render/", "cli/", "tui/"),
    "typer": ("cli/", "__main__.py"),
    "platformdirs": ("config.py",),
    "tomlkit": ("config.py",),
    "pyperclip": ("clipboard.py",),
    "pylatexenc": ("export/tex.py",),
    "textual": ("tui/",),
    "markdown_it": ("export/contained.py", "render/answers.py"),
}
"""Each library, and the only places that may import it."""

MAY_KNOW: dict[str, tuple[str, ...]] = {
    "errors.py": (),
    "models.py": ("query.tree",),
    "arxiv/": (
        "arxiv",
        "ask.apart",
        "ask.document",
        "errors",
        "models",
        "query.tree",
        "settings",
        "transport",
        "whole_files",
    ),
    "ask/": ("ask", "arxiv.text", "errors", "settings", "transport"),
    "store/": ("store", "errors", "models", "query.tree", "ranking", "arxiv.categories", "arxiv.ids", "arxiv.text"),
    "ranking.py": (),
    "learning.py": ("errors", "models", "ranking", "store"),
    "relating.py": ("ranking", "store"),
    "query/": ("query", "days", "errors", "tags", "arxiv.categories", "arxiv.ids", "arxiv.text"),
    "render/": (
        "render",
        "links",
        "models",
        "query.tree",
        "revisions",
        "arxiv.categories",
        "arxiv.calendar",
        "arxiv.ids",
        "arxiv.text",
    ),
    "export/": (
        "export",
        "ask.questions",
        "store.answers",
        "store.papers",
        "addresses",
        "errors",
        "links",
        "models",
        "templates",
        "arxiv.categories",
        "arxiv.ids",
        "arxiv.text",
    ),
    "triage/": ("errors", "models", "triage"),
    "tui/": (
        "arxiv.calendar",
        "arxiv.text",
        "cli.ordering",
        "cli.tagging",
        "cli.triaging",
        "errors",
        "models",
        "render",
        "settings",
        "store.select",
        "triage",
        "tui",
    ),
    "settings.py": (),
    "allowed.py": ("errors", "models", "settings", "templates", "triage.keys"),
    "config.py": ("allowed", "errors", "settings", "triage.keys", "whole_files"),
    "whole_files.py": (),
    "templates.py": (),
    "tags.py": ("errors",),
    "session.py": ("errors", "models", "whole_files"),
    "clipboard.py": ("errors",),
    "desktop.py": (),
    "links.py": (),
    "transport.py": ("arxiv.text", "errors"),
    "venues.py": (),
    "line_breaks.py": (),
    "addresses.py": ("arxiv.categories", "arxiv.ids", "errors", "line_breaks", "venues"),
    "places.py": ("addresses", "arxiv.categories", "arxiv.ids", "settings", "templates", "venues"),
    "references.py": ("addresses", "arxiv.categories", "arxiv.ids", "errors", "session"),
    "revisions.py": ("models",),
    "news.py": ("arxiv.calendar", "arxiv.text", "models", "render.math", "render.words", "store"),
    "file_names.py": ("arxiv.ids", "arxiv.text", "export.names", "models", "render.math", "templates"),
    "papers_folder.py": ("arxiv.download", "errors", "file_names", "models", "whole_files"),
    "days.py": ("arxiv.calendar", "errors"),
}
"""What of the program itself a room may import."""


def name_of(source: Path) -> str:
    return source.relative_to(PACKAGE).as_posix()


def imports(source: Path) -> Iterator[str]:
    """Every module that a file names in an import, wherever the import stands."""
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(source)} has a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_within(name: str, places: tuple[str, ...]) -> bool:
    return any(name == place or (place.endswith("/") and name.startswith(place)) for place in places)


@pytest.mark.parametrize("library", HOMES)
def test_a_library_has_one_home(library: str) -> None:
    importers = [
        name_of(source) for source in SOURCES if library in {each.partition(".")[0] for each in imports(source)}
    ]
    assert [name for name in importers if not is_within(name, HOMES[library])] == []
    assert importers, f"{library} is not used"


def test_every_library_that_is_imported_has_a_home() -> None:
    third_party = set(packages_distributions()) - {"coolcli"}
    used = {each.partition(".")[0] for source in SOURCES for each in imports(source)}
    assert used & third_party <= set(HOMES)


def test_every_dependency_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = [re.split(r"[\[>]", line)[0] for line in project["dependencies"]]
    declared = {name.replace("-", "_").removesuffix("_py") for name in names} - {"tzdata"}
    assert declared == set(HOMES) - {"sqlite3"}


@pytest.mark.parametrize("room", MAY_KNOW)
def test_no_arrow_runs_back(room: str) -> None:
    wrong = [
        f"{name_of(source)} imports {module}"
        for source in SOURCES
        if is_within(name_of(source), (room,))
        for module in imports(source)
        if module.startswith("coolcli.") and not _is_known(module.removeprefix("coolcli."), MAY_KNOW[room])
    ]
    assert wrong == []


def _is_known(module: str, known: tuple[str, ...]) -> bool:
    return module == "__version__" or any(module == each or module.startswith(each + ".") for each in known)


def test_models_and_errors_are_of_the_standard_library() -> None:
    third_party = set(packages_distributions()) - {"coolcli"}
    for name in ("models.py", "errors.py"):
        assert {each.partition(".")[0] for each in imports(PACKAGE / name)} & third_party == set()


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_everything_public_says_what_it_is_for(source: Path) -> None:
    tree = ast.parse(source.read_text("utf-8"))
    assert ast.get_docstring(tree), f"{name_of(source)} has no docstring"
    assert [name for name, node in _public(tree, "") if not ast.get_docstring(node)] == []


Documented = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _public(node: ast.Module | ast.ClassDef, prefix: str) -> Iterator[tuple[str, Documented]]:
    for child in node.body:
        if isinstance(child, Documented) and not child.name.startswith("_"):
            yield prefix + child.name, child
            if isinstance(child, ast.ClassDef):
                yield from _public(child, f"{prefix}{child.name}.")
