"""The client of a model, over loopback: answers as they come, every fault in words, a key that goes nowhere else."""

from __future__ import annotations

import re
import socket
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.ask.key import MASK, Key
from coolcli.ask.model import MAX_TRIES, Model
from coolcli.ask.questions import Message
from coolcli.ask.refusals import Asked, Error, error_in, told
from coolcli.ask.stream import MOST_CHARACTERS, ThinkTag
from coolcli.errors import FetchError, Intercepted, Nonsense, Refused, Unreachable
from tests.model_server import HOSTILE, THOUGHT, Fault, ModelServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coolcli.ask.stream import Piece

SECRET = "sk-abc/abc+abc=0123456789"
TEXT = "It floats, and **floats** well (2 Method)."
QUESTION = [Message("system", "Answer."), Message("user", "Does it float? 它浮吗？")]
LIMIT = 10.0
"""Seconds after which something that should long have come is taken to hang."""


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(text=TEXT) as opened:
        yield opened


class Asking:
    """A client, with what it told, traced and waited."""

    def __init__(self, url: str, key: str | None = None, patience: float = LIMIT) -> None:
        self.told: list[str] = []
        self.traced: list[str] = []
        self.waited: list[float] = []
        self.came: list[Piece] = []
        its_key = Key(key) if key else None
        self.model = Model(
            url, "demo", its_key, patience=patience, tell=self.told.append, trace=self.traced.append,
            pause=self.waited.append,
        )  # fmt: skip

    def ask(self) -> list[Piece]:
        for piece in self.model.ask(QUESTION):
            self.came.append(piece)
        return self.came

    def fails(self) -> FetchError:
        with pytest.raises(FetchError) as caught:
            self.ask()
        return caught.value

    @property
    def answer(self) -> str:
        return "".join(piece.text for piece in self.came if piece.kind == "answer")

    @property
    def thought(self) -> str:
        return "".join(piece.text for piece in self.came if piece.kind == "thought")


Client = Callable[..., Asking]


@pytest.fixture
def client() -> Iterator[Client]:
    """Makes clients, whose connections end with the test."""
    with ExitStack() as opened:

        def make(url: str, key: str | None = None, patience: float = LIMIT) -> Asking:
            asking = Asking(url, key, patience)
            opened.callback(asking.model.close)
            return asking

        yield make


