"""Maps on disk: where each picture stands, and what new ones are placed by.

A map is a list of parts. The first holds what was fitted; each later one, pictures that came
since. A part is a folder, written beside its place, fsynced and renamed; the row that names it
commits afterwards, so a crash leaves no half map. No file of a part is ever changed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from tagwright.errors import Conflict, NotFound, Unavailable
from tagwright.store import schema
from tagwright.store.durable import fsync_folder, write_files
from tagwright.store.engine import Database
from tagwright.types import AssetId, Ids, Json, Matrix

KEPT: Final = 5
"""Maps of a workspace; the newest stay."""
PLACES: Final = "places.safetensors"
FITTED: Final = "fitted.safetensors"

Arrays = Mapping[str, NDArray[Any]]
Row = sa.Row[Any]


@dataclass(frozen=True, slots=True)
class MapRow:
    """What the database knows of a map. pictures: on it; placed: of them, since it was fitted."""

    id: str
    document: Json
    created_at: str
    pictures: int
    placed: int


@dataclass(frozen=True, slots=True)
class Points:
    """Pictures of a map in the order of their index. assets: S64. xy: (n, 2). cluster: (n,)."""

    assets: NDArray[np.bytes_]
    xy: Matrix
    cluster: Ids

    def ids(self, rows: Sequence[int] | Ids) -> list[AssetId]:
        return [AssetId(each.decode()) for each in self.assets[rows].tolist()]


class Maps:
    """The maps of one workspace."""

    def __init__(self, db: Database, workspace: str, folder: Path) -> None:
        self.db = db
        self.workspace = workspace
        self.folder = folder

    def add(self, points: Points, fitted: Arrays, document: Json, now: str) -> MapRow:
        """Store a map; of the older ones, the newest few stay."""
        folder, digest = self._written({PLACES: _tensors(points), FITTED: fitted})
        new = uuid.uuid4().hex
        with self.db.write() as connection:
            self.db.serialise(connection, self._lock)
            connection.execute(
                schema.map.insert().values(
                    id=new,
                    workspace=self.workspace,
                    document=json.dumps(document),
                    created_at=now,
                )
            )
            self._name(connection, new, folder, digest, len(points.assets))
            gone = self._prune(connection)
        for each in gone:
            shutil.rmtree(self.folder / each, ignore_errors=True)
        return self.get(new)

    def extend(self, of: MapRow, points: Points) -> MapRow:
        """Add pictures that came since. Raises Conflict where others were added meanwhile."""
        folder, digest = self._written({PLACES: _tensors(points)})
        with self.db.write() as connection:
            self.db.serialise(connection, self._lock)
            rows = self._rows(connection, schema.map.c.id == of.id)
            if not rows or rows[0].pictures != of.pictures:
                raise Conflict(f"map {of.id[:8]!r} was changed by another: place pictures again")
            self._name(connection, of.id, folder, digest, len(points.assets))
        return self.get(of.id)

    def describe(self, of: MapRow, document: Json) -> MapRow:
        """Say something else of a map whose points stay."""
        with self.db.write() as connection:
            connection.execute(
                schema.map.update()
                .where(schema.map.c.workspace == self.workspace, schema.map.c.id == of.id)
                .values(document=json.dumps(document))
            )
        return self.get(of.id)

    def all(self) -> list[MapRow]:
        """The newest first."""
        with self.db.read() as connection:
            return self._rows(connection)

    def get(self, named: str) -> MapRow:
        """One map. Raises NotFound."""
        with self.db.read() as connection:
            rows = self._rows(connection, schema.map.c.id == named)
        if not rows:
            raise NotFound(f"there is no map {named!r}: `tagwright map` draws one")
        return rows[0]

    def points(self, of: MapRow) -> Points:
        """Every picture on a map, those that were placed since last."""
        parts = [load_tensors(self._read(row, PLACES)) for row in self._parts(of.id)]
        if not parts:
            raise NotFound(f"there is no map {of.id!r} any more: `tagwright map` draws one")
        assets = np.concatenate([part["assets"] for part in parts])
        return Points(
            _to_ids(assets),
            np.concatenate([part["xy"] for part in parts]),
            np.concatenate([part["cluster"] for part in parts]).astype(np.int64),
        )

    def fitted(self, of: MapRow) -> Arrays:
        """What new pictures are placed by."""
        [first, *_] = self._parts(of.id)
        return load_tensors(self._read(first, FITTED))

    def sweep(self, before: float) -> None:
        """Delete what a crash left behind before a POSIX time: folders that no row names."""
        if not self.folder.exists():
            return
        with self.db.read() as connection:
            named = set(connection.scalars(sa.select(schema.map_part.c.folder)))
        for folder in self.folder.iterdir():
            if folder.name not in named and _was_touched_before(folder, before):
                shutil.rmtree(folder, ignore_errors=True)

    @property
    def _lock(self) -> str:
        return f"maps {self.workspace}"

    def _name(
        self, connection: sa.Connection, of: str, folder: str, digest: str, pictures: int
    ) -> None:
        connection.execute(
            schema.map_part.insert().values(
                workspace=self.workspace, map=of, folder=folder, digest=digest, pictures=pictures
            )
        )

    def _prune(self, connection: sa.Connection) -> list[str]:
        """Forget the oldest maps. Returns their folders, to be deleted once that is committed."""
        part, old = schema.map_part, [row.id for row in self._rows(connection)][KEPT:]
        folders = list(connection.scalars(sa.select(part.c.folder).where(part.c.map.in_(old))))
        connection.execute(part.delete().where(part.c.map.in_(old)))
        connection.execute(schema.map.delete().where(schema.map.c.id.in_(old)))
        return folders

    def _rows(self, connection: sa.Connection, *wanted: sa.ColumnElement[bool]) -> list[MapRow]:
        table, part = schema.map, schema.map_part
        counted = (
            sa.select(
                part.c.map,
                sa.func.sum(part.c.pictures).label("pictures"),
                sa.func.min(part.c.seq).label("first"),
            )
            .where(part.c.workspace == self.workspace)
            .group_by(part.c.map)
            .subquery()
        )
        fitted = part.alias("fitted")
        query = (
            sa.select(table, counted.c.pictures, fitted.c.pictures.label("fitted"))
            .join(counted, counted.c.map == table.c.id)
            .join(fitted, fitted.c.seq == counted.c.first)
            .where(table.c.workspace == self.workspace, *wanted)
            .order_by(table.c.seq.desc())
        )
        return [
            MapRow(
                row.id,
                json.loads(row.document),
                row.created_at,
                int(row.pictures),
                int(row.pictures) - row.fitted,
            )
            for row in connection.execute(query)
        ]

    def _parts(self, of: str) -> list[Row]:
        part = schema.map_part
        query = sa.select(part.c.folder, part.c.digest).where(
            part.c.workspace == self.workspace, part.c.map == of
        )
        with self.db.read() as connection:
            return [*connection.execute(query.order_by(part.c.seq))]

    def _written(self, files: Mapping[str, Arrays]) -> tuple[str, str]:
        """Write a part whole or not at all. Returns its folder, and the hash of its manifest."""
        final = self.folder / uuid.uuid4().hex
        partial = final.with_suffix(".partial")
        try:
            partial.mkdir(parents=True)
            digest = _write(partial, files)
            partial.rename(final)
            fsync_folder(self.folder)
        except OSError as error:
            shutil.rmtree(partial, ignore_errors=True)
            raise Unavailable(
                f"cannot write the map to {str(self.folder)!r}: {error.strerror or error}; "
                f"make room there, or make it writable, and run this again"
            ) from error
        return final.name, digest

    def _read(self, part: Row, name: str) -> bytes:
        """A file of a part. Raises Conflict where it is gone, or not the one that was written."""
        path = self.folder / part.folder / name
        try:
            manifest = (path.parent / "manifest.json").read_bytes()
            data: bytes = path.read_bytes()
        except OSError as error:
            raise Conflict(f"the map's file {str(path)!r} is gone: draw the map again") from error
        stated = json.loads(manifest) if _digest(manifest) == part.digest else {}
        if _digest(data) != stated.get(name):
            raise Conflict(
                f"the map's file {str(path)!r} is not the one that was written (its SHA-256 "
                f"differs): draw the map again"
            )
        return data


def to_bytes(assets: Sequence[str]) -> NDArray[np.bytes_]:
    """Ids as an array of S64."""
    return np.array([each.encode() for each in assets], "S64")


def _tensors(points: Points) -> dict[str, NDArray[Any]]:
    return {
        "assets": _from_ids(points.assets),
        "xy": points.xy.astype(np.float32),
        "cluster": points.cluster.astype(np.int32),
    }


def _from_ids(assets: NDArray[np.bytes_]) -> NDArray[np.uint8]:
    """(n, 32): half of the bytes that the digits take."""
    raw = bytes.fromhex(b"".join(assets.tolist()).decode())
    return np.frombuffer(raw, np.uint8).reshape(-1, 32)


def _to_ids(stored: NDArray[np.uint8]) -> NDArray[np.bytes_]:
    return np.frombuffer(stored.tobytes().hex().encode(), "S64")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _write(folder: Path, files: Mapping[str, Arrays]) -> str:
    """Write files and their manifest. Returns the manifest's SHA-256."""
    encoded = {
        name: save_tensors({key: np.ascontiguousarray(value) for key, value in arrays.items()})
        for name, arrays in files.items()
    }
    stated = {name: _digest(data) for name, data in encoded.items()}
    encoded["manifest.json"] = json.dumps(stated, indent=1, sort_keys=True).encode()
    write_files(folder, encoded)
    return _digest(encoded["manifest.json"])


def _was_touched_before(path: Path, time: float) -> bool:
    try:
        return path.stat().st_mtime < time
    except FileNotFoundError:  # another process renamed or swept it
        return False
