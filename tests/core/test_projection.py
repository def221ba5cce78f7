"""Standardising and PCA: against an exact decomposition."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core.projection import fit_projection, principal_axes
from tagwright.errors import InvalidInput
from tagwright.types import Features


@pytest.fixture
def features() -> Features:
    rng = np.random.default_rng(1)
    low = rng.standard_normal((300, 8)) * [9, 7, 5, 4, 3, 2, 1.5, 1]
    semantic = low @ rng.standard_normal((8, 40)) + 0.01 * rng.standard_normal((300, 40)) + 3
    return {
        "semantic": semantic.astype(np.float16),
        "detail": (rng.standard_normal((300, 100)) * 50).astype(np.float16),
    }


def test_the_axes_are_those_of_an_exact_decomposition(features: Features) -> None:
    table = features["semantic"].astype(np.float32)
    table -= table.mean(axis=0)
    axes, variance = principal_axes(table, 5, np.random.default_rng(0))
    _, exact, turn = np.linalg.svd(table, full_matrices=False)
    assert variance == pytest.approx(exact[:5] ** 2 / 299, rel=1e-3)
    assert np.abs(np.sum(axes * turn[:5].T, axis=0)) == pytest.approx(np.ones(5), abs=1e-3)


def test_projected_rows_are_centred_and_of_total_variance_one(features: Features) -> None:
    rows = np.arange(300)
    found = fit_projection(features, ("semantic", "detail"), rows, np.random.default_rng(0))
    table = found.apply(features)
    assert table.mean(axis=0) == pytest.approx(np.zeros(table.shape[1]), abs=1e-3)
    assert table.var(axis=0).sum() == pytest.approx(1, abs=0.02)
    assert (found.apply(features, rows[10:20]) == table[10:20]).all()


def test_constant_and_few_features_do_no_harm() -> None:
    features: Features = {"semantic": np.full((5, 30), 2, np.float16)}
    found = fit_projection(features, ("semantic",), np.arange(5), np.random.default_rng(0))
    assert np.isfinite(found.apply(features)).all()


def test_a_missing_view_is_named(features: Features) -> None:
    rng = np.random.default_rng(0)
    found = fit_projection(features, ("semantic", "detail"), np.arange(300), rng)
    with pytest.raises(InvalidInput, match="reads the view 'detail'"):
        found.apply({"semantic": features["semantic"]})
