"""Tagging: what the machine may do, and what it may never do."""

from __future__ import annotations

import pytest

from tagwright.core import taxonomy_edit
from tagwright.errors import Conflict
from tagwright.flows.library import Library
from tagwright.flows.training import TrainOptions
from tagwright.types import ConceptId
from tests.flows.conftest import EASY
from tests.flows.said import another, by_status, standing


def test_pictures_without_labels_are_tagged_and_labelled_ones_stay_as_they_are(
    library: Library,
) -> None:
    before = {a: tags for a, tags in standing(library).items() if tags}
    library.train("shapes", TrainOptions(EASY))
    done = library.tag("shapes")
    after = standing(library)
    assert done.pictures == len(after) - len(before)
    assert sum(done.verdicts["shapes"].values()) == done.pictures
    assert {asset: after[asset] for asset in before} == before
    assert by_status(library, "auto")


def test_a_tag_says_how_sure_it_is_and_under_which_contract(tagged: Library) -> None:
    tag = by_status(tagged, "auto")[0]
    assert tag.p is not None
    assert tag.cutoff is not None
    assert tag.cutoff <= tag.p <= 1
    assert (tag.model, tag.actor) == (1, "model 1")
    assert tag.contract == "0.6 right at 0.95 confidence"


def test_a_second_tagging_changes_nothing(tagged: Library) -> None:
    before, runs = standing(tagged), tagged.runs()
    assert tagged.tag("shapes").pictures == 0
    assert (standing(tagged), tagged.runs()) == (before, runs)


def test_without_a_model_the_way_out_is_said(library: Library) -> None:
    with pytest.raises(Conflict, match="tagwright train shapes"):
        library.tag("shapes")


@pytest.mark.parametrize("positive", [True, False], ids=["another concept", "not this one"])
def test_a_person_who_decides_after_the_machine_is_never_overruled(
    tagged: Library, *, positive: bool
) -> None:
    tag = by_status(tagged, "auto")[0]
    said = another(str(tag.concept)) if positive else str(tag.concept)
    status = "confirmed" if positive else "rejected"
    tagged.decide(tag.asset, said, positive=positive, actor="ann")
    assert (said, status) in standing(tagged)[tag.asset]
    tagged.train("shapes", TrainOptions(EASY, again=True))
    tagged.tag("shapes")
    assert (said, status) in standing(tagged)[tag.asset]
    tagged.undo(model="shapes:1")
    tagged.undo(model="shapes:2") if not positive else None
    assert standing(tagged)[tag.asset] == [(said, status)]


def test_undoing_a_model_takes_back_its_tags_and_no_others(tagged: Library) -> None:
    first = standing(tagged)
    tagged.train("shapes", TrainOptions(EASY, again=True))
    tagged.tag("shapes")
    assert {tag.model for tag in by_status(tagged, "auto")} == {2}
    tagged.undo(model="shapes:2")
    assert standing(tagged) == first
    assert {tag.model for tag in by_status(tagged, "auto")} == {1}


def test_undoing_a_model_that_was_superseded_leaves_its_successor(tagged: Library) -> None:
    tagged.train("shapes", TrainOptions(EASY, again=True))
    tagged.tag("shapes")
    second = standing(tagged)
    tagged.undo(model="shapes:1")
    assert standing(tagged) == second
    tagged.undo(model="shapes:2")
    assert by_status(tagged, "auto") == []


def test_a_tagging_that_was_undone_can_be_done_again(tagged: Library) -> None:
    before = standing(tagged)
    tagged.undo()
    assert by_status(tagged, "auto") == []
    tagged.tag("shapes")
    assert standing(tagged) == before


def test_the_tags_of_a_concept_retired_since_are_left_to_people(tagged: Library) -> None:
    tagged.undo()
    found = taxonomy_edit.deprecate(tagged.taxonomy("shapes"), ConceptId("stripes"))
    tagged.workspace.taxonomies.save(found, tagged.workspace.now())
    done = tagged.tag("shapes")
    assert "stripes" not in {tag.concept for tag in by_status(tagged, "auto")}
    assert any("retired" in warning for warning in done.warnings)


def test_what_was_merged_since_is_tagged_as_its_successor(tagged: Library) -> None:
    tagged.undo()
    merged = taxonomy_edit.merge(
        tagged.taxonomy("shapes"), ConceptId("stripes"), ConceptId("cross")
    )
    tagged.workspace.taxonomies.save(merged, tagged.workspace.now())
    tagged.tag("shapes")
    assert {tag.concept for tag in by_status(tagged, "auto")} <= {"circle", "cross"}


def test_a_batch_that_is_stored_stands_when_the_next_one_fails(tagged: Library) -> None:
    before = standing(tagged)
    tagged.undo()

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tagged.tag("shapes", progress=stop)
    assert standing(tagged) == before
    assert tagged.tag("shapes").pictures == 0
