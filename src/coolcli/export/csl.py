"""CSL-JSON, which Zotero, pandoc and citation processors read: `article` for a preprint, `article-journal` else."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from coolcli.export.names import Name
from coolcli.export.reference import Reference


def written(references: Iterable[Reference]) -> str:
    """Write a list of items, UTF-8."""
    return json.dumps([item(reference) for reference in references], ensure_ascii=False, indent=1) + "\n"


def item(reference: Reference) -> dict[str, Any]:
    """Give one item; what is not known is left out. The DOI is arXiv's where the journal's is not known."""
    told = {
        "id": reference.key,
        "type": "article-journal" if reference.journal else "article",
        "title": reference.title,
        "author": [_author(name) for name in reference.names],
        "issued": {"date-parts": [[int(part) for part in reference.date.split("-")]]},
        "container-title": reference.journal,
        "publisher": None if reference.journal else "arXiv",
        "number": f"arXiv:{reference.id}",
        "version": str(reference.version or ""),
        "DOI": reference.any_doi,
        "URL": reference.url,
        "abstract": reference.abstract,
        "keyword": ", ".join(reference.tags),
        "note": reference.note,
    }
    return {name: value for name, value in told.items() if value}


def _author(name: Name) -> dict[str, str]:
    if name.whole:
        return {"literal": name.family}
    return {part: value for part, value in name._asdict().items() if value}
