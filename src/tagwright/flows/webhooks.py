"""Telling other systems what happened, at least once: an event, an outbox, a signed POST.

Receivers may get a delivery twice (a worker can die between the answer and the note of it) and in
any order; `Tagwright-Delivery` is the same each time, `created_at` says when it happened.
"""

from __future__ import annotations

import json
import logging
import secrets
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Final, Protocol

from tagwright.core.signing import sign
from tagwright.core.times import later
from tagwright.errors import Conflict, InvalidInput, TagwrightError
from tagwright.flows.audit import Detail, record_in
from tagwright.flows.caller import Caller
from tagwright.flows.events import EVENTS, Event
from tagwright.flows.fetching import private_hosts
from tagwright.flows.installation import Installation
from tagwright.flows.workspace import Workspace
from tagwright.media.fetch import parse_url, post_json, shown
from tagwright.store.engine import Transaction
from tagwright.store.webhooks import (
    Attempt,
    Delivery,
    Due,
    Webhook,
    claim_due,
    forget,
    record,
)

log = logging.getLogger(__name__)

PING: Final = "ping"
DELAYS: Final = (10.0, 60.0, 300.0, 1_800.0, 7_200.0, 28_800.0)
"""Seconds after the first, second ... failed attempt; after one more it has failed for good."""
TIMEOUT: Final = 10.0
"""Seconds a receiver has to answer."""
LEASE: Final = 60.0
"""Seconds an attempt belongs to the worker that began it: several times `TIMEOUT`."""
BATCH: Final = 16
_THREADS: Final = 8
KEPT_DAYS: Final = 30
"""How long a delivery that has ended stays in the log."""


class Post(Protocol):
    """Sends a body and gives the status of the answer; see `media.fetch.post_json`."""

    def __call__(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        timeout: float,
        private_hosts: frozenset[str],
    ) -> int: ...


@dataclass(frozen=True, slots=True)
class Change:
    """What to change of a webhook; None: leave it."""

    url: str | None = None
    events: Sequence[Event] | None = None
    active: bool | None = None


def create_webhook(ws: Workspace, caller: Caller, url: str, events: Sequence[Event]) -> Webhook:
    """A new webhook. Its secret is for the one who made it, and is shown this once."""
    webhook = Webhook(
        id=uuid.uuid4().hex,
        workspace=ws.id,
        url=_checked_url(url),
        secret=f"whsec_{secrets.token_urlsafe(32)}",
        events=_checked_events(events),
        active=True,
        created_by=caller.actor,
        created_at=ws.now(),
    )
    with ws.db.write() as connection:
        ws.webhooks.create_in(connection, webhook)
        _audit_in(connection, ws, caller, "webhook.create", webhook)
    return webhook


def update_webhook(ws: Workspace, caller: Caller, webhook: str, change: Change) -> Webhook:
    """Change where it goes, what it tells, or whether it does. Raises NotFound."""
    with ws.db.write() as connection:
        found = ws.webhooks.get_in(connection, webhook, lock=True)
        changed = replace(
            found,
            url=found.url if change.url is None else _checked_url(change.url),
            events=found.events if change.events is None else _checked_events(change.events),
            active=found.active if change.active is None else change.active,
        )
        if changed != found:
            ws.webhooks.update_in(connection, changed)
            _audit_in(connection, ws, caller, "webhook.update", changed)
    return changed


def delete_webhook(ws: Workspace, caller: Caller, webhook: str) -> None:
    """Forget it and its deliveries. Raises NotFound."""
    with ws.db.write() as connection:
        found = ws.webhooks.get_in(connection, webhook)
        ws.webhooks.delete_in(connection, webhook)
        _audit_in(connection, ws, caller, "webhook.delete", found)


def ping(ws: Workspace, caller: Caller, webhook: str) -> Delivery:
    """Send an event that means nothing, to see whether it arrives. Raises NotFound, Conflict."""
    with ws.db.write() as connection:
        found = ws.webhooks.get_in(connection, webhook, lock=True)
        if not found.active:
            raise Conflict(f"webhook {webhook!r} is switched off: switch it on first")
        payload = {"by": caller.actor}
        return ws.webhooks.add_one_in(connection, webhook, PING, payload, ws.now())


