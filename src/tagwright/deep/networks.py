"""The networks that can be fine-tuned, as a literal table, and how one is cut in two.

A network is a row of steps, run one after the other, and then its own pooling and last layer. The
steps before `boundary` can stay frozen. In the study that was the stem of Inception-v3, trained
from its first Inception module; there, pictures have shrunk to an eighth of their side. For the
others the boundary is the first block that begins at an eighth (a transformer's, after a third of
its blocks, since its tokens never shrink).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

import numpy as np
import timm
import torch
from numpy.typing import NDArray
from timm.models import group_parameters
from timm.models.vision_transformer import VisionTransformer, checkpoint_filter_fn
from torch import Tensor, nn

from tagwright.errors import InvalidInput

Colour = tuple[float, float, float]
State = dict[str, Tensor]
"""Tensors by name."""

HALF: Final = (0.5, 0.5, 0.5)
IMAGENET_MEAN: Final = (0.485, 0.456, 0.406)
IMAGENET_STD: Final = (0.229, 0.224, 0.225)

LAST_SPREAD: Final = 0.01
"""Of the new last layer's weights: small, so that it begins undecided. timm's own of 0.6 for
EfficientNet makes logits of tens, and the first steps undo what was pretrained."""

ANY: Final = "timm:"
"""What the name of a network that has no row of its own begins with."""
_WHOLE: Final = "forward_features"
"""The one step of such a network, so that all of it learns."""
_EFFICIENTNET: Final = ("conv_stem", "bn1", "blocks.*", "conv_head", "bn2")
_RESNET: Final = ("conv1", "bn1", "act1", "maxpool", "layer1", "layer2", "layer3", "layer4")
_CONVNEXT: Final = ("stem", "stages.*", "norm_pre")
_VIT: Final = ("patch_embed", "_pos_embed", "patch_drop", "norm_pre", "blocks.*", "norm")
# fmt: off
_INCEPTION: Final = (
    "Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "Pool1", "Conv2d_3b_1x1", "Conv2d_4a_3x3",
    "Pool2", "Mixed_5b", "Mixed_5c", "Mixed_5d", "Mixed_6a", "Mixed_6b", "Mixed_6c", "Mixed_6d",
    "Mixed_6e", "Mixed_7a", "Mixed_7b", "Mixed_7c",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Network:
    """What is known of a network before it is built.

    timm: its name there. steps: what is run in turn; `blocks.*` stands for each block. packaged:
    the backbone of the catalogue that has its weights; None where they come from a file. least: the
    smallest side it can be served at.
    """

    name: str
    timm: str
    side: int
    mean: Colour
    std: Colour
    steps: tuple[str, ...]
    boundary: str
    licence: str
    packaged: str | None = None
    least: int = 28

    @property
    def fixed(self) -> bool:
        """Whether it is built for pictures of one side, as transformers are for their positions."""
        return bool(timm.get_pretrained_cfg(self.timm).fixed_input_size)

    def side_for(self, asked: int | None) -> int:
        """The side that was asked for, or its own. Raises InvalidInput for one too small."""
        side = asked or self.side
        if side < self.least:
            raise InvalidInput(
                f"{self.name!r} takes pictures of at least {self.least} px, not {side}: "
                f"ask for a larger side, or another network"
            )
        return side


def _lite(size: int, side: int) -> Network:
    return Network(
        name=f"lite{size}",
        timm=f"tf_efficientnet_lite{size}",
        side=side,
        mean=HALF,
        std=HALF,
        steps=_EFFICIENTNET,
        boundary="blocks.3",
        licence="Apache-2.0",
        packaged=f"efficientnet-lite{size}",
    )


# fmt: off
NETWORKS: Final[Mapping[str, Network]] = {
    network.name: network
    for network in (
        _lite(0, 224),
        _lite(1, 240),
        _lite(2, 260),
        Network("inception-v3", "inception_v3.tf_in1k", 299, HALF, HALF,
                _INCEPTION, "Mixed_5b", "Apache-2.0", least=75),
        Network("resnet101", "resnet101", 224, IMAGENET_MEAN, IMAGENET_STD,
                _RESNET, "layer2", "Apache-2.0"),
        Network("vgg19", "vgg19", 224, IMAGENET_MEAN, IMAGENET_STD,
                ("features.*",), "features.19", "BSD-3-Clause", least=224),
        Network("efficientnetv2-s", "tf_efficientnetv2_s", 300, HALF, HALF,
                _EFFICIENTNET, "blocks.3", "Apache-2.0"),
        Network("convnext-tiny", "convnext_tiny", 224, IMAGENET_MEAN, IMAGENET_STD,
                _CONVNEXT, "stages.1", "Apache-2.0"),
        Network("vit-small", "vit_small_patch16_224", 224, HALF, HALF,
                _VIT, "blocks.4", "Apache-2.0"),
        Network("dinov2-small", "vit_small_patch14_dinov2", 224, IMAGENET_MEAN, IMAGENET_STD,
                _VIT, "blocks.4", "Apache-2.0"),
    )
}
# fmt: on


def network_named(name: str) -> Network:
    """A row of the table, or `timm:NAME`. Raises InvalidInput for one that is not there."""
    known = name.removeprefix(ANY)
    if name.startswith(ANY) and timm.is_model(known):
        return _without_row(name, known)
    if name not in NETWORKS:
        raise InvalidInput(
            f"there is no network {name!r} to fine-tune: name one of {', '.join(NETWORKS)}, or any "
            f"of timm's as {ANY}NAME"
        )
    return NETWORKS[name]


def _without_row(name: str, known: str) -> Network:
    told = timm.get_pretrained_cfg(known)
    return Network(
        name=name,
        timm=known,
        side=told.input_size[-1],
        mean=told.mean,
        std=told.std,
        steps=(_WHOLE,),
        boundary=_WHOLE,
        licence=told.license or "see its source",
    )


def build(network: Network, side: int, columns: int, seed: int) -> nn.Module:
    """The network with a new last layer of `columns`, its weights random."""
    torch.manual_seed(seed)
    sized = {"img_size": side} if network.fixed else {}
    model: nn.Module = timm.create_model(
        network.timm, pretrained=False, num_classes=columns, **sized
    )
    last = model.get_classifier()  # type: ignore[operator]
    nn.init.normal_(last.weight, std=LAST_SPREAD)
    nn.init.zeros_(last.bias)
    return model


class Net(nn.Module):
    """A network in two parts: `frozen` steps, run as they are, and those that learn.

    first: where the learning steps begin; 0 freezes nothing. keeps_statistics: whether batch norm
    goes on with the means and variances of the pictures it was pretrained on, while it learns too.
    """

    def __init__(self, network: Network, model: nn.Module, boundary: str | None) -> None:
        super().__init__()
        self.model = model
        self.keeps_statistics = False
        self.steps = list(_expanded(network.steps, model))
        self.first = 0 if boundary is None else self._place(network, boundary)
        for parameter in self._held():
            parameter.requires_grad_(requires_grad=False)
        self.train()

    def _place(self, network: Network, boundary: str) -> int:
        if boundary not in self.steps:
            raise InvalidInput(
                f"{network.name!r} cannot be trained from {boundary!r}: "
                f"name one of {', '.join(self.steps)}"
            )
        return self.steps.index(boundary)

    def frozen(self, pixels: Tensor) -> Tensor:
        """(n, 3, side, side) normalised pixels to what the learning steps take."""
        return self._run(pixels, self.steps[: self.first])

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """What `frozen` gave to an embedding (n, d) and logits (n, columns)."""
        maps = self._run(x, self.steps[self.first :])
        embedding = self.model.forward_head(maps, pre_logits=True)  # type: ignore[operator]
        return embedding, self.last(embedding)

    @property
    def device(self) -> torch.device:
        """Where it computes."""
        return self.last.weight.device

    @property
    def last(self) -> nn.Linear:
        """The layer that answers."""
        found: nn.Linear = self.model.get_classifier()  # type: ignore[operator]
        return found

    def train(self, mode: bool = True) -> Net:
        """As torch's; frozen steps keep to their running statistics."""
        super().train(mode)
        for module in self.modules():
            if self.keeps_statistics and isinstance(module, nn.BatchNorm2d):
                module.eval()
        for name in self.steps[: self.first]:
            if isinstance(step := _step(self.model, name), nn.Module):
                step.eval()
        return self

    def parts(self) -> list[list[nn.Parameter]]:
        """The parameters that learn: the last layer and its like, then each step, backwards."""
        if self.steps == [_WHOLE]:
            layers = group_parameters(
                self.model,
                self.model.group_matcher(coarse=True),  # type: ignore[operator]
                return_values=True,
            )
            return list(reversed(layers.values()))
        steps = [self._parameters_of(name) for name in self.steps[self.first :]]
        known = {id(parameter) for step in steps for parameter in step}
        head = [p for p in self.parameters() if p.requires_grad and id(p) not in known]
        return [head, *(step for step in reversed(steps) if step)]

    def _held(self) -> Iterator[nn.Parameter]:
        """What is frozen: the steps before the boundary, and tokens that belong to no step."""
        if self.first:
            yield from self.model.parameters(recurse=False)
        for name in self.steps[: self.first]:
            yield from self._parameters_of(name)

    def _parameters_of(self, name: str) -> list[nn.Parameter]:
        step = _step(self.model, name)
        return list(step.parameters()) if isinstance(step, nn.Module) else []

    def _run(self, x: Tensor, steps: Sequence[str]) -> Tensor:
        for name in steps:
            x = _step(self.model, name)(x)
        return x


