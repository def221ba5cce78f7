"""How many labels are wrong: what can be told without a clean one, and what cannot."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core.noise import confident_rates, counted, rate_interval


def test_each_count_is_of_the_pictures_given_a_label() -> None:
    given = np.array([0, 0, 0, 0, 1, 1])
    p = np.array([[0.9, 0.1], [0.9, 0.1], [0.9, 0.1], [0.1, 0.9], [0.1, 0.9], [0.1, 0.9]])
    shares = np.where(np.eye(2)[given] == 1, 0.75, 0.25)
    both = counted(given, p.astype(np.float32), shares)
    assert both.sizes.tolist() == [4, 2]
    assert both.alike == pytest.approx([0.25, 0.25])
    assert both.confident == pytest.approx([0.25, 0.0])
    assert both.middle == pytest.approx((0.25 + 1 / 6) / 2)
    assert both.sure == pytest.approx(1 / 6)


def test_a_label_nobody_is_given_has_no_wrong_ones() -> None:
    p = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1]], np.float32)
    assert confident_rates(np.array([0, 1]), p).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("ends", "n", "effect", "low", "high"),
    [
        pytest.param((0.1, 0.1), 10**9, 1, 0.1, 0.1, id="what both count alike is certain at last"),
        pytest.param((0.1, 0.2), 10**9, 1, 0.075, 0.225, id="a gap stays, however many labels"),
        pytest.param((0.2, 0.1), 10**9, 1, 0.075, 0.225, id="whichever counts more"),
        pytest.param((0.01, 0.2), 10**9, 1, 0.0, 0.2475, id="no less than none"),
        pytest.param((0.5, 0.5), 100, 1, 0.4038, 0.5962, id="few labels widen it as Wilson has it"),
        pytest.param((0.5, 0.5), 400, 4, 0.4038, 0.5962, id="look-alikes count as fewer"),
    ],
)
def test_an_interval_holds_what_is_open_and_chance(
    ends: tuple[float, float], n: int, effect: float, low: float, high: float
) -> None:
    found = rate_interval(sum(ends) / 2, ends, n, effect)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-3)
    assert (found.value, found.n) == (sum(ends) / 2, n)


def test_the_value_told_is_in_its_interval() -> None:
    assert rate_interval(0.4, (0.1, 0.1), 100, 1.0).high == 0.4
    assert rate_interval(0.0, (0.1, 0.1), 100, 1.0).low == 0.0


def test_of_no_label_nothing_is_known() -> None:
    found = rate_interval(0.0, (0.0, 0.0), 0, 1.0)
    assert np.isnan(found.value)
    assert (found.low, found.high, found.n) == (0.0, 1.0, 0)
