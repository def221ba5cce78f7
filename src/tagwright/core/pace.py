"""How fast work goes, and when it will be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from tagwright.types import Json

HALF_LIFE: Final = 10.0
"""Seconds after which what was measured counts half: long enough to be calm, short enough to
notice that another program has taken the processor."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Where work stood at a moment, and how fast it went until then.

    at: seconds on any clock. rate: things a second, smoothed; None until it can be told.
    """

    step: str
    done: int
    total: int
    at: float
    rate: float | None = None

    def after(self, step: str, done: int, total: int, at: float) -> Pace:
        """The pace at a later moment.

        Where less is done than before, or more than there was to do, other things are counted: it
        starts afresh.
        """
        passed, fresh = at - self.at, Pace(step, done, total, at)
        if not self.done <= done <= self.total:
            return fresh
        if passed <= 0:
            return replace(fresh, at=self.at, rate=self.rate)
        now = (done - self.done) / passed
        if self.rate is None:
            return replace(fresh, rate=now if done > self.done else None)
        kept = 0.5 ** (passed / HALF_LIFE)
        return replace(fresh, rate=kept * self.rate + (1 - kept) * now)

    def to_json(self) -> Json:
        """Progress as a job shows it. seconds_left: None where nobody can tell."""
        left = None if not self.rate else max(0, self.total - self.done) / self.rate
        return {
            "step": self.step,
            "done": self.done,
            "total": self.total,
            "rate": None if self.rate is None else round(self.rate, 3),
            "seconds_left": None if left is None else round(left, 1),
        }


Progress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0 to 1."""
LAST: Final = 0.95
"""What is done when all parts are: writing it down comes after."""


def until(progress: Progress, end: float) -> Progress:
    """Progress within a first part, up to `end` of the whole."""
    return lambda what, share: progress(what, share * end)


def part_of(progress: Progress, label: str, index: int, of: int) -> Progress:
    """Progress within one of several parts as progress of the whole."""
    return lambda what, share: progress(f"{label}: {what}", (index + share) / of * LAST)
