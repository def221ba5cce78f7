"""The perceptual fingerprint of a square picture; `core.lookalike` compares two."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tagwright.core.lookalike import DETAIL_BYTES, Fingerprint
from tagwright.types import Pixels

_GRID: Final = 32
_COARSE, _FINE = 8, 16
_FLAT_DEVIATION: Final = 1.0
"""Grey levels; below it there is only noise, and noise is not shape."""

_FREQUENCY: Final = np.hypot(*np.mgrid[0:_FINE, 0:_FINE]).astype(np.float32)
_IS_DETAIL: Final = _FREQUENCY >= _COARSE


def fingerprint(pixels: Pixels) -> Fingerprint:
    """Hash, detail, mean and blank share of (side, side, 3) sRGB pixels.

    Both come from the DCT of the 32 x 32 luminance. The hash: the 8 x 8 lowest frequencies,
    each against their median. Source: pHash, Zauner 2010, "Implementation and benchmarking of
    perceptual image hash functions", section 3.2. The detail: the frequencies from 8 up within
    16 x 16, each times its frequency, since a picture's spectrum falls off as 1/f (Field 1987)
    and unweighted the lowest alone would count.
    """
    small = cv2.resize(pixels, (_GRID, _GRID), interpolation=cv2.INTER_AREA)
    mean = bytes(round(channel) for channel in cv2.mean(small)[:3])
    levels = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    blank = _blank(levels)
    grey = levels.astype(np.float32)
    if cv2.meanStdDev(grey)[1].item() < _FLAT_DEVIATION:
        return Fingerprint(0, bytes(DETAIL_BYTES), mean, blank)
    spectrum = np.asarray(cv2.dct(grey), np.float32)
    low = spectrum[:_COARSE, :_COARSE].ravel()
    median = np.partition(low, low.size // 2 - 1)[low.size // 2 - 1]  # the lower of the middle two
    bits = np.packbits(low > median)
    fine = (spectrum[:_FINE, :_FINE] * _FREQUENCY)[_IS_DETAIL]
    detail = np.rint(fine * (127 / (np.abs(fine).max() or 1))).astype(np.int8)
    return Fingerprint(int.from_bytes(bits.tobytes(), "big"), detail.tobytes(), mean, blank)


def _blank(levels: NDArray[np.generic]) -> int:
    """The share of pixels within two levels of one brightness, in 255ths."""
    counts = np.bincount(levels.ravel(), minlength=256)
    return int(np.convolve(counts, np.ones(5)).max() * 255 / levels.size)
