"""The words of the domain, as values. Ids are strings with a name; arrays say their shape.

Everything here is frozen: a value that exists is valid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NewType, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tagwright.errors import InvalidInput

AssetId = NewType("AssetId", str)
"""SHA-256 of a picture's bytes, 64 hex digits."""
ConceptId = NewType("ConceptId", str)
"""Names a concept inside its taxonomy; stable over renames."""
FacetId = NewType("FacetId", str)
RunId = NewType("RunId", str)

Pixels: TypeAlias = NDArray[np.uint8]
"""(side, side, 3) or (n, side, side, 3) uint8, RGB."""
Half: TypeAlias = NDArray[np.float16]
"""Stored features, (n, d) float16."""
Matrix: TypeAlias = NDArray[np.float32]
"""(n, d) float32."""
Scores: TypeAlias = NDArray[np.float64]
"""(n,) float64."""
Ids: TypeAlias = NDArray[np.int64]
"""(n,) int64 indices."""
Mask: TypeAlias = NDArray[np.bool_]
"""(n,) bool."""

Json: TypeAlias = dict[str, Any]

View = Literal["semantic", "detail"]
"""`semantic`: what is in the picture. `detail`: where and how (expressions, fine differences)."""
VIEWS: tuple[View, ...] = ("semantic", "detail")

Split = Literal["train", "validation", "test"]
FacetKind = Literal["one", "any"]
"""`one`: an asset has at most one leaf of the facet. `any`: any number."""
Recipe = Literal["multiclass", "tree", "one-vs-rest"]
"""How a facet of kind `one` is learned: all concepts against each other, a tree of yes/no
questions along the taxonomy, or one yes/no question a concept. `any` is always the last."""
Verdict = Literal["auto", "parent", "review", "abstain"]
"""What the machine decided of an asset and a facet; see `core.decide`."""
Status = Literal["auto", "confirmed", "rejected", "suggested"]
"""How a tag stands on an asset now."""


@dataclass(frozen=True, slots=True)
class Contract:
    """A promise: at least `target` of the tags applied alone are right, with `confidence`."""

    target: float = 0.95
    confidence: float = 0.95

    def __post_init__(self) -> None:
        for name, value in (("target", self.target), ("confidence", self.confidence)):
            if not 0.5 <= value < 1:  # noqa: PLR2004 - a promise below a coin toss is none
                raise InvalidInput(
                    f"the contract's {name} {value!r} is outside [0.5, 1): "
                    f"give a share such as 0.95 (1 would be a certainty nobody can promise)"
                )


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the sample it was measured on. `low` and `high`: 95 % unless said."""

    value: float
    low: float
    high: float
    n: int

    def to_json(self) -> Json:
        return {"value": self.value, "low": self.low, "high": self.high, "n": self.n}


Features: TypeAlias = Mapping[View, Half]
"""One array a view, all with the same number of rows."""