def test_what_can_be_read_on_its_way_takes_no_proxy(
    server: ModelServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy would see the key of a server on one's own network. Nobody is at the address (of a network for tests)."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, server.url.removesuffix("/v1"))
    client("http://192.0.2.7:9/v1", SECRET, 0.2).fails()
    assert server.requests == []


def test_an_answer_comes_in_pieces_and_ends(server: ModelServer, client: Client) -> None:
    asking = client(server.url + "/")
    asking.ask()
    assert asking.answer == TEXT
    assert len(asking.came) > 3
    assert asking.came[-1] == ("end", "stop")
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/v1/chat/completions")
    assert request.json == {
        "model": "demo",
        "stream": True,
        "messages": [{"role": "system", "content": "Answer."}, {"role": "user", "content": "Does it float? 它浮吗？"}],
    }
    assert "Authorization" not in request.headers


def test_a_piece_is_here_before_the_next_is_sent(server: ModelServer, client: Client) -> None:
    server.fault(Fault.HOLD, after=1)
    pieces = client(server.url).model.ask(QUESTION)
    assert next(pieces).text == "It "
    assert not server.go.is_set()
    server.go.set()
    assert "".join(piece.text for piece in pieces if piece.kind == "answer") == TEXT.removeprefix("It ")


def test_the_trace_says_how_long_and_nothing_of_what_was_said(server: ModelServer, client: Client) -> None:
    asking = client(server.url, SECRET)
    asking.ask()
    (line,) = asking.traced
    said = r"POST http://127\.0\.0\.1:\d+/v1/chat/completions -> 200 text/event-stream, "
    assert re.fullmatch(said + r"first token after \d+\.\d s, 7 tokens in \d+\.\d s", line)


def test_the_key_is_sent_and_every_other_is_refused(client: Client) -> None:
    with ModelServer(text=TEXT, key=SECRET) as server:
        client(server.url, SECRET).ask()
        assert server.requests[0].headers["Authorization"] == f"Bearer {SECRET}"
        wrong = client(server.url, "sk-another-0123456789").fails()
        none = client(server.url).fails()
    assert "does not accept the key (HTTP 401)" in wrong.message
    assert "COOL_ASK_API_KEY" in str(wrong.hint) and "ask.key_command" in str(wrong.hint)
    assert "wants a key (HTTP 401)" in none.message


def test_the_end_of_what_the_model_may_say_is_told(server: ModelServer, client: Client) -> None:
    server.fault(Fault.LENGTH)
    asking = client(server.url)
    assert asking.ask()[-1] == ("end", "length")
    assert asking.answer == "It floats, and "


def test_an_answer_that_said_why_it_ends_is_whole_without_done(server: ModelServer, client: Client) -> None:
    server.fault(Fault.NO_DONE)
    asking = client(server.url)
    assert asking.ask()[-1] == ("end", "stop")
    assert asking.answer == TEXT


def test_a_connection_that_stays_open_behind_an_answer_is_not_waited_for(server: ModelServer, client: Client) -> None:
    server.fault(Fault.SILENCE, after=100)
    asking = client(server.url, patience=60)
    began = time.monotonic()
    assert asking.ask()[-1] == ("end", "stop")
    assert time.monotonic() - began < LIMIT


@pytest.mark.parametrize("fault", [Fault.THOUGHTS, Fault.THINK_TAG])
def test_thoughts_are_no_part_of_the_answer(server: ModelServer, fault: Fault, client: Client) -> None:
    server.fault(fault)
    asking = client(server.url)
    asking.ask()
    assert (asking.thought, asking.answer) == (THOUGHT, TEXT)


@given(st.data())
def test_a_tag_is_found_wherever_it_is_cut(data: st.DataObject) -> None:
    part = st.text(st.sampled_from("<think>/ \na"), max_size=12)
    opened, thought = data.draw(st.booleans()), data.draw(part.filter(lambda text: "</think>" not in text))
    answer = data.draw(part.filter(lambda text: not text.lstrip().startswith("<think>")))
    text = f" <think>{thought}</think>\n{answer}" if opened else answer
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    tag, found = ThinkTag(), {"thought": "", "answer": ""}
    for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True):
        for kind, piece in tag.feed(text[begin:end]):
            found[kind] += piece
    for kind, piece in tag.rest():
        found[kind] += piece
    assert found == ({"thought": thought, "answer": answer.lstrip()} if opened else {"thought": "", "answer": answer})


def test_nothing_that_a_terminal_obeys_comes_through(server: ModelServer, client: Client) -> None:
    server.fault(Fault.ESCAPES)
    asking = client(server.url)
    asking.ask()
    links = HOSTILE[HOSTILE.index("[a link]") :]
    assert asking.answer == f"click red txt.exe back\nover {links}{TEXT}"
    assert all(piece.text.replace("\n", " ").isprintable() for piece in asking.came)


def test_lines_and_blanks_stay_as_they_are(client: Client) -> None:
    text = "# It\n\n\t- floats  \n\n    well\u2028so\x85 "
    with ModelServer(text=text) as server:
        asking = client(server.url)
        asking.ask()
    assert asking.answer == text.replace("\x85", "")


GIVES_UP: list[tuple[Fault, dict[str, Any], type[FetchError], str, str]] = [
    (Fault.STATUS_400, {}, Refused, "refuses (HTTP 400): Invalid value for 'messages'.", "ask.model"),
    (Fault.STATUS_401, {}, Refused, "wants a key (HTTP 401)", "COOL_ASK_API_KEY"),
    (Fault.STATUS_403, {}, Refused, "does not allow this (HTTP 403): Your project", "COOL_ASK_API_KEY"),
    (Fault.STATUS_404, {}, Refused, "has no model 'demo' (HTTP 404): The model `demo` does not exist.", "cool config"),
    (Fault.STATUS_413, {}, Refused, "too long for demo (HTTP 413)", "cool config set ask.window"),
    (Fault.CONTEXT_TOO_LONG, {}, Refused, "too long for demo (HTTP 400)", "cool config set ask.window 8192"),
    (Fault.WRONG_TYPE, {}, Intercepted, "sent a web page", "ask.base_url"),
    (Fault.ERROR_OBJECT, {}, Refused, "gave an error: The engine is overloaded.", "Try again"),
    (Fault.NOT_STREAMED, {}, Nonsense, "it does not stream", "cool config ask"),
    (Fault.GZIP_BOMB, {}, Nonsense, "packed", "Try again"),
    (Fault.UNKNOWN_ENCODING, {}, Nonsense, "packed", "Try again"),
    (Fault.EMPTY_ANSWER, {}, Nonsense, "ended without a word", "Ask again"),
]


