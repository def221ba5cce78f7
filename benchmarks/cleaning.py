"""Label check against cleanlab on human noise with known truth, in one run.

    pip install cleanlab
    python benchmarks/cleaning.py --shared DATA --cache FOLDER [--set worse]

`cifar10n`: 20,000 pictures, three sets of labels by people. First from the same out-of-fold
probabilities of one head, then with everything each has. The truth is used to judge alone.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import packs
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from tagwright.core import cleaning, noise
from tagwright.core.facet_model import FacetData
from tagwright.core.heads import Choice
from tagwright.core.projection import fit_projection
from tagwright.core.tree import Tree
from tagwright.types import ConceptId

SETS = ("aggre", "worse", "random1")
HEAD = Choice(("semantic", "detail"), logistic=1e-4, discriminant=0.1)
RESAMPLES = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--set", choices=SETS, action="append", dest="sets")
    options = parser.parse_args()
    features, groups, labels = loaded(packs.Source(options.shared, options.cache))
    rows = [
        row for name in options.sets or SETS for row in measured(name, features, groups, labels)
    ]
    print("| labels | wrong | who | AUROC | AP | F1 at own cut (95 %) | doubted | rate told | s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(map(str, row.values())) + " |")
    print(json.dumps(rows))


def loaded(source: packs.Source):  # type: ignore[no-untyped-def]
    pack, table = source.pack("cifar10n"), source.table("cifar10n")
    at = {Path(name).name: i for i, name in enumerate(pack.names)}
    order = np.array([at[row["image"]] for row in table])
    features = {view: np.asarray(values)[order] for view, values in pack.features.items()}
    groups = packs.look_alike_groups([pack.prints[i] for i in order])
    names = sorted({row["clean"] for row in table})
    labels = {
        kind: np.array([names.index(row[kind]) for row in table]) for kind in ("clean", *SETS)
    }
    return features, groups, labels


def measured(name, features, groups, labels):  # type: ignore[no-untyped-def]
    given, wrong = labels[name], labels[name] != labels["clean"]
    k = int(given.max()) + 1
    tree = Tree(tuple(ConceptId(str(n)) for n in range(k)), (-1,) * k)
    data = FacetData("one", tree, np.arange(k), features, given, groups)
    started = time.perf_counter()
    p = cleaning.out_of_fold(data, np.random.default_rng(0), choice=HEAD).p.astype(np.float64)
    head = time.perf_counter() - started
    shares = noise.true_shares(given, np.log(p + 1e-12))
    sure = noise.counted(given, p, shares).sure
    ours = noise.at_rate(1 - shares[np.arange(len(given)), given], sure)
    started = time.perf_counter()
    jury = cleaning.sworn(data, np.random.default_rng(0))
    seconds = time.perf_counter() - started
    of = f"{name} | {wrong.mean():.3f}"
    yield told(of, "cleanlab, one head", wrong, *theirs(given, p), head)
    yield told(of, "Tagwright, one head", wrong, ours, noise.expected_f1_cut(ours), head)
    yield told(
        of, "cleanlab, our witnesses", wrong, *theirs(given, jury.p.astype(np.float64)), seconds
    )
    yield told(of, "Tagwright, witnesses", wrong, jury.wrong, jury.doubted, seconds)
    spread = cleaning.softmax_deviation(p)
    yield told(of, "softmax deviation (2018)", wrong, -spread, None, head)
    signed = cleaning.signed_deviation(given, p.astype(np.float32))
    yield told(of, "the same, signed", wrong, 1 - signed, None, head)
    rng = np.random.default_rng(0)
    axes = fit_projection(features, ("semantic",), np.arange(len(given)), rng)
    table = axes.apply(features, np.arange(len(given)))
    near = cleaning.neighbour_agreement(table, given, data.clusters(np.arange(len(given))), rng)
    yield told(of, "nearest neighbours", wrong, 1 - near, None, head)
    rule = cleaning.outvoted_and_unsure(near, spread)
    yield told(of, "neighbours, where unsure (2018)", wrong, 1 - rule, None, head)


def theirs(given, p):  # type: ignore[no-untyped-def]
    """cleanlab's defaults: self-confidence, and pruning by noise rate."""
    p = p / p.sum(axis=1, keepdims=True)
    return 1 - get_label_quality_scores(given, p), find_label_issues(given, p)


def told(of, who, wrong, score, cut, seconds):  # type: ignore[no-untyped-def]
    f1 = "-"
    if cut is not None:
        rng = np.random.default_rng(0)
        again = [
            f1_score(wrong[some], cut[some])
            for some in (rng.integers(0, len(wrong), len(wrong)) for _ in range(RESAMPLES))
        ]
        low, high = np.percentile(again, [2.5, 97.5])
        f1 = f"{f1_score(wrong, cut):.3f} ({low:.3f}-{high:.3f})"
    name, share = of.split(" | ")
    return {
        "labels": name,
        "wrong": share,
        "who": who,
        "auroc": f"{roc_auc_score(wrong, score):.4f}",
        "ap": f"{average_precision_score(wrong, score):.3f}",
        "f1": f1,
        "doubted": "-" if cut is None else int(cut.sum()),
        "rate": "-" if cut is None else f"{cut.mean():.3f}",
        "seconds": f"{seconds:.0f}",
    }


if __name__ == "__main__":
    main()
