"""When a training is due: the table is the rule."""

from __future__ import annotations

from typing import Any

import pytest

from tagwright.core.policy import Learned, Policy, occasion
from tagwright.errors import InvalidInput

MONDAY = "2026-11-23T10:30:00.000+00:00"
EARLIER = "2026-11-22T09:00:00.000+00:00"
EVERY_50 = Policy("answers", answers=50)
DAILY = Policy("scheduled", at="10:00")
HOURLY = Policy("scheduled", hours=1)


@pytest.mark.parametrize(
    ("policy", "learned", "due"),
    [
        pytest.param(Policy(), Learned(1, 9_999, EARLIER), None, id="manual never is"),
        pytest.param(EVERY_50, Learned(1, 49, EARLIER), None, id="one answer short"),
        pytest.param(EVERY_50, Learned(1, 50, EARLIER), "answers 1 1", id="enough answers"),
        pytest.param(
            EVERY_50, Learned(1, 99, EARLIER), "answers 1 1", id="still the same occasion"
        ),
        pytest.param(EVERY_50, Learned(1, 100, EARLIER), "answers 1 2", id="as many again"),
        pytest.param(EVERY_50, Learned(2, 50, EARLIER), "answers 2 1", id="after the next version"),
        pytest.param(DAILY, Learned(1, 0, EARLIER), None, id="nothing new to learn"),
        pytest.param(
            DAILY, Learned(1, 1, EARLIER), "time 2026-11-23T10:00:00.000+00:00", id="today at ten"
        ),
        pytest.param(
            DAILY, Learned(1, 1, "2026-11-23T10:05:00.000+00:00"), None, id="done since then"
        ),
        pytest.param(
            Policy("scheduled", at="23:00"),
            Learned(1, 1, EARLIER),
            "time 2026-11-22T23:00:00.000+00:00",
            id="last night, missed while the server was down",
        ),
        pytest.param(
            HOURLY, Learned(1, 1, EARLIER), "time 2026-11-23T10:00:00.000+00:00", id="this hour"
        ),
    ],
)
def test_a_training_is_due(policy: Policy, learned: Learned, due: str | None) -> None:
    assert occasion(policy, learned, MONDAY) == due


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"answers": 0}, id="every 0 answers"),
        pytest.param({"margin": 0.0}, id="no margin"),
        pytest.param({"margin": 0.5}, id="a margin of half"),
        pytest.param({"when": "scheduled"}, id="a schedule without a time"),
        pytest.param({"when": "scheduled", "hours": 2, "at": "10:00"}, id="two schedules"),
        pytest.param({"at": "25:00"}, id="no such time"),
        pytest.param({"hours": 0}, id="every 0 hours"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        Policy(**given)


def test_a_policy_survives_being_stored() -> None:
    assert Policy.from_json(DAILY.to_json()) == DAILY
