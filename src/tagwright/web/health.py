"""For those who watch the server: is it alive, is it ready, what does it do."""

from __future__ import annotations

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from starlette.responses import Response

from tagwright.errors import Forbidden, Unavailable
from tagwright.store.engine import HEAD
from tagwright.web.access import is_local, server_of
from tagwright.web.errors import PROBLEMS
from tagwright.web.metrics import collect

router = APIRouter(tags=["health"], responses=PROBLEMS)


class Health(BaseModel):
    """A sign of life."""

    status: str


@router.get("/healthz")
async def healthz() -> Health:
    """The process answers."""
    return Health(status="ok")


@router.get("/readyz")
def readyz(request: Request) -> Health:
    """It can serve: the database answers and has this release's schema."""
    server = server_of(request)
    if server.stopping.is_set():
        raise Unavailable("the server is stopping: ask another, or again in a moment")
    found = server.installation.db.version()
    if found != HEAD:
        raise Unavailable(f"the database has schema {found!r} and this release needs {HEAD!r}")
    return Health(status="ready")


@router.get("/metrics", response_class=Response)
def metrics(request: Request) -> Response:
    """For Prometheus, from this machine only: a proxy decides who else may read it."""
    if not is_local(request):
        raise Forbidden("metrics are read from this machine only: run the collector beside it")
    server = server_of(request)
    own = collect(server.installation)
    body = generate_latest(request.app.state.metrics.registry) + own
    return Response(body, media_type=CONTENT_TYPE_LATEST)
