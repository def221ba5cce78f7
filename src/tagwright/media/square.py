"""The one preprocessing of pixels that everything shares."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

_MODES: Final = {1: "L", 3: "RGB", 4: "CMYK"}


def to_square(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The picture squashed to (side, side, c), whatever its shape.

    pixels: (h, w, c) uint8, c of 1, 3 or 4. Two steps, each axis by itself: average whole
    boxes while the result is not smaller than `side`, then bilinear with half-pixel centres.
    Small pictures take the second step alone, upwards.

    Why one function: heads learn from these pixels. Training, tagging, search and serving must
    see the same picture for the same bytes, or the calibrated probabilities mean nothing. Why
    squashed: nothing is cut off at the border, where a shop's product or a face may be. Why
    this rule: averaging removes what a bilinear step would alias (a 12-megapixel picture to
    224 px by bilinear alone kept 0.965 of the features' cosine), turbojpeg's scaled decoding is
    the same average done before the pixels exist, and bilinear is what it leaves to do.
    """
    boxes = boxes_of(pixels.shape[1], pixels.shape[0], side)
    if max(boxes) > 1:
        pixels = np.asarray(as_image(pixels).reduce(boxes)).reshape(
            -1, -(-pixels.shape[1] // boxes[0]), pixels.shape[2]
        )
    if pixels.shape[:2] == (side, side):
        return np.ascontiguousarray(pixels)
    square = cv2.resize(pixels, (side, side), interpolation=cv2.INTER_LINEAR)
    return np.asarray(square, np.uint8).reshape(side, side, -1)


def boxes_of(width: int, height: int, side: int) -> tuple[int, int]:
    """How many columns and rows one averaged pixel stands for; (1, 1) for a small picture."""
    return max(width // side, 1), max(height // side, 1)


def as_image(pixels: NDArray[np.uint8]) -> Image.Image:
    """(h, w, 1 | 3 | 4) as a Pillow picture: grey, RGB or CMYK."""
    height, width, channels = pixels.shape
    data = np.ascontiguousarray(pixels)
    return Image.frombuffer(_MODES[channels], (width, height), data, "raw", _MODES[channels], 0, 1)
