"""A training from its folder: read, look once at every picture, learn, and leave the result."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch

from tagwright.deep.cache import Activations, Live, Source, Tell, fill, mapped
from tagwright.deep.distributed import ALONE, World, share_statistics
from tagwright.deep.files import read_state, write_state, write_whole
from tagwright.deep.loop import Data, Place, learn
from tagwright.deep.memory import kept_memory
from tagwright.deep.networks import Net, build, network_named, take_weights
from tagwright.deep.plan import HELD, LEARNS, Plan, read_plan
from tagwright.deep.recipes import RECIPES, SMALL_FIRST, Recipe
from tagwright.errors import InvalidInput
from tagwright.types import Ids, Json

WEIGHTS = "weights.safetensors"
RESULT = "network.safetensors"
STORY = "story.json"


def bare(plan: Plan) -> Net:
    """The network of a plan, its weights random."""
    network = network_named(plan.network)
    model = build(network, plan.side, plan.columns, plan.seed)
    model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return Net(network, model, plan.boundary if plan.start == "pretrained" else None)


def prepared(plan: Plan, folder: Path) -> Net:
    """The network as training begins: pretrained up to its last layer, or random."""
    net = bare(plan)
    if plan.start == "pretrained":
        weights, _ = read_state(folder / WEIGHTS)
        where = f"the weights of {plan.network}"
        take_weights(net.model, network_named(plan.network), weights, where)
    return net


def recipe_of(plan: Plan, pictures: int) -> Recipe:
    """The recipe for so many pictures, with what the plan has of its own. From scratch every part
    learns alike; a transformer's positions are of one side."""
    recipe = RECIPES[plan.recipe]
    if plan.start == "scratch":
        recipe = replace(recipe, fading=1.0, head_first=False, keeps_statistics=False)
    if plan.small_first and not network_named(plan.network).fixed:
        recipe = replace(recipe, sides=SMALL_FIRST)
    recipe = replace(recipe, batch=plan.batch or recipe.batch)
    if plan.epochs is not None:
        return replace(recipe, epochs=plan.epochs)
    return recipe.for_pictures(pictures)


def run(
    folder: Path,
    *,
    world: World = ALONE,
    tell: Tell = lambda step, done, total: None,
    ends: Callable[[], bool] = lambda: False,
) -> Json:
    """Train what `folder` describes. Done twice, the second only reads the first's result.

    ends: see `Place`.
    """
    if (folder / STORY).exists():
        told: Json = json.loads((folder / STORY).read_bytes())
        return told
    plan, parts = read_plan(folder), np.load(folder / "parts.npy")
    learns, held = (int((parts == part).sum()) for part in (LEARNS, HELD))
    if not learns or not held:
        raise InvalidInput(f"{learns} pictures to learn from and {held} to judge by: label more")
    recipe = recipe_of(plan, learns)
    with kept_memory():
        net = prepared(plan, folder).to(world.device)
        net.keeps_statistics = recipe.keeps_statistics
        if world.size > 1 and not recipe.keeps_statistics:
            share_statistics(net)
        place = Place(folder, world, tell, ends)
        story = learn(net, _data(net, plan, parts, recipe, place), recipe, place)
    if world.leads:
        write_state(folder / RESULT, net.state_dict(), {})
        write_whole(folder / STORY, json.dumps(asdict(story)).encode())
    world.wait()
    return asdict(story)


def _data(net: Net, plan: Plan, parts: Ids, recipe: Recipe, place: Place) -> Data:
    """What a training learns from and is judged by. Each picture is looked at once for each side
    it is shown at, as the epochs that need it begin."""
    folder, world = place.folder, place.world
    pixels, network = mapped(folder / "pixels.npy"), network_named(plan.network)

    def source(part: int, variants: int, side: int) -> Source:
        live = Live(pixels, network, net, plan.seed, side)
        if not (plan.cached and net.first):
            return live
        rows, path = np.flatnonzero(parts == part), folder / f"activations-{part}-{side}.npy"
        if world.leads:
            fill(live, rows, variants, path, place.tell)
        world.wait()
        return Activations(mapped(path), rows)  # type: ignore[arg-type]

    @lru_cache(1)
    def learned_at(side: int) -> Source:
        return source(LEARNS, recipe.variants, side)

    return Data(
        learned=lambda epoch: learned_at(recipe.side_at(epoch, plan.side)),
        judged=source(HELD, 1, plan.side),
        targets=torch.from_numpy(np.load(folder / "targets.npy")).long(),
        parts=parts,
        tasks=plan.tasks,
        seed=plan.seed,
    )
