"""What people decide of many pictures of a map: one run, and what others said stays."""

from __future__ import annotations

import pytest

from tagwright.errors import Conflict, InvalidInput, NotFound
from tagwright.flows.answers import Answer, decide_many
from tagwright.flows.atlas import MapOptions, build_map
from tagwright.flows.deciding import undo
from tagwright.flows.lasso import NewConcept, chosen, group_on, grow, pictures_at, select
from tagwright.flows.library import Library
from tagwright.flows.reviewing import Asked, next_pictures
from tagwright.flows.waiting import waiting
from tagwright.flows.workspace import Workspace
from tagwright.types import AssetId
from tests.flows.said import standing

OF = "shapes"
ELLIPSE = NewConcept(OF, OF, "ellipse")


@pytest.fixture
def ws(tagged: Library) -> Workspace:
    return tagged.workspace


@pytest.fixture
def some(ws: Workspace) -> list[AssetId]:
    """Every fifth picture: labelled, tagged alone, suggested."""
    return sorted(asset.id for asset in ws.assets.all())[::5]


def statuses(ws: Workspace) -> set[tuple[AssetId, str]]:
    return {(tag.asset, tag.status) for tag in ws.ledger.tags()}


def of(library: Library, assets: list[AssetId]) -> set[tuple[str, str]]:
    """What stands on pictures, positive or not."""
    found = standing(library)
    return {tag for asset in assets for tag in found.get(asset, [])}


def test_a_label_ends_what_imports_and_models_said_and_undo_brings_it_back(
    tagged: Library, ws: Workspace, some: list[AssetId]
) -> None:
    before = standing(tagged)
    done = select(ws, OF, some, "label", "ann", concept="stripes")
    assert (done.changed, done.unchanged, done.refused) == (24, 0, 0)
    assert of(tagged, some) == {("stripes", "confirmed")}
    undo(ws, run=done.run)
    assert standing(tagged) == before


def test_the_same_word_again_changes_nothing(ws: Workspace, some: list[AssetId]) -> None:
    select(ws, OF, some, "label", "ann", concept="stripes")
    again = select(ws, OF, some, "label", "bob", concept="stripes")
    assert (again.run, again.changed, again.unchanged) == (None, 0, 24)


@pytest.mark.parametrize(
    ("said", "action"),
    [
        (Answer("confirm", AssetId("x"), "circle"), "label"),
        (Answer("reject", AssetId("x"), "stripes"), "label"),
        (Answer("none_of_these", AssetId("x"), facet="shapes"), "label"),
        (Answer("confirm", AssetId("x"), "stripes"), "reject"),
    ],
    ids=["another concept", "not this", "none of these", "just this"],
)
def test_what_another_person_said_otherwise_stays(
    tagged: Library, ws: Workspace, some: list[AssetId], said: Answer, action: str
) -> None:
    answer = Answer(said.kind, some[0], said.concept, said.facet)
    decide_many(ws, OF, [answer], "bob")
    kept = standing(tagged).get(some[0])
    done = select(ws, OF, some, action, "ann", concept="stripes")  # type: ignore[arg-type]
    assert (done.changed, done.refused) == (23, 1)
    assert standing(tagged).get(some[0]) == kept
    own = select(ws, OF, some[:1], action, "bob", concept="stripes")  # type: ignore[arg-type]
    assert (own.changed, own.refused) == (1, 0)  # one may change one's own mind


