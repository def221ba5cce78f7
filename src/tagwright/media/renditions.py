"""Smaller versions of pictures, to look at: upright, sRGB, without metadata, as WebP."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image

from tagwright.errors import InvalidInput
from tagwright.media import colour
from tagwright.media.decode import Limits, exif_of, jpeg_pixels, open_checked, refusing, upright
from tagwright.media.square import as_image

MAX_BOX: Final = 4096
"""Longest side of a rendition. WebP ends at 16,383 px; a screen ends before this."""
_QUALITY: Final = 80
_EFFORT: Final = 2
"""Of 0..6. A photograph at 320 px takes 3.2 ms; at 4, the default, 6.9 ms for 3 % fewer bytes."""


def check_box(box: int) -> None:
    """Raises InvalidInput for a longest side that no rendition has."""
    if not 1 <= box <= MAX_BOX:
        raise InvalidInput(f"a longest side of {box!r} px is not from 1 to {MAX_BOX}")


def render(data: bytes, *, box: int, limits: Limits, uri: str = "the picture") -> bytes:
    """The picture in `data` as WebP, its longer side at most `box` px, never enlarged.

    Upright, in sRGB, alpha on white, no metadata. Raises UnreadableImage with one reason.
    """
    check_box(box)
    with refusing(data, limits, uri):
        image = open_checked(data, limits)
        profile = image.info.get("icc_profile")
        size = _fitted(*image.size, box)
        scaled = jpeg_pixels(data, image, size)
        small = as_image(colour.reduced(image, size) if scaled is None else scaled)
        if small.size != size:
            small = small.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
        pixels = colour.to_srgb(colour.channels(small), profile)
        orientation, _ = exif_of(image)
        out = io.BytesIO()
        as_image(upright(pixels, orientation)).save(out, "WEBP", quality=_QUALITY, method=_EFFORT)
        return out.getvalue()


def _fitted(width: int, height: int, box: int) -> tuple[int, int]:
    """The size inside a square of `box`, at the same proportions."""
    scale = min(box / max(width, height), 1)
    return max(round(width * scale), 1), max(round(height * scale), 1)
