"""Names of this very machine."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from fastapi import Request


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's own, for itself alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(request: Request) -> str:
    """The name the client called us by, without the port."""
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""
