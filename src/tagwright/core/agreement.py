"""How far people who judged the same picture agree, beyond what chance would give."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from tagwright.types import Interval

RESAMPLES: Final = 500
LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one person said of one unit: a picture and facet, or a picture and concept."""

    unit: str
    rater: str
    category: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people, over the units that both judged. kappa: 1 whole agreement, 0 chance."""

    raters: tuple[str, str]
    kappa: Interval
    raw: Interval


@dataclass(frozen=True, slots=True)
class Agreement:
    """Over units that two or more judged; None where there are none.

    alpha: Krippendorff's, nominal. raw: the share of pairs of answers that are the same.
    """

    units: int
    alpha: Interval | None
    raw: Interval | None
    pairs: tuple[Pair, ...]


Units = Sequence[Sequence[str]]
"""The categories given to each unit, one a rater."""


def agreement(judgements: Iterable[Judgement], rng: np.random.Generator) -> Agreement:
    """All figures with bootstrap intervals over units. Of one rater and unit the last counts."""
    table: dict[str, dict[str, str]] = defaultdict(dict)
    for each in judgements:
        table[each.unit][each.rater] = each.category
    several = {unit: said for unit, said in table.items() if len(said) > 1}
    if not several:
        return Agreement(0, None, None, ())
    units = [list(said.values()) for said in several.values()]
    return Agreement(
        units=len(units),
        alpha=_interval(krippendorff, units, rng),
        raw=_interval(raw_agreement, units, rng),
        pairs=tuple(_pairs(several, rng)),
    )


def raw_agreement(units: Units) -> float:
    """The share of equal pairs of answers, each unit counting once."""
    shares = []
    for said in units:
        counts, n = np.array(list(Counter(said).values())), len(said)
        shares.append(float((counts * (counts - 1)).sum()) / (n * (n - 1)))
    return float(np.mean(shares)) if shares else float("nan")


def krippendorff(units: Units) -> float:
    """Alpha for nominal answers, any number of raters a unit (Krippendorff 2004, chapter 11).

    1 where nobody ever used a second category: there was nothing to disagree on.
    """
    total: Counter[str] = Counter()
    observed = 0.0
    for said in units:
        counts, n = Counter(said), len(said)
        total.update(counts)
        observed += sum(count * (n - count) for count in counts.values()) / (n - 1)
    n = total.total()
    expected = sum(count * (n - count) for count in total.values()) / (n - 1)
    return 1 - observed / expected if expected else 1.0


def cohen(units: Units) -> float:
    """Kappa of two raters (Cohen 1960). units: (first's, second's) each.

    1 where both used one and the same category throughout.
    """
    n = len(units)
    same = sum(a == b for a, b in units) / n
    first, second = Counter(a for a, _ in units), Counter(b for _, b in units)
    chance = sum(first[category] * second[category] for category in first) / n**2
    return (same - chance) / (1 - chance) if chance < 1 else 1.0


def _pairs(several: dict[str, dict[str, str]], rng: np.random.Generator) -> Iterable[Pair]:
    raters = sorted({rater for said in several.values() for rater in said})
    for one, other in combinations(raters, 2):
        both = [[s[one], s[other]] for s in several.values() if one in s and other in s]
        if both:
            kappa, raw = _interval(cohen, both, rng), _interval(raw_agreement, both, rng)
            yield Pair((one, other), kappa, raw)


def _interval(figure: Callable[[Units], float], units: Units, rng: np.random.Generator) -> Interval:
    """The figure with its percentile bootstrap interval over units (Efron 1979)."""
    value, n = figure(units), len(units)
    drawn = [figure([units[i] for i in rng.integers(0, n, n)]) for _ in range(RESAMPLES)]
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(value, min(float(low), value), max(float(high), value), n)
