"""A file in pieces: what is asked for, what an answer means, and that two files are never joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coolcli.arxiv import download
from coolcli.arxiv.download import Held, keep, move, question, total_of
from coolcli.errors import FetchError, Intercepted, Nonsense, Refused
from coolcli.models import Validator
from coolcli.papers_folder import Part
from coolcli.transport import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DATE = "Fri, 20 Nov 2026 14:00:00 GMT"
LATER = "Mon, 23 Nov 2026 14:00:00 GMT"
KNOWN = Validator('"a"', DATE)
HALF = Held(500, 1000, KNOWN)
PDF = b"%PDF-1.4\n" + b"harbour " * 300 + b"\n%%EOF\n"


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        (Held(), {}),
        (HALF, {"Range": "bytes=500-", "If-Range": '"a"'}),
        (Held(500, None, Validator("", DATE)), {"Range": "bytes=500-", "If-Range": DATE}),
        (Held(500, 1000, Validator('W/"a"', DATE)), {"Range": "bytes=500-", "If-Range": DATE}),
        (Held(500, 1000, Validator('W/"a"', "")), {}),
        (Held(500, 1000, Validator('"é"', "")), {}),
        (Held(500, 1000, Validator('"é"', DATE)), {"Range": "bytes=500-", "If-Range": DATE}),
        (Held(500, 1000, Validator('"a"\r\nX-Y: "b"', " \n")), {}),
        (Held(500, 1000, None), {}),
        (Held(0, 1000, KNOWN), {}),
    ],
)
def test_a_part_is_asked_for_only_where_the_server_can_tell_that_it_fits(held: Held, asked: dict[str, str]) -> None:
    assert question(held) == {"Accept-Encoding": "identity", **asked}


@pytest.mark.parametrize(
    ("held", "status", "headers", "expected"),
    [
        (Held(), 200, {}, "anew"),
        (HALF, 200, {}, "anew"),
        (HALF, 206, {"content-range": "bytes 500-999/1000", "etag": '"a"'}, "append"),
        (HALF, 206, {"content-range": "bytes 500-999/*"}, "append"),
        (HALF, 206, {"content-range": "bytes 400-999/1000"}, "forget"),
        (HALF, 206, {"content-range": "bytes 500-1999/2000"}, "forget"),
        (HALF, 206, {"content-range": "bytes 500-999/1000", "etag": '"b"'}, "forget"),
        (HALF, 206, {"content-range": "bytes 500-999/1000", "last-modified": DATE}, "append"),
        (HALF, 206, {"content-range": "bytes 500-999/1000", "last-modified": LATER}, "forget"),
        (Held(9, 9, Validator("", DATE)), 416, {"content-range": "bytes */9", "last-modified": LATER}, "forget"),
        (HALF, 206, {"content-range": "500-999"}, "forget"),
        (HALF, 206, {}, "forget"),
        (Held(), 206, {"content-range": "bytes 0-999/1000"}, "forget"),
        (Held(1000, 1000, KNOWN), 416, {"content-range": "bytes */1000"}, "complete"),
        (Held(1000, None, KNOWN), 416, {"content-range": "bytes */1000"}, "complete"),
        (HALF, 416, {"content-range": "bytes */400"}, "forget"),
        (HALF, 416, {}, "forget"),
        (Held(), 416, {}, None),
        (HALF, 404, {}, None),
        (HALF, 503, {}, None),
        (HALF, 204, {}, None),
    ],
)
def test_what_an_answer_means(held: Held, status: int, headers: dict[str, str], expected: str | None) -> None:
    assert move(held, status, headers) == expected


def test_the_size_of_the_whole_file() -> None:
    assert total_of(HALF, 206, {"content-range": "bytes 500-999/1000", "content-length": "500"}) == 1000
    assert total_of(HALF, 206, {"content-range": "bytes 500-999/*", "content-length": "500"}) == 1000
    assert total_of(Held(), 200, {"content-length": "1000"}) == 1000
    assert total_of(Held(), 200, {"content-length": "٣"}) is None
    assert total_of(Held(), 200, {}) is None


def answer(status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer("https://arxiv.org/pdf/2611.01234v1", status, named.get("content-type", ""), b"", named, 0.0)


def came(tmp_path: Path, head: Answer, body: bytes, seen: list[tuple[int, int | None]] | None = None) -> Part:
    part = Part(tmp_path / ".part")
    told = [] if seen is None else seen
    keep(head, iter([body[:7], body[7:]]), part, lambda done, total: told.append((done, total)))
    return part


def test_a_file_that_comes_whole(tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    part = came(tmp_path, answer(etag='"a"', content_length=str(len(PDF))), PDF, seen)
    assert part.path.read_bytes() == PDF
    assert part.held == Held(len(PDF), len(PDF), Validator('"a"', ""))
    assert seen[-1] == (len(PDF), len(PDF))


@pytest.mark.parametrize(("behind", "is_one"), [(2_000, True), (60_000, True), (100_000, False)])
def test_some_write_more_behind_the_end(tmp_path: Path, behind: int, is_one: bool) -> None:
    body = PDF + bytes(behind)
    if is_one:
        assert came(tmp_path, answer(content_length=str(len(body))), body).held.is_complete
    else:
        with pytest.raises(Nonsense, match="without its end"):
            came(tmp_path, answer(content_length=str(len(body))), body)


def test_what_has_no_end_at_the_server_either_is_not_fetched_again(tmp_path: Path) -> None:
    half, part = PDF[:1500], Part(tmp_path / ".part")
    with pytest.raises(Nonsense, match="without its end") as told:
        came(tmp_path, answer(etag='"a"', content_length="1500"), half)
    assert not told.value.passing and "https://arxiv.org/pdf/2611.01234v1" in (told.value.hint or "")
    assert question(part.held)["Range"] == "bytes=1500-", "asked is only whether there is more"
    with pytest.raises(Nonsense, match="without its end") as told:
        came(tmp_path, answer(416, content_range="bytes */1500"), b"")
    assert not told.value.passing
    rest = answer(206, etag='"a"', content_range=f"bytes 1500-{len(PDF) - 1}/{len(PDF)}")
    assert came(tmp_path, rest, PDF[1500:]).path.read_bytes() == PDF, "what its server mends goes on"


def test_a_part_that_was_spoilt_on_the_disk_is_dropped(tmp_path: Path) -> None:
    part = came(tmp_path, answer(etag='"a"', content_length=str(len(PDF))), PDF)
    part.path.write_bytes(bytes(len(PDF)))
    with pytest.raises(Nonsense) as told:
        download.check(part, "https://arxiv.org/pdf/2611.01234v1")
    assert told.value.passing and part.held == Held()


ARXIVS = b"<!DOCTYPE html><html><title>No PDF</title>" + b"<p>arXiv</p>" * 20 + b"</html>"
HOTELS = b"<!DOCTYPE html><html><title>Harbour Hotel</title></html>"


@pytest.mark.parametrize(
    ("head", "body", "error", "said"),
    [
        (answer(), ARXIVS, Nonsense, "a page in place of the PDF: No PDF"),
        (answer(), HOTELS, Intercepted, "Harbour Hotel"),
        (answer(), b"", Nonsense, "an empty answer"),
        (answer(content_type="text/plain"), b"hello", Nonsense, "no PDF"),
        (answer(content_encoding="gzip"), PDF, Nonsense, "packed"),
        (answer(content_length="99999"), PDF, Nonsense, "breaks off"),
        (answer(content_length=str(len(PDF) - 6)), PDF[:-6], Nonsense, "without its end"),
        (answer(), PDF[:-6], Nonsense, "without its end"),
        (answer(404), ARXIVS, Refused, "No PDF"),
        (answer(403), ARXIVS, Refused, "No PDF"),
        (answer(503), b"", Refused, "has trouble"),
        (answer(204), b"", Nonsense, "empty"),
        (answer(content_length="2000000000"), PDF, Nonsense, "more than 1000 MB"),
    ],
)
def test_what_is_no_file_is_told(tmp_path: Path, head: Answer, body: bytes, error: type[FetchError], said: str) -> None:
    with pytest.raises(error) as told:
        came(tmp_path, head, body)
    assert said in told.value.message


def test_a_file_without_an_end_is_cut_at_some_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "MOST_BYTES", 100_000)

    def endless() -> Iterator[bytes]:
        yield PDF
        while True:
            yield bytes(10_000)

    part = Part(tmp_path / ".part")
    with pytest.raises(Nonsense, match="no paper"):
        keep(answer(), endless(), part, lambda *_: None)
    assert part.held.size == 0


@pytest.mark.parametrize("status", [404, 503, 200])
def test_a_page_in_between_leaves_what_came_before(tmp_path: Path, status: int) -> None:
    part = Part(tmp_path / ".part")
    part.begin(KNOWN, len(PDF))
    part.write(PDF[:500])
    part.close()
    with pytest.raises(FetchError):
        keep(answer(status), iter([HOTELS]), part, lambda *_: None)
    assert part.held == Held(500, len(PDF), KNOWN)


class Fickle:
    """A server whose file changes, whose answers break off, and that knows parts or does not."""

    def __init__(self, files: list[bytes]) -> None:
        self.files = files

    def asked(self, headers: dict[str, str], which: int, ranges: bool, cut: int) -> tuple[Answer, bytes]:
        file = self.files[which]
        name = f'"{which}"'
        asked = headers.get("Range") if ranges and headers.get("If-Range") == name else None
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        if asked and start >= len(file):
            return answer(416, etag=name, content_range=f"bytes */{len(file)}"), b""
        known = {"etag": name, "content_length": str(len(file) - start)}
        if asked:
            known["content_range"] = f"bytes {start}-{len(file) - 1}/{len(file)}"
        return answer(206 if asked else 200, **known), file[start : start + cut]


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 1), st.booleans(), st.integers(0, 3000)), max_size=12))
def test_what_is_whole_is_one_file(
    tmp_path_factory: pytest.TempPathFactory, times: list[tuple[int, bool, int]]
) -> None:
    """However often it breaks off, changes and begins anew: what is taken for whole is one file from end to end."""
    files = [PDF, PDF.replace(b"harbour", b"lantern")]
    server = Fickle(files)
    part = Part(tmp_path_factory.mktemp("part") / ".part")
    for which, ranges, cut in [*times, (1, True, 10_000), (1, True, 10_000)]:
        head, body = server.asked(question(part.held), which, ranges, cut)
        try:
            keep(head, iter([body]), part, lambda *_: None)
        except FetchError:
            continue
        assert part.path.read_bytes() in files
    assert part.path.read_bytes() == files[1]
