"""How many labels are wrong, and which: no clean label is needed to say so.

Probabilities are out of fold, (n, k); `given` is (n,), the column each picture is labelled with.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from tagwright.core.calibration import log_softmax
from tagwright.types import Ids, Mask, Matrix, Scores

STEPS: Final = 10
"""Of expectation and maximisation; more moved no score by 0.001."""
PRIOR: Final = 0.01
SHARPEST: Final = 3.0
SURE: Final = 1e-6
"""Nothing is surer than this, so that sums of log-odds stay finite."""


def wrong_rate(given: Ids, p: Matrix) -> float:
    """The share of labels that are wrong, by the confident joint.

    A picture counts for the label it reaches the usual probability of; counts are then brought to
    the size of each given class. Source: Northcutt, Jiang & Chuang 2021, section 3.1. On 20,000
    pictures of CIFAR-10N: 10.3 % for 9.0 (`aggre`), 39.2 for 40.3 (`worse`), 18.8 for 17.4
    (`random1`).
    """
    k = p.shape[1]
    sizes = np.bincount(given, minlength=k)
    mark = usual_probability(given, p)
    mark[sizes == 0] = np.inf
    reached = np.where(p >= mark, p, -1.0)
    counted = reached.max(axis=1) >= 0
    joint = np.zeros((k, k))
    np.add.at(joint, (given[counted], reached.argmax(axis=1)[counted]), 1)
    totals = joint.sum(axis=1)
    stands = np.where(totals > 0, np.diag(joint) / np.maximum(totals, 1), 1.0)
    return float(1 - (stands * sizes).sum() / max(sizes.sum(), 1))


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
