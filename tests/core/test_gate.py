"""The gate: what passes it, what does not, and why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tagwright.core.gate import Exam, Outcome, Ranking, Verdict, judge
from tagwright.core.paired import holm, least_pictures, paired, tango
from tagwright.types import ConceptId, Contract, Ids, Mask

BOOT, SHOE = ConceptId("boot"), ConceptId("shoe")


def outcome(right: Mask, *, boots: int, alone: Mask | None = None) -> Outcome:
    """A model's answers; the first `boots` pictures are boots, the rest shoes."""
    tagged = (right if alone is None else alone).astype(np.int64)
    return Outcome(
        right=right,
        right_shared=right,
        answers={BOOT: right[:boots], SHOE: right[boots:]},
        there=np.ones(len(right), np.int64),
        covered=tagged,
        tagged=tagged,
        sound=(tagged == 1) & right,
        contract=Contract(),
    )


def exam(n: int, boots: int, clusters: Ids | None = None) -> Exam:
    groups = np.arange(n) if clusters is None else clusters
    rows = {BOOT: np.arange(boots), SHOE: np.arange(boots, n)}
    return Exam(groups, np.ones(n, np.bool_), rows, {BOOT: boots, SHOE: n - boots})


def answers(n: int, wrong: range) -> Mask:
    found = np.ones(n, np.bool_)
    found[wrong.start : wrong.stop] = False
    return found


def judged(n: int, now: range, before: range, *, margin: float = 0.01) -> Verdict:
    """now, before: the pictures that challenger and champion get wrong; half of all are boots."""
    half = n // 2
    every = np.ones(n, np.bool_)
    return judge(
        outcome(answers(n, now), boots=half, alone=every),
        outcome(answers(n, before), boots=half, alone=every),
        exam(n, half),
        np.random.default_rng(0),
        margin=margin,
    )


@pytest.mark.parametrize(
    ("n", "now", "before", "basis"),
    [
        pytest.param(200, range(0, 5), range(0, 20), "better", id="15 gained, none lost"),
        pytest.param(1000, range(0, 20), range(0, 20), "not worse", id="the same answers"),
        pytest.param(1000, range(0, 22), range(0, 20), "not worse", id="2 of 1,000 lost"),
        pytest.param(40, range(0, 4), range(0, 4), "on trust", id="few pictures, no difference"),
        pytest.param(40, range(0, 3), range(0, 5), "on trust", id="few pictures, 2 gained"),
        pytest.param(40, range(0, 5), range(0, 4), "undecided", id="few pictures, 1 lost"),
        pytest.param(0, range(0), range(0), "on trust", id="no pictures at all"),
        pytest.param(1000, range(0, 35), range(10, 40), "undecided", id="enough, too many differ"),
        pytest.param(400, range(190, 206), range(0), "worse", id="16 lost over two concepts"),
        pytest.param(400, range(0, 20), range(0), "regression", id="20 lost on one concept"),
    ],
)
def test_a_challenger_passes_when_it_is_better_or_not_worse(
    n: int, now: range, before: range, basis: str
) -> None:
    verdict = judged(n, now, before)
    passes = basis in ("better", "not worse", "on trust")
    if basis == "worse":  # 8 lost on each concept: significant there as well, after correction
        assert verdict.basis in ("worse", "regression")
    else:
        assert verdict.basis == basis
    assert verdict.promote is passes
    assert verdict.reasons


def test_too_few_pictures_say_how_many_more_would_do() -> None:
    (reason,) = judged(40, range(0, 5), range(0, 4)).reasons
    assert "too few" in reason.text
    assert "more would do" in reason.text
    assert reason.code == "overall"


def test_a_wider_margin_needs_fewer_pictures() -> None:
    assert least_pictures(0.01) > 3 * least_pictures(0.05)
    assert judged(100, range(0, 4), range(0, 4), margin=0.05).basis == "not worse"
    assert judged(100, range(0, 4), range(0, 4), margin=0.01).basis == "on trust"


def test_a_concept_that_got_worse_outweighs_a_gain_elsewhere() -> None:
    """30 gained on shoes do not buy 12 lost on boots."""
    n, boots = 400, 100
    now, before = answers(n, range(0, 12)), answers(n, range(100, 142))
    every = np.ones(n, np.bool_)
    verdict = judge(
        outcome(now, boots=boots, alone=every),
        outcome(before, boots=boots, alone=every),
        exam(n, boots),
        np.random.default_rng(0),
    )
    assert verdict.figures["overall"]["gained"] > verdict.figures["overall"]["lost"]
    assert (verdict.basis, verdict.promote) == ("regression", False)
    assert "boot got worse" in verdict.reasons[0].text
    assert verdict.reasons[0].code == "concept"


def test_a_concept_of_few_pictures_cannot_veto() -> None:
    n, boots = 1000, 19
    now, before = answers(n, range(0, 8)), answers(n, range(100, 130))
    every = np.ones(n, np.bool_)
    new, old = (outcome(side, boots=boots, alone=every) for side in (now, before))
    assert judge(new, old, exam(n, boots), np.random.default_rng(0)).basis == "better"


