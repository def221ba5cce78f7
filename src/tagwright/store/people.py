"""People, and what they may do in which workspace."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final

import sqlalchemy as sa

from tagwright.core.roles import Role
from tagwright.errors import NotFound
from tagwright.store import schema
from tagwright.store.engine import Database, Transaction

_P: Final = schema.person
_M: Final = schema.membership


@dataclass(frozen=True, slots=True)
class Person:
    """One person, wherever they are a member. operator: may make workspaces and people."""

    id: str
    email: str
    name: str
    created_at: str
    password_hash: str | None = field(default=None, repr=False)
    oidc_issuer: str | None = None
    oidc_subject: str | None = None
    operator: bool = False
    disabled: bool = False

    @property
    def is_pending(self) -> bool:
        """Invited, and not yet come: no password, no login of the organisation's."""
        return self.password_hash is None and self.oidc_subject is None


@dataclass(frozen=True, slots=True)
class Membership:
    workspace: str
    role: Role
    since: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a workspace."""

    person: Person
    role: Role
    since: str


class People:
    """The people of the installation. Methods ending in `_in` join the caller's transaction."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def is_empty(self) -> bool:
        with self.db.read() as connection:
            return self.is_empty_in(connection)

    def is_empty_in(self, connection: Transaction) -> bool:
        return connection.scalar(sa.select(_P.c.id).limit(1)) is None

    def add_in(self, connection: Transaction, email: str, name: str, now: str) -> Person:
        """A new person, who can do nothing yet. The email must not be known."""
        person = Person(uuid.uuid4().hex, email, name, now)
        values = {each.name: getattr(person, each.name) for each in fields(person)}
        connection.execute(_P.insert().values(**values))
        return person

    def get(self, person: str) -> Person:
        """The person by id. Raises NotFound."""
        with self.db.read() as connection:
            return self.get_in(connection, person)

    def get_in(self, connection: Transaction, person: str) -> Person:
        found = _first(connection, _P.c.id == person)
        if found is None:
            raise NotFound(f"there is no person {person!r}")
        return found

    def find(self, email: str) -> Person | None:
        with self.db.read() as connection:
            return self.find_in(connection, email)

    def find_in(self, connection: Transaction, email: str) -> Person | None:
        return _first(connection, _P.c.email == email)

    def find_subject_in(self, connection: Transaction, issuer: str, subject: str) -> Person | None:
        """Whom the organisation's login knows under `subject`."""
        return _first(connection, _P.c.oidc_issuer == issuer, _P.c.oidc_subject == subject)

    def page(self, limit: int, after: str = "") -> list[Person]:
        """Up to `limit` people by email, beyond `after`."""
        query = sa.select(_P).where(_P.c.email > after).order_by(_P.c.email).limit(limit)
        with self.db.read() as connection:
            return [_person(row) for row in connection.execute(query)]

    def update_in(self, connection: Transaction, person: str, **values: object) -> None:
        connection.execute(_P.update().where(_P.c.id == person).values(**values))

    def set_password_in(
        self, connection: Transaction, person: str, new: str, *, old: str | None
    ) -> bool:
        """Put a hash in the place of `old`; False where another was faster."""
        same = _P.c.password_hash.is_(None) if old is None else _P.c.password_hash == old
        change = _P.update().where(_P.c.id == person, same).values(password_hash=new)
        return connection.execute(change).rowcount == 1

    def operators_in(self, connection: Transaction) -> set[str]:
        """Who can come in and is an operator, by id."""
        query = sa.select(_P.c.id).where(_P.c.operator.is_(True), *_can_enter())
        return set(connection.scalars(query))

    # Memberships.

    def set_role_in(
        self, connection: Transaction, workspace: str, person: str, role: Role, now: str
    ) -> None:
        """Make the person a member, or change what they are."""
        upsert = self.db.upsert(_M, ["workspace", "person"], ["role"])
        connection.execute(upsert.values(workspace=workspace, person=person, role=role, since=now))

    def remove_in(self, connection: Transaction, workspace: str, person: str) -> None:
        connection.execute(_M.delete().where(_M.c.workspace == workspace, _M.c.person == person))

    def memberships(self, person: str) -> list[Membership]:
        """Where the person is a member, the longest first."""
        with self.db.read() as connection:
            return self.memberships_in(connection, person)

    def memberships_in(self, connection: Transaction, person: str) -> list[Membership]:
        query = sa.select(_M).where(_M.c.person == person).order_by(_M.c.since, _M.c.workspace)
        return [Membership(row.workspace, row.role, row.since) for row in connection.execute(query)]

    def members(self, workspace: str, limit: int, after: str = "") -> list[Member]:
        """Up to `limit` members of a workspace by email, beyond `after`."""
        query = _members(workspace).where(_P.c.email > after).order_by(_P.c.email).limit(limit)
        with self.db.read() as connection:
            return [_member(row) for row in connection.execute(query)]

    def member_in(self, connection: Transaction, workspace: str, person: str) -> Member:
        """One member. Raises NotFound, for people of other workspaces too."""
        row = connection.execute(_members(workspace).where(_P.c.id == person)).first()
        if row is None:
            raise NotFound(f"workspace {workspace!r} has no member {person!r}")
        return _member(row)

    def admins_in(self, connection: Transaction, workspace: str) -> set[str]:
        """Who can come in and is an admin of the workspace, by id."""
        query = (
            sa.select(_P.c.id)
            .join(_M, _M.c.person == _P.c.id)
            .where(_M.c.workspace == workspace, _M.c.role == "admin", *_can_enter())
        )
        return set(connection.scalars(query))


def _can_enter() -> tuple[Any, ...]:
    has_login = _P.c.password_hash.is_not(None) | _P.c.oidc_subject.is_not(None)
    return _P.c.disabled.is_(False), has_login


def _members(workspace: str) -> sa.Select[Any]:
    return (
        sa.select(_P, _M.c.role, _M.c.since)
        .join(_M, _M.c.person == _P.c.id)
        .where(_M.c.workspace == workspace)
    )


def _first(connection: Transaction, *conditions: Any) -> Person | None:
    row = connection.execute(sa.select(_P).where(*conditions)).first()
    return None if row is None else _person(row)


_COLUMNS: Final[Sequence[str]] = [each.name for each in fields(Person)]


def _person(row: Any) -> Person:
    return Person(**{name: getattr(row, name) for name in _COLUMNS})


def _member(row: Any) -> Member:
    return Member(_person(row), row.role, row.since)
