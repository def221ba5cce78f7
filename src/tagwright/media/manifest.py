"""A table of pictures and their labels: `path,label[,label...]`, as people's tools write it."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from tagwright.errors import InvalidInput, NotFound
from tagwright.media.sources import label_text

PATH_COLUMNS: Final = frozenset({"path", "image", "file", "filename"})
"""A first cell among these makes the first row a header."""
_LABEL_COLUMNS: Final = frozenset({"label", "labels", "keyword", "keywords", "tag", "tags"})
_STEP: Final = re.compile(r"[>|]")

_Row: TypeAlias = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """A picture the table names. Each label is a path of names, the broadest first."""

    path: Path
    labels: tuple[tuple[str, ...], ...]
    group: str | None
    line: int


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where to look in a row. Each label is read from one column, or a path from several."""

    labels: tuple[tuple[int, ...], ...] | None
    group: int | None


def read_manifest(
    csv_path: Path,
    *,
    label_columns: Sequence[str] | None = None,
    group_column: str | None = None,
    root: Path | None = None,
) -> Iterator[ManifestRow]:
    """The rows of a table, as they are read.

    The first row is a header when its first cell is path, image, file or filename; without one
    every further cell is labels. `label_columns`: names from the header; "A > B" reads the
    path (cell A, cell B). By default the columns called label, labels, keywords or tags, or
    the only other one. A cell holds labels joined by ";", a label is a path joined by ">" or
    "|". UTF-8; comma, semicolon or tab, whichever comes first in the first row.

    Relative paths start at `root`; without it at the table's folder, its parent or its
    folder `images`: the first of them where the first picture is.

    Raises NotFound without the table, InvalidInput naming the line that cannot be used.
    """
    if not csv_path.is_file():
        raise NotFound(f"no table {str(csv_path)!r}: check how it is spelled")
    return _read(csv_path, label_columns, group_column, root)


def _read(
    table: Path, label_columns: Sequence[str] | None, group_column: str | None, root: Path | None
) -> Iterator[ManifestRow]:
    rows = _rows(table)
    first = next(rows, None)
    if first is None:
        raise InvalidInput(f"{str(table)!r} is empty: give it rows such as 'a.jpg,cat'")
    header = [cell.strip() for cell in first[1]]
    if header[0].lower() in PATH_COLUMNS:
        columns = _columns(table, header, label_columns, group_column)
        first = next(rows, None)
    elif label_columns or group_column:
        raise InvalidInput(
            f"{str(table)!r} has no header, so no column can be chosen by name: begin it with "
            f"a row whose first cell is one of {sorted(PATH_COLUMNS)}"
        )
    else:
        columns = _Columns(None, None)
        _refuse_header(table, header, root)
    base = root
    while first is not None:
        line, cells = first
        path = _picture(table, line, cells)
        base = base or _base(table, path)
        group = _cell(cells, columns.group)
        labels = _labels(table, line, cells, columns)
        yield ManifestRow(base / path, labels, group or None, line)
        first = next(rows, None)


def _refuse_header(table: Path, cells: list[str], root: Path | None) -> None:
    """Raises InvalidInput where the first row names no picture, but reads like a header."""
    name = cells[0]
    is_word = len(cells) > 1 and not set(name) & set("./\\\0") and bool(name)
    if is_word and not ((root or _base(table, name)) / name).exists():
        raise InvalidInput(
            f"{str(table)!r}: the first row {cells} names no picture that is there; if it is a "
            f"header, call its first column 'path'"
        )


def _rows(table: Path) -> Iterator[_Row]:
    """Rows that hold something, each with the number of its last line."""
    with table.open("rb") as file:
        lines = _text(table, file)
        opening = next(lines, None)
        if opening is None:
            return
        reader = csv.reader(_chain(opening, lines), delimiter=_delimiter(opening), strict=True)
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, cells
        except csv.Error as error:
            raise InvalidInput(
                f"{str(table)!r}, line {reader.line_num}: {error}; a cell with a quote must be "
                f'quoted, and the quote doubled: "27"" screen"'
            ) from None


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _text(table: Path, lines: Iterator[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise InvalidInput(
                f"{str(table)!r}, line {number} is not UTF-8: save the table as 'CSV UTF-8'"
            ) from None


def _delimiter(line: str) -> str:
    """The first comma, semicolon or tab outside quotes; a comma when there is none."""
    outside = re.sub(r'"[^"]*"', "", line)
    return next((char for char in outside if char in ",;\t"), ",")


def _columns(
    table: Path, header: list[str], label_columns: Sequence[str] | None, group_column: str | None
) -> _Columns:
    def index(name: str) -> int:
        if name not in header:
            raise InvalidInput(f"{str(table)!r} has no column {name!r}: it has {header}")
        return header.index(name)

    group = None if group_column is None else index(group_column)
    if label_columns is not None:
        entries = [[e] if e in header else _STEP.split(e) for e in label_columns]
        return _Columns(tuple(tuple(index(n.strip()) for n in entry) for entry in entries), group)
    others = [i for i in range(1, len(header)) if i != group]
    named = [i for i in others if header[i].lower() in _LABEL_COLUMNS]
    if not named and len(others) > 1:
        raise InvalidInput(f"{str(table)!r}: which columns hold labels? Choose from {header[1:]}")
    return _Columns(tuple((i,) for i in named or others), group)


def _picture(table: Path, line: int, cells: list[str]) -> str:
    path = cells[0].strip()
    if not path or "\0" in path:
        raise InvalidInput(f"{str(table)!r}, line {line}: the first cell {path!r} names no picture")
    return path


def _base(table: Path, first: str) -> Path:
    folder = Path(os.path.abspath(table)).parent  # noqa: PTH100 - keeps links as named
    candidates = (folder, folder.parent, folder / "images")
    return next((base for base in candidates if (base / first).exists()), folder)


def _cell(cells: list[str], column: int | None) -> str:
    return cells[column].strip() if column is not None and column < len(cells) else ""


def _labels(
    table: Path, line: int, cells: list[str], columns: _Columns
) -> tuple[tuple[str, ...], ...]:
    where = columns.labels
    if where is None:
        where = tuple((i,) for i in range(1, len(cells)))
    found: dict[tuple[str, ...], None] = {}
    for path in where:
        if len(path) > 1:
            steps = [label_text(_cell(cells, i)) for i in path]
            found |= {tuple(step for step in steps if step): None}
        else:
            found |= dict.fromkeys(_split(table, line, _cell(cells, path[0])))
    found.pop((), None)
    return tuple(found)


def _split(table: Path, line: int, cell: str) -> list[tuple[str, ...]]:
    labels = [part for part in cell.split(";") if part.strip()]
    paths = [tuple(label_text(step) for step in _STEP.split(label)) for label in labels]
    if any("" in path for path in paths):
        raise InvalidInput(
            f"{str(table)!r}, line {line}: {cell!r} has an empty name; write 'A > B', 'A|B' or 'A'"
        )
    return paths
