"""What single answers teach a champion between trainings, and what wrong answers do to it.

    python benchmarks/online.py --shared DATA --cache FOLDER [--penalties]

The champion learned ten garments from small studio shots (`fashion`), and is then used on phone
photos of them (`clothing10`): the same concepts in another style. 200 answers on phone photos are
given one by one; half of the photographers give them, the pictures of the other half judge, twenty
seeds. Wrong answers name another garment every time, on phone photos and on the studio's own test
pictures. Prints Markdown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from packs import Source, arguments, flat_facet, joined, share

from tagwright.core import online
from tagwright.core.calibration import probabilities_of
from tagwright.core.facet_model import FacetData, FacetModel
from tagwright.core.fitting import fit_facet
from tagwright.core.online import Guard, Online
from tagwright.core.splits import in_split
from tagwright.types import Contract, Features, Ids, Matrix

SEEDS = 20
ANSWERS = 200
SHOWN = (0, 25, 50, 100, 200)
GARMENTS = {
    "t-shirt": ("Tshirts",),
    "longsleeve": ("Sweatshirts", "Sweaters"),
    "pants": ("Jeans", "Trousers", "Track Pants", "Leggings", "Capris"),
    "shirt": ("Shirts",),
    "shoes": ("Casual Shoes", "Sports Shoes", "Formal Shoes", "Flats", "Heels"),
    "dress": ("Dresses", "Nightdress"),
    "shorts": ("Shorts",),
    "outwear": ("Jackets",),
    "hat": ("Caps",),
    "skirt": ("Skirts",),
}


@dataclass(frozen=True, slots=True)
class Photos:
    """Phone photos: projected rows, truth as columns of the champion, photographers."""

    rows: Matrix
    truth: Ids
    by: Ids


def studio(source: Source) -> FacetData:
    garment = {kind: name for name, kinds in GARMENTS.items() for kind in kinds}
    rows = [row for row in source.table("fashion") if row["article_type"] in garment]
    wanted = [("fashion", f"images/{row['image']}") for row in rows]
    features, groups = joined({"fashion": source.pack("fashion")}, wanted)
    return flat_facet([garment[row["article_type"]] for row in rows], features, groups)


def photos(source: Source, model: FacetModel) -> Photos:
    table = source.table("clothing10")
    features, _ = joined(
        {"clothing10": source.pack("clothing10")}, [("clothing10", row["image"]) for row in table]
    )
    names = [model.tree.nodes[node] for node in model.columns.nodes]
    people = sorted({row["photographer"] for row in table})
    return Photos(
        model.projection.apply(features),
        np.array([names.index(row["label"]) for row in table]),
        np.array([people.index(row["photographer"]) for row in table]),
    )


def tests(model: FacetModel, data: FacetData) -> Photos:
    """The studio's test pictures; every second group answers, the others judge."""
    rows = np.flatnonzero(in_split(data.groups, "test"))
    own: Features = {view: each[rows] for view, each in data.features.items()}
    truth = model.columns.source[np.asarray(data.targets, dtype=np.int64)[rows]]
    return Photos(model.projection.apply(own), truth, data.clusters(rows))


