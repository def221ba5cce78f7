"""Runs the server until it is told to stop: `tagwright serve`."""

from __future__ import annotations

import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import uvicorn

from tagwright.errors import Forbidden, Unavailable
from tagwright.flows.installation import Installation
from tagwright.flows.people import setup_needed, setup_token
from tagwright.flows.ticks import TICKS
from tagwright.flows.working import run_in_thread
from tagwright.web.app import make_app
from tagwright.web.hosts import is_loopback
from tagwright.web.state import open_server

log = logging.getLogger(__name__)

STOPPING = (signal.SIGINT, signal.SIGTERM)
STOP_SECONDS = 20
"""How long requests that are being answered may take to end."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen, and how many workers to run inside this process."""

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1


def serve_until_stopped(
    installation: Installation, listen: Listen, say: Callable[[str], None]
) -> None:
    """Serve until SIGTERM or SIGINT, then let requests and the running job's batch end.

    Raises Forbidden where it would be open to others without an admin.
    """
    loopback_only = is_loopback(listen.host)
    if not loopback_only and setup_needed(installation):
        raise Forbidden(
            f"listening on {listen.host} would let everybody in, because this library has no "
            f"admin yet: make one with `tagwright admin create --email YOU@EXAMPLE.ORG`"
        )
    with (
        open_server(installation, loopback_only=loopback_only) as server,
        _workers(installation, listen.workers),
    ):
        config = uvicorn.Config(
            make_app(server),
            host=listen.host,
            port=listen.port,
            log_config=None,
            access_log=False,
            server_header=False,
            forwarded_allow_ips=installation.settings.proxies,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        runner = _Runner(config, lambda url: say(_welcome(installation, url)), server.stopping.set)
        with suppress(SystemExit):  # uvicorn's way to say that it cannot listen
            runner.run()
        if not runner.started:
            raise Unavailable(
                f"cannot listen on {listen.host}:{listen.port}: another program has the port; "
                f"name another with --port"
            )


def _welcome(installation: Installation, url: str) -> str:
    """What to do first, on the terminal."""
    first = ""
    if setup_needed(installation):
        page = f"{url}/setup?token={setup_token(installation)}"
        first = f"\n  Nobody has a login yet. To make the first admin, open\n  {page}"
    return (
        f"Tagwright serves {installation.root} at {url}{first}\n"
        f"  The API: {url}/api/v1/openapi.json   Stop with Ctrl-C."
    )


class _Runner(uvicorn.Server):
    """uvicorn's server, which says when it listens and when it begins to stop."""

    def __init__(
        self, config: uvicorn.Config, started: Callable[[str], None], stopping: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._started = started
        self._stopping = stopping

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on a signal and return: uvicorn's own way ends by dying of it."""
        before = {each: signal.signal(each, self.handle_exit) for each in STOPPING}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self.servers:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            self._started(f"http://{f'[{host}]' if ':' in host else host}:{port}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping()  # ends the event streams, which would wait for ever
        await super().shutdown(sockets)


@contextmanager
def _workers(installation: Installation, count: int) -> Iterator[None]:
    """That many workers as threads of this process."""
    names = [f"{socket.gethostname()}-{os.getpid()}-{i + 1}" for i in range(count)]
    running = [run_in_thread(installation, name, ticks=TICKS) for name in names]
    try:
        yield
    finally:
        for worker in running:
            worker.stop_soon()
        for worker in running:
            worker.stop()
