"""Which pictures of a map belong together, what to call them, and which fit nothing known.

Clusters are the leaves of HDBSCAN (Campello, Moulavi & Sander 2013) on the places of the map.
On two packs of labelled pictures these held two to five times as many of the pictures, about as
purely, as clusters of 10 or 50 components of PCA: t-SNE has pulled apart already what neighbours
say; see `benchmarks/map.py`.
"""

from __future__ import annotations

import math
from typing import Final, Literal

import numpy as np
from scipy.spatial import cKDTree

from tagwright.types import Ids, Mask, Matrix, Scores

NONE: Final = -1
"""The cluster of what stands between clusters."""
SMALLEST: Final = 10
"""Pictures of a cluster, and of a group that fits nothing, at least."""
CORE: Final = 5
"""Neighbours that make a place dense."""
ISLAND_SHARE: Final = 0.02
"""A cluster with a smaller share of labelled pictures is an island nobody has been to."""
FIT: Final = 0.95
"""A picture fits where it is as near to labelled ones as 95 of 100 of these are to each other."""
FEWEST_LABELLED: Final = 20
MOST_GROUPS: Final = 50
MOST_DEEP: Final = 20_000
"""Rows of more than two numbers that are clustered at once."""


def clusters(points: Matrix) -> Ids:
    """(n,) the cluster of each row, the largest is 0; -1 for none. points: (n, d).

    Beyond the plane, of many rows a part is clustered and the rest joins it: HDBSCAN takes
    minutes for 100,000 rows of ten numbers, and seconds for 20,000.
    """
    if points.shape[1] > 2 and len(points) > MOST_DEEP:  # noqa: PLR2004 - a plane
        some = np.linspace(0, len(points) - 1, MOST_DEEP).astype(np.int64)
        near = np.asarray(cKDTree(points[some]).query(points, 2 * CORE + 1)[1], np.int64)
        return _largest_first(joined(near, clusters(points[some])))
    return _dense(points, max(SMALLEST, round(math.sqrt(len(points)) / 4)), "leaf")


def _dense(points: Matrix, smallest: int, chosen: Literal["leaf", "eom"]) -> Ids:
    from sklearn.cluster import HDBSCAN  # noqa: PLC0415 - a second to load

    if len(points) < 2 * smallest:
        return np.zeros(len(points), np.int64) if len(points) >= smallest else _none(points)
    found = HDBSCAN(
        min_cluster_size=smallest, min_samples=CORE, cluster_selection_method=chosen, copy=True
    ).fit_predict(points.astype(np.float64))
    return _largest_first(found.astype(np.int64))


def _none(points: Matrix) -> Ids:
    return np.full(len(points), NONE, np.int64)


def _largest_first(found: Ids) -> Ids:
    count = int(found.max(initial=NONE)) + 1
    sizes = np.bincount(found[found >= 0], minlength=count)
    place = np.empty(count + 1, np.int64)
    place[np.argsort(-sizes, kind="stable")] = np.arange(count)
    place[NONE] = NONE
    renamed: Ids = place[found]
    return renamed


def joined(near: Ids, cluster: Ids) -> Ids:
    """(m,) the cluster that most of each new picture's nearest belong to. near: (m, k) rows."""
    voting = cluster[near[:, : 2 * CORE + 1]]
    count = int(cluster.max(initial=NONE)) + 2
    votes = np.zeros((len(near), count), np.int64)
    for column in voting.T:
        votes[np.arange(len(near)), column + 1] += 1
    best: Ids = votes.argmax(axis=1) - 1
    return best


def strangers(points: Matrix, labelled: Mask) -> Mask:
    """(n,) which pictures without a label are farther from all labelled ones than those from
    each other: by the mean distance to the nearest five, at most 5 % of pictures like the
    labelled are.

    On a t-SNE map this told pictures of a concept left out better (AUROC 0.92 and 0.86 on two
    packs) than angles between features did (0.89 and 0.76); see `benchmarks/map.py`.
    """
    known = points[labelled]
    if len(known) < FEWEST_LABELLED:
        return np.zeros(len(points), np.bool_)
    tree = cKDTree(known)
    own = _mean_distance(tree, known, CORE + 1) * (CORE + 1) / CORE  # itself is one, at 0
    far = _mean_distance(tree, points, CORE)
    found: Mask = ~labelled & (far > np.quantile(own, FIT))
    return found


def _mean_distance(tree: cKDTree, points: Matrix, count: int) -> Scores:
    found: Scores = np.asarray(tree.query(points, count)[0]).mean(axis=1)
    return found


def groups(points: Matrix, strange: Mask) -> list[Ids]:
    """Those of the strange that look alike among themselves: rows of each group, largest first.

    By excess of mass: a concept nobody has named is one group, not the leaves it is made of.
    """
    rows = np.flatnonzero(strange)
    found = _dense(points[rows], SMALLEST, "eom")
    return [rows[found == group] for group in range(min(found.max(initial=NONE) + 1, MOST_GROUPS))]


def middle(points: Matrix, rows: Ids) -> tuple[float, float]:
    """A place in the midst of some points: the median, which no far one moves."""
    x, y = np.median(points[rows], axis=0)
    return float(x), float(y)


def typical(points: Matrix, rows: Ids, count: int) -> Ids:
    """The rows nearest to the middle of a cluster, at most `count`."""
    apart = np.linalg.norm(points[rows] - np.median(points[rows], axis=0), axis=1)
    return rows[np.argsort(apart, kind="stable")[:count]]
