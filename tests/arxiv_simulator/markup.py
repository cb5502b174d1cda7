"""What all of arxiv.org's pages share: frame, errors, escaping, links in texts and the lines of a paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from tests.arxiv_simulator import authors, taxonomy, tex
from tests.arxiv_simulator.answers import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from tests.arxiv_simulator.papers import SimPaper

HTML = "text/html; charset=utf-8"
_HEADERS = {"Content-Security-Policy": "frame-ancestors 'none'", "X-Frame-Options": "SAMEORIGIN"}
# A missing blank between two sentences makes a web address of them: arXiv links `the pier.We` too.
_LINK = re.compile(
    r"https?://[^\s<>\"]*[^\s<>\".,;:)]"
    r"|(?i:\barXiv:)(?P<id>\d{4}\.\d{4,5}(?:v\d+)?)"
    r"|(?<![\w./@-])[A-Za-z][\w-]*\.(?:com|org|We|To)\b(?![\w./-])"
)
_INITIAL = re.compile(r"[\s-]+")


def page(title: str, content: str, headers: Mapping[str, str], head: str = "", status: int = 200) -> Answer:
    return Answer(
        status,
        _TEMPLATE.replace("@title@", escaped(title)).replace("@head@", head).replace("@content@", content),
        HTML,
        {**headers, **_HEADERS},
    )


def bad_request(heading: str) -> Answer:
    advice = (
        "The server cannot process your request due to syntax errors, missing \n  required data or invalid "
        "content-type. Please check your URL and try again."
    )
    return _error(400, heading, advice)


def not_found(reference: str) -> Answer:
    return _error(404, f"Article '{reference}' not found", f"Article identifier '{reference}' not recognized.")


def _error(status: int, heading: str, advice: str) -> Answer:
    body = (
        f"\n<h1>{escaped(heading)}</h1>\n<p>{advice}</p>\n\n<hr>\n<p>If you believe this is an error or have questions "
        'please contact\n  <a href="mailto:help@arxiv.org">help@arxiv.org</a> and\n  please provide:</p>\n<ol>\n'
        "  <li>The URL which causes the problem</li>\n  <li>What you expected to see\n  </li>\n</ol>"
    )
    return page(heading, body, {}, status=status)


def redirect_text(target: str) -> str:
    shown = escaped(target)
    return f'<!doctype html>\n<title>Redirecting...</title>\n<p>See <a href="{shown}">{shown}</a>\n'


def spelled(day: date, weekday: str = "%a", month: str = "%b %Y") -> str:
    """`Wed, 1 Jul 2026`; strftime has no portable form of a day without its zero."""
    return f"{day:{weekday}}, {day.day} {day:{month}}"


def subjects_line(paper: SimPaper) -> str:
    names = [f"{escaped(taxonomy.name_of(name))} ({name})" for name in taxonomy.folded(paper.categories)]
    return "; ".join([f'<span class="primary-subject">{names[0]}</span>', *names[1:]])


def author_link(author: str, archive: str) -> str:
    name = authors.bare_name(author)
    family, given = authors.split_name(name)
    initials = "".join(f"+{quote_plus(part[0])}" for part in _INITIAL.split(given) if part)
    query = quote_plus(family) + ("," + initials if initials else "")
    return f'<a href="https://arxiv.org/search/{archive}?searchtype=author&amp;query={query}">{escaped(name)}</a>'


def summary(text: str) -> str:
    """An abstract: an indented line begins a paragraph, other line ends are kept as they are."""
    return re.sub(r"\n[ \t]+", "\n<br>", linked(text))


def linked(text: str) -> str:
    """Text as shown on a page: accents in Unicode, web addresses and ids of papers as arXiv's links."""
    shown = tex.to_unicode(text)
    parts: list[str] = []
    end = 0
    for found in _LINK.finditer(shown):
        parts += [escaped(shown[end : found.start()]), _link(found[0], found["id"])]
        end = found.end()
    return "".join([*parts, escaped(shown[end:])])


def _link(found: str, paper_id: str | None) -> str:
    if paper_id:
        return f'<a href="https://arxiv.org/abs/{paper_id}" data-arxiv-id="{paper_id}" class="link-https">{found}</a>'
    address = found if "://" in found else f"http://{found}"
    scheme = address.partition(":")[0]
    return (
        f'<a href="{escaped(address)}" rel="external noopener nofollow" class="link-external link-{scheme}">'
        f"this {scheme} URL</a>"
    )


def escaped(text: str) -> str:
    """Escaped as arXiv's templates do it."""
    for character, entity in {"&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", '"': "&#34;"}.items():
        text = text.replace(character, entity)
    return text


# What a listing stands in; the two divisions are closed by the listing.
INNER = "<div id='content-inner'>\n<div id='dlpage'>\n"
_TEMPLATE = """<!DOCTYPE html>
<html lang="en">

<head><script>document.documentElement.classList.add('js');</script>  <title>@title@</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
@head@</head>

<body ><div class="flex-wrap-footer">
    <a href="#content" class="ds-skip-link">Skip to main content</a>
<header class="ds-site-header">
  <a href="https://arxiv.org/" class="ds-site-header-logo" aria-label="archive home"></a>
  <nav class="ds-site-header-nav" id="ds-site-header-nav" aria-label="Main navigation">
    <a href="https://arxiv.org/user/create">Submit</a>
    <a href="https://arxiv.org/login" class="ds-site-header-login">Log in</a>
  </nav>
</header>
    <main>
      <div id="content">
@content@      </div>
    </main>

<footer class="ds-site-footer">
  <nav class="ds-site-footer-links" aria-label="Site navigation">
    <a href="https://info.arxiv.org/about">About</a>
    <a href="https://info.arxiv.org/help">Help</a>
    <a href="https://info.arxiv.org/help/contact.html">Contact</a>
    <a href="https://info.arxiv.org/help/subscribe">Subscribe</a>
    <a href="https://status.arxiv.org">Operational Status</a>
  </nav>
</footer>  </div>
</body>

</html>"""
