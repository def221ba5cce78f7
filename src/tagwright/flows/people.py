"""The people of an installation: the first one, and what its operators do with the rest."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from tagwright.core.sealed import Seal
from tagwright.errors import Conflict, Forbidden, InvalidInput
from tagwright.flows.access import ago
from tagwright.flows.audit import record_in
from tagwright.flows.caller import Caller
from tagwright.flows.installation import Installation
from tagwright.flows.invitations import Invitation, invitation
from tagwright.flows.passwords import check_password
from tagwright.flows.sessions import set_password_in
from tagwright.flows.workspace import Workspace
from tagwright.store.engine import Transaction
from tagwright.store.people import People, Person
from tagwright.store.secret import server_secret
from tagwright.store.sessions import Sessions

SETUP_TOKEN_FOR: Final = timedelta(hours=24)
_LONGEST_EMAIL: Final = 254
_LONGEST_NAME: Final = 200
_EMAIL: Final = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+")


def setup_needed(installation: Installation) -> bool:
    """Whether there is nobody yet."""
    return People(installation.db).is_empty()


def setup_token(installation: Installation) -> str:
    """What `serve` prints for whoever sets up from elsewhere; worthless once there is a person."""
    until = ago(installation.now(), -SETUP_TOKEN_FOR)
    return _setup_seal(installation).close({}, until)


def may_set_up(installation: Installation, token: str | None, *, is_local: bool) -> None:
    """Raises Forbidden for those who are neither at this machine nor have the token."""
    settings = installation.settings
    if is_local and not settings.require_login and settings.public_url is None:
        return
    if token is None or _setup_seal(installation).open(token, installation.now()) is None:
        raise Forbidden(
            "setting up from here needs the set-up token that `tagwright serve` prints when it "
            "starts; or make the admin on the server with `tagwright admin create`"
        )


def set_up(installation: Installation, email: str, name: str, password: str) -> Person:
    """The first person: operator of the installation, admin of its home workspace.

    Raises Conflict where there is somebody already: of two at the same time, one wins.
    """
    email, name = checked_email(email), checked_name(name, email)
    check_password(password, email)
    hashed = installation.memory.passwords.hash(password)
    with installation.db.write() as connection:
        installation.db.serialise(connection, "people")
        if not People(installation.db).is_empty_in(connection):
            raise Conflict("this installation is set up already: log in, or ask an operator")
        return _operator_in(connection, installation, (email, name, hashed), "setup")


def create_admin(installation: Installation, email: str, name: str, password: str) -> Person:
    """One more operator and admin, made at the machine. Raises Conflict for a known email."""
    email, name = checked_email(email), checked_name(name, email)
    check_password(password, email)
    hashed = installation.memory.passwords.hash(password)
    with installation.db.write() as connection:
        installation.db.serialise(connection, "people")
        if People(installation.db).find_in(connection, email) is not None:
            raise Conflict(
                f"there is a person {email!r} already: "
                f"`tagwright admin reset-password --email {email}` gives them a new password"
            )
        return _operator_in(connection, installation, (email, name, hashed), "command line")


def reset_password(installation: Installation, email: str, password: str) -> Person:
    """A new password for a person, and an end to their sessions, from the machine itself."""
    email = checked_email(email)
    check_password(password, email)
    hashed = installation.memory.passwords.hash(password)
    person = known(installation, email)
    with installation.db.write() as connection:
        set_password_in(connection, installation, person, hashed, "command line")
    return person


def known(installation: Installation, email: str) -> Person:
    """The person with that email. Raises InvalidInput where there is none."""
    person = People(installation.db).find(checked_email(email))
    if person is None:
        raise InvalidInput(f"there is no person {email!r}: `tagwright admin create` makes one")
    return person


def add_person(
    installation: Installation, caller: Caller, email: str, name: str, *, operator: bool = False
) -> Invitation:
    """A new person and the link to set their password. Raises Conflict for a known email."""
    email, name = checked_email(email), checked_name(name, email)
    people = People(installation.db)
    with installation.db.write() as connection:
        refuse_before_setup_in(connection, installation)
        if people.find_in(connection, email) is not None:
            raise Conflict(f"there is a person {email!r} already: add them to a workspace")
        person = people.add_in(connection, email, name, installation.now())
        people.update_in(connection, person.id, operator=operator)
        line = (caller, "person.add", f"person:{email}")
        record_in(connection, installation, line, {"operator": operator})
        person = people.get_in(connection, person.id)
    return invitation(installation, person)


def reset_link(installation: Installation, caller: Caller, person_id: str) -> Invitation:
    """A link for somebody who lost their password; for operators to hand out."""
    person = People(installation.db).get(person_id)
    with installation.db.write() as connection:
        record_in(connection, installation, (caller, "person.reset-link", f"person:{person.email}"))
    return invitation(installation, person)


def change_person(
    installation: Installation,
    caller: Caller,
    person_id: str,
    *,
    disabled: bool | None = None,
    operator: bool | None = None,
) -> Person:
    """Shut somebody out or let them in again; make them an operator or not.

    Raises Conflict where nobody would be left to operate, or to administer a workspace.
    """
    people = People(installation.db)
    given = {"disabled": disabled, "operator": operator}
    changes = {name: value for name, value in given.items() if value is not None}
    with installation.db.write() as connection:
        installation.db.serialise(connection, "people")
        person = people.get_in(connection, person_id)
        if disabled or operator is False:
            _keep_an_operator_in(connection, installation, person)
        if disabled:
            for each in people.memberships_in(connection, person.id):
                keep_an_admin_in(connection, installation.workspace(each.workspace), person)
            Sessions(installation.db).end_all_in(connection, person.id)
        if changes:
            people.update_in(connection, person.id, **changes)
            line = (caller, "person.change", f"person:{person.email}")
            record_in(connection, installation, line, changes)
        return people.get_in(connection, person.id)


def keep_an_admin_in(connection: Transaction, ws: Workspace, person: Person) -> None:
    """Raises Conflict where `person` is the only admin of the workspace who can come in.

    Holds the workspace's people still until the transaction ends: of two admins who remove each
    other at the same time, one stays.
    """
    ws.db.serialise(connection, f"members:{ws.id}")
    if People(ws.db).admins_in(connection, ws.id) == {person.id}:
        raise Conflict(
            f"{person.email} is the only admin of workspace {ws.id!r}: "
            f"make somebody else admin of it first"
        )


def refuse_before_setup_in(connection: Transaction, installation: Installation | Workspace) -> None:
    """Raises Conflict while there is nobody: the first person must be able to do everything.

    An invited person would end the time when this machine is open, and could themselves do little.
    """
    installation.db.serialise(connection, "people")
    if People(installation.db).is_empty_in(connection):
        raise Conflict("make the first admin before anybody else: open /setup on the server")


def checked_email(email: str) -> str:
    """In small letters, without spaces around. Raises InvalidInput."""
    email = email.strip().lower()
    if len(email) > _LONGEST_EMAIL or not email.isprintable() or not _EMAIL.fullmatch(email):
        raise InvalidInput(f"{email[:100]!r} is no email address: write it as name@example.org")
    return email


def checked_name(name: str, email: str) -> str:
    """Without spaces around; the email's first part for none. Raises InvalidInput."""
    name = name.strip() or email.partition("@")[0]
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise InvalidInput(f"a name has at most {_LONGEST_NAME} characters, all on one line")
    return name


def _operator_in(
    connection: Transaction, installation: Installation, who: tuple[str, str, str], actor: str
) -> Person:
    """who: email, name, password hash."""
    email, name, hashed = who
    people, now = People(installation.db), installation.now()
    person = people.add_in(connection, email, name, now)
    people.update_in(connection, person.id, operator=True, password_hash=hashed)
    people.set_role_in(connection, installation.home.id, person.id, "admin", now)
    record_in(
        connection,
        installation.home,
        (actor, "member.add", f"person:{email}"),
        {"role": "admin"},
    )
    line = (actor, "person.add", f"person:{email}")
    record_in(connection, installation, line, {"operator": True})
    return people.get_in(connection, person.id)


def _keep_an_operator_in(
    connection: Transaction, installation: Installation, person: Person
) -> None:
    if People(installation.db).operators_in(connection) == {person.id}:
        raise Conflict(f"{person.email} is the only operator: make somebody else an operator first")


def _setup_seal(installation: Installation) -> Seal:
    return Seal(server_secret(installation.root), "setup")
