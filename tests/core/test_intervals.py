"""Intervals and bounds against published values and simulations."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core.intervals import (
    clopper_pearson,
    cluster_correlation,
    clustered_share,
    design_effect,
    f1_score,
    lower_bound,
    percentiles,
    resampled_weights,
    wilson,
)


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        pytest.param(81, 263, 0.2553, 0.3662, id="Newcombe 1998, table I"),
        pytest.param(15, 148, 0.0624, 0.1605, id="Newcombe 1998, a smaller share"),
        pytest.param(0, 20, 0.0, 0.1611, id="nothing right"),
        pytest.param(29, 29, 0.8830, 1.0, id="everything right"),
    ],
)
def test_wilson_gives_the_published_interval(right: int, n: int, low: float, high: float) -> None:
    found = wilson(right, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-4)
    assert (found.value, found.n) == (right / n, n)


def test_nothing_counted_says_nothing() -> None:
    found = wilson(0, 0)
    assert np.isnan(found.value)
    assert (found.low, found.high, found.n) == (0, 1, 0)


@pytest.mark.parametrize(
    ("right", "n", "bound"),
    [
        pytest.param(59, 59, 0.9505, id="59 right of 59 promise 95 %"),
        pytest.param(58, 58, 0.9497, id="58 do not"),
        pytest.param(0, 10, 0.0, id="none right promise nothing"),
        pytest.param(92, 93, 0.9501, id="one wrong needs 93"),
    ],
)
def test_the_one_sided_bound_is_exact(right: int, n: int, bound: float) -> None:
    assert lower_bound(right, n, 0.95) == pytest.approx(bound, abs=1e-4)


def test_clopper_pearson_gives_the_published_interval() -> None:
    found = clopper_pearson(81, 263)
    assert (found.low, found.high) == pytest.approx((0.2527, 0.3676), abs=1e-4)


def test_groups_that_err_together_widen_the_interval() -> None:
    right = np.repeat(np.arange(40) % 4 > 0, 10)
    alone, together = np.arange(400), np.repeat(np.arange(40), 10)
    assert cluster_correlation(~right, alone) == 0
    assert cluster_correlation(~right, together) == pytest.approx(1)
    assert design_effect(together, 1.0) == pytest.approx(10)
    wide, narrow = clustered_share(right, together), clustered_share(right, alone)
    assert wide.value == narrow.value == 0.75
    assert wide.high - wide.low > 2.5 * (narrow.high - narrow.low)


def test_a_bootstrap_draws_whole_groups() -> None:
    clusters = np.array([0, 0, 1, 2])
    for weight in resampled_weights(clusters, np.random.default_rng(0), 20):
        assert weight[0] == weight[1]
        assert weight[[0, 2, 3]].sum() == 3


def test_a_biased_bootstrap_is_moved_back_to_its_figure() -> None:
    draws = np.random.default_rng(0).normal(0.6, 0.01, 2000)
    found = percentiles(0.5, draws, 100)
    assert (found.low, found.high) == pytest.approx((0.48, 0.52), abs=2e-3)


@pytest.mark.parametrize(
    ("counts", "value"),
    [
        pytest.param((10, 0, 0), 1.0, id="never wrong"),
        pytest.param((0, 3, 7), 0.0, id="never right"),
        pytest.param((6, 2, 2), 0.75, id="between"),
    ],
)
def test_the_interval_of_an_f1_has_width_at_its_ends_too(
    counts: tuple[int, int, int], value: float
) -> None:
    found = f1_score(*counts)
    assert found.value == pytest.approx(value)
    assert found.low <= value <= found.high
    assert 0.1 < found.high - found.low < 0.7
    assert found.n == 10


def test_an_f1_of_nothing_says_nothing() -> None:
    found = f1_score(0, 0, 0)
    assert (np.isnan(found.value), found.low, found.high, found.n) == (True, 0.0, 1.0, 0)
