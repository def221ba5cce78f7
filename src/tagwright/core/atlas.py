"""Where pictures stand on a map: two axes of PCA, or t-SNE; and where new ones go beside them.

t-SNE: van der Maaten & Hinton 2008, by openTSNE (Policar, Strazar & Zupan 2024), which is loaded
when first needed: it takes a second. The same table and seed give the same map.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

import numpy as np

from tagwright.types import Ids, Matrix, Scores

Method = Literal["tsne", "pca"]
Watch = Callable[[float], None]
"""Told how much is done, in [0, 1]; may raise to end the work."""

PERPLEXITY: Final = 30.0
EXACT: Final = 20_000
"""Pictures up to which neighbours are found exactly; above, by openTSNE's forest of trees."""
MANY: Final = 5_000
"""Pictures from which a second thread helps."""
EARLY: Final = 250
LATE: Final = 500
EVERY: Final = 10
"""Iterations between two calls of `watch`."""
PLACED_BY: Final = 25
"""Neighbours whose median place a new picture starts from."""
_BLOCK: Final = 1_024


def plane(table: Matrix) -> Matrix:
    """(n, 2): the two leading axes of a reduced table."""
    return np.ascontiguousarray(table[:, :2], np.float32)


def tsne(table: Matrix, *, seed: int = 0, watch: Watch = lambda share: None) -> Matrix:
    """(n, 2) float32, around the origin. table: (n, r), the leading axes first."""
    import openTSNE  # noqa: PLC0415 - a second to load

    affinities = _affinities(table, seed, lambda share: watch(0.4 * share))
    start = plane(table).astype(np.float64)
    start *= 1e-4 / max(float(start[:, 0].std()), 1e-12)
    found = openTSNE.TSNEEmbedding(
        start,
        affinities,
        negative_gradient_method="fft" if len(table) > EXACT // 2 else "bh",
        n_jobs=_threads(len(table)),
        random_state=seed,
    )
    for steps, done, more in ((EARLY, 0, {"exaggeration": 12}), (LATE, EARLY, {})):
        found.optimize(
            n_iter=steps,
            inplace=True,
            learning_rate="auto",
            momentum=0.8,
            max_step_norm=5,
            callbacks=_told(watch, done),
            callbacks_every_iters=EVERY,
            **more,
        )
    return centred(np.asarray(found, np.float32))


def _threads(count: int) -> int:
    """Not the machine's number: sums in another order would give another map.

    On few pictures two threads wait for each other, minutes where others use the cores.
    """
    return 1 if count < MANY else 2


def place(
    new: Matrix, table: Matrix, xy: Matrix, *, watch: Watch = lambda share: None
) -> tuple[Matrix, Ids]:
    """Where new pictures go on a t-SNE map that stays as it is, and their nearest on it.

    new: (m, r). table: (n, r) and xy: (n, 2), of the pictures on the map. Returns (m, 2) float32
    and (m, k) rows of the table, the nearest first. Each is placed by the old ones alone.
    """
    import openTSNE  # noqa: PLC0415 - a second to load

    near, far = neighbours(new, table, min(PLACED_BY, len(table)), watch=watch)
    reference = openTSNE.TSNEEmbedding(
        xy.astype(np.float64), _Stored(len(table)), n_jobs=_threads(len(table))
    )
    perplexity = min(5.0, near.shape[1] / 3)
    weights = openTSNE.affinity.joint_probabilities_nn(
        near[:, : int(3 * perplexity)],
        far[:, : int(3 * perplexity)],
        [perplexity],
        symmetrize=False,
        normalization="point-wise",
        n_reference_samples=len(table),
        n_jobs=_threads(len(table)),
    )
    partial = openTSNE.PartialTSNEEmbedding(
        np.median(xy[near], axis=1),
        reference,
        weights,
        negative_gradient_method="fft" if len(table) > EXACT // 2 else "bh",
        n_jobs=_threads(len(table)),
    )
    partial.optimize(
        n_iter=EARLY, inplace=True, learning_rate=0.1, exaggeration=1.5, momentum=0.8,
        max_grad_norm=0.25,
    )  # fmt: skip
    return np.asarray(partial, np.float32), near


def centred(xy: Matrix) -> Matrix:
    """Moved so that the middle of its extent is the origin: openTSNE places new points so."""
    found: Matrix = xy - (xy.max(axis=0) + xy.min(axis=0)) / 2
    return found


def neighbours(
    queries: Matrix,
    table: Matrix,
    k: int,
    *,
    skip_self: bool = False,
    watch: Watch = lambda share: None,
) -> tuple[Ids, Scores]:
    """(m, k) rows of the table nearest to each query and their Euclidean distances, by all pairs.

    skip_self: the queries are the table, and none is its own neighbour.
    """
    size = np.einsum("ij,ij->i", table, table)
    near = np.empty((len(queries), k), np.int64)
    far = np.empty((len(queries), k), np.float64)
    for start in range(0, len(queries), _BLOCK):
        watch(start / len(queries))
        part = queries[start : start + _BLOCK]
        square = size - 2 * (part @ table.T)
        if skip_self:
            square[np.arange(len(part)), np.arange(start, start + len(part))] = np.inf
        some = np.argpartition(square, min(k, len(table) - 1), axis=1)[:, :k]
        # The few that are kept are measured again: differences of large squares are not exact.
        apart = np.linalg.norm(table[some] - part[:, None], axis=2)
        order = np.argsort(apart, axis=1, kind="stable")
        near[start : start + _BLOCK] = np.take_along_axis(some, order, axis=1)
        far[start : start + _BLOCK] = np.take_along_axis(apart, order, axis=1)
    return near, far


def perplexity_for(count: int) -> float:
    """30, or what so few pictures allow: each must have three times as many neighbours."""
    return max(min(PERPLEXITY, (count - 1) / 3), 1.0)


def _affinities(table: Matrix, seed: int, watch: Watch) -> Any:
    import openTSNE  # noqa: PLC0415 - a second to load

    perplexity = perplexity_for(len(table))
    if len(table) > EXACT:
        watch(0.0)
        return openTSNE.affinity.PerplexityBasedNN(
            table, perplexity, method="annoy", n_jobs=_threads(len(table)), random_state=seed
        )
    k = min(int(3 * perplexity), len(table) - 1)
    near, far = neighbours(table, table, k, skip_self=True, watch=watch)
    index = openTSNE.nearest_neighbors.PrecomputedNeighbors(near, far)
    return openTSNE.affinity.PerplexityBasedNN(
        knn_index=index, perplexity=perplexity, n_jobs=_threads(len(table))
    )


def _told(watch: Watch, done: int) -> Callable[[int, float, Any], bool]:
    def each(iteration: int, _error: float, _places: Any) -> bool:
        watch(0.4 + 0.6 * (done + iteration) / (EARLY + LATE))
        return False

    return each


class _Stored:
    """Stands for the affinities of a map that is not fitted again: only their number is asked."""

    def __init__(self, count: int) -> None:
        import scipy.sparse  # noqa: PLC0415 - only here

        self.P = scipy.sparse.csr_matrix((count, count))
        self.n_samples = count
