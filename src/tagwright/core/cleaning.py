"""Labels that look wrong: what heads and neighbours that never saw a label say of it.

All scores are (n,) in [0, 1]; low = suspect. Nothing here changes a label.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from tagwright.core import columns
from tagwright.core.calibration import calibrate_any, calibrate_one, probabilities_of
from tagwright.core.facet_model import FacetData
from tagwright.core.heads import FOLDS, Choice, Progress, Task, fit_head
from tagwright.core.projection import fit_projection
from tagwright.core.splits import folds_of
from tagwright.types import FacetKind, Ids, Mask, Matrix, Scores

NEIGHBOURS: Final = 10
REFERENCES: Final = 20_000
"""Pictures that neighbours are looked for among; above, a sample of this many."""
NEIGHBOUR_RANK: Final = 128
BLOCK: Final = 512
SHRINKAGE: Final = 0.1
STRENGTH: Final = 1e-4
"""How heads are learned where no model has chosen. Discriminant analysis bears wrong labels."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What heads say of pictures that did not teach them.

    rows: (m,) of the facet's data. nodes: (k,) the concept of each column. targets: (m,) column
    given, or (m, k) of 1, 0, -1. p: (m, k) calibrated.
    """

    kind: FacetKind
    rows: Ids
    nodes: Ids
    targets: Ids
    p: Matrix


@dataclass(frozen=True, slots=True)
class Suspect:
    """A label in doubt. row: of the facet's data. proposed: a node; None: not this, no more."""

    row: int
    given: int
    proposed: int | None
    score: float


def find_suspects(
    data: FacetData,
    rng: np.random.Generator,
    *,
    choice: Choice | None = None,
    progress: Progress = lambda doing, share: None,
) -> list[Suspect]:
    """The labels of a facet that look wrong, the worst first.

    choice: views and strength that a model chose. Raises InvalidInput where too little is
    labelled to learn from.
    """
    heard = out_of_fold(data, rng, choice=choice, progress=progress)
    if heard.kind == "any":
        return _sorted(_any_suspects(heard))
    progress("comparing neighbours", 0.8)
    projection = fit_projection(
        data.features, tuple(data.features), heard.rows, rng, rank=NEIGHBOUR_RANK
    )
    near = neighbour_agreement(
        projection.apply(data.features, heard.rows), heard.targets, data.clusters(heard.rows), rng
    )
    margin = label_margin(heard.targets, heard.p)
    score = combined(self_confidence(heard.targets, heard.p), margin, near)
    better = more_likely(heard.targets, heard.p)
    return _sorted(
        Suspect(
            int(heard.rows[at]),
            int(data.columns[np.asarray(data.targets)[heard.rows[at]]]),
            int(heard.nodes[better[at]]),
            float(score[at]),
        )
        for at in np.flatnonzero(better >= 0).tolist()
    )


def out_of_fold(
    data: FacetData,
    rng: np.random.Generator,
    *,
    choice: Choice | None = None,
    progress: Progress = lambda doing, share: None,
) -> Heard:
    """Probabilities of every labelled picture by heads of the other folds.

    k-fold over the whole set, validation and test too: nothing is promised from it. Look-alikes
    lie in one fold, so no head has seen a twin. Concepts too rare to learn are left out.
    """
    everything = np.arange(len(data.groups))
    planned = columns.plan(data.kind, data.tree, data.columns, data.targets, everything)
    rows, targets = columns.training_targets(data.kind, planned, data.targets, everything)
    folds = folds_of([data.groups[row] for row in rows], FOLDS)
    used = tuple(range(FOLDS))
    task = Task(data.kind, targets, len(planned.nodes), folds, used, used)
    chosen = choice or _default_choice(data)
    p = fit_head(data.features, rows, task, rng, chosen, progress).held_logits
    if data.kind == "one":
        calibration = calibrate_one(p, targets.astype(np.int64))
    else:
        calibration = calibrate_any(p, targets.astype(np.int8))
    found = probabilities_of(data.kind, calibration.apply(p))
    return Heard(data.kind, rows, planned.nodes, targets, found)


def self_confidence(given: Ids, p: Matrix) -> Scores:
    """P(given label). given: (n,). p: (n, k), out of fold. Low = suspect."""
    found: Scores = p[np.arange(len(given)), given].astype(np.float64)
    return found


