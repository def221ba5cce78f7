"""Why a picture was refused, in one sentence a person understands."""

from __future__ import annotations

import re
from typing import Final


class Refused(Exception):
    """A reason found while looking at the picture; `str()` is the sentence. `decode` catches it."""


_MAGIC: Final = (
    (b"%PDF", "it is a PDF document; export its pages as pictures"),
    (b"%!PS", "it is a PostScript drawing; export it as PNG"),
    (b"\xc5\xd0\xd3\xc6", "it is a PostScript drawing; export it as PNG"),
    (b"PK\x03\x04", "it is a ZIP archive or an office document"),
    (b"Rar!", "it is a RAR archive"),
    (b"\x1f\x8b", "it is compressed with gzip"),
    (b"\x30\x26\xb2\x75", "it is a video"),
    (b"OggS", "it is sound or video"),
    (b"fLaC", "it is sound"),
    (b"ID3", "it is sound"),
    (b"{\\rtf", "it is a text document"),
)
_HEADS: Final = (
    (b"<svg", "it is an SVG drawing; export it as PNG"),
    (b"<html", "it is a web page, perhaps a download that failed"),
    (b"<!doctype html", "it is a web page, perhaps a download that failed"),
    (b"<?xml", "it is an XML document"),
)
_CUT: Final = re.compile(
    r"truncated|premature end|not enough (image )?data|overrun|unexpected end", re.I
)
_KNOWN: Final = (b"\xff\xd8", b"\x89PNG", b"GIF8", b"II*\0", b"MM\0*", b"BM", b"8BPS")


def too_much_memory(megabytes: int) -> str:
    return f"decoding it needs more memory than the limit of {megabytes} MB allows a worker"


def too_many_pixels(megapixels: float) -> str:
    return f"its header says far more pixels than the limit of {megapixels:g} megapixels"


def unidentified(data: bytes) -> str:
    """Why nothing recognised `data`, judged by how it begins."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, reason in _MAGIC:
        if data.startswith(magic):
            return f"not a picture: {reason}"
    for start, reason in _HEADS:
        if head.startswith(start) or (start == b"<svg" and start in head):
            return f"not a picture: {reason}"
    if data.startswith(_KNOWN) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return "it begins like a picture, but its header is broken or cut short"
    if data[:4] == b"RIFF" or data[4:8] == b"ftyp":
        return "not a picture: it is sound, video, or an encoding we cannot read"
    if data[:512].isascii() and b"\0" not in data[:512]:
        return "not a picture: it is text"
    return "not a picture in a format we can read"


def broken(error: Exception) -> str:
    """Why decoding failed, from what the decoder said, without addresses or paths."""
    said = " ".join(str(error).split()) or type(error).__name__
    if _CUT.search(said):
        return "the file is cut short: its end is missing or unreadable"
    if re.search(r"<_io|0x[0-9a-f]{6}|/", said):
        said = type(error).__name__
    return f"its data is broken ({said[:120]})"
