"""From stored features to the few numbers heads work on: standardise, then PCA.

Serving is one matrix product a chunk; memory does not grow with the number of pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import linalg

from tagwright.errors import InvalidInput
from tagwright.types import Features, Half, Ids, Matrix, Scores, View

RANK: Final = 512
CHUNK: Final = 2048
SAMPLE: Final = 4000
"""Rows the axes are computed from; more changed no accuracy measured, only time."""
OVERSAMPLING: Final = 32
POWER_STEPS: Final = 1


@dataclass(frozen=True, slots=True)
class Projection:
    """A linear map of concatenated views. `axes`: (d, r); `offset`: (r,); `variance`: (r,)."""

    views: tuple[View, ...]
    axes: Matrix
    offset: Matrix
    variance: Matrix

    def apply(self, features: Features, rows: Ids | None = None) -> Matrix:
        """(n, r) float32: standardised, rotated, of total variance 1 where it was fitted."""
        total = _count(features, self.views) if rows is None else len(rows)
        out = np.empty((total, self.axes.shape[1]), np.float32)
        for start in range(0, total, CHUNK):
            part = slice(start, min(start + CHUNK, total))
            chosen = part if rows is None else rows[part]
            np.matmul(joined(features, self.views, chosen), self.axes, out=out[part])
            out[part] -= self.offset
        return out


def fit_projection(
    features: Features,
    views: tuple[View, ...],
    rows: Ids,
    rng: np.random.Generator,
    *,
    rank: int = RANK,
) -> Projection:
    """The leading axes of standardised features; every view has the same total weight.

    Source: Halko, Martinsson & Tropp 2011 (randomised range finder with power steps).
    """
    sample = rows if len(rows) <= SAMPLE else np.sort(rng.choice(rows, SAMPLE, replace=False))
    table = joined(features, views, sample)
    mean = table.mean(axis=0, dtype=np.float64).astype(np.float32)
    table -= mean
    scale = _standard(table, [features[view].shape[1] for view in views])
    table *= scale
    rank = min(rank, len(sample) - 1, table.shape[1])
    axes, variance = principal_axes(table, max(rank, 1), rng)
    axes *= scale[:, None]
    kept = axes * np.float32(1 / np.sqrt(max(float(variance.sum()), 1e-12)))
    share = variance / max(float(variance.sum()), 1e-12)
    return Projection(views, kept, mean @ kept, share.astype(np.float32))


def principal_axes(table: Matrix, rank: int, rng: np.random.Generator) -> tuple[Matrix, Scores]:
    """(d, rank) orthonormal axes and the (rank,) variance along each, largest first."""
    n, d = table.shape
    width = min(rank + OVERSAMPLING, n, d)
    basis = rng.standard_normal((d, width), dtype=np.float32)
    for _ in range(POWER_STEPS + 1):
        basis = _orthonormal(_orthonormal(table.T @ (table @ basis)))
    small = table @ basis
    values, turn = linalg.eigh((small.T @ small).astype(np.float64))
    largest = np.argsort(values)[::-1][:rank]
    axes = basis @ turn[:, largest].astype(np.float32)
    return axes, np.maximum(values[largest], 0) / max(n - 1, 1)


def joined(features: Features, views: tuple[View, ...], rows: Ids | slice) -> Matrix:
    """(n, d) float32: the views of some rows side by side."""
    parts: list[Half] = [features[view][rows] for view in views]
    found: Matrix = np.concatenate(parts, axis=1, dtype=np.float32)
    return found


def chunks(total: int) -> Iterator[slice]:
    """Slices over `total` rows that keep float32 copies small."""
    return (slice(start, min(start + CHUNK, total)) for start in range(0, total, CHUNK))


def _count(features: Features, views: tuple[View, ...]) -> int:
    missing = [view for view in views if view not in features]
    if missing:
        raise InvalidInput(
            f"the model reads the view {missing[0]!r} and these features have "
            f"{sorted(features)!r}: embed the pictures with the backbone it learned from"
        )
    return len(features[views[0]])


def _standard(table: Matrix, dims: list[int]) -> Matrix:
    """1 / standard deviation of each column, and each view weighted by 1 / sqrt(its length)."""
    spread = np.sqrt(np.einsum("ij,ij->j", table, table, dtype=np.float64) / max(len(table), 1))
    floor = max(float(np.median(spread)) * 1e-3, 1e-6)
    weight = np.concatenate([np.full(dim, dim**-0.5) for dim in dims])
    scale: Matrix = (weight / np.maximum(spread, floor)).astype(np.float32)
    return scale


def _orthonormal(tall: Matrix) -> Matrix:
    """The columns turned and scaled to be orthonormal, up to float32; all matrix products."""
    values, turn = linalg.eigh((tall.T @ tall).astype(np.float64))
    floor = max(float(values[-1]) * 1e-6, 1e-30)
    whiten = (turn / np.sqrt(np.maximum(values, floor))).astype(np.float32)
    basis: Matrix = tall @ whiten
    return basis
