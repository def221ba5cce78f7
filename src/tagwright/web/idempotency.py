"""`Idempotency-Key`: a write that is sent again is answered again, not done again.

The answer to the first request is kept for a day and given to every repeat from the same caller.
Server errors are forgotten, so that a repeat may succeed. `PUT` of a picture and `/classify` need
no key: the one is named by its content, the other writes nothing.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tagwright.errors import Conflict, InvalidInput, TagwrightError, Unavailable
from tagwright.flows.access import authenticate
from tagwright.store.idempotency import Idempotency, Replay
from tagwright.web.access import credentials_of
from tagwright.web.errors import MEDIA_TYPE, ours, problem
from tagwright.web.state import Server

METHODS: Final = ("POST", "PUT", "PATCH", "DELETE")
HASHED_BYTES: Final = 4 * 2**20
"""Larger bodies are compared by their length and type only."""
KEPT_BYTES: Final = 2**20
"""Larger answers are not kept: the request is simply done again."""
_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
_KEPT_HEADERS: Final = (b"content-type", b"location", b"etag")
_ERROR: Final = 400
_SERVER_ERROR: Final = 500
_BOUNDARY: Final = re.compile(rb'boundary="?([^";]+)')
SHOWN_ONCE: Final = (
    "this was done already, by a request with the same Idempotency-Key, and its answer held a "
    "secret that is shown only once: look at what there is, and make a new one if it was lost"
)


class Idempotent:
    """ASGI middleware, inside the one that gives requests their ids."""

    def __init__(self, app: ASGIApp, server: Server) -> None:
        self.app = app
        self.server = server
        self.store = Idempotency(server.installation.db)
        self.now = server.installation.now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = _key(scope)
        if key is None:
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        try:
            caller = await run_in_threadpool(self._caller, request)
        except Unavailable as error:
            # Not on without a look at the key: the request might be done twice.
            await (await ours(request, error))(scope, receive, send)
            return
        except TagwrightError:
            # Nobody we know: the route says so, or it is one that asks for no login.
            await self.app(scope, receive, send)
            return
        try:
            if not _KEY.fullmatch(key):
                raise InvalidInput("an Idempotency-Key is 1 to 200 visible ASCII characters")
            body, receive = await _read(request, receive)
            digest = _digest(request, body)
            replay = await run_in_threadpool(self.store.begin, caller, key, digest, self.now())
        except TagwrightError as error:
            await (await ours(request, error))(scope, receive, send)
            return
        if replay is not None:
            await _replay(replay, send)
            return
        await self._first_time(scope, receive, send, (caller, key))

    def _caller(self, request: Request) -> str:
        """A digest of who asks, in which workspace. A revoked key is answered nothing again."""
        credentials = credentials_of(request, self.server)
        caller = authenticate(self.server.installation, credentials)
        return hashlib.sha256(f"{caller.actor}\0{caller.workspace}".encode()).hexdigest()

    async def _first_time(
        self, scope: Scope, receive: Receive, send: Send, name: tuple[str, str]
    ) -> None:
        """Answer, and keep the answer before its last byte leaves."""
        kept = _Kept(once=bytes(problem(Request(scope), Conflict.status, SHOWN_ONCE).body))

        async def sent(message: Message) -> None:
            if kept.add(message):
                await run_in_threadpool(self._keep, name, kept)
            await send(message)

        try:
            await self.app(scope, receive, sent)
        finally:
            if not kept.is_whole:
                await run_in_threadpool(self._keep, name, None)

    def _keep(self, name: tuple[str, str], kept: _Kept | None) -> None:
        """Keep a whole answer that may be given again; forget any other.

        Where the database is gone since, the answer is still the right one to send. A repeat is
        then told to wait, until the first request is taken for dead.
        """
        with suppress(Unavailable):
            self._store(name, kept)

    def _store(self, name: tuple[str, str], kept: _Kept | None) -> None:
        if kept is None or kept.status >= _SERVER_ERROR or kept.is_too_large:
            self.store.forget(*name)
        elif kept.is_secret and kept.status < _ERROR:
            told = {"content-type": MEDIA_TYPE}
            self.store.finish(*name, Replay(Conflict.status, told, kept.once))
        else:
            self.store.finish(*name, Replay(kept.status, kept.headers, bytes(kept.body)))


class _Kept:
    """An answer as it goes by."""

    def __init__(self, once: bytes) -> None:
        self.once = once
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body = bytearray()
        self.is_too_large = False
        self.is_secret = False
        self.is_whole = False

    def add(self, message: Message) -> bool:
        """Whether that was the last of it."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            # Keys, cookies and links are shown once: they must not lie in a table for a day.
            self.is_secret = (b"cache-control", b"no-store") in message["headers"]
            self.headers = {
                name.decode(): value.decode("latin-1")
                for name, value in message["headers"]
                if name in _KEPT_HEADERS
            }
            return False
        if message["type"] != "http.response.body":
            return False
        part = message.get("body", b"")
        self.is_too_large = self.is_too_large or len(self.body) + len(part) > KEPT_BYTES
        if not (self.is_too_large or self.is_secret):
            self.body += part
        self.is_whole = not message.get("more_body", False)
        return self.is_whole


def takes_key(method: str, path: str) -> bool:
    """Whether a request may have a key. Some need none: they keep nothing, or name what they put
    by its hash."""
    return method in METHODS and not path.endswith("/classify") and "/assets/" not in path


def _key(scope: Scope) -> str | None:
    if scope["type"] != "http" or not takes_key(scope["method"], scope["path"]):
        return None
    given: bytes | None = dict(scope["headers"]).get(b"idempotency-key")
    return None if given is None else given.decode("latin-1")


def _digest(request: Request, body: bytes | None) -> str:
    shape = (request.method, request.url.path, request.url.query)
    found = hashlib.sha256("\0".join(shape).encode())
    if body is None:
        length, kind = (request.headers.get(h, "") for h in ("content-length", "content-type"))
        found.update(f"{length} {kind.partition(';')[0]}".encode())
    else:
        # A form that is sent again has another boundary, and the same fields.
        boundary = _BOUNDARY.search(request.headers.get("content-type", "").encode("latin-1"))
        found.update(body if boundary is None else body.replace(boundary[1], b""))
    return found.hexdigest()


async def _read(request: Request, receive: Receive) -> tuple[bytes | None, Receive]:
    """A small body, and a way to read it once more; None for a large one, which stays unread."""
    length = request.headers.get("content-length")
    chunked = "transfer-encoding" in request.headers
    if chunked or (length and int(length) > HASHED_BYTES):
        return None, receive
    body = await Request(request.scope, receive).body()
    left = [body]

    async def again() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return body, again


async def _replay(replay: Replay, send: Send) -> None:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in replay.headers.items()]
    headers += [
        (b"content-length", str(len(replay.body)).encode()),
        (b"idempotent-replayed", b"true"),
    ]
    await send({"type": "http.response.start", "status": replay.status, "headers": headers})
    await send({"type": "http.response.body", "body": replay.body})
