"""Short texts that only this installation can have made: signed, for one purpose, until a time.

`<payload>.<signature>`, both base64url; HMAC-SHA256 over the purpose and the payload. Sealed is not
secret: whoever holds one can read it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass

from tagwright.types import Json


@dataclass(frozen=True, slots=True)
class Seal:
    """A server's secret, used for one purpose: a seal for one opens nothing of another."""

    secret: bytes
    purpose: str

    def close(self, payload: Json, until: str) -> str:
        """The sealed payload. until: ISO 8601 in UTC, as all times here."""
        text = json.dumps({"until": until, "payload": payload}, sort_keys=True)
        body = _encoded(text.encode())
        return f"{body}.{self._signature(body)}"

    def open(self, token: str, now: str) -> Json | None:
        """The payload; None for a token that is not ours, was changed, or is past its time."""
        if not token.isascii():
            return None
        body, _, signature = token.partition(".")
        expected = self._signature(body)
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            return None
        content = json.loads(_decoded(body))
        if content["until"] <= now:
            return None
        payload: Json = content["payload"]
        return payload

    def _signature(self, body: str) -> str:
        message = self.purpose.encode() + b"\0" + body.encode()
        return _encoded(hmac.digest(self.secret, message, hashlib.sha256))


def is_same(one: str, other: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b"null"
