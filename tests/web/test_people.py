"""Logging in, people, keys, workspaces and the audit log, as a browser and a program see them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tagwright.config import Settings
from tagwright.core.audit import Event, Line, verify
from tagwright.flows.classifying import classifier_on
from tagwright.flows.installation import Installation
from tagwright.flows.limits import Limits
from tagwright.flows.people import setup_token
from tagwright.media.pool import Decoders
from tagwright.web.app import make_app
from tagwright.web.state import Server, server_on
from tests.conftest import CACHE
from tests.oidc.provider import NoNode, installed, log_in_there, running
from tests.people import ADMIN, OTHER, PASSWORD, Clock, fresh

API = "/api/v1"
BOB = "bob@example.org"
LOGIN = {"email": ADMIN, "password": PASSWORD}

Browser = Callable[..., TestClient]


@pytest.fixture
def empty(tmp_path: Path, web_settings: Settings) -> Iterator[Installation]:
    """A library with nobody and nothing in it; its clock stands still, where it is now."""
    installation = fresh(tmp_path / "library", web_settings, Clock(datetime.now(UTC)))
    yield installation
    installation.close()


@pytest.fixture
def served(empty: Installation, decoders: Decoders) -> Iterator[Callable[..., Server]]:
    """Makes servers of it, with other settings where wanted."""
    with ExitStack() as stack:

        def serve(*, loopback_only: bool = True, **changes: Any) -> Server:
            home = replace(empty.home, settings=replace(empty.settings, **changes))
            installation = replace(empty, home=home)
            classifier = stack.enter_context(classifier_on(decoders, installation))
            return stack.enter_context(
                server_on(classifier, installation, loopback_only=loopback_only)
            )

        yield serve


@pytest.fixture
def browser(served: Callable[..., Server]) -> Iterator[Browser]:
    """Makes browsers with cookies of their own, all at one server."""
    made: list[TestClient] = []
    servers: list[Server] = []

    def browse(
        server: Server | None = None,
        *,
        base: str = "http://localhost",
        peer: str = "127.0.0.1",
        **headers: str,
    ) -> TestClient:
        if server is None:
            servers[:] = servers or [served()]
            server = servers[0]
        app = make_app(server)
        client = TestClient(
            app,
            base_url=base,
            client=(peer, 50_000),
            headers=headers,
            raise_server_exceptions=False,
            follow_redirects=False,
        )
        made.append(client)
        return client

    yield browse
    for each in made:
        each.close()


@pytest.fixture
def ada(browser: Browser) -> TestClient:
    """The first person's browser, right after set-up."""
    client = browser()
    answer = client.post(f"{API}/setup", json={**LOGIN, "name": "Ada"})
    assert answer.status_code == 201, answer.text
    return client


def invite(ada: TestClient, role: str, email: str = BOB) -> dict[str, Any]:
    answer = ada.post(f"{API}/members", json={"email": email, "role": role})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def come(browser: Browser, token: str, password: str = PASSWORD) -> TestClient:
    client = browser()
    body = {"token": token, "password": password}
    answer = client.post(f"{API}/invitations/accept", json=body)
    assert answer.status_code == 201, answer.text
    return client


# Set-up and login.


def test_from_nobody_to_an_admin_who_is_logged_in(browser: Browser) -> None:
    client = browser()
    assert client.get(f"{API}/setup").json() == {"needed": True, "oidc": False}
    assert client.get(f"{API}/me").json()["kind"] == "local"
    made = client.post(f"{API}/setup", json={**LOGIN, "name": "Ada"})
    assert made.status_code == 201
    me = client.get(f"{API}/me").json()
    assert me == made.json()
    assert (me["email"], me["name"], me["operator"]) == (ADMIN, "Ada", True)
    assert me["memberships"] == [{"workspace": "default", "role": "admin"}]
    assert client.get(f"{API}/setup").json()["needed"] is False
    assert browser().get(f"{API}/me").status_code == 401
    assert browser().post(f"{API}/setup", json=LOGIN).status_code == 409


@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        pytest.param("192.0.2.7", {}, id="another machine"),
        pytest.param("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, id="a proxy here"),
        pytest.param("127.0.0.1", {"Host": "evil.example"}, id="a name that points here"),
    ],
)
def test_others_set_up_with_the_token_alone(
    browser: Browser, empty: Installation, peer: str, headers: dict[str, str]
) -> None:
    client = browser(base="https://localhost", peer=peer, **headers)
    assert client.get(f"{API}/me").status_code == 401
    refused = client.post(f"{API}/setup", json=LOGIN)
    assert refused.status_code == 403
    assert "set-up token" in refused.json()["detail"]
    with_token = {**LOGIN, "token": setup_token(empty)}
    assert client.post(f"{API}/setup", json=with_token).status_code == 201