def redeliver(ws: Workspace, webhook: str, delivery: str) -> Delivery:
    """Send one again, under its old id. Raises NotFound, or Conflict where it waits already."""
    with ws.db.write() as connection:
        return ws.webhooks.redeliver_in(connection, webhook, delivery, ws.now())


def deliver_due(installation: Installation, now: str, post: Post = post_json) -> int:
    """Send what is due in all workspaces; how many arrived. Several workers may do it at once."""
    due = claim_due(installation.db, now, later(now, LEASE), BATCH)
    if not due:
        return 0

    def deliver(each: Due) -> bool:
        attempt = _attempted(installation, each, post)
        kept = record(installation.db, each.delivery, attempt)
        if attempt.status != "delivered":
            log.warning(
                "webhook_not_delivered",
                extra={"delivery": each.delivery.id, "attempts": each.delivery.attempts},
            )
        return kept and attempt.status == "delivered"

    with ThreadPoolExecutor(min(_THREADS, len(due)), "webhook") as threads:
        return sum(threads.map(deliver, due))


def forget_deliveries(installation: Installation, now: str) -> None:
    """Shorten the log of deliveries to `KEPT_DAYS`."""
    forget(installation.db, later(now, -KEPT_DAYS * 86_400))


def body_of(delivery: Delivery) -> bytes:
    """What is sent: the same bytes at each attempt."""
    said = {
        "id": delivery.id,
        "event": delivery.event,
        "workspace": delivery.workspace,
        "created_at": delivery.created_at,
        "data": delivery.payload,
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def _attempted(installation: Installation, due: Due, post: Post) -> Attempt:
    delivery, webhook = due.delivery, due.webhook
    body = body_of(delivery)
    sent_at = int(datetime.fromisoformat(installation.now()).timestamp())
    headers = {
        "Tagwright-Event": delivery.event,
        "Tagwright-Delivery": delivery.id,
        "Tagwright-Signature": sign(webhook.secret, sent_at, body),
    }
    answered, error = None, None
    try:
        hosts = private_hosts(installation.settings)
        answered = post(webhook.url, body, headers, timeout=TIMEOUT, private_hosts=hosts)
    except TagwrightError as failure:
        error = str(failure)
    return _judged(delivery, answered, error, installation.now())


def _judged(delivery: Delivery, answered: int | None, error: str | None, now: str) -> Attempt:
    if answered is not None and HTTPStatus.OK <= answered < HTTPStatus.MULTIPLE_CHOICES:
        return Attempt("delivered", now, answered)
    if answered == HTTPStatus.GONE:
        said = "the receiver answered 410, that it is gone: the webhook is switched off"
        return Attempt("failed", now, answered, said, gone=True)
    said = error or f"the receiver answered {answered}, and not 200 to 299"
    if delivery.attempts > len(DELAYS):
        return Attempt("failed", now, answered, said)
    wait = DELAYS[delivery.attempts - 1]
    return Attempt("waiting", now, answered, said, later(now, wait))


def _checked_url(url: str) -> str:
    return str(parse_url(url).copy_with(fragment=None))


def _checked_events(events: Sequence[Event]) -> tuple[str, ...]:
    unknown = [event for event in events if event not in EVENTS]
    if unknown or not events:
        raise InvalidInput(
            f"{unknown[0]!r} is no event" if unknown else "a webhook needs an event to tell of"
        ) from None
    return tuple(event for event in EVENTS if event in events)


def _audit_in(
    connection: Transaction, ws: Workspace, caller: Caller, action: str, webhook: Webhook
) -> None:
    detail: Detail = {
        "url": shown(parse_url(webhook.url)),
        "events": list(webhook.events),
        "active": webhook.active,
    }
    record_in(connection, ws, (caller, action, f"webhook:{webhook.id}"), detail)
