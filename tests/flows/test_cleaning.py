"""Label check on a real library: what is wrong is proposed, and nothing is changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tagwright.errors import NotFound
from tagwright.flows import cleaning
from tagwright.flows.deciding import decide, undo
from tagwright.flows.library import Library
from tagwright.flows.workspace import Workspace
from tagwright.types import AssetId, ConceptId

TAXONOMY = "shapes"


@pytest.fixture
def ws(library: Library) -> Workspace:
    return library.workspace


def truth(ws: Workspace) -> dict[AssetId, str]:
    """The class of every labelled picture, which its folder says."""
    return {tag.asset: str(tag.concept) for tag in ws.ledger.tags(taxonomy=TAXONOMY)}


@pytest.fixture
def wrong(ws: Workspace) -> dict[AssetId, str]:
    """Four pictures that a person labelled wrongly, with what they show."""
    labelled = truth(ws)
    some = np.random.default_rng(0).choice(sorted(labelled), 4, replace=False).tolist()
    for asset in some:
        other = "cross" if labelled[asset] != "cross" else "circle"
        decide(ws, asset, TAXONOMY, other, positive=True, actor="ann")
    return {AssetId(asset): labelled[AssetId(asset)] for asset in some}


@pytest.fixture
def mislabelled(ws: Workspace) -> AssetId:
    """A picture whose first and only label is wrong."""
    labelled = truth(ws)
    asset = next(a.id for a in ws.assets.all() if a.id not in labelled)
    shown = ws.assets.locations(asset)[0].split("/")[-2]
    decide(ws, asset, TAXONOMY, "cross" if shown != "cross" else "circle", positive=True, actor="a")
    return asset


def listed(ws: Workspace) -> list[AssetId]:
    return [row.asset for row in ws.suspects.list(TAXONOMY)]


def test_a_wrong_label_is_proposed_and_nothing_is_changed(
    ws: Workspace, mislabelled: AssetId
) -> None:
    before = list(ws.ledger.tags())
    report = cleaning.find_suspects(ws, TAXONOMY)
    assert mislabelled in listed(ws)
    assert report["suspects"] == len(listed(ws)) == ws.suspects.count(TAXONOMY)
    row = ws.suspects.get(TAXONOMY, TAXONOMY, mislabelled)
    assert row.proposed != row.given
    assert list(ws.ledger.tags()) == before


def test_looking_twice_finds_the_same(ws: Workspace, mislabelled: AssetId) -> None:
    cleaning.find_suspects(ws, TAXONOMY)
    first = ws.suspects.list(TAXONOMY)
    cleaning.find_suspects(ws, TAXONOMY)
    again = ws.suspects.list(TAXONOMY)
    assert [(r.asset, r.score) for r in again] == [(r.asset, r.score) for r in first]


def test_a_label_that_a_person_kept_is_settled_for_good(
    ws: Workspace, mislabelled: AssetId
) -> None:
    cleaning.find_suspects(ws, TAXONOMY)
    given = ws.suspects.get(TAXONOMY, TAXONOMY, mislabelled).given
    kept = decide(ws, mislabelled, TAXONOMY, given, positive=True, actor="bob")
    assert mislabelled not in listed(ws)
    cleaning.find_suspects(ws, TAXONOMY)
    assert mislabelled not in listed(ws)
    undo(ws, run=kept.run)
    cleaning.find_suspects(ws, TAXONOMY)
    assert mislabelled in listed(ws)


def test_a_label_that_a_person_corrected_is_gone_at_once(
    ws: Workspace, mislabelled: AssetId
) -> None:
    cleaning.find_suspects(ws, TAXONOMY)
    proposed = ws.suspects.get(TAXONOMY, TAXONOMY, mislabelled).proposed
    decide(ws, mislabelled, TAXONOMY, str(proposed), positive=True, actor="bob")
    assert mislabelled not in listed(ws)


def test_what_a_person_made_of_an_import_is_not_doubted(
    ws: Workspace, wrong: dict[AssetId, str]
) -> None:
    cleaning.find_suspects(ws, TAXONOMY)
    assert not set(wrong) & set(listed(ws))


def test_pages_go_on_where_the_last_ended(ws: Workspace, mislabelled: AssetId) -> None:
    cleaning.find_suspects(ws, TAXONOMY)
    rows, place = [], None
    while page := ws.suspects.list(TAXONOMY, after=place, limit=1):
        rows += page
        place = (page[-1].score, page[-1].facet, page[-1].asset)
    assert rows == ws.suspects.list(TAXONOMY)


def test_another_workspace_sees_nothing_of_it(ws: Workspace, mislabelled: AssetId) -> None:
    cleaning.find_suspects(ws, TAXONOMY)
    other = replace(ws, id="other")
    assert other.suspects.count(TAXONOMY) == 0
    with pytest.raises(NotFound):
        other.suspects.get(TAXONOMY, TAXONOMY, mislabelled)


def test_the_report_tells_how_many_labels_are_wrong_with_an_interval(
    ws: Workspace, mislabelled: AssetId
) -> None:
    report = cleaning.find_suspects(ws, TAXONOMY, actor="ann")
    (facet,) = report["facets"]
    wrong = facet["wrong"]
    assert 0 <= wrong["low"] <= wrong["value"] <= wrong["high"] <= 1
    assert wrong["n"] == facet["labels"] == sum(each["labels"] for each in facet["concepts"])
    assert sum(each["count"] for each in facet["swaps"]) == facet["suspects"]
    kept = cleaning.last_check(ws, TAXONOMY)
    assert kept is not None
    assert (kept.summary["facets"], kept.actor) == (report["facets"], "ann")


def test_a_suspect_comes_with_its_nearest_labelled_pictures(
    ws: Workspace, mislabelled: AssetId
) -> None:
    cleaning.find_suspects(ws, TAXONOMY)
    row = ws.suspects.get(TAXONOMY, TAXONOMY, mislabelled)
    assert len(row.near) == 3
    assert mislabelled not in {asset for asset, _ in row.near}
    labels = truth(ws)
    assert all(labels[asset] == concept for asset, concept in row.near)


def test_labels_are_corrected_for_all_only_where_no_person_gave_them(
    ws: Workspace, mislabelled: AssetId
) -> None:
    cleaning.find_suspects(ws, TAXONOMY)
    before = list(ws.ledger.tags())
    done = cleaning.correct_labels(ws, TAXONOMY, "ann", sure=0.5)
    assert mislabelled not in {entry.asset for entry in done.entries}
    if done.run is not None:
        undo(ws, run=done.run)
    assert list(ws.ledger.tags()) == before


def test_of_two_labels_given_to_one_picture_both_are_told(ws: Workspace) -> None:
    labelled = truth(ws)
    asset = next(iter(labelled))
    other = "cross" if labelled[asset] != "cross" else "circle"
    run = ws.runs.start("import", "import", {"again": 1}, ws.now())
    line = replace(
        next(tag for tag in ws.ledger.tags(taxonomy=TAXONOMY) if tag.asset == asset),
        concept=ConceptId(other),
        run=run,
    )
    with ws.db.write() as transaction:
        ws.ledger.append_in(transaction, [line], lambda taxonomy, facet: False)
    ws.runs.finish(run, {}, ws.now())
    cleaning.find_suspects(ws, TAXONOMY)
    first = ws.suspects.list(TAXONOMY)[0]
    assert (first.asset, first.reason) == (asset, "contradiction")
    assert {first.given, str(first.proposed)} == {labelled[asset], other}
