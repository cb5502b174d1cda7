"""The day's feed: inputs and results stand side by side in tests/data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coolcli.arxiv import feed
from coolcli.errors import Nonsense
from tests.builders import DATA, readable

if TYPE_CHECKING:
    from pathlib import Path

DAY = (DATA / "feed_day.xml").read_bytes()
CHANNEL = b"""<rss xmlns:arxiv="http://arxiv.org/schemas/atom" version="2.0"><channel>
<pubDate>Fri, 20 Nov 2026 00:00:00 -0500</pubDate>%s</channel></rss>"""
ITEM = b"""<item><title>T</title><guid>oai:arXiv.org:%s</guid><category>cs.LG</category>
<arxiv:announce_type>%s</arxiv:announce_type></item>"""


@pytest.mark.parametrize("name", ["feed_day", "feed_empty", "feed_stale"])
def test_feeds(name: str) -> None:
    expected = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    assert readable(feed.parse((DATA / f"{name}.xml").read_bytes(), "cs.LG")) == expected


@pytest.mark.parametrize(("items", "truncated"), [(1999, False), (2000, True)])
def test_a_feed_of_two_thousand_was_cut(items: int, truncated: bool) -> None:
    body = CHANNEL % b"".join(ITEM % (b"2611.%05dv1" % number, b"new") for number in range(1, items + 1))
    listing = feed.parse(body, "cs.LG")
    assert len(listing.entries) == items
    assert listing.truncated is truncated
    assert listing.counts is None


@pytest.mark.parametrize(
    ("date", "day"),
    [
        (b"Fri, 20 Nov 2026 00:00:00 -0500", "2026-11-20"),
        (b"Fri, 20 Nov 2026 05:00:00 +0000", "2026-11-20"),
        (b"Fri, 20 Nov 2026 04:59:59 GMT", "2026-11-19"),
        (b"Wed, 01 Jul 2026 00:00:00 -0400", "2026-07-01"),
    ],
)
def test_the_day_is_the_channels_in_eastern_time(date: bytes, day: str) -> None:
    body = (CHANNEL % b"").replace(b"Fri, 20 Nov 2026 00:00:00 -0500", date)
    assert str(feed.parse(body, "cs.LG").day) == day


LOGIN = b"<!DOCTYPE html><html><head><title>Log in to the network</title></head><body><form></form></body></html>"


NO_FEEDS = {
    "nothing": b"",
    "text": b"Rate exceeded.",
    "JSON": b"{}",
    "a login page": LOGIN,
    "cut in an item": DAY[: len(DAY) // 2],
    "cut at the end": DAY[: DAY.index(b"</channel>")],
    "no date": CHANNEL.replace(b"pubDate", b"date") % b"",
    "no real date": (CHANNEL % b"").replace(b"Fri, 20 Nov 2026 00:00:00 -0500", b"yesterday"),
    "a date beyond the calendar": (CHANNEL % b"").replace(b"20 Nov 2026 00:00:00 -0500", b"31 Dec 9999 23:59:00 -1200"),
    "an item without id": CHANNEL % (ITEM % (b"no id", b"new")),
    "an unknown type": CHANNEL % (ITEM % (b"2611.01001v1", b"withdrawn")),
    "another feed's item": CHANNEL % b"<item><title>Something else</title></item>",
}


@pytest.mark.parametrize("body", NO_FEEDS.values(), ids=NO_FEEDS)
def test_what_is_no_feed(body: bytes) -> None:
    with pytest.raises(Nonsense, match=r"cs\.LG") as caught:
        feed.parse(body, "cs.LG")
    assert caught.value.exit_code == 4


def test_a_body_is_never_taken_for_a_file_name(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_bytes(DAY)
    with pytest.raises(Nonsense):
        feed.parse(str(tmp_path / "feed.xml").encode(), "cs.LG")


def _edited(start: int, length: int, other: int, piece: bytes) -> bytes:
    """The day's feed with one stretch of it replaced, by something or by another stretch."""
    taken = piece or DAY[other : other + 60]
    return DAY[:start] + taken + DAY[start + length :]


EDITED = st.builds(
    _edited,
    st.integers(0, len(DAY)),
    st.integers(0, 400),
    st.integers(0, len(DAY)),
    st.binary(max_size=8)
    | st.sampled_from([b"<category/>", b"<title/>", b"&lt;", b"]]>", b"<item>", b"\xff", b"<dc:x>"]),
)


@given(st.binary(max_size=200) | EDITED)
@example(DAY.replace(b"UTF-8", b"\x80", 1))
@example(DAY.replace(b"UTF-8", b"U\0", 1))
@example(DAY.replace(b"UTF-8", b"undefined", 1))
@example(DAY.replace(b'"http://arxiv.org/schemas', b'"http\xa0://arxiv.org/schemas', 1))
@example(
    (CHANNEL % (ITEM % (b"2611.01001v1", b"new"))).replace(b"<category>cs.LG</category>", b"<category domain='x'/>")
)
@example(CHANNEL.replace(b"<channel>", b"<channel><title/>") % b"<item/>")
def test_any_bytes_give_a_listing_or_nonsense(body: bytes) -> None:
    try:
        listing = feed.parse(body, "cs.LG")
    except Nonsense:
        return
    assert listing.source == "feed"
    assert all(entry.paper.id for entry in listing.entries)