def test_more_than_a_batch_is_one_run_all_the_same(
    tagged: Library, ws: Workspace, some: list[AssetId], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tagwright.flows.lasso.BATCH", 7)
    before = standing(tagged)
    done = select(ws, OF, some, "label", "ann", concept="stripes")
    assert done.changed == 24
    assert ws.runs.get(str(done.run)).summary == {"tags": 24}
    undo(ws, run=done.run)
    assert standing(tagged) == before
    grown = grow(ws, ELLIPSE, some, "ann")
    assert grown.done.changed == 24
    assert ws.runs.get(str(grown.done.run)).summary["tags"] == 24
    undo(ws, run=grown.done.run)
    assert standing(tagged) == before


def test_a_rejection_says_it_is_not_this(
    tagged: Library, ws: Workspace, some: list[AssetId]
) -> None:
    select(ws, OF, some, "reject", "ann", concept="circle")
    assert ("circle", "rejected") in of(tagged, some)
    assert not of(tagged, some) & {("circle", status) for status in ("confirmed", "auto")}


def test_what_is_sent_to_review_comes_first_until_it_is_answered(
    ws: Workspace, some: list[AssetId]
) -> None:
    before = waiting(ws, OF, "bob").queues["uncertain"]
    silent = [a for a in some[:3] if (a, "suggested") not in statuses(ws)]
    done = select(ws, OF, some[:3], "review", "ann")
    assert done.changed == 3
    assert waiting(ws, OF, "bob").queues["uncertain"] == before + len(silent)
    assert select(ws, OF, some[:4], "review", "bob").changed == 1
    page = next_pictures(ws, OF, "bob", Asked("uncertain", 4))
    assert {item.asset for item in page} == set(some[:4])
    assert {item.why.reason for item in page} == {"sent"}
    decide_many(ws, OF, [Answer("confirm", some[0], "circle")], "bob", queue="uncertain")
    with ws.db.read() as connection:
        assert ws.reviews.waiting_sent(connection, OF) == set(some[1:4])
    undo(ws, run=done.run)
    with ws.db.read() as connection:
        assert ws.reviews.waiting_sent(connection, OF) == {some[3]}


def test_a_new_concept_and_its_labels_come_and_go_as_one(
    tagged: Library, ws: Workspace, some: list[AssetId]
) -> None:
    before, version = standing(tagged), ws.taxonomies.version(OF)
    grown = grow(ws, ELLIPSE, some, "ann")
    assert grown.concept in ws.taxonomies.get(OF)
    assert grown.done.changed == 24
    assert of(tagged, some) == {(grown.concept, "confirmed")}
    taken = undo(ws, run=grown.done.run)
    assert grown.concept not in ws.taxonomies.get(OF)
    assert standing(tagged) == before
    undo(ws, run=taken.by)
    assert of(tagged, some) == {(grown.concept, "confirmed")}
    assert ws.taxonomies.version(OF) == version + 3


def test_a_concept_that_others_have_used_since_is_not_undone_from_under_them(
    ws: Workspace, some: list[AssetId]
) -> None:
    grown = grow(ws, ELLIPSE, some[:5], "ann")
    decide_many(ws, OF, [Answer("confirm", some[7], grown.concept)], "bob")
    with pytest.raises(Conflict):
        undo(ws, run=grown.done.run)
    assert grown.concept in ws.taxonomies.get(OF)


def test_a_concept_may_be_put_below_another(ws: Workspace, some: list[AssetId]) -> None:
    grown = grow(ws, NewConcept(OF, OF, "ring", "circle"), some[:5], "ann")
    assert ws.taxonomies.get(OF).ancestors(grown.concept) == ("circle",)


def test_a_picture_that_is_gone_is_refused(ws: Workspace, some: list[AssetId]) -> None:
    done = select(ws, OF, [*some[:2], AssetId("0" * 64)], "label", "ann", concept="circle")
    assert done.refused == 1


def test_a_lasso_names_pictures_by_their_place_on_the_map(ws: Workspace) -> None:
    row = build_map(ws, MapOptions(taxonomy=OF))
    named = ws.maps.points(row).ids(range(120))
    assert pictures_at(ws, row.id, [5, 3, 5]) == [named[5], named[3], named[5]]
    assert chosen(ws, row.id, [5, 3, 5]) == [named[3], named[5]]
    cluster = ws.maps.points(row).cluster
    assert len(group_on(ws, row.id, cluster=0)) == int((cluster == 0).sum())
    for wrong in ([120], [-1], []):
        with pytest.raises(InvalidInput):
            chosen(ws, row.id, wrong)
    with pytest.raises(InvalidInput, match="no group 99"):
        group_on(ws, row.id, group=99)
    with pytest.raises(InvalidInput, match="no cluster 99"):
        group_on(ws, row.id, cluster=99)


def test_a_concept_that_is_needed_or_unknown_is_told(ws: Workspace, some: list[AssetId]) -> None:
    with pytest.raises(InvalidInput, match="'label' needs a concept"):
        select(ws, OF, some, "label", "ann")
    with pytest.raises(NotFound):
        select(ws, OF, some, "label", "ann", concept="hats")
