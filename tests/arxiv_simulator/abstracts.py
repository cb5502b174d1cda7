"""arxiv.org's page of one paper, in its latest or a named version, its HTML version and its PDF."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC
from email.utils import format_datetime
from typing import TYPE_CHECKING

from tests.arxiv_simulator import authors, clock, fulltext, markup, taxonomy, tex
from tests.arxiv_simulator.answers import Answer
from tests.arxiv_simulator.papers import split_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tests.arxiv_simulator.papers import SimPaper, World


def abstract(world: World, reference: str, now: datetime) -> Answer:
    """`/abs/ID`, with or without version; what is not announced yet does not exist."""
    paper = _findable(world, reference, now)
    if not paper:
        return markup.not_found(reference)
    hidden, day = world.hidden(now), world.latest_day(now) or clock.arxiv_day(now)
    versions = [world.as_of(held, day) for held in world.papers[paper.id] if held.id_with_version not in hidden]
    tags = _citation(paper, versions)
    metas = "".join(f'  <meta name="{name}" content="{markup.escaped(value)}"/>\n' for name, value in tags)
    body = f'<div id="abs-outer">\n  <div class="leftcolumn">\n{_abstract_body(paper, versions)}  </div>\n</div>'
    return markup.page(f"[{reference}] {tex.to_unicode(paper.title)}", body, {}, metas)


def html(world: World, reference: str, now: datetime) -> Answer:
    """`/html/ID[vN]`: what LaTeXML made of the paper, where that is announced as having one."""
    paper = _findable(world, reference, now)
    return fulltext.page(paper) if paper and paper.has_html else fulltext.absent(reference)


def pdf(
    world: World, reference: str, now: datetime, headers: Mapping[str, str], size: int = 0, *, scanned: bool = False
) -> Answer:
    """`/pdf/ID[vN][.pdf]`: a valid document of one page with the paper's text, or none where it is scanned.

    It comes whole or from a byte on, and is filled up to `size` bytes. A withdrawn version has none.
    """
    paper = _findable(world, reference.removesuffix(".pdf"), now)
    if not paper or paper.withdrawn:
        return markup.not_found(reference)
    content = _pdf(paper.id_with_version, [] if scanned else fulltext.lines(paper), size)
    tag = f'"{hashlib.sha1(content, usedforsecurity=False).hexdigest()}"'
    modified = format_datetime(paper.submitted.astimezone(UTC), usegmt=True)
    known = {"ETag": tag, "Last-Modified": modified, "Accept-Ranges": "bytes"}
    whole = Answer(200, content, "application/pdf", known)
    asked = re.fullmatch(r"bytes=(\d+)-", headers.get("Range", ""))
    if not asked or headers.get("If-Range", tag) not in (tag, modified):
        return whole
    start = int(asked[1])
    if start >= len(content):
        return Answer(416, "", "text/plain", known | {"Content-Range": f"bytes */{len(content)}"})
    held = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}
    return Answer(206, content[start:], "application/pdf", known | held)


def _findable(world: World, reference: str, now: datetime) -> SimPaper | None:
    """The named version, or the latest, of what was announced by now."""
    base, version = split_id(reference)
    hidden = world.hidden(now)
    known = [paper for paper in world.papers.get(base, []) if paper.id_with_version not in hidden]
    wanted = [paper for paper in known if version in (None, paper.version)]
    return world.as_of(wanted[-1], world.latest_day(now) or clock.arxiv_day(now)) if wanted else None


def _citation(paper: SimPaper, versions: Sequence[SimPaper]) -> list[tuple[str, str]]:
    tags = [("citation_title", tex.to_unicode(paper.title))]
    tags += [("citation_author", ", ".join(authors.split_name(authors.bare_name(author)))) for author in paper.authors]
    if paper.doi:
        tags.append(("citation_doi", paper.doi))
    return [
        *tags,
        ("citation_date", f"{versions[0].submitted.astimezone(UTC):%Y/%m/%d}"),
        ("citation_online_date", f"{paper.submitted.astimezone(UTC):%Y/%m/%d}"),
        ("citation_pdf_url", f"https://arxiv.org/pdf/{paper.id}"),
        ("citation_arxiv_id", paper.id),
        ("citation_abstract", tex.to_unicode(paper.abstract)),
    ]


def _abstract_body(paper: SimPaper, versions: Sequence[SimPaper]) -> str:
    archive = taxonomy.archive_of(paper.primary)
    names = ", ".join(markup.author_link(author, archive) for author in paper.authors)
    history = "".join(_history_line(version, version == paper) for version in versions)
    return (
        '    <div id="content-inner">\n      <div id="abs">\n'
        f'        <div class="dateline">\n  {_dateline(paper, versions)}</div>\n'
        f'        <h1 class="title mathjax"><span class="descriptor">Title:</span>'
        f"{markup.escaped(tex.to_unicode(paper.title))}</h1>\n"
        f'        <div class="authors"><span class="descriptor">Authors:</span>{names}</div>\n'
        '        <blockquote class="abstract mathjax">\n            <span class="descriptor">Abstract:</span>'
        f"{markup.summary(paper.abstract)}\n        </blockquote>\n\n"
        f'        <div class="metatable">\n          <table summary="Additional metadata">{_metatable(paper)}'
        "          </table>\n        </div>\n      </div>\n    </div>\n"
        f'    <div class="submission-history">\n      <h2>Submission history</h2> From: '
        f'{markup.escaped(authors.bare_name(paper.authors[0]))} [<a href="/show-email/0/{paper.id}">view email</a>]\n'
        f"      <br/>\n{history}    </div>\n"
    )


def _metatable(paper: SimPaper) -> str:
    note = f"[{taxonomy.canonical(paper.primary)}]"
    link = '<span class="arxivid"><a href="https://arxiv.org/abs/{0}">arXiv:{0}</a> ' + note + "</span>"
    cells = [
        ("Comments:", "comments mathjax", markup.linked(paper.comments) if paper.comments else ""),
        ("Subjects:", "subjects", markup.subjects_line(paper)),
        ("MSC&nbsp;classes:", "msc-classes", markup.escaped(paper.msc_class or "")),
        ("ACM&nbsp;classes:", "acm-classes", markup.escaped(paper.acm_class or "")),
        ("Cite as:", "arxivid", link.format(paper.id)),
        ("&nbsp;", "arxividv", f"(or {link.format(paper.id_with_version)} for this version)"),
        ("Journal&nbsp;reference:", "jref", markup.escaped(paper.journal_ref or "")),
        ("Related DOI:", "doi", f'<a href="https://doi.org/{paper.doi}">https://doi.org/{paper.doi}</a>'),
    ]
    return "".join(
        f'<tr>\n          <td class="tablecell label">{label}</td>\n'
        f'          <td class="tablecell {kind}">{value}</td>\n        </tr>'
        for label, kind, value in cells
        if value and (kind != "doi" or paper.doi)
    )


def _dateline(paper: SimPaper, versions: Sequence[SimPaper]) -> str:
    first, last = versions[0], versions[-1]
    text = f"[Submitted on {_day_of(first)}"
    if paper.version == 1 and last.version > 1:
        text += " (this version)"
    if paper.version > 1:
        text += f' (<a href="https://arxiv.org/abs/{paper.id}v1">v1</a>)'
        text += ", last revised" if paper == last else ", revised"
        text += f" {_day_of(paper)} (this version, v{paper.version})"
    if paper != last:
        name = last.id_with_version
        text += (
            f', <em>latest version {_day_of(last)}</em> (<a href="https://arxiv.org/abs/{name}">v{last.version}</a>)'
        )
    return text + "]"


def _day_of(paper: SimPaper) -> str:
    moment = paper.submitted.astimezone(UTC)
    return f"{moment.day} {moment:%b %Y}"


def _history_line(paper: SimPaper, current: bool) -> str:
    label = f"[v{paper.version}]"
    shown = label if current else f'<a href="/abs/{paper.id_with_version}">{label}</a>'
    moment = paper.submitted.astimezone(UTC)
    return (
        f"      <strong>{shown}</strong>\n        {markup.spelled(moment, '%a', '%b %Y %H:%M:%S')} UTC (12 KB)<br/>\n"
    )


def _pdf(name: str, lines: Sequence[str], filled: int = 0) -> bytes:
    shown = " T* ".join("({}) Tj".format(re.sub(r"([()\\])", r"\\\1", line)) for line in lines)
    drawn = f"BT /F 10 Tf 12 TL 54 740 Td {shown} ET" if lines else ""
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R "
        f"/Resources << /Font << /F {font} >> >> >>",
        f"<< /Title (arXiv:{name}) >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
    ]
    text = "%PDF-1.4\n"
    offsets: list[int] = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(text))
        text += f"{number} 0 obj\n{content}\nendobj\n"
    if filled > len(text):
        text += f"%{'harbour ' * (filled // 8)}"[: filled - len(text)] + "\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    end = f"trailer\n<< /Size {size} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    return f"{text}xref\n0 {size}\n0000000000 65535 f \n{table}{end}".encode("cp1252", "replace")
