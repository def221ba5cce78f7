"""Changes to a taxonomy, each a new taxonomy. Words are never lost: imports still find them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tagwright.core.taxonomy import Concept, Facet, Taxonomy, Word
from tagwright.core.words import language_tag, printable, word_key
from tagwright.errors import InvalidInput
from tagwright.types import ConceptId, FacetId, FacetKind


def add(
    taxonomy: Taxonomy,
    facet_id: FacetId,
    label: str,
    parent: ConceptId | None = None,
    concept_id: ConceptId | None = None,
) -> Taxonomy:
    """With one more concept; its id is `taxonomy.new_id(facet_id, parent, label)` unless given."""
    taxonomy.facet(facet_id)
    if parent is not None:
        taxonomy.get(parent)
    if concept_id is not None and concept_id in taxonomy:
        raise InvalidInput(
            f"cannot add {label!r} as {concept_id!r}: that is the id of "
            f"{_shown(taxonomy, concept_id)}; give another id, or none"
        )
    new = concept_id or taxonomy.new_id(facet_id, parent, label)
    return taxonomy.with_concepts([Concept(new, label, facet_id, parent)])


def rename(
    taxonomy: Taxonomy, concept_id: ConceptId, label: str, language: str | None = None
) -> Taxonomy:
    """With another label in one language (the taxonomy's own unless given).

    The old label becomes an alternative label, so that an import which uses it finds the concept.
    """
    concept = taxonomy.get(concept_id)
    changed = relabelled(concept, taxonomy.language, language or taxonomy.language, label)
    return taxonomy if changed == concept else taxonomy.with_concepts([changed])


def relabelled(concept: Concept, own: str, language: str, label: str) -> Concept:
    """The concept with `label` in `language`, the label it had there kept as an alternative.

    own: the language of the taxonomy, which `concept.label` is in.
    """
    owner = f"the new label of concept {concept.id!r}"
    clean, tag = printable(label, owner), language_tag(language, owner)
    others = dict(concept.labels)
    old = concept.label if tag == own else others.get(tag)
    kept = {word for word in concept.alt_labels if word != (tag, clean)}
    if old is not None and old != clean:
        kept.add((tag, old))
    if tag == own:
        return replace(concept, label=clean, alt_labels=tuple(kept))
    others[tag] = clean
    return replace(concept, labels=tuple(others.items()), alt_labels=tuple(kept))


def move(taxonomy: Taxonomy, concept_id: ConceptId, parent: ConceptId | None) -> Taxonomy:
    """With the concept, and all below it, last under another parent (None: a root)."""
    concept = taxonomy.get(concept_id)
    if parent is not None:
        _same_facet(taxonomy, concept, taxonomy.get(parent))
        if parent in taxonomy.subtree(concept_id):
            raise InvalidInput(
                f"cannot move {_shown(taxonomy, concept_id)} below {_shown(taxonomy, parent)}, "
                f"which is below it: move that one out first"
            )
    if concept.parent == parent:
        return taxonomy
    others = (each for each in taxonomy.concepts if each.id != concept_id)
    return replace(taxonomy, concepts=(*others, replace(concept, parent=parent)))


def deprecate(
    taxonomy: Taxonomy, concept_id: ConceptId, replaced_by: ConceptId | None = None
) -> Taxonomy:
    """With the concept, and all below it, retired; labels that name them stay readable."""
    concept = taxonomy.get(concept_id)
    changed = replace(concept, deprecated=True, replaced_by=replaced_by)
    return taxonomy if changed == concept else taxonomy.with_concepts([changed])


def merge(taxonomy: Taxonomy, source: ConceptId, target: ConceptId) -> Taxonomy:
    """With `source` retired in favour of `target`, which takes its words and its children.

    Where both have a child of one label, those two are merged as well.
    """
    gone, heir = taxonomy.get(source), taxonomy.get(target)
    _same_facet(taxonomy, gone, heir)
    if target in taxonomy.subtree(source):
        raise InvalidInput(
            f"cannot merge {_shown(taxonomy, source)} into {_shown(taxonomy, target)}, which is "
            f"{'the same concept' if source == target else 'below it: move that one out first'}"
        )
    if not taxonomy.is_live(target):
        raise InvalidInput(
            f"cannot merge {_shown(taxonomy, source)} into {_shown(taxonomy, target)}, which is "
            f"deprecated: merge it into {taxonomy.current(target)!r}, or into a live concept"
        )
    at_home = {
        word_key(taxonomy.get(child).label): child
        for child in taxonomy.children(target)
        if child != source
    }
    changed, twins = [], []
    for child in map(taxonomy.get, taxonomy.children(source)):
        twin = at_home.get(word_key(child.label))
        if twin is None:
            changed.append(replace(child, parent=target))
        else:
            twins.append((child.id, twin))
    for child_id, twin in twins:
        taxonomy = merge(taxonomy, child_id, twin)
    words = ((taxonomy.language, gone.label), *gone.labels, *gone.alt_labels)
    heir = taxonomy.get(target)
    changed += [
        replace(taxonomy.get(source), deprecated=True, replaced_by=target),
        replace(
            heir,
            alt_labels=(*heir.alt_labels, *words),
            hidden_labels=(*heir.hidden_labels, *gone.hidden_labels),
        ),
    ]
    return taxonomy.with_concepts(changed)


def split(
    taxonomy: Taxonomy,
    concept_id: ConceptId,
    into: Sequence[str],
    *,
    keep: bool = True,
    ids: Sequence[ConceptId] | None = None,
) -> Taxonomy:
    """With new concepts below it, or beside it with the old one retired (keep: False).

    A label that a child has already stays that child. What was labelled with the old concept
    needs a person to say which of the new ones it is. ids: as long as `into`.
    """
    concept = taxonomy.get(concept_id)
    if ids is not None and len(ids) != len(into):
        raise InvalidInput(
            f"cannot split {_shown(taxonomy, concept_id)} into {len(into)} with {len(ids)} ids: "
            f"give one for each, or none"
        )
    given: Sequence[ConceptId | None] = [None] * len(into) if ids is None else ids
    parts = list(zip(into, given, strict=True))
    if not taxonomy.is_live(concept_id):
        raise InvalidInput(f"{_shown(taxonomy, concept_id)} is retired: restore it to split it")
    if len(set(map(word_key, into))) < 2:  # noqa: PLR2004 - one part is not a split
        raise InvalidInput(
            f"cannot split {_shown(taxonomy, concept_id)} into {list(into)}: name two or more "
            f"different labels, or rename it"
        )
    if keep:
        known = {word_key(taxonomy.get(c).label) for c in taxonomy.children(concept_id)}
        new = [(label, id_) for label, id_ in parts if word_key(label) not in known]
        return _with_all(taxonomy, concept, concept_id, new)
    if taxonomy.children(concept_id):
        raise InvalidInput(
            f"{_shown(taxonomy, concept_id)} has concepts below it: move them out before it is "
            f"split and retired, or keep it as their parent"
        )
    retired = deprecate(taxonomy, concept_id)
    return _with_all(retired, concept, concept.parent, parts)


def _with_all(
    taxonomy: Taxonomy,
    like: Concept,
    parent: ConceptId | None,
    parts: Iterable[tuple[str, ConceptId | None]],
) -> Taxonomy:
    for label, id_ in parts:
        taxonomy = add(taxonomy, like.facet, label, parent, id_)
    return taxonomy


def restore(taxonomy: Taxonomy, concept_id: ConceptId) -> Taxonomy:
    """With a retired concept in use again. Words that its successor took stay findable there."""
    concept = taxonomy.get(concept_id)
    above = [c for c in taxonomy.ancestors(concept_id) if taxonomy.get(c).deprecated]
    if above:
        raise InvalidInput(
            f"{_shown(taxonomy, concept_id)} is retired with {_shown(taxonomy, above[0])}: "
            f"restore that one, or move this one out first"
        )
    changed = replace(concept, deprecated=False, replaced_by=None)
    return taxonomy if changed == concept else taxonomy.with_concepts([changed])


def set_alt_labels(taxonomy: Taxonomy, concept_id: ConceptId, words: Iterable[Word]) -> Taxonomy:
    """With these alternative labels, (language, text), instead of those it had."""
    concept = taxonomy.get(concept_id)
    changed = replace(concept, alt_labels=tuple(words))
    return taxonomy if changed == concept else taxonomy.with_concepts([changed])


def set_facet_kind(taxonomy: Taxonomy, facet_id: FacetId, kind: FacetKind) -> Taxonomy:
    """With a facet in which a picture has at most one concept, or any number."""
    old = taxonomy.facet(facet_id)
    new = Facet(old.id, old.label, kind)
    return replace(
        taxonomy, facets=tuple(new if each.id == old.id else each for each in taxonomy.facets)
    )


def _same_facet(taxonomy: Taxonomy, one: Concept, other: Concept) -> None:
    if one.facet != other.facet:
        raise InvalidInput(
            f"{_shown(taxonomy, one.id)} is in the facet {one.facet!r} and "
            f"{_shown(taxonomy, other.id)} in {other.facet!r}: name two of one facet"
        )


def _shown(taxonomy: Taxonomy, concept_id: ConceptId) -> str:
    return f"{' > '.join(taxonomy.path(concept_id))!r} ({concept_id})"
