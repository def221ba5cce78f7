"""Blobs on a real disk and in a real object store: what was put is there, what was not is not."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tagwright.errors import Conflict, InvalidInput, NotFound, TooLarge, Unavailable
from tagwright.store.assets import Assets
from tagwright.store.blobs import BlobFiles, Blobs, BucketFiles, DiskFiles
from tagwright.store.engine import Database
from tagwright.store.objects import Bucket, S3Options, split_url
from tagwright.store.workspaces import ensure_workspace
from tagwright.types import AssetId
from tests import bucket

DATA = bytes(range(256)) * 40_000
ASSET = AssetId(hashlib.sha256(DATA).hexdigest())
NOW = "2026-11-24T12:00:00.000+00:00"


@pytest.fixture(scope="module")
def s3() -> Iterator[bucket.Server]:
    with bucket.running() as server:
        yield server


@pytest.fixture(params=["disk", "bucket"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> BlobFiles:
    if request.param == "disk":
        return DiskFiles(tmp_path / "blobs")
    server: bucket.Server = request.getfixturevalue("s3")
    place = Bucket(f"s3://pictures/{tmp_path.name}", server.options)
    return BucketFiles(place, tmp_path / "staged")


@pytest.fixture
def blobs(files: BlobFiles, tmp_path: Path) -> Iterator[Blobs]:
    db = Database(f"sqlite:///{tmp_path / 'library.db'}")
    db.migrate()
    for workspace in ("ours", "theirs"):
        ensure_workspace(db, workspace, NOW)
    yield Blobs(db, "ours", files, tmp_path / "renditions")
    db.close()


def put(blobs: Blobs, data: bytes = DATA) -> AssetId:
    with blobs.stage([data[:100], data[100:]], limit=len(data)) as staged:
        blobs.put(staged)
    with blobs.db.write() as transaction:
        blobs.record(transaction, [(AssetId(staged.sha256), staged.size)], NOW)
    return AssetId(staged.sha256)


def test_what_was_put_is_read_back_whole(blobs: Blobs) -> None:
    assert put(blobs) == ASSET
    assert blobs.holds(ASSET)
    assert b"".join(blobs.chunks(ASSET)) == DATA
    with blobs.local(ASSET) as path:
        assert path.read_bytes() == DATA


def test_putting_the_same_bytes_twice_does_no_harm(blobs: Blobs) -> None:
    put(blobs)
    assert put(blobs) == ASSET
    assert b"".join(blobs.chunks(ASSET)) == DATA


def test_nothing_staged_is_left_whether_it_was_put_or_not(blobs: Blobs) -> None:
    put(blobs)
    with blobs.stage([b"never put"], limit=100) as staged:
        assert staged.path.read_bytes() == b"never put"
    assert list(blobs.files.staging.iterdir()) == []


def test_more_than_the_limit_is_refused_and_leaves_nothing(blobs: Blobs) -> None:
    with pytest.raises(TooLarge, match="MiB"), blobs.stage([b"x" * 60] * 2, limit=100):
        pass
    assert list(blobs.files.staging.iterdir()) == []


def test_a_local_copy_is_gone_after_the_block(blobs: Blobs) -> None:
    put(blobs)
    with blobs.local(ASSET) as path:
        pass
    assert path.exists() == isinstance(blobs.files, DiskFiles)


def test_another_workspace_does_not_see_it(blobs: Blobs) -> None:
    put(blobs)
    theirs = Blobs(blobs.db, "theirs", blobs.files, blobs._renditions)
    assert not theirs.holds(ASSET)
    with pytest.raises(NotFound, match="upload the picture again"):
        theirs.chunks(ASSET)
    with pytest.raises(NotFound), theirs.local(ASSET):
        pass


def test_a_row_never_names_bytes_that_are_gone(blobs: Blobs) -> None:
    put(blobs)
    blobs.delete(ASSET)
    with pytest.raises(Conflict, match="send it again"), blobs.db.write() as transaction:
        blobs.record(transaction, [(ASSET, len(DATA))], NOW)


def test_a_sweep_takes_old_bytes_that_no_row_names_and_no_others(blobs: Blobs) -> None:
    put(blobs)
    with blobs.stage([b"orphan"], limit=10) as staged:
        blobs.put(staged)
    orphan = AssetId(staged.sha256)
    assert blobs.sweep(before=time.time() - 3600) == 0
    assert blobs.sweep(before=time.time() + 60) == 1
    assert b"".join(blobs.chunks(ASSET)) == DATA
    with pytest.raises(NotFound):
        blobs.chunks(orphan)


def test_a_sweep_takes_old_staged_files_only(blobs: Blobs) -> None:
    blobs.files.staging.mkdir(parents=True)
    old, young = (blobs.files.staging / name for name in ("old", "young"))
    old.touch()
    young.touch()
    os.utime(old, (1, 1))
    assert blobs.sweep_staged(time.time() - 3600) == 1
    assert list(blobs.files.staging.iterdir()) == [young]


def test_a_rendition_is_kept_and_a_torn_one_is_not_served(blobs: Blobs, tmp_path: Path) -> None:
    webp = b"RIFF" + (8).to_bytes(4, "little") + b"WEBPVP8 "
    assert blobs.rendition(ASSET, 160) is None
    blobs.keep_rendition(ASSET, 160, webp)
    assert blobs.rendition(ASSET, 160) == webp
    (kept,) = (tmp_path / "renditions").rglob("*.webp")
    kept.write_bytes(webp[:-3])
    assert blobs.rendition(ASSET, 160) is None


def test_deleting_takes_the_renditions_too_and_may_be_repeated(
    blobs: Blobs, tmp_path: Path
) -> None:
    put(blobs)
    blobs.keep_rendition(ASSET, 160, b"anything")
    blobs.delete(ASSET)
    blobs.delete(ASSET)
    assert [p for p in (tmp_path / "renditions").rglob("*") if p.is_file()] == []
    with pytest.raises(NotFound):
        blobs.chunks(ASSET)


def test_a_disk_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    db = Database(f"sqlite:///{tmp_path / 'library.db'}")
    blobs = Blobs(db, "ours", DiskFiles(tmp_path / "file"), tmp_path / "renditions")
    with pytest.raises(Unavailable, match="cannot write to"), blobs.stage([b"x"], limit=10):
        pass
    db.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
def test_a_full_disk_says_make_room(tmp_path: Path) -> None:
    full = tmp_path / "blobs"
    files = DiskFiles(full)
    files.staging.mkdir(parents=True)
    from tagwright.store.blobs import Staging

    with Path("/dev/full").open("wb", buffering=0) as device:
        staging = Staging(device, limit=1 << 20)
        with pytest.raises(Unavailable, match="is full: make room"):
            staging.write(b"x" * 100)


def test_a_store_that_is_away_says_so_in_seconds(tmp_path: Path) -> None:
    away = Bucket("s3://pictures", S3Options("http://127.0.0.1:9", key="k", secret="s"))
    started = time.monotonic()
    with pytest.raises(Unavailable, match=r"'s3://pictures' does not answer.*S3_ENDPOINT"):
        away.size("anything")
    assert time.monotonic() - started < 20


def test_a_bucket_that_does_not_exist_is_named(s3: bucket.Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises((NotFound, Unavailable), match="nowhere"):
        Bucket("s3://nowhere/below", s3.options).put("a", tmp_path / "file")


def test_a_secret_is_not_shown() -> None:
    assert "hidden" not in repr(S3Options(secret="hidden"))


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        pytest.param("s3://b", ("b", ""), id="a whole bucket"),
        pytest.param("s3://b/a/c/", ("b", "a/c"), id="a prefix, with or without its slash"),
    ],
)
def test_a_place_in_a_store_has_a_bucket_and_a_prefix(url: str, parts: tuple[str, str]) -> None:
    assert split_url(url) == parts


@pytest.mark.parametrize("url", ["s3://", "s3:///a", "https://b/a", "s3://b/../a", "s3://b/a//c"])
def test_what_is_no_place_in_a_store_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="s3://BUCKET/PREFIX"):
        split_url(url)


def test_erasing_leaves_no_row_in_any_table(blobs: Blobs) -> None:
    put(blobs)
    with blobs.db.write() as transaction:
        Assets(blobs.db, "ours").erase(transaction, ASSET)
    assert not blobs.holds(ASSET)
