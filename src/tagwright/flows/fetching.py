"""Pictures by address, for those who only want to know what is in them."""

from __future__ import annotations

import io
from typing import Final

from tagwright.config import Settings
from tagwright.flows.workspace import Workspace
from tagwright.media.fetch import fetch_to_file

SECONDS: Final = 20.0


def fetch_picture(ws: Workspace, url: str) -> bytes:
    """The bytes behind a public address. Raises as `media.fetch.fetch_to_file` does."""
    into = io.BytesIO()
    fetch_to_file(
        url,
        into,
        max_bytes=ws.settings.upload_megabytes * 2**20,
        timeout=SECONDS,
        private_hosts=private_hosts(ws.settings),
    )
    return into.getvalue()


def private_hosts(settings: Settings) -> frozenset[str]:
    """The internal hosts that this installation may reach."""
    names = (name.strip().lower() for name in settings.private_hosts.split(","))
    return frozenset(name for name in names if name)
