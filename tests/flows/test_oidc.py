"""The organisation's login, against a real provider; and ID tokens that must not be believed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

from tagwright.config import Settings
from tagwright.errors import Forbidden, InvalidInput, NotFound, Unauthenticated, Unavailable
from tagwright.flows.id_token import Expected, key_id_of, read_id_token
from tagwright.flows.installation import Installation
from tagwright.flows.members import invite
from tagwright.flows.memory import ProviderCache
from tagwright.flows.oidc import Arrival, Departure, come_back, depart
from tagwright.flows.sessions import Entered
from tests.conftest import CACHE
from tests.oidc.provider import REDIRECT, NoNode, Running, installed, log_in_there, running
from tests.people import HOME, Clock, World, fresh, with_admin

BOB = "bob@example.org"
SECRET = "a secret: with/odd+letters"


@pytest.fixture(scope="session")
def oidc_folder() -> Path:
    try:
        return installed(CACHE)
    except NoNode as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def provider(oidc_folder: Path) -> Iterator[Running]:
    with running(oidc_folder) as found:
        yield found


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime.now(UTC))  # the provider's own clock cannot be moved


@pytest.fixture
def world(tmp_path: Path, clock: Clock) -> Iterator[World]:
    """Nobody but the admin; Bob is invited."""
    installation = fresh(tmp_path / "library", Settings(), clock)
    world = with_admin(installation, clock)
    invite(installation.home, world.admin, BOB, "Bob", "editor")
    yield world
    installation.close()


def at(world: World, issuer: str, **more: object) -> Installation:
    """The same installation with an organisation's login."""
    values = {
        "oidc_issuer": issuer,
        "oidc_client_id": "tagwright",
        "oidc_client_secret": SECRET,
        **more,
    }
    settings = replace(world.installation.settings, **values)  # type: ignore[arg-type]
    home = replace(world.installation.home, settings=settings)
    return replace(world.installation, home=home)


def whole_way(installation: Installation, login: str = BOB) -> Entered:
    departure = depart(installation, REDIRECT)
    query = log_in_there(departure.url, login)
    return come_back(installation, Arrival(departure.cookie, query), HOME)[0]


@pytest.mark.parametrize("client", ["tagwright", "public"])
def test_somebody_who_was_invited_comes_in(world: World, provider: Running, client: str) -> None:
    secret = SECRET if client == "tagwright" else None
    installation = at(world, provider.issuer, oidc_client_id=client, oidc_client_secret=secret)
    entered = whole_way(installation)
    assert world.caller(entered.token).actor == BOB
    assert "edit" in world.caller(entered.token).permissions
    assert (entered.person.oidc_issuer, entered.person.oidc_subject) == (provider.issuer, BOB)
    assert whole_way(installation).person.id == entered.person.id


@pytest.mark.parametrize(
    ("algorithm", "in_id_token"),
    [
        pytest.param("ES256", True, id="another kind of key"),
        pytest.param("RS256", False, id="the email at the userinfo address"),
    ],
)
def test_providers_differ(
    world: World, oidc_folder: Path, algorithm: str, in_id_token: bool
) -> None:
    with running(oidc_folder, algorithm=algorithm, in_id_token=in_id_token) as other:
        entered = whole_way(at(world, other.issuer))
    assert world.caller(entered.token).actor == BOB


def test_newcomers_get_the_role_of_the_settings_or_stay_outside(
    world: World, provider: Running
) -> None:
    with pytest.raises(Forbidden, match="let new@example"):
        whole_way(at(world, provider.issuer), "new@example.org")
    entered = whole_way(at(world, provider.issuer, oidc_role="viewer"), "new@example.org")
    assert world.caller(entered.token).permissions == {"read", "classify"}


@pytest.mark.parametrize("login", [f"unverified:{BOB}", f"nameless:{BOB}"])
def test_an_email_that_the_provider_does_not_vouch_for_opens_nothing(
    world: World, provider: Running, login: str
) -> None:
    with pytest.raises(Forbidden, match="does not vouch"):
        whole_way(at(world, provider.issuer, oidc_role="viewer"), login)


def test_turning_back_at_the_provider_is_an_answer(world: World, provider: Running) -> None:
    with pytest.raises(Unauthenticated, match="access_denied"):
        whole_way(at(world, provider.issuer), "")


def test_the_page_wanted_is_a_page_of_ours(world: World, provider: Running) -> None:
    installation = at(world, provider.issuer)
    goals = {
        "/review?x=1": "/review?x=1",
        "https://evil.example": "/",
        "//evil.example": "/",
        "/\\evil.example": "/",
        "": "/",
    }
    for goal, page in goals.items():
        departure = depart(installation, REDIRECT, goal)
        arrival = Arrival(departure.cookie, log_in_there(departure.url, BOB))
        assert come_back(installation, arrival, HOME)[1] == page


