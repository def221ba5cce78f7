"""What other systems may be told of, and the outbox that tells them; see `flows.webhooks`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, get_args

from tagwright.core.ledger import Entry
from tagwright.errors import InvalidInput
from tagwright.flows.workspace import Workspace
from tagwright.store.engine import Transaction
from tagwright.types import Json, RunId

Event = Literal[
    "asset.added",
    "import.finished",
    "tags.changed",
    "model.trained",
    "model.promoted",
    "model.kept",
    "job.finished",
    "job.failed",
    "review.needed",
]
EVENTS: Final[Mapping[Event, str]] = {
    "asset.added": "a picture is in the library that was not there before",
    "import.finished": "an import has read all it was given",
    "tags.changed": "tags were added, confirmed, rejected or removed",
    "model.trained": "a new version of a model has been learned",
    "model.promoted": "a version has become the champion",
    "model.kept": "a version stays a challenger, and why",
    "job.finished": "a job is done",
    "job.failed": "a job failed and will not be tried again",
    "review.needed": "pictures wait for a person's answer",
}
assert tuple(EVENTS) == get_args(Event)


def emit_in(ws: Workspace, transaction: Transaction, event: Event, payload: Json) -> int:
    """Tell of an event if this transaction commits; how many webhooks will be told.

    payload: ids and counts, for the receiver to ask about. Never pictures or secrets.
    """
    if event not in EVENTS:
        raise InvalidInput(f"there is no event {event!r}: the events are {', '.join(EVENTS)}")
    return ws.webhooks.add_in(transaction, event, payload, ws.now())


def of_tagging(run: RunId, taxonomy: str, assets: int, waiting: int) -> dict[Event, Json]:
    """What a tagging tells of. waiting: pictures with something to ask a person."""
    told: dict[Event, Json] = {"tags.changed": {"run": run, "by": "model", "assets": assets}}
    if waiting:
        told["review.needed"] = {"taxonomy": taxonomy, "assets": waiting}
    return told


def waiting_in(entries: Iterable[Entry]) -> int:
    """Pictures of which one of these lines asks a person something."""
    return len({entry.asset for entry in entries if entry.verdict in ("parent", "review")})


def finish_run(ws: Workspace, run: RunId, summary: Json, told: Mapping[Event, Json]) -> None:
    """End a run, and tell of it in the same transaction."""
    with ws.db.write() as transaction:
        ws.runs.finish_in(transaction, run, summary, ws.now())
        for event, payload in told.items():
            emit_in(ws, transaction, event, payload)
