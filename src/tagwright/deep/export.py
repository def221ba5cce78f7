"""A trained network as an ONNX graph: decoded pixels in, the two views out.

`semantic` is its embedding; `detail` what its last layer answers, one logit a concept.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from torch import Tensor, nn

from tagwright.deep.cache import CHUNK
from tagwright.deep.files import read_state
from tagwright.deep.networks import Net, Network, network_named
from tagwright.deep.plan import read_plan
from tagwright.deep.run import RESULT, bare
from tagwright.types import Matrix, Pixels

OPSET: Final = 17
OUTPUTS: Final = ("semantic", "detail")


@dataclass(frozen=True, slots=True)
class Exported:
    """onnx: the graph, its weights inside. network: what it was made from."""

    onnx: bytes
    network: Network
    side: int
    served: Served


class Served(nn.Module):
    """(n, side, side, 3) uint8 to embedding (n, d) and logits (n, k), normalised inside."""

    def __init__(self, net: Net, network: Network) -> None:
        super().__init__()
        self.net = net
        mean, std = torch.tensor(network.mean), torch.tensor(network.std)
        self.register_buffer("scale", (1 / (255 * std)).view(1, 3, 1, 1))
        self.register_buffer("shift", (-mean / std).view(1, 3, 1, 1))

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        planes = pixels.permute(0, 3, 1, 2).float() * self.scale + self.shift
        found: tuple[Tensor, Tensor] = self.net(self.net.frozen(planes))
        return found

    def embed(self, pixels: Pixels) -> Iterator[tuple[Matrix, Matrix]]:
        """The two views of pictures, in 32-bit floats, a few pictures at a time."""
        for start in range(0, len(pixels), CHUNK):
            with torch.inference_mode():
                semantic, detail = self(torch.from_numpy(pixels[start : start + CHUNK].copy()))
            yield semantic.numpy(), detail.numpy()


def exported(folder: Path) -> Exported:
    """The result of a run as a graph for one picture."""
    plan = read_plan(folder)
    network, net = network_named(plan.network), bare(plan)
    net.load_state_dict(read_state(folder / RESULT)[0])
    served = Served(net, network).eval()
    out = io.BytesIO()
    one = torch.zeros(1, plan.side, plan.side, 3, dtype=torch.uint8)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer tells of shapes it takes as fixed: they are
        torch.onnx.export(
            served,
            (one,),
            out,
            input_names=["pixels"],
            output_names=list(OUTPUTS),
            opset_version=OPSET,
            dynamo=False,
        )
    return Exported(out.getvalue(), network, plan.side, served)
