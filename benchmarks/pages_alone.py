"""The measure of a catch-up: the CPU time that parsing its pages takes, in a process that does nothing else."""

import sys
from pathlib import Path
from time import process_time

from coolcli.arxiv.pages import parse_listing


def main(category: str, folder: str) -> None:
    """Print the seconds that parsing all pages of a folder takes, and how many papers they list."""
    bodies = [file.read_bytes() for file in sorted(Path(folder).glob("*.html"))]
    started = process_time()
    found = sum(len(parse_listing(body, category).entries) for body in bodies)
    print(process_time() - started, found)


if __name__ == "__main__":
    main(*sys.argv[1:])
