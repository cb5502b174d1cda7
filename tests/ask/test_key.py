"""The reader's key: where it comes from, where it goes, and that nothing else shows it."""

from __future__ import annotations

import copy
import json
import pickle
import shlex
import traceback
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.ask.key import MASK, Key, is_near, may_travel, of_reader
from coolcli.errors import CoolError

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "sk-abc/abc+abc=0123456789"
VARIABLE = "COOL_ASK_API_KEY"


@dataclass
class Holder:
    key: Key


def test_it_goes_into_the_header_and_nowhere_else() -> None:
    key = Key(SECRET)
    assert key.header() == f"Bearer {SECRET}"
    faces = [repr(key), str(key), f"{key} {key:>20} {key!r}", "%s" % key, repr([Holder(key)]), repr(key.header)]  # noqa: UP031
    faces += [str(asdict(Holder(key))), repr(copy.deepcopy(key)), repr(copy.copy(key)), repr(dir(key))]
    assert not [face for face in faces if SECRET in face]
    assert not hasattr(key, "__dict__")


def test_it_is_no_text_and_is_written_nowhere() -> None:
    key: object = Key(SECRET)
    assert key != SECRET
    for write in (pickle.dumps, json.dumps):
        with pytest.raises(TypeError) as caught:
            write(key)
        assert SECRET not in str(caught.value)


def test_the_variable_counts_before_the_command(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    key = of_reader(f"touch {shlex.quote(str(ran))}; echo other-key", {VARIABLE: f" {SECRET}\n"})
    assert key is not None and key.header() == f"Bearer {SECRET}"
    assert not ran.exists()


def test_without_either_there_is_none() -> None:
    assert of_reader("", {}) is None
    assert of_reader("", {VARIABLE: "  "}) is None


def test_the_first_line_of_a_command_is_the_key() -> None:
    key = of_reader(f"printf '  {SECRET} \\r\\nuser: jane\\n'", {})
    assert key is not None and key.header() == f"Bearer {SECRET}"


def test_the_shell_reads_the_command() -> None:
    key = of_reader("printf 'a-long-key\\n' | tr a-z A-Z", {})
    assert key is not None and key.header() == "Bearer A-LONG-KEY"


def test_without_a_terminal_a_command_has_no_input_and_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CoolError, match="ended with code 1"):
        of_reader("echo 'Passphrase?' >&2; read answer && echo got:$answer", {}, has_terminal=False)
    assert capfd.readouterr() == ("", "")


def test_nor_is_it_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coolcli.ask.key._PATIENCE", 0.2)
    with pytest.raises(CoolError, match="did not end within"):
        of_reader(f"echo {SECRET}; exec sleep 60", {}, has_terminal=False)


def test_with_a_terminal_it_may_ask_there(capfd: pytest.CaptureFixture[str]) -> None:
    of_reader(f"echo 'Passphrase?' >&2; echo {SECRET}", {})
    assert capfd.readouterr() == ("", "Passphrase?\n")


@pytest.mark.parametrize(
    ("printed", "end", "said"),
    [
        (f"{SECRET}\n", "exit 3", "ended with code 3"),
        (f"{SECRET}\n", "kill -9 $$", "was ended by signal 9"),
        (f"\n{SECRET}\n", "true", "printed nothing in its first line"),
        (f"{SECRET} two\n", "true", "cannot be sent"),
        (f"{SECRET}é\n", "true", "cannot be sent"),
        (f"{SECRET}\x1b[31m\n", "true", "cannot be sent"),
    ],
)
def test_a_command_that_gives_none(tmp_path: Path, printed: str, end: str, said: str) -> None:
    file = tmp_path / "safe"
    file.write_text(printed, "utf-8")
    with pytest.raises(CoolError, match=said) as caught:
        of_reader(f"cat {shlex.quote(str(file))}; {end}", {})
    assert SECRET not in told(caught.value)


def test_a_key_in_the_command_itself_is_not_told() -> None:
    with pytest.raises(CoolError, match="ended with code 3") as caught:
        of_reader(f"echo {SECRET}; exit 3", {})
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("end", [" two", "\ttwo", "é", "\r\nX-Other: header", "\x00", "\u2028", "\x7f"])
def test_a_key_that_no_header_can_hold(end: str) -> None:
    with pytest.raises(CoolError, match="cannot be sent") as caught:
        of_reader("", {VARIABLE: f"{SECRET}{end}x"})
    assert SECRET not in told(caught.value)


def told(error: CoolError) -> str:
    """All that a reader may see of an error, with the variables of the program that some tools show."""
    stack = traceback.TracebackException.from_exception(error, capture_locals=True).stack
    ours = [str(frame.locals) for frame in stack if "coolcli" in frame.filename]
    assert ours
    return "\n".join([error.message, str(error.hint), *ours])


TEXT = st.text(st.sampled_from(SECRET + "x "), max_size=60)


@given(st.lists(TEXT | st.just(SECRET) | st.integers(1, len(SECRET)).map(lambda n: SECRET[:n]), max_size=8))
def test_a_text_in_pieces_is_veiled_wherever_it_is_cut(pieces: list[str]) -> None:
    veil = Key(SECRET).veil()
    shown = [*map(veil.feed, pieces), veil.rest()]
    assert "".join(shown) == "".join(pieces).replace(SECRET, MASK)


def test_what_is_no_beginning_of_it_is_shown_at_once() -> None:
    assert Key(SECRET).veil().feed("It floats. ") == "It floats. "


def test_it_is_hidden_in_an_address_too() -> None:
    hidden = Key(SECRET).hide(f"{SECRET} https://example.org/?key=sk-abc%2Fabc%2Babc%3D0123456789")
    assert hidden == f"{MASK} https://example.org/?key={MASK}"


def test_what_is_no_secret_garbles_no_text() -> None:
    key = Key("ollama")
    assert key.hide("Run it with ollama.") == "Run it with ollama."
    assert key.veil().feed("Run it with ollama") == "Run it with ollama"


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "models.localhost", "127.0.0.1", "127.1", "[::1]", "10.0.0.7", "172.16.3.4", "192.168.1.20",
        "100.101.102.103", "169.254.1.1", "[fe80::1]", "[fd12::1]", "gpu-box", "gpu-box.local", "GPU-BOX.local.",
        "gpu.home.arpa", "llm.internal", "[::ffff:10.0.0.7]",
    ],
)  # fmt: skip
def test_a_key_may_go_over_plain_http_within_the_readers_own_network(host: str) -> None:
    assert may_travel(f"http://{host}:8080/v1") and is_near(f"http://{host}/v1")


@pytest.mark.parametrize(
    "host",
    [
        "api.openai.com", "8.8.8.8", "134744072", "0x8080808", "010.8.8.8", "8.526344", "[::ffff:8.8.8.8]",
        "[2606:4700::1]", "local.example.org", "notlocal.com", "172.32.0.1", "11.0.0.1", "１３４７４４０７２", "",
    ],
)  # fmt: skip
def test_and_not_beyond(host: str) -> None:
    assert not may_travel(f"http://{host}/v1")
    assert may_travel(f"https://{host}/v1")
