from __future__ import annotations

from dataclasses import replace

import pytest

from tagwright.core.keyword_list import format_keyword_list, parse_keyword_list
from tagwright.core.taxonomy import Facet, Taxonomy
from tagwright.core.taxonomy_edit import deprecate, rename
from tagwright.errors import InvalidInput, InvalidTaxonomy
from tagwright.types import ConceptId, FacetId

LIST = """\
[Animals]
\tdog
\t\t{hound}
\t\t{pooch}
\t\tterrier
\tcat
Places
\tBerlin
"""


def test_tabs_make_the_tree_braces_synonyms_and_brackets_headings() -> None:
    read = parse_keyword_list(LIST, "My words")
    assert read.facets == (Facet(FacetId("my-words"), "My words", "any"),)
    assert read.path(ConceptId("animals/dog/terrier")) == ("Animals", "dog", "terrier")
    assert read.get(ConceptId("animals")).heading
    assert not read.get(ConceptId("places")).heading
    assert read.find("hound") == read.find("pooch") == "animals/dog"


def test_a_written_list_is_the_one_read() -> None:
    assert format_keyword_list(parse_keyword_list(LIST, "My words")) == LIST


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\xef\xbb\xbf" + LIST.encode(), id="with a byte order mark"),
        pytest.param(LIST.replace("\n", "\r\n").encode(), id="with the line ends of Windows"),
        pytest.param(LIST.replace("\n", "\r").encode(), id="with the line ends of old Macs"),
        pytest.param(LIST.encode("utf-16"), id="in UTF-16"),
        pytest.param(("\n" + LIST + "\n\t\n").encode(), id="with blank lines"),
        pytest.param(LIST.replace("cat", "cat  ").encode(), id="with spaces at the end"),
    ],
)
def test_lists_are_read_however_they_were_saved(data: bytes) -> None:
    assert parse_keyword_list(data, "w") == parse_keyword_list(LIST, "w")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("dog\n\t\tterrier\n", "line 2 .*'terrier', is 2 tabs deep", id="two levels"),
        pytest.param("\tdog\n", "line 1 .* is the first and indented", id="an indented first line"),
        pytest.param("dog\n{hound}\n", "line 2 .*'{hound}', is a synonym of nothing", id="synonym"),
        pytest.param("dog\n\t{hound}\n\t\tx\n", "line 3 .* 2 tabs deep", id="below a synonym"),
        pytest.param("dog\n    terrier\n", "line 2 .* indented by '    '", id="spaces"),
        pytest.param(
            "dog\n\t{hound\n", "line 2 .* opens '{': close it with '}'", id="an open mark"
        ),
        pytest.param("dog\n\t{ }\n", "line 2 .* is empty", id="an empty synonym"),
        pytest.param("dog\ncat\nDOG\n", "line 3 .*'DOG', repeats line 1", id="a keyword twice"),
        pytest.param("dog\nc\x07at\n", "line 2 .* unprintable", id="a control"),
    ],
)
def test_a_broken_list_names_the_line(text: str, message: str) -> None:
    with pytest.raises(InvalidTaxonomy, match=message):
        parse_keyword_list(text, "words")


def test_facets_become_headings_and_retired_concepts_stay_out() -> None:
    made = Taxonomy.empty("fashion").with_paths(FacetId("product"), "one", [("Boots",), ("Bags",)])
    made = made.with_paths(FacetId("scene"), "any", [("Street",)])
    made = rename(deprecate(made, ConceptId("bags")), ConceptId("boots"), "Stiefel", "de")
    assert format_keyword_list(made) == "[product]\n\tBoots\n\t\t{Stiefel}\n[scene]\n\tStreet\n"


def test_a_word_that_would_read_as_a_mark_is_refused() -> None:
    made = Taxonomy.empty("t").with_paths(FacetId("f"), "any", [("a", "b")])
    marked = made.with_concepts([replace(made.get(ConceptId("a/b")), label="[b]")])
    with pytest.raises(InvalidInput, match=r"'a > \[b\]' \(a/b\) has the word '\[b\]'"):
        format_keyword_list(marked)
