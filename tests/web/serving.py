"""A real server process on a library, for tests that speak to it over a socket."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tagwright.config import Settings
from tests.launching import launch

_READY = re.compile(r"http://127\.0\.0\.1:(\d+)")


@contextmanager
def serving(
    root: Path, settings: Settings, *, workers: int = 0, environ: Mapping[str, str] | None = None
) -> Iterator[str]:
    """`tagwright serve` on a free port; gives its address, and stops it gracefully at the end.

    environ: more settings, as variables of its environment.
    """
    own = {
        "TAGWRIGHT_BACKBONE": settings.backbone,
        "TAGWRIGHT_CACHE": str(settings.cache),
        "TAGWRIGHT_WORKERS": "1",
        "TAGWRIGHT_RATE_LIMIT": "10000000/minute",
    }
    program = launch(
        *("--library", str(root), "serve", "--port", "0", "--workers", str(workers)),
        settings={**own, **(environ or {})},
        err=root.parent / "server.log",
    )
    try:
        yield program.until(_READY)[0]
    finally:
        program.signal(signal.SIGTERM)
        assert program.wait(60) == 0, program.said()
