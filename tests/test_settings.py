"""The table of settings: each is named, described, and may be what it is by default."""

from __future__ import annotations

import pytest

from coolcli import allowed
from coolcli.settings import ABOUT, Settings, shown, variable

CONTRACT = {
    "COOL_ARXIV_FEED_URL": ("arxiv.feed_url", "https://rss.arxiv.org"),
    "COOL_ARXIV_SITE_URL": ("arxiv.site_url", "https://arxiv.org"),
    "COOL_ARXIV_API_URL": ("arxiv.api_url", "https://export.arxiv.org/api/query"),
    "COOL_ARXIV_OAI_URL": ("arxiv.oai_url", "https://oaipmh.arxiv.org/oai"),
    "COOL_ARXIV_INTERVAL": ("arxiv.interval", 3.0),
    "COOL_PAPERS_COOL_URL": ("papers_cool.url", "https://papers.cool"),
}


@pytest.mark.parametrize("name", CONTRACT)
def test_the_variables_of_the_contract(name: str) -> None:
    key, default = CONTRACT[name]
    assert variable(key) == name
    assert getattr(Settings(), ABOUT[key].name) == default


@pytest.mark.parametrize("key", ABOUT)
def test_every_setting_says_what_it_is_for_and_has_a_default_that_it_may_have(key: str) -> None:
    default = getattr(Settings(), ABOUT[key].name)
    assert ABOUT[key].words
    assert allowed.check(key, default) == default
    assert allowed.check(key, shown(default)) == default  # as `config set` takes it
    assert allowed.known(key) == key


def test_every_field_is_a_setting() -> None:
    assert [about.name for about in ABOUT.values()] == list(Settings._fields)


def test_backlog_types_may_be_separated_either_way() -> None:
    assert Settings(backlog_types="new, cross replace").backlog == ("new", "cross", "replace")
    assert Settings(backlog_types="").backlog == ()