def _step(model: nn.Module, name: str) -> Any:
    """A block, or the method between blocks that a transformer adds its positions with."""
    return attrgetter(name)(model) if "." not in name else model.get_submodule(name)


def _expanded(steps: Sequence[str], model: nn.Module) -> Iterator[str]:
    for name in steps:
        parent, star, _ = name.partition(".*")
        if star:
            yield from (
                f"{parent}.{child}" for child, _ in model.get_submodule(parent).named_children()
            )
        else:
            yield name


def from_packaged(weights: Mapping[str, NDArray[Any]], network: Network) -> State:
    """Weights of an EfficientNet-Lite as the catalogue's packages name them, under timm's names.

    Both list the same layers in the same order; shapes are compared as they are paired.
    """
    model = build(network, network.side, 1, seed=0)
    names = [name for name in model.state_dict() if not _is_counter(name)]
    given = {name: value for name, value in weights.items() if not _is_counter(name)}
    if len(given) != len(names):
        raise InvalidInput(
            f"these weights have {len(given)} tensors and {network.name!r} has {len(names)}: "
            f"they belong to another network"
        )
    paired = zip(names, given.values(), strict=True)
    return {name: torch.from_numpy(np.array(value, np.float32)) for name, value in paired}


def from_file(path: Path, network: Network) -> State:
    """A checkpoint in timm's format: safetensors, or a torch file of nothing but tensors."""
    try:
        return dict(timm.models.load_state_dict(str(path), device="cpu", weights_only=True))
    except Exception as error:  # safetensors, zip and pickle each raise errors of their own
        raise InvalidInput(
            f"cannot read {str(path)!r} as weights of {network.name!r} "
            f"({type(error).__name__}): give a .safetensors file, or a .pth that timm saved"
        ) from error


def take_weights(model: nn.Module, network: Network, state: State, where: str) -> None:
    """Put pretrained weights into a network; its last layer stays as it is.

    Raises InvalidInput where they are those of another network.
    """
    if isinstance(model, VisionTransformer):
        state = checkpoint_filter_fn(dict(state), model)
    head: str = model.pretrained_cfg["classifier"]  # type: ignore[index,assignment]
    own = {name: value for name, value in model.state_dict().items() if not _is_counter(name)}
    body = {name: value for name, value in own.items() if not name.startswith(f"{head}.")}
    wrong = [n for n, value in body.items() if n not in state or state[n].shape != value.shape]
    if wrong:
        raise InvalidInput(
            f"the weights {where!r} are not those of {network.name!r}: {len(wrong)} of "
            f"{len(body)} tensors are missing or of another shape, {wrong[0]!r} first; "
            f"name the network they belong to"
        )
    model.load_state_dict({name: state[name] for name in body}, strict=False)


def _is_counter(name: str) -> bool:
    return name.endswith("num_batches_tracked")
