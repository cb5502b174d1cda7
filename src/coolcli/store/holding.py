"""Which categories and archives hold a paper: what a filter looks for, by any name that arXiv has for them."""

from functools import cache

from coolcli.arxiv.categories import ALIASES, ARCHIVES


@cache
def holding(categories: str) -> str:
    """Give them for categories joined by blanks, with a blank before and after each; a function of SQL too."""
    found: dict[str, None] = {}
    for name in categories.split():
        folded = ALIASES.get(name, name)
        names = (folded, *(alias for alias, of in ALIASES.items() if of == folded))
        archives = (archive for each in names if (archive := each.partition(".")[0]) in ARCHIVES)
        found |= dict.fromkeys((folded, *archives))
    return f" {' '.join(found)} "
