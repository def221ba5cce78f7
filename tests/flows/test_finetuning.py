"""Fine-tuning a library: its own network, the ordinary head on top, and nothing learned twice."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path

import pytest

from tagwright.config import Settings
from tagwright.core.splits import split_of
from tagwright.errors import Conflict, InvalidInput
from tagwright.flows.champions import recipe_in_force
from tagwright.flows.finetuning import FinetuneOptions
from tagwright.flows.jobs import KINDS, Control
from tagwright.flows.library import Library
from tagwright.flows.training import TrainOptions, model_backbone
from tagwright.runtime.custom import read_row
from tagwright.store.models import ModelRow
from tagwright.types import Json, Recipe
from tests.conftest import Databases, Kind
from tests.flows.conftest import EASY, CopyOf, Template, Templates
from tests.pictures import draw_folders

TUNING = FinetuneOptions(schedule="modern", side=64, epochs=3)
OPTIONS = TrainOptions(EASY)


def test_without_the_extra_a_sentence_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from tagwright.flows.finetuning import known_network\n"
        "try: known_network('lite0')\n"
        "except Exception as error: print(error)"
    )
    told = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert "run `pip install 'tagwright[finetune]'`" in told


@pytest.fixture(scope="module")
def torch_installed() -> None:
    torch = pytest.importorskip("torch", reason="needs `pip install 'tagwright[finetune]'`")
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def _templates(
    tmp_path_factory: pytest.TempPathFactory,
    torch_installed: None,
    _imported: Templates,
    _settings: Settings,
    databases: Databases,
) -> Templates:
    """A fine-tuned library of each kind of database, made once."""

    @cache
    def template(kind: Kind) -> Template:
        before = _imported(kind)
        made = Template(tmp_path_factory.mktemp("tuned") / "it", databases.fresh(kind, before.url))
        shutil.copytree(before.folder, made.folder)
        with Library.open(made.folder, replace(_settings, database_url=made.url)) as library:
            library.finetune("shapes", TUNING, OPTIONS)
        return made

    return template


@pytest.fixture
def tuned(
    _templates: Templates, copy_of: CopyOf, database_kind: Kind, tmp_path: Path
) -> tuple[Library, ModelRow]:
    """A library with a fine-tuned champion, and the champion."""
    library = copy_of(_templates(database_kind), tmp_path / "tuned")
    champion = library.workspace.models.champion("shapes")
    assert champion is not None
    return library, champion


def test_a_fine_tuned_network_is_the_backbone_of_a_version_like_any(
    tuned: tuple[Library, ModelRow],
) -> None:
    library, champion = tuned
    ws = library.workspace
    version = model_backbone(ws, champion)
    assert ws.networks.row(version) is not None
    assert version != ws.backbone_version
    (facet,) = ws.models.report(champion)["facets"]
    assert facet["top1"]["value"] > 0.8
    assert facet["top1"]["n"] > 0
    assert ws.assets.count_without_features(version) == 0
    assert not list((ws.root / "finetuning").rglob("plan.json"))
    tagged = library.tag("shapes")
    assert tagged.pictures > 0
    assert not tagged.warnings


def test_what_taught_the_network_teaches_no_head_and_backs_no_promise(
    tuned: tuple[Library, ModelRow],
) -> None:
    library, champion = tuned
    ws = library.workspace
    lesson = ws.networks.lesson(model_backbone(ws, champion))
    snapshot = ws.models.snapshot(champion)
    taught = [line for line in snapshot if lesson.holds(line["asset"], line["group"])]
    assert {line["split"] for line in taught} == {"train"}
    left = [s for s in snapshot if s["split"] == "train" and s not in taught]
    (facet,) = ws.models.report(champion)["facets"]
    assert sum(row["train"] for row in facet["concepts"]) == len(left) > 0
    assert len(taught) > len(left)


def test_pictures_that_come_later_are_seen_by_the_same_network(
    tuned: tuple[Library, ModelRow], tmp_path: Path
) -> None:
    library, champion = tuned
    ws, version = library.workspace, model_backbone(library.workspace, champion)
    library.tag("shapes")
    library.import_pictures(draw_folders(tmp_path / "later", 4, seed=9))
    assert ws.assets.count_without_features(version) == 12
    assert library.tag("shapes").pictures == 12
    assert ws.assets.count_without_features(version) == 0


def test_training_again_stays_on_the_champions_network(tuned: tuple[Library, ModelRow]) -> None:
    library, champion = tuned
    ws = library.workspace
    again = library.train("shapes", TrainOptions(EASY, again=True))
    assert model_backbone(ws, again.model) == model_backbone(ws, champion)
    assert again.report["backbone"] == model_backbone(ws, champion)
    assert again.model.version == 2


@pytest.mark.usefixtures("torch_installed")
@pytest.mark.parametrize(("head", "answers"), [("tree", 2), ("one-vs-rest", 3)])
def test_a_network_may_be_taught_yes_no_questions(
    library: Library, head: Recipe, answers: int
) -> None:
    """Of three shapes: two questions in a tree, or one each."""
    made = library.finetune("shapes", replace(TUNING, head=head), OPTIONS)
    ws = library.workspace
    (facet,) = made.report["facets"]
    assert made.report["recipe"] == facet["recipe"] == head
    assert facet["top1"]["value"] > 0.5  # a third would be chance
    row = ws.networks.row(model_backbone(ws, made.model))
    assert row is not None
    assert read_row(row).views["detail"] == answers
    again = library.train("shapes", TrainOptions(EASY, recipe=recipe_in_force(ws, "shapes")))
    assert not again.is_new


@pytest.mark.usefixtures("torch_installed")
def test_a_challenger_on_another_network_sits_the_same_exam(library: Library) -> None:
    library.train("shapes", OPTIONS)
    tuned = library.finetune("shapes", TUNING, OPTIONS)
    assert tuned.promotion is not None
    assert tuned.promotion.gate["against"] == 1
    assert tuned.promotion.gate["basis"] != "first"


def test_fine_tuning_the_same_labels_again_gives_the_same_network(
    tuned: tuple[Library, ModelRow],
) -> None:
    library, champion = tuned
    again = library.finetune("shapes", TUNING, OPTIONS)
    assert not again.is_new
    assert again.model.version == champion.version


def test_a_network_that_was_changed_on_disk_is_not_used(tuned: tuple[Library, ModelRow]) -> None:
    library, champion = tuned
    row = library.workspace.networks.row(model_backbone(library.workspace, champion))
    assert row is not None
    (row.parent / "lesson.json").write_text("{")
    with pytest.raises(Conflict, match="restore its folder"):
        library.train("shapes", TrainOptions(EASY, again=True))


@pytest.mark.usefixtures("torch_installed")
@pytest.mark.parametrize(
    ("tuning", "said"),
    [
        pytest.param(FinetuneOptions(network="lite9"), "name one of lite0", id="unknown network"),
        pytest.param(
            FinetuneOptions(network="resnet101"),
            r"weights of 'resnet101' do not come along.*--checkpoint.*--from-scratch",
            id="no weights",
        ),
        pytest.param(
            FinetuneOptions(network="resnet101", checkpoint=Path("/nowhere.pth")),
            "cannot read the weights '/nowhere.pth'",
            id="no such file",
        ),
    ],
)
def test_what_cannot_be_fine_tuned_says_what_to_do(
    library: Library, tuning: FinetuneOptions, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        library.finetune("shapes", tuning, OPTIONS)


@pytest.mark.usefixtures("torch_installed")
def test_a_concept_with_one_picture_is_refused_by_name(library: Library, tmp_path: Path) -> None:
    ws = library.workspace
    found = library.taxonomy("shapes")
    names = [c.id for c in found.concepts]
    tags = ws.ledger.tags(taxonomy="shapes", people_only=True)
    groups = {asset.id: asset.group for asset in ws.assets.all()}
    for entry in tags:  # leaves one picture of each concept but the first
        if entry.concept != names[0] and split_of(groups[entry.asset]) == "train":
            library.decide(entry.asset, names[0])
    with pytest.raises(InvalidInput, match="no network can learn taxonomy 'shapes' yet: only 1"):
        library.finetune("shapes", TUNING, OPTIONS)


@pytest.mark.usefixtures("torch_installed")
def test_a_job_fine_tunes_with_progress_in_pictures(library: Library) -> None:
    told: list[Json] = []
    control = Control("j", "ann", lambda: None, told.append, count().__next__)
    tuning = {"network": "lite0", "head": "tree", "schedule": "study", "side": 64, "epochs": 1}
    params = {"taxonomy": "shapes", "recipe": "finetune", "tuning": tuning}
    params |= {"contract": {"target": 0.6, "confidence": 0.95}}
    result = KINDS["train"].run(library.workspace, params, control)
    assert (result["taxonomy"], result["version"], result["new"]) == ("shapes", 1, True)
    assert recipe_in_force(library.workspace, "shapes") == "tree"
    steps = [progress["step"] for progress in told]
    assert any(step.startswith("epoch 1 of 1") for step in steps)
    epoch = next(p for p in told if p["step"].startswith("epoch"))
    assert epoch["done"] == epoch["total"] > 3  # one batch holds them all


@pytest.mark.usefixtures("torch_installed")
def test_a_job_that_is_finished_early_makes_a_model_of_the_best_state(library: Library) -> None:
    told: list[Json] = []
    control = Control("j", "ann", lambda: None, told.append, count().__next__, lambda: True)
    params = {"taxonomy": "shapes", "recipe": "finetune", "tuning": {"side": 64, "epochs": 50}}
    params |= {"contract": {"target": 0.6, "confidence": 0.95}}
    result = KINDS["train"].run(library.workspace, params, control)
    assert (result["version"], result["new"]) == (1, True)
    epochs = {
        progress["step"].split(",")[0] for progress in told if progress["step"].startswith("epoch")
    }
    assert epochs == {"epoch 1 of 50", "epoch 2 of 50"}
    champion = library.workspace.models.champion("shapes")
    assert champion is not None
    assert model_backbone(library.workspace, champion) != library.workspace.backbone_version
