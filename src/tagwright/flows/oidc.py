"""The organisation's login: OpenID Connect, authorization code flow with PKCE.

What must be known again when the browser comes back is in a sealed cookie of its own, not in a
table. Sources: OpenID Connect Core 1.0; RFC 7636 (PKCE); RFC 9207 (issuer in the answer).
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tagwright.core.sealed import Seal, is_same
from tagwright.errors import Forbidden, InvalidInput, NotFound, Unauthenticated, Unavailable
from tagwright.flows.access import ago
from tagwright.flows.arriving import Identity, arrive
from tagwright.flows.id_token import Expected, key_id_of, read_id_token
from tagwright.flows.installation import Installation
from tagwright.flows.sessions import Entered, Visit
from tagwright.store.secret import server_secret

RETURN_WITHIN: Final = timedelta(minutes=10)
TIMEOUT_SECONDS: Final = 10.0
KEYS_AGE_SECONDS: Final = 30.0
"""Unknown keys make us look again, but not more often: tokens come from outside."""
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Departure:
    """url: where to send the browser. cookie: what it must bring back."""

    url: str
    cookie: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What the browser brought back: the cookie, and the query of the address."""

    cookie: str | None = field(repr=False)
    query: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Provider:
    """The provider's addresses, from its discovery document, and what it calls us."""

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str | None
    secret_in_body: bool
    client_id: str
    client_secret: str | None = field(repr=False)


def has_oidc(installation: Installation) -> bool:
    return installation.settings.oidc_issuer is not None


def depart(installation: Installation, redirect_uri: str, goal: str = "/") -> Departure:
    """Send somebody to the provider. goal: the page of ours they want in the end."""
    with _client() as http:
        provider = _provider(installation, http)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    challenge = hashlib.sha256(verifier.encode()).digest()
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": "openid email profile",
        "state": state,
        "nonce": nonce,
        "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    kept = {
        "state": state,
        "nonce": nonce,
        "verifier": verifier,
        "redirect_uri": redirect_uri,
        "goal": _own_page(goal),
    }
    joint = "&" if "?" in provider.authorization else "?"
    return Departure(
        f"{provider.authorization}{joint}{urlencode(query)}",
        _seal(installation).close(kept, ago(installation.now(), -RETURN_WITHIN)),
    )


def come_back(installation: Installation, arrival: Arrival, visit: Visit) -> tuple[Entered, str]:
    """Log in whoever the provider says it is; and the page they wanted.

    Raises Unauthenticated for an answer we did not ask for, Forbidden for people we do not know.
    """
    kept = _seal(installation).open(arrival.cookie or "", installation.now())
    given = arrival.query
    if kept is None or not is_same(given.get("state", ""), kept["state"]):
        raise Unauthenticated(
            "this log-in was not begun in this browser, or more than ten minutes ago: begin anew"
        )
    if "code" not in given:
        raise Unauthenticated(f"the organisation's login refused: {given.get('error', '')[:100]!r}")
    with _client() as http:
        provider = _provider(installation, http)
        if given.get("iss", provider.issuer) != provider.issuer:
            raise Unauthenticated("the answer comes from another login than it was asked of")
        tokens = _redeem(http, provider, given["code"], kept)
        identity = _identity(installation, http, provider, (tokens, kept["nonce"]))
    return arrive(installation, identity, visit), kept["goal"]


