"""State through git: machines that push to one bare repository end equal, and what git refuses is told."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from coolcli.errors import CoolError, FetchError, UsageError
from coolcli.models import Event
from coolcli.state import repository
from coolcli.state.repository import Exchange, Repository
from coolcli.store import events
from coolcli.store.merging import Record
from tests.builders import DAY, NOW
from tests.state.homes import PAPERS, Home, star
from tests.state.locked import locked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")


def git(*words: str | Path, cwd: Path | None = None) -> str:
    """What git says, as a reader who has told it a name."""
    name = {f"GIT_{who}_{what}": "ada@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(["git", *map(str, words)], cwd=cwd, capture_output=True, check=True, env=os.environ | name)
    return done.stdout.decode()


def bare(place: Path) -> Path:
    git("init", "--quiet", "--bare", place)
    return place


def edited(remote: Path, clone: Path, machine: Machine, edit: Callable[[bytes], bytes]) -> Path:
    """Edit a machine's file by hand in a clone, push it, and give the file."""
    git("clone", "--quiet", remote, clone)
    file = clone / "events" / f"{machine.device}.jsonl"
    file.write_bytes(edit(file.read_bytes()))
    git("commit", "--quiet", "-am", "by hand", cwd=clone)
    git("push", "--quiet", cwd=clone)
    return file


class Machine(Home):
    """A home with a repository."""

    def __init__(self, path: Path, remote: Path | None) -> None:
        super().__init__(path)
        self.repository = Repository(path / "state.git")
        if remote is not None:
            self.repository.init(str(remote))

    def push(self) -> Exchange:
        return self.repository.exchange(self.take, self.records, "state")


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    return bare(tmp_path / "remote.git")


@pytest.fixture
def two(tmp_path: Path, remote: Path) -> Iterator[tuple[Machine, Machine]]:
    machines = Machine(tmp_path / "one", remote), Machine(tmp_path / "two", remote)
    yield machines
    for machine in machines:
        machine.close()


def test_what_is_done_on_one_machine_comes_to_the_other(two: tuple[Machine, Machine]) -> None:
    one, other = two
    one.do("star", star())
    assert one.push() == Exchange(0, True)
    assert other.push() == Exchange(1, False)
    other.do("note", events.note(PAPERS[0], "§"))
    assert other.push() == Exchange(0, True)
    assert one.push() == Exchange(1, False)
    assert one.records() == other.records() and one.marks == other.marks


def test_a_reader_can_look_at_it_with_git(two: tuple[Machine, Machine], remote: Path, tmp_path: Path) -> None:
    one, _ = two
    one.do("star", star())
    one.push()
    one.do("unstar", events.clear("starred", PAPERS[0]))
    one.push()
    git("clone", "--quiet", remote, tmp_path / "clone")
    assert [file.name for file in (tmp_path / "clone" / "events").iterdir()] == [f"{one.device}.jsonl"]
    assert git("log", "--format=%s", cwd=tmp_path / "clone").splitlines() == ["state", "state"]
    assert git("diff", "--numstat", "HEAD^", cwd=tmp_path / "clone").split()[:2] == ["1", "0"]


def test_other_files_of_the_readers_repository_stay(tmp_path: Path, remote: Path) -> None:
    git("clone", "--quiet", remote, tmp_path / "own")
    git("checkout", "--quiet", "-b", "trunk", cwd=tmp_path / "own")
    (tmp_path / "own" / "README.md").write_text("mine")
    git("add", ".", cwd=tmp_path / "own")
    git("commit", "--quiet", "-m", "mine", cwd=tmp_path / "own")
    git("push", "--quiet", "origin", "trunk", cwd=tmp_path / "own")
    git("symbolic-ref", "HEAD", "refs/heads/trunk", cwd=remote)
    machine = Machine(tmp_path / "one", remote)
    machine.do("star", star())
    machine.push()
    assert git("ls-tree", "-r", "--name-only", "trunk", cwd=remote).split() == [
        "README.md",
        f"events/{machine.device}.jsonl",
    ]
    machine.close()


def test_a_push_is_tried_again_where_another_machine_was_faster(two: tuple[Machine, Machine]) -> None:
    one, other = two
    one.do("star", star())
    other.do("star", star(PAPERS[1]))

    def records() -> list[Record]:
        other.push()  # between our fetch and our push
        return one.records()

    assert one.repository.exchange(one.take, records, "state") == Exchange(1, True)
    other.push()
    assert one.records() == other.records() and len(one.records()) == 2


