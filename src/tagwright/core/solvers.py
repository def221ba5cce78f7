"""The optimisers behind heads: multinomial and binary logistic regression, and LDA.

All take (n, r) float32 rows. The penalty is strength / 2 * |weights|^2 beside the *mean* loss,
biases are free. The logistic ones run L-BFGS with a diagonal preconditioner: rows come from PCA,
so their second moments are the diagonal of the Hessian up to a factor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize

from tagwright.types import Ids, Matrix, Scores

MAX_STEPS: Final = 200
TOLERANCE: Final = 1e-6
"""Change of the loss that ends the search."""
ROUGH: Final = 1e-5
"""Enough to compare strengths: out-of-fold losses move in the fourth digit."""

BLOCK: Final = 2_000_000
"""Rows x classes that one-against-the-rest learns at a time: 8 MB a table, several of them."""

Int8: TypeAlias = NDArray[np.int8]
Linear: TypeAlias = tuple[Matrix, Matrix]
"""weights (r, k) and bias (k,)."""
Residual: TypeAlias = Callable[[Matrix], tuple[float, Matrix]]
"""logits (n, k) -> mean loss, and its gradient over the logits."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a search begins (the solution for the neighbouring strength) and when it ends."""

    weights: Matrix
    bias: Matrix
    tolerance: float = TOLERANCE


def softmax_fit(
    rows: Matrix, targets: Ids, row_weights: Scores, strength: float, start: Start
) -> Start:
    """Multinomial logistic regression. targets: (n,) in 0..k-1. row_weights: (n,), any scale."""
    share = (row_weights / row_weights.sum()).astype(np.float32)
    picked = np.arange(len(rows))

    def residual(logits: Matrix) -> tuple[float, Matrix]:
        logits -= logits.max(axis=1, keepdims=True)
        at_target = logits[picked, targets]
        np.exp(logits, out=logits)
        total = logits.sum(axis=1)
        loss = float(share @ (np.log(total) - at_target))
        logits *= (share / total)[:, None]
        logits[picked, targets] -= share
        return loss, logits

    return _search(rows, residual, share, strength, start)


def sigmoid_fit(
    rows: Matrix, targets: Int8, positive_weights: Scores, strength: float, start: Start
) -> Start:
    """Binary logistic regressions, one a column. targets: (n, k) of 1 yes, 0 no, -1 unknown.

    positive_weights: (k,) how much a yes counts; a no counts 1.
    """
    weight = np.where(targets == 1, positive_weights.astype(np.float32), np.float32(1))
    weight *= targets >= 0
    weight /= np.maximum(weight.sum(axis=0), 1e-9)
    yes = (targets == 1).astype(np.float32)

    def residual(logits: Matrix) -> tuple[float, Matrix]:
        loss = np.logaddexp(0, logits)
        loss -= yes * logits
        value = float(np.einsum("ij,ij->", loss, weight, dtype=np.float64))
        gradient = 0.5 * (1 + np.tanh(0.5 * logits))
        gradient -= yes
        gradient *= weight
        return value, gradient

    uniform = np.full(len(rows), 1 / max(len(rows), 1), np.float32)
    return _search(rows, residual, uniform, strength, start)


