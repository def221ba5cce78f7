"""Which concepts a head learns, and what becomes of those with too few pictures."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core.columns import Columns, plan, training_targets
from tagwright.core.tree import Tree, membership, node_maxima, node_sums
from tagwright.errors import InvalidInput, TooFewLabels
from tagwright.types import ConceptId
from tests.synthetic import LEAVES, WARDROBE


def planned(counts: list[int]) -> Columns:
    targets = np.repeat(np.arange(5), counts)
    return plan("one", WARDROBE, LEAVES, targets, np.arange(len(targets)))


@pytest.mark.parametrize(
    ("counts", "learned", "rest", "refused"),
    [
        pytest.param([9, 9, 9, 9, 9], [1, 2, 3, 5, 6], [], [], id="enough of everything"),
        pytest.param([9, 9, 3, 9, 9], [1, 2, 5, 6], [], [3], id="a rare one alone is left out"),
        pytest.param([9, 4, 3, 9, 9], [1, 5, 6], [0], [2, 3], id="two rare ones share a rest"),
        pytest.param([9, 9, 0, 9, 9], [1, 2, 5, 6], [], [3], id="an unlabelled one is refused"),
    ],
)
def test_rare_concepts_teach_the_rest_of_their_parent(
    counts: list[int], learned: list[int], rest: list[int], refused: list[int]
) -> None:
    found = planned(counts)
    assert found.nodes[~found.rest].tolist() == learned
    assert found.nodes[found.rest].tolist() == rest
    assert [r.concept for r in found.refusals] == [WARDROBE.nodes[at] for at in refused]


def test_a_refusal_names_the_number_that_is_missing() -> None:
    (refusal,) = planned([9, 9, 3, 9, 9]).refusals
    assert refusal.concept == "clogs"
    assert (refusal.labelled, refusal.missing) == (3, 6)
    assert "label 6 more" in refusal.reason


def test_nothing_to_tell_apart_is_an_error_with_the_remedy() -> None:
    with pytest.raises(InvalidInput, match=r"2 are needed: label more .*'sandals'"):
        planned([9, 2, 0, 0, 0])


def test_an_error_names_five_concepts_in_peoples_words_and_counts_the_rest() -> None:
    tree = Tree.flat([ConceptId(f"c-{n}") for n in range(9)])
    with pytest.raises(TooFewLabels) as error:
        plan("one", tree, np.arange(9), np.arange(9).repeat([9, *[1] * 8]), np.arange(17))
    told = error.value.told({"c-1": "Kind > First"})
    assert told.startswith("only 1 concept has enough labelled pictures to learn from, and 2 are")
    assert "'Kind > First': 1 picture of it is labelled" in told
    assert told.endswith("; and 3 more)")


def test_a_parent_whose_children_have_no_labels_is_a_leaf() -> None:
    targets = np.repeat([0, 4], 9)
    found = plan("one", WARDROBE, np.arange(7), targets, np.arange(18))
    assert found.nodes.tolist() == [0, 4]
    assert not found.rest.any()


def test_an_any_concept_needs_pictures_without_it_too() -> None:
    tree = Tree.flat([ConceptId("a"), ConceptId("b"), ConceptId("c")])
    answers = np.array([[1, 1, 1]] * 10 + [[0, -1, 1]] * 10, np.int8)
    found = plan("any", tree, np.arange(3), answers, np.arange(20))
    assert found.nodes.tolist() == [0]
    assert ["not to be of it" in r.reason for r in found.refusals] == [True, True]
    _, targets = training_targets("any", found, answers, np.arange(20))
    assert targets.tolist() == [[1]] * 10 + [[0]] * 10


def test_columns_survive_storage() -> None:
    found = planned([9, 4, 3, 9, 9])
    again = Columns.from_json(found.to_json())
    assert again.to_json() == found.to_json()


def test_a_node_has_the_probability_of_all_below_it() -> None:
    p = np.array([[0.1, 0.2, 0.3, 0.25, 0.15]], np.float32)
    sums = node_sums(p, membership(WARDROBE, LEAVES))
    assert sums[0] == pytest.approx([0.6, 0.1, 0.2, 0.3, 0.4, 0.25, 0.15])
    assert node_maxima(p, WARDROBE, LEAVES)[0, [0, 4]] == pytest.approx([0.3, 0.25])


@pytest.mark.parametrize(
    ("parents", "message"),
    [((1, 0), "cycle"), ((5, -1), "outside"), ((-1,), "give one each")],
    ids=["a cycle", "a parent that is not there", "a parent missing"],
)
def test_a_tree_that_is_none_is_refused(parents: tuple[int, ...], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        Tree((ConceptId("a"), ConceptId("b")), parents)