@pytest.fixture
def returned(world: World, provider: Running) -> tuple[Installation, Departure, dict[str, str]]:
    installation = at(world, provider.issuer)
    departure = depart(installation, REDIRECT)
    return installation, departure, log_in_there(departure.url, BOB)


Returned = tuple[Installation, Departure, dict[str, str]]


def test_the_request_asks_for_a_code_bound_to_this_browser(returned: Returned) -> None:
    installation, departure, query = returned
    asked = dict(parse_qsl(urlsplit(departure.url).query))
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    other = dict(parse_qsl(urlsplit(depart(installation, REDIRECT).url).query))
    assert all(asked[name] != other[name] for name in ("state", "nonce", "code_challenge"))
    assert query["state"] == asked["state"]


def test_without_the_browsers_own_cookie_an_answer_is_worth_nothing(returned: Returned) -> None:
    installation, departure, query = returned
    others = depart(installation, REDIRECT).cookie
    for cookie in (None, "", others, departure.cookie[:-3]):
        with pytest.raises(Unauthenticated, match="not begun in this browser"):
            come_back(installation, Arrival(cookie, query), HOME)
    come_back(installation, Arrival(departure.cookie, query), HOME)


def test_a_state_that_was_changed_is_refused(returned: Returned) -> None:
    installation, departure, query = returned
    for state in ("", query["state"] + "x"):
        with pytest.raises(Unauthenticated, match="not begun"):
            come_back(installation, Arrival(departure.cookie, {**query, "state": state}), HOME)


def test_an_answer_in_another_providers_name_is_refused(returned: Returned) -> None:
    installation, departure, query = returned
    forged = {**query, "iss": "https://evil.example"}
    with pytest.raises(Unauthenticated, match="another login"):
        come_back(installation, Arrival(departure.cookie, forged), HOME)


def test_a_code_works_once(returned: Returned) -> None:
    installation, departure, query = returned
    come_back(installation, Arrival(departure.cookie, query), HOME)
    with pytest.raises(Unauthenticated, match="refused the code: invalid_grant"):
        come_back(installation, Arrival(departure.cookie, query), HOME)


def test_a_stolen_code_is_worth_nothing_in_another_browser(returned: Returned) -> None:
    """PKCE: the thief's browser has another verifier."""
    installation, _, query = returned
    thief = depart(installation, REDIRECT)
    state = dict(parse_qsl(urlsplit(thief.url).query))["state"]
    with pytest.raises(Unauthenticated, match="refused the code"):
        come_back(installation, Arrival(thief.cookie, {**query, "state": state}), HOME)


def test_an_answer_after_ten_minutes_is_too_late(returned: Returned, clock: Clock) -> None:
    installation, departure, query = returned
    clock.forward(minutes=10, seconds=1)
    with pytest.raises(Unauthenticated, match="ten minutes"):
        come_back(installation, Arrival(departure.cookie, query), HOME)


def test_a_wrong_client_secret_is_told(world: World, provider: Running) -> None:
    with pytest.raises(Unauthenticated, match="invalid_client") as refused:
        whole_way(at(world, provider.issuer, oidc_client_secret="wrong secret"))
    assert "wrong secret" not in str(refused.value)


def test_new_keys_of_the_provider_are_found(world: World, oidc_folder: Path, clock: Clock) -> None:
    cache = ProviderCache(clock.seconds)
    with running(oidc_folder, kid="first") as first:
        installation = at(world, first.issuer)
        installation = replace(installation, memory=replace(installation.memory, provider=cache))
        whole_way(installation)
    with running(oidc_folder, kid="second", port=first.port):
        clock.forward(seconds=31)
        whole_way(installation)


def test_without_settings_there_is_no_such_login(world: World) -> None:
    with pytest.raises(NotFound, match="TAGWRIGHT_OIDC_ISSUER"):
        depart(world.installation, REDIRECT)


@pytest.mark.parametrize(
    "issuer", ["http://login.example.org", "ftp://127.0.0.1", "http://127.0.0.1.evil.example"]
)
def test_a_provider_beyond_this_machine_must_be_reached_by_https(world: World, issuer: str) -> None:
    with pytest.raises(InvalidInput, match="https"):
        depart(at(world, issuer), REDIRECT)


def test_a_provider_that_is_away_is_unavailable(world: World) -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        depart(at(world, "http://127.0.0.1:9"), REDIRECT)


