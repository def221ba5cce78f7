from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from tagwright.core.taxonomy import Concept, Facet, Taxonomy
from tagwright.errors import InvalidInput, InvalidTaxonomy, NotFound
from tagwright.types import ConceptId, FacetId

PRODUCT = FacetId("product")
SCENE = FacetId("scene")


def concept(
    concept_id: str, label: str, parent: str | None = None, facet: FacetId = PRODUCT
) -> Concept:
    return Concept(
        ConceptId(concept_id), label, facet, None if parent is None else ConceptId(parent)
    )


def of(*concepts: Concept) -> Taxonomy:
    facets = (Facet(PRODUCT, "Product", "one"), Facet(SCENE, "Scene", "any"))
    return Taxonomy("fashion", "en", facets, concepts)


@pytest.fixture
def fashion() -> Taxonomy:
    boots = replace(
        concept("boots", "Boots", "shoes"),
        labels=(("de", "Stiefel"),),
        alt_labels=(("en", "Wellies"),),
    )
    return of(
        concept("shoes", "Footwear"),
        concept("bags", "Bags"),
        boots,
        concept("sandals", "Sandals", "shoes"),
        concept("street", "Street", facet=SCENE),
    )


@pytest.mark.parametrize(
    ("concepts", "message"),
    [
        pytest.param(
            [concept("a", "A", "c"), concept("b", "B", "a"), concept("c", "C", "b")],
            r"'A' \(a\) is its own ancestor: A \(a\) > B \(b\) > C \(c\) > A \(a\)",
            id="a cycle shows its whole path",
        ),
        pytest.param(
            [concept("a", "A", "a")], r"own ancestor: A \(a\) > A \(a\)", id="a parent of itself"
        ),
        pytest.param(
            [concept("a", "A", "b"), concept("b", "B", "b")],
            r"'B' \(b\) is its own ancestor",
            id="below a cycle the cycle is named",
        ),
        pytest.param(
            [concept("a", "Boots", "lost")],
            r"'Boots' \(a\) is an orphan: its parent 'lost'",
            id="an orphan names the parent it misses",
        ),
        pytest.param(
            [concept("a", "Boots"), concept("a", "Bags")],
            "id 'a' is used twice, for 'Boots' and 'Bags'",
            id="an id used twice",
        ),
        pytest.param(
            [concept("a", "Straße"), concept("b", "STRASSE")],
            "at the top of 'product' have the label 'STRASSE' in 'en': 'a' and 'b'",
            id="siblings of one label, whatever its case",
        ),
        pytest.param(
            [
                replace(concept("a", "Boots"), labels=(("de", "Stiefel"),)),
                replace(concept("b", "Bags"), labels=(("de", "stiefel"),)),
            ],
            "the label 'stiefel' in 'de'",
            id="siblings of one label in another language",
        ),
        pytest.param(
            [concept("a", "Cafe\u0301"), concept("b", "Café")],
            "have the label 'Café'",
            id="siblings of one label, composed or not",
        ),
        pytest.param(
            [concept("a", "Boots"), concept("b", "Street", "a", SCENE)],
            r"'Street' \(b\) is in the facet 'scene' but its parent 'Boots' is in 'product'",
            id="a child in another facet",
        ),
        pytest.param(
            [concept("a", "Boots", facet=FacetId("colour"))],
            r"'Boots' \(a\) is in the facet 'colour'",
            id="an unknown facet",
        ),
        pytest.param(
            [replace(concept("a", "Boots"), labels=(("en", "Wellies"),))],
            "'Boots'.*second label in 'en'",
            id="two labels in the taxonomy's own language",
        ),
        pytest.param(
            [replace(concept("a", "A"), deprecated=True, replaced_by=ConceptId("b"))],
            "replaced by 'b', which is not in the taxonomy",
            id="replaced by nothing",
        ),
        pytest.param(
            [
                replace(concept("a", "A"), deprecated=True, replaced_by=ConceptId("b")),
                replace(concept("b", "B"), deprecated=True, replaced_by=ConceptId("a")),
            ],
            "leads back to it",
            id="replaced in a circle",
        ),
    ],
)
def test_a_broken_tree_is_refused_by_name(concepts: list[Concept], message: str) -> None:
    with pytest.raises(InvalidTaxonomy, match=message):
        of(*concepts)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        pytest.param(lambda: concept("a", "  "), "label of concept 'a' is empty", id="no label"),
        pytest.param(lambda: concept("", "Boots"), "id of concept 'Boots' is empty", id="no id"),
        pytest.param(
            lambda: concept("a", "Bo\x00ots"), r"unprintable character '\\x00'", id="a control"
        ),
        pytest.param(
            lambda: concept("a", "Bo\udcffots"), "unprintable character", id="a lone surrogate"
        ),
        pytest.param(
            lambda: replace(concept("a", "A"), labels=(("de", "B"), ("DE", "C"))),
            r"2 labels in 'de': \['B', 'C'\]",
            id="two labels in one language",
        ),
        pytest.param(
            lambda: replace(concept("a", "A"), alt_labels=(("german", "B"), ("d e", "C"))),
            "language 'd e'",
            id="not a language",
        ),
        pytest.param(
            lambda: replace(concept("a", "A"), iri="http://x/a b"),
            "IRI 'http://x/a b'",
            id="an IRI",
        ),
        pytest.param(
            lambda: replace(concept("a", "A"), replaced_by=ConceptId("b")),
            "replaced by 'b' but not deprecated",
            id="replaced and not deprecated",
        ),
        pytest.param(
            lambda: Facet(PRODUCT, "Product", "many"),  # type: ignore[arg-type]
            "kind 'many'",
            id="a facet of no kind",
        ),
    ],
)
def test_a_concept_or_facet_that_cannot_be_is_refused(build: object, message: str) -> None:
    assert callable(build)
    with pytest.raises(InvalidTaxonomy, match=message):
        build()


