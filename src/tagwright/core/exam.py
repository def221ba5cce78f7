"""What a model makes of pictures with known labels, in today's concepts: what the gate compares.

A model may be older than the taxonomy: its nodes are given as indices into today's tree, -1 for
concepts that were retired since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagwright.core.claims import is_at_or_above
from tagwright.core.decide import AUTO, PARENT, Decisions, decide_from, joined_decisions
from tagwright.core.facet_model import FacetData, FacetModel, chunk_rows, probabilities
from tagwright.core.gate import Exam, Outcome, Ranking
from tagwright.core.solvers import Int8
from tagwright.types import ConceptId, Contract, Ids, Mask, Matrix, Scores

LIKELIER: float = 0.5
"""A concept of an `any` facet is said where it is more probable than not."""


@dataclass(frozen=True, slots=True)
class Answers:
    """One model on n pictures, over c concepts of today's tree.

    knows: (c,) learned by this model. p: (n, c), 0 for concepts it does not know. said: (n,) the
    most probable concept, -1 for one that was retired since. sure: (n,) its probability. row,
    node: (m,) each tag applied alone, a picture and a concept.
    """

    knows: Mask
    p: Matrix
    said: Ids
    sure: Scores
    row: Ids
    node: Ids
    contract: Contract


def answers_of(model: FacetModel, data: FacetData, today: Ids) -> Answers:
    """today: (nodes of the model,) the index of each in `data.tree`, -1 for none."""
    n, c = len(data.groups), len(data.tree.nodes)
    columns = today[model.columns.nodes]
    kept = columns >= 0
    p = np.zeros((n, c), np.float32)
    said, sure = np.full(n, -1), np.zeros(n)
    decided: list[Decisions] = []
    size = chunk_rows(len(columns))
    for start in range(0, n, size):
        part = slice(start, start + size)
        told = probabilities(model, {view: each[part] for view, each in data.features.items()})
        for column, own in zip(columns[kept].tolist(), told.p[:, kept].T, strict=True):
            np.maximum(p[part, column], own, out=p[part, column])
        best = told.p.argmax(axis=1)
        said[part] = columns[best]
        sure[part] = told.p[np.arange(len(best)), best]
        decided.append(decide_from(model, told))
    row, node = _alone(decided, today)
    knows = np.zeros(c, np.bool_)
    knows[columns[kept]] = True
    return Answers(knows, p, said, sure, row, node, model.contract)


def _alone(decided: list[Decisions], today: Ids) -> tuple[Ids, Ids]:
    if not decided:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    made = joined_decisions(decided)
    alone = (made.verdict == AUTO) | (made.verdict == PARENT)
    row, node = made.row[alone], today[made.node[alone]]
    return row[node >= 0], node[node >= 0]


def exam_of(data: FacetData, challenger: Answers, champion: Answers) -> Exam:
    """The pictures, and for each concept those that test it."""
    both = challenger.knows & champion.knows
    new = np.flatnonzero(challenger.knows & ~champion.knows)
    names = data.tree.nodes
    clusters = data.clusters(np.arange(len(data.groups)))
    rows: dict[ConceptId, Ids] = {}
    pictures: dict[ConceptId, int] = {}
    for at, name in enumerate(names):
        there = _there(data, at)
        if there.any():
            told: Int8 = np.asarray(data.targets, dtype=np.int8)
            known = there if data.kind == "one" else told[:, at] >= 0
            rows[name], pictures[name] = np.flatnonzero(known), int(there.sum())
    if data.kind == "one":
        shared = both[np.asarray(data.targets, dtype=np.int64)]
    else:
        shared = np.ones(len(data.groups), np.bool_)
    return Exam(clusters, shared, rows, pictures, tuple(names[at] for at in new))


def outcome_of(data: FacetData, exam: Exam, own: Answers, other: Answers) -> Outcome:
    """How one model did in an exam it sat together with another."""
    if data.kind == "one":
        return _outcome_one(data, exam, own)
    return _outcome_any(data, exam, own, own.knows & other.knows)


def _there(data: FacetData, at: int) -> Mask:
    targets = np.asarray(data.targets)
    there: Mask = targets == at if data.kind == "one" else targets[:, at] == 1
    return there


def _outcome_one(data: FacetData, exam: Exam, own: Answers) -> Outcome:
    truth = np.asarray(data.targets, dtype=np.int64)
    right = own.said == truth
    alone, sound = np.zeros(len(truth), np.int64), np.zeros(len(truth), np.int64)
    alone[own.row] = 1
    sound[own.row] = is_at_or_above(data.tree, own.node, truth[own.row])
    return Outcome(
        right=right,
        right_shared=right,
        answers={name: right[rows] for name, rows in exam.rows.items()},
        there=np.ones(len(truth), np.int64),
        covered=alone,
        tagged=alone,
        sound=sound,
        contract=own.contract,
    )


def _outcome_any(data: FacetData, exam: Exam, own: Answers, both: Mask) -> Outcome:
    truth: Int8 = np.asarray(data.targets, dtype=np.int8)
    fits: NDArray[Any] = ((own.p > LIKELIER) == (truth == 1)) | (truth < 0)
    claimed = np.zeros(truth.shape, np.bool_)
    claimed[own.row, own.node] = True
    at = {name: index for index, name in enumerate(data.tree.nodes)}
    return Outcome(
        right=np.asarray(fits.all(axis=1)),
        right_shared=np.asarray(fits[:, both].all(axis=1)),
        answers={name: fits[rows, at[name]] for name, rows in exam.rows.items()},
        there=(truth == 1).sum(axis=1),
        covered=(claimed & (truth == 1)).sum(axis=1),
        tagged=(claimed & (truth >= 0)).sum(axis=1),
        sound=(claimed & (truth == 1)).sum(axis=1),
        contract=own.contract,
        ranking=Ranking(own.p, truth),
    )
