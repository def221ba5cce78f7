"""Label errors: planted ones are found, and no twin vouches for another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tagwright.core.cleaning import (
    check_labels,
    label_margin,
    more_likely,
    neighbour_agreement,
    out_of_fold,
    outvoted_and_unsure,
    self_confidence,
)
from tagwright.core.facet_model import FacetData
from tagwright.errors import InvalidInput
from tagwright.types import Mask, Scores
from tests.synthetic import scenes, wardrobe

P = np.array([[0.9, 0.1, 0.0], [0.2, 0.7, 0.1], [0.1, 0.3, 0.6]], np.float32)


def auroc(scores: Scores, wrong: Mask) -> float:
    """How often a wrong label has a lower score than a right one."""
    low, high = scores[wrong], scores[~wrong]
    return float(np.mean((low[:, None] < high) + 0.5 * (low[:, None] == high)))


def with_flips(data: FacetData, share: float) -> tuple[FacetData, Mask]:
    """Some labels replaced by another one; which they are."""
    rng = np.random.default_rng(1)
    targets = np.array(data.targets, dtype=np.int64)
    wrong = rng.random(len(targets)) < share
    targets[wrong] = (targets[wrong] + rng.integers(1, 5, int(wrong.sum()))) % 5
    return replace(data, targets=targets), wrong


def test_self_confidence_is_the_probability_of_the_given_label() -> None:
    assert self_confidence(np.array([0, 0, 1]), P) == pytest.approx([0.9, 0.2, 0.3])


def test_the_margin_is_below_a_half_where_another_label_is_likelier() -> None:
    assert label_margin(np.array([0, 0, 2]), P) == pytest.approx([0.9, 0.25, 0.65])


def test_another_label_counts_where_it_reaches_what_is_usual_for_it() -> None:
    p = np.array([[0.6, 0.4], [0.8, 0.2], [0.1, 0.9], [0.47, 0.53]])
    assert more_likely(np.array([0, 0, 1, 0]), p).tolist() == [-1, -1, -1, -1]
    assert more_likely(np.array([0, 1, 1, 0]), p).tolist() == [-1, 0, -1, -1]


def test_by_the_studys_rule_neighbours_and_the_network_must_both_doubt() -> None:
    agreement = np.array([0.1, 0.1, 0.9, 0.9, 0.5])
    deviation = np.array([0.05, 0.45, 0.06, 0.46, 0.3])
    assert outvoted_and_unsure(agreement, deviation).argmin() == 0
    assert outvoted_and_unsure(agreement, deviation)[1] > 0.5
    assert outvoted_and_unsure(agreement, deviation)[2] > 0.5


@pytest.mark.parametrize("share", [0.05, 0.3], ids=["few wrong", "many wrong"])
def test_planted_errors_come_first(share: float) -> None:
    data, wrong = with_flips(wardrobe([150] * 5, spread=0.6), share)
    heard = out_of_fold(data, np.random.default_rng(0))
    assert auroc(self_confidence(heard.targets, heard.p), wrong) > 0.97
    assert auroc(label_margin(heard.targets, heard.p), wrong) > 0.97
    found = check_labels(data, np.random.default_rng(0)).suspects
    first = [each.row for each in found[: int(wrong.sum()) // 2]]
    assert np.mean(wrong[first]) > 0.9
    assert [each.score for each in found] == sorted(each.score for each in found)


def test_the_label_proposed_is_mostly_the_true_one() -> None:
    clean = wardrobe([150] * 5, spread=0.6)
    data, wrong = with_flips(clean, 0.1)
    truth = data.columns[np.asarray(clean.targets)]
    found = [
        each for each in check_labels(data, np.random.default_rng(0)).suspects if wrong[each.row]
    ]
    assert np.mean([each.proposed == truth[each.row] for each in found]) > 0.95


def test_clean_labels_raise_few_suspicions() -> None:
    assert (
        len(check_labels(wardrobe([100] * 5, spread=0.4), np.random.default_rng(0)).suspects) < 10
    )


@pytest.mark.parametrize("share", [0.03, 0.1, 0.2, 0.4])
def test_the_share_of_wrong_labels_lies_in_its_interval(share: float) -> None:
    data, wrong = with_flips(wardrobe([150] * 5, spread=0.9), share)
    found = check_labels(data, np.random.default_rng(0))
    assert found.wrong.low <= wrong.mean() <= found.wrong.high
    assert found.wrong.high - found.wrong.low < 0.25
    given = np.asarray(data.targets)
    held = [
        each.low <= wrong[given == at].mean() <= each.high
        for at, each in enumerate(found.concepts.values())
    ]
    assert sum(held) >= len(held) - 1


def test_a_twin_does_not_vouch_for_a_wrong_label() -> None:
    rng = np.random.default_rng(0)
    places = np.concatenate([np.zeros((40, 8)), 0.1 * np.eye(8)[[0] * 12]])
    rows = 1 + places + 0.01 * rng.normal(size=(52, 8))
    given = np.array([0] * 40 + [1] * 12)
    twins = np.array([*range(40), *[40] * 12])
    alone = neighbour_agreement(rows.astype(np.float32), given, np.arange(52), rng)
    known = neighbour_agreement(rows.astype(np.float32), given, twins, rng)
    assert known[40:].max() < 0.1
    assert alone[40:].min() > 0.9


def test_of_any_number_of_concepts_a_wrong_yes_is_found() -> None:
    data = scenes(600, unknown=0.0)
    targets = np.array(data.targets, dtype=np.int8)
    wrong = np.flatnonzero(targets[:, 1] == 0)[:20]
    targets[wrong, 1] = 1
    found = check_labels(replace(data, targets=targets), np.random.default_rng(0)).suspects
    told = {each.row for each in found if each.given == 1 and each.proposed is None}
    assert len(told & set(wrong.tolist())) >= 16
    assert len(told - set(wrong.tolist())) <= 10


def test_too_few_labels_are_said_to_be_too_few() -> None:
    with pytest.raises(InvalidInput, match="label more"):
        check_labels(wardrobe([3, 3, 0, 0, 0]), np.random.default_rng(0))
