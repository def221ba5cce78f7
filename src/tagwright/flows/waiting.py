"""How much waits in each queue of a taxonomy, and what was answered since it was learned."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tagwright.core.taxonomy import Taxonomy
from tagwright.flows.reviewing import Kind, left_open
from tagwright.flows.workspace import Workspace
from tagwright.store.reviews import Scope
from tagwright.types import ConceptId, FacetId


@dataclass(frozen=True, slots=True)
class ConceptWaiting:
    """How many pictures one concept has in each queue that goes by concept."""

    facet: FacetId
    concept: ConceptId
    suggested: int
    automatic: int
    suspect: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """queues: pictures in each. skipped: by this person, who is not asked of them again.

    answers: labels of people and imports that the newest model has not read; model: None while
    there is none.
    """

    queues: dict[Kind, int]
    concepts: tuple[ConceptWaiting, ...]
    skipped: int
    answers: int
    model: int | None


def waiting(ws: Workspace, taxonomy: str, person: str) -> Waiting:
    """What a person could look at now; pictures that others hold are left out.

    Raises NotFound for an unknown taxonomy.
    """
    found = ws.taxonomies.get(taxonomy)
    scope = Scope(found.name, person, ws.now(), held=True)
    champion = ws.models.champion(taxonomy)
    policy = ws.policies.get(taxonomy)
    edits = left_open(ws, taxonomy)
    with ws.db.read() as connection:
        counts = ws.reviews.counts(connection, scope)
        version = -1 if champion is None else champion.version
        queues: dict[Kind, int] = {
            "uncertain": sum(counts["uncertain"].values())
            + ws.reviews.count_sent(connection, scope),
            "suspects": sum(counts["suspects"].values()),
            "strange": ws.reviews.count_strange(connection, scope, version),
            "spot-check": sum(counts["spot-check"].values()),
            "edited": ws.reviews.count_left_open(connection, scope, edits),
        }
        skipped = ws.holds.count_skipped(connection, taxonomy, person)
        answers = ws.policies.learned_in(connection, policy).answers
    concepts = _by_concept(found, counts)
    return Waiting(
        queues, concepts, skipped, answers, None if champion is None else champion.version
    )


def _by_concept(
    taxonomy: Taxonomy, counts: dict[str, dict[tuple[FacetId, ConceptId], int]]
) -> tuple[ConceptWaiting, ...]:
    """In tree order; a concept that was replaced counts as the one in its place."""
    current: dict[str, Counter[ConceptId]] = {}
    for kind, by_name in counts.items():
        told = current.setdefault(kind, Counter())
        for (_, concept), count in by_name.items():
            if concept in taxonomy:
                told[taxonomy.current(concept)] += count
    made = [
        ConceptWaiting(
            each.facet,
            each.id,
            current["uncertain"][each.id],
            current["spot-check"][each.id],
            current["suspects"][each.id],
        )
        for each in taxonomy.concepts
    ]
    return tuple(each for each in made if each.suggested or each.automatic or each.suspect)
