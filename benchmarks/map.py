"""The map against reviewing one by one, and beside scikit-learn's t-SNE: purity, clicks, time.

    python benchmarks/map.py                      the packs `fashion` and `clothing10`
    python benchmarks/map.py --time 10000 100000  how long a map of so many pictures takes

Lasso: clusters are labelled from the largest, each with the label of most of its pictures, as a
person would who sees their thumbnails; a cluster whose commonest label has less than `--pure` of
it is left alone, and what is in no cluster is. One by one: every picture is shown, and gets its
right label. Seconds are assumptions, and are printed: `--lasso` to draw one, look through it and
name it, `--glance` more for each twenty pictures in it, `--single` for one picture.
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

os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")

import numpy as np
from packs import Source, clothing, fashion, share

from tagwright.core import atlas, clusters
from tagwright.core.reduction import fit_reduction
from tagwright.types import Half, Ids, Mask, Matrix, Scores

SEED = 0
CHUNK = 4_096
NEAR = 10
LABELLED = 0.3
FEWEST = 40
"""Pictures of a kind that is left out."""
MOST_KINDS = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "tagwright-bench")
    parser.add_argument("--view", default="semantic", choices=["semantic", "detail"])
    parser.add_argument("--lasso", type=float, default=8.0, help="seconds to draw and name one")
    parser.add_argument("--glance", type=float, default=1.0, help="seconds for 20 pictures in it")
    parser.add_argument("--single", type=float, default=2.0, help="seconds to label one picture")
    parser.add_argument("--pure", type=float, default=0.7, help="share of one label to label it")
    parser.add_argument("--time", type=int, nargs="*", help="time maps of so many pictures instead")
    parser.add_argument("--cell", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    source = Source(options.shared, options.cache)
    if options.cell:
        print(json.dumps(timed(grown(source, options.cell))))
        return
    if options.time is not None:
        times(options)
        return
    packs = {"fashion": fashion(source, 2), "clothing10": clothing(source)}
    for name, data in packs.items():
        rows, kinds = data.features[options.view], np.asarray(data.targets)
        many = len(set(kinds.tolist()))
        print(f"\n## {name}, {options.view}: {len(kinds):,} pictures, {many} kinds\n")
        table, xy = quality(rows, kinds)
        spaces(table, xy, kinds)
        lasso(xy, kinds, options)
        unknown(table, xy, kinds)


def quality(rows: Half, kinds: Ids) -> tuple[Matrix, Matrix]:
    """The reduced table and our map; printed: how good it is, beside scikit-learn's."""
    from sklearn.manifold import TSNE, trustworthiness

    reduction = fit_reduction(rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK))
    table = reduction.apply(rows)
    print(
        f"{table.shape[1]} components keep {reduction.kept:.1%} of the variance, "
        f"two axes {reduction.kept_by_two:.1%}\n"
    )
    made: dict[str, tuple[Matrix, float]] = {}
    began = time.perf_counter()
    made["this map"] = atlas.tsne(table, seed=SEED), time.perf_counter() - began
    began = time.perf_counter()
    # Perplexity, iterations, start and learning rate as ours; its own defaults otherwise.
    other = TSNE(perplexity=30, max_iter=750, init="pca", random_state=SEED, n_jobs=2)
    made["scikit-learn's t-SNE"] = (
        np.asarray(other.fit_transform(table), np.float32),
        time.perf_counter() - began,
    )
    made["PCA alone"] = atlas.plane(table), 0.0
    print("| map | seconds | trustworthiness (k=10) | 10-NN accuracy | of 10 nearest, one kind |")
    print("|---|---|---|---|---|")
    for name, (xy, seconds) in made.items():
        trust = trustworthiness(table, xy, n_neighbors=NEAR)
        right, alike = near_kinds(xy, kinds)
        print(
            f"| {name} | {seconds:.1f} | {trust:.3f} | {share(right, len(kinds))} | {alike:.3f} |"
        )
    right, alike = near_kinds(table, kinds)
    print(f"| (all components) | | 1.000 | {share(right, len(kinds))} | {alike:.3f} |")
    return table, made["this map"][0]


def near_kinds(points: Matrix, kinds: Ids) -> tuple[int, float]:
    """How many have the kind of most of their ten nearest, and the share of one kind in these."""
    near, _ = atlas.neighbours(points, points, NEAR, skip_self=True)
    votes = np.zeros((len(kinds), int(kinds.max()) + 1), np.int16)
    for column in near.T:
        votes[np.arange(len(kinds)), kinds[column]] += 1
    return int((votes.argmax(axis=1) == kinds).sum()), float((kinds[near] == kinds[:, None]).mean())


def spaces(table: Matrix, xy: Matrix, kinds: Ids) -> None:
    """Purity and cover of clusters sought on the map, and in components of PCA."""
    print("\n| clusters sought on | clusters | in a cluster | purity |")
    print("|---|---|---|---|")
    for name, points in (
        ("the map", xy),
        ("10 components", table[:, :10]),
        ("50 components", table[:, :50]),
    ):
        found = clusters.clusters(points)
        inside = found >= 0
        pure = sum(int(np.bincount(kinds[found == k]).max()) for k in range(found.max() + 1))
        cover, total = share(int(inside.sum()), len(kinds)), int(inside.sum())
        print(f"| {name} | {found.max() + 1} | {cover} % | {share(pure, total)} % |")


