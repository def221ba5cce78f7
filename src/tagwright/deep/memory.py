"""Keeping freed memory for the next step: fresh pages cost more than some layers.

glibc gives large blocks back at once, and every step would ask for them anew; looking at 64
pictures of 128 px then took 2.6 times as long (EfficientNet-Lite 0 up to `blocks.3`, two threads).
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_TRIM_THRESHOLD: Final = -1
_MMAP_MAX: Final = -4
"""The names of `mallopt` in glibc's malloc.h."""
_DEFAULT_MMAPS: Final = 65_536
_DEFAULT_TRIM: Final = 128 << 10


@contextmanager
def kept_memory() -> Iterator[None]:
    """Freed memory stays with this process for the length of a block, and goes back after it."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "mallopt"):
        yield
        return
    libc.mallopt(_MMAP_MAX, 0)
    libc.mallopt(_TRIM_THRESHOLD, 2**31 - 1)
    try:
        yield
    finally:
        libc.mallopt(_MMAP_MAX, _DEFAULT_MMAPS)
        libc.mallopt(_TRIM_THRESHOLD, _DEFAULT_TRIM)
        libc.malloc_trim(0)
