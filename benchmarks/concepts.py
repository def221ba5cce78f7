"""How many concepts fit one model, and what each recipe costs, from 6 to 10,000 concepts.

    python benchmarks/concepts.py --shared ../shared/data --out concepts.json [--plot concepts.svg]

Real: the most frequent article types of `fashion`, in its taxonomy. Made up beyond: flat, with 25
pictures a concept (10 at 10,000), of numbers like those of the 142 real types, as if these were
split finer and finer. A made-up concept's mean is that of a random real type, moved by `MOVED`
times a random mix of the types' distances from the mean of all, in their covariance. A picture is
its concept's mean plus the sum of two real pictures' distances from theirs, over the root of 2.
View `semantic` alone, seed 0, 70/10/20.

Every cell runs in a process of its own; a cell that is in `--out` is not measured again. Costs are
seconds of processor time, which other work on the machine moves little.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from packs import Source, arguments, fashion, figure  # isort: skip - BLAS threads before numpy

import numpy as np
from chart import log_lines

from tagwright.core.evaluation import evaluate
from tagwright.core.facet_model import FacetData
from tagwright.core.fitting import fit_facet
from tagwright.core.heads import Choice
from tagwright.core.tree import Tree
from tagwright.types import ConceptId, Contract, Features, Half, Ids, Recipe

RECIPES: tuple[Recipe, ...] = ("multiclass", "tree", "one-vs-rest")
REAL = (6, 20, 50, 142)
MADE_UP = (142, 400, 1_000)
MOST = 10_000
EACH, EACH_OF_MOST = 25, 10
SEARCHED = 142
"""Made-up concepts up to which one-vs-rest searches its strength; beyond, it takes theirs."""
MOVED = 0.15
"""So that 142 made-up concepts are about as hard to tell apart as the 142 real ones."""
Cell = dict[str, Any]


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--out", type=Path, required=True, help="cells measured, as JSON")
    parser.add_argument("--plot", type=Path, help="write the cost as an SVG")
    parser.add_argument("--cell", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.cell:
        print(json.dumps(measured(Source(options.shared, options.cache), json.loads(options.cell))))
        return
    known: list[Cell] = json.loads(options.out.read_text()) if options.out.exists() else []
    for cell in wanted():
        if any(cell.items() <= each.items() for each in known):
            continue
        known.append(in_own_process(options, with_strength(cell, known)))
        options.out.write_text(json.dumps(known, indent=1))
    for cell in known:
        print(row(cell))
    if options.plot:
        options.plot.write_text(cost_plot(known))


def wanted() -> list[Cell]:
    cells = [("real", k, recipe) for k in REAL for recipe in RECIPES]
    cells += [("made up", k, recipe) for k in MADE_UP for recipe in RECIPES]
    cells.append(("made up", MOST, "multiclass"))
    return [dict(zip(("kind", "concepts", "recipe"), cell, strict=True)) for cell in cells]


def with_strength(cell: Cell, known: list[Cell]) -> Cell:
    """One-vs-rest with many concepts is told the strength that fewer concepts found."""
    if cell["recipe"] != "one-vs-rest" or cell["concepts"] <= SEARCHED:
        return cell
    of = {**cell, "concepts": SEARCHED}
    return cell | {"choice": next(c["choice"] for c in known if of.items() <= c.items())}


def in_own_process(options: argparse.Namespace, cell: Cell) -> Cell:
    where = ["--shared", options.shared, "--cache", options.cache, "--out", options.out]
    command = [sys.executable, __file__, *map(str, where), "--cell", json.dumps(cell)]
    found: Cell = json.loads(subprocess.check_output(command, text=True))
    print(row(found), file=sys.stderr, flush=True)
    return found


def measured(source: Source, cell: Cell) -> Cell:
    """Learn with search (unless told the choice), learn with the choice known, and report."""
    k, recipe = cell["concepts"], cell["recipe"]
    data = real(source, k) if cell["kind"] == "real" else made_up(source, k)
    choice = Choice.from_json(cell["choice"]) if "choice" in cell else None
    search = None
    if choice is None:
        started = time.process_time()
        choice = fit_facet(data, Contract(), np.random.default_rng(0), recipe=recipe).choice
        search = time.process_time() - started
    started = time.process_time()
    model = fit_facet(data, Contract(), np.random.default_rng(0), choice=choice, recipe=recipe)
    again = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    report = evaluate(model, data, np.random.default_rng(0))
    return cell | {
        "pictures": len(data.groups),
        "learned": report["learned"],
        "choice": choice.to_json(),
        "solver": report["choice"]["solver"],
        "search": search,
        "again": again,
        "peak": peak,
        **{name: report[name] for name in ("top1", "top3", "ece", "ece_raw", "coverage")},
    }


def real(source: Source, concepts: int) -> FacetData:
    """The most frequent article types with their master and sub-categories."""
    data = fashion(source, 3)
    targets = np.asarray(data.targets, dtype=np.int64)
    kept = [node for node, _ in Counter(targets.tolist()).most_common(concepts)]
    rows = np.flatnonzero(np.isin(targets, kept))
    features: Features = {"semantic": data.features["semantic"][rows]}
    groups = [data.groups[row] for row in rows]
    return FacetData("one", data.tree, data.columns, features, targets[rows], groups)


def made_up(source: Source, concepts: int) -> FacetData:
    each = EACH if concepts < MOST else EACH_OF_MOST
    targets = np.repeat(np.arange(concepts), each)
    features: Features = {"semantic": like_real(source, targets, np.random.default_rng(0))}
    tree = Tree.flat([ConceptId(f"concept {i}") for i in range(concepts)])
    groups = [f"picture {i}" for i in range(len(targets))]
    return FacetData("one", tree, np.arange(concepts), features, targets, groups)


def like_real(source: Source, targets: Ids, rng: np.random.Generator) -> Half:
    """(n, 1280) float16, as the module's docstring says."""
    data = real(source, max(REAL))
    rows = data.features["semantic"].astype(np.float32)
    _, types = np.unique(data.targets, return_inverse=True)
    count = np.bincount(types)
    means = np.stack([rows[types == each].mean(axis=0) for each in range(len(count))])
    spread = (rows - means[types])[count[types] > 1]
    apart = means - means.mean(axis=0)
    mix = rng.standard_normal((int(targets.max()) + 1, len(apart)), dtype=np.float32)
    near = means[rng.integers(0, len(means), len(mix))]
    centres = near + MOVED * mix @ apart / np.float32(np.sqrt(len(apart)))
    out = np.empty((len(targets), rows.shape[1]), np.float16)
    for start in range(0, len(targets), 4096):
        part = targets[start : start + 4096]
        one, other = rng.integers(0, len(spread), (2, len(part)))
        out[start : start + 4096] = centres[part] + (spread[one] + spread[other]) / np.sqrt(2)
    return out


def row(cell: Cell) -> str:
    search = "-" if cell["search"] is None else f"{cell['search']:.1f}"
    return (
        f"| {cell['kind']} | {cell['concepts']:,} | {cell['pictures']:,} | {cell['recipe']} "
        f"| {figure(cell['top1'])} | {figure(cell['top3'])} | {figure(cell['ece'])} "
        f"| {figure(cell['coverage'])} | {search} | {cell['again']:.1f} | {cell['peak']:,} "
        f"| {cell['solver']} |"
    )


def cost_plot(cells: list[Cell]) -> str:
    lines = {
        f"{recipe}, {kind}": [
            (c["concepts"], c["again"]) for c in cells if (c["recipe"], c["kind"]) == (recipe, kind)
        ]
        for recipe in RECIPES
        for kind in ("real", "made up")
    }
    return log_lines(lines, "concepts", "s")


if __name__ == "__main__":
    main()
