"""A network of the workspace's own serves its models, with no torch in the house."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ByteSize

from tagwright.config import Settings
from tagwright.core.splits import split_of
from tagwright.errors import Conflict, InvalidInput
from tagwright.flows.classifying import Seen, open_classifier
from tagwright.flows.embedding import embed_missing
from tagwright.flows.installation import Installation
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tagwright.flows.ready import Ready
from tagwright.flows.training import TrainOptions, model_backbone
from tagwright.flows.workspace import Workspace
from tagwright.media.pool import Unreadable
from tagwright.runtime.custom import read_row
from tagwright.runtime.loaded import LoadedNetworks
from tagwright.types import AssetId
from tests.flows.conftest import EASY
from tests.pictures import draw_folders
from tests.tiny import tiny_backbone_row, tiny_row


@pytest.fixture
def library(tmp_path: Path, settings: Settings, drawn: Path) -> Iterator[Library]:
    """The drawn pictures, under a tiny backbone."""
    tiny = replace(settings, backbone=str(tiny_backbone_row(tmp_path)))
    with Library.create(tmp_path / "library", tiny) as made:
        made.import_pictures(drawn, ImportOptions(labels="folders", hold_back=0.25))
        yield made


def accepted(ws: Workspace, folder: Path, taught: list[tuple[AssetId, str]], seed: int = 1) -> str:
    """Another tiny network, as the workspace's own. Returns its version."""
    graph = tiny_backbone_row(folder, seed=seed).with_suffix(".onnx").read_bytes()
    row = tiny_row("network.onnx", hashlib.sha256(graph).hexdigest()) | {"name": "tiny-tuned"}
    staged = ws.networks.stage(graph, row, taught)
    version = read_row(staged / "row.json").version
    ws.networks.accept(staged, version)
    return version


@pytest.fixture
def version(library: Library, tmp_path: Path) -> str:
    """The version of a network that was taught a third of the train split."""
    train = [a for a in library.workspace.assets.all() if split_of(a.group) == "train"]
    taught = [(asset.id, asset.group) for asset in train[::3]]
    return accepted(library.workspace, tmp_path, taught)


def test_a_version_learned_on_it_tags_and_stays_on_it(
    library: Library, version: str, tmp_path: Path
) -> None:
    ws = library.workspace
    first = library.train("shapes", TrainOptions(EASY, network=version))
    assert model_backbone(ws, first.model) == first.report["backbone"] == version
    assert library.tag("shapes").warnings == ()
    library.import_pictures(draw_folders(tmp_path / "later", 4, seed=9))
    assert ws.assets.count_without_features(version) == 12
    assert library.tag("shapes").pictures == 12
    again = library.train("shapes", TrainOptions(EASY, again=True))
    assert (again.model.version, model_backbone(ws, again.model)) == (2, version)


def test_no_head_learns_from_what_taught_the_network(library: Library, version: str) -> None:
    ws = library.workspace
    trained = library.train("shapes", TrainOptions(EASY, network=version))
    lesson, snapshot = ws.networks.lesson(version), ws.models.snapshot(trained.model)
    train = [line for line in snapshot if line["split"] == "train"]
    left = [line for line in train if not lesson.holds(line["asset"], line["group"])]
    (facet,) = trained.report["facets"]
    assert sum(row["train"] for row in facet["concepts"]) == len(left)
    assert 0 < len(left) < len(train)


def test_a_picture_is_classified_by_the_network_its_model_learned_on(
    library: Library, version: str, drawn: Path
) -> None:
    library.train("shapes", TrainOptions(EASY, network=version))
    library.tag("shapes")
    ws, picture = library.workspace, next((drawn / "circle").iterdir())
    asset = hashlib.sha256(picture.read_bytes()).hexdigest()
    with open_classifier(Installation(ws)) as classifier:
        ready = classifier.models.get(ws, "shapes")
        seen = classifier.classify(picture.read_bytes(), [ready], 3).result()
    assert isinstance(seen, Seen)
    (answer,) = seen.answers[0]
    stored = ws.features.load(version, [AssetId(asset)], ("semantic",))["semantic"][0]
    assert (seen.row["semantic"] != stored).any()  # the picture's own are of the backbone in use
    assert answer.top[0].p > 0


