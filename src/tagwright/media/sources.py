"""Where pictures come from: files and folders, and tables that name them with their labels."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from tagwright.errors import InvalidInput, NotFound

# fmt: off
EXTENSIONS: Final = frozenset({
    ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".webp", ".gif", ".tif", ".tiff", ".btf",
    ".bmp", ".dib", ".heic", ".heif", ".hif", ".avif", ".jp2", ".j2k", ".j2c", ".jpf", ".jpx",
    ".psd", ".ppm", ".pgm", ".pbm", ".pnm", ".ico", ".tga", ".pcx",
})
# fmt: on
"""A file in a folder with one of these is reported when it cannot be read."""

_SIGNATURES: Final = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n",
    b"GIF87a",
    b"GIF89a",
    b"II*\0",
    b"MM\0*",
    b"8BPS",
    b"\0\0\0\x0cjP  ",
)
_FTYP_BRANDS: Final = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis")
_FOREIGN_FOLDERS: Final = frozenset({"@eaDir", "__MACOSX"})
"""Thumbnails and forks that storage boxes and archives leave beside the originals."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to import. `path` is absolute; `folders`: names from the given root down to it."""

    path: Path
    folders: tuple[str, ...]


def find_pictures(paths: Sequence[Path]) -> Iterator[Source]:
    """The files named and, of folders, the pictures at any depth, in byte order of their path.

    In a folder a file counts as a picture by its extension or, failing that, by its first
    bytes; anything else is passed over, and so is what is hidden (a leading dot). A file named
    itself is always given. Linked folders are entered once, so loops end; a link to a folder
    that the given one lies in is passed over, as it would bring in all that lies beside it. A
    folder that may not be listed is given as a source, so that reading it reports why.

    Raises NotFound, before anything is given, for a path that does not exist.
    """
    roots = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100 - keeps links as named
    for root in roots:
        if not os.path.lexists(root):
            raise NotFound(f"no file or folder {str(root)!r}: check how it is spelled")
    return (source for root in roots for source in _under(root))


def _under(root: Path) -> Iterator[Source]:
    if not root.is_dir():
        yield Source(root, ())
        return
    entered: set[tuple[int, int]] = set()
    above = set(root.resolve().parents)
    waiting: list[tuple[Path, tuple[str, ...], bool]] = [(root, (), True)]
    while waiting:
        path, folders, is_folder = waiting.pop()
        if not is_folder:
            yield Source(path, folders)
            continue
        try:
            if path != root and path.is_symlink() and path.resolve() in above:
                continue
            status = path.stat()
            if (status.st_dev, status.st_ino) in entered:
                continue
            entered.add((status.st_dev, status.st_ino))
            found = _entries(path)
        except OSError:
            yield Source(path, folders)
            continue
        inside = folders if path == root else (*folders, label_text(path.name))
        waiting += [(entry, inside, is_dir) for entry, is_dir in reversed(found)]


def _entries(folder: Path) -> list[tuple[Path, bool]]:
    """Sub-folders (True) and pictures of a folder, sorted as their full paths would be."""
    kept: list[tuple[bytes, Path, bool]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            path = Path(entry.path)
            if entry.name.startswith(".") or entry.name in _FOREIGN_FOLDERS:
                continue
            is_dir = entry.is_dir()
            if is_dir or path.suffix.lower() in EXTENSIONS or _begins_like_a_picture(entry):
                kept.append((os.fsencode(entry.name) + b"/" * is_dir, path, is_dir))
    return [(path, is_dir) for _, path, is_dir in sorted(kept, key=lambda item: item[0])]


def _begins_like_a_picture(entry: os.DirEntry[str]) -> bool:
    if not entry.is_file():
        return False
    try:
        with Path(entry.path).open("rb") as file:
            head = file.read(16)
    except OSError:
        return False
    webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    heif = head[4:8] == b"ftyp" and head[8:12] in _FTYP_BRANDS
    return webp or heif or head.startswith(_SIGNATURES)


def label_text(name: str) -> str:
    """A file-system name as a label: valid Unicode, composed (NFC), on one line.

    Two systems may store the same name composed or not; as labels they must be one.
    """
    valid = os.fsencode(name).decode("utf-8", "replace")
    composed = unicodedata.normalize("NFC", valid)
    spaced = "".join(" " if unicodedata.category(char) == "Cc" else char for char in composed)
    return " ".join(spaced.split())


def uri_of(path: Path) -> str:
    """The path as a `file:` URI: ASCII, whatever bytes its name holds. See `path_of`."""
    absolute = os.path.abspath(path)  # noqa: PTH100 - keeps links as named
    return "file://" + quote(os.fsencode(absolute))


def path_of(uri: str) -> Path:
    """The path that `uri_of` wrote. Raises InvalidInput for any other URI."""
    if not uri.startswith("file:///"):
        raise InvalidInput(f"{uri!r} is not the URI of a local file: it must begin 'file:///'")
    return Path(os.fsdecode(unquote_to_bytes(uri.removeprefix("file://"))))