def rest_fit(rows: Matrix, targets: Ids, strength: float, start: Start) -> Start:
    """One against the rest: a binary logistic regression a class. targets: (n,) in 0..k-1.

    Classes are independent of each other, so a block of them at a time bounds memory. If exactly
    one of k independent answers is yes, the softmax of their logits is the probability of each.
    """
    weights, bias = np.zeros_like(start.weights), np.zeros_like(start.bias)
    width = max(BLOCK // max(len(rows), 1), 1)
    for first in range(0, len(bias), width):
        block = np.arange(first, min(first + width, len(bias)))
        yes = (targets[:, None] == block).astype(np.int8)
        before = Start(start.weights[:, block], start.bias[block], start.tolerance)
        fit = sigmoid_fit(rows, yes, np.ones(len(block)), strength, before)
        weights[:, block], bias[block] = fit.weights, fit.bias
    return Start(weights, bias, start.tolerance)


@dataclass(frozen=True, slots=True)
class Moments:
    """What discriminant analysis needs of its rows: class means, shares and covariance."""

    means: Matrix
    mass: Scores
    within: Scores


def moments_of(rows: Matrix, targets: Ids, classes: int) -> Moments:
    """Class means (k, r), shares (k,) and the (r, r) covariance around the means."""
    weight = np.full(len(rows), 1 / max(len(rows), 1))
    means = class_means(rows, targets, weight, classes)
    mass: Scores = np.bincount(targets, weight, classes).astype(np.float64)
    return Moments(means, mass, scatter(rows, targets, means, weight))


def discriminant_fit(moments: Moments, shrinkage: float) -> Start:
    """Linear discriminant analysis in closed form: one covariance shared by all classes.

    shrinkage: share of the average variance mixed into the covariance, 0 to 1. Classes without
    rows get logits that never win.
    """
    within, means = moments.within, moments.means
    ridge = shrinkage * float(np.trace(within)) / len(within)
    within = (1 - shrinkage) * within + max(ridge, 1e-9) * np.eye(len(within))
    weights = linalg.solve(within, means.T, assume_a="pos").astype(np.float32)
    prior = np.log(np.maximum(moments.mass, 1e-20))
    bias = prior - 0.5 * np.einsum("kr,rk->k", means, weights)
    return Start(weights, bias.astype(np.float32))


def class_means(rows: Matrix, targets: Ids, weight: Scores, classes: int) -> Matrix:
    """(k, r): the weighted mean of each class; zero for a class without rows."""
    order = np.argsort(targets, kind="stable")
    present, starts = np.unique(targets[order], return_index=True)
    means = np.zeros((classes, rows.shape[1]), np.float32)
    for at in range(0, rows.shape[1], 64):
        block = rows[order, at : at + 64] * weight[order, None]
        means[present, at : at + 64] = np.add.reduceat(block, starts, axis=0)
    mass = np.bincount(targets, weight, classes)
    return (means / np.maximum(mass, 1e-12)[:, None]).astype(np.float32)


def scatter(rows: Matrix, targets: Ids, means: Matrix, weight: Scores) -> Scores:
    """(r, r) float64: the weighted covariance around the class means."""
    total = np.zeros((rows.shape[1], rows.shape[1]))
    for at in range(0, len(rows), 8192):
        part = slice(at, at + 8192)
        apart = rows[part] - means[targets[part]]
        total += apart.T @ (apart * weight[part, None].astype(np.float32))
    return total


def _search(
    rows: Matrix, residual: Residual, share: Matrix, strength: float, start: Start
) -> Start:
    """Minimise mean loss + penalty over weights and bias, scaled by the preconditioner."""
    r, k = start.weights.shape
    moment = np.einsum("ij,ij,i->j", rows, rows, share)
    scale = (1 / np.sqrt(0.25 * moment + strength + 1e-8)).astype(np.float32)[:, None]

    def objective(flat: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        table = flat.astype(np.float32).reshape(r + 1, k)
        weights = table[:r] * scale
        logits = rows @ weights
        logits += table[r]
        loss, gradient = residual(logits)
        out = np.empty((r + 1, k))
        out[:r] = (rows.T @ gradient + strength * weights) * scale
        out[r] = gradient.sum(axis=0)
        penalty = 0.5 * strength * float(np.einsum("ij,ij->", weights, weights, dtype=np.float64))
        return loss + penalty, out.ravel()

    first = np.concatenate([start.weights / scale, start.bias[None]]).astype(np.float64)
    found = optimize.minimize(
        objective,
        first.ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": MAX_STEPS, "ftol": start.tolerance, "gtol": 1e-6, "maxcor": 10},
    )
    table = found.x.astype(np.float32).reshape(r + 1, k)
    return Start(table[:r] * scale, table[r], start.tolerance)
