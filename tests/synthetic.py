"""Facets of made-up features, so that learning is tested in seconds and without pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tagwright.core.facet_model import FacetData
from tagwright.core.tree import Tree
from tagwright.types import ConceptId, Features, Half, Ids

DIM = 24
WARDROBE = Tree(
    tuple(map(ConceptId, ("shoes", "boots", "sandals", "clogs", "bags", "totes", "clutches"))),
    (-1, 0, 0, 0, -1, 4, 4),
)
LEAVES = np.array([1, 2, 3, 5, 6])


def halves(centres: Ids | None, n: int, rng: np.random.Generator, spread: float) -> Half:
    """(n, 24): one blob a class; noise alone without classes."""
    noise = spread * rng.standard_normal((n, DIM))
    if centres is None:
        return noise.astype(np.float16)
    places = np.random.default_rng(7).standard_normal((int(centres.max()) + 1, DIM))
    return (places[centres] + noise).astype(np.float16)


def wardrobe(counts: Sequence[int], *, spread: float = 1.0, seed: int = 0) -> FacetData:
    """A `one` facet over `WARDROBE`; counts of boots, sandals, clogs, totes, clutches.

    Kinds of one parent lie close together. The view `detail` knows nothing.
    """
    rng = np.random.default_rng(seed)
    targets = np.repeat(np.arange(5), counts)
    parents = np.array([0, 0, 0, 1, 1])[targets]
    semantic = 4 * halves(parents, len(targets), rng, 0) + halves(
        targets, len(targets), rng, spread
    )
    features: Features = {
        "semantic": semantic.astype(np.float16),
        "detail": halves(None, len(targets), rng, 1.0),
    }
    groups = tuple(f"picture {seed} {i}" for i in range(len(targets)))
    return FacetData("one", WARDROBE, LEAVES, features, targets, groups)


def scenes(n: int, *, seed: int = 0, unknown: float = 0.2) -> FacetData:
    """An `any` facet of three independent concepts, some answers unknown."""
    rng = np.random.default_rng(seed)
    answers = (rng.random((n, 3)) < [0.5, 0.3, 0.6]).astype(np.int8)
    places = np.random.default_rng(7).standard_normal((3, DIM))
    semantic = answers @ places + 0.5 * rng.standard_normal((n, DIM))
    answers[rng.random((n, 3)) < unknown] = -1
    tree = Tree.flat([ConceptId(name) for name in ("beach", "night", "crowd")])
    groups = tuple(f"scene {i}" for i in range(n))
    features: Features = {"semantic": semantic.astype(np.float16)}
    return FacetData("any", tree, np.arange(3), features, answers, groups)
