"""One picture's bytes to pixels: what the header says, the pixels, their colour, the square.

```text
header (Pillow, lazy) -> size check -> pixels (turbojpeg, or Pillow) -> square -> sRGB -> upright
```

Decoders are C code fed by strangers: use `media.pool` for files, which does this in processes
that may die. `decode` itself is for bytes already trusted that far, and for the worker.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from tagwright.core.lookalike import Fingerprint
from tagwright.errors import InvalidInput, UnreadableImage
from tagwright.media import colour, reasons
from tagwright.media.phash import fingerprint
from tagwright.media.square import to_square
from tagwright.types import Pixels

# fmt: off
FORMATS: Final = (
    "JPEG", "MPO", "PNG", "WEBP", "GIF", "TIFF", "BMP", "DIB", "AVIF", "HEIF", "JPEG2000", "PSD",
    "PPM", "ICO", "TGA", "PCX",
)
# fmt: on
"""What Pillow may try. EPS (Ghostscript) and the obscure rest stay out: less to attack."""

BROKEN: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    EOFError,
    RuntimeError,
    struct.error,
    zlib.error,
)
"""What Pillow and its plugins raise for broken files (seen over 3,700 hostile ones)."""

_HEIF_BRANDS: Final = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_SIDEWAYS: Final = (5, 6, 7, 8)
_EXIF_TIME: Final = re.compile(
    r"(\d{4}):(0[1-9]|1[0-2]):(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):([0-5]\d):([0-5]\d)", re.ASCII
)
_EXIF_OFFSET: Final = re.compile(r"[+-]\d\d:\d\d", re.ASCII)
_SUBFILE_TYPE, _SUB_IFDS = 254, 330
_ORIENTATION, _EXIF_IFD, _TAKEN, _OFFSET = 0x0112, 0x8769, 0x9003, 0x9011


@dataclass(frozen=True, slots=True)
class Limits:
    """What one picture may cost. `memory_megabytes` is shared by the workers,
    though each has 200."""

    megapixels: float = 100
    seconds: float = 10
    file_megabytes: int = 512
    memory_megabytes: int = 800

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if not getattr(self, name) > 0:
                raise InvalidInput(f"the limit {name} {getattr(self, name)!r} is not above 0")


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture. `pixels`: (side, side, 3) uint8 sRGB, upright, alpha on white.

    `width`, `height`: of the original, after its EXIF orientation. `taken_at`: EXIF's local
    time as ISO text, with its offset where EXIF has one.
    """

    pixels: Pixels
    width: int
    height: int
    format: str
    fingerprint: Fingerprint
    taken_at: str | None
    bytes: int


def decode(data: bytes, *, side: int, limits: Limits, uri: str = "the picture") -> Picture:
    """The picture in `data`, squashed to (side, side). Raises UnreadableImage with one reason.

    A picture that is cut short or whose pixel data is broken is an error: half a picture
    would teach and be tagged as if it were whole.
    """
    with refusing(data, limits, uri):
        return _decode(data, side, limits)


@contextmanager
def refusing(data: bytes, limits: Limits, uri: str) -> Iterator[None]:
    """Turns whatever goes wrong with `data` into UnreadableImage with one reason."""
    if not data:
        raise UnreadableImage(uri, "the file is empty")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except MemoryError:
        raise UnreadableImage(uri, reasons.too_much_memory(limits.memory_megabytes)) from None
    except reasons.Refused as refusal:
        raise UnreadableImage(uri, str(refusal)) from None
    except Image.DecompressionBombError:
        raise UnreadableImage(uri, reasons.too_many_pixels(limits.megapixels)) from None
    except UnidentifiedImageError:
        raise UnreadableImage(uri, reasons.unidentified(data)) from None
    except BROKEN as error:
        raise UnreadableImage(uri, reasons.broken(error)) from None


def open_checked(data: bytes, limits: Limits) -> Image.Image:
    """The picture of `data`, not decoded, once its header shows nothing to refuse."""
    image = open_header(data)
    _check_size(*image.size, limits)
    _check_raw(image)
    return image


def open_header(data: bytes) -> Image.Image:
    """The picture as Pillow sees it, its pixels not decoded yet."""
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        _teach_pillow_heif()
    try:
        return Image.open(io.BytesIO(data), formats=_known_formats())
    except UnidentifiedImageError:
        Image.init()  # loads the plugins of the rarer formats, once
        return Image.open(io.BytesIO(data), formats=_known_formats())


def _known_formats() -> list[str]:
    return [name for name in FORMATS if name in Image.OPEN]


