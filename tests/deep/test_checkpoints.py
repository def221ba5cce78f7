"""Networks whose weights do not come along: fine-tuned from a file in timm's format, to the graph.

Their pretrained weights are not at hand here, so the file holds random ones whose batch norm knows
the pictures. What is tested is the path: read, frozen up to the boundary, learned, exported.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs `pip install 'tagwright[finetune]'`")

import openvino
import torch
from safetensors.torch import save_file

from tagwright.deep.cache import picture_file
from tagwright.deep.export import exported
from tagwright.deep.files import read_state, write_state
from tagwright.deep.networks import Net, build, from_file, network_named
from tagwright.deep.plan import Plan, Task
from tagwright.deep.recipes import RecipeName
from tagwright.deep.run import prepared, run
from tagwright.types import Ids, Pixels
from tests.deep.small import coloured, settle

SIDES = {"inception-v3": 96, "vgg19": 224, "vit-small": 32, "dinov2-small": 28}
COUNTS = {"vgg19": 8}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "recipe"),
    [
        ("inception-v3", "study"),
        ("inception-v3", "modern"),
        ("resnet101", "modern"),
        ("vgg19", "study"),
        ("efficientnetv2-s", "modern"),
        ("convnext-tiny", "modern"),
        ("vit-small", "modern"),
        ("dinov2-small", "study"),
        ("timm:resnet18", "modern"),
        ("timm:mobilenetv3_small_100", "study"),
    ],
)
def test_a_network_is_fine_tuned_from_a_file_and_leaves_as_a_graph(
    name: str, recipe: RecipeName, tmp_path: Path
) -> None:
    network, side = network_named(name), SIDES.get(name, 64)
    pixels, truth = _pictures(COUNTS.get(name, 32), side)
    file = tmp_path / "weights.safetensors"
    save_file(_random(name, pixels), file)
    tasks = (Task("one", 3),)
    plan = Plan(name, side, tasks, recipe, "pretrained", network.boundary, epochs=2, batch=8)
    folder = _folder(plan, tmp_path / "run", pixels, truth)
    write_state(folder / "weights.safetensors", from_file(file, network), {})
    begun = {key: value.clone() for key, value in prepared(plan, folder).state_dict().items()}
    story = run(folder)
    assert all(np.isfinite(epoch["loss"]) for epoch in story["epochs"])
    ended, _ = read_state(folder / "network.safetensors")
    net = prepared(plan, folder)
    learns = {key for key, value in net.named_parameters() if value.requires_grad}
    frozen = {key for key, value in net.named_parameters() if not value.requires_grad}
    assert frozen or name.startswith("timm:")  # of a network without a row all of it learns
    assert all(torch.equal(begun[key], ended[key]) for key in frozen)
    if story["best"] > (story["begun"] or -1):  # else what it began with was best, and is kept
        assert any(not torch.equal(begun[key], ended[key]) for key in learns)
    _assert_same_graph(folder, pixels)


def _pictures(count: int, side: int) -> tuple[Pixels, Ids]:
    pixels, truth = coloured(count)
    planes = torch.from_numpy(pixels).permute(0, 3, 1, 2).float()
    sized = torch.nn.functional.interpolate(planes, (side, side))
    return sized.permute(0, 2, 3, 1).byte().numpy(), truth


def _random(name: str, pixels: Pixels) -> dict[str, torch.Tensor]:
    network = network_named(name)
    model = build(network, pixels.shape[1], 1000, seed=1)
    settle(Net(network, model, None), network, pixels)
    return model.state_dict()


def _folder(plan: Plan, folder: Path, pixels: Pixels, truth: Ids) -> Path:
    folder.mkdir()
    file = picture_file(folder / "pixels.npy", len(pixels), plan.side)
    file[:] = pixels
    file.flush()  # type: ignore[attr-defined]
    np.save(folder / "targets.npy", truth[:, None].astype(np.int32))
    np.save(folder / "parts.npy", (np.arange(len(pixels)) % 4 == 3).astype(np.uint8))
    plan.write(folder)
    return folder


def _assert_same_graph(folder: Path, pixels: Pixels) -> None:
    made = exported(folder)
    model = openvino.Core().read_model(io.BytesIO(made.onnx))
    compiled = openvino.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    wanted = next(iter(made.served.embed(pixels[:1])))
    for values, found in zip(wanted, compiled(pixels[:1]).values(), strict=True):
        assert np.abs(found - values).max() <= 1e-3 * np.abs(values).max()
