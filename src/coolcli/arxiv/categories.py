"""arXiv's categories, archives and aliases, and the reading of what a person types for them.

The names are arXiv's taxonomy; which alias is folded into which category is from arXiv's documentation
(arxiv-endpoints.md, "Calendar, categories, ids").
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from coolcli.errors import BadCategory

CATEGORIES: dict[str, str] = {
    "astro-ph.CO": "Cosmology and Nongalactic Astrophysics",
    "astro-ph.EP": "Earth and Planetary Astrophysics",
    "astro-ph.GA": "Astrophysics of Galaxies",
    "astro-ph.HE": "High Energy Astrophysical Phenomena",
    "astro-ph.IM": "Instrumentation and Methods for Astrophysics",
    "astro-ph.SR": "Solar and Stellar Astrophysics",
    "cond-mat.dis-nn": "Disordered Systems and Neural Networks",
    "cond-mat.mes-hall": "Mesoscale and Nanoscale Physics",
    "cond-mat.mtrl-sci": "Materials Science",
    "cond-mat.other": "Other Condensed Matter",
    "cond-mat.quant-gas": "Quantum Gases",
    "cond-mat.soft": "Soft Condensed Matter",
    "cond-mat.stat-mech": "Statistical Mechanics",
    "cond-mat.str-el": "Strongly Correlated Electrons",
    "cond-mat.supr-con": "Superconductivity",
    "cs.AI": "Artificial Intelligence",
    "cs.AR": "Hardware Architecture",
    "cs.CC": "Computational Complexity",
    "cs.CE": "Computational Engineering, Finance, and Science",
    "cs.CG": "Computational Geometry",
    "cs.CL": "Computation and Language",
    "cs.CR": "Cryptography and Security",
    "cs.CV": "Computer Vision and Pattern Recognition",
    "cs.CY": "Computers and Society",
    "cs.DB": "Databases",
    "cs.DC": "Distributed, Parallel, and Cluster Computing",
    "cs.DL": "Digital Libraries",
    "cs.DM": "Discrete Mathematics",
    "cs.DS": "Data Structures and Algorithms",
    "cs.ET": "Emerging Technologies",
    "cs.FL": "Formal Languages and Automata Theory",
    "cs.GL": "General Literature",
    "cs.GR": "Graphics",
    "cs.GT": "Computer Science and Game Theory",
    "cs.HC": "Human-Computer Interaction",
    "cs.IR": "Information Retrieval",
    "cs.IT": "Information Theory",
    "cs.LG": "Machine Learning",
    "cs.LO": "Logic in Computer Science",
    "cs.MA": "Multiagent Systems",
    "cs.MM": "Multimedia",
    "cs.MS": "Mathematical Software",
    "cs.NE": "Neural and Evolutionary Computing",
    "cs.NI": "Networking and Internet Architecture",
    "cs.OH": "Other Computer Science",
    "cs.OS": "Operating Systems",
    "cs.PF": "Performance",
    "cs.PL": "Programming Languages",
    "cs.RO": "Robotics",
    "cs.SC": "Symbolic Computation",
    "cs.SD": "Sound",
    "cs.SE": "Software Engineering",
    "cs.SI": "Social and Information Networks",
    "econ.EM": "Econometrics",
    "econ.GN": "General Economics",
    "econ.TH": "Theoretical Economics",
    "eess.AS": "Audio and Speech Processing",
    "eess.IV": "Image and Video Processing",
    "eess.SP": "Signal Processing",
    "eess.SY": "Systems and Control",
    "gr-qc": "General Relativity and Quantum Cosmology",
    "hep-ex": "High Energy Physics - Experiment",
    "hep-lat": "High Energy Physics - Lattice",
    "hep-ph": "High Energy Physics - Phenomenology",
    "hep-th": "High Energy Physics - Theory",
    "math-ph": "Mathematical Physics",
    "math.AC": "Commutative Algebra",
    "math.AG": "Algebraic Geometry",
    "math.AP": "Analysis of PDEs",
    "math.AT": "Algebraic Topology",
    "math.CA": "Classical Analysis and ODEs",
    "math.CO": "Combinatorics",
    "math.CT": "Category Theory",
    "math.CV": "Complex Variables",
    "math.DG": "Differential Geometry",
    "math.DS": "Dynamical Systems",
    "math.FA": "Functional Analysis",
    "math.GM": "General Mathematics",
    "math.GN": "General Topology",
    "math.GR": "Group Theory",
    "math.GT": "Geometric Topology",
    "math.HO": "History and Overview",
    "math.KT": "K-Theory and Homology",
    "math.LO": "Logic",
    "math.MG": "Metric Geometry",
    "math.NA": "Numerical Analysis",
    "math.NT": "Number Theory",
    "math.OA": "Operator Algebras",
    "math.OC": "Optimization and Control",
    "math.PR": "Probability",
    "math.QA": "Quantum Algebra",
    "math.RA": "Rings and Algebras",
    "math.RT": "Representation Theory",
    "math.SG": "Symplectic Geometry",
    "math.SP": "Spectral Theory",
    "math.ST": "Statistics Theory",
    "nlin.AO": "Adaptation and Self-Organizing Systems",
    "nlin.CD": "Chaotic Dynamics",
    "nlin.CG": "Cellular Automata and Lattice Gases",
    "nlin.PS": "Pattern Formation and Solitons",
    "nlin.SI": "Exactly Solvable and Integrable Systems",
    "nucl-ex": "Nuclear Experiment",
    "nucl-th": "Nuclear Theory",
    "physics.acc-ph": "Accelerator Physics",
    "physics.ao-ph": "Atmospheric and Oceanic Physics",
    "physics.app-ph": "Applied Physics",
    "physics.atm-clus": "Atomic and Molecular Clusters",
    "physics.atom-ph": "Atomic Physics",
    "physics.bio-ph": "Biological Physics",
    "physics.chem-ph": "Chemical Physics",
    "physics.class-ph": "Classical Physics",
    "physics.comp-ph": "Computational Physics",
    "physics.data-an": "Data Analysis, Statistics and Probability",
    "physics.ed-ph": "Physics Education",
    "physics.flu-dyn": "Fluid Dynamics",
    "physics.gen-ph": "General Physics",
    "physics.geo-ph": "Geophysics",
    "physics.hist-ph": "History and Philosophy of Physics",
    "physics.ins-det": "Instrumentation and Detectors",
    "physics.med-ph": "Medical Physics",
    "physics.optics": "Optics",
    "physics.plasm-ph": "Plasma Physics",
    "physics.pop-ph": "Popular Physics",
    "physics.soc-ph": "Physics and Society",
    "physics.space-ph": "Space Physics",
    "q-bio.BM": "Biomolecules",
    "q-bio.CB": "Cell Behavior",
    "q-bio.GN": "Genomics",
    "q-bio.MN": "Molecular Networks",
    "q-bio.NC": "Neurons and Cognition",
    "q-bio.OT": "Other Quantitative Biology",
    "q-bio.PE": "Populations and Evolution",
    "q-bio.QM": "Quantitative Methods",
    "q-bio.SC": "Subcellular Processes",
    "q-bio.TO": "Tissues and Organs",
    "q-fin.CP": "Computational Finance",
    "q-fin.GN": "General Finance",
    "q-fin.MF": "Mathematical Finance",
    "q-fin.PM": "Portfolio Management",
    "q-fin.PR": "Pricing of Securities",
    "q-fin.RM": "Risk Management",
    "q-fin.ST": "Statistical Finance",
    "q-fin.TR": "Trading and Market Microstructure",
    "quant-ph": "Quantum Physics",
    "stat.AP": "Applications",
    "stat.CO": "Computation",
    "stat.ME": "Methodology",
    "stat.ML": "Machine Learning",
    "stat.OT": "Other Statistics",
}
"""The active categories and their names."""

ARCHIVES: dict[str, str] = {
    "astro-ph": "Astrophysics",
    "cond-mat": "Condensed Matter",
    "cs": "Computer Science",
    "econ": "Economics",
    "eess": "Electrical Engineering and Systems Science",
    "math": "Mathematics",
    "nlin": "Nonlinear Sciences",
    "physics": "Physics",
    "q-bio": "Quantitative Biology",
    "q-fin": "Quantitative Finance",
    "stat": "Statistics",
}
"""The archives of several categories: asked for like a category, an archive holds all of its own."""

ALIASES: dict[str, str] = {
    "acc-phys": "physics.acc-ph",
    "adap-org": "nlin.AO",
    "alg-geom": "math.AG",
    "ao-sci": "physics.ao-ph",
    "atom-ph": "physics.atom-ph",
    "bayes-an": "physics.data-an",
    "chao-dyn": "nlin.CD",
    "chem-ph": "physics.chem-ph",
    "cmp-lg": "cs.CL",
    "comp-gas": "nlin.CG",
    "cs.NA": "math.NA",
    "cs.SY": "eess.SY",
    "dg-ga": "math.DG",
    "funct-an": "math.FA",
    "math.IT": "cs.IT",
    "math.MP": "math-ph",
    "mtrl-th": "cond-mat.mtrl-sci",
    "patt-sol": "nlin.PS",
    "plasm-ph": "physics.plasm-ph",
    "q-alg": "math.QA",
    "q-fin.EC": "econ.GN",
    "solv-int": "nlin.SI",
    "stat.TH": "math.ST",
    "supr-con": "cond-mat.supr-con",
}
"""Other names, of today and of before 2007, and the category that arXiv folds each into."""


class Categories(NamedTuple):
    """What a reader asked for: the union of `wanted`, in the order typed, less every paper in one of `unwanted`."""

    wanted: tuple[str, ...]
    unwanted: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Write it as papers.cool does: `cs.AI+cs.LG-cs.CY`."""
        return "+".join(self.wanted) + "".join(f"-{name}" for name in self.unwanted)


