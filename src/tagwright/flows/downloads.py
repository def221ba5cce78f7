"""Exports that a job makes: files kept in the library for a week, to be fetched through a door."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final, Literal

from tagwright.core.times import later
from tagwright.errors import Conflict, InvalidInput, NotFound, Unavailable
from tagwright.flows.exporting import Progress, export_file, export_sidecar_zip
from tagwright.flows.workspace import Workspace
from tagwright.store.durable import fsync_folder
from tagwright.store.jobs import Job
from tagwright.types import Json

ExportFormat = Literal["csv", "jsonl", "xmp-zip"]
KEPT_DAYS: Final = 7
_REASONS: Final = 20
"""Sidecars that could not be made are all counted; so many are explained."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """How a format's files end, and what a browser is told they are."""

    suffix: str
    media_type: str


FILE_KINDS: Final[Mapping[str, FileKind]] = {
    "csv": FileKind(".csv", "text/csv; charset=utf-8"),
    "jsonl": FileKind(".jsonl", "application/x-ndjson"),
    "xmp-zip": FileKind(".zip", "application/zip"),
}


def write_export(
    ws: Workspace, job: str, format_: ExportFormat, *, suggested: bool, progress: Progress
) -> Json:
    """Write one export, whole or not at all, and say what is in it.

    Each attempt writes a file of its own, and the job's result names the one that counts: a worker
    that lost the job midway cannot spoil what the next one makes.
    """
    if format_ not in FILE_KINDS:
        raise InvalidInput(
            f"there is no export format {format_!r}: name one of {', '.join(FILE_KINDS)}"
        )
    folder, suffix = _folder(ws), FILE_KINDS[format_].suffix
    path = folder / f"{job}-{uuid.uuid4().hex[:8]}{suffix}"
    folder.mkdir(parents=True, exist_ok=True)
    said: Json = {"format": format_, "name": f"tagwright-{job[:8]}{suffix}", "file": path.name}
    if format_ == "xmp-zip":
        with _whole(path) as out:
            report = export_sidecar_zip(ws, out, progress=progress)
        reasons = [list(reason) for reason in report.failed[:_REASONS]]
        said |= {"rows": report.written, "failed": len(report.failed), "reasons": reasons}
    else:
        said["rows"] = export_file(ws, format_, path, suggested=suggested, progress=progress)
    fsync_folder(folder)
    return said | {"size": path.stat().st_size}


@contextmanager
def _whole(path: Path) -> Iterator[BinaryIO]:
    """A file that appears under its name when it is complete, or not at all."""
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise Unavailable(
            f"cannot write {str(path)!r}: {error.strerror}; free the disk and try again"
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink()


def exported_file(ws: Workspace, job: Job) -> Path:
    """Where the file of an export is. Raises Conflict before it is made, NotFound afterwards."""
    if job.kind != "export":
        raise NotFound(f"job {job.id!r} is no export: it has no file")
    if job.status != "done" or job.result is None:
        raise Conflict(f"export {job.id!r} is {job.status}: its file is there when it is done")
    path: Path = _folder(ws) / job.result["file"]
    if not path.is_file():
        raise NotFound(
            f"the file of export {job.id!r} is gone: exports are kept for {KEPT_DAYS} days, "
            f"make a new one"
        )
    return path


def sweep_exports(root: Path, now: str) -> int:
    """Delete the exports of a library that are older than a week. Returns how many."""
    before = datetime.fromisoformat(later(now, -KEPT_DAYS * 86_400)).timestamp()
    swept = 0
    for path in (root / "exports").glob("*/*"):
        with suppress(FileNotFoundError):  # another worker swept it
            if path.stat().st_mtime < before:
                path.unlink()
                swept += 1
    return swept


def _folder(ws: Workspace) -> Path:
    return ws.root / "exports" / ws.id
