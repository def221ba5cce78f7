"""What learning costs: time and memory against pictures and concepts, on made-up features.

    python benchmarks/train.py [--plot cost.svg]

Every cell runs in a process of its own: learn with search, learn again with the choice known (as
after new labels), report, and decide on 100,000 pictures. Features are blobs of 1,280 numbers
(`semantic`), with 4,864 more (`detail`) where it says so. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from chart import log_lines

from tagwright.core.decide import decide
from tagwright.core.evaluation import evaluate
from tagwright.core.facet_model import FacetData, chunk_rows
from tagwright.core.fitting import fit_facet
from tagwright.core.tree import Tree
from tagwright.types import ConceptId, Contract, Features, Half, Ids

ASSETS = (5_000, 25_000, 100_000)
CONCEPTS = (6, 142, 1_000, 10_000)
TAGGED = 100_000
DIMS = {"semantic": 1280, "detail": 4864}
FEWEST = 10
"""Pictures a concept below which a cell is left out."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cell", help=argparse.SUPPRESS)
    parser.add_argument("--plot", type=Path, help="write the cost as an SVG")
    options = parser.parse_args()
    if options.cell:
        print(json.dumps(measured(**json.loads(options.cell))))
        return
    print(
        "| assets | concepts | views | learn, s | learn again, s | report, s | peak MB "
        "| decide on 100,000, s | top-1 |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    cells = [(n, k, 1) for k in CONCEPTS for n in ASSETS if n >= FEWEST * k]
    for n, k, views in [*cells, (5_000, 6, 2), (25_000, 6, 2), (25_000, 142, 2)]:
        found = in_own_process(n, k, views)
        print(
            f"| {n:,} | {k:,} | {views} | {found['learn']:.1f} | {found['again']:.1f} "
            f"| {found['report']:.1f} | {found['peak']:,} | {found['decide']:.1f} "
            f"| {100 * found['top1']:.0f} |",
            flush=True,
        )
        if options.plot:
            draw(options.plot, n, k, views, found)


def in_own_process(assets: int, concepts: int, views: int) -> dict[str, float]:
    cell = json.dumps({"assets": assets, "concepts": concepts, "views": views})
    command = [sys.executable, __file__, "--cell", cell]
    found: dict[str, float] = json.loads(subprocess.check_output(command, text=True))
    return found


def measured(assets: int, concepts: int, views: int) -> dict[str, float]:
    data = made_up(assets, concepts, views)
    times = {}
    started = time.perf_counter()
    model = fit_facet(data, Contract(), np.random.default_rng(0))
    times["learn"] = time.perf_counter() - started
    started = time.perf_counter()
    model = fit_facet(data, Contract(), np.random.default_rng(0), choice=model.choice)
    times["again"] = time.perf_counter() - started
    started = time.perf_counter()
    report = evaluate(model, data, np.random.default_rng(0))
    times["report"] = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    size = min(chunk_rows(concepts), assets)
    chunk: Features = {view: values[:size] for view, values in data.features.items()}
    started = time.perf_counter()
    for _ in range(3):
        decide(model, chunk)
    times["decide"] = (time.perf_counter() - started) / 3 / size * TAGGED
    return {**times, "peak": peak, "top1": report["top1"]["value"]}


def made_up(assets: int, concepts: int, views: int) -> FacetData:
    rng = np.random.default_rng(0)
    targets = rng.permutation(np.arange(assets) % concepts)
    names = list(DIMS)[:views]
    features: Features = {view: blobs(targets, DIMS[view], rng) for view in names}
    tree = Tree.flat([ConceptId(f"concept {i}") for i in range(concepts)])
    groups = [f"picture {i}" for i in range(assets)]
    return FacetData("one", tree, np.arange(concepts), features, targets, groups)


def blobs(targets: Ids, dim: int, rng: np.random.Generator) -> Half:
    """Classes around centres in a space of 64 directions, with noise in all."""
    centres = rng.standard_normal((int(targets.max()) + 1, 64), dtype=np.float32)
    mix = rng.standard_normal((64, dim), dtype=np.float32) / 8
    out = np.empty((len(targets), dim), np.float16)
    for start in range(0, len(targets), 4096):
        part = targets[start : start + 4096]
        hidden = centres[part] + 0.8 * rng.standard_normal((len(part), 64), dtype=np.float32)
        out[start : start + 4096] = hidden @ mix + rng.standard_normal(
            (len(part), dim), dtype=np.float32
        )
    return out


def draw(path: Path, assets: int, concepts: int, views: int, found: dict[str, float]) -> None:
    """Add a cell to the plot's data and draw it: learning time against assets, a line a K."""
    kept = path.with_suffix(".json")
    cells = json.loads(kept.read_text()) if kept.exists() else []
    cells = [c for c in cells if (c["n"], c["k"], c["views"]) != (assets, concepts, views)]
    cells.append({"n": assets, "k": concepts, "views": views, **found})
    kept.write_text(json.dumps(cells, indent=1))
    path.write_text(cost_plot([c for c in cells if c["views"] == 1]))


def cost_plot(cells: list[dict[str, float]]) -> str:
    """Seconds to learn against pictures, one line a number of concepts."""
    lines = {
        f"{k:,}": [(c["n"], c["learn"]) for c in cells if c["k"] == k]
        for k in sorted({c["k"] for c in cells})
    }
    return log_lines(lines, "labelled pictures", "s")


if __name__ == "__main__":
    main()
