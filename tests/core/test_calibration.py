"""Calibration mends what is over- or underconfident, and leaves what is right."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core.calibration import (
    calibrate_any,
    calibrate_one,
    log_loss,
    masked_log_loss,
    sigmoid,
    softmax,
)
from tagwright.types import Matrix


def honest(n: int, classes: int) -> Matrix:
    rng = np.random.default_rng(0)
    return (2 * rng.standard_normal((n, classes))).astype(np.float32)


@pytest.mark.parametrize("factor", [0.25, 1.0, 4.0], ids=["too shy", "honest", "too sure"])
def test_the_temperature_is_found(factor: float) -> None:
    logits = honest(4000, 5)
    rng = np.random.default_rng(1)
    targets = np.array([rng.choice(5, p=row / row.sum()) for row in softmax(logits)])
    found = calibrate_one(logits * np.float32(factor), targets)
    assert found.slope == pytest.approx(np.full(5, 1 / factor), rel=0.08)
    assert np.abs(found.offset).max() < 0.15
    mended = log_loss(found.apply(logits * np.float32(factor)), targets)
    assert mended <= log_loss(logits * np.float32(factor), targets) + 1e-4


def test_each_concept_gets_its_own_slope_and_offset() -> None:
    logits = honest(4000, 2)
    rng = np.random.default_rng(1)
    answers = (rng.random((4000, 2)) < sigmoid(logits)).astype(np.int8)
    answers[:100, 0] = -1
    skewed = logits * np.float32(3) + np.array([1, -2], np.float32)
    found = calibrate_any(skewed, answers)
    assert found.slope == pytest.approx([1 / 3, 1 / 3], rel=0.1)
    assert found.offset == pytest.approx([-1 / 3, 2 / 3], abs=0.15)
    assert masked_log_loss(found.apply(skewed), answers) < masked_log_loss(skewed, answers)


def test_a_handful_of_pictures_moves_little() -> None:
    logits = np.array([[2, 0], [2, 0], [0, 2]], np.float32)
    found = calibrate_one(logits, np.array([0, 0, 1]))
    assert found.slope == pytest.approx([1, 1], abs=0.3)


def test_extreme_logits_stay_finite() -> None:
    logits = np.array([[1e4, -1e4, 0]], np.float32)
    assert softmax(logits).tolist() == [[1, 0, 0]]
    assert sigmoid(logits).tolist() == [[1, 0, 0.5]]
