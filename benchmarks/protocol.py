"""The study's four tasks under its protocol, and the full sets by group split.

    python benchmarks/protocol.py --shared ../shared/data [--seeds 10]

Prints Markdown: every share in percent with its 95 % interval and n.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from packs import (
    Source,
    arguments,
    clothing,
    fashion,
    figure,
    folder_facet,
    joined,
    share,
)  # isort: skip - sets the number of BLAS threads before numpy loads

from tagwright.core.calibration import calibrate_any, sigmoid
from tagwright.core.decide import top_columns
from tagwright.core.evaluation import evaluate
from tagwright.core.facet_model import FacetData
from tagwright.core.fitting import fit_facet
from tagwright.core.heads import Fitted, fit_head, plan_task
from tagwright.core.metrics import average_precision
from tagwright.types import Contract, FacetKind, Features, Ids, Matrix

STUDY = {
    "facial_expression": "87 / -",
    "objects": "96 / -",
    "multiclass4": "95 / 100",
    "multiclass6": "67 / 98",
}
TRAIN, TEST = 1000, 100
PAIRS = (("smiling", "not_smiling"), ("shoe", "bag"), ("menswear", "womenswear"))


@dataclass(frozen=True, slots=True)
class Task:
    """A manifest of the study. product: the fashion row of a picture, where it is one."""

    labels: list[str]
    features: Features
    groups: list[str]
    products: list[dict[str, str] | None]


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--only", choices=["study", "full"])
    options = parser.parse_args()
    source = Source(options.shared, options.cache)
    if options.only != "full":
        study(source, options.seeds)
    if options.only != "study":
        full(source)


def study(source: Source, seeds: int) -> None:
    print(f"## The study's protocol: {TRAIN:,} to learn, {TEST} to test, seeds 0-{seeds - 1}\n")
    print("| Task | study, top-1 / top-3 | top-1 | top-3 | top-1 on all the rest | inside pairs |")
    print("|---|---|---|---|---|---|")
    for name, theirs in STUDY.items():
        task = read_task(source, name)
        names = sorted(set(task.labels))
        truth = np.array([names.index(label) for label in task.labels])
        found = [one_run(task, truth, len(names), seed) for seed in range(seeds)]
        top1, top3, rest, pairs = (np.sum(part, axis=0) for part in zip(*found, strict=True))
        print(
            f"| {name} | {theirs} | {share(*top1)} | {share(*top3)} | {share(*rest)} "
            f"| {share(*pairs)} |",
            flush=True,
        )
    overlapping(task, sorted(set(task.labels)), seeds)


def one_run(task: Task, truth: Ids, classes: int, seed: int) -> tuple[tuple[int, int], ...]:
    """(right, of) for top-1, top-3, top-1 on the rest, and top-1 on the rest inside pairs."""
    rng = np.random.default_rng(seed)
    train, test, rest = drawn(task.groups, rng)
    fitted = learned(task, truth, ("one", classes), train, rng)
    logits = all_logits(fitted, task.features)
    ranked = top_columns(logits, 3)
    hit = ranked == truth[:, None]
    names = sorted(set(task.labels))
    pair = np.zeros(classes, np.int64)
    for number, members in enumerate(PAIRS):
        pair[[names.index(each) for each in members if each in names]] = number
    inside = rest[pair[ranked[rest, 0]] == pair[truth[rest]]]
    return (
        (int(hit[test, 0].sum()), len(test)),
        (int(hit[test].any(axis=1).sum()), len(test)),
        (int(hit[rest, 0].sum()), len(rest)),
        (int(hit[inside, 0].sum()), len(inside)),
    )


def overlapping(task: Task, names: list[str], seeds: int) -> None:
    """multiclass6 as what it is: any number of concepts may be true."""
    answers = any_answers(task, names)
    precisions, right = [], np.zeros((3, 2))
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        train, _, rest = drawn(task.groups, rng)
        fitted = learned(task, answers, ("any", len(names)), train, rng)
        calibration = calibrate_any(fitted.held_logits, answers[train])
        p = sigmoid(calibration.apply(all_logits(fitted, task.features)[rest]))
        known, yes = answers[rest] >= 0, answers[rest] == 1
        said = (p > 0.5) & known
        right += [
            [(said & yes).sum(), said.sum()],
            [(said & yes).sum(), yes.sum()],
            [((p > 0.5) == yes)[known].sum(), known.sum()],
        ]
        precisions.append([ap(p[:, c], answers[rest, c]) for c in range(len(names))])
    table = np.array(precisions)
    low, high = np.quantile(table.mean(axis=1), [0.025, 0.975])
    print("\n### Six overlapping classes as `any` (on all the rest)\n")
    print(
        f"- mean average precision {100 * table.mean():.1f} "
        f"(over seeds: {100 * low:.1f}-{100 * high:.1f})"
    )
    each = ", ".join(
        f"{name} {100 * v:.1f}" for name, v in zip(names, table.mean(axis=0), strict=True)
    )
    print(f"- average precision by concept: {each}")
    for title, (good, n) in zip(("precision", "recall", "answers right"), right, strict=True):
        print(f"- {title} at p > 0.5: {share(int(good), int(n))}")


def ap(p: Matrix, answers: Ids) -> float:
    order = np.argsort(-p, kind="stable")
    order = order[answers[order] >= 0]
    return average_precision(order, answers == 1, np.ones(len(p)))


def drawn(groups: list[str], rng: np.random.Generator) -> tuple[Ids, Ids, Ids]:
    """Rows to learn from, to test on, and all others; no group is on two sides."""
    _, number = np.unique(groups, return_inverse=True)
    order = rng.permutation(int(number.max()) + 1)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    rows = np.argsort(rank[number], kind="stable")
    first = rank[number[rows]]
    train = rows[first < first[TRAIN]][:TRAIN]
    later = rows[first >= first[TRAIN]]
    return train, later[:TEST], later


def learned(
    task: Task, targets: Ids, what: tuple[FacetKind, int], train: Ids, rng: np.random.Generator
) -> Fitted:
    kind, columns = what
    plan = plan_task(kind, targets[train], columns, [task.groups[row] for row in train])
    return fit_head(task.features, train, plan, rng, None, lambda what, done: None)


def all_logits(fitted: Fitted, features: Features) -> Matrix:
    return fitted.head.logits(fitted.projection.apply(features))


def read_task(source: Source, name: str) -> Task:
    rows = source.table("tasks", f"{name}.csv")
    split = [row["image"].split("/", 1) for row in rows]
    packs = {pack: source.pack(pack) for pack in sorted({pack for pack, _ in split})}
    features, groups = joined(packs, [(pack, rest) for pack, rest in split])
    products = {row["image"]: row for row in source.table("fashion")}
    known = [products.get(r.split("/")[-1]) if pack != "smile" else None for pack, r in split]
    return Task([row["label"] for row in rows], features, groups, known)


def any_answers(task: Task, names: list[str]) -> Ids:
    """(n, 6) int8: what each picture shows, -1 where the sources do not say."""
    answers = np.zeros((len(task.labels), len(names)), np.int8)
    at = {name: i for i, name in enumerate(names)}
    for i, (label, product) in enumerate(zip(task.labels, task.products, strict=True)):
        if label in ("shoe", "bag"):
            answers[i, [at["menswear"], at["womenswear"]]] = -1
        if product:
            for name, gender in (("menswear", "Men"), ("womenswear", "Women")):
                answers[i, at[name]] = product["gender"] == gender
            kind = product["sub_category"]
            answers[i, at["bag"]] = kind == "Bags"
            answers[i, at["shoe"]] = -1 if kind in ("Sandal", "Flip Flops") else kind == "Shoes"
        answers[i, at[label]] = 1
    return answers


def full(source: Source) -> None:
    """Whole packs: 70/10/20 by group, the test split looked at once."""
    large = Source(source.shared, source.cache, "efficientnet-lite2")
    sets: dict[str, Callable[[], FacetData]] = {
        "smile": lambda: folder_facet(source, "smile"),
        "shoes_bags": lambda: folder_facet(source, "shoes_bags"),
        "clothing10 by photographer": lambda: clothing(source),
        "clothing10 by photographer, lite2": lambda: clothing(large),
        "fashion, 7 master categories": lambda: fashion(source, 1),
        "fashion, 45 sub-categories": lambda: fashion(source, 2),
        "fashion, 142 article types": lambda: fashion(source, 3),
    }
    print("\n## Full sets, 70/10/20 by group, contract 95 % at 95 % confidence, seed 0\n")
    print("| Set | top-1 | top-3 | macro F1 | ECE | tagged alone | of them right | leaf / parent |")
    print("|---|---|---|---|---|---|---|---|")
    for name, data in sets.items():
        report = measured(data())
        verdicts = report["verdicts"]
        cells = (
            figure(report[key])
            for key in ("top1", "top3", "macro_f1", "ece", "coverage", "precision")
        )
        counts = f"{verdicts['auto']:,} / {verdicts['parent']:,}"
        print(f"| {name} | {' | '.join(cells)} | {counts} |", flush=True)


def measured(data: FacetData):  # type: ignore[no-untyped-def]
    model = fit_facet(data, Contract(), np.random.default_rng(0))
    return evaluate(model, data, np.random.default_rng(0))


if __name__ == "__main__":
    main()
