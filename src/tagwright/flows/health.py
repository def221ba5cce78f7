"""How each concept of a taxonomy fares, and which pictures to label next."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from tagwright.core.columns import MIN_TRAIN
from tagwright.core.facet_model import FacetModel
from tagwright.core.health import Unsure, concept_figures, needs, never_learned, next_to_label
from tagwright.core.splits import split_of
from tagwright.core.taxonomy import Taxonomy
from tagwright.flows.exams import Sitting, candidate, sit
from tagwright.flows.labels import FacetLabels, facet_labels
from tagwright.flows.workspace import Workspace
from tagwright.store.standing import Standing, Suggestion
from tagwright.types import AssetId, ConceptId, Json

LOOKED_AT: Final = 200
"""Suggestions of a concept that the next to label are chosen from."""


def read_health(ws: Workspace, taxonomy: str) -> Json:
    """Every concept in use: labels, what is missing, figures with n and interval, tags by status,
    the concept it is confused with, and the next twelve pictures to label. Raises NotFound.
    """
    found, champion = ws.taxonomies.get(taxonomy), ws.models.champion(taxonomy)
    heads: dict[str, FacetModel] = {}
    sittings: dict[str, Sitting] = {}
    if champion is not None:
        sat = candidate(ws, champion)
        heads = sat.heads
        sittings = {each.labels.facet.id: each for each in sit(ws, found, [sat])}
    standing = Standing(ws.db, ws.id)
    counts, suggested = standing.counts(taxonomy), standing.unsure(taxonomy, LOOKED_AT)
    facets = []
    for labels in facet_labels(ws, found, ws.backbone_version):
        sitting, head = sittings.get(labels.facet.id), heads.get(labels.facet.id)
        figures = _figures(sitting)
        splits, learned = _labelled(found, labels), _learned(head)
        concepts = [
            _concept(found, concept, splits[concept], (head, learned))
            | {"tags": counts.get(concept, {}), **figures.get(concept, _UNKNOWN)}
            for concept in _in_use(found, labels.facet.id)
        ]
        for each in concepts:
            each["next"] = _next(suggested, each)
        facets.append(
            {
                "id": labels.facet.id,
                "label": labels.facet.label,
                "kind": labels.facet.kind,
                "test_pictures": len(sitting.labels.claimed) if sitting else 0,
                "concepts": concepts,
            }
        )
    return {
        "taxonomy": taxonomy,
        "model": None if champion is None else champion.version,
        "facets": facets,
    }


_NOTHING: Json = {"value": None, "low": 0.0, "high": 1.0, "n": 0}
_UNKNOWN: Json = {
    "precision": _NOTHING,
    "recall": _NOTHING,
    "coverage": _NOTHING,
    "calibration_error": {"value": None, "n": 0},
    "confused_with": None,
}


def _figures(sitting: Sitting | None) -> dict[ConceptId, Json]:
    answers = None if sitting is None else sitting.answers[0]
    if sitting is None or answers is None:
        return {}
    return concept_figures(sitting.data, answers)


def _in_use(taxonomy: Taxonomy, facet: str) -> list[ConceptId]:
    return [c.id for c in taxonomy.concepts if c.facet == facet and taxonomy.is_live(c.id)]


def _labelled(taxonomy: Taxonomy, labels: FacetLabels) -> dict[ConceptId, Counter[str]]:
    """Labelled pictures of each concept by split; those of a concept below it count too."""
    found: dict[ConceptId, Counter[str]] = defaultdict(Counter)
    for claimed in labels.claimed:
        split = split_of(claimed.group)
        above = {a for concept in claimed.yes for a in taxonomy.ancestors(concept)}
        for concept in claimed.yes | above:
            found[concept][split] += 1
    return found


def _learned(head: FacetModel | None) -> frozenset[ConceptId]:
    return (
        frozenset() if head is None else frozenset(head.tree.nodes[n] for n in head.columns.nodes)
    )


def _concept(
    taxonomy: Taxonomy,
    concept: ConceptId,
    labelled: Counter[str],
    model: tuple[FacetModel | None, frozenset[ConceptId]],
) -> Json:
    """model: that of the facet, and the concepts it learned."""
    head, learned = model
    refused = head is not None and any(r.concept == concept for r in head.refusals)
    return {
        "concept": concept,
        "path": list(taxonomy.path(concept)),
        "learned": concept in learned,
        "labelled": {name: labelled[name] for name in ("train", "validation", "test")},
        "needed": needs(head, concept)
        if head is not None and (concept in learned or refused)
        else never_learned(labelled, MIN_TRAIN),
    }


def _next(suggested: Mapping[ConceptId, Sequence[Suggestion]], concept: Json) -> list[AssetId]:
    """Unlabelled pictures between this concept and the one it is confused with."""
    partner = concept["confused_with"]
    rivals: dict[AssetId, float] = {}
    if partner is not None:
        rivals = {each.asset: each.p for each in suggested.get(partner["concept"], ())}
    return next_to_label(
        [
            Unsure(
                each.asset,
                each.group,
                each.p,
                rivals.get(each.asset, 1 - each.p) if partner is not None else 0.5,
            )
            for each in suggested.get(concept["concept"], ())
        ]
    )
