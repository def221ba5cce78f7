"""How a network is trained: two recipes, each a row with every knob.

`study` follows the 2018 study that Tagwright grew from: SGD, the learning rate falls tenfold after
an epoch without gain on the pictures held back, and a second such epoch in a row ends it. `modern`
is what has become usual since: AdamW (Loshchilov & Hutter 2019), a cosine, label smoothing
(Szegedy et al. 2016), mixup (Zhang et al. 2018; on the activations at the boundary: Verma et al.
2019), an average of the weights, smaller steps the further from the last layer (Howard & Ruder
2018), and the last layer alone first (Kumar et al. 2022).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, pi
from typing import Final, Literal

RecipeName = Literal["study", "modern"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Every knob of training.

    rate: the highest learning rate, of the last layer; each part before it has `fading` times the
    rate of the one behind. epochs: the most there are. alone: epochs in which only the last layer
    learns. patience: epochs without gain that end it, None for never. smoothing: share of a label
    spread over all. mixup: alpha of its beta distribution, 0 for none. average: what the running
    average of the weights keeps at each step, None for no average. colours: how many versions of
    each picture have other colours, beside the one that has its own.
    """

    optimiser: Literal["sgd", "adamw"]
    rate: float
    epochs: int
    batch: int = 64
    decay: float = 1e-4
    fading: float = 1.0
    alone: int = 0
    cosine: bool = False
    patience: int | None = None
    smoothing: float = 0.0
    mixup: float = 0.0
    average: float | None = None
    colours: int = 1

    def rate_at(self, share: float, falls: int) -> float:
        """The learning rate of the last layer after a share of all steps and so many falls."""
        if self.cosine:
            return self.rate * 0.5 * (1 + cos(pi * min(share, 1.0)))
        return self.rate * float(0.1**falls)


RECIPES: Final[Mapping[RecipeName, Recipe]] = {
    "study": Recipe("sgd", rate=0.01, epochs=40, patience=2),
    "modern": Recipe(
        "adamw",
        rate=2e-3,
        epochs=6,
        decay=0.02,
        fading=0.7,
        alone=1,
        cosine=True,
        smoothing=0.1,
        mixup=0.2,
        average=0.98,
    ),
}
