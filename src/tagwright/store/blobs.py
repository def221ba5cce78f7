"""Pictures that the library holds itself: bytes named by their SHA-256, on disk or in a bucket.

Bytes are *staged* first: written to a temporary file while they are hashed. A staged file that
turns out to be a picture is *put* under its hash, durably; the row that names it commits after
that. What a crash leaves behind, staged or put, no row names, and it is swept.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Protocol

import sqlalchemy as sa

from tagwright.errors import Conflict, NotFound, TooLarge, Unavailable
from tagwright.store import schema
from tagwright.store.durable import fsync_folder
from tagwright.store.engine import Database
from tagwright.store.objects import CHUNK, Bucket
from tagwright.types import AssetId

STAGED: Final = ".staged"
"""No workspace begins with a dot."""
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_CHUNK_ROWS: Final = 900


class BlobFiles(Protocol):
    """Where blobs are kept, by name. What `put` returned from outlives a power cut.

    staging: a folder for files on their way in; `put` may move a file out of it.
    """

    @property
    def staging(self) -> Path: ...
    def put(self, name: str, source: Path) -> None: ...
    def size(self, name: str) -> int | None: ...
    def opened(self, name: str) -> AbstractContextManager[Path]: ...
    def chunks(self, name: str) -> Iterator[bytes]: ...
    def delete(self, name: str) -> None: ...
    def older(self, folder: str, before: float) -> Iterator[str]:
        """Names below `folder`, last written before a POSIX time."""
        ...


class DiskFiles:
    """`BlobFiles` in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def staging(self) -> Path:
        return self._root / STAGED

    def put(self, name: str, source: Path) -> None:
        final = self._root / name
        with _explained(self._root):
            with source.open("rb") as file:
                os.fsync(file.fileno())
            os.utime(source)  # young, however long it was staged: a sweep must not take it
            _make_folder(final.parent)
            source.replace(final)
            fsync_folder(final.parent)

    def size(self, name: str) -> int | None:
        try:
            return (self._root / name).stat().st_size
        except FileNotFoundError:
            return None

    @contextmanager
    def opened(self, name: str) -> Iterator[Path]:
        if self.size(name) is None:
            raise _missing(name)
        yield self._root / name

    def chunks(self, name: str) -> Iterator[bytes]:
        if self.size(name) is None:
            raise _missing(name)
        return _chunks_of(self._root / name)

    def delete(self, name: str) -> None:
        path = self._root / name
        with _explained(self._root):
            path.unlink(missing_ok=True)
            if path.parent.exists():
                fsync_folder(path.parent)

    def older(self, folder: str, before: float) -> Iterator[str]:
        for path in sorted((self._root / folder).glob("*/*")):
            if _is_older(path, before):
                yield path.relative_to(self._root).as_posix()


class BucketFiles:
    """`BlobFiles` in an S3-compatible bucket. `staging` is local."""

    def __init__(self, bucket: Bucket, staging: Path) -> None:
        self._bucket = bucket
        self._staging = staging

    @property
    def staging(self) -> Path:
        return self._staging

    def put(self, name: str, source: Path) -> None:
        self._bucket.put(name, source)

    def size(self, name: str) -> int | None:
        return self._bucket.size(name)

    @contextmanager
    def opened(self, name: str) -> Iterator[Path]:
        """A copy on this machine, gone at the end of the block."""
        with _temporary(self._staging) as file:
            with _explained(self._staging):
                for chunk in self.chunks(name):
                    file.write(chunk)
                file.flush()
            yield Path(file.name)

    def chunks(self, name: str) -> Iterator[bytes]:
        try:
            return self._bucket.chunks(name)
        except NotFound as error:
            raise _missing(name) from error

    def delete(self, name: str) -> None:
        self._bucket.delete([name])

    def older(self, folder: str, before: float) -> Iterator[str]:
        for found in self._bucket.list(folder):
            if found.modified_ns < before * 1e9:
                yield found.name


@dataclass(frozen=True, slots=True)
class Staged:
    """Bytes that have arrived whole, in a temporary file."""

    path: Path
    sha256: str
    size: int


class Staging:
    """Bytes on their way in; see `Blobs.staging`."""

    def __init__(self, file: IO[bytes], limit: int) -> None:
        self._file = file
        self._limit = limit
        self._digest = hashlib.sha256()
        self._size = 0

    def write(self, chunk: bytes) -> None:
        """Raises TooLarge past the limit, and Unavailable where the disk is full."""
        self._size += len(chunk)
        if self._size > self._limit:
            raise TooLarge(
                f"a picture may have {self._limit / 2**20:g} MiB and this one has more: "
                f"send a smaller one, or have TAGWRIGHT_UPLOAD_MEGABYTES raised"
            )
        self._digest.update(chunk)
        with _explained(Path(self._file.name).parent):
            self._file.write(chunk)

    def finish(self) -> Staged:
        """All of it has arrived."""
        with _explained(Path(self._file.name).parent):
            self._file.close()
        return Staged(Path(self._file.name), self._digest.hexdigest(), self._size)


