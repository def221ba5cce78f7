"""The comparison: methods x tasks x seeds, each cell kept as soon as it is measured.

A task is a small library of its own, so a picture is read, grouped and turned into features as
everywhere, and an import that was killed goes on where it was. A cell is a file: a run that was
killed measures only what is missing.
"""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from tagwright.config import Settings
from tagwright.core.comparison import Sitting, compare
from tagwright.core.evaluation import described, tested
from tagwright.core.facet_model import FacetData, FacetModel, taken
from tagwright.core.fitting import fit_facet
from tagwright.core.splits import in_split
from tagwright.errors import InvalidInput
from tagwright.flows.bench_plan import TAXONOMY, Plan, TaskPlan, TuningPlan, digest, file_name
from tagwright.flows.embedding import embed_missing
from tagwright.flows.finetuning import known_network, teach
from tagwright.flows.labels import facet_data, facet_labels
from tagwright.flows.lessons import lesson_from
from tagwright.flows.library import Library
from tagwright.flows.meter import metered
from tagwright.flows.pages import write_page
from tagwright.flows.workspace import Workspace
from tagwright.types import VIEWS, Contract, Json, Recipe

log = logging.getLogger(__name__)

BenchProgress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task read: its library, and the pictures that can teach or judge.

    left_out: by reason, how many labelled pictures could not. tuning: for methods that fine-tune.
    """

    name: str
    ws: Workspace
    data: FacetData
    left_out: Mapping[str, int]
    tuning: TuningPlan


Method = Callable[[Task, FacetData, int], Sitting]
"""Learn from the train split of some data and sit its test split. data: the task's, split by the
seed. What a method needs beyond stored features, such as the pictures, is in the task's library.
"""


def by_recipe(recipe: Recipe, task: Task, data: FacetData, seed: int) -> Sitting:
    """A head on stored features."""
    model, spent = metered(
        lambda: fit_facet(data, Contract(), np.random.default_rng(seed), recipe=recipe)
    )
    known = dict(zip(task.data.assets, task.data.groups, strict=True))
    rows = np.flatnonzero(in_split(data.groups, "test"))
    said = tested(model, data, rows)
    hit = said.ranked == said.column[:, None]
    return Sitting(
        pictures=[str(data.assets[row]) for row in rows.tolist()],
        groups=[known[data.assets[row]] for row in rows.tolist()],
        top1=hit[:, 0],
        top3=hit.any(axis=1),
        p=said.p,
        learned=len(model.columns.nodes),
        how=_told(model),
        spent=spent,
    )


def by_network(head: Recipe, task: Task, data: FacetData, seed: int) -> Sitting:
    """A network fine-tuned on most of the train split, and a head on its features of the rest."""
    options, ws, assets = task.tuning.options(head, seed), task.ws, list(data.assets)
    with tempfile.TemporaryDirectory(dir=ws.root) as folder:  # begun anew: what it costs is asked
        lesson = lesson_from(data, head)
        (version, _), spent = metered(lambda: teach(ws, Path(folder), lesson, options))
    embed_missing(ws, version=version)
    taught = ws.networks.lesson(version)
    kept = [not taught.holds(*each) for each in zip(assets, data.groups, strict=True)]
    own = replace(data, features=ws.features.load(version, assets, VIEWS))
    sat = by_recipe(head, task, taken(own, np.flatnonzero(kept)), seed)
    return replace(sat, spent=spent + sat.spent, how=f"{options.network} taught, {sat.how}")


METHODS: Final[Mapping[str, Method]] = {
    "multiclass": partial(by_recipe, "multiclass"),
    "tree": partial(by_recipe, "tree"),
    "one-vs-rest": partial(by_recipe, "one-vs-rest"),
    "finetune": partial(by_network, "multiclass"),
    "finetune-tree": partial(by_network, "tree"),
    "finetune-one-vs-rest": partial(by_network, "one-vs-rest"),
}
"""What a plan may name."""
TUNED: Final = frozenset(name for name in METHODS if name.startswith("finetune"))


def run_bench(
    plan: Plan,
    out: Path,
    settings: Settings,
    progress: BenchProgress = lambda step, share: None,
) -> Json:
    """Measure what is missing in `out`, then compare everything the plan names.

    Raises InvalidInput for a method that is not in `METHODS`, or whose extra is not installed, or a
    task too small to learn.
    """
    if unknown := [name for name in plan.methods if name not in METHODS]:
        raise InvalidInput(f"there is no method {unknown[0]!r}: name some of {', '.join(METHODS)}")
    if TUNED & set(plan.methods):
        known_network(plan.tuning.network)
    out.mkdir(parents=True, exist_ok=True)
    own = replace(settings, library=None, database_url=None, blobs=None, backbone=plan.backbone)
    sat: dict[str, dict[str, list[Sitting]]] = {}
    left_out: dict[str, Mapping[str, int]] = {}
    for index, (name, asked) in enumerate(plan.tasks.items()):
        share = index / len(plan.tasks)
        progress(f"{name}: reading pictures", share)
        folder = out / "libraries" / file_name(name, asked, plan.backbone)
        with Library.open_or_create(folder, own) as library:
            task = _read(name, asked, library, plan.tuning)
            step = _part(progress, share, len(plan.tasks))
            sat[name] = _sit_all(task, plan, out / "cells", step)
            left_out[name] = task.left_out
    found = {
        "backbone": plan.backbone,
        "seeds": list(plan.seeds),
        "methods": list(plan.methods),
        "left_out": {name: dict(why) for name, why in left_out.items()},
        **compare(sat),
    }
    log.info("bench_done", extra={"tasks": len(plan.tasks), "methods": len(plan.methods)})
    return found


def resplit(data: FacetData, seed: int) -> FacetData:
    """The data under another 70/10/20 split by group; seed 0 is the split of a library."""
    if seed == 0:
        return data
    return replace(data, groups=[f"{group} seed {seed}" for group in data.groups])


def _part(progress: BenchProgress, before: float, parts: int) -> BenchProgress:
    return lambda what, share: progress(what, before + share / parts)


def _read(name: str, asked: TaskPlan, library: Library, tuning: TuningPlan) -> Task:
    """The task's pictures, imported unless that was done before."""
    ws, done = library.workspace, library.workspace.root / "imported.json"
    if not done.exists():
        report = library.import_pictures(asked.path, asked.options())
        _keep(done, {"unreadable": len(report.unreadable)})
    taxonomy = ws.taxonomies.get(TAXONOMY)
    (labels,) = facet_labels(ws, taxonomy, ws.backbone_version)
    unreadable = json.loads(done.read_text(encoding="utf-8"))["unreadable"]
    left_out = {**labels.left_out, **({"unreadable": unreadable} if unreadable else {})}
    data = facet_data(ws, taxonomy, labels, ws.backbone_version, VIEWS)
    return Task(name, ws, data, left_out, tuning)


def _sit_all(
    task: Task, plan: Plan, folder: Path, progress: BenchProgress
) -> dict[str, list[Sitting]]:
    """Every method under every seed: from its file where it was measured before."""
    folder.mkdir(exist_ok=True)
    named = digest(list(task.data.assets), task.data.targets.tolist(), list(task.data.groups))
    found: dict[str, list[Sitting]] = {method: [] for method in plan.methods}
    cells = [(seed, method) for seed in plan.seeds for method in plan.methods]
    for index, (seed, method) in enumerate(cells):
        progress(f"{task.name}: {method}, seed {seed}", index / len(cells))
        knobs = [plan.tuning.model_dump(mode="json")] if method in TUNED else []
        file = folder / f"{file_name(task.name, method, seed, plan.backbone, named, *knobs)}.json"
        if not file.exists():
            _keep(file, METHODS[method](task, resplit(task.data, seed), seed).to_json())
        found[method].append(Sitting.from_json(json.loads(file.read_text(encoding="utf-8"))))
    return found


def _keep(file: Path, value: Json) -> None:
    write_page(file, json.dumps(value, allow_nan=False))


def _told(model: FacetModel) -> str:
    choice = described(model.choice)
    return f"{choice['solver']} on {' + '.join(choice['views'])}"
