"""People: operators make them, admins of a workspace bring them in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from tagwright.flows import members, people
from tagwright.store.people import People
from tagwright.web.access import Administering, Operating
from tagwright.web.cookies import base_url
from tagwright.web.errors import PROBLEMS
from tagwright.web.schemas.people import (
    InvitationOut,
    InvitedMemberOut,
    MemberIn,
    MemberOut,
    MembersOut,
    PeopleOut,
    PersonChange,
    PersonIn,
    PersonOut,
    RoleIn,
)

router = APIRouter(tags=["people"], responses=PROBLEMS)

Id = Annotated[str, Path(max_length=64)]
AfterEmail = Annotated[str, Query(max_length=254, description="`next` of a page.")]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/people")
def list_people(access: Operating, after: AfterEmail = "", limit: Limit = 50) -> PeopleOut:
    """Everybody of the installation, by email."""
    found = People(access.server.installation.db).page(limit + 1, after)
    page = found[:limit]
    following = page[-1].email if len(found) > limit else None
    return PeopleOut(items=[PersonOut.of(each) for each in page], next=following)


@router.post("/people", status_code=201)
def add_person(
    access: Operating, asked: PersonIn, request: Request, response: Response
) -> InvitationOut:
    """Make a person, and the link by which they set a password."""
    response.headers["Cache-Control"] = "no-store"
    installation = access.server.installation
    made = people.add_person(
        installation, access.caller, asked.email, asked.name, operator=asked.operator
    )
    return InvitationOut.of(made, base_url(request))


@router.patch("/people/{person}")
def change_person(access: Operating, person: Id, asked: PersonChange) -> PersonOut:
    """Shut somebody out, let them in again, make them an operator or not."""
    changed = people.change_person(
        access.server.installation,
        access.caller,
        person,
        disabled=asked.disabled,
        operator=asked.operator,
    )
    return PersonOut.of(changed)


@router.post("/people/{person}/reset-link", status_code=201)
def make_reset_link(
    access: Operating, person: Id, request: Request, response: Response
) -> InvitationOut:
    """A link for somebody who lost their password. Hand it to them in person."""
    response.headers["Cache-Control"] = "no-store"
    made = people.reset_link(access.server.installation, access.caller, person)
    return InvitationOut.of(made, base_url(request))


@router.get("/members")
def list_members(access: Administering, after: AfterEmail = "", limit: Limit = 50) -> MembersOut:
    """Who is in this workspace, by email."""
    found = People(access.ws.db).members(access.ws.id, limit + 1, after)
    page = found[:limit]
    following = page[-1].person.email if len(found) > limit else None
    return MembersOut(items=[MemberOut.of(each) for each in page], next=following)


@router.post("/members", status_code=201)
def add_member(
    access: Administering, asked: MemberIn, request: Request, response: Response
) -> InvitedMemberOut:
    """Bring somebody in: who is new gets a link, who is known simply becomes a member."""
    response.headers["Cache-Control"] = "no-store"
    made = members.invite(access.ws, access.caller, asked.email, asked.name, asked.role)
    return InvitedMemberOut.of(made, base_url(request))


@router.put("/members/{person}")
def change_member(access: Administering, person: Id, asked: RoleIn) -> MemberOut:
    """Give a member another role."""
    return MemberOut.of(members.set_role(access.ws, access.caller, person, asked.role))


@router.delete("/members/{person}", status_code=204)
def remove_member(access: Administering, person: Id) -> None:
    """Take somebody out of this workspace. The keys they made stay: revoke those too."""
    members.remove(access.ws, access.caller, person)
