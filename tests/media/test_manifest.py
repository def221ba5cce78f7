"""Tables of pictures and labels, as people's programs write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tagwright.errors import InvalidInput, NotFound
from tagwright.media.manifest import read_manifest


def table(folder: Path, text: str | bytes) -> Path:
    path = folder / "labels.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "options", "labels"),
    [
        pytest.param("a.jpg,cat\n", {}, [("cat",)], id="no header"),
        pytest.param("a.jpg,cat,red\n", {}, [("cat",), ("red",)], id="several cells"),
        pytest.param("path,label\na.jpg,cat\n", {}, [("cat",)], id="a header"),
        pytest.param("File,Tags\na.jpg,cat;dog\n", {}, [("cat",), ("dog",)], id="several in one"),
        pytest.param("a.jpg;cat\n", {}, [("cat",)], id="semicolons"),
        pytest.param("a.jpg\tcat;dog\n", {}, [("cat",), ("dog",)], id="tabs"),
        pytest.param('"a, b.jpg",cat\n', {}, [("cat",)], id="a quoted comma"),
        pytest.param("\ufeffpath,label\na.jpg,cat\n", {}, [("cat",)], id="a byte order mark"),
        pytest.param("path,label\r\na.jpg,cat\r\n", {}, [("cat",)], id="Windows lines"),
        pytest.param("a.jpg,Animal > Cat\n", {}, [("Animal", "Cat")], id="a path by >"),
        pytest.param("a.jpg,Animal|Cat\n", {}, [("Animal", "Cat")], id="a path by |"),
        pytest.param("a.jpg,cat; cat;\n", {}, [("cat",)], id="the same twice"),
        pytest.param("a.jpg,\n", {}, [], id="an empty cell"),
        pytest.param("a.jpg\n", {}, [], id="a path alone"),
        pytest.param(
            "image,kind,colour\na.jpg,cat,red\n",
            {"label_columns": ["colour"]},
            [("red",)],
            id="a column by name",
        ),
        pytest.param(
            "image,group,kind\na.jpg,animal,cat\n",
            {"label_columns": ["group > kind"]},
            [("animal", "cat")],
            id="a path of columns",
        ),
    ],
)
def test_a_row_gives_its_labels(
    tmp_path: Path, text: str, options: dict[str, Any], labels: list[tuple[str, ...]]
) -> None:
    (row,) = read_manifest(table(tmp_path, text), **options)
    assert row.labels == tuple(labels)


def test_the_group_column_is_read_and_is_no_label(tmp_path: Path) -> None:
    text = "image,label,photographer\na.jpg,cat,7\nb.jpg,dog,\n"
    rows = list(read_manifest(table(tmp_path, text), group_column="photographer"))
    assert [(row.group, row.labels) for row in rows] == [("7", (("cat",),)), (None, (("dog",),))]


@pytest.mark.parametrize(
    ("place", "root"),
    [
        pytest.param("set/a.jpg", None, id="beside the table"),
        pytest.param("a.jpg", None, id="beside the table's folder"),
        pytest.param("set/images/a.jpg", None, id="in images"),
        pytest.param("elsewhere/a.jpg", "elsewhere", id="under a given root"),
    ],
)
def test_paths_start_where_the_first_picture_is(
    tmp_path: Path, place: str, root: str | None
) -> None:
    picture = tmp_path / place
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.touch()
    (tmp_path / "set").mkdir(exist_ok=True)
    manifest = table(tmp_path / "set", "a.jpg,cat\n")
    (row,) = read_manifest(manifest, root=None if root is None else tmp_path / root)
    assert row.path == picture


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        pytest.param("", {}, "is empty", id="empty"),
        pytest.param("a.jpg,cat\n,dog\n", {}, "line 2: the first cell '' names no", id="no path"),
        pytest.param("a.jpg,Animal > \n", {}, "line 1: .* empty name", id="an empty name"),
        pytest.param(b"a.jpg,cat\nb.jpg,caf\xe9\n", {}, "line 2 is not UTF-8", id="Latin-1"),
        pytest.param('a.jpg,"cat\n', {}, "line 1: .* quote", id="an open quote"),
        pytest.param("image,kind,colour\n", {}, r"which columns .*\['kind'", id="no label column"),
        pytest.param(
            "image,kind\n", {"label_columns": ["sort"]}, "no column 'sort'", id="unknown column"
        ),
        pytest.param("a.jpg,cat\n", {"group_column": "who"}, "has no header", id="no header"),
    ],
)
def test_what_cannot_be_used_is_named(
    tmp_path: Path, text: str | bytes, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        list(read_manifest(table(tmp_path, text), **options))


def test_a_header_in_other_words_is_refused_with_the_word_that_is_needed(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="if it is a header, call its first column 'path'"):
        list(read_manifest(table(tmp_path, "photo,label\na.jpg,cat\n")))


def test_a_picture_without_an_ending_may_stand_in_the_first_row(tmp_path: Path) -> None:
    (tmp_path / "scan").touch()
    (row,) = read_manifest(table(tmp_path, "scan,cat\n"))
    assert row.path == tmp_path / "scan"


def test_a_missing_table_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"none\.csv"):
        read_manifest(tmp_path / "none.csv")


def test_rows_know_their_line(tmp_path: Path) -> None:
    rows = read_manifest(table(tmp_path, "path,label\n\na.jpg,cat\nb.jpg,dog\n"))
    assert [row.line for row in rows] == [3, 4]
