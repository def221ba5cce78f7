"""Trainings small enough for a test: EfficientNet-Lite 0 at 64 px, on drawn pictures."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import torch

from tagwright.deep.cache import normalised, picture_file
from tagwright.deep.files import write_state
from tagwright.deep.networks import NETWORKS, Net, Network, State, from_packaged
from tagwright.deep.plan import Plan, Task
from tagwright.runtime.catalog import CATALOG, Packaged
from tagwright.runtime.weights import packaged_file, read_legacy_torch, verified_bytes
from tagwright.types import Ids, Pixels

SIDE = 64
PLAN = Plan(
    network="lite0",
    side=SIDE,
    tasks=(Task("one", 3),),
    recipe="study",
    start="pretrained",
    boundary="blocks.5",
    epochs=2,
    batch=16,
)


def coloured(count: int, seed: int = 0) -> tuple[Pixels, Ids]:
    """A disk on grey, its place and size by chance: red, green or blue. Class `i % 3`."""
    rng = np.random.default_rng(seed)
    truth = np.arange(count) % 3
    y, x = np.mgrid[:SIDE, :SIDE]
    centres, radii = rng.uniform(20, 44, (2, count, 1, 1)), rng.uniform(12, 20, (count, 1, 1))
    inside = (y - centres[0]) ** 2 + (x - centres[1]) ** 2 < radii**2
    pixels = np.full((count, SIDE, SIDE, 3), 110) + rng.integers(-9, 9, (count, SIDE, SIDE, 3))
    pixels[inside, truth[np.nonzero(inside)[0]]] += 120
    return pixels.astype(np.uint8), truth


def folder_of(plan: Plan, folder: Path, count: int = 48) -> Path:
    """A folder with everything `run` needs; a quarter of the pictures is held back."""
    folder.mkdir(parents=True)
    pixels, truth = coloured(count)
    file = picture_file(folder / "pixels.npy", count, SIDE)
    file[:] = pixels
    file.flush()  # type: ignore[attr-defined]
    targets = truth[:, None]
    if plan.tasks[-1].kind == "any":
        targets = np.hstack([targets, truth[:, None] == [1, 2]])
    np.save(folder / "targets.npy", targets.astype(np.int32))
    np.save(folder / "parts.npy", (np.arange(count) // 3 % 4 == 3).astype(np.uint8))
    if plan.start == "pretrained":
        write_state(folder / "weights.safetensors", lite0_weights(), {})
    plan.write(folder)
    return folder


@cache
def lite0_weights() -> State:
    """The packaged weights, as timm names them."""
    spec = CATALOG["efficientnet-lite0"]
    assert isinstance(spec.weights, Packaged)
    file = packaged_file(spec.weights.package, spec.weights.file)
    return from_packaged(read_legacy_torch(verified_bytes(file, spec.sha256)), NETWORKS["lite0"])


def changed(**fields: object) -> Plan:
    return replace(PLAN, **fields)  # type: ignore[arg-type]


def settle(net: Net, network: Network, pixels: Pixels) -> None:
    """Let the batch norm of a random network know these pictures: else its values run away."""
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0
    with torch.no_grad():
        net(net.frozen(normalised(pixels, network)))