def test_a_page_of_another_site_neither_sets_up_nor_logs_in(browser: Browser) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        for path in ("setup", "session"):
            answer = browser().post(f"{API}/{path}", json=LOGIN, headers=headers)
            assert answer.status_code == 403


@pytest.mark.parametrize(
    ("base", "settings", "name", "secure"),
    [
        ("http://localhost", {}, "tagwright", False),
        ("http://127.0.0.1:8000", {}, "tagwright", False),
        ("https://tags.example.org", {}, "__Host-tagwright", True),
        (
            "http://tags.example.org",
            {"public_url": "https://tags.example.org"},
            "__Host-tagwright",
            True,
        ),
    ],
)
def test_the_cookie_is_the_browsers_own(
    browser: Browser,
    served: Callable[..., Server],
    base: str,
    settings: dict[str, str],
    name: str,
    secure: bool,
) -> None:
    server = served(**settings)
    body = {**LOGIN, "token": setup_token(server.installation)}
    answer = browser(server, base=base).post(f"{API}/setup", json=body)
    assert answer.status_code == 201, answer.text
    cookie = answer.headers["set-cookie"]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert cookie.startswith(f"{name}=")
    assert {"httponly", "samesite=lax", "path=/"} <= parts
    assert ("secure" in parts) is secure
    assert not any(part.startswith("domain") for part in parts)
    assert answer.headers["cache-control"] == "no-store"


def test_over_https_a_planted_cookie_is_not_looked_at(browser: Browser, ada: TestClient) -> None:
    token = ada.cookies["tagwright"]
    client = browser(base="https://localhost")
    planted = client.get(f"{API}/me", headers={"Cookie": f"tagwright={token}"})
    assert planted.status_code == 401
    own = client.get(f"{API}/me", headers={"Cookie": f"__Host-tagwright={token}"})
    assert own.status_code == 200


def test_a_login_over_plain_http_beyond_this_machine_is_refused(
    browser: Browser, ada: TestClient
) -> None:
    client = browser(base="http://192.0.2.1")
    answer = client.post(f"{API}/session", json=LOGIN)
    assert answer.status_code == 403
    assert "TAGWRIGHT_PUBLIC_URL" in answer.json()["detail"]


def test_log_in_look_around_and_log_out(browser: Browser, ada: TestClient) -> None:
    client = browser(**{"User-Agent": "a browser"})
    assert client.post(f"{API}/session", json=LOGIN).status_code == 201
    token = client.cookies["tagwright"]
    sessions = client.get(f"{API}/sessions").json()["items"]
    assert [each["current"] for each in sessions].count(True) == 1
    assert next(each for each in sessions if each["current"])["agent"] == "a browser"
    assert client.delete(f"{API}/session").status_code == 204
    assert "tagwright" not in client.cookies
    again = client.get(f"{API}/me", headers={"Cookie": f"tagwright={token}"})
    assert again.status_code == 401
    assert ada.get(f"{API}/me").status_code == 200


def test_a_person_ends_their_other_logins(browser: Browser, ada: TestClient) -> None:
    others = [browser() for _ in range(3)]
    for each in others:
        each.post(f"{API}/session", json=LOGIN)
    current = [s for s in others[0].get(f"{API}/sessions").json()["items"] if s["current"]]
    assert ada.delete(f"{API}/sessions/{current[0]['id']}").status_code == 204
    assert others[0].get(f"{API}/me").status_code == 401
    assert ada.delete(f"{API}/sessions").json() == {"ended": 2}
    assert others[1].get(f"{API}/me").status_code == 401
    assert ada.get(f"{API}/me").status_code == 200
    assert ada.delete(f"{API}/sessions/{current[0]['id']}").status_code == 404


def test_a_new_password_logs_out_everywhere_else(browser: Browser, ada: TestClient) -> None:
    other = browser()
    other.post(f"{API}/session", json=LOGIN)
    wrong = ada.put(f"{API}/me/password", json={"old": "a wrong one", "new": OTHER})
    assert wrong.status_code == 401
    assert ada.put(f"{API}/me/password", json={"old": PASSWORD, "new": OTHER}).status_code == 200
    assert ada.get(f"{API}/me").status_code == 200
    assert other.get(f"{API}/me").status_code == 401
    assert browser().post(f"{API}/session", json=LOGIN).status_code == 401


