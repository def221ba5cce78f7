"""Workers inside the server's own process: nothing else to start for a small library."""

from __future__ import annotations

from tagwright.flows.installation import Installation
from tagwright.flows.ticks import TICKS
from tagwright.flows.working import Running, run_in_thread


def in_process_worker(installation: Installation, name: str) -> Running:
    """A worker in a thread; `stop` it before the installation is closed."""
    return run_in_thread(installation, name, ticks=TICKS)
