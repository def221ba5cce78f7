"""Labels left out of learning: doubtful ones, as many as a search finds; it can be resumed."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from tagwright.core import alpha
from tagwright.core.alpha import Sieve, Trial
from tagwright.core.facet_model import FacetData
from tagwright.core.splits import in_split
from tagwright.types import Mask
from tests.synthetic import wardrobe

SHARE = 0.25
NOBODY = np.zeros(1_000, np.bool_)


@pytest.fixture(scope="module")
def noisy() -> tuple[FacetData, Mask]:
    """A thousand pictures, a quarter of whose labels are wrong, and which."""
    clean = wardrobe([200] * 5, spread=1.2)
    rng = np.random.default_rng(1)
    targets = np.array(clean.targets, dtype=np.int64)
    wrong: Mask = rng.random(len(targets)) < SHARE
    targets[wrong] = (targets[wrong] + rng.integers(1, 5, int(wrong.sum()))) % 5
    return replace(clean, targets=targets), wrong


@pytest.fixture(scope="module")
def sieve(noisy: tuple[FacetData, Mask]) -> Sieve:
    return alpha.make_sieve(noisy[0], NOBODY, 0)


def trial(shares: tuple[float, ...], score: float, kept: int = 9) -> Trial:
    return Trial(shares, kept, score, 0)


def test_the_share_of_all_takes_the_most_doubtful_wherever_they_are() -> None:
    doubt, given = np.array([0.1, 0.9, 0.8, 0.7]), np.array([0, 1, 1, 1])
    assert alpha.left_out(doubt, given, [0.5]).tolist() == [False, True, True, False]


def test_a_share_of_each_concept_takes_its_own_most_doubtful() -> None:
    doubt, given = np.array([0.1, 0.2, 0.8, 0.9]), np.array([0, 0, 1, 1])
    assert alpha.left_out(doubt, given, [0.5, 0.5]).tolist() == [False, True, False, True]
    assert alpha.left_out(doubt, given, [0.0, 1.0]).tolist() == [False, False, True, True]


def test_what_is_settled_is_never_left_out(noisy: tuple[FacetData, Mask]) -> None:
    assert not alpha.left_out(np.zeros(4), np.zeros(4, np.int64), [1.0]).any()
    data, _ = noisy
    doubts = alpha.doubts_of(data, ~NOBODY, 0)
    assert not alpha.left_out(doubts.wrong, doubts.given, [0.5]).any()


def test_only_the_train_split_is_sifted(noisy: tuple[FacetData, Mask], sieve: Sieve) -> None:
    assert in_split([noisy[0].groups[row] for row in sieve.doubts.rows], "train").all()


def test_whoever_judges_a_fold_saw_nothing_of_it(sieve: Sieve) -> None:
    own = sieve.apart[sieve.folds, np.arange(len(sieve.folds))]
    assert not own.any()


def test_the_search_leaves_out_what_is_wrong_and_learning_gains(
    noisy: tuple[FacetData, Mask], sieve: Sieve
) -> None:
    data, wrong = noisy
    trials = list(islice(alpha.search(sieve, [], [[0.0]], 0), 40))
    assert trials[0].shares == (0.0,)
    best = alpha.best_of(trials)
    assert best.score > trials[0].score + 0.05
    assert best.shares[0] == pytest.approx(SHARE, abs=0.12)
    out = sieve.doubts.rows[alpha.left_out(sieve.doubts.wrong, sieve.doubts.given, best.shares)]
    assert wrong[out].mean() > 0.8
    confirmed = alpha.confirm(data, sieve, best.shares, 0)
    assert confirmed.after.value > confirmed.before.value
    assert confirmed.gain.is_better


def test_where_all_labels_are_right_leaving_out_is_not_better() -> None:
    data = wardrobe([80] * 5, spread=0.6)
    sieve = alpha.make_sieve(data, NOBODY[:400], 0)
    best = alpha.best_of(list(islice(alpha.search(sieve, [], [[0.0]], 0), 20)))
    assert not alpha.confirm(data, sieve, best.shares, 0).gain.is_better


def test_a_search_that_was_cut_off_goes_on_from_its_trials(sieve: Sieve) -> None:
    first = list(islice(alpha.search(sieve, [], [[0.0], [0.2]], 0), 2 * alpha.POPULATION))
    again = next(alpha.search(sieve, first, [[0.0], [0.2]], 0))
    assert again.shares not in [(0.0,), (0.2,)]
    assert again.generation == 2
    good = sorted(first, key=lambda each: -each.score)[: alpha.POPULATION]
    low, high = (edge(each.shares[0] for each in good) for edge in (min, max))
    assert low - (high - low) <= again.shares[0] <= high + (high - low)


def test_shares_by_concept_have_a_gene_each(sieve: Sieve) -> None:
    tried = list(islice(alpha.search(sieve, [], [[0.0] * 5, [0.3] * 5], 0), 4))
    assert [each.shares for each in tried[:2]] == [(0.0,) * 5, (0.3,) * 5]
    assert all(len(each.shares) == 5 for each in tried)
    assert len({each.shares for each in tried}) == 4


def test_of_equal_trials_the_one_that_keeps_most_is_best() -> None:
    few, many = trial((0.2,), 0.9, kept=8), trial((0.1,), 0.9, kept=9)
    assert alpha.best_of([trial((0.0,), 0.8, kept=10), few, many]) == many


def test_a_trial_is_read_back_as_it_was() -> None:
    made = trial((0.1, 0.2), 0.9)
    assert Trial.from_json(made.to_json()) == made
