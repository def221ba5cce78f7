"""Answers kept for a day, so that a write that is sent again is answered again, not done again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from tagwright.errors import Conflict, InvalidInput
from tagwright.store import schema
from tagwright.store.engine import Database

_T: Final = schema.idempotency
TAKEOVER: Final = timedelta(seconds=60)
"""After this long without an answer, the first request is taken for dead."""
KEPT: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer as it was given."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Idempotency:
    """Answers by caller (a digest) and the key they gave: two callers never share one."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def begin(self, caller: str, key: str, request: str, now: str) -> Replay | None:
        """The answer given before; None where the request is the caller's to do, now.

        Raises InvalidInput where the key was used for another request, Conflict while the first
        one is still being done.
        """
        with self.db.write() as connection:
            self.db.serialise(connection, f"idempotency:{caller}:{key}")
            row = connection.execute(sa.select(_T).where(*_named(caller, key))).first()
            if row is None or row.created_at < _before(now, KEPT):
                self._take(connection, (caller, key), request, now)
                return None
            if row.request != request:
                raise InvalidInput(
                    f"the Idempotency-Key {key!r} was used for another request: "
                    f"give each request a key of its own"
                )
            if row.status is not None:
                return Replay(row.status, json.loads(row.headers), bytes(row.body))
            if row.created_at < _before(now, TAKEOVER):
                self._take(connection, (caller, key), request, now)
                return None
        raise Conflict(
            f"the first request with the Idempotency-Key {key!r} is still being done: "
            f"send this again in a few seconds for its answer"
        )

    def _take(
        self, connection: sa.Connection, name: tuple[str, str], request: str, now: str
    ) -> None:
        fields = ("request", "status", "headers", "body", "created_at")
        connection.execute(
            self.db.upsert(_T, ["caller", "key"], fields).values(
                caller=name[0],
                key=name[1],
                request=request,
                status=None,
                headers=None,
                body=None,
                created_at=now,
            )
        )

    def finish(self, caller: str, key: str, answer: Replay) -> None:
        """Keep the answer for whoever asks again."""
        with self.db.write() as connection:
            connection.execute(
                _T.update()
                .where(*_named(caller, key))
                .values(
                    status=answer.status,
                    headers=json.dumps(dict(answer.headers)),
                    body=answer.body,
                )
            )

    def forget(self, caller: str, key: str) -> None:
        """Let the next request of the key be done afresh."""
        with self.db.write() as connection:
            connection.execute(_T.delete().where(*_named(caller, key)))

    def sweep(self, now: str) -> int:
        """Drop answers older than a day. Returns how many."""
        with self.db.write() as connection:
            old = _T.delete().where(_T.c.created_at < _before(now, KEPT))
            return connection.execute(old).rowcount


def _named(caller: str, key: str) -> tuple[Any, Any]:
    return _T.c.caller == caller, _T.c.key == key


def _before(now: str, age: timedelta) -> str:
    return (datetime.fromisoformat(now) - age).isoformat(timespec="milliseconds")
