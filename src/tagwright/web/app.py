"""The application: routes, errors, limits on bodies, and what is around every request."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from tagwright import __version__
from tagwright.web import errors, health, pages
from tagwright.web.access import Permitted
from tagwright.web.idempotency import Idempotent, takes_key
from tagwright.web.middleware import Metrics, Observed
from tagwright.web.routes import ROUTERS
from tagwright.web.schemas.problem import Problem
from tagwright.web.state import Server
from tagwright.web.visitors import visitor

PREFIX: Final = "/api/v1"
BODY_BYTES: Final = 4 * 2**20
"""Largest body of a route that takes no pictures."""


PARAMETERS: Final[dict[str, Any]] = {
    "Workspace": {
        "name": "Tagwright-Workspace",
        "in": "header",
        "description": "Which of the caller's workspaces; without, their first. A key has one.",
        "schema": {"type": "string", "maxLength": 200},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "For a day, the same request with the same key is not done again.",
        "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
    },
}
"""Headers that many operations take."""


def make_app(server: Server) -> FastAPI:
    """The application of one server."""
    app = bare_app()
    app.state.server = server
    app.state.metrics = Metrics()
    app.add_middleware(Idempotent, server=server)
    app.add_middleware(Observed, metrics=app.state.metrics)
    return app


def bare_app() -> FastAPI:
    """The routes and how they fail, without a server behind them: enough to describe the API."""
    app = FastAPI(
        title="Tagwright",
        version=__version__,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # its page would load scripts from the network
        redoc_url=None,
        generate_unique_id_function=_operation_id,
    )
    app.include_router(_api())
    app.include_router(health.router)
    app.include_router(pages.router)
    errors.install(app)
    app.openapi = lambda: openapi(app)  # type: ignore[method-assign]
    return app


@cache
def _api() -> APIRouter:
    """The routes under the prefix. To read what each takes is work, done once a process."""
    api = APIRouter(prefix=PREFIX, max_body_size=BODY_BYTES)
    for router in ROUTERS:
        api.include_router(router)
    return api


def openapi(app: FastAPI) -> dict[str, Any]:
    """The document that clients are generated from; made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            openapi_version="3.1.0",
            summary="Learns your taxonomy, and tags only where it can promise to be right.",
            routes=app.routes,
        )
        parts = document.setdefault("components", {})
        schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = parts.setdefault("schemas", {})
        schemas.update(schema.pop("$defs", {}))
        schemas["Problem"] = schema
        parts["securitySchemes"] = {
            "key": {"type": "http", "scheme": "bearer", "description": "An API key."},
            "session": {"type": "apiKey", "in": "cookie", "name": "tagwright"},
        }
        document["security"] = [{"key": []}, {"session": []}]
        parts["parameters"] = PARAMETERS
        for path, route in all_routes():
            for method in route.methods or ():
                described = document["paths"][path][method.lower()]
                if not asks_who(route.dependant):
                    described["security"] = []
                    continue
                names = ["Workspace", "IdempotencyKey"][: 2 if takes_key(method, path) else 1]
                named = [{"$ref": f"#/components/parameters/{name}"} for name in names]
                described["parameters"] = described.get("parameters", []) + named
        app.openapi_schema = document
    return app.openapi_schema


def asks_who(dependant: Dependant) -> bool:
    """Whether a route wants to know who is asking; the others are open to everybody."""
    is_door = isinstance(dependant.call, Permitted) or dependant.call is visitor
    return is_door or any(asks_who(each) for each in dependant.dependencies)


def all_routes() -> Iterator[tuple[str, APIRoute]]:
    """Every documented route with its full path."""
    for prefix, router in [*((PREFIX, each) for each in ROUTERS), ("", health.router)]:
        for route in router.routes:
            if isinstance(route, APIRoute) and route.include_in_schema:
                yield prefix + route.path, route


def _operation_id(route: APIRoute) -> str:
    """The function's name, which is unique: generated clients call it that."""
    return route.name
