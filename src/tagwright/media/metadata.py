"""Keywords that are already in a picture, or in the sidecar beside it."""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

from PIL import Image

from tagwright.media import xmp
from tagwright.media.decode import BROKEN, open_header
from tagwright.media.sidecar import LEVELS, read_sidecar

Label: TypeAlias = tuple[str, ...]
"""The names from the broadest to the keyword itself; one name for a flat keyword."""

_IPTC, _XMP = 0x0404, 0x0424  # Photoshop image resources
_TIFF_XMP, _TIFF_IPTC = 700, 33723
_CHARSET, _KEYWORDS = (1, 90), (2, 25)
_MARKER: Final = 0x1C
_UTF8_ESCAPE: Final = b"\x1b%G"
_MAX_KEYWORDS: Final = 2_000


def keywords_of(path: Path, data: bytes) -> tuple[Label, ...]:
    """The keywords in `data`, the bytes of `path`, and in its sidecar; see `read_keywords`."""
    return read_keywords(data, sidecar=read_sidecar(path))


def read_keywords(data: bytes, *, sidecar: bytes | None = None) -> tuple[Label, ...]:
    """The union of IPTC Keywords, XMP dc:subject, lr:hierarchicalSubject and digiKam:TagsList.

    Paths come first, then the flat keywords that are no name on one of the paths. What
    Tagwright wrote by itself is left out: a machine's tag must not come back as a person's
    label. Broken metadata gives what could be read; it is no reason to refuse a picture.
    """
    iptc, packets = _blocks(data)
    flat = list(_iptc_keywords(iptc))
    paths: list[Label] = []
    for packet in (*packets, sidecar):
        more_flat, more_paths = _xmp_keywords(packet) if packet else ([], [])
        flat += more_flat
        paths += more_paths
    known = dict.fromkeys(path for path in map(_cleaned, paths) if path)
    on_paths = {name for path in known for name in path}
    words = dict.fromkeys(word for word in map(clean, flat) if word and word not in on_paths)
    return (*known, *((word,) for word in words))[:_MAX_KEYWORDS]


def clean(word: str) -> str:
    """A keyword as a label: composed Unicode (NFC) on one line, without control characters."""
    composed = unicodedata.normalize("NFC", word)
    plain = "".join(" " if unicodedata.category(char)[0] == "C" else char for char in composed)
    return " ".join(plain.split())


def _cleaned(path: Label) -> Label:
    return tuple(name for name in map(clean, path) if name)


def _blocks(data: bytes) -> tuple[bytes, list[bytes]]:
    """The IPTC block and the XMP packets in a picture's bytes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = open_header(data)
            iptc, packets = _iptc_block(image), _xmp_packets(image)
    except BROKEN:
        return b"", []
    return iptc, packets or _scanned(data)


def _iptc_block(image: Image.Image) -> bytes:
    block: Any = _photoshop(image).get(_IPTC)
    if block is None:
        block = getattr(image, "tag_v2", {}).get(_TIFF_IPTC, b"")
        if isinstance(block, tuple):  # written as 32-bit numbers by some programs
            block = b"".join(number.to_bytes(4, "little") for number in block)
    return block if isinstance(block, bytes) else b""


def _photoshop(image: Image.Image) -> dict[int, Any]:
    resources = getattr(image, "resources", None)  # PSD
    if resources is not None:
        return {number: data for number, _, data in resources}
    found = image.info.get("photoshop")
    return found if isinstance(found, dict) else {}


def _xmp_packets(image: Image.Image) -> list[bytes]:
    found = (
        image.info.get("xmp"),
        image.info.get("XML:com.adobe.xmp"),
        getattr(image, "tag_v2", {}).get(_TIFF_XMP),
        _photoshop(image).get(_XMP),
    )
    packets = [p.encode("utf-8", "replace") if isinstance(p, str) else p for p in found]
    return list(dict.fromkeys(p for p in packets if isinstance(p, bytes) and p))


def _scanned(data: bytes) -> list[bytes]:
    """A packet found by its tag, as XMP is meant to be: for GIF, JPEG 2000 and the rest."""
    start = data.find(b"<x:xmpmeta")
    end = data.find(b"</x:xmpmeta>", start)
    return [data[start : end + len(b"</x:xmpmeta>")]] if 0 <= start < end else []


def _iptc_keywords(block: bytes) -> Iterator[str]:
    """Keywords of an IIM block. Source: IPTC-NAA IIM 4.2, chapters 1 and 3."""
    utf8 = False
    at = 0
    while at + 5 <= len(block) and block[at] == _MARKER:
        dataset = (block[at + 1], block[at + 2])
        size = int.from_bytes(block[at + 3 : at + 5], "big")
        if size & 0x8000:  # an extended dataset: pictures in pictures, nothing for us
            return
        value = block[at + 5 : at + 5 + size]
        at += 5 + size
        if dataset == _CHARSET:
            utf8 = value == _UTF8_ESCAPE
        elif dataset == _KEYWORDS:
            yield _decoded(value, utf8)


def _decoded(value: bytes, utf8: bool) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("utf-8" if utf8 else "cp1252", "replace")


def _xmp_keywords(data: bytes) -> tuple[list[str], list[Label]]:
    try:
        packet = xmp.read_packet(data.strip(b"\0 \t\r\n"))
    except xmp.BadXmp:
        return [], []
    ours = _written_by_us_alone(packet)
    flat = [word for word in packet.bag(xmp.SUBJECT) if word not in ours]
    deep = [word for word in packet.bag(xmp.HIERARCHICAL) if word not in ours]
    paths = [tuple(word.split(LEVELS)) for word in deep]
    paths += [tuple(word.split("/")) for word in packet.bag(xmp.TAGS_LIST)]
    return flat, paths


def _written_by_us_alone(packet: xmp.Packet) -> set[str]:
    ours = {*packet.bag(xmp.OUR_SUBJECT), *packet.bag(xmp.OUR_HIERARCHICAL)}
    for path in packet.confirmed:
        ours -= {path, *path.split(LEVELS)}
    return ours
