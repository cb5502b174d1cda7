"""The query language: what is typed becomes a tree, a mistake a message with a caret under it."""

from __future__ import annotations

import re
import time
from datetime import date, datetime
from typing import TYPE_CHECKING, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli.arxiv.calendar import EASTERN
from coolcli.arxiv.categories import ARCHIVES, CATEGORIES
from coolcli.arxiv.text import clean
from coolcli.errors import BadQuery
from coolcli.query import fields, tree
from coolcli.query.parsing import DEEPEST, LONGEST, joined, lone_operators, parse, phrase, written
from coolcli.query.tree import Announced, Category, Is, Node, Tagged, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NOW = datetime(2026, 11, 20, 9, tzinfo=EASTERN)
SAVED = {"mine": "author:doe OR author:roe", "Other": "@mine is:new", "loop": "kites @knot", "knot": "@Loop"}
TAGS = ["survey", "to-read"]


def understood(text: str) -> str:
    return written(parse(text, NOW, saved=SAVED, tags=TAGS))


def refused(text: str, saved: Mapping[str, str] = SAVED, tags: Sequence[str] | None = TAGS) -> BadQuery:
    with pytest.raises(BadQuery) as caught:
        parse(text, NOW, saved=saved, tags=tags)
    return caught.value


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # operators
        ("state space", "state AND space"),
        ("state AND space", "state AND space"),
        ("a OR b c OR d", "a OR (b AND c) OR d"),
        ("(a OR b) c", "(a OR b) AND c"),
        ("a (b (c d))", "a AND b AND c AND d"),
        ("a OR (b OR c)", "a OR b OR c"),
        ("((a))", "a"),
        ("a or b and not c", "a AND or AND b AND and AND not AND c"),
        ("a AND NOT b", "a AND NOT b"),
        ("a ANDNOT b", "a AND NOT b"),
        ("NOT(a OR b)", "NOT (a OR b)"),
        ("NOT NOT a", "a"),
        ("--a", "a"),
        ("NOT -a", "a"),
        # NOT by a hyphen, and hyphens that are none
        ("a -b", "a AND NOT b"),
        ('-"state space" -author:doe -(a b)', 'NOT "state space" AND NOT author:doe AND NOT (a AND b)'),
        ("(-a)", "NOT a"),
        ("a −b –c ‑au:doe", "a AND NOT b AND NOT c AND NOT author:doe"),
        ("a–b self‑attention", "a–b AND self‑attention"),
        ("state-space self-attention-", "state-space AND self-attention-"),
        # words are text as it stands
        ("C++ $L_1$ 3D BERT-based e.g.", "C++ AND $L_1$ AND 3D AND BERT-based AND e.g."),
        ("SU(2) O(n^2)", "SU(2) AND O(n^2)"),
        ("(SU(2) OR x)", "SU(2) OR x"),
        ("https://example.org/x std::vector 12:30", "https://example.org/x AND std::vector AND 12:30"),
        ("Mamba: Linear-Time", "Mamba: AND Linear-Time"),
        ("状態 Erdős", "状態 AND Erdős"),
        ("transform* C*-algebra", "transform* AND C*-algebra"),
        ("any:AND any:p:q", "any:AND AND any:p:q"),
        # phrases
        ('"state  space"', '"state space"'),
        ("“state space” „zwei Worte“", '"state space" AND "zwei Worte"'),
        ('"AND" "p:q" "-x"', '"AND" AND "p:q" AND "-x"'),
        ('"a"b', '"a" AND b'),
        ('"A* search" "C*-algebra" "tr*ns"', '"A* search" AND "C*-algebra" AND "tr*ns"'),
        # fields of texts
        ('au:"Jane Doe" TI:kites abs:bells', 'author:"Jane Doe" AND title:kites AND abstract:bells'),
        ("co:accepted note:tom", "comment:accepted AND note:tom"),
        ("author:(doe OR roe)", "author:doe OR author:roe"),
        ('title:(state "of the" -art*)', 'title:state AND title:"of the" AND NOT title:art*'),
        ("title:AND", "title:AND"),
        # categories
        ("cat:cs.lg", "cat:cs.LG"),
        ("cat:cs cat:stat.*", "cat:cs AND cat:stat"),
        ("category:cs.LG,stat.ML", "cat:cs.LG OR cat:stat.ML"),
        ("cat:cs.AI+cs.LG-cs.CY", "(cat:cs.AI OR cat:cs.LG) AND NOT cat:cs.CY"),
        ("cat:(cs.LG OR math.MP)", "cat:cs.LG OR cat:math-ph"),
        ("-cat:cs.SY", "NOT cat:eess.SY"),
        # tags, what a paper is
        ("tag:Survey tag:#to-read", "tag:Survey AND tag:to-read"),
        ("is:Starred is:unread", "is:starred AND is:unread"),
        ("type:new,cross", "is:new OR is:cross"),
        ("is:replace type:replace-cross", "is:replaced AND is:replaced"),
        # days
        ("since:7d", "since:2026-11-13"),
        ("until:~2", "until:2026-11-18"),
        ("date:yesterday", "date:2026-11-19"),
        ("date:2026-11-01..2026-11-18", "date:2026-11-01..2026-11-18"),
        ("date:2026-11", "date:2026-11-01..2026-11-30"),
        ("date:2w.. date:..today", "since:2026-11-06 AND until:2026-11-20"),
        ("since:monday until:monday", "since:2026-11-16 AND until:2026-11-16"),
        # saved searches
        ("@mine bells", "(author:doe OR author:roe) AND bells"),
        ("-@MINE", "NOT (author:doe OR author:roe)"),
        ("@other", "(author:doe OR author:roe) AND is:new"),
        ("@mine @mine", "(author:doe OR author:roe) AND (author:doe OR author:roe)"),
    ],
)
def test_what_a_query_means(typed: str, meant: str) -> None:
    assert understood(typed) == meant


