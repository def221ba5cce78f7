"""People, members, invitations and sessions over the wire. No answer holds a password or a hash."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tagwright.core.roles import Permission, Role
from tagwright.flows.invitations import Invitation
from tagwright.flows.passwords import LONGEST, SHORTEST
from tagwright.store.people import Member, Person
from tagwright.store.sessions import Session, digest_of

Email = Annotated[str, Field(max_length=254, examples=["ada@example.org"])]
Name = Annotated[str, Field(max_length=200)]
Password = Annotated[str, Field(max_length=LONGEST, repr=False)]
NewPassword = Annotated[
    str, Field(max_length=LONGEST, repr=False, description=f"At least {SHORTEST} characters.")
]
Token = Annotated[str, Field(max_length=2_000, repr=False)]


class _Asked(BaseModel):
    # A password must not come back in the account of what was wrong with a request.
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class LogInIn(_Asked):
    email: Email
    password: Password


class SetUpIn(_Asked):
    """The first person: operator of the installation and admin of its first workspace."""

    email: Email
    password: NewPassword
    name: Name = ""
    token: str | None = Field(
        default=None,
        max_length=2_000,
        repr=False,
        description="What `tagwright serve` printed; not needed on its machine.",
    )


class SetUpOut(BaseModel):
    """What the login page must know."""

    needed: bool = Field(description="There is nobody yet: `POST /setup` makes the first admin.")
    oidc: bool = Field(description="There is an organisation's login: `/session/oidc/start`.")


class PasswordIn(_Asked):
    old: Password
    new: NewPassword


class InvitationTokenIn(_Asked):
    token: Token


class AcceptIn(_Asked):
    """Set the password the link is for."""

    token: Token
    password: NewPassword
    name: Name | None = None


class InvitedOut(BaseModel):
    """Whom a link is for."""

    email: str
    name: str


class MembershipOut(BaseModel):
    workspace: str
    role: Role


class MeOut(BaseModel):
    """Who is asking."""

    actor: str = Field(description="What the ledger and the audit log call the caller.")
    kind: str = Field(description="`session`, `key`, or `local`: this machine, before set-up.")
    email: str | None
    name: str | None
    operator: bool
    workspace: str | None = Field(description="The one this request acts in.")
    permissions: list[Permission] = Field(description="What the caller may do there.")
    memberships: list[MembershipOut]


class SessionOut(BaseModel):
    """One login."""

    id: str
    agent: str = Field(description="The browser, as it names itself.")
    created_at: str
    last_seen_at: str
    expires_at: str = Field(description="When it ends, however much it is used.")
    current: bool = Field(description="The one this request was made with.")

    @classmethod
    def of(cls, session: Session, token: str | None) -> SessionOut:
        return cls(
            id=session.id,
            agent=session.agent,
            created_at=session.created_at,
            last_seen_at=session.last_seen_at,
            expires_at=session.expires_at,
            current=token is not None and digest_of(token) == session.digest,
        )


class SessionsOut(BaseModel):
    items: list[SessionOut]


class EndedOut(BaseModel):
    ended: int


class PersonOut(BaseModel):
    """One person of the installation."""

    id: str
    email: str
    name: str
    operator: bool
    disabled: bool
    pending: bool = Field(description="Invited, and has not come yet.")
    oidc: bool = Field(description="Comes by the organisation's login.")
    created_at: str

    @classmethod
    def of(cls, person: Person) -> PersonOut:
        return cls(
            id=person.id,
            email=person.email,
            name=person.name,
            operator=person.operator,
            disabled=person.disabled,
            pending=person.is_pending,
            oidc=person.oidc_subject is not None,
            created_at=person.created_at,
        )


class PeopleOut(BaseModel):
    items: list[PersonOut]
    next: str | None


class PersonIn(_Asked):
    email: Email
    name: Name = ""
    operator: bool = False


class PersonChange(_Asked):
    """What to change; what is left out stays."""

    disabled: bool | None = None
    operator: bool | None = None


class InvitationOut(BaseModel):
    """A link to hand to that person: whoever has it can be them, once, for 72 hours.

    `link` and `token` are null for people who need none, because they have a login already.
    """

    person: PersonOut
    token: str | None
    link: str | None
    until: str | None

    @classmethod
    def of(cls, invitation: Invitation, base: str) -> InvitationOut:
        # Behind `#`, so that it stays in the browser: no server or proxy sees it in a log.
        token = invitation.token
        return cls(
            person=PersonOut.of(invitation.person),
            token=token,
            link=None if token is None else f"{base}/invitation#{token}",
            until=invitation.until,
        )


class MemberOut(BaseModel):
    """A person in this workspace. An admin sees nothing of where else they are."""

    id: str
    email: str
    name: str
    role: Role
    since: str
    pending: bool
    disabled: bool

    @classmethod
    def of(cls, member: Member) -> MemberOut:
        person = member.person
        return cls(
            id=person.id,
            email=person.email,
            name=person.name,
            role=member.role,
            since=member.since,
            pending=person.is_pending,
            disabled=person.disabled,
        )


class MembersOut(BaseModel):
    items: list[MemberOut]
    next: str | None


class MemberIn(_Asked):
    email: Email
    role: Role
    name: Name = ""


class RoleIn(_Asked):
    role: Role


class InvitedMemberOut(BaseModel):
    """A new member, and the link where they need one to come in."""

    id: str
    email: str
    token: str | None
    link: str | None
    until: str | None

    @classmethod
    def of(cls, invitation: Invitation, base: str) -> InvitedMemberOut:
        made = InvitationOut.of(invitation, base)
        return cls(
            id=made.person.id,
            email=made.person.email,
            token=made.token,
            link=made.link,
            until=made.until,
        )
