"""Networks: cut where the table says, and filled with weights that belong to them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs `pip install 'tagwright[finetune]'`")

import torch
from safetensors.torch import save_file

from tagwright.deep.networks import (
    NETWORKS,
    Net,
    build,
    from_file,
    from_packaged,
    network_named,
    take_weights,
)
from tagwright.errors import InvalidInput
from tagwright.flows.ways import WITH_WEIGHTS
from tagwright.runtime.catalog import CATALOG, Packaged
from tagwright.runtime.weights import packaged_file, read_legacy_torch, verified_bytes

LITE0 = NETWORKS["lite0"]
SIDES = {"inception-v3": 96, "vit-small": 32, "dinov2-small": 28}
"""Small enough to be quick, large enough for the network."""


@pytest.mark.parametrize("name", NETWORKS)
def test_the_two_parts_of_a_network_are_the_whole(name: str) -> None:
    network, side = NETWORKS[name], SIDES.get(name, 64)
    model = build(network, side, 3, seed=0).eval()
    net = Net(network, model, network.boundary).eval()
    pixels = torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        embedding, logits = net(net.frozen(pixels))
        whole = model(pixels)
    assert embedding.ndim == 2
    assert logits.shape == (2, 3)
    torch.testing.assert_close(logits, whole)


@pytest.mark.parametrize("name", ["lite0", "inception-v3", "vit-small"])
def test_only_what_comes_after_the_boundary_learns(name: str) -> None:
    network, side = NETWORKS[name], SIDES.get(name, 64)
    net = Net(network, build(network, side, 3, seed=0), network.boundary).train()
    with torch.no_grad():
        x = net.frozen(torch.randn(2, 3, side, side))
    net(x)[1].sum().backward()
    learns = {id(p) for part in net.parts() for p in part}
    for parameter in net.parameters():
        assert (id(parameter) in learns) == parameter.requires_grad == (parameter.grad is not None)


def test_frozen_steps_keep_their_running_statistics() -> None:
    net = Net(LITE0, build(LITE0, 64, 3, seed=0), LITE0.boundary).train()
    before = {k: v.clone() for k, v in net.model.bn1.state_dict().items()}  # type: ignore[union-attr]
    with torch.no_grad():
        net.frozen(torch.randn(4, 3, 64, 64))
    assert not net.model.bn1.training  # type: ignore[union-attr]
    for name, value in net.model.bn1.state_dict().items():  # type: ignore[union-attr]
        assert torch.equal(value, before[name])


@pytest.mark.parametrize("size", [0, 1, 2])
def test_packaged_weights_fill_timms_network(size: int) -> None:
    network = NETWORKS[f"lite{size}"]
    assert network.packaged is not None
    spec = CATALOG[network.packaged]
    assert (spec.side, spec.mean, spec.std) == (network.side, network.mean, network.std)
    assert isinstance(spec.weights, Packaged)
    file = packaged_file(spec.weights.package, spec.weights.file)
    weights = read_legacy_torch(verified_bytes(file, spec.sha256))
    model = build(network, network.side, 2, seed=0)
    take_weights(model, network, from_packaged(weights, network), spec.source)
    stem = model.conv_stem.weight.detach().numpy()  # type: ignore[union-attr,operator]
    np.testing.assert_array_equal(stem, weights["_conv_stem.weight"])


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["safetensors", "pth"])
@pytest.mark.parametrize("name", ["inception-v3", "resnet101", "vgg19"])
def test_a_checkpoint_in_timms_format_is_read(name: str, kind: str, tmp_path: Path) -> None:
    network, side = NETWORKS[name], SIDES.get(name, 64)
    saved = build(network, side, 1000, seed=1)
    path = tmp_path / f"weights.{kind}"
    if kind == "pth":
        torch.save(saved.state_dict(), path)
    else:
        save_file(saved.state_dict(), path)
    model = build(network, side, 2, seed=0)
    take_weights(model, network, from_file(path, network), path.name)
    head = model.pretrained_cfg["classifier"]  # type: ignore[index]
    for tensor, value in saved.state_dict().items():
        if not tensor.startswith(f"{head}."):
            assert torch.equal(model.state_dict()[tensor], value)


def test_weights_of_another_network_are_refused_by_name() -> None:
    other = build(NETWORKS["lite1"], 64, 2, seed=0).state_dict()
    model = build(NETWORKS["resnet101"], 64, 2, seed=0)
    with pytest.raises(InvalidInput, match=r"not those of 'resnet101'.*'conv1.weight' first"):
        take_weights(model, NETWORKS["resnet101"], other, "lite1.pth")


def test_a_file_that_would_run_code_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.pth"
    torch.save({"a": Path("/tmp")}, path)
    with pytest.raises(InvalidInput, match=r"cannot read .* as weights of 'lite0'"):
        from_file(path, LITE0)


def test_an_unknown_network_or_boundary_is_answered_with_the_known() -> None:
    with pytest.raises(InvalidInput, match=r"no network 'lite9'.*lite0"):
        network_named("lite9")
    with pytest.raises(InvalidInput, match=r"cannot be trained from 'blocks.9'.*blocks.3"):
        Net(LITE0, build(LITE0, 64, 2, seed=0), "blocks.9")


def test_any_network_of_timms_may_be_named_and_all_of_it_learns() -> None:
    network = network_named("timm:resnet18")
    net = Net(network, build(network, 64, 3, seed=0), network.boundary)
    parts = net.parts()
    assert [id(p) for p in parts[0]] == [id(p) for p in net.last.parameters()]
    assert {id(p) for part in parts for p in part} == {id(p) for p in net.parameters()}
    pixels = torch.randn(2, 3, 64, 64)
    assert net.frozen(pixels) is pixels
    assert net(pixels)[1].shape == (2, 3)
    with pytest.raises(InvalidInput, match=r"no network 'timm:nothing'.*timm:NAME"):
        network_named("timm:nothing")


def test_a_side_too_small_to_be_served_at_is_refused() -> None:
    vgg = NETWORKS["vgg19"]
    with pytest.raises(InvalidInput, match=r"'vgg19' takes pictures of at least 224 px, not 96"):
        vgg.side_for(96)
    assert vgg.side_for(None) == vgg.side_for(224) == 224


def test_the_networks_that_are_offered_without_torch_are_those_whose_weights_come_along() -> None:
    packaged = {name: each.side for name, each in NETWORKS.items() if each.packaged is not None}
    assert packaged == WITH_WEIGHTS
