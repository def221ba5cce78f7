"""How each concept of a taxonomy fares, and which pictures to label next."""

from __future__ import annotations

from collections import Counter, defaultdict

from tagwright.core.columns import MIN_TRAIN
from tagwright.core.facet_model import FacetModel
from tagwright.core.health import Unsure, concept_figures, needs, never_learned, next_to_label
from tagwright.core.splits import split_of
from tagwright.core.taxonomy import Taxonomy
from tagwright.flows.exams import Sitting, candidate, sit
from tagwright.flows.labels import FacetLabels, facet_labels
from tagwright.flows.workspace import Workspace
from tagwright.store.standing import Standing
from tagwright.types import AssetId, ConceptId, Json

LOOKED_AT = 400
"""Suggestions of a concept and its rival that the next to label are chosen from."""


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
    counts = standing.counts(taxonomy)
    facets = []
    for labels in facet_labels(ws, found, ws.backbone_version):
        sitting, head = sittings.get(labels.facet.id), heads.get(labels.facet.id)
        figures = _figures(sitting)
        splits = _labelled(found, labels)
        concepts = [
            _concept(found, concept, splits[concept], head)
            | {"tags": counts.get(concept, {}), **figures.get(concept, _UNKNOWN)}
            for concept in _in_use(found, labels.facet.id)
        ]
        for each in concepts:
            each["next"] = _next(standing, taxonomy, each)
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


def _concept(
    taxonomy: Taxonomy, concept: ConceptId, labelled: Counter[str], head: FacetModel | None
) -> Json:
    learned = head is not None and concept in {head.tree.nodes[n] for n in head.columns.nodes}
    refused = head is not None and any(r.concept == concept for r in head.refusals)
    met = head is not None and (learned or refused)
    return {
        "concept": concept,
        "path": list(taxonomy.path(concept)),
        "learned": learned,
        "labelled": {name: labelled[name] for name in ("train", "validation", "test")},
        "needed": needs(head, concept)
        if head is not None and met
        else never_learned(labelled, MIN_TRAIN),
    }


def _next(standing: Standing, taxonomy: str, concept: Json) -> list[AssetId]:
    """Unlabelled pictures between this concept and the one it is confused with."""
    name, partner = ConceptId(concept["concept"]), concept["confused_with"]
    rival = None if partner is None else ConceptId(partner["concept"])
    wanted = [name] if rival is None else [name, rival]
    rows = standing.unsure(taxonomy, wanted, LOOKED_AT)
    p: dict[AssetId, dict[ConceptId, float]] = defaultdict(dict)
    groups: dict[AssetId, str] = {}
    for asset, group, each, likely in rows:
        p[asset][each], groups[asset] = likely, group
    return next_to_label(
        [
            Unsure(
                asset, groups[asset], told[name], told.get(rival, 1 - told[name]) if rival else 0.5
            )
            for asset, told in p.items()
            if name in told
        ]
    )
