"""PCA in one pass over chunks, and what is said of the variance it keeps."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core.reduction import Reduction, fit_reduction, variance_words
from tagwright.errors import InvalidInput
from tagwright.types import Matrix


def drawn(n: int, d: int, *, seed: int = 0) -> Matrix:
    """Rows with a few strong directions, columns of very different scale, far from the origin."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, 4)) @ rng.normal(size=(4, d)) + 0.3 * rng.normal(size=(n, d))
    scaled: Matrix = (rows * np.geomspace(0.01, 100, d) + 50).astype(np.float32)
    return scaled


def in_chunks(rows: Matrix, size: int) -> list[Matrix]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def test_it_is_the_eigendecomposition_of_the_correlations() -> None:
    rows = drawn(500, 30)
    found = fit_reduction(in_chunks(rows, 64), keep=0.9)
    values = np.linalg.eigvalsh(np.corrcoef(rows.T.astype(np.float64)))[::-1]
    share = values / values.sum()
    rank = found.axes.shape[1]
    assert found.variance == pytest.approx(share[:rank], abs=1e-4)
    assert share[: rank - 1].sum() < 0.9 <= share[:rank].sum()
    assert found.kept == pytest.approx(share[:rank].sum(), abs=1e-3)
    assert found.kept_by_two == pytest.approx(share[:2].sum(), abs=1e-3)


def test_the_table_has_the_variance_that_is_told_along_each_axis() -> None:
    rows = drawn(500, 30)
    found = fit_reduction([rows])
    table = found.apply(rows)
    assert table.var(axis=0) / 30 == pytest.approx(found.variance, abs=1e-3)
    assert np.abs(table.mean(axis=0)).max() < 1e-2


@pytest.mark.parametrize("size", [7, 64, 500])
def test_the_size_of_chunks_does_not_count(size: int) -> None:
    rows = drawn(500, 30)
    whole, parts = fit_reduction([rows]), fit_reduction(in_chunks(rows, size))
    assert parts.apply(rows) == pytest.approx(whole.apply(rows), abs=0.02)


def test_axes_beyond_the_cap_are_left_out_and_the_share_says_so() -> None:
    rows = np.random.default_rng(0).normal(size=(400, 60)).astype(np.float32)
    found = fit_reduction([rows], most=5)
    assert found.axes.shape == (60, 5)
    assert found.kept < 0.2


def test_a_column_that_never_varies_counts_for_nothing() -> None:
    rows = drawn(100, 10)
    rows[:, 3] = 7
    found = fit_reduction([rows])
    assert found.scale[3] == 0
    assert np.isfinite(found.apply(rows)).all()
    assert found.kept <= 1


def test_wide_features_are_reduced_as_well() -> None:
    rows = drawn(60, 2_100)
    found = fit_reduction(in_chunks(rows, 25))
    assert found.kept >= 0.8
    assert found.axes.shape[1] < 60


@pytest.mark.parametrize("count", [0, 1, 9])
def test_too_few_pictures_are_refused(count: int) -> None:
    with pytest.raises(InvalidInput, match=f"{count} pictures have features, and a map needs 10"):
        fit_reduction([drawn(count, 5)] if count else [])


def test_pictures_that_are_all_the_same_are_refused() -> None:
    with pytest.raises(InvalidInput, match="look the same"):
        fit_reduction([np.ones((20, 5), np.float32)])


def test_its_arrays_make_the_same_again() -> None:
    rows = drawn(100, 10)
    found = fit_reduction([rows])
    assert np.array_equal(Reduction(**found.arrays()).apply(rows), found.apply(rows))


@pytest.mark.parametrize(
    ("method", "kept", "by_two", "words"),
    [
        ("tsne", 0.80, 0.11, "The two axes of PCA keep 11 % of the variance; 90 components"),
        ("tsne", 0.62, 0.11, "62 % (80 % would need more)"),
        ("pca", 0.80, 0.11, "may differ in all the rest"),
        ("pca", 0.80, 0.72, "distances on this map mean something"),
    ],
)
def test_the_sentence_says_how_far_to_trust_a_map(
    method: str, kept: float, by_two: float, words: str
) -> None:
    assert words in variance_words(method, 90, kept, by_two)
