"""Sessions: who is logged in where. Tokens are kept as SHA-256 only."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from tagwright.errors import NotFound
from tagwright.store import schema
from tagwright.store.engine import Database, Transaction

_S: Final = schema.session
_ID_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Session:
    """One login. agent: the browser, as it names itself. expires_at: whatever happens."""

    digest: str
    person: str
    agent: str
    created_at: str
    last_seen_at: str
    expires_at: str

    @property
    def id(self) -> str:
        """What it is called in lists; opens nothing."""
        return self.digest[:_ID_LENGTH]


def digest_of(token: str) -> str:
    """What is kept of a token. The tokens are random enough that no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    """Every session of the installation."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def add_in(self, connection: Transaction, session: Session) -> None:
        connection.execute(
            _S.insert().values(
                digest=session.digest,
                person=session.person,
                agent=session.agent,
                created_at=session.created_at,
                last_seen_at=session.last_seen_at,
                expires_at=session.expires_at,
            )
        )

    def find(self, token: str) -> Session | None:
        query = sa.select(_S).where(_S.c.digest == digest_of(token))
        with self.db.read() as connection:
            row = connection.execute(query).first()
            return None if row is None else _session(row)

    def touch(self, session: Session, now: str) -> None:
        """Note that it was used."""
        with self.db.write() as connection:
            same = _S.c.digest == session.digest
            connection.execute(_S.update().where(same).values(last_seen_at=now))

    def of(self, person: str) -> list[Session]:
        """A person's sessions, the newest first."""
        query = sa.select(_S).where(_S.c.person == person).order_by(_S.c.created_at.desc())
        with self.db.read() as connection:
            return [_session(row) for row in connection.execute(query)]

    def end_in(self, connection: Transaction, person: str, session: str) -> None:
        """End one by its id. Raises NotFound, for sessions of others too."""
        mine = _S.c.person == person, _S.c.digest.startswith(session, autoescape=True)
        well_formed = len(session) == _ID_LENGTH
        if not well_formed or not connection.execute(_S.delete().where(*mine)).rowcount:
            raise NotFound(f"you have no session {session!r}: it may have ended already")

    def end_token_in(self, connection: Transaction, token: str) -> None:
        connection.execute(_S.delete().where(_S.c.digest == digest_of(token)))

    def end_all_in(self, connection: Transaction, person: str, *, but: str | None = None) -> int:
        """End all of a person's sessions, but the one with that digest. Returns how many."""
        ended = _S.delete().where(_S.c.person == person, _S.c.digest != (but or ""))
        return connection.execute(ended).rowcount

    def sweep_in(self, connection: Transaction, idle_since: str, now: str) -> None:
        """Drop those past their end, and those not used since `idle_since`."""
        over = (_S.c.expires_at <= now) | (_S.c.last_seen_at <= idle_since)
        connection.execute(_S.delete().where(over))


def _session(row: Any) -> Session:
    return Session(
        row.digest, row.person, row.agent, row.created_at, row.last_seen_at, row.expires_at
    )
