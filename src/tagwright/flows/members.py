"""The people of one workspace: who is in, and as what."""

from __future__ import annotations

from tagwright.core.roles import PERMISSIONS, Permission, Role
from tagwright.errors import Conflict, Forbidden
from tagwright.flows.audit import record_in
from tagwright.flows.caller import Caller
from tagwright.flows.invitations import Invitation, invitation
from tagwright.flows.people import (
    checked_email,
    checked_name,
    keep_an_admin_in,
    refuse_before_setup_in,
)
from tagwright.flows.workspace import Workspace
from tagwright.store.engine import Transaction
from tagwright.store.people import Member, People, Person


def invite(ws: Workspace, caller: Caller, email: str, name: str, role: Role) -> Invitation:
    """Make somebody a member. Who is new gets a link to set a password; who is known, none.

    A link makes whoever holds it that person. So it is only given for somebody this workspace has
    brought in: never for one who is, or will be, somebody elsewhere.
    """
    email, name = checked_email(email), checked_name(name, email)
    refuse_more_than_own(caller, PERMISSIONS[role])
    people = People(ws.db)
    with ws.db.write() as connection:
        refuse_before_setup_in(connection, ws)
        person = people.find_in(connection, email)
        ours = person is None or _is_only_ours_in(connection, ws, person)
        if person is None:
            person = people.add_in(connection, email, name, ws.now())
        elif not ours:
            _refuse_members_in(connection, ws, person)
        people.set_role_in(connection, ws.id, person.id, role, ws.now())
        line = (caller, "member.add", f"person:{email}")
        record_in(connection, ws, line, {"role": role, "link": ours})
    return invitation(ws, person) if ours else Invitation(person, None, None)


def set_role(ws: Workspace, caller: Caller, person_id: str, role: Role) -> Member:
    """What a member may do from now on. Raises NotFound, Forbidden, Conflict for the last admin."""
    people = People(ws.db)
    with ws.db.write() as connection:
        member = people.member_in(connection, ws.id, person_id)
        refuse_more_than_own(caller, PERMISSIONS[role] | PERMISSIONS[member.role])
        if role != "admin":
            keep_an_admin_in(connection, ws, member.person)
        people.set_role_in(connection, ws.id, person_id, role, ws.now())
        line = (caller, "member.change", f"person:{member.person.email}")
        record_in(connection, ws, line, {"role": role, "before": member.role})
        return people.member_in(connection, ws.id, person_id)


def remove(ws: Workspace, caller: Caller, person_id: str) -> None:
    """Take somebody out. What they did stays, and so do the keys they made."""
    people = People(ws.db)
    with ws.db.write() as connection:
        member = people.member_in(connection, ws.id, person_id)
        refuse_more_than_own(caller, PERMISSIONS[member.role])
        keep_an_admin_in(connection, ws, member.person)
        people.remove_in(connection, ws.id, person_id)
        line = (caller, "member.remove", f"person:{member.person.email}")
        record_in(connection, ws, line, {"role": member.role})


def refuse_more_than_own(caller: Caller, permissions: frozenset[Permission]) -> None:
    """Raises Forbidden where the caller would hand out, or take away, more than they may do."""
    if missing := sorted(permissions - caller.permissions):
        raise Forbidden(
            f"{caller.actor} may not give or take what they may not do themselves: "
            f"{', '.join(missing)}"
        )


def _refuse_members_in(connection: Transaction, ws: Workspace, person: Person) -> None:
    if ws.id in {m.workspace for m in People(ws.db).memberships_in(connection, person.id)}:
        raise Conflict(f"{person.email} is a member of workspace {ws.id!r} already")


def _is_only_ours_in(connection: Transaction, ws: Workspace, person: Person) -> bool:
    """Whether somebody has been invited here, and nowhere else, and has not come yet."""
    roles = {m.workspace for m in People(ws.db).memberships_in(connection, person.id)}
    return person.is_pending and not person.operator and not person.disabled and roles == {ws.id}