@pytest.mark.parametrize(
    ("fault", "how", "kind", "message", "hint"), GIVES_UP, ids=lambda each: getattr(each, "name", "")
)
def test_what_is_no_answer(
    server: ModelServer,
    client: Client,
    fault: Fault,
    how: dict[str, Any],
    kind: type[FetchError],
    message: str,
    hint: str,
) -> None:
    server.fault(fault, **how)
    asking = client(server.url)
    error = asking.fails()
    assert type(error) is kind
    assert message in error.message and hint in str(error.hint)
    assert (asking.came, len(server.requests), asking.waited) == ([], 1, [])
    assert len(asking.traced) == 1 and error.message in asking.traced[0]


BREAKS: list[tuple[Fault, dict[str, Any], str]] = [
    (Fault.NONSENSE_JSON, {}, "no JSON"),
    (Fault.OTHER_SHAPE, {"shape": {"id": 1}}, "no part of an answer"),
    (Fault.OTHER_SHAPE, {"shape": []}, "no part of an answer"),
    (Fault.OTHER_SHAPE, {"shape": "words"}, "no part of an answer"),
    (Fault.OTHER_SHAPE, {"shape": {"choices": None}}, "no part of an answer"),
    (Fault.OTHER_SHAPE, {"shape": {"choices": {}}}, "no part of an answer"),
    (Fault.OTHER_SHAPE, {"shape": {"choices": ["words"]}}, "no part of an answer"),
    (Fault.OTHER_SHAPE, {"shape": {"choices": [{"text": "words", "finish_reason": None}]}}, "no part of an answer"),
    (Fault.OTHER_SHAPE, {"shape": {"choices": [{"delta": ["words"]}]}}, "no part of an answer"),
    (Fault.OTHER_SHAPE, {"shape": {"choices": [{"delta": {"content": 5}}]}}, "no part of an answer"),
    (Fault.OTHER_SHAPE, {"shape": {"choices": [{"delta": {}, "finish_reason": "error"}]}}, "in the middle (error)"),
    (Fault.INVALID_UTF8, {}, "bytes that are no text"),
    (Fault.ERROR_IN_STREAM, {}, "gave an error: The engine is overloaded."),
    (Fault.CLOSE_MID_TOKEN, {}, "broke off in the middle"),
    (Fault.CUT, {}, "broke off in the middle"),
    (Fault.NO_END, {}, "broke off in the middle"),
    (Fault.CONTENT_FILTER, {}, "filter ended the answer (content_filter)"),
    (Fault.ENDLESS_LINE, {}, "without an end"),
]


@pytest.mark.parametrize(("fault", "how", "message"), BREAKS, ids=lambda each: getattr(each, "name", ""))
def test_an_answer_that_goes_wrong_gives_what_came_and_no_end(
    server: ModelServer, client: Client, fault: Fault, how: dict[str, Any], message: str
) -> None:
    server.fault(fault, **how)
    asking = client(server.url)
    error = asking.fails()
    assert message in error.message and error.hint
    assert asking.answer == "It floats, and "
    assert "end" not in {piece.kind for piece in asking.came}
    assert (len(server.requests), asking.waited) == (1, [])


def test_an_answer_without_an_end_is_bounded(server: ModelServer, client: Client) -> None:
    server.fault(Fault.ENDLESS)
    asking = client(server.url)
    assert "without an end" in asking.fails().message
    assert MOST_CHARACTERS - 100 < len(asking.answer) <= MOST_CHARACTERS


def test_an_event_that_is_nested_too_deep(client: Client) -> None:
    with raw(b'data: {"choices": ' + b"[" * 200_000 + b"\n\n") as url:
        assert "no JSON" in client(url).fails().message