def _decode(data: bytes, side: int, limits: Limits) -> Picture:
    image = open_checked(data, limits)
    width, height = image.size
    format_ = image.format or "unknown"
    profile = image.info.get("icc_profile")
    scaled = jpeg_pixels(data, image, (side, side))
    square = colour.square_of(image, side) if scaled is None else to_square(scaled, side)
    pixels = colour.to_srgb(square, profile)
    orientation, taken_at = exif_of(image)
    if orientation in _SIDEWAYS:
        width, height = height, width
    pixels = upright(pixels, orientation)
    return Picture(
        pixels=pixels,
        width=width,
        height=height,
        format="JPEG" if format_ == "MPO" else format_,
        fingerprint=fingerprint(pixels),
        taken_at=taken_at,
        bytes=len(data),
    )


def _check_size(width: int, height: int, limits: Limits) -> None:
    if width < 1 or height < 1:
        raise reasons.Refused(f"its header says it has no pixels ({width} x {height})")
    if width * height > limits.megapixels * 1e6:
        raise reasons.Refused(
            f"its header says {width} x {height}, {width * height / 1e6:,.0f} megapixels; "
            f"the limit is {limits.megapixels:g}"
        )


def _check_raw(image: Image.Image) -> None:
    """A raw file is a TIFF whose first picture is a thumbnail: it would pass for the original."""
    tags = getattr(image, "tag_v2", {})
    if image.format == "TIFF" and tags.get(_SUBFILE_TYPE) == 1 and _SUB_IFDS in tags:
        raise reasons.Refused(
            "it is a camera's raw file, of which only the small preview can be read; "
            "export it as JPEG or TIFF"
        )


def jpeg_pixels(
    data: bytes, image: Image.Image, least: tuple[int, int]
) -> NDArray[np.uint8] | None:
    """A grey or RGB JPEG by turbojpeg, (h, w, 3); None when Pillow should try.

    Scaled while decoding, but to no fewer than `least` columns and rows if it has so many.
    1/2, 1/4 and 1/8 only: the odd fractions turbojpeg also has are slower than full size.
    """
    if image.format not in ("JPEG", "MPO") or image.mode not in ("L", "RGB"):
        return None
    width, height = image.size
    room = min(width // least[0], height // least[1])
    factor = next((f for f in (8, 4, 2) if room >= f), 1)
    scaled = {
        "min_width": -(-width // factor),
        "min_height": -(-height // factor),
        "min_factor": max(factor, 2),
    }
    try:
        pixels = simplejpeg.decode_jpeg(data, "RGB", **scaled)
    except ValueError as error:
        # A file that only lacks its end marker has all its pixels; one cut earlier fails again.
        if "Premature end of JPEG file" not in str(error) or image.info.get("progressive"):
            return None
        try:
            pixels = simplejpeg.decode_jpeg(data + b"\xff\xd9", "RGB", **scaled)
        except ValueError:
            return None
    return np.asarray(pixels, np.uint8)


def upright(pixels: Pixels, orientation: int) -> Pixels:
    """The pixels turned and mirrored as the EXIF orientation 1-8 says; others mean 1."""
    turned = pixels.transpose(1, 0, 2) if orientation in _SIDEWAYS else pixels
    if orientation in (3, 4, 7, 8):
        turned = turned[::-1]
    if orientation in (2, 3, 6, 7):
        turned = turned[:, ::-1]
    return np.ascontiguousarray(turned)


def exif_of(image: Image.Image) -> tuple[int, str | None]:
    """Orientation 1-8 and the time taken. A broken block is no reason to refuse the picture."""
    try:
        exif = image.getexif()
        orientation = exif.get(_ORIENTATION, 1) if exif else 1
        inner = exif.get_ifd(_EXIF_IFD) if exif else {}
        taken = iso_time(inner.get(_TAKEN), inner.get(_OFFSET))
    except BROKEN:
        return 1, None
    return (orientation if orientation in range(1, 9) else 1), taken


def iso_time(taken: object, offset: object = None) -> str | None:
    """EXIF's "2008:11:01 21:15:07" as "2008-11-01T21:15:07", with "+02:00" where given."""
    match = _EXIF_TIME.fullmatch(str(taken).strip("\0 "))
    if match is None:
        return None
    year, month, day, *clock = match.groups()
    zone = str(offset).strip("\0 ")
    suffix = zone if _EXIF_OFFSET.fullmatch(zone) else ""
    return f"{year}-{month}-{day}T{':'.join(clock)}{suffix}"


def _teach_pillow_heif() -> None:
    import pi_heif  # noqa: PLC0415 - 40 ms that most libraries never need

    if "HEIF" not in Image.OPEN:
        pi_heif.options.DECODE_THREADS = 1
        pi_heif.register_heif_opener()
