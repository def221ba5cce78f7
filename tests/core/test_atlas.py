"""Places on a map: the same every time, neighbours stay neighbours, new ones find theirs."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core import atlas
from tagwright.types import Ids, Matrix


def blobs(each: int, *, seed: int = 0) -> tuple[Matrix, Ids]:
    """Five kinds of rows, well apart in ten dimensions."""
    rng = np.random.default_rng(seed)
    middles = np.random.default_rng(1).normal(scale=6, size=(5, 10))
    rows = np.concatenate([rng.normal(size=(each, 10)) + middle for middle in middles])
    return rows.astype(np.float32), np.repeat(np.arange(5), each)


@pytest.fixture(scope="module")
def drawn() -> tuple[Matrix, Ids, Matrix]:
    table, kind = blobs(80)
    return table, kind, atlas.tsne(table)


def test_a_map_keeps_kinds_together(drawn: tuple[Matrix, Ids, Matrix]) -> None:
    _, kind, xy = drawn
    near, _ = atlas.neighbours(xy, xy, 10, skip_self=True)
    assert (kind[near] == kind[:, None]).mean() > 0.98


def test_the_same_table_gives_the_same_map(drawn: tuple[Matrix, Ids, Matrix]) -> None:
    table, _, xy = drawn
    assert np.array_equal(atlas.tsne(table), xy)


def test_new_rows_are_placed_among_their_kind_and_the_map_stays(
    drawn: tuple[Matrix, Ids, Matrix],
) -> None:
    table, kind, xy = drawn
    before = xy.copy()
    new, own = blobs(10, seed=7)
    placed, near = atlas.place(new, table, xy)
    assert (kind[near[:, 0]] == own).all()
    beside, _ = atlas.neighbours(placed, xy, 5)
    assert (kind[beside] == own[:, None]).mean() > 0.98
    assert np.array_equal(xy, before)


def test_a_row_that_is_there_already_is_placed_where_it_stands(
    drawn: tuple[Matrix, Ids, Matrix],
) -> None:
    table, _, xy = drawn
    placed, _ = atlas.place(table[:20], table, xy)
    spread = np.ptp(xy, axis=0).max()
    assert np.linalg.norm(placed - xy[:20], axis=1).max() < 0.1 * spread


@pytest.mark.parametrize("count", [10, 11, 30])
def test_very_few_rows_make_a_map_as_well(count: int) -> None:
    table = blobs(10)[0][:count]
    xy = atlas.tsne(table)
    assert xy.shape == (count, 2)
    assert np.isfinite(xy).all()
    assert np.isfinite(atlas.place(table[:3], table, xy)[0]).all()


def test_progress_goes_up_to_one_and_may_end_the_work() -> None:
    table, _ = blobs(20)
    told: list[float] = []
    atlas.tsne(table, watch=told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)

    class Stop(Exception):
        pass

    def stop(share: float) -> None:
        if share > 0.5:
            raise Stop

    with pytest.raises(Stop):
        atlas.tsne(table, watch=stop)


def test_neighbours_are_the_nearest_in_order() -> None:
    table, _ = blobs(30)
    near, far = atlas.neighbours(table[:40], table, 5)
    every = np.linalg.norm(table[:40, None] - table[None], axis=2)
    assert np.array_equal(near, np.argsort(every, axis=1, kind="stable")[:, :5])
    assert far == pytest.approx(np.sort(every, axis=1)[:, :5], abs=1e-4)
    alone, _ = atlas.neighbours(table, table, 5, skip_self=True)
    assert not (alone == np.arange(len(table))[:, None]).any()


@pytest.mark.parametrize(("count", "perplexity"), [(10, 3), (61, 20), (91, 30), (5_000, 30)])
def test_few_pictures_have_a_smaller_perplexity(count: int, perplexity: float) -> None:
    assert atlas.perplexity_for(count) == pytest.approx(perplexity)
