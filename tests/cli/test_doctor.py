"""`cool doctor`: what it finds, what it says of it, and what it never says."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.arxiv_simulator import ArxivSimulator, Fault, World
from tests.arxiv_simulator.server import _Handler
from tests.cli import expected
from tests.cli.conftest import FRIDAY
from tests.cli.program import Homes, Program
from tests.cli.terminal import Terminal
from tests.disks import Disk, bearing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SERVERS = {"feed": "/rss/", "site": "/list/", "api": "/api/", "oai": "/oai"}
READER = ("subscribe cs.LG stat.ML", "today", "star 1 3", "done 2")


@pytest.fixture
def reader(cool: Program, homes: Homes) -> Program:
    """Somebody who reads two categories."""
    homes.begin(cool, *READER)
    return cool


def database(cool: Program) -> Path:
    return cool.home / "data" / "cool.db"


def report(cool: Program, *flags: str, code: int = 0, **variables: Any) -> Any:
    """The report as JSON; as text, it says as much of what is wrong."""
    document = cool.run("doctor", "--json", *flags, code=code, **variables).document
    assert document["well"] is (code == 0)
    assert max((problem["code"] for problem in document["problems"]), default=0) == code
    return document


def messages(document: Any) -> str:
    return "\n".join(f"{problem['message']} {problem['hint']}" for problem in document["problems"])


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but those that keep the pace with arXiv."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("arxiv.")
    }


def test_all_is_well(reader: Program, sim: ArxivSimulator) -> None:
    before = contents(reader.home)
    done = reader.run("doctor")
    assert done.stdout.splitlines()[-1] == "All is well."
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert "\x1b" not in done.stdout
    asked = [next(name for name, prefix in SERVERS.items() if path.startswith(prefix)) for path in sim.paths]
    assert asked == list(SERVERS), "each server once"
    assert contents(reader.home) == before


def test_the_report_has_stable_names(reader: Program) -> None:
    found = report(reader)
    assert list(found) == [
        *("well", "problems", "program", "settings", "model"),
        *("places", "database", "network", "clock", "terminal"),
    ]
    assert found["problems"] == []
    assert set(found["program"]) >= {"cool", "python", "platform", "sqlite", "typer", "httpx", "feedparser"}
    assert found["program"]["full_text_search"] is True
    assert found["settings"]["values"]["open.confirm"] == {"value": 10, "origin": "default"}
    assert found["settings"]["values"]["arxiv.interval"] == {"value": 0, "origin": "environment"}
    data = found["database"]
    assert data["exists"] and data["sound"] and data["writable"]
    assert data["schema"] == data["newest_schema"]
    assert (data["check"], data["journal"], data["damage"]) == ("integrity_check", "wal", [])
    assert data["counts"]["stars"] == 2 and data["counts"]["read"] == 1 and data["counts"]["subscriptions"] == 2
    assert [(one["day"], one["complete"]) for one in data["newest_listings"]] == [("2026-11-20", True)] * 2
    assert data["last_stored"] == "2026-11-20T17:00:00Z"
    for server in found["network"]["servers"].values():
        assert server["reached"] and server["problem"] is None and 0 < server["seconds"] < 10
    assert found["network"]["servers"]["site"]["day"] == "2026-11-20"
    assert found["clock"]["arxiv_day"] == "2026-11-20" and abs(found["clock"]["seconds_off"]) < 60
    assert found["places"]["data"]["bytes"] >= data["bytes"] > 0


def test_where_there_is_nothing_nothing_is_made(cool: Program) -> None:
    text = cool.run("doctor", "--offline").stdout
    assert text.count("not there yet") >= 4
    assert "All is well." in text
    assert not cool.home.exists()
    report(cool)
    assert not list(cool.home.rglob("*.db")) and not list(cool.home.rglob("*.toml"))


@pytest.mark.parametrize("flag", ["--offline", "COOL_OFFLINE"])
def test_offline_asks_nothing_and_says_so(reader: Program, sim: ArxivSimulator, flag: str) -> None:
    done = reader.run("doctor", flag) if flag.startswith("-") else reader.run("doctor", COOL_OFFLINE="1")
    assert "nothing was asked of arXiv" in done.stdout
    assert done.stderr == ""
    found = report(reader, "--offline")
    assert found["network"]["offline"] is True
    assert {server["asked"] for server in found["network"]["servers"].values()} == {False}
    assert sim.requests == []


def test_a_server_that_fails(reader: Program, sim: ArxivSimulator) -> None:
    sim.fault("/api/", Fault.STATUS_503, times=None)
    servers = report(reader, code=4)["network"]["servers"]
    assert [name for name, one in servers.items() if not one["reached"]] == ["api"]
    assert "HTTP 503" in servers["api"]["problem"]
    assert len(sim.requests) == len(SERVERS), "none is asked twice"


def test_in_which_way_each_server_fails(reader: Program, sim: ArxivSimulator) -> None:
    faults = (Fault.LOGIN_PAGE, Fault.CHANGED_LAYOUT, Fault.RESET, Fault.FOREIGN_REDIRECT)
    for prefix, fault in zip(SERVERS.values(), faults, strict=True):
        sim.fault(prefix, fault, times=None)
    servers = report(reader, code=4)["network"]["servers"].values()
    says = ("ask for a login?", "cannot be read", "cannot be reached", "sends us on to")
    for server, words in zip(servers, says, strict=True):
        assert words in server["problem"]


def test_a_server_that_is_silent(reader: Program, sim: ArxivSimulator) -> None:
    sim.fault("/rss/", Fault.SLOW_HEADERS, seconds=600)
    found = report(reader, code=4, COOL_NETWORK_BUDGET="0.5")
    assert "did not answer" in messages(found)
    assert [server["reached"] for server in found["network"]["servers"].values()] == [False, True, True, True]


def test_without_a_network(reader: Program, sim: ArxivSimulator) -> None:
    sim.unplug()
    try:
        text = reader.run("doctor", code=4).stdout
    finally:
        sim.plug()
    assert "4 things are wrong:" in text
    assert text.count("  WRONG  ") == 4
    assert text.count("Is there a network?") == 1, "what to do is said once"


def test_what_happened_before_is_told(reader: Program, sim: ArxivSimulator) -> None:
    """The last success and the last error, of an evening before the report."""
    sim.fault("/rss/", Fault.STATUS_503, times=None)
    sim.now += timedelta(minutes=30)
    reader.run("today", "cs.CL", COOL_NOW=sim.now.isoformat(), COOL_NETWORK_BUDGET="0.4")
    before = report(reader, "--offline")["network"]["servers"]["feed"]["before"]
    assert before["succeeded"] == "2026-11-20T17:00:00Z"
    assert before["failed"].startswith("2026-11-20T17:30:")
    assert "HTTP 503" in before["problem"]
    assert "last error before: 2026-11-20 17:30 UTC" in reader.run("doctor", "--offline").stdout


def test_the_interval_is_kept_and_told_before(reader: Program, sim: ArxivSimulator) -> None:
    done = reader.run("doctor", COOL_ARXIV_INTERVAL="0.4")
    assert "0.4 s apart: this takes about 3 s" in done.stderr
    moments = [request.at for request in sim.requests]
    assert min(later - earlier for earlier, later in pairwise(moments)) > 0.35


def test_where_the_pace_cannot_be_kept_it_is_found_out_once(reader: Program, sim: ArxivSimulator) -> None:
    lock = reader.home / "cache" / "arxiv.lock"
    lock.unlink(missing_ok=True)
    lock.mkdir()
    before = len(sim.requests)
    found = report(reader, code=5)
    assert [problem["message"] for problem in found["problems"] if "arxiv.lock" in problem["message"]] != []
    assert [server["reached"] for server in found["network"]["servers"].values()] == [False, None, None, None]
    assert len(sim.requests) == before


def test_a_clock_that_is_wrong(reader: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Handler, "date_time_string", lambda *_: "Mon, 18 Nov 2024 09:00:00 GMT")
    found = report(reader, code=1)
    assert found["clock"]["seconds_off"] > 300
    assert "clock of this machine" in messages(found) and "ahead" in messages(found)


def after(statement: str) -> Callable[[Program], None]:
    """Do to the database what no `cool` does."""

    def harm(cool: Program) -> None:
        with closing(sqlite3.connect(database(cool))) as connection, connection:
            connection.execute(statement)

    return harm


def of_another_program(cool: Program) -> None:
    database(cool).unlink()
    after("CREATE TABLE recipes (name)")(cool)


def overwritten(cool: Program) -> None:
    content = bytearray(database(cool).read_bytes())
    content[8192:40960] = b"\xa5" * (40960 - 8192)
    database(cool).write_bytes(content)


def cut(cool: Program) -> None:
    database(cool).write_bytes(database(cool).read_bytes()[:20_000])


def no_database(cool: Program) -> None:
    database(cool).write_text("Dear diary\n" * 100)


def without_its_file(cool: Program) -> None:
    database(cool).replace(database(cool).with_name("cool.db-wal"))


def with_odd_contents(cool: Program) -> None:
    with closing(sqlite3.connect(database(cool))) as connection, connection:
        for table in ("events", "marks"):
            connection.execute(f"UPDATE {table} SET value = '{{}}' WHERE field = 'subscribed'")


def a_link_to_nowhere(cool: Program) -> None:
    database(cool).unlink()
    database(cool).symlink_to(cool.folder / "nowhere" / "cool.db")


def a_folder(cool: Program) -> None:
    database(cool).unlink()
    database(cool).mkdir()


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (after("DELETE FROM papers"), "are in no table"),
        (after("DELETE FROM marks WHERE field = 'starred'"), "2 marks are not what the events say"),
        (after("DROP TABLE announcements"), "the table announcements is missing"),
        (after("PRAGMA user_version = 99"), "newer version"),
        (of_another_program, "cool's database"),
        (overwritten, "damaged"),
        (cut, "damaged"),
        (no_database, "damaged"),
        (without_its_file, "missing or empty"),
        (with_odd_contents, "what cool did not write"),
        (a_link_to_nowhere, "cool.db"),
        (a_folder, "cool.db"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_database_that_is_not_sound(reader: Program, harm: Callable[[Program], None], says: str) -> None:
    harm(reader)
    before = contents(reader.home)
    found = report(reader, "--offline", code=5)
    assert found["database"]["sound"] is False
    assert says in messages(found)
    assert contents(reader.home) == before


def test_what_a_killed_process_left_stays(reader: Program) -> None:
    """Changes beside the file count, and are not brought into it."""
    with closing(sqlite3.connect(database(reader))) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        with connection:
            connection.execute("DELETE FROM marks WHERE field = 'starred'")
        kept = {path: path.read_bytes() for path in database(reader).parent.iterdir()}
    for path, content in kept.items():
        path.write_bytes(content)
    found = report(reader, "--offline", code=5)
    assert "2 marks are not" in messages(found)
    assert found["database"]["beside_bytes"] > 0
    wal = database(reader).with_name("cool.db-wal")
    assert wal.read_bytes() == kept[wal] and database(reader).read_bytes() == kept[database(reader)]


def test_a_change_that_was_cut_off_stays(reader: Program) -> None:
    """A rollback journal is not played back."""
    with closing(sqlite3.connect(database(reader), isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA cache_spill = 1")
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN")
        connection.execute("UPDATE papers SET title = title || hex(randomblob(9999))")
        kept = {path: path.read_bytes() for path in database(reader).parent.iterdir()}
    for path, content in kept.items():
        path.write_bytes(content)
    assert "cut off in the middle" in messages(report(reader, "--offline", code=5))
    assert {path: path.read_bytes() for path in database(reader).parent.iterdir()} == kept
    reader.run("undo", "--list")
    report(reader, "--offline")


def test_a_process_that_keeps_the_data_to_itself(reader: Program) -> None:
    with closing(sqlite3.connect(database(reader), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        found = report(reader, "--offline")
        assert found["database"]["being_written"] is True and found["database"]["sound"] is True
    assert report(reader, "--offline")["database"]["being_written"] is False


def test_an_empty_file_is_told(reader: Program) -> None:
    """A crash may have left it where data was."""
    database(reader).write_bytes(b"")
    found = report(reader, "--offline", code=5)
    assert found["database"]["schema"] == 0 and "empty" in messages(found)
    assert database(reader).read_bytes() == b""
    assert "was empty and is begun anew" in reader.run("stars").stderr
    assert "empty" not in reader.run("stars").stderr


def test_an_older_schema_is_read_as_it_is(reader: Program) -> None:
    with closing(sqlite3.connect(database(reader))) as connection, connection:
        connection.execute("DROP TABLE validators")
        connection.execute("CREATE INDEX events_by_clock ON events (clock)")
        connection.execute("PRAGMA user_version = 1")
    found = report(reader, "--offline")["database"]
    assert found["schema"] == 1 and found["counts"]["stars"] == 2
    assert "brings it up to date" in " ".join(reader.run("doctor", "--offline").stdout.split())
    assert not list(database(reader).parent.glob("*before*"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[open\n", "no valid TOML"),
        ("[open]\nin = 'nowhere'\n[list]\nlimit = 'x'\n", "'open.in' cannot be"),
        ("[opne]\nin = 'abs'\n", "no setting 'opne.in'"),
    ],
)
def test_settings_that_are_broken(reader: Program, sim: ArxivSimulator, text: str, says: str) -> None:
    file = reader.home / "config.toml"
    file.write_text(text)
    found = report(reader, code=2)
    assert says in messages(found)
    assert len(found["problems"]) == (2 if "limit" in text else 1), "all that is wrong is told"
    assert found["settings"]["values"]["open.in"] == {"value": "papers.cool", "origin": "default"}
    assert found["database"]["sound"] and len(sim.requests) == len(SERVERS), "the rest is looked at all the same"
    assert file.read_text() == text


def test_a_pace_that_is_refused_is_not_kept(cool: Program) -> None:
    """arXiv's own hosts are asked at arXiv's own pace, whatever the settings say."""
    own = {"COOL_ARXIV_OAI_URL": None, "COOL_ARXIV_INTERVAL": "0.5"}
    found = report(cool, "--offline", code=2, **own)
    assert found["network"]["interval"] == 3
    assert "asks for 3 s or more" in messages(found)


@pytest.mark.parametrize("variable", ["COOL_NOW", "COOL_OPEN_IN"])
def test_a_variable_that_is_broken(reader: Program, variable: str) -> None:
    found = report(reader, "--offline", code=2, **{variable: "tomorrow"})
    assert variable in messages(found)
    assert found["database"]["sound"]


FAR, NEAR = "http://api.example.org/v1", "http://127.0.0.1:8080/v1"
WITH_KEY = {"COOL_ASK_API_KEY": "sk-test-0123456789abcdef"}
WITH_COMMAND = {"COOL_ASK_KEY_COMMAND": "pass show kimi"}


@pytest.mark.parametrize("key", [WITH_KEY, WITH_COMMAND], ids=["variable", "command"])
def test_a_key_that_would_travel_in_the_clear(cool: Program, key: dict[str, Any]) -> None:
    """`cool ask` does not send it, so all is not well."""
    model: dict[str, Any] = {"COOL_ASK_BASE_URL": FAR, "COOL_ASK_MODEL": "demo", **key}
    found = report(cool, "--offline", code=2, **model)
    assert "The key is not sent to api.example.org" in messages(found) and "https://" in messages(found)
    text = cool.run("doctor", "--offline", code=2, **model).stdout
    assert "WRONG  key" in text and "ok     cool ask" not in text


@pytest.mark.parametrize(
    ("url", "key", "line"),
    [
        (FAR.replace("http:", "https:"), WITH_KEY, "       key             COOL_ASK_API_KEY is set"),
        (NEAR, WITH_KEY, "       key             COOL_ASK_API_KEY is set"),
        (NEAR, {}, "       key             none: a server on your own machine or network seldom wants one"),
        (FAR, {}, "note   key             none: api.example.org may want one (`cool config ask`)"),
        (FAR.replace("http:", "https:"), {}, "note   key             none: api.example.org may want one"),
    ],
)
def test_what_is_said_of_the_key_fits_the_server(cool: Program, url: str, key: dict[str, str], line: str) -> None:
    model: dict[str, Any] = {"COOL_ASK_BASE_URL": url, "COOL_ASK_MODEL": "demo", **key}
    text = cool.run("doctor", "--offline", **model).stdout
    assert line in " ".join(text.replace("\n" + " " * 25, " ").splitlines()) and "ok     cool ask" in text
    assert report(cool, "--offline", **model)["model"]["near"] is (url == NEAR)


def test_a_home_that_is_a_file(cool: Program) -> None:
    cool.home.write_text("no folder")
    found = report(cool, code=5)
    assert "COOL_HOME" in messages(found)
    assert found["places"]["data"]["writable"] is False
    assert cool.home.read_text() == "no folder"


def test_what_is_odd_in_the_surroundings(reader: Program) -> None:
    """Files of no worth that are broken, a home with codes for a terminal in its name, a proxy that is none."""
    (reader.home / "cache" / "arxiv.json").write_text('{"feed": {"problem": 5, "failed": "2026-11-20T17:00:00Z"}}')
    reader.run("doctor", "--offline")
    odd = reader.run("doctor", "--offline", COOL_HOME=str(reader.folder / "a\n\x1b[31mb"), LC_ALL="C", PYTHONUTF8="0")
    assert "\x1b" not in odd.stdout and "ab/config.toml" in odd.stdout.replace(" ", "")
    away = {"ALL_PROXY": "foo://jane:s3cret@proxy.example:1", "COOL_ARXIV_FEED_URL": "http://feed.invalid"}
    found = report(reader, code=4, **away)
    assert "Check ALL_PROXY" in messages(found) and "s3cret" not in messages(found)


@pytest.mark.skipif(os.name == "nt", reason="Windows always knows a home")
def test_without_a_home(cool: Program) -> None:
    """A user whom the system does not know, and no HOME."""
    code = (
        "import os, pwd; pwd.getpwuid = lambda _: (_ for _ in ()).throw(KeyError('nobody'));"
        "from coolcli.__main__ import main; main(['doctor', '--json'])"
    )
    environment = cool.environment(HOME=None, COOL_HOME=None)
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False)
    assert done.returncode == 5, done.stderr
    found = json.loads(done.stdout)
    assert "Set COOL_HOME to a folder." in messages(found)
    assert found["clock"]["arxiv_day"] == "2026-11-20"


@pytest.fixture
def disk(reader: Program) -> Iterator[Disk]:
    """A small disk that bears the reader's home."""
    with bearing(reader.home) as disk:
        yield disk


