"""The keys of the triage screen: what a key is, what the settings may be, and that no key is of two actions."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coolcli import allowed, config
from coolcli.errors import BadSetting, DataError
from coolcli.settings import variable
from coolcli.triage import actions
from coolcli.triage.actions import ACTIONS, NAMED_KEYS, RESERVED, key_of
from coolcli.triage.keys import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

DEFAULTS = {name: action.keys for name, action in ACTIONS.items()}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_the_defaults_fit_together_and_are_spelled_as_they_are_read() -> None:
    assert actions.conflicts(actions.with_keys({})) == []
    for of in DEFAULTS.values():
        assert of
        assert [key_of(key) for key in of] == list(of)
        assert not {*of} & {*RESERVED}


def test_every_key_with_a_name_is_a_key() -> None:
    assert [key_of(key) for key in NAMED_KEYS] == list(NAMED_KEYS)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        *[("j", "j"), ("J", "J"), ("?", "?"), ("é", "é"), ("SPACE", "space"), (" ", "space"), ("Esc", "escape")],
        *[("Return", "enter"), ("PgDn", "pagedown"), ("F12", "f12"), ("Ctrl+R", "ctrl+r"), ("shift+Tab", "shift+tab")],
        *[("ctrl+m", "enter"), ("ctrl+i", "tab"), ("ctrl+[", "escape"), ("ctrl+h", "backspace"), ("alt+x", "alt+x")],
        *[("f13", None), ("ctrl+", None), ("shift+n", None), ("ctrl+1", None), ("alt+?", None), ("jj", None)],
        *[("", None), ("\x1b", None), ("\n", None), ("\ud800", None), ("ctrl+ctrl+a", None)],
    ],
)
def test_what_a_key_is(typed: str, key: str | None) -> None:
    assert key_of(typed) == key


@given(st.text(max_size=8) | st.sampled_from(NAMED_KEYS))
def test_a_key_is_spelled_in_one_way_and_without_blanks(typed: str) -> None:
    key = key_of(typed)
    if key is not None:
        assert key_of(key) == key
        assert key.split() == [key]
        assert key.isprintable()


def test_without_settings_every_action_has_its_own_keys(file: Path) -> None:
    assert config.keys(file, {}) == DEFAULTS


def test_what_is_chosen_takes_the_place_of_all_keys_of_an_action(file: Path) -> None:
    file.write_text('[keys]\nnext = "Right  ctrl+n right"\npdf = ""\nquit = ""\n')
    found = config.keys(file, {"COOL_KEYS_NEXT_UNREAD": "N", "COOL_KEYS_PDF": "x", "COOL_KEYS_STAR": ""})
    assert found == DEFAULTS | {"next": ("right", "ctrl+n"), "pdf": ("x",), "quit": (), "next-unread": ("N",)}


def test_two_keys_are_swapped_in_the_file(file: Path) -> None:
    file.write_text('[keys]\nstar = "r"\nread = "s"\n')
    assert config.keys(file, {}) == DEFAULTS | {"star": ("r",), "read": ("s",)}


@pytest.mark.parametrize(
    ("content", "variables", "said", "hint"),
    [
        ('star = "r"', {}, "star and read", "`cool config unset keys.star` or `cool config set keys.read ''`"),
        ('star = "j x"', {}, "next and star", "`cool config set keys.next down` or `cool config set keys.star x`"),
        ('star = "x"\nread = "x"', {}, "star and read", "`cool config unset keys.star` or `cool config unset keys.re"),
        ("", {"COOL_KEYS_STAR": "u"}, "COOL_KEYS_STAR: star and undo", "`unset COOL_KEYS_STAR` or `cool config set"),
        ('star = "?"', {}, "star and help", "`cool config set keys.help f1`"),
        ('palette = "F9"\nstar = "f9"', {}, "star and palette", "`cool config unset keys.palette`"),
        ('star = ": ctrl+p"', {}, "star and palette", "`cool config set keys.palette ctrl+p`"),
    ],
)
def test_a_conflict_names_both_actions_and_what_frees_the_key(
    file: Path, content: str, variables: dict[str, str], said: str, hint: str
) -> None:
    file.write_text(f"[keys]\n{content}\n")
    with pytest.raises(BadSetting) as caught:
        config.keys(file, variables)
    assert f"{said} cannot both have the key" in caught.value.message
    assert hint in (caught.value.hint or "")
    if content:
        assert str(file) in caught.value.message


@pytest.mark.parametrize(
    ("content", "said", "hint"),
    [
        ("star = 5", "'keys.star' cannot be 5", "keys with blanks between them"),
        ('star = ["s", "x"]', "'keys.star' cannot be", "keys with blanks between them"),
        ('star = "ctl+r"', "'ctl+r': that is no key", "Did you mean ctrl+r"),
        ('star = "pagdown"', "'pagdown': that is no key", "Did you mean pagedown"),
        ('star = "shift+n"', "'shift+n': that is no key", "Did you mean N?"),
        ('star = "x ctrl+c"', "cannot be 'ctrl+c'", "leaves"),
        ('star = "ctrl+z"', "cannot be 'ctrl+z'", "puts aside"),
        ('palette = " "', "'keys.palette' cannot be empty", "without a key"),
        ('strar = "x"', "no setting 'keys.strar'", "Did you mean keys.star"),
        ('next_unread = "x"', "no setting 'keys.next_unread'", "Did you mean keys.next-unread"),
    ],
)
def test_what_a_setting_for_keys_cannot_be(file: Path, content: str, said: str, hint: str) -> None:
    file.write_text(f"[keys]\n{content}\n")
    with pytest.raises(BadSetting) as caught:
        config.keys(file, {})
    assert said in caught.value.message
    assert str(file) in caught.value.message
    assert hint in (caught.value.hint or "")
    assert f"`cool config unset keys.{content.split(maxsplit=1)[0]}` takes it out" in (caught.value.hint or "")
    assert config.load(file, {}), "no other command minds"


def test_keys_that_are_no_table(file: Path) -> None:
    file.write_text("keys = 'j'\n")
    with pytest.raises(BadSetting, match="a table"):
        config.keys(file, {})
    with pytest.raises(BadSetting, match="not a table"):
        config.put(file, "keys.star", "x")
    config.put(file, "keys", None)
    assert config.keys(file, {}) == DEFAULTS


def test_a_file_that_cannot_be_read_is_told_and_chooses_nothing(file: Path) -> None:
    file.mkdir()
    with pytest.raises(DataError):
        config.keys(file, {})
    found, _, wrong = config.keys_as_can_be(file, {})
    assert found == DEFAULTS
    assert len(wrong) == 1


def test_as_far_as_it_can_be_gives_the_rest_and_all_that_is_wrong(file: Path) -> None:
    file.write_text('[keys]\nstar = "r"\nnext = 5\nlater = "L"\nfoo = "x"\n')
    found, origins, wrong = config.keys_as_can_be(file, {"COOL_KEYS_TAG": "T"})
    assert found == DEFAULTS | {"star": ("r",), "later": ("L",), "tag": ("T",)}
    assert {name: origin for name, origin in origins.items() if origin != "default"} == {
        "star": "file",
        "later": "file",
        "tag": "environment",
    }
    assert len(wrong) == 3


def test_put_refuses_a_conflict_and_leaves_the_file(file: Path) -> None:
    text = '# mine\n[keys]\nlater = "L"  # as in Lynx\n'
    file.write_text(text)
    for key, typed, other in (("keys.star", "r", "read"), ("keys.star", "L", "later"), ("keys.later", "x s", "star")):
        with pytest.raises(BadSetting, match=other) as caught:
            config.put(file, key, typed)
        assert "Free it with" in (caught.value.hint or "")
        assert file.read_text() == text


def test_two_keys_are_swapped_one_after_the_other(file: Path) -> None:
    """As the hints say: what is in the way is emptied first."""
    for key, typed in (("keys.read", ""), ("keys.star", "r"), ("keys.read", "s")):
        config.put(file, key, typed)
    assert config.keys(file, {}) == DEFAULTS | {"star": ("r",), "read": ("s",)}
    config.put(file, "keys", None)
    assert config.keys(file, {}) == DEFAULTS


def test_a_conflict_that_was_there_stops_no_other_change(file: Path) -> None:
    file.write_text('[keys]\nstar = "r"\n')
    config.put(file, "keys.later", "L")
    config.put(file, "open.in", "abs")
    config.put(file, "keys.star", "x")
    assert config.keys(file, {}) == DEFAULTS | {"star": ("x",), "later": ("L",)}


def test_taking_all_keys_out_keeps_comments_and_the_rest(file: Path) -> None:
    file.write_text('# mine\n[keys]\n# of vi\nstar = "x"\n\n[open]\nin = "abs"\n')
    config.put(file, "keys", None)
    text = file.read_text()
    assert "# mine" in text and "# of vi" in text and "star" not in text
    assert config.load(file, {})[0].open_in == "abs"
    config.put(file, "keys", None)
    assert file.read_text() == text


_KEYS = st.lists(st.sampled_from(["j", "s", "r", "x", "z", "?", "enter", "ctrl+r", "f5", "SPACE", "down"]), max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(SETTINGS), _KEYS.map(" ".join), max_size=6), st.booleans())
def test_no_key_is_of_two_actions_or_both_are_named(file: Path, chosen: dict[str, str], in_file: bool) -> None:
    variables = {} if in_file else {variable(key): text for key, text in chosen.items()}
    lines = [f'{key.partition(".")[2]} = "{text}"' for key, text in chosen.items()] if in_file else []
    file.write_text("\n".join(["[keys]", *lines]))
    wanted = DEFAULTS | {
        key.partition(".")[2]: tuple(dict.fromkeys(str(key_of(word)) for word in text.split()))
        for key, text in chosen.items()
        if text or in_file
    }
    of_all = Counter(key for of in wanted.values() for key in of)
    try:
        found = config.keys(file, variables)
    except BadSetting as error:
        if not wanted["palette"]:
            assert "palette" in error.message
            return
        both = re.search(r"([\w-]+) and ([\w-]+) cannot both have the key '(.+)'", error.message)
        assert both
        assert both[3] in wanted[both[1]] and both[3] in wanted[both[2]] and both[1] != both[2]
    else:
        assert found == wanted
        assert max(of_all.values()) == 1


@given(st.sampled_from(SETTINGS), st.text(max_size=12))
def test_anything_typed_is_keys_or_the_error(key: str, typed: str) -> None:
    try:
        value = allowed.check(key, typed)
    except BadSetting as error:
        assert error.hint
        return
    assert allowed.check(key, value) == value