def canonical(name: str) -> str | None:
    """Give arXiv's own spelling of a category or archive in any case, aliases folded; None for anything else."""
    folded = _BY_LOWER.get(name.lower())
    return None if folded is None else ALIASES.get(folded, folded)


def is_category(name: str) -> bool:
    """Tell an arXiv category (active, alias or retired) from the MSC and ACM classes that the API mixes in."""
    return name.lower() in _BY_LOWER


def contains(asked: str, category: str) -> bool:
    """Tell whether what is asked for, a category or an archive, holds a paper's category.

    By any of its names: eess.SY is also cs.SY, so arXiv's archive cs holds it.
    """
    category = ALIASES.get(category, category)
    if category == asked:
        return True
    names = (category, *(alias for alias, folded in ALIASES.items() if folded == category))
    return asked in ARCHIVES and any(name.startswith(asked + ".") for name in names)


def name_of(category: str) -> str | None:
    """Give the name of a category or archive in words, None where arXiv has no such category."""
    spelled = canonical(category)
    return None if spelled is None else CATEGORIES.get(spelled) or ARCHIVES.get(spelled)


def parse(words: Iterable[str]) -> Categories:
    """Read categories as typed: `cs.LG stat.ML`, `cs.LG,stat.ML`, `cs.lg`, `cs.AI+cs.LG-cs.CY`.

    Names that hold hyphens themselves (`cond-mat.str-el`, `q-bio`) are found in the taxonomy, longest first.
    Raises BadCategory, with the nearest names, for what arXiv does not have.
    """
    wanted: dict[str, None] = {}
    unwanted: dict[str, None] = {}
    for word in words:
        for part in re.split(r"[,\s]+", word):
            if part:
                _parse_expression(part, wanted, unwanted)
    if not wanted and not unwanted:
        raise BadCategory(
            "No category was named.", "Such as cs.LG, stat.ML or an archive: cs. `cool categories` lists them."
        )
    if unwanted and not wanted:
        raise BadCategory(
            f"'-{next(iter(unwanted))}' takes papers away, but from nothing.", "Name a category first: cs.LG-cs.CY."
        )
    return Categories(tuple(wanted), tuple(unwanted))


