"""`cool config ask`: the walk through the settings of `cool ask`, on a real terminal, with a simulated model server."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.arxiv_simulator import ArxivSimulator, World
from tests.cli.conftest import FRIDAY, eastern
from tests.cli.program import Program
from tests.cli.terminal import Shown, Terminal
from tests.model_server import Fault, ModelServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = "sk-test-0123456789abcdef"
END, INTERRUPT = "\x04", "\x03"


@pytest.fixture
def cool(tmp_path: Path) -> Program:
    """A reader who has set up nothing; arXiv is not asked."""
    return Program(tmp_path, variables={"SHELL": "/bin/zsh"})


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(key=KEY, text="ok") as running:
        yield running


def walk(
    cool: Program, *turns: tuple[str, str], flags: str = "", code: int = 0, columns: int = 120, **env: Any
) -> Shown:
    """Give each question, when it comes, what is typed to it: a line, or a key that ends it."""
    with Terminal(cool, columns=columns) as terminal:
        terminal.start(*flags.split(), "config", "ask", **env)
        times: Counter[str] = Counter()
        for asked, typed in turns:
            times[asked] += 1
            terminal.until(asked, times=times[asked])
            terminal.type(typed if typed in (END, INTERRUPT) else f"{typed}\n")
        shown = ended(terminal, insistent=turns[-1][1] == INTERRUPT)
    assert "Traceback" not in shown.raw, shown.raw
    assert shown.code == code, shown.text
    assert "cool config ask" not in shown.text or "--json" in flags, "this is it"
    return shown


def ended(terminal: Terminal, *, insistent: bool) -> Shown:
    """Wait for the end; Ctrl-C is pressed again, as Python does not hear it in the moment before it begins to read."""
    over = threading.Event()

    def press() -> None:
        while not over.wait(1.0):
            terminal.type(INTERRUPT)

    if insistent:
        threading.Thread(target=press, daemon=True).start()
    try:
        return terminal.ended()
    finally:
        over.set()


def settings(cool: Program) -> dict[str, object]:
    """What is set in the file."""
    told = cool.run("config", "--json").document["settings"]
    return {key: each["value"] for key, each in told.items() if each["origin"] == "file"}


def everything(cool: Program) -> bytes:
    return b"".join(path.read_bytes() for path in cool.home.rglob("*") if path.is_file())


@contextmanager
def unchanged(cool: Program) -> Iterator[str]:
    """A settings file that is as it was at the end."""
    file = cool.home / "config.toml"
    file.parent.mkdir(exist_ok=True)
    text = '# mine\n[ask]\nmodel = "old"  # of last year\n'
    file.write_text(text)
    yield text
    assert file.read_text() == text


def test_a_server_of_ones_own_with_the_key_of_the_environment(cool: Program, server: ModelServer) -> None:
    shown = walk(
        cool,
        *[("Server, by number", "another"), ("Address", f"{server.url}/chat/completions/"), ("Key from", "")],
        *[("Model", ""), ("Window", "64000"), ("Language", "中文")],
        COOL_ASK_API_KEY=KEY,
    )
    assert "which is set in this shell" in shown.text
    assert "127.0.0.1 has 1 model:" in shown.text and "It works: demo answered in" in shown.text
    assert settings(cool) == {
        "ask.base_url": server.url,
        "ask.model": "demo",
        "ask.window": 64000,
        "ask.language": "中文",
    }
    assert server.paths == ["/v1/models", "/v1/chat/completions"]
    assert [request.key for request in server.requests] == [KEY, KEY]
    assert KEY not in shown.raw and KEY.encode() not in everything(cool)


def test_a_key_that_is_pasted_is_tried_and_kept_nowhere(cool: Program, server: ModelServer) -> None:
    shown = walk(
        cool,
        *[("Server, by number", server.url), ("Key from", "1"), ("The key, to try it now", KEY)],
        *[("Model", ""), ("Window", ""), ("Language", "")],
        flags="--verbose",
    )
    assert "export COOL_ASK_API_KEY='YOUR KEY'" in shown.text and "~/.zshrc" in shown.text
    assert "It works" in shown.text and server.requests[-1].key == KEY
    assert " ".join(shown.words).endswith("Now: the line for the key into ~/.zshrc, then: cool ask 1")
    assert settings(cool)["ask.language"] == "English"
    assert KEY not in shown.raw and KEY.encode() not in everything(cool)


def test_without_a_key_at_hand_nothing_is_asked_and_the_settings_can_be_kept(
    cool: Program, server: ModelServer
) -> None:
    shown = walk(
        cool,
        *[("Server, by number", server.url), ("Key from", ""), ("The key, to try it now", "")],
        *[("Model", "demo"), ("Window", ""), ("Language", ""), ("And now, by number or name [keep]", "")],
        SHELL="/usr/bin/fish",
    )
    assert "set -gx COOL_ASK_API_KEY 'YOUR KEY'" in shown.text and "not tried: there is no key yet" in shown.text
    assert settings(cool)["ask.model"] == "demo" and server.requests == []


def test_a_command_that_prints_the_key(cool: Program, server: ModelServer) -> None:
    (cool.folder / "secret").write_text(f"{KEY}\nuser: ada\n")
    shown = walk(
        cool,
        *[("Server, by number", server.url), ("Key from", "command"), ("Command", "cat nowhere")],
        *[("Key from", "command"), ("Command", f"cat {cool.folder}/secret")],
        *[("Model", ""), ("Window", ""), ("Language", "")],
    )
    assert "`cat nowhere` ended with code 1" in shown.text and "It works" in shown.text
    assert settings(cool)["ask.key_command"] == f"cat {cool.folder}/secret"
    assert KEY.encode() not in everything(cool)


def test_what_is_typed_wrong_is_asked_again_with_the_nearest(cool: Program, server: ModelServer) -> None:
    shown = walk(
        cool,
        *[("Server, by number", "Olama"), ("Did you mean Ollama", "9"), ("It is a number from 1 to 7, or a name", "k")],
        *[
            ("Did you mean Kimi or Kimi China", "olla"),
            ("Address", "localhost:11434"),
            ("It is an address", server.url),
        ],
        *[("Key from", "vraiable"), ("Did you mean variable", "none"), ("Model", "demmo")],
        *[("Did you mean demo? Enter takes it as it is", "1"), ("Window", "4k"), ("It is a whole number", "")],
        *[("Language", " "), ("Language", "German")],
        COOL_ASK_API_KEY=KEY,
    )
    assert "COOL_ASK_API_KEY is set, and is sent" in shown.text
    assert settings(cool) == {
        "ask.base_url": server.url,
        "ask.model": "demo",
        "ask.window": 4096,
        "ask.language": "German",
    }


def test_a_name_that_the_server_does_not_list_is_taken_when_it_is_meant(cool: Program, server: ModelServer) -> None:
    shown = walk(
        cool,
        *[("Server, by number", server.url), ("Key from", ""), ("Model", "demo-2")],
        *[("Enter takes it as it is", ""), ("Window", ""), ("Language", ""), ("And now", "keep")],
        COOL_ASK_API_KEY=KEY,
    )
    assert "That did not work." in shown.text
    assert settings(cool)["ask.model"] == "demo-2"


def test_a_long_list_of_models_is_cut_and_searched(cool: Program, server: ModelServer) -> None:
    names = [f"family-{place:02}" for place in range(30)]
    server.fault(Fault.OTHER_SHAPE, shape={"object": "list", "data": [{"id": name} for name in [*names, "demo"]]})
    shown = walk(
        cool,
        *[
            ("Server, by number", server.url),
            ("Key from", ""),
            ("and 11 more", "ily-29"),
            ("Did you mean family-29?", "1"),
        ],
        *[("Window", ""), ("Language", "")],
        COOL_ASK_API_KEY=KEY,
    )
    assert "127.0.0.1 has 31 models:" in shown.text and "family-18" in shown.text and "family-20" not in shown.text
    assert settings(cool)["ask.model"] == "demo"


def test_an_address_with_a_password_in_it_is_refused_and_asked_for_again(cool: Program, server: ModelServer) -> None:
    shown = walk(
        cool,
        *[
            ("Server, by number", "https://ada:secret@api.example.org"),
            ("'ask.base_url' cannot", server.url),
            ("Key from", ""),
        ],
        *[("Model", ""), ("Window", ""), ("Language", "")],
        COOL_ASK_API_KEY=KEY,
    )
    assert shown.raw.count("secret") == 1, "as it was typed"
    assert settings(cool)["ask.base_url"] == server.url


def test_what_is_set_already_is_the_default_of_each_step(cool: Program, server: ModelServer) -> None:
    for key, value in {"base_url": server.url, "model": "demo", "window": "9000", "language": "French"}.items():
        cool.run("config", "set", f"ask.{key}", value)
    before = settings(cool)
    walk(
        cool,
        *[("Server, by number or name [another]", ""), (f"Address [{server.url}]", ""), ("Key from", "")],
        *[("Model [demo]", ""), ("Window [9000]", ""), ("Language [French]", "")],
        COOL_ASK_API_KEY=KEY,
    )
    assert settings(cool) == before


def test_a_server_of_this_machine_wants_no_key_and_has_a_small_window(cool: Program) -> None:
    with ModelServer(text="ok") as server:
        shown = walk(
            cool,
            *[("Server, by number", "Ollama"), ("Address [http://localhost:11434/v1]", server.url)],
            *[("Key from, by number or name [none]", ""), ("Model", ""), ("Window [4096]", ""), ("Language", "")],
        )
    assert "OLLAMA_CONTEXT_LENGTH" in shown.text
    assert settings(cool)["ask.window"] == 4096
    assert all("Authorization" not in request.headers for request in server.requests)


def test_a_key_that_is_not_accepted_is_asked_for_again(cool: Program, server: ModelServer) -> None:
    shown = walk(
        cool,
        *[("Server, by number", server.url), ("Key from", ""), ("The key, to try it now", "sk-of-yesterday-0123456")],
        *[("Key from", ""), ("The key, to try it now", KEY), ("Model", ""), ("Window", ""), ("Language", "")],
    )
    assert shown.text.count("does not accept the key (HTTP 401)") == 1
    assert "It works" in shown.text and settings(cool)["ask.base_url"] == server.url
    assert "sk-of-yesterday" not in shown.raw and KEY not in shown.raw and KEY.encode() not in everything(cool)


def test_a_key_of_the_shell_that_is_not_accepted_can_be_replaced_by_one_that_is_typed(
    cool: Program, server: ModelServer
) -> None:
    shown = walk(
        cool,
        *[("Server, by number", server.url), ("Key from", ""), ("Key from", ""), ("Enter takes this shell's", KEY)],
        *[("Model", ""), ("Window", ""), ("Language", "")],
        COOL_ASK_API_KEY="sk-of-yesterday-0123456",
    )
    assert "It works" in shown.text and "sk-of-yesterday" not in shown.raw
    assert " ".join(shown.words).endswith("Now: the line for the key into ~/.zshrc, then: cool ask 1")


def test_a_server_that_wants_a_key_after_all_is_given_one(cool: Program, server: ModelServer) -> None:
    turns = [("Server, by number", server.url), ("Key from", "none")]
    shown = walk(
        cool, *turns, ("Key from", ""), ("The key, to try it", KEY), ("Model", ""), ("Window", ""), ("Language", "")
    )
    assert "wants a key (HTTP 401)" in shown.text and "It works" in shown.text


def test_one_can_go_on_with_a_key_that_is_refused_and_is_not_told_the_same_again(
    cool: Program, server: ModelServer
) -> None:
    turns = [
        *[("Server, by number", server.url), ("Key from", ""), ("Key from", "go on"), ("Model", "demo")],
        *[("Window", ""), ("Language", "")],
    ]
    refused: dict[str, Any] = {"COOL_ASK_API_KEY": "sk-of-yesterday-0123456"}
    with unchanged(cool):
        shown = walk(cool, *turns, ("And now, by number or name [again]", "leave"), code=4, **refused)
        assert shown.text.count("HTTP 401") == 1 and "for the same reason as before" in shown.text
        assert shown.lines[-1].strip() == "Nothing is changed." and "sk-of-yesterday" not in shown.raw
    walk(cool, *turns, ("And now", "keep"), **refused)
    assert settings(cool)["ask.base_url"] == server.url
    assert "# mine" in (cool.home / "config.toml").read_text()


def test_an_address_at_which_nothing_is_is_asked_for_again(cool: Program, server: ModelServer) -> None:
    wrong = server.url.removesuffix("/v1")
    shown = walk(
        cool,
        *[("Server, by number", wrong), ("Key from", ""), (f"Address [{wrong}]", ""), (f"Address [{wrong}]", "v1")],
        *[("It is an address such as", server.url), ("Model", ""), ("Window", ""), ("Language", "")],
        COOL_ASK_API_KEY=KEY,
    )
    assert server.paths == ["/models", "/models", "/v1/models", "/v1/chat/completions"], "Enter tries the same again"
    assert "It often ends with /v1" in " ".join(shown.words) and "It works" in shown.text
    assert settings(cool)["ask.base_url"] == server.url


def test_a_server_that_is_not_there_is_said_at_once_and_one_can_go_on(cool: Program) -> None:
    with unchanged(cool):
        shown = walk(
            cool,
            *[("Server, by number", "http://127.0.0.1:9/v1"), ("Key from", "none")],
            *[("Address [http://127.0.0.1:9/v1]", "go on"), ("Model: ", END)],
            code=130,
        )
        assert "127.0.0.1 cannot be reached (connection refused)" in shown.text
        assert "`go on` goes on without its list of models" in " ".join(shown.words)


def test_a_key_that_may_not_travel_to_an_address_has_another_asked_for(cool: Program, server: ModelServer) -> None:
    shown = walk(
        cool,
        *[("Server, by number", "http://api.example.org/v1"), ("Key from", "")],
        *[("Address [http://api.example.org/v1]", server.url), ("Model", ""), ("Window", ""), ("Language", "")],
        COOL_ASK_API_KEY=KEY,
    )
    assert "is not encrypted" in shown.text and "It works" in shown.text


def test_a_server_without_a_list_is_asked_all_the_same(cool: Program, server: ModelServer) -> None:
    server.fault(Fault.NONSENSE_JSON)
    shown = walk(
        cool,
        *[("Server, by number", server.url), ("Key from", ""), ("Model", "demo"), ("Window", ""), ("Language", "")],
        COOL_ASK_API_KEY=KEY,
    )
    assert "Which models there are is not known." in shown.text and "It works" in shown.text


def test_what_was_typed_is_there_again_where_the_trial_failed(cool: Program, server: ModelServer) -> None:
    server.fault(Fault.EMPTY_ANSWER)
    server.fault(Fault.STATUS_400)
    command = f"cat {cool.folder}/secret"
    (cool.folder / "secret").write_text(KEY)
    shown = walk(
        cool,
        *[("Server, by number", "Ollama"), ("Address", server.url), ("Key from", "variable"), ("The key, to", KEY)],
        *[("Model", "demo"), ("Window", "64000"), ("Language", "German"), ("And now", "")],
        *[("Server, by number or name [Ollama]", ""), (f"Address [{server.url}]", "")],
        *[("Key from, by number or name [variable]", ""), ("Enter takes the last one", "")],
        *[("Model [demo]", ""), ("Window [64000]", ""), ("Language [German]", "")],
    )
    assert shown.text.count("That did not work.") == 1 and "It works" in shown.text
    assert server.requests[-1].key == KEY and KEY not in shown.raw
    assert settings(cool)["ask.window"] == 64000 and "ask.key_command" not in settings(cool)

    server.fault(Fault.EMPTY_ANSWER)
    server.fault(Fault.STATUS_400)
    shown = walk(
        cool,
        *[("Server, by", ""), ("Address", ""), ("Key from", "command"), ("Command", command), ("Model", "")],
        *[("Window", ""), ("Language", ""), ("And now", ""), ("Server, by", ""), ("Address", "")],
        *[("Key from, by number or name [command]", ""), (f"Command [{command}]", "")],
        *[("Model [", ""), ("Window [", ""), ("Language [", "")],
    )
    assert "It works" in shown.text and settings(cool)["ask.key_command"] == command


@pytest.mark.parametrize("key", [KEY, "0123456789abcdef0123456789abcdef"], ids=["sk-", "a long word"])
def test_a_key_pasted_where_it_shows_is_known_and_told_where_it_belongs(
    cool: Program, server: ModelServer, key: str
) -> None:
    server.key = key
    pasted = ["Server, by", "Address", "Key from", "Command", "Window", "Language", "And now"]
    pasted += ["Model"] if key == KEY else []
    turns = [
        *[("Server, by", "llama.cpp"), ("Address", server.url), ("Key from", "command"), ("Key from", "variable")],
        *[("The key, to try it now", key), ("Model", "other"), ("Enter takes it", ""), ("Window", "9000")],
        *[("Language", "German"), ("And now", "leave")],
    ]
    told = []
    for asked, typed in turns:
        if asked in pasted:
            told.append((asked, key))
            pasted.remove(asked)
        if (asked, typed) == ("Key from", "variable"):
            told.append(("Command", key))
        told.append((asked, typed))
    with unchanged(cool):
        shown = walk(cool, *told, code=4, columns=200)
    count = sum(typed == key for _, typed in told)
    assert shown.raw.count(key) == count - 1, "each as it was typed, but for the one that is hidden"
    assert shown.text.count("stands on the screen now and in the scrollback") == count - 1
    assert shown.text.count("Behind `variable` is a prompt that hides it.") == 2
    assert key.encode() not in everything(cool)


STEPS = {
    "Server, by number or name [Kimi]: ": "llama.cpp",
    "Address [http://localhost:8080/v1]: ": "",
    "Key from, by number or name [none]: ": "variable",
    "Enter goes on without it): ": "",
    "Model: ": "any",
    "Window [32000]: ": "",
    "Language [English]: ": "",
    "And now, by number or name [keep]: ": "",
}
"""Each question as it stands when its answer is read: what is typed before that may be lost."""


@pytest.mark.parametrize("end", [INTERRUPT, END], ids=["Ctrl-C", "Ctrl-D"])
@pytest.mark.parametrize("step", STEPS)
def test_leaving_at_any_step_changes_nothing_and_says_so(cool: Program, end: str, step: str) -> None:
    turns = [*STEPS.items()][: [*STEPS].index(step)]
    with unchanged(cool):
        shown = walk(cool, *turns, (step, end), flags="--offline", code=130)
        assert shown.lines[-1].strip() == "Nothing is changed."


def test_ctrl_c_while_the_model_is_waited_for_changes_nothing(cool: Program, server: ModelServer) -> None:
    server.fault(Fault.EMPTY_ANSWER)
    server.fault(Fault.HOLD, after=0)
    turns = [("Server, by", server.url), ("Key from", ""), ("Model", "demo"), ("Window", "")]
    with unchanged(cool), Terminal(cool) as terminal:
        terminal.start("config", "ask", COOL_ASK_API_KEY=KEY)
        for asked, typed in [*turns, ("Language", "")]:
            terminal.until(asked)
            terminal.type(f"{typed}\n")
        assert server.holding.wait(20)
        terminal.type(INTERRUPT)
        shown = ended(terminal, insistent=True)
        assert (shown.code, shown.lines[-1].strip()) == (130, "Nothing is changed.")


def test_offline_nothing_is_asked_and_it_is_kept_where_the_reader_wants_it(cool: Program, server: ModelServer) -> None:
    shown = walk(
        cool,
        *[("Server, by number", server.url), ("Key from", ""), ("Model", "demo"), ("Window", "")],
        *[("Language", ""), ("And now", "")],
        flags="--offline",
        COOL_ASK_API_KEY=KEY,
    )
    assert "not tried" in shown.text and server.requests == []
    assert settings(cool)["ask.model"] == "demo"


def test_a_variable_that_counts_more_than_the_file_is_told(cool: Program, server: ModelServer) -> None:
    shown = walk(
        cool,
        *[("Server, by number", ""), ("Address", ""), ("Key from", ""), ("Model", ""), ("Window", "")],
        *[("Language", "")],
        COOL_ASK_API_KEY=KEY,
        COOL_ASK_BASE_URL=server.url,
        COOL_ASK_MODEL="demo",
    )
    assert "COOL_ASK_MODEL is set and counts more than the file." in shown.text


def test_json_gives_what_is_set_now(cool: Program, server: ModelServer) -> None:
    shown = walk(
        cool,
        *[("Server, by number", server.url), ("Key from", ""), ("Model", ""), ("Window", "")],
        *[("Language", "")],
        flags="--json",
        COOL_ASK_API_KEY=KEY,
    )
    assert '"ask.model": {' in shown.text and '"value": "demo"' in shown.text


def test_the_demonstration_asks_its_own_server(cool: Program) -> None:
    shown = walk(
        cool, ("Model [demo]", ""), ("Window", ""), ("Language", "Chinese"), flags="--demo", COOL_ASK_API_KEY=KEY
    )
    assert "It works: demo answered in" in shown.text and "Server" not in shown.text
    assert not (cool.home / "config.toml").exists()


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(cool: Program, columns: int) -> None:
    turns = [("Server, by", "5"), ("Address", ""), ("Key", ""), ("Model", "any"), ("Window", ""), ("Language", "")]
    shown = walk(cool, *turns, ("And now", "leave"), flags="--offline", columns=columns, code=1)
    told = [line for line in shown.written if "[" not in line and "https://" not in line]
    assert all(len(line) <= columns for line in told), told


def test_without_a_terminal_the_commands_are_named(cool: Program) -> None:
    for flags in ([], ["--json"], ["--demo"]):
        refused = cool.run(*flags, "config", "ask", code=2, stdin="1\n\n\n")
        assert "cool config set ask.base_url" in refused.stderr and "COOL_ASK_API_KEY" in refused.stderr
        assert refused.stdout == ""
    assert settings(cool) == {}


def test_a_key_on_the_command_line_is_refused_and_not_said_again(cool: Program) -> None:
    for words in (["set", "ask.api_key", KEY], ["set", "ask.key_command", KEY], ["ask", KEY], ["ask.api_key", KEY]):
        refused = cool.run("config", *words, code=2)
        assert KEY not in refused.stdout + refused.stderr and len(refused.complaints) == 2
    assert not cool.home.exists() or KEY.encode() not in everything(cool)


@pytest.mark.parametrize(
    ("url", "is_told"),
    [
        ("http://api.example.org/v1", True),
        ("https://api.example.org/v1", False),
        ("http://localhost:11434/v1", False),
        ("http://gpu.local/v1", False),
        ("", False),
    ],
)
def test_an_address_to_which_no_key_is_sent_is_told_when_it_is_set(cool: Program, url: str, is_told: bool) -> None:
    done = cool.run("config", "set", "ask.base_url", url)
    assert ("A key is not sent there" in done.stderr) is is_told
    assert "A key" not in cool.run("config", "unset", "ask.base_url").stderr


def test_doctor_says_whether_a_model_is_set_up_and_never_the_key(cool: Program, server: ModelServer) -> None:
    def model(**variables: Any) -> Any:
        return cool.run("doctor", "--offline", "--json", **variables).document["model"]

    assert model() == {"set_up": False, "server": None, "model": None, "key": "none", "near": None}
    ran = cool.folder / "ran"
    variables: dict[str, Any] = server.environment() | {"COOL_ASK_KEY_COMMAND": f"touch {ran}; echo {ran}"}
    found = {"set_up": True, "server": "", "model": "demo", "key": "command", "near": True}
    assert model(**variables) | {"server": ""} == found
    variables["COOL_ASK_API_KEY"] = KEY
    assert model(**variables)["key"] == "environment"
    for flags in ([], ["--json"]):
        told = cool.run("doctor", "--offline", *flags, **variables)
        assert KEY not in told.stdout + told.stderr and str(ran) not in told.stdout
    assert not ran.exists() and server.requests == []


def test_without_any_set_up_three_lines_say_how_to_do_it_and_where_answers_are(tmp_path: Path) -> None:
    world, today, old = World(), "2611.00042", "hep-th/9901001"
    for paper_id in (today, old):
        world.add(FRIDAY, "hep-th", id=paper_id, title="Long Ago", authors=["Ada van der Sluys"], abstract="C.")
    with ArxivSimulator(world, eastern(FRIDAY, 12)) as sim:
        cool = Program(tmp_path, sim)
        refused = cool.run("ask", today, code=1).complaints
        assert refused == [
            "cool: No model is set up to ask: ask.base_url and ask.model are empty.",
            "      `cool config ask` sets it up, or `cool config set` and COOL_ASK_API_KEY.",
            f"      papers.cool has six answers too: https://papers.cool/arxiv/{today}",
        ]
        assert all(len(line) <= 80 for line in refused)
        of_old = cool.run("ask", old, code=1, COOL_ASK_MODEL="kimi").complaints
        assert of_old[0] == "cool: No model is set up to ask: ask.base_url is empty."
        assert of_old[2].endswith(f"{sim.site_url}/abs/{old}") and "papers.cool" not in of_old[2]
