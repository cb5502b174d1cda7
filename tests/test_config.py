"""Settings of a run: where each value comes from, what is refused there, and a file whose comments survive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coolcli import allowed, config
from coolcli.errors import BadSetting, DataError
from coolcli.settings import ABOUT, Settings, variable

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings" / "config.toml"


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def test_without_a_file_every_setting_has_its_default(file: Path) -> None:
    settings, origins = config.load(file, {})
    assert settings == Settings()
    assert set(origins) == set(ABOUT)
    assert set(origins.values()) == {"default"}


def test_environment_over_file_over_default(file: Path) -> None:
    write(file, '[open]\nin = "abs"\nconfirm = 3\n')
    settings, origins = config.load(file, {"COOL_OPEN_IN": "pdf", "COOL_LIST_LIMIT": ""})
    assert (settings.open_in, origins["open.in"]) == ("pdf", "environment")
    assert (settings.open_confirm, origins["open.confirm"]) == (3, "file")
    assert (settings.list_limit, origins["list.limit"]) == (50, "default")  # an empty variable is none


@pytest.mark.parametrize(
    ("typed", "near"), [("open.inn", "open.in"), ("list_limit", "list.limit"), ("arxiv.intervall", "arxiv.interval")]
)
def test_an_unknown_setting_names_the_nearest(file: Path, typed: str, near: str) -> None:
    with pytest.raises(BadSetting, match=typed) as caught:
        allowed.known(typed)
    assert near in (caught.value.hint or "")
    table, _, name = typed.rpartition(".")
    write(file, f"[{table}]\n{name} = 1\n" if table else f"{name} = 1\n")
    with pytest.raises(BadSetting, match=typed) as caught:
        config.load(file, {})
    assert near in (caught.value.hint or "")
    assert str(file) in caught.value.message


KEY = "sk-proj-Zm9vYmFy0123456789"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ask.key_command", KEY),
        ("ask.key_command", f"echo {KEY}"),
        ("ask.key_command", "0123456789abcdef0123456789abcdef"),
        ("ask.model", KEY),
        ("ask.language", KEY),
        ("ask.window", KEY),
        ("ask.base_url", KEY),
        ("ask.base_url", f"https://api.example.org/{KEY}"),
        ("ask.base_url", "https://ada:0123456789abcdef@api.example.org/v1"),
        ("ask.base_url", "https://0123456789abcdef@api.example.org/v1"),
        ("ask.base_url", "https://api.example.org/v1?key=0123456789abcdef"),
        ("ask.base_url", "ada:0123456789abcdef@api.example.org"),
        ("ask.base_url", "https://api.example.org/v1#0123456789abcdef"),
    ],
)
def test_what_may_be_a_key_is_refused_and_not_said_again(file: Path, key: str, value: str) -> None:
    for refused in (
        lambda: allowed.check(key, value),
        lambda: config.put(file, key, value),
        lambda: config.load(write(file, f'{key} = "{value}"'), {}),
        lambda: config.load(write(file, ""), {variable(key): value}),
    ):
        with pytest.raises(BadSetting) as caught:
            refused()
        assert "0123456789" not in f"{caught.value.message} {caught.value.hint}"
        assert key in caught.value.message and "COOL_ASK_API_KEY" in (caught.value.hint or "")
    assert file.read_text() == ""


@pytest.mark.parametrize(
    "name",
    [
        "ask.api_key",
        "ask.apikey",
        "ask.API-Key",
        "ask.key",
        "ask.token",
        "ask.kimi_api_key",
        "api_key",
        "openai_api_key",
    ],
)
def test_no_setting_holds_a_key(file: Path, name: str) -> None:
    with pytest.raises(BadSetting, match="never kept in a file") as caught:
        config.put(file, name, KEY)
    assert "COOL_ASK_API_KEY" in (caught.value.hint or "") and "ask.key_command" in (caught.value.hint or "")
    assert not file.exists()
    with pytest.raises(BadSetting) as caught:
        config.load(write(file, f'"{name}" = "{KEY}"'), {})
    assert KEY not in f"{caught.value.message} {caught.value.hint}"


def test_a_bad_value_in_the_environment_names_the_variable(file: Path) -> None:
    with pytest.raises(BadSetting, match="COOL_OPEN_IN"):
        config.load(file, {"COOL_OPEN_IN": "nowhere"})


HERE = {
    "COOL_ARXIV_FEED_URL": "http://127.0.0.1:1",
    "COOL_ARXIV_SITE_URL": "http://localhost:1",
    "COOL_ARXIV_API_URL": "http://127.0.0.1:1/api/query",
    "COOL_ARXIV_OAI_URL": "http://127.0.0.1:1/oai",
}


def test_any_pace_for_ones_own_hosts(file: Path) -> None:
    assert config.load(file, HERE | {"COOL_ARXIV_INTERVAL": "0"})[0].arxiv_interval == 0
    # a host that only sounds like arXiv's
    assert config.load(file, HERE | {"COOL_ARXIV_SITE_URL": "http://notarxiv.org", "COOL_ARXIV_INTERVAL": "0"})


@pytest.mark.parametrize("name", HERE)
@pytest.mark.parametrize(
    "address", ["https://arxiv.org", "http://ARXIV.org:8080/x", "https://export.arxiv.org/api/query"]
)
def test_a_pace_below_three_seconds_is_refused_where_any_host_is_arxivs(file: Path, name: str, address: str) -> None:
    with pytest.raises(BadSetting, match="interval"):
        config.load(file, HERE | {name: address, "COOL_ARXIV_INTERVAL": "2.9"})
    assert config.load(file, HERE | {name: address, "COOL_ARXIV_INTERVAL": "3"})


def test_the_pace_may_not_be_lowered_in_the_file_either(file: Path) -> None:
    write(file, "[arxiv]\ninterval = 1\n")
    with pytest.raises(BadSetting, match="interval"):
        config.load(file, {})


def test_pages_of_the_site_are_fifteen_seconds_apart_unless_an_interval_was_set_for_another_host(file: Path) -> None:
    def between(**environment: str) -> float:
        return config.site_interval(*config.load(file, environment))

    arxiv = "https://export.arxiv.org"
    assert between() == 15
    assert between(COOL_ARXIV_INTERVAL="3") == 15
    assert between(COOL_ARXIV_INTERVAL="20") == 20
    assert between(COOL_ARXIV_SITE_URL=arxiv, COOL_ARXIV_INTERVAL="4") == 15
    assert between(**HERE) == 15
    assert between(**HERE, COOL_ARXIV_INTERVAL="0.3") == 0.3
    write(file, "[arxiv]\ninterval = 0\n")
    assert between(**HERE) == 0


@pytest.mark.parametrize("text", ["[open\nin = 3", "in = ", "[open]\nin = 'a'\nin = 'b'\n"])
def test_a_file_that_is_no_toml(file: Path, text: str) -> None:
    write(file, text)
    with pytest.raises(BadSetting, match="no valid TOML") as caught:
        config.load(file, {})
    assert str(file) in caught.value.message
    with pytest.raises(BadSetting, match="no valid TOML"):
        config.put(file, "open.in", "abs")
    assert file.read_text("utf-8") == text


def test_a_file_that_is_no_text(file: Path) -> None:
    write(file, "")
    file.write_bytes(b'[open]\nin = "\xff\xfe"\n')
    with pytest.raises(DataError, match="cannot be read"):
        config.load(file, {})
    with pytest.raises(DataError):
        config.put(file, "open.in", "abs")


def test_a_folder_in_place_of_the_file(file: Path) -> None:
    file.mkdir(parents=True)
    with pytest.raises(DataError, match="cannot be read"):
        config.load(file, {})
    with pytest.raises(DataError):
        config.put(file, "open.in", "abs")


COMMENTED = """\
# Mine, of 2026.
[open]
# I read HTML.
in = "html"   # where
confirm = 3

