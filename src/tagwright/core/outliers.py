"""Pictures unlike anything learned, and libraries unlike the labelled one.

Score: squared Mahalanobis distance to the nearest class mean, one covariance for all classes, in
the projected space (Lee et al. 2018). Conformal p-values from out-of-fold scores turn it into a
share: of pictures like those learned, at most 5 % have a p-value of 0.05 or less (Vovk et al.
2005).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import linalg

from tagwright.core.intervals import wilson
from tagwright.core.solvers import class_means, scatter
from tagwright.types import Ids, Interval, Matrix, Scores

ABSTAIN_BELOW: Final = 0.005
"""A picture whose p-value is under this is no picture the model can judge."""
SHIFT_LEVEL: Final = 0.05
SHRINKAGE: Final = 0.05
QUANTILES: Final = 2001
MOST_MEANS: Final = 256


@dataclass(frozen=True, slots=True)
class Outliers:
    """Whitened class means and the scores of known pictures.

    whiten: (r, r). means: (m, r) in whitened space. known: sorted scores. count: how many
    pictures they came from.
    """

    whiten: Matrix
    means: Matrix
    known: Matrix
    count: int

    def scores(self, rows: Matrix) -> Matrix:
        """(n,): how far each projected picture is from all that is known. High = strange."""
        return nearest_square(rows @ self.whiten, self.means)

    def p_values(self, rows: Matrix) -> Scores:
        """(n,) in (0, 1]: the share of known pictures at least as strange."""
        return self.ranked(self.scores(rows))

    def ranked(self, scores: Matrix) -> Scores:
        if not len(self.known):
            return np.ones(len(scores))
        beyond = len(self.known) - np.searchsorted(self.known, scores, side="left")
        found: Scores = (beyond / len(self.known) * self.count + 1) / (self.count + 1)
        return found


def fit_outliers(rows: Matrix, clusters: Ids, folds: Ids, used: tuple[int, ...]) -> Outliers:
    """Means and covariance of all rows; known scores from rows held out fold by fold.

    clusters: (n,) the class of each row, or its cluster where it has many.
    """
    held: list[Matrix] = []
    for fold in used:
        out = folds == fold
        if out.any() and not out.all():
            whiten, means = _whitened_means(rows[~out], clusters[~out])
            held.append(nearest_square(rows[out] @ whiten, means))
    scores = np.sort(np.concatenate(held)) if held else np.zeros(0, np.float32)
    known = scores
    if len(scores) > QUANTILES:
        known = np.quantile(scores, np.linspace(0, 1, QUANTILES)).astype(np.float32)
    whiten, means = _whitened_means(rows, clusters)
    return Outliers(whiten, means, known.astype(np.float32), len(scores))


def shift(p_values: Scores) -> Interval:
    """The share of pictures stranger than 95 % of the known ones; 0.05 is to be expected."""
    return wilson(int(np.sum(p_values < SHIFT_LEVEL)), len(p_values))


def nearest_square(points: Matrix, means: Matrix) -> Matrix:
    """(n,): squared distance to the nearest mean."""
    size = np.einsum("ij,ij->i", means, means)
    found = np.empty(len(points), np.float32)
    for at in range(0, len(points), 4096):
        part = points[at : at + 4096]
        cross = part @ means.T
        found[at : at + 4096] = (size - 2 * cross).min(axis=1) + np.einsum("ij,ij->i", part, part)
    return np.maximum(found, 0)


def _whitened_means(rows: Matrix, clusters: Ids) -> tuple[Matrix, Matrix]:
    _, cluster, counts = np.unique(clusters, return_inverse=True, return_counts=True)
    weight = np.full(len(rows), 1 / len(rows))
    means = class_means(rows, cluster, weight, len(counts))
    within = scatter(rows, cluster, means, weight)
    ridge = SHRINKAGE * float(np.trace(within)) / len(within)
    within = (1 - SHRINKAGE) * within + max(ridge, 1e-12) * np.eye(len(within))
    root = linalg.cholesky(within, lower=True)
    whiten = linalg.solve_triangular(root, np.eye(len(root)), lower=True).T.astype(np.float32)
    largest = np.argsort(-counts, kind="stable")[:MOST_MEANS]
    return np.ascontiguousarray(whiten), means[largest] @ whiten
