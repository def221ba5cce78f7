"""The web app: its files as they were built, and one page that every address of its gets."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from tagwright.errors import NotFound
from tagwright.flows import people
from tagwright.web.visitors import Anyone

router = APIRouter(include_in_schema=False)

STATIC: Final = Path(__file__).with_name("static")
NONCE: Final = "__NONCE__"
FOREVER: Final = "public, max-age=31536000, immutable"
"""Files below `assets/` carry a hash of their content in their names."""
NOT_BUILT: Final = """<!doctype html><html lang="en"><title>Tagwright</title>
<h1>Tagwright is running, without its web app</h1>
<p>It was not built. Run <code>make ui</code> where the sources are, then load this page again.
Programs talk to <a href="/api/v1/openapi.json">the API</a> all the same.</p>"""


@router.get("/")
def home() -> Response:
    return _page()


@router.get("/setup")
def setup(stranger: Anyone) -> Response:
    """The form for the first admin; nothing to see once there is one."""
    if not people.setup_needed(stranger.installation):
        return RedirectResponse("/", 303)
    return _page()


@router.get("/assets/{name}")
def built_file(name: str) -> Response:
    """A script, style or table of words."""
    return _file(f"assets/{name}", {"Cache-Control": FOREVER})


@router.get("/favicon.svg")
def icon() -> Response:
    return _file("favicon.svg", {"Cache-Control": "public, max-age=86400"})


@router.get("/login")
@router.get("/invitation")
@router.get("/nowhere")
@router.get("/w/{rest:path}")
def app_page(rest: str = "") -> Response:
    """Any other address of the app: what it shows there, it knows by itself."""
    return _page()


def _page() -> HTMLResponse:
    """The app's one page, with a number that only its own styles know."""
    page = _index()
    if page is None:
        return HTMLResponse(NOT_BUILT, 503)
    nonce = secrets.token_urlsafe(16)
    headers = {"Content-Security-Policy": policy(nonce), "Cache-Control": "no-store"}
    return HTMLResponse(page.replace(NONCE, nonce), headers=headers)


def policy(nonce: str) -> str:
    """What the app may load and do: its own files and pictures, and nothing from elsewhere."""
    return (
        "default-src 'none'; script-src 'self'; connect-src 'self'; "
        f"style-src 'self' 'nonce-{nonce}'; "
        "img-src 'self' blob:; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'; manifest-src 'self'"
    )


@cache
def _index() -> str | None:
    path = STATIC / "index.html"
    return path.read_text(encoding="utf-8") if path.exists() else None


def _file(name: str, headers: dict[str, str]) -> Response:
    path = (STATIC / name).resolve()
    if not path.is_relative_to(STATIC.resolve()) or not path.is_file():
        raise NotFound(f"the web app has no file {name!r}: load the page again")
    return FileResponse(path, headers=headers)
