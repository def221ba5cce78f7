"""Between a taxonomy and the RDF statements that say the same.

What SKOS has no word for is said in our own namespace, so that nothing is lost on the way:
`tw:facet`, `tw:kind`, `tw:id`, `tw:position` (siblings have no order in SKOS), `tw:heading` and
`tw:language`. Relations beside the tree (`skos:related`, mappings, collections) are not kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast
from urllib.parse import quote, unquote

from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from tagwright.core.concept import Note, NoteKind, Word
from tagwright.core.taxonomy import Concept, Facet, Taxonomy, sole_facet
from tagwright.core.words import language_tag, slug, tidy, word_key
from tagwright.errors import InvalidInput, InvalidTaxonomy
from tagwright.types import ConceptId, FacetId, FacetKind

TW = Namespace("https://tagwright.org/ns/taxonomy#")
SCHEMES = "https://tagwright.org/taxonomy/"
NOTES: Mapping[NoteKind, URIRef] = {
    "definition": SKOS.definition,
    "example": SKOS.example,
    "scope": SKOS.scopeNote,
}
PREFIXES = {"dcterms": DCTERMS, "owl": OWL, "rdf": RDF, "rdfs": RDFS, "skos": SKOS, "tw": TW}
DEFAULT_LANGUAGE = "en"

Rank: TypeAlias = tuple[int, tuple[str | int, ...], str, str]


def graph_of(taxonomy: Taxonomy) -> Graph:
    """The statements of a taxonomy. Raises InvalidInput when two concepts share an IRI."""
    graph = Graph()
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    scheme = URIRef(SCHEMES + quote(slug(taxonomy.name), safe=""))
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, RDF.type, TW.Taxonomy))
    graph.add((scheme, SKOS.prefLabel, Literal(taxonomy.name, lang=taxonomy.language)))
    graph.add((scheme, TW.language, Literal(taxonomy.language)))
    for position, facet in enumerate(taxonomy.facets):
        node = _facet_node(scheme, facet.id)
        graph.add((node, RDF.type, TW.Facet))
        graph.add((node, TW.id, Literal(facet.id)))
        graph.add((node, RDFS.label, Literal(facet.label)))
        graph.add((node, TW.kind, Literal(facet.kind)))
        graph.add((node, TW.position, Literal(position)))
    nodes = _concept_nodes(taxonomy)
    for position, concept in enumerate(taxonomy.concepts):
        graph.add((nodes[concept.id], TW.position, Literal(position)))
        graph.add((nodes[concept.id], TW.facet, _facet_node(scheme, concept.facet)))
        _add_place(graph, scheme, concept, nodes)
        _add_words(graph, nodes[concept.id], concept, taxonomy.language)
        _add_state(graph, concept, nodes)
    return graph


def _concept_nodes(taxonomy: Taxonomy) -> dict[ConceptId, URIRef]:
    nodes = {c.id: URIRef(c.iri or _minted(taxonomy.name, c.id)) for c in taxonomy.concepts}
    owners: dict[URIRef, ConceptId] = {}
    for concept_id, node in nodes.items():
        other = owners.setdefault(node, concept_id)
        if other != concept_id:
            raise InvalidInput(
                f"concepts {other!r} and {concept_id!r} share the IRI {str(node)!r}: "
                f"give one of them another"
            )
    return nodes


def _minted(name: str, concept_id: ConceptId) -> str:
    """The IRI of a concept that has none of its own."""
    return f"{SCHEMES}{quote(slug(name), safe='')}/{quote(concept_id, safe='/~')}"


def _facet_node(scheme: URIRef, facet_id: FacetId) -> URIRef:
    return URIRef(f"{scheme}#{quote(facet_id, safe='')}")


def _add_place(
    graph: Graph, scheme: URIRef, concept: Concept, nodes: Mapping[ConceptId, URIRef]
) -> None:
    node = nodes[concept.id]
    graph.add((node, RDF.type, SKOS.Concept))
    graph.add((node, SKOS.inScheme, scheme))
    graph.add((node, TW.id, Literal(concept.id)))
    if concept.parent is None:
        graph.add((node, SKOS.topConceptOf, scheme))
        graph.add((scheme, SKOS.hasTopConcept, node))
    else:
        graph.add((node, SKOS.broader, nodes[concept.parent]))
        graph.add((nodes[concept.parent], SKOS.narrower, node))


def _add_words(graph: Graph, node: URIRef, concept: Concept, own: str) -> None:
    for language, text in ((own, concept.label), *concept.labels):
        graph.add((node, SKOS.prefLabel, Literal(text, lang=language)))
    for language, text in concept.alt_labels:
        graph.add((node, SKOS.altLabel, Literal(text, lang=language)))
    for language, text in concept.hidden_labels:
        graph.add((node, SKOS.hiddenLabel, Literal(text, lang=language)))
    for kind, language, text in concept.notes:
        graph.add((node, NOTES[kind], Literal(text, lang=language)))
    if concept.notation:
        graph.add((node, SKOS.notation, Literal(concept.notation)))


def _add_state(graph: Graph, concept: Concept, nodes: Mapping[ConceptId, URIRef]) -> None:
    node = nodes[concept.id]
    if concept.heading:
        graph.add((node, TW.heading, Literal(True)))
    if concept.deprecated:
        graph.add((node, OWL.deprecated, Literal(True)))
    if concept.replaced_by is not None:
        graph.add((node, DCTERMS.isReplacedBy, nodes[concept.replaced_by]))


def taxonomy_of(graph: Graph, *, name: str | None, kind: FacetKind, first_parent: bool) -> Taxonomy:
    """The taxonomy that statements describe; see `skos.parse_skos`."""
    scheme = min(graph.subjects(RDF.type, SKOS.ConceptScheme), key=str, default=None)
    nodes = _nodes(graph)
    if not nodes and (None, RDF.type, TW.Taxonomy) not in graph:
        raise InvalidTaxonomy(
            "the file holds no skos:Concept: export the thesaurus as SKOS, with its concepts"
        )
    own = _language(graph, nodes)
    title = _title(graph, scheme, own)
    name = name or title
    if name is None:
        raise InvalidTaxonomy("the file's concept scheme has no label: give the taxonomy a name")
    return _Reading(graph, name, own, first_parent).taxonomy(sole_facet(title or name, kind), nodes)


def _nodes(graph: Graph) -> list[URIRef]:
    """Everything that is a concept, or stands in a tree as only concepts do."""
    found = set(graph.subjects(RDF.type, SKOS.Concept))
    for relation in (SKOS.broader, SKOS.topConceptOf):
        found |= set(graph.subjects(relation, None))
    for relation in (SKOS.narrower, SKOS.hasTopConcept):
        found |= set(graph.objects(None, relation))
    for node in found:
        if not isinstance(node, URIRef):
            label = graph.value(node, SKOS.prefLabel, any=True)
            raise InvalidTaxonomy(
                f"the concept with the label {str(label)!r} has no IRI: give it one, so that it "
                f"can be named again"
            )
    return sorted(cast("set[URIRef]", found))


def _language(graph: Graph, nodes: Iterable[URIRef]) -> str:
    """What the file says, else what most labels are in."""
    said = min(map(str, graph.objects(None, TW.language)), default=None)
    if said is not None:
        return language_tag(said, "the taxonomy")
    tags = Counter(
        label.language.lower()
        for node in nodes
        for label in graph.objects(node, SKOS.prefLabel)
        if isinstance(label, Literal) and label.language
    )
    return min(tags, key=lambda tag: (-tags[tag], tag != DEFAULT_LANGUAGE, tag), default="en")


def _title(graph: Graph, scheme: Node | None, own: str) -> str | None:
    for said in (SKOS.prefLabel, DCTERMS.title, RDFS.label):
        texts = [text for text in graph.objects(scheme, said) if isinstance(text, Literal)]
        if scheme is not None and texts:
            best = min(texts, key=lambda text: (text.language or own) != own)
            return tidy(best) or None
    return None


@dataclass(frozen=True, slots=True)
class _Reading:
    """The statements of one file, and how to take them."""

    graph: Graph
    name: str
    own: str
    first_parent: bool

    def taxonomy(self, default: Facet, nodes: Sequence[URIRef]) -> Taxonomy:
        ids = self._ids(nodes)
        ordered = sorted(nodes, key=self._rank)
        parents = {node: self._parent(node, ids) for node in ordered}
        facets = self._facets()
        places = self._places(parents, facets, default.id)
        concepts = tuple(self._concept(node, parents[node], places[node], ids) for node in ordered)
        known = {facet.id for facet in facets.values()}
        further = [default] if set(places.values()) - known else []
        return Taxonomy(self.name, self.own, (*facets.values(), *further), concepts)

    def _ids(self, nodes: Sequence[URIRef]) -> dict[URIRef, ConceptId]:
        """Our own id, else the last part of the IRI where no other concept has the same."""
        given = {node: self._text(node, TW.id) or _last_part(node) for node in nodes}
        times = Counter(given.values())
        return {
            node: ConceptId(text if text and times[text] == 1 else str(node))
            for node, text in given.items()
        }

    def _rank(self, node: URIRef) -> Rank:
        position = self._text(node, TW.position) or ""
        notation = self._text(node, SKOS.notation) or ""
        numbers = tuple(
            int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", notation)
        )
        at = int(position) if position.isdecimal() else 1 << 62
        return at, numbers, word_key(self._label(node)), str(node)

    def _parent(self, node: URIRef, ids: Mapping[URIRef, ConceptId]) -> URIRef | None:
        above = {
            *self.graph.objects(node, SKOS.broader),
            *self.graph.subjects(SKOS.narrower, node),
        }
        if lost := sorted(str(each) for each in above if each not in ids):
            raise InvalidTaxonomy(
                f"concept {self._label(node)!r} ({node}) is an orphan: its parent "
                f"{lost[0]!r} is not in the file; add it, or remove the relation"
            )
        parents = sorted(cast("set[URIRef]", above), key=self._rank)
        if len(parents) > 1 and not self.first_parent:
            label = self._label(node)
            shown = " and ".join(f"{self._label(p)!r} ({p})" for p in parents[:3])
            raise InvalidTaxonomy(
                f"concept {label!r} ({node}) has {len(parents)} parents, {shown}: a tree has one; "
                f"remove the others, or keep only the first with --first-parent"
            )
        return parents[0] if parents else None

    def _facets(self) -> dict[Node, Facet]:
        nodes = list(self.graph.subjects(RDF.type, TW.Facet))
        facets: dict[Node, Facet] = {}
        for node in sorted(nodes, key=lambda node: (self._position(node), str(node))):
            named = FacetId(self._text(node, TW.id) or _last_part(node))
            kind = self._text(node, TW.kind) or ""
            label = self._text(node, RDFS.label) or named
            facets[node] = Facet(named, label, cast(FacetKind, kind))
        return facets

    def _position(self, node: Node) -> int:
        text = self._text(node, TW.position) or ""
        return int(text) if text.isdecimal() else 1 << 62

    def _places(
        self,
        parents: Mapping[URIRef, URIRef | None],
        facets: Mapping[Node, Facet],
        default: FacetId,
    ) -> dict[URIRef, FacetId]:
        """The facet of each concept: its own, else that of the nearest above with one."""
        places: dict[URIRef, FacetId] = {}
        for node in parents:
            chain: list[URIRef] = []
            at: URIRef | None = node
            while at is not None and at not in places and at not in chain:
                chain.append(at)
                at = parents[at]
            above = places.get(at, default) if at is not None else default
            for each in reversed(chain):
                said = self.graph.value(each, TW.facet, any=True)
                facet = facets.get(said) if said is not None else None
                places[each] = above = facet.id if facet else above
        return places

    def _concept(
        self,
        node: URIRef,
        parent: URIRef | None,
        facet: FacetId,
        ids: Mapping[URIRef, ConceptId],
    ) -> Concept:
        heirs = sorted(ids[n] for n in self._named(node, DCTERMS.isReplacedBy) if n in ids)
        minted = str(node) == _minted(self.name, ids[node])
        return Concept(
            id=ids[node],
            label=self._label(node),
            facet=facet,
            parent=None if parent is None else ids[parent],
            labels=tuple(word for word in self._labels(node) if word[0] != self.own),
            alt_labels=self._words(node, SKOS.altLabel),
            hidden_labels=self._words(node, SKOS.hiddenLabel),
            notes=self._notes(node),
            iri=None if minted else str(node),
            notation=self._text(node, SKOS.notation),
            heading=self._flag(node, TW.heading),
            deprecated=bool(heirs) or self._flag(node, OWL.deprecated),
            replaced_by=heirs[0] if heirs else None,
        )

    def _label(self, node: Node) -> str:
        """In the taxonomy's own language where it has one, else in the first by alphabet."""
        labels = self._labels(node)
        return dict(labels).get(self.own, labels[0][1])

    def _labels(self, node: Node) -> tuple[Word, ...]:
        """One label a language, sorted; what has no language counts as the taxonomy's own."""
        labels: dict[str, str] = {}
        for language, text in self._texts(node, SKOS.prefLabel):
            if not language:
                continue
            if language in labels:
                raise InvalidTaxonomy(
                    f"concept {str(node)!r} has two labels in {language!r}, {labels[language]!r} "
                    f"and {text!r}: make one of them a skos:altLabel"
                )
            labels[language] = text
        for said in (SKOS.prefLabel, RDFS.label):
            for language, text in self._texts(node, said):
                if not language or not labels:
                    labels.setdefault(self.own, text)
        if not labels:
            raise InvalidTaxonomy(
                f"concept {str(node)!r} has no label: give it a skos:prefLabel, or remove what "
                f"refers to it"
            )
        return tuple(sorted(labels.items()))

    def _words(self, node: URIRef, said: URIRef) -> tuple[Word, ...]:
        return tuple((tag or self.own, text) for tag, text in self._texts(node, said))

    def _notes(self, node: URIRef) -> tuple[Note, ...]:
        return tuple(
            (kind, (literal.language or self.own).lower(), str(literal))
            for kind, said in NOTES.items()
            for literal in self.graph.objects(node, said)
            if isinstance(literal, Literal) and literal.strip()
        )

    def _texts(self, node: Node, said: URIRef) -> list[Word]:
        """(language or nothing, words), sorted; blank ones left out."""
        literals = [each for each in self.graph.objects(node, said) if isinstance(each, Literal)]
        texts = [((each.language or "").lower(), tidy(str(each))) for each in literals]
        return sorted(word for word in texts if word[1])

    def _text(self, node: Node, said: URIRef) -> str | None:
        return next((text for _, text in self._texts(node, said)), None)

    def _named(self, node: Node, said: URIRef) -> list[URIRef]:
        return sorted(each for each in self.graph.objects(node, said) if isinstance(each, URIRef))

    def _flag(self, node: URIRef, said: URIRef) -> bool:
        return self._text(node, said) in ("true", "1")


def _last_part(node: Node) -> str:
    """What follows the last # or / of an IRI, readable."""
    return tidy(unquote(re.split(r"[#/]", str(node).rstrip("#/"))[-1]))
