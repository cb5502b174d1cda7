"""What can be asked of arXiv about past days and past versions, against the simulated one."""

from __future__ import annotations

import re
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from coolcli.arxiv import calendar, service
from coolcli.arxiv.client import Client, Manners
from coolcli.arxiv.service import Arxiv
from coolcli.errors import Intercepted, Nonsense, Refused
from coolcli.settings import Settings
from tests.arxiv_simulator import ArxivSimulator, Fault, World, clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from tests.arxiv_simulator.answers import Answer
    from tests.arxiv_simulator.faults import Rule
    from tests.arxiv_simulator.papers import SimPaper

FRIDAY = date(2026, 11, 20)
MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (FRIDAY - timedelta(days=days) for days in (4, 3, 2, 1))
WEEK = (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY)
NOON = datetime(2026, 11, 20, 12, tzinfo=clock.EASTERN)


@pytest.fixture
def world() -> World:
    return World.sample(WEEK, ("cs.LG", "cs.CL", "hep-th", "eess.SY"), per_day=60, seed=5)


@pytest.fixture
def sim(world: World) -> Iterator[ArxivSimulator]:
    with ArxivSimulator(world, NOON) as simulator:
        yield simulator


@pytest.fixture
def arxiv(sim: ArxivSimulator, tmp_path: Path) -> Iterator[Arxiv]:
    with asking(sim, tmp_path) as service:
        yield service


@contextmanager
def asking(sim: ArxivSimulator, folder: Path, max_mb: int = 64) -> Iterator[Arxiv]:
    settings = Settings(
        arxiv_site_url=sim.site_url, arxiv_api_url=sim.api_url, arxiv_oai_url=sim.oai_url, network_max_mb=max_mb
    )
    client = Client(Manners(0, 5, max_mb * 1_000_000, site_interval=0), folder, tell=lambda _: None)
    with closing(client):
        yield Arxiv(client, settings)


MOST_REQUESTS = 40
"""After so many a server that lies is taken to be asked without end."""


def lies(sim: ArxivSimulator, told: Callable[[str, Callable[[str], Answer]], Answer]) -> None:
    """Let the server answer as `told` does, which takes an address and how the truth is had."""
    truth = sim.answer

    def answer(method: str, target: str, headers: Mapping[str, str], form: str = "") -> tuple[Answer, Rule | None]:
        assert len(sim.requests) < MOST_REQUESTS, "it is asked without end"
        return told(target, lambda address: truth(method, address, headers, form)[0]), None

    sim.answer = answer  # type: ignore[method-assign]


def in_all(answer: Answer, total: int) -> Answer:
    """The same answer of the API with another number of results."""
    return replace(answer, body=re.sub(r"totalResults>\d+<", f"totalResults>{total}<", answer.content.decode()))


