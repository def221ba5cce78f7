"""Any of Pillow's modes to a square, and a square's colour to sRGB.

Big pictures are flattened in strips, so that a picture costs its own decoded size and no copy.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from tagwright.media.square import as_image, boxes_of, to_square
from tagwright.types import Pixels

_AVERAGED: Final = ("L", "RGB", "CMYK")
"""Modes whose channels may be averaged as they are, before their colour is interpreted."""
_STRIP_PIXELS: Final = 1 << 20
_WHITES: Final = (1.0, 255.0, 65535.0)
_SRGB: Final = ImageCms.createProfile("sRGB")
_LAB: Final = ImageCms.createProfile("LAB")


def square_of(image: Image.Image, side: int) -> NDArray[np.uint8]:
    """Decode `image` and squash it: (side, side, 1 | 3 | 4), grey, RGB or CMYK."""
    if image.format in ("JPEG", "MPO"):
        image.draft(None, (side, side))
    image.load()
    if image.mode in ("I", "F"):
        return to_square(_stretched(np.asarray(image))[..., None], side)
    boxes = boxes_of(*image.size, side)
    plain = image.mode in _AVERAGED and not image.has_transparency_data
    small = image.reduce(boxes) if plain else _reduced_in_strips(image, boxes)
    pixels = np.asarray(small)
    return to_square(pixels.reshape(small.height, small.width, -1), side)


def _reduced_in_strips(image: Image.Image, boxes: tuple[int, int]) -> Image.Image:
    width, height = image.size
    across, down = boxes
    rows = down * max(1, _STRIP_PIXELS // (width * down))
    small = Image.new("RGB", (-(-width // across), -(-height // down)))
    for top in range(0, height, rows):
        strip = image.crop((0, top, width, min(top + rows, height)))
        small.paste(_flat(strip).reduce(boxes), (0, top // down))
    return small


def _flat(image: Image.Image) -> Image.Image:
    """RGB of any mode: alpha on white, 16 bits scaled to 8, Lab through its definition."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")
    if image.mode == "LAB":
        converted = ImageCms.profileToProfile(image, _LAB, _SRGB, outputMode="RGB")
        return converted or image.convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    rgba = image.convert("RGBA")
    white = Image.new("RGBA", rgba.size, "white")
    return Image.alpha_composite(white, rgba).convert("RGB")


def _stretched(values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """32-bit samples to 0..255. They have no agreed white: the least of 1, 255 and 65535 that
    holds them all is taken for it, anything else is stretched from its least to its greatest."""
    wide = np.nan_to_num(values.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = float(wide.min()), float(wide.max())
    if low >= 0:
        white = next((white for white in _WHITES if high <= white), None)
        low, high = (low, high) if white is None else (0.0, white)
    scaled = (wide - low) * (255 / ((high - low) or 1))
    levels: NDArray[np.uint8] = np.rint(scaled).astype(np.uint8)
    return levels


def to_srgb(square: NDArray[np.uint8], profile: bytes | None) -> Pixels:
    """(side, side, 3) sRGB of a grey, RGB or CMYK square, by its embedded ICC profile if usable.

    Done on the square, not on the full picture: 20 times cheaper, and the order makes no
    visible difference.
    """
    if square.shape[2] == 1:
        return np.repeat(square, 3, axis=2)
    image = as_image(square)
    transform = _transform(profile, image.mode) if profile else None
    if transform is not None:
        return np.asarray(ImageCms.applyTransform(image, transform))
    return square if image.mode == "RGB" else np.asarray(image.convert("RGB"))


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """To sRGB from `profile`; None when it is sRGB already, broken, or not for `mode`."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if mode == "RGB" and "srgb" in ImageCms.getProfileDescription(source).lower():
            return None
        return ImageCms.buildTransform(source, _SRGB, mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
