"""Settings: where each value comes from, what it may be, and a file whose comments survive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli import config
from coolcli.config import ABOUT, Settings
from coolcli.errors import BadSetting, DataError

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


CONTRACT = {
    "COOL_ARXIV_FEED_URL": ("arxiv.feed_url", "https://rss.arxiv.org"),
    "COOL_ARXIV_SITE_URL": ("arxiv.site_url", "https://arxiv.org"),
    "COOL_ARXIV_API_URL": ("arxiv.api_url", "https://export.arxiv.org/api/query"),
    "COOL_ARXIV_OAI_URL": ("arxiv.oai_url", "https://oaipmh.arxiv.org/oai"),
    "COOL_ARXIV_INTERVAL": ("arxiv.interval", 3.0),
    "COOL_PAPERS_COOL_URL": ("papers_cool.url", "https://papers.cool"),
}


@pytest.mark.parametrize("variable", CONTRACT)
def test_the_variables_of_the_contract(variable: str) -> None:
    key, default = CONTRACT[variable]
    assert config.variable(key) == variable
    assert getattr(Settings(), ABOUT[key].name) == default


@pytest.mark.parametrize("key", ABOUT)
def test_every_setting_says_what_it_is_for_and_has_a_default_that_it_may_have(key: str) -> None:
    default = getattr(Settings(), ABOUT[key].name)
    assert ABOUT[key].words
    assert config.check(key, default) == default
    assert config.check(key, config.shown(default)) == default  # as `config set` takes it
    assert config.known(key) == key


def test_every_field_is_a_setting() -> None:
    assert [about.name for about in ABOUT.values()] == list(Settings._fields)


@pytest.mark.parametrize(
    ("typed", "near"), [("open.inn", "open.in"), ("list_limit", "list.limit"), ("arxiv.intervall", "arxiv.interval")]
)
def test_an_unknown_setting_names_the_nearest(file: Path, typed: str, near: str) -> None:
    with pytest.raises(BadSetting, match=typed) as caught:
        config.known(typed)
    assert near in (caught.value.hint or "")
    table, _, name = typed.rpartition(".")
    write(file, f"[{table}]\n{name} = 1\n" if table else f"{name} = 1\n")
    with pytest.raises(BadSetting, match=typed) as caught:
        config.load(file, {})
    assert near in (caught.value.hint or "")
    assert str(file) in caught.value.message


@pytest.mark.parametrize(
    ("key", "typed", "near"),
    [
        ("open.in", "alphxiv", "alphaxiv"),
        ("open.in", "Hugging-Face", "huggingface"),
        ("open.in", "https://example.org/{idd}", "{id}"),
        ("bib.key", "{auhtor}{year}", "{author}"),
        ("pdf.name", "{titel}", "{title}"),
        ("list.links", "alway", "always"),
    ],
)
def test_an_unknown_value_or_name_in_one_names_the_nearest(key: str, typed: str, near: str) -> None:
    with pytest.raises(BadSetting) as caught:
        config.check(key, typed)
    assert f"Did you mean {near}" in (caught.value.hint or "")


BAD = [
    ("bib.key", "a b{id}"),
    ("bib.key", "{author},{year}"),
    ("bib.key", "{{{id}}}"),
    ("open.in", "nowhere"),
    ("open.in", 3),
    ("open.in", ["abs"]),
    ("pdf.folder", ""),
    ("pdf.folder", " "),
    ("open.confirm", "many"),
    ("open.confirm", "-1"),
    ("open.confirm", 3.7),
    ("open.confirm", True),
    ("open.confirm", float("inf")),
    ("list.limit", "1e99"),
    ("list.limit", ""),
    ("list.abstracts", "perhaps"),
    ("list.abstracts", 2),
    ("arxiv.interval", "soon"),
    ("arxiv.interval", "-3"),
    ("arxiv.interval", "nan"),
    ("arxiv.interval", "inf"),
    ("arxiv.interval", False),
    ("arxiv.site_url", "arxiv.org"),
    ("arxiv.site_url", "ftp://arxiv.org"),
    ("arxiv.site_url", "https://"),
    ("arxiv.site_url", "https://arxiv.org?x=1"),
    ("arxiv.site_url", "https://["),
    ("arxiv.feed_url", ""),
    ("backlog.types", "new,old"),
    ("backlog.types", {"new": True}),
    ("ask.base_url", "api.moonshot.ai/v1"),
    ("ask.base_url", "https:///chat/completions"),
    ("ask.base_url", "https://api.example.org:99999/v1"),
    ("ask.base_url", "https://api.example.org/v 1"),
    ("ask.base_url", ["https://api.example.org"]),
    ("ask.model", "kimi k2"),
    ("ask.model", "kimi\tk2"),
    ("ask.language", " "),
    ("ask.language", "English\x1b[2J"),
    ("ask.window", "999"),
    ("ask.window", "128k"),
    ("ask.window", 1e6),
    ("ask.patience", "0"),
    ("ask.patience", "-1"),
    ("ask.patience", "inf"),
]


@pytest.mark.parametrize(("key", "value"), BAD, ids=[f"{key}={value!r}" for key, value in BAD])
def test_values_a_setting_cannot_have(key: str, value: object) -> None:
    with pytest.raises(BadSetting) as caught:
        config.check(key, value)
    assert caught.value.exit_code == 2
    assert caught.value.hint


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("list.abstracts", "true", True),
        ("list.abstracts", "Off", False),
        ("list.abstracts", "0", False),
        ("open.confirm", "0", 0),
        ("arxiv.interval", "15", 15.0),
        ("arxiv.site_url", "http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("backlog.types", "new, cross replace", "new, cross replace"),
        ("arxiv.contact", "", ""),
        ("ask.base_url", "", ""),
        ("ask.base_url", " https://api.moonshot.ai/v1/ ", "https://api.moonshot.ai/v1"),
        ("ask.base_url", "https://api.deepseek.com/chat/completions", "https://api.deepseek.com"),
        ("ask.base_url", "http://[::1]:8080/v1/chat/completions/", "http://[::1]:8080/v1"),
        ("ask.model", "accounts/fireworks/models/kimi-k2:free", "accounts/fireworks/models/kimi-k2:free"),
        ("ask.key_command", "pass show sk-keys/kimi", "pass show sk-keys/kimi"),
        ("ask.key_command", "/usr/local/bin/print-the-key-of-2026", "/usr/local/bin/print-the-key-of-2026"),
        ("ask.language", "中文", "中文"),
        ("ask.window", "1000", 1000),
        ("ask.patience", "0.5", 0.5),
    ],
)
def test_values_as_typed(key: str, typed: str, value: object) -> None:
    assert config.check(key, typed) == value


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
        lambda: config.check(key, value),
        lambda: config.put(file, key, value),
        lambda: config.load(write(file, f'{key} = "{value}"'), {}),
        lambda: config.load(write(file, ""), {config.variable(key): value}),
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


def test_a_name_that_only_sounds_like_a_keys_is_no_key(file: Path) -> None:
    for typed, near in {"bib.keys": "bib.key", "ask.windows": "ask.window", "ask.max_tokens": "`cool config`"}.items():
        with pytest.raises(BadSetting) as caught:
            config.known(typed)
        assert "never kept" not in caught.value.message and near in (caught.value.hint or "")


def test_backlog_types_may_be_separated_either_way() -> None:
    assert Settings(backlog_types="new, cross replace").backlog == ("new", "cross", "replace")
    assert Settings(backlog_types="").backlog == ()


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


@pytest.mark.parametrize("variable", HERE)
@pytest.mark.parametrize(
    "address", ["https://arxiv.org", "http://ARXIV.org:8080/x", "https://export.arxiv.org/api/query"]
)
def test_a_pace_below_three_seconds_is_refused_where_any_host_is_arxivs(
    file: Path, variable: str, address: str
) -> None:
    with pytest.raises(BadSetting, match="interval"):
        config.load(file, HERE | {variable: address, "COOL_ARXIV_INTERVAL": "2.9"})
    assert config.load(file, HERE | {variable: address, "COOL_ARXIV_INTERVAL": "3"})


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


@given(st.sampled_from(sorted(ABOUT)), st.text(max_size=20))
def test_anything_typed_is_a_value_or_the_error(key: str, typed: str) -> None:
    try:
        value = config.check(key, typed)
    except BadSetting:
        return
    assert config.check(key, config.shown(value)) == value


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
