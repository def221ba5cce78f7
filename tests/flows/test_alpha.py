"""Searching labels to leave out, and learning without them, on a real library."""

from __future__ import annotations

import pytest

from tagwright.errors import InvalidInput
from tagwright.flows import alpha
from tagwright.flows.deciding import decide, undo
from tagwright.flows.labels import FacetLabels, facet_labels
from tagwright.flows.leaving import LEFT_OUT, last_alpha, without_doubtful
from tagwright.flows.library import Library
from tagwright.flows.training import TrainOptions, train
from tagwright.flows.workspace import Workspace
from tagwright.types import AssetId

TAXONOMY = "shapes"


@pytest.fixture
def ws(library: Library) -> Workspace:
    return library.workspace


def labels_of(ws: Workspace) -> list[FacetLabels]:
    return facet_labels(ws, ws.taxonomies.get(TAXONOMY), ws.backbone_version)


def leave(ws: Workspace, share: float) -> None:
    """As if a search had found this share of all labels."""
    run = ws.runs.start("alpha", "ann", {"taxonomy": TAXONOMY}, ws.now())
    ws.runs.finish(run, {"facets": [{"facet": TAXONOMY, "shares": {"": share}}]}, ws.now())


def left(ws: Workspace) -> set[AssetId]:
    before = labels_of(ws)
    after = without_doubtful(ws, ws.taxonomies.get(TAXONOMY), before)
    return {each.asset for each in before[0].claimed} - {each.asset for each in after[0].claimed}


def test_the_report_tells_what_was_tried_and_what_it_brings(ws: Workspace) -> None:
    steps: list[tuple[str, float]] = []
    report = alpha.find_alpha(
        ws, TAXONOMY, seconds=0.2, progress=lambda what, share: steps.append((what, share))
    )
    (facet,) = report["facets"]
    assert facet["labels"] == sum(c.to_json()["split"] == "train" for c in labels_of(ws)[0].claimed)
    assert facet["trials"][0] == facet["trials"][0] | {"alpha": 0, "kept": facet["labels"]}
    assert {each["by_concept"] for each in facet["trials"]} == {True, False}
    assert facet["gain"]["n"] == facet["before"]["n"] == facet["after"]["n"] > 0
    assert facet["left_out"] == sum(each["left_out"] for each in facet["per_concept"])
    assert facet["worth"] is False  # all labels are right
    shares = [share for _, share in steps]
    assert shares == sorted(shares)
    found = last_alpha(ws, TAXONOMY)
    assert found is not None
    assert found.summary == report


def test_a_search_that_was_cut_off_goes_on_where_it_was(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Cut(Exception):
        pass

    def cut(what: str, share: float) -> None:
        if "of each concept" in what:
            raise Cut

    monkeypatch.setattr(alpha, "KEPT_EVERY", 0.0)
    with pytest.raises(Cut):
        alpha.find_alpha(ws, TAXONOMY, seconds=0.2, progress=cut)
    (cut_off,) = ws.runs.of_kind("alpha")
    assert last_alpha(ws, TAXONOMY) is None
    before = cut_off.summary["trials"][f"{TAXONOMY}/of all labels"]
    report = alpha.find_alpha(ws, TAXONOMY, seconds=0.2)
    assert report["run"] == cut_off.id
    scores = [each["score"] for each in report["facets"][0]["trials"]]
    assert scores[: len(before)] == [each["score"] for each in before]


def test_training_leaves_out_the_share_that_was_found_of_the_train_split(ws: Workspace) -> None:
    leave(ws, 0.25)
    all_labels = labels_of(ws)[0].claimed
    train_split = {c.asset for c in all_labels if c.to_json()["split"] == "train"}
    out = left(ws)
    assert len(out) == int(0.25 * len(train_split))
    assert out < train_split
    assert left(ws) == out
    trained = train(ws, TAXONOMY, TrainOptions(leave_out=True))
    (facet,) = trained.report["facets"]
    assert facet["left_out"] == {LEFT_OUT: len(out)}
    assert facet["pictures"] == len(all_labels) - len(out)
    assert train(ws, TAXONOMY, TrainOptions(leave_out=True)).is_new is False
    assert train(ws, TAXONOMY, TrainOptions()).is_new


def test_a_label_that_a_person_looked_at_twice_always_teaches(ws: Workspace) -> None:
    leave(ws, 0.25)
    asset = sorted(left(ws))[0]
    given = next(iter(next(c.yes for c in labels_of(ws)[0].claimed if c.asset == asset)))
    decide(ws, asset, TAXONOMY, given, positive=True, actor="ann")
    assert asset not in left(ws)


def test_without_a_search_nothing_can_be_left_out(ws: Workspace) -> None:
    with pytest.raises(InvalidInput, match="tagwright alpha shapes"):
        train(ws, TAXONOMY, TrainOptions(leave_out=True))


def test_where_nothing_is_labelled_there_is_nothing_to_search(ws: Workspace) -> None:
    (imported,) = ws.runs.of_kind("import")
    undo(ws, run=imported.id)
    with pytest.raises(InvalidInput, match="no facet of one concept a picture with labels"):
        alpha.find_alpha(ws, TAXONOMY, seconds=0.2)