def test_industries_whose_networks_do_not_fit_together_are_all_served(
    library: Library, version: str, tmp_path: Path, drawn: Path
) -> None:
    """Two taxonomies, a network each, and room for one of them beside the backbone in use."""
    ws, picture = library.workspace, next((drawn / "circle").iterdir()).read_bytes()
    library.train("shapes", TrainOptions(EASY, network=version))
    other = accepted(ws, tmp_path, [], seed=2)
    embed_missing(ws, version=other)
    library.train("shapes", TrainOptions(EASY, network=other))
    room = LoadedNetworks(["CPU"], int(2.5 * ws.backbone().size), patience=30)
    home = replace(ws, loaded=room)
    with open_classifier(Installation(home)) as classifier:
        ready = [classifier.models.get(home, "shapes", number) for number in (1, 2)]
        alone = [classifier.classify(picture, [each], 3).result(30) for each in ready]
        many = [classifier.classify(picture, [ready[i % 2]], 3) for i in range(40)]
        both = classifier.classify(picture, ready, 3)
        for i, each in enumerate(many):
            assert answers_of(each.result(60)) == answers_of(alone[i % 2])
        assert answers_of(both.result(60)) == [*answers_of(alone[0]), *answers_of(alone[1])]
        assert sum(each.size for each in room.all()) <= room.limit
    assert answers_of(alone[0]) != answers_of(alone[1])


def test_a_model_whose_network_is_not_here_is_said_of_the_picture_asked(
    library: Library, drawn: Path
) -> None:
    ws, picture = library.workspace, next((drawn / "circle").iterdir()).read_bytes()
    library.train("shapes", TrainOptions(EASY))
    with open_classifier(Installation(ws)) as classifier:
        here = classifier.models.get(ws, "shapes")
        assert isinstance(here, Ready)
        gone = classifier.classify(picture, [replace(here, backbone="tiny-gone")], 3)
        with pytest.raises(Conflict, match=r"reads features of tiny-gone.*train it again"):
            gone.result(30)
        assert isinstance(classifier.classify(picture, [here], 3).result(30), Seen)


def answers_of(seen: Seen | Unreadable) -> list[list[float]]:
    """The probabilities of the guesses of each model."""
    assert isinstance(seen, Seen)
    return [[round(g.p, 4) for g in facets[0].top] for facets in seen.answers]


def test_a_device_that_is_not_here_is_refused_when_a_library_is_opened(
    library: Library,
) -> None:
    ws = library.workspace
    with pytest.raises(InvalidInput, match=r"no device 'GPU\.9' here: name some of .*CPU"):
        Library.open(ws.root, replace(ws.settings, devices="CPU, GPU.9"))
    with Library.open(ws.root, replace(ws.settings, devices="CPU, CPU")) as opened:
        assert opened.workspace.backbone().version == ws.backbone_version
        (loaded,) = opened.workspace.loaded.all()
    assert (loaded.version, loaded.device) == (ws.backbone_version, "CPU")


def test_a_network_larger_than_the_memory_for_networks_is_refused(library: Library) -> None:
    ws = library.workspace
    small = replace(ws.settings, network_memory=ByteSize(100_000))
    with (
        Library.open(ws.root, small) as opened,
        pytest.raises(InvalidInput, match="raise TAGWRIGHT_NETWORK_MEMORY"),
    ):
        opened.workspace.backbone()


def test_a_network_that_is_gone_is_named_with_the_way_out(library: Library, version: str) -> None:
    ws = library.workspace
    assert ws.networks.lesson(ws.backbone_version).assets == frozenset()
    with pytest.raises(Conflict, match="network 'tiny-gone' is not here: set TAGWRIGHT_BACKBONE"):
        embed_missing(ws, version="tiny-gone")


def test_the_same_network_twice_is_one(library: Library, version: str, tmp_path: Path) -> None:
    assert accepted(library.workspace, tmp_path, []) == version
    folders = list(library.workspace.networks.folder.iterdir())
    assert [folder.name for folder in folders] == [version]
