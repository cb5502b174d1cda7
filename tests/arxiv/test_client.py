"""The client, over loopback: its pace, its bounds, its retries, and what it refuses to follow."""

from __future__ import annotations

import gzip
import os
import socket
import threading
import time
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from coolcli.arxiv.client import Client, Manners
from coolcli.arxiv.pace import Intervals, Pace, is_taken
from coolcli.errors import Intercepted, Nonsense, Refused, Unreachable
from coolcli.models import Validator
from coolcli.transport import Hints, Transport

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from coolcli.arxiv.pace import Server as Host

FEED = b"<?xml version='1.0'?><rss version='2.0'><channel></channel></rss>"


class Server(ThreadingHTTPServer):
    """Answers each request with the next of some answers, the last one for ever."""

    answers: list[tuple[int, dict[str, str], bytes]]
    times: list[float]
    headers: list[dict[str, str]]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.times.append(time.monotonic())
        self.server.headers.append(dict(self.headers))
        answers = self.server.answers
        status, headers, body = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        for name, value in ({"Content-Type": "application/rss+xml"} | headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(*answers: tuple[int, dict[str, str], bytes]) -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Handler)
    server.answers, server.times, server.headers = list(answers), [], []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def client(folder: Path, *, interval: float = 0.0, budget: float = 5.0, contact: str = "") -> Client:
    return Client(Manners(interval, budget, 1_000_000, contact), folder, tell=lambda _: None)


def test_the_interval_is_kept_between_two_clients(tmp_path: Path) -> None:
    with serving((200, {}, FEED)) as server:
        client(tmp_path, interval=0.3).get("feed", server.url, "xml", bytes)
        client(tmp_path, interval=0.3).get("feed", server.url, "xml", bytes)
        first, second = server.times
    assert second - first >= 0.29


def test_an_answer_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with serving((200, {}, FEED + b" " * 2_000_000)) as server, pytest.raises(Nonsense, match="more than 1 MB"):
        client(tmp_path).get("feed", server.url, "xml", bytes)


def test_trouble_is_tried_again_and_a_refusal_never(tmp_path: Path) -> None:
    with serving((503, {"Retry-After": "0"}, b""), (200, {}, FEED)) as server:
        assert client(tmp_path).get("feed", server.url, "xml", bytes) == FEED
    with serving((404, {}, b"no")) as server:
        with pytest.raises(Refused) as caught:
            client(tmp_path).get("feed", server.url, "xml", bytes)
        assert (caught.value.status, len(server.times)) == (404, 1)


def test_a_pause_that_the_server_asks_for_is_no_waiting_for_an_answer(tmp_path: Path) -> None:
    with serving((503, {"Retry-After": "1"}, b""), (503, {"Retry-After": "1"}, b""), (200, {}, FEED)) as server:
        opened = client(tmp_path, budget=2.5)
        assert opened.get("feed", server.url, "xml", bytes) == FEED
        assert opened.left > 2


def test_what_the_parser_cannot_make_sense_of_is_tried_again_where_that_may_help(tmp_path: Path) -> None:
    def read(body: bytes) -> bytes:
        if body == b"<half>":
            raise Nonsense("It breaks off.", passing=True)
        return body

    with serving((200, {}, b"<half>"), (200, {}, FEED)) as server:
        assert client(tmp_path).get("feed", server.url, "xml", read) == FEED


def test_an_answer_that_has_not_changed_is_not_sent_again(tmp_path: Path) -> None:
    seen = []

    def read(body: bytes, validator: Validator | None) -> bytes:
        seen.append(validator)
        return body

    stamp = "Fri, 20 Nov 2026 05:00:00 GMT"
    with serving((200, {"ETag": '"a1"', "Last-Modified": stamp}, FEED), (304, {}, b"")) as server:
        opened = client(tmp_path)
        opened.get_if_changed("feed", server.url, "xml", read, None)
        assert seen == [Validator('"a1"', stamp)]
        assert opened.get_if_changed("feed", server.url, "xml", read, seen[0]) is None
        first, second = server.headers
        assert "If-None-Match" not in first
        assert (second["If-None-Match"], second["If-Modified-Since"]) == ('"a1"', stamp)


