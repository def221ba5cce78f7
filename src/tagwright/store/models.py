"""Models on disk: safetensors + JSON, each file named with its hash, never changed once written.

A version is a folder: `heads.safetensors`, `model.json`, `report.json`, `snapshot.jsonl`, and
`manifest.json` with the SHA-256 of each. It is written beside its place, fsynced and renamed;
the row that names it commits afterwards, so a crash leaves no half model.
"""

from __future__ import annotations

import hashlib
import json
import os
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
from tagwright.store.durable import fsync_folder
from tagwright.store.engine import Database
from tagwright.types import Json, RunId

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class ModelRow:
    """What the database knows of a model version.

    `status`: champion, challenger, retired, or undone where its training was.
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
        """Store the next version and make it champion; the one before retires."""
        final = self.folder / uuid.uuid4().hex
        digest = _write_folder(final, new)
        with self.db.write() as connection:
            version = 1 + max(
                (row.version for row in self._rows(connection, new.taxonomy)), default=0
            )
            table = schema.model
            connection.execute(
                table.update()
                .where(
                    table.c.workspace == self.workspace,
                    table.c.taxonomy == new.taxonomy,
                    table.c.status == "champion",
                )
                .values(status="retired")
            )
            connection.execute(
                table.insert().values(
                    workspace=self.workspace,
                    taxonomy=new.taxonomy,
                    version=version,
                    status="champion",
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
        return next((row for row in self.all(taxonomy) if row.status == "champion"), None)

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
        standing = [row for row in rows if not row.undone]
        # Where the champion's training was undone, the newest that stands takes its place.
        champion = next((r for r in standing if r.status == "champion"), None) or next(
            iter(standing), None
        )
        return [
            ModelRow(
                taxonomy=row.taxonomy,
                version=row.version,
                status="undone" if row.undone else "champion" if row is champion else row.status,
                digest=row.digest,
                snapshot_digest=row.snapshot_digest,
                summary=json.loads(row.summary),
                created_at=row.created_at,
                folder=row.folder,
            )
            for row in rows
        ]


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
    for name, data in files.items():
        with (folder / name).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    return hashlib.sha256(files["manifest.json"]).hexdigest()
