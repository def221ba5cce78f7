"""A backbone so small that a test hardly notices it: 32 px, random weights, made in a blink."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagwright.runtime.graph import Architecture, efficientnet_lite

TINY_SIDE = 32
TINY_SEMANTIC = 32
TINY_DETAIL = 512

WIDTHS = (8, 8, 12, 12, 16, 16, 24)
KERNELS = (3, 3, 5, 3, 5, 5, 3)


def tiny_backbone_row(folder: Path, *, seed: int = 0) -> Path:
    """Write a tiny ONNX backbone and the JSON row that describes it; give the row's path."""
    onnx = folder / f"tiny-{seed}.onnx"
    data = efficientnet_lite(tiny_weights(seed), tiny_architecture(TINY_SIDE)).SerializeToString()
    onnx.write_bytes(data)
    row = folder / f"tiny-{seed}.json"
    row.write_text(json.dumps(tiny_row(onnx.name, hashlib.sha256(data).hexdigest())))
    return row


def tiny_row(onnx: str, sha256: str) -> dict[str, Any]:
    return {
        "name": "tiny",
        "onnx": onnx,
        "side": TINY_SIDE,
        "mean": [0.5, 0.5, 0.5],
        "std": [0.5, 0.5, 0.5],
        "semantic": "semantic",
        "detail": "detail",
        "licence": "CC0-1.0",
        "sha256": sha256,
    }


def tiny_architecture(side: int) -> Architecture:
    return Architecture(side, (1, 1, 1, 1, 1, 2, 1), (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))


def tiny_weights(seed: int = 0) -> dict[str, NDArray[Any]]:
    """Random weights under the names, and in the shapes, of an EfficientNet-Lite's."""
    rng = np.random.default_rng(seed)
    weights: dict[str, NDArray[Any]] = {}

    def conv(name: str, norm: str, shape: tuple[int, int, int]) -> None:
        out, fan, kernel = shape
        spread = np.sqrt(2 / (fan * kernel * kernel))
        size = (out, fan, kernel, kernel)
        weights[f"{name}.weight"] = rng.normal(0, spread, size).astype(np.float32)
        for part, low, high in (
            ("weight", 0.8, 1.2),
            ("bias", -0.2, 0.2),
            ("running_mean", -0.2, 0.2),
            ("running_var", 0.5, 1.5),
        ):
            weights[f"{norm}.{part}"] = rng.uniform(low, high, out).astype(np.float32)

    conv("_conv_stem", "_bn0", (8, 3, 3))
    inside = 8
    outside = (*WIDTHS[:6], WIDTHS[5], WIDTHS[6])
    kernels = (*KERNELS[:6], KERNELS[5], KERNELS[6])
    for i, (out, kernel) in enumerate(zip(outside, kernels, strict=True)):
        block, wide = f"_blocks.{i}", inside if i == 0 else 2 * inside
        if i > 0:
            conv(f"{block}._expand_conv", f"{block}._bn0", (wide, inside, 1))
        conv(f"{block}._depthwise_conv", f"{block}._bn1", (wide, 1, kernel))
        conv(f"{block}._project_conv", f"{block}._bn2", (out, wide, 1))
        inside = out
    conv("_conv_head", "_bn1", (TINY_SEMANTIC, inside, 1))
    return weights