def search(word: str) -> list[str]:
    """Give the categories and archives whose name in arXiv's spelling or in words holds the word, sorted."""
    lowered = word.lower()
    everything = CATEGORIES | ARCHIVES
    return sorted(name for name, words in everything.items() if lowered in name.lower() or lowered in words.lower())


def nearest(word: str, limit: int = 3) -> list[str]:
    """Give the categories and archives that are spelled nearest to a mistyped one, best first."""
    from difflib import get_close_matches

    lowered = word.lower()
    if len(lowered) > 2 and (named := search(word)):  # `machine`, `topology`: a word of the name
        return named[:limit]
    spoken = {word.lower() for words in (CATEGORIES | ARCHIVES).values() for word in words.split()}
    if "." not in lowered and (close := get_close_matches(lowered, spoken, n=1, cutoff=0.8)):  # `machne`
        return search(close[0])[:limit]
    known = {name.lower(): name for name in (*CATEGORIES, *ARCHIVES)}
    found = [known[hit] for hit in get_close_matches(lowered, known, n=limit, cutoff=0.55)]
    archive = lowered.partition(".")[0]
    if archive in ARCHIVES and "." in lowered:  # a right archive with a wrong class: stay within it
        inside = [name for key, name in known.items() if key.startswith(archive + ".")]
        close = get_close_matches(lowered, [name.lower() for name in inside], n=limit, cutoff=0.4)
        found = [known[hit] for hit in close] or found
    return found


