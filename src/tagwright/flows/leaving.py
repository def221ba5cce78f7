"""Leaving labels out of a training: those that a search found learning is better without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from tagwright.core import alpha
from tagwright.core.facet_model import FacetData
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import InvalidInput
from tagwright.flows.labels import FacetLabels, facet_data
from tagwright.flows.workspace import Workspace
from tagwright.store.runs import Run
from tagwright.store.suspects import Said
from tagwright.types import VIEWS, ConceptId, FacetId, FacetKind, Json, Mask

SEED: Final = 0
LEFT_OUT: Final = "in doubt, and learning was found better without them"


def last_alpha(ws: Workspace, taxonomy: str) -> Run | None:
    """The newest search for labels to leave out of a taxonomy that came to its end."""
    return ws.runs.newest_done("alpha", ws.taxonomies.get(taxonomy).name)


def without_doubtful(
    ws: Workspace, taxonomy: Taxonomy, labels: Sequence[FacetLabels]
) -> list[FacetLabels]:
    """Labels to learn from, less the shares that the newest search found, by today's doubts.

    Only of the train split; a label that a person has looked at twice always stays. Raises
    InvalidInput where no search was made.
    """
    found = last_alpha(ws, taxonomy.name)
    if found is None:
        raise InvalidInput(
            f"nobody has searched yet which labels of taxonomy {taxonomy.name!r} to leave out: "
            f"run `tagwright alpha {taxonomy.name}` first"
        )
    shares = {facet["facet"]: facet["shares"] for facet in found.summary["facets"]}
    return [_sifted(ws, taxonomy, each, shares.get(each.facet.id) or {}) for each in labels]


def settled_of(ws: Workspace, taxonomy: str, labels: FacetLabels) -> Mask:
    """(n,) the labels of a facet of kind `one` on which a person had the last word."""
    said = ws.suspects.said(taxonomy, [each.asset for each in labels.claimed])
    facet = FacetId(labels.facet.id)
    return np.array(
        [
            is_settled("one", next(iter(each.yes)), said.get((each.asset, facet), ()))
            for each in labels.claimed
        ],
        np.bool_,
    )


def is_settled(kind: FacetKind, given: ConceptId, said: Sequence[Said]) -> bool:
    """Whether a person had the last word on a label that was there already.

    A person's first label is not settled: people err as imports do. Their second word is.
    """
    actors = [actor for actor, concept in said if kind == "one" or concept == given]
    return len(actors) > 1 and actors[-1] == "person"


def shares_of(data: FacetData, nodes: Sequence[int], shares: Json) -> list[float]:
    """Shares as kept, {"": of all} or {concept: of its own}, in the order of nodes."""
    if "" in shares:
        return [float(shares[""])]
    return [float(shares.get(data.tree.nodes[node], 0.0)) for node in nodes]


def _sifted(ws: Workspace, taxonomy: Taxonomy, labels: FacetLabels, shares: Json) -> FacetLabels:
    if not any(shares.values()):
        return labels
    data = facet_data(ws, taxonomy, labels, ws.backbone_version, VIEWS)
    doubts = alpha.doubts_of(data, settled_of(ws, taxonomy.name, labels), SEED)
    said = shares_of(data, doubts.nodes.tolist(), shares)
    out = set(doubts.rows[alpha.left_out(doubts.wrong, doubts.given, said)].tolist())
    kept = tuple(each for row, each in enumerate(labels.claimed) if row not in out)
    return replace(labels, claimed=kept, left_out={**labels.left_out, LEFT_OUT: len(out)})
