"""The measure of a feed: how long `feedparser.parse` takes, in a fresh process that has imported it already.

Fresh, because the first parse of a process is what `cool` makes, and later ones are quicker.
"""

import sys
from pathlib import Path
from time import monotonic

import feedparser


def main(path: str) -> None:
    """Print the seconds that one parse of a file takes, and how many items it found."""
    body = Path(path).read_bytes()
    started = monotonic()
    feed = feedparser.parse(body)
    seconds = monotonic() - started
    print(seconds, len(feed.entries))


if __name__ == "__main__":
    main(sys.argv[1])