def _redeem(
    http: httpx2.Client, provider: Provider, code: str, kept: Mapping[str, str]
) -> Mapping[str, str]:
    """The tokens for a code, which works once."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": kept["redirect_uri"],
        "code_verifier": kept["verifier"],
        "client_id": provider.client_id,
    }
    auth = None
    if provider.client_secret is not None and provider.secret_in_body:
        form["client_secret"] = provider.client_secret
    elif provider.client_secret is not None:
        # RFC 6749, section 2.3.1: each is form-encoded before they are joined.
        auth = (quote(provider.client_id, safe=""), quote(provider.client_secret, safe=""))
        del form["client_id"]
    answer = _asked(http, "POST", provider.token, data=form, auth=auth)
    if not isinstance(answer.get("id_token"), str):
        raise Unauthenticated("the organisation's login sent no ID token: ask for scope `openid`")
    return answer


def _identity(
    installation: Installation,
    http: httpx2.Client,
    provider: Provider,
    proof: tuple[Mapping[str, str], str],
) -> Identity:
    """Who it is. proof: the tokens, and the nonce the ID token must carry."""
    tokens, nonce = proof
    access_token = tokens.get("access_token")
    expected = Expected(
        issuer=provider.issuer,
        client_id=provider.client_id,
        nonce=nonce,
        now=int(datetime.fromisoformat(installation.now()).timestamp()),
        access_token=access_token,
    )
    keys = _keys_for(installation, http, provider, tokens["id_token"])
    claims = read_id_token(tokens["id_token"], keys, expected)
    if "email" not in claims and provider.userinfo and access_token:
        bearer = {"Authorization": f"Bearer {access_token}"}
        more = _asked(http, "GET", provider.userinfo, headers=bearer)
        if more.get("sub") != claims["sub"]:
            raise Unauthenticated("the organisation's login answered for somebody else")
        claims = {**more, **claims}
    if not claims.get("email") or claims.get("email_verified") is not True:
        raise Forbidden(
            "the organisation's login does not vouch for your email address: "
            "ask those who run it to verify it"
        )
    name = claims.get("name")
    return Identity(
        issuer=provider.issuer,
        subject=str(claims["sub"]),
        email=str(claims["email"]),
        name=name if isinstance(name, str) else "",
    )


def _keys_for(
    installation: Installation, http: httpx2.Client, provider: Provider, token: str
) -> KeySet:
    """The provider's keys; fetched anew where the token names one we have not seen."""
    cache, kid = installation.memory.provider, key_id_of(token)

    def fetch(url: str) -> KeySet:
        try:
            return KeySet.import_key_set(_asked(http, "GET", url))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError) as error:
            raise Unavailable(f"the keys of {provider.issuer!r} cannot be read") from error

    keys: KeySet = cache.get(provider.keys, fetch)
    known = kid is None or any(key.kid == kid for key in keys)
    if not known and cache.age(provider.keys) > KEYS_AGE_SECONDS:
        keys = cache.get(provider.keys, fetch, fresh=True)
    return keys


def _provider(installation: Installation, http: httpx2.Client) -> Provider:
    """What the settings and the discovery document say. Raises NotFound where none is set."""
    settings = installation.settings
    issuer, client_id = settings.oidc_issuer, settings.oidc_client_id
    if issuer is None or client_id is None:
        raise NotFound(
            "this installation has no organisation's login: set TAGWRIGHT_OIDC_ISSUER and "
            "TAGWRIGHT_OIDC_CLIENT_ID"
        )
    url = f"{_safe(issuer).rstrip('/')}/.well-known/openid-configuration"
    found = installation.memory.provider.get(url, lambda url: _asked(http, "GET", url))
    if found.get("issuer") != issuer:
        raise Unavailable(
            f"the provider at {issuer!r} calls itself {found.get('issuer')!r}: "
            f"set TAGWRIGHT_OIDC_ISSUER to exactly that"
        )
    methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    try:
        return Provider(
            issuer=issuer,
            authorization=_safe(found["authorization_endpoint"]),
            token=_safe(found["token_endpoint"]),
            keys=_safe(found["jwks_uri"]),
            userinfo=_safe(found["userinfo_endpoint"]) if "userinfo_endpoint" in found else None,
            secret_in_body="client_secret_basic" not in methods,
            client_id=client_id,
            client_secret=settings.oidc_client_secret,
        )
    except KeyError as error:
        raise Unavailable(f"the provider at {issuer!r} does not say its {error}") from error


def _asked(http: httpx2.Client, method: str, url: str, **more: Any) -> dict[str, Any]:
    """The JSON object at an address of the provider's. Raises Unavailable, Unauthenticated."""
    try:
        answer = http.request(method, url, **more)
        content = answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        raise Unavailable(f"the organisation's login does not answer at {url!r}") from error
    if not isinstance(content, dict):
        raise Unavailable(f"the organisation's login answers nonsense at {url!r}")
    if answer.is_client_error and method == "POST":
        why = str(content.get("error", answer.status_code))[:100]
        raise Unauthenticated(f"the organisation's login refused the code: {why}; begin anew")
    if not answer.is_success:
        raise Unavailable(f"the organisation's login answers {answer.status_code} at {url!r}")
    return content


def _client() -> httpx2.Client:
    return httpx2.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)


def _safe(url: str) -> str:
    """The address, if what is sent there stays between us. Raises InvalidInput."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return url
    raise InvalidInput(f"the organisation's login at {url!r} must be reached by https")


def _own_page(goal: str) -> str:
    """A page of this site; anything else could lead people who have just logged in astray."""
    plain = goal.startswith("/") and not goal.startswith(("//", "/\\")) and goal.isprintable()
    return goal if plain else "/"


def _seal(installation: Installation) -> Seal:
    return Seal(server_secret(installation.root), "oidc")
