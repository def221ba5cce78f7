"""The cookies a browser is given: the session, and what it must bring back from the login."""

from __future__ import annotations

from typing import Final

from fastapi import Request, Response

from tagwright.errors import Forbidden
from tagwright.flows.oidc import RETURN_WITHIN
from tagwright.flows.sessions import LONGEST, Entered
from tagwright.web.hosts import host_of, is_loopback

SESSION: Final = "tagwright"
DEPARTURE: Final = "tagwright-oidc"
_HOST: Final = "__Host-"
"""Browsers take a cookie of such a name over https only, and from this very host alone."""


def is_secure(request: Request) -> bool:
    """Whether the browser speaks https with us, or with the proxy before us."""
    public = _public_url(request) or ""
    return request.url.scheme == "https" or public.startswith("https://")


def base_url(request: Request) -> str:
    """The address people reach us under, without a slash at the end."""
    return (_public_url(request) or str(request.base_url)).rstrip("/")


def session_token(request: Request) -> str | None:
    """The session's token; over https only from the cookie nobody else can have planted."""
    return _read(request, SESSION)


def departure_of(request: Request) -> str | None:
    return _read(request, DEPARTURE)


def give_session(request: Request, response: Response, entered: Entered) -> None:
    """Log the browser in."""
    _set(request, response, (SESSION, entered.token), int(LONGEST.total_seconds()))


def give_departure(request: Request, response: Response, cookie: str) -> None:
    _set(request, response, (DEPARTURE, cookie), int(RETURN_WITHIN.total_seconds()))


def take_session(request: Request, response: Response) -> None:
    _drop(request, response, SESSION)


def take_departure(request: Request, response: Response) -> None:
    _drop(request, response, DEPARTURE)


def refuse_plain_http(request: Request) -> None:
    """Raises Forbidden where a password or a cookie could be read on the way."""
    if not is_secure(request) and not is_loopback(host_of(request)):
        raise Forbidden(
            "a login over plain http could be read on the way: put a proxy with https before "
            "this server and set TAGWRIGHT_PUBLIC_URL to its address"
        )


def _public_url(request: Request) -> str | None:
    url: str | None = request.app.state.server.installation.settings.public_url
    return url


def _name(request: Request, name: str) -> str:
    return _HOST + name if is_secure(request) else name


def _read(request: Request, name: str) -> str | None:
    return request.cookies.get(_name(request, name))


def _set(request: Request, response: Response, pair: tuple[str, str], seconds: int) -> None:
    name, value = pair
    response.set_cookie(
        _name(request, name),
        value,
        max_age=seconds,
        path="/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )
    response.headers["Cache-Control"] = "no-store"


def _drop(request: Request, response: Response, name: str) -> None:
    response.delete_cookie(
        _name(request, name), path="/", secure=is_secure(request), httponly=True, samesite="lax"
    )
