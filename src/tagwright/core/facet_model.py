"""One facet of a model: what it learns from, what it is, and its probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagwright.core.calibration import Calibration, probabilities_of
from tagwright.core.columns import Columns, Refusal
from tagwright.core.contract import NEVER, Promise, as_json
from tagwright.core.heads import Choice, Head, recipe_of
from tagwright.core.outliers import Outliers
from tagwright.core.projection import CHUNK, Projection
from tagwright.core.questions import Questions
from tagwright.core.tree import Tree
from tagwright.errors import InvalidInput
from tagwright.types import (
    AssetId,
    Contract,
    FacetKind,
    Features,
    Ids,
    Json,
    Matrix,
    Recipe,
    Scores,
)


@dataclass(frozen=True, slots=True)
class FacetData:
    """What a facet learns from and is judged on: n labelled pictures.

    columns: (k,) the node of each target column. targets: `one`: (n,) index into columns; `any`:
    (n, k) int8 of 1 yes, 0 no, -1 unknown. groups: the near-duplicate group of each picture.
    assets: (n,) what a report calls each picture; without, it names none.
    """

    kind: FacetKind
    tree: Tree
    columns: Ids
    features: Features
    targets: Ids | NDArray[np.int8]
    groups: Sequence[str]
    assets: Sequence[AssetId] = ()

    def __post_init__(self) -> None:
        n = len(self.groups)
        for view, values in self.features.items():
            if len(values) != n:
                raise InvalidInput(f"the view {view!r} has {len(values)} rows for {n} pictures")
        wanted = (n,) if self.kind == "one" else (n, len(self.columns))
        if self.targets.shape != wanted:
            raise InvalidInput(f"targets of shape {self.targets.shape!r}: {wanted!r} is needed")

    def clusters(self, rows: Ids) -> Ids:
        """(m,) the groups of some rows as numbers, 0 to c - 1."""
        numbers: dict[str, int] = {}
        found = [numbers.setdefault(self.groups[row], len(numbers)) for row in rows.tolist()]
        return np.array(found, dtype=np.int64)


def taken(data: FacetData, rows: Ids) -> FacetData:
    """Some pictures of a facet's data, as data. Memory: a copy of their features."""
    return replace(
        data,
        features={view: values[rows] for view, values in data.features.items()},
        targets=data.targets[rows],
        groups=tuple(data.groups[row] for row in rows.tolist()),
        assets=[data.assets[row] for row in rows.tolist()] if data.assets else (),
    )


@dataclass(frozen=True, slots=True)
class FacetModel:
    """A facet as learned; frozen, and complete for serving.

    cutoffs: (nodes,) what P(node) must reach to be tagged alone, inf for never. promises: the
    contract on validation: one for a facet of kind `one` under "", one a concept for `any`.
    counts: labelled pictures of each column in train.
    """

    kind: FacetKind
    tree: Tree
    columns: Columns
    choice: Choice
    projection: Projection
    head: Head
    calibration: Calibration
    outliers: Outliers
    cutoffs: Scores
    contract: Contract
    promises: Mapping[str, Promise]
    losses: tuple[tuple[Choice, float], ...]
    recipe: Recipe

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        return self.columns.refusals

    def to_parts(self) -> tuple[dict[str, NDArray[Any]], Json]:
        """Arrays for safetensors and a document for JSON."""
        arrays: dict[str, NDArray[Any]] = {
            "axes": self.projection.axes,
            "offset": self.projection.offset,
            "variance": self.projection.variance,
            "weights": self.head.weights,
            "bias": self.head.bias,
            "slope": self.calibration.slope,
            "shift": self.calibration.offset,
            "whiten": self.outliers.whiten,
            "means": self.outliers.means,
            "known": self.outliers.known,
            **_question_arrays(self.head.questions),
        }
        document: Json = {
            "kind": self.kind,
            "recipe": self.recipe,
            "tree": self.tree.to_json(),
            "columns": self.columns.to_json(),
            "choice": self.choice.to_json(),
            "views": list(self.projection.views),
            "known_count": self.outliers.count,
            "cutoffs": as_json(self.cutoffs),
            "contract": {"target": self.contract.target, "confidence": self.contract.confidence},
            "promises": {name: each.to_json() for name, each in self.promises.items()},
            "losses": [{**choice.to_json(), "loss": loss} for choice, loss in self.losses],
        }
        return arrays, document

    @staticmethod
    def from_parts(arrays: Mapping[str, NDArray[Any]], document: Json) -> FacetModel:
        """What `to_parts` gave."""
        cutoffs = [NEVER if each is None else each for each in document["cutoffs"]]
        return FacetModel(
            kind=document["kind"],
            tree=Tree.from_json(document["tree"]),
            columns=Columns.from_json(document["columns"]),
            choice=Choice.from_json(document["choice"]),
            projection=Projection(
                tuple(document["views"]), arrays["axes"], arrays["offset"], arrays["variance"]
            ),
            head=Head(arrays["weights"], arrays["bias"], _questions(arrays)),
            calibration=Calibration(arrays["slope"], arrays["shift"]),
            outliers=Outliers(
                arrays["whiten"], arrays["means"], arrays["known"], document["known_count"]
            ),
            cutoffs=np.array(cutoffs, dtype=np.float64),
            contract=Contract(**document["contract"]),
            promises={name: Promise.from_json(p) for name, p in document["promises"].items()},
            losses=tuple((Choice.from_json(each), each["loss"]) for each in document["losses"]),
            recipe=document.get("recipe", recipe_of(document["kind"], "multiclass")),
        )


def _question_arrays(questions: Questions | None) -> dict[str, NDArray[Any]]:
    return {} if questions is None else {"order": questions.order, "spans": questions.spans}


def _questions(arrays: Mapping[str, NDArray[Any]]) -> Questions | None:
    return Questions(arrays["order"], arrays["spans"]) if "spans" in arrays else None


@dataclass(frozen=True, slots=True)
class Probabilities:
    """p, raw: (n, columns) calibrated and not. typical: (n,) conformal p-value of each picture."""

    p: Matrix
    raw: Matrix
    typical: Scores


def chunk_rows(columns: int) -> int:
    """How many pictures at a time keep a table of probabilities under 40 MB."""
    return int(np.clip(10_000_000 // max(columns, 1), 64, CHUNK))


def probabilities(model: FacetModel, features: Features) -> Probabilities:
    """Calibrated probabilities of every column. Memory: the result and one chunk."""
    n = len(features[model.projection.views[0]])
    p = np.empty((n, len(model.columns.nodes)), np.float32)
    raw = np.empty_like(p)
    typical = np.empty(n)
    for start in range(0, n, CHUNK):
        part = slice(start, min(start + CHUNK, n))
        rows = model.projection.apply({view: each[part] for view, each in features.items()})
        logits = model.head.logits(rows)
        raw[part] = probabilities_of(model.kind, logits)
        p[part] = probabilities_of(model.kind, model.calibration.apply(logits))
        typical[part] = model.outliers.p_values(rows)
    return Probabilities(p, raw, typical)