def label_margin(given: Ids, p: Matrix) -> Scores:
    """P(given label) - P(best other label), moved to [0, 1]. Low = suspect."""
    rows = np.arange(len(given))
    others = p.astype(np.float64)
    others[rows, given] = -np.inf
    found: Scores = (p[rows, given] - others.max(axis=1) + 1) / 2
    return found


def neighbour_agreement(
    features: Matrix, given: Ids, clusters: Ids, rng: np.random.Generator
) -> Scores:
    """Share of the nearest pictures that carry the same label, by cosine. Low = suspect.

    features: (n, r). given: (n,). clusters: (n,) near-duplicate groups: nobody is a witness for a
    twin, who most likely got the same wrong label. Memory: a block of rows at a time.
    """
    norms = np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-12)
    unit = (features / norms).astype(np.float32)
    n = len(given)
    among = np.sort(rng.choice(n, REFERENCES, replace=False)) if n > REFERENCES else np.arange(n)
    witnesses, k = unit[among], min(NEIGHBOURS, len(among))
    found = np.empty(n)
    for start in range(0, n, BLOCK):
        part = slice(start, min(start + BLOCK, n))
        cosines = unit[part] @ witnesses.T
        cosines[clusters[part, None] == clusters[None, among]] = -np.inf
        near = np.argpartition(-cosines, k - 1, axis=1)[:, :k]
        weight = np.maximum(np.take_along_axis(cosines, near, axis=1), 0)
        same = given[among[near]] == given[part, None]
        # One witness for and one against, so that nobody is condemned by few.
        found[part] = ((weight * same).sum(axis=1) + 0.5) / (weight.sum(axis=1) + 1)
    return found


def combined(*scores: Scores) -> Scores:
    """One score of several: the geometric mean, so that each may raise suspicion.

    Of self-confidence, margin and neighbours, on 10,000 pictures of CIFAR-10N (`worse`, `aggre`,
    `random1`): AUROC 0.927, 0.918, 0.935; of self-confidence alone 0.922, 0.917, 0.934.
    """
    logs = [np.log(np.maximum(score, 1e-6)) for score in scores]
    found: Scores = np.exp(np.mean(logs, axis=0))
    return found


def more_likely(given: Ids, p: Matrix) -> Ids:
    """(n,) the label that a picture more likely has, -1 where the given one stands.

    Another label counts when its probability reaches what pictures given it have on average:
    so a class that heads are never sure of is held to a lower mark. Source: Northcutt, Jiang &
    Chuang 2021, confident learning, equation 1.
    """
    k = p.shape[1]
    own = self_confidence(given, p)
    mark = np.bincount(given, own, k) / np.maximum(np.bincount(given, minlength=k), 1)
    reached = np.where(p >= mark, p, -1.0)
    best = reached.argmax(axis=1)
    doubted = (reached.max(axis=1) > 0) & (best != given) & (p.argmax(axis=1) != given)
    return np.where(doubted, best, -1)


def _any_suspects(heard: Heard) -> list[Suspect]:
    """For every picture the yes that is least likely, where a no is more likely."""
    found: dict[int, Suspect] = {}
    for column, node in enumerate(heard.nodes.tolist()):
        known = np.flatnonzero(heard.targets[:, column] >= 0)
        given = (heard.targets[known, column] == 1).astype(np.int64)
        yes = heard.p[known, column]
        wrong = _wrong_yes(given, np.stack([1 - yes, yes], axis=1))
        for row, score in zip(heard.rows[known[wrong]].tolist(), yes[wrong].tolist(), strict=True):
            if row not in found or score < found[row].score:
                found[row] = Suspect(row, node, None, score)
    return list(found.values())


def _wrong_yes(given: Ids, p: Matrix) -> Mask:
    wrong: Mask = (given == 1) & (more_likely(given, p) == 0)
    return wrong


def _sorted(suspects: Iterable[Suspect]) -> list[Suspect]:
    return sorted(suspects, key=lambda each: (each.score, each.row))


def _default_choice(data: FacetData) -> Choice:
    if data.kind == "one":
        return Choice(tuple(data.features), discriminant=SHRINKAGE)
    return Choice(tuple(data.features), logistic=STRENGTH)
