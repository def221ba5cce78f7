"""Standardised PCA of stored features, in one pass: how much of the variance a few axes keep.

Every column counts the same, whatever its scale, as in the study this follows. Features come in
chunks, and only sums and one matrix of products are kept: memory does not grow with the library.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from tagwright.errors import InvalidInput
from tagwright.types import Half, Matrix

KEEP: Final = 0.8
"""Share of the variance that the components keep, as the study chose."""
MOST: Final = 300
"""Components at most. More keep noise: neighbours in 300 dimensions are those in 600."""
HALF: Final = 0.5
"""Of the variance; a plane that keeps less hides more than it shows."""
FEWEST: Final = 10
"""Pictures below which there is nothing to see on a map."""
_WIDE: Final = 2_048


@dataclass(frozen=True, slots=True)
class Reduction:
    """A standardised PCA. mean, scale: (d,), scale 0 where a column never varies. axes: (d, r).

    variance: (r,) share of the whole that each axis keeps, largest first.
    """

    mean: Matrix
    scale: Matrix
    axes: Matrix
    variance: Matrix

    @property
    def kept(self) -> float:
        """The share of the variance that all axes keep, in [0, 1]."""
        return float(min(self.variance.sum(dtype=np.float64), 1.0))

    @property
    def kept_by_two(self) -> float:
        """The share that the first two axes keep: what a plane can show without bending it."""
        return float(min(self.variance[:2].sum(dtype=np.float64), 1.0))

    def apply(self, rows: Half | Matrix) -> Matrix:
        """(n, d) -> (n, r) float32."""
        centred: Matrix = rows.astype(np.float32)
        centred -= self.mean
        centred *= self.scale
        found: Matrix = centred @ self.axes
        return found

    def arrays(self) -> dict[str, NDArray[Any]]:
        """For keeping; `Reduction(**arrays)` is the same."""
        return {
            "mean": self.mean,
            "scale": self.scale,
            "axes": self.axes,
            "variance": self.variance,
        }


def fit_reduction(
    chunks: Iterable[Half | Matrix], *, keep: float = KEEP, most: int = MOST
) -> Reduction:
    """As few axes as keep that share of the variance, at most `most`, and at least two.

    chunks: rows of features, each (n, d). Raises InvalidInput for too few rows, or all alike.
    """
    count, mean, products = _moments(chunks)
    if count < FEWEST:
        raise InvalidInput(
            f"{count} pictures have features, and a map needs {FEWEST}: bring more in, "
            f"`tagwright import FOLDER`"
        )
    covariance = products / count
    spread = np.sqrt(np.maximum(np.diag(covariance), 0))
    varies = spread > max(float(spread.max()) * 1e-6, 1e-9)
    if np.count_nonzero(varies) < 2:  # noqa: PLR2004 - a plane has two axes
        raise InvalidInput("all pictures look the same to the network: there is nothing to map")
    scale = np.where(varies, 1 / np.where(varies, spread, 1), 0)
    covariance *= scale[:, None]
    covariance *= scale
    values, axes = _leading(covariance, min(most, count - 1, int(varies.sum())))
    share = values / float(varies.sum())
    rank = max(int(np.searchsorted(np.cumsum(share), keep) + 1), 2)
    return Reduction(
        mean.astype(np.float32),
        scale.astype(np.float32),
        np.ascontiguousarray(axes[:, :rank], np.float32),
        share[:rank].astype(np.float32),
    )


def _moments(
    chunks: Iterable[Half | Matrix],
) -> tuple[int, NDArray[np.float64], NDArray[np.float64]]:
    """How many rows, their mean, and the sum of their products around it.

    The first chunk's mean is taken off all rows first: sums of large numbers would lose digits.
    """
    count = 0
    origin: Matrix | None = None
    total = products = np.zeros(0)
    for chunk in chunks:
        rows = chunk.astype(np.float32)
        if origin is None:
            origin = rows.mean(axis=0, dtype=np.float64).astype(np.float32)
            total = np.zeros(rows.shape[1])
            products = np.zeros((rows.shape[1], rows.shape[1]))
        rows -= origin
        count += len(rows)
        total += rows.sum(axis=0, dtype=np.float64)
        products += rows.T @ rows
    if origin is None:
        return 0, total, products
    shift = total / count
    products -= count * np.outer(shift, shift)
    return count, origin + shift, products


def _leading(matrix: NDArray[np.float64], rank: int) -> tuple[NDArray[np.float64], Matrix]:
    """The largest eigenvalues, largest first, and their axes, with signs that do not wander."""
    d = len(matrix)
    exact = matrix if d <= _WIDE else matrix.astype(np.float32)
    values, axes = linalg.eigh(exact, subset_by_index=[d - rank, d - 1], overwrite_a=True)
    axes = axes[:, ::-1]
    largest = np.abs(axes).argmax(axis=0)
    signs = np.where(axes[largest, np.arange(rank)] < 0, -1, 1)
    turned: Matrix = (axes * signs).astype(np.float32)
    return np.maximum(values[::-1].astype(np.float64), 0), turned


def variance_words(method: str, components: int, kept: float, by_two: float) -> str:
    """How far a map can be trusted, in sentences. kept, by_two: shares, in [0, 1]."""
    two = f"The two axes of PCA keep {by_two:.0%} of the variance".replace("%", " %")
    if method == "pca":
        if by_two < HALF:
            return (
                f"{two}: pictures side by side on this map may differ in all the rest. "
                f"Draw it by t-SNE."
            )
        return f"{two}: distances on this map mean something."
    whole = f"{components} components keep {kept:.0%}".replace("%", " %")
    less = "" if kept >= KEEP - 0.005 else f" ({KEEP:.0%} would need more)".replace("%", " %")
    return (
        f"{two}; {whole}{less}, and t-SNE draws the map from those. Trust which pictures are "
        f"neighbours, and neither how far apart groups stand nor how large they are."
    )