def test_after_wrong_passwords_the_answer_says_when_to_come_back(
    browser: Browser, ada: TestClient
) -> None:
    client = browser()
    for _ in range(5):
        answer = client.post(f"{API}/session", json={**LOGIN, "password": "a wrong one"})
        assert answer.status_code == 401
    refused = client.post(f"{API}/session", json=LOGIN)
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) == 15


# People and members.


def test_an_invited_person_comes_in_by_the_link(browser: Browser, ada: TestClient) -> None:
    made = invite(ada, "reviewer")
    assert made["link"] == f"http://localhost/invitation#{made['token']}"
    shown = browser().post(f"{API}/invitations/show", json={"token": made["token"]})
    assert shown.json() == {"email": BOB, "name": "bob"}
    bob = come(browser, made["token"])
    assert bob.get(f"{API}/me").json()["permissions"] == ["classify", "read", "review"]
    again = browser().post(
        f"{API}/invitations/accept", json={"token": made["token"], "password": OTHER}
    )
    assert again.status_code == 403


@pytest.mark.parametrize("role", ["viewer", "reviewer", "editor"])
def test_only_admins_see_and_change_people_and_keys(
    browser: Browser, ada: TestClient, role: str
) -> None:
    bob = come(browser, invite(ada, role)["token"])
    person = bob.get(f"{API}/me").json()["email"]
    calls = [
        ("GET", "members", None),
        ("POST", "members", {"email": "x@example.org", "role": "viewer"}),
        ("PUT", f"members/{person}", {"role": "admin"}),
        ("DELETE", f"members/{person}", None),
        ("GET", "keys", None),
        ("POST", "keys", {"name": "k", "role": "viewer"}),
        ("DELETE", "keys/x", None),
        ("GET", "audit", None),
        ("GET", "audit/export", None),
        ("GET", "audit/verify", None),
        ("GET", "people", None),
        ("POST", "people", {"email": "x@example.org"}),
        ("PATCH", f"people/{person}", {"operator": True}),
        ("POST", f"people/{person}/reset-link", None),
        ("POST", "workspaces", {"id": "x"}),
        ("GET", "installation/audit", None),
        ("GET", "installation/audit/export", None),
        ("GET", "installation/audit/verify", None),
    ]
    for method, path, body in calls:
        answer = bob.request(method, f"{API}/{path}", json=body)
        assert answer.status_code == 403, (method, path, answer.text)


def test_an_admin_of_a_workspace_is_no_operator(browser: Browser, ada: TestClient) -> None:
    bob = come(browser, invite(ada, "admin")["token"])
    assert bob.get(f"{API}/members").status_code == 200
    for path in ("people", "installation/audit"):
        assert bob.get(f"{API}/{path}").status_code == 403


def test_members_are_paged_changed_and_removed(browser: Browser, ada: TestClient) -> None:
    for number in range(4):
        invite(ada, "viewer", f"p{number}@example.org")
    first = ada.get(f"{API}/members", params={"limit": 3}).json()
    rest = ada.get(f"{API}/members", params={"limit": 3, "after": first["next"]}).json()
    found = [*first["items"], *rest["items"]]
    assert [each["email"] for each in found] == [ADMIN, *(f"p{n}@example.org" for n in range(4))]
    assert rest["next"] is None
    person = found[1]["id"]
    changed = ada.put(f"{API}/members/{person}", json={"role": "editor"})
    assert changed.json()["role"] == "editor"
    assert ada.delete(f"{API}/members/{person}").status_code == 204
    assert ada.delete(f"{API}/members/{person}").status_code == 404
    last = ada.delete(f"{API}/members/{found[0]['id']}")
    assert last.status_code == 409
    assert "only admin" in last.json()["detail"]


def test_operators_make_people_shut_them_out_and_give_new_links(
    browser: Browser, ada: TestClient
) -> None:
    made = ada.post(f"{API}/people", json={"email": BOB, "name": "Bob", "operator": True}).json()
    bob = come(browser, made["token"])
    me = bob.get(f"{API}/me").json()
    assert (me["operator"], me["workspace"], me["permissions"]) == (True, None, [])
    assert bob.get(f"{API}/keys").status_code == 403
    person = made["person"]["id"]
    link = ada.post(f"{API}/people/{person}/reset-link").json()
    come(browser, link["token"], OTHER)
    assert bob.get(f"{API}/me").status_code == 401
    shut = ada.patch(f"{API}/people/{person}", json={"disabled": True})
    assert shut.json()["disabled"] is True
    login = browser().post(f"{API}/session", json={"email": BOB, "password": OTHER})
    assert login.status_code == 401
    people = ada.get(f"{API}/people").json()["items"]
    assert [(each["email"], each["disabled"]) for each in people] == [(ADMIN, False), (BOB, True)]
    assert ada.patch(f"{API}/people/nobody", json={"disabled": True}).status_code == 404


