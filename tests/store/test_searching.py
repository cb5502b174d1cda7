"""Searches: what is found, in which order, and that the index follows whatever is stored."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coolcli.errors import BadQuery
from coolcli.models import Filter, Paper
from coolcli.query.parsing import parse
from coolcli.query.tree import Announced, Category, Either, Every, Is, Not, Tagged, Text, texts
from coolcli.store import events, index, papers, searching, select
from coolcli.store.database import Database
from coolcli.store.highlighting import Highlighter
from tests import builders
from tests.builders import DAY, NOW, act, follow, keep, paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coolcli.query.tree import Node


def found(database: Database, query: Node, *, best: bool = False, limit: int | None = None) -> list[str]:
    index.catch_up(database)
    with database.read() as connection:
        rows = searching.found(connection, query, best=best, limit=limit)
        assert searching.count(connection, query) == len(rows) or limit
    return [row.id for row in rows]


def store(database: Database, *some: Paper) -> None:
    with database.write() as connection:
        papers.save(connection, some)


def titled(paper_id: str, title: str, **said: object) -> Paper:
    return paper(paper_id, title=title, **said)


BEGUN = [
    "optimization",
    "generalizing",
    "relational",
    "causality",
    "universities",
    "theory",
    "theories",
    "happiness",
    "daytime",
    "ecosystems",
    "hierarchically",
    "filing",
    "demystifying",
    "convolutional",
    "transformers",
    "Kernels",
]


def word(text: str, field: str = "any") -> Text:
    return Text(text, field)  # type: ignore[arg-type]


def phrase(text: str, field: str = "any") -> Text:
    return Text(text, field, "phrase")  # type: ignore[arg-type]


class TestWords:
    @pytest.mark.parametrize(
        ("said", "asked"),
        [
            ({"title": "Learning to rank"}, word("learned")),
            ({"title": "On Zürich"}, word("zurich")),
            ({"title": "State-space models"}, word("state-space")),
            ({"title": "Self-optimizing nets"}, Text("self-optimiz", kind="prefix")),
            ({"title": "A re\u0301sume\u0301"}, word("resumé")),
            ({"abstract": "We train transformers."}, Text("transf", kind="prefix")),
            ({"authors": ("Jane Roe",)}, word("roe")),
            ({"comments": "Accepted at a workshop"}, word("workshop", "comment")),
            ({"title": "关于状态空间模型"}, word("空间")),
            ({"title": "A 关于 B"}, phrase("关于")),
            ({"title": "$L_1$ norms"}, word("$L_1$")),
            ({"title": 'A "quoted" word'}, word('"quoted"')),
        ],
    )
    def test_words_are_found_in_any_form_and_script(
        self, database: Database, said: dict[str, object], asked: Text
    ) -> None:
        store(database, paper("2611.00001", **said), paper("2611.00002"))
        assert found(database, asked) == ["2611.00001"]

    @pytest.mark.parametrize("said", BEGUN)
    def test_every_beginning_of_a_word_finds_it(self, database: Database, said: str) -> None:
        store(database, titled("2611.00001", f"On {said} and more"), titled("2611.00002", "Nothing"))
        for length in range(3, len(said) + 1):
            asked = Text(said[:length], kind="prefix")
            assert found(database, asked) == found(database, asked._replace(field="title")) == ["2611.00001"], asked
            assert Highlighter([asked]).spans("title", [f"On {said}"])[0] == [(3, 3 + len(said))]

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ("generative", "general"),
            ("universal", "university"),
            ("organization", "organ"),
            ("communication", "community"),
            ("emergent", "emergency"),
            ("physics", "physical"),
            ("Hölder", "holding"),
        ],
    )
    def test_other_words_of_the_same_root_are_other_words(self, database: Database, asked: str, said: str) -> None:
        store(database, titled("2611.00001", f"On {said}"), titled("2611.00002", f"On {asked}"))
        assert found(database, word(asked)) == ["2611.00002"]

    @pytest.mark.parametrize("forms", ["cache caches cached caching", "model models modeled modelling", "size sizing"])
    def test_forms_of_a_word_find_each_other(self, database: Database, forms: str) -> None:
        store(database, *(titled(f"2611.{n:05}", f"On {form}") for n, form in enumerate(forms.split(), 1)))
        assert {len(found(database, word(form))) for form in forms.split()} == {len(forms.split())}

    @pytest.mark.parametrize("field", ["any", "author"])
    def test_names_are_not_cut(self, database: Database, field: str) -> None:
        store(database, paper("2611.00001", authors=("Jane Peters",)), paper("2611.00002", authors=("Peter Doe",)))
        assert found(database, word("Peters", field)) == ["2611.00001"]
        assert found(database, word("Peter", field)) == ["2611.00002"]

    def test_a_text_that_is_no_word_finds_nothing(self, database: Database) -> None:
        store(database, paper())
        assert found(database, word("!!!")) == []

    def test_a_phrase_wants_its_words_in_order(self, database: Database) -> None:
        store(database, titled("2611.00001", "A state space model"), titled("2611.00002", "The space of a state"))
        assert found(database, phrase("state spaces")) == ["2611.00001"]
        assert found(database, Every((word("state"), word("space")))) == ["2611.00002", "2611.00001"]

    @pytest.mark.parametrize("name", ["Jane Doe", "Jane A. Doe", "Doe Jane"])
    def test_a_name_may_have_an_initial(self, database: Database, name: str) -> None:
        store(database, paper("2611.00001", authors=(name,)))
        assert found(database, phrase("Jane Doe", "author")) == ["2611.00001"]

    def test_an_initial_stands_for_a_name(self, database: Database) -> None:
        store(database, paper("2611.00001", authors=("Jane Doe",)), paper("2611.00002", authors=("Mary Doe",)))
        assert (
            found(database, phrase("J. Doe", "author")) == found(database, phrase("Doe J", "author")) == ["2611.00001"]
        )

    @pytest.mark.parametrize(
        "names", [("Mary Jane", "Doe Smith"), ("Jane Smith", "John Doe"), ("Jane", "Doe"), ("Doe", "Jane")]
    )
    def test_a_name_is_of_one_author(self, database: Database, names: tuple[str, ...]) -> None:
        store(database, paper("2611.00001", authors=names))
        assert found(database, phrase("Jane Doe", "author")) == []

    def test_a_field_is_looked_into_alone(self, database: Database) -> None:
        store(
            database,
            paper("2611.00001", title="Mamba", abstract="of snakes"),
            paper("2611.00002", title="Snakes", abstract="a mamba"),
        )
        assert found(database, word("mamba", "title")) == ["2611.00001"]
        assert found(database, word("mamba", "abstract")) == ["2611.00002"]

    def test_the_title_counts_most_by_relevance(self, database: Database) -> None:
        store(
            database,
            paper("2611.00001", title="Mamba", abstract="x " * 50),
            paper("2611.00002", title="Snakes", abstract="mamba mamba " + "x " * 50),
        )
        assert found(database, word("mamba")) == ["2611.00002", "2611.00001"]
        assert found(database, word("mamba"), best=True) == ["2611.00001", "2611.00002"]

    def test_of_very_many_those_with_the_words_in_their_titles_come_first(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(searching, "WEIGHED", 3)
        titles = {1: "On snakes", 2: "A mamba", 3: "On snakes", 4: "Mamba mamba", 5: "On snakes"}
        store(database, *(titled(f"2611.0000{n}", title, abstract="mamba") for n, title in titles.items()))
        assert found(database, word("mamba"), best=True, limit=4) == [f"2611.0000{n}" for n in (4, 2, 5, 3)]
        asked = Every((word("mamba"), Not(word("snakes"))))
        assert found(database, asked, best=True) == ["2611.00004", "2611.00002"]

    def test_the_newest_come_first_of_all_times(self, database: Database) -> None:
        some = ["hep-th/9901001", "math/0309136", "0704.0001", "1412.9999", "1501.00001", "2611.00002", "2611.12345"]
        store(database, *(titled(each, "Everything") for each in some))
        assert found(database, word("everything")) == some[::-1]
        assert found(database, word("everything"), limit=2) == some[:-3:-1]
        assert found(database, Not(word("nothing"))) == some[::-1]

    def test_ids_of_two_archives_with_one_number_are_two_papers(self, database: Database) -> None:
        store(database, titled("hep-th/9901001", "Strings"), titled("math/9901001", "Strings"))
        assert sorted(found(database, word("strings"))) == ["hep-th/9901001", "math/9901001"]


class TestTheIndexFollows:
    def test_a_newer_version(self, database: Database) -> None:
        store(database, paper("2611.00001", version=1, title="Snakes"))
        assert found(database, word("snakes")) == ["2611.00001"]
        store(database, paper("2611.00001", version=2, title="Ladders"))
        assert found(database, word("snakes")) == []
        assert found(database, word("ladders")) == ["2611.00001"]

    def test_a_title_that_comes_later(self, database: Database) -> None:
        store(database, Paper("2611.00001"))
        assert found(database, word("snakes")) == []
        store(database, titled("2611.00001", "Snakes"))
        assert found(database, word("snakes")) == ["2611.00001"]

    def test_notes_and_tags_that_come_and_go(self, database: Database) -> None:
        store(database, paper("2611.00001"))
        act(database, "note", events.note("2611.00001", "compare with snakes"))
        act(database, "tag", events.tag("to-read", "2611.00001", NOW))
        assert found(database, word("snakes")) == found(database, phrase("to-read")) == ["2611.00001"]
        assert found(database, word("snakes", "note")) == ["2611.00001"]
        act(database, "note", events.note("2611.00001", ""))
        act(database, "untag", events.clear("tag:to-read", "2611.00001"))
        assert found(database, word("snakes")) == found(database, word("to-read")) == []

    def test_a_category_that_comes_later(self, database: Database) -> None:
        store(database, paper("2611.00001", version=1))
        assert found(database, Category("stat.ML")) == []
        store(database, paper("2611.00001", version=2, categories=("cs.LG", "stat.ML")))
        assert found(database, Category("stat")) == found(database, Category("cs")) == ["2611.00001"]

    def test_what_changes_more_often_than_a_paper_has_numbers(self, database: Database) -> None:
        store(database, paper("2611.00001"), titled("2611.00002", "Next"))
        for number in range(260):
            act(database, "note", events.note("2611.00001", f"snakes{number}"))
            index.catch_up(database)
        assert found(database, word("snakes259")) == ["2611.00001"]
        assert found(database, Text("snakes", kind="prefix")) == ["2611.00001"]
        assert found(database, word("next")) == ["2611.00002"]

    def test_an_index_that_is_mostly_of_the_past_is_made_anew(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(index, "SMALL", 3)
        store(database, paper("2611.00001"), titled("2611.00002", "Next"))
        assert not index.tidy(database)
        for number in range(4):
            act(database, "note", events.note("2611.00001", f"snakes{number}"))
            index.catch_up(database)
        assert index.tidy(database)
        assert found(database, word("next")) == ["2611.00002"]
        with database.read() as connection:
            assert connection.execute("SELECT count(*) FROM indexed").fetchone()[0] == 2

    def test_it_is_told_how_far_it_is(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(index, "AT_ONCE", 2)
        store(database, *(paper(f"2611.0000{number}") for number in range(1, 6)))
        told: list[tuple[int, int]] = []
        assert index.catch_up(database, lambda done, total: told.append((done, total))) == 5
        assert told == [(2, 5), (4, 5), (5, 5)]
        assert index.catch_up(database) == 0


class TestConditions:
    def test_days_and_types_are_those_of_the_announcement(self, database: Database) -> None:
        before = DAY - timedelta(days=1)
        keep(database, builders.listing(day=before, new=["2611.00001"], cross=["2611.00002"]))
        keep(database, builders.listing(new=["2611.00003"], replace=["2610.00001"]))
        store(database, paper("2611.00004"))
        assert found(database, Is("new")) == ["2611.00003", "2611.00001"]
        assert found(database, Is("cross")) == ["2611.00002"]
        assert found(database, Is("replaced")) == ["2610.00001"]
        assert found(database, Announced(DAY)) == ["2611.00003", "2610.00001"]
        assert found(database, Announced(None, before)) == ["2611.00002", "2611.00001"]
        assert found(database, Not(Announced(DAY, DAY))) == ["2611.00004", "2611.00002", "2611.00001"]

    def test_what_the_reader_did(self, database: Database) -> None:
        follow(database, "cs.LG")
        keep(database, builders.listing(new=["2611.00001", "2611.00002"]))
        store(database, paper("2611.00003"))
        for field in ("starred", "read", "opened"):
            act(database, field, events.mark(field, "2611.00001", NOW), events.mark(field, "2611.00003", NOW))
            assert found(database, Is(field)) == ["2611.00003", "2611.00001"]
        assert found(database, Is("unread")) == ["2611.00002"]
        act(database, "tag", events.tag("Later", "2611.00002", NOW))
        assert found(database, Tagged("later")) == found(database, Is("tagged")) == ["2611.00002"]
        act(database, "note", events.note("2611.00003", "x"))
        assert found(database, Is("noted")) == ["2611.00003"]

    def test_a_list_is_filtered_by_a_query(self, database: Database) -> None:
        keep(database, builders.listing(new=[titled("2611.00001", "Snakes"), titled("2611.00002", "Ladders")]))
        index.catch_up(database)
        with database.read() as connection:
            wanted = Filter(query=Either((word("snakes"), Is("starred"))))
            assert [row.id for row in select.chosen(connection, wanted)] == ["2611.00001"]
            assert select.count(connection, wanted) == 1

    def test_rows_are_judged_by_the_day_and_type_that_they_show(self, database: Database) -> None:
        keep(database, builders.listing(day=DAY - timedelta(days=1), new=[paper("2611.00001", version=1)]))
        keep(database, builders.listing(replace=[paper("2611.00001", version=2)]))
        index.catch_up(database)
        with database.read() as connection:
            shown = select.listing(connection, [("cs.LG", DAY)])
            asked: list[Node] = [Is("replaced"), Is("new"), Announced(DAY)]
            assert searching.fitting(connection, shown, asked) == [{"2611.00001"}, set(), {"2611.00001"}]

    def test_what_was_searched(self, database: Database) -> None:
        keep(database, builders.listing(new=["2611.00001"]))
        store(database, paper("2611.00003"), Paper("2611.00004"))
        index.catch_up(database)
        with database.read() as connection:
            assert searching.searched(connection) == (2, DAY, DAY)


WORDS = ("gato", "lumo", "mondo", "pano", "rivo")
CATEGORIES = ("cs.LG", "cs.CL", "stat.ML", "hep-th")


@st.composite
def worlds(draw: st.DrawFn) -> list[Paper]:
    texts = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
    return [
        paper(
            f"2611.{number:05}",
            title=draw(texts) or "nothing",
            abstract=draw(texts),
            authors=(draw(texts) or "Nobody",),
            categories=tuple(draw(st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=2, unique=True))),
        )
        for number in range(1, draw(st.integers(2, 7)))
    ]


LEAVES = st.one_of(
    st.builds(Text, st.sampled_from(WORDS), st.sampled_from(["any", "title", "abstract", "author"])),
    st.builds(Text, st.sampled_from(["ga", "mon", "r"]), st.sampled_from(["any", "title"]), st.just("prefix")),
    st.builds(
        Text, st.sampled_from(["gato lumo", "mondo pano"]), st.sampled_from(["any", "abstract"]), st.just("phrase")
    ),
    st.builds(Category, st.sampled_from([*CATEGORIES, "cs"])),
    st.builds(Is, st.sampled_from(["starred", "new", "cross"])),
)
TREES: st.SearchStrategy[Node] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(Every, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Either, st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)


def fits(node: Node, each: Paper, starred: Iterable[str], crossed: Iterable[str]) -> bool:
    """What a query means, without an index."""
    if isinstance(node, Not):
        return not fits(node.node, each, starred, crossed)
    if isinstance(node, Every):
        return all(fits(part, each, starred, crossed) for part in node.nodes)
    if isinstance(node, Either):
        return any(fits(part, each, starred, crossed) for part in node.nodes)
    if isinstance(node, Category):
        return any(name == node.name or name.startswith(f"{node.name}.") for name in each.categories)
    if isinstance(node, Is):
        return each.id in {"starred": starred, "cross": crossed}.get(node.mark, ()) or (
            node.mark == "new" and each.id not in crossed
        )
    assert isinstance(node, Text)
    fields = {"title": each.title or "", "abstract": each.abstract or "", "author": " ".join(each.authors)}
    looked_into = fields.values() if node.field == "any" else [fields[node.field]]
    end = "" if node.kind == "prefix" else r"\b"
    return any(re.search(rf"\b{node.text}{end}", text) for text in looked_into)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(worlds(), st.lists(TREES, min_size=1, max_size=6), st.data())
def test_every_query_finds_what_it_means(
    tmp_path_factory: pytest.TempPathFactory, some: list[Paper], queries: list[Node], data: st.DataObject
) -> None:
    database = Database(tmp_path_factory.mktemp("world") / "cool.db")
    names = [each.id for each in some]
    starred = data.draw(st.lists(st.sampled_from(names), unique=True))
    crossed = data.draw(st.lists(st.sampled_from(names), unique=True))
    fresh = [each for each in some if each.id not in crossed]
    keep(database, builders.listing(new=fresh, cross=[each for each in some if each.id in crossed]))
    act(database, "star", *(events.mark("starred", each, NOW) for each in starred))
    expected = [[each.id for each in reversed(some) if fits(query, each, starred, crossed)] for query in queries]
    assert [found(database, query) for query in queries] == expected
    with database.read() as connection:
        shown = select.listing(connection, [("cs.LG", DAY)])
        assert searching.fitting(connection, shown, queries) == list(map(set, expected))
        for query, ids in zip(queries, expected, strict=True):
            assert {row.id for row in select.chosen(connection, Filter(query=query))} == set(ids)
    database.close()


OPERATORS = ["AND", "OR", "NOT", "(", ")", '"', "*", "-", "^", "title:", "author:", "is:starred", "since:7d", "cat:cs"]
HOSTILE = ["a*", "x", "searched", "%", "ꙮ", "状态", "{title}:x", "';", "e\u0301", "\x00", "NEAR(a b, 2)", "' OR 1=1 --"]
SOUP = st.lists(st.one_of(st.sampled_from(OPERATORS), st.sampled_from(HOSTILE), st.text(max_size=6)), max_size=10).map(
    " ".join
)


@pytest.fixture(scope="module")
def some_papers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(tmp_path_factory.mktemp("soup") / "cool.db")
    keep(database, builders.listing(new=[paper("2611.00001", abstract="a x near"), paper("2611.00002")]))
    index.catch_up(database)
    yield database
    database.close()


@settings(max_examples=400, deadline=None)
@given(SOUP)
def test_every_text_is_a_query_that_runs_or_a_mistake_with_a_place(some_papers: Database, text: str) -> None:
    try:
        query = parse(text, NOW)
    except BadQuery as mistake:
        assert 0 <= mistake.at <= len(mistake.text)
        return
    with some_papers.read() as connection:
        rows = searching.found(connection, query)
        assert {row.id for row in rows} <= {"2611.00001", "2611.00002"}
        assert len(searching.found(connection, query, best=True)) == searching.count(connection, query) == len(rows)
        assert searching.fitting(connection, rows, [query]) == [{row.id for row in rows}]
    Highlighter(texts(query)).spans("title", ["a x near"])


class TestHighlighting:
    def marked(self, field: str, text: str, *asked: Text) -> list[str]:
        spans = Highlighter(asked).spans(field, [text])[0]  # type: ignore[arg-type]
        return [text[begin:end] for begin, end in spans]

    def test_words_in_any_form(self) -> None:
        assert self.marked("title", "Learning what is learned", word("learn")) == ["Learning", "learned"]

    def test_letters_of_scripts_without_blanks(self) -> None:
        assert self.marked("title", "关于状态空间模型", word("空间")) == ["空间"]

    def test_a_name_but_not_its_parts(self) -> None:
        asked = phrase("Jane Doe", "author")
        assert self.marked("author", "Jane A. Doe, Jane Smith, John Doe", asked) == ["Jane", "Doe"]

    def test_only_in_the_field(self) -> None:
        assert self.marked("title", "Doe", word("doe", "author")) == []

    def test_many_texts_and_none(self) -> None:
        assert self.marked("title", "w300 and w7", *(word(f"w{number}") for number in range(400))) == ["w300", "w7"]
        assert self.marked("title", "anything") == []

    @given(st.text(max_size=40), st.sampled_from(["title", "author", "abstract"]))
    def test_places_are_in_the_text_as_shown(self, text: str, field: str) -> None:
        spans = Highlighter([word("a"), Text("b", kind="prefix")]).spans(field, [text, text])  # type: ignore[arg-type]
        assert spans[0] == spans[1]
        assert all(0 <= begin < end <= len(text) for begin, end in spans[0])