def test_lines_that_nobody_can_read_stay_where_they_are_and_stop_nothing(
    two: tuple[Machine, Machine], remote: Path, tmp_path: Path
) -> None:
    one, other = two
    one.do("star", star())
    one.push()
    file = edited(remote, tmp_path / "clone", one, lambda content: b"garbage\n" + content + b"\xff\n")
    one.do("note", events.note(PAPERS[0], "kept"))
    done = one.push()
    assert done.pushed and done.unread == (
        f"events/{one.device}.jsonl in the repository, line 1: it is no JSON",
        f"events/{one.device}.jsonl in the repository, line 3: it is not UTF-8",
    )
    assert other.push()[:2] == (2, False) and other.marks == one.marks
    assert one.push()[:2] == (0, False)
    git("pull", "--quiet", cwd=tmp_path / "clone")
    assert len(file.read_bytes().splitlines()) == 4
    assert [line for line in file.read_bytes().splitlines() if b"{" not in line] == [b"garbage", b"\xff"]


def test_a_conflict_that_was_committed_is_taken_from_both_sides(
    two: tuple[Machine, Machine], remote: Path, tmp_path: Path
) -> None:
    one, other = two
    one.do("star", star())
    one.push()
    edited(remote, tmp_path / "clone", one, lambda content: b"<<<<<<< HEAD\n" + content + b"=======\n>>>>>>> theirs\n")
    assert other.push() == Exchange(1, True)
    assert "<<<" not in git("show", f"HEAD:events/{one.device}.jsonl", cwd=remote)
    assert other.marks == one.marks


def test_without_a_remote_it_says_how_to_name_one(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "one", None)
    with pytest.raises(UsageError, match="No repository is set up"):
        machine.push()
    machine.close()


@pytest.mark.parametrize("url", ["", "  ", "~nobody-at-all/x", "--upload-pack=touch x", "ext::sh -c touch% x", "a\nb"])
def test_what_is_no_address_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError, match=r"no address|no home"):
        Repository(tmp_path / "state.git").init(url)
    assert list(tmp_path.iterdir()) == []


def test_an_address_where_nothing_is_leaves_the_one_before(tmp_path: Path, two: tuple[Machine, Machine]) -> None:
    one, _ = two
    with pytest.raises(FetchError, match="no git repository"):
        one.repository.init(str(tmp_path / "nothing"))
    one.do("star", star())
    assert one.push() == Exchange(0, True)


def test_a_repository_with_a_work_tree_is_refused_with_what_to_do(tmp_path: Path) -> None:
    git("init", "--quiet", tmp_path / "tree")
    with pytest.raises(UsageError, match="work tree") as caught:
        Repository(tmp_path / "state.git").init(str(tmp_path / "tree"))
    assert "--bare" in (caught.value.hint or "")


def test_a_repository_that_asks_for_a_password_is_told_and_nobody_is_asked(tmp_path: Path) -> None:
    with locked() as url, pytest.raises(FetchError, match="asks for a password") as caught:
        Repository(tmp_path / "state.git").init(url)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("fatal: unable to access 'https://me:hunter2@x/': Could not resolve host: x", "cannot be reached"),
        ("Permission denied (publickey).\nfatal: Could not read from remote repository.", "password or a key"),
        ("Host key verification failed.\nfatal: Could not read from remote repository.", "does not know that machine"),
        ("fatal: something new at https://me:hunter2@x/y", "git failed: fatal: something new at https://…@x/y"),
        ("", "it gave no reason"),
    ],
)
def test_what_git_says_is_put_into_words_without_passwords(tmp_path: Path, told: str, said: str) -> None:
    error = Repository(tmp_path)._failure(told)
    assert said in error.message and "hunter2" not in f"{error.message} {error.hint}"


def test_no_git_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CoolError, match="git is not installed"):
        Repository(tmp_path / "state.git").init("https://example.org/x.git")


def test_git_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\nexec sleep 100\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(repository, "PATIENCE", 0.2)
    with pytest.raises(FetchError, match="did not end"):
        Repository(tmp_path / "state.git").init("https://example.org/x.git")


def test_machines_that_call_the_branch_differently_meet(two: tuple[Machine, Machine], remote: Path) -> None:
    one, other = two
    for machine, name in zip(two, ("main", "trunk"), strict=True):
        git("config", "cool.branch", name, cwd=machine.repository._path)
    one.do("star", star())
    other.do("star", star(PAPERS[1]))
    one.push()
    assert other.push() == Exchange(1, True)
    assert one.push() == Exchange(1, False)
    assert one.records() == other.records()
    assert git("branch", "--format=%(refname:short)", cwd=remote).split() == ["main"]


def test_what_is_on_two_branches_already_is_read_from_both(two: tuple[Machine, Machine], remote: Path) -> None:
    one, other = two
    for machine, name, paper in zip(two, ("main", "trunk"), PAPERS, strict=False):
        git("config", "cool.branch", name, cwd=machine.repository._path)
        machine.do("star", star(paper))
    one.push()
    git("update-ref", "refs/heads/other", "main", cwd=remote)
    git("update-ref", "-d", "refs/heads/main", cwd=remote)
    git("update-ref", "refs/heads/trunk", "other", cwd=remote)
    other.push()
    one.push()
    assert one.records() == other.records() and len(one.records()) == 2


