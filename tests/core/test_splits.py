"""Where a picture goes: split and fold by the name of its group."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core.splits import fold_of, folds_of, in_split, split_of
from tagwright.errors import InvalidInput

GROUPS = [f"group {i}" for i in range(20_000)]


@pytest.mark.parametrize(
    ("split", "share"), [("train", 0.7), ("validation", 0.1), ("test", 0.2)], ids=str
)
def test_a_split_gets_its_share_of_the_groups(split: str, share: float) -> None:
    found = sum(split_of(group) == split for group in GROUPS) / len(GROUPS)
    assert found == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize(
    ("group", "split"),
    [("a", "train"), ("g", "test"), ("é \udcff", "train")],
    ids=["plain", "another", "bytes that are no text"],
)
def test_a_group_keeps_its_split_for_ever(group: str, split: str) -> None:
    assert split_of(group) == split


def test_pictures_of_a_group_stay_together() -> None:
    groups = ["a", "b", "a", "c"]
    assert in_split(groups, split_of("a"))[[0, 2]].all()
    assert len(set(folds_of(groups, 5)[[0, 2]])) == 1


def test_folds_are_even_and_know_nothing_of_splits() -> None:
    train = [group for group in GROUPS if split_of(group) == "train"]
    counts = np.bincount(folds_of(train, 5), minlength=5)
    assert counts / len(train) == pytest.approx([0.2] * 5, abs=0.015)


def test_no_folds_are_refused_with_the_remedy() -> None:
    with pytest.raises(InvalidInput, match="0 folds: give at least 1"):
        fold_of("a", 0)
