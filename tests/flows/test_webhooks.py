"""Events reach their receivers: signed, at least once, again and again, and nobody else."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tagwright.config import Settings
from tagwright.core.roles import ALL
from tagwright.core.signing import verify
from tagwright.core.times import later
from tagwright.errors import Conflict, InvalidInput, NotFound, Unavailable
from tagwright.flows.audit import log_of
from tagwright.flows.caller import Caller
from tagwright.flows.events import EVENTS, emit_in
from tagwright.flows.installation import Installation
from tagwright.flows.ticks import TICKS
from tagwright.flows.webhooks import (
    DELAYS,
    Change,
    create_webhook,
    delete_webhook,
    deliver_due,
    forget_deliveries,
    ping,
    redeliver,
    update_webhook,
)
from tagwright.flows.workspace import Workspace, create
from tagwright.store.webhooks import Delivery, Webhook
from tagwright.store.workspaces import ensure_workspace
from tests.receiver import Receiver, receiving

START = "2026-01-01T00:00:00.000+00:00"
ANN = Caller("ann@example.org", "p1", "default", ALL, False, "session")


@dataclass
class Clock:
    """Stands still until it is moved."""

    time: str = START

    def __call__(self) -> str:
        return self.time

    def forward(self, seconds: float) -> None:
        self.time = later(self.time, seconds)


@dataclass
class Posts:
    """Answers what `statuses` say, the last one for ever; remembers what was sent."""

    statuses: list[int | Exception] = field(default_factory=lambda: [200])
    sent: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def __call__(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        timeout: float,
        private_hosts: frozenset[str],
    ) -> int:
        self.sent.append((url, body, dict(headers)))
        answer = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def installation(tmp_path: Path, settings: Settings, clock: Clock) -> Iterator[Installation]:
    settings = replace(settings, private_hosts=" LOCALHOST, 127.0.0.1 ,")
    home = create(tmp_path / "empty", settings)
    home.now = clock
    yield Installation(home)
    home.close()


@pytest.fixture
def ws(installation: Installation) -> Workspace:
    return installation.home


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def hook(ws: Workspace, url: str = "https://receiver.example/") -> Webhook:
    return create_webhook(ws, ANN, url, ["asset.added"])


def emit(ws: Workspace) -> int:
    with ws.db.write() as connection:
        return emit_in(ws, connection, "asset.added", {"asset": "x"})


def only(ws: Workspace, webhook: Webhook) -> Delivery:
    (delivery,) = ws.webhooks.deliveries(webhook.id)
    return delivery


def test_a_receiver_gets_a_signed_event(
    installation: Installation, ws: Workspace, receiver: Receiver, clock: Clock
) -> None:
    webhook = hook(ws, receiver.url("/hook"))
    emit(ws)
    assert deliver_due(installation, clock()) == 1
    (asked,) = receiver.asked
    delivery = only(ws, webhook)
    assert json.loads(asked.body) == {
        "id": delivery.id,
        "event": "asset.added",
        "workspace": ws.id,
        "created_at": START,
        "data": {"asset": "x"},
    }
    assert asked.headers["tagwright-event"] == "asset.added"
    assert asked.headers["tagwright-delivery"] == delivery.id
    signature, now = asked.headers["tagwright-signature"], 1_767_225_600
    assert verify(webhook.secret, signature, asked.body, now)
    assert not verify("whsec_other", signature, asked.body, now)
    assert (delivery.status, delivery.answered, delivery.attempts) == ("delivered", 200, 1)
    assert delivery.delivered_at == START
    assert deliver_due(installation, clock()) == 0


def test_it_is_tried_again_at_growing_intervals_and_then_no_more(
    installation: Installation, ws: Workspace, clock: Clock
) -> None:
    webhook, post = hook(ws), Posts([500])
    emit(ws)
    for number, delay in enumerate(DELAYS, start=1):
        assert deliver_due(installation, clock(), post) == 0
        waiting = only(ws, webhook)
        assert (waiting.status, waiting.attempts) == ("waiting", number)
        assert waiting.next_at == later(clock(), delay)
        clock.forward(delay - 0.001)
        assert deliver_due(installation, clock(), post) == 0
        assert len(post.sent) == number
        clock.forward(0.001)
    deliver_due(installation, clock(), post)
    failed = only(ws, webhook)
    assert (failed.status, failed.attempts, failed.answered) == ("failed", 7, 500)
    assert failed.error == "the receiver answered 500, and not 200 to 299"
    clock.forward(1e6)
    deliver_due(installation, clock(), post)
    assert len(post.sent) == 7
    assert len({body for _, body, _ in post.sent}) == 1
    assert len({headers["Tagwright-Delivery"] for *_, headers in post.sent}) == 1


@pytest.mark.parametrize(
    ("answer", "status", "answered", "error"),
    [
        pytest.param(200, "delivered", 200, None, id="ok"),
        pytest.param(204, "delivered", 204, None, id="no content"),
        pytest.param(302, "waiting", 302, "answered 302", id="moved: not followed"),
        pytest.param(404, "waiting", 404, "answered 404", id="not found"),
        pytest.param(410, "failed", 410, "is switched off", id="gone"),
        pytest.param(Unavailable("it is down"), "waiting", None, "it is down", id="no answer"),
        pytest.param(InvalidInput("private"), "waiting", None, "private", id="not allowed"),
    ],
)
def test_what_an_answer_means(
    installation: Installation,
    ws: Workspace,
    answer: int | Exception,
    status: str,
    answered: int | None,
    error: str | None,
) -> None:
    webhook = hook(ws)
    emit(ws)
    deliver_due(installation, START, Posts([answer]))
    found = only(ws, webhook)
    assert (found.status, found.answered) == (status, answered)
    assert (error is None) == (found.error is None)
    assert (error or "") in (found.error or "")
    assert ws.webhooks.get(webhook.id).active == (answer != 410)


def test_a_failure_is_logged_without_what_was_sent(
    installation: Installation, ws: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    webhook = hook(ws, "https://receiver.example/?token=hidden")
    emit(ws)
    with caplog.at_level(logging.WARNING):
        deliver_due(installation, START, Posts([500]))
    assert [record.getMessage() for record in caplog.records] == ["webhook_not_delivered"]
    assert webhook.secret not in caplog.text
    assert "hidden" not in caplog.text


def test_a_worker_that_dies_on_the_way_leaves_it_to_the_next(
    installation: Installation, ws: Workspace, clock: Clock
) -> None:
    webhook, post = hook(ws), Posts([KeyError("killed"), 200])
    emit(ws)
    with pytest.raises(KeyError):
        deliver_due(installation, clock(), post)
    clock.forward(59)
    assert deliver_due(installation, clock(), post) == 0
    clock.forward(1)
    assert deliver_due(installation, clock(), post) == 1
    assert only(ws, webhook).status == "delivered"


def test_one_that_hangs_does_not_hold_up_the_rest(
    installation: Installation, ws: Workspace, receiver: Receiver
) -> None:
    free, arrived = threading.Event(), threading.Event()

    def post(url: str, *_: object, **__: object) -> int:
        if "slow" in url:
            assert free.wait(10)
        else:
            arrived.set()
        return 200

    for name in ("slow", "fast"):
        hook(ws, f"https://{name}.example/")
    emit(ws)
    thread = threading.Thread(target=deliver_due, args=(installation, START, post))
    thread.start()
    assert arrived.wait(10)
    free.set()
    thread.join()


def test_a_private_receiver_must_be_allowed(
    installation: Installation, ws: Workspace, receiver: Receiver
) -> None:
    allowed = hook(ws, receiver.url())
    refused = hook(ws, f"http://127.0.0.2:{receiver.port}/")
    emit(ws)
    assert deliver_due(installation, START) == 1
    assert only(ws, allowed).status == "delivered"
    assert "TAGWRIGHT_PRIVATE_HOSTS" in (only(ws, refused).error or "")
    assert len(receiver.asked) == 1


def test_one_that_failed_is_sent_again_when_asked(
    installation: Installation, ws: Workspace, clock: Clock
) -> None:
    webhook, post = hook(ws), Posts([410, 200])
    emit(ws)
    deliver_due(installation, clock(), post)
    old = only(ws, webhook)
    with pytest.raises(Conflict, match="switched off"):
        redeliver(ws, webhook.id, old.id)
    update_webhook(ws, ANN, webhook.id, Change(active=True))
    assert redeliver(ws, webhook.id, old.id).status == "waiting"
    assert deliver_due(installation, clock(), post) == 1
    new = only(ws, webhook)
    assert (new.id, new.status, new.attempts) == (old.id, "delivered", 1)


def test_a_ping_goes_to_one_webhook_whatever_it_listens_to(
    installation: Installation, ws: Workspace, receiver: Receiver
) -> None:
    webhook, _ = hook(ws, receiver.url("/a")), hook(ws, receiver.url("/b"))
    ping(ws, ANN, webhook.id)
    assert deliver_due(installation, START) == 1
    (asked,) = receiver.asked
    assert (asked.path, asked.headers["tagwright-event"]) == ("/a", "ping")
    update_webhook(ws, ANN, webhook.id, Change(active=False))
    with pytest.raises(Conflict, match="switched off"):
        ping(ws, ANN, webhook.id)


def test_a_webhook_is_changed_in_parts(ws: Workspace) -> None:
    webhook = hook(ws)
    changed = update_webhook(ws, ANN, webhook.id, Change(events=["job.failed", "asset.added"]))
    assert changed == replace(webhook, events=("asset.added", "job.failed"))
    changed = update_webhook(ws, ANN, webhook.id, Change(url="http://other.example/#top"))
    assert changed.url == "http://other.example/"
    assert ws.webhooks.get(webhook.id) == changed


@pytest.mark.parametrize(
    ("url", "events", "reason"),
    [
        pytest.param("ftp://receiver.example/", ["asset.added"], "not a web address", id="ftp"),
        pytest.param("https://a:b@receiver.example/", ["asset.added"], "a login", id="a login"),
        pytest.param("https://receiver.example/", [], "needs an event", id="no events"),
        pytest.param("https://receiver.example/", ["ping"], "'ping' is no event", id="ping"),
    ],
)
def test_what_cannot_be_a_webhook_is_refused(
    ws: Workspace, url: str, events: list[str], reason: str
) -> None:
    with pytest.raises(InvalidInput, match=reason):
        create_webhook(ws, ANN, url, events)  # type: ignore[arg-type]
    webhook = hook(ws)
    with pytest.raises(InvalidInput, match=reason):
        update_webhook(ws, ANN, webhook.id, Change(url, events))  # type: ignore[arg-type]
    assert ws.webhooks.all() == [webhook]


def test_an_event_that_is_in_no_table_is_a_mistake(ws: Workspace) -> None:
    with pytest.raises(InvalidInput, match=r"there is no event 'asset\.eaten'"), ws.db.write() as c:
        emit_in(ws, c, "asset.eaten", {})  # type: ignore[arg-type]


def test_every_change_is_in_the_audit_log_without_the_secret(ws: Workspace) -> None:
    webhook = hook(ws, "https://receiver.example/in?key=hidden")
    update_webhook(ws, ANN, webhook.id, Change(active=False))
    update_webhook(ws, ANN, webhook.id, Change(active=False))
    delete_webhook(ws, ANN, webhook.id)
    lines = list(log_of(ws).all())
    assert [line.event.action for line in lines] == [
        "webhook.create",
        "webhook.update",
        "webhook.delete",
    ]
    assert webhook.secret not in str(lines)
    assert "hidden" not in str(lines)


def test_no_workspace_hears_of_another(installation: Installation, ws: Workspace) -> None:
    ensure_workspace(ws.db, "other", START)
    other, post = installation.workspace("other"), Posts()
    mine, foreign = hook(ws, "https://mine.example/"), hook(other, "https://foreign.example/")
    assert emit(ws) == 1
    assert deliver_due(installation, START, post) == 1
    assert [url for url, *_ in post.sent] == ["https://mine.example/"]
    assert other.webhooks.deliveries(foreign.id) == []
    attempts: list[Callable[[], object]] = [
        lambda: update_webhook(other, ANN, mine.id, Change(active=False)),
        lambda: delete_webhook(other, ANN, mine.id),
        lambda: ping(other, ANN, mine.id),
        lambda: redeliver(other, mine.id, only(ws, mine).id),
        lambda: redeliver(ws, mine.id, "another"),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()


def test_the_log_of_deliveries_ends_after_a_month(
    installation: Installation, ws: Workspace, clock: Clock
) -> None:
    webhook = hook(ws)
    emit(ws)
    deliver_due(installation, clock(), Posts())
    clock.forward(30 * 86_400)
    forget_deliveries(installation, clock())
    assert only(ws, webhook).status == "delivered"
    clock.forward(1)
    forget_deliveries(installation, clock())
    assert ws.webhooks.deliveries(webhook.id) == []


def test_workers_deliver_by_themselves() -> None:
    assert {tick.run: tick.seconds for tick in TICKS}[deliver_due] <= 2


def test_every_event_says_when_it_happens() -> None:
    assert all(EVENTS.values())
