"""The exported graph gives what torch gives, on the runtime that serves it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs `pip install 'tagwright[finetune]'`")


from tagwright.deep.export import exported
from tagwright.deep.files import write_state
from tagwright.deep.networks import network_named
from tagwright.deep.plan import Plan, Task
from tagwright.deep.run import RESULT, bare
from tagwright.runtime.backbone import load_backbone
from tagwright.runtime.custom import read_row
from tagwright.types import VIEWS
from tests.deep.small import coloured, settle

SIDES = {"lite0": 64, "inception-v3": 96, "vit-small": 32, "dinov2-small": 28}


@pytest.mark.parametrize(
    "name",
    [
        "lite0",
        *(
            pytest.param(each, marks=pytest.mark.slow)
            for each in ("inception-v3", "resnet101", "convnext-tiny", "vit-small", "dinov2-small")
        ),
    ],
)
def test_the_graph_gives_what_torch_gives(name: str, tmp_path: Path) -> None:
    side = SIDES.get(name, 64)
    plan = Plan(name, side, (Task("one", 3),), "study", "scratch", "")
    plan.write(tmp_path)
    pixels = np.resize(coloured(6)[0], (6, side, side, 3))
    net = bare(plan)
    settle(net, network_named(name), pixels)
    write_state(tmp_path / RESULT, net.state_dict(), {})
    made = exported(tmp_path)
    (tmp_path / "net.onnx").write_bytes(made.onnx)
    row = {
        "name": name,
        "onnx": "net.onnx",
        "sha256": hashlib.sha256(made.onnx).hexdigest(),
        "side": side,
        "mean": list(made.network.mean),
        "std": list(made.network.std),
        "semantic": "semantic",
        "detail": "detail",
        "licence": made.network.licence,
    }
    (tmp_path / "net.json").write_text(json.dumps(row))
    backbone = load_backbone(read_row(tmp_path / "net.json"), tmp_path, precision="f32")
    found = backbone.embed(pixels)
    (wanted,) = made.served.embed(pixels)
    for view, values in zip(VIEWS, wanted, strict=True):
        apart = np.abs(found[view].astype(np.float32) - values).max()
        assert apart <= 1e-3 * np.abs(values).max()
