"""Webhooks and what is on its way to them: an outbox.

A delivery is written in the transaction of what it tells of, so neither exists without the other.
Workers claim deliveries for a while; one that dies gives them back when that while is over. The
number of the attempt fences: what a worker says too late, of an attempt before, touches nothing.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import sqlalchemy as sa

from tagwright.errors import Conflict, NotFound
from tagwright.store import schema
from tagwright.store.engine import Database, Transaction
from tagwright.types import Json

DeliveryStatus = Literal["waiting", "delivered", "failed"]

MOST: Final = 20
"""Webhooks of one workspace."""
_SIDE_BY_SIDE: Final = 2
"""Deliveries of one webhook claimed at once: a receiver that hangs must not hold up the rest."""
_SWITCHED_OFF: Final = "the webhook was switched off before it was delivered"

_W: Final = schema.webhook
_D: Final = schema.delivery


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where to tell of which events. An inactive one is told nothing."""

    id: str
    workspace: str
    url: str
    secret: str = field(repr=False)
    events: tuple[str, ...]
    active: bool
    created_by: str
    created_at: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one webhook. `seq` is the order of arrival and the paging cursor.

    answered: the last HTTP status. error: why the last attempt failed. next_at: of the next one.
    """

    seq: int
    id: str
    workspace: str
    webhook: str
    event: str
    payload: Json
    status: DeliveryStatus
    attempts: int
    next_at: str
    answered: int | None
    error: str | None
    created_at: str
    delivered_at: str | None


@dataclass(frozen=True, slots=True)
class Due:
    """A delivery that is claimed, and where it goes."""

    delivery: Delivery
    webhook: Webhook


@dataclass(frozen=True, slots=True)
class Attempt:
    """How an attempt ended. gone: the receiver wants nothing any more."""

    status: DeliveryStatus
    at: str
    answered: int | None = None
    error: str | None = None
    next_at: str | None = None
    gone: bool = False


class Webhooks:
    """The webhooks of one workspace."""

    def __init__(self, db: Database, workspace: str) -> None:
        self.db = db
        self.workspace = workspace

    def create_in(self, connection: Transaction, webhook: Webhook) -> None:
        """Raises Conflict where the workspace has as many as it may."""
        assert webhook.workspace == self.workspace
        self.db.serialise(connection, f"webhooks:{self.workspace}")
        if len(connection.execute(self._mine()).all()) >= MOST:
            raise Conflict(f"a workspace has {MOST} webhooks at most: delete one that is not used")
        connection.execute(_W.insert().values(_row(webhook)))

    def all(self) -> list[Webhook]:
        """Oldest first."""
        with self.db.read() as connection:
            rows = connection.execute(self._mine().order_by(_W.c.created_at, _W.c.id))
            return [_webhook(row) for row in rows]

    def get(self, webhook: str) -> Webhook:
        """Raises NotFound."""
        with self.db.read() as connection:
            return self.get_in(connection, webhook)

    def get_in(self, connection: Transaction, webhook: str, *, lock: bool = False) -> Webhook:
        """The same, inside a transaction; `lock`: nobody else changes it before that ends."""
        query = self._mine().where(_W.c.id == webhook)
        row = connection.execute(query.with_for_update() if lock else query).first()
        if row is None:
            raise NotFound(
                f"there is no webhook {webhook!r} in this workspace: list them for their ids"
            )
        return _webhook(row)

    def update_in(self, connection: Transaction, webhook: Webhook) -> None:
        """Store what changed. What waits for a webhook that is now inactive fails."""
        changed = {name: _row(webhook)[name] for name in ("url", "events", "active")}
        own = _W.c.workspace == self.workspace, _W.c.id == webhook.id
        connection.execute(_W.update().where(*own).values(changed))
        if not webhook.active:
            _fail_waiting(connection, webhook.id)

    def delete_in(self, connection: Transaction, webhook: str) -> None:
        """Remove a webhook and its deliveries. Raises NotFound."""
        # The lock waits for whoever is adding deliveries to it, and lets nobody begin to.
        self.get_in(connection, webhook, lock=True)
        connection.execute(_D.delete().where(_D.c.webhook == webhook))
        connection.execute(_W.delete().where(_W.c.workspace == self.workspace, _W.c.id == webhook))

    def add_in(self, connection: Transaction, event: str, payload: Json, now: str) -> int:
        """Write one delivery for each active webhook that wants the event; how many those were."""
        query = (
            self._mine()
            .where(_W.c.active.is_(True))
            .order_by(_W.c.id)
            .with_for_update(read=True, key_share=True)
        )
        wanting = [
            hook for hook in map(_webhook, connection.execute(query)) if event in hook.events
        ]
        for hook in wanting:
            self.add_one_in(connection, hook.id, event, payload, now)
        return len(wanting)

    def add_one_in(
        self, connection: Transaction, webhook: str, event: str, payload: Json, now: str
    ) -> Delivery:
        """Write a delivery for one webhook, whatever events it wants."""
        values = {
            "id": uuid.uuid4().hex,
            "workspace": self.workspace,
            "webhook": webhook,
            "event": event,
            "payload": json.dumps(payload, sort_keys=True),
            "status": "waiting",
            "attempts": 0,
            "next_at": now,
            "created_at": now,
        }
        return _delivery(connection.execute(_D.insert().values(values).returning(_D)).one())

    def deliveries(
        self,
        webhook: str,
        *,
        status: DeliveryStatus | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> list[Delivery]:
        """Newest first. after: the `seq` of the last one of the page before. Raises NotFound."""
        self.get(webhook)
        query = self._sent(webhook).order_by(_D.c.seq.desc()).limit(limit)
        if status is not None:
            query = query.where(_D.c.status == status)
        if after is not None:
            query = query.where(_D.c.seq < after)
        with self.db.read() as connection:
            return [_delivery(row) for row in connection.execute(query)]

    def redeliver_in(
        self, connection: Transaction, webhook: str, delivery: str, now: str
    ) -> Delivery:
        """Send it again, from the first attempt. NotFound; Conflict where it is on its way or
        the webhook is inactive."""
        hook = self.get_in(connection, webhook, lock=True)
        query = self._sent(webhook).where(_D.c.id == delivery).with_for_update()
        row = connection.execute(query).first()
        if row is None:
            raise NotFound(f"there is no delivery {delivery!r} of webhook {webhook!r}: list them")
        if not hook.active:
            raise Conflict(f"webhook {webhook!r} is switched off: switch it on first")
        if row.status == "waiting":
            raise Conflict(
                f"delivery {delivery!r} is on its way already, its next attempt at {row.next_at}"
            )
        again = {"status": "waiting", "attempts": 0, "next_at": now, "error": None}
        statement = _D.update().where(_D.c.seq == row.seq).values(again).returning(_D)
        return _delivery(connection.execute(statement).one())

    def _mine(self) -> sa.Select[Any]:
        return sa.select(_W).where(_W.c.workspace == self.workspace)

    def _sent(self, webhook: str) -> sa.Select[Any]:
        return sa.select(_D).where(_D.c.workspace == self.workspace, _D.c.webhook == webhook)


def claim_due(db: Database, now: str, lease_until: str, limit: int) -> list[Due]:
    """Deliveries of all workspaces that are due, each claimed until `lease_until`."""
    due = _D.c.status == "waiting", _D.c.next_at <= now
    with db.read() as connection:
        # Mostly there is none; finding that out must not wait for whoever is writing.
        if connection.execute(sa.select(_D.c.seq).where(*due).limit(1)).first() is None:
            return []
    turn = sa.func.row_number().over(partition_by=_D.c.webhook, order_by=(_D.c.next_at, _D.c.seq))
    turns = sa.select(_D.c.seq, turn.label("turn")).where(*due).subquery()
    chosen = (
        sa.select(_D.c.seq)
        .join(turns, turns.c.seq == _D.c.seq)
        .where(*due, turns.c.turn <= _SIDE_BY_SIDE)
        .order_by(_D.c.next_at, _D.c.seq)
        .limit(limit)
        .with_for_update(skip_locked=True, of=_D)
    )
    statement = (
        _D.update()
        .where(_D.c.seq.in_(chosen.scalar_subquery()))
        .values(next_at=lease_until, attempts=_D.c.attempts + 1)
        .returning(_D)
    )
    with db.write() as connection:
        claimed = sorted(map(_delivery, connection.execute(statement)), key=lambda d: d.seq)
        wanted = sa.select(_W).where(_W.c.id.in_({each.webhook for each in claimed}))
        hooks = {row.id: _webhook(row) for row in connection.execute(wanted)}
    return [Due(each, hooks[each.webhook]) for each in claimed]


def record(db: Database, delivery: Delivery, attempt: Attempt) -> bool:
    """Write down how a claimed attempt ended. False where it was taken over meanwhile."""
    values = {
        "status": attempt.status,
        "answered": attempt.answered,
        "error": attempt.error,
        "next_at": attempt.next_at or attempt.at,
        "delivered_at": attempt.at if attempt.status == "delivered" else None,
    }
    held = (
        _D.c.seq == delivery.seq,
        _D.c.attempts == delivery.attempts,
        _D.c.status == "waiting",
    )
    with db.write() as connection:
        found = connection.execute(_D.update().where(*held).values(values).returning(_D.c.seq))
        if found.first() is None:
            return False
        if attempt.gone:
            off = _W.update().where(_W.c.id == delivery.webhook).values(active=False)
            connection.execute(off)
            _fail_waiting(connection, delivery.webhook)
    return True


def forget(db: Database, before: str) -> None:
    """Delete the deliveries that ended and are older than that."""
    old = _D.c.status != "waiting", _D.c.created_at < before
    with db.read() as connection:
        if connection.execute(sa.select(_D.c.seq).where(*old).limit(1)).first() is None:
            return
    with db.write() as connection:
        connection.execute(_D.delete().where(*old))


def _fail_waiting(connection: Transaction, webhook: str) -> None:
    connection.execute(
        _D.update()
        .where(_D.c.webhook == webhook, _D.c.status == "waiting")
        .values(status="failed", error=_SWITCHED_OFF)
    )


def _row(webhook: Webhook) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(webhook, name) for name in _W.c.keys()}  # noqa: SIM118
    return {**values, "events": " ".join(webhook.events)}


def _webhook(row: Any) -> Webhook:
    return Webhook(**{**row._mapping, "events": tuple(row.events.split())})


def _delivery(row: Any) -> Delivery:
    return Delivery(**{**row._mapping, "payload": json.loads(row.payload)})