def test_a_new_concept_is_a_gain_and_is_reported_by_itself() -> None:
    """The champion cannot name boots; on shoes both are right."""
    n, boots = 300, 60
    challenger = outcome(answers(n, range(0, 6)), boots=boots)
    champion = outcome(answers(n, range(0, boots)), boots=boots)
    shared = np.arange(n) >= boots
    taken = replace(exam(n, boots), shared=shared, new=(BOOT,))
    verdict = judge(challenger, champion, taken, np.random.default_rng(0))
    assert verdict.basis == "better"
    (new,) = verdict.figures["new_concepts"]
    assert (new["concept"], new["pictures"], new["right"]["value"]) == ("boot", 60, 0.9)
    assert verdict.figures["shared"]["n"] == n - boots


def test_a_gain_on_new_concepts_does_not_pay_for_a_loss_on_known_ones() -> None:
    n, boots = 400, 100
    now, before = answers(n, range(100, 130)), answers(n, range(0, 100))
    many = {ConceptId(f"shoe {i}"): np.arange(100 + 15 * i, 115 + 15 * i) for i in range(20)}
    shared = np.arange(n) >= boots
    taken = Exam(
        np.arange(n),
        shared,
        {BOOT: np.arange(boots), **many},
        {BOOT: boots, **dict.fromkeys(many, 15)},
        new=(BOOT,),
    )
    sides = [
        replace(
            outcome(side, boots=boots),
            answers={name: side[rows] for name, rows in taken.rows.items()},
        )
        for side in (now, before)
    ]
    verdict = judge(sides[0], sides[1], taken, np.random.default_rng(0))
    assert verdict.figures["overall"]["gained"] > verdict.figures["overall"]["lost"]
    assert not verdict.promote
    assert "concepts both know" in verdict.reasons[0].text
    assert verdict.reasons[0].code == "shared"


def test_coverage_that_collapses_keeps_the_champion_unless_the_contract_changed() -> None:
    n = 500
    right, every = np.ones(n, np.bool_), np.ones(n, np.bool_)
    silent = outcome(right, boots=250, alone=np.zeros(n, np.bool_))
    champion = outcome(right, boots=250, alone=every)
    verdict = judge(silent, champion, exam(n, 250), np.random.default_rng(0))
    assert not verdict.promote
    assert "tagged alone" in verdict.reasons[0].text
    assert verdict.reasons[0].code == "coverage"
    stricter = replace(silent, contract=Contract(0.99))
    assert judge(stricter, champion, exam(n, 250), np.random.default_rng(0)).promote


def test_a_promise_that_the_test_pictures_refute_does_not_pass() -> None:
    n = 1000
    now, every = answers(n, range(0, 100)), np.ones(n, np.bool_)
    sure = outcome(now, boots=500, alone=every)
    careful = outcome(now, boots=500, alone=now)
    verdict = judge(sure, careful, exam(n, 500), np.random.default_rng(0))
    assert not verdict.promote
    assert "promise does not hold" in verdict.reasons[0].text
    assert verdict.reasons[0].code == "promise"


def test_a_ranking_that_got_worse_does_not_pass() -> None:
    n = 300
    truth = (np.arange(n)[:, None] % 3 == 0).astype(np.int8)
    good = truth.astype(np.float32) * 0.4 + 0.01
    right = np.ones(n, np.bool_)
    base = outcome(right, boots=150)
    bad = np.random.default_rng(0).random((n, 1), dtype=np.float32)
    now = replace(base, ranking=Ranking(bad, truth))
    before = replace(base, ranking=Ranking(good, truth))
    assert not judge(now, before, exam(n, 150), np.random.default_rng(0)).promote
    assert judge(before, now, exam(n, 150), np.random.default_rng(0)).promote


def test_twins_do_not_count_twice() -> None:
    """8 gained in eight pictures is something; in one group of eight look-alikes it is not."""
    now, before = np.ones(100, np.bool_), answers(100, range(0, 8))
    assert paired(now, before, np.arange(100)).is_better
    grouped = np.concatenate([np.zeros(8, np.int64), np.arange(1, 93)])
    assert not paired(now, before, grouped).is_better


@pytest.mark.parametrize("n", [60, 300])
def test_the_interval_of_a_difference_holds_as_often_as_it_says(n: int) -> None:
    rng, inside = np.random.default_rng(1), 0
    for _ in range(1000):
        gained, lost, _ = rng.multinomial(n, (0.06, 0.03, 0.91))
        low, high = tango(gained, lost, n)
        inside += low <= 0.03 <= high
    assert inside > 935


def test_equal_models_seldom_pass_as_better() -> None:
    """Exact McNemar keeps its level: at most one time in twenty, both sides together."""
    rng, better = np.random.default_rng(2), 0
    for _ in range(500):
        now, before = rng.random((2, 200)) < 0.9
        better += paired(now, before, np.arange(200)).is_better
    assert better <= 500 * 0.035


def test_holm_keeps_the_order_and_multiplies_the_least_most() -> None:
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
