"""References to papers, in every form of the command line's contract."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coolcli import references
from coolcli.addresses import ListPage, Named
from coolcli.arxiv.ids import ArxivId
from coolcli.errors import NoSuchPaper
from coolcli.references import Sources
from coolcli.session import Shown
from coolcli.venues import VenuePaper

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
if TYPE_CHECKING:
    from collections.abc import Callable

LIST = Shown("cs.LG of Friday", "2026-11-20T14:00:00Z", tuple(f"2611.{number:05}" for number in range(1, 13)))


def no_input() -> str:
    raise AssertionError("standard input was read")


def sources(shown: Callable[[], Shown | None], text: Callable[[], str] = no_input) -> Sources:
    return Sources(NOW, shown, {"-": text, "--clipboard": text})


def no_list() -> Shown | None:
    raise AssertionError("the list was looked for")


def rows(*words: str, shown: Shown | None = LIST) -> list[int]:
    """The row numbers that references mean."""
    return [int(found.id[-5:]) for found in references.resolve(words, sources(lambda: shown))]


def resolved(*words: str, text: str = "") -> list[Named]:
    return references.resolve(words, sources(no_list, lambda: text))


def error(*words: str, shown: Shown | None = LIST, text: str = "", **options: Any) -> NoSuchPaper:
    with pytest.raises(NoSuchPaper) as caught:
        references.resolve(words, sources(lambda: shown, lambda: text), **options)
    assert caught.value.exit_code == 3
    return caught.value


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["3"], [3]),
        (["1", "12"], [1, 12]),
        (["3-7"], [3, 4, 5, 6, 7]),
        (["7-3"], [3, 4, 5, 6, 7]),
        (["5-5"], [5]),
        (["1", "4", "9-12"], [1, 4, 9, 10, 11, 12]),
        (["1,4,9-12"], [1, 4, 9, 10, 11, 12]),
        (["1,", "4,", "9"], [1, 4, 9]),
        (["4", "1"], [4, 1]),
        (["2-4", "3", "1,2"], [2, 3, 4, 1]),
        (["007"], [7]),
    ],
)
def test_row_numbers(words: list[str], found: list[int]) -> None:
    assert rows(*words) == found


def test_an_id_keeps_the_version_that_was_named() -> None:
    assert resolved("arXiv:2312.11111v2", "https://arxiv.org/abs/2401.00001v3", "2402.00002") == [
        ArxivId("2312.11111", 2),
        ArxivId("2401.00001", 3),
        ArxivId("2402.00002"),
    ]


def test_an_id_alone_may_be_of_the_future_a_number_in_a_text_not() -> None:
    assert resolved("2712.00001") == [ArxivId("2712.00001")]
    assert resolved("about 2612.00001 and 2712.00001") == [ArxivId("2612.00001")]


def test_of_a_paper_that_is_named_twice_the_first_version_counts_in_its_first_place() -> None:
    named = resolved("2312.11111", "2401.00001", "2312.11111v4", "2312.11111v2", "2312.11111")
    assert named == [ArxivId("2312.11111", 4), ArxivId("2401.00001")]


def test_a_paper_that_is_named_twice_is_one() -> None:
    assert resolved("2312.11111v2", "https://arxiv.org/abs/2312.11111", "2312.11111v1") == [ArxivId("2312.11111", 2)]
    found = references.resolve(["1", "2611.00001", "2"], sources(lambda: LIST))
    assert [each.id for each in found] == ["2611.00001", "2611.00002"]


def test_rows_ids_and_input_together_keep_their_order() -> None:
    found = references.resolve(["hep-th/9901001", "2", "-"], sources(lambda: LIST, lambda: "see 2312.11111v3, please"))
    assert found == [ArxivId("hep-th/9901001"), ArxivId("2611.00002"), ArxivId("2312.11111", 3)]


def test_standard_input_is_any_text_with_ids() -> None:
    text = "Read arXiv:2312.11111v2 first.\nThen https://arxiv.org/abs/hep-th/9901001, on 2026-11-20.\n"
    assert resolved("-", text=text) == [ArxivId("2312.11111", 2), ArxivId("hep-th/9901001")]


def test_of_this_programs_own_lines_only_the_first_field_counts() -> None:
    lines = "2611.00001\tnew\t*\tcs.LG\tA Reply to 2312.11111\tJane Doe\n2611.00002\tcross\t\tcs.AI\tTitle\tWei Li\n"
    assert [each.id for each in resolved("-", text=lines)] == ["2611.00001", "2611.00002"]


def test_a_table_of_another_program_may_have_the_id_anywhere() -> None:
    assert [each.id for each in resolved("-", text="Jane\t2023\tarXiv:2312.11111\n")] == ["2312.11111"]


def test_an_address_of_several_papers_means_all_of_them() -> None:
    found = resolved("https://papers.cool/arxiv/2312.11111,2401.00001")
    assert [each.id for each in found] == ["2312.11111", "2401.00001"]


@pytest.mark.parametrize("word", ["99", "3-99", "13", "1,13", "0", "0-3", "999999"])
def test_a_number_past_the_end_says_how_long_the_list_is_and_what_it_was(word: str) -> None:
    message = error(word).message
    assert "12 rows" in message
    assert "cs.LG of Friday" in message
    assert any(number in message for number in word.replace("-", ",").split(","))


def test_a_list_of_one_row_says_so() -> None:
    assert "1 row " in error("2", shown=LIST._replace(ids=LIST.ids[:1])).message


def test_a_number_without_a_list() -> None:
    assert "3-7" in error("3-7", shown=None).message


@pytest.mark.parametrize(
    "word",
    ["foo", "cs.XX", "2313.11111", "10.1234/2312.11111", "https://example.org", "3-", "-3", "1;2", "2026-11-20", ""],
)
def test_a_reference_that_fits_nothing_is_named(word: str) -> None:
    caught = error(word)
    assert f"'{word}'" in caught.message
    assert caught.hint


def test_one_that_fits_nothing_leaves_nothing_of_the_others() -> None:
    assert "'foo'" in error("2312.11111", "foo", "1").message


def test_standard_input_without_an_id() -> None:
    assert "standard input" in error("-", text="nothing here, not even 2026-11-20").message


@given(st.lists(st.integers(1, 12), min_size=1), st.sampled_from([",", " "]))
def test_numbers_mean_the_rows_in_the_order_typed(numbers: list[int], separator: str) -> None:
    assert rows(*separator.join(map(str, numbers)).split()) == list(dict.fromkeys(numbers))


@given(st.integers(1, 12), st.integers(1, 12))
def test_a_range_means_every_row_in_it(first: int, last: int) -> None:
    assert rows(f"{first}-{last}") == list(range(min(first, last), max(first, last) + 1))


@given(st.text(max_size=20) | st.from_regex(r"[0-9,\-v./]{1,12}", fullmatch=True))
def test_anything_typed_is_papers_or_the_error_that_names_it(word: str) -> None:
    try:
        found = references.resolve([word], sources(lambda: LIST, str))
    except NoSuchPaper as caught:
        assert caught.message
        return
    assert found


def test_papers_of_venues_are_named_beside_arxivs() -> None:
    named = resolved("-", text="https://openreview.net/forum?id=a-B_c9, 2312.11111, openreview.net/pdf?id=a-B_c9")
    assert named == [VenuePaper("a-B_c9@OpenReview"), ArxivId("2312.11111")]


def test_where_only_arxivs_papers_are_of_use_a_venues_is_refused_with_the_command_that_opens_it() -> None:
    address = "https://openreview.net/forum?id=a-B_c9"
    refused = error("2312.11111", address, only_arxiv=True)
    assert address in refused.message and f"cool open '{address}'" in (refused.hint or "")
    assert "standard input" in error("-", text=address, only_arxiv=True).message
    text = f"{address} and 2312.11111"
    assert ArxivId("2312.11111") in references.resolve(["-"], sources(no_list, lambda: text), only_arxiv=True)


@pytest.mark.parametrize(
    ("words", "listed"),
    [
        (["cs.LG"], ["cs.LG"]),
        (["cs.lg", "stat.ML"], ["cs.LG+stat.ML"]),
        (["cs.AI+cs.LG-cs.CY"], ["cs.AI+cs.LG-cs.CY"]),
        (["2312.11111", "hep-th"], ["hep-th"]),
    ],
)
def test_categories_name_their_latest_listing(words: list[str], listed: list[str]) -> None:
    named = resolved(*words)
    assert [str(each.categories) for each in named if isinstance(each, ListPage) and not each.day] == listed


def test_where_only_papers_are_of_use_a_category_is_refused_with_the_command_that_lists_it() -> None:
    refused = error("2312.11111", "cs.LG", only_arxiv=True)
    assert "'cs.LG'" in refused.message and "`cool today cs.LG`" in (refused.hint or "")


@pytest.mark.parametrize(
    "other", ["https://arxiv.org/abs/2312.11111", "2312.11111,", "https://openreview.net/forum?id=a"]
)
def test_a_text_without_quotes_is_told_how_to_give_it(other: str) -> None:
    hint = error("see", other, hint="search").hint or ""
    assert "quotes" in hint and "`cool open -`" in hint
    assert error("see", "this", hint="search").hint == "search"
    assert error("2313.11111", other, hint="search").hint == "search", "an id with a slip"


def test_the_clipboard_is_a_text_like_another() -> None:
    assert resolved("--clipboard", text="see 2312.11111") == [ArxivId("2312.11111")]
    assert "clipboard" in error("--clipboard", text="nothing").message


def test_what_is_to_be_done_can_be_said() -> None:
    assert error("kites", hint="search").hint == "search"
    assert error("-", text="kites", hint="search").hint == "search"


def test_an_empty_text_and_one_that_is_none_are_called_so() -> None:
    assert "empty" in error("-", text=" \n").message
    assert "no text" in error("-", text="\x89PNG\0\0").message


def test_a_long_text_is_not_repeated_whole() -> None:
    assert len(error("kites " * 1000).message) < 200


def test_a_pdf_is_told_with_the_command_that_takes_its_text() -> None:
    with pytest.raises(NoSuchPaper, match="PDF") as caught:
        references.decoded(b"%PDF-1.5\n%\xd0\xd4 arXiv:2312.11111")
    assert "pdftotext" in (caught.value.hint or "")


@pytest.mark.parametrize(("name", "said"), [("my refs.txt", "cool open - < '"), ("paper.pdf", "pdftotext")])
def test_the_name_of_a_file_is_told_from_a_paper(tmp_path: Path, name: str, said: str) -> None:
    file = tmp_path / name
    file.write_text("2312.11111")
    assert said in (error(str(file)).hint or "")
