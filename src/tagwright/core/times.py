"""Sums on our times: ISO 8601 text in UTC to the millisecond, which sorts as it passes."""

from __future__ import annotations

from datetime import datetime, timedelta


def later(time: str, seconds: float) -> str:
    """The time so many seconds after `time`; before it, where they are negative."""
    moment = datetime.fromisoformat(time) + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds")
