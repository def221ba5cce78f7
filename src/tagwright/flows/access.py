"""Who is asking: from an API key, a session or a seat at this machine to a `Caller`."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from tagwright.config import Settings
from tagwright.core.roles import ALL, PERMISSIONS
from tagwright.errors import Forbidden, NotFound, Unauthenticated, Unavailable
from tagwright.flows.caller import Caller
from tagwright.flows.installation import Installation
from tagwright.store.keys import Key, find_key, note_use
from tagwright.store.people import People, Person
from tagwright.store.sessions import Session, Sessions, digest_of
from tagwright.store.workspaces import find_workspace

NOTED_EVERY: Final = timedelta(minutes=1)
"""How often a use of a key or a session is written down."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a request shows of who sends it; nothing of it is checked yet.

    workspace: the one it names. is_local: it comes from this machine, straight (not through a
    proxy), and the server listens on this machine alone.
    """

    bearer: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)
    workspace: str | None = None
    is_local: bool = False


def authenticate(installation: Installation, credentials: Credentials) -> Caller:
    """Who is asking, and in which workspace.

    Raises Unauthenticated for nobody we know, NotFound for a workspace they are no member of.
    A person without any workspace gets the workspace "" and no permission.
    """
    if credentials.bearer is not None:
        known = recognise(installation, credentials)
        return known or _by_key(installation, credentials.bearer, credentials.workspace)
    token = credentials.session_token
    visitor = None if token is None else visitor_of(installation, token)
    if visitor is not None:
        return _by_session(installation, visitor, credentials.workspace)
    if credentials.is_local and is_open(installation):
        return _local(installation, credentials.workspace)
    raise Unauthenticated(
        "you are not logged in, or no longer: log in, or send an API key as "
        "`Authorization: Bearer tw_...`"
    )


def recognise(installation: Installation, credentials: Credentials) -> Caller | None:
    """Who is asking, where a key was seen a moment ago: without a look at the database."""
    if credentials.bearer is None:
        return None
    key = installation.memory.keys.get(digest_of(credentials.bearer))
    if key is None or not key.is_good(installation.now()):
        return None
    return _of_key(key, credentials.workspace)


def is_open(installation: Installation) -> bool:
    """Whether whoever sits at this machine may do everything: before there are any people."""
    settings = installation.settings
    asks = settings.require_login or settings.public_url is not None
    return not asks and People(installation.db).is_empty()


def visitor_of(installation: Installation, token: str) -> Person | None:
    """Whose live session the token is."""
    sessions = Sessions(installation.db)
    session = sessions.find(token)
    now = installation.now()
    if session is None or not is_live(session, installation.settings, now):
        return None
    person = People(installation.db).get(session.person)
    if person.disabled:
        return None
    if session.last_seen_at <= ago(now, NOTED_EVERY):
        # A note of use is not worth refusing a reader for, when the disk is full.
        with contextlib.suppress(Unavailable):
            sessions.touch(session, now)
    return person


def is_live(session: Session, settings: Settings, now: str) -> bool:
    idle_since = ago(now, timedelta(hours=settings.session_hours))
    return now < session.expires_at and session.last_seen_at > idle_since


def ago(now: str, age: timedelta) -> str:
    """The time `age` before `now`, as text."""
    return (datetime.fromisoformat(now) - age).isoformat(timespec="milliseconds")


def _by_key(installation: Installation, text: str, workspace: str | None) -> Caller:
    seen = installation.memory.keys
    generation = seen.generation
    key, now = find_key(installation.db, digest_of(text)), installation.now()
    if key is None or not key.is_good(now):
        raise Unauthenticated(
            "this API key is not known, was revoked or has expired: ask an admin for a new one"
        )
    seen.put(key, generation)
    _note(installation, key, now)
    return _of_key(key, workspace)


def _of_key(key: Key, workspace: str | None) -> Caller:
    if workspace not in (None, key.workspace):
        raise Forbidden(f"this API key is for workspace {key.workspace!r} alone, not {workspace!r}")
    allowed = PERMISSIONS[key.role]
    return Caller(
        actor=f"key:{key.name}",
        person=None,
        workspace=key.workspace,
        permissions=allowed & key.scopes if key.scopes else allowed,
        operator=False,
        kind="key",
    )


def _note(installation: Installation, key: Key, now: str) -> None:
    if key.last_used_at is None or key.last_used_at <= ago(now, NOTED_EVERY):
        with contextlib.suppress(Unavailable):
            note_use(installation.db, key, now)


def _by_session(installation: Installation, person: Person, workspace: str | None) -> Caller:
    roles = {each.workspace: each.role for each in People(installation.db).memberships(person.id)}
    if workspace is not None and workspace not in roles:
        # The same for one that does not exist: its name is its members' business.
        raise NotFound(f"there is no workspace {workspace!r}, or you are not a member of it")
    chosen = workspace if workspace is not None else next(iter(roles), "")
    return Caller(
        actor=person.email,
        person=person.id,
        workspace=chosen,
        permissions=PERMISSIONS[roles[chosen]] if chosen else frozenset(),
        operator=person.operator,
        kind="session",
    )


def _local(installation: Installation, workspace: str | None) -> Caller:
    chosen = workspace if workspace is not None else installation.home.id
    find_workspace(installation.db, chosen)
    return Caller(
        actor="local",
        person=None,
        workspace=chosen,
        permissions=ALL,
        operator=True,
        kind="local",
    )
