"""How many labels are wrong, and which: no clean label is needed to say so.

Probabilities are out of fold, (n, k); `given` is (n,), the column each picture is labelled with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from tagwright.core.calibration import log_softmax
from tagwright.core.intervals import wilson
from tagwright.types import Ids, Interval, Mask, Matrix, Scores

STEPS: Final = 10
"""Of expectation and maximisation; more moved no score by 0.001."""
PRIOR: Final = 0.01
SHARPEST: Final = 3.0
SURE: Final = 1e-6
"""Nothing is surer than this, so that sums of log-odds stay finite."""
STRETCH: Final = 0.25
"""Of the gap between two counts. Chosen on clothing10 and 3,000 pictures of CIFAR-10N, where errors
that fall evenly were up to a quarter of the gap below the lower count; confirmed on other sets."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Two counts of wrong labels that no clean label can decide between.

    sizes: (k,) pictures given each label. alike: (k,) the share of them that is wrong, if errors
    fall on hard pictures as on easy ones: then a doubt on a hard picture is the witnesses' own.
    confident: (k,) the share, if the witnesses are right wherever they are as sure as usual.
    """

    sizes: Ids
    alike: Scores
    confident: Scores

    @property
    def middle(self) -> float:
        """The share of all labels, halfway between the two."""
        return self._overall((self.alike + self.confident) / 2)

    @property
    def sure(self) -> float:
        """The share of all labels, if the witnesses are right wherever they are sure."""
        return self._overall(self.confident)

    def interval(self, value: float, effect: float) -> Interval:
        """The share of all labels that is wrong, as `value`, with all that is left open of it.

        effect: by how much look-alikes inflate its variance.
        """
        ends = (self._overall(self.alike), self.sure)
        return rate_interval(value, ends, int(self.sizes.sum()), effect)

    def interval_of(self, column: int, value: float, effect: float) -> Interval:
        """The same of the pictures given one label."""
        ends = (float(self.alike[column]), float(self.confident[column]))
        return rate_interval(value, ends, int(self.sizes[column]), effect)

    def _overall(self, rates: Scores) -> float:
        return float((rates * self.sizes).sum() / max(self.sizes.sum(), 1))


def counted(given: Ids, p: Matrix, shares: NDArray[np.float64]) -> Counts:
    """Both counts. shares: (n, k) of `true_shares`, by the same witnesses."""
    k = p.shape[1]
    sizes = np.bincount(given, minlength=k)
    stand = np.bincount(given, shares[np.arange(len(given)), given], k)
    return Counts(sizes, 1 - stand / np.maximum(sizes, 1), confident_rates(given, p))


def rate_interval(value: float, ends: tuple[float, float], n: int, effect: float) -> Interval:
    """A share between two counts, both moved apart by `STRETCH` of what lies between them.

    Then each end gets its sampling error (Wilson 1927), for n / effect labels. An interval of
    what the labels cannot decide, not of chance alone: Manski 2003, Partial Identification.
    """
    if not n:
        return wilson(0, 0)
    low, high = sorted(ends)
    apart, size = STRETCH * (high - low), n / effect
    least = wilson(max(low - apart, 0.0) * size, size).low
    most = wilson(min(high + apart, 1.0) * size, size).high
    return Interval(value, min(least, value), max(most, value), n)


def confident_rates(given: Ids, p: Matrix) -> Scores:
    """(k,) the share of the pictures given each label that is wrong, by the confident joint.

    A picture counts for the label it reaches the usual probability of. Source: Northcutt, Jiang &
    Chuang 2021, section 3.1.
    """
    k = p.shape[1]
    mark = usual_probability(given, p)
    mark[np.bincount(given, minlength=k) == 0] = np.inf
    reached = np.where(p >= mark, p, -1.0)
    counts = reached.max(axis=1) >= 0
    joint = np.zeros((k, k))
    np.add.at(joint, (given[counts], reached.argmax(axis=1)[counts]), 1)
    totals = joint.sum(axis=1)
    found: Scores = np.where(totals > 0, 1 - np.diag(joint) / np.maximum(totals, 1), 0.0)
    return found


def usual_probability(given: Ids, p: Matrix) -> Scores:
    """(k,) what pictures given a label have of it on average; 0 where none is given it."""
    own = p[np.arange(len(given)), given]
    sizes = np.bincount(given, minlength=p.shape[1])
    found: Scores = np.bincount(given, own, p.shape[1]) / np.maximum(sizes, 1)
    return found


def true_shares(given: Ids, logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, k) how likely each label is the true one, when the given one is known too.

    A true label z is seen as y with probability T[z, y]; T and the sharpness of the witnesses are
    those that make the given labels likeliest. logs: (n, k) log-probabilities.
    Source: Dawid & Skene 1979, with pictures for the second observer.
    """

    def unlikely(sharpness: float) -> float:
        return -_mixed(given, np.exp(log_softmax(sharpness * logs)))[1]

    best = optimize.minimize_scalar(
        unlikely, bounds=(0.6, SHARPEST), method="bounded", options={"xatol": 0.1, "maxiter": 8}
    ).x
    return _mixed(given, np.exp(log_softmax(float(best) * logs)))[0]


def at_rate(wrong: Scores, rate: float) -> Scores:
    """Probabilities of being wrong, moved alike in log-odds until their mean is `rate`."""
    odds = log_odds(wrong)
    if not 0 < rate < 1:
        return np.full(len(wrong), float(np.clip(rate, 0, 1)))
    moved = optimize.brentq(lambda b: float(_shares(odds + b).mean()) - rate, -60, 60)
    return _shares(odds + moved)


def expected_f1_cut(wrong: Scores) -> Mask:
    """(n,) the labels to doubt: as many of the likeliest as make the expected F1 greatest.

    Source: Lewis 1995; Zhao et al. 2013, the optimum is a cut on the probabilities.
    """
    order = np.argsort(-wrong, kind="stable")
    hits = np.cumsum(wrong[order])
    if not len(order) or hits[-1] <= 0:
        return np.zeros(len(wrong), np.bool_)
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + hits[-1])
    kept = np.zeros(len(wrong), np.bool_)
    kept[order[: int(f1.argmax()) + 1]] = True
    return kept


def log_odds(p: Scores) -> Scores:
    """log(p / (1 - p)), finite."""
    kept = np.clip(p, SURE, 1 - SURE)
    found: Scores = np.log(kept / (1 - kept))
    return found


def _mixed(given: Ids, p: NDArray[Any]) -> tuple[NDArray[np.float64], float]:
    """Shares of the true labels, and the mean log-likelihood of the given ones."""
    k = p.shape[1]
    seen = 0.8 * np.eye(k) + 0.2 / k
    shares = np.empty(p.shape)
    for _ in range(STEPS):
        np.multiply(p, seen[:, given].T, out=shares)
        likely = np.maximum(shares.sum(axis=1, keepdims=True), 1e-300)
        shares /= likely
        joint = np.zeros((k, k))
        np.add.at(joint, given, shares)
        joint = joint.T + PRIOR * np.eye(k)
        seen = joint / np.maximum(joint.sum(axis=1, keepdims=True), 1e-300)
    return shares, float(np.log(likely).mean())


def _shares(odds: Scores) -> Scores:
    found: Scores = 1 / (1 + np.exp(-odds))
    return found
