"""What a label check brings: planted errors found, counted and undone, and the study's Table 2.

    python benchmarks/recovery.py --cache FOLDER [--only deviations|recovery|counts] [--seeds 3]

`deviations`: labels of the 100 lowest and highest softmax deviations. `recovery`: planted errors in
train and validation, the test split as it is. `counts`: does the interval hold the true share.
"""

from __future__ import annotations

import json
import platform
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import packs  # isort: skip - sets the number of BLAS threads before numpy loads
import numpy as np
from protocol import read_task

from tagwright.core import cleaning
from tagwright.core.facet_model import FacetData, probabilities
from tagwright.core.fitting import fit_facet
from tagwright.core.heads import Choice
from tagwright.core.paired import bootstrap, numbered
from tagwright.core.splits import in_split
from tagwright.flows.cleaning import SURE
from tagwright.types import Contract, Ids, Interval, Mask, Scores

SHARES = (0.05, 0.1, 0.2, 0.4)
ENDS = 100
PAIR = 2
CIFAR = "cifar10n"
SOME = 3_000
HEAD = Choice(("semantic", "detail"), logistic=1e-4, discriminant=0.1)
PEOPLE = ("aggre", "worse", "random1")
SETS: dict[str, Callable[[packs.Source], FacetData]] = {
    "clothing10": packs.clothing,
    "smile": lambda source: packs.folder_facet(source, "smile"),
    "shoes_bags": lambda source: packs.folder_facet(source, "shoes_bags"),
    "fashion, 7 kinds": lambda source: packs.fashion(source, 1),
    "fashion, 45 kinds": lambda source: packs.fashion(source, 2),
}
STUDIED = ("smile", "clothing10")


