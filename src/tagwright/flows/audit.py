"""The audit log: who did what to whom, in a chain that shows when it was tampered with.

Never put a secret into it: no password, key, token, picture or text of a request's body.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from tagwright.core import audit
from tagwright.flows.caller import Caller
from tagwright.flows.installation import Installation
from tagwright.flows.workspace import Workspace
from tagwright.store.audit import Audit
from tagwright.store.engine import Transaction

Place: TypeAlias = Workspace | Installation
"""Whose chain it is."""
Actor: TypeAlias = Caller | str
Detail: TypeAlias = Mapping[str, str | int | float | bool | list[str] | None]

NOBODY = "nobody"
"""The actor of what was tried without a login."""


def record(
    place: Place, actor: Actor, action: str, subject: str, detail: Detail | None = None
) -> None:
    """Write one line. action: `noun.verb`. subject: `kind:name`.

    Not inside an open transaction, which would wait for itself: use `record_in` there.
    """
    log_of(place).add(_event(place, actor, action, subject, detail))


def record_in(
    connection: Transaction,
    place: Place,
    line: tuple[Actor, str, str],
    detail: Detail | None = None,
) -> None:
    """The same, inside a writing transaction of the caller's, as its last statement.

    line: actor, action, subject.
    """
    log_of(place).add_in(connection, _event(place, *line, detail))


def verify(place: Place) -> audit.Verdict:
    """Whether every line is as it was written."""
    return audit.verify(log_of(place).all())


def export(place: Place) -> Iterator[bytes]:
    """The whole chain as JSON Lines, oldest first."""
    for line in log_of(place).all():
        yield json.dumps(line.to_json(), ensure_ascii=False).encode() + b"\n"


def log_of(place: Place) -> Audit:
    return Audit(place.db, _chain(place))


def _chain(place: Place) -> str:
    return place.id if isinstance(place, Workspace) else ""


def _event(
    place: Place, actor: Actor, action: str, subject: str, detail: Detail | None
) -> audit.Event:
    return audit.Event(
        workspace=_chain(place),
        at=place.now(),
        actor=actor.actor if isinstance(actor, Caller) else actor,
        action=action,
        subject=subject,
        detail=dict(detail or {}),
    )
