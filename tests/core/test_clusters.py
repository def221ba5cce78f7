"""Clusters of a map, who joins them, and what fits nothing."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core import clusters
from tagwright.types import Ids, Matrix


def islands(*sizes: int, seed: int = 0) -> tuple[Matrix, Ids]:
    """Round islands of points, 100 apart."""
    rng = np.random.default_rng(seed)
    parts = [rng.normal((100 * k, 0), 1, (n, 2)) for k, n in enumerate(sizes)]
    return np.concatenate(parts).astype(np.float32), np.repeat(np.arange(len(sizes)), sizes)


def test_the_largest_cluster_comes_first_and_stragglers_are_in_none() -> None:
    points, own = islands(40, 120, 80)
    points = np.concatenate([points, np.array([[9_000, 5_000], [-9_000, -6_000]], np.float32)])
    found = clusters.clusters(points)
    assert (found[-2:] == clusters.NONE).all()
    sizes = np.bincount(found[found >= 0])
    assert (np.diff(sizes) <= 0).all()
    for number in range(len(sizes)):
        assert len(set(own[np.flatnonzero(found[:-2] == number)].tolist())) == 1


def test_many_rows_of_more_than_two_numbers_join_clusters_of_a_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clusters, "MOST_DEEP", 120)
    points, own = islands(400, 200)
    deep = np.hstack([points, points])
    found = clusters.clusters(deep)
    for number in range(int(found.max()) + 1):
        assert len(set(own[found == number].tolist())) == 1
    assert (found >= 0).mean() > 0.5
    assert (np.diff(np.bincount(found[found >= 0])) <= 0).all()


def test_few_points_are_one_cluster_and_fewer_are_none() -> None:
    points, _ = islands(15)
    assert set(clusters.clusters(points).tolist()) == {0}
    assert set(clusters.clusters(points[:5]).tolist()) == {clusters.NONE}


def test_a_new_picture_joins_the_cluster_of_most_of_its_nearest() -> None:
    cluster = np.array([0, 0, 0, 1, 1, -1, -1])
    near = np.array([[0, 1, 3], [3, 4, 0], [5, 6, 0]])
    assert clusters.joined(near, cluster).tolist() == [0, 1, -1]


def test_what_is_far_from_all_that_is_labelled_is_strange() -> None:
    points, own = islands(100, 100, 60)
    labelled = (own < 2) & (np.arange(len(own)) % 2 == 0)
    found = clusters.strangers(points, labelled)
    assert found[own == 2].all()
    assert found[own < 2].mean() < 0.1
    assert not found[labelled].any()


def test_without_enough_labels_nothing_is_strange() -> None:
    points, own = islands(100, 100)
    labelled = np.zeros(len(own), np.bool_)
    labelled[: clusters.FEWEST_LABELLED - 1] = True
    assert not clusters.strangers(points, labelled).any()


def test_the_strange_are_grouped_by_what_is_alike_the_largest_first() -> None:
    points, own = islands(50, 30, 60)
    strange = own != 0
    found = clusters.groups(points, strange)
    assert [len(rows) for rows in found] == [60, 30]
    assert set(own[found[0]].tolist()) == {2}
    assert clusters.groups(points, np.zeros(len(own), np.bool_)) == []


def test_the_middle_is_in_the_midst_and_typical_pictures_are_near_it() -> None:
    points = np.array([[0, 0], [1, 0], [2, 0], [1, 1], [900, 900]], np.float32)
    rows = np.arange(5)
    assert clusters.middle(points, rows) == (1, 0)
    assert clusters.typical(points, rows, 2)[0] == 1
    assert 4 not in clusters.typical(points, rows, 4)
