"""From probabilities to claims: what would be tagged at each level of the tree, and is it right."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagwright.core.columns import Columns
from tagwright.core.tree import Tree, membership, node_sums
from tagwright.types import Ids, Mask, Matrix


def levels(tree: Tree, columns: Columns) -> list[Ids]:
    """Nodes of each level, the most specific first: learned leaves, then parents by depth."""
    depth = tree.depths()
    found = [columns.nodes[~columns.rest]]
    inner = np.setdiff1d(np.array(tree.parents, dtype=np.int64), [-1, *found[0]])
    for level in sorted(set(depth[inner].tolist()), reverse=True):
        found.append(inner[depth[inner] == level])
    return found


def best_at_levels(p: Matrix, tree: Tree, columns: Columns) -> tuple[Ids, Matrix]:
    """(n, levels) the most probable node of each level and its probability."""
    own = np.flatnonzero(~columns.rest)
    at, score = level_best(p, own)
    nodes, scores = [columns.nodes[at]], [score]
    upper = levels(tree, columns)[1:]
    if upper:
        sums = node_sums(p, membership(tree, columns.nodes))
        for some in upper:
            node, score = level_best(sums, some)
            nodes.append(node)
            scores.append(score)
    return np.stack(nodes, axis=1), np.stack(scores, axis=1)


def said_at_depths(p: Matrix, tree: Tree, columns: Columns) -> Ids:
    """(n, depths) the most probable node at each depth, roots first; none for a flat tree."""
    depth = tree.depths()
    if not depth.any():
        return np.zeros((len(p), 0), np.int64)
    sums = node_sums(p, membership(tree, columns.nodes))
    said = [level_best(sums, np.flatnonzero(depth == d))[0] for d in range(int(depth.max()) + 1)]
    return np.stack(said, axis=1)


def is_at_or_above(tree: Tree, claimed: Ids, truth: Ids) -> Mask:
    """Whether each claimed node is the true one or an ancestor of it. truth: (n,), -1 unknown."""
    parents = np.array([*tree.parents, -1])
    found = np.zeros(claimed.shape, np.bool_)
    at = truth.copy()
    while (at >= 0).any():
        found |= (claimed == at.reshape(-1, *[1] * (claimed.ndim - 1))) & (at >= 0).reshape(
            -1, *[1] * (claimed.ndim - 1)
        )
        at = parents[at]
    return found


def level_best(scores: Matrix, nodes: Ids) -> tuple[Ids, Matrix]:
    """(n,) the most probable of some nodes and its probability. scores: (n, all nodes)."""
    if not len(nodes):
        return np.full(len(scores), -1), np.zeros(len(scores), np.float32)
    some: NDArray[Any] = scores[:, nodes]
    best = some.argmax(axis=1)
    return nodes[best], some[np.arange(len(some)), best]