def guard_of(model: FacetModel, data: FacetData) -> Guard:
    rows = np.flatnonzero(in_split(data.groups, "validation"))
    rows = rows[:: max(len(rows) // online.GUARDED, 1)][: online.GUARDED]
    own: Features = {view: each[rows] for view, each in data.features.items()}
    truth = model.columns.source[np.asarray(data.targets, dtype=np.int64)[rows]]
    return Guard(model.projection.apply(own), truth, data.clusters(rows))


@dataclass(frozen=True, slots=True)
class Told:
    """hits: top-1 and top-3 after each number of `SHOWN`; guard: share right there at the end."""

    hits: list[tuple[int, int]]
    n: int
    guard: float
    milliseconds: list[float]
    learned: int
    paused: str | None


def run(model: FacetModel, guard: Guard, given: Photos, seed: int, *, wrong: bool) -> Told:
    rng = np.random.default_rng(seed)
    people = rng.permutation(np.unique(given.by))
    asked = np.flatnonzero(np.isin(given.by, people[::2]))
    judged = np.flatnonzero(np.isin(given.by, people[1::2]))
    state, hits, spent = Online.fresh(model), [], []
    stream = rng.permutation(asked)[:ANSWERS]
    for count in range(ANSWERS + 1):
        if count in SHOWN:
            hits.append(right(model, state, given.rows[judged], given.truth[judged]))
        if count == ANSWERS or state.paused:
            break
        at = stream[count]
        truth = given.truth[at : at + 1]
        if wrong:
            truth = (truth + rng.integers(1, len(model.head.bias))) % len(model.head.bias)
        began = perf_counter()
        state = online.learn(state, model, given.rows[at : at + 1], truth, guard)
        spent.append(1000 * (perf_counter() - began))
    kept = right(model, state, guard.rows, guard.targets)[0] / len(guard.targets)
    return Told(hits, len(judged), kept, spent, state.learned, state.paused)


def right(model: FacetModel, state: Online, rows: Matrix, truth: Ids) -> tuple[int, int]:
    logits = model.calibration.apply(model.head.logits(rows)) + online.corrections(state, rows)
    ranked = np.argsort(-probabilities_of("one", logits), axis=1)
    hit = ranked[:, :3] == truth[:, None]
    return int(hit[:, 0].sum()), int(hit.any(axis=1).sum())


def table(told: Sequence[Told]) -> None:
    print("| answers | top-1 | top-3 |\n| --- | --- | --- |")
    for at, count in enumerate(SHOWN):
        some = [each for each in told if len(each.hits) > at]
        n = sum(each.n for each in some)
        first, three = (sum(each.hits[at][i] for each in some) for i in range(2))
        print(f"| {count} | {share(first, n)} | {share(three, n)} |")
    gains = [(t.hits[-1][0] - t.hits[0][0]) / t.n for t in told]
    spent = np.concatenate([t.milliseconds for t in told])
    print(
        f"\nGain in top-1, by seed: {100 * min(gains):+.1f} to {100 * max(gains):+.1f} points. "
        f"Guard {100 * min(t.guard for t in told):.1f} to {100 * max(t.guard for t in told):.1f} "
        f"% right. Fell back: {sum(t.paused is not None for t in told)} of {len(told)}. "
        f"An answer: median {np.median(spent):.1f} ms, 99th {np.quantile(spent, 0.99):.1f} ms."
    )


def main() -> None:
    parser = arguments(__doc__ or "")
    parser.add_argument("--penalties", action="store_true", help="Try other penalties as well.")
    asked = parser.parse_args()
    source = Source(asked.shared, asked.cache)
    data = studio(source)
    model = fit_facet(data, Contract(0.9), np.random.default_rng(0))
    guard, given, own = guard_of(model, data), photos(source, model), tests(model, data)
    start = right(model, Online.fresh(model), guard.rows, guard.targets)[0]
    print(f"Champion on its own validation pictures: {share(start, len(guard.targets))}\n")
    for penalty in (1.0, 0.3, 0.1, 0.03) if asked.penalties else (online.PENALTY,):
        online.PENALTY = penalty  # type: ignore[misc]
        print(f"### Penalty {penalty:g}\n")
        table([run(model, guard, given, seed, wrong=False) for seed in range(SEEDS)])
        for name, some in (("phone photos", given), ("studio shots", own)):
            bad = [run(model, guard, some, seed, wrong=True) for seed in range(SEEDS)]
            fell = [each.learned for each in bad if each.paused]
            lost = [(t.hits[-1][0] - t.hits[0][0]) / t.n for t in bad if not t.paused]
            print(
                f"\nWrong answers on {name}: fell back in {len(fell)} of {len(bad)} runs, after "
                f"{min(fell, default=0)} to {max(fell, default=0)} answers; in the others top-1 "
                f"changed by {100 * min(lost, default=0):+.1f} points at worst."
            )
        print()


if __name__ == "__main__":
    main()