def test_leaves_are_of_their_kinds() -> None:
    assert repr(parse("cat:cs tag:cs cs", NOW)) == repr(tree.Every((Category("cs"), Tagged("cs"), Text("cs"))))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a AND athor:doe",
            """
There is no field 'athor'.
      a AND athor:doe
            ^
Did you mean author? Text that holds a colon goes in quotes.""",
        ),
        (
            "p:q",
            """
There is no field 'p'.
      p:q
      ^
Text that holds a colon goes in quotes. Fields are any, title, abstract, author, comment, note, cat, tag, is, since, \
until, date.""",
        ),
        (
            "arXiv:2611.01234v2",
            """
There is no field 'arXiv'.
      arXiv:2611.01234v2
      ^
A paper is shown by its id: `cool show 2611.01234`.""",
        ),
        (
            "author: doe",
            """
Behind author: comes a name, without a blank.
      author: doe
             ^
As text it goes in quotes.""",
        ),
        (
            "(cat:)",
            """
Behind cat: comes a category such as cs.LG, without a blank.
      (cat:)
           ^
As text it goes in quotes.""",
        ),
        (
            "author:-doe",
            """
The - stands before the field: -author:doe
      author:-doe
             ^""",
        ),
        (
            "title:author:doe",
            """
Behind title: no other field can stand.
      title:author:doe
            ^
As text it goes in quotes.""",
        ),
        (
            "title:(a OR author:doe)",
            """
In the parentheses behind title: stands only what is looked for there.
      title:(a OR author:doe)
                  ^""",
        ),
        (
            'a "state space',
            """
The phrase that begins here has no end: a quote is missing.
      a "state space
        ^""",
        ),
        (
            "a (b OR (c d)",
            """
This parenthesis is not closed: a ) is missing.
      a (b OR (c d)
        ^""",
        ),
        (
            "a (",
            """
This parenthesis is not closed: a ) is missing.
      a (
        ^""",
        ),
        (
            "a) b",
            """
No parenthesis was opened that this one closes.
      a) b
       ^
As text it goes in quotes.""",
        ),
        (
            ")",
            """
No parenthesis was opened that this one closes.
      )
      ^
As text it goes in quotes.""",
        ),
        (
            "a title:()",
            """
In these parentheses stands nothing.
      a title:()
              ^""",
        ),
        (
            "OR a",
            """
Before OR comes a part of the query.
      OR a
      ^
The word itself goes in quotes or in small letters: or.""",
        ),
        (
            "(AND a)",
            """
Before AND comes a part of the query.
      (AND a)
       ^
The word itself goes in quotes or in small letters: and.""",
        ),
        (
            "a AND OR b",
            """
Behind AND comes another part of the query.
      a AND OR b
        ^
The word itself goes in quotes or in small letters: and.""",
        ),
        (
            "a (b NOT)",
            """
Behind NOT comes what is not wanted.
      a (b NOT)
           ^
The word itself goes in quotes or in small letters: not.""",
        ),
        (
            "a -AND b",
            """
Behind - comes what is not wanted.
      a -AND b
        ^""",
        ),
        (
            "(a b)-c",
            """
This - is neither NOT nor a hyphen in a word.
      (a b)-c
           ^
For NOT, put a blank before it; for a hyphen, put all of it in quotes.""",
        ),
        (
            "a !!! b",
            """
Nothing can be looked for in '!!!': it has no letter and no digit.
      a !!! b
        ^""",
        ),
        (
            "a || b",
            """
Nothing can be looked for in '||': it has no letter and no digit.
      a || b
        ^
The operator is OR.""",
        ),
        (
            'author:" "',
            """
Nothing can be looked for in '': it has no letter and no digit.
      author:" "
             ^""",
        ),
        (
            "title:*",
            """
Nothing can be looked for in '*': it has no letter and no digit.
      title:*
            ^""",
        ),
        (
            "*former",
            """
A * stands at the end of a word, for any end of it.
      *former
      ^
As text it goes in quotes.""",
        ),
        (
            "a tr*ns*mer",
            """
A * stands at the end of a word, for any end of it.
      a tr*ns*mer
          ^
As text it goes in quotes.""",
        ),
        (
            "graph|transformer",
            """
A | is no operator: that is OR.
      graph|transformer
           ^
As text it goes in quotes.""",
        ),
        (
            'a "state sp*"',
            """
In a phrase no * stands for any end of a word.
      a "state sp*"
                 ^
Without quotes it does: state sp*. As text it is left out: no sign is looked for.""",
        ),
        (
            'author:"Yoshua B*"',
            """
In a phrase no * stands for any end of a word.
      author:"Yoshua B*"
                      ^
Without quotes it does: author:(Yoshua B*). An initial needs none: author:"Doe J".""",
        ),
        (
            '"state spac"*',
            """
A * stands at the end of a word, not of a phrase.
      "state spac"*
                  ^
Without the quotes it can: state spac*.""",
        ),
        (
            "looms —honest",
            """
This — is neither NOT nor a part of a word.
      looms —honest
            ^
NOT is a -; between two parts of a query stands a blank.""",
        ),
        (
            "is:new,strred",
            """
No paper is 'strred'.
      is:new,strred
             ^
Did you mean starred? It can be starred, unread, read, opened, later, noted, tagged, new, cross or replaced.""",
        ),
        (
            "since:yesterdy a",
            """
'yesterdy' is no day.
      since:yesterdy a
            ^
Did you mean yesterday or saturday? A day is 2026-11-18, yesterday, monday, 7d (days back), or 2ago: two listings back\
.""",
        ),
        (
            "date:monday..tusday",
            """
'tusday' is no day.
      date:monday..tusday
                   ^
Did you mean tuesday or thursday? A day is 2026-11-18, yesterday, monday, 7d (days back), or 2ago: two listings back\
.""",
        ),
        (
            "date:2026-11-18..2026-11-01",
            """
No day is from 2026-11-18 on and up to 2026-11-01.
      date:2026-11-18..2026-11-01
           ^
The earlier day comes first, then `..`.""",
        ),
        (
            "since:2026-11-18 a until:2026-11-01",
            """
No day is from 2026-11-18 on and up to 2026-11-01.
      since:2026-11-18 a until:2026-11-01
                         ^
`since:` takes the earlier of two days, `until:` the later.""",
        ),
        (
            "cat:cs.LG,cs.XX",
            """
arXiv has no category 'cs.XX'.
      cat:cs.LG,cs.XX
                ^
Did you mean cs.SI, cs.SE or cs.SD? `cool categories` lists them all.""",
        ),
        (
            "tag:survy",
            """
There is no tag 'survy'.
      tag:survy
          ^
Did you mean survey?""",
        ),
        (
            "bells @mnie",
            """
There is no saved search 'mnie'.
      bells @mnie
            ^
Did you mean @mine?""",
        ),
        (
            "bells @ mine",
            """
Behind @ comes the name of a saved search, without a blank.
      bells @ mine
            ^""",
        ),
        (
            "bells @loop",
            """
In @knot: @loop is made of itself: @loop → @knot → @loop.
      @Loop
      ^""",
        ),
        (
            " \t ",
            """
The query is empty.
Such as: state space author:doe since:7d.""",
        ),
    ],
    ids=lambda value: value if "\n" not in value else "",
)
def test_a_mistake_is_shown_with_a_caret(text: str, message: str) -> None:
    error = refused(text)
    assert "\n".join(filter(None, [error.message, error.hint])) == message.lstrip("\n")
    assert error.exit_code == 2


