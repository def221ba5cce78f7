"""Similar pictures in milliseconds: an index beside the feature segments, made from them.

The segments stay the truth. The index packs the `semantic` rows of a workspace and backbone, as
many segments as they came in, into one file, with a file of codes (`core.nearest`) and one of ids:
a query looks at every code, then ranks a short list by exact cosine. All three are mapped, not
read into memory: 160 MB of codes, 32 MB of ids and 2.6 GB of rows for a million pictures of 1,280
numbers, of which a query touches the codes and its short list.

The files only grow, and a small header, replaced atomically, says how much of them counts. One
process at a time appends, under a lock that ends with it; others read on. What is missing or does
not fit the header or the segments is built anew, under another name: the folder may be deleted.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import threading
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import sqlalchemy as sa

from tagwright.core.nearest import CODE_VERSION, code_bytes, codes, cosines, places_among
from tagwright.errors import Unavailable
from tagwright.store import schema
from tagwright.store.engine import Database
from tagwright.store.features import FeatureStore
from tagwright.types import AssetId, Half, Ids, Matrix, Pixels

FORMAT: Final = 100 + CODE_VERSION
SHORT_LIST: Final = 500
"""Rows ranked by exact cosine: recall of the 50 nearest is 0.999 at a million rows."""
PER_HIT: Final = 10
_APPEND: Final = 16_384
"""Rows between two headers: what a killed build does again."""
_ID_BYTES: Final = 32
_FOLDER_BYTES: Final = 32
_CHUNK: Final = 500


class Near(NamedTuple):
    """A picture and its cosine with the query, in [-1, 1]."""

    asset: AssetId
    cosine: float


class _Segment(NamedTuple):
    seq: int
    folder: str


@dataclass(frozen=True, slots=True)
class _Header:
    """How much of the files counts. `last`, `newest`: the highest segment taken in."""

    format: int
    generation: str
    dim: int
    rows: int = 0
    segments: int = 0
    last: int = 0
    newest: str = ""

    @property
    def widths(self) -> dict[str, int]:
        """Bytes a row, by file."""
        return {"codes": code_bytes(self.dim), "rows": 2 * self.dim, "ids": _ID_BYTES}

    @property
    def sizes(self) -> dict[str, int]:
        sizes = {name: width * self.rows for name, width in self.widths.items()}
        return {**sizes, "segments": _FOLDER_BYTES * self.segments}


@dataclass(frozen=True, slots=True)
class _Opened:
    """One state of the index, mapped; it stays as it is while others append."""

    header: _Header
    codes: Pixels
    rows: Half
    ids: Pixels


class NearestIndex:
    """The index of one workspace and backbone. Threads share it; processes share its files."""

    def __init__(self, db: Database, features: FeatureStore, backbone: str, folder: Path) -> None:
        self.db = db
        self.features = features
        self.backbone = backbone
        self.folder = folder
        self._lock = threading.Lock()
        self._opened: _Opened | None = None

    def search(
        self, query: Matrix, limit: int, *, among: Sequence[AssetId] | None = None
    ) -> list[Near]:
        """The short list for `limit` hits, nearest first: more than `limit`, where there are more.

        query: (d,) float32. among: only these pictures. It may name pictures that were deleted
        or undone since: drop them from the answer, and ask again with `among` if too few remain.
        """
        index = self.refresh()
        if index is None:
            return []
        width = max(SHORT_LIST, PER_HIT * limit)
        at = _likely(index, query, width, among)
        values = cosines(index.rows[at], query)
        found: dict[AssetId, float] = {}
        for i in np.argsort(-values, kind="stable").tolist():
            # One picture embedded by two processes at once stands in the index twice.
            found.setdefault(AssetId(index.ids[at[i]].tobytes().hex()), float(values[i]))
        return [Near(asset, cosine) for asset, cosine in found.items()]

    def refresh(self) -> _Opened | None:
        """Take in what was stored since the last time. None where no feature is stored.

        While another thread or process does so, and while the disk is full, the index is used as
        it was.
        """
        count, newest = self._newest()
        if count == 0:
            return None
        known = self._opened
        if known is not None and (known.header.segments, known.header.newest) == (count, newest):
            return known
        if not self._lock.acquire(blocking=known is None):
            return known
        try:
            with self._alone(wait=known is None) as alone:
                self._opened = self._caught_up(count) if alone else _open(self.folder) or known
        except OSError as error:
            if known is not None:
                return known
            raise Unavailable(
                f"cannot write the search index to {str(self.folder)!r}: "
                f"{error.strerror or error}; make room there, or make it writable, and ask again"
            ) from error
        finally:
            self._lock.release()
        return self._opened

    def _caught_up(self, count: int) -> _Opened:
        index = _open(self.folder)
        missing = None if index is None else self._missing(index.header, count)
        if index is None or missing is None:
            missing = self._segments()
            index = self._begun(missing[0])
        for some, assets, rows in self._batches(missing):
            header = _append(self.folder, index.header, some, assets, rows)
            index = _mapped(self.folder, header)
        return index

    def _begun(self, first: _Segment) -> _Opened:
        """An empty index under a new name. What others have mapped stays until they let go."""
        dim = self.features.segment(first.folder, "semantic").shape[1]
        header = _Header(FORMAT, f"{uuid.uuid4().hex}.index", dim)
        for old in self.folder.glob("*.index"):
            shutil.rmtree(old, ignore_errors=True)
        (self.folder / header.generation).mkdir()
        for name in header.sizes:
            (self.folder / header.generation / name).touch()
        return _mapped(self.folder, header)

    def _batches(
        self, segments: Sequence[_Segment]
    ) -> Iterator[tuple[list[_Segment], list[AssetId], Half]]:
        """Segments with their live rows, about `_APPEND` rows at a time."""
        some: list[_Segment] = []
        assets: list[AssetId] = []
        parts: list[Half] = []
        for start in range(0, len(segments), _CHUNK):
            chunk = segments[start : start + _CHUNK]
            named = self._named([segment.seq for segment in chunk])
            for segment in chunk:
                here = named.get(segment.seq, [])
                stored = self.features.segment(segment.folder, "semantic")
                some.append(segment)
                assets += [asset for asset, _ in here]
                parts.append(stored[[row for _, row in here]])
                if len(assets) >= _APPEND:
                    yield some, assets, np.concatenate(parts)
                    some, assets, parts = [], [], []
        if some:
            yield some, assets, np.concatenate(parts)

    def _named(self, segments: Sequence[int]) -> dict[int, list[tuple[AssetId, int]]]:
        """The rows that count in these segments: deleted ones have no line in the table."""
        table = schema.feature
        query = (
            sa.select(table.c.segment, table.c.asset, table.c.row)
            .where(table.c.segment.in_(segments), table.c.workspace == self.features.workspace)
            .order_by(table.c.segment, table.c.row)
        )
        found: dict[int, list[tuple[AssetId, int]]] = defaultdict(list)
        with self.db.read() as connection:
            for segment, asset, row in connection.execute(query):
                found[segment].append((AssetId(asset), row))
        return found

    def _missing(self, header: _Header, count: int) -> list[_Segment] | None:
        """Segments the index has not seen; None where it has seen some that are gone."""
        newer = self._segments(header.last)
        # Transactions may end in another order than their numbers: then all are compared.
        fits = newer and newer[0] == (header.last, header.newest)
        if fits and header.segments + len(newer) - 1 == count:
            return newer[1:]
        path = self.folder / header.generation / "segments"
        raw = path.read_bytes()[: header.sizes["segments"]]
        seen = {
            raw[at : at + _FOLDER_BYTES].decode("ascii", "replace")
            for at in range(0, len(raw), _FOLDER_BYTES)
        }
        every = self._segments()
        if seen - {segment.folder for segment in every}:
            return None
        return [segment for segment in every if segment.folder not in seen]

    def _segments(self, since: int = 0) -> list[_Segment]:
        """From number `since` on, in order."""
        table = schema.feature_segment
        query = sa.select(table.c.seq, table.c.folder).where(*self._own(), table.c.seq >= since)
        with self.db.read() as connection:
            return [_Segment(*row) for row in connection.execute(query.order_by(table.c.seq))]

    def _newest(self) -> tuple[int, str]:
        """How many segments there are, and the folder of the newest: changes when any comes."""
        table = schema.feature_segment
        newest = sa.select(table.c.folder).where(*self._own()).order_by(table.c.seq.desc()).limit(1)
        count = sa.select(sa.func.count()).select_from(table).where(*self._own())
        with self.db.read() as connection:
            return int(connection.scalar(count) or 0), connection.scalar(newest) or ""

    def _own(self) -> tuple[sa.ColumnElement[bool], ...]:
        table = schema.feature_segment
        return table.c.workspace == self.features.workspace, table.c.backbone == self.backbone

    @contextmanager
    def _alone(self, *, wait: bool) -> Iterator[bool]:
        """Hold the right to append; False where another process has it and we do not wait."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("wb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
                return
            yield True


