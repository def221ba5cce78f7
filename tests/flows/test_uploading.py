"""Uploads, on real files, a real decoder and a real database."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tagwright.config import Settings
from tagwright.errors import InvalidInput, NotFound, UnreadableImage
from tagwright.flows.deciding import undo
from tagwright.flows.embedding import embed_missing
from tagwright.flows.importing import import_pictures
from tagwright.flows.pictures import forget, opened, original, rendition
from tagwright.flows.plans import ImportOptions
from tagwright.flows.uploading import Sent, upload_uri
from tagwright.flows.workspace import Workspace, create, decode_limits
from tagwright.media.pool import Decoders
from tagwright.media.sources import uri_of
from tagwright.store import schema
from tagwright.store.workspaces import ensure_workspace
from tagwright.types import AssetId
from tests.flows.arriving import picture, send
from tests.pictures import draw_folders
from tests.tiny import TINY_SIDE, tiny_backbone_row

pytestmark = pytest.mark.both_databases


@pytest.fixture
def ws(tmp_path: Path, database_url: str | None) -> Iterator[Workspace]:
    row = tiny_backbone_row(tmp_path)
    settings = Settings(
        backbone=str(row), workers=2, cache=tmp_path / "cache", database_url=database_url
    )
    opened = create(tmp_path / "library", settings)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def decoders() -> Iterator[Decoders]:
    with Decoders(TINY_SIDE, 2, decode_limits(Settings())) as running:
        yield running


def test_an_upload_is_a_picture_with_its_bytes_and_a_job_to_embed_it(
    ws: Workspace, decoders: Decoders
) -> None:
    data = picture(1)
    upload = send(ws, decoders, data, Sent(name="holiday photos/a b.png"))
    assert (upload.status, upload.format, upload.width) == ("created", "PNG", 96)
    assert upload.asset == hashlib.sha256(data).hexdigest()
    assert ws.assets.locations(upload.asset) == [f"upload:{upload.asset}/a%20b.png"]
    assert b"".join(original(ws, upload.asset).chunks) == data
    assert [(job.kind, job.status) for job in ws.jobs.list()] == [("embed", "queued")]


def test_one_waiting_job_and_one_run_serve_many_uploads(ws: Workspace, decoders: Decoders) -> None:
    for number in range(3):
        send(ws, decoders, picture(number))
    assert len(ws.jobs.list()) == 1
    assert [run.kind for run in ws.runs.all()] == ["upload"]


def test_the_same_bytes_twice_are_one_picture(ws: Workspace, decoders: Decoders) -> None:
    assert send(ws, decoders, picture(1)).status == "created"
    assert send(ws, decoders, picture(1)).status == "exists"
    assert ws.assets.count() == 1


def test_the_same_bytes_at_the_same_time_both_succeed(ws: Workspace, decoders: Decoders) -> None:
    with ThreadPoolExecutor(8) as threads:
        uploads = list(threads.map(lambda _: send(ws, decoders, picture(1)), range(8)))
    assert sorted(upload.status for upload in uploads) == ["created"] + ["exists"] * 7
    assert ws.assets.count() == 1
    assert b"".join(original(ws, uploads[0].asset).chunks) == picture(1)


def test_look_alikes_that_come_at_the_same_time_share_a_group(
    ws: Workspace, decoders: Decoders
) -> None:
    big, small = picture(1, side=256), picture(1, side=256, kind="JPEG")
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda data: send(ws, decoders, data), (big, small)))
    assert len({asset.group for asset in ws.assets.all()}) == 1


def test_a_picture_that_lives_in_a_folder_is_kept_too(
    ws: Workspace, decoders: Decoders, tmp_path: Path
) -> None:
    folder = draw_folders(tmp_path / "few", 1)
    report = import_pictures(ws, [folder])
    path = folder / "circle" / "000.png"
    upload = send(ws, decoders, path.read_bytes())
    assert upload.status == "exists"
    assert ws.blobs.holds(upload.asset)
    undo(ws, run=report.run)
    path.unlink()
    assert [asset.id for asset in ws.assets.all()] == [upload.asset]
    assert b"".join(original(ws, upload.asset).chunks)


def test_undoing_the_days_uploads_takes_them_away_and_a_new_upload_brings_one_back(
    ws: Workspace, decoders: Decoders
) -> None:
    send(ws, decoders, picture(1))
    undo(ws, run=ws.runs.all()[0].id)
    assert ws.assets.count() == 0
    assert send(ws, decoders, picture(1)).status == "created"
    assert ws.assets.count() == 1


@pytest.mark.parametrize(
    ("data", "sent", "kind", "says"),
    [
        pytest.param(b"", Sent("a.png"), UnreadableImage, "'a.png': the file is empty", id="empty"),
        pytest.param(b"hello", Sent("a.txt"), UnreadableImage, "it is text", id="not a picture"),
        pytest.param(picture(1)[:200], Sent(), UnreadableImage, "cut short|broken", id="cut short"),
        pytest.param(
            picture(1), Sent(expected="0" * 64), InvalidInput, "not '0000", id="other bytes"
        ),
        pytest.param(picture(1), Sent(expected="abc"), InvalidInput, "64 lower", id="no hash"),
        pytest.param(
            picture(1), Sent(labels=(("none", ("x",)),)), NotFound, "'none'", id="unknown taxonomy"
        ),
    ],
)
def test_what_cannot_be_taken_is_refused_and_leaves_nothing(
    ws: Workspace, decoders: Decoders, data: bytes, sent: Sent, kind: type[Exception], says: str
) -> None:
    with pytest.raises(kind, match=says):
        send(ws, decoders, data, sent)
    assert ws.assets.count() == 0
    assert [p for p in (ws.root / "blobs").rglob("*") if p.is_file()] == []


def test_labels_that_come_along_are_claims(
    ws: Workspace, decoders: Decoders, tmp_path: Path
) -> None:
    import_pictures(ws, [draw_folders(tmp_path / "few", 1)], ImportOptions(labels="folders"))
    upload = send(ws, decoders, picture(1), Sent(labels=(("few", ("cross",)),)))
    send(ws, decoders, picture(1), Sent(labels=(("few", ("cross",)),)))
    (entry,) = ws.ledger.history(upload.asset)
    assert (entry.concept, entry.actor_kind, entry.actor) == ("cross", "import", "ann")
    with pytest.raises(NotFound, match="no concept 'square'"):
        send(ws, decoders, picture(2), Sent(labels=(("few", ("square",)),)))


@pytest.mark.parametrize(
    ("name", "end"),
    [
        pytest.param(None, "", id="no name"),
        pytest.param("C:\\fotos\\Ä.jpg", "/%C3%84.jpg", id="a path of another system"),
        pytest.param("a/", "", id="a folder"),
        pytest.param("../../etc", "/etc", id="a way up"),
        pytest.param("\ud800.jpg", "/%3F.jpg", id="half a character"),
    ],
)
def test_the_name_of_an_upload_is_part_of_its_place(name: str | None, end: str) -> None:
    assert upload_uri("abc", name) == f"upload:abc{end}"


def test_uploads_are_embedded_once(ws: Workspace, decoders: Decoders) -> None:
    uploads = [send(ws, decoders, picture(number)).asset for number in range(3)]
    told: list[tuple[str, int, int]] = []
    done = embed_missing(ws, lambda *said: told.append(said))
    assert (done["embedded"], done["skipped"], told[-1]) == (3, 0, ("embed", 3, 3))
    assert embed_missing(ws)["embedded"] == 0
    features = ws.features.load(ws.backbone_version, uploads, ["semantic"])
    assert np.isfinite(features["semantic"]).all()


def test_pictures_get_features_of_a_new_backbone(
    ws: Workspace, decoders: Decoders, tmp_path: Path
) -> None:
    import_pictures(ws, [draw_folders(tmp_path / "few", 2)])
    send(ws, decoders, picture(1))
    other = tmp_path / "other"
    other.mkdir()
    row = tiny_backbone_row(other, seed=1)
    changed = replace(ws, settings=replace(ws.settings, backbone=str(row)))
    assert embed_missing(changed)["embedded"] == 7
    assert ws.assets.count_without_features(ws.backbone_version) == 1


def test_bytes_that_are_gone_are_reported_and_skipped(
    ws: Workspace, decoders: Decoders, tmp_path: Path
) -> None:
    folder = draw_folders(tmp_path / "few", 1)
    import_pictures(ws, [folder])
    (folder / "circle" / "000.png").unlink()
    other = tmp_path / "other"
    other.mkdir()
    row = tiny_backbone_row(other, seed=1)
    changed = replace(ws, settings=replace(ws.settings, backbone=str(row)))
    done = embed_missing(changed)
    assert (done["embedded"], done["skipped"]) == (2, 1)
    assert "put back" in done["unreadable"][0]["reason"]


def test_embedding_that_is_cancelled_keeps_what_it_stored(
    ws: Workspace, decoders: Decoders
) -> None:
    class Stop(Exception):
        pass

    def stop(step: str, done: int, total: int) -> None:
        raise Stop

    send(ws, decoders, picture(1))
    with pytest.raises(Stop):
        embed_missing(ws, stop)
    assert ws.assets.count_without_features(ws.backbone_version) == 0


def test_a_rendition_fits_its_box_and_is_made_once(ws: Workspace, decoders: Decoders) -> None:
    asset = send(ws, decoders, picture(1, side=700)).asset
    data = rendition(ws, decoders, asset, 320)
    assert Image.open(io.BytesIO(data)).size == (320, 320)
    ws.blobs.files.delete(f"{ws.id}/{asset[:2]}/{asset}")
    assert rendition(ws, decoders, asset, 320) == data
    with pytest.raises(InvalidInput, match="ask for one of"):
        rendition(ws, decoders, asset, 321)


def test_a_file_that_changed_is_not_given_for_the_picture_it_held(
    ws: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(picture(1))
    import_pictures(ws, [path])
    (asset,) = [asset.id for asset in ws.assets.all()]
    with opened(ws, asset) as held:
        assert held.read_bytes() == picture(1)
    path.write_bytes(picture(2) + b"longer")
    with pytest.raises(NotFound, match="put back"), opened(ws, asset):
        pass


def test_a_picture_is_forgotten_everywhere(
    ws: Workspace, decoders: Decoders, tmp_path: Path
) -> None:
    folder = draw_folders(tmp_path / "few", 1)
    import_pictures(ws, [folder], ImportOptions(labels="folders"))
    path = folder / "circle" / "000.png"
    asset = send(ws, decoders, path.read_bytes()).asset
    rendition(ws, decoders, asset, 160)
    forget(ws, asset, "admin")
    for table in schema.METADATA.sorted_tables:
        column = table.c.get("asset", table.c.get("id") if table.name == "asset" else None)
        if column is not None:
            with ws.db.read() as connection:
                assert connection.execute(table.select().where(column == asset)).all() == []
    assert not [p for p in ws.root.rglob(f"*{asset}*") if p.is_file()]
    assert uri_of(path) not in str(ws.assets.all_places([asset]))
    with pytest.raises(NotFound):
        forget(ws, asset, "admin")
    assert ws.assets.count() == 2


def test_a_foreign_workspace_has_no_such_picture(ws: Workspace, decoders: Decoders) -> None:
    asset = send(ws, decoders, picture(1)).asset
    ensure_workspace(ws.db, "other", ws.now())
    other = replace(ws, id="other")
    for attempt in (
        lambda: original(other, asset),
        lambda: rendition(other, decoders, asset, 160),
        lambda: forget(other, asset, "admin"),
    ):
        with pytest.raises(NotFound, match="there is no picture"):
            attempt()
    assert ws.assets.exact(asset).id == AssetId(asset)
