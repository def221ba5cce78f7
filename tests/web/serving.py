"""A real server process on a library, for tests that speak to it over a socket."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tagwright.config import Settings

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
    log = root.parent / "server.log"
    command = ["--library", str(root), "serve", "--port", "0", "--workers", str(workers)]
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tagwright", *command],
            env={**os.environ, **own, **(environ or {})},
            stderr=out,
        )
    try:
        end = time.monotonic() + 60
        while not (found := _READY.search(log.read_text())):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.05)
        yield found[0]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, log.read_text()