def test_concepts_stand_in_tree_order_with_siblings_as_given(fashion: Taxonomy) -> None:
    assert [c.id for c in fashion.concepts] == ["shoes", "boots", "sandals", "bags", "street"]


def test_texts_are_kept_tidy() -> None:
    made = replace(concept("a", " Ankle \t boots "), alt_labels=(("EN", "x  y"), ("en", "x y")))
    assert (made.label, made.alt_labels) == ("Ankle boots", (("en", "x y"),))


def test_the_tree_can_be_walked(fashion: Taxonomy) -> None:
    boots = ConceptId("boots")
    assert fashion.get(boots).label == "Boots"
    assert fashion.path(boots) == ("Footwear", "Boots")
    assert fashion.label(boots, "DE") == "Stiefel"
    assert fashion.label(boots, "fr") == "Boots"
    assert fashion.ancestors(boots) == ("shoes",)
    assert fashion.depth(boots) == 1
    assert fashion.children(None) == ("shoes", "bags", "street")
    assert fashion.children(ConceptId("shoes")) == ("boots", "sandals")
    assert fashion.roots(PRODUCT) == ("shoes", "bags")
    assert fashion.leaves(PRODUCT) == ("boots", "sandals", "bags")
    assert fashion.subtree(ConceptId("shoes")) == ("shoes", "boots", "sandals")
    assert boots in fashion
    assert "hats" not in fashion


def test_what_is_not_there_is_not_found_by_name(fashion: Taxonomy) -> None:
    with pytest.raises(NotFound, match="no concept 'Stiefel'; did you mean 'boots'"):
        fashion.get(ConceptId("Stiefel"))
    with pytest.raises(NotFound, match="no facet 'colour'; its facets: 'product', 'scene'"):
        fashion.leaves(FacetId("colour"))


