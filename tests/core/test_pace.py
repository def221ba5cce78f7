"""Progress, waiting and times are plain sums."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core.backoff import retry_delay
from tagwright.core.pace import Pace
from tagwright.core.times import later


def test_a_steady_pace_tells_when_it_ends() -> None:
    pace = Pace("reading", 0, 200, at=100.0)
    for second in range(1, 21):
        pace = pace.after("reading", second * 5, 200, 100.0 + second)
    assert pace.to_json() == {
        "step": "reading",
        "done": 100,
        "total": 200,
        "rate": 5.0,
        "seconds_left": 20.0,
    }


def test_a_pace_that_changes_is_followed_within_half_a_minute() -> None:
    pace = Pace("reading", 0, 200, at=0.0).after("reading", 100, 200, 10.0)
    for second in range(11, 41):
        pace = pace.after("reading", 100 + (second - 10), 200, float(second))
    assert pace.rate == pytest.approx(1 + 9 * 0.5**3)


def test_nobody_can_tell_at_the_start() -> None:
    begun = Pace("reading", 0, 100, at=0.0).after("reading", 10, 100, 1.0)
    pace = begun.after("writing", 3, 100, 2.0)
    assert pace.rate is None
    assert pace.to_json()["seconds_left"] is None


def test_what_was_done_in_an_earlier_run_counts_for_no_pace() -> None:
    begun = Pace("reading labels", 0, 1, at=0.0)
    resumed = begun.after("epoch 5 of 6", 4_380, 6_474, 2.0)
    assert resumed.rate is None
    assert resumed.after("epoch 5 of 6", 4_444, 6_474, 3.0).rate == 64.0


def test_steps_that_are_parts_of_one_whole_share_a_pace() -> None:
    pace = (
        Pace("reading", 0, 99, at=0.0).after("reading", 10, 99, 1.0).after("writing", 20, 99, 2.0)
    )
    assert (pace.step, pace.rate) == ("writing", 10.0)


def test_a_standstill_has_no_end() -> None:
    pace = Pace("reading", 7, 10, at=0.0).after("reading", 7, 10, 5.0)
    assert pace.to_json()["seconds_left"] is None
    assert pace.after("reading", 8, 10, 5.0).rate == pace.rate  # no time has passed


def test_waits_grow_and_scatter() -> None:
    rng = np.random.default_rng(1)
    for failures, usual in ((1, 2.0), (2, 8.0), (3, 30.0), (4, 120.0), (9, 120.0)):
        waits = [retry_delay(failures, rng) for _ in range(200)]
        assert usual * 0.75 <= min(waits) < usual * 0.8
        assert usual * 1.2 < max(waits) <= usual * 1.25


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        pytest.param(1.5, "2026-01-01T00:00:01.000+00:00", id="later"),
        pytest.param(-86_400, "2025-12-30T23:59:59.500+00:00", id="earlier"),
    ],
)
def test_times_are_moved_by_seconds(seconds: float, expected: str) -> None:
    assert later("2025-12-31T23:59:59.500+00:00", seconds) == expected
