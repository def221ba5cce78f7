"""Reading an ID token: what the organisation's login says of a person, once it is proven.

Source: OpenID Connect Core 1.0, section 3.1.3.7.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tagwright.core.sealed import is_same
from tagwright.errors import Unauthenticated

ALGORITHMS: Final = {
    "RS256": "sha256",
    "RS384": "sha384",
    "RS512": "sha512",
    "PS256": "sha256",
    "PS384": "sha384",
    "PS512": "sha512",
    "ES256": "sha256",
    "ES384": "sha384",
    "ES512": "sha512",
    "EdDSA": "sha512",
}
"""Signatures by a private key only. `none` proves nothing, and HS* would make anybody who knows
the client's secret, or the public key, a provider."""
LEEWAY_SECONDS: Final = 60
OLDEST_SECONDS: Final = 600
"""A token is fetched right after the person logged in; an older one was kept by somebody."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say. now: seconds since 1970."""

    issuer: str
    client_id: str
    nonce: str
    now: int
    access_token: str | None = field(default=None, repr=False)


def key_id_of(token: str) -> str | None:
    """Which key signed it, as the token says. Raises Unauthenticated for what is no token."""
    try:
        found: str | None = jws.extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError) as error:
        raise _refused("it is no signed token") from error
    return found


def read_id_token(token: str, keys: KeySet, expected: Expected) -> dict[str, Any]:
    """The claims. Raises Unauthenticated unless every one of them holds."""
    registry = jwt.JWTClaimsRegistry(
        now=expected.now,
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": expected.issuer},
        sub={"essential": True},
        aud={"essential": True, "value": expected.client_id},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": expected.nonce},
    )
    try:
        read = jwt.decode(token, keys, algorithms=list(ALGORITHMS))
        registry.validate(read.claims)
    except (JoseError, ValueError) as error:
        raise _refused(str(error) or type(error).__name__) from error
    claims = read.claims
    _check_party(claims, expected)
    if claims["iat"] < expected.now - OLDEST_SECONDS:
        raise _refused("it was issued too long ago")
    _check_access_token(claims, read.header["alg"], expected)
    return claims


def _check_party(claims: dict[str, Any], expected: Expected) -> None:
    """A token for several clients must say that it was issued to this one."""
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    party = claims.get("azp")
    if (several or party is not None) and party != expected.client_id:
        raise _refused("it was issued to another client")


def _check_access_token(claims: dict[str, Any], algorithm: str, expected: Expected) -> None:
    given = claims.get("at_hash")
    if given is None or expected.access_token is None:
        return
    digest = hashlib.new(ALGORITHMS[algorithm], expected.access_token.encode()).digest()
    half = base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    if not isinstance(given, str) or not is_same(given, half):
        raise _refused("its access token is another one's")


def _refused(why: str) -> Unauthenticated:
    return Unauthenticated(f"the organisation's login sent a token that cannot be trusted: {why}")