def test_the_leaf_matrix_says_which_leaf_is_below_which_node(fashion: Taxonomy) -> None:
    nodes, leaves, under = fashion.leaf_matrix(PRODUCT)
    assert nodes == ("shoes", "boots", "sandals", "bags")
    assert leaves == ("boots", "sandals", "bags")
    assert under.dtype == np.bool_
    assert under.astype(int).tolist() == [[1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_the_leaf_matrix_of_an_empty_facet_is_empty() -> None:
    nodes, leaves, under = of().leaf_matrix(SCENE)
    assert (nodes, leaves, under.shape) == ((), (), (0, 0))


def test_retired_concepts_are_known_but_not_offered(fashion: Taxonomy) -> None:
    retired = fashion.with_concepts([replace(fashion.get(ConceptId("shoes")), deprecated=True)])
    assert retired.leaves(PRODUCT) == ("bags",)
    assert retired.roots(PRODUCT) == ("bags",)
    assert retired.leaf_matrix(PRODUCT)[0] == ("bags",)
    assert not retired.is_live(ConceptId("boots"))
    assert retired.path(ConceptId("boots")) == ("Footwear", "Boots")


def test_a_parent_whose_children_are_all_retired_is_a_leaf(fashion: Taxonomy) -> None:
    gone = [replace(fashion.get(ConceptId(c)), deprecated=True) for c in ("boots", "sandals")]
    assert fashion.with_concepts(gone).leaves(PRODUCT) == ("shoes", "bags")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("boots", "boots", id="a label in another case"),
        pytest.param(" BOOTS ", "boots", id="with space around"),
        pytest.param("stiefel", "boots", id="a label in another language"),
        pytest.param("wellies", "boots", id="an alternative label"),
        pytest.param("hats", None, id="an unknown word"),
    ],
)
def test_a_word_finds_its_concept(fashion: Taxonomy, words: str, found: str | None) -> None:
    assert fashion.find(words) == found
    assert fashion.find(words, SCENE) is None


def test_a_word_of_two_concepts_is_refused_with_their_paths() -> None:
    twins = of(
        concept("m", "Men"),
        concept("w", "Women"),
        concept("mb", "Boots", "m"),
        concept("wb", "Boots", "w"),
    )
    with pytest.raises(InvalidInput, match=r"Men > Boots \(mb\), Women > Boots \(wb\)"):
        twins.find("boots")
    assert twins.find_path(("women", "boots")) == "wb"


def test_a_label_goes_before_an_alternative_label() -> None:
    both = of(
        concept("a", "Trainers"), replace(concept("b", "Coaches"), alt_labels=(("en", "Trainers"),))
    )
    assert both.find("trainers") == "a"


@pytest.mark.parametrize(
    ("path", "found"),
    [
        pytest.param(("footwear", "stiefel"), "boots", id="each step in any language"),
        pytest.param(("street",), "street", id="in whichever facet has it"),
        pytest.param(("bags", "boots"), None, id="not below another parent"),
        pytest.param(("boots",), None, id="not from the middle"),
    ],
)
def test_a_path_finds_its_concept(
    fashion: Taxonomy, path: tuple[str, ...], found: str | None
) -> None:
    assert fashion.find_path(path) == found


def test_an_empty_path_finds_nothing(fashion: Taxonomy) -> None:
    assert fashion.find_path(()) is None


PATHS = [("Footwear", "Boots"), ("Footwear", "Ankle boots"), ("Bags",), ("Обувь", "C++"), ("C#",)]


def test_paths_make_the_missing_concepts_with_readable_ids() -> None:
    made = Taxonomy.empty("fashion").with_paths(PRODUCT, "one", PATHS)
    assert [c.id for c in made.concepts] == [
        "footwear",
        "footwear/boots",
        "footwear/ankle-boots",
        "bags",
        "обувь",
        "обувь/c~cedb1bac",
        "c~951a4d36",
    ]
    assert made.facets == (Facet(PRODUCT, "product", "one"),)


def test_the_order_of_the_paths_does_not_change_the_ids() -> None:
    empty = Taxonomy.empty("fashion")
    forward = empty.with_paths(PRODUCT, "one", PATHS)
    backward = empty
    for path in reversed(PATHS):
        backward = backward.with_paths(PRODUCT, "one", [path])
    assert {c.id: c for c in forward.concepts} == {c.id: c for c in backward.concepts}


def test_paths_that_are_there_change_nothing() -> None:
    made = Taxonomy.empty("fashion").with_paths(PRODUCT, "one", PATHS)
    again = [tuple(words.upper() for words in path) for path in PATHS]
    assert made.with_paths(PRODUCT, "one", again) is made


def test_paths_meet_existing_concepts_by_any_of_their_words(fashion: Taxonomy) -> None:
    more = fashion.with_paths(PRODUCT, "one", [("Footwear", "wellies", "Rubber"), ("Hats",)])
    assert more.find("rubber") == "boots/rubber"
    assert more.find("hats") == "hats"
    assert len(more.concepts) == len(fashion.concepts) + 2