# Keys and workspaces.


def make_key(ada: TestClient, workspace: str = "default", **more: Any) -> dict[str, Any]:
    answer = ada.post(
        f"{API}/keys",
        json={"name": "ci", "role": "editor", **more},
        headers={"Tagwright-Workspace": workspace},
    )
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def with_key(browser: Browser, made: dict[str, Any]) -> TestClient:
    return browser(peer="192.0.2.7", Authorization=f"Bearer {made['key']}")


def test_a_key_is_shown_once_used_and_revoked(browser: Browser, ada: TestClient) -> None:
    made = make_key(ada)
    program = with_key(browser, made)
    me = program.get(f"{API}/me").json()
    assert (me["actor"], me["kind"], me["email"]) == ("key:ci", "key", None)
    listed = ada.get(f"{API}/keys")
    assert made["key"] not in listed.text
    assert listed.json()["items"][0]["hint"] == made["key"].rpartition("_")[0][:11]
    assert listed.json()["items"][0]["last_used_at"] is not None
    assert made["key"] not in ada.get(f"{API}/keys/{made['id']}").text
    assert ada.delete(f"{API}/keys/{made['id']}").json()["revoked_at"] is not None
    assert program.get(f"{API}/me").status_code == 401


def test_a_key_has_no_login_of_its_own(browser: Browser, ada: TestClient) -> None:
    program = with_key(browser, make_key(ada))
    assert program.get(f"{API}/sessions").status_code == 401
    body = {"old": PASSWORD, "new": OTHER}
    assert program.put(f"{API}/me/password", json=body).status_code == 401


def test_nothing_of_one_workspace_is_seen_in_another(browser: Browser, ada: TestClient) -> None:
    bob = come(browser, invite(ada, "viewer")["token"])
    assert ada.post(f"{API}/workspaces", json={"id": "acme"}).status_code == 201
    key, other = make_key(ada), make_key(ada, "acme", role="admin")
    program = with_key(browser, other)
    assert program.get(f"{API}/keys/{key['id']}").status_code == 404
    assert program.delete(f"{API}/keys/{key['id']}").status_code == 404
    assert [each["id"] for each in program.get(f"{API}/keys").json()["items"]] == [other["id"]]
    members = program.get(f"{API}/members").json()["items"]
    assert [each["email"] for each in members] == [ADMIN]
    assert BOB not in program.get(f"{API}/audit").text
    default = {"Tagwright-Workspace": "default"}
    assert program.get(f"{API}/keys", headers=default).status_code == 403
    answers = [
        bob.get(f"{API}/me", headers={"Tagwright-Workspace": name}) for name in ("acme", "zzzz")
    ]
    assert [each.status_code for each in answers] == [404, 404]
    texts = [each.json()["detail"].replace("acme", "zzzz") for each in answers]
    assert texts[0] == texts[1]
    seen = [[w["id"] for w in c.get(f"{API}/workspaces").json()["items"]] for c in (bob, program)]
    assert seen == [["default"], ["acme"]]


def test_a_repeat_with_an_idempotency_key_does_not_keep_a_secret_in_a_table(
    ada: TestClient, empty: Installation
) -> None:
    made = ada.post(
        f"{API}/keys", json={"name": "k", "role": "viewer"}, headers={"Idempotency-Key": "1"}
    )
    assert made.status_code == 201
    database = (empty.root / "library.db").read_bytes()
    log = empty.root / "library.db-wal"
    everything = database + (log.read_bytes() if log.exists() else b"")
    assert made.json()["key"].encode() not in everything


