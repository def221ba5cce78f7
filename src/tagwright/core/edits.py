"""Changes to a taxonomy as values: they can be listed, previewed, applied and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

from tagwright.core import taxonomy_edit
from tagwright.core.taxonomy import Facet, Taxonomy
from tagwright.core.words import slug
from tagwright.types import ConceptId, FacetId, FacetKind, Json

LEFT_OPEN = "left_open"
"""Where the run of an edit keeps what it left for people: {"concepts": [...], "facets": [...]}."""


@dataclass(frozen=True, slots=True)
class Add:
    """id: made of the path unless given, so that later edits of the same list can name it."""

    facet: FacetId
    label: str
    parent: ConceptId | None = None
    id: ConceptId | None = None
    op: Literal["add"] = "add"


@dataclass(frozen=True, slots=True)
class Rename:
    """language: the taxonomy's own unless given."""

    concept: ConceptId
    label: str
    language: str | None = None
    op: Literal["rename"] = "rename"


@dataclass(frozen=True, slots=True)
class Move:
    """parent: None makes it a root."""

    concept: ConceptId
    parent: ConceptId | None
    op: Literal["move"] = "move"


@dataclass(frozen=True, slots=True)
class Merge:
    concept: ConceptId
    into: ConceptId
    op: Literal["merge"] = "merge"


@dataclass(frozen=True, slots=True)
class Split:
    """keep: the old concept becomes the parent of the new ones; else it retires beside them.

    ids: of the new ones, one each, as in `Add`.
    """

    concept: ConceptId
    into: tuple[str, ...]
    keep: bool = True
    ids: tuple[ConceptId, ...] | None = None
    op: Literal["split"] = "split"


@dataclass(frozen=True, slots=True)
class Deprecate:
    concept: ConceptId
    replaced_by: ConceptId | None = None
    op: Literal["deprecate"] = "deprecate"


@dataclass(frozen=True, slots=True)
class Restore:
    concept: ConceptId
    op: Literal["restore"] = "restore"


@dataclass(frozen=True, slots=True)
class SetAltLabels:
    """alt_labels: (language, text) each."""

    concept: ConceptId
    alt_labels: tuple[tuple[str, str], ...]
    op: Literal["set_alt_labels"] = "set_alt_labels"


@dataclass(frozen=True, slots=True)
class AddFacet:
    """id: made of the label unless given."""

    label: str
    kind: FacetKind
    id: FacetId | None = None
    op: Literal["add_facet"] = "add_facet"


@dataclass(frozen=True, slots=True)
class SetFacetKind:
    facet: FacetId
    kind: FacetKind
    op: Literal["set_facet_kind"] = "set_facet_kind"


Edit: TypeAlias = (
    Add
    | Rename
    | Move
    | Merge
    | Split
    | Deprecate
    | Restore
    | SetAltLabels
    | AddFacet
    | SetFacetKind
)


def apply_edit(taxonomy: Taxonomy, edit: Edit) -> Taxonomy:  # noqa: C901, PLR0911 - a table
    """The taxonomy after one edit. Raises InvalidInput or NotFound, naming the concept."""
    match edit:
        case Add(facet, label, parent, id_):
            return taxonomy_edit.add(taxonomy, facet, label, parent, id_)
        case Rename(concept, label, language):
            return taxonomy_edit.rename(taxonomy, concept, label, language)
        case Move(concept, parent):
            return taxonomy_edit.move(taxonomy, concept, parent)
        case Merge(concept, into):
            return taxonomy_edit.merge(taxonomy, concept, into)
        case Split(concept, labels, keep, ids):
            return taxonomy_edit.split(taxonomy, concept, labels, keep=keep, ids=ids)
        case Deprecate(concept, heir):
            return taxonomy_edit.deprecate(taxonomy, concept, heir)
        case Restore(concept):
            return taxonomy_edit.restore(taxonomy, concept)
        case SetAltLabels(concept, words):
            return taxonomy_edit.set_alt_labels(taxonomy, concept, words)
        case AddFacet(label, kind, id_):
            return taxonomy.with_facet(Facet(id_ or FacetId(slug(label)), label, kind))
        case SetFacetKind(facet, kind):
            return taxonomy_edit.set_facet_kind(taxonomy, facet, kind)


def to_json(edits: Sequence[Edit]) -> list[Json]:
    """For the record of a run."""
    return [asdict(edit) for edit in edits]


@dataclass(frozen=True, slots=True)
class Consequences:
    """What one edit means for what pictures carry.

    reads: concepts whose tags will name another concept, place or word, or none. review: of
    these, or of the concept split, the ones whose labels a person must look at again. open_facets:
    where pictures that fitted nothing may fit something new. kinds: facets of another kind now.
    """

    reads: frozenset[ConceptId]
    review: frozenset[ConceptId]
    open_facets: frozenset[FacetId]
    kinds: frozenset[FacetId]


def consequences(before: Taxonomy, after: Taxonomy, edit: Edit) -> Consequences:
    """Found by comparing the two taxonomies: what an edit does below a concept counts too."""
    ids = [concept.id for concept in before.concepts]
    reads = {c for c in ids if _reading(before, c) != _reading(after, c)}
    review = {c for c in reads if _in_use(before, c) and not _in_use(after, c)}
    if isinstance(edit, Split):
        review |= {c for c in ids if before.current(c) == edit.concept}
    known = {concept.id for concept in before.concepts}
    added = [c for c in after.concepts if c.id not in known and not isinstance(edit, Split)]
    kinds = {f.id: f.kind for f in before.facets}
    return Consequences(
        reads=frozenset(reads),
        review=frozenset(review),
        open_facets=frozenset(c.facet for c in added),
        kinds=frozenset(f.id for f in after.facets if kinds.get(f.id, f.kind) != f.kind),
    )


def _in_use(taxonomy: Taxonomy, concept: ConceptId) -> bool:
    return taxonomy.is_live(taxonomy.current(concept))


def _reading(taxonomy: Taxonomy, concept: ConceptId) -> tuple[object, ...]:
    now = taxonomy.current(concept)
    return now, taxonomy.path(now), taxonomy.get(now).labels, taxonomy.is_live(now)


def uncovered(taxonomy: Taxonomy, nodes: Mapping[FacetId, frozenset[ConceptId]]) -> set[ConceptId]:
    """What a model that learned these concepts, by facet, cannot tag: live concepts, by id."""
    learned = {
        taxonomy.current(node) for known in nodes.values() for node in known if node in taxonomy
    }
    live = {concept.id for concept in taxonomy.concepts if taxonomy.is_live(concept.id)}
    return live - learned