def test_two_facets_may_hold_the_same_path(fashion: Taxonomy) -> None:
    made = fashion.with_paths(SCENE, "any", [("Bags",)])
    assert [c.id for c in made.concepts if c.label == "Bags"] == ["bags", "scene:bags"]
    assert made.with_paths(SCENE, "any", [("Bags",)]) is made


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("a b", "a-b", id="space and hyphen"),
        pytest.param("a- b", "a -b", id="hyphens beside spaces"),
        pytest.param("a--b", "a - b", id="two hyphens and one apart"),
        pytest.param("pate", "pâté", id="accents"),
        pytest.param("a/b", "a b", id="a slash"),
        pytest.param("й", "и", id="a mark in another script"),
        pytest.param("!", "?", id="nothing but signs"),
        pytest.param("x" * 90, "x" * 91, id="very long words"),
        pytest.param("靴 子", "靴-子", id="a hyphen in another script"),
    ],
)
def test_different_words_have_different_ids(one: str, other: str) -> None:
    made = Taxonomy.empty("words")
    first, second = (made.new_id(PRODUCT, None, words) for words in (one, other))
    assert first != second
    assert "/" not in first + second
    assert not {"~2"} & {first[-2:], second[-2:]}


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        pytest.param([()], "has no words", id="an empty path"),
        pytest.param([("Shoes", " ")], "a step of the path", id="an empty step"),
        pytest.param([("Shoes", "a\x01")], "unprintable", id="an unprintable step"),
    ],
)
def test_a_path_without_words_is_refused(paths: list[tuple[str, ...]], message: str) -> None:
    with pytest.raises(InvalidTaxonomy, match=message):
        Taxonomy.empty("t").with_paths(PRODUCT, "one", paths)


def test_a_facet_keeps_its_kind(fashion: Taxonomy) -> None:
    with pytest.raises(InvalidInput, match=r"'product'.*is of kind 'one', not 'any'"):
        fashion.with_paths(PRODUCT, "any", [("Hats",)])
    with pytest.raises(InvalidInput, match="already, as 'Product' of kind 'one'"):
        fashion.with_facet(Facet(PRODUCT, "Product", "any"))
    assert fashion.with_facet(Facet(PRODUCT, "Product", "one")) is fashion


def test_the_stored_form_gives_an_equal_taxonomy_back(fashion: Taxonomy) -> None:
    assert Taxonomy.from_json(fashion.to_json()) == fashion


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"version": 2}, "version 2", id="another version"),
        pytest.param({"name": 3}, "'name' 3: give a str", id="a name that is no text"),
        pytest.param({"concepts": ["boots"]}, "lists 'boots'", id="a concept that is no object"),
        pytest.param(
            {"concepts": [{"id": "a", "label": "A"}]},
            "concept 'a' has no 'facet'",
            id="a field short",
        ),
        pytest.param(
            {"concepts": [{"id": "a", "label": "A", "facet": "product", "parents": 1}]},
            r"concept 'a' has the unknown fields \['parents'\]",
            id="a field too many",
        ),
        pytest.param(
            {"concepts": [{"id": "a", "label": "A", "facet": "product", "labels": [["de"]]}]},
            r"'labels' of concept 'a' holds \['de'\]",
            id="a word without a text",
        ),
        pytest.param(
            {"concepts": [{"id": "a", "label": "A", "facet": "product", "deprecated": "no"}]},
            "'deprecated' 'no': give a bool",
            id="a flag that is a text",
        ),
    ],
)
def test_a_broken_stored_form_is_refused(
    fashion: Taxonomy, change: dict[str, object], message: str
) -> None:
    with pytest.raises(InvalidTaxonomy, match=message):
        Taxonomy.from_json({**fashion.to_json(), **change})


def test_ten_thousand_concepts_are_checked_in_well_under_a_second() -> None:
    paths = [(f"{a}", f"{b}", f"{c}") for a in range(10) for b in range(10) for c in range(100)]
    begun = time.perf_counter()
    made = Taxonomy.empty("big").with_paths(PRODUCT, "one", paths)
    assert made.with_paths(PRODUCT, "one", paths) is made
    assert len(made.concepts) == 10_110
    assert time.perf_counter() - begun < 2
