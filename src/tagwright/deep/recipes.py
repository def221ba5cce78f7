"""How a network is trained: two recipes, each a row with every knob.

`study` follows the 2018 study that Tagwright grew from: SGD, the learning rate falls tenfold after
an epoch without gain on the pictures held back, and a second such epoch in a row ends it. `modern`
is what has become usual since: AdamW (Loshchilov & Hutter 2019), a cosine, label smoothing
(Szegedy et al. 2016), mixup (Zhang et al. 2018; on the activations at the boundary: Verma et al.
2019), an average of the weights, smaller steps the further from the last layer (Howard & Ruder
2018), and the last layer alone first (Kumar et al. 2022). Batch norm keeps the statistics it was
pretrained with: on 2,000 grey faces of 64 px, those of each batch made silent channels loud, and
cost two points and more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import cos, pi
from typing import Final, Literal

RecipeName = Literal["study", "modern"]
SHRINKING: Final = 32
"""How many times smaller than the picture the last maps of most networks are."""
MIRRORED: Final = 2
"""Variants of one colouring: as it is, and its mirror image."""
SMALL_FIRST: Final = (0.5, 0.75, 1.0)
"""Sides of a schedule that begins with small pictures, each for a third of the epochs."""
LEAST_SIDE: Final = 64
"""Below it the last maps are a single point."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Every knob of training.

    rate: the highest learning rate, of the last layer; each part before it has `fading` times the
    rate of the one behind. epochs: the most there are, or more where they are needed for `steps`
    steps. head_first: whether the last layer is taught alone, until it has converged, before
    anything else learns. keeps_statistics: whether batch norm keeps the means and variances it was
    pretrained with, instead of each batch's own. sides: of the pictures, as shares of the
    network's, each for its part of the epochs. warming: the share of all steps in which the rate
    rises, from nothing. clip: the longest gradient of all weights together; a longer one is
    shortened to it. patience: epochs without gain that end it, None for
    never. smoothing: share of a label spread over all. mixup: alpha of its beta distribution, 0 for
    none. average: what the running average of the weights keeps at each step, None for no average.
    colours: how many versions of each picture have other colours, beside the one that has its own.
    """

    optimiser: Literal["sgd", "adamw"]
    rate: float
    epochs: int
    steps: int = 0
    batch: int = 64
    decay: float = 1e-4
    fading: float = 1.0
    head_first: bool = False
    keeps_statistics: bool = False
    sides: tuple[float, ...] = (1.0,)
    cosine: bool = False
    warming: float = 0.0
    clip: float | None = None
    patience: int | None = None
    smoothing: float = 0.0
    mixup: float = 0.0
    average: float | None = None
    colours: int = 1

    def rate_at(self, share: float, falls: int) -> float:
        """The learning rate of the last layer after a share of all steps and so many falls."""
        rising = min(1.0, share / self.warming) if self.warming else 1.0
        if self.cosine:
            return self.rate * rising * 0.5 * (1 + cos(pi * min(share, 1.0)))
        return self.rate * rising * float(0.1**falls)

    def side_at(self, epoch: int, side: int) -> int:
        """Of an epoch's pictures, in pixels: a multiple of 32, or the network's own `side`."""
        share = self.sides[min(epoch * len(self.sides) // self.epochs, len(self.sides) - 1)]
        return min(side, max(LEAST_SIDE, -(-round(share * side) // SHRINKING) * SHRINKING))

    @property
    def variants(self) -> int:
        """Versions of each picture: with each colouring as it is, and its mirror image."""
        return MIRRORED * (1 + self.colours)

    def for_pictures(self, count: int) -> Recipe:
        """With as many epochs as it takes to make its steps on so many pictures."""
        return replace(self, epochs=max(self.epochs, -(-self.steps * self.batch // count)))


RECIPES: Final[Mapping[RecipeName, Recipe]] = {
    "study": Recipe("sgd", rate=0.01, epochs=40, patience=2),
    "modern": Recipe(
        "adamw",
        rate=3e-3,
        epochs=6,
        steps=300,
        decay=0.02,
        fading=0.7,
        head_first=True,
        keeps_statistics=True,
        cosine=True,
        warming=0.1,
        clip=1.0,
        smoothing=0.1,
        mixup=0.2,
        average=0.98,
    ),
}
