"""What a head can learn of the labelled concepts: its columns, and the concepts refused.

A concept of a `one` facet with too few pictures lends them to a *rest* column of its parent:
"footwear, none of the kinds we know". Such pictures are never tagged with the leaf, but may be
tagged with the parent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tagwright.core.tree import Tree
from tagwright.errors import TooFewLabels
from tagwright.types import ConceptId, FacetKind, Ids, Json, Mask

MIN_TRAIN: Final = 7
"""Pictures of a concept in the train split: with the 70 % share, about 10 labelled in all."""
TRAIN_SHARE: Final = 0.7


@dataclass(frozen=True, slots=True)
class Refusal:
    """A concept that could not be learned, and how many more pictures would do."""

    concept: ConceptId
    labelled: int
    missing: int
    reason: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a head.

    nodes: (k,) the concept of each. rest: (k,) where it stands for pictures of a concept that are
    none of its learned children. source: (given,) the column each given concept teaches, -1 for
    none. counts: (k,) pictures in train.
    """

    nodes: Ids
    rest: Mask
    source: Ids
    counts: Ids
    refusals: tuple[Refusal, ...]

    def lineages(self, tree: Tree) -> list[tuple[int, ...]]:
        """(k,) the nodes above each column's and its own, root first."""
        return [tree.ancestors(int(node))[::-1] for node in self.nodes]

    def to_json(self) -> Json:
        return {
            "nodes": self.nodes.tolist(),
            "rest": self.rest.tolist(),
            "source": self.source.tolist(),
            "counts": self.counts.tolist(),
            "refusals": [[r.concept, r.labelled, r.missing, r.reason] for r in self.refusals],
        }

    @staticmethod
    def from_json(stored: Json) -> Columns:
        numbers = (np.array(stored[name], dtype=np.int64) for name in ("nodes", "source", "counts"))
        nodes, source, counts = numbers
        refusals = tuple(Refusal(ConceptId(r[0]), *r[1:]) for r in stored["refusals"])
        return Columns(nodes, np.array(stored["rest"], dtype=np.bool_), source, counts, refusals)


def plan(
    kind: FacetKind, tree: Tree, given: Ids, targets: Ids | NDArray[np.int8], train: Ids
) -> Columns:
    """Which columns the train split can teach. Raises TooFewLabels when too few are left."""
    found = (
        _plan_one(tree, given, targets, train)
        if kind == "one"
        else _plan_any(tree, given, targets, train)
    )
    least = 2 if kind == "one" else 1
    if len(found.nodes) < least:
        n = len(found.nodes)
        raise TooFewLabels(
            f"only {n} {'concept has' if n == 1 else 'concepts have'} enough labelled pictures to "
            f"learn from, and {least} {'is' if least == 1 else 'are'} needed",
            [(r.concept, r.reason) for r in found.refusals],
        )
    return found


def training_targets(
    kind: FacetKind, columns: Columns, targets: NDArray[Any], rows: Ids
) -> tuple[Ids, NDArray[Any]]:
    """The rows that teach something and their targets over the head's columns."""
    if kind == "one":
        mapped = columns.source[targets[rows]]
        return rows[mapped >= 0], mapped[mapped >= 0]
    kept = np.flatnonzero(columns.source >= 0)
    return rows, np.ascontiguousarray(targets[np.ix_(rows, kept)])


def _plan_one(tree: Tree, given: Ids, targets: NDArray[Any], train: Ids) -> Columns:
    counts = np.bincount(targets[train], minlength=len(given))
    inner = _labelled_below(tree, given[np.bincount(targets, minlength=len(given)) > 0])
    whole = (counts >= MIN_TRAIN) & ~inner[given]
    holder = _rest_holders(tree, given, counts, whole, inner)
    rests = np.unique(holder[holder >= 0])
    nodes = np.concatenate([given[whole], rests])
    source = np.full(len(given), -1)
    source[whole] = np.arange(int(whole.sum()))
    held = holder >= 0
    source[held] = int(whole.sum()) + np.searchsorted(rests, holder[held])
    taught = np.bincount(source[source >= 0], counts[source >= 0], len(nodes)).astype(np.int64)
    refusals = [
        _refusal(tree.nodes[given[c]], int(np.sum(targets == c)), int(counts[c]))
        for c in np.flatnonzero(~whole & ~inner[given])
    ]
    return Columns(nodes, np.arange(len(nodes)) >= whole.sum(), source, taught, tuple(refusals))


def _labelled_below(tree: Tree, labelled: Ids) -> Mask:
    """(nodes,) whether any labelled concept lies under a node."""
    found = np.zeros(len(tree.nodes), np.bool_)
    for node in labelled:
        found[list(tree.ancestors(int(node))[1:])] = True
    return found


def _rest_holders(tree: Tree, given: Ids, counts: Ids, whole: Mask, inner: Mask) -> Ids:
    """(given,) the ancestor whose rest column a concept teaches, -1 for none or its own column."""
    holder = np.full(len(given), -1)
    waiting: dict[int, list[int]] = {}
    for c in np.flatnonzero(~whole):
        node = int(given[c])
        waiting.setdefault(node if inner[node] else tree.parents[node], []).append(int(c))
    depth = tree.depths()
    for node in sorted(range(len(tree.nodes)), key=lambda at: -int(depth[at])):
        some = waiting.pop(node, [])
        if int(counts[some].sum()) >= MIN_TRAIN:
            holder[some] = node
        elif some:
            waiting.setdefault(tree.parents[node], []).extend(some)
    return holder


def _plan_any(tree: Tree, given: Ids, targets: NDArray[Any], train: Ids) -> Columns:
    yes = (targets[train] == 1).sum(axis=0)
    no = (targets[train] == 0).sum(axis=0)
    kept = (yes >= MIN_TRAIN) & (no >= MIN_TRAIN)
    source = np.where(kept, np.cumsum(kept) - 1, -1)
    refusals = []
    for c in np.flatnonzero(~kept):
        short = int(yes[c]) < MIN_TRAIN
        value, count = (1, yes[c]) if short else (0, no[c])
        total = int(np.sum(targets[:, c] == value))
        refusals.append(_refusal(tree.nodes[given[c]], total, int(count), positive=short))
    rest = np.zeros(int(kept.sum()), np.bool_)
    return Columns(given[kept], rest, source, yes[kept].astype(np.int64), tuple(refusals))


def _refusal(concept: ConceptId, labelled: int, train: int, *, positive: bool = True) -> Refusal:
    missing = int(np.ceil((MIN_TRAIN - train) / TRAIN_SHARE))
    pictures, are = ("picture", "is") if labelled == 1 else ("pictures", "are")
    what = "of it" if positive else "known not to be of it"
    reason = (
        f"{labelled:,} {pictures} {what} {are} labelled, {train:,} of them in the train split; "
        f"label {missing:,} more"
    )
    return Refusal(concept, labelled, missing, reason)
