"""Files and folders to pictures, in one order, whatever their names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tagwright.errors import InvalidInput, NotFound
from tagwright.media.sources import find_pictures, label_text, path_of, uri_of

JPEG = b"\xff\xd8\xff\xe0 and so on"


def grow(root: Path, *names: str, content: bytes = JPEG) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def found(*paths: Path) -> list[tuple[str, tuple[str, ...]]]:
    return [(source.path.name, source.folders) for source in find_pictures(list(paths))]


def test_folders_are_searched_to_any_depth_and_name_the_picture(tmp_path: Path) -> None:
    grow(tmp_path, "top.jpg", "a/b/x.jpg", "a/y.png")
    assert found(tmp_path) == [("x.jpg", ("a", "b")), ("y.png", ("a",)), ("top.jpg", ())]


def test_the_order_is_that_of_the_bytes_of_the_path(tmp_path: Path) -> None:
    grow(tmp_path, "b.jpg", "B.jpg", "a.jpg", "a/z.jpg", "é.jpg", "a-b.jpg")
    paths = [source.path for source in find_pictures([tmp_path])]
    assert paths == sorted(paths, key=os.fsencode)


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        pytest.param("x.jpg", b"broken", True, id="a picture by name"),
        pytest.param("X.JPEG", b"broken", True, id="in capitals"),
        pytest.param("no_extension", JPEG, True, id="a picture by its bytes"),
        pytest.param("x.dat", b"\x89PNG\r\n\x1a\n", True, id="a PNG under another name"),
        pytest.param("x.txt", b"text", False, id="text"),
        pytest.param("x.jpg.xmp", b"<x:xmpmeta", False, id="a sidecar"),
        pytest.param("Thumbs.db", b"\xd0\xcf", False, id="a thumbnail cache"),
        pytest.param(".hidden.jpg", JPEG, False, id="hidden"),
        pytest.param(".cache/x.jpg", JPEG, False, id="in a hidden folder"),
        pytest.param("@eaDir/x.jpg", JPEG, False, id="a storage box's thumbnail"),
        pytest.param("__MACOSX/x.jpg", JPEG, False, id="an archive's resource fork"),
    ],
)
def test_a_folder_gives_its_pictures_only(
    tmp_path: Path, name: str, content: bytes, kept: bool
) -> None:
    grow(tmp_path, name, content=content)
    assert bool(found(tmp_path)) is kept


@pytest.mark.parametrize("name", ["notes.txt", ".hidden.jpg"])
def test_a_file_named_itself_is_always_tried(tmp_path: Path, name: str) -> None:
    grow(tmp_path, name)
    assert found(tmp_path / name) == [(name, ())]


def test_links_are_followed_and_loops_end(tmp_path: Path) -> None:
    grow(tmp_path, "a/x.jpg")
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "link.jpg").symlink_to(tmp_path / "a" / "x.jpg")
    (tmp_path / "dead.jpg").symlink_to("nowhere")
    assert found(tmp_path) == [("x.jpg", ("a",)), ("dead.jpg", ()), ("link.jpg", ())]


def test_a_link_to_a_folder_above_the_given_one_is_passed_over(tmp_path: Path) -> None:
    grow(tmp_path, "outside.jpg", "given/inside.jpg", "elsewhere/linked.jpg")
    (tmp_path / "given" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "given" / "far").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert found(tmp_path / "given") == [("linked.jpg", ("far",)), ("inside.jpg", ())]


def test_a_path_that_does_not_exist_is_refused_before_anything(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nothing_here"):
        find_pictures([tmp_path, tmp_path / "nothing_here"])


def test_paths_come_out_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(tmp_path, "a/x.jpg")
    monkeypatch.chdir(tmp_path)
    (source,) = find_pictures([Path("a")])
    assert source.path == tmp_path / "a" / "x.jpg"


NAMES = ["a b.jpg", "new\nline.jpg", "caf\udce9.jpg", "50%.jpg", "日本語.jpg", "#?.jpg", "-rf.jpg"]


@pytest.mark.parametrize("name", NAMES)
def test_a_path_survives_its_uri(name: str) -> None:
    uri = uri_of(Path("/some where") / name)
    assert uri.isascii()
    assert "\n" not in uri
    assert path_of(uri) == Path("/some where") / name


@pytest.mark.parametrize("uri", ["http://example.org/a.jpg", "/a.jpg", "file://host/a.jpg"])
def test_other_uris_are_no_paths(uri: str) -> None:
    with pytest.raises(InvalidInput, match="file:///"):
        path_of(uri)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        pytest.param("cafe\u0301", "café", id="composed"),
        pytest.param("two\nlines\t here ", "two lines here", id="one line"),
        pytest.param("caf\udce9", "caf\ufffd", id="bytes that are not UTF-8"),
    ],
)
def test_a_folder_name_becomes_a_label(name: str, label: str) -> None:
    assert label_text(name) == label
