"""Webhooks over HTTP, against a receiver on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tagwright.config import Settings
from tagwright.core.signing import verify
from tagwright.flows.events import EVENTS, emit_in
from tagwright.flows.installation import Installation, open_installation
from tagwright.flows.webhooks import deliver_due
from tagwright.flows.workspace import create
from tests.receiver import Answer, Receiver, receiving

HOOKS = "/api/v1/webhooks"


@pytest.fixture
def installation(web_settings: Settings, tmp_path: Path) -> Iterator[Installation]:
    """An empty library whose webhooks may go to this machine."""
    settings = replace(web_settings, private_hosts="127.0.0.1")
    create(tmp_path / "library", settings).close()
    opened = open_installation(tmp_path / "library", settings)
    yield opened
    opened.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def make(client: TestClient, url: str, *events: str) -> Any:
    made = client.post(HOOKS, json={"url": url, "events": events or ["asset.added"]})
    assert made.status_code == 201, made.text
    return made.json()


def emit(installation: Installation) -> None:
    with installation.db.write() as connection:
        assert emit_in(installation.home, connection, "asset.added", {"asset": "x"}) == 1


def deliveries(client: TestClient, webhook: str, **params: object) -> Any:
    found = client.get(f"{HOOKS}/{webhook}/deliveries", params=params)  # type: ignore[arg-type]
    assert found.status_code == 200, found.text
    return found.json()


def test_an_event_arrives_and_the_log_says_so(
    local: TestClient, installation: Installation, receiver: Receiver
) -> None:
    made = make(local, receiver.url("/hook"))
    emit(installation)
    assert deliver_due(installation, installation.now()) == 1
    (asked,) = receiver.asked
    now = int(datetime.fromisoformat(installation.now()).timestamp())
    assert verify(made["secret"], asked.headers["tagwright-signature"], asked.body, now)
    log = deliveries(local, made["id"])
    assert log["next"] is None
    (delivery,) = log["items"]
    assert delivery["id"] == asked.headers["tagwright-delivery"]
    assert (delivery["status"], delivery["answered"], delivery["attempts"]) == ("delivered", 200, 1)
    assert (delivery["data"], delivery["next_at"]) == ({"asset": "x"}, None)


def test_the_secret_is_shown_once(local: TestClient, receiver: Receiver) -> None:
    made = local.post(HOOKS, json={"url": receiver.url(), "events": list(EVENTS)})
    secret = made.json()["secret"]
    assert secret.startswith("whsec_")
    assert len(secret) == len("whsec_") + 43
    where = made.headers["location"]
    read, listed = local.get(where), local.get(HOOKS)
    assert read.json()["events"] == list(EVENTS)
    assert listed.json() == {"items": [read.json()], "next": None}
    changed = local.patch(where, json={"active": False})
    for answer in (read, listed, changed):
        assert answer.status_code == 200
        assert secret not in answer.text


def test_a_webhook_is_changed_and_deleted(local: TestClient, receiver: Receiver) -> None:
    where = f"{HOOKS}/{make(local, receiver.url())['id']}"
    change = {"events": ["job.failed", "job.finished"], "active": False}
    changed = local.patch(where, json=change).json()
    assert changed["events"] == ["job.finished", "job.failed"]
    assert changed["active"] is False
    assert changed["url"] == receiver.url()
    assert local.get(where).json() == changed
    assert local.delete(where).status_code == 204
    assert local.get(where).status_code == 404
    assert local.get(HOOKS).json()["items"] == []


def test_a_ping_shows_whether_it_arrives(
    local: TestClient, installation: Installation, receiver: Receiver
) -> None:
    made = make(local, receiver.url())
    sent = local.post(f"{HOOKS}/{made['id']}/ping")
    assert (sent.status_code, sent.json()["event"], sent.json()["status"]) == (
        202,
        "ping",
        "waiting",
    )
    deliver_due(installation, installation.now())
    assert receiver.asked[0].headers["tagwright-event"] == "ping"


def test_a_failed_delivery_is_sent_again(
    local: TestClient, installation: Installation, receiver: Receiver
) -> None:
    where = f"{HOOKS}/{(made := make(local, receiver.url()))['id']}"
    receiver.answer = lambda asked: Answer(410)
    emit(installation)
    deliver_due(installation, installation.now())
    (failed,) = deliveries(local, made["id"], status="failed")["items"]
    again = f"{where}/deliveries/{failed['id']}/redeliver"
    assert local.post(again).status_code == 409
    assert local.patch(where, json={"active": True}).json()["active"] is True
    receiver.answer = lambda asked: Answer(204)
    assert local.post(again).json()["status"] == "waiting"
    assert local.post(again).status_code == 409
    deliver_due(installation, installation.now())
    (delivered,) = deliveries(local, made["id"])["items"]
    assert (delivered["id"], delivered["answered"]) == (failed["id"], 204)


def test_the_log_comes_in_pages(
    local: TestClient, installation: Installation, receiver: Receiver
) -> None:
    made = make(local, receiver.url())
    for _ in range(5):
        emit(installation)
    first = deliveries(local, made["id"], limit=3)
    rest = deliveries(local, made["id"], limit=3, after=first["next"])
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (3, 2, None)
    assert len({item["id"] for page in (first, rest) for item in page["items"]}) == 5


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"url": "https://r.example/"}, id="no events"),
        pytest.param({"url": "https://r.example/", "events": []}, id="an empty list"),
        pytest.param({"url": "https://r.example/", "events": ["ping"]}, id="an unknown event"),
        pytest.param({"url": "ftp://r.example/", "events": ["job.failed"]}, id="no web address"),
        pytest.param(
            {"url": "https://a:b@r.example/", "events": ["job.failed"]}, id="a login in it"
        ),
        pytest.param(
            {"url": "https://r.example/", "events": ["job.failed"], "secret": "mine"},
            id="a secret of one's own",
        ),
    ],
)
def test_what_cannot_be_a_webhook_is_refused(local: TestClient, body: dict[str, Any]) -> None:
    refused = local.post(HOOKS, json=body)
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert local.get(HOOKS).json()["items"] == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/ping"),
        ("GET", "/deliveries"),
        ("POST", "/deliveries/d/redeliver"),
    ],
)
def test_one_that_is_not_there_is_not_found(local: TestClient, method: str, path: str) -> None:
    body: dict[str, str] | None = {} if method == "PATCH" else None
    assert local.request(method, f"{HOOKS}/nobody{path}", json=body).status_code == 404


@pytest.mark.parametrize("after", ["x", "-1", "９", "9" * 20])
def test_a_made_up_cursor_is_refused(local: TestClient, receiver: Receiver, after: str) -> None:
    made = make(local, receiver.url())
    found = local.get(f"{HOOKS}/{made['id']}/deliveries", params={"after": after})
    assert found.status_code == 422
