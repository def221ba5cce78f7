"""Any of Pillow's modes to a small picture, and its colour to sRGB.

Big pictures are flattened in strips, so that a picture costs its own decoded size and no copy.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from tagwright.media.square import as_image, to_square
from tagwright.types import Pixels

_AVERAGED: Final = ("L", "RGB", "CMYK")
"""Modes whose channels may be averaged as they are, before their colour is interpreted."""
_STRIP_PIXELS: Final = 1 << 20
_WHITES: Final = (1.0, 255.0, 65535.0)
_SRGB: Final = ImageCms.createProfile("sRGB")
_LAB: Final = ImageCms.createProfile("LAB")


def square_of(image: Image.Image, side: int) -> NDArray[np.uint8]:
    """Decode `image` and squash it: (side, side, 1 | 3 | 4), grey, RGB or CMYK."""
    return to_square(reduced(image, (side, side)), side)


def reduced(image: Image.Image, least: tuple[int, int]) -> NDArray[np.uint8]:
    """Decode `image` and average whole boxes of it while it stays at least `least` wide and high.

    (h, w, 1 | 3 | 4), grey, RGB or CMYK. Rare modes may come in full size.
    """
    if image.format in ("JPEG", "MPO"):
        image.draft(None, least)
    image.load()
    if image.mode in ("I", "F"):
        return _stretched(np.asarray(image))[..., None]
    across, down = (max(full // few, 1) for full, few in zip(image.size, least, strict=True))
    plain = image.mode in _AVERAGED and not image.has_transparency_data
    boxes = (across, down)
    small = image.reduce(boxes) if plain else _reduced_in_strips(image, boxes)
    return channels(small)


def channels(image: Image.Image) -> NDArray[np.uint8]:
    """(h, w, c) of an 8-bit image, also of a grey one."""
    return np.asarray(image).reshape(image.height, image.width, -1)


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


def to_srgb(small: NDArray[np.uint8], profile: bytes | None) -> Pixels:
    """(h, w, 3) sRGB of small grey, RGB or CMYK pixels, by their embedded ICC profile if usable.

    Done on the small picture, not on the full one: 20 times cheaper, and the order makes no
    visible difference.
    """
    if small.shape[2] == 1:
        return np.repeat(small, 3, axis=2)
    image = as_image(small)
    transform = _transform(profile, image.mode) if profile else None
    if transform is not None:
        return np.asarray(ImageCms.applyTransform(image, transform))
    return small if image.mode == "RGB" else np.asarray(image.convert("RGB"))


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
