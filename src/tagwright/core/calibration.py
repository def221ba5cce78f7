"""Probabilities that mean what they say: calibration fitted on out-of-fold logits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from tagwright.core.solvers import Int8
from tagwright.types import FacetKind, Ids, Matrix

OFFSET_PRIOR: Final = 10.0
"""An offset costs as much as this many pictures would: classes with few keep theirs near 0."""
SLOPE_PRIOR: Final = 10.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logits become `slope * logits + offset`, both (k,), before softmax or sigmoid."""

    slope: Matrix
    offset: Matrix

    def apply(self, logits: Matrix) -> Matrix:
        scaled: Matrix = logits * self.slope + self.offset
        return scaled


def probabilities_of(kind: FacetKind, logits: Matrix) -> Matrix:
    """(n, k): softmax for `one`, sigmoid for `any`."""
    return softmax(logits) if kind == "one" else sigmoid(logits)


def softmax(logits: Matrix) -> Matrix:
    """Rows that sum to 1."""
    found: Matrix = logits - logits.max(axis=1, keepdims=True)
    np.exp(found, out=found)
    found /= found.sum(axis=1, keepdims=True)
    return found


def log_softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithms of rows that sum to 1, none below log(1e-12)."""
    moved = logits - logits.max(axis=1, keepdims=True)
    moved -= np.log(np.exp(moved).sum(axis=1, keepdims=True))
    return np.asarray(np.maximum(moved, np.log(1e-12)))


def sigmoid(logits: Matrix) -> Matrix:
    """1 / (1 + exp(-logits)), without overflow."""
    found: Matrix = 0.5 * (1 + np.tanh(0.5 * logits))
    return found


def log_loss(logits: Matrix, targets: Ids) -> float:
    """Mean of -log P(target) under softmax. Low = good."""
    top = logits.max(axis=1)
    total = np.log(np.exp(logits - top[:, None]).sum(axis=1)) + top
    return float(np.mean(total - logits[np.arange(len(logits)), targets], dtype=np.float64))


def masked_log_loss(logits: Matrix, targets: Int8) -> float:
    """Mean binary log-loss over what is known, every column the same weight. Low = good."""
    known = targets >= 0
    loss = np.where(known, np.logaddexp(0, logits) - (targets == 1) * logits, 0)
    counts = known.sum(axis=0)
    return float(np.mean(loss.sum(axis=0)[counts > 0] / counts[counts > 0], dtype=np.float64))


def calibrate_one(logits: Matrix, targets: Ids) -> Calibration:
    """One temperature and an offset a class. Source: Guo et al. 2017, section 4.2.

    Offsets are pulled to 0, so few pictures of a class move it little.
    """
    n, k = logits.shape
    picked = np.arange(n)
    table = logits.astype(np.float64)

    def objective(x: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        slope = np.exp(x[0])
        scaled = slope * table + x[1:]
        scaled -= scaled.max(axis=1, keepdims=True)
        at_target = scaled[picked, targets]
        probs = np.exp(scaled)
        total = probs.sum(axis=1)
        probs /= total[:, None]
        probs[picked, targets] -= 1
        prior = 0.5 * (SLOPE_PRIOR * x[0] ** 2 + OFFSET_PRIOR * np.sum(x[1:] ** 2))
        gradient = np.empty(k + 1)
        gradient[0] = slope * np.einsum("ij,ij->", probs, table) + SLOPE_PRIOR * x[0]
        gradient[1:] = probs.sum(axis=0) + OFFSET_PRIOR * x[1:]
        return float(np.sum(np.log(total) - at_target) + prior) / n, gradient / n

    found = optimize.minimize(objective, np.zeros(k + 1), jac=True, method="L-BFGS-B").x
    slope = np.full(k, np.exp(found[0]), np.float32)
    return Calibration(slope, found[1:].astype(np.float32))


def calibrate_any(logits: Matrix, targets: Int8) -> Calibration:
    """A slope and an offset a concept, pulled to (1, 0). Source: Platt 1999."""
    _, k = logits.shape
    known, yes = targets >= 0, (targets == 1).astype(np.float64)

    def objective(x: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        slope, offset = np.exp(x[:k]), x[k:]
        scaled = logits * slope + offset
        loss = np.sum((np.logaddexp(0, scaled) - yes * scaled)[known])
        residual = np.where(known, 0.5 * (1 + np.tanh(0.5 * scaled)) - yes, 0)
        gradient = np.empty(2 * k)
        gradient[:k] = np.einsum("ij,ij->j", residual, logits) * slope + SLOPE_PRIOR * x[:k]
        gradient[k:] = residual.sum(axis=0) + offset
        prior = 0.5 * (SLOPE_PRIOR * np.sum(x[:k] ** 2) + np.sum(offset**2))
        return float(loss + prior) / len(logits), gradient / len(logits)

    found = optimize.minimize(objective, np.zeros(2 * k), jac=True, method="L-BFGS-B").x
    return Calibration(np.exp(found[:k]).astype(np.float32), found[k:].astype(np.float32))
