"""Run by tests/cli/terminal.py as the leader of a terminal session, as a shell is: it starts commands in it.

Commands come as lines of JSON from the file descriptor named on the command line. After each, an escape sequence that
no terminal shows says on the terminal itself that it ended, and with which code.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import termios


def main() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    # A handler, not SIG_IGN, which the commands would inherit: Ctrl-C is theirs.
    signal.signal(signal.SIGINT, lambda *_: None)
    with os.fdopen(int(sys.argv[1]), encoding="utf-8") as orders:
        for line in orders:
            order = json.loads(line)
            code = subprocess.call(order["command"], env=order["environment"], cwd=order["folder"])
            os.write(1, f"\x1b]7777;{code}\x07".encode())


if __name__ == "__main__":
    main()