def unknown(table: Matrix, xy: Matrix, kinds: Ids) -> None:
    """A kind at a time is left without labels; of the others, three in ten have one."""
    rng = np.random.default_rng(SEED)
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    ways: dict[str, list[float]] = {"the map": [], "angles of features": []}
    called = found = kept = 0
    left_out = [k for k in np.unique(kinds) if (kinds == k).sum() >= FEWEST][:MOST_KINDS]
    for kind in left_out:
        labelled = (rng.random(len(kinds)) < LABELLED) & (kinds != kind)
        rest, new = ~labelled, kinds == kind
        for name, points in (("the map", xy), ("angles of features", unit)):
            far = atlas.neighbours(points[rest], points[labelled], 5)[1].mean(axis=1)
            ways[name].append(ranked(far, new[rest]))
        strange = clusters.strangers(xy, labelled)
        called, kept = called + int(strange.sum()), kept + int(new.sum())
        found += int((strange & new).sum())
    print(f"\nEach of {len(left_out)} kinds left out in turn, {LABELLED:.0%} of the rest labelled:")
    for name, values in ways.items():
        print(
            f"- AUROC of the distance to the five nearest labelled, {name}: {np.mean(values):.3f}"
        )
    right = share(found, called)
    print(f"- found {share(found, kept)} % of the kind; {right} % of all called strange was it")


def ranked(scores: Scores, truth: Mask) -> float:
    """The area under the curve: how often a new one is farther than one of a known kind."""
    place = np.argsort(np.argsort(scores)) + 1
    new, old = int(truth.sum()), int((~truth).sum())
    return float((place[truth].sum() - new * (new + 1) / 2) / (new * old))


def lasso(xy: Matrix, kinds: Ids, options: argparse.Namespace) -> None:
    """Labels a minute, by lasso and one by one."""
    found = clusters.clusters(xy)
    covered = found >= 0
    most = np.array([np.bincount(kinds[found == k]).argmax() for k in range(found.max() + 1)])
    right = most[found[covered]] == kinds[covered]
    print(
        f"\n{found.max() + 1} clusters hold {share(int(covered.sum()), len(kinds))} % of the "
        f"pictures; purity {share(int(right.sum()), int(covered.sum()))} %\n"
    )
    labels = good = clicks = 0
    seconds = 0.0
    for k in range(found.max() + 1):
        inside = kinds[found == k]
        seconds += options.lasso + options.glance * len(inside) / 20
        agree = int((inside == most[k]).sum())
        if agree >= options.pure * len(inside):
            labels, good, clicks = labels + len(inside), good + agree, clicks + 2
        else:
            clicks += 1  # it was looked at, and left
    minutes = seconds / 60
    singly = 60 / options.single
    print(
        f"Assumed: {options.lasso:g} s a lasso, {options.glance:g} s for each 20 pictures in it, "
        f"{options.single:g} s a picture one by one; labelled from {options.pure:.0%} of one kind"
    )
    print("| way | minutes | clicks | labels | right | right labels a minute |")
    print("|---|---|---|---|---|---|")
    told = share(good, labels) if labels else "-"
    print(f"| lasso | {minutes:.1f} | {clicks:,} | {labels:,} | {told} % | {good / minutes:.0f} |")
    alone = int(minutes * singly)
    print(f"| one by one | {minutes:.1f} | {alone:,} | {alone:,} | 100 % | {singly:.0f} |")
    print(f"\n{good / minutes / singly:.1f} times the right labels a minute")


def grown(source: Source, count: int) -> Half:
    """So many rows of features: real ones drawn again, each mixed with a like one, with noise."""
    rng = np.random.default_rng(SEED)
    real = np.concatenate(
        [source.pack(name).features["semantic"] for name in ("fashion", "clothing10")]
    ).astype(np.float32)
    spread = real.std(axis=0)
    made = np.empty((count, real.shape[1]), np.float16)
    for at in range(0, count, CHUNK):
        size = min(CHUNK, count - at)
        rows = real[rng.integers(len(real), size=size)]
        noise = rng.normal(size=rows.shape).astype(np.float32) * spread * 0.5
        made[at : at + size] = np.maximum(rows + noise, 0)  # features are after a ReLU
    return made


def timed(rows: Half) -> dict[str, float]:
    """Seconds of each step, and peak memory in MB without the features themselves."""
    told: dict[str, float] = {"n": len(rows)}
    began = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal began
        told[name] = time.perf_counter() - began
        began = time.perf_counter()

    reduction = fit_reduction(rows[at : at + CHUNK] for at in range(0, len(rows), CHUNK))
    table = np.concatenate(
        [reduction.apply(rows[at : at + CHUNK]) for at in range(0, len(rows), CHUNK)]
    )
    lap("pca")
    xy = atlas.tsne(table, seed=SEED)
    lap("tsne")
    clusters.clusters(xy)
    lap("clusters")
    atlas.place(table[:1_000], table, xy)
    lap("place 1,000")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    return told | {"components": table.shape[1], "peak": peak - rows.nbytes / 2**20}


def times(options: argparse.Namespace) -> None:
    print("| pictures | components | PCA, s | t-SNE, s | clusters, s | place 1,000, s | peak MB |")
    print("|---|---|---|---|---|---|---|")
    for count in options.time or (10_000, 100_000):
        words = [sys.executable, __file__, "--cell", str(count)]
        words += ["--shared", str(options.shared), "--cache", str(options.cache)]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout)
        cells = (found[name] for name in ("pca", "tsne", "clusters", "place 1,000"))
        print(
            f"| {count:,} | {found['components']:.0f} | "
            + " | ".join(f"{cell:.1f}" for cell in cells)
            + f" | {found['peak']:,.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
