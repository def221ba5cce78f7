"""API keys: made, shown once, revoked."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field
from typing import Final

from tagwright.core.roles import PERMISSIONS, Permission, Role
from tagwright.errors import InvalidInput
from tagwright.flows.audit import Detail, record_in
from tagwright.flows.caller import Caller
from tagwright.flows.members import refuse_more_than_own
from tagwright.flows.memory import KeyCache
from tagwright.flows.workspace import Workspace
from tagwright.store.keys import Key
from tagwright.store.sessions import digest_of

PREFIX: Final = "tw_"
_ID_LENGTH: Final = 8
_SECRET_BYTES: Final = 32
_LETTERS: Final = string.ascii_lowercase + string.digits
_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class KeyOptions:
    """scopes: a part of what the role may; empty: all of it. expires_at: None for never."""

    name: str
    role: Role
    scopes: frozenset[Permission] = frozenset()
    expires_at: str | None = None


@dataclass(frozen=True, slots=True)
class NewKey:
    """text: the key itself, which nobody can show again."""

    key: Key
    text: str = field(repr=False)


def make_key(ws: Workspace, caller: Caller, options: KeyOptions) -> NewKey:
    """A key for programs. Raises InvalidInput, Forbidden for more than the caller may, Conflict."""
    now, name = ws.now(), _checked(options, ws.now())
    refuse_more_than_own(caller, options.scopes or PERMISSIONS[options.role])
    key_id = "".join(secrets.choice(_LETTERS) for _ in range(_ID_LENGTH))
    hint = f"{PREFIX}{key_id}"
    text = f"{hint}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    key = Key(
        id=key_id,
        workspace=ws.id,
        name=name,
        digest=digest_of(text),
        hint=hint,
        role=options.role,
        scopes=options.scopes,
        created_by=caller.actor,
        created_at=now,
        expires_at=options.expires_at,
    )
    with ws.db.write() as connection:
        ws.keys.add_in(connection, key)
        detail: Detail = {
            "id": key_id,
            "role": key.role,
            "scopes": list[str](sorted(key.scopes)),
            "expires_at": key.expires_at,
        }
        record_in(connection, ws, (caller, "key.make", f"key:{name}"), detail)
    return NewKey(key, text)


def revoke_key(ws: Workspace, caller: Caller, key_id: str, seen: KeyCache) -> Key:
    """Make a key worthless: here at once, in other processes within five seconds."""
    with ws.db.write() as connection:
        key = ws.keys.get_in(connection, key_id)
        refuse_more_than_own(caller, key.scopes or PERMISSIONS[key.role])
        if key.revoked_at is None:
            ws.keys.revoke_in(connection, key_id, ws.now())
            record_in(connection, ws, (caller, "key.revoke", f"key:{key.name}"), {"id": key_id})
        key = ws.keys.get_in(connection, key_id)
    seen.drop(key.digest)
    return key


def _checked(options: KeyOptions, now: str) -> str:
    """The name, without spaces around. Raises InvalidInput."""
    name = options.name.strip()
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise InvalidInput(f"a key's name has 1 to {_LONGEST_NAME} characters, on one line")
    if extra := sorted(options.scopes - PERMISSIONS[options.role]):
        raise InvalidInput(
            f"the role {options.role!r} may not {', '.join(extra)} in the first place"
        )
    if options.expires_at is not None and options.expires_at <= now:
        raise InvalidInput(f"the key would have expired already, at {options.expires_at}")
    return name
