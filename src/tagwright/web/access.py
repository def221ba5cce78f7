"""Who may come in: turns a request into an `Access` to one workspace, or an error.

Every route takes one of the annotated parameters below (`Reading`, `Reviewing`, ...). Nothing else
hands out a workspace, so no route can be without a permission; a test walks them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from tagwright.core.roles import Permission
from tagwright.errors import Forbidden, Unauthenticated
from tagwright.flows.access import Credentials, authenticate, recognise
from tagwright.flows.caller import Caller
from tagwright.flows.limits import network_of
from tagwright.flows.workspace import Workspace
from tagwright.web.cookies import session_token
from tagwright.web.hosts import host_of, is_loopback
from tagwright.web.state import Server

WORKSPACE_HEADER: Final = "tagwright-workspace"
SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "via")


@dataclass(frozen=True, slots=True)
class Access:
    """A caller in a workspace, and the server they are at."""

    server: Server
    ws: Workspace
    caller: Caller


@dataclass(frozen=True, slots=True)
class Permitted:
    """A route's doorkeeper. `permission` is what the caller needs; None: to be an operator."""

    permission: Permission | None

    async def __call__(self, request: Request) -> Access:
        server = server_of(request)
        credentials = credentials_of(request, server)
        caller = recognise(server.installation, credentials)
        if caller is None:
            caller = await self._authenticated(request, server, credentials)
        if caller.kind != "key":
            refuse_other_sites(request)
        server.limits.count(f"{caller.workspace} {caller.actor}")
        if self.permission is not None:
            caller.require(self.permission)
        elif not caller.operator:
            raise Forbidden(f"{caller.actor} is not an operator of this installation: ask one")
        request.scope["tagwright.actor"] = caller.actor
        return Access(server, server.workspace(caller.workspace), caller)

    async def _authenticated(
        self, request: Request, server: Server, credentials: Credentials
    ) -> Caller:
        """Whoever is nobody is counted by address: keys cannot be guessed at any rate."""
        try:
            return await run_in_threadpool(authenticate, server.installation, credentials)
        except Unauthenticated:
            peer = request.client.host if request.client else "unknown"
            server.limits.count(f"address {network_of(peer)}")
            raise


Reading = Annotated[Access, Depends(Permitted("read"))]
Classifying = Annotated[Access, Depends(Permitted("classify"))]
Reviewing = Annotated[Access, Depends(Permitted("review"))]
Uploading = Annotated[Access, Depends(Permitted("upload"))]
Editing = Annotated[Access, Depends(Permitted("edit"))]
Training = Annotated[Access, Depends(Permitted("train"))]
Administering = Annotated[Access, Depends(Permitted("admin"))]
Operating = Annotated[Access, Depends(Permitted(None))]


def server_of(request: Request) -> Server:
    server: Server = request.app.state.server
    return server


def credentials_of(request: Request, server: Server) -> Credentials:
    """What a request says of who sends it, not checked yet."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return Credentials(
        bearer=token.strip() if scheme.lower() == "bearer" else None,
        session_token=session_token(request),
        workspace=workspace_of(request),
        is_local=server.loopback_only and is_local(request),
    )


def workspace_of(request: Request) -> str | None:
    """The one a request names: in a header, or where a browser sends none, in the address."""
    named = request.headers.get(WORKSPACE_HEADER)
    if named is None and request.method in SAFE_METHODS:
        named = request.query_params.get("workspace")
    return named


def is_local(request: Request) -> bool:
    """Whether the request comes from this machine, straight, under this machine's own name.

    A proxy on this machine would make everybody look local, and a page in a browser could point a
    name of its own at 127.0.0.1: both give themselves away by a header.
    """
    if request.client is None or not is_loopback(request.client.host):
        return False
    if any(name in request.headers for name in _FORWARDED):
        return False
    return is_loopback(host_of(request))


def refuse_other_sites(request: Request) -> None:
    """Keep pages of other sites from acting with a visitor's cookie. Raises Forbidden."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site", "none")
    origin = request.headers.get("origin")
    same = origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
    if site not in ("same-origin", "none") or not same:
        raise Forbidden(
            f"a page of {origin or 'another site'!r} may not act here with your login: "
            f"use an API key instead"
        )
