"""Comparing methods: figures, intervals that repeating does not narrow, and paired tests."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tagwright.core.comparison import Sitting, Spent, compare
from tagwright.core.paired import paired
from tagwright.errors import InvalidInput
from tagwright.types import Json, Mask

N = 400


def sitting(right: Mask, *, joules: float | None = None, seconds: float = 2.0) -> Sitting:
    names = [f"picture {i}" for i in range(len(right))]
    p = np.where(right, 0.9, 0.6)
    spent = Spent(seconds, 1.0, joules)
    return Sitting(names, names, right, np.ones_like(right), p, 3, "a way", spent)


def right(share: float, seed: int = 0) -> Mask:
    return np.asarray(np.random.default_rng(seed).random(N) < share)


def rows(found: Json) -> dict[tuple[str, str], Json]:
    return {(row["task"], row["method"]): row for row in found["rows"]}


def test_a_method_is_tested_against_the_first_on_the_same_pictures() -> None:
    before, now = right(0.7), right(0.7) | right(0.5, 1)
    found = rows(compare({"t": {"plain": [sitting(before)], "new": [sitting(now)]}}))
    assert found["t", "plain"]["against_first"] is None
    test, wanted = found["t", "new"]["against_first"], paired(now, before, np.arange(N))
    assert (test["gained"], test["lost"], test["p"]) == (wanted.gained, 0, wanted.p)
    assert test["p_holm"] == test["p"] < 0.001
    assert found["t", "new"]["top1"]["value"] == pytest.approx(now.mean())
    assert test["ece"]["low"] < test["ece"]["value"] < test["ece"]["high"]


def test_p_values_are_corrected_over_tasks_and_methods() -> None:
    sat = {
        "a": [sitting(right(0.7))],
        "b": [sitting(right(0.75, 1))],
        "c": [sitting(right(0.8, 2))],
    }
    found = compare({"one": sat, "two": sat})["rows"]
    tests = [row["against_first"] for row in found if row["against_first"]]
    assert len(tests) == 4
    assert min(t["p_holm"] for t in tests) == pytest.approx(4 * min(t["p"] for t in tests))


def test_the_same_answers_under_more_seeds_are_not_more_witnesses() -> None:
    once = compare({"t": {"a": [sitting(right(0.8))]}})["rows"][0]
    often = compare({"t": {"a": [sitting(right(0.8))] * 5}})["rows"][0]
    assert (often["seeds"], often["pictures"]) == (5, N)
    for name in ("top1", "ece"):
        width, wider = (row[name]["high"] - row[name]["low"] for row in (often, once))
        assert width == pytest.approx(wider, rel=0.1)


def test_a_cost_is_the_median_over_seeds_and_unknown_where_one_is() -> None:
    some = [sitting(right(0.8), joules=j, seconds=s) for j, s in ((4, 1), (6, 2), (50, 9))]
    row = compare({"t": {"a": some}})["rows"][0]
    assert (row["seconds"], row["joules"]) == (2, 6)
    assert compare({"t": {"a": [*some, sitting(right(0.8))]}})["rows"][0]["joules"] is None


def test_methods_tested_on_different_pictures_are_not_compared() -> None:
    with pytest.raises(InvalidInput, match="different pictures"):
        compare({"t": {"a": [sitting(right(0.8))], "b": [sitting(right(0.8)[1:])]}})


def test_a_sitting_is_kept_as_it_is() -> None:
    one = sitting(right(0.8), joules=3.5)
    again = Sitting.from_json(json.loads(json.dumps(one.to_json())))
    assert again.to_json() == one.to_json()
    assert again.top1.dtype == np.bool_
