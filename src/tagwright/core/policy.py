"""When a taxonomy is learned again by itself, and what happens with what was learned."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from tagwright.core.gate import MARGIN
from tagwright.errors import InvalidInput
from tagwright.types import Json

When = Literal["manual", "answers", "scheduled"]
MOST_ANSWERS: Final = 1_000_000
MOST_HOURS: Final = 24 * 365
MOST_MARGIN: Final = 0.2


@dataclass(frozen=True, slots=True)
class Policy:
    """How one taxonomy learns from use.

    when: only when a person says so, after every `answers` new labels, or on a schedule: every
    `hours`, or daily `at` a time of day (UTC, "02:30"). margin: how much worse a challenger may be
    and still pass the gate, as a share of pictures. promote: a challenger that passes becomes
    champion by itself. retag: then what the machine tagged is decided again. online: single answers
    sharpen the suggestions between trainings.
    """

    when: When = "manual"
    answers: int = 100
    hours: int | None = None
    at: str | None = None
    margin: float = MARGIN
    promote: bool = True
    retag: bool = True
    online: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.answers <= MOST_ANSWERS:
            raise InvalidInput(f"{self.answers!r} answers: give 1 to {MOST_ANSWERS:,}")
        if self.hours is not None and not 1 <= self.hours <= MOST_HOURS:
            raise InvalidInput(f"every {self.hours!r} hours: give 1 to {MOST_HOURS:,}")
        if self.at is not None and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", self.at):
            raise InvalidInput(f"{self.at!r} is not a time of day: write it as 02:30, in UTC")
        if not 0 < self.margin <= MOST_MARGIN:
            raise InvalidInput(
                f"a margin of {self.margin!r} is outside (0, {MOST_MARGIN}]: 0.01 is one point"
            )
        if self.when == "scheduled" and (self.hours is None) == (self.at is None):
            raise InvalidInput("a schedule needs `hours` (every so many) or `at` (daily): one")

    def to_json(self) -> Json:
        return asdict(self)

    @staticmethod
    def from_json(stored: Json) -> Policy:
        return Policy(**stored)


@dataclass(frozen=True, slots=True)
class Learned:
    """How far learning has come. version: the newest, 0 for none. answers: labels since then.

    since: when the policy was set or the version learned, whichever is later.
    """

    version: int
    answers: int
    since: str


def occasion(policy: Policy, learned: Learned, now: str) -> str | None:
    """The name of an occasion to train; None where there is none.

    As long as it is the same occasion it has the same name, so that it can be taken once only. A
    training that changed nothing is tried again after as many answers more, or at the next time.
    """
    if learned.answers == 0 or policy.when == "manual":
        return None
    if policy.when == "answers":
        batches = learned.answers // policy.answers
        return f"answers {learned.version} {batches}" if batches else None
    slot = _last_slot(policy, datetime.fromisoformat(now))
    return f"time {slot}" if slot > learned.since else None


def _last_slot(policy: Policy, now: datetime) -> str:
    """The last time at or before now that the schedule names."""
    if policy.hours is not None:
        step = policy.hours * 3600
        at = datetime.fromtimestamp(now.timestamp() // step * step, UTC)
    else:
        hour, minute = map(int, (policy.at or "00:00").split(":"))
        at = now.astimezone(UTC).replace(hour=hour, minute=minute, second=0, microsecond=0)
        at -= timedelta(days=1) if at > now else timedelta()
    return at.isoformat(timespec="milliseconds")
