"""Logging in and out, and the logins a person has open."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from tagwright.errors import TooMany, Unauthenticated, Unavailable
from tagwright.flows.access import ago, is_live
from tagwright.flows.audit import NOBODY, record, record_in
from tagwright.flows.caller import Caller
from tagwright.flows.installation import Installation
from tagwright.flows.passwords import check_password
from tagwright.store.engine import Transaction
from tagwright.store.people import People, Person
from tagwright.store.sessions import Session, Sessions, digest_of

LONGEST: Final = timedelta(days=30)
"""A login ends after this, however much it is used."""
_TOKEN_BYTES: Final = 32
_AGENT_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a login comes from. replaced: the token the browser had before; it ends."""

    address: str
    agent: str = ""
    replaced: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Entered:
    """A new session. token: for the cookie, and nowhere else."""

    person: Person
    token: str = field(repr=False)


def log_in(installation: Installation, email: str, password: str, visit: Visit) -> Entered:
    """A session for whoever knows the password. Raises Unauthenticated, TooMany, Unavailable.

    An unknown email takes as long and reads the same as a wrong password.
    """
    email = email.strip().lower()
    person = People(installation.db).find(email)
    _admit(installation, email, person, visit)
    known = None if person is None or person.disabled else person.password_hash
    try:
        right, better = installation.memory.passwords.verify(password, known)
    except Unavailable:
        installation.memory.logins.take_back(email, visit.address)
        raise
    if person is None or not right:
        record(installation, NOBODY, "login.fail", _subject(person), {"address": visit.address})
        raise Unauthenticated("the email or the password is wrong")
    installation.memory.logins.succeeded(email, visit.address)
    people = People(installation.db)
    with installation.db.write() as connection:
        # A password that is changed at this moment must not leave a session of the old one behind.
        installation.db.serialise(connection, f"person:{person.id}")
        if people.get_in(connection, person.id).password_hash != known:
            raise Unauthenticated("the email or the password is wrong")
        if better is not None:
            people.set_password_in(connection, person.id, better, old=known)
        return enter_in(connection, installation, person, visit)


def _admit(installation: Installation, email: str, person: Person | None, visit: Visit) -> None:
    """Raises TooMany after too many wrong passwords. Only the first refusal is written down."""
    refused = installation.memory.logins.attempt(email, visit.address)
    if refused is None:
        return
    if refused.is_first:
        record(installation, NOBODY, "login.throttle", _subject(person), {"address": visit.address})
    raise TooMany(
        f"too many wrong passwords from here: wait {refused.seconds:.0f} s",
        retry_after=refused.seconds,
    )


def _subject(person: Person | None) -> str:
    """An unknown email is not written down: people type passwords into the wrong field."""
    return "person:unknown" if person is None else f"person:{person.email}"


def enter_in(
    connection: Transaction, installation: Installation, person: Person, visit: Visit
) -> Entered:
    """A new session, whatever the browser had before, in a transaction of the caller's."""
    now, sessions = installation.now(), Sessions(installation.db)
    idle = timedelta(hours=installation.settings.session_hours)
    sessions.sweep_in(connection, ago(now, idle), now)
    if visit.replaced is not None:
        sessions.end_token_in(connection, visit.replaced)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session = Session(
        digest=digest_of(token),
        person=person.id,
        agent="".join(c for c in visit.agent if c.isprintable())[:_AGENT_LENGTH],
        created_at=now,
        last_seen_at=now,
        expires_at=ago(now, -LONGEST),
    )
    sessions.add_in(connection, session)
    line = (person.email, "login.succeed", f"person:{person.email}")
    record_in(connection, installation, line, {"address": visit.address})
    return Entered(person, token)


def log_out(installation: Installation, caller: Caller, token: str) -> None:
    """End the session the token is for."""
    with installation.db.write() as connection:
        Sessions(installation.db).end_token_in(connection, token)
        record_in(connection, installation, (caller, "login.end", f"person:{caller.actor}"))


def open_sessions(installation: Installation, person: str) -> list[Session]:
    """A person's live sessions, the newest first."""
    now, settings = installation.now(), installation.settings
    return [s for s in Sessions(installation.db).of(person) if is_live(s, settings, now)]


def end_session(installation: Installation, caller: Caller, session: str) -> None:
    """End one of the caller's own. Raises NotFound."""
    person = person_of(caller)
    with installation.db.write() as connection:
        Sessions(installation.db).end_in(connection, person, session)
        record_in(connection, installation, (caller, "session.end", f"session:{session}"))


def end_other_sessions(installation: Installation, caller: Caller, token: str | None) -> int:
    """End all of the caller's own but this one. Returns how many."""
    person = person_of(caller)
    kept = None if token is None else digest_of(token)
    with installation.db.write() as connection:
        ended = Sessions(installation.db).end_all_in(connection, person, but=kept)
        line = (caller, "session.end-others", f"person:{caller.actor}")
        record_in(connection, installation, line, {"sessions": ended})
    return ended


def change_password(
    installation: Installation, caller: Caller, old: str, new: str, visit: Visit
) -> Entered:
    """A new password for the caller, who must know the old one; every session ends but a new one.

    Raises Unauthenticated where the old one is wrong, and counts that as a wrong login.
    """
    person = People(installation.db).get(person_of(caller))
    check_password(new, person.email)
    _admit(installation, person.email, person, visit)
    passwords = installation.memory.passwords
    right, _ = passwords.verify(old, person.password_hash)
    if not right:
        record(installation, caller, "password.fail", _subject(person), {"address": visit.address})
        raise Unauthenticated("the old password is wrong")
    installation.memory.logins.succeeded(person.email, visit.address)
    hashed = passwords.hash(new)
    with installation.db.write() as connection:
        set_password_in(connection, installation, person, hashed, caller)
        return enter_in(connection, installation, person, visit)


def set_password_in(
    connection: Transaction,
    installation: Installation,
    person: Person,
    hashed: str,
    actor: Caller | str,
) -> None:
    """Put a new password in place of the one `person` was read with, and end their sessions.

    Raises Unauthenticated where somebody else has changed it since.
    """
    people = People(installation.db)
    installation.db.serialise(connection, f"person:{person.id}")
    if not people.set_password_in(connection, person.id, hashed, old=person.password_hash):
        raise Unauthenticated("the password was changed by somebody else meanwhile: log in anew")
    Sessions(installation.db).end_all_in(connection, person.id)
    record_in(connection, installation, (actor, "password.change", f"person:{person.email}"))


def person_of(caller: Caller) -> str:
    """The caller's own id. Raises Unauthenticated for keys, and at a machine without people."""
    if caller.person is None:
        raise Unauthenticated(f"{caller.actor} is no person with a login: log in with a password")
    return caller.person
