"""Agreement between people, against figures worked out by hand and by others."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core.agreement import Judgement, agreement, cohen, krippendorff, raw_agreement


def test_kappa_is_that_of_the_textbook_example() -> None:
    # 50 grants, two readers: 20 both yes, 15 both no, 5 and 10 apart; kappa 0.4.
    both = [["y", "y"]] * 20 + [["y", "n"]] * 5 + [["n", "y"]] * 10 + [["n", "n"]] * 15
    assert cohen(both) == pytest.approx(0.4)


def test_alpha_is_that_of_krippendorffs_example_with_gaps() -> None:
    # "Computing Krippendorff's Alpha-Reliability" (2011), example C: nominal, four observers.
    table: list[list[str | None]] = [
        ["1", "1", None, "1"], ["2", "2", "3", "2"], ["3", "3", "3", "3"], ["3", "3", "3", "3"],
        ["2", "2", "2", "2"], ["1", "2", "3", "4"], ["4", "4", "4", "4"], ["1", "1", "2", "1"],
        ["2", "2", "2", "2"], [None, "5", "5", "5"], [None, None, "1", "1"],
        [None, None, "3", None],
    ]  # fmt: skip
    units = [[answer for answer in row if answer is not None] for row in table]
    assert krippendorff([said for said in units if len(said) > 1]) == pytest.approx(0.743, abs=5e-4)


@pytest.mark.parametrize(
    ("units", "alpha", "raw"),
    [
        pytest.param([["a", "a"], ["b", "b"]], 1.0, 1.0, id="whole agreement"),
        pytest.param([["a", "a"], ["a", "a"]], 1.0, 1.0, id="one category ever"),
        pytest.param([["a", "b"], ["b", "a"]], -0.5, 0.0, id="never"),
        pytest.param([["a", "a", "b"]], 0.0, 1 / 3, id="three people"),
    ],
)
def test_figures_at_the_edges(units: list[list[str]], alpha: float, raw: float) -> None:
    assert krippendorff(units) == pytest.approx(alpha)
    assert raw_agreement(units) == pytest.approx(raw)


def test_only_what_several_judged_counts_and_of_each_person_the_last_word() -> None:
    said = [
        Judgement("1", "ann", "a"),
        Judgement("1", "ann", "b"),
        Judgement("1", "bob", "b"),
        Judgement("2", "ann", "a"),
        Judgement("3", "bob", "a"),
        Judgement("3", "cy", "b"),
    ]
    found = agreement(said, np.random.default_rng(0))
    assert found.units == 2
    assert found.raw is not None
    assert (found.raw.value, found.raw.low, found.raw.high, found.raw.n) == (0.5, 0, 1, 2)
    assert [pair.raters for pair in found.pairs] == [("ann", "bob"), ("bob", "cy")]


def test_one_person_alone_agrees_with_nobody() -> None:
    found = agreement([Judgement("1", "ann", "a")], np.random.default_rng(0))
    assert (found.units, found.alpha, found.raw, found.pairs) == (0, None, None, ())