def test_a_read_only_disk(reader: Program, disk: Disk, sim: ArxivSimulator) -> None:
    """Sound, but nothing can be stored; without its pace, arXiv is not asked."""
    disk.protect()
    found = report(reader, code=5)
    assert found["database"]["sound"] is True and found["places"]["data"]["writable"] is False
    assert "Nothing can be stored in" in messages(found)
    assert {server["reached"] for server in found["network"]["servers"].values()} <= {None, False}
    assert sim.requests == []


def test_a_full_disk(reader: Program, disk: Disk) -> None:
    disk.fill()
    found = report(reader, code=5)
    assert found["database"]["sound"] is True
    assert "nearly full" in messages(found)


def test_nothing_private_is_in_it(reader: Program, sim: ArxivSimulator, world: World) -> None:
    reader.run("config", "set", "arxiv.contact", "jane.doe@harbour.example")
    reader.run("config", "set", "papers_cool.url", "https://jane:s3cret@mirror.example/cool")
    sim.fault("/", Fault.LOGIN_PAGE, times=None)
    variables: dict[str, Any] = {
        "USER": "janedoe",
        "COOL_HOME": str(reader.folder / "janedoe" / "notes"),
        "HTTPS_PROXY": "http://jane:s3cret@proxy.harbour.example:3128",
    }
    reader.home.rename(reader.folder / "moved")
    (reader.folder / "janedoe").mkdir()
    (reader.folder / "moved").rename(reader.folder / "janedoe" / "notes")
    shown = ""
    for flags in ([], ["--json"], ["--offline"]):
        shown += reader.run("doctor", *flags, code=0 if flags == ["--offline"] else 4, **variables).stdout
    assert "arxiv.contact" in shown and "HTTPS_PROXY" in shown and "https://mirror.example/cool" in shown
    secrets = {"jane", "s3cret", "harbour", "proxy.", "cs.LG", "stat.ML", str(reader.folder)}
    secrets |= {text for seen in world.seen(FRIDAY, ["cs.LG"]) for text in (seen.paper.id, seen.paper.title)}
    secrets |= set(expected.ids(world, FRIDAY, "stat.ML"))
    assert [secret for secret in secrets if secret.lower() in shown.lower()] == []


def test_a_broken_contact_is_not_told_either(reader: Program) -> None:
    (reader.home / "config.toml").write_text("[arxiv]\ncontact = ['jane.doe@harbour.example']\n")
    found = report(reader, "--offline", code=2)
    assert "arxiv.contact" in messages(found) and "jane" not in messages(found)


def test_on_a_terminal_the_text_is_the_same_with_colour(reader: Program, sim: ArxivSimulator) -> None:
    sim.fault("/oai", Fault.STATUS_503, times=None)
    with Terminal(reader, columns=80, rows=100) as terminal:
        shown = terminal.run("doctor", code=4)
    assert "\x1b[1;31mWRONG" in shown.raw and "\x1b[32mok" in shown.raw
    assert "1 thing is wrong:" in shown.text
    piped = reader.run("doctor", code=4).stdout
    headings = [line for line in piped.splitlines() if line and not line.startswith(" ")]
    assert [line for line in shown.lines if line in headings] == headings
