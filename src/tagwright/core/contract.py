"""The precision contract: cut-offs with a finite-sample bound, or how much is missing for one.

How a promise is made. A *claim* is a tag the machine would apply alone: a score and whether it is
right. Out-of-fold predictions on the train split give a path of cut-offs, from strict to loose;
the validation split, which taught nothing, is walked along that path. At each step the
hypothesis "more than 1 - target of the tags are wrong" is tested with an exact binomial bound at
the contract's confidence; the walk ends at the first step that fails and the step before it
stands. Testing in an order fixed beforehand needs no correction for the number of steps, so the
chance that the promise is broken is at most 1 - confidence.

Sources: Geifman & El-Yaniv 2017 (SGR); Angelopoulos et al. 2021 (Learn then Test, fixed-sequence
testing); Clopper & Pearson 1934. Pictures of one group are not independent: counts are divided
by their design effect (Korn & Graubard 1998); where every group has one picture, it is 1 and the
bound is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from tagwright.core.intervals import cluster_correlation, design_effect, lower_bound
from tagwright.types import Contract, Ids, Json, Mask, Matrix, Scores

NEVER: Final = float("inf")
"""A cut-off nothing reaches."""
STEPS: Final = 40
POWER: Final = 0.8
START_POWER: Final = 0.95
"""The walk starts where a pass is this likely; a first step that fails ends it at once."""
CAUTION: Final = 2.0
"""Errors are more than out of fold: cut-offs were chosen there. Up to 1.6 times was measured."""
OPTIMISM: Final = 1.4
"""By how much errors are expected to be more than out of fold when a need is estimated."""
MOST_REVIEWED: Final = 50_000
"""A promise that needs more reviewed pictures is out of reach."""
MOST_WRONG: Final = 3000
FEW: Final = 100
"""With fewer pictures in groups of two or more, nothing is known of how alike their errors are."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What each picture's tag would be at each level, the most specific first.

    score, right: (n, levels); the score is 0 where there is nothing to claim. clusters: (n,) the
    group of each picture, 0 to c - 1.
    """

    score: Matrix
    right: Mask
    clusters: Ids

    def taken(self, cutoffs: Scores) -> tuple[Mask, Mask]:
        """Which pictures are tagged at these cut-offs, and which of those tags are right."""
        passed = (self.score >= cutoffs) & (self.score > 0)
        first = passed.argmax(axis=1)
        tagged = np.asarray(passed.any(axis=1), dtype=np.bool_)
        right: Mask = tagged & self.right[np.arange(len(first)), first]
        return tagged, right


@dataclass(frozen=True, slots=True)
class Promise:
    """What the validation split allows.

    cutoffs: (levels,), `NEVER` where nothing may be tagged alone. tagged, right: on validation at
    the cut-offs. bound: the precision that holds with the contract's confidence. missing: how
    many more reviewed validation pictures a refused promise needs (with a power of 80 %); 0 for
    a kept one, None when this model does not reach the target anywhere.
    """

    contract: Contract
    cutoffs: tuple[float, ...]
    tagged: int
    right: int
    seen: int
    bound: float
    missing: int | None

    @property
    def held(self) -> bool:
        return self.tagged > 0

    def to_json(self) -> Json:
        return {
            "target": self.contract.target,
            "confidence": self.contract.confidence,
            "cutoffs": [None if cutoff == NEVER else cutoff for cutoff in self.cutoffs],
            "tagged": self.tagged,
            "right": self.right,
            "seen": self.seen,
            "bound": self.bound,
            "missing": self.missing,
        }

    @staticmethod
    def from_json(stored: Json) -> Promise:
        cutoffs = tuple(NEVER if each is None else each for each in stored["cutoffs"])
        return Promise(
            Contract(stored["target"], stored["confidence"]),
            cutoffs,
            *(stored[name] for name in ("tagged", "right", "seen", "bound", "missing")),
        )


def promise(taught: Claims, judged: Claims, contract: Contract) -> Promise:
    """Cut-offs for which the contract holds on pictures like those judged.

    taught: out-of-fold on train; it alone fixes the path and where the walk starts. judged: the
    validation split.
    """
    correlation = error_correlation(taught)
    path = cutoff_path(taught, contract)
    outlook = [_outlook([taught], cutoffs, correlation) for cutoffs in path]
    seen = len(judged.score)
    kept: tuple[Scores, int, int, float] | None = None
    start = int(_start(outlook, np.array([seen]), contract)[0][0])
    for step in range(start, len(path)):
        tagged, right = judged.taken(path[step])
        effect = design_effect(judged.clusters[tagged], correlation)
        counts = int(tagged.sum()), int(right.sum())
        bound = lower_bound(counts[1] / effect, counts[0] / effect, contract.confidence)
        if bound < contract.target:
            break
        kept = (path[step], *counts, bound)
    if kept:
        return Promise(contract, tuple(map(float, kept[0])), *kept[1:3], seen, kept[3], 0)
    never = (NEVER,) * taught.score.shape[1]
    known = [_outlook([taught, judged], cutoffs, correlation) for cutoffs in path]
    return Promise(contract, never, 0, 0, seen, 0.0, _missing(known, seen, contract))


def cutoff_path(taught: Claims, contract: Contract) -> list[Scores]:
    """(levels,) cut-offs for each nominal precision, strict to loose.

    At every level the loosest cut-off whose tags, among the pictures no deeper level took, have
    that precision out of fold.
    """
    error = 1 - contract.target
    nominal = 1 - np.geomspace(error / 10, min(4 * error, 0.9), STEPS)
    path: list[Scores] = []
    for precision in nominal:
        cutoffs = _cutoffs_at(taught, float(precision))
        if not path or (cutoffs != path[-1]).any():
            path.append(cutoffs)
    return path


def _cutoffs_at(taught: Claims, precision: float) -> Scores:
    cutoffs = np.full(taught.score.shape[1], NEVER)
    left = np.ones(len(taught.score), np.bool_)
    for level in range(len(cutoffs)):
        score, right = taught.score[left, level], taught.right[left, level]
        cutoffs[level] = cutoff_for_precision(score, right, precision)
        left &= ~(taught.score[:, level] >= cutoffs[level])
    return cutoffs


def cutoff_for_precision(score: Matrix, right: Mask, precision: float) -> float:
    """The loosest cut-off whose tags have at least this precision; `NEVER` when none has."""
    order = np.argsort(-score, kind="stable")
    ranked = score[order].astype(np.float64)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    last_of_tie = np.append(ranked[1:] != ranked[:-1], True)[: len(ranked)]
    good = np.flatnonzero((share >= precision) & last_of_tie & (ranked > 0))
    return float(ranked[good[-1]]) if len(good) else NEVER


def error_correlation(claims: Claims) -> float:
    """How alike the errors of the first claims inside a group are, 0 to 1; 1 where unknown."""
    taken = claims.score[:, 0] > 0
    clusters = claims.clusters[taken]
    _, sizes = np.unique(clusters, return_counts=True)
    if int(sizes[sizes > 1].sum()) < FEW:
        return 1.0
    return cluster_correlation(~claims.right[taken, 0], clusters)


def smallest_sample(contract: Contract) -> int:
    """How many tags, all right, the contract needs at least: 59 for 95 % with 95 %."""
    return int(np.ceil(np.log(1 - contract.confidence) / np.log(contract.target)))


def pass_chance(tags: NDArray[Any], error: NDArray[Any] | float, contract: Contract) -> Scores:
    """Chance that `tags` reviewed tags with this error rate pass the test; shapes broadcast."""
    least = least_tags(contract)
    allowed = np.searchsorted(least, np.floor(tags), side="right") - 1
    right = np.maximum(np.floor(tags) - allowed, 1)
    chance = special.betainc(right, np.maximum(allowed, 0) + 1, 1 - np.asarray(error))
    return np.where(allowed >= 0, chance, 0.0)


@lru_cache(maxsize=16)
def least_tags(contract: Contract) -> Ids:
    """(k,) how many tags the contract needs when 0, 1, 2 ... of them are wrong.

    Uses P(at most k of n wrong) = I(n - k, k + 1) at the share right, the incomplete beta.
    """
    wrong = np.arange(MOST_WRONG)
    doubt = 1 - contract.confidence
    low = wrong.copy()
    high = np.ceil((wrong + 10 * np.sqrt(wrong + 1) + 100) / (1 - contract.target)).astype(np.int64)
    while (high - low > 1).any():
        middle = (low + high) // 2
        passes = special.betainc(middle - wrong, wrong + 1, contract.target) <= doubt
        low, high = np.where(passes, low, middle), np.where(passes, middle, high)
    found: Ids = high
    return found


@dataclass(frozen=True, slots=True)
class _Outlook:
    """What to expect of new pictures at some cut-offs.

    share: of the pictures that would be tagged. error: of those tags that would be wrong.
    effect: the design effect of groups.
    """

    share: float
    error: float
    effect: float


def _outlook(known: Sequence[Claims], cutoffs: Scores, correlation: float) -> _Outlook:
    """From pictures whose truth is known; the error is a Jeffreys mean, so never 0."""
    taken = [claims.taken(cutoffs) for claims in known]
    tagged = sum(int(mask.sum()) for mask, _ in taken)
    wrong = tagged - sum(int(mask.sum()) for _, mask in taken)
    seen = sum(len(claims.score) for claims in known)
    effect = design_effect(known[0].clusters[taken[0][0]], correlation)
    return _Outlook(tagged / max(seen, 1), (wrong + 0.5) / (tagged + 1), effect)


def _start(outlook: Sequence[_Outlook], seen: Ids, contract: Contract) -> tuple[Ids, Scores]:
    """For each number of pictures: the step to start at, and the chance that it passes.

    The loosest step that very probably passes even if errors are `CAUTION` times as many as
    expected; without one, the most probable.
    """
    share, error, effect = (
        np.array([getattr(each, name) for each in outlook])[:, None]
        for name in ("share", "error", "effect")
    )
    tags = share * seen / effect
    careful = pass_chance(tags, np.minimum(CAUTION * error, 1), contract)
    likely = careful >= START_POWER
    loosest = len(outlook) - 1 - likely[::-1].argmax(axis=0)
    step = np.where(likely.any(axis=0), loosest, careful.argmax(axis=0))
    return step, pass_chance(tags, OPTIMISM * error, contract)[step, np.arange(len(seen))]


def _missing(outlook: Sequence[_Outlook], seen: int, contract: Contract) -> int | None:
    """How many more validation pictures make a pass likely."""
    least = max(smallest_sample(contract), seen + seen // 10 + 1)
    sizes = np.unique(np.geomspace(least, max(MOST_REVIEWED, least), 300).astype(np.int64))
    _, chance = _start(outlook, sizes, contract)
    enough = sizes[chance >= POWER]
    return int(enough[0]) - seen if len(enough) else None


def as_json(values: NDArray[Any]) -> list[float | None]:
    """Cut-offs as JSON numbers, null for `NEVER`."""
    return [None if not np.isfinite(value) else float(value) for value in values]
