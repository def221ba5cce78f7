from __future__ import annotations

import pytest

from tagwright.core.taxonomy import Taxonomy
from tagwright.core.vocabulary import Vocabulary
from tagwright.errors import InvalidInput
from tagwright.types import ConceptId, FacetId

BOOTS = ConceptId("footwear/boots")
SECTOR = Taxonomy.empty("fashion").with_paths(
    FacetId("product"), "one", [("Footwear", "Boots"), ("Bags",)]
)
WORDS = Vocabulary(
    "shop", ((BOOTS, "en", "Wellies"), (BOOTS, "de", "Stiefel"), (BOOTS, "en", "Gumboots"))
)


def test_a_clients_word_is_shown_and_the_shared_one_still_found() -> None:
    named = WORDS.apply(SECTOR)
    assert named.path(BOOTS) == ("Footwear", "Wellies")
    assert named.label(BOOTS, "de") == "Stiefel"
    assert named.find("boots") == named.find("gumboots") == BOOTS


def test_a_vocabulary_applied_twice_changes_nothing_more() -> None:
    assert WORDS.apply(WORDS.apply(SECTOR)) == WORDS.apply(SECTOR)


def test_an_empty_vocabulary_changes_nothing() -> None:
    assert Vocabulary("none").apply(SECTOR) is SECTOR


def test_a_word_for_an_unknown_concept_is_refused_by_name() -> None:
    stray = Vocabulary("shop", ((ConceptId("hats"), "en", "Caps"),))
    with pytest.raises(InvalidInput, match="'Caps' for concept 'hats', which taxonomy 'fashion'"):
        stray.apply(SECTOR)


def test_words_come_back_from_json_and_from_a_table() -> None:
    assert Vocabulary.from_json(WORDS.to_json()) == WORDS
    assert Vocabulary.from_csv(WORDS.to_csv(), "shop") == WORDS


def test_a_table_may_come_from_a_spreadsheet() -> None:
    table = "\ufeffConcept;Language;Word\r\nfootwear/boots;EN;Wellies\r\n".encode()
    assert Vocabulary.from_csv(table, "shop").words == ((BOOTS, "en", "Wellies"),)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        pytest.param("", "first line is ''", id="nothing"),
        pytest.param("id,word\na,b\n", "first line is 'id,word'", id="other columns"),
        pytest.param("concept,language,word\na,en\n", "line 2 .* has 2 cells", id="a cell short"),
        pytest.param("concept,language,word\n\na,en,\n", "line 3 .* is empty", id="no word"),
        pytest.param("concept,language,word\na,e n,b\n", "line 2 .*'e n'", id="no language"),
        pytest.param('concept,language,word\na,en,"b\n', "line 2 .* not a row", id="an open quote"),
    ],
)
def test_a_broken_table_names_the_line(table: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        Vocabulary.from_csv(table, "shop")


def test_bytes_that_are_not_utf_8_name_the_line() -> None:
    with pytest.raises(InvalidInput, match=r"not UTF-8: line 2 holds the bytes b'\\xfc'"):
        Vocabulary.from_csv(b"concept,language,word\na,de,T\xfcr\n", "shop")


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        pytest.param({"version": 9}, "version 9", id="another version"),
        pytest.param({"version": 1, "name": "x"}, "words None", id="no words"),
        pytest.param({"version": 1, "name": "x", "words": [["a", "en"]]}, "'en'", id="a pair"),
    ],
)
def test_a_broken_stored_form_is_refused(stored: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        Vocabulary.from_json(stored)