def test_a_provider_that_calls_itself_otherwise_is_told(world: World, provider: Running) -> None:
    with pytest.raises(Unavailable, match="calls itself"):
        depart(at(world, provider.issuer.replace("127.0.0.1", "localhost")), REDIRECT)


# ID tokens, made here.

NOW = 1_800_000_000
ISSUER = "https://login.example.org"
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
EC = ECKey.generate_key("P-256", {"kid": "ec"})
STRANGER = RSAKey.generate_key(2048, {"kid": "rsa"})
EXPECTED = Expected(ISSUER, "tagwright", "n", NOW, "access")
GOOD: dict[str, Any] = {
    "iss": ISSUER,
    "aud": "tagwright",
    "sub": "42",
    "iat": NOW,
    "exp": NOW + 60,
    "nonce": "n",
}


def keys() -> KeySet:
    public = [RSA.as_dict(private=False), EC.as_dict(private=False)]
    return KeySet.import_key_set({"keys": public})


def token(
    claims: dict[str, Any], algorithm: str = "RS256", key: Key = RSA, kid: str = "rsa"
) -> str:
    return jwt.encode({"alg": algorithm, "kid": kid}, claims, key, algorithms=[algorithm])


def at_hash(access_token: str) -> str:
    """The first half of its SHA-256, as RS256 wants it."""
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def by_hand(algorithm: str, secret: bytes | None) -> str:
    """A token the library would not make: HMAC with `secret`, or not signed at all."""
    parts = [json.dumps(each).encode() for each in ({"alg": algorithm, "kid": "rsa"}, GOOD)]
    signed = b".".join(base64.urlsafe_b64encode(each).rstrip(b"=") for each in parts)
    signature = b"" if secret is None else hmac.digest(secret, signed, hashlib.sha256)
    return (signed + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in GOOD.items() if key != name}


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(token(GOOD), id="RS256"),
        pytest.param(token(GOOD, "ES256", EC, "ec"), id="ES256"),
        pytest.param(token({**GOOD, "aud": ["tagwright"]}), id="a list of one audience"),
        pytest.param(
            token({**GOOD, "aud": ["tagwright", "other"], "azp": "tagwright"}),
            id="several audiences, issued to us",
        ),
        pytest.param(token({**GOOD, "at_hash": at_hash("access")}), id="at_hash"),
        pytest.param(token({**GOOD, "iat": NOW + 30}), id="a clock that is a little ahead"),
    ],
)
def test_a_good_token_is_believed(given: str) -> None:
    assert read_id_token(given, keys(), EXPECTED)["sub"] == "42"


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(token({**GOOD, "iss": "https://evil.example"}), id="another issuer"),
        pytest.param(token({**GOOD, "aud": "other"}), id="another audience"),
        pytest.param(token({**GOOD, "aud": ["tagwright", "other"]}), id="several, no azp"),
        pytest.param(token({**GOOD, "azp": "other"}), id="issued to another"),
        pytest.param(token({**GOOD, "nonce": "m"}), id="another nonce"),
        pytest.param(token({**GOOD, "exp": NOW - 61}), id="expired"),
        pytest.param(token({**GOOD, "iat": NOW - 601}), id="issued long ago"),
        pytest.param(token({**GOOD, "iat": NOW + 120}), id="issued in the future"),
        pytest.param(token({**GOOD, "at_hash": at_hash("other")}), id="another access token"),
        *[pytest.param(token(without(name)), id=f"no {name}") for name in GOOD],
        pytest.param(token(GOOD, key=STRANGER), id="a stranger's key of the same name"),
        pytest.param(token(GOOD, kid="unknown"), id="an unknown key"),
        pytest.param(token(GOOD, "ES256", EC, "rsa"), id="another kind of key of that name"),
        pytest.param(by_hand("HS256", SECRET.encode()), id="signed with the client's secret"),
        pytest.param(
            by_hand("HS256", RSA.as_pem(private=False)),
            id="signed with the public key as a secret",
        ),
        pytest.param(by_hand("none", None), id="not signed"),
    ],
)
def test_a_token_is_refused(given: str) -> None:
    with pytest.raises(Unauthenticated, match="cannot be trusted"):
        read_id_token(given, keys(), EXPECTED)


@pytest.mark.parametrize("text", ["", "a.b.c", "e30.e30.", "x" * 1000, "ä.ö.ü"])
def test_what_is_no_token_is_refused(text: str) -> None:
    for read in (lambda: key_id_of(text), lambda: read_id_token(text, keys(), EXPECTED)):
        with pytest.raises(Unauthenticated, match="cannot be trusted"):
            read()