def test_locks_that_a_killed_git_left_here_go(two: tuple[Machine, Machine]) -> None:
    one, other = two
    one.do("star", star())
    one.push()
    other.do("star", star(PAPERS[1]))
    other.push()
    for lock in one.repository._path.glob("refs/remotes/origin/*"):
        lock.with_name(f"{lock.name}.lock").touch()
    assert one.push() == Exchange(1, False)


def test_a_lock_at_the_remote_is_named(two: tuple[Machine, Machine], remote: Path, monkeypatch: Any) -> None:
    one, _ = two
    monkeypatch.setattr(repository, "TRIES", 2)
    branch = git("symbolic-ref", "HEAD", cwd=remote).strip()
    one.do("star", star())
    one.push()
    (remote / f"{branch}.lock").touch()
    one.do("star", star(PAPERS[1]))
    with pytest.raises(FetchError, match=r"could not be changed.*\.lock"):
        one.push()


def test_the_readers_own_ssh_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\nexit 255\n')
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.sshCommand")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(ssh))
    with pytest.raises(FetchError):
        Repository(tmp_path / "state.git").init("ssh://git@example.org/papers.git")
    assert "example.org" in (tmp_path / "asked").read_text()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:p@ss@host/x.git", "https://…@host/x.git"),
        ("https://me:p/ss@host/x.git", "https://…@host/x.git"),
        ("https://host/x.git?private_token=abc", "https://host/x.git?…"),
        ("git@host:me/x.git", "git@host:me/x.git"),
    ],
)
def test_an_address_is_shown_without_what_is_secret_in_it(url: str, shown: str) -> None:
    assert repository.masked(url) == shown


CHANGES = st.lists(
    st.one_of(
        st.builds(star, st.sampled_from(PAPERS)),
        st.builds(events.clear, st.sampled_from(["starred", "read", "tag:a", "tag:b"]), st.sampled_from(PAPERS)),
        st.builds(events.note, st.sampled_from(PAPERS), st.sampled_from(["", "x", "ü\n中"])),
        st.builds(lambda name, paper: events.tag(name, paper, NOW), st.sampled_from("ab"), st.sampled_from(PAPERS)),
        st.builds(lambda paper: events.mark("read", paper, NOW), st.sampled_from(PAPERS)),
        st.builds(lambda since: events.subscribe("cs.LG", since, NOW), st.sampled_from([None, DAY])),
        st.just(events.unsubscribe("cs.LG")),
        st.just(Event("author:Jane Doe", "admired", "1")),
    ),
    min_size=1,
    max_size=3,
)


class TwoHomes(RuleBasedStateMachine):
    """Random edits and undos on two machines, pushed at random: they end equal, and nothing is lost."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.done: dict[str, Record] = {}

    @initialize(ahead=st.integers(-3600, 3600))
    def begin(self, ahead: int) -> None:
        remote = bare(Path(self.folder.name, "remote.git"))
        self.machines = [Machine(Path(self.folder.name, name), remote) for name in ("one", "two")]
        self.machines[0].now = self.machines[0].now.fromtimestamp(NOW.timestamp() + ahead, NOW.tzinfo)

    @rule(number=st.sampled_from([0, 1]), changes=CHANGES)
    def edit(self, number: int, changes: list[Event]) -> None:
        self.machines[number].do("edit", *{(one.subject, one.field): one for one in changes}.values())
        self._remember(self.machines[number])

    @rule(number=st.sampled_from([0, 1]))
    def undo(self, number: int) -> None:
        self.machines[number].undo()
        self._remember(self.machines[number])

    @rule(number=st.sampled_from([0, 1]))
    def push(self, number: int) -> None:
        self.machines[number].push()

    def teardown(self) -> None:
        if hasattr(self, "machines"):
            for machine in (*self.machines, self.machines[0]):
                machine.push()
            one, other = self.machines
            assert one.records() == other.records() == sorted(self.done.values(), key=_order)
            assert one.marks == other.marks
            assert one.disorder == other.disorder == (0, 0)
            for machine in self.machines:
                machine.close()
        self.folder.cleanup()

    def _remember(self, machine: Machine) -> None:
        for record in machine.records():
            self.done.setdefault(record.clock, record)


def _order(record: Record) -> tuple[str, str]:
    return record.device, record.clock


TestTwoHomes = TwoHomes.TestCase
TestTwoHomes.settings = settings(max_examples=20, stateful_step_count=12, deadline=None)