@pytest.mark.parametrize("after", [0, 2])
@pytest.mark.parametrize("fault", [Fault.SILENCE, Fault.KEEPALIVE_ONLY])
def test_only_words_keep_a_reader_waiting(server: ModelServer, fault: Fault, after: int, client: Client) -> None:
    server.fault(fault, after=after)
    asking = client(server.url, patience=0.8)
    error = asking.fails()
    assert isinstance(error, Unreachable) and "sent no word for 0.8 s" in error.message
    assert "cool config set ask.patience" in str(error.hint)
    assert (len(asking.came), len(server.requests)) == (after, 1)


def test_a_reader_who_is_slow_is_no_silence_of_the_servers(server: ModelServer, client: Client) -> None:
    pieces = client(server.url, patience=0.8).model.ask(QUESTION)
    next(pieces)
    threading.Event().wait(1.2)
    assert [*pieces][-1] == ("end", "stop")


def test_a_server_that_does_not_even_answer_is_not_waited_for_twice(server: ModelServer, client: Client) -> None:
    server.fault(Fault.MUTE, times=None)
    error = client(server.url, patience=0.3).fails()
    assert "did not answer in time" in error.message and "ask.patience" in str(error.hint)
    assert len(server.requests) == 1


@pytest.mark.parametrize("fault", [Fault.STATUS_429, Fault.STATUS_500, Fault.STATUS_503, Fault.RESET])
def test_what_may_pass_is_tried_again(server: ModelServer, fault: Fault, client: Client) -> None:
    server.fault(fault, times=2)
    asking = client(server.url)
    asking.ask()
    assert (asking.answer, len(server.requests), len(asking.waited)) == (TEXT, 3, 2)
    assert len([line for line in asking.told if "trying again in" in line]) == 2


def test_but_not_for_ever(server: ModelServer, client: Client) -> None:
    server.fault(Fault.STATUS_500, times=None)
    error = client(server.url).fails()
    assert "has trouble (HTTP 500)" in error.message
    assert len(server.requests) == MAX_TRIES


def test_a_stream_that_ends_before_the_first_word_is_tried_again(server: ModelServer, client: Client) -> None:
    server.fault(Fault.NO_END, after=0)
    asking = client(server.url)
    asking.ask()
    assert (asking.answer, len(server.requests)) == (TEXT, 2)


@pytest.mark.parametrize("is_date", [False, True])
def test_a_pause_that_the_server_asks_for_is_kept(server: ModelServer, is_date: bool, client: Client) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=8), usegmt=True)
    server.fault(Fault.STATUS_429, retry_after=moment if is_date else 7)
    asking = client(server.url)
    asking.ask()
    (waited,) = asking.waited
    assert 5 < waited <= 8


@pytest.mark.parametrize("seconds", [61, 100_000])
def test_a_pause_of_more_than_a_minute_is_told(server: ModelServer, seconds: int, client: Client) -> None:
    server.fault(Fault.STATUS_429, retry_after=seconds)
    asking = client(server.url)
    error = asking.fails()
    until = datetime.now().astimezone() + timedelta(seconds=seconds)
    near = {f"{until - timedelta(seconds=each):%H:%M}" for each in (0, LIMIT)}
    assert any(f"{each}." in str(error.hint) for each in near)
    assert (len(server.requests), asking.waited) == (1, [])


def test_an_account_without_credit_is_not_asked_again(client: Client) -> None:
    body = b'{"error": {"message": "You exceeded your current quota.", "code": "insufficient_quota"}}'
    with raw(body, status=b"429 Too Many Requests", kind=b"application/json") as url:
        error = client(url).fails()
    assert "wants to be paid first (HTTP 429): You exceeded" in error.message
    assert not error.passing


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(server: ModelServer, status: int, client: Client) -> None:
    server.fault(Fault.REDIRECT, status=status)
    asking = client(server.url, SECRET)
    error = asking.fails()
    assert re.search(rf"sends us on to http://localhost:\d+/v1/chat/completions \(HTTP {status}\)", error.message)
    assert re.search(r"`cool config set ask.base_url http://localhost:\d+/v1`", str(error.hint))
    assert (server.strayed, len(server.requests)) == ([], 1)


