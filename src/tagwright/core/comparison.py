"""Several methods on the same tasks: figures with intervals, and paired tests against the first.

A picture may be tested under several seeds, each with its own split. Its answers, and those of its
look-alikes, are one cluster: intervals widen accordingly and are not narrowed by repeating.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tagwright.core.intervals import clustered_share, percentiles, resampled_weights
from tagwright.core.metrics import calibration_error
from tagwright.core.paired import bootstrap, holm, paired
from tagwright.errors import InvalidInput
from tagwright.types import Ids, Interval, Json, Mask, Scores


@dataclass(frozen=True, slots=True)
class Spent:
    """What learning cost: seconds on the clock, seconds of all processors, and joules of the
    whole machine, None where they cannot be read.
    """

    seconds: float
    processor: float
    joules: float | None

    def __add__(self, other: Spent) -> Spent:
        joules = None
        if self.joules is not None and other.joules is not None:
            joules = self.joules + other.joules
        return Spent(self.seconds + other.seconds, self.processor + other.processor, joules)

    def to_json(self) -> Json:
        return {"seconds": self.seconds, "processor": self.processor, "joules": self.joules}


@dataclass(frozen=True, slots=True)
class Sitting:
    """One method on the test pictures of one task and seed.

    pictures: (n,) their names, the same for every method. groups: (n,) their near-duplicate
    groups. top1, top3: (n,) whether the truth is the first, or among the first three. p: (n,) the
    probability of the first. learned: concepts. how: what the method would say of itself.
    """

    pictures: Sequence[str]
    groups: Sequence[str]
    top1: Mask
    top3: Mask
    p: Scores
    learned: int
    how: str
    spent: Spent

    def to_json(self) -> Json:
        return {
            "pictures": list(self.pictures),
            "groups": list(self.groups),
            "top1": self.top1.astype(int).tolist(),
            "top3": self.top3.astype(int).tolist(),
            "p": [round(float(p), 6) for p in self.p],
            "learned": self.learned,
            "how": self.how,
            "spent": self.spent.to_json(),
        }

    @staticmethod
    def from_json(stored: Json) -> Sitting:
        known: dict[str, Any] = dict(stored)
        for name in ("top1", "top3"):
            known[name] = np.array(stored[name], dtype=np.bool_)
        known["p"] = np.array(stored["p"], dtype=np.float64)
        return Sitting(**known | {"spent": Spent(**stored["spent"])})


@dataclass(frozen=True, slots=True)
class _Pooled:
    """The sittings of a method over all seeds. clusters: (n,) numbers of groups."""

    pictures: Sequence[str]
    top1: Mask
    top3: Mask
    p: Scores
    clusters: Ids


def compare(tasks: Mapping[str, Mapping[str, Sequence[Sitting]]], seed: int = 0) -> Json:
    """Task -> method -> one sitting a seed, in the same order of seeds, becomes the comparison.

    The first method is what the others are tested against: exact McNemar on top-1, with counts
    divided by the design effect of groups and p-values corrected by Holm over all tasks and
    methods, and a bootstrap over groups of the difference in calibration error.
    """
    rows = [
        _row(task, method, sittings, next(iter(methods.values())), seed)
        for task, methods in tasks.items()
        for method, sittings in methods.items()
    ]
    tested = [row["against_first"] for row in rows if row["against_first"] is not None]
    for test, corrected in zip(tested, holm([test["p"] for test in tested]), strict=True):
        test["p_holm"] = corrected
    return {"rows": rows}


def _row(
    task: str, method: str, sittings: Sequence[Sitting], first: Sequence[Sitting], seed: int
) -> Json:
    own = _pooled(sittings)
    spent = [sitting.spent for sitting in sittings]
    return {
        "task": task,
        "method": method,
        "how": sorted({sitting.how for sitting in sittings}),
        "seeds": len(sittings),
        "concepts": max(sitting.learned for sitting in sittings),
        "pictures": len(set(own.pictures)),
        "top1": clustered_share(own.top1, own.clusters).to_json(),
        "top3": clustered_share(own.top3, own.clusters).to_json(),
        "ece": _calibration(own, np.random.default_rng(seed)).to_json(),
        "seconds": float(np.median([each.seconds for each in spent])),
        "processor": float(np.median([each.processor for each in spent])),
        "joules": _median_joules(spent),
        "against_first": None if sittings is first else _tested(own, _pooled(first), seed),
    }


def _pooled(sittings: Sequence[Sitting]) -> _Pooled:
    groups = [group for sitting in sittings for group in sitting.groups]
    return _Pooled(
        [name for sitting in sittings for name in sitting.pictures],
        np.concatenate([sitting.top1 for sitting in sittings]),
        np.concatenate([sitting.top3 for sitting in sittings]),
        np.concatenate([sitting.p for sitting in sittings]),
        np.unique(groups, return_inverse=True)[1].astype(np.int64),
    )


def _calibration(own: _Pooled, rng: np.random.Generator) -> Interval:
    draws = [calibration_error(own.p, own.top1, w) for w in resampled_weights(own.clusters, rng)]
    value = calibration_error(own.p, own.top1, np.ones(len(own.p)))
    return percentiles(value, draws, len(own.p))


def _tested(own: _Pooled, first: _Pooled, seed: int) -> Json:
    if own.pictures != first.pictures:
        raise InvalidInput("the methods were tested on different pictures: measure them anew")
    found = paired(own.top1, first.top1, own.clusters)

    def farther(weight: Scores) -> float:
        ours, theirs = (calibration_error(each.p, each.top1, weight) for each in (own, first))
        return ours - theirs

    ece = bootstrap(farther, own.clusters, np.random.default_rng(seed))
    return {**found.to_json(), "ece": ece.to_json()}


def _median_joules(spent: Sequence[Spent]) -> float | None:
    known = [each.joules for each in spent if each.joules is not None]
    return float(np.median(known)) if len(known) == len(spent) else None
