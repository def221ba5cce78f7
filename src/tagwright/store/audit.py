"""The audit log on disk: one chain of lines a workspace, and one of the installation's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa

from tagwright.core.audit import START, Event, Line, digest_of
from tagwright.store import schema
from tagwright.store.engine import Database, Transaction

_T: Final = schema.audit
_BATCH: Final = 1000


class Audit:
    """The chain of one workspace; "" for the installation's own. Lines are only ever added."""

    def __init__(self, db: Database, workspace: str) -> None:
        self.db = db
        self.workspace = workspace

    def add(self, event: Event) -> None:
        with self.db.write() as connection:
            self.add_in(connection, event)

    def add_in(self, connection: Transaction, event: Event) -> None:
        """Put a line at the end, inside a writing transaction of the caller's."""
        assert event.workspace == self.workspace
        # Of two writers, the second must see what the first wrote, so as to follow it.
        self.db.serialise(connection, f"audit:{self.workspace}")
        newest = connection.scalar(
            sa.select(_T.c.digest)
            .where(_T.c.workspace == self.workspace)
            .order_by(_T.c.seq.desc())
            .limit(1)
        )
        previous = newest or START
        connection.execute(
            _T.insert().values(
                workspace=event.workspace,
                at=event.at,
                actor=event.actor,
                action=event.action,
                subject=event.subject,
                detail=json.dumps(event.detail, sort_keys=True),
                previous=previous,
                digest=digest_of(previous, event),
            )
        )

    def newest(self, limit: int, before: int | None = None) -> list[Line]:
        """Up to `limit` lines, newest first, older than line `before`."""
        query = self._mine().order_by(_T.c.seq.desc()).limit(limit)
        if before is not None:
            query = query.where(_T.c.seq < before)
        with self.db.read() as connection:
            return [_line(row) for row in connection.execute(query)]

    def all(self) -> Iterator[Line]:
        """Every line, oldest first, a batch in memory at a time."""
        after = 0
        while True:
            query = self._mine().where(_T.c.seq > after).order_by(_T.c.seq).limit(_BATCH)
            with self.db.read() as connection:
                lines = [_line(row) for row in connection.execute(query)]
            yield from lines
            if len(lines) < _BATCH:
                return
            after = lines[-1].seq

    def _mine(self) -> sa.Select[Any]:
        return sa.select(_T).where(_T.c.workspace == self.workspace)


def _line(row: Any) -> Line:
    event = Event(
        workspace=row.workspace,
        at=row.at,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        detail=json.loads(row.detail),
    )
    return Line(row.seq, event, row.previous, row.digest)
