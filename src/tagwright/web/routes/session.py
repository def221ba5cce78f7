"""Coming in and going out: set-up, passwords, invitations, the organisation's login."""

from __future__ import annotations

import logging
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Response
from starlette.responses import RedirectResponse

from tagwright.errors import Forbidden, Unauthenticated, Unavailable
from tagwright.flows import invitations, oidc, people, sessions
from tagwright.flows.access import Credentials, authenticate
from tagwright.flows.caller import Caller
from tagwright.flows.installation import Installation
from tagwright.store.people import People
from tagwright.web import cookies
from tagwright.web.errors import PROBLEMS
from tagwright.web.schemas.people import (
    AcceptIn,
    EndedOut,
    InvitationTokenIn,
    InvitedOut,
    LogInIn,
    MembershipOut,
    MeOut,
    PasswordIn,
    SessionOut,
    SessionsOut,
    SetUpIn,
    SetUpOut,
)
from tagwright.web.visitors import Anyone, Stranger, Visiting

router = APIRouter(tags=["session"], responses=PROBLEMS)

log = logging.getLogger(__name__)

CALLBACK = "/api/v1/session/oidc/callback"
REFUSED: Final = {401: "refused", 403: "unknown", 503: "away"}
"""Why the organisation's login failed, in a word, for the login page."""


@router.get("/setup")
def read_setup(stranger: Anyone) -> SetUpOut:
    """Whether there is nobody yet, and which ways there are to log in."""
    installation = stranger.installation
    return SetUpOut(needed=people.setup_needed(installation), oidc=oidc.has_oidc(installation))


@router.post("/setup", status_code=201)
def set_up(stranger: Anyone, asked: SetUpIn, response: Response) -> MeOut:
    """Make the first person, and log them in."""
    cookies.refuse_plain_http(stranger.request)
    installation = stranger.installation
    people.may_set_up(installation, asked.token, is_local=stranger.is_local)
    person = people.set_up(installation, asked.email, asked.name, asked.password)
    entered = sessions.log_in(installation, person.email, asked.password, stranger.visit)
    return _welcome(stranger, response, entered)


@router.post("/session", status_code=201)
def log_in(stranger: Anyone, asked: LogInIn, response: Response) -> MeOut:
    """Log in with a password. The session is a cookie."""
    cookies.refuse_plain_http(stranger.request)
    entered = sessions.log_in(stranger.installation, asked.email, asked.password, stranger.visit)
    return _welcome(stranger, response, entered)


@router.delete("/session", status_code=204)
def log_out(visitor: Visiting, response: Response) -> None:
    """Log out: the caller's own login ends."""
    token = cookies.session_token(visitor.request)
    if token is not None and visitor.caller.kind == "session":
        sessions.log_out(visitor.installation, visitor.caller, token)
    cookies.take_session(visitor.request, response)


@router.get("/me")
def read_me(visitor: Visiting) -> MeOut:
    """Who is asking, and what they may do."""
    return _me(visitor.installation, visitor.caller)


@router.put("/me/password")
def change_password(visitor: Visiting, asked: PasswordIn, response: Response) -> MeOut:
    """Set a new password. All logins end but this one, which is made anew."""
    cookies.refuse_plain_http(visitor.request)
    entered = sessions.change_password(
        visitor.installation, visitor.caller, asked.old, asked.new, visitor.visit
    )
    cookies.give_session(visitor.request, response, entered)
    return _me(visitor.installation, visitor.caller)


@router.get("/sessions")
def list_sessions(visitor: Visiting) -> SessionsOut:
    """The caller's own logins, the newest first."""
    token = cookies.session_token(visitor.request)
    found = sessions.open_sessions(visitor.installation, sessions.person_of(visitor.caller))
    return SessionsOut(items=[SessionOut.of(each, token) for each in found])


@router.delete("/sessions/{session}", status_code=204)
def end_session(visitor: Visiting, session: Annotated[str, Path(max_length=64)]) -> None:
    """End one of the caller's own logins."""
    sessions.end_session(visitor.installation, visitor.caller, session)


@router.delete("/sessions")
def end_other_sessions(visitor: Visiting) -> EndedOut:
    """End all of the caller's own logins but this one."""
    token = cookies.session_token(visitor.request)
    ended = sessions.end_other_sessions(visitor.installation, visitor.caller, token)
    return EndedOut(ended=ended)


@router.post("/invitations/show")
def show_invitation(stranger: Anyone, asked: InvitationTokenIn) -> InvitedOut:
    """Whom an invitation is for."""
    person = invitations.invited(stranger.installation, asked.token)
    return InvitedOut(email=person.email, name=person.name)


@router.post("/invitations/accept", status_code=201)
def accept_invitation(stranger: Anyone, asked: AcceptIn, response: Response) -> MeOut:
    """Set the password the invitation is for, and log in."""
    cookies.refuse_plain_http(stranger.request)
    entered = invitations.accept(
        stranger.installation, asked.token, asked.password, stranger.visit, asked.name
    )
    return _welcome(stranger, response, entered)


@router.get("/session/oidc/start", status_code=303, response_class=RedirectResponse)
def start_oidc(
    stranger: Anyone,
    goal: Annotated[str, Query(max_length=1_000, description="A page of ours.")] = "/",
) -> RedirectResponse:
    """Send the browser to the organisation's login."""
    request = stranger.request
    cookies.refuse_plain_http(request)
    redirect_uri = cookies.base_url(request) + CALLBACK
    departure = oidc.depart(stranger.installation, redirect_uri, goal)
    response = RedirectResponse(departure.url, 303)
    cookies.give_departure(request, response, departure.cookie)
    return response


@router.get("/session/oidc/callback", status_code=303, response_class=RedirectResponse)
def finish_oidc(stranger: Anyone) -> RedirectResponse:
    """Where the organisation's login sends the browser back to; logs in."""
    request = stranger.request
    arrival = oidc.Arrival(cookies.departure_of(request), dict(request.query_params))
    try:
        entered, goal = oidc.come_back(stranger.installation, arrival, stranger.visit)
    except (Unauthenticated, Forbidden, Unavailable) as error:
        if "text/html" not in request.headers.get("accept", ""):
            raise
        # A person is here on the way in: the login page has the words, and the way to try again.
        log.warning("oidc_refused", extra={"reason": str(error)})
        response = RedirectResponse(f"/login?error={REFUSED[error.status]}", 303)
        cookies.take_departure(request, response)
        return response
    response = RedirectResponse(goal, 303)
    cookies.take_departure(request, response)
    cookies.give_session(request, response, entered)
    return response


def _welcome(stranger: Stranger, response: Response, entered: sessions.Entered) -> MeOut:
    cookies.give_session(stranger.request, response, entered)
    caller = authenticate(stranger.installation, Credentials(session_token=entered.token))
    return _me(stranger.installation, caller)


def _me(installation: Installation, caller: Caller) -> MeOut:
    known = People(installation.db)
    person = None if caller.person is None else known.get(caller.person)
    memberships = [] if person is None else known.memberships(person.id)
    return MeOut(
        actor=caller.actor,
        kind=caller.kind,
        email=None if person is None else person.email,
        name=None if person is None else person.name,
        operator=caller.operator,
        workspace=caller.workspace or None,
        permissions=sorted(caller.permissions),
        memberships=[MembershipOut(workspace=m.workspace, role=m.role) for m in memberships],
    )
