"""What leaving doubtful labels out of learning brings, judged by a truth that nobody learned from.

    python benchmarks/alpha.py --shared DATA --cache FOLDER [--set worse] [--seconds 120]

`cifar10n`: labels by people in train and validation, the true label in test.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import packs
from cleaning import SETS, loaded

from tagwright.core import alpha
from tagwright.core.facet_model import FacetData
from tagwright.core.fitting import learn_facet, probabilities_at
from tagwright.core.paired import paired
from tagwright.core.splits import in_split
from tagwright.core.tree import Tree
from tagwright.types import ConceptId, Contract

HEAD = (
    "| labels | searched | trials | left out | of those wrong | of the wrong | agrees, validation "
    "| gain there | right, test by truth | gain by truth | s |"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--set", choices=SETS, action="append", dest="sets")
    parser.add_argument("--seconds", type=float, default=120)
    options = parser.parse_args()
    features, groups, labels = loaded(packs.Source(options.shared, options.cache))
    print(HEAD)
    print("|" + " --- |" * (HEAD.count("|") - 1))
    for name in options.sets or SETS:
        measured(name, features, groups, labels, options.seconds)


def measured(name, features, groups, labels, seconds):  # type: ignore[no-untyped-def]
    given, truth = labels[name], labels["clean"]
    k = int(truth.max()) + 1
    tree = Tree(tuple(ConceptId(str(n)) for n in range(k)), (-1,) * k)
    data = FacetData("one", tree, np.arange(k), features, given, groups)
    started = time.perf_counter()
    sieve = alpha.make_sieve(data, np.zeros(len(given), np.bool_), 0)
    found: list[alpha.Trial] = []
    starts = [[0.0]]
    for kind in ("of all", "of each"):
        end = time.perf_counter() + seconds / 2
        for trial in alpha.search(sieve, [], starts, 0):
            found.append(trial)
            if time.perf_counter() > end:
                break
        best = alpha.best_of(found)
        starts = [[0.0] * k, list(best.shares) * k]
        told(name, kind, data, truth, (sieve, best, len(found)), time.perf_counter() - started)


def told(name, kind, data, truth, found, seconds):  # type: ignore[no-untyped-def]
    sieve, best, trials = found
    doubts = sieve.doubts
    out = doubts.rows[alpha.left_out(doubts.wrong, doubts.given, best.shares)]
    wrong = data.targets != truth
    confirmed = alpha.confirm(data, sieve, best.shares, 0)
    kept = np.setdiff1d(np.arange(len(truth)), out)
    choice = sieve.model.choice
    rng = np.random.default_rng(0)
    without, _ = learn_facet(alpha.taken(data, kept), Contract(), rng, choice=choice)
    test = np.flatnonzero(in_split(data.groups, "test"))
    before, after = (right(model, data, truth, test) for model in (sieve.model, without))
    gain = paired(after, before, data.clusters(test))
    row = (
        name,
        kind,
        trials,
        f"{len(out) / len(doubts.rows):.1%} of {len(doubts.rows):,}",
        f"{wrong[out].mean():.1%}" if len(out) else "-",
        f"{wrong[out].sum() / wrong[doubts.rows].sum():.1%}",
        f"{confirmed.before.value:.1%} to {confirmed.after.value:.1%}",
        shown(confirmed.gain.difference),
        f"{before.mean():.1%} to {after.mean():.1%} (n={len(test):,})",
        shown(gain.difference),
        f"{seconds:.0f}",
    )
    print("| " + " | ".join(map(str, row)) + " |", flush=True)


def right(model, data, truth, rows):  # type: ignore[no-untyped-def]
    return probabilities_at(model, data, rows).p.argmax(axis=1) == truth[rows]


def shown(figure):  # type: ignore[no-untyped-def]
    return f"{100 * figure.value:+.1f} ({100 * figure.low:+.1f} to {100 * figure.high:+.1f})"


if __name__ == "__main__":
    main()
