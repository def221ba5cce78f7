"""Who comes from the organisation's login: known by it, known by email, or new."""

from __future__ import annotations

from dataclasses import dataclass

from tagwright.errors import Forbidden
from tagwright.flows.audit import NOBODY, record, record_in
from tagwright.flows.installation import Installation
from tagwright.flows.people import checked_email, checked_name, refuse_before_setup_in
from tagwright.flows.sessions import Entered, Visit, enter_in
from tagwright.store.engine import Transaction
from tagwright.store.people import People, Person
from tagwright.store.sessions import Sessions


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody, as the provider knows them; it has verified the email."""

    issuer: str
    subject: str
    email: str
    name: str


def arrive(installation: Installation, identity: Identity, visit: Visit) -> Entered:
    """Log in the person. Raises Forbidden for those nobody has let in."""
    try:
        with installation.db.write() as connection:
            refuse_before_setup_in(connection, installation)
            person = _person_in(connection, installation, identity)
            if person.disabled:
                raise Forbidden("your account is disabled: ask an operator of this installation")
            return enter_in(connection, installation, person, visit)
    except Forbidden:
        record(installation, NOBODY, "login.refuse", f"person:{identity.email}")
        raise


def _person_in(connection: Transaction, installation: Installation, identity: Identity) -> Person:
    people = People(installation.db)
    linked = people.find_subject_in(connection, identity.issuer, identity.subject)
    if linked is not None:
        return linked
    email = checked_email(identity.email)
    person = people.find_in(connection, email)
    if person is None:
        person = _newcomer_in(connection, installation, email, identity.name)
    elif person.oidc_subject is not None:
        raise Forbidden(
            f"{email} belongs to another account of the organisation's login: ask an operator"
        )
    people.update_in(
        connection, person.id, oidc_issuer=identity.issuer, oidc_subject=identity.subject
    )
    if person.password_hash is not None and not person.operator:
        # Whoever invited this address may have set the password, and now it is really its owner.
        people.update_in(connection, person.id, password_hash=None)
        Sessions(installation.db).end_all_in(connection, person.id)
    record_in(connection, installation, (email, "person.link", f"person:{email}"))
    return people.get_in(connection, person.id)


def _newcomer_in(
    connection: Transaction, installation: Installation, email: str, name: str
) -> Person:
    role = installation.settings.oidc_role
    if role is None:
        raise Forbidden(f"nobody has let {email} in yet: ask an admin of your workspace to")
    people, now = People(installation.db), installation.now()
    person = people.add_in(connection, email, checked_name(name[:200], email), now)
    people.set_role_in(connection, installation.home.id, person.id, role, now)
    line = (email, "member.add", f"person:{email}")
    record_in(connection, installation.home, line, {"role": role, "by": "oidc_role"})
    return person
