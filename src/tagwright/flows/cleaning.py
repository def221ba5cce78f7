"""Cleaning: labels that look wrong are proposed to a person. Never is one changed silently."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import numpy as np

from tagwright.core import cleaning
from tagwright.core.facet_model import FacetData
from tagwright.core.ledger import Entry
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import InvalidInput
from tagwright.flows.deciding import decide
from tagwright.flows.labels import FacetLabels, facet_data, facet_labels
from tagwright.flows.workspace import Workspace
from tagwright.store.suspects import Said, SuspectRow
from tagwright.types import ConceptId, FacetId, FacetKind, Json, View

log = logging.getLogger(__name__)

VIEWS: tuple[View, ...] = ("semantic", "detail")
SEED = 0


def find_suspects(
    ws: Workspace,
    taxonomy: str,
    *,
    progress: Callable[[str, float], None] = lambda doing, share: None,
) -> Json:
    """Look through every label of a taxonomy, and keep those that look wrong for a person.

    Safe to repeat: what was found before gives way at once to what is found now, and labels that
    a person has looked at a second time are settled. Facets with too few labels are told of.
    """
    found, backbone, now = ws.taxonomies.get(taxonomy), ws.backbone_version, ws.now()
    labels = facet_labels(ws, found, backbone)
    rows: list[SuspectRow] = []
    facets: list[Json] = []
    for index, facet in enumerate(labels):
        step = _part(progress, facet.facet.label, index, len(labels))
        step("loading features", 0.0)
        said: Json = {"facet": facet.facet.id, "labels": len(facet.claimed), "suspects": 0}
        try:
            some = _suspects(ws, found, facet, now, step) if facet.claimed else []
        except InvalidInput as error:
            some, said = [], {**said, "refused": str(error)}
        rows += some
        facets.append({**said, "suspects": len(some)})
    ws.suspects.replace(taxonomy, rows)
    progress("done", 1.0)
    log.info("labels_checked", extra={"taxonomy": taxonomy, "suspects": len(rows)})
    return {"taxonomy": taxonomy, "suspects": len(rows), "facets": facets}


def keep_label(ws: Workspace, taxonomy: str, facet: str, asset: str, actor: str) -> Entry:
    """A person says that a label in doubt is right: it is theirs now, and settled.

    Raises NotFound where it is not in doubt.
    """
    suspect = ws.suspects.get(taxonomy, facet, asset)
    return decide(ws, suspect.asset, taxonomy, suspect.given, positive=True, actor=actor)


def _suspects(
    ws: Workspace,
    taxonomy: Taxonomy,
    labels: FacetLabels,
    now: str,
    progress: Callable[[str, float], None],
) -> list[SuspectRow]:
    """One facet's suspects that no person has settled."""
    data: FacetData = facet_data(ws, taxonomy, labels, ws.backbone_version, VIEWS)
    found = cleaning.find_suspects(data, np.random.default_rng(SEED), progress=progress)
    rows = [
        SuspectRow(
            asset=labels.claimed[each.row].asset,
            facet=FacetId(labels.facet.id),
            given=_concept(data, each.given),
            proposed=None if each.proposed is None else _concept(data, each.proposed),
            score=each.score,
            found_at=now,
        )
        for each in found
    ]
    said = ws.suspects.said(taxonomy.name, [row.asset for row in rows])
    return [
        row
        for row in rows
        if not _is_settled(labels.facet.kind, row.given, said[row.asset, row.facet])
    ]


def _is_settled(kind: FacetKind, given: ConceptId, said: Sequence[Said]) -> bool:
    """Whether a person had the last word on a label that was there already.

    A person's first label is not settled: people err as imports do. Their second word is.
    """
    actors = [actor for actor, concept in said if kind == "one" or concept == given]
    return len(actors) > 1 and actors[-1] == "person"


def _concept(data: FacetData, node: int) -> ConceptId:
    return data.tree.nodes[node]


def _part(
    progress: Callable[[str, float], None], label: str, index: int, facets: int
) -> Callable[[str, float], None]:
    """Progress within one facet as progress of the whole."""
    return lambda what, share: progress(f"{label}: {what}", (index + share) / facets * 0.95)
