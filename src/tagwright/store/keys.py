"""API keys of a workspace. A key is shown once; what is kept is its SHA-256."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Final

import sqlalchemy as sa

from tagwright.core.roles import Permission, Role
from tagwright.errors import Conflict, NotFound
from tagwright.store import schema
from tagwright.store.engine import Database, Transaction

_T: Final = schema.api_key


@dataclass(frozen=True, slots=True)
class Key:
    """hint: the beginning of the key. scopes: what it may; empty: all that its role may."""

    id: str
    workspace: str
    name: str
    digest: str = field(repr=False)
    hint: str
    role: Role
    scopes: frozenset[Permission]
    created_by: str
    created_at: str
    expires_at: str | None = None
    last_used_at: str | None = None
    revoked_at: str | None = None

    def is_good(self, now: str) -> bool:
        """Whether it opens anything at that time."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


class Keys:
    """The keys of one workspace."""

    def __init__(self, db: Database, workspace: str) -> None:
        self.db = db
        self.workspace = workspace

    def add_in(self, connection: Transaction, key: Key) -> None:
        """Raises Conflict where a working key has the name: the audit log must tell them apart."""
        assert key.workspace == self.workspace
        self.db.serialise(connection, f"keys:{self.workspace}")
        same = self._mine().where(_T.c.name == key.name)
        if any(_key(row).is_good(key.created_at) for row in connection.execute(same)):
            raise Conflict(f"there is a key {key.name!r} already: revoke it, or choose a new name")
        values = {each.name: getattr(key, each.name) for each in fields(key)}
        connection.execute(_T.insert().values({**values, "scopes": " ".join(sorted(key.scopes))}))

    def all(self) -> list[Key]:
        """Every key, the newest first, revoked ones too."""
        query = self._mine().order_by(_T.c.created_at.desc(), _T.c.id)
        with self.db.read() as connection:
            return [_key(row) for row in connection.execute(query)]

    def get(self, key: str) -> Key:
        """One key by its id. Raises NotFound."""
        with self.db.read() as connection:
            return self.get_in(connection, key)

    def get_in(self, connection: Transaction, key: str) -> Key:
        row = connection.execute(self._mine().where(_T.c.id == key)).first()
        if row is None:
            raise NotFound(f"there is no key {key!r} in workspace {self.workspace!r}")
        return _key(row)

    def revoke_in(self, connection: Transaction, key: str, now: str) -> None:
        """Make it worthless; once revoked, it stays as it is."""
        mine = _T.c.workspace == self.workspace, _T.c.id == key, _T.c.revoked_at.is_(None)
        connection.execute(_T.update().where(*mine).values(revoked_at=now))

    def _mine(self) -> sa.Select[Any]:
        return sa.select(_T).where(_T.c.workspace == self.workspace)


def find_key(db: Database, digest: str) -> Key | None:
    """The key of any workspace whose SHA-256 this is. Only for finding out who is asking."""
    with db.read() as connection:
        row = connection.execute(sa.select(_T).where(_T.c.digest == digest)).first()
        return None if row is None else _key(row)


def note_use(db: Database, key: Key, now: str) -> None:
    """Note that the key was used."""
    with db.write() as connection:
        connection.execute(_T.update().where(_T.c.id == key.id).values(last_used_at=now))


def _key(row: Any) -> Key:
    values = {each.name: getattr(row, each.name) for each in fields(Key)}
    return Key(**{**values, "scopes": frozenset(row.scopes.split())})
