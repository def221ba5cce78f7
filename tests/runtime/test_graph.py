"""The graph says what the weights say."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tagwright.runtime.catalog import CATALOG
from tagwright.runtime.custom import spec_from_onnx
from tagwright.runtime.graph import Architecture, efficientnet_lite, pooling_matrix, same_pads
from tagwright.runtime.session import compiled
from tagwright.types import Matrix, Pixels
from tests.tiny import tiny_architecture, tiny_row, tiny_weights

Array = NDArray[np.float64]


class Plain:
    """The network again, the slow and obvious way: float64, nothing folded, cells by loops."""

    def __init__(self, weights: Mapping[str, NDArray[Any]], architecture: Architecture) -> None:
        self.weights = weights
        self.architecture = architecture

    def features(self, pixels: Pixels) -> tuple[Array, Array]:
        mean, std = np.array(self.architecture.mean), np.array(self.architecture.std)
        at: Array = ((pixels / 255 - mean) / std).transpose(2, 0, 1)
        at = np.clip(self.conv(at, "_conv_stem", "_bn0", 2), 0, 6)
        block, details = 0, []
        strides = (1, 2, 2, 2, 1, 2, 1)
        for stage, depth in enumerate(self.architecture.depths):
            for i in range(depth):
                at = self.block(at, f"_blocks.{block}", strides[stage] if i == 0 else 1)
                block += 1
            if stage in (4, 5):
                details.append(grid(at))
        at = np.clip(self.conv(at, "_conv_head", "_bn1", 1), 0, 6)
        return at.mean((1, 2)), np.concatenate(details)

    def block(self, at: Array, name: str, stride: int) -> Array:
        out = at
        if f"{name}._expand_conv.weight" in self.weights:
            out = np.clip(self.conv(out, f"{name}._expand_conv", f"{name}._bn0", 1), 0, 6)
        out = np.clip(self.conv(out, f"{name}._depthwise_conv", f"{name}._bn1", stride), 0, 6)
        out = self.conv(out, f"{name}._project_conv", f"{name}._bn2", 1)
        return out + at if stride == 1 and out.shape == at.shape else out

    def conv(self, at: Array, name: str, norm: str, stride: int) -> Array:
        kernel = self.weights[f"{name}.weight"].astype(np.float64)
        size, side = kernel.shape[-1], at.shape[-1]
        total = max((-(-side // stride) - 1) * stride + size - side, 0)
        pads = (total // 2, total - total // 2)
        windows = sliding_window_view(np.pad(at, ((0, 0), pads, pads)), (size, size), (1, 2))
        windows = windows[:, ::stride, ::stride]
        if kernel.shape[1] == 1 and len(at) == len(kernel):
            out = np.einsum("chwij,cij->chw", windows, kernel[:, 0])
        else:
            out = np.tensordot(kernel, windows, ((1, 2, 3), (0, 3, 4)))
        gamma, beta, mean, variance = (
            self.weights[f"{norm}.{part}"].astype(np.float64)[:, None, None]
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        normed: Array = (out - mean) / np.sqrt(variance + 1e-3) * gamma + beta
        return normed


def grid(at: Array) -> Array:
    """Channel by channel, row by row: means over a 4 x 4 grid of cells."""
    side = at.shape[-1]
    edges = [(i * side // 4, -(-(i + 1) * side // 4)) for i in range(4)]
    cells = [[at[:, a:b, c:d].mean((1, 2)) for c, d in edges] for a, b in edges]
    return np.array(cells).transpose(2, 0, 1).reshape(-1)


def picture(side: int, seed: int) -> Pixels:
    """A deterministic picture with large and small forms."""
    y, x = np.mgrid[0:side, 0:side] / side
    waves = [np.sin((seed + 2 + c) * (x * (c + 1) + y * (3 - c)) * 4) for c in range(3)]
    rings = np.cos(40 * np.hypot(x - 0.4, y - 0.6))
    return np.stack([(w + rings + 2) / 4 * 255 for w in waves], axis=-1).astype(np.uint8)


@pytest.mark.parametrize(
    "side",
    [
        pytest.param(32, id="halved five times without rest"),
        pytest.param(37, id="odd on the way down"),
        pytest.param(128, id="with maps as large as the grid and larger"),
    ],
)
def test_the_graph_computes_what_the_plain_network_does(side: int, tmp_path: Path) -> None:
    weights, architecture = tiny_weights(3), tiny_architecture(side)
    network = opened(weights, architecture, tmp_path)
    for seed in range(3):
        pixels = picture(side, seed)
        semantic, detail = Plain(weights, architecture).features(pixels)
        result = network(pixels[None])
        np.testing.assert_allclose(result[0][0], semantic, atol=1e-5)
        np.testing.assert_allclose(result[1][0], detail, atol=1e-4)


def opened(weights: Any, architecture: Architecture, folder: Path) -> Any:
    data = efficientnet_lite(weights, architecture).SerializeToString()
    (folder / "graph.onnx").write_bytes(data)
    row = tiny_row("graph.onnx", hashlib.sha256(data).hexdigest())
    spec = spec_from_onnx({**row, "side": architecture.side}, folder)
    return compiled(spec, folder, precision="f32")[0]


@pytest.mark.parametrize(
    ("side", "kernel", "stride", "pads"),
    [
        pytest.param(224, 3, 2, (0, 1), id="even side, stride 2: one more at the end"),
        pytest.param(33, 3, 2, (1, 1), id="odd side, stride 2"),
        pytest.param(112, 5, 2, (1, 2), id="kernel 5, stride 2"),
        pytest.param(14, 5, 1, (2, 2), id="stride 1 keeps the side"),
        pytest.param(14, 1, 1, (0, 0), id="kernel 1 needs none"),
        pytest.param(1, 3, 2, (1, 1), id="a single pixel"),
    ],
)
def test_padding_is_the_same_as_tensorflows(
    side: int, kernel: int, stride: int, pads: tuple[int, int]
) -> None:
    assert same_pads(side, kernel, stride) == pads


@pytest.mark.parametrize("side", [1, 2, 4, 7, 9, 14, 17])
def test_pooling_averages_each_cell_of_the_grid(side: int) -> None:
    rng = np.random.default_rng(side)
    at = rng.normal(size=(3, side, side))
    pooled: Array = (at.reshape(3, -1) @ pooling_matrix(side)).reshape(-1)
    np.testing.assert_allclose(pooled, grid(at), atol=1e-6)


def chords(values: Matrix) -> Array:
    """Six sums over all values, each weighted by a wave of its own."""
    waves = np.cos(np.outer(np.arange(1, 7), np.arange(len(values))))
    sums: Array = waves @ values.astype(np.float64) / np.sqrt(len(values))
    return sums


@pytest.mark.parametrize("name", sorted(CATALOG))
def test_the_catalogues_backbones_agree_with_timm(name: str, tmp_path: Path) -> None:
    """`EXPECTED` was computed in float32 by timm's `tf_efficientnet_lite*` with these weights."""
    spec = CATALOG[name]
    network, _ = compiled(spec, tmp_path, precision="f32")
    result = network(picture(spec.side, 1)[None])
    for i, expected in enumerate(EXPECTED[name]):
        np.testing.assert_allclose(chords(result[i][0]), expected, atol=1e-4)


EXPECTED = {
    "efficientnet-lite0": (
        [0.537567, 0.496448, 0.344601, 0.840923, 0.225126, -0.342184],
        [3.203103, 0.998188, 0.151410, -0.294077, 0.496726, 1.151162],
    ),
    "efficientnet-lite1": (
        [0.116791, 0.061708, 0.121075, -0.496982, 0.165486, -0.074554],
        [0.760570, 0.105275, 0.681555, 0.467167, 1.483319, 5.969494],
    ),
    "efficientnet-lite2": (
        [-0.074101, -0.153688, 0.264797, -0.120936, 0.416065, 0.128879],
        [4.910323, 0.015617, -0.254045, -0.114536, -0.869279, 7.040529],
    ),
}