def main() -> None:
    parser = packs.arguments(__doc__)
    parser.add_argument("--only", choices=["deviations", "recovery", "counts"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--set", choices=[*SETS, CIFAR], action="append", dest="sets")
    options = parser.parse_args()
    source = packs.Source(options.shared, options.cache)
    print(f"{machine()}, {datetime.now(UTC).date()}, seeds 0-{options.seeds - 1}\n", flush=True)
    if options.only in (None, "deviations"):
        deviations(source)
    if options.only in (None, "recovery"):
        recovery(source, options.sets or STUDIED, options.seeds)
    if options.only in (None, "counts"):
        counts(source, options.sets or (*SETS, CIFAR))


def machine() -> str:
    info = Path("/proc/cpuinfo")
    names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
    return names[0].split(":")[1].strip() if names else platform.processor()


# The study's Table 2


def deviations(source: packs.Source) -> None:
    """Which labels lie at both ends of the softmax deviation, out of fold, of `multiclass6`."""
    task = read_task(source, "multiclass6")
    names = sorted(set(task.labels))
    data = packs.flat_facet(task.labels, task.features, task.groups)
    heard = cleaning.out_of_fold(data, np.random.default_rng(0), choice=HEAD)
    order = np.argsort(cleaning.softmax_deviation(heard.p), kind="stable")
    said = np.array(names)[heard.p.argmax(axis=1)]
    given = np.array(names)[heard.targets]
    images = np.array([row["image"] for row in source.table("tasks", "multiclass6.csv")])
    images = images[heard.rows]
    twice = standing_twice(images.tolist(), given.tolist())
    print(f"## Softmax deviation, six overlapping classes, {len(order):,} pictures\n")
    print("| label | 100 lowest | another is likeliest | has another too | 100 highest | another |")
    print("|---|---|---|---|---|---|")
    low, high = order[:ENDS], order[::-1][:ENDS]
    for name in names:
        some, most = low[given[low] == name], high[given[high] == name]
        other, wrong = (int((said[of] != name).sum()) for of in (some, most))
        print(f"| {name} | {len(some)} | {other} | {twice[some].sum()} | {len(most)} | {wrong} |")
    swaps = Counter(zip(given[low].tolist(), said[low].tolist(), strict=True))
    print("\n100 lowest:", ", ".join(f"{a} as {b} {n}" for (a, b), n in swaps.most_common()))
    print(f"standing in the set with another label too: {twice[low].sum()}, {twice[high].sum()}")
    for title, rows in (("lowest", low), ("highest", high)):
        print(f"{title}: {json.dumps(images[rows].tolist())}")


def standing_twice(images: list[str], given: list[str]) -> Mask:
    """(n,) the products that the set holds once more, under another label."""
    labels: dict[str, set[str]] = {}
    product = [None if each.startswith("smile/") else Path(each).name for each in images]
    for name, label in zip(product, given, strict=True):
        if name is not None:
            labels.setdefault(name, set()).add(label)
    return np.array([name is not None and len(labels[name]) > 1 for name in product])


# Planted errors


@dataclass(frozen=True, slots=True)
class Planted:
    """Errors planted in train and validation. rows: those; given, true: their columns."""

    data: FacetData
    rows: Ids
    given: Ids
    true: Ids


def planted(data: FacetData, share: float, seed: int) -> Planted:
    """Every label of train and validation becomes another with probability `share`."""
    rows = np.flatnonzero(~in_split(data.groups, "test"))
    true = np.asarray(data.targets, np.int64)[rows]
    given = flipped(true, np.unique(true), share, np.random.default_rng(seed))
    return Planted(with_labels(data, rows, given), rows, given, true)


def flipped(true: Ids, classes: Ids, share: float, rng: np.random.Generator) -> Ids:
    """Each label another one, any alike, with probability `share`."""
    at = np.searchsorted(classes, true)
    moved = (at + rng.integers(1, len(classes), len(at))) % len(classes)
    return np.where(rng.random(len(at)) < share, classes[moved], true)


def with_labels(data: FacetData, rows: Ids, labels: Ids) -> FacetData:
    targets = np.array(data.targets, np.int64)
    targets[rows] = labels
    return replace(data, targets=targets)


def part(data: FacetData, rows: Ids) -> FacetData:
    features = {view: np.asarray(values[rows]) for view, values in data.features.items()}
    groups = [data.groups[row] for row in rows.tolist()]
    return replace(data, features=features, targets=data.targets[rows], groups=groups)


def recovery(source: packs.Source, sets: tuple[str, ...], seeds: int) -> None:
    print("## Test accuracy with planted errors, before and after cleaning\n")
    print("| set, planted | who cleaned | labels changed | still wrong | accuracy | gain |")
    print("|---|---|---|---|---|---|")
    found: list[str] = []
    for name in sets:
        data = SETS[name](source)
        clean, _ = fitted(data, None)
        for share in SHARES:
            runs = [one_run(data, share, seed) for seed in range(seeds)]
            found += told(f"{name}, {share:.0%}", data, clean, runs)
    print("\n| set, planted | looked at | precision | recall | told wrong (95 %) | true |")
    print("|---|---|---|---|---|---|")
    print("\n".join(found))


@dataclass(frozen=True, slots=True)
class Run:
    """One seed. right: (test,) who was right, by who cleaned. wrong: labels still wrong, so."""

    right: dict[str, Scores]
    wrong: dict[str, tuple[int, int]]
    looked: int
    hits: int
    planted: int
    told: Interval


def one_run(data: FacetData, share: float, seed: int) -> Run:
    noisy = planted(data, share, seed)
    check = cleaning.check_labels(part(noisy.data, noisy.rows), np.random.default_rng(seed))
    alone, person = noisy.given.copy(), noisy.given.copy()
    node = {int(n): c for c, n in enumerate(data.columns.tolist())}
    for each in check.suspects:
        person[each.row] = noisy.true[each.row]
        if each.proposed is not None and each.score <= 1 - SURE:
            alone[each.row] = node[each.proposed]
    labels = {"nobody": noisy.given, "`--apply`": alone, "a person": person}
    right: dict[str, Scores] = {}
    choice = None
    for who, some in labels.items():
        right[who], choice = fitted(with_labels(data, noisy.rows, some), choice)
    wrong = noisy.given != noisy.true
    return Run(
        right,
        {
            who: (differing(some, noisy.given), differing(some, noisy.true))
            for who, some in labels.items()
        },
        len(check.suspects),
        int(wrong[[each.row for each in check.suspects]].sum()),
        int(wrong.sum()),
        check.wrong,
    )


def differing(some: Ids, others: Ids) -> int:
    return int((some != others).sum())


def fitted(data: FacetData, choice: Choice | None) -> tuple[Scores, Choice]:
    """(test,) 1 where the product's own fit is right, and what it chose, for the next to keep."""
    model = fit_facet(data, Contract(), np.random.default_rng(0), choice=choice)
    test = np.flatnonzero(in_split(data.groups, "test"))
    p = probabilities(model, {view: values[test] for view, values in data.features.items()}).p
    said = model.columns.nodes[p.argmax(axis=1)]
    return (said == data.columns[np.asarray(data.targets)[test]]).astype(np.float64), model.choice


def told(name: str, data: FacetData, clean: Scores, runs: list[Run]) -> Iterator[str]:
    """Prints what cleaning brought; gives what is told of the suspects, a row a seed."""
    test = np.flatnonzero(in_split(data.groups, "test"))
    groups = numbered(data.clusters(test))
    right = {who: np.mean([run.right[who] for run in runs], axis=0) for who in runs[0].right}
    for who, of in {**right, "(never wrong)": clean}.items():
        changed, wrong = (
            f"{np.mean([run.wrong.get(who, (0, 0))[at] for run in runs]):,.0f}" for at in (0, 1)
        )
        gain = "-" if who == "nobody" else resampled(of - right["nobody"], groups)
        cells = (name, who, changed, wrong, resampled(of, groups), gain)
        print("| " + " | ".join(cells) + " |", flush=True)
    for run in runs:
        cells = (
            name,
            f"{run.looked:,}",
            packs.share(run.hits, run.looked),
            packs.share(run.hits, run.planted),
            interval(run.told),
            f"{100 * run.planted / run.told.n:.1f}",
        )
        yield "| " + " | ".join(cells) + " |"


def resampled(of: Scores, groups: Ids) -> str:
    """A mean in percent with its interval over resampled groups."""
    return interval(
        bootstrap(lambda w: float(w @ of / w.sum()), groups, np.random.default_rng(0)), 1
    )


def interval(of: Interval, digits: int = 1) -> str:
    value, low, high = (f"{100 * each:.{digits}f}" for each in (of.value, of.low, of.high))
    return f"{value} ({low} to {high})"


# Counting


def counts(source: packs.Source, sets: tuple[str, ...]) -> None:
    """Does the interval of the share of wrong labels hold the true one."""
    print("## The share of wrong labels, told and true\n")
    print("| set | errors | labels | true | told (95 %) | holds it |")
    print("|---|---|---|---|---|---|")
    held = []
    for name, errors, data, true in cases(source, sets):
        wrong = cleaning.check_labels(data, np.random.default_rng(0)).wrong
        held.append(wrong.low <= true <= wrong.high)
        cells = (name, errors, f"{wrong.n:,}", f"{100 * true:.1f}", interval(wrong))
        print("| " + " | ".join(cells) + f" | {'yes' if held[-1] else 'no'} |", flush=True)
    print(f"\n{sum(held)} of {len(held)} intervals hold the true share")


def cases(
    source: packs.Source, sets: tuple[str, ...]
) -> Iterator[tuple[str, str, FacetData, float]]:
    """Labels with errors, and the share that is wrong."""
    for name in sets:
        if name != CIFAR:
            yield from ((name, *case) for case in planted_cases(SETS[name](source)))
            continue
        every = cifar(source)
        order = np.random.default_rng(5).permutation(len(every["clean"].groups))
        halves = {"chosen on": order[:SOME], "confirmed": order[SOME:][:SOME]}
        for title, rows in halves.items():
            some = {kind: part(data, np.sort(rows)) for kind, data in every.items()}
            yield from ((f"{name}, {title}", *case) for case in planted_cases(some["clean"]))
            yield from ((f"{name}, {title}", *case) for case in human_cases(some))
        yield from ((name, *case) for case in human_cases(every))


def planted_cases(data: FacetData) -> Iterator[tuple[str, FacetData, float]]:
    """Errors to any other class alike, and to the next one."""
    true = np.asarray(data.targets, np.int64)
    rows, classes = np.arange(len(true)), np.unique(true)
    for share in SHARES:
        given = flipped(true, classes, share, np.random.default_rng(0))
        yield "any other class", with_labels(data, rows, given), differing(given, true) / len(true)
    if len(classes) > PAIR:
        after = classes[(np.searchsorted(classes, true) + 1) % len(classes)]
        given = np.where(np.random.default_rng(1).random(len(true)) < SHARES[1], after, true)
        yield "the next class", with_labels(data, rows, given), differing(given, true) / len(true)


def human_cases(every: dict[str, FacetData]) -> Iterator[tuple[str, FacetData, float]]:
    true = np.asarray(every["clean"].targets)
    for kind in PEOPLE:
        given = np.asarray(every[kind].targets)
        yield f"people, {kind}", every[kind], differing(given, true) / len(true)


def cifar(source: packs.Source) -> dict[str, FacetData]:
    """CIFAR-10N by each set of labels: `clean`, and people's."""
    table, pack = source.table(CIFAR), source.pack(CIFAR)
    at = {name: row for row, name in enumerate(pack.names)}
    order = np.array([at[f"images/{row['image']}"] for row in table])
    features = {view: np.asarray(values)[order] for view, values in pack.features.items()}
    groups = packs.look_alike_groups([pack.prints[row] for row in order.tolist()])
    return {
        kind: packs.flat_facet([row[kind] for row in table], features, groups)
        for kind in ("clean", *PEOPLE)
    }


if __name__ == "__main__":
    main()
