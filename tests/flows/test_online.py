"""Single answers between trainings: what is suggested follows, what is tagged does not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tagwright.config import Settings
from tagwright.core.policy import Policy
from tagwright.flows import online
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tagwright.flows.policies import set_policy
from tagwright.flows.training import TrainOptions
from tagwright.types import AssetId
from tests.flows.conftest import EASY
from tests.flows.said import another, by_status, standing
from tests.pictures import draw_folders


@pytest.fixture(scope="module")
def _large(tmp_path_factory: pytest.TempPathFactory, _settings: Settings) -> Path:
    """Enough pictures for a validation split that can guard: 20 and more."""
    drawn = draw_folders(tmp_path_factory.mktemp("many") / "shapes", 120)
    folder = tmp_path_factory.mktemp("large") / "shapes"
    with Library.create(folder, _settings) as library:
        library.import_pictures(drawn, ImportOptions(labels="folders", hold_back=0.25))
        library.train("shapes", TrainOptions(EASY))
        library.tag("shapes")
    return folder


@pytest.fixture
def tagged(_large: Path, tmp_path: Path, _settings: Settings) -> Iterator[Library]:
    shutil.copytree(_large, tmp_path / "library")
    with Library.open(tmp_path / "library", _settings) as library:
        yield library


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
    tagged: Library,
) -> None:
    tag = by_status(tagged, "auto")[0]
    before, tags = first(tagged, tag.asset), standing(tagged)
    answer(tagged, tag.asset, another(before[0]))
    after = first(tagged, tag.asset)
    assert after != before
    assert told(tagged)["answers"] == 1
    del tags[tag.asset]
    now = standing(tagged)
    assert {asset: now[asset] for asset in tags} == tags


def test_a_picture_counts_once_with_its_latest_answer(tagged: Library) -> None:
    tag = by_status(tagged, "auto")[0]
    answer(tagged, tag.asset, "cross")
    answer(tagged, tag.asset, "circle")
    assert told(tagged)["kept"] == 1
    tagged.undo()
    tagged.undo()
    online.teach(tagged.workspace, "shapes", [tag.asset])
    assert told(tagged)["kept"] == 0


def test_the_next_champion_starts_afresh(tagged: Library) -> None:
    tag = by_status(tagged, "auto")[0]
    answer(tagged, tag.asset, str(tag.concept))
    tagged.train("shapes", TrainOptions(EASY, again=True))
    assert online.read_online(tagged.workspace, "shapes")["facets"] == []


def test_a_reset_forgets_and_a_policy_can_switch_it_off(tagged: Library) -> None:
    ws, tag = tagged.workspace, by_status(tagged, "auto")[0]
    answer(tagged, tag.asset, str(tag.concept))
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
