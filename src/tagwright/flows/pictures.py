"""One picture's bytes again: to look at, to learn from, to give back, to forget."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from tagwright.errors import InvalidInput, NotFound, UnreadableImage
from tagwright.flows.audit import record_in
from tagwright.flows.workspace import Workspace
from tagwright.media.pool import Decoders, Unreadable
from tagwright.media.sources import path_of
from tagwright.store.assets import Location
from tagwright.types import AssetId

log = logging.getLogger(__name__)

Box = Literal[160, 320, 640, 1280]
"""The longest side of a rendition, in pixels."""
BOXES: Final[tuple[int, ...]] = get_args(Box)

CONTENT_TYPES: Final = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "TIFF": "image/tiff",
    "BMP": "image/bmp",
    "DIB": "image/bmp",
    "AVIF": "image/avif",
    "HEIF": "image/heif",
    "JPEG2000": "image/jp2",
    "PSD": "image/vnd.adobe.photoshop",
    "PPM": "image/x-portable-anymap",
    "ICO": "image/vnd.microsoft.icon",
    "TGA": "image/x-tga",
    "PCX": "image/x-pcx",
}
"""By the format that was found in the bytes, never by a file's name."""
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Original:
    """A picture as it came. `chunks` are its bytes, to be taken once."""

    content_type: str
    size: int
    chunks: Iterator[bytes]


@contextmanager
def opened(ws: Workspace, asset: AssetId) -> Iterator[Path]:
    """A file with the picture's bytes, for the length of a block.

    The library's own copy comes first, then places outside that have not changed since. Raises
    NotFound, with the way out, where none is left.
    """
    with ExitStack() as stack:
        path = None
        if ws.blobs.holds(asset):
            with suppress(NotFound):
                path = stack.enter_context(ws.blobs.local(asset))
        yield path or _file(ws, asset)


def original(ws: Workspace, asset: str) -> Original:
    """A live picture's own bytes. Raises NotFound before the first is given."""
    found = ws.assets.exact(asset)
    content_type = CONTENT_TYPES.get(found.format, "application/octet-stream")
    if ws.blobs.holds(found.id):
        with suppress(NotFound):
            return Original(content_type, found.size, ws.blobs.chunks(found.id))
    return Original(content_type, found.size, _chunks(_file(ws, found.id)))


def rendition(ws: Workspace, decoders: Decoders, asset: str, box: int) -> bytes:
    """A live picture as WebP, at most `box` pixels on its longer side, never enlarged.

    Made once, in a decoder process, then kept. Raises InvalidInput for a box we do not make.
    """
    if box not in BOXES:
        raise InvalidInput(f"there is no rendition of {box!r} pixels: ask for one of {BOXES}")
    found = ws.assets.exact(asset).id
    kept = ws.blobs.rendition(found, box)
    if kept is not None:
        return kept
    with opened(ws, found) as path:
        made = decoders.render(path, box).result()
    if isinstance(made, Unreadable):
        raise UnreadableImage(found, made.reason)
    ws.blobs.keep_rendition(found, box, made)
    return made


def forget(ws: Workspace, asset: str, actor: str) -> None:
    """Erase a picture for good: its bytes, renditions, places, labels, tags and features.

    This is the one deletion from the ledger, as a right to erasure asks for: its lines about the
    picture go, rather than staying without a name, because who said what of it when is personal
    data too. What stays is the picture's id, a hash that cannot be turned back: in the audit
    log, in snapshots of models that learned from it, and as a name of its look-alikes' group.
    The numbers in its feature segment are out of reach at once, and gone when the segment is
    rewritten. Files in imported folders are not ours to delete: importing them again brings the
    picture back.

    Safe to repeat after a crash. Raises NotFound for a picture that is not there.
    """
    with ws.db.write() as transaction:
        ws.assets.hold(transaction)
        if not ws.assets.erase(transaction, AssetId(asset)):
            raise NotFound(f"there is no picture {asset!r}: its id is the SHA-256 of its bytes")
        record_in(transaction, ws, (actor, "asset.erase", f"asset:{asset}"))
        # Before the rows are gone for good: were it after, a crash between would leave the bytes.
        ws.blobs.delete(AssetId(asset))
    log.info("picture_erased", extra={"asset": asset})


def _file(ws: Workspace, asset: AssetId) -> Path:
    """A place outside the library that still holds what was read there."""
    places = [p for p in ws.assets.places_of(asset) if p.uri.startswith("file:///")]
    for place in places:
        path = path_of(place.uri)
        if is_unchanged(path, place):
            return path
    where = repr(places[0].uri) if places else "a file"
    raise NotFound(
        f"the bytes of picture {asset!r} are not where they were: put back {where}, "
        f"import it from where it is now, or upload it"
    )


def is_unchanged(path: Path, place: Location) -> bool:
    """Size and modification time say so; the bytes are not read again."""
    try:
        found = path.stat()
    except OSError:
        return False
    return (found.st_size, found.st_mtime_ns) == (place.size, place.mtime_ns)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