@pytest.mark.parametrize(
    "place", [b"/login", b"http://h:99999/", b"http://[", b"", b"https://evil.example/$(rm)/chat/completions"]
)
def test_a_redirect_to_no_api_names_no_command_to_follow_it(place: bytes, client: Client) -> None:
    with raw(b"", status=b"302 Found", headers=b"Location: " + place + b"\r\n") as url:
        error = client(url).fails()
    assert "sends us on to" in error.message and "cool config set" not in str(error.hint)


@pytest.mark.parametrize("end", ["\r\nX-Other: header", "é", " two"])
def test_a_key_that_no_header_can_hold_is_not_sent(server: ModelServer, client: Client, end: str) -> None:
    error = client(server.url, SECRET + end).fails()
    assert "cannot be sent" in error.message and SECRET not in f"{error.message} {error.hint}"
    assert server.requests == []


def test_a_key_does_not_leave_the_readers_network_unencrypted(client: Client) -> None:
    asking = client("http://models.example.org/v1", SECRET)
    error = asking.fails()
    assert "is not encrypted" in error.message and "https://" in str(error.hint)
    assert asking.traced == []
    with pytest.raises(FetchError, match="is not encrypted"):
        asking.model.models()


@pytest.mark.parametrize("fault", [*Fault])
def test_no_fault_shows_the_key(fault: Fault, client: Client) -> None:
    with ModelServer(text=TEXT, key=SECRET) as server:
        server.go.set()
        server.fault(fault, times=None, after=1)
        asking = client(server.url, SECRET, patience=0.2)
        told: list[str] = []
        for attempt in (asking.ask, asking.model.models):
            try:
                told.append(str(attempt()))
            except FetchError as error:
                stack = traceback.TracebackException.from_exception(error, capture_locals=True).stack
                told += [error.message, str(error.hint)]
                if fault is not Fault.STATUS_401:  # it sends the key back, so it is in what came
                    told += [str(frame.locals) for frame in stack if "coolcli" in frame.filename]
        assert all(request.key == SECRET for request in server.requests)
    assert SECRET not in "\n".join([*told, *asking.told, *asking.traced, asking.answer, asking.thought])


def test_a_server_that_says_the_key_does_not_show_it(server: ModelServer, client: Client) -> None:
    server.fault(Fault.ECHO_KEY)
    asking = client(server.url, SECRET)
    asking.ask()
    assert asking.answer == f"Your key is {MASK}, is it not?"


class Ended(BaseException):
    """Somebody asked the work to end."""


def test_who_asks_the_work_to_end_waits_for_no_word(server: ModelServer) -> None:
    wanted = threading.Event()

    def heed() -> None:
        if wanted.is_set():
            raise Ended

    server.fault(Fault.SILENCE, after=1)
    model = Model(server.url, "demo", None, patience=60, tell=lambda _: None, heed=heed)
    pieces = model.ask(QUESTION)
    assert next(pieces).text == "It "
    wanted.set()
    began = time.monotonic()
    with pytest.raises(Ended):
        next(pieces)
    assert time.monotonic() - began < LIMIT


def test_an_answer_that_nobody_reads_on_ends_its_request(server: ModelServer, client: Client) -> None:
    server.fault(Fault.SILENCE, after=1)
    pieces = client(server.url, patience=60).model.ask(QUESTION)
    next(pieces)
    request = under_way()
    assert request is not None
    pieces.close()  # type: ignore[attr-defined]
    request.join(LIMIT)
    assert not request.is_alive()


def under_way() -> threading.Thread | None:
    return next((each for each in threading.enumerate() if each.name == "cool-download"), None)


