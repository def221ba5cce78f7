"""Which pictures a person should look at next: where one answer is worth the most.

Worth: how unsure the machine is, more where many pictures look alike; then far from what is on the
page already. Greedy farthest-first is the usual 2-approximation (Gonzalez 1985; core-set active
learning, Sener & Savarese 2018).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tagwright.types import Ids, Matrix, Scores

CROWD: Final = 0.5
"""A picture in the thick of it is worth at most this much more than one that stands alone."""
ALIKE: Final = 0.8
"""Cosine from which an answer to one picture says something of the other."""


def margins(p: NDArray[np.floating]) -> Scores:
    """How far the best guess is ahead of the next, in [0, 1]. p: (n, k), k >= 1, any order."""
    ranked = -np.sort(-p.astype(np.float64), axis=1)
    return ranked[:, 0] - (ranked[:, 1] if p.shape[1] > 1 else 0.0)


def closeness(p: Scores, cutoff: Scores) -> Scores:
    """How near a probability is to what it had to reach: 1 at the cut-off, 0 a whole one away.

    p, cutoff: (n,). A NaN cut-off could not be reached by any probability: closeness 0.
    """
    near: Scores = 1 - np.clip(np.abs(cutoff - p), 0, 1)
    return np.nan_to_num(near, nan=0.0)


def uncertainty(margin: Scores, near: Scores) -> Scores:
    """How much an answer would settle, in [0, 1]. margin, near: (n,) in [0, 1].

    A close race counts twice as much as being close to the cut-off: the second only decides who
    tags, the first whether anybody knows.
    """
    found: Scores = (2 * (1 - margin) + near) / 3
    return found


def crowding(features: Matrix) -> Scores:
    """(n,) in [0, 1]: which share of the others looks like each, against the most of any."""
    unit = _unit(features)
    alike = (unit @ unit.T >= ALIKE).sum(axis=1) - 1
    most = alike.max(initial=0)
    found: Scores = np.clip(alike, 0, None) / most if most > 0 else np.zeros(len(features))
    return found


def in_order(worth: Scores, features: Matrix, groups: Sequence[str]) -> Ids:
    """Rows, the one to ask first in front; of one near-duplicate group only the first.

    worth: (n,), 0 or more. features: (n, d); a row of zeros is far from everything.
    """
    unit = _unit(features)
    value = worth * (1 + CROWD * crowding(features)) + 1e-9  # what is worth nothing comes last
    group = np.unique(np.array(groups, dtype=np.str_), return_inverse=True)[1]
    open_, apart = np.ones(len(value), np.bool_), np.ones(len(value))
    chosen: list[int] = []
    while open_.any():
        best = int(np.argmax(np.where(open_, value * apart, -1.0)))
        chosen.append(best)
        open_ &= group != group[best]
        apart = np.minimum(apart, np.clip(1 - unit @ unit[best], 1e-6, 1))
    return np.array(chosen, dtype=np.int64)


def _unit(features: Matrix) -> Matrix:
    norms = np.linalg.norm(features, axis=1, keepdims=True)
    norms[norms == 0] = 1
    unit: Matrix = features / norms
    return unit