def test_a_mistake_in_a_saved_search_is_shown_there() -> None:
    error = refused("bells @old", {"old": "kites is:gone"})
    assert error.message.split("\n") == [
        "In @old: No paper is 'gone'.",
        "      kites is:gone",
        "            " + "   ^",
    ]


def test_a_tag_that_no_paper_bears_any_more_is_no_mistake_of_a_saved_search() -> None:
    assert repr(parse("bells @old", NOW, saved={"old": "tag:gone"}, tags=["here"])) == repr(
        parse("bells tag:gone", NOW)
    )


def test_without_known_tags_only_the_form_is_checked() -> None:
    assert repr(parse("tag:new-one", NOW)) == repr(Tagged("new-one"))
    assert refused("tag:a/b", tags=None).message.startswith("'a/b' cannot be a tag.")


@pytest.mark.parametrize("text", ["ti:(::doe)", "ti:(//doe)", "au:(:doe*)", "ti:(is:::doe)"])
def test_what_begins_like_an_address_is_written_so_that_it_is_read_again(text: str) -> None:
    node = parse(text, NOW)
    assert repr(parse(written(node), NOW)) == repr(node)


def test_two_letters_in_the_wrong_order_name_the_nearest() -> None:
    assert (refused("is:nwe").hint or "").startswith("Did you mean new?")


