"""How sure a figure is: intervals for shares, and bounds for promises."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from tagwright.types import Ids, Interval, Mask, Scores

LEVEL: Final = 0.95
RESAMPLES: Final = 500


def wilson(right: float, n: float, *, level: float = LEVEL) -> Interval:
    """The share `right / n` with its score interval. Nothing counted: NaN in [0, 1].

    Source: Wilson 1927; Brown, Cai & DasGupta 2001.
    """
    if n <= 0:
        return Interval(float("nan"), 0.0, 1.0, 0)
    z = float(special.ndtri(0.5 + level / 2))
    share = right / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low, high = max(float(centre - half), 0.0), min(float(centre + half), 1.0)
    return Interval(float(share), min(low, share), max(high, share), round(n))


def f1_score(hit: float, extra: float, missed: float) -> Interval:
    """F1 of a concept with its interval. Nothing counted: NaN in [0, 1].

    Of the pictures where it is said or true, a share J = hit / n are hits. F1 = 2J / (1 + J) rises
    with J, so the ends of Wilson's interval of J give its own, at 0 and 1 too, where a bootstrap's
    has no width. n: hit + extra + missed. Source: Wilson 1927, carried over by this identity of
    the coefficients of Jaccard 1912 and Dice 1945.
    """
    share = wilson(hit, hit + extra + missed)
    value, low, high = (2 * j / (1 + j) for j in (share.value, share.low, share.high))
    return Interval(value, low, high, share.n)


def lower_bound(right: float, n: float, confidence: float) -> float:
    """With this confidence the true share is at least this. One-sided Clopper & Pearson 1934.

    Exact for a binomial count; real numbers are allowed for samples with a design effect
    (Korn & Graubard 1998).
    """
    return float(special.betaincinv(right, n - right + 1, 1 - confidence)) if right > 0 else 0.0


def clopper_pearson(right: int, n: int, *, level: float = LEVEL) -> Interval:
    """The share `right / n` with its exact two-sided interval."""
    if n <= 0:
        return Interval(float("nan"), 0.0, 1.0, 0)
    side = 0.5 + level / 2
    return Interval(
        right / n, lower_bound(right, n, side), 1 - lower_bound(n - right, n, side), int(n)
    )


def clustered_share(right: Mask, clusters: Ids) -> Interval:
    """The share of right ones with its Wilson interval, widened where groups are alike.

    clusters: (n,) the group of each, any integers.
    """
    n = len(right)
    effect = design_effect(clusters, cluster_correlation(~right, clusters))
    found = wilson(float(right.sum()) / effect, n / effect)
    return Interval(found.value, found.low, found.high, n)


def cluster_correlation(wrong: Mask, clusters: Ids) -> float:
    """How alike the members of a group are, 0 to 1 (ANOVA intra-class correlation).

    0 where no group has two members. Source: Donner 1986.
    """
    _, cluster, size = np.unique(clusters, return_inverse=True, return_counts=True)
    n, groups = len(wrong), len(size)
    if groups < 2 or groups == n or not wrong.any():  # noqa: PLR2004 - one group cannot differ
        return 0.0
    means = np.bincount(cluster, wrong) / size
    between = float(np.sum(size * (means - wrong.mean()) ** 2)) / (groups - 1)
    within = float(np.sum((wrong - means[cluster]) ** 2)) / (n - groups)
    typical = (n - float(np.sum(size**2)) / n) / (groups - 1)
    spread = between + (typical - 1) * within
    return float(np.clip((between - within) / spread, 0, 1)) if spread > 0 else 0.0


def design_effect(clusters: Ids, correlation: float) -> float:
    """By how much groups inflate the variance of a share, at least 1 (Kish 1965)."""
    _, sizes = np.unique(clusters, return_counts=True)
    total = int(sizes.sum())
    return 1 + correlation * (float(np.sum(sizes**2)) / total - 1) if total else 1.0


def resampled_weights(
    clusters: Ids, rng: np.random.Generator, resamples: int = RESAMPLES
) -> Iterator[Scores]:
    """(n,) how often each row is in a bootstrap sample of whole clusters, one after another.

    clusters: (n,), 0 to c - 1. Source: Davison & Hinkley 1997, section 3.8.
    """
    count = int(clusters.max()) + 1 if len(clusters) else 0
    for _ in range(resamples if count > 1 else 0):
        drawn = np.bincount(rng.integers(0, count, count), minlength=count)
        yield drawn[clusters].astype(np.float64)


def percentiles(value: float, figures: Sequence[float] | NDArray[Any], n: int) -> Interval:
    """The figure with the 95 % range of its resampled twins; [NaN, NaN] where there are none.

    The range is moved by the twins' bias: a sample with repeats flatters average precision and
    inflates calibration errors. For figures in [0, 1].
    """
    table = np.asarray(figures, dtype=np.float64)
    kept = table[np.isfinite(table)]
    if not len(kept):
        return Interval(value, float("nan"), float("nan"), n)
    moved = np.clip(kept - kept.mean() + value, 0, 1)
    low, high = np.quantile(moved, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(value, min(float(low), value), max(float(high), value), n)
