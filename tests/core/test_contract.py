"""The contract keeps its word: cut-offs, bounds, and how much is missing."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core.contract import (
    NEVER,
    Claims,
    Promise,
    cutoff_for_precision,
    pass_chance,
    promise,
    smallest_sample,
)
from tagwright.types import Contract

RUNS = 150


def drawn(n: int, rng: np.random.Generator, *, twins: int = 1) -> Claims:
    """Honest claims: a score of p is right with chance p. Twins share score and truth."""
    score = np.repeat(1 - 0.5 * rng.random(n // twins) ** 2, twins)
    luck = np.repeat(rng.random(n // twins), twins)
    clusters = np.repeat(np.arange(n // twins), twins)
    return Claims(score[:, None].astype(np.float32), (luck < score)[:, None], clusters)


def kept(made: Promise, world: Claims) -> float:
    tagged, right = world.taken(np.array(made.cutoffs))
    return float(right.sum() / tagged.sum())


@pytest.mark.parametrize(
    ("precision", "cutoff"),
    [
        pytest.param(1.0, 0.9, id="a strict wish keeps only the sure one"),
        pytest.param(0.6, 0.7, id="a looser one reaches further down"),
        pytest.param(1.1, NEVER, id="an impossible one tags nothing"),
    ],
)
def test_the_cutoff_is_the_loosest_that_is_precise_enough(precision: float, cutoff: float) -> None:
    score, right = np.array([0.9, 0.8, 0.7, 0.1]), np.array([True, False, True, False])
    assert cutoff_for_precision(score.astype(np.float32), right, precision) == pytest.approx(cutoff)


def test_ties_are_tagged_together_or_not_at_all() -> None:
    score = np.array([0.9, 0.5, 0.5], np.float32)
    right = np.array([True, True, False])
    assert cutoff_for_precision(score, right, 0.9) == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("target", "confidence", "n"), [(0.95, 0.95, 59), (0.9, 0.95, 29), (0.99, 0.9, 230)], ids=str
)
def test_the_smallest_sample_has_no_wrong_tag(target: float, confidence: float, n: int) -> None:
    contract = Contract(target, confidence)
    assert smallest_sample(contract) == n
    assert pass_chance(np.array([n, n - 1]), 0.0, contract).tolist() == [1, 0]


@pytest.mark.parametrize("twins", [1, 4], ids=["independent pictures", "twins of four"])
def test_promises_are_broken_no_more_often_than_agreed(twins: int) -> None:
    rng = np.random.default_rng(0)
    taught, world = drawn(2000, rng, twins=twins), drawn(50_000, rng)
    broken = made = 0
    for _ in range(RUNS):
        found = promise(taught, drawn(400, rng, twins=twins), Contract(0.9, 0.9))
        made += found.held
        broken += found.held and kept(found, world) < 0.9
    assert made > RUNS / 2
    assert broken <= 0.1 * RUNS + 2.6 * np.sqrt(0.09 * RUNS)


def test_more_reviewed_pictures_reach_further() -> None:
    rng = np.random.default_rng(0)
    taught = drawn(3000, rng)
    few, many = (promise(taught, drawn(n, rng), Contract()) for n in (300, 30_000))
    assert many.tagged / many.seen > few.tagged / few.seen
    assert many.bound >= 0.95


def test_a_refused_promise_says_how_many_pictures_are_missing() -> None:
    rng = np.random.default_rng(0)
    taught = drawn(3000, rng)
    found = promise(taught, drawn(40, rng), Contract())
    assert not found.held
    assert found.cutoffs == (NEVER,)
    assert found.missing is not None
    assert found.missing >= smallest_sample(Contract()) - 40
    passed = [promise(taught, drawn(40 + found.missing, rng), Contract()).held for _ in range(60)]
    assert sum(passed) >= 40


def test_a_model_that_guesses_gets_no_promise_and_no_number() -> None:
    rng = np.random.default_rng(0)
    score = rng.random((500, 1)).astype(np.float32)
    guess = Claims(score, rng.random((500, 1)) < 0.5, np.arange(500))
    found = promise(guess, guess, Contract())
    assert (found.held, found.missing) == (False, None)


def test_a_parent_is_tagged_where_the_leaf_is_unsure() -> None:
    rng = np.random.default_rng(0)
    leaf = np.full((1000, 1), 0.7) + 0.1 * rng.random((1000, 1))
    score = np.concatenate([leaf, np.full((1000, 1), 0.99)], axis=1).astype(np.float32)
    right = np.stack([rng.random(1000) < 0.75, rng.random(1000) < 0.995], axis=1)
    claims = Claims(score, right, np.arange(1000))
    found = promise(claims, claims, Contract())
    assert found.cutoffs[0] > 0.79
    assert found.cutoffs[1] == pytest.approx(0.99)
    assert found.tagged == 1000


@pytest.mark.parametrize("n", [0, 1], ids=["no validation picture", "a single one"])
def test_too_few_pictures_are_no_crash(n: int) -> None:
    rng = np.random.default_rng(0)
    assert not promise(drawn(200, rng), drawn(n, rng), Contract()).held
    assert not promise(drawn(n, rng), drawn(200, rng), Contract(0.99, 0.99)).held


def test_a_promise_survives_storage() -> None:
    rng = np.random.default_rng(0)
    for n in (20, 2000):
        made = promise(drawn(2000, rng), drawn(n, rng), Contract())
        assert Promise.from_json(made.to_json()) == made