def _likely(index: _Opened, query: Matrix, width: int, among: Sequence[AssetId] | None) -> Ids:
    """The rows whose codes are nearest, about `width` of them, in ascending order."""
    at: Ids | None = None
    own: Pixels = index.codes
    if among is not None:
        at = places_among(index.ids.view(np.uint64)[:, 0], among)
    if len(own if at is None else at) <= width:
        return np.arange(len(own)) if at is None else at
    near = _nearest_codes(own if at is None else own[at], codes(query[np.newaxis]), width)
    return np.sort(near if at is None else at[near])  # ascending: kinder to the disk


def _nearest_codes(own: Pixels, code: Pixels, width: int) -> Ids:
    import faiss  # noqa: PLC0415 - slow to import, and most commands do not search

    # OpenMP's threads spin and fight with those of requests: 300 ms instead of 30 when busy. The
    # number belongs to the thread that calls.
    faiss.omp_set_num_threads(1)
    _, near = faiss.knn_hamming(code, own, width, variant="hc")
    found: Ids = near[0].astype(np.int64)
    return found


def _open(folder: Path) -> _Opened | None:
    """The index as its header describes it; None where it is absent, old or damaged."""
    try:
        stored: dict[str, Any] = json.loads((folder / "index.json").read_text())
        if stored.get("format") != FORMAT:
            return None
        header = _Header(**stored)
        place = folder / header.generation
        if any((place / name).stat().st_size < size for name, size in header.sizes.items()):
            return None
        return _mapped(folder, header)
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def _mapped(folder: Path, header: _Header) -> _Opened:
    def array(name: str, kind: type[np.generic]) -> Any:
        shape = (header.rows, header.widths[name] // np.dtype(kind).itemsize)
        if not header.rows:  # nothing cannot be mapped
            return np.empty(shape, kind)
        return np.memmap(folder / header.generation / name, kind, "r", shape=shape)

    return _Opened(
        header, array("codes", np.uint8), array("rows", np.float16), array("ids", np.uint8)
    )


def _append(
    folder: Path,
    header: _Header,
    segments: Sequence[_Segment],
    assets: Sequence[AssetId],
    rows: Half,
) -> _Header:
    """Write rows after those that count, then the header that counts them too."""
    content = {
        "codes": codes(rows).tobytes(),
        "rows": rows.tobytes(),
        "ids": bytes.fromhex("".join(assets)),
        "segments": "".join(segment.folder for segment in segments).encode(),
    }
    for name, data in content.items():
        with (folder / header.generation / name).open("r+b") as file:
            file.truncate(header.sizes[name])  # what a killed process left behind
            file.seek(0, os.SEEK_END)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    newest = max((*segments, _Segment(header.last, header.newest)))
    grown = replace(
        header,
        rows=header.rows + len(rows),
        segments=header.segments + len(segments),
        last=newest.seq,
        newest=newest.folder,
    )
    partial = folder / "index.json.partial"
    partial.write_text(json.dumps(asdict(grown)))
    partial.replace(folder / "index.json")
    return grown