def test_nothing_saved_is_said() -> None:
    assert refused("@x", {}).hint == "None is saved yet."


@pytest.mark.parametrize(
    "text",
    [
        "(" * 10_000,
        "(" * 1_000 + "a" + ")" * 999,
        "a" * 1_000_000,
        "-" * 1_999,
        "NOT " * 499 + "!",
        "date:" + "." * 1_990,
    ],
    ids=lambda text: text[:5],
)
def test_what_is_too_long_or_too_deep_is_refused_at_once(text: str) -> None:
    begun = time.perf_counter()
    error = refused(text)
    assert 0 <= error.at <= len(error.text)
    assert max(map(len, error.picture(80).split("\n"))) <= 80
    assert time.perf_counter() - begun < 2


def test_the_bounds_are_told_and_what_is_within_them_is_read() -> None:
    deepest = "(" * DEEPEST + "a" + ")" * DEEPEST
    assert understood(deepest) == "a"
    assert f"{DEEPEST} deep" in refused(f"({deepest})").message
    assert understood("a" * LONGEST) == "a" * LONGEST
    assert f"at most {LONGEST:,} characters" in refused("a" * (LONGEST + 1)).message


def test_saved_searches_that_multiply_are_refused() -> None:
    many = {f"s{number}": f"@s{number + 1} @s{number + 1}" for number in range(15)}
    assert "With the saved searches" in refused("@s0", many | {"s15": "kites"}).message
    chain = {f"s{number}": f"@s{number + 1}" for number in range(100)}
    assert f"{DEEPEST} deep" in refused("@s0", chain | {"s100": "kites"}).message


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("状態空間 athor:x", ["状態空間 athor:x", "         ^"]),
        ("e\u0301te\u0301 athor:x", ["e\u0301te\u0301 athor:x", "    ^"]),
        ("\x1b[31mred\x07 athor:x", ["red athor:x", "    ^"]),
    ],
)
def test_the_caret_stands_under_its_column(text: str, lines: list[str]) -> None:
    assert refused(text).message.split("\n")[1:] == [f"      {line}" for line in lines]


