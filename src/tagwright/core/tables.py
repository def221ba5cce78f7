"""Comma-separated tables as people's spreadsheets write them, each row with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tagwright.errors import InvalidInput

BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """The trimmed cells of one row, and the line it starts on (the first is 1)."""

    line: int
    cells: tuple[str, ...]


def decoded(data: bytes | str, what: str) -> str:
    """UTF-8 or UTF-16 text without its byte order mark. Raises InvalidInput for anything else."""
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    encoding = next((name for mark, name in BYTE_ORDER_MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidInput(
            f"{what} is not {encoding.removesuffix('-sig').upper()}: line {line} holds the bytes "
            f"{error.object[error.start : error.end]!r}; save it as UTF-8"
        ) from error


def read_table(data: bytes | str, what: str) -> tuple[Row, ...]:
    """The rows that are not blank. Commas, semicolons or tabs part the cells: the first line says.

    Raises InvalidInput, naming the line, for broken quotes or an endless cell.
    """
    text = decoded(data, what)
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(Row(line, tuple(cell.strip() for cell in cells)))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InvalidInput(
            f"line {line} of {what} is not a row of a table ({error}): "
            f"close its quotes, and double those inside a cell"
        ) from error
    return tuple(rows)


def format_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Comma-separated text with line feeds, quoted where a cell needs it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