class Blobs:
    """The blobs of one workspace, and small pictures made of them.

    renditions: their folder, always on this machine's disk; it may be deleted at any time.
    """

    def __init__(self, db: Database, workspace: str, files: BlobFiles, renditions: Path) -> None:
        self.db = db
        self.workspace = workspace
        self.files = files
        self._renditions = renditions

    @contextmanager
    def staging(self, limit: int) -> Iterator[Staging]:
        """A temporary file for at most `limit` bytes, gone after the block unless put."""
        with _temporary(self.files.staging) as file:
            yield Staging(file, limit)

    @contextmanager
    def stage(self, chunks: Iterable[bytes], limit: int) -> Iterator[Staged]:
        """The same for bytes that can be read at once."""
        with self.staging(limit) as staging:
            for chunk in chunks:
                staging.write(chunk)
            yield staging.finish()

    def put(self, staged: Staged) -> None:
        """Make staged bytes durable under their hash. Putting them again does no harm."""
        self.files.put(self._name(staged.sha256), staged.path)

    def record(
        self, connection: sa.Connection, held: Sequence[tuple[AssetId, int]], now: str
    ) -> None:
        """Name blobs that were put (asset, size), in the caller's transaction.

        The caller holds the lock of `Assets.hold`. Raises Conflict where a blob is gone again.
        """
        for asset, _ in held:
            if self.files.size(self._name(asset)) is None:
                raise Conflict(f"picture {asset!r} was erased while it came in: send it again")
        if held:
            connection.execute(
                self.db.insert_missing(schema.blob),
                [
                    {"workspace": self.workspace, "asset": asset, "size": size, "added_at": now}
                    for asset, size in held
                ],
            )

    def holds(self, asset: AssetId) -> bool:
        """Whether a row names a blob of this picture."""
        with self.db.read() as connection:
            return bool(self._named(connection, [asset]))

    def local(self, asset: AssetId) -> AbstractContextManager[Path]:
        """The bytes as a file, for the length of a block. Raises NotFound."""
        return self.files.opened(self._name(asset))

    def chunks(self, asset: AssetId) -> Iterator[bytes]:
        """The bytes in pieces of about 1 MB. Raises NotFound at once."""
        return self.files.chunks(self._name(asset))

    def delete(self, asset: AssetId) -> None:
        """The bytes and every rendition, for good. The row is the caller's to delete."""
        self.files.delete(self._name(asset))
        for path in self._rendition(asset, "*").parent.glob(f"{asset}.*"):
            path.unlink(missing_ok=True)

    def rendition(self, asset: AssetId, box: int) -> bytes | None:
        """A kept rendition, if it is there and whole."""
        try:
            data = self._rendition(asset, box).read_bytes()
        except FileNotFoundError:
            return None
        # It is not fsynced. A WebP file says how long it is, so a torn one gives itself away.
        whole = data[:4] == b"RIFF" and int.from_bytes(data[4:8], "little") + 8 == len(data)
        return data if whole else None

    def keep_rendition(self, asset: AssetId, box: int, data: bytes) -> None:
        """For next time. Where the disk is full, it is made anew each time instead."""
        path = self._rendition(asset, box)
        with (
            suppress(Unavailable),
            _temporary(path.parent, prefix=f"{asset}.") as file,
            _explained(path.parent),
        ):
            file.write(data)
            file.flush()
            Path(file.name).replace(path)

    def sweep_staged(self, before: float) -> int:
        """Delete staged files last written before a POSIX time, of any workspace."""
        staging = self.files.staging
        left = [p for p in staging.iterdir() if _is_older(p, before)] if staging.exists() else []
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def sweep(self, before: float) -> int:
        """Delete blobs that no row names, put before a POSIX time. Walks them all."""
        names = {AssetId(Path(n).name): n for n in self.files.older(self.workspace, before)}
        swept = 0
        for start in range(0, len(names), _CHUNK_ROWS):
            some = list(names)[start : start + _CHUNK_ROWS]
            with self.db.write() as connection:
                # The lock of `Assets.hold`: nobody may record one of these meanwhile.
                self.db.serialise(connection, f"assets {self.workspace}")
                orphans = set(some) - self._named(connection, some)
                for asset in orphans:
                    self.files.delete(names[asset])
                swept += len(orphans)
        return swept

    def _named(self, connection: sa.Connection, assets: Sequence[AssetId]) -> set[AssetId]:
        table = schema.blob
        query = sa.select(table.c.asset).where(
            table.c.workspace == self.workspace, table.c.asset.in_(assets)
        )
        return {AssetId(asset) for asset in connection.scalars(query)}

    def _name(self, asset: str) -> str:
        return f"{self.workspace}/{asset[:2]}/{asset}"

    def _rendition(self, asset: str, box: int | str) -> Path:
        return self._renditions / f"{self._name(asset)}.{box}.webp"


@contextmanager
def _temporary(folder: Path, prefix: str = "") -> Iterator[IO[bytes]]:
    """A file that is gone after the block, unless it was moved away."""
    with _explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        file = tempfile.NamedTemporaryFile(  # noqa: SIM115 - closed below
            dir=folder, prefix=prefix, delete=False
        )
    try:
        yield file
    finally:
        Path(file.name).unlink(missing_ok=True)
        # What it still buffers is of no use; on a full disk writing it would fail once more.
        with suppress(OSError):
            file.close()


def _chunks_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _make_folder(folder: Path) -> None:
    """A folder that outlives a power cut, with those above it."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        fsync_folder(folder.parent)


def _is_older(path: Path, before: float) -> bool:
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:
        return False


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> Unavailable:
    if error.errno in _FULL:
        return Unavailable(f"the disk of {str(folder)!r} is full: make room there and try again")
    return Unavailable(
        f"cannot write to {str(folder)!r}: {error.strerror or error}; "
        f"make it writable and try again"
    )


def _missing(name: str) -> NotFound:
    return NotFound(
        f"the bytes of picture {name.rpartition('/')[2]!r} are gone: restore the library's blobs "
        f"from a backup, or upload the picture again"
    )
