"""Single answers between trainings: what is suggested follows, what is tagged does not."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tagwright.config import Settings
from tagwright.core.policy import Policy
from tagwright.flows import online
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tagwright.flows.policies import set_policy
from tagwright.flows.reviewing import Asked, next_pictures, release
from tagwright.flows.training import TrainOptions
from tagwright.types import AssetId, Contract
from tests.conftest import Databases, Kind
from tests.flows.conftest import EASY, CopyOf, Template, Templates
from tests.flows.said import another, by_status, standing
from tests.pictures import draw_folders

EVERYTHING = Asked(count=100)
MISLAID = 6


@pytest.fixture(scope="module")
def _guarded(
    tmp_path_factory: pytest.TempPathFactory, _settings: Settings, databases: Databases
) -> Templates:
    """A library with enough labelled pictures for a guard: 300, a sixth of them left unlabelled.

    Some lie in the wrong folder, so that nothing is learned with a certainty of 1.
    """

    @cache
    def guarded(kind: Kind) -> Template:
        pictures = draw_folders(tmp_path_factory.mktemp("many") / "shapes", 100)
        folders = sorted(folder for folder in pictures.iterdir() if folder.is_dir())
        for folder, other in zip(folders, folders[1:] + folders[:1], strict=True):
            for picture in sorted(folder.glob("[0-9]*"))[:MISLAID]:
                picture.rename(other / f"mislaid-{picture.name}")
        template = Template(tmp_path_factory.mktemp("guarded") / "shapes", databases.fresh(kind))
        settings = replace(_settings, database_url=template.url)
        with Library.create(template.folder, settings) as library:
            library.import_pictures(pictures, ImportOptions(labels="folders", hold_back=1 / 6))
            library.train("shapes", TrainOptions(EASY))
            library.tag("shapes")
        shutil.rmtree(pictures)
        return template

    return guarded


@pytest.fixture
def guarded(_guarded: Templates, copy_of: CopyOf, database_kind: Kind, tmp_path: Path) -> Library:
    return copy_of(_guarded(database_kind), tmp_path / "guarded")


def answer(library: Library, asset: AssetId, concept: str) -> None:
    library.decide(asset, concept, taxonomy="shapes", actor="ann")
    online.teach(library.workspace, "shapes", [asset])


def told(library: Library) -> dict[str, object]:
    (facet,) = online.read_online(library.workspace, "shapes")["facets"]
    return dict(facet)


def first(library: Library, asset: AssetId) -> tuple[str, float]:
    best = online.suggest(library.workspace, "shapes", [asset])[asset][0]
    return str(best.concept), best.p


def test_an_answer_moves_what_is_suggested_for_it_and_nothing_that_is_tagged(
    guarded: Library,
) -> None:
    tag = by_status(guarded, "auto")[0]
    before, tags = first(guarded, tag.asset), standing(guarded)
    answer(guarded, tag.asset, another(before[0]))
    after = first(guarded, tag.asset)
    assert after != before
    assert told(guarded)["answers"] == 1
    del tags[tag.asset]
    now = standing(guarded)
    assert {asset: now[asset] for asset in tags} == tags


def test_the_review_queue_shows_what_the_latest_answers_suggest(guarded: Library) -> None:
    ws = guarded.workspace
    guarded.train("shapes", TrainOptions(Contract(0.99)))  # nothing may be tagged alone
    guarded.tag("shapes")
    before = {item.asset: item for item in next_pictures(ws, "shapes", "ann", EVERYTHING)}
    release(ws, "shapes", "ann")
    assert before
    for asset in list(before)[:6]:
        answer(guarded, asset, str(before[asset].suggestions[0].concept))
    taught = online.suggest(ws, "shapes", list(before))
    after = {item.asset: item for item in next_pictures(ws, "shapes", "ann", EVERYTHING)}
    asked = [a for a in after if a in before and after[a].verdict == "review"]
    assert asked
    for asset in asked:
        best = after[asset].suggestions[0]
        assert (best.concept, best.p) == (taught[asset][0].concept, taught[asset][0].p)
        assert best.verdict == "review"
    assert any(after[a].suggestions[0].p != before[a].suggestions[0].p for a in asked)


def test_a_picture_counts_once_with_its_latest_answer(guarded: Library) -> None:
    tag = by_status(guarded, "auto")[0]
    answer(guarded, tag.asset, "cross")
    answer(guarded, tag.asset, "circle")
    assert told(guarded)["kept"] == 1
    guarded.undo()
    guarded.undo()
    online.teach(guarded.workspace, "shapes", [tag.asset])
    assert told(guarded)["kept"] == 0


def test_the_next_champion_starts_afresh(guarded: Library) -> None:
    tag = by_status(guarded, "auto")[0]
    answer(guarded, tag.asset, str(tag.concept))
    guarded.train("shapes", TrainOptions(EASY, again=True))
    assert online.read_online(guarded.workspace, "shapes")["facets"] == []


def test_a_reset_forgets_and_a_policy_can_switch_it_off(guarded: Library) -> None:
    ws, tag = guarded.workspace, by_status(guarded, "auto")[0]
    answer(guarded, tag.asset, str(tag.concept))
    online.reset_online(ws, "shapes")
    assert online.read_online(ws, "shapes")["facets"] == []
    set_policy(ws, "shapes", Policy(online=False), "ann")
    online.teach(ws, "shapes", [tag.asset])
    assert online.read_online(ws, "shapes")["facets"] == []


def test_with_too_few_validation_pictures_to_guard_it_the_champion_is_not_touched(
    tagged: Library,
) -> None:
    tag = by_status(tagged, "auto")[0]
    before = first(tagged, tag.asset)
    answer(tagged, tag.asset, another(before[0]))
    assert "label more" in str(told(tagged)["paused"])
    assert first(tagged, tag.asset) == before


def test_without_a_model_there_is_nothing_to_teach(library: Library) -> None:
    asset = next(iter(library.workspace.assets.all())).id
    online.teach(library.workspace, "shapes", [asset])
    assert online.suggest(library.workspace, "shapes", [asset]) == {}
    assert online.read_online(library.workspace, "shapes")["model"] is None