_BY_LOWER = {name.lower(): name for name in (*CATEGORIES, *ARCHIVES, *ALIASES)}
_LONGEST = max(map(len, _BY_LOWER))


def _parse_expression(text: str, wanted: dict[str, None], unwanted: dict[str, None]) -> None:
    """Read one `A+B-C`, adding to what is wanted and what is not."""
    rest, sign = text, "+"
    while rest:
        if rest[0] in "+-":
            sign, rest = rest[0], rest[1:]
        name = _name_at_start(rest)
        if name is None:
            wrong = re.split(r"\+", rest)[0] or text
            if wrong.startswith("@"):
                raise BadCategory(
                    f"'{wrong}' is a saved search, not a category.",
                    f"`cool list {wrong}` lists what it finds, `cool today -q {wrong}` those of the day.",
                )
            if re.fullmatch(r"~\d+|\d+ago|\d{4}-\d\d-\d\d|today|yesterday|\w+day", wrong, re.IGNORECASE):
                raise BadCategory(f"'{wrong}' is a day, not a category.", f"`cool day {wrong}` shows its listing.")
            if ":" in wrong.strip(":"):
                raise BadCategory(
                    f"'{wrong}' is a query, not a category.",
                    f"`cool search {wrong}` looks for it; `-q {wrong}` narrows a list, as in `cool today -q {wrong}`.",
                )
            raise BadCategory.unknown(wrong, nearest(wrong))
        (wanted if sign == "+" else unwanted)[canonical(name) or name] = None
        rest = rest[len(name) :]


def _name_at_start(text: str) -> str | None:
    """Find the longest category name that the text begins with and that ends where a sign or the text does."""
    lowered = text[: _LONGEST + 1].lower()
    ends = [end for end in range(len(lowered), 0, -1) if lowered[end : end + 1] in ("", "+", "-")]
    return next((lowered[:end] for end in ends if lowered[:end] in _BY_LOWER), None)
