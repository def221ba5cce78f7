"""A client's tree of concepts, in facets. Frozen, and valid from the moment it exists."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count

import numpy as np

from tagwright.core.concept import Concept, Facet, Word
from tagwright.core.taxonomy_index import Answer, Index
from tagwright.core.words import language_tag, printable, slug, word_key
from tagwright.errors import InvalidInput, InvalidTaxonomy, NotFound
from tagwright.types import ConceptId, FacetId, FacetKind, Json, Mask

STORED_VERSION = 1

__all__ = ["Concept", "Facet", "Taxonomy", "Word", "path_id", "sole_facet"]


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Facets and their concepts, in tree order: each concept, then all that is below it.

    Siblings keep the order they were given in. Deprecated concepts, and all below one, are
    retired: `get`, `path` and the word look-ups still know them, but `children`, `roots`,
    `leaves` and `leaf_matrix` do not. Raises InvalidTaxonomy, naming the concept, for a cycle,
    a missing parent, a parent in another facet, an id used twice, or two siblings with one label.
    """

    name: str
    language: str = "en"
    facets: tuple[Facet, ...] = ()
    concepts: tuple[Concept, ...] = ()
    _index: Index = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", printable(self.name, "the name of a taxonomy"))
        owner = f"taxonomy {self.name!r}"
        object.__setattr__(self, "language", language_tag(self.language, owner))
        object.__setattr__(self, "facets", tuple(self.facets))
        object.__setattr__(self, "concepts", tuple(map(self._in_own_language, self.concepts)))
        index = Index(self.facets, self.concepts, self.language)
        object.__setattr__(self, "concepts", index.ordered)
        object.__setattr__(self, "_index", index)

    def _in_own_language(self, concept: Concept) -> Concept:
        """SKOS: one label a language, and what is a label is not an alternative label as well."""
        if any(language == self.language for language, _ in concept.labels):
            raise InvalidTaxonomy(
                f"concept {concept.label!r} ({concept.id}) has a second label in "
                f"{self.language!r}, the taxonomy's own language: make it an alternative label"
            )
        own = (self.language, concept.label)
        if own not in concept.alt_labels and own not in concept.hidden_labels:
            return concept
        return replace(
            concept,
            alt_labels=tuple(word for word in concept.alt_labels if word != own),
            hidden_labels=tuple(word for word in concept.hidden_labels if word != own),
        )

    @staticmethod
    def empty(name: str, language: str = "en") -> Taxonomy:
        return Taxonomy(name, language)

    def to_json(self) -> Json:
        """The stored form; `from_json` gives an equal taxonomy back."""
        return {
            "version": STORED_VERSION,
            "name": self.name,
            "language": self.language,
            "facets": [facet.to_json() for facet in self.facets],
            "concepts": [concept.to_json() for concept in self.concepts],
        }

    @staticmethod
    def from_json(stored: Json) -> Taxonomy:
        """Raises InvalidTaxonomy for another version, and for what a taxonomy cannot be."""
        if stored.get("version") != STORED_VERSION:
            raise InvalidTaxonomy(
                f"the stored taxonomy has version {stored.get('version')!r}; this Tagwright reads "
                f"version {STORED_VERSION}: export it again, or upgrade"
            )
        for key, kind in (("name", str), ("language", str), ("facets", list), ("concepts", list)):
            if not isinstance(stored.get(key), kind):
                raise InvalidTaxonomy(
                    f"the stored taxonomy has {key!r} {stored.get(key)!r}: give a {kind.__name__}"
                )
        for row in (*stored["facets"], *stored["concepts"]):
            if not isinstance(row, dict):
                raise InvalidTaxonomy(f"the stored taxonomy lists {row!r}: give an object")
        facets = tuple(Facet.from_json(facet) for facet in stored["facets"])
        concepts = tuple(Concept.from_json(concept) for concept in stored["concepts"])
        return Taxonomy(stored["name"], stored["language"], facets, concepts)

    # Reading

    def __contains__(self, concept_id: object) -> bool:
        return concept_id in self._index.by_id

    def get(self, concept_id: ConceptId) -> Concept:
        """Raises NotFound for an id the taxonomy does not have."""
        concept = self._index.by_id.get(concept_id)
        if concept is None:
            raise NotFound(
                f"taxonomy {self.name!r} has no concept {concept_id!r}{self._hint(concept_id)}"
            )
        return concept

    def facet(self, facet_id: FacetId) -> Facet:
        """Raises NotFound for an id the taxonomy does not have."""
        for facet in self.facets:
            if facet.id == facet_id:
                return facet
        known = ", ".join(repr(facet.id) for facet in self.facets) or "none yet"
        raise NotFound(f"taxonomy {self.name!r} has no facet {facet_id!r}; its facets: {known}")

    def label(self, concept_id: ConceptId, language: str | None = None) -> str:
        """The label in `language` where there is one, else in the taxonomy's own."""
        concept = self.get(concept_id)
        return (
            dict(concept.labels).get(language.lower(), concept.label) if language else concept.label
        )

    def path(self, concept_id: ConceptId) -> tuple[str, ...]:
        """Labels from the root down to the concept itself."""
        return tuple(self.get(c).label for c in (*self.ancestors(concept_id), concept_id))

    def ancestors(self, concept_id: ConceptId) -> tuple[ConceptId, ...]:
        """From the root down to the parent; empty for a root."""
        above: list[ConceptId] = []
        parent = self.get(concept_id).parent
        while parent is not None:
            above.append(parent)
            parent = self._index.by_id[parent].parent
        return tuple(reversed(above))

    def depth(self, concept_id: ConceptId) -> int:
        """0 for a root."""
        return len(self.ancestors(concept_id))

    def children(self, concept_id: ConceptId | None) -> tuple[ConceptId, ...]:
        """The live concepts one level below; of None, the roots of every facet."""
        if concept_id is None:
            return tuple(root for facet in self.facets for root in self.roots(facet.id))
        return self._live(self._index.siblings.get((self.get(concept_id).facet, concept_id), ()))

    def roots(self, facet_id: FacetId) -> tuple[ConceptId, ...]:
        return self._live(self._index.siblings.get((self.facet(facet_id).id, None), ()))

    def leaves(self, facet_id: FacetId) -> tuple[ConceptId, ...]:
        """Live concepts with no live concept below them, in tree order."""
        self.facet(facet_id)
        return tuple(c for c in self._index.leaves if self._index.by_id[c].facet == facet_id)

    def subtree(self, concept_id: ConceptId) -> tuple[ConceptId, ...]:
        """The concept and everything below it, retired ones too, in tree order."""
        self.get(concept_id)
        start, end = self._index.span[concept_id]
        return tuple(concept.id for concept in self.concepts[start:end])

    def is_live(self, concept_id: ConceptId) -> bool:
        """Neither the concept nor anything above it is deprecated."""
        return self.get(concept_id).id not in self._index.retired

    def current(self, concept_id: ConceptId) -> ConceptId:
        """The concept that stands for this one now: itself, or what replaced it."""
        concept = self.get(concept_id)
        while concept.replaced_by is not None:
            concept = self._index.by_id[concept.replaced_by]
        return concept.id

    def in_use(self, named: str) -> ConceptId:
        """The live concept that is meant. Raises NotFound, InvalidInput for a retired one."""
        concept = self.current(ConceptId(named))
        if not self.is_live(concept):
            raise InvalidInput(f"concept {named!r} is retired: name one that is in use")
        return concept

    def leaf_matrix(
        self, facet_id: FacetId
    ) -> tuple[tuple[ConceptId, ...], tuple[ConceptId, ...], Mask]:
        """(nodes, leaves, under): `under[i, j]` says leaf j is node i or below it.

        nodes: the live concepts of the facet in tree order. under: (nodes, leaves) bool.
        """
        leaves = self.leaves(facet_id)
        nodes = tuple(c.id for c in self.concepts if c.facet == facet_id and self.is_live(c.id))
        at = np.array([self._index.span[leaf][0] for leaf in leaves], dtype=np.int64)
        spans = np.array([self._index.span[node] for node in nodes], dtype=np.int64).reshape(-1, 2)
        under: Mask = np.zeros((len(nodes), len(leaves)), dtype=np.bool_)
        for row, (first, last) in enumerate(np.searchsorted(at, spans)):
            under[row, first:last] = True
        return nodes, leaves, under

    # Words

    def find(self, words: str, facet: FacetId | None = None) -> ConceptId | None:
        """The concept a word names in any language; None when there is none.

        Case, spacing and composition do not count. Labels go before alternative labels, live
        concepts before retired ones, and what was merged leads to its successor. Raises
        InvalidInput, listing the paths, when two concepts answer to the word.
        """
        if facet is not None:
            self.facet(facet)
        key = word_key(words)
        return self._single(
            words, [s for s in self._index.named.get(key, ()) if facet in (None, s.facet)]
        )

    def find_path(self, path: Sequence[str], facet: FacetId | None = None) -> ConceptId | None:
        """The concept at a path of words from a root, each matched as `find` does."""
        if facet is not None:
            self.facet(facet)
        ends = [
            end
            for each in self.facets
            if facet in (None, each.id) and (end := self._walk(path, each.id)) is not None
        ]
        return self._single(" > ".join(path), [Answer(end, self.get(end).facet, 0) for end in ends])

    def child_named(
        self, facet_id: FacetId, parent: ConceptId | None, words: str
    ) -> ConceptId | None:
        """The concept right below `parent` (None: among the roots) that a word names."""
        return self._single(words, self._index.steps.get((facet_id, parent, word_key(words)), ()))

    def _walk(self, path: Sequence[str], facet_id: FacetId) -> ConceptId | None:
        at: ConceptId | None = None
        for words in path:
            at = self.child_named(facet_id, at, words)
            if at is None:
                return None
        return at

    def _single(self, words: str, answers: Iterable[Answer]) -> ConceptId | None:
        found = tuple(answers)
        best = min((answer.rank for answer in found), default=0)
        ids = list(dict.fromkeys(self.current(a.concept) for a in found if a.rank == best))
        if len(ids) > 1:
            paths = ", ".join(f"{' > '.join(self.path(c))} ({c})" for c in ids[:5])
            raise InvalidInput(
                f"{words!r} names {len(ids)} concepts of taxonomy {self.name!r}: {paths}; "
                f"name one by its whole path or its id"
            )
        return ids[0] if ids else None

    def _live(self, ids: Iterable[ConceptId]) -> tuple[ConceptId, ...]:
        return tuple(c for c in ids if c not in self._index.retired)

    def _hint(self, text: str) -> str:
        same = self._index.named.get(word_key(text), ())
        return f"; did you mean {same[0].concept!r}?" if same else ""

    # Building

    def with_facet(self, facet: Facet) -> Taxonomy:
        """The same taxonomy when it has the facet; InvalidInput when it has another of that id."""
        for known in self.facets:
            if known.id == facet.id:
                if known == facet:
                    return self
                raise InvalidInput(
                    f"taxonomy {self.name!r} has the facet {facet.id!r} already, as "
                    f"{known.label!r} of kind {known.kind!r}, not {facet.label!r} of kind "
                    f"{facet.kind!r}: give the new one another id"
                )
        return replace(self, facets=(*self.facets, facet))

    def with_paths(
        self, facet_id: FacetId, kind: FacetKind, paths: Iterable[Sequence[str]]
    ) -> Taxonomy:
        """With the concepts that paths of labels need; the same object when none is missing.

        A step that an existing label or alternative label names is that concept. A new concept's
        id is its parent's and the slug of its label, whatever the order of the paths. The facet is
        made when it is missing; InvalidInput when it is there with another kind.
        """
        known = next((facet for facet in self.facets if facet.id == facet_id), None)
        if known is not None and known.kind != kind:
            raise InvalidInput(
                f"facet {facet_id!r} of taxonomy {self.name!r} is of kind {known.kind!r}, not "
                f"{kind!r}: add to it as {known.kind!r}, or name another facet"
            )
        base = self if known else self.with_facet(Facet(facet_id, facet_id, kind))
        added = _missing(base, facet_id, paths)
        return replace(base, concepts=(*base.concepts, *added)) if added else base

    def with_concepts(self, changed: Iterable[Concept]) -> Taxonomy:
        """With concepts replaced by those of the same id, in place, and new ones at the end."""
        by_id = {concept.id: concept for concept in changed}
        kept = [by_id.pop(concept.id, concept) for concept in self.concepts]
        return replace(self, concepts=(*kept, *by_id.values()))

    def new_id(self, facet_id: FacetId, parent: ConceptId | None, label: str) -> ConceptId:
        """The id `with_paths` would give a new concept; readable, stable, and not in use."""
        return _free_id(facet_id, parent, label, self._index.by_id)


