"""A chain of lines: each holds the digest of the one before, so that no line can be changed,
taken out or put in between without every later digest giving it away.

What a chain alone cannot show is lines cut off at its end: keep the newest digest elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tagwright.types import Json

START: Final = ""
"""What the first line of a chain follows."""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened. workspace: "" for the installation's own chain. subject: `kind:name`."""

    workspace: str
    at: str
    actor: str
    action: str
    subject: str
    detail: Json


@dataclass(frozen=True, slots=True)
class Line:
    """An event in its place in the chain."""

    seq: int
    event: Event
    previous: str
    digest: str

    def to_json(self) -> Json:
        event = self.event
        return {
            "seq": self.seq,
            "workspace": event.workspace,
            "at": event.at,
            "actor": event.actor,
            "action": event.action,
            "subject": event.subject,
            "detail": event.detail,
            "previous": self.previous,
            "digest": self.digest,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """broken_at: the first line that does not follow from those before; None: all do.

    head: the digest of the last line that holds; the export of an earlier day must contain it.
    """

    lines: int
    head: str
    broken_at: int | None


def digest_of(previous: str, event: Event) -> str:
    """SHA-256 over the canonical JSON of the line and what it follows."""
    values = [
        previous,
        event.workspace,
        event.at,
        event.actor,
        event.action,
        event.subject,
        event.detail,
    ]
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def verify(lines: Iterable[Line]) -> Verdict:
    """Whether the lines of one chain, oldest first, are as they were written."""
    count, head = 0, START
    for line in lines:
        if line.previous != head or line.digest != digest_of(head, line.event):
            return Verdict(count, head, line.seq)
        count, head = count + 1, line.digest
    return Verdict(count, head, None)
