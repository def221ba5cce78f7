from __future__ import annotations

from collections.abc import Callable

import pytest

from tagwright.core.taxonomy import Taxonomy
from tagwright.core.taxonomy_edit import (
    add,
    deprecate,
    merge,
    move,
    rename,
    restore,
    set_facet_kind,
    split,
)
from tagwright.errors import InvalidInput, InvalidTaxonomy, NotFound
from tagwright.types import ConceptId, FacetId

PRODUCT = FacetId("product")
PATHS = [
    ("Footwear", "Boots", "Rubber"),
    ("Footwear", "Sandals", "rubber"),
    ("Footwear", "Sandals", "Leather"),
    ("Bags",),
]
BOOTS, SANDALS = ConceptId("footwear/boots"), ConceptId("footwear/sandals")
FOOTWEAR, BAGS = ConceptId("footwear"), ConceptId("bags")


@pytest.fixture
def fashion() -> Taxonomy:
    made = Taxonomy.empty("fashion").with_paths(PRODUCT, "one", PATHS)
    return made.with_paths(FacetId("scene"), "any", [("Street",)])


def test_an_added_concept_has_the_id_an_import_would_give_it(fashion: Taxonomy) -> None:
    added = add(fashion, PRODUCT, "Clogs", FOOTWEAR)
    assert added.path(ConceptId("footwear/clogs")) == ("Footwear", "Clogs")
    assert added.with_paths(PRODUCT, "one", [("Footwear", "Clogs")]) is added


def test_adding_a_label_twice_is_refused(fashion: Taxonomy) -> None:
    with pytest.raises(InvalidTaxonomy, match="below 'Footwear' have the label 'boots'"):
        add(fashion, PRODUCT, "boots", FOOTWEAR)


def test_an_added_concept_may_bring_its_own_id_but_not_one_in_use(fashion: Taxonomy) -> None:
    added = add(fashion, PRODUCT, "Clogs", FOOTWEAR, ConceptId("c1"))
    assert added.path(ConceptId("c1")) == ("Footwear", "Clogs")
    with pytest.raises(InvalidInput, match="'c1': that is the id of 'Footwear > Clogs'"):
        add(added, PRODUCT, "Pumps", FOOTWEAR, ConceptId("c1"))


def test_a_renamed_concept_keeps_its_id_and_answers_to_both_names(fashion: Taxonomy) -> None:
    renamed = rename(fashion, BOOTS, "Tall boots")
    assert renamed.get(BOOTS).label == "Tall boots"
    assert renamed.find("boots") == renamed.find("tall boots") == BOOTS
    assert renamed.with_paths(PRODUCT, "one", PATHS) is renamed


def test_renaming_back_leaves_no_echo(fashion: Taxonomy) -> None:
    back = rename(rename(fashion, BOOTS, "Tall boots"), BOOTS, "Boots")
    assert back.get(BOOTS).alt_labels == (("en", "Tall boots"),)


def test_a_label_in_another_language_is_added_and_changed(fashion: Taxonomy) -> None:
    german = rename(rename(fashion, BOOTS, "Stiefel", "de"), BOOTS, "Stiefelchen", "de")
    assert german.get(BOOTS).label == "Boots"
    assert german.get(BOOTS).labels == (("de", "Stiefelchen"),)
    assert german.find("stiefel") == BOOTS


def test_a_moved_concept_takes_its_children_along(fashion: Taxonomy) -> None:
    moved = move(fashion, SANDALS, BAGS)
    assert moved.path(ConceptId("footwear/sandals/leather")) == ("Bags", "Sandals", "Leather")
    assert move(moved, SANDALS, None).roots(PRODUCT) == (FOOTWEAR, BAGS, SANDALS)


def test_a_merged_concept_leaves_its_words_and_children_to_the_other(fashion: Taxonomy) -> None:
    merged = merge(fashion, SANDALS, BOOTS)
    assert merged.get(SANDALS).deprecated
    assert merged.current(SANDALS) == BOOTS
    assert merged.find("sandals") == BOOTS
    assert merged.leaves(PRODUCT) == (
        "footwear/boots/rubber",
        "footwear/sandals/leather",
        "bags",
    )
    assert merged.current(ConceptId("footwear/sandals/rubber")) == "footwear/boots/rubber"
    assert merged.path(ConceptId("footwear/sandals/leather")) == ("Footwear", "Boots", "Leather")


def test_an_import_after_a_merge_makes_nothing_anew(fashion: Taxonomy) -> None:
    merged = merge(fashion, SANDALS, BOOTS)
    assert merged.with_paths(PRODUCT, "one", PATHS) is merged
    assert merged.find_path(("Footwear", "Sandals", "Leather")) == "footwear/sandals/leather"


def test_a_child_merges_into_its_parent(fashion: Taxonomy) -> None:
    merged = merge(fashion, SANDALS, FOOTWEAR)
    assert merged.find("sandals") == FOOTWEAR
    assert merged.path(ConceptId("footwear/sandals/leather")) == ("Footwear", "Leather")


