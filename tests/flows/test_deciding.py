"""A person's word, and taking things back."""

from __future__ import annotations

import pytest

from tagwright.core import taxonomy_edit
from tagwright.errors import Conflict, InvalidInput, NotFound, TagwrightError
from tagwright.flows.library import Library
from tagwright.types import ConceptId
from tests.flows.said import another, by_status, standing


def test_a_person_outranks_an_import(library: Library) -> None:
    label = by_status(library, "confirmed")[0]
    said = another(str(label.concept))
    library.decide(label.asset, said)
    assert standing(library)[label.asset] == [(said, "confirmed")]


def test_a_decision_is_undone_by_default_and_the_undo_can_be_undone(tagged: Library) -> None:
    before = standing(tagged)
    asset = by_status(tagged, "auto")[0].asset
    tagged.decide(asset, "cross")
    decided = standing(tagged)
    undone = tagged.undo()
    assert (undone.kind, undone.assets, standing(tagged)) == ("decide", 1, before)
    tagged.undo(run=undone.by)
    assert standing(tagged) == decided


def test_undo_goes_back_one_step_at_a_time_and_stops_before_the_import(tagged: Library) -> None:
    labels = by_status(tagged, "confirmed")
    asset = by_status(tagged, "auto")[0].asset
    tagged.decide(asset, "cross")
    tagged.decide(asset, "circle")
    assert [tagged.undo().kind for _ in range(3)] == ["decide", "decide", "tag"]
    with pytest.raises(Conflict, match="tagwright runs"):
        tagged.undo()
    assert by_status(tagged, "confirmed") == labels


def test_undoing_and_redoing_over_and_over_ends_where_it_began(tagged: Library) -> None:
    before, run = standing(tagged), tagged.runs()[0].id
    for _ in range(3):
        undone = tagged.undo(run=run)
        assert by_status(tagged, "auto") == []
        tagged.undo(run=undone.by)
        assert standing(tagged) == before


def test_undoing_an_import_leaves_what_a_person_said_for_when_it_comes_back(
    tagged: Library,
) -> None:
    label = by_status(tagged, "confirmed")[0]
    said = another(str(label.concept))
    tagged.decide(label.asset, said)
    imported = next(run for run in tagged.runs() if run.kind == "import")
    undone = tagged.undo(run=imported.id)
    assert tagged.status().pictures == 0
    tagged.undo(run=undone.by)
    assert standing(tagged)[label.asset] == [(said, "confirmed")]
    assert tagged.status().pictures == 120


@pytest.mark.parametrize(
    ("given", "error"),
    [
        pytest.param({"run": "zzz"}, NotFound, id="a run that is not there"),
        pytest.param({"model": "shapes:9"}, NotFound, id="a model that is not there"),
        pytest.param({"model": "shapes"}, InvalidInput, id="a model without a version"),
        pytest.param({"run": "a", "model": "shapes:1"}, InvalidInput, id="two things at once"),
    ],
)
def test_what_cannot_be_undone_is_an_error_and_nothing_changes(
    tagged: Library, given: dict[str, str], error: type[TagwrightError]
) -> None:
    before, runs = standing(tagged), tagged.runs()
    with pytest.raises(error):
        tagged.undo(**given)
    assert (standing(tagged), tagged.runs()) == (before, runs)


def test_what_is_undone_already_is_not_undone_twice(tagged: Library) -> None:
    run = tagged.runs()[0].id
    tagged.undo(run=run)
    with pytest.raises(Conflict, match="undone already"):
        tagged.undo(run=run)
    with pytest.raises(Conflict, match="nothing to undo"):
        tagged.undo(model="shapes:1")


@pytest.mark.parametrize(
    ("asset", "concept"),
    [
        pytest.param("f" * 64, "cross", id="a picture that is not there"),
        pytest.param("", "zigzag", id="a concept that is not there"),
        pytest.param("", "stripes", id="a concept that is retired"),
    ],
)
def test_a_decision_on_nothing_is_an_error_and_leaves_no_run(
    library: Library, asset: str, concept: str
) -> None:
    found = taxonomy_edit.deprecate(library.taxonomy("shapes"), ConceptId("stripes"))
    library.workspace.taxonomies.save(found, library.workspace.now())
    known = next(iter(standing(library)))
    runs = library.runs()
    with pytest.raises((NotFound, Conflict), match=r"matches|no concept|retired"):
        library.decide(asset or known, concept)
    assert library.runs() == runs


def test_a_word_that_was_merged_is_taken_as_its_successor(library: Library) -> None:
    found = taxonomy_edit.merge(
        library.taxonomy("shapes"), ConceptId("stripes"), ConceptId("cross")
    )
    library.workspace.taxonomies.save(found, library.workspace.now())
    asset = next(a for a, tags in standing(library).items() if not tags)
    assert library.decide(asset, "stripes").concept == "cross"
