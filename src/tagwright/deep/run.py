"""A training from its folder: read, look once at every picture, learn, and leave the result."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch

from tagwright.deep.cache import Activations, Live, Tell, fill, mapped
from tagwright.deep.distributed import ALONE, World, share_statistics
from tagwright.deep.files import read_state, write_state, write_whole
from tagwright.deep.loop import Data, Place, learn
from tagwright.deep.networks import Net, build, network_named, take_weights
from tagwright.deep.plan import Plan, read_plan
from tagwright.deep.recipes import RECIPES, Recipe
from tagwright.types import Json

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


def recipe_of(plan: Plan) -> Recipe:
    """The recipe with what the plan has of its own. From scratch every part learns alike."""
    recipe = RECIPES[plan.recipe]
    if plan.start == "scratch":
        recipe = replace(recipe, fading=1.0, alone=0)
    return replace(recipe, epochs=plan.epochs or recipe.epochs, batch=plan.batch or recipe.batch)


def run(folder: Path, *, world: World = ALONE, tell: Tell = lambda step, done, total: None) -> Json:
    """Train what `folder` describes. Done twice, the second only reads the first's result."""
    if (folder / STORY).exists():
        told: Json = json.loads((folder / STORY).read_bytes())
        return told
    plan = read_plan(folder)
    net, recipe = prepared(plan, folder), recipe_of(plan)
    pixels, parts = mapped(folder / "pixels.npy"), np.load(folder / "parts.npy")
    live = Live(pixels, network_named(plan.network), net, plan.seed)
    source: Live | Activations = live
    if plan.cached and net.first:
        if world.leads:
            source = fill(live, len(pixels), 2 * (1 + recipe.colours), folder, tell)
        world.wait()
        source = Activations(mapped(folder / "activations.npy"))  # type: ignore[arg-type]
    if world.size > 1:
        share_statistics(net)
    targets = torch.from_numpy(np.load(folder / "targets.npy")).long()
    data = Data(source, targets, parts, plan.tasks, plan.seed)
    story = learn(net, data, recipe, Place(folder, world, tell))
    if world.leads:
        write_state(folder / RESULT, net.state_dict(), {})
        write_whole(folder / STORY, json.dumps(asdict(story)).encode())
    world.wait()
    return asdict(story)