@pytest.mark.parametrize(("before", "behind"), [(300, 300), (300, 0), (0, 300), (60, 60), (30, 300), (300, 30)])
@pytest.mark.parametrize("letter", ["a", "状"])
def test_of_a_long_query_what_is_around_the_place_is_shown(before: int, behind: int, letter: str) -> None:
    error = refused(f"{letter * before} athor:x {letter * behind}")
    for width in (40, 80, 106, 200):
        query, caret = error.picture(width).split("\n")
        columns = "".join(each * (2 if each == "状" else 1) for each in query)
        assert columns[caret.index("^") :].startswith("athor:x")
        assert len(columns) <= min(width, 106)
        is_whole = query.strip() == error.text.strip()
        assert is_whole or ("…" in query and len(columns) >= min(width, 106) - 1)


@pytest.mark.parametrize(
    ("words", "query", "as_a_rule"),
    [
        (["state space mamba"], "state space mamba", '"state space mamba"'),
        (["mamba"], "mamba", "mamba"),
        (["state space", "mamba"], '"state space" mamba', '"state space" mamba'),
        (["state", "space"], "state space", "state space"),
        (["author:Jane Doe"], 'author:"Jane Doe"', 'author:"Jane Doe"'),
        (["author: Jane  Doe", "kites"], 'author:"Jane Doe" kites', 'author:"Jane Doe" kites'),
        (["-au:Jane Doe", "kites"], '-au:"Jane Doe" kites', '-au:"Jane Doe" kites'),
        (["-state space", "kites"], '-"state space" kites', '-"state space" kites'),
        (["−au:Jane Doe", "–state space"], '−au:"Jane Doe" –"state space"', '−au:"Jane Doe" –"state space"'),
        (["title:Mamba: Linear-Time"], 'title:"Mamba: Linear-Time"', 'title:"Mamba: Linear-Time"'),
        (["title:bells & whistles"], 'title:"bells & whistles"', 'title:"bells & whistles"'),
        (["tag:survey kites"], "tag:survey kites", "tag:survey kites"),
        (["author:Jane Doe AND kites"], "author:Jane Doe AND kites", "author:Jane Doe AND kites"),
        (["author:doe title:kites"], "author:doe title:kites", "author:doe title:kites"),
        (['author:"Jane Doe" kites'], 'author:"Jane Doe" kites', 'author:"Jane Doe" kites'),
        (["title:(a b)"], "title:(a b)", "title:(a b)"),
        (["state sp*", "kites"], "state sp* kites", "state sp* kites"),
        (["a OR b", "c"], "(a OR b) c", "(a OR b) c"),
        (["a", "OR", "b c"], 'a OR "b c"', 'a OR "b c"'),
        (["(a", "OR b)", "c"], "(a OR b) c", "(a OR b) c"),
        (["", " ", "kites"], "kites", "kites"),
        ([], "", ""),
    ],
)
def test_words_of_a_shell_become_a_query(words: list[str], query: str, as_a_rule: str) -> None:
    assert joined(words) == query
    assert phrase(words) == as_a_rule


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a or b", ["or"]),
        ("a and not b", ["and", "not"]),
        ("not a", ["not"]),
        ("(a) or (b or c)", ["or"]),
        ("a OR b", []),
        ("or a", []),
        ("a or", []),
        ("title:or a", []),
        ("title:not a", []),
        ('"a or b"', []),
        ("a OR or", []),
        ("Or a Or b", []),
    ],
)
def test_small_operators_are_told(text: str, words: list[str]) -> None:
    assert lone_operators(text) == words


