"""The report of a facet: every figure from the test split, with its n and interval.

Look at it once a model: a figure that was used to choose between models is no longer honest.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, get_args

import numpy as np

from tagwright.core import metrics
from tagwright.core.claims import is_at_or_above, said_at_depths
from tagwright.core.decide import (
    AUTO,
    PARENT,
    VERDICTS,
    Decisions,
    decide,
    decide_from,
    joined_decisions,
    top_columns,
)
from tagwright.core.facet_model import (
    FacetData,
    FacetModel,
    Probabilities,
    chunk_rows,
    probabilities,
)
from tagwright.core.heads import Choice
from tagwright.core.intervals import (
    clustered_share,
    f1_score,
    percentiles,
    resampled_weights,
    wilson,
)
from tagwright.core.outliers import shift
from tagwright.core.solvers import Int8
from tagwright.core.splits import in_split, split_of
from tagwright.types import AssetId, ConceptId, Ids, Interval, Json, Mask, Matrix, Scores, Split

CONFUSIONS: Final = 400
"""Pairs named, the most frequent first: all there can be of 20 concepts, the worst of more."""
CONFUSED_PICTURES: Final = 6
"""Pictures named of each pair."""
UNEVEN: Final = 5
"""From this ratio of the largest to the smallest concept on, the report says so."""


@dataclass(frozen=True, slots=True)
class Tested:
    """Judged pictures: what was decided, and what is needed of the probabilities.

    ranked: (n, 3) most probable columns. p, raw: (n,) of the first. levels: (n, depths) node said
    at each depth. column, node: (n,) truth of a `one` facet, column -1 where it was not learned.
    clusters: (n,) groups. assets: (n,) what each is called; may be empty.
    """

    decided: Decisions
    ranked: Ids
    p: Scores
    raw: Scores
    levels: Ids
    column: Ids
    node: Ids
    clusters: Ids
    assets: Sequence[AssetId]

    @property
    def said(self) -> Ids:
        first: Ids = self.ranked[:, 0]
        return first


def evaluate(model: FacetModel, data: FacetData, rng: np.random.Generator) -> Json:
    """Figures of the test split as JSON; each metric is {value, low, high, n}, 95 %.

    A figure for which nothing was counted has the value null. Pictures of concepts the model
    refused to learn count, and count as wrong.
    """
    rows = np.flatnonzero(in_split(data.groups, "test"))
    report = _about(model, data)
    if not len(rows):
        return _clean_report(report)
    if model.kind == "one":
        test = tested(model, data, rows)
        decided = test.decided
        report |= _report_one(model, test, rng)
    else:
        features = {view: each[rows] for view, each in data.features.items()}
        decided = decide(model, features)
        kept = np.flatnonzero(model.columns.source >= 0)
        truth = np.asarray(data.targets, dtype=np.int8)[np.ix_(rows, kept)]
        told = probabilities(model, features)
        report |= _report_any(model, told, decided, (truth, data.clusters(rows)), rng)
    report["strange"] = shift(decided.typical).to_json()
    report["verdicts"] = {verdict: decided.count(verdict) for verdict in VERDICTS}
    return _clean_report(report)


def tested(model: FacetModel, data: FacetData, rows: Ids) -> Tested:
    """What a `one` model says of some rows. Memory: it does not grow with rows x columns."""
    size = chunk_rows(len(model.columns.nodes))
    decided: list[Decisions] = []
    arrays: list[tuple[Ids, Matrix, Matrix, Ids]] = []
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        features = {view: each[part] for view, each in data.features.items()}
        told = probabilities(model, features)
        ranked = top_columns(told.p, 3)
        first = (np.arange(len(part)), ranked[:, 0])
        levels = said_at_depths(told.p, model.tree, model.columns)
        decided.append(decide_from(model, told))
        arrays.append((ranked, told.p[first], told.raw.max(axis=1), levels))
    tops, p, raw, said = (np.concatenate(part) for part in zip(*arrays, strict=True))
    given = np.asarray(data.targets, dtype=np.int64)[rows]
    return Tested(
        decided=joined_decisions(decided),
        ranked=tops,
        p=p.astype(np.float64),
        raw=raw.astype(np.float64),
        levels=said,
        column=model.columns.source[given],
        node=data.columns[given],
        clusters=data.clusters(rows),
        assets=[data.assets[row] for row in rows] if data.assets else (),
    )


def _clean_report(report: Json) -> Json:
    """JSON has no NaN: null instead."""
    return {name: _clean(value) for name, value in report.items()}


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _clean(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_clean(each) for each in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _about(model: FacetModel, data: FacetData) -> Json:
    """What was learned from what, and what was promised."""
    splits = Counter(split_of(group) for group in data.groups)
    counts = model.columns.counts
    return {
        "kind": model.kind,
        "n": splits["test"],
        "splits": {name: splits[name] for name in get_args(Split)},
        "groups": len(set(data.groups)),
        "recipe": model.recipe,
        "choice": described(model.choice),
        "tried": [{**described(choice), "loss": loss} for choice, loss in model.losses],
        "learned": len(counts),
        "balance": {"smallest": int(counts.min()), "largest": int(counts.max())},
        "notes": _notes(model),
        "refusals": [asdict(refusal) for refusal in model.refusals],
        "promises": {name: made.to_json() for name, made in model.promises.items()},
    }


def described(choice: Choice) -> Json:
    """A choice in words, with the strength of its main solver."""
    names = ("logistic regression", choice.logistic), ("discriminant analysis", choice.discriminant)
    used = [(name, strength) for name, strength in names if strength is not None]
    return {
        "views": list(choice.views),
        "solver": " + ".join(name for name, _ in used),
        "strength": used[0][1],
    }


def _notes(model: FacetModel) -> list[str]:
    """What a reader should mind."""
    counts = model.columns.counts
    found = []
    if counts.max() >= UNEVEN * counts.min():
        found.append(
            f"The largest concept has {counts.max():,} pictures to learn from, the smallest "
            f"{counts.min():,}. Probabilities follow these shares, so rare concepts are found "
            f"less often: look at their recall, and label more of them."
        )
    rest = [model.tree.nodes[node] for node in model.columns.nodes[model.columns.rest]]
    if rest:
        found.append(
            f"Concepts with too few pictures are learned together, as the rest of their parent "
            f"({len(rest):,} parents): they may be tagged with the parent, never by name."
        )
    return found


def _report_one(model: FacetModel, test: Tested, rng: np.random.Generator) -> Json:
    hit = test.ranked == test.column[:, None]
    return {
        "top1": clustered_share(hit[:, 0], test.clusters).to_json(),
        "top3": clustered_share(hit.any(axis=1), test.clusters).to_json(),
        **_per_concept_one(model, test, rng),
        "confusions": _confusions(model, test),
        **_calibration((test.p, test.raw), hit[:, 0], test.clusters, rng),
        **_kept_one(model, test),
        "curve": _curve(test.p, hit[:, 0], len(test.p)),
        "levels": _levels(model, test),
    }


def _per_concept_one(model: FacetModel, test: Tested, rng: np.random.Generator) -> Json:
    """Precision, recall and F1 a concept; macro figures over the concepts in the test split."""
    k = len(model.columns.nodes)
    ones = np.ones(len(test.said))
    counts = metrics.counts_of_one(test.said, test.column, k, ones)
    draws = [
        metrics.counts_of_one(test.said, test.column, k, weight)
        for weight in resampled_weights(test.clusters, rng)
    ]
    return _concept_table(model, counts, draws, len(test.said))


def _concept_table(
    model: FacetModel, counts: metrics.Counts, draws: Sequence[metrics.Counts], n: int
) -> Json:
    k = len(model.columns.nodes)
    f1 = np.array([draw.f1() for draw in draws]).reshape(-1, k)
    recall = np.array([draw.recall() for draw in draws]).reshape(-1, k)
    rows = []
    for c, node in enumerate(model.columns.nodes):
        hit, extra, missed = (float(x[c]) for x in (counts.hit, counts.extra, counts.missed))
        rows.append(
            {
                "concept": model.tree.nodes[node],
                "rest": bool(model.columns.rest[c]),
                "train": int(model.columns.counts[c]),
                "precision": wilson(hit, hit + extra).to_json(),
                "recall": wilson(hit, hit + missed).to_json(),
                "f1": f1_score(hit, extra, missed).to_json(),
            }
        )
    return {
        "concepts": rows,
        "macro_recall": _macro(counts.recall(), recall, n).to_json(),
        "macro_f1": _macro(counts.f1(), f1, n).to_json(),
    }


def _macro(values: Scores, draws: Matrix, n: int) -> Interval:
    """The mean over concepts that are there; a draw that lacks one leaves it out."""
    there = np.isfinite(values)
    if not there.any():
        return Interval(float("nan"), 0.0, 1.0, 0)
    some = [row[there & np.isfinite(row)] for row in draws]
    return percentiles(float(values[there].mean()), [float(r.mean()) for r in some if len(r)], n)


def _confusions(model: FacetModel, test: Tested) -> list[Json]:
    wrong = np.flatnonzero(test.said != test.column)
    said = model.columns.nodes[test.said[wrong]]
    pairs: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row, truth, other in zip(wrong.tolist(), test.node[wrong].tolist(), said, strict=True):
        pairs[truth, int(other)].append(row)
    name = model.tree.nodes
    worst = sorted(pairs.items(), key=lambda each: -len(each[1]))[:CONFUSIONS]
    return [
        {
            "truth": name[truth],
            "said": name[other],
            "n": len(rows),
            "assets": [test.assets[row] for row in rows[:CONFUSED_PICTURES] if test.assets],
        }
        for (truth, other), rows in worst
    ]


def _calibration(
    p: tuple[Scores, Scores], right: Mask, clusters: Ids, rng: np.random.Generator
) -> Json:
    """p: calibrated and raw probability of each prediction."""
    calibrated, raw = p
    draws = list(resampled_weights(clusters, rng))
    ones = np.ones(len(right))
    errors = {
        name: percentiles(
            metrics.calibration_error(each, right, ones),
            [metrics.calibration_error(each, right, weight) for weight in draws],
            len(right),
        ).to_json()
        for name, each in (("ece", calibrated), ("ece_raw", raw))
    }
    bins = [
        {"low": b.low, "high": b.high, "said": b.p, "was": wilson(b.right, b.n).to_json()}
        for b in metrics.reliability(calibrated, right)
    ]
    return {"reliability": bins, **errors}


def _kept_one(model: FacetModel, test: Tested) -> Json:
    """How the contract fares on pictures it has not seen."""
    decided = test.decided
    right = is_at_or_above(model.tree, decided.node, test.node)
    auto, parent = decided.verdict == AUTO, decided.verdict == PARENT
    alone = auto | parent
    return {
        "coverage": clustered_share(alone, test.clusters).to_json(),
        "coverage_leaf": clustered_share(auto, test.clusters).to_json(),
        "precision": clustered_share(right[alone], test.clusters[alone]).to_json(),
        "precision_leaf": clustered_share(right[auto], test.clusters[auto]).to_json(),
    }


def _curve(score: Scores, right: Mask, n: int) -> list[Json]:
    return [
        {"cutoff": cutoff, "coverage": tagged / n, "precision": wilson(good, tagged).to_json()}
        for cutoff, tagged, good in metrics.coverage_curve(score, right)
    ]


def _levels(model: FacetModel, test: Tested) -> list[Json]:
    """Accuracy at each depth of the tree, 0 = roots, among pictures whose concept is that deep."""
    depth, found = model.tree.depths(), []
    for level in range(test.levels.shape[1]):
        deep = depth[test.node] >= level
        right = is_at_or_above(model.tree, test.levels[deep, level], test.node[deep])
        share = clustered_share(right, test.clusters[deep]).to_json()
        count = int(np.sum(depth == level))
        found.append({"depth": level, "concepts": count, "accuracy": share})
    return found


def _report_any(
    model: FacetModel,
    told: Probabilities,
    decided: Decisions,
    known: tuple[Int8, Ids],
    rng: np.random.Generator,
) -> Json:
    """known: (n, k) truth and (n,) groups."""
    truth, clusters = known
    said = told.p > 0.5  # noqa: PLR2004 - more probable than not
    counts = metrics.counts_of_any(said, truth, np.ones(len(said)))
    draws = [metrics.counts_of_any(said, truth, w) for w in resampled_weights(clusters, rng)]
    report = _concept_table(model, counts, draws, len(said))
    mean, own = metrics.mean_average_precision(told.p, truth, clusters, rng)
    for row, each in zip(report["concepts"], own, strict=False):
        row["average_precision"] = each.to_json()
    row_of, column_of = np.nonzero(truth >= 0)
    p, raw = (x[row_of, column_of].astype(np.float64) for x in (told.p, told.raw))
    yes = truth[row_of, column_of] == 1
    return {
        **report,
        "mean_average_precision": mean.to_json(),
        **_calibration((p, raw), yes, clusters[row_of], rng),
        **_kept_any(model, decided, truth, clusters),
        "curve": _curve(p[p > 0], yes[p > 0], int(yes.sum()) or 1),
    }


def _kept_any(model: FacetModel, decided: Decisions, truth: Int8, clusters: Ids) -> Json:
    """Coverage: of the concepts that are there, the share tagged alone."""
    column = np.full(len(model.tree.nodes) + 1, -1)
    column[model.columns.nodes] = np.arange(len(model.columns.nodes))
    alone = (decided.verdict == AUTO) & (column[decided.node] >= 0)
    row, at = decided.row[alone], column[decided.node[alone]]
    claimed = np.zeros(truth.shape, np.bool_)
    claimed[row, at] = True
    there, judged = truth == 1, claimed & (truth >= 0)
    where_there, where_said = np.nonzero(there)[0], np.nonzero(judged)[0]
    return {
        "coverage": clustered_share(claimed[there], clusters[where_there]).to_json(),
        "precision": clustered_share(there[judged], clusters[where_said]).to_json(),
        "tags": int(alone.sum()),
        "tagged_concepts": _tags_by_concept(model, column, claimed, truth),
    }


def _tags_by_concept(
    model: FacetModel, column: Ids, claimed: Mask, truth: Int8
) -> dict[ConceptId, Json]:
    found: dict[ConceptId, Json] = {}
    for node in model.columns.nodes[claimed.any(axis=0)]:
        said = claimed[:, column[node]] & (truth[:, column[node]] >= 0)
        right = int(np.sum(truth[said, column[node]] == 1))
        found[model.tree.nodes[node]] = wilson(right, int(said.sum())).to_json()
    return found
