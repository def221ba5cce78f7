"""Models sit exams: the labelled test pictures none of them was taught, with today's labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tagwright.core.exam import Answers, answers_of
from tagwright.core.facet_model import FacetData, FacetModel
from tagwright.core.splits import split_of
from tagwright.core.taxonomy import Taxonomy
from tagwright.flows.labels import FacetLabels, facet_data, facet_labels
from tagwright.flows.tagging import concepts_of_nodes
from tagwright.flows.training import load_model, model_backbone
from tagwright.flows.workspace import Workspace
from tagwright.store.models import ModelRow
from tagwright.types import AssetId, FacetId, Ids


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that sits an exam. taught: (facet, asset) it learned from or was promised on."""

    row: ModelRow
    heads: dict[str, FacetModel]
    backbone: str
    taught: frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Sitting:
    """One facet's exam. answers: each candidate's, in order; None from one without this facet.

    data: today's concepts, truth and groups of the pictures in `labels`.
    """

    labels: FacetLabels
    data: FacetData
    answers: tuple[Answers | None, ...]


def candidate(ws: Workspace, row: ModelRow) -> Candidate:
    """A model read from disk, ready to sit. Raises Conflict where its files were changed."""
    lines = ws.models.snapshot(row)
    taught = frozenset((line["facet"], line["asset"]) for line in lines if line["split"] != "test")
    return Candidate(row, load_model(ws, row), model_backbone(ws, row), taught)


def sit(ws: Workspace, taxonomy: Taxonomy, candidates: Sequence[Candidate]) -> list[Sitting]:
    """Every facet's exam, for each facet that one of the candidates answers.

    The test split is by a hash of the look-alike group, so a picture stays in it; but a group that
    people gave later may have moved it there from another: what any candidate was taught is out.
    """
    found = []
    for labels in facet_labels(ws, taxonomy, candidates[0].backbone):
        if not any(labels.facet.id in each.heads for each in candidates):
            continue
        some = _test_pictures(ws, labels, candidates)
        sat = [_answers(ws, taxonomy, some, each) for each in candidates]
        data = next(data for data, _ in sat if data is not None)
        found.append(Sitting(some, data, tuple(answers for _, answers in sat)))
    return found


def _test_pictures(
    ws: Workspace, labels: FacetLabels, candidates: Sequence[Candidate]
) -> FacetLabels:
    facet = labels.facet.id
    kept = [
        each
        for each in labels.claimed
        if split_of(each.group) == "test"
        and not any((facet, each.asset) in one.taught for one in candidates)
    ]
    for backbone in {each.backbone for each in candidates}:
        with ws.db.read() as connection:
            seen = ws.features.known(connection, backbone, [each.asset for each in kept])
        kept = [each for each in kept if each.asset in seen]
    return replace(labels, claimed=tuple(kept))


def _answers(
    ws: Workspace, taxonomy: Taxonomy, labels: FacetLabels, by: Candidate
) -> tuple[FacetData | None, Answers | None]:
    model = by.heads.get(labels.facet.id)
    if model is None:
        return None, None
    views = model.projection.views if labels.claimed else ()  # no pictures, no features to read
    data = facet_data(ws, taxonomy, labels, by.backbone, views)
    return data, answers_of(model, data, todays_nodes(taxonomy, labels.facet.id, model, data))


def todays_nodes(taxonomy: Taxonomy, facet: FacetId, model: FacetModel, data: FacetData) -> Ids:
    """(nodes of the model,) where each stands in today's tree; -1 where it was retired since."""
    at = {concept: index for index, concept in enumerate(data.tree.nodes)}
    names = concepts_of_nodes(taxonomy, facet, model)
    return np.array([-1 if name is None else at[name] for name in names], dtype=np.int64)


def assets_of(sitting: Sitting) -> list[AssetId]:
    return [each.asset for each in sitting.labels.claimed]
