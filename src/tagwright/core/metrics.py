"""Figures of predictions against truth, as arrays; `weight` lets a bootstrap count rows again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tagwright.core.intervals import percentiles, resampled_weights
from tagwright.core.solvers import Int8
from tagwright.types import Ids, Interval, Mask, Matrix, Scores

BINS = 10
MAP_RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class Counts:
    """(k,) how often a concept was said rightly, said wrongly, and not said where it is."""

    hit: Scores
    extra: Scores
    missed: Scores

    def f1(self) -> Scores:
        """(k,) NaN where the concept is neither there nor said."""
        total = 2 * self.hit + self.extra + self.missed
        return _ratio(2 * self.hit, total)

    def recall(self) -> Scores:
        """(k,) NaN where the concept is not there."""
        total = self.hit + self.missed
        return _ratio(self.hit, total)


def counts_of_one(said: Ids, truth: Ids, classes: int, weight: Scores) -> Counts:
    """said, truth: (n,) 0 to classes - 1; a truth of -1 is a concept that was not learned."""
    hit = _weighed(said[said == truth], weight[said == truth], classes)
    known = truth >= 0
    total = _weighed(truth[known], weight[known], classes)
    return Counts(hit, _weighed(said, weight, classes) - hit, total - hit)


def counts_of_any(said: Mask, truth: Int8, weight: Scores) -> Counts:
    """said: (n, k). truth: (n, k) of 1, 0, -1; what is unknown counts nowhere."""
    yes, no = truth == 1, truth == 0
    return Counts(weight @ (said & yes), weight @ (said & no), weight @ (~said & yes))


def average_precision(order: Ids, yes: Mask, weight: Scores) -> float:
    """Area under precision against recall. order: rows, the most probable first. NaN without yes.

    Source: Manning, Raghavan & Schütze 2008, section 8.4.
    """
    ranked = weight[order]
    hit = np.where(yes[order], ranked, 0)
    total = hit.sum()
    if total <= 0:
        return float("nan")
    precision = np.cumsum(hit) / np.maximum(np.cumsum(ranked), 1e-12)
    return float(np.sum(precision * hit) / total)


def mean_average_precision(
    p: Matrix, truth: Int8, clusters: Ids, rng: np.random.Generator
) -> tuple[Interval, list[Interval]]:
    """The mean over the concepts that are there, and each concept's own."""
    orders = [np.argsort(-p[:, c], kind="stable") for c in range(p.shape[1])]
    orders = [order[truth[order, c] >= 0] for c, order in enumerate(orders)]

    def each(weight: Scores) -> Scores:
        found = [average_precision(o, truth[:, c] == 1, weight) for c, o in enumerate(orders)]
        return np.array(found)

    values = each(np.ones(len(p)))
    draws = [each(weight) for weight in resampled_weights(clusters, rng, MAP_RESAMPLES)]
    table = np.array(draws).reshape(-1, p.shape[1])
    there = np.isfinite(values)
    if not there.any():
        return Interval(float("nan"), 0.0, 1.0, 0), []
    means = [float(np.nanmean(row[there])) for row in table if np.isfinite(row[there]).any()]
    own = [
        percentiles(float(value), table[:, c], int(np.sum(truth[:, c] >= 0)))
        for c, value in enumerate(values)
    ]
    return percentiles(float(values[there].mean()), means, len(p)), own


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions whose probability lies between `low` and `high`."""

    low: float
    high: float
    p: float
    right: int
    n: int


def reliability(p: Scores, right: Mask, bins: int = BINS) -> list[Bin]:
    """How often predictions of each probability are right; empty bins are left out."""
    at = _bin_of(p, bins)
    found = []
    for each in np.unique(at):
        inside = at == each
        mean = float(p[inside].mean())
        right_there, n = int(right[inside].sum()), int(inside.sum())
        found.append(Bin(float(each) / bins, float(each + 1) / bins, mean, right_there, n))
    return found


def calibration_error(p: Scores, right: Mask, weight: Scores, bins: int = BINS) -> float:
    """ECE: the mean distance between probability and share of right. Source: Guo et al. 2017."""
    at = _bin_of(p, bins)
    gap = np.bincount(at, weight * (p - right), bins)
    return float(np.abs(gap).sum() / max(float(weight.sum()), 1e-12))


def coverage_curve(
    score: Scores, right: Mask, points: int = 50
) -> Sequence[tuple[float, int, int]]:
    """(cut-off, tagged, right) from the surest few predictions to all of them."""
    order = np.argsort(-score, kind="stable")
    total = np.cumsum(right[order])
    ends = np.unique(np.linspace(1, len(order), min(points, len(order))).astype(np.int64))
    return [(float(score[order[end - 1]]), int(end), int(total[end - 1])) for end in ends]


def _ratio(part: Scores, total: Scores) -> Scores:
    """NaN where the total is 0."""
    found: Scores = np.full(len(total), np.nan)
    np.divide(part, total, out=found, where=total > 0)
    return found


def _weighed(columns: Ids, weight: Scores, classes: int) -> Scores:
    """(classes,) the weight of each column's rows."""
    found: Scores = np.bincount(columns, weight, classes).astype(np.float64)
    return found


def _bin_of(p: Scores, bins: int) -> Ids:
    return np.clip((p * bins).astype(np.int64), 0, bins - 1)
