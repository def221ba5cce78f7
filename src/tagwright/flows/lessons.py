"""What a network is taught: the train split of labelled pictures, as one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tagwright.core.columns import Columns, training_targets
from tagwright.core.columns import plan as plan_columns
from tagwright.core.facet_model import FacetData, taken
from tagwright.core.holdback import held_back
from tagwright.core.questions import ask
from tagwright.core.solvers import class_means
from tagwright.core.splits import in_split, split_of
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import InvalidInput, TooFewLabels
from tagwright.flows.labels import facet_data, facet_labels
from tagwright.flows.training import concept_words
from tagwright.flows.workspace import Workspace
from tagwright.types import AssetId, Ids, Mask, Recipe, View

if TYPE_CHECKING:
    from tagwright.deep.plan import TaskKind


@dataclass(frozen=True, slots=True)
class Lesson:
    """n pictures. tasks: kind and columns of each facet's share of the last layer. targets:
    (n, width) int32; see `deep.plan`. held: (n,) kept from the network. refused: facets, and why.
    """

    assets: list[AssetId]
    groups: list[str]
    tasks: list[tuple[TaskKind, int]]
    targets: NDArray[np.int32]
    held: Mask
    refused: Mapping[str, str] = field(default_factory=dict)


def lesson_of(ws: Workspace, taxonomy: Taxonomy, head: Recipe) -> Lesson:
    """Every facet of a taxonomy that can be learned. Raises InvalidInput where none can."""
    parts: list[_Part] = []
    refused: dict[str, str] = {}
    views: tuple[View, ...] = ("semantic",) if head == "tree" else ()
    for labels in facet_labels(ws, taxonomy, ws.backbone_version):
        train = tuple(c for c in labels.claimed if split_of(c.group) == "train")
        own = replace(labels, claimed=train)
        try:
            data = facet_data(ws, taxonomy, own, ws.backbone_version, views)
            parts.append(_part(data, head))
        except TooFewLabels as error:
            refused[labels.facet.label] = error.told(concept_words(taxonomy))
    if not parts:
        told = "; ".join(refused.values()) or "it has no concepts"
        raise InvalidInput(f"no network can learn taxonomy {taxonomy.name!r} yet: {told}")
    return replace(_table(parts), refused=refused)


def lesson_from(data: FacetData, head: Recipe) -> Lesson:
    """The train split of one facet's data, under whatever groups it has.

    Raises TooFewLabels where that teaches nothing.
    """
    train = np.flatnonzero(in_split(data.groups, "train"))
    return _table([_part(taken(data, train), head)])


@dataclass(frozen=True, slots=True)
class _Part:
    """One facet's share, n pictures. columns: of the last layer. targets: (n, width) as `kind` has
    them, -1 for what nothing can learn. shows: (n, k) whether a picture shows a concept.
    """

    assets: Sequence[AssetId]
    groups: Sequence[str]
    kind: TaskKind
    columns: int
    targets: NDArray[np.int32]
    shows: Mask


def _part(data: FacetData, head: Recipe) -> _Part:
    """What a facet's pictures, all of them in the train split, teach."""
    every = np.arange(len(data.groups))
    columns = plan_columns(data.kind, data.tree, data.columns, data.targets, every)
    rows, mapped = training_targets(data.kind, columns, data.targets, every)
    concepts = len(columns.nodes)
    answers = mapped if data.kind == "any" else mapped[:, None] == np.arange(concepts)
    kind: TaskKind = data.kind if data.kind == "any" or head == "multiclass" else head
    if kind == "one":
        taught = mapped[:, None]
    else:
        taught = _asked(data, columns, rows, mapped) if kind == "tree" else answers
    return _Part(
        assets=data.assets,
        groups=data.groups,
        kind=kind,
        columns=concepts if kind == "one" else taught.shape[1],
        targets=_among(len(every), rows, taught.astype(np.int32), -1),
        shows=_among(len(every), rows, answers == 1, 0),
    )


def _asked(data: FacetData, columns: Columns, rows: Ids, targets: NDArray[Any]) -> NDArray[np.int8]:
    """(n, k - 1) answers to a tree of questions, that the backbone's features give its shape."""
    table = data.features["semantic"][rows].astype(np.float32)
    means = class_means(table, targets, np.ones(len(rows)), len(columns.nodes))
    return ask(columns.lineages(data.tree), means).answers(targets)


def _among(n: int, rows: Ids, values: NDArray[Any], rest: int) -> NDArray[Any]:
    """(n, width) with `values` in some rows, and `rest` in all others."""
    found = np.full((n, values.shape[1]), rest, values.dtype)
    found[rows] = values
    return found


def _table(parts: list[_Part]) -> Lesson:
    """Facets side by side, a picture a row."""
    groups = {a: g for part in parts for a, g in zip(part.assets, part.groups, strict=True)}
    assets = sorted(groups)
    at = {asset: row for row, asset in enumerate(assets)}
    targets, shows = [], []
    for part in parts:
        rows = np.array([at[asset] for asset in part.assets])
        targets.append(_among(len(assets), rows, part.targets, -1))
        shows.append(_among(len(assets), rows, part.shows, 0))
    names = [groups[asset] for asset in assets]
    return Lesson(
        assets=assets,
        groups=names,
        tasks=[(part.kind, part.columns) for part in parts],
        targets=np.hstack(targets),
        held=held_back(names, np.hstack(shows)),
    )