def test_names_of_fields_are_told_apart() -> None:
    names = [name for field, about in fields.FIELDS.items() for name in (field, *about.short)]
    assert len({*names}) == len(names)
    assert {*get_args(tree.Field)} < {*fields.FIELDS}


SYNTAX = [
    '"',
    "“",
    "(",
    ")",
    "-",
    "–",
    "—",
    "*",
    ":",
    "@",
    ",",
    "..",
    "AND",
    "OR",
    "NOT",
    "ANDNOT",
    "or",
    " ",
    "  ",
    "\t",
    "\x1b[1m",
]
WORDS = ["a", "kites", "SU(2)", "状", "3D", "2026-11", "7d", "cs.LG", "cs", "starred", "survey", "mine", "loop", "!"]
pieces = st.sampled_from([*SYNTAX, *WORDS, *(f"{name}:" for name in fields.FIELDS)])
PARTS = ["a", "kites*", '"a b"', "au:doe", "cat:cs,stat", "is:new", "@mine", "since:7d", "title:(", "until:1y", "or"]
queries = st.one_of(
    st.lists(pieces | st.text(max_size=3), max_size=14).map("".join),
    st.lists(st.sampled_from([*PARTS, "OR", "AND", "NOT", "(", ")", "-(", ") OR ("]), max_size=10).map(" ".join),
)


@given(queries)
def test_anything_typed_is_a_query_or_an_error_with_its_place(text: str) -> None:
    try:
        found = parse(text, NOW, saved=SAVED, tags=TAGS)
    except BadQuery as error:
        assert error.said and 0 <= error.at <= len(error.text)
        assert clean(error.text) == " ".join(error.text.split())
    else:
        assert repr(parse(written(found), NOW, tags=TAGS)) == repr(found)
        lone_operators(text)


def _leaves() -> st.SearchStrategy[Node]:
    where = st.sampled_from(get_args(tree.Field))
    words = st.from_regex(r"\A[a-zé状0-9]{1,4}[-'.+$_]?[a-z0-9]{0,2}\Z")
    days = st.dates(date(1991, 8, 14), date(2030, 1, 1))
    return st.one_of(
        st.builds(Text, words, where, st.sampled_from(["word", "prefix"])),
        st.builds(
            Text,
            st.lists(words | st.sampled_from(["AND", "p:q", "(", "-x"]), min_size=1).map(
                lambda words: f"a {' '.join(words)}"
            ),
            where,
            st.just("phrase"),
        ),
        st.builds(Is, st.sampled_from(fields.MARKS)),
        st.builds(Category, st.sampled_from([*CATEGORIES, *ARCHIVES])),
        st.builds(Tagged, st.sampled_from(["survey", "été", "c++", "a.b@c#d"])),
        st.builds(lambda one, two: Announced(min(one, two), max(one, two)), days, days),
        days.map(lambda day: Announced(since=day)) | days.map(lambda day: Announced(until=day)),
    )


def _joined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(several.map(fields.every), several.map(fields.either), inner.map(fields.negated))


@given(st.recursive(_leaves(), _joined, max_leaves=8))
def test_what_is_written_means_the_same(node: Node) -> None:
    text = written(node)
    try:
        found = parse(text, NOW)
    except BadQuery as error:
        assert error.said.startswith("No day is from")
    else:
        assert repr(found) == repr(node)


@given(st.lists(queries, max_size=5))
def test_no_letter_of_a_shells_words_is_lost(words: list[str]) -> None:
    letters = re.sub(r"\s", "", "".join(words))
    for made in (joined(words), phrase(words)):
        assert _without_signs(made) == _without_signs(letters)


def _without_signs(text: str) -> str:
    return re.sub(r'[\s"()]', "", text)
