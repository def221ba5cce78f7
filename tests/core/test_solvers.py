"""The solvers reach the optimum, and bear unknown answers and empty classes."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core.calibration import sigmoid, softmax
from tagwright.core.solvers import (
    Start,
    discriminant_fit,
    moments_of,
    sigmoid_fit,
    softmax_fit,
)
from tagwright.types import Ids, Matrix


def blobs(classes: int, n: int = 600, seed: int = 0) -> tuple[Matrix, Ids]:
    rng = np.random.default_rng(seed)
    targets = rng.integers(0, classes, n)
    centres = rng.standard_normal((classes, 6)) * 2
    rows = (centres[targets] + rng.standard_normal((n, 6))).astype(np.float32)
    return rows, targets


def zeros(classes: int) -> Start:
    return Start(np.zeros((6, classes), np.float32), np.zeros(classes, np.float32), 1e-10)


def test_the_multinomial_gradient_vanishes_at_the_solution() -> None:
    rows, targets = blobs(4)
    found = softmax_fit(rows, targets, np.ones(600), 1e-2, zeros(4))
    residual = softmax(rows @ found.weights + found.bias) - np.eye(4)[targets]
    gradient = rows.T @ residual / 600 + 1e-2 * found.weights
    assert np.abs(gradient).max() < 1e-3
    assert np.abs(residual.mean(axis=0)).max() < 1e-3


def test_unknown_answers_teach_nothing() -> None:
    rows, targets = blobs(3)
    answers = np.eye(3, dtype=np.int8)[targets]
    answers[:300, 0] = -1
    equal = np.ones(3)
    found = sigmoid_fit(rows, answers, equal, 1e-2, zeros(3))
    seen = sigmoid_fit(rows[300:], answers[300:], equal, 1e-2, zeros(3))
    assert found.weights[:, 0] == pytest.approx(seen.weights[:, 0], abs=2e-2)
    p = sigmoid(rows @ found.weights + found.bias)
    assert p[:, 1:].mean(axis=0) == pytest.approx(answers[:, 1:].mean(axis=0), abs=1e-2)


def test_discriminant_analysis_finds_the_classes_it_saw() -> None:
    rows, targets = blobs(5)
    found = discriminant_fit(moments_of(rows, targets, 7), 0.05)
    said = (rows @ found.weights + found.bias).argmax(axis=1)
    assert np.mean(said == targets) > 0.8
    assert said.max() < 5


def test_a_stronger_penalty_gives_smaller_weights() -> None:
    rows, targets = blobs(3)
    weak, strong = (
        softmax_fit(rows, targets, np.ones(600), strength, zeros(3)) for strength in (1e-4, 1.0)
    )
    assert np.abs(strong.weights).sum() < 0.5 * np.abs(weak.weights).sum()
