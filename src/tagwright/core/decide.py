"""What to do with a picture: tag it alone, tag its parent, ask a person, or say "none of these"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tagwright.core.claims import best_at_levels
from tagwright.core.columns import Columns
from tagwright.core.facet_model import FacetModel, Probabilities, probabilities
from tagwright.core.outliers import ABSTAIN_BELOW
from tagwright.core.tree import membership, node_maxima
from tagwright.errors import InvalidInput
from tagwright.types import Features, Ids, Matrix, Scores, Verdict

VERDICTS: Final[tuple[Verdict, ...]] = ("auto", "parent", "review", "abstain")
AUTO, PARENT, REVIEW, ABSTAIN = range(4)
SUGGESTIONS: Final = 5
SUGGEST_ABOVE: Final = 0.5
"""A concept of an `any` facet that is more probable than not is put to a person."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Verdicts as columns, m of them over n pictures.

    A facet of kind `one` has exactly one verdict a picture, in order. One of kind `any` has one
    for each concept tagged alone or suggested, and a single `abstain` (node -1) for a strange
    picture; a picture may have none.

    row: (m,) which picture. verdict: (m,) index into `VERDICTS`. node: (m,) index into the
    tree; for `review` the best guess. p, p_raw: (m,) of that node, calibrated and not. cutoff:
    (m,) what p had to reach, inf where nothing may be tagged alone. top, top_p: (n, t) nodes of
    the most probable concepts. typical: (n,) conformal p-value, low = unlike anything learned.
    """

    row: Ids
    verdict: NDArray[np.int8]
    node: Ids
    p: Matrix
    p_raw: Matrix
    cutoff: Scores
    top: Ids
    top_p: Matrix
    typical: Scores

    def count(self, verdict: Verdict) -> int:
        return int(np.sum(self.verdict == VERDICTS.index(verdict)))


def top_n(probs: Matrix, share: float) -> Ids:
    """(n, t) columns of the most probable concepts, t = `share` of all of them, at least 1."""
    if not 0 < share <= 1:
        raise InvalidInput(f"the share {share!r} is outside (0, 1]: 0.1 gives the top tenth")
    return top_columns(probs, max(int(np.floor(share * probs.shape[1] + 1e-9)), 1))


def top_columns(probs: Matrix, count: int) -> Ids:
    """(n, count) columns, the most probable first; ties in column order."""
    count = min(count, probs.shape[1])
    if count < probs.shape[1]:
        some = np.sort(np.argpartition(-probs, count - 1, axis=1)[:, :count], axis=1)
    else:
        some = np.broadcast_to(np.arange(count), probs.shape).copy()
    order = np.argsort(-np.take_along_axis(probs, some, axis=1), axis=1, kind="stable")
    return np.take_along_axis(some, order, axis=1)


def relative_gap(probs: Matrix, threshold: float) -> Ids:
    """(n,) how many concepts stand out: 1 = the machine decides, more = a person chooses.

    Walks down from the most probable concept; as long as the next is within `threshold` of the
    one before, relatively, it is as good a guess and joins.
    """
    if not 0 <= threshold < 1:
        raise InvalidInput(f"the threshold {threshold!r} is outside [0, 1)")
    ranked = -np.sort(-probs, axis=1)
    gap = (ranked[:, :-1] - ranked[:, 1:]) / np.maximum(ranked[:, :-1], 1e-12)
    stands_out = np.concatenate([gap >= threshold, np.ones((len(probs), 1), np.bool_)], axis=1)
    found: Ids = stands_out.argmax(axis=1) + 1
    return found


def decide(model: FacetModel, features: Features, *, suggestions: int = SUGGESTIONS) -> Decisions:
    """Verdicts for some pictures; give chunks of a few thousand to bound memory."""
    return decide_from(model, probabilities(model, features), suggestions=suggestions)


def decide_from(
    model: FacetModel, told: Probabilities, *, suggestions: int = SUGGESTIONS
) -> Decisions:
    """The same from probabilities that are there already."""
    if model.kind == "one":
        return _decide_one(model, told, suggestions)
    return _decide_any(model, told, suggestions)


def _decide_one(model: FacetModel, told: Probabilities, suggestions: int) -> Decisions:
    n = len(told.p)
    picked = np.arange(n)
    nodes, scores = best_at_levels(told.p, model.tree, model.columns)
    cutoffs = model.cutoffs[nodes]
    passed = (scores >= cutoffs) & (scores > 0)
    sure, level = passed.any(axis=1), passed.argmax(axis=1)
    strange = told.typical < ABSTAIN_BELOW
    level = np.where(sure & ~strange, level, 0)
    verdict = np.where(level > 0, PARENT, np.where(sure, AUTO, REVIEW))
    verdict[strange] = ABSTAIN
    node = nodes[picked, level]
    top = top_columns(_own(told.p, model.columns), suggestions)
    return Decisions(
        row=picked,
        verdict=verdict.astype(np.int8),
        node=node,
        p=scores[picked, level],
        p_raw=_raw_of(model, told.raw, node),
        cutoff=cutoffs[picked, level],
        top=model.columns.nodes[top],
        top_p=np.take_along_axis(told.p, top, axis=1),
        typical=told.typical,
    )


def _own(p: Matrix, columns: Columns) -> Matrix:
    """Probabilities without the rest columns, which are no answer to offer."""
    return np.where(columns.rest, np.float32(-1), p) if columns.rest.any() else p


def _raw_of(model: FacetModel, raw: Matrix, node: Ids) -> Matrix:
    """(n,) uncalibrated probability of one node a picture."""
    members = membership(model.tree, model.columns.nodes)
    if model.tree.parents == (-1,) * len(model.tree.nodes):
        column = np.full(len(model.tree.nodes), 0)
        column[model.columns.nodes] = np.arange(len(model.columns.nodes))
        found: Matrix = raw[np.arange(len(raw)), column[node]]
        return found
    inside = members[:, node].toarray().T
    return np.asarray(np.einsum("ij,ij->i", raw, inside), dtype=np.float32)


def _decide_any(model: FacetModel, told: Probabilities, suggestions: int) -> Decisions:
    scores = node_maxima(told.p, model.tree, model.columns.nodes)
    raw = node_maxima(told.raw, model.tree, model.columns.nodes)
    strange = told.typical < ABSTAIN_BELOW
    sure = (scores >= model.cutoffs) & ~strange[:, None]
    maybe = np.zeros_like(sure)
    maybe[:, model.columns.nodes] = told.p > SUGGEST_ABOVE
    maybe &= ~sure & ~strange[:, None]
    row, node = np.nonzero(sure | maybe)
    odd = np.flatnonzero(strange)
    row, node = np.concatenate([row, odd]), np.concatenate([node, np.full(len(odd), -1)])
    order = np.argsort(row, kind="stable")
    row, node = row[order], node[order]
    verdict = np.where(node < 0, ABSTAIN, np.where(sure[row, node], AUTO, REVIEW))
    top = top_columns(told.p, suggestions)
    return Decisions(
        row=row,
        verdict=verdict.astype(np.int8),
        node=node,
        p=np.where(node < 0, 0, scores[row, node]).astype(np.float32),
        p_raw=np.where(node < 0, 0, raw[row, node]).astype(np.float32),
        cutoff=np.where(node < 0, np.inf, model.cutoffs[node]),
        top=model.columns.nodes[top],
        top_p=np.take_along_axis(told.p, top, axis=1),
        typical=told.typical,
    )


def joined_decisions(parts: Sequence[Decisions]) -> Decisions:
    """Decisions on chunks of pictures as decisions on all of them."""
    first = np.cumsum([0, *(len(part.typical) for part in parts)])
    rows = [part.row + start for part, start in zip(parts, first[:-1], strict=True)]
    names = [each.name for each in fields(Decisions) if each.name != "row"]
    rest = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    return Decisions(row=np.concatenate(rows), **rest)
