"""The two pages a browser needs before there is an application in it: hello, and first set-up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tagwright.errors import TagwrightError
from tagwright.flows import people, sessions
from tagwright.flows.access import authenticate
from tagwright.flows.caller import Caller
from tagwright.web import cookies
from tagwright.web.access import credentials_of, server_of
from tagwright.web.visitors import Anyone, Stranger

router = APIRouter(include_in_schema=False, max_body_size=65_536)

PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=select_autoescape(default=True),
    trim_blocks=True,
)
Field = Annotated[str, Form(max_length=2_000)]


@router.get("/")
def home(stranger: Anyone) -> Response:
    """That it runs, for whom, and how large the library is."""
    caller = _caller(stranger)
    counts: list[tuple[str, int]] = []
    if caller is not None and "read" in caller.permissions:
        ws = stranger.installation.workspace(caller.workspace)
        counts = [("Pictures", ws.assets.count()), ("Taxonomies", len(ws.taxonomies.names()))]
    return _page(
        "home.html",
        needed=people.setup_needed(stranger.installation),
        who=None if caller is None else caller.actor,
        counts=counts,
    )


@router.get("/setup")
def setup_page(stranger: Anyone, token: Annotated[str, Query(max_length=2_000)] = "") -> Response:
    """The form for the first admin; nothing to see once there is one."""
    if not people.setup_needed(stranger.installation):
        return RedirectResponse("/", 303)
    return _page("setup.html", is_local=stranger.is_local, token=token)


@router.post("/setup")
def set_up_by_form(
    stranger: Anyone, email: Field, password: Field, name: Field = "", token: Field = ""
) -> Response:
    """Make the first admin, log them in, and show the way on."""
    installation = stranger.installation
    try:
        cookies.refuse_plain_http(stranger.request)
        people.may_set_up(installation, token or None, is_local=stranger.is_local)
        person = people.set_up(installation, email, name, password)
        entered = sessions.log_in(installation, person.email, password, stranger.visit)
    except TagwrightError as error:
        again = {"email": email, "name": name, "token": token, "is_local": stranger.is_local}
        return _page("setup.html", error.status, error=str(error), **again)
    answer = RedirectResponse("/", 303)
    cookies.give_session(stranger.request, answer, entered)
    return answer


def _caller(stranger: Stranger) -> Caller | None:
    credentials = credentials_of(stranger.request, server_of(stranger.request))
    try:
        return authenticate(stranger.installation, credentials)
    except TagwrightError:
        return None


def _page(file: str, status: int = 200, **given: Any) -> HTMLResponse:
    text = PAGES.get_template(file).render(**given)
    return HTMLResponse(text, status, {"Cache-Control": "no-store"})
