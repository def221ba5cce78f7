"""The index of similar pictures on real files."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from tagwright.core.nearest import cosines
from tagwright.errors import Unavailable
from tagwright.store import schema
from tagwright.store.engine import Database
from tagwright.store.features import FeatureStore
from tagwright.store.nearest import SHORT_LIST, NearestIndex
from tagwright.store.workspaces import ensure_workspace
from tagwright.types import AssetId, Half, Matrix

NOW = "2026-01-01T00:00:00.000+00:00"
DIM = 64


def asset_id(number: int) -> AssetId:
    return AssetId(f"{number * 7919 + 1:064x}"[::-1])


@dataclass(frozen=True, slots=True)
class World:
    """A feature store with an index. `rows` of all that was put in, in order."""

    features: FeatureStore
    folder: Path
    rows: list[Half]

    def index(self) -> NearestIndex:
        return NearestIndex(self.features.db, self.features, "b", self.folder)

    def put(self, count: int, segments: int = 1, workspace: str = "w") -> None:
        rng = np.random.default_rng(len(self.rows))
        store = FeatureStore(self.features.db, workspace, self.features.folder)
        start = sum(map(len, self.rows))
        rows = np.abs(rng.standard_normal((count, DIM))).astype(np.float16)
        for part in np.array_split(np.arange(count), segments):
            features = {"semantic": rows[part]}
            written = store.write_segment(features)  # type: ignore[arg-type]
            assets = [asset_id(start + i) for i in part.tolist()]
            with store.db.write() as transaction:
                store.record(transaction, "b", assets, features, written)  # type: ignore[arg-type]
        self.rows.append(rows)

    def nearest(self, row: int, limit: int) -> list[AssetId]:
        """By hand."""
        rows = np.concatenate(self.rows)
        order = np.argsort(-cosines(rows, rows[row].astype(np.float32)), kind="stable")
        return [asset_id(i) for i in order[:limit].tolist()]

    def query(self, row: int) -> Matrix:
        found: Matrix = np.concatenate(self.rows)[row].astype(np.float32)
        return found


@pytest.fixture
def world(tmp_path: Path, database_url: str | None) -> Iterator[World]:
    db = Database(database_url or f"sqlite:///{tmp_path / 'library.db'}")
    db.migrate()
    for name in ("w", "other"):
        ensure_workspace(db, name, NOW)
    yield World(FeatureStore(db, "w", tmp_path / "features"), tmp_path / "index", [])
    db.close()


def found(index: NearestIndex, query: np.ndarray, limit: int) -> list[AssetId]:
    return [near.asset for near in index.search(query, limit)][:limit]


def test_nothing_is_found_in_an_empty_library(world: World) -> None:
    assert world.index().search(np.ones(DIM, np.float32), 5) == []


def test_a_small_library_is_searched_exactly(world: World) -> None:
    world.put(SHORT_LIST, segments=7)
    assert found(world.index(), world.query(3), 20) == world.nearest(3, 20)


def test_a_large_library_is_searched_by_codes(world: World) -> None:
    world.put(5_000, segments=3)
    index = world.index()
    recalls = [
        len(set(found(index, world.query(i), 20)) & set(world.nearest(i, 20))) / 20
        for i in range(20)
    ]
    assert np.mean(recalls) >= 0.9
    assert [found(index, world.query(i), 1) for i in range(5)] == [[asset_id(i)] for i in range(5)]


def test_new_segments_are_appended_at_the_next_search(world: World) -> None:
    world.put(50)
    index = world.index()
    assert found(index, world.query(0), 1) == [asset_id(0)]
    (generation,) = world.folder.glob("*.index")
    world.put(50, segments=20)
    assert found(index, world.query(77), 10) == world.nearest(77, 10)
    assert list(world.folder.glob("*.index")) == [generation]
    assert found(world.index(), world.query(77), 10) == world.nearest(77, 10)


def test_another_workspace_is_not_in_it(world: World) -> None:
    world.put(10)
    world.put(10, workspace="other")
    assert len(world.index().search(world.query(0), 20)) == 10


def test_rows_deleted_before_they_were_indexed_are_skipped(world: World) -> None:
    world.put(10)
    with world.features.db.write() as transaction:
        transaction.execute(schema.feature.delete().where(schema.feature.c.asset == asset_id(3)))
    assert asset_id(3) not in found(world.index(), world.query(3), 20)


def test_a_search_among_some_finds_only_these_however_far(world: World) -> None:
    world.put(3_000)
    some = [asset_id(i) for i in range(0, 3_000, 100)]
    near = [n.asset for n in world.index().search(world.query(5), 30, among=some)]
    everything = world.nearest(5, 3_000)
    assert near == [asset for asset in everything if asset in set(some)]
    many = [asset_id(i) for i in range(0, 3_000, 2)]
    near = [n.asset for n in world.index().search(world.query(4), 10, among=many)]
    assert near[0] == asset_id(4)
    assert set(near) <= set(many)


def cut_codes(folder: Path) -> None:
    (codes,) = folder.glob("*.index/codes")
    codes.write_bytes(codes.read_bytes()[:-1])


def spoil_header(folder: Path) -> None:
    (folder / "index.json").write_text('{"format"')


def other_header(folder: Path) -> None:
    (folder / "index.json").write_text("[]")


def delete_rows(folder: Path) -> None:
    for rows in folder.glob("*.index/rows"):
        rows.unlink()


def delete_all(folder: Path) -> None:
    for file in (*folder.glob("*.index/*"), folder / "index.json"):
        file.unlink()


@pytest.mark.parametrize("damage", [cut_codes, spoil_header, other_header, delete_rows, delete_all])
def test_a_damaged_index_is_built_anew(world: World, damage: Callable[[Path], None]) -> None:
    world.put(60, segments=3)
    open_before = world.index()
    found(open_before, world.query(0), 1)
    damage(world.folder)
    assert found(world.index(), world.query(7), 10) == world.nearest(7, 10)
    assert found(open_before, world.query(7), 10) == world.nearest(7, 10)
    world.put(5)
    assert found(open_before, world.query(62), 10) == world.nearest(62, 10)


def test_what_a_killed_process_wrote_does_not_count(world: World) -> None:
    world.put(20)
    found(world.index(), world.query(0), 1)
    for file in world.folder.glob("*.index/*"):
        file.write_bytes(file.read_bytes() + b"half a row")
    world.put(20)
    assert found(world.index(), world.query(31), 10) == world.nearest(31, 10)


def test_segments_that_are_gone_are_forgotten(world: World) -> None:
    world.put(20, segments=2)
    index = world.index()
    found(index, world.query(0), 1)
    table = schema.feature_segment
    with world.features.db.write() as transaction:
        oldest = transaction.scalar(sa.select(sa.func.min(table.c.seq)))
        transaction.execute(schema.feature.delete().where(schema.feature.c.segment == oldest))
        transaction.execute(table.delete().where(table.c.seq == oldest))
    assert sorted(found(index, world.query(0), 20)) == sorted(asset_id(i) for i in range(10, 20))


def test_a_picture_embedded_twice_is_found_once(world: World) -> None:
    world.put(10)
    index = world.index()
    found(index, world.query(0), 1)
    with world.features.db.write() as transaction:
        transaction.execute(schema.feature.delete().where(schema.feature.c.asset == asset_id(0)))
    rows = {"semantic": world.rows[0][:1]}
    folder = world.features.write_segment(rows)  # type: ignore[arg-type]
    with world.features.db.write() as transaction:
        world.features.record(transaction, "b", [asset_id(0)], rows, folder)  # type: ignore[arg-type]
    assert found(index, world.query(0), 20) == world.nearest(0, 20)


def test_an_index_that_cannot_be_written_says_where(world: World) -> None:
    world.put(10)
    world.folder.write_text("a file where the folder should be")
    with pytest.raises(Unavailable, match="search index"):
        found(world.index(), world.query(0), 1)


def test_threads_share_an_index_while_it_grows(world: World) -> None:
    world.put(200, segments=4)
    index = world.index()
    wrong: list[object] = []

    def look() -> None:
        for i in range(40):
            if found(index, world_query[i], 1) != [asset_id(i)]:
                wrong.append(i)

    world_query = [world.query(i) for i in range(40)]
    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(5):
        world.put(20, segments=2)
    for thread in threads:
        thread.join()
    assert wrong == []
    assert found(index, world.query(290), 10) == world.nearest(290, 10)


def _search_apart(url: str, features: Path, folder: Path, query: list[float]) -> list[str]:
    db = Database(url)
    index = NearestIndex(db, FeatureStore(db, "w", features), "b", folder)
    answer = [str(near.asset) for near in index.search(np.array(query, np.float32), 5)][:5]
    db.close()
    return answer


@pytest.mark.slow
def test_processes_that_build_at_once_agree(world: World) -> None:
    world.put(2_000, segments=50)
    db, query = world.features.db, world.query(9).tolist()
    task = (str(db.url), world.features.folder, world.folder, query)
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        answers = pool.starmap(_search_apart, [task] * 3)
    assert answers == [answers[0]] * 3
    assert answers[0][0] == asset_id(9)
    assert len(list(world.folder.glob("*.index"))) == 1
