"""Around every request: an id, a line in the log, the metrics, and careful headers."""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Iterable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tagwright.errors import TooLarge
from tagwright.web.errors import bug, problem

log = logging.getLogger("tagwright.requests")

_NONE_YET: Final = 0
_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
Header = tuple[bytes, bytes]
HEADERS: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (
        b"content-security-policy",
        b"default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
        b"frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'",
    ),
)


class Metrics:
    """What Prometheus reads. One registry a server, so that tests do not share."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        names = ("method", "route", "status")
        self.requests = Counter(
            "tagwright_requests_total", "Requests answered.", names, registry=self.registry
        )
        self.seconds = Histogram(
            "tagwright_request_seconds",
            "Time to the end of an answer.",
            ("method", "route"),
            registry=self.registry,
            buckets=(0.005, 0.01, 0.03, 0.1, 0.3, 1, 3, 10),
        )
        self.open = Gauge(
            "tagwright_requests_open", "Requests being answered.", registry=self.registry
        )
        self.pictures = Counter(
            "tagwright_pictures_classified_total", "Pictures classified.", registry=self.registry
        )


def careful(given: Iterable[Header], request_id: str) -> list[Header]:
    """An answer's headers with ours, where it does not set them itself."""
    headers = list(given)
    sent = {name for name, _ in headers}
    own = (*HEADERS, (b"x-request-id", request_id.encode()))
    return headers + [pair for pair in own if pair[0] not in sent]


def is_plain_refusal(message: Message) -> bool:
    """Whether this begins the framework's own answer to a body that is too large."""
    kind = dict(message["headers"]).get(b"content-type", b"")
    return bool(message["status"] == TooLarge.status and kind.startswith(b"text/plain"))


def too_large(request: Request) -> Response:
    detail = "the body is larger than this address takes: send less at once"
    return problem(request, TooLarge.status, detail)


class Observed:
    """ASGI middleware, outermost. Logs neither queries nor bodies: they may hold secrets."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        request_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
        scope["tagwright.request_id"] = request_id
        status = _NONE_YET

        async def started(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if is_plain_refusal(message):
                    # The framework counts bytes below our error handlers, and says it in text.
                    scope["tagwright.refused"] = True
                    await too_large(Request(scope))(scope, receive, send)
                    return
                message["headers"] = careful(message["headers"], request_id)
            if not scope.get("tagwright.refused"):
                await send(message)

        start = time.perf_counter()
        self.metrics.open.inc()
        try:
            await self.app(scope, receive, started)
        except Exception:
            log.exception("request_failed", extra={"request_id": request_id})
            if status != _NONE_YET:  # half an answer is out: the connection must break
                raise
            await bug(Request(scope))(scope, receive, started)
        finally:
            self.metrics.open.dec()
            self._note(scope, status, time.perf_counter() - start)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        # The route's pattern, not the path: a metric's names must not grow with the library.
        route = getattr(scope.get("route"), "path", "none")
        self.metrics.requests.labels(scope["method"], route, str(status)).inc()
        self.metrics.seconds.labels(scope["method"], route).observe(seconds)
        log.info(
            "request",
            extra={
                "request_id": scope["tagwright.request_id"],
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "ms": round(seconds * 1000, 1),
                "actor": scope.get("tagwright.actor"),
            },
        )
