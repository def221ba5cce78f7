"""Labels that look wrong: what heads and neighbours that never saw a label say of it.

All scores are (n,) in [0, 1]; low = suspect. Nothing here changes a label.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tagwright.core import columns
from tagwright.core.calibration import calibrate_any, calibrate_one, probabilities_of
from tagwright.core.facet_model import FacetData
from tagwright.core.heads import FOLDS, Choice, Task, fit_head
from tagwright.core.intervals import cluster_correlation, design_effect, wilson
from tagwright.core.noise import (
    Counts,
    at_rate,
    counted,
    expected_f1_cut,
    log_odds,
    true_shares,
    usual_probability,
)
from tagwright.core.pace import Progress
from tagwright.core.projection import fit_projection
from tagwright.core.splits import folds_of
from tagwright.core.witnesses import RANK, Wide, heard, nearest_others
from tagwright.types import FacetKind, Ids, Interval, Mask, Matrix, Scores

NEIGHBOURS: Final = 10
NEIGHBOUR_RANK: Final = 512
EVEN: Final = 0.5
EVIDENCE: Final = 3
"""Neighbours shown beside a suspect."""
ROUNDS: Final = 2
"""More made it worse on every set of CIFAR-10N: witnesses begin to believe themselves."""
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
    """A label in doubt. row: of the facet's data. proposed: a node; None: not this, no more.

    score: 1 - how likely it is wrong. p_given, p_proposed: what witnesses that never saw the
    label make of both. near: up to three nearest rows of other look-alike groups.
    """

    row: int
    given: int
    proposed: int | None
    score: float
    p_given: float
    p_proposed: float | None
    near: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """What looking through the labels of a facet found.

    suspects: the worst first. wrong: the estimated share of labels that are wrong. concepts: the
    same of each node that was looked at; n is the labels it has. Intervals of a facet of kind `one`
    hold what two ways of counting leave open and sampling error; those of `any` sampling error.
    """

    suspects: tuple[Suspect, ...]
    wrong: Interval
    concepts: Mapping[int, Interval]


def check_labels(
    data: FacetData,
    rng: np.random.Generator,
    *,
    choice: Choice | None = None,
    progress: Progress = lambda doing, share: None,
) -> Check:
    """The labels of a facet that look wrong, and how many are by estimate.

    choice: views and strength that a model chose, for facets of kind `any`. Raises InvalidInput
    where too little is labelled to learn from.
    """
    if data.kind == "any":
        return _check_any(out_of_fold(data, rng, choice=choice, progress=progress))
    jury = sworn(data, rng, progress)
    wrong = jury.wrong
    doubted = np.flatnonzero(jury.doubted).tolist()
    suspects = [_suspect(jury, at, float(wrong[at])) for at in doubted]
    alike = cluster_correlation(wrong > EVEN, jury.clusters)
    effect = design_effect(jury.clusters, alike)
    concepts = {
        int(node): _of_concept(jury, at, alike) for at, node in enumerate(jury.nodes.tolist())
    }
    return Check(_sorted(suspects), jury.counts.interval(float(wrong.mean()), effect), concepts)


def _of_concept(jury: Jury, column: int, alike: float) -> Interval:
    """alike: how much look-alikes err together."""
    own = jury.given == column
    value = float(jury.wrong[own].mean()) if own.any() else 0.0
    return jury.counts.interval_of(column, value, design_effect(jury.clusters[own], alike))


@dataclass(frozen=True, slots=True)
class Jury:
    """What three witnesses make of every label of a facet of kind `one`.

    rows: (m,) of the facet's data. nodes: (k,). given, proposed: (m,) columns;
    proposed is the likeliest other one. p: (m, k) of the
    witnesses alone. wrong: (m,) how likely the given label is wrong. near: (m, ...) rows of these.
    doubted: (m,) what a person should look at. counts: how many labels are wrong, in two ways.
    clusters: (m,) look-alike groups.
    """

    rows: Ids
    nodes: Ids
    given: Ids
    proposed: Ids
    p: Matrix
    wrong: Scores
    doubted: Mask
    near: Ids
    counts: Counts
    clusters: Ids


def sworn(
    data: FacetData, rng: np.random.Generator, progress: Progress = lambda doing, share: None
) -> Jury:
    """Hear the witnesses twice: by the labels as given, then by what they made of those.

    k-fold over the whole set, validation and test too: nothing is promised from it. The two
    verdicts are averaged in log-odds, and moved to the share of wrong labels halfway between two
    counts. What to look at is cut by the higher one: people's errors are nearer to it, and a look
    is cheap. Concepts too rare to learn are left out.
    """
    everything = np.arange(len(data.groups))
    planned = columns.plan(data.kind, data.tree, data.columns, data.targets, everything)
    rows, targets = columns.training_targets(data.kind, planned, data.targets, everything)
    given = targets.astype(np.int64)
    folds = folds_of([data.groups[row] for row in rows], FOLDS)
    progress("finding the axes of the features", 0.0)
    projection = fit_projection(data.features, tuple(data.features), rows, rng, rank=RANK)
    table = projection.apply(data.features, rows)
    progress("comparing neighbours", 0.1)
    clusters = data.clusters(rows)
    near = nearest_others(table[:, :NEIGHBOUR_RANK], clusters, rng)
    labels = np.eye(len(planned.nodes))[given]
    odds: list[Scores] = []
    told: list[tuple[Matrix, Wide]] = []
    for step in range(ROUNDS):
        progress(f"hearing witnesses, round {step + 1} of {ROUNDS}", 0.3 + 0.35 * step)
        logs = heard(table, near, labels, folds, rng)
        labels = true_shares(given, logs)
        told.append((np.exp(logs).astype(np.float32), labels))
        odds.append(log_odds(1 - labels[np.arange(len(given)), given]))
    p, shares = told[0]
    counts = counted(given, p, shares)
    mean = 1 / (1 + np.exp(-np.mean(odds, axis=0)))
    return Jury(
        rows=rows,
        nodes=planned.nodes,
        given=given,
        proposed=_best_other(given, labels),
        p=p,
        wrong=at_rate(mean, counts.middle),
        doubted=expected_f1_cut(at_rate(mean, counts.sure)),
        near=near.rows[:, :EVIDENCE],
        counts=counts,
        clusters=clusters,
    )


def _best_other(given: Ids, shares: NDArray[np.float64]) -> Ids:
    """(m,) the likeliest label that is not the given one."""
    others = shares.copy()
    others[np.arange(len(given)), given] = -np.inf
    found: Ids = others.argmax(axis=1)
    return found


def _suspect(jury: Jury, at: int, wrong: float) -> Suspect:
    proposed = int(jury.proposed[at])
    return Suspect(
        row=int(jury.rows[at]),
        given=int(jury.nodes[jury.given[at]]),
        proposed=int(jury.nodes[proposed]),
        score=1 - wrong,
        p_given=float(jury.p[at, jury.given[at]]),
        p_proposed=float(jury.p[at, proposed]),
        near=tuple(int(jury.rows[other]) for other in jury.near[at]),
    )


def softmax_deviation(p: Matrix) -> Scores:
    """The standard deviation of each row of probabilities. Low = the network is unsure.

    Source: Kapp, Song & Rodriguez Echavarria 2018, label cleaning. Alone it says nothing of the
    label that was given; see `signed_deviation`.
    """
    found: Scores = p.astype(np.float64).std(axis=1)
    return found


def signed_deviation(given: Ids, p: Matrix) -> Scores:
    """The same, below zero where another label is the likeliest; moved to [0, 1]. Low = suspect."""
    agrees = p.argmax(axis=1) == given
    found: Scores = (np.where(agrees, 1, -1) * softmax_deviation(p) + 0.5).clip(0, 1)
    return found


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
    near = nearest_others(features, clusters, rng)
    weight = np.maximum(near.cosines[:, :NEIGHBOURS], 0)
    same = given[near.rows[:, :NEIGHBOURS]] == given[:, None]
    # One witness for and one against, so that nobody is condemned by few.
    found = ((weight * same).sum(axis=1) + 0.5) / (weight.sum(axis=1) + 1)
    return np.asarray(found, np.float64)


def outvoted_and_unsure(agreement: Scores, deviation: Scores) -> Scores:
    """The study's rule: doubt where neighbours have another label *and* the network is unsure too.

    agreement: (n,) of `neighbour_agreement`. deviation: (n,) of `softmax_deviation`, out of fold.
    Both must be low among all for the larger of their ranks to be. Low = suspect. Source: Kapp,
    Song & Rodriguez Echavarria 2018, label cleaning.
    """
    found: Scores = np.maximum(_rank(agreement), _rank(deviation))
    return found


def _rank(scores: Scores) -> Scores:
    """(n,) each one's place among all, in (0, 1]; equal ones share the middle of theirs."""
    _, at, counts = np.unique(scores, return_inverse=True, return_counts=True)
    middle = counts.cumsum() - (counts - 1) / 2
    found: Scores = middle[at] / max(len(scores), 1)
    return found