[list]
limit = 0
"""


def test_put_changes_one_value_and_keeps_the_rest_as_it_was_written(file: Path) -> None:
    write(file, COMMENTED)
    config.put(file, "open.in", "pdf")
    assert file.read_text("utf-8") == COMMENTED.replace('"html"', '"pdf"')
    config.put(file, "arxiv.interval", "15")
    assert file.read_text("utf-8").startswith(COMMENTED.replace('"html"', '"pdf"'))
    settings, origins = config.load(file, {})
    assert (settings.open_in, settings.open_confirm, settings.arxiv_interval) == ("pdf", 3, 15)
    assert origins["arxiv.interval"] == "file"


def test_put_makes_the_file_and_its_folder(file: Path) -> None:
    config.put(file, "list.abstracts", "yes")
    assert config.load(file, {})[0].list_abstracts is True
    assert [each.name for each in file.parent.iterdir()] == ["config.toml"]  # no draft is left


def test_several_are_put_at_once_and_comments_stay(file: Path) -> None:
    write(file, COMMENTED)
    config.put_all(file, {"open.in": "pdf", "ask.model": "kimi-k2", "open.confirm": None, "ask.key_command": None})
    text = file.read_text("utf-8")
    assert "# Mine, of 2026." in text and "# where" in text and "key_command" not in text
    assert config.load(file, {})[0] == Settings(open_in="pdf", list_limit=0, ask_model="kimi-k2")


def test_of_several_that_are_put_all_are_or_none(file: Path) -> None:
    write(file, COMMENTED)
    for wrong in ({"open.in": "nowhere"}, {"ask.windw": "2000"}, {"arxiv.interval": "1"}, {"open": "abs"}):
        with pytest.raises(BadSetting):
            config.put_all(file, {"ask.model": "kimi-k2"} | wrong)
        assert file.read_text("utf-8") == COMMENTED


def test_unset_takes_the_value_out_and_keeps_every_comment(file: Path) -> None:
    write(file, COMMENTED)
    for key in ("open.in", "open.confirm"):
        config.put(file, key, None)
    text = file.read_text("utf-8")
    assert "# Mine, of 2026." in text
    assert "# I read HTML." in text
    settings, origins = config.load(file, {})
    assert settings == Settings(list_limit=0)
    assert origins["open.in"] == "default"


def test_unset_of_what_is_not_set_changes_nothing(file: Path) -> None:
    write(file, COMMENTED)
    config.put(file, "arxiv.contact", None)
    assert file.read_text("utf-8") == COMMENTED


def test_put_refuses_before_it_writes(file: Path) -> None:
    with pytest.raises(BadSetting):
        config.put(file, "open.in", "nowhere")
    assert not file.exists()


def test_what_was_put_is_read_with_any_key_order(file: Path) -> None:
    write(file, 'list.limit = 7\nopen = {in = "abs"}\n')
    config.put(file, "list.abstracts", "true")
    config.put(file, "open.confirm", "2")
    settings = config.load(file, {})[0]
    assert settings == Settings(open_in="abs", open_confirm=2, list_limit=7, list_abstracts=True)


def test_one_folder_for_everything(tmp_path: Path) -> None:
    places = config.paths({"COOL_HOME": str(tmp_path / "home")})
    assert all(tmp_path / "home" in each.parents for each in (places.settings, places.database, places.sessions))
    assert places.data not in places.cache.parents  # stars are no cache
    assert places.cache not in places.data.parents


def test_the_platforms_own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    places = config.paths({})
    assert len({places.settings.parent, places.data, places.cache}) == 3
    assert places.database.is_absolute()