def _missing(
    taxonomy: Taxonomy, facet_id: FacetId, paths: Iterable[Sequence[str]]
) -> list[Concept]:
    added: dict[ConceptId, Concept] = {}
    taken = {concept.id for concept in taxonomy.concepts}
    steps: dict[tuple[ConceptId | None, str], ConceptId] = {}
    for path in dict.fromkeys(tuple(path) for path in paths):
        if not path:
            raise InvalidTaxonomy(f"a path for facet {facet_id!r} has no words: give at least one")
        at: ConceptId | None = None
        for words in path:
            step = (at, word_key(words))
            known = steps.get(step) or taxonomy.child_named(facet_id, at, words)
            if known is None:
                label = printable(words, f"a step of the path {list(path)}")
                known = _free_id(facet_id, at, label, taken)
                taken.add(known)
                added[known] = Concept(known, label, facet_id, at)
            steps[step] = at = known
    return list(added.values())


def path_id(parent: ConceptId | None, label: str) -> ConceptId:
    """The id of a concept nobody gave one: its parent's, a slash, and the slug of its label."""
    return ConceptId(slug(label) if parent is None else f"{parent}/{slug(label)}")


def sole_facet(name: str, kind: FacetKind) -> Facet:
    """The facet of a taxonomy whose source knows of none: named after the taxonomy."""
    return Facet(FacetId(slug(name)), name, kind)


def _free_id(
    facet_id: FacetId, parent: ConceptId | None, label: str, taken: Container[ConceptId]
) -> ConceptId:
    plain = path_id(parent, label)
    first = (plain, f"{slug(facet_id)}:{plain}")
    further = (f"{plain}~{n}" for n in count(2))
    return next(c for c in map(ConceptId, chain(first, further)) if c not in taken)
