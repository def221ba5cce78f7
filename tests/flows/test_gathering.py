"""Imports from elsewhere, on a real web server, a real object store and a real disk."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tagwright.config import Settings
from tagwright.errors import Forbidden, InvalidInput, Unavailable
from tagwright.flows.gathering import (
    BucketPrefix,
    SampleLibrary,
    ServerFolder,
    Source,
    UrlList,
    as_json,
    check_allowed,
    gather,
    source_of,
)
from tagwright.flows.pictures import original
from tagwright.flows.plans import ImportOptions
from tagwright.flows.sample import WHOLE
from tagwright.flows.workspace import Workspace, create
from tagwright.media.sample import PACKAGES
from tests import bucket
from tests.flows.arriving import picture
from tests.pictures import draw_folders
from tests.tiny import tiny_backbone_row

NONE = ImportOptions()
FOLDERS = ImportOptions(labels="folders")


@pytest.fixture(scope="module")
def s3() -> Iterator[bucket.Server]:
    with bucket.running() as server:
        yield server


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    settings = Settings(
        backbone=str(tiny_backbone_row(tmp_path)),
        workers=2,
        cache=tmp_path / "cache",
        private_hosts="127.0.0.1",
        import_folders=f"{tmp_path / 'open'}:s3://pictures/open",
        upload_megabytes=1,
    )
    opened = create(tmp_path / "library", settings)
    yield opened
    opened.close()


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder and says nothing."""

    def log_message(self, *args: object) -> None: ...


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a web server, and the folder it serves."""
    folder = tmp_path / "site"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", folder
    server.shutdown()
    server.server_close()
    thread.join()


def with_s3(ws: Workspace, s3: bucket.Server) -> Workspace:
    o = s3.options
    changed = replace(ws.settings, s3_endpoint=o.endpoint, s3_key=o.key, s3_secret=o.secret)
    return replace(ws, settings=changed)


def test_urls_are_fetched_kept_and_embedded(ws: Workspace, site: tuple[str, Path]) -> None:
    url, folder = site
    for number in range(3):
        (folder / f"{number}.png").write_bytes(picture(number))
    (folder / "text.txt").write_text("no picture")
    (folder / "huge.png").write_bytes(bytes(2 << 20))
    names = ["0.png", "1.png", "2.png", "2.png?again", "text.txt", "huge.png", "absent.png"]
    urls = tuple(f"{url}/{name}" for name in names)
    told: list[int] = []
    done = gather(ws, UrlList(urls), NONE, actor="ann", progress=lambda *said: told.append(said[1]))
    assert (done["imported"], done["duplicates"], done["unreadable"]) == (3, 1, 3)
    assert told == list(range(1, 8))
    reasons = dict(done["reasons"])
    assert "it is text" in reasons[f"{url}/text.txt"]
    assert "larger than" in reasons[f"{url}/huge.png"]
    assert "answered 404" in reasons[f"{url}/absent.png"]
    (folder / "0.png").unlink()
    first = next(ws.assets.all())
    assert b"".join(original(ws, first.id).chunks) == picture(0)
    assert ws.assets.locations(first.id) == [f"{url}/0.png"]
    assert ws.assets.count_without_features(ws.backbone_version) == 0
    assert list(ws.blobs.files.staging.iterdir()) == []
    again = gather(ws, UrlList(urls[:3]), NONE, actor="ann")
    assert (again["imported"], again["unchanged"], again["unreadable"]) == (0, 3, 0)


def test_addresses_inside_are_not_fetched(ws: Workspace, site: tuple[str, Path]) -> None:
    url, folder = site
    (folder / "0.png").write_bytes(picture(0))
    closed = replace(ws, settings=replace(ws.settings, private_hosts=""))
    done = gather(closed, UrlList((f"{url}/0.png", "file:///etc/passwd")), NONE, actor="ann")
    assert done["imported"] == 0
    assert "not on the public internet" in done["reasons"][0][1]
    assert "is not a web address" in done["reasons"][1][1]


def test_a_prefix_is_imported_with_its_folders_as_labels(ws: Workspace, s3: bucket.Server) -> None:
    ws = with_s3(ws, s3)
    for number, kind in enumerate(("cat", "dog", "dog")):
        s3.put(f"open/pets/{kind}/{number}.png", picture(number))
    s3.put("open/pets/notes.txt", b"not a picture, and passed over")
    s3.put("open/petsandmore/9.png", picture(9))
    source = BucketPrefix("s3://pictures/open/pets")
    done = gather(ws, source, FOLDERS, actor="ann")
    assert (done["imported"], done["labels"], done["unreadable"]) == (3, 3, 0)
    assert [f.kind for f in ws.taxonomies.get("pets").facets] == ["one"]
    again = gather(ws, source, FOLDERS, actor="ann")
    assert (again["imported"], again["unchanged"], again["labels"]) == (0, 3, 0)


def test_a_store_that_is_away_ends_the_import_so_that_it_is_tried_again(ws: Workspace) -> None:
    away = replace(ws.settings, s3_endpoint="http://127.0.0.1:9", s3_key="k", s3_secret="s")
    with pytest.raises(Unavailable, match="does not answer"):
        gather(replace(ws, settings=away), BucketPrefix("s3://pictures/open"), NONE, actor="ann")


def test_a_folder_is_imported_where_it_is_and_links_out_of_it_are_not_followed(
    ws: Workspace, tmp_path: Path
) -> None:
    folder = draw_folders(tmp_path / "open" / "shapes", 1)
    secret = tmp_path / "secret.png"
    secret.write_bytes(picture(5))
    (folder / "circle" / "link.png").symlink_to(secret)
    manifest = folder / "list.csv"
    manifest.write_text(f"image,label\n{secret},circle\ncross/000.png,cross\n")
    done = gather(ws, ServerFolder(folder), FOLDERS, actor="ann")
    assert (done["imported"], done["unreadable"]) == (3, 1)
    assert "link out of them" in done["reasons"][0][1]
    done = gather(ws, ServerFolder(manifest), NONE, actor="ann")
    assert (done["unchanged"], done["unreadable"]) == (1, 1)
    done = gather(ws, ServerFolder(manifest), NONE, actor="ann", trusted=True)
    assert (done["imported"], done["unreadable"]) == (1, 0)


@pytest.mark.parametrize(
    ("source", "allowed"),
    [
        pytest.param(BucketPrefix("s3://pictures/open"), True, id="the prefix itself"),
        pytest.param(BucketPrefix("s3://pictures/open/a/"), True, id="below the prefix"),
        pytest.param(BucketPrefix("s3://pictures/opened"), False, id="a longer name"),
        pytest.param(BucketPrefix("s3://pictures"), False, id="above the prefix"),
        pytest.param(BucketPrefix("s3://other/open"), False, id="another bucket"),
        pytest.param(ServerFolder(Path("/srv/open/a")), True, id="a folder below"),
        pytest.param(ServerFolder(Path("/srv/open/../secret")), False, id="a way up"),
        pytest.param(ServerFolder(Path("/srv/opened")), False, id="a folder with a longer name"),
        pytest.param(ServerFolder(Path("srv/open")), False, id="a relative path"),
        pytest.param(ServerFolder(Path("/mnt/b")), True, id="the last folder of the list"),
        pytest.param(UrlList(("https://example.org/a.png",)), True, id="a URL"),
    ],
)
def test_only_what_the_operator_opened_may_be_imported(source: Source, allowed: bool) -> None:
    settings = Settings(import_folders="/srv/open:s3://pictures/open:/mnt/b")
    if allowed:
        check_allowed(settings, source)
    else:
        with pytest.raises(Forbidden, match="TAGWRIGHT_IMPORT_FOLDERS"):
            check_allowed(settings, source)


@pytest.mark.parametrize(
    "source",
    [
        UrlList(("https://a/b",)),
        BucketPrefix("s3://a"),
        ServerFolder(Path("/a")),
        SampleLibrary(),
    ],
    ids=lambda s: type(s).__name__,
)
def test_a_source_outlives_its_job_as_json(source: Source) -> None:
    assert source_of(as_json(source)) == source


def test_the_sample_comes_with_labels_and_a_part_to_be_tagged(ws: Workspace) -> None:
    told: list[str] = []
    place = ws.root / "sample" / ws.id
    draw_folders(place / "emoji", 30)
    (place / WHOLE).write_text("emoji")  # as if it had been fetched and laid out before
    said = gather(
        ws, SampleLibrary(), NONE, actor="ada", progress=lambda step, done, total: told.append(step)
    )
    assert said["imported"] == 90
    assert 55 <= said["labels"] <= 85
    assert ws.taxonomies.find("emoji") is not None
    assert told[0] == "fetching the sample"
    again = gather(ws, SampleLibrary(), NONE, actor="ada")
    assert (again["imported"], again["unchanged"]) == (0, 90)


def test_a_sample_that_is_not_the_pinned_one_is_refused_with_the_way_out(ws: Workspace) -> None:
    cache = ws.settings.cache_folder / "sample"
    cache.mkdir(parents=True)
    for file, _ in PACKAGES.values():
        (cache / file).write_bytes(b"something else")
    with pytest.raises(Unavailable, match="or use a folder of your own"):
        gather(ws, SampleLibrary(), NONE, actor="ada")
    assert not ws.runs.all()


def test_two_sources_at_once_are_refused() -> None:
    with pytest.raises(InvalidInput, match="give one of"):
        source_of({"urls": [], "folder": "/a"})
