"""Models on disk: safetensors + JSON, each file named with its hash, never changed once written.

A version is a folder: `heads.safetensors`, `model.json`, `report.json`, `snapshot.jsonl`, and
`manifest.json` with the SHA-256 of each. It is written beside its place, fsynced and renamed;
the row that names it commits afterwards, so a crash leaves no half model.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from tagwright.errors import Conflict, NotFound, Unavailable
from tagwright.store import schema
from tagwright.store.champions import changes_in, line_of
from tagwright.store.durable import fsync_folder, write_files
from tagwright.store.engine import Database, Transaction
from tagwright.types import Json, RunId

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class ModelRow:
    """What the database knows of a model version.

    `status`: champion, challenger (in the shadows until it passes the gate), retired, or undone
    where its training was. It follows from the changes of champion; see `store.champions`.
    """

    taxonomy: str
    version: int
    status: str
    digest: str
    snapshot_digest: str
    summary: Json
    created_at: str
    folder: str


@dataclass(frozen=True, slots=True)
class NewModel:
    """A model about to be stored. `snapshot`: one JSON object a picture, in a fixed order."""

    taxonomy: str
    arrays: Arrays
    document: Json
    report: Json
    snapshot: Sequence[Json]
    snapshot_digest: str
    summary: Json


class Models:
    """The model versions of one workspace."""

    def __init__(self, db: Database, workspace: str, folder: Path) -> None:
        self.db = db
        self.workspace = workspace
        self.folder = folder

    def add(self, new: NewModel, run: RunId, now: str) -> ModelRow:
        """Store the next version: a challenger, or the champion where there is none yet."""
        final = self.folder / uuid.uuid4().hex
        digest = _write_folder(final, new)
        with self.db.write() as connection:
            self.db.serialise(connection, f"model {self.workspace} {new.taxonomy}")
            rows = self._rows(connection, new.taxonomy)
            version = 1 + max((row.version for row in rows), default=0)
            connection.execute(
                schema.model.insert().values(
                    workspace=self.workspace,
                    taxonomy=new.taxonomy,
                    version=version,
                    status="challenger" if _champion(rows) else "champion",
                    folder=final.name,
                    digest=digest,
                    snapshot_digest=new.snapshot_digest,
                    summary=json.dumps(new.summary),
                    run=run,
                    created_at=now,
                )
            )
        return self.get(new.taxonomy, version)

    def all(self, taxonomy: str) -> list[ModelRow]:
        """Every version of a taxonomy's model, newest first."""
        with self.db.read() as connection:
            return self._rows(connection, taxonomy)

    def get(self, taxonomy: str, version: int) -> ModelRow:
        """One version. Raises NotFound."""
        rows = self.all(taxonomy)
        for row in rows:
            if row.version == version:
                return row
        known = ", ".join(str(row.version) for row in rows) or "none"
        raise NotFound(f"{taxonomy!r} has no model version {version!r}; it has: {known}")

    def champion(self, taxonomy: str) -> ModelRow | None:
        return _champion(self.all(taxonomy))

    def champion_in(self, connection: Transaction, taxonomy: str) -> ModelRow | None:
        """The same, inside a transaction of the caller's."""
        return _champion(self._rows(connection, taxonomy))

    def before(self, row: ModelRow) -> ModelRow | None:
        """The version that was champion before this one and still stands."""
        with self.db.read() as connection:
            line = self._line(connection, row.taxonomy)
            rows = {each.version: each for each in self._rows(connection, row.taxonomy)}
        below = line[: line.index(row.version)] if row.version in line else []
        standing = [rows[version] for version in below if rows[version].status != "undone"]
        return standing[-1] if standing else None

    def load(self, row: ModelRow) -> tuple[dict[str, NDArray[Any]], Json]:
        """The arrays and the document of a version. Raises Conflict where a file was changed."""
        manifest = json.loads(self._read(row, "manifest.json", row.digest))
        document = json.loads(self._read(row, "model.json", manifest["model.json"]))
        tensors = self._read(row, "heads.safetensors", manifest["heads.safetensors"])
        return load_tensors(tensors), document

    def report(self, row: ModelRow) -> Json:
        manifest = json.loads(self._read(row, "manifest.json", row.digest))
        report: Json = json.loads(self._read(row, "report.json", manifest["report.json"]))
        return report

    def snapshot(self, row: ModelRow) -> list[Json]:
        """What a version learned from and was judged on: one line a picture and facet."""
        manifest = json.loads(self._read(row, "manifest.json", row.digest))
        lines = self._read(row, "snapshot.jsonl", manifest["snapshot.jsonl"]).splitlines()
        return [json.loads(line) for line in lines]

    def sweep(self, before: float) -> None:
        """Delete what a crash left behind before a POSIX time: folders that no row names."""
        if not self.folder.exists():
            return
        with self.db.read() as connection:
            named = set(connection.scalars(sa.select(schema.model.c.folder)))
        for folder in self.folder.iterdir():
            if folder.name not in named and _was_touched_before(folder, before):
                shutil.rmtree(folder, ignore_errors=True)

    def _read(self, row: ModelRow, name: str, digest: str) -> bytes:
        path = self.folder / row.folder / name
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise Conflict(f"the model file {str(path)!r} is gone: train again") from error
        if hashlib.sha256(data).hexdigest() != digest:
            raise Conflict(
                f"the model file {str(path)!r} is not the one that was written "
                f"(its SHA-256 differs): restore it from a backup, or train again"
            )
        return data

    def _rows(self, connection: sa.Connection, taxonomy: str) -> list[ModelRow]:
        table = schema.model
        query = (
            sa.select(table, schema.run.c.undone)
            .join(schema.run, schema.run.c.id == table.c.run)
            .where(table.c.workspace == self.workspace, table.c.taxonomy == taxonomy)
            .order_by(table.c.version.desc())
        )
        rows = connection.execute(query).all()
        undone = {row.version for row in rows if row.undone}
        line = self._line(connection, taxonomy)
        champion = next((each for each in reversed(line) if each not in undone), 0)
        return [
            ModelRow(
                taxonomy=row.taxonomy,
                version=row.version,
                status="undone" if row.undone else _status(row.version, champion, line),
                digest=row.digest,
                snapshot_digest=row.snapshot_digest,
                summary=json.loads(row.summary),
                created_at=row.created_at,
                folder=row.folder,
            )
            for row in rows
        ]

    def _line(self, connection: sa.Connection, taxonomy: str) -> list[int]:
        """Every version that is or was champion and was not rolled back, the newest last."""
        table = schema.model
        born = connection.scalars(
            sa.select(table.c.version)
            .where(
                table.c.workspace == self.workspace,
                table.c.taxonomy == taxonomy,
                table.c.status != "challenger",
            )
            .order_by(table.c.version)
        )
        return line_of(list(born), changes_in(connection, self.workspace, taxonomy))


