"""Figures against hand-made examples."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core.metrics import (
    average_precision,
    calibration_error,
    counts_of_any,
    counts_of_one,
    coverage_curve,
    mean_average_precision,
    reliability,
)


def test_counts_of_one_take_an_unlearned_truth_as_wrong() -> None:
    said, truth = np.array([0, 0, 1, 1, 0]), np.array([0, 1, 1, -1, 0])
    found = counts_of_one(said, truth, 3, np.ones(5))
    assert found.hit.tolist() == [2, 1, 0]
    assert found.extra.tolist() == [1, 1, 0]
    assert found.missed.tolist() == [0, 1, 0]
    assert found.f1()[:2] == pytest.approx([0.8, 0.5])
    assert np.isnan(found.f1()[2])


def test_counts_of_any_leave_out_what_is_unknown() -> None:
    said = np.array([[True, True], [False, True], [True, False]])
    truth = np.array([[1, -1], [1, 0], [0, 1]], np.int8)
    found = counts_of_any(said, truth, np.ones(3))
    assert (found.hit.tolist(), found.extra.tolist()) == ([1, 0], [1, 1])
    assert found.missed.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("yes", "value"),
    [([1, 1, 0, 0], 1.0), ([1, 0, 1, 0], 5 / 6), ([0, 0, 0, 1], 0.25), ([0, 0, 0, 0], np.nan)],
    ids=["perfect", "one gap", "last", "nothing to find"],
)
def test_average_precision_follows_the_ranking(yes: list[int], value: float) -> None:
    found = average_precision(np.arange(4), np.array(yes, dtype=np.bool_), np.ones(4))
    assert found == pytest.approx(value, nan_ok=True)


def test_the_mean_leaves_out_concepts_that_are_not_there() -> None:
    p = np.array([[0.9, 0.5], [0.8, 0.4], [0.1, 0.3]], np.float32)
    truth = np.array([[1, 0], [0, 0], [1, 0]], np.int8)
    mean, own = mean_average_precision(p, truth, np.arange(3), np.random.default_rng(0))
    assert mean.value == own[0].value == pytest.approx(5 / 6)
    assert np.isnan(own[1].value)


def test_honest_probabilities_have_no_calibration_error() -> None:
    p = np.repeat([0.25, 0.75], 400)
    right = np.tile([True, False, False, False], 100)
    right = np.concatenate([right, ~right])
    assert calibration_error(p, right, np.ones(800)) == pytest.approx(0)
    assert calibration_error(1 - p, right, np.ones(800)) == pytest.approx(0.5)
    assert [(b.p, b.right, b.n) for b in reliability(p, right)] == [
        (0.25, 100, 400),
        (0.75, 300, 400),
    ]


def test_the_curve_ends_with_everything_tagged() -> None:
    score, right = np.array([0.2, 0.9, 0.5]), np.array([False, True, True])
    assert coverage_curve(score, right) == [(0.9, 1, 1), (0.5, 2, 2), (0.2, 3, 2)]
