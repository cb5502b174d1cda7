"""`cool config keys`: the keys of the triage screen, seen and chosen; other commands do not mind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coolcli.triage.actions import ACTIONS
from tests.cli.program import Program
from tests.cli.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def cool(tmp_path: Path) -> Program:
    """No server: nothing is asked of one."""
    program = Program(tmp_path, variables={"COOL_NETWORK_BUDGET": ""})
    program.home.mkdir()
    return program


def write(cool: Program, text: str) -> None:
    (cool.home / "config.toml").write_text(text)


def test_a_key_is_chosen_shown_and_taken_back(cool: Program) -> None:
    assert cool.run("config", "set", "keys.star", "s", "*").stdout == "keys.star is s * (file).\n"
    line = cool.run("config", "keys.star").stdout
    assert line.split("\t")[:3] == ["keys.star", "s *", "file"]
    assert cool.run("config", "set", "keys.star", "").stdout == "keys.star is empty (file).\n"
    assert cool.run("config", "unset", "keys.star").stdout == "keys.star is s (default).\n"


def test_all_keys_piped_and_as_json(cool: Program) -> None:
    write(cool, '[keys]\nnext-unread = "N"\n')
    lines = [line.split("\t") for line in cool.run("config", "keys", COOL_KEYS_LATER="L").stdout.splitlines()]
    assert [line[0] for line in lines] == [f"keys.{name}" for name in ACTIONS]
    assert ["keys.next-unread", "N", "file"] in [line[:3] for line in lines]
    assert ["keys.later", "L", "COOL_KEYS_LATER"] in [line[:3] for line in lines]
    found = cool.run("config", "keys", "--json").document["settings"]
    assert found["keys.next-unread"]["value"] == "N" and found["keys.next"]["value"] == "j down"
    assert set(found) < set(cool.run("config", "--json").document["settings"])
    assert found["keys.open"]["about"].startswith("Open in papers.cool:")


def test_a_terminal_sees_how_many_were_chosen_and_all_of_them_as_a_table(cool: Program) -> None:
    with Terminal(cool, columns=80) as terminal:
        assert "all at their defaults" in terminal.run("config").text
        write(cool, '[keys]\npdf = ""\nstar = "*"\n')
        brief = terminal.run("config").text
        assert f"2 of {len(ACTIONS)} chosen: star, pdf" in brief
        assert "keys.next" not in brief
        table = terminal.run("config", "keys").text.splitlines()
    star, pdf, tag = (next(line for line in table if line.startswith(f"{name} ")) for name in ("star", "pdf", "tag"))
    assert star.split()[1] == "*" and "(file)" in star
    assert pdf.split()[1] == "(none)"
    assert tag.split()[1] == "t" and "(file)" not in tag
    assert all(len(line) <= 80 for line in table)


def test_a_conflict_is_refused_with_both_names_and_the_way_out(cool: Program) -> None:
    refused = cool.run("config", "set", "keys.star", "r", code=2)
    assert "star and read" in refused.complaints[0] and "'r'" in refused.complaints[0]
    assert "cool config set keys.read ''" in refused.complaints[1]
    assert not (cool.home / "config.toml").exists()


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        (["set", "keys.strar", "x"], "keys.star"),
        (["keys.next_unread"], "keys.next-unread"),
        (["unset", "keys.strar"], "keys.star"),
        (["set", "keys.star", "pgeup"], "pageup"),
        (["set", "keys", "x"], "cool config set keys.star"),
    ],
)
def test_what_is_mistyped_names_the_nearest(cool: Program, typed: list[str], near: str) -> None:
    assert near in cool.run("config", *typed, code=2).complaints[1]


def test_what_is_wrong_in_the_file_is_told_where_keys_are_shown_and_nowhere_else(cool: Program) -> None:
    write(cool, '[keys]\nstar = "r"\nfoo = "\\u001b[2J"\n')
    for words in (["config"], ["config", "keys"], ["config", "keys.next"]):
        told = cool.run(*words, code=2)
        assert "star and read" in told.stderr and "keys.foo" in told.stderr, words
        assert "\x1b" not in told.stderr
        assert "keys.next\tj down" in told.stdout
    for words in (["config", "open.in"], ["stars"], ["tags"]):
        assert cool.run(*words).stderr == "" or "keys" not in cool.run(*words).stderr
    changed = cool.run("config", "set", "open.in", "abs")
    assert "open.in is abs" in changed.stdout and "star and read" in changed.stderr


def test_taking_out_what_was_swapped_tells_what_is_left_to_do(cool: Program) -> None:
    write(cool, '[keys]\nstar = "r"\nread = "s"\n')
    told = cool.run("config", "unset", "keys.read")
    assert "keys.read is r (default)" in told.stdout
    assert "star and read" in told.stderr and "cool config unset keys.star" in told.stderr
    assert cool.run("config", "unset", "keys.star").stderr == ""


def test_all_keys_are_taken_back_at_once(cool: Program) -> None:
    write(cool, '# mine\n[keys]\nstar = "r"\nread = 5\n')
    told = cool.run("config", "unset", "keys")
    assert told.stderr == "" and "keys" in told.stdout
    assert (cool.home / "config.toml").read_text().startswith("# mine")
    assert "\tfile\t" not in cool.run("config", "keys").stdout


def test_doctor_says_which_keys_were_chosen_and_what_is_wrong_with_them(cool: Program) -> None:
    write(cool, '[keys]\nstar = "*"\nlater = "L r"\n')
    found = cool.run("doctor", "--offline", "--json", code=2).document
    assert found["settings"]["keys"]["star"] == {"value": "*", "origin": "file"}
    assert [problem["code"] for problem in found["problems"]] == [2]
    assert "read and later cannot both have the key 'r'" in found["problems"][0]["message"]
    write(cool, '[keys]\nstar = "*"\n')
    assert "keys.star       * (file)" in cool.run("doctor", "--offline").stdout
