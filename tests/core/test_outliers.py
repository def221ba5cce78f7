"""Strange pictures get small p-values; known ones are spread evenly."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core.outliers import Outliers, fit_outliers, shift
from tagwright.types import Ids, Matrix


def pictures(n: int, seed: int, *, at: float = 0.0) -> tuple[Matrix, Ids]:
    rng = np.random.default_rng(seed)
    classes = rng.integers(0, 3, n)
    rows = rng.standard_normal((n, 8)) + 4 * np.eye(8)[classes] + at
    return rows.astype(np.float32), classes


@pytest.fixture(scope="module")
def known() -> Outliers:
    rows, classes = pictures(3000, 0)
    return fit_outliers(rows, classes, np.arange(3000) % 5, (0, 1, 2, 3, 4))


def test_known_pictures_have_even_p_values(known: Outliers) -> None:
    p = known.p_values(pictures(4000, 1)[0])
    assert np.quantile(p, [0.05, 0.5, 0.9]) == pytest.approx([0.05, 0.5, 0.9], abs=0.03)
    found = shift(p)
    assert found.low <= 0.05 <= found.high


def test_strange_pictures_have_the_smallest(known: Outliers) -> None:
    p = known.p_values(pictures(500, 1, at=5)[0])
    assert p.max() < 0.005
    assert shift(p).low > 0.95


def test_with_few_pictures_nothing_is_called_strange() -> None:
    rows, classes = pictures(40, 0)
    few = fit_outliers(rows, classes, np.arange(40) % 5, (0, 1, 2, 3, 4))
    assert few.p_values(pictures(10, 1, at=50)[0]) == pytest.approx(np.full(10, 1 / 41))
