"""What a setting may be: values as typed or as read, those that none can have, and what looks like a key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli import allowed
from coolcli.errors import BadSetting
from coolcli.settings import ABOUT, shown


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
        allowed.check(key, typed)
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
        allowed.check(key, value)
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
    assert allowed.check(key, typed) == value


def test_a_name_that_only_sounds_like_a_keys_is_no_key() -> None:
    for typed, near in {"bib.keys": "bib.key", "ask.windows": "ask.window", "ask.max_tokens": "`cool config`"}.items():
        with pytest.raises(BadSetting) as caught:
            allowed.known(typed)
        assert "never kept" not in caught.value.message and near in (caught.value.hint or "")


@pytest.mark.parametrize(
    "text",
    [
        "sk-proj-Zm9vYmFy0123456789",
        "export KEY=sk-goodkey123456789",
        "gsk_0123456789abcdefghij",
        "0123456789abcdef0123456789abcdef",
        " 0a1b2c3d4e5f60718293a4b5c6d7e8f9.Zm9vYmFyMDEyMw ",
    ],
)
def test_what_may_be_a_key_is_known_wherever_it_is_typed(text: str) -> None:
    assert allowed.looks_like_a_key(text)


@pytest.mark.parametrize(
    "text",
    [
        *["", "1", "Kimi China", "another", "64000", "1" * 30, "sk-", "Simplified Chinese, 2 lines"],
        *["https://api.moonshot.ai/v1", "http://localhost:11434/v1", "gpu-17.cluster.example.org"],
    ],
)
def test_what_is_typed_otherwise_is_no_key(text: str) -> None:
    assert not allowed.looks_like_a_key(text)


def test_a_models_name_may_be_long_and_is_no_key() -> None:
    assert not allowed.looks_like_a_key("claude-3-5-sonnet-20241022", is_name=True)
    assert allowed.looks_like_a_key("sk-proj-Zm9vYmFy0123456789", is_name=True)


@given(st.sampled_from(sorted(ABOUT)), st.text(max_size=20))
def test_anything_typed_is_a_value_or_the_error(key: str, typed: str) -> None:
    try:
        value = allowed.check(key, typed)
    except BadSetting:
        return
    assert allowed.check(key, shown(value)) == value
