"""Whether the machine's promise is kept in use, and how far people agree with each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tagwright.core.agreement import Agreement, Judgement, agreement
from tagwright.core.intervals import wilson
from tagwright.core.ledger import Entry
from tagwright.core.taxonomy import Facet, Taxonomy
from tagwright.flows.workspace import Workspace
from tagwright.types import AssetId, ConceptId, FacetId, Interval

NOTHING = "none of these"


@dataclass(frozen=True, slots=True)
class Kept:
    """How many of the tags applied alone people found right, with 95 % Wilson intervals.

    sampled: on the random sample of the spot-check queue, which is the fair figure. all: whatever
    people looked at, which may be where they saw something wrong. by_concept: of the sample.
    """

    sampled: Interval
    all: Interval
    by_concept: dict[ConceptId, Interval]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two answers that people gave to the same pictures, and to which: at most twelve."""

    concept: str
    other: str
    count: int
    assets: tuple[AssetId, ...]


@dataclass(frozen=True, slots=True)
class FacetAgreement:
    """How far people agree in one facet, and on what they do not."""

    facet: FacetId
    figures: Agreement
    disagreements: tuple[Disagreement, ...]


def promise_kept(ws: Workspace, taxonomy: str) -> Kept:
    """What people's answers say of the tags that the machine applied alone."""
    found = ws.taxonomies.get(taxonomy)
    sampled_runs = {
        r.id for r in ws.runs.of_kind("decide") if r.params.get("queue") == "spot-check"
    }
    with ws.db.read() as connection:
        said = ws.ledger.people(connection, taxonomy)
        last = {(entry.asset, entry.facet): entry for _, entry in said}
        assets = sorted({asset for asset, _ in last})
        lines = ws.ledger.machine_lines(connection, taxonomy, assets)
    sampled: list[tuple[ConceptId, bool]] = []
    every: list[tuple[ConceptId, bool]] = []
    for at, entry in last.items():
        told = [t for tag in lines.get(at, ()) if (t := _was_right(found, tag, entry)) is not None]
        every += told
        sampled += told if entry.run in sampled_runs else []
    return Kept(_share(sampled), _share(every), _by_concept(sampled))


def _was_right(taxonomy: Taxonomy, tag: Entry, said: Entry) -> tuple[ConceptId, bool] | None:
    """Whether a tag applied alone was right by a person's word; None where that says nothing."""
    alone = tag.verdict in ("auto", "parent") and tag.at <= said.at
    if not alone or tag.concept is None or tag.concept not in taxonomy:
        return None
    concept = taxonomy.current(tag.concept)
    if said.concept is None:
        return concept, False
    other = _now(taxonomy, said.concept)
    above = taxonomy.ancestors(other) if other in taxonomy else ()
    if not said.positive:
        return (concept, False) if concept == other else None
    exclusive = taxonomy.facet(said.facet).kind == "one"
    right = concept in (*above, other)
    return (concept, right) if right or exclusive else None


def _share(told: Sequence[tuple[ConceptId, bool]]) -> Interval:
    return wilson(sum(right for _, right in told), len(told))


def _by_concept(told: Sequence[tuple[ConceptId, bool]]) -> dict[ConceptId, Interval]:
    concepts = sorted({concept for concept, _ in told})
    return {c: _share([each for each in told if each[0] == c]) for c in concepts}


def agreements(ws: Workspace, taxonomy: str, rng: np.random.Generator) -> list[FacetAgreement]:
    """A facet each, over the pictures that two or more people judged; each one's last word."""
    found = ws.taxonomies.get(taxonomy)
    with ws.db.read() as connection:
        said = [entry for _, entry in ws.ledger.people(connection, taxonomy)]
    return [_in_facet(found, facet, said, rng) for facet in found.facets]


def _in_facet(
    taxonomy: Taxonomy, facet: Facet, said: Iterable[Entry], rng: np.random.Generator
) -> FacetAgreement:
    own = [entry for entry in said if entry.facet == facet.id]
    judged = list(_judgements(taxonomy, facet, own))
    return FacetAgreement(facet.id, agreement(judged, rng), tuple(_disagreements(facet, judged)))


def _judgements(taxonomy: Taxonomy, facet: Facet, said: Iterable[Entry]) -> Iterator[Judgement]:
    """In a facet of kind `one` a picture is judged; in one of kind `any`, each concept of it."""
    for entry in said:
        concept = NOTHING if entry.concept is None else _now(taxonomy, entry.concept)
        if facet.kind == "one" and entry.positive:
            yield Judgement(entry.asset, entry.actor, concept)
        elif facet.kind == "any" and entry.concept is not None:
            answer = "yes" if entry.positive else "no"
            yield Judgement(f"{entry.asset} {concept}", entry.actor, answer)


def _now(taxonomy: Taxonomy, concept: ConceptId) -> ConceptId:
    return taxonomy.current(concept) if concept in taxonomy else concept


def _disagreements(facet: Facet, judged: Iterable[Judgement]) -> list[Disagreement]:
    """The pairs of answers met most often first."""
    units: dict[str, dict[str, str]] = {}
    for each in judged:
        units.setdefault(each.unit, {})[each.rater] = each.category
    pictures: dict[tuple[str, str], list[AssetId]] = {}
    for unit, answers in units.items():
        asset, _, concept = unit.partition(" ")
        for pair in _different(answers):
            named = pair if facet.kind == "one" else (concept, f"not {concept}")
            pictures.setdefault(named, []).append(AssetId(asset))
    counts = Counter({pair: len(assets) for pair, assets in pictures.items()})
    return [
        Disagreement(*pair, count, tuple(sorted(pictures[pair])[:12]))
        for pair, count in counts.most_common()
    ]


def _different(answers: Mapping[str, str]) -> list[tuple[str, str]]:
    given = sorted(set(answers.values()))
    return [(one, other) for i, one in enumerate(given) for other in given[i + 1 :]]
