"""Routes that are about the caller alone, and hand out no workspace: log in, log out, who am I."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from tagwright.flows.access import authenticate
from tagwright.flows.caller import Caller
from tagwright.flows.installation import Installation
from tagwright.flows.limits import network_of
from tagwright.flows.sessions import Visit
from tagwright.web.access import credentials_of, is_local, refuse_other_sites, server_of
from tagwright.web.cookies import session_token


@dataclass(frozen=True, slots=True)
class Stranger:
    """A request of nobody in particular. is_local: straight from this machine."""

    request: Request
    installation: Installation
    visit: Visit
    is_local: bool


@dataclass(frozen=True, slots=True)
class Visitor:
    """A request of somebody we know, wherever they are a member."""

    request: Request
    installation: Installation
    visit: Visit
    caller: Caller


async def _stranger(request: Request) -> Stranger:
    """Anybody; but not too often, and not from a page of another site."""
    server = server_of(request)
    refuse_other_sites(request)
    visit = visit_of(request)
    server.limits.count(f"address {network_of(visit.address)}")
    local = server.loopback_only and is_local(request)
    return Stranger(request, server.installation, visit, local)


async def visitor(request: Request) -> Visitor:
    """Whoever is logged in or has a key; no permission is asked for."""
    server = server_of(request)
    credentials = credentials_of(request, server)
    caller = await run_in_threadpool(authenticate, server.installation, credentials)
    if caller.kind != "key":
        refuse_other_sites(request)
    server.limits.count(f"{caller.workspace} {caller.actor}")
    request.scope["tagwright.actor"] = caller.actor
    return Visitor(request, server.installation, visit_of(request), caller)


Anyone = Annotated[Stranger, Depends(_stranger)]
Visiting = Annotated[Visitor, Depends(visitor)]


def visit_of(request: Request) -> Visit:
    """Where the request comes from, and the session it would replace."""
    return Visit(
        address=request.client.host if request.client else "unknown",
        agent=request.headers.get("user-agent", ""),
        replaced=session_token(request),
    )
