"""Three witnesses to a label that never saw it: a line, a curve, and the neighbours.

Each gives (n, k) log-probabilities of every picture by what the other folds are labelled with, so
a look-alike is no witness for its twin. Labels may be soft: (n, k) shares that sum to 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize

from tagwright.core.calibration import log_softmax
from tagwright.types import Ids, Matrix

Wide: TypeAlias = NDArray[np.float64]

RANK: Final = 1_024
LINE_SHRINKAGE: Final = 0.2
CURVES: Final = 2_048
CURVED_RANK: Final = 512
BANDWIDTH: Final = 0.25
CURVE_SHRINKAGE: Final = 0.03
NEAREST: Final = 50
REFERENCES: Final = 20_000
"""Pictures that neighbours are looked for among; above, a sample of this many."""
SHARPNESS: Final = 8.0
"""A neighbour's weight is exp(SHARPNESS x cosine)."""
CHUNK: Final = 1_024
FLOOR: Final = 0.02

Rows = Callable[[slice], Matrix]


@dataclass(frozen=True, slots=True)
class Nearest:
    """rows: (n, m) the nearest pictures of other look-alike groups, nearest first; cosines."""

    rows: Ids
    cosines: Matrix


def nearest_others(table: Matrix, clusters: Ids, rng: np.random.Generator) -> Nearest:
    """The nearest pictures of each, by cosine, none of them of its own look-alike group.

    table: (n, r). clusters: (n,) groups as numbers. Memory: a block of rows at a time.
    """
    unit = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12)
    n = len(unit)
    among = np.sort(rng.choice(n, REFERENCES, replace=False)) if n > REFERENCES else np.arange(n)
    known, count = unit[among], min(NEAREST, len(among) - 1)
    rows = np.empty((n, count), np.int64)
    cosines = np.empty((n, count), np.float32)
    for part in _parts(n):
        found = unit[part] @ known.T
        found[clusters[part, None] == clusters[None, among]] = -1
        near = np.argpartition(-found, count - 1, axis=1)[:, :count]
        value = np.take_along_axis(found, near, axis=1)
        order = np.argsort(-value, axis=1, kind="stable")
        rows[part] = among[np.take_along_axis(near, order, axis=1)]
        cosines[part] = np.take_along_axis(value, order, axis=1)
    return Nearest(rows, cosines)


def heard(table: Matrix, near: Nearest, labels: Wide, folds: Ids, rng: np.random.Generator) -> Wide:
    """(n, k) log-probabilities of labels, by three witnesses who did not see them, calibrated.

    table: (n, r) projected features. labels: (n, k) shares. Each witness speaks at its own
    temperature, so one that knows little says little; their mean is tempered once more.
    """
    said = [
        held_out_discriminant(lambda part: table[part], labels, folds, LINE_SHRINKAGE),
        held_out_discriminant(_curved(table, rng), labels, folds, CURVE_SHRINKAGE),
        _neighbours(near, labels),
    ]
    return tempered(np.mean([tempered(each, labels) for each in said], axis=0), labels)


def held_out_discriminant(rows: Rows, labels: Wide, folds: Ids, shrinkage: float) -> Wide:
    """(n, k) logits of linear discriminant analysis, each row by the other folds.

    Moments are added up fold by fold in one pass, so leaving a fold out is a subtraction.
    Source: Friedman 1989, regularised discriminant analysis, equation 18 with lambda = 1.
    """
    n, k = labels.shape
    names = np.unique(folds).tolist()
    width = rows(slice(0, 1)).shape[1]
    second = {name: np.zeros((width, width), np.float32) for name in names}
    first = {name: np.zeros((k, width)) for name in names}
    for part in _parts(n):
        block = rows(part)
        for name in names:
            inside = folds[part] == name
            second[name] += block[inside].T @ block[inside]
            first[name] += labels[part][inside].T @ block[inside]
    every, sums = sum(second.values()), sum(first.values())
    found = np.empty((n, k))
    for name in names:
        without = folds != name
        weights, bias = _discriminant(
            np.asarray(every - second[name]),
            sums - first[name],
            labels[without].sum(axis=0),
            shrinkage,
        )
        for part in _parts(n):
            inside = np.flatnonzero(folds[part] == name) + part.start
            if len(inside):
                found[inside] = rows(part)[inside - part.start] @ weights + bias
    return found


def tempered(logits: Wide, labels: Wide) -> Wide:
    """Log-probabilities at the temperature at which these labels are the least surprise.

    Source: Guo et al. 2017, section 4.2, with soft labels.
    """

    def surprise(x: float) -> float:
        return -float(np.mean(np.sum(labels * log_softmax(np.exp(x) * logits), axis=1)))

    best = optimize.minimize_scalar(
        surprise, bounds=(-5, 3), method="bounded", options={"xatol": 0.02}
    ).x
    return log_softmax(float(np.exp(best)) * logits)


def _discriminant(
    second: Matrix, sums: Wide, counts: Wide, shrinkage: float
) -> tuple[Matrix, Wide]:
    counts = counts + 1e-6
    means = sums / counts[:, None]
    total, width = counts.sum(), len(second)
    spread = second.astype(np.float64) / total - (means.T * (counts / total)) @ means
    spread *= 1 - shrinkage
    spread.flat[:: width + 1] += shrinkage * np.trace(spread) / ((1 - shrinkage) * width) + 1e-9
    weights = linalg.solve(spread, means.T, assume_a="pos")
    bias = np.log(counts / total) - 0.5 * np.einsum("kd,dk->k", means, weights)
    return weights.astype(np.float32), bias


def _curved(table: Matrix, rng: np.random.Generator) -> Rows:
    """Random Fourier features of a Gaussian kernel, made when they are asked for.

    Source: Rahimi & Recht 2007, algorithm 1.
    """
    wide = min(CURVED_RANK, table.shape[1])
    sample = table[:: max(len(table) // 4_000, 1), :wide]
    scale = BANDWIDTH / max(float(np.sqrt(np.mean(np.sum(sample**2, axis=1)))), 1e-12)
    curves = min(CURVES, max(8 * wide, 256), max(2 * len(table), 256))
    turn = rng.standard_normal((wide, curves), np.float32) * np.float32(scale)
    phase = rng.uniform(0, 2 * np.pi, curves).astype(np.float32)
    height = np.float32(np.sqrt(2 / curves))
    return lambda part: np.cos(table[part, :wide] @ turn + phase) * height


def _neighbours(near: Nearest, labels: Wide) -> Wide:
    """Logarithms of the share of the neighbours' weight that each label has."""
    weight = np.exp(SHARPNESS * near.cosines)
    found = np.empty(labels.shape)
    for part in _parts(len(labels)):
        found[part] = np.einsum("nm,nmk->nk", weight[part], labels[near.rows[part]])
    found /= np.maximum(found.sum(axis=1, keepdims=True), 1e-12)
    return np.asarray(np.log(found + FLOOR))


def _parts(n: int) -> list[slice]:
    return [slice(start, min(start + CHUNK, n)) for start in range(0, n, CHUNK)]