class TestCatchup:
    def test_a_past_day_and_the_one_that_follows(self, arxiv: Arxiv, world: World) -> None:
        listing = arxiv.catchup("cs.LG", WEDNESDAY)
        assert (listing.source, listing.day, listing.following, listing.basis) == ("catchup", WEDNESDAY, THURSDAY, None)
        assert listing.counts is not None
        assert listing.counts.total == len(listing.entries) > 10
        told = [(seen.paper.id, seen.type) for seen in world.looked_back_at(WEDNESDAY, ["cs.LG"], NOON)]
        assert [(entry.paper.id, entry.announce_type) for entry in listing.entries] == told

    def test_nothing_follows_on_the_last_day(self, arxiv: Arxiv) -> None:
        assert arxiv.catchup("cs.LG", FRIDAY).following is None

    def test_a_day_without_an_announcement_leads_over_all_such_days(self, arxiv: Arxiv, sim: ArxivSimulator) -> None:
        sim.now += timedelta(days=7)
        sim.world.announce(FRIDAY + timedelta(days=6))
        listing = arxiv.catchup("cs.LG", FRIDAY + timedelta(days=1))
        assert (listing.entries, listing.following) == ((), FRIDAY + timedelta(days=6))
        assert listing.counts is not None
        assert listing.counts.total == 0

    def test_a_day_of_more_than_a_page(self, tmp_path: Path) -> None:
        world = World()
        for _ in range(1990):
            world.add(THURSDAY, "cs.LG")
        crossed = [world.add(THURSDAY, "cs.CL", "cs.LG") for _ in range(20)]
        world.announce(FRIDAY)
        replaced = world.replace(THURSDAY, world.known("cs.LG", before=THURSDAY))
        with ArxivSimulator(world, NOON) as sim, asking(sim, tmp_path) as arxiv:
            first, second = (arxiv.catchup("cs.LG", THURSDAY, page) for page in (1, 2))
        assert first.counts == second.counts == (1990, 20, 1)
        assert (len(first.entries), first.following, second.following) == (2000, None, FRIDAY)
        assert [entry.paper.id for entry in second.entries] == [*(paper.id for paper in crossed[10:]), replaced.id]

    @pytest.mark.parametrize("sizes", [(2000, 5, 1), (1, 2005, 1), (0, 0, 2003), (2001, 1999, 1)])
    def test_the_counts_are_those_of_the_whole_on_every_page(self, tmp_path: Path, sizes: tuple[int, int, int]) -> None:
        world = World()
        new, cross, replaced = sizes
        for _ in range(new):
            world.add(FRIDAY, "cs.LG", abstract="Short.", authors=["A B"])
        for _ in range(cross):
            world.add(FRIDAY, "cs.CL", "cs.LG", abstract="Short.", authors=["A B"])
        for _ in range(replaced):
            world.replace(FRIDAY, world.known("cs.LG", before=FRIDAY, abstract="Short.", authors=["A B"]))
        with ArxivSimulator(world, NOON) as sim, asking(sim, tmp_path) as arxiv:
            pages = [arxiv.catchup("cs.LG", FRIDAY, number) for number in range(1, (sum(sizes) - 1) // 2000 + 2)]
        assert {page.counts for page in pages} == {sizes}
        assert sum(len(page.entries) for page in pages) == sum(sizes)

    def test_a_day_out_of_reach_is_refused_in_arxivs_words(self, arxiv: Arxiv) -> None:
        assert arxiv.catchup("cs.LG", FRIDAY - timedelta(days=91)).entries == ()
        with pytest.raises(Refused, match="Catchup only allowed for past 90 days") as caught:
            arxiv.catchup("cs.LG", FRIDAY - timedelta(days=92))
        assert caught.value.status == 400

    def test_the_page_of_another_day_is_not_taken(self, arxiv: Arxiv, sim: ArxivSimulator) -> None:
        other = sim.answer("GET", f"/catchup/cs.LG/{THURSDAY}?abs=True&page=1", {})
        sim.answer = lambda *_, **__: other  # type: ignore[method-assign]
        with pytest.raises(Nonsense, match="the listing of 2026-11-19 in place of that of 2026-11-18"):
            arxiv.catchup("cs.LG", WEDNESDAY)


class TestSubmitted:
    def test_what_a_listing_collects_is_what_was_submitted_for_it(self, arxiv: Arxiv, world: World) -> None:
        for day in WEEK:
            papers = list(arxiv.submitted("cs.LG", *calendar.submission_window(day)))
            new = {
                item.paper_id
                for item in world.announcements[day]
                if item.kind == "new" and "cs.LG" in world.papers[item.paper_id][-1].categories
            }
            assert len(papers) == len({paper.id for paper in papers})
            assert new <= {paper.id for paper in papers}
            assert {calendar.listing_day_of(paper.submitted) for paper in papers if paper.submitted} == {day}
            assert sorted(papers, key=lambda paper: paper.submitted or NOON) == papers

    @pytest.mark.parametrize("asked", ["cs", "hep-th", "eess.SY"])
    def test_archives_and_categories_without_a_dot(self, arxiv: Arxiv, asked: str) -> None:
        papers = list(arxiv.submitted(asked, *calendar.submission_window(FRIDAY)))
        assert len(papers) > 3
        assert all(any(name == asked or name.startswith(f"{asked}.") for name in paper.categories) for paper in papers)

    def test_the_end_of_a_window_is_not_in_it(self, tmp_path: Path) -> None:
        world = World()
        since, until = calendar.submission_window(FRIDAY)
        moments = (
            since - timedelta(seconds=1),
            since,
            until - timedelta(seconds=1),
            until,
            until + timedelta(seconds=5),
        )
        papers = [world.add(FRIDAY, "cs.LG", submitted=moment) for moment in moments]
        with ArxivSimulator(world, NOON) as sim, asking(sim, tmp_path) as arxiv:
            found = [paper.id for paper in arxiv.submitted("cs.LG", since, until)]
        assert found == [paper.id for paper in papers[1:3]]

    def test_several_pages_are_read_and_none_is_larger_than_the_reader_allows(
        self, arxiv: Arxiv, sim: ArxivSimulator, tmp_path: Path
    ) -> None:
        window = calendar.submission_window(FRIDAY)
        since, until = window[0] - timedelta(days=1000), window[1]
        one = list(arxiv.submitted("cs", since, until))
        sim.requests.clear()
        with asking(sim, tmp_path, max_mb=1) as small:
            assert list(small.submitted("cs", since, until)) == one
        assert len(one) > 100
        assert len(sim.requests) == (len(one) - 1) // 100 + 1
        assert all("max_results=100&" in path for path in sim.paths)

    def test_a_window_of_more_than_the_api_shows_is_halved(
        self, arxiv: Arxiv, sim: ArxivSimulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        window = calendar.submission_window(FRIDAY)
        whole = list(arxiv.submitted("cs", *window))
        monkeypatch.setattr(service, "API_WINDOW", 7)
        sim.requests.clear()
        assert list(arxiv.submitted("cs", *window)) == whole
        assert len(whole) > 14
        assert len(sim.requests) > 5

    def test_more_of_one_minute_than_the_api_shows(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        world = World()
        moment = datetime(2026, 11, 19, 12, 0, 30, tzinfo=UTC)
        for _ in range(5):
            world.add(FRIDAY, "cs.LG", submitted=moment)
        monkeypatch.setattr(service, "API_WINDOW", 4)
        window = calendar.submission_window(FRIDAY)
        with ArxivSimulator(world, NOON) as sim, asking(sim, tmp_path) as arxiv:
            papers = arxiv.submitted("cs.LG", *window)
            with pytest.raises(Nonsense, match="5 papers of one minute"):
                list(papers)

    def test_an_empty_page_of_a_list_that_is_not_is_asked_for_again(self, arxiv: Arxiv, sim: ArxivSimulator) -> None:
        sim.fault("/api/", Fault.EMPTY_PAGE)
        assert list(arxiv.submitted("cs.LG", *calendar.submission_window(FRIDAY)))

    def test_pages_without_papers_before_the_stated_total_are_an_error(self, arxiv: Arxiv, sim: ArxivSimulator) -> None:
        def first_page_alone(target: str, truth: Callable[[str], Answer]) -> Answer:
            return in_all(truth(target), 3000) if "start=0&" in target else truth(re.sub("cs.LG", "math.AT", target))

        lies(sim, first_page_alone)
        with pytest.raises(Nonsense, match=r"shows \d+ of 3000 papers"):
            list(arxiv.submitted("cs.LG", *calendar.submission_window(FRIDAY)))
        assert len(sim.requests) == 2

    def test_a_total_beyond_belief_ends_with_an_error(self, arxiv: Arxiv, sim: ArxivSimulator) -> None:
        lies(sim, lambda target, truth: in_all(truth(target), 999_999_999))
        with pytest.raises(Nonsense):
            list(arxiv.submitted("cs.LG", *calendar.submission_window(FRIDAY)))

    def test_a_window_without_papers(self, arxiv: Arxiv) -> None:
        assert list(arxiv.submitted("math.AT", *calendar.submission_window(FRIDAY))) == []
        assert list(arxiv.submitted("cs.LG", NOON, NOON)) == []


class TestChanged:
    @pytest.mark.parametrize(
        ("category", "names"), [("cs.LG", {"cs.LG"}), ("cs", {"cs.LG", "cs.CL"}), ("hep-th", {"hep-th"})]
    )
    def test_the_papers_of_a_day_page_by_page(
        self, arxiv: Arxiv, sim: ArxivSimulator, category: str, names: set[str]
    ) -> None:
        sim.oai_page = 4
        papers = list(arxiv.changed(category, FRIDAY))
        held = {paper.id: paper for paper in sim.world.visible(NOON)}
        expected = {
            item.paper_id
            for item in sim.world.announcements[FRIDAY]
            if any(name in names or name.startswith(f"{category}.") for name in held[item.paper_id].categories)
        }
        assert len(papers) == len(expected) > 4
        assert {paper.id for paper in papers} == expected
        assert {paper.updated for paper in papers} == {datetime(2026, 11, 20, tzinfo=UTC)}
        assert all(paper.version is None and paper.submitted for paper in papers)

    def test_a_day_without_changes_is_empty(self, arxiv: Arxiv) -> None:
        assert list(arxiv.changed("cs.LG", FRIDAY - timedelta(days=6))) == []

    def test_a_page_that_comes_over_and_over(self, arxiv: Arxiv, sim: ArxivSimulator) -> None:
        sim.oai_page = 4
        answered = sim.answer
        sim.answer = lambda method, target, headers, form="": answered(  # type: ignore[method-assign]
            method, target.replace("skip%253D8", "skip%253D4"), headers, form
        )
        with pytest.raises(Nonsense, match="over and over"):
            list(arxiv.changed("cs", FRIDAY))

    def test_ever_new_tokens_for_the_same_papers(self, arxiv: Arxiv, sim: ArxivSimulator) -> None:
        """No token comes twice, and no page is the last."""
        first: list[str] = []

        def one_page(target: str, truth: Callable[[str], Answer]) -> Answer:
            first.append(target)
            body = re.sub(
                r"<resumptionToken.*?(</resumptionToken>|/>)", "", truth(first[0]).content.decode(), flags=re.S
            )
            token = f"<resumptionToken>t{len(first)}</resumptionToken></ListRecords>"
            return replace(truth(first[0]), body=body.replace("</ListRecords>", token))

        lies(sim, one_page)
        with pytest.raises(Nonsense, match="over and over"):
            list(arxiv.changed("cs", FRIDAY))
        assert len(first) == 2


class TestVersions:
    @pytest.fixture
    def world(self) -> World:
        world = World()
        paper = world.add(WEDNESDAY, "cs.LG", id="2611.01234", title="At first", comments="1 page")
        world.replace(THURSDAY, paper, title="At last", comments="2 pages", abstract="Other words.")
        world.withdraw(FRIDAY, paper, "a gap")
        world.add(FRIDAY, "cs.LG", id="2611.05678")
        world.known("hep-th", id="hep-th/9901001", before=MONDAY)
        return world

    def test_each_version_says_what_it_said(self, arxiv: Arxiv) -> None:
        found = [arxiv.version("2611.01234", number) for number in (1, 2, 3)]
        assert [(paper.version, paper.title) for paper in found if paper] == [
            (1, "At first"),
            (2, "At last"),
            (3, "At last"),
        ]
        assert [paper.comments for paper in found if paper][:2] == ["1 page", "2 pages"]

    @pytest.mark.parametrize("fault", [Fault.STATUS_404, Fault.MISSING_IDS, Fault.STATUS_503])
    def test_where_the_api_fails_the_page_of_the_version_is_read(
        self, arxiv: Arxiv, sim: ArxivSimulator, fault: Fault
    ) -> None:
        sim.fault("/api/", fault, times=None, retry_after=0)
        paper = arxiv.version("2611.01234", 1)
        assert paper is not None
        assert (paper.version, paper.title, paper.comments) == (1, "At first", "1 page")

    def test_a_version_that_does_not_exist(self, arxiv: Arxiv) -> None:
        assert arxiv.version("2611.01234", 4) is None

    def test_where_a_login_page_answers_nothing_else_is_asked(self, arxiv: Arxiv, sim: ArxivSimulator) -> None:
        sim.fault("/", Fault.LOGIN_PAGE, times=None)
        with pytest.raises(Intercepted):
            arxiv.version("2611.01234", 1)
        assert len(sim.requests) == 1

    def test_the_record_of_a_withdrawn_paper(self, arxiv: Arxiv, world: World) -> None:
        paper = arxiv.raw("2611.01234")
        assert paper is not None
        assert (paper.version, paper.withdrawn, paper.title) == (3, True, "At last")
        assert paper.submitted == world.papers[paper.id][0].submitted
        assert paper.updated == world.papers[paper.id][2].submitted

    def test_the_record_of_others(self, arxiv: Arxiv) -> None:
        paper, old = arxiv.raw("2611.05678"), arxiv.raw("hep-th/9901001")
        assert paper is not None
        assert old is not None
        assert (paper.version, paper.withdrawn, old.id, old.withdrawn) == (1, False, "hep-th/9901001", False)
        assert arxiv.raw("2611.09999") is None


class TestSearch:
    """Of the sample's papers in categories of cs: their ids as arXiv has them, the newest submission first."""

    QUESTION = "cat:cs.*"

    @pytest.fixture
    def expected(self, world: World) -> list[str]:
        def first(paper: SimPaper) -> tuple[datetime, str]:
            return world.papers[paper.id][0].submitted, paper.id

        held = [paper for paper in world.visible(NOON) if any(name.startswith("cs.") for name in paper.categories)]
        return [paper.id for paper in sorted(held, key=first, reverse=True)]

    def test_all_of_it_the_newest_first(self, arxiv: Arxiv, sim: ArxivSimulator, expected: list[str]) -> None:
        (page,) = arxiv.search(self.QUESTION)
        assert [paper.id for paper in page.papers] == expected
        assert page.total == len(expected) > 60
        assert "sortBy=submittedDate&sortOrder=descending" in sim.paths[0]

    def test_no_more_is_asked_for_than_is_wanted(
        self, arxiv: Arxiv, sim: ArxivSimulator, expected: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "API_SLICE", 20)
        pages = list(arxiv.search(self.QUESTION, 30))
        assert [paper.id for page in pages for paper in page.papers] == expected[:30]
        assert {page.total for page in pages} == {len(expected)}
        assert [re.findall(r"(?:start|max_results)=(\d+)", path) for path in sim.paths] == [["0", "20"], ["20", "10"]]

    def test_the_next_slice_is_asked_for_when_it_is_wanted(
        self, arxiv: Arxiv, sim: ArxivSimulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "API_SLICE", 20)
        slices = arxiv.search(self.QUESTION)
        next(slices)
        assert len(sim.requests) == 1
        next(slices)
        assert len(sim.requests) == 2

    def test_nothing_found(self, arxiv: Arxiv) -> None:
        assert list(arxiv.search("all:xyzzy")) == [([], 0)]

    def test_no_answer_is_larger_than_the_reader_allows(self, sim: ArxivSimulator, tmp_path: Path) -> None:
        with asking(sim, tmp_path, max_mb=1) as small:
            next(small.search(self.QUESTION))
        assert "max_results=100&" in sim.paths[0]

    @pytest.mark.parametrize("fault", [Fault.STATUS_429, Fault.EMPTY_PAGE, Fault.CUT, Fault.RESET, Fault.STATUS_503])
    def test_a_fault_between_two_slices_passes(
        self,
        arxiv: Arxiv,
        sim: ArxivSimulator,
        expected: list[str],
        monkeypatch: pytest.MonkeyPatch,
        fault: Fault,
    ) -> None:
        monkeypatch.setattr(service, "API_SLICE", 40)
        slices = arxiv.search(self.QUESTION)
        ids = [paper.id for paper in next(slices).papers]
        sim.fault("/api/", fault)
        ids += [paper.id for page in slices for paper in page.papers]
        assert ids == expected

    def test_what_came_before_a_failure_was_given(
        self, arxiv: Arxiv, sim: ArxivSimulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "API_SLICE", 20)
        slices = arxiv.search(self.QUESTION)
        assert len(next(slices).papers) == 20
        sim.fault("/api/", Fault.STATUS_404)
        with pytest.raises(Refused):
            next(slices)

    @pytest.mark.parametrize("most", [None, 50])
    @pytest.mark.parametrize(("window", "size"), [(16, 7), (20, 20), (7, 50)])
    def test_beyond_what_the_api_shows_no_paper_is_lost_or_comes_twice(
        self,
        arxiv: Arxiv,
        expected: list[str],
        monkeypatch: pytest.MonkeyPatch,
        window: int,
        size: int,
        most: int | None,
    ) -> None:
        monkeypatch.setattr(service, "API_WINDOW", window)
        monkeypatch.setattr(service, "API_SLICE", size)
        pages = list(arxiv.search(self.QUESTION, most))
        assert [paper.id for page in pages for paper in page.papers] == expected[:most]
        assert {page.total for page in pages} == {len(expected)}

    def test_papers_of_the_minute_at_the_seam(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        world = World()
        minute = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
        for seconds in (-90, -61, -60, -1, 0, 1, 30, 59, 59, 60, 61, 200):
            world.add(FRIDAY, "cs.LG", submitted=minute + timedelta(seconds=seconds))
        for window in (8, 9, 10, 11, 12):
            monkeypatch.setattr(service, "API_WINDOW", window)
            with ArxivSimulator(world, NOON) as sim, asking(sim, tmp_path) as arxiv:
                ids = [paper.id for page in arxiv.search("cat:cs.LG") for paper in page.papers]
            assert sorted(ids) == sorted(world.papers), window

    def test_more_of_one_minute_than_the_api_shows(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        world = World()
        for _ in range(5):
            world.add(FRIDAY, "cs.LG", submitted=datetime(2026, 11, 19, 12, 0, 30, tzinfo=UTC))
        monkeypatch.setattr(service, "API_WINDOW", 4)
        with ArxivSimulator(world, NOON) as sim, asking(sim, tmp_path) as arxiv:
            slices = arxiv.search("cat:cs.LG")
            assert len(next(slices).papers) == 4
            with pytest.raises(Nonsense, match="more than 4 papers of two minutes"):
                list(slices)

    def test_an_api_that_does_not_sort_is_not_asked_beyond_what_it_shows(
        self, arxiv: Arxiv, sim: ArxivSimulator, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(service, "API_WINDOW", 10)
        lies(sim, lambda target, truth: truth(target.replace("descending", "ascending")))
        slices = arxiv.search(self.QUESTION)
        assert len(next(slices).papers) == 10
        with pytest.raises(Nonsense, match="not the newest first"):
            next(slices)

    def test_a_total_beyond_belief_ends_with_an_error(self, arxiv: Arxiv, sim: ArxivSimulator) -> None:
        lies(sim, lambda target, truth: in_all(truth(target), 999_999_999))
        with pytest.raises(Nonsense):
            list(arxiv.search(self.QUESTION))