@pytest.mark.parametrize("etag", ['"ü"', '"a\r\nX-Evil: 1"', "\x7f"])
def test_what_a_header_cannot_hold_is_not_sent_back(tmp_path: Path, etag: str) -> None:
    with serving((200, {}, FEED)) as server:
        assert client(tmp_path).get_if_changed("feed", server.url, "xml", lambda body, _: body, Validator(etag, ""))
        assert "If-None-Match" not in server.headers[0] and "X-Evil" not in server.headers[0]


def test_who_asked_to_be_left_alone_is_not_asked(tmp_path: Path) -> None:
    with serving((429, {"Retry-After": "300"}, b"Rate exceeded."), (200, {}, FEED)) as server:
        for _ in range(2):
            with pytest.raises(Refused):
                client(tmp_path).get("api", server.url, "xml", bytes)
        assert len(server.times) == 1
        assert client(tmp_path).get("feed", server.url, "xml", bytes) == FEED  # another server is not concerned


def test_what_became_of_a_server_is_known_to_the_next_process(tmp_path: Path) -> None:
    with serving((503, {}, b""), (200, {}, FEED)) as server:
        with pytest.raises(Refused):
            client(tmp_path).get("feed", server.url, "xml", bytes, once=True)
        told = client(tmp_path).trouble("feed")
        assert told is not None and "HTTP 503" in told[0]
        assert client(tmp_path).trouble("site") is None
        client(tmp_path).get("feed", server.url, "xml", bytes)
        assert client(tmp_path).trouble("feed") is None


PAGE = b"<!DOCTYPE html><html><title>arXiv</title></html>"


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (200, PAGE[:-8], Nonsense, "breaks off"),
        (200, b"<html><title>Hotel Bellevue</title></html>", Intercepted, "Hotel Bellevue"),
        (200, b"<html><title>Hotel Bellevue</title>You wanted arxiv.org/list</html>", Intercepted, "Hotel Bellevue"),
        (200, b"<html><title>New look</title>" + b"arXiv " * 20 + b"</html>", Nonsense, "layout"),
        (511, b"<html><title>Hotel Bellevue</title></html>", Intercepted, "Hotel Bellevue"),
        (200, b'{"arxiv": 1}', Intercepted, "application/rss"),
    ],
)
def test_a_page_that_is_not_arxivs(tmp_path: Path, status: int, body: bytes, error: type[Nonsense], words: str) -> None:
    def read(_: bytes) -> bytes:
        raise Nonsense("The layout is another.")

    with serving((status, {}, body)) as server, pytest.raises(error, match=words):
        client(tmp_path).get("site", server.url, "html", read, once=True)


@pytest.mark.parametrize(
    "begins", [b"", b"\xef\xbb\xbf", b'<?xml version="1.0"?>\n<!DOCTYPE html>', b"<head></head>", b"<!-- a -->"]
)
def test_a_page_in_place_of_a_feed(tmp_path: Path, begins: bytes) -> None:
    page = begins + b"<html><title>Hotel Bellevue</title></html>"
    with serving((200, {}, page)) as server, pytest.raises(Intercepted, match="Hotel Bellevue"):
        client(tmp_path).get("feed", server.url, "xml", bytes, once=True)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # httpcore leaves the socket open
