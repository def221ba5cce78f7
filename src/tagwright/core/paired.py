"""Two models on the same pictures: who is right where, with intervals that bear few pictures.

Pictures of a group err together: counts are divided by the design effect of the models'
differences, as the contract does (Korn & Graubard 1998).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from tagwright.core.intervals import LEVEL, design_effect, resampled_weights
from tagwright.types import Ids, Interval, Json, Mask, Scores

ALPHA: Final = 0.05
RESAMPLES: Final = 500


@dataclass(frozen=True, slots=True)
class Paired:
    """Two models on n pictures. gained: right now and wrong before; lost: the reverse.

    difference: share right now less share right before. p_better, p_worse: one-sided, exact.
    """

    n: int
    gained: int
    lost: int
    difference: Interval
    p_better: float
    p_worse: float
    effect: float

    @property
    def p(self) -> float:
        """Two-sided McNemar."""
        return min(1.0, 2 * min(self.p_better, self.p_worse))

    @property
    def is_better(self) -> bool:
        return self.gained > self.lost and self.p < ALPHA

    def to_json(self) -> Json:
        return {
            "n": self.n,
            "gained": self.gained,
            "lost": self.lost,
            "difference": self.difference.to_json(),
            "p": self.p,
        }


def paired(now: Mask, before: Mask, clusters: Ids) -> Paired:
    """Two models' rights and wrongs on the same pictures. now, before: (n,)."""
    n = len(now)
    gained, lost = int(np.sum(now & ~before)), int(np.sum(before & ~now))
    effect = difference_effect(now.astype(np.float64) - before, clusters)
    b, c = gained / effect, lost / effect
    low, high = tango(b, c, n / effect)
    return Paired(
        n,
        gained,
        lost,
        Interval((gained - lost) / n if n else 0.0, low, high, n),
        _tail(b, c),
        _tail(c, b),
        effect,
    )


def difference_effect(difference: Scores, clusters: Ids) -> float:
    """By how much groups inflate the variance of a mean difference, at least 1.

    Where nothing differs, nothing is known of how alike the members of a group are: then a group
    counts as one picture.
    """
    spread = difference - difference.mean() if len(difference) else difference
    alone = float(np.sum(spread**2))
    if alone == 0:
        return design_effect(clusters, 1.0)
    together = float(np.sum(np.bincount(clusters, spread) ** 2))
    return max(together / alone, 1.0)


def tango(gained: float, lost: float, n: float) -> tuple[float, float]:
    """95 % score interval of (gained - lost) / n. Source: Tango 1998, section 3."""
    if n <= 0:
        return -1.0, 1.0
    z = float(special.ndtri(0.5 + LEVEL / 2))

    def statistic(delta: float) -> float:
        linear = -gained - lost + (2 * n - gained + lost) * delta
        constant = -lost * delta * (1 - delta)
        root = np.sqrt(max(linear**2 - 8 * n * constant, 0.0))
        share = (root - linear) / (4 * n)
        spread = np.sqrt(max(n * (2 * share + delta * (1 - delta)), 1e-300))
        return float((gained - lost - n * delta) / spread)

    at, edge = (gained - lost) / n, 1 - 1e-9
    low = -1.0 if statistic(-edge) < z else optimize.brentq(lambda d: statistic(d) - z, -edge, at)
    high = 1.0 if statistic(edge) > -z else optimize.brentq(lambda d: statistic(d) + z, at, edge)
    return float(low), float(high)


def least_pictures(margin: float) -> int:
    """How many test pictures could show "not worse" if the models agreed on every one."""
    z = float(special.ndtri(0.5 + LEVEL / 2))
    return int(np.ceil(z * z * (1 / margin - 1))) + 1


def _tail(hits: float, misses: float) -> float:
    """P(at least `hits` of `hits + misses`) for a fair coin; real counts are allowed."""
    return float(special.betainc(hits, misses + 1, 0.5)) if hits > 0 else 1.0


def holm(p: Sequence[float]) -> list[float]:
    """p-values corrected for their number, in the same order. Source: Holm 1979."""
    found, largest = [0.0] * len(p), 0.0
    for rank, at in enumerate(sorted(range(len(p)), key=lambda i: p[i])):
        largest = max(largest, min(1.0, (len(p) - rank) * p[at]))
        found[at] = largest
    return found


def bootstrap(
    figure: Callable[[Scores], float],
    clusters: Ids,
    rng: np.random.Generator,
    *,
    resamples: int = RESAMPLES,
) -> Interval:
    """A figure with its 95 % range over resampled groups. figure: of (n,) weights."""
    n = len(clusters)
    value = figure(np.ones(n)) if n else 0.0
    draws = [figure(weight) for weight in resampled_weights(clusters, rng, resamples)]
    if not draws:
        return Interval(value, -1.0, 1.0, n)
    low, high = np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(value, min(float(low), value), max(float(high), value), n)


def numbered(clusters: Ids) -> Ids:
    """(n,) The same groups, numbered from 0 without gaps."""
    found: NDArray[np.int64] = np.unique(clusters, return_inverse=True)[1]
    return found
