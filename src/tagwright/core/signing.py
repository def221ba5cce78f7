"""Signatures that show a receiver who sent a body, when, and that nobody changed it.

`t=UNIX_SECONDS,v1=HEX`: HMAC-SHA256 of `t`, a full stop and the body, by the shared secret's
UTF-8 bytes. Several `v1` may stand there, so that a secret can be exchanged without a gap.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

TOLERANCE: Final = 300
"""Seconds a signature may be old, or a clock may be ahead: what was overheard cannot be replayed
later."""


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """The signature of `body`, sent at `timestamp`, in seconds since 1970."""
    return f"t={timestamp},v1={_digest(secret, timestamp, body)}"


def verify(secret: str, signature: str, body: bytes, now: int, tolerance: int = TOLERANCE) -> bool:
    """Whether `signature` is of this body and not more than `tolerance` seconds from `now`."""
    parts = [part.strip().partition("=") for part in signature.split(",")]
    times = [value for name, _, value in parts if name == "t"]
    given = [value for name, _, value in parts if name == "v1"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdecimal()):
        return False
    if len(times[0]) > len(str(now)) or abs(now - int(times[0])) > tolerance:
        return False
    digest = _digest(secret, int(times[0]), body).encode()
    return any([hmac.compare_digest(digest, value.encode()) for value in given])  # noqa: C419 - all


def _digest(secret: str, timestamp: int, body: bytes) -> str:
    return hmac.new(secret.encode(), b"%d.%b" % (timestamp, body), hashlib.sha256).hexdigest()
