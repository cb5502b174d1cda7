"""Queries as questions to arXiv's API: what is asked, what is left over, what cannot be asked."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coolcli.arxiv import calendar, translation
from coolcli.arxiv.categories import contains
from coolcli.arxiv.translation import translated
from coolcli.demo import searching
from coolcli.errors import UsageError
from coolcli.query.tree import Announced, Category, Either, Every, Is, Node, Not, Tagged, Text
from tests.arxiv_simulator import World, api, authors, clock, tex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.arxiv_simulator import SimPaper

A, B, C = Text("a"), Text("b"), Text("c")
FRIDAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=clock.EASTERN)


@pytest.mark.parametrize(
    ("node", "question"),
    [
        (Text("Mamba"), "all:mamba"),
        (Text("loom", "title"), "ti:loom"),
        (Text("loom", "abstract"), "abs:loom"),
        (Text("Doe", "author"), "au:doe"),
        (Text("accepted", "comment"), "co:accepted"),
        (Text("State Space", "title", "phrase"), 'ti:"state space"'),
        (Text("loom", kind="phrase"), "all:loom"),
        (Text("transf", "title", "prefix"), "ti:transf* OR ti:transf"),
        (Text("self-att", kind="prefix"), "all:self AND (all:att* OR all:att)"),
        (Category("cs.LG"), "cat:cs.LG"),
        (Category("hep-th"), "cat:hep-th"),
        (Category("eess.SY"), "cat:eess.SY OR cat:cs.SY"),
        (Category("stat"), "cat:stat.* OR cat:math.ST"),
        (Category("q-bio"), "cat:q-bio OR cat:q-bio.*"),
        (Every((A, B, C)), "all:a AND all:b AND all:c"),
        (Either((A, B, C)), "all:a OR all:b OR all:c"),
        (Every((A, Either((B, C)))), "all:a AND (all:b OR all:c)"),
        (Either((A, Every((B, C)))), "all:a OR (all:b AND all:c)"),
        (Every((A, Not(B))), "all:a ANDNOT all:b"),
        (Every((Not(B), A)), "all:a ANDNOT all:b"),
        (Every((A, Not(B), Not(C))), "all:a ANDNOT (all:b OR all:c)"),
        (Every((A, B, Not(C))), "(all:a AND all:b) ANDNOT all:c"),
        (Every((A, Not(Every((B, C))))), "all:a ANDNOT (all:b AND all:c)"),
        (Every((A, Either((B, Not(C))))), "all:a ANDNOT (all:c ANDNOT all:b)"),
        (Every((A, Either((Not(B), Not(C))))), "all:a ANDNOT (all:b AND all:c)"),
        (Not(Not(A)), "all:a"),
    ],
)
def test_what_arxiv_is_asked(node: Node, question: str) -> None:
    found = translated(node)
    assert (found.query, found.left) == (question, ())


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("C++", "all:c"),
        ("$L_1$", 'all:"l 1"'),
        ("SU(2)", 'all:"su 2"'),
        ("self-attention", 'all:"self attention"'),
        ("GPT-3.5", 'all:"gpt 3.5"'),
        ("O’Brien", "all:o'brien"),
        ('a"b', 'all:"a b"'),
        ("ti:x) OR (all:y", 'all:"ti x or all y"'),
        ("[1 TO 2]", 'all:"1 to 2"'),
        ("AND", "all:and"),
        ("Erdős", "all:erdős OR all:erdos"),
        ("Erdo\u030bs", "all:erdős OR all:erdos"),
        ("深度", "all:深度"),
    ],
)
def test_what_means_something_to_the_api_does_not_reach_it(text: str, question: str) -> None:
    assert translated(Text(text)).query == question


class TestDays:
    def test_a_day_is_what_was_submitted_for_its_listing(self) -> None:
        asked = translated(Every((A, Announced(FRIDAY, FRIDAY))))
        assert asked.query == "all:a AND submittedDate:[202611181900 TO 202611191900]"
        assert "submission" in asked.notes[0]

    def test_a_monday_begins_on_thursday_afternoon(self) -> None:
        assert translated(Announced(date(2026, 11, 23))).query == "submittedDate:[202611191900 TO 310001010000]"

    def test_up_to_a_day(self) -> None:
        assert translated(Announced(until=FRIDAY)).query == "submittedDate:[198001010000 TO 202611191900]"

    def test_daylight_saving_moves_the_cut_off(self) -> None:
        assert "202607141800" in translated(Announced(date(2026, 7, 15), date(2026, 7, 15))).query

    def test_the_first_and_the_last_days_that_can_be_typed(self) -> None:
        asked = translated(Announced(date(1991, 8, 14), date(2999, 12, 31))).query
        assert re.fullmatch(r"submittedDate:\[19910\d{7} TO 2999\d{8}\]", asked)


class TestTheReadersOwn:
    @pytest.mark.parametrize(
        "own",
        [
            Is("unread"),
            Tagged("survey"),
            Text("lemma", "note"),
            Not(Is("read")),
            Either((Is("starred"), Tagged("later"))),
            Not(Every((Is("new"), Tagged("x")))),
        ],
    )
    def test_is_left_over_and_said(self, own: Node) -> None:
        asked = translated(Every((A, own)))
        assert (asked.query, asked.left) == ("all:a", (own,))
        assert asked.notes[0].startswith("Looked at here, not at arXiv: ")

    def test_is_named_as_it_is_typed(self) -> None:
        own = (Is("unread"), Tagged("to-read"), Text("lemma 2", "note", "phrase"), Text("lem", "note", "prefix"))
        assert translated(Every((A, *own))).notes == (
            'Looked at here, not at arXiv: is:unread, tag:to-read, note:"lemma 2", note:lem*.',
        )

    def test_is_taken_out_of_parentheses_and_of_a_not(self) -> None:
        asked = translated(Every((A, Not(Either((Is("read"), B))))))
        assert (asked.query, asked.left) == ("all:a ANDNOT all:b", (Not(Is("read")),))
        assert translated(Every((A, Every((B, Is("read")))))).left == (Is("read"),)

    @pytest.mark.parametrize("node", [Either((A, Is("read"))), Every((B, Not(Every((A, Is("read"))))))])
    def test_inside_an_or_it_cannot_be_asked(self, node: Node) -> None:
        with pytest.raises(UsageError, match="arXiv knows nothing of is:read, which stands beside an OR") as caught:
            translated(node)
        assert "AND is:read" in (caught.value.hint or "")

    def test_alone_it_is_no_question(self) -> None:
        with pytest.raises(UsageError, match="nothing of is:unread, tag:x, and nothing else is asked for"):
            translated(Every((Is("unread"), Tagged("x"))))


@pytest.mark.parametrize("node", [Not(A), Every((Not(A), Not(B))), Either((A, Not(B))), Every((Not(A), Is("read")))])
def test_only_what_is_not_wanted_cannot_be_asked(node: Node) -> None:
    with pytest.raises(UsageError, match="only for what is not wanted"):
        translated(node)


def test_what_arxiv_does_otherwise_is_said() -> None:
    assert "phrase" in translated(Text("state space", kind="phrase")).notes[0]
    assert "word*" in translated(Text("transf", kind="prefix")).notes[0]
    assert translated(Every((A, Category("cs.LG")))).notes == ()


def test_too_long_a_question() -> None:
    with pytest.raises(UsageError, match=r"too long for arXiv: [\d,]+ characters"):
        translated(Either(tuple(Text("語" * 20 + str(number)) for number in range(30))))


def test_a_question_is_narrowed_to_what_is_older() -> None:
    moment = datetime(2026, 11, 19, 15, 59, 30, tzinfo=clock.EASTERN)
    expected = "(all:a OR all:b) AND submittedDate:[198001010000 TO 202611192100]"
    assert translation.up_to("all:a OR all:b", moment) == expected


# --- properties ------------------------------------------------------------------------------------------------------

WORLD = World.sample(
    [FRIDAY - timedelta(days=days) for days in (3, 2, 1, 0)], ("cs.LG", "eess.SY", "hep-th", "math.AT"), 16, seed=3
)
PAPERS = WORLD.visible(NOON)
WORDS = sorted({word for paper in PAPERS for word in re.findall(r"[a-z]{3,}", paper.title.lower())})
NAMES = sorted({authors.bare_name(name).split()[-1] for paper in PAPERS for name in paper.authors})

PHRASES = [match for paper in PAPERS for match in re.findall(r"[A-Za-z]+ [A-Za-z]+", paper.title)]
DAYS = st.dates(FRIDAY - timedelta(days=8), FRIDAY + timedelta(days=2))
LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.builds(Text, st.sampled_from(WORDS), st.sampled_from(["any", "title", "abstract", "comment"])),
    st.builds(Text, st.sampled_from(NAMES), st.just("author")),
    st.builds(Text, st.sampled_from(PHRASES), st.sampled_from(["any", "title"]), st.just("phrase")),
    st.builds(Text, st.sampled_from([word[:3] for word in WORDS]), st.just("title"), st.just("prefix")),
    st.builds(Category, st.sampled_from(["cs", "cs.LG", "eess.SY", "hep-th", "math"])),
    st.builds(Announced, DAYS, st.just(FRIDAY + timedelta(days=3))),
    st.builds(Announced, st.none(), DAYS),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(Every, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Either, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)


def fits(node: Node, paper: SimPaper | None) -> bool:
    """What a query means, paper by paper; None is a paper of which nothing that is asked for is true."""
    match node:
        case Not():
            return not fits(node.node, paper)
        case Every():
            return all(fits(each, paper) for each in node.nodes)
        case Either():
            return any(fits(each, paper) for each in node.nodes)
    return paper is not None and leaf_fits(node, paper)


def leaf_fits(node: Node, paper: SimPaper) -> bool:
    match node:
        case Category():
            return any(contains(node.name, category) for category in paper.categories)
        case Announced():
            submitted = WORLD.papers[paper.id][0].submitted.astimezone(UTC)
            begin = calendar.submission_window(node.since)[0] if node.since else submitted
            end = calendar.submission_window(node.until)[1] if node.until else submitted
            return begin <= submitted < end + timedelta(minutes=1)
        case Text():
            return any(stands_in(node, text) for text in texts(node, paper))
    raise AssertionError(node)


def texts(node: Text, paper: SimPaper) -> Iterable[str]:
    if node.field in ("any", "title"):
        yield paper.title
    if node.field in ("any", "abstract"):
        yield paper.abstract
    if node.field in ("any", "comment"):
        yield paper.comments or ""
    if node.field in ("any", "author"):
        yield from map(authors.bare_name, paper.authors)
    if node.field == "any":
        yield paper.journal_ref or ""


def stands_in(node: Text, text: str) -> bool:
    end = "" if node.kind == "prefix" else r"(?![^\W_])(?![.'][^\W_])"
    wanted = r"[\W_]+".join(map(re.escape, re.findall(r"[^\W_]+", node.text.lower())))
    return re.search(rf"(?<![^\W_])(?<![^\W_][.']){wanted}{end}", tex.to_unicode(text).lower()) is not None


def found(question: str) -> set[str]:
    answer = api.answer(WORLD, {"search_query": question, "max_results": "2000"}, NOON, known_until=NOON)
    assert answer.status == 200, question
    return set(re.findall(r"<id>http://arxiv.org/abs/(.+)v\d+</id>", answer.content.decode()))


@given(TREES)
@settings(max_examples=150, deadline=None)
def test_arxiv_finds_what_a_query_means(node: Node) -> None:
    if fits(node, None):
        with pytest.raises(UsageError, match="not wanted"):
            translated(node)
        return
    question = translated(node).query
    assert found(question) == {paper.id for paper in PAPERS if fits(node, paper)}
    is_well_formed(question)


TOKEN = re.compile(r'[()]|\b(?:ANDNOT|AND|OR)\b(?=\s)|submittedDate:\[\d{12} TO \d{12}\]|\w+:(?:"[^"()]+"|[^\s()":]+)')
OPERATORS = ("AND", "OR", "ANDNOT")


def is_well_formed(question: str) -> None:
    """No two operands side by side, no two kinds of operators in the same parentheses, all of them closed."""
    assert not TOKEN.sub("", question).strip()
    levels: list[list[str]] = [[]]
    operand = False
    for token in TOKEN.findall(question):
        if token in OPERATORS:
            assert operand, f"nothing before {token}: {question}"
            levels[-1].append(token)
        elif token == ")":
            assert operand, f"nothing before ): {question}"
            levels.pop()
        else:
            assert not operand, f"side by side: {question}"
            if token == "(":
                levels.append([])
        operand = token not in (*OPERATORS, "(")
        assert len(set(levels[-1])) <= 1, f"two kinds of operators: {question}"
        assert levels[-1].count("ANDNOT") <= 1, question
    assert operand
    assert len(levels) == 1


@given(st.text(max_size=40), st.sampled_from(["any", "author"]), st.sampled_from(["word", "phrase", "prefix"]))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_out_of_its_term(text: str, field: str, kind: str) -> None:
    node = Every((Text(text, field, kind), A))  # type: ignore[arg-type]
    try:
        question = translated(node).query
    except UsageError as error:
        assert "finds nothing by" in error.message or "too long" in error.message
        return
    is_well_formed(question)
    found(question)
    searching.read(question)