def more_likely(given: Ids, p: Matrix) -> Ids:
    """(n,) the label that a picture more likely has, -1 where the given one stands.

    Another label counts when its probability reaches what pictures given it have on average:
    so a class that heads are never sure of is held to a lower mark. Source: Northcutt, Jiang &
    Chuang 2021, confident learning, equation 1.
    """
    reached = np.where(p >= usual_probability(given, p), p, -1.0)
    best = reached.argmax(axis=1)
    doubted = (reached.max(axis=1) > 0) & (best != given) & (p.argmax(axis=1) != given)
    return np.where(doubted, best, -1)


def _check_any(heard: Heard) -> Check:
    """For every picture the yes that is least likely, of those that are doubted."""
    found: dict[int, Suspect] = {}
    concepts: dict[int, Interval] = {}
    for column, node in enumerate(heard.nodes.tolist()):
        known = np.flatnonzero(heard.targets[:, column] >= 0)
        given = (heard.targets[known, column] == 1).astype(np.int64)
        yes = heard.p[known, column].astype(np.float64)
        both = np.stack([1 - yes, yes], axis=1)
        wrong = _wrong_yes(given, both)
        said = given == 1
        concepts[int(node)] = wilson(float(wrong.sum()), int(said.sum()))
        for row, p in zip(heard.rows[known[wrong]].tolist(), yes[wrong].tolist(), strict=True):
            if row not in found or p < found[row].score:
                found[row] = Suspect(row, int(node), None, p, p, None)
    labels = sum(each.n for each in concepts.values())
    share = wilson(sum(e.value * e.n for e in concepts.values() if e.n), labels)
    return Check(_sorted(found.values()), share, concepts)


def _wrong_yes(given: Ids, p: Matrix) -> Mask:
    wrong: Mask = (given == 1) & (more_likely(given, p) == 0)
    return wrong


def _sorted(suspects: Iterable[Suspect]) -> tuple[Suspect, ...]:
    return tuple(sorted(suspects, key=lambda each: (each.score, each.row)))


def _default_choice(data: FacetData) -> Choice:
    if data.kind == "one":
        return Choice(tuple(data.features), discriminant=SHRINKAGE)
    return Choice(tuple(data.features), logistic=STRENGTH)
