"""arXiv on loopback for one invented day: the feed, and the head of the listing page that `cool` checks it with."""

from __future__ import annotations

import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

from benchmarks import material

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PIECES = 20


class Arxiv(ThreadingHTTPServer):
    """Answers for a day, and notes when a feed was sent whole."""

    daemon_threads = True

    def __init__(self, items: Sequence[material.Item], seconds: float) -> None:
        """Take the day, and how long its feed is on its way."""
        super().__init__(("127.0.0.1", 0), _Answering)
        self.feed = material.feed(items)
        self.page = material.head_of_page(items)
        self.seconds = seconds
        self.last_byte = 0.0
        """When the last byte of the last feed was written; processes of one machine share the monotonic clock."""

    @property
    def address(self) -> str:
        """Give the server's address."""
        return f"http://127.0.0.1:{self.server_port}"


class _Answering(BaseHTTPRequestHandler):
    # Nagle's algorithm would hold the last bytes back until the client acknowledges those before.
    disable_nagle_algorithm = True
    protocol_version = "HTTP/1.1"
    server: Arxiv

    def do_GET(self) -> None:
        """Answer the two addresses that a run asks for."""
        if self.path == f"/rss/{material.CATEGORY}":
            self._begin("text/xml; charset=utf-8", len(self.server.feed))
            self._send_feed(self.server.feed)
            self.server.last_byte = time.monotonic()
        elif self.path == f"/list/{material.CATEGORY}/new?show=25":
            self._begin("text/html; charset=utf-8", len(self.server.page))
            self.wfile.write(self.server.page)
        else:
            self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Say nothing: standard error is for the measurements."""

    def _begin(self, kind: str, length: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _send_feed(self, body: bytes) -> None:
        if not self.server.seconds:
            self.wfile.write(body)
            return
        size = len(body) // _PIECES + 1
        for start in range(0, len(body), size):
            time.sleep(self.server.seconds / _PIECES)
            self.wfile.write(body[start : start + size])


@contextmanager
def serve(items: Sequence[material.Item], seconds: float = 0) -> Iterator[Arxiv]:
    """Serve a day until the block ends."""
    with Arxiv(items, seconds) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