def _champion(rows: Sequence[ModelRow]) -> ModelRow | None:
    return next((row for row in rows if row.status == "champion"), None)


def _status(version: int, champion: int, line: Sequence[int]) -> str:
    if version == champion:
        return "champion"
    return "retired" if version in line or version < champion else "challenger"


def snapshot_digest(snapshot: Iterable[Json], settings: Json) -> str:
    """SHA-256 of what a model learns from: two trainings with the same digest are the same."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for line in snapshot:
        digest.update(json.dumps(line, sort_keys=True).encode())
    return digest.hexdigest()


def _was_touched_before(path: Path, time: float) -> bool:
    try:
        return path.stat().st_mtime < time
    except FileNotFoundError:  # another process renamed or swept it
        return False


def _write_folder(final: Path, new: NewModel) -> str:
    """Write a version whole or not at all. Returns the manifest's SHA-256."""
    partial = final.with_suffix(".partial")
    try:
        partial.mkdir(parents=True)
        digest = _write_files(partial, new)
        partial.rename(final)
        fsync_folder(final.parent)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise Unavailable(
            f"cannot write the model to {str(final.parent)!r}: {error.strerror}; "
            f"make room there, or make it writable, and train again"
        ) from error
    return digest


def _write_files(folder: Path, new: NewModel) -> str:
    """Write a version's files and their manifest. Returns the manifest's SHA-256."""
    arrays = {name: np.ascontiguousarray(value) for name, value in new.arrays.items()}
    lines = "".join(json.dumps(line, sort_keys=True) + "\n" for line in new.snapshot)
    files = {
        "heads.safetensors": save_tensors(arrays),
        "model.json": json.dumps(new.document, indent=1).encode(),
        "report.json": json.dumps(new.report, indent=1).encode(),
        "snapshot.jsonl": lines.encode(),
    }
    manifest = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    files["manifest.json"] = json.dumps(manifest, indent=1, sort_keys=True).encode()
    write_files(folder, files)
    return hashlib.sha256(files["manifest.json"]).hexdigest()
