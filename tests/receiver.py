"""A web server on this machine that answers as a test says and remembers what it was asked."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say. `raw`: said instead of it, piece by piece, until nobody listens."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw: Callable[[], Iterator[bytes]] | None = None


@dataclass(slots=True)
class Receiver:
    """`answer` may be exchanged at any time. `asked`: every request, in order."""

    port: int
    answer: Callable[[Asked], Answer] = lambda asked: Answer()
    asked: list[Asked] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: Receiver

    def handle_error(self, *_: object) -> None:
        """A client that hangs up in the handshake is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def answer(self) -> None:
        receiver = self.server.receiver
        length = int(self.headers.get("Content-Length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, self.rfile.read(length))
        receiver.asked.append(asked)
        with suppress(OSError):  # they may hang up, as some tests want
            self.say(receiver.answer(asked))

    do_GET = do_POST = answer

    def say(self, answer: Answer) -> None:
        if answer.raw is not None:
            for piece in answer.raw():
                self.wfile.write(piece)
            return
        self.send_response(answer.status)
        for name, value in ({"Content-Length": str(len(answer.body))} | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver on a free port of the loopback address."""
    server = _Server(("127.0.0.1", 0), _Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.receiver = Receiver(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
