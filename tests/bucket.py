"""An S3-compatible server of the tests' own, on this machine alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import quote
from urllib.request import Request, urlopen

from moto.server import ThreadedMotoServer

from tagwright.store.objects import S3Options


@dataclass(frozen=True, slots=True)
class Server:
    """A running server with one empty bucket, `pictures`."""

    options: S3Options

    def put(self, key: str, data: bytes = b"") -> None:
        """As somebody else would, without our code. The server asks for no signature."""
        address = f"{self.options.endpoint}/pictures/{quote(key)}"
        headers = {"Content-Type": "application/octet-stream"}
        with urlopen(Request(address, data, headers, method="PUT"), timeout=30) as answer:
            answer.read()


@contextmanager
def running() -> Iterator[Server]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        options = S3Options(f"http://{host}:{port}", key="testing", secret="testing")
        with urlopen(Request(f"{options.endpoint}/pictures", method="PUT"), timeout=30) as answer:
            answer.read()
        yield Server(options)
    finally:
        server.stop()
