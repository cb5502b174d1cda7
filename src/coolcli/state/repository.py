"""State in a git repository of the reader's own, by the git that is installed.

    exchange    fetch -> what the remote has is handed over -> a commit of all that is here on top of it -> push,
                and again where another machine was faster

There is a bare repository beside the database and no work tree, so nothing can be in the middle of a merge: events are
merged by the database (`store.merging`), never by git. Other files in the reader's repository stay as they are.

git asks nothing: where it would ask for a password, it fails, and that is told.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from coolcli.arxiv.text import clean
from coolcli.config import path_of
from coolcli.errors import CoolError, DataError, FetchError, UsageError
from coolcli.state import folder
from coolcli.state.folder import Unread
from coolcli.store.merging import Record, Taken

TRIES = 8
"""How often a push is tried while other machines are faster."""
PATIENCE = 60.0
"""Seconds that one command of git may take: a few megabytes over a slow line."""
_STALLED = 15
"""Seconds after which git gives up where nothing comes over HTTP."""

_BRANCH = "cool.branch"
"""The setting, of the bare repository, that names the branch."""


class Exchange(NamedTuple):
    """What an exchange with the remote did."""

    received: int = 0
    """Events that were not here."""
    pushed: bool = False
    """Whether there was something that the remote did not have."""
    disputed: int = 0
    """Events that were here and said something else."""
    unread: tuple[str, ...] = ()
    """Where the remote has lines that this version cannot read, and why not; they stay there as they are."""


class Repository:
    """The reader's repository, as far as it is here."""

    def __init__(self, path: Path, *, tell: Callable[[str], None] = lambda _: None) -> None:
        """Take where the bare repository is, or will be; say what is waited for to `tell`."""
        self._path = path
        self._tell = tell

    @property
    def url(self) -> str | None:
        """Give the remote's address, None where none is set up."""
        if not self._path.exists():
            return None
        return self._said("config", "--get", "remote.origin.url") or None

    def init(self, url: str) -> None:
        """Set up the remote, or another one. Raises UsageError, or FetchError where it cannot be reached."""
        url = _address(url)
        self._refuse_work_tree(url)
        fresh = self._path.with_name(f"{self._path.name}.new")
        try:
            fresh.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.rmtree(fresh, ignore_errors=True)
            self._git("clone", "--bare", "--quiet", "--no-tags", "--", url, str(fresh), inside=False)
            fresh.chmod(0o700)  # its settings hold the address, and that may hold a password
            shutil.rmtree(self._path, ignore_errors=True)
            fresh.rename(self._path)
        except OSError as error:
            raise DataError(f"{self._path} cannot be made: {error.strerror}.", "Make room, or set COOL_HOME.") from None
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        # The branch that the remote goes by, which may have no commit yet: where it says none, git's own default.
        self._git("config", _BRANCH, self._said("symbolic-ref", "--short", "HEAD") or "main")

    def _refuse_work_tree(self, url: str) -> None:
        """Raise UsageError for a folder whose work tree a push would upset."""
        if Path(url).is_dir() and self._run(["-C", url, "rev-parse", "--is-bare-repository"], inside=False).stdout == (
            b"false\n"
        ):
            raise UsageError("That repository has a work tree, which a push would upset.", _BARE)

    def exchange(
        self, take: Callable[[list[Record]], Taken], records: Callable[[], Sequence[Record]], message: str
    ) -> Exchange:
        """Bring the remote and what is here to the same.

        `take` is given what the remote has and is not here; `records` gives all that is here then. Raises UsageError
        where no remote is set up, FetchError for what the remote or git refuses: nothing is lost here or there.
        """
        if self.url is None and self._path.exists():
            raise DataError(
                f"{self._path}, which is a copy of your repository, is damaged.",
                "`cool state init GIT_URL` makes it anew; nothing is lost.",
            )
        if self.url is None:
            raise UsageError("No repository is set up.", "`cool state init GIT_URL` names one: an empty one of yours.")
        with self._alone():
            return self._exchange(take, records, message)

    def _exchange(
        self, take: Callable[[list[Record]], Taken], records: Callable[[], Sequence[Record]], message: str
    ) -> Exchange:
        done, told = Exchange(), ""
        for attempt in range(TRIES):
            if attempt:
                self._tell("another machine was faster: once more")
                time.sleep(0.05 * 2**attempt * (1 + os.getpid() % 7 / 7))  # apart from the others
            self._git("fetch", "--quiet", "--prune", "--no-tags", "origin", "+refs/heads/*:refs/remotes/origin/*")
            branches = self._branches()
            here = _files(records())
            fresh, unread = _unknown(branches.values(), here)
            done = done._replace(unread=tuple(each.why for some in unread.values() for each in some))
            if fresh:
                taken = take(fresh)
                done = done._replace(received=done.received + taken.events, disputed=done.disputed + taken.disputed)
                here = _files(records())
            branch = self._branch(branches)
            there = branches.get(branch, {})
            wanted = {name: text + _kept(unread.get(name, ())) for name, text in here.items()}
            changed = {name: text for name, text in wanted.items() if there.get(name) != _bytes(text)}
            if not changed:
                return done
            base = _remote(branch) if branch in branches else None
            told = self._refused(self._commit(base, changed, message), branch)
            if not told:
                self._run(["-c", "gc.auto=200", "gc", "--auto", "--quiet"])  # each push brings a whole file anew
                return done._replace(pushed=True)
        raise FetchError(
            f"The repository could not be changed; nothing is lost. git says: {told}.", "Try again later.", passing=True
        )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Let no other process of this machine use what is here of the repository; locks that a killed git left go."""
        from filelock import FileLock, Timeout

        lock = FileLock(self._path.with_suffix(".lock"), poll_interval=0.05)
        try:
            lock.acquire(timeout=PATIENCE)
        except Timeout:
            raise DataError("Another `cool` is pushing for a long time.", "Try again when it is done.") from None
        except OSError as error:
            raise DataError(f"{self._path.parent} cannot be written: {error.strerror}.", "Make it writable.") from None
        try:
            for left in self._path.rglob("*.lock"):
                left.unlink(missing_ok=True)
            yield
        finally:
            lock.release()

    def _branches(self) -> dict[str, dict[str, bytes]]:
        """Give the files of events of each branch that the remote has, by their paths."""
        names = self._said("for-each-ref", "--format=%(refname:lstrip=3)", "refs/remotes/origin").split()
        return {name: self._contents(_remote(name)) for name in names}

    def _branch(self, branches: Mapping[str, Mapping[str, bytes]]) -> str:
        """Choose the branch to push to: that of before; where the remote has it not, the one that has events.

        An empty repository need not say how its branch is to be called, and two machines may think otherwise.
        """
        own = self._said("config", "--get", _BRANCH) or "main"
        if own in branches:
            return own
        return next((name for name, content in sorted(branches.items()) if content), own)

    def _contents(self, base: str) -> dict[str, bytes]:
        """Give the files of events of a commit, by their paths."""
        listed = self._git("ls-tree", "-z", "--name-only", base, f"{folder.EVENTS}/").decode("utf-8", "replace")
        names = [name for name in listed.split("\0") if name.endswith(folder.END)]
        return {name: self._git("cat-file", "blob", f"{base}:{name}") for name in names}

    def _commit(self, base: str | None, changed: dict[str, str], message: str) -> str:
        """Make a commit with some files changed on top of another, and give its name."""
        with tempfile.TemporaryDirectory(prefix="cool-", dir=self._path) as scratch:
            index = {"GIT_INDEX_FILE": str(Path(scratch, "index"))}
            self._git("read-tree", *([base] if base else ["--empty"]), more=index)
            for name, text in changed.items():
                blob = self._git("hash-object", "-w", "--stdin", said=_bytes(text)).decode().strip()
                self._git("update-index", "--add", "--cacheinfo", f"100644,{blob},{name}", more=index)
            tree = self._git("write-tree", more=index).decode().strip()
        parents = ["-p", base] if base else []
        done = self._git("commit-tree", tree, *parents, "-m", message, more=self._identity())
        return done.decode().strip()

    def _identity(self) -> dict[str, str]:
        """Give a name for the commits of a reader who has told git none."""
        if self._said("config", "--get", "user.email"):
            return {}
        return {f"GIT_{who}_{what}": name for who in ("AUTHOR", "COMMITTER") for what, name in _NAMELESS.items()}

    def _refused(self, commit: str, branch: str) -> str:
        """Push a commit; give what git says where another machine is faster, nothing where it is pushed."""
        done = self._run(["push", "--porcelain", "--no-verify", "origin", f"{commit}:refs/heads/{branch}"])
        if done.returncode == 0:
            return ""
        told = (done.stdout + done.stderr).decode("utf-8", "replace")
        if not _FASTER.search(told):
            raise self._failure(told)
        return _telling(told)

    def _said(self, *words: str) -> str:
        """Give what git says to a question of which it is no failure that there is no answer."""
        return self._run(words).stdout.decode("utf-8", "replace").strip()

    def _git(
        self, *words: str, said: bytes | None = None, more: dict[str, str] | None = None, inside: bool = True
    ) -> bytes:
        """Run git and give what it says. Raises FetchError in the reader's words."""
        done = self._run(words, said=said, more=more, inside=inside)
        if done.returncode:
            raise self._failure(done.stderr.decode("utf-8", "replace"))
        return done.stdout

    def _run(
        self,
        words: Sequence[str],
        *,
        said: bytes | None = None,
        more: dict[str, str] | None = None,
        inside: bool = True,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git, which may ask nobody anything and is stopped with all that it started when we are."""
        program = shutil.which("git")
        if program is None:
            raise CoolError(
                "git is not installed.", "Install it; or carry the folder of `cool state export DIR` yourself."
            )
        if words[0] in _OF_NETWORK:
            self._tell("git is talking to the repository")
        command = [program, *([f"--git-dir={self._path}"] if inside else []), *words]
        with _running(command, _environment() | (more or {})) as process:
            try:
                out, errors = process.communicate(said, timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                raise FetchError(
                    f"git {words[0]} did not end within {PATIENCE:.0f} s.", "Is there a network? Try again later."
                ) from None
            return subprocess.CompletedProcess(command, process.returncode, out, errors)

    def _failure(self, told: str) -> CoolError:
        """Put into words why git failed; a password that stands in an address is left out."""
        for pattern, message, hint in _REASONS:
            if re.search(pattern, told, re.IGNORECASE):
                return FetchError(message, hint)
        return FetchError(f"git failed: {_telling(told) or 'it gave no reason'}.", "Nothing is lost here.")


def _telling(told: str) -> str:
    """Give the lines of git that say what went wrong."""
    lines = [masked(line).rstrip(".") for line in told.splitlines() if line.strip()]
    return "; ".join(([line for line in lines if line.startswith(_TELLING)] or lines)[:3])


def _remote(branch: str) -> str:
    return f"refs/remotes/origin/{branch}"


def _files(records: Iterable[Record]) -> dict[str, str]:
    """Give the files of events by their paths in the repository."""
    return {f"{folder.EVENTS}/{name}{folder.END}": text for name, text in folder.texts(records).items()}


def _unknown(
    branches: Iterable[Mapping[str, bytes]], here: Mapping[str, str]
) -> tuple[list[Record], dict[str, list[Unread]]]:
    """Read those events of a remote that are not in the files of what is here, and by file the lines that are none.

    Most of the lines are the same as here, and need not be parsed.
    """
    found: list[Record] = []
    unread: dict[str, list[Unread]] = {}
    for name, content in (item for branch in branches for item in branch.items()):
        known = here.get(name, "")
        if content == _bytes(known):
            continue
        for each in folder.scanned(content, f"{name} in the repository", frozenset(known.split("\n"))):
            if isinstance(each, Record):
                found.append(each)
            elif each.line not in {other.line for other in unread.get(name, ())}:
                unread.setdefault(name, []).append(each)
    return found, unread


def _kept(unread: Iterable[Unread]) -> str:
    """Give lines that this version cannot read as they came: they stay at the end of their file."""
    return "".join(f"{each.line}\n" for each in unread)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def masked(text: str) -> str:
    """Give an address, or words with some, without the passwords that they may hold."""
    return clean(_QUESTION.sub(r"\1?…", _SECRET.sub(r"\1…@", text)))


_SECRET = re.compile(r"(://)\S+@")
_QUESTION = re.compile(r"(://[^\s?]*)\?[^\s']+")
_TELLING = ("fatal:", "error:", "!", "remote:", "ERROR:")
_OF_NETWORK = ("clone", "fetch", "push")
_NAMELESS = {"NAME": "cool", "EMAIL": "cool@localhost"}
_FASTER = re.compile(
    r"\[rejected\]|fetch first|non-fast-forward|cannot lock ref|failed to lock|incorrect old value"
    r"|reference already exists|failed to update ref|Unable to create '[^']*\.lock'",
    re.IGNORECASE,
)
"""What git says where another machine has pushed meanwhile, or is about to."""

_BARE = "Name a bare one: `git init --bare DIR` makes one."
_REASONS = (
    (
        r"terminal prompts disabled|could not read (username|password)|authentication failed|permission denied \(|"
        r"askpass|passphrase|invalid username or password",
        "The repository asks for a password or a key, and nobody can be asked here.",
        "Let git know it: a credential helper (`git config --global credential.helper store`) or an ssh agent; then"
        " `git ls-remote URL` has to work without a question.",
    ),
    (
        r"host key verification failed",
        "ssh does not know that machine yet.",
        "`git ls-remote URL` asks about it once.",
    ),
    (
        r"does not appear to be a git repository|repository .*not found|not found: did you run"
        r"|no such file or directory|does not exist",
        "There is no git repository at that address.",
        "Make an empty one there (`git init --bare`, or on the site that has it), or check the address.",
    ),
    (
        r"branch is currently checked out|refusing to update checked out branch",
        "That repository has a work tree, which a push would upset.",
        _BARE,
    ),
    (
        r"could not resolve host|connection (refused|timed out|reset)|network is unreachable|failed to connect|"
        r"could not connect|operation timed out",
        "The git repository cannot be reached.",
        "Is there a network? Nothing is lost.",
    ),
)
"""What git says, what that means, and what to do."""


def _address(url: str) -> str:
    """Check an address, and make a folder's absolute. Raises UsageError."""
    if not url.strip() or not url.isprintable() or url.startswith("-") or "::" in url.partition("/")[0]:
        raise UsageError(
            f"'{masked(url)}' is no address of a git repository.",
            "Such as git@example.org:me/papers.git, https://example.org/me/papers.git or a folder.",
        )
    is_folder = "://" not in url and not re.match(r"[^/\\]+:", url)
    if is_folder or url.startswith("~") or Path(url).exists():
        return str(path_of(url).absolute())
    return url


def _environment() -> dict[str, str]:
    """Give git the reader's environment without what would lead it to another repository or a question."""
    kept = {name: value for name, value in os.environ.items() if name not in _LEADING}
    stalled = {"GIT_HTTP_LOW_SPEED_LIMIT": "1", "GIT_HTTP_LOW_SPEED_TIME": str(_STALLED)}
    asking = {"GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never", "GIT_ASKPASS": "", "LC_ALL": "C"}
    return stalled | kept | asking


_LEADING = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_CEILING_DIRECTORIES",
)
"""What git's own hooks and aliases set: they may run `cool` too."""


@contextmanager
def _running(command: Sequence[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program in a session of its own, where it has no terminal to ask at, and stop it when the block ends."""
    with subprocess.Popen(  # noqa: S603 -- git, with words that are ours and an address that was checked
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                with suppress(OSError):
                    if hasattr(os, "killpg"):
                        os.killpg(process.pid, signal.SIGTERM)  # ssh too
                    else:
                        process.kill()
