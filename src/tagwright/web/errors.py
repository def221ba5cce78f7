"""Every error as problem+json, in one shape. The only place that turns exceptions into answers."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tagwright import errors
from tagwright.web.schemas.problem import FieldProblem, Problem

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
KINDS: Mapping[int, tuple[str, str]] = {
    400: ("bad-request", "The request cannot be understood"),
    401: ("unauthenticated", "We do not know who is asking"),
    403: ("forbidden", "The caller may not do this"),
    404: ("not-found", "What was named does not exist"),
    405: ("method-not-allowed", "This address does not answer to this method"),
    409: ("conflict", "Not in a state that allows this"),
    413: ("too-large", "More than the server takes at once"),
    415: ("unsupported-media-type", "Not a type of content this address takes"),
    422: ("invalid-input", "What was given cannot be used"),
    429: ("too-many-requests", "More often than the server allows"),
    500: ("internal-error", "The server failed; this is a bug of ours"),
    503: ("unavailable", "Something the server depends on is missing or busy"),
}
"""Status -> a stable name for programs, and a title for people."""

DOCUMENTED = (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": KINDS[status][1],
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status in DOCUMENTED
}
"""What every route may answer besides what it is for; for `APIRouter(responses=...)`."""


def problem(
    request: Request,
    status: int,
    detail: str,
    *,
    fields: list[FieldProblem] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    kind, title = KINDS.get(status, ("error", "The request failed"))
    body = Problem(
        type=f"urn:tagwright:problem:{kind}",
        title=title,
        status=status,
        detail=detail,
        request_id=request.scope.get("tagwright.request_id", ""),
        errors=fields or [],
    )
    return Response(body.model_dump_json(), status, dict(headers or {}), MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make `app` answer every error in the one shape."""
    app.add_exception_handler(errors.TagwrightError, ours)
    app.add_exception_handler(RequestValidationError, _ill_formed)
    app.add_exception_handler(HTTPException, _http)


async def ours(request: Request, error: Exception) -> Response:
    """The answer to an error of our tree."""
    assert isinstance(error, errors.TagwrightError)
    headers = {}
    if isinstance(error, errors.TooMany):
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    if isinstance(error, errors.Unauthenticated):
        headers["WWW-Authenticate"] = 'Bearer realm="tagwright"'
    if isinstance(error, errors.Unavailable):
        headers["Retry-After"] = "5"
        log.warning("unavailable", extra={"detail": str(error)})
    return problem(request, error.status, str(error), headers=headers)


async def _ill_formed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = [
        FieldProblem(where=".".join(map(str, each["loc"])), message=each["msg"])
        for each in error.errors()
    ]
    first = f"{fields[0].where}: {fields[0].message}" if fields else "no reason given"
    more = f" (and {len(fields) - 1} more)" if len(fields) > 1 else ""
    return problem(request, 422, first + more, fields=fields)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = str(error.detail)
    if error.status_code == 404:  # noqa: PLR2004 - only Starlette's own "no such route"
        detail = f"there is no address {request.url.path!r}: /api/v1/openapi.json lists them"
    return problem(request, error.status_code, detail, headers=error.headers)


def bug(request: Request) -> Response:
    """The answer to a bug of ours. The traceback is in the log; the client never sees it."""
    return problem(
        request, 500, "something went wrong that should not have; the log has the details"
    )