@pytest.mark.parametrize("answer", [b"", b"\x05", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_socks_proxy_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    """Such as an `ssh -D` that has died."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listening.accept()
                connection.recv(100)
                connection.sendall(answer)
                connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, daemon=True).start()
        monkeypatch.setenv("ALL_PROXY", f"socks5://127.0.0.1:{listening.getsockname()[1]}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        with pytest.raises(Unreachable):
            client(tmp_path).get("feed", "http://arxiv.invalid/rss", "xml", bytes, once=True)


def test_records_that_are_none_are_nothing(tmp_path: Path) -> None:
    for text in ("[" * 100_000, "[]", '{"feed": 3}', '{"feed": {"failed": "soon"}}', "\x00"):
        (tmp_path / "arxiv.json").write_text(text)
        assert client(tmp_path).trouble("feed") is None


def test_a_request_counts_for_the_interval_from_its_beginning(tmp_path: Path) -> None:
    """A process that is killed in the middle of it does not get to note its end."""
    noted = []
    with serving((200, {}, FEED)) as server:
        client(tmp_path).get(
            "feed", server.url, "xml", bytes, meanwhile=lambda: noted.append((tmp_path / "arxiv.last").exists())
        )
    assert noted == [True]


def test_a_page_under_a_type_that_says_nothing_is_one(tmp_path: Path) -> None:
    with serving((200, {"Content-Type": "application/octet-stream"}, PAGE)) as server:
        assert client(tmp_path).get("site", server.url, "html", bytes) == PAGE


def test_an_answer_packed_twice_is_not_unpacked(tmp_path: Path) -> None:
    body = gzip.compress(gzip.compress(FEED))
    with serving((200, {"Content-Encoding": "gzip, gzip"}, body)) as server, pytest.raises(Nonsense, match="packed"):
        client(tmp_path).get("feed", server.url, "xml", bytes)


def paced(folder: Path, longest: float) -> Pace:
    return Pace(folder, Intervals(0, 0), longest, now=lambda: datetime.now(UTC), tell=lambda _: None)


def slow(folder: Path, told: list[str]) -> Pace:
    return Pace(folder, Intervals(3, 15), 5, now=lambda: datetime.now(UTC), tell=told.append)


class Stopwatch:
    """A clock that stands still but for sleeping."""

    def __init__(self) -> None:
        self.now = time.time()
        self.slept = 0.0

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds


def ask(folder: Path, server: Host, watch: Stopwatch) -> None:
    """Another process asks a server at the moment that the stopwatch shows."""
    slow(folder, []).touch(server)
    for name in ("arxiv.last", *(["arxiv.site"] if server == "site" else [])):
        os.utime(folder / name, (watch.now, watch.now))


@pytest.fixture
def stopwatch(monkeypatch: pytest.MonkeyPatch) -> Stopwatch:
    watch = Stopwatch()
    monkeypatch.setattr("coolcli.arxiv.pace.time", watch)
    return watch


@pytest.mark.parametrize(
    ("before", "asked", "slowly", "seconds"),
    [
        ("site", "site", True, 15),
        ("site", "site", False, 3),
        ("site", "api", True, 3),
        ("api", "site", True, 3),
    ],
)
def test_pages_of_the_site_are_further_apart_where_many_are_asked_for(
    tmp_path: Path, stopwatch: Stopwatch, before: Host, asked: Host, slowly: bool, seconds: float
) -> None:
    ask(tmp_path, before, stopwatch)
    told: list[str] = []
    pace = slow(tmp_path, told)
    with pace.slowly() if slowly else nullcontext():
        pace.keep_interval(asked)
    assert stopwatch.slept == pytest.approx(seconds, abs=0.01)
    assert told[0] == f"waiting {seconds} s, as arXiv asks for between two {'pages' if seconds == 15 else 'requests'}"


def test_the_longer_interval_counts_from_the_last_page_whatever_was_asked_in_between(
    tmp_path: Path, stopwatch: Stopwatch
) -> None:
    ask(tmp_path, "site", stopwatch)
    stopwatch.now += 10
    ask(tmp_path, "api", stopwatch)
    pace = slow(tmp_path, [])
    with pace.slowly():
        pace.keep_interval("site")
    assert stopwatch.slept == pytest.approx(5, abs=0.01)


def test_after_slow_work_pages_are_asked_for_as_before(tmp_path: Path, stopwatch: Stopwatch) -> None:
    ask(tmp_path, "site", stopwatch)
    pace = slow(tmp_path, [])
    with pace.slowly(), pace.slowly():
        pass
    pace.keep_interval("site")
    assert stopwatch.slept == pytest.approx(3, abs=0.01)


def test_a_clock_that_was_set_back_holds_nothing_up(tmp_path: Path, stopwatch: Stopwatch) -> None:
    ask(tmp_path, "site", stopwatch)
    stopwatch.now -= 3600
    pace = slow(tmp_path, [])
    with pace.slowly():
        pace.keep_interval("site")
    assert stopwatch.slept == 0


def test_who_rests_between_pages_holds_nobody_up(tmp_path: Path) -> None:
    turns = []
    manners = Manners(0.0, 5.0, 1_000_000, site_interval=0.3)
    asking = Client(manners, tmp_path, tell=lambda _: turns.append(is_taken(tmp_path)))
    with serving((200, {"Content-Type": "text/html"}, PAGE)) as server, asking.slowly():
        asking.get("site", server.url, "html", bytes)
        turns.clear()
        asking.rest("site")
        assert turns and not any(turns)
        asking.get("site", server.url, "html", bytes)
    assert server.times[1] - server.times[0] >= 0.29


STRANGE = b"<!DOCTYPE html><html><title>Papers</title>" + b"<a href='https://arxiv.org/'>arXiv</a>" * 10 + b"</html>"


def not_understood(_: bytes) -> bytes:
    raise Nonsense("arXiv's listing page of cs.LG cannot be read.", "Its layout may have changed; update cool.")


def test_a_page_that_is_not_understood_is_kept_for_a_report(tmp_path: Path) -> None:
    kept = tmp_path / "not-understood.html"
    with serving((200, {"Content-Type": "text/html"}, STRANGE)) as server, pytest.raises(Nonsense) as caught:
        client(tmp_path).get("site", server.url, "html", not_understood)
    assert caught.value.hint == f"Its layout may have changed; update cool. It is kept in {kept} for a bug report."
    assert kept.read_bytes() == STRANGE


@pytest.mark.parametrize(
    ("body", "passing"),
    [(PAGE, False), (STRANGE, True)],
    ids=["somebody else's page", "one that may be right the next time"],
)
def test_other_pages_are_not_kept(tmp_path: Path, body: bytes, passing: bool) -> None:
    def read(_: bytes) -> bytes:
        raise Nonsense("It cannot be read.", passing=passing)

    with serving((200, {"Content-Type": "text/html"}, body)) as server, pytest.raises(Nonsense):
        client(tmp_path).get("site", server.url, "html", read, once=True)
    assert not (tmp_path / "not-understood.html").exists()


def test_a_page_that_cannot_be_kept_is_told_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "not-understood.html").mkdir()
    with serving((200, {"Content-Type": "text/html"}, STRANGE)) as server, pytest.raises(Nonsense) as caught:
        client(tmp_path).get("site", server.url, "html", not_understood)
    assert caught.value.hint == "Its layout may have changed; update cool."


def test_another_process_is_waited_for_as_long_as_it_goes_on(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "arxiv.lock", thread_local=False)
    lock.acquire()
    stop = threading.Event()

    def busy() -> None:
        for _ in range(8):
            (tmp_path / "arxiv.last").touch()
            stop.wait(0.1)
        lock.release()

    thread = threading.Thread(target=busy)
    thread.start()
    with paced(tmp_path, longest=0.3).turn():
        thread.join()


def test_no_longer_than_the_reader_has_patience(tmp_path: Path) -> None:
    with FileLock(tmp_path / "arxiv.lock"):
        began = time.monotonic()
        with pytest.raises(Unreachable, match="Another cool"), client(tmp_path).turn(0.2):
            pass
        assert time.monotonic() - began < 5


HINTS = Hints("Wait longer.", "Read more.", "Is there a network?", "Check the proxies.")


class Ended(BaseException):
    """Somebody asked the work to end."""


def end() -> None:
    raise Ended


@contextmanager
def silent() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_who_asks_the_work_to_end_waits_for_no_answer(tmp_path: Path) -> None:
    asking = Client(Manners(0, 60, 1_000_000), tmp_path, tell=lambda _: None, pause=lambda _: end())
    began = time.monotonic()
    with silent() as url, pytest.raises(Ended):
        asking.get("site", url, "html", bytes)
    assert time.monotonic() - began < 10
    assert not is_taken(tmp_path), "the turn is another's"


def test_nor_for_the_beginning_of_a_file() -> None:
    began = time.monotonic()
    with silent() as url, pytest.raises(Ended), Transport("cool", 1_000_000, HINTS, end).stream(url, {}, 60):
        pass
    assert time.monotonic() - began < 10


def test_nor_for_another_process(tmp_path: Path) -> None:
    asking = Client(Manners(0, 60, 1_000_000), tmp_path, tell=lambda _: None, pause=lambda _: end())
    with FileLock(tmp_path / "arxiv.lock"), pytest.raises(Ended), asking.turn():
        pass


def test_a_pause_longer_than_the_budget_is_told_and_not_waited_for(tmp_path: Path) -> None:
    with serving((429, {"Retry-After": "300"}, b"Rate exceeded.")) as server:
        with pytest.raises(Refused, match="wait 5 min"):
            client(tmp_path).get("feed", server.url, "xml", bytes)
        assert len(server.times) == 1


@pytest.mark.parametrize("pause", ["\u00b2", "soon", "-1"])
def test_a_pause_that_is_none_is_passed_over(tmp_path: Path, pause: str) -> None:
    busy = (503, {"Retry-After": pause.encode("utf-8").decode("latin-1")}, b"")
    with serving(busy, (200, {}, FEED)) as server:
        assert client(tmp_path).get("feed", server.url, "xml", bytes) == FEED


@pytest.mark.parametrize("place", ["http://example.org/", "https://127.0.0.1/", "http://h:99999/", "http://["])
def test_a_redirect_elsewhere_is_refused(tmp_path: Path, place: str) -> None:
    with serving((302, {"Location": place}, b"")) as server, pytest.raises(Nonsense, match="sends us on"):
        client(tmp_path).get("feed", server.url, "xml", bytes)


def test_a_page_of_many_comments_is_judged_at_once(tmp_path: Path) -> None:
    body = b"<!---->" * 200 + b"<html><title>Log in</title></html>"
    with serving((200, {"Content-Type": "text/html"}, body)) as server, pytest.raises(Nonsense, match="Log in"):
        client(tmp_path).get("feed", server.url, "xml", bytes)


def test_nothing_of_a_header_reaches_the_terminal(tmp_path: Path) -> None:
    kind = "text/html\x9b31m"
    with serving((200, {"Content-Type": kind}, b"<html></html>")) as server, pytest.raises(Nonsense) as caught:
        client(tmp_path).get("feed", server.url, "xml", bytes)
    assert caught.value.message.isprintable()


def test_a_turn_that_never_comes_is_not_waited_for_without_end(tmp_path: Path) -> None:
    turn = paced(tmp_path, longest=0.1).turn()
    with FileLock(tmp_path / "arxiv.lock"), pytest.raises(Unreachable, match="Another cool"), turn:
        pass


def test_what_no_header_can_hold_is_told(tmp_path: Path) -> None:
    with serving((200, {}, FEED)) as server, pytest.raises(Unreachable, match="No request can be made"):
        client(tmp_path, contact="j\u00e9").get("feed", server.url, "xml", bytes)