def test_what_is_shown_once_is_not_made_twice_by_a_repeat(ada: TestClient) -> None:
    asked = {"url": "https://hooks.example.org/x", "events": ["tags.changed"]}
    first, again = (
        ada.post(f"{API}/webhooks", json=asked, headers={"Idempotency-Key": "hook"})
        for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (201, 409)
    assert "shown only once" in again.json()["detail"]
    assert first.json()["secret"] not in again.text
    assert len(ada.get(f"{API}/webhooks").json()["items"]) == 1


def test_strangers_may_not_guess_keys_at_any_rate(
    browser: Browser, ada: TestClient, empty: Installation
) -> None:
    stranger = browser()
    server = stranger.app.state.server  # type: ignore[attr-defined]
    stranger.app.state.server = replace(server, limits=Limits("5/minute"))  # type: ignore[attr-defined]
    headers = {"Authorization": "Bearer tw_00000000_wrong"}
    seen = [stranger.get(f"{API}/assets", headers=headers).status_code for _ in range(8)]
    assert seen == [401] * 5 + [429] * 3


# The audit log.


def test_the_audit_log_is_listed_exported_and_checked(ada: TestClient) -> None:
    for number in range(3):
        invite(ada, "viewer", f"p{number}@example.org")
    first = ada.get(f"{API}/audit", params={"limit": 2}).json()
    rest = ada.get(f"{API}/audit", params={"after": first["next"]}).json()
    items = [*first["items"], *rest["items"]]
    assert [each["action"] for each in items] == ["member.add"] * 4
    assert items[0]["subject"] == "person:p2@example.org"
    exported = ada.get(f"{API}/audit/export")
    lines = [line_of(json.loads(each)) for each in exported.text.splitlines()]
    assert verify(lines).broken_at is None
    verdict = ada.get(f"{API}/audit/verify").json()
    assert (verdict["intact"], verdict["head"]) == (True, lines[-1].digest)
    installation = ada.get(f"{API}/installation/audit").json()["items"]
    assert {each["action"] for each in installation} == {"person.add", "login.succeed"}
    assert ada.get(f"{API}/installation/audit/verify").json()["intact"] is True
    assert "person.add" in ada.get(f"{API}/installation/audit/export").text


def line_of(row: dict[str, Any]) -> Line:
    names = ("workspace", "at", "actor", "action", "subject", "detail")
    event = Event(**{name: row[name] for name in names})
    return Line(row["seq"], event, row["previous"], row["digest"])


# Secrets.


def test_no_answer_or_log_shows_a_secret(
    browser: Browser, ada: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bob = come(browser, invite(ada, "admin")["token"])
    key = make_key(ada)
    plain = ["me", "setup", "sessions", "members", "keys", "people", "workspaces"]
    logs = ["audit", "audit/export", "installation/audit", "installation/audit/export"]
    paths = [*plain, *logs]
    said = [client.get(f"{API}/{path}").text for client in (ada, bob) for path in paths]
    bad = ada.post(f"{API}/session", json={"email": 7, "password": PASSWORD, PASSWORD: 1})
    short = ada.put(f"{API}/me/password", json={"old": PASSWORD, "new": "short"})
    assert (bad.status_code, short.status_code) == (422, 422)
    text = "".join([*said, short.text, caplog.text])
    secrets = [PASSWORD, key["key"], ada.cookies["tagwright"], bob.cookies["tagwright"]]
    for secret in [*secrets, "$argon2"]:
        assert secret not in text
    assert LOGIN["password"] not in bad.text.replace(f"body.{PASSWORD}", "")


# The organisation's login.


def test_the_whole_way_through_the_organisations_login(
    browser: Browser, served: Callable[..., Server], ada: TestClient
) -> None:
    try:
        folder = installed(CACHE)
    except NoNode as error:
        pytest.skip(str(error))
    invite(ada, "editor")
    with running(folder) as provider:
        server = served(
            oidc_issuer=provider.issuer,
            oidc_client_id="tagwright",
            oidc_client_secret="a secret: with/odd+letters",
        )
        bob = browser(server)
        assert bob.get(f"{API}/setup").json() == {"needed": False, "oidc": True}
        start = bob.get(f"{API}/session/oidc/start", params={"goal": "/review"})
        assert start.status_code == 303
        query = log_in_there(start.headers["location"], BOB)
        stranger = browser(server).get(f"{API}/session/oidc/callback", params=query)
        assert stranger.status_code == 401
        back = bob.get(f"{API}/session/oidc/callback", params=query)
    assert (back.status_code, back.headers["location"]) == (303, "/review")
    assert "tagwright-oidc" not in bob.cookies
    assert bob.get(f"{API}/me").json()["email"] == BOB


def test_who_comes_back_from_the_organisations_login_in_vain_sees_the_login_page(
    browser: Browser, ada: TestClient
) -> None:
    address, page = f"{API}/session/oidc/callback", {"accept": "text/html,*/*"}
    assert browser().get(address).status_code == 401
    answer = browser().get(address, headers=page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?error=refused")


def test_without_settings_there_is_no_organisations_login(ada: TestClient) -> None:
    assert ada.get(f"{API}/session/oidc/start").status_code == 404
