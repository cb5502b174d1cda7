"""What may stand in a bug report: places without names, addresses without passwords, errors without papers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from coolcli.arxiv.categories import is_category
from coolcli.arxiv.text import clean
from coolcli.render.report import Line, Problem, Section

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy")
"""Variables that send requests another way."""

_PASSWORD = re.compile(r"(?<=://)[^/\s]*@")
_QUERY = re.compile(r"(https?://[^\s?#'\"]*)[?#][^\s'\"]*")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*")
_PAPER = re.compile(r"\b(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?\b")
_WORD = re.compile(r"[A-Za-z-]+(?:\.[A-Za-z-]+)*")
_TITLE = re.compile(r"(?<=the page) '.*'")
_SERVERS_WORDS = re.compile(r"(\(HTTP \d+\)): .*", re.DOTALL)
_ADDRESS = re.compile(r"\b(https?://[^/\s?#'\"]+)[^\s,'\"]*")


class Discretion:
    """Knows who the reader is, and leaves it out."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        """Find out where the home folder is, and what the reader and their proxies are called."""
        homes = {str(folder) for home in _homes() for folder in (home, Path(os.path.realpath(home))) if folder.name}
        names = {Path(home).name for home in homes} | {environment.get(name, "") for name in _LOGIN}
        hosts = {host for name in PROXIES[:3] + PROXIES[4:7] if (host := _host(environment.get(name, "")))}
        self._home = _any_of(homes, r"(?<![\w.-]){}(?![\w.-])")
        self._name = _any_of(names - {""}, r"(?<=[/\\]){}(?=[/\\'\"\s:,]|$)")
        self._host = _any_of(hosts - {"localhost", "127.0.0.1", "::1"}, r"(?<![\w.-]){}(?![\w.-])")

    def section(self, section: Section) -> Section:
        """Give a section as it may be shown to anybody."""
        return Section(
            section.name,
            self._covered(section.facts),
            tuple(Line(line.name, self.text(line.words), line.mark) for line in section.lines),
            tuple(
                Problem(self.text(problem.message), self.text(problem.hint or "") or None, problem.code)
                for problem in section.problems
            ),
        )

    def text(self, text: str) -> str:
        """Give words without the reader's home, name, mail address and passwords, and nothing a terminal would obey."""
        text = _QUERY.sub(r"\1", _PASSWORD.sub("", clean(text)))
        for pattern, instead in ((self._host, "(proxy)"), (self._home, "~"), (self._name, "(user)")):
            text = pattern.sub(instead, text)
        return _MAIL.sub("(mail address)", text)

    def _covered(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {name: self._covered(content) for name, content in value.items()}
        return [self._covered(each) for each in value] if isinstance(value, list | tuple) else value


def impersonal(problem: str) -> str:
    """Give an error's words without what somebody else wrote, and without the papers and categories they are about."""
    text = _SERVERS_WORDS.sub(r"\1.", _TITLE.sub("", problem))
    text = _ADDRESS.sub(r"\1", text)
    return _WORD.sub(lambda word: "(category)" if is_category(word[0]) else word[0], _PAPER.sub("(paper)", text))


_LOGIN = ("USER", "LOGNAME", "USERNAME", "SUDO_USER")


def _homes() -> Iterator[Path]:
    with suppress(OSError, RuntimeError):
        yield Path.home()
    with suppress(ImportError, KeyError):
        import pwd

        yield Path(pwd.getpwuid(os.getuid()).pw_dir)


def _host(proxy: str) -> str | None:
    with suppress(ValueError):
        return urlsplit(proxy if "://" in proxy else f"//{proxy}").hostname
    return None


def _any_of(words: set[str], form: str) -> re.Pattern[str]:
    """Make a pattern of some words, the longest first; of none, one that nothing matches."""
    found = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.compile(form.format(f"(?:{found})") if found else r"(?!)")
