"""Champions and challengers: who answers, who waits in the shadows, and the way back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tagwright.core.policy import Policy
from tagwright.errors import Conflict, NotFound
from tagwright.flows import champions
from tagwright.flows.champions import compare, gate_challenger, promote, retag, roll_back
from tagwright.flows.library import Library
from tagwright.flows.policies import set_policy
from tagwright.flows.training import TrainOptions, train
from tagwright.types import ConceptId, Contract
from tests.flows.conftest import EASY
from tests.flows.said import another, by_status, standing, teach

AGAIN = TrainOptions(EASY, again=True)


def statuses(library: Library) -> list[tuple[int, str]]:
    return [(row.version, row.status) for row in library.workspace.models.all("shapes")]


def outcomes(library: Library) -> list[tuple[int, str]]:
    return [(each.version, each.outcome) for each in library.workspace.champions.history("shapes")]


def spoil(library: Library) -> None:
    """Somebody relabels the pictures that teach, each as another shape, but not the test ones."""
    ws = library.workspace
    split = {
        line["asset"]: line["split"] for line in ws.models.snapshot(ws.models.all("shapes")[0])
    }
    wrong = [
        (tag.asset, ws.taxonomies.get("shapes").get(ConceptId(another(str(tag.concept)))).id)
        for tag in by_status(library, "confirmed")
        if split[tag.asset] != "test"
    ]
    teach(library, "shapes", [(asset, concept) for asset, concept in wrong])


def test_the_first_version_is_champion_and_the_gate_says_so(tagged: Library) -> None:
    assert statuses(tagged) == [(1, "champion")]
    (first,) = tagged.workspace.champions.history("shapes")
    assert (first.outcome, first.previous, first.gate["basis"]) == ("promoted", None, "first")


def test_a_version_that_is_as_good_on_few_pictures_is_promoted_on_trust(tagged: Library) -> None:
    trained = tagged.train("shapes", AGAIN)
    assert trained.promotion is not None
    assert trained.promotion.gate["basis"] == "on trust"
    assert statuses(tagged) == [(2, "champion"), (1, "retired")]
    assert trained.to_json()["status"] == "champion"


def test_a_version_taught_nonsense_stays_in_the_shadows_and_says_why(tagged: Library) -> None:
    before = standing(tagged)
    spoil(tagged)
    trained = tagged.train("shapes", TrainOptions(EASY))
    assert trained.model.status == "challenger"
    assert trained.promotion is not None
    assert trained.promotion.gate["reasons"]
    assert statuses(tagged) == [(2, "challenger"), (1, "champion")]
    tagged.tag("shapes")
    assert {tag.model for tag in by_status(tagged, "auto")} == {1}
    assert set(before) == set(standing(tagged))


def test_a_version_is_judged_once_and_a_cut_off_judgement_is_made_up(tagged: Library) -> None:
    ws = tagged.workspace
    spoil(tagged)
    train(ws, "shapes", TrainOptions(EASY))  # cut off before the gate
    assert outcomes(tagged) == [(1, "promoted")]
    again = tagged.train("shapes", TrainOptions(EASY))
    assert (again.is_new, outcomes(tagged)[0]) == (False, (2, "kept"))
    tagged.train("shapes", TrainOptions(EASY))
    assert len(outcomes(tagged)) == 2


def test_a_person_may_overrule_the_gate_and_it_is_recorded(tagged: Library) -> None:
    spoil(tagged)
    tagged.train("shapes", TrainOptions(EASY))
    changed = promote(tagged.workspace, "shapes", 2, "ann", "we renamed everything")
    assert statuses(tagged)[0] == (2, "champion")
    made = changed.promotion
    assert (made.actor, made.gate["reasons"]) == ("ann", ["we renamed everything"])
    assert made.gate["overruled"]["promote"] is False
    with pytest.raises(Conflict, match="champion already"):
        promote(tagged.workspace, "shapes", 2, "ann", "")


def test_a_policy_can_leave_promoting_to_people(tagged: Library) -> None:
    ws = tagged.workspace
    set_policy(ws, "shapes", Policy(promote=False), "ann")
    trained = tagged.train("shapes", AGAIN)
    assert trained.model.status == "challenger"
    assert trained.promotion is not None
    gate = trained.promotion.gate
    assert "leaves promoting to people" in gate["reasons"][-1]
    assert [each["code"] for each in gate["codes"]] == ["overall", "policy"]


def test_after_a_promotion_what_the_machine_tagged_is_decided_again(tagged: Library) -> None:
    tag = by_status(tagged, "auto")[0]
    tagged.decide(tag.asset, another(str(tag.concept)), actor="ann")
    people = {t.asset for t in by_status(tagged, "confirmed")}
    tagged.train("shapes", AGAIN)
    done = retag(tagged.workspace, "shapes")
    assert done.pictures == len(standing(tagged)) - len(people)
    machines = [t for t in tagged.workspace.ledger.tags() if t.actor_kind == "model"]
    assert {t.model for t in machines} == {2}
    assert people.isdisjoint(t.asset for t in machines)
    assert retag(tagged.workspace, "shapes").pictures == 0


def test_rolling_back_brings_the_champion_before_and_its_tags_in_one_call(tagged: Library) -> None:
    before = tagged.tags(suggested=True)
    tagged.train("shapes", AGAIN)
    retag(tagged.workspace, "shapes")
    assert tagged.tags(suggested=True) != before
    changed = roll_back(tagged.workspace, "shapes", "ann", "too many crosses")
    assert tagged.tags(suggested=True) == before
    assert statuses(tagged) == [(2, "challenger"), (1, "champion")]
    assert outcomes(tagged)[0] == (1, "rolled-back")
    assert (len(changed.runs), changed.promotion.previous) == (1, 2)
    assert retag(tagged.workspace, "shapes").pictures == 0


def test_after_a_roll_back_pictures_the_old_champion_never_saw_are_left_to_the_next_tagging(
    tagged: Library,
) -> None:
    tagged.undo()  # version 1 has tagged nothing
    tagged.train("shapes", AGAIN)
    retag(tagged.workspace, "shapes")
    roll_back(tagged.workspace, "shapes", "ann")
    retag(tagged.workspace, "shapes")
    assert {tag.model for tag in by_status(tagged, "auto")} == {1}


def test_what_a_person_decided_after_the_promotion_survives_the_roll_back(tagged: Library) -> None:
    tagged.train("shapes", AGAIN)
    retag(tagged.workspace, "shapes")
    tag = by_status(tagged, "auto")[0]
    said = another(str(tag.concept))
    tagged.decide(tag.asset, said, actor="ann")
    roll_back(tagged.workspace, "shapes", "ann")
    assert standing(tagged)[tag.asset] == [(said, "confirmed")]


def test_a_version_that_was_rolled_back_can_be_promoted_and_tags_again(tagged: Library) -> None:
    tagged.train("shapes", AGAIN)
    retag(tagged.workspace, "shapes")
    roll_back(tagged.workspace, "shapes", "ann")
    promote(tagged.workspace, "shapes", 2, "ann", "it was right after all")
    assert retag(tagged.workspace, "shapes").pictures > 0
    assert {tag.model for tag in by_status(tagged, "auto")} == {2}


def test_there_is_no_rolling_back_from_the_first_version(tagged: Library) -> None:
    with pytest.raises(Conflict, match="no earlier champion"):
        roll_back(tagged.workspace, "shapes", "ann")
    with pytest.raises(NotFound):
        promote(tagged.workspace, "shapes", 9, "ann", "")


def test_undoing_a_promoted_training_brings_the_champion_before_and_the_undo_takes_it_back(
    tagged: Library,
) -> None:
    spoil(tagged)
    tagged.train("shapes", TrainOptions(EASY))  # 2, in the shadows
    tagged.train("shapes", TrainOptions(Contract(0.65), again=True))
    promote(tagged.workspace, "shapes", 3, "ann", "")
    training = next(r for r in tagged.runs() if r.kind == "train")
    undone = tagged.undo(run=training.id)
    assert statuses(tagged) == [(3, "undone"), (2, "challenger"), (1, "champion")]
    tagged.undo(run=undone.by)
    assert statuses(tagged)[0] == (3, "champion")


def test_a_promotion_queues_the_tagging_where_the_policy_says_so(tagged: Library) -> None:
    ws = tagged.workspace
    champions.train_and_gate(ws, "shapes", AGAIN, actor="ann", queue_tagging=True)
    (job,) = ws.jobs.list()
    assert (job.kind, job.subject, job.status) == ("tag", "shapes", "queued")
    set_policy(ws, "shapes", replace(Policy(), retag=False), "ann")
    ws.jobs.request_cancel(job.id, ws.now())
    champions.train_and_gate(ws, "shapes", AGAIN, actor="ann", queue_tagging=True)
    assert len(ws.jobs.list()) == 1


def test_a_comparison_shows_who_is_right_where_the_two_differ(tagged: Library) -> None:
    spoil(tagged)
    tagged.train("shapes", TrainOptions(EASY))
    (facet,) = compare(tagged.workspace, "shapes", 1, 2)["facets"]
    assert facet["promote"] is False
    overall = facet["figures"]["overall"]
    assert overall["n"] == facet["n"] > 0
    differing = facet["disagreements"]
    assert sum(d["n"] for d in differing if d["a"] == d["truth"]) == overall["lost"] > 0
    assert sum(d["n"] for d in differing if d["b"] == d["truth"]) == overall["gained"]
    labels = {tag.asset: tag.concept for tag in tagged.workspace.ledger.tags(people_only=True)}
    for each in differing:
        assert len(each["assets"]) == min(each["n"], 12)
        assert {labels[asset] for asset in each["assets"]} == {each["truth"]}


def test_judging_the_champion_against_itself_changes_nothing(tagged: Library) -> None:
    row = tagged.workspace.models.champion("shapes")
    assert row is not None
    assert gate_challenger(tagged.workspace, row, "ann").outcome == "promoted"
    assert statuses(tagged) == [(1, "champion")]