def test_nobody_is_there(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
    error = client(url).fails()
    assert isinstance(error, Unreachable) and "connection refused" in error.message
    assert url in str(error.hint) and "server running" in str(error.hint)


def test_the_names_of_models(server: ModelServer, client: Client) -> None:
    assert client(server.url).model.models() == ["demo"]
    assert server.paths == ["/v1/models"]


def test_names_are_cleaned_and_what_is_none_is_passed_over(client: Client) -> None:
    models = b'{"data": [{"id": "a\\u001b[31m\\nb"}, {"id": 5}, {}, "c", {"id": ""}, {"id": "d"}, {"id": "d"}]}'
    with raw(models, kind=b"application/json") as url:
        assert client(url).model.models() == ["a b", "d"]
    with raw(b'{"object": "list", "data": null}', kind=b"application/json") as url:
        assert client(url).model.models() == []


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault.STATUS_401, "wants a key"),
        (Fault.NONSENSE_JSON, "no list of models"),
        (Fault.OTHER_SHAPE, "no list of models"),
        (Fault.INVALID_UTF8, "no list of models"),
        (Fault.WRONG_TYPE, "a web page"),
        (Fault.ENDLESS, "more than 8 MB"),
        (Fault.GZIP_BOMB, "more than 8 MB"),
        (Fault.ERROR_OBJECT, "The engine is overloaded"),
    ],
)
def test_what_is_no_list_of_models(server: ModelServer, fault: Fault, message: str, client: Client) -> None:
    server.fault(fault, times=None, shape=["words"])
    with pytest.raises(FetchError, match=message):
        client(server.url).model.models()


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"error": {"message": "No.", "type": "t", "code": "c"}}, Error("No.", ("c", "t"))),
        ({"error": {"message": "No.", "code": 502}}, Error("No.", ("502",), 502)),
        ({"error": {"message": None}}, Error("")),
        ({"error": "No."}, Error("No.")),
        ([{"error": {"message": "No."}}], Error("No.")),
        ({"error": {"message": "No.", "n_ctx": 4096}}, Error("No.", window=4096)),
        ({"error": None}, None),
        ({"message": "No."}, None),
        (None, None),
        ([], None),
    ],
)
def test_an_error_as_servers_write_it(document: object, expected: Error | None) -> None:
    assert error_in(document) == expected


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"object": "error", "message": "No."}, "No."),
        ({"detail": "No."}, "No."),
        ({"detail": [{"loc": ["body"], "msg": "No."}]}, "No."),
        ({}, ""),
        (None, ""),
    ],
)
def test_an_error_where_the_status_says_that_it_is_one(document: object, message: str) -> None:
    assert error_in(document, certainly=True) == Error(message)


@pytest.mark.parametrize(
    "message",
    [
        "This model's maximum context length is 65536 tokens. However, you requested 70000 tokens.",
        "the request exceeds the available context size. try increasing the context size or enable context shift",
        "Invalid request: Your request exceeded model token limit: 8192",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "Input is longer than the context window",
    ],
)
def test_a_text_that_is_too_long_as_servers_say_it(message: str) -> None:
    assert Error(message).is_too_long
    assert not Error("Rate limit reached: 90000 tokens per min.").is_too_long


@pytest.mark.parametrize(
    ("status", "message", "words"),
    [
        (429, "Slow down: of the context window, 90000 tokens a minute.", "asks to slow down (HTTP 429)"),
        (500, "the request exceeds the available context size", "too long for demo (HTTP 500)"),
        (402, "Insufficient Balance", "wants to be paid first (HTTP 402): Insufficient Balance."),
        (418, "x" * 1000, f"refuses (HTTP 418): {'x' * 239}…."),
    ],
)
def test_what_a_status_means(status: int, message: str, words: str) -> None:
    error = told(Asked("https://models.example.org/v1/models", "demo", None), Error(message, status=status))
    assert words in error.message
    assert error.passing is (status == 429)


@contextmanager
def raw(
    body: bytes, *, status: bytes = b"200 OK", kind: bytes = b"text/event-stream", headers: bytes = b""
) -> Iterator[str]:
    """A server that gives the same answer to whoever asks, as it stands."""
    head = b"HTTP/1.1 %s\r\nContent-Type: %s\r\n%sConnection: close\r\n\r\n" % (status, kind, headers)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_give, args=(listening, head + body), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(LIMIT)


def _give(listening: socket.socket, answer: bytes) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection:
            asked = b""
            while b"\r\n\r\n" not in asked:
                asked += connection.recv(65536)
            length = re.search(rb"(?i)content-length: (\d+)", asked)
            missing = int(length[1] if length else 0) - len(asked.partition(b"\r\n\r\n")[2])
            while missing > 0:
                missing -= len(connection.recv(65536))
            connection.sendall(answer)
