"""What lives as long as the server does, shared by all requests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tagwright.flows.classifying import Classifier, open_classifier
from tagwright.flows.installation import Installation
from tagwright.flows.limits import Limits
from tagwright.flows.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Server:
    """loopback_only: it listens on this machine alone. stopping: set once, when it must end."""

    installation: Installation
    limits: Limits
    classifier: Classifier
    loopback_only: bool
    stopping: threading.Event = field(default_factory=threading.Event)

    def workspace(self, workspace: str) -> Workspace:
        return self.installation.workspace(workspace)


@contextmanager
def open_server(installation: Installation, *, loopback_only: bool) -> Iterator[Server]:
    """A server's shared parts, closed at the end."""
    with (
        open_classifier(installation) as classifier,
        server_on(classifier, installation, loopback_only=loopback_only) as server,
    ):
        yield server


@contextmanager
def server_on(
    classifier: Classifier, installation: Installation, *, loopback_only: bool
) -> Iterator[Server]:
    """The same on a classifier that is there already, and outlives it."""
    server = Server(
        installation=installation,
        limits=Limits(installation.settings.rate_limit),
        classifier=classifier,
        loopback_only=loopback_only,
    )
    try:
        yield server
    finally:
        server.stopping.set()
