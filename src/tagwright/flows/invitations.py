"""Links by which a person sets a password, once: the first one, or a new one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from tagwright.core.sealed import Seal, is_same
from tagwright.errors import Forbidden
from tagwright.flows.access import ago
from tagwright.flows.installation import Installation
from tagwright.flows.passwords import check_password
from tagwright.flows.sessions import Entered, Visit, enter_in, set_password_in
from tagwright.flows.workspace import Workspace
from tagwright.store.people import People, Person
from tagwright.store.secret import server_secret

GOOD_FOR: Final = timedelta(hours=72)
_PURPOSE: Final = "invitation"


@dataclass(frozen=True, slots=True)
class Invitation:
    """token: for that person alone; whoever has it can be them. None where they need none."""

    person: Person
    token: str | None = field(repr=False)
    until: str | None


def invitation(place: Installation | Workspace, person: Person) -> Invitation:
    """A link for 72 hours. It dies as soon as the person's password is another."""
    until = ago(place.now(), -GOOD_FOR)
    payload = {"person": person.id, "bound": _bound(person)}
    return Invitation(person, _seal(place).close(payload, until), until)


def invited(installation: Installation, token: str) -> Person:
    """Whom the link is for. Raises Forbidden where it is none, was used, or is too old."""
    payload = _seal(installation).open(token, installation.now())
    if payload is not None:
        person = People(installation.db).get(payload["person"])
        if is_same(payload["bound"], _bound(person)) and not person.disabled:
            return person
    raise Forbidden(
        "this link is not valid: it was used, is older than 72 hours, or was cut off "
        "when it was copied; ask for a new one"
    )


def accept(
    installation: Installation, token: str, password: str, visit: Visit, name: str | None = None
) -> Entered:
    """Set the password the link is for, and log in. Raises Forbidden as `invited` does."""
    person = invited(installation, token)
    check_password(password, person.email)
    hashed = installation.memory.passwords.hash(password)
    with installation.db.write() as connection:
        set_password_in(connection, installation, person, hashed, person.email)
        if name:
            People(installation.db).update_in(connection, person.id, name=name)
        return enter_in(connection, installation, person, visit)


def _seal(place: Installation | Workspace) -> Seal:
    return Seal(server_secret(place.root), _PURPOSE)


def _bound(person: Person) -> str:
    """Stands for the password as it is now, without telling it."""
    state = f"{person.id} {person.password_hash or ''}"
    return hashlib.sha256(state.encode()).hexdigest()
