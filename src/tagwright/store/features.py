"""Features on disk: append-only float16 segments, and the rows that say who is where.

A segment is a folder with one float16 `.npy` file a view. It is written beside its place,
fsynced and renamed; the rows that name it commit afterwards. A folder that no row names is what
a crash left behind, and is swept when the library opens.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from tagwright.errors import Conflict, NotFound, Unavailable
from tagwright.store import schema
from tagwright.store.durable import fsync_folder
from tagwright.store.engine import Database
from tagwright.types import AssetId, Features, Half, Ids, View

_CHUNK = 900


@dataclass(frozen=True, slots=True)
class Places:
    """Where the features of some assets are. One row an asset, in the order asked."""

    segments: tuple[str, ...]  # folders
    segment: Ids  # (n,) index into `segments`
    row: Ids  # (n,) row inside the segment


class FeatureStore:
    """The features of one workspace and one backbone version."""

    def __init__(self, db: Database, workspace: str, folder: Path) -> None:
        self.db = db
        self.workspace = workspace
        self.folder = folder

    def write_segment(self, features: Features) -> Path:
        """Put features on disk, durably, not yet named by any row. Returns the folder."""
        final = self.folder / uuid.uuid4().hex
        partial = final.with_name(final.name + ".partial")
        try:
            partial.mkdir(parents=True)
            for view, values in features.items():
                with (partial / f"{view}.npy").open("wb") as file:
                    np.save(file, values.astype("<f2", copy=False), allow_pickle=False)
                    file.flush()
                    os.fsync(file.fileno())
            partial.rename(final)
            fsync_folder(self.folder)
        except OSError as error:
            shutil.rmtree(partial, ignore_errors=True)
            raise Unavailable(
                f"cannot write features to {str(self.folder)!r}: {error.strerror or error}; "
                f"make room there, or make it writable, and run this again"
            ) from error
        return final

    def record(
        self,
        connection: sa.Connection,
        backbone: str,
        assets: Sequence[AssetId],
        features: Features,
        folder: Path,
    ) -> None:
        """Name a written segment in the caller's transaction: from here on it counts."""
        segment = connection.scalar(
            schema.feature_segment.insert()
            .values(
                workspace=self.workspace,
                backbone=backbone,
                folder=folder.name,
                rows=len(assets),
                views=json.dumps({view: int(v.shape[1]) for view, v in features.items()}),
            )
            .returning(schema.feature_segment.c.seq)
        )
        connection.execute(
            self.db.insert_missing(schema.feature),
            [
                {
                    "workspace": self.workspace,
                    "backbone": backbone,
                    "asset": asset,
                    "segment": segment,
                    "row": row,
                }
                for row, asset in enumerate(assets)
            ],
        )

    def lost(self, backbone: str) -> frozenset[int]:
        """The segments whose files are gone or damaged. Opens each of them."""
        table = schema.feature_segment
        query = sa.select(table.c.seq, table.c.folder, table.c.views).where(
            table.c.workspace == self.workspace, table.c.backbone == backbone
        )
        with self.db.read() as connection:
            rows = connection.execute(query).all()
        return frozenset(r.seq for r in rows if not self._is_whole(r.folder, json.loads(r.views)))

    def _is_whole(self, folder: str, views: Iterable[str]) -> bool:
        try:
            for view in views:
                _opened(self.folder / folder / f"{view}.npy")
        except Conflict:
            return False
        return True

    def let_go(
        self, connection: sa.Connection, assets: Sequence[AssetId], lost: frozenset[int]
    ) -> None:
        """Forget where these assets were in lost segments; a segment without any is forgotten."""
        table, segments = schema.feature, schema.feature_segment
        for segment in lost:
            here = (table.c.workspace == self.workspace, table.c.segment == segment)
            for start in range(0, len(assets), _CHUNK):
                some = table.c.asset.in_(assets[start : start + _CHUNK])
                connection.execute(table.delete().where(*here, some))
            if connection.scalar(sa.select(sa.exists().where(*here))) is False:
                connection.execute(segments.delete().where(segments.c.seq == segment))

    def known(
        self,
        connection: sa.Connection,
        backbone: str,
        assets: Sequence[AssetId],
        *,
        lost: frozenset[int] = frozenset(),
    ) -> set[AssetId]:
        """Which of these assets have features already. lost: segments that do not count."""
        table = schema.feature
        found: set[AssetId] = set()
        for start in range(0, len(assets), _CHUNK):
            query = sa.select(table.c.asset, table.c.segment).where(
                table.c.workspace == self.workspace,
                table.c.backbone == backbone,
                table.c.asset.in_(assets[start : start + _CHUNK]),
            )
            rows = connection.execute(query)
            found.update(AssetId(row.asset) for row in rows if row.segment not in lost)
        return found

    def load(self, backbone: str, assets: Sequence[AssetId], views: Sequence[View]) -> Features:
        """Features of these assets in this order, {view: (n, d) float16}. Raises NotFound."""
        places = self._places(backbone, assets)
        return {view: self._gather(places, view) for view in views}

    def segment(self, folder: str, view: View) -> Half:
        """All rows of one segment, mapped; some may have been deleted since."""
        return _opened(self.folder / folder / f"{view}.npy")

    def iterate(
        self, backbone: str, views: Sequence[View], size: int = 4_096
    ) -> Iterator[tuple[list[AssetId], Features]]:
        """Everything stored for a backbone, in chunks of about `size` rows, segment by segment."""
        table, segments = schema.feature, schema.feature_segment
        query = (
            sa.select(table.c.asset, segments.c.folder, table.c.row)
            .join(segments, segments.c.seq == table.c.segment)
            .where(table.c.workspace == self.workspace, table.c.backbone == backbone)
            .order_by(table.c.segment, table.c.row)
        )
        with self.db.read() as connection, self.db.stream(connection, query) as rows:
            for part in rows.partitions(size):
                assets = [AssetId(row.asset) for row in part]
                places = _places_of([(row.folder, row.row) for row in part])
                yield assets, {view: self._gather(places, view) for view in views}

    def sweep(self, before: float) -> int:
        """Delete folders that no row names, last touched before a POSIX time. Returns how many.

        A younger one may belong to a process that is about to commit.
        """
        if not self.folder.exists():
            return 0
        with self.db.read() as connection:
            named = set(connection.scalars(sa.select(schema.feature_segment.c.folder)))
        orphans = [
            folder
            for folder in self.folder.iterdir()
            if folder.name not in named and _was_touched_before(folder, before)
        ]
        for orphan in orphans:
            shutil.rmtree(orphan, ignore_errors=True)
        return len(orphans)

    def _places(self, backbone: str, assets: Sequence[AssetId]) -> Places:
        table, segments = schema.feature, schema.feature_segment
        found: dict[str, tuple[str, int]] = {}
        with self.db.read() as connection:
            for start in range(0, len(assets), _CHUNK):
                query = (
                    sa.select(table.c.asset, segments.c.folder, table.c.row)
                    .join(segments, segments.c.seq == table.c.segment)
                    .where(
                        table.c.workspace == self.workspace,
                        table.c.backbone == backbone,
                        table.c.asset.in_(assets[start : start + _CHUNK]),
                    )
                )
                for row in connection.execute(query):
                    found[row.asset] = (row.folder, row.row)
        missing = [asset for asset in assets if asset not in found]
        if missing:
            raise NotFound(
                f"{len(missing)} pictures have no features from {backbone!r}, "
                f"the first is {missing[0][:12]!r}: import them again"
            )
        return _places_of([found[asset] for asset in assets])

    def _gather(self, places: Places, view: View) -> Half:
        rows: Half | None = None
        for index, folder in enumerate(places.segments):
            here = np.flatnonzero(places.segment == index)
            path = self.folder / folder / f"{view}.npy"
            data = _opened(path)
            if rows is None:
                rows = np.empty((len(places.row), data.shape[1]), dtype=np.float16)
            rows[here] = data[places.row[here]]
        return rows if rows is not None else np.empty((0, 0), dtype=np.float16)


def _places_of(found: Sequence[tuple[str, int]]) -> Places:
    index: dict[str, int] = defaultdict(lambda: len(index))
    segment = np.array([index[folder] for folder, _ in found], dtype=np.int64)
    return Places(tuple(index), segment, np.array([row for _, row in found], dtype=np.int64))


def _opened(path: Path) -> Half:
    """A view of a segment, mapped. Raises Conflict where the file is gone or cut short."""
    try:
        data: Half = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise Conflict(
            f"the features in {str(path)!r} cannot be read ({error}): restore the file "
            f"from a backup, or run the imports again: pictures without features are read anew"
        ) from error
    return data


def _was_touched_before(path: Path, time: float) -> bool:
    try:
        return path.stat().st_mtime < time
    except FileNotFoundError:  # another process renamed or swept it
        return False
