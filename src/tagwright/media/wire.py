"""What the pool and its workers say to each other: length-prefixed JSON, then raw pixels
or a WebP.

Never pickle: a decoder that was taken over can then send wrong values, but no code. The pool
checks what it reads as it would a stranger's request.
"""

from __future__ import annotations

import struct
from typing import Final

HEAD: Final = struct.Struct("<II")
"""Bytes of JSON, then bytes of pixels or picture that follow it."""
READY: Final = b"tagwright"
"""A worker's first words, once it has imported what it needs."""
MAX_JSON: Final = 4 << 20
PIPE_BYTES: Final = 1 << 20
"""Linux's default ceiling for a pipe an ordinary user may ask for."""


def most_webp(box: int) -> int:
    """More bytes than any honest rendition has: those of the pixels it was made from."""
    return 4 * box * box + (64 << 10)
