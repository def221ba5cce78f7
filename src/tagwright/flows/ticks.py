"""What workers do beside the jobs, again and again."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from tagwright.core.times import later
from tagwright.flows.downloads import sweep_exports
from tagwright.flows.installation import Installation
from tagwright.flows.policies import enqueue_due
from tagwright.flows.webhooks import deliver_due, forget_deliveries
from tagwright.flows.working import Tick
from tagwright.store.idempotency import Idempotency
from tagwright.store.workspaces import all_workspaces

MINUTE: Final = 60.0
HOUR: Final = 3_600.0

DAY: Final = 24 * HOUR


def sweep_answers(installation: Installation, now: str) -> None:
    """Forget the answers kept for requests that might have been sent again."""
    Idempotency(installation.db).sweep(now)


def sweep_blobs(installation: Installation, now: str) -> None:
    """Delete pictures that a crash left behind a day ago or longer, which no row names."""
    before = datetime.fromisoformat(later(now, -DAY)).timestamp()
    for workspace in all_workspaces(installation.db):
        blobs = installation.workspace(workspace.id).blobs
        blobs.sweep_staged(before)
        blobs.sweep(before)


TICKS: Final[tuple[Tick, ...]] = (
    Tick("deliver webhooks", 1.0, deliver_due),
    Tick("forget deliveries", HOUR, forget_deliveries),
    Tick("sweep exports", HOUR, lambda installation, now: sweep_exports(installation.root, now)),
    Tick("sweep answers", HOUR, sweep_answers),
    Tick("sweep blobs", 6 * HOUR, sweep_blobs),
    Tick("train what is due", MINUTE, lambda installation, now: enqueue_due(installation)),
)
"""Every worker may do each of them at any time: they are safe to do twice, and side by side."""
