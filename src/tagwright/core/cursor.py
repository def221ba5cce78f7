"""Where a page of a list ended, as opaque text: base64url of JSON, for one question only."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Final

from tagwright.errors import InvalidInput

VERSION: Final = 1
LONGEST: Final = 200
_MOST: Final = 2**63


def to_cursor(key: int, question: str) -> str:
    """question: everything the list depends on but the page."""
    stored = json.dumps([VERSION, _digest(question), key], separators=(",", ":"))
    return base64.urlsafe_b64encode(stored.encode()).decode().rstrip("=")


def from_cursor(cursor: str, question: str) -> int:
    """The key. Raises InvalidInput for what is no cursor, or one of another question."""
    if len(cursor) > LONGEST or not cursor.isascii():
        raise _refused(cursor, "is none of ours")
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        version, digest, key = json.loads(raw)
    except (ValueError, TypeError, RecursionError) as error:
        raise _refused(cursor, "is none of ours") from error
    if version != VERSION or type(key) is not int or not -_MOST <= key < _MOST:
        raise _refused(cursor, "is none of ours")
    if digest != _digest(question):
        raise _refused(cursor, "belongs to another search")
    return key


def _refused(cursor: str, why: str) -> InvalidInput:
    return InvalidInput(
        f"cursor {cursor[:LONGEST]!r} {why}: give the `next` of the page before, or none"
    )


def _digest(question: str) -> str:
    return hashlib.sha256(question.encode()).hexdigest()[:16]