def test_a_deprecated_concept_is_not_made_anew_by_an_import(fashion: Taxonomy) -> None:
    gone = deprecate(fashion, BOOTS)
    assert gone.leaves(PRODUCT)[0] == "footwear/sandals/rubber"
    assert gone.with_paths(PRODUCT, "one", PATHS) is gone
    assert gone.find("boots") == BOOTS


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(lambda t: rename(t, BOOTS, "Boots"), id="rename"),
        pytest.param(lambda t: move(t, BOOTS, FOOTWEAR), id="move"),
        pytest.param(lambda t: deprecate(deprecate(t, BOOTS), BOOTS), id="deprecate"),
        pytest.param(lambda t: rename(rename(t, BOOTS, "Bo", "de"), BOOTS, "Bo", "de"), id="tag"),
    ],
)
def test_a_change_made_twice_changes_nothing(
    fashion: Taxonomy, again: Callable[[Taxonomy], Taxonomy]
) -> None:
    once = again(fashion)
    assert again(once) == once


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            lambda t: move(t, FOOTWEAR, BOOTS),
            r"cannot move 'Footwear' \(footwear\) below 'Footwear > Boots'",
            id="a move below itself",
        ),
        pytest.param(
            lambda t: merge(t, FOOTWEAR, BOOTS), "which is below it", id="a merge into a child"
        ),
        pytest.param(
            lambda t: merge(t, BOOTS, BOOTS), "the same concept", id="a merge into itself"
        ),
        pytest.param(
            lambda t: merge(t, BAGS, ConceptId("street")),
            "'scene': name two of one facet",
            id="a merge across facets",
        ),
        pytest.param(
            lambda t: move(t, BAGS, ConceptId("street")),
            "'scene': name two of one facet",
            id="a move across facets",
        ),
        pytest.param(
            lambda t: merge(deprecate(t, BAGS), BOOTS, BAGS),
            "deprecated",
            id="a merge into the past",
        ),
        pytest.param(
            lambda t: move(t, ConceptId("footwear/sandals/rubber"), BOOTS),
            "below 'Boots' have the label 'rubber'",
            id="a move to a place that is taken",
        ),
        pytest.param(lambda t: rename(t, BOOTS, " "), "is empty", id="a rename to nothing"),
    ],
)
def test_a_change_that_breaks_the_tree_is_refused(
    fashion: Taxonomy, change: Callable[[Taxonomy], Taxonomy], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        change(fashion)


def test_a_change_of_an_unknown_concept_is_refused(fashion: Taxonomy) -> None:
    with pytest.raises(NotFound, match="no concept 'hats'"):
        rename(fashion, ConceptId("hats"), "Caps")


def test_a_split_concept_becomes_the_parent_of_its_parts(fashion: Taxonomy) -> None:
    after = split(fashion, BAGS, ("Totes", "Clutches"))
    assert after.children(BAGS) == ("bags/totes", "bags/clutches")
    assert split(after, BAGS, ("totes", "Clutches")) == after


def test_the_parts_of_a_split_may_bring_their_own_ids(fashion: Taxonomy) -> None:
    ids = (ConceptId("s1"), ConceptId("s2"))
    parts = split(fashion, BAGS, ("Handbags", "Rucksacks"), ids=ids)
    assert parts.children(BAGS) == ids
    with pytest.raises(InvalidInput, match="into 2 with 1 ids"):
        split(fashion, BAGS, ("Handbags", "Rucksacks"), ids=ids[:1])


def test_a_split_concept_can_retire_beside_its_parts(fashion: Taxonomy) -> None:
    after = split(fashion, BAGS, ("Totes", "Clutches"), keep=False)
    assert after.roots(PRODUCT) == (FOOTWEAR, "totes", "clutches")
    assert not after.is_live(BAGS)


@pytest.mark.parametrize(
    ("concept", "into", "keep", "message"),
    [
        pytest.param(BAGS, ("Totes",), True, "two or more", id="one part"),
        pytest.param(BAGS, ("Totes", "totes"), True, "two or more", id="one part twice"),
        pytest.param(FOOTWEAR, ("A", "B"), False, "move them out", id="children would be lost"),
    ],
)
def test_a_split_that_makes_no_sense_is_refused(
    fashion: Taxonomy, concept: ConceptId, into: tuple[str, ...], keep: bool, message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        split(fashion, concept, into, keep=keep)


def test_what_was_retired_is_restored_but_not_below_what_is_retired(fashion: Taxonomy) -> None:
    assert restore(deprecate(fashion, BAGS), BAGS) == fashion
    with pytest.raises(InvalidInput, match="restore that one"):
        restore(deprecate(fashion, FOOTWEAR), BOOTS)


def test_a_facet_changes_its_kind_and_nothing_else(fashion: Taxonomy) -> None:
    after = set_facet_kind(fashion, PRODUCT, "any")
    assert (after.facet(PRODUCT).kind, after.concepts) == ("any", fashion.concepts)
