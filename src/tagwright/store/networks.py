"""Networks of a workspace's own, on disk: an ONNX graph, its row, and what it learned from.

A network is a folder named by its version, which says its content. It is written beside its place,
fsynced and renamed, and never changed; models name it as the backbone whose features they read.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tagwright.errors import Conflict, Unavailable
from tagwright.store.durable import fsync_folder, write_files
from tagwright.types import AssetId, Json

ROW: Final = "row.json"
GRAPH: Final = "network.onnx"
LESSON: Final = "lesson.json"


@dataclass(frozen=True, slots=True)
class Lesson:
    """The pictures a network was taught, by id and by look-alike group: no head may learn or be
    promised on them, since its features of them are too good to be true.
    """

    assets: frozenset[AssetId] = frozenset()
    groups: frozenset[str] = frozenset()

    def holds(self, asset: AssetId, group: str) -> bool:
        return asset in self.assets or group in self.groups


class Networks:
    """The networks of one workspace."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def row(self, version: str) -> Path | None:
        """The file that describes a network, for `Workspace.backbone`; None for no such."""
        path = self.folder / version / ROW
        return path if path.exists() else None

    def lesson(self, version: str) -> Lesson:
        """What a network was taught; nothing, for one that is not the workspace's own."""
        if self.row(version) is None:
            return Lesson()
        try:
            stored = json.loads((self.folder / version / LESSON).read_bytes())
        except (OSError, ValueError) as error:
            raise Conflict(
                f"the network {version!r} cannot be read ({error}): restore its folder from a "
                f"backup, or fine-tune again"
            ) from error
        return Lesson(frozenset(stored["assets"]), frozenset(stored["groups"]))

    def stage(self, graph: bytes, row: Json, taught: Sequence[tuple[AssetId, str]]) -> Path:
        """Write a network, not yet under its name. taught: (asset, group). Returns its folder."""
        lesson = {"assets": [a for a, _ in taught], "groups": sorted({g for _, g in taught})}
        files: Mapping[str, bytes] = {
            GRAPH: graph,
            ROW: json.dumps(row).encode(),
            LESSON: json.dumps(lesson).encode(),
        }
        staged = self.folder / f"{uuid.uuid4().hex}.partial"
        try:
            staged.mkdir(parents=True)
            write_files(staged, files)
        except OSError as error:
            self.discard(staged)
            raise Unavailable(
                f"cannot write the network to {str(self.folder)!r}: {error.strerror or error}; "
                f"make room there, and run this again"
            ) from error
        return staged

    def accept(self, staged: Path, version: str) -> None:
        """Give a staged network its name: from here on it is there. The same twice is one."""
        if self.row(version) is None:
            staged.rename(self.folder / version)
            fsync_folder(self.folder)
        else:
            self.discard(staged)

    def discard(self, staged: Path) -> None:
        shutil.rmtree(staged, ignore_errors=True)
