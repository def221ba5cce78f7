"""Pictures held back from a network: enough of each concept, whole groups, the same each time."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tagwright.core.holdback import held_back


def groups_of(sizes: list[int]) -> tuple[list[str], NDArray[np.bool_]]:
    """Single pictures of so many concepts, `sizes[k]` of each."""
    truth = np.repeat(np.arange(len(sizes)), sizes)
    return [f"g{i}" for i in range(len(truth))], truth[:, None] == np.arange(len(sizes))


@pytest.mark.parametrize(
    ("size", "held"),
    [
        pytest.param(1_000, 200, id="a fifth"),
        pytest.param(20, 7, id="of few, what a head needs"),
        pytest.param(5, 5, id="of fewer, all: the network does not learn the concept"),
    ],
)
def test_of_each_concept_a_fifth_is_held_back_and_at_least_what_a_head_needs(
    size: int, held: int
) -> None:
    groups, answers = groups_of([1_000, size])
    assert answers[held_back(groups, answers)].sum(axis=0).tolist() == [200, held]


def test_look_alikes_are_on_one_side() -> None:
    groups = [f"g{i // 4}" for i in range(400)]
    _, answers = groups_of([200, 200])
    held = held_back(groups, answers)
    assert len({tuple(held[i : i + 4]) for i in range(0, 400, 4)}) == 2
    assert all(len(set(held[i : i + 4].tolist())) == 1 for i in range(0, 400, 4))


def test_one_more_label_moves_few_pictures() -> None:
    groups, answers = groups_of([500, 501])
    all_but_one = held_back(groups[:-1], answers[:-1])
    assert (held_back(groups, answers)[:-1] != all_but_one).sum() <= 1


def test_the_order_does_not_hang_on_that_of_the_pictures() -> None:
    groups, answers = groups_of([50, 70])
    shuffled = np.random.default_rng(0).permutation(120)
    held = held_back([groups[i] for i in shuffled], answers[shuffled])
    np.testing.assert_array_equal(held, held_back(groups, answers)[shuffled])
