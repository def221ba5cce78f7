"""Changing a taxonomy that pictures are labelled with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tagwright.core.edits import (
    Add,
    AddFacet,
    Deprecate,
    Edit,
    Merge,
    Move,
    Rename,
    Restore,
    SetAltLabels,
    SetFacetKind,
    Split,
)
from tagwright.core.vocabulary import Vocabulary
from tagwright.errors import Conflict, InvalidInput
from tagwright.flows.answers import Answer, decide_many
from tagwright.flows.deciding import undo
from tagwright.flows.edits import apply, copy_taxonomy, preview, set_vocabulary
from tagwright.flows.labels import facet_labels
from tagwright.flows.library import Library
from tagwright.flows.reviewing import Asked, next_pictures
from tagwright.store.workspaces import ensure_workspace
from tagwright.types import AssetId, ConceptId, FacetId
from tests.flows.said import by_status, standing

CIRCLE, CROSS, STRIPES = map(ConceptId, ("circle", "cross", "stripes"))
SHAPES = FacetId("shapes")


def of_concept(library: Library, concept: str) -> set[AssetId]:
    return {tag.asset for tag in library.workspace.ledger.tags() if tag.concept == concept}


def test_a_merge_moves_every_tag_to_the_successor_and_undo_moves_them_back(
    tagged: Library,
) -> None:
    ws, before = tagged.workspace, standing(tagged)
    crosses, circles = of_concept(tagged, CROSS), of_concept(tagged, CIRCLE)
    applied = apply(ws, "shapes", [Merge(CROSS, CIRCLE)], "lib")
    assert applied.assets >= len(crosses)
    assert of_concept(tagged, CROSS) == set()
    assert of_concept(tagged, CIRCLE) == crosses | circles
    undone = undo(ws, run=applied.run)
    assert standing(tagged) == before
    assert ws.taxonomies.version("shapes") == applied.version + 1
    undo(ws, run=undone.by)
    assert of_concept(tagged, CIRCLE) == crosses | circles


def test_a_no_to_a_merged_concept_keeps_the_machine_from_its_successor(tagged: Library) -> None:
    ws = tagged.workspace
    tag = next(tag for tag in by_status(tagged, "auto") if tag.concept == CIRCLE)
    decide_many(ws, "shapes", [Answer("reject", tag.asset, CROSS)], "ann")
    apply(ws, "shapes", [Merge(CROSS, CIRCLE)], "lib")
    assert standing(tagged)[tag.asset] == [(CIRCLE, "rejected")]


def test_of_a_yes_and_a_no_that_a_merge_joins_the_yes_stands(tagged: Library) -> None:
    ws, asset = tagged.workspace, by_status(tagged, "auto")[0].asset
    answers = [Answer("confirm", asset, CIRCLE), Answer("reject", asset, CROSS)]
    decide_many(ws, "shapes", answers, "ann")
    apply(ws, "shapes", [Merge(CROSS, CIRCLE)], "lib")
    assert standing(tagged)[asset] == [(CIRCLE, "confirmed")]


def test_undoing_an_import_after_a_merge_takes_its_labels_from_the_successor(
    library: Library,
) -> None:
    apply(library.workspace, "shapes", [Merge(CROSS, CIRCLE)], "lib")
    imported = next(run for run in library.runs() if run.kind == "import")
    library.undo(run=imported.id)
    assert list(library.workspace.ledger.tags()) == []


def test_a_preview_counts_what_an_edit_would_change_and_changes_nothing(tagged: Library) -> None:
    ws, before, version = tagged.workspace, standing(tagged), tagged.workspace.taxonomies.version
    crosses = of_concept(tagged, CROSS)
    labels = {tag.asset for tag in by_status(tagged, "confirmed") if tag.concept == CROSS}
    was = version("shapes")
    impact = preview(
        ws, "shapes", [Merge(CROSS, CIRCLE), Deprecate(STRIPES), Split(CIRCLE, ("Big", "Small"))]
    )
    merge, retire, split = impact.edits
    assert (merge.assets, merge.labels, merge.review) == (len(crosses), len(labels), 0)
    assert merge.machine == len(crosses) - len(labels)
    assert (merge.models, split.models) == ((), (1,))
    assert retire.review == retire.labels > 0
    assert split.review == split.labels > len(labels)  # the merged ones count as circles too
    assert len(merge.samples) == 12
    assert (standing(tagged), version("shapes")) == (before, was)


def test_what_is_split_is_asked_again_until_a_person_has_looked(tagged: Library) -> None:
    ws = tagged.workspace
    labelled = {tag.asset for tag in by_status(tagged, "confirmed") if tag.concept == CIRCLE}
    apply(ws, "shapes", [Split(CIRCLE, ("Disc", "Ring"))], "lib")
    asked = Asked(kind="edited", count=100, overlap=0)
    rng = np.random.default_rng(0)
    page = {item.asset for item in next_pictures(ws, "shapes", "ann", asked, rng=rng)}
    assert page == labelled
    one, other, *rest = sorted(page)
    answers = [Answer("correct", one, "circle/disc"), Answer("confirm", other, CIRCLE)]
    assert decide_many(ws, "shapes", answers, "ann").refused == ()
    later = {item.asset for item in next_pictures(ws, "shapes", "bob", asked, rng=rng)}
    assert later == set()  # ann still holds the rest
    with ws.db.write() as transaction:
        ws.holds.release(transaction, "shapes")
    later = {item.asset for item in next_pictures(ws, "shapes", "bob", asked, rng=rng)}
    assert later == set(rest)


def test_a_split_without_a_parent_retires_the_old_concept(tagged: Library) -> None:
    ws = tagged.workspace
    apply(ws, "shapes", [Split(CIRCLE, ("Disc", "Ring"), keep=False)], "lib")
    found = ws.taxonomies.get("shapes")
    assert not found.is_live(CIRCLE)
    assert found.roots(SHAPES) == ("cross", "stripes", "disc", "ring")
    (facet,) = facet_labels(ws, found, ws.backbone_version)
    assert all(CIRCLE not in claimed.yes for claimed in facet.claimed)


@pytest.mark.parametrize(
    ("edits", "check"),
    [
        pytest.param([Add(SHAPES, "Star")], "star", id="add"),
        pytest.param([Rename(CIRCLE, "Disc")], "Disc", id="rename"),
        pytest.param([Move(CROSS, STRIPES)], "stripes > cross", id="move"),
        pytest.param([Deprecate(CROSS), Restore(CROSS)], "cross", id="restore"),
        pytest.param([SetAltLabels(CROSS, (("en", "X"),))], "X", id="alt labels"),
        pytest.param([AddFacet("Mood", "any"), Add(FacetId("mood"), "Calm")], "Calm", id="facet"),
    ],
)
def test_each_edit_makes_a_version_and_its_undo_another(
    library: Library, edits: list[Edit], check: str
) -> None:
    ws = library.workspace
    before, tags = ws.taxonomies.get("shapes"), standing(library)
    applied = apply(ws, "shapes", edits, "lib")
    path = tuple(part.strip() for part in check.split(">"))
    assert applied.taxonomy.find_path(path) is not None
    if applied.run is None:  # retired and restored: nothing changed
        assert applied.taxonomy == before
        return
    assert applied.version == ws.taxonomies.version("shapes") == 2
    undo(ws, run=applied.run)
    assert ws.taxonomies.get("shapes") == before
    assert (ws.taxonomies.version("shapes"), standing(library)) == (3, tags)


def test_edits_made_for_an_older_version_are_refused_saying_both(library: Library) -> None:
    ws = library.workspace
    apply(ws, "shapes", [Rename(CIRCLE, "Disc")], "lib", if_version=1)
    with pytest.raises(Conflict, match="at version 2 and this was made for version 1"):
        apply(ws, "shapes", [Rename(CIRCLE, "Ring")], "lib", if_version=1)


def test_one_bad_edit_spoils_them_all_and_is_named(library: Library) -> None:
    ws = library.workspace
    with pytest.raises(InvalidInput, match=r"edit 2 \(merge\)"):
        apply(ws, "shapes", [Rename(CIRCLE, "Disc"), Merge(CIRCLE, CIRCLE)], "lib")
    assert ws.taxonomies.version("shapes") == 1


def test_an_edit_under_a_later_one_is_not_undone_alone(library: Library) -> None:
    ws = library.workspace
    first = apply(ws, "shapes", [Rename(CIRCLE, "Disc")], "lib")
    second = apply(ws, "shapes", [Rename(CROSS, "X")], "lib")
    with pytest.raises(Conflict, match="undo the later changes first"):
        undo(ws, run=first.run)
    undo(ws, run=second.run)
    undo(ws, run=first.run)
    assert ws.taxonomies.get("shapes") == ws.taxonomies.at("shapes", 1)


def test_an_added_concept_that_pictures_carry_is_not_undone(library: Library) -> None:
    ws, asset = library.workspace, by_status(library, "confirmed")[0].asset
    applied = apply(ws, "shapes", [Add(SHAPES, "Star")], "lib")
    decide_many(ws, "shapes", [Answer("correct", asset, "star")], "ann")
    with pytest.raises(Conflict, match="'star'"):
        undo(ws, run=applied.run)


def test_a_facet_of_any_number_that_becomes_one_shows_who_carries_two(library: Library) -> None:
    ws, asset = library.workspace, by_status(library, "confirmed")[0].asset
    apply(ws, "shapes", [SetFacetKind(SHAPES, "any")], "lib")
    decide_many(ws, "shapes", [Answer("confirm", asset, c) for c in (CIRCLE, CROSS)], "ann")
    (impact,) = preview(ws, "shapes", [SetFacetKind(SHAPES, "one")]).edits
    assert (impact.review, impact.samples) == (1, (asset,))


def test_own_words_are_shown_replaced_and_outlive_an_update_of_the_shared_taxonomy(
    library: Library,
) -> None:
    ws = library.workspace
    ensure_workspace(ws.db, "client", ws.now())
    client = replace(ws, id="client")
    copy_taxonomy(ws, client, "shapes")
    set_vocabulary(client, "shapes", Vocabulary("ours", ((CIRCLE, "en", "Roundel"),)), "ann")
    apply(ws, "shapes", [Add(SHAPES, "Star")], "lib")
    copy_taxonomy(ws, client, "shapes")
    found = client.taxonomies.get("shapes")
    assert (found.get(CIRCLE).label, found.find("star")) == ("Roundel", "star")
    changed = set_vocabulary(client, "shapes", Vocabulary("ours", ((CROSS, "en", "X"),)), "ann")
    found = client.taxonomies.get("shapes")
    assert (found.get(CIRCLE).label, found.get(CROSS).label) == ("circle", "X")
    assert ws.taxonomies.get("shapes").get(CROSS).label == "cross"
    undo(client, run=changed.run)
    assert client.taxonomies.get("shapes").get(CIRCLE).label == "Roundel"
    words = client.taxonomies.vocabulary("shapes")
    assert words is not None
    assert words.words == ((CIRCLE, "en", "Roundel"),)


def test_own_words_of_two_who_began_with_the_same_version(library: Library) -> None:
    ws = library.workspace
    set_vocabulary(ws, "shapes", Vocabulary("a", ((CIRCLE, "en", "Disc"),)), "ann", if_version=1)
    with pytest.raises(Conflict, match="version 2 and this was made for version 1"):
        set_vocabulary(ws, "shapes", Vocabulary("b", ((CROSS, "en", "X"),)), "bob", if_version=1)
    found = ws.taxonomies.get("shapes")
    assert (found.get(CIRCLE).label, found.get(CROSS).label) == ("Disc", "cross")
