"""`cool config`: the settings, where each comes from, and changing them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.program import Program

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def cool(tmp_path: Path) -> Program:
    """No server: nothing is asked of one."""
    return Program(tmp_path, variables={"COOL_NETWORK_BUDGET": ""})


def settings(cool: Program, **variables: Any) -> dict[str, tuple[str, str]]:
    lines = [line.split("\t") for line in cool.run("config", **variables).stdout.splitlines()]
    return {key: (value, origin) for key, value, origin, *_ in lines}


def test_each_setting_has_a_value_and_an_origin(cool: Program) -> None:
    shown = settings(cool)
    assert shown["open.in"] == ("papers.cool", "default")
    assert shown["list.limit"] == ("50", "default")
    assert shown["arxiv.interval"] == ("3", "default")
    assert shown["backlog.types"] == ("new,cross", "default")
    assert shown["arxiv.feed_url"] == ("https://rss.arxiv.org", "default")


def test_the_contracts_variables_are_the_settings_of_their_name(cool: Program) -> None:
    shown = settings(
        cool,
        COOL_ARXIV_FEED_URL="http://127.0.0.1:1/",
        COOL_ARXIV_SITE_URL="http://127.0.0.1:2",
        COOL_ARXIV_API_URL="http://127.0.0.1:3/api/query",
        COOL_ARXIV_OAI_URL="http://127.0.0.1:4/oai",
        COOL_ARXIV_INTERVAL="0",
        COOL_PAPERS_COOL_URL="http://127.0.0.1:5",
    )
    values = {key: value for key, (value, origin) in shown.items() if origin.startswith("COOL_")}
    assert values == {
        "arxiv.feed_url": "http://127.0.0.1:1",
        "arxiv.site_url": "http://127.0.0.1:2",
        "arxiv.api_url": "http://127.0.0.1:3/api/query",
        "arxiv.oai_url": "http://127.0.0.1:4/oai",
        "arxiv.interval": "0",
        "papers_cool.url": "http://127.0.0.1:5",
    }


def test_set_and_unset(cool: Program) -> None:
    assert "open.in" in cool.run("config", "set", "open.in", "abs").stdout
    assert settings(cool)["open.in"] == ("abs", "file")
    cool.run("config", "unset", "open.in")
    assert settings(cool)["open.in"] == ("papers.cool", "default")
    cool.run("config", "unset", "open.in")


def test_the_path_is_below_the_home(cool: Program) -> None:
    assert cool.run("config", "path").stdout.strip() == str(cool.home / "config.toml")


def test_comments_are_kept(cool: Program) -> None:
    file = cool.home / "config.toml"
    file.parent.mkdir()
    text = '# mine, and staying\n[open]\nin = "pdf"  # for the train\n\n# lists\n[list]\nlimit = 20\n'
    file.write_text(text)
    cool.run("config", "set", "open.in", "html")
    cool.run("config", "set", "list.abstracts", "yes")
    cool.run("config", "unset", "list.limit")
    kept = file.read_text()
    for comment in ("# mine, and staying", "# for the train", "# lists"):
        assert comment in kept
    shown = settings(cool)
    assert (shown["open.in"][0], shown["list.abstracts"][0]) == ("html", "true")
    assert shown["list.limit"] == ("50", "default")


def test_the_environment_wins_and_it_is_said(cool: Program) -> None:
    told = cool.run("config", "set", "open.in", "abs", COOL_OPEN_IN="pdf")
    assert "COOL_OPEN_IN" in told.stderr
    assert settings(cool, COOL_OPEN_IN="pdf")["open.in"] == ("pdf", "COOL_OPEN_IN")
    assert settings(cool)["open.in"] == ("abs", "file")


def test_what_else_is_wrong_in_the_file_stops_no_change(cool: Program) -> None:
    file = cool.home / "config.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text('first = 1\n[open]\nin = "nowhere"\n[list]\nlimit = 7\n')
    told = cool.run("config", "set", "list.limit", "9")
    assert "list.limit is 9" in told.stdout and "first" in told.stderr and "open.in" in told.stderr
    assert "open.in" not in cool.run("config", "unset", "open.in").stderr
    assert "first is gone" in cool.run("config", "unset", "first").stdout
    assert cool.run("config", "list.limit").stdout.split("\t")[1] == "9"


def test_an_unknown_key_names_the_nearest(cool: Program) -> None:
    for command in (["set", "open.inn", "abs"], ["unset", "open.inn"], ["open.inn"]):
        refused = cool.run("config", *command, code=2)
        assert "open.inn" in refused.complaints[0] and "open.in" in refused.complaints[1]
    assert not (cool.home / "config.toml").exists()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("open.in", "nowhere"),
        ("list.limit", "many"),
        ("list.abstracts", "perhaps"),
        ("backlog.types", "new,crossed"),
        ("arxiv.site_url", "ftp://arxiv.org"),
        ("network.budget", "nan"),
    ],
)
def test_a_value_that_a_setting_cannot_have_is_refused(cool: Program, key: str, value: str) -> None:
    refused = cool.run("config", "set", key, value, code=2)
    assert key in refused.complaints[0] and len(refused.complaints) == 2
    assert not (cool.home / "config.toml").exists()


def test_a_pace_that_arxiv_forbids_is_refused_and_not_written(cool: Program) -> None:
    cool.run("config", "set", "arxiv.interval", "1", code=2)
    assert settings(cool)["arxiv.interval"] == ("3", "default")


def test_a_broken_file_is_named(cool: Program) -> None:
    file = cool.home / "config.toml"
    file.parent.mkdir()
    file.write_text("[open\nin = ")
    refused = cool.run("stars", code=2)
    assert str(file) in refused.complaints[0] and len(refused.complaints) == 2


def test_a_wrong_clock_is_refused(cool: Program) -> None:
    assert "COOL_NOW" in cool.run("stars", "--since", "today", code=2, COOL_NOW="2026-11-20 09:00").stderr


def test_one_setting_and_json(cool: Program) -> None:
    assert cool.run("config", "list.limit").stdout.rstrip("\n").split("\t")[:3] == ["list.limit", "50", "default"]
    told = cool.run("config", "--json").document["settings"]["list.limit"]
    assert (told["value"], told["origin"]) == (50, "default")


def test_what_it_cannot_do_says_what_it_can(cool: Program) -> None:
    for words in (["set"], ["set", "open.in"], ["unset"], ["show", "all", "of", "it"]):
        refused = cool.run("config", *words, code=2)
        assert len(refused.complaints) == 2 and "set" in refused.stderr


def test_it_says_the_command_that_changes_a_setting(cool: Program) -> None:
    for key, line in zip(settings(cool), cool.run("config").stdout.splitlines(), strict=True):
        assert f"cool config set {key} " in line
