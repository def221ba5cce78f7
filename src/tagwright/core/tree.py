"""A facet's tree as index arrays: what heads, decisions and reports compute with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from tagwright.errors import InvalidInput
from tagwright.types import ConceptId, Ids, Json, Matrix


@dataclass(frozen=True, slots=True)
class Tree:
    """Concepts and the index of each one's parent, -1 for a root."""

    nodes: tuple[ConceptId, ...]
    parents: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.nodes) != len(self.parents):
            raise InvalidInput(
                f"{len(self.nodes)} concepts with {len(self.parents)} parents: give one each"
            )
        self.depths()

    @staticmethod
    def flat(nodes: Sequence[ConceptId]) -> Tree:
        """Concepts without parents."""
        return Tree(tuple(nodes), (-1,) * len(nodes))

    def depths(self) -> Ids:
        """(nodes,) 0 for a root. Raises InvalidInput for a cycle or a parent that is not there."""
        parents = np.array(self.parents, dtype=np.int64).reshape(-1)
        if ((parents < -1) | (parents >= len(parents))).any():
            raise InvalidInput(f"a parent index is outside -1..{len(parents) - 1}")
        depth, at = np.zeros(len(parents), np.int64), parents.copy()
        for _ in range(len(parents) + 1):
            inside = at >= 0
            if not inside.any():
                return depth
            depth += inside
            at[inside] = parents[at[inside]]
        raise InvalidInput("the tree has a cycle: a concept is its own ancestor")

    def ancestors(self, node: int) -> tuple[int, ...]:
        """The node itself, its parent, and so on up to the root."""
        found = []
        while node >= 0:
            found.append(node)
            node = self.parents[node]
        return tuple(found)

    def to_json(self) -> Json:
        return {"nodes": list(self.nodes), "parents": list(self.parents)}

    @staticmethod
    def from_json(stored: Json) -> Tree:
        return Tree(tuple(map(ConceptId, stored["nodes"])), tuple(stored["parents"]))


def membership(tree: Tree, columns: Ids) -> sparse.csr_array[Any]:
    """(k, nodes) float32: 1 where a column's concept lies at or under a node."""
    pairs = [(c, above) for c, node in enumerate(columns) for above in tree.ancestors(int(node))]
    rows, nodes = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    ones = np.ones(len(rows), np.float32)
    return sparse.csr_array((ones, (rows, nodes)), shape=(len(columns), len(tree.nodes)))


def node_sums(probs: Matrix, members: sparse.csr_array[Any]) -> Matrix:
    """(n, nodes) float32: P(node) = the sum over the columns under it."""
    found: NDArray[np.float32] = np.asarray(probs @ members, dtype=np.float32)
    return found


def node_maxima(probs: Matrix, tree: Tree, columns: Ids) -> Matrix:
    """(n, nodes) float32: the largest probability of any column under a node; 0 without one."""
    found = np.zeros((len(probs), len(tree.nodes)), np.float32)
    found[:, columns] = probs
    parents = np.array(tree.parents)
    for node in np.argsort(-tree.depths(), kind="stable"):
        if parents[node] >= 0:
            np.maximum(found[:, parents[node]], found[:, node], out=found[:, parents[node]])
    return found
