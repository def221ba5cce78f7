"""Learning a facet: `fit_facet` reads top to bottom what that is."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tagwright.core import columns, heads
from tagwright.core.calibration import calibrate_any, calibrate_one, probabilities_of
from tagwright.core.claims import best_at_levels, is_at_or_above, levels
from tagwright.core.contract import NEVER, Claims, Promise, promise
from tagwright.core.facet_model import FacetData, FacetModel, chunk_rows, probabilities
from tagwright.core.heads import Choice, Fitted, Task
from tagwright.core.outliers import ABSTAIN_BELOW, fit_outliers
from tagwright.core.pace import Progress
from tagwright.core.splits import in_split
from tagwright.core.tree import node_maxima
from tagwright.types import Contract, Ids, Mask, Matrix, Recipe


def _silent(_doing: str, _share: float) -> None:
    return


def fit_facet(
    data: FacetData,
    contract: Contract,
    rng: np.random.Generator,
    *,
    choice: Choice | None = None,
    recipe: Recipe = "multiclass",
    progress: Progress = _silent,
) -> FacetModel:
    """Learn a facet from its train split and make its promise on its validation split.

    choice: what an earlier model of this recipe chose; without it, views and strength are
    searched. The test split is not touched. Raises InvalidInput where too little is labelled to
    learn anything.
    """
    draft, taught = learn_facet(
        data, contract, rng, choice=choice, recipe=recipe, progress=progress
    )
    rows = np.flatnonzero(in_split(data.groups, "validation"))
    if data.kind == "one":
        return _with_promise(draft, *(one_claims(draft, data, side) for side in (taught, rows)))
    return _with_promises(draft, data, taught, probabilities_at(draft, data, rows))


@dataclass(frozen=True, slots=True)
class Known:
    """Calibrated probabilities (m, columns) of some rows of the data, and which are strange."""

    rows: Ids
    p: Matrix
    strange: Mask


def learn_facet(
    data: FacetData,
    contract: Contract,
    rng: np.random.Generator,
    *,
    choice: Choice | None = None,
    recipe: Recipe = "multiclass",
    progress: Progress = _silent,
) -> tuple[FacetModel, Known]:
    """The model before its promise, and what it says of train pictures it did not see."""
    train = np.flatnonzero(in_split(data.groups, "train"))
    planned = columns.plan(data.kind, data.tree, data.columns, data.targets, train)
    rows, targets = columns.training_targets(data.kind, planned, data.targets, train)
    groups = [data.groups[row] for row in rows]
    lineages = planned.lineages(data.tree)
    task = heads.plan_task(data.kind, targets, len(planned.nodes), groups, recipe, lineages)
    fitted = heads.fit_head(data.features, rows, task, rng, choice, progress)
    draft = _calibrated(data, task, fitted, planned, contract)
    return draft, _out_of_fold(draft, data, task, fitted, rows)


def probabilities_at(model: FacetModel, data: FacetData, rows: Ids) -> Known:
    told = probabilities(model, {view: each[rows] for view, each in data.features.items()})
    return Known(rows, told.p, told.typical < ABSTAIN_BELOW)


def one_claims(model: FacetModel, data: FacetData, of: Ids | Known) -> Claims:
    """What a `one` facet would claim of some rows, by the model or by what is known already.

    Memory: chunk by chunk, so it does not grow with rows x columns.
    """
    rows = of.rows if isinstance(of, Known) else of
    truth = data.columns[np.asarray(data.targets, dtype=np.int64)[rows]]
    size = chunk_rows(len(model.columns.nodes))
    scores, right = [], []
    for start in range(0, max(len(rows), 1), size):
        part = slice(start, start + size)
        if isinstance(of, Known):
            known = Known(rows[part], of.p[part], of.strange[part])
        else:
            known = probabilities_at(model, data, rows[part])
        nodes, score = best_at_levels(known.p, model.tree, model.columns)
        scores.append(np.where(known.strange[:, None], np.float32(0), score))
        right.append(is_at_or_above(model.tree, nodes, truth[part]))
    return Claims(np.concatenate(scores), np.concatenate(right), data.clusters(rows))


def _out_of_fold(
    draft: FacetModel, data: FacetData, task: Task, fitted: Fitted, rows: Ids
) -> Known:
    """Train pictures by heads that did not see them.

    Pictures of concepts too rare to learn teach no head, but a library has them too: without
    them the path of cut-offs would be too hopeful.
    """
    held = rows[task.held_out(task.used)]
    p = probabilities_of(data.kind, draft.calibration.apply(fitted.held_logits))
    train = np.flatnonzero(in_split(data.groups, "train"))
    rare = np.setdiff1d(train, rows)[:: max(len(rows) // max(len(held), 1), 1)]
    told = probabilities_at(draft, data, rare)
    strange = np.concatenate([np.zeros(len(held), np.bool_), told.strange])
    return Known(np.concatenate([held, rare]), np.concatenate([p, told.p]), strange)


def _calibrated(
    data: FacetData, task: Task, fitted: Fitted, planned: columns.Columns, contract: Contract
) -> FacetModel:
    """The model before its promise: nothing may be tagged alone."""
    targets = task.targets[task.held_out(task.used)]
    if data.kind == "one":
        calibration = calibrate_one(fitted.held_logits, targets.astype(np.int64))
        kinds = task.targets.astype(np.int64)
    else:
        calibration = calibrate_any(fitted.held_logits, targets.astype(np.int8))
        kinds = np.asarray((task.targets == 1).argmax(axis=1), dtype=np.int64)
    return FacetModel(
        kind=data.kind,
        tree=data.tree,
        columns=planned,
        choice=fitted.choice,
        projection=fitted.projection,
        head=fitted.head,
        calibration=calibration,
        outliers=fit_outliers(fitted.rows, kinds, task.folds, task.used),
        cutoffs=np.full(len(data.tree.nodes), NEVER),
        contract=contract,
        promises={},
        losses=fitted.losses,
        recipe=task.recipe,
    )


def _with_promise(draft: FacetModel, taught: Claims, judged: Claims) -> FacetModel:
    """One promise for all tags of the facet."""
    made = promise(taught, judged, draft.contract)
    cutoffs = draft.cutoffs.copy()
    for nodes, cutoff in zip(levels(draft.tree, draft.columns), made.cutoffs, strict=True):
        cutoffs[nodes] = cutoff
    return replace(draft, cutoffs=cutoffs, promises={"": made})


def _with_promises(draft: FacetModel, data: FacetData, taught: Known, judged: Known) -> FacetModel:
    """A promise for every concept by itself: of the pictures tagged with it, enough are right."""
    cutoffs = draft.cutoffs.copy()
    promises: dict[str, Promise] = {}
    truth = _node_truth(data)
    sides = [
        (known, node_maxima(known.p, draft.tree, draft.columns.nodes), data.clusters(known.rows))
        for known in (taught, judged)
    ]
    for node in np.flatnonzero(sides[0][1].any(axis=0)):
        told, judge = (
            _concept_claims(p[:, node], known.strange, truth[known.rows, node], groups)
            for known, p, groups in sides
        )
        made = promise(told, judge, draft.contract)
        cutoffs[node] = made.cutoffs[0]
        promises[draft.tree.nodes[node]] = made
    return replace(draft, cutoffs=cutoffs, promises=promises)


def _concept_claims(p: Matrix, strange: Mask, truth: Ids, groups: Ids) -> Claims:
    known = truth >= 0
    score = np.where(strange, np.float32(0), p)[known, None]
    return Claims(score, (truth[known] == 1)[:, None], groups[known])


def _node_truth(data: FacetData) -> Ids:
    """(n, nodes) 1, 0 or -1: a concept is there when it or one below it is."""
    truth = np.full((len(data.groups), len(data.tree.nodes)), -1, np.int64)
    truth[:, data.columns] = data.targets
    parents = data.tree.parents
    for node in np.argsort(-data.tree.depths(), kind="stable"):
        if parents[node] >= 0:
            np.maximum(truth[:, parents[node]], truth[:, node], out=truth[:, parents[node]])
    return truth
