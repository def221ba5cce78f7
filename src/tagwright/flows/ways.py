"""The ways in which a taxonomy can be learned here, for a person to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final

from tagwright.deep.recipes import RECIPES, RecipeName
from tagwright.flows.champions import recipe_in_force
from tagwright.flows.training import own_network
from tagwright.flows.workspace import Workspace
from tagwright.runtime.catalog import CATALOG, Packaged
from tagwright.types import Recipe

NEEDED: Final = ("torch", "timm")
"""What the extra `tagwright[finetune]` brings; looked for, as loading them takes seconds."""
WITH_WEIGHTS: Final[Mapping[str, int]] = {
    name.removeprefix("efficientnet-"): spec.side
    for name, spec in CATALOG.items()
    if isinstance(spec.weights, Packaged)
}
"""Networks of `deep.networks` whose weights come along, and the side of their pictures in pixels:
known without torch. Others need a file of weights, which only the command line takes."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How a network's learning goes. epochs: where pictures are many. sooner: it ends
    where nothing is gained.
    """

    name: RecipeName
    epochs: int
    sooner: bool


@dataclass(frozen=True, slots=True)
class Ways:
    """recipe: what a training that names none takes. network: the version of the workspace's own
    that the champion reads, on which that training stays. finetunes: whether torch is here. side:
    of the pictures that this server answers at once about, in pixels.
    """

    recipe: Recipe
    network: str | None
    finetunes: bool
    side: int


def ways_to_learn(ws: Workspace, taxonomy: str) -> Ways:
    """What a person can choose between. Raises NotFound for an unknown taxonomy."""
    name = ws.taxonomies.get(taxonomy).name
    return Ways(
        recipe=recipe_in_force(ws, name),
        network=own_network(ws, name),
        finetunes=is_installed(),
        side=ws.backbone_side,
    )


def is_installed(modules: Iterable[str] = NEEDED) -> bool:
    """Whether Python finds them, without loading any."""
    return all(find_spec(module) is not None for module in modules)


def schedules() -> tuple[Schedule, ...]:
    """Every recipe a network can be fine-tuned by."""
    return tuple(
        Schedule(name, recipe.epochs, recipe.patience is not None)
        for name, recipe in RECIPES.items()
    )
