"""The look-ups behind a taxonomy, and the checks that make it a forest of well-named trees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from tagwright.core.concept import Concept, Facet
from tagwright.core.words import word_key
from tagwright.errors import InvalidTaxonomy
from tagwright.types import ConceptId, FacetId

Place: TypeAlias = tuple[FacetId, ConceptId | None]
"""Where siblings stand: a facet and the parent they share (None: the roots)."""

LABEL, OTHER, MERGED, RETIRED = range(4)


class Answer(NamedTuple):
    """One concept that answers to a word; the lowest rank is the best claim to it."""

    concept: ConceptId
    facet: FacetId
    rank: int


class Index:
    """Everything a taxonomy looks up, computed once. Raises InvalidTaxonomy for a broken tree."""

    __slots__ = ("by_id", "leaves", "named", "ordered", "retired", "siblings", "span", "steps")

    def __init__(self, facets: Sequence[Facet], concepts: Sequence[Concept], language: str) -> None:
        _check_facets(facets)
        self.by_id = _by_id(concepts)
        self.siblings = _siblings(facets, concepts, self.by_id)
        self.span: dict[ConceptId, tuple[int, int]] = {}
        """Where a concept and all below it stand in `ordered`: [start, end)."""
        self.ordered = self._tree_order(facets)
        _check_cycles(self.by_id, self.span)
        _check_replacements(self.by_id)
        _check_labels(self.siblings, self.by_id, language)
        self.retired = self._retired()
        self.leaves = self._leaves()
        self.named: dict[str, list[Answer]] = {}
        self.steps: dict[tuple[FacetId, ConceptId | None, str], list[Answer]] = {}
        for concept in self.ordered:
            self._name(concept)

    def _tree_order(self, facets: Sequence[Facet]) -> tuple[Concept, ...]:
        ordered: list[Concept] = []
        for facet in facets:
            stack = [(c, False) for c in reversed(self.siblings.get((facet.id, None), ()))]
            while stack:
                concept, seen = stack.pop()
                if seen:
                    self.span[concept] = (self.span[concept][0], len(ordered))
                    continue
                self.span[concept] = (len(ordered), len(ordered))
                ordered.append(self.by_id[concept])
                stack.append((concept, True))
                below = self.siblings.get((facet.id, concept), ())
                stack.extend((child, False) for child in reversed(below))
        return tuple(ordered)

    def _retired(self) -> frozenset[ConceptId]:
        retired: set[ConceptId] = set()
        for concept in self.ordered:
            if concept.deprecated or concept.parent in retired:
                retired.add(concept.id)
        return frozenset(retired)

    def _leaves(self) -> tuple[ConceptId, ...]:
        live = [concept for concept in self.ordered if concept.id not in self.retired]
        inner = {concept.parent for concept in live}
        return tuple(concept.id for concept in live if concept.id not in inner)

    def _name(self, concept: Concept) -> None:
        claims = [(LABEL, word) for word in concept.pref_words()]
        claims += [(OTHER, word) for word in concept.other_words()]
        for claim, word in claims:
            rank = claim
            if concept.id in self.retired:
                rank = MERGED if concept.replaced_by else RETIRED
            answer, key = Answer(concept.id, concept.facet, rank), word_key(word)
            self.named.setdefault(key, []).append(answer)
            self.steps.setdefault((concept.facet, concept.parent, key), []).append(answer)


def _check_facets(facets: Iterable[Facet]) -> None:
    ids: set[FacetId] = set()
    for facet in facets:
        if facet.id in ids:
            raise InvalidTaxonomy(
                f"the facet id {facet.id!r} is used twice ({facet.label!r}): give each its own"
            )
        ids.add(facet.id)


def _by_id(concepts: Iterable[Concept]) -> dict[ConceptId, Concept]:
    by_id: dict[ConceptId, Concept] = {}
    for concept in concepts:
        if other := by_id.get(concept.id):
            raise InvalidTaxonomy(
                f"the concept id {concept.id!r} is used twice, for {other.label!r} and "
                f"{concept.label!r}: give each its own"
            )
        by_id[concept.id] = concept
    return by_id


def _siblings(
    facets: Iterable[Facet], concepts: Iterable[Concept], by_id: dict[ConceptId, Concept]
) -> dict[Place, list[ConceptId]]:
    known = {facet.id for facet in facets}
    siblings: dict[Place, list[ConceptId]] = {}
    for concept in concepts:
        name = f"concept {concept.label!r} ({concept.id})"
        if concept.facet not in known:
            raise InvalidTaxonomy(
                f"{name} is in the facet {concept.facet!r}, which the taxonomy does not have "
                f"(it has {sorted(known)}): add the facet or name one of these"
            )
        parent = None if concept.parent is None else by_id.get(concept.parent)
        if concept.parent is not None and parent is None:
            raise InvalidTaxonomy(
                f"{name} is an orphan: its parent {concept.parent!r} is not in the taxonomy; "
                f"add the parent, or make the concept a root"
            )
        if parent is not None and parent.facet != concept.facet:
            raise InvalidTaxonomy(
                f"{name} is in the facet {concept.facet!r} but its parent {parent.label!r} is in "
                f"{parent.facet!r}: a tree lies in one facet"
            )
        siblings.setdefault((concept.facet, concept.parent), []).append(concept.id)
    return siblings


def _check_cycles(
    by_id: dict[ConceptId, Concept], reached: dict[ConceptId, tuple[int, int]]
) -> None:
    start = next((concept for concept in by_id.values() if concept.id not in reached), None)
    if start is None:
        return
    walk: list[ConceptId] = []
    at = start
    while at.id not in walk:
        walk.append(at.id)
        at = by_id[at.parent] if at.parent is not None else at
    cycle = [*walk[walk.index(at.id) :], at.id]
    shown = " > ".join(f"{by_id[c].label} ({c})" for c in reversed(cycle))
    raise InvalidTaxonomy(
        f"concept {at.label!r} ({at.id}) is its own ancestor: {shown}; "
        f"give one of them another parent"
    )


def _check_replacements(by_id: dict[ConceptId, Concept]) -> None:
    for concept in by_id.values():
        seen = {concept.id}
        at = concept
        while at.replaced_by is not None:
            successor = by_id.get(at.replaced_by)
            wrong = (
                "is not in the taxonomy"
                if successor is None
                else "is in another facet"
                if successor.facet != at.facet
                else "leads back to it"
                if successor.id in seen
                else None
            )
            if wrong or successor is None:
                raise InvalidTaxonomy(
                    f"concept {at.label!r} ({at.id}) is replaced by {at.replaced_by!r}, which "
                    f"{wrong}: name a live concept of the facet {at.facet!r}"
                )
            seen.add(successor.id)
            at = successor


def _check_labels(
    siblings: dict[Place, list[ConceptId]], by_id: dict[ConceptId, Concept], language: str
) -> None:
    for (facet, parent), ids in siblings.items():
        seen: dict[tuple[str, str], Concept] = {}
        for concept in (by_id[c] for c in ids if not by_id[c].deprecated):
            for tag, text in ((language, concept.label), *concept.labels):
                other = seen.setdefault((tag, word_key(text)), concept)
                if other is not concept:
                    place = (
                        f"below {by_id[parent].label!r}" if parent else f"at the top of {facet!r}"
                    )
                    raise InvalidTaxonomy(
                        f"two concepts {place} have the label {text!r} in {tag!r}: {other.id!r} "
                        f"and {concept.id!r}; rename one or merge them"
                    )
