"""Label check on a real library: what is wrong is proposed, and nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tagwright.config import Settings
from tagwright.errors import NotFound
from tagwright.flows import cleaning
from tagwright.flows.deciding import decide, undo
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tagwright.flows.workspace import Workspace
from tagwright.store.suspects import SuspectRow, Wanted
from tagwright.types import AssetId, ConceptId, FacetId
from tests.pictures import draw_twins

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


def mislabel(ws: Workspace, asset: AssetId) -> str:
    """Make an import say another concept of a picture that has a label; which."""
    line = next(tag for tag in ws.ledger.tags(taxonomy=TAXONOMY) if tag.asset == asset)
    other = "cross" if line.concept != "cross" else "circle"
    run = ws.runs.start("import", "import", {"again": asset}, ws.now())
    with ws.db.write() as transaction:
        ws.ledger.append_in(
            transaction,
            [replace(line, concept=ConceptId(other), run=run)],
            lambda taxonomy, facet: False,
        )
    ws.runs.finish(run, {}, ws.now())
    return other


def test_of_two_labels_given_to_one_picture_both_are_told(ws: Workspace) -> None:
    labelled = truth(ws)
    asset = next(iter(labelled))
    other = mislabel(ws, asset)
    cleaning.find_suspects(ws, TAXONOMY)
    first = ws.suspects.list(TAXONOMY)[0]
    assert (first.asset, first.reason) == (asset, "contradiction")
    assert {first.given, str(first.proposed)} == {labelled[asset], other}


def test_a_contradiction_ends_with_a_persons_word(ws: Workspace) -> None:
    asset = next(iter(truth(ws)))
    other = mislabel(ws, asset)
    cleaning.find_suspects(ws, TAXONOMY)
    decide(ws, asset, TAXONOMY, other, positive=True, actor="bob")
    assert asset not in listed(ws)
    cleaning.find_suspects(ws, TAXONOMY)
    assert (asset, "contradiction") not in {
        (row.asset, row.reason) for row in ws.suspects.list(TAXONOMY)
    }


# Look-alikes


@pytest.fixture
def twins_of(tmp_path: Path, settings: Settings) -> Iterator[Callable[[int, int], Workspace]]:
    """A library of `draw_twins`, once: how many groups are torn, and how many are not."""
    with ExitStack() as stack:

        def made(torn: int, alike: int) -> Workspace:
            pictures = draw_twins(tmp_path / TAXONOMY, torn=torn, alike=alike)
            library = stack.enter_context(Library.create(tmp_path / "library", settings))
            library.import_pictures([pictures], ImportOptions(labels="folders"))
            return library.workspace

        yield made


def test_of_look_alikes_the_one_that_is_labelled_as_fewer_are_is_told(
    twins_of: Callable[[int, int], Workspace],
) -> None:
    ws = twins_of(1, 12)
    cleaning.find_suspects(ws, TAXONOMY)
    first = ws.suspects.list(TAXONOMY)[0]
    assert [Path(place).name for place in ws.assets.locations(first.asset)] == ["torn-0.jpg"]
    assert (first.reason, first.given, first.proposed) == ("look-alike", "cross", "circle")
    witness, label = first.near[0]
    assert label == "circle"
    assert Path(ws.assets.locations(witness)[0]).name.startswith("twin-0")
    assert ws.suspects.count(TAXONOMY, Wanted(reason="look-alike")) == 1


def test_look_alikes_that_are_told_apart_on_purpose_are_left_in_peace(
    twins_of: Callable[[int, int], Workspace],
) -> None:
    ws = twins_of(3, 6)
    cleaning.find_suspects(ws, TAXONOMY)
    assert ws.suspects.count(TAXONOMY, Wanted(reason="look-alike")) == 0


def test_a_look_alike_is_corrected_by_a_person_and_not_on_an_order_for_all(
    twins_of: Callable[[int, int], Workspace],
) -> None:
    ws = twins_of(1, 12)
    cleaning.find_suspects(ws, TAXONOMY)
    (torn,) = ws.suspects.list(TAXONOMY, wanted=Wanted(reason="look-alike"))
    done = cleaning.correct_labels(ws, TAXONOMY, "ann", sure=0.5)
    assert torn.asset not in {entry.asset for entry in done.entries}
    decide(ws, torn.asset, TAXONOMY, "circle", positive=True, actor="bob")
    cleaning.find_suspects(ws, TAXONOMY)
    assert ws.suspects.count(TAXONOMY, Wanted(reason="look-alike")) == 0


# Correcting on an order for all


def test_all_is_corrected_as_one_run_however_many_batches_it_takes(ws: Workspace) -> None:
    labelled = sorted(truth(ws))
    before = list(ws.ledger.tags())
    rows = [
        SuspectRow(
            asset,
            FacetId(TAXONOMY),
            ConceptId(truth(ws)[asset]),
            ConceptId("cross" if truth(ws)[asset] != "cross" else "circle"),
            score=0.001 * at,
            found_at=ws.now(),
        )
        for at, asset in enumerate(labelled[:5])
    ]
    ws.suspects.replace(TAXONOMY, rows)
    done = cleaning.correct_labels(ws, TAXONOMY, "ann", batch=2)
    assert [entry.asset for entry in done.entries] == labelled[:5]
    assert {entry.run for entry in done.entries} == {done.run}
    assert listed(ws) == []
    (run,) = [run for run in ws.runs.of_kind("decide") if run.id == done.run]
    assert run.summary == {"tags": 5}
    undo(ws, run=done.run)
    assert list(ws.ledger.tags()) == before
