"""What a taxonomy is made of: concepts and facets, each valid by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Literal, TypeAlias, get_args

from tagwright.core.words import language_tag, printable, printable_lines
from tagwright.errors import InvalidTaxonomy
from tagwright.types import ConceptId, FacetId, FacetKind, Json

Word: TypeAlias = tuple[str, str]
"""(language, text); the language is a BCP 47 tag in lower case."""
NoteKind = Literal["definition", "example", "scope"]
Note: TypeAlias = tuple[NoteKind, str, str]
"""(kind, language, text); the text may have several lines."""

_LISTS = ("labels", "alt_labels", "hidden_labels", "notes")
_FLAGS = ("heading", "deprecated")
_NO_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`\ud800-\udfff]')


@dataclass(frozen=True, slots=True)
class Concept:
    """One node of a facet's tree.

    `label` is in the taxonomy's own language; `labels` has at most one for each other language.
    Texts are kept tidy (NFC, single spaces) and the tuples sorted, so that equal concepts are
    equal values. A heading only groups what is below it and is never written out as a keyword. A
    deprecated concept stays for the labels that name it; `replaced_by` says which
    concept took over its words.
    """

    id: ConceptId
    label: str
    facet: FacetId
    parent: ConceptId | None = None
    labels: tuple[Word, ...] = ()
    alt_labels: tuple[Word, ...] = ()
    hidden_labels: tuple[Word, ...] = ()
    notes: tuple[Note, ...] = ()
    iri: str | None = None
    notation: str | None = None
    heading: bool = False
    deprecated: bool = False
    replaced_by: ConceptId | None = None

    def __post_init__(self) -> None:
        owner = f"concept {self.id!r}"
        labels = _words(self.labels, f"a label of {owner}")
        alts = _words(self.alt_labels, f"an alternative label of {owner}")
        hidden = _words(self.hidden_labels, f"a hidden label of {owner}")
        _set(self, "id", ConceptId(printable(self.id, f"the id of concept {self.label!r}")))
        _set(self, "label", printable(self.label, f"the label of {owner}"))
        _set(self, "labels", labels)
        _set(self, "alt_labels", tuple(w for w in alts if w not in labels))
        _set(self, "hidden_labels", tuple(w for w in hidden if w not in labels and w not in alts))
        _set(self, "notes", _notes(self.notes, owner))
        if self.notation is not None:
            _set(self, "notation", printable(self.notation, f"the notation of {owner}"))
        self._check(owner)

    def _check(self, owner: str) -> None:
        languages = [language for language, _ in self.labels]
        if twice := {language for language in languages if languages.count(language) > 1}:
            found = [text for language, text in self.labels if language in twice]
            raise InvalidTaxonomy(
                f"{owner} ({self.label!r}) has {len(found)} labels in {min(twice)!r}: {found}; "
                f"keep one and make the others alternative labels"
            )
        if self.iri is not None and (not self.iri or _NO_IRI.search(self.iri)):
            raise InvalidTaxonomy(
                f"{owner} ({self.label!r}) has the IRI {self.iri!r}, which holds characters "
                f"an IRI cannot: escape them with %"
            )
        if self.replaced_by is not None and not self.deprecated:
            raise InvalidTaxonomy(
                f"{owner} ({self.label!r}) is replaced by {self.replaced_by!r} but not deprecated: "
                f"mark it deprecated, or drop the replacement"
            )

    def to_json(self) -> Json:
        """The fields that say something; the rest is their default."""
        given = ((each.name, getattr(self, each.name)) for each in fields(self))
        said = ((name, value) for name, value in given if value not in ((), None, False))
        return {name: [*map(list, value)] if name in _LISTS else value for name, value in said}

    @staticmethod
    def from_json(stored: Json) -> Concept:
        """What `to_json` wrote. Raises InvalidTaxonomy, naming the concept and the field."""
        owner = f"concept {stored.get('id')!r}"
        read = _checked(stored, Concept, owner)
        for name in ("labels", "alt_labels", "hidden_labels"):
            read[name] = _rows(stored.get(name, []), 2, f"{name!r} of {owner}")
        read["notes"] = _rows(stored.get("notes", []), 3, f"'notes' of {owner}")
        return Concept(**read)

    def pref_words(self) -> tuple[str, ...]:
        """The label in every language, the taxonomy's own first."""
        return (self.label, *(text for _, text in self.labels))

    def other_words(self) -> tuple[str, ...]:
        """Alternative and hidden labels in every language."""
        return tuple(text for _, text in (*self.alt_labels, *self.hidden_labels))


@dataclass(frozen=True, slots=True)
class Facet:
    """One tree of a taxonomy. `one`: a picture has at most one leaf of it; `any`: any number."""

    id: FacetId
    label: str
    kind: FacetKind

    def __post_init__(self) -> None:
        _set(self, "id", FacetId(printable(self.id, f"the id of facet {self.label!r}")))
        _set(self, "label", printable(self.label, f"the label of facet {self.id!r}"))
        if self.kind not in get_args(FacetKind):
            raise InvalidTaxonomy(
                f"facet {self.id!r} has the kind {self.kind!r}: give 'one' (at most one concept "
                f"a picture) or 'any' (any number)"
            )

    def to_json(self) -> Json:
        return {"id": self.id, "label": self.label, "kind": self.kind}

    @staticmethod
    def from_json(stored: Json) -> Facet:
        """What `to_json` wrote. Raises InvalidTaxonomy, naming the facet and the field."""
        return Facet(**_checked(stored, Facet, f"facet {stored.get('id')!r}"))


def _checked(stored: Json, kind: type[Concept | Facet], owner: str) -> Json:
    """A copy of the stored fields, none missing, unknown or of another type."""
    known = {each.name: each for each in fields(kind)}
    if unknown := sorted(stored.keys() - known.keys()):
        raise InvalidTaxonomy(f"{owner} has the unknown fields {unknown}: use {sorted(known)}")
    required = [name for name, each in known.items() if each.default is MISSING]
    if missing := [name for name in required if name not in stored]:
        raise InvalidTaxonomy(f"{owner} has no {missing[0]!r} (required: {required})")
    for name, value in stored.items():
        wanted = list if name in _LISTS else bool if name in _FLAGS else str
        empty = value is None and name not in (*required, *_LISTS)
        if not empty and not isinstance(value, wanted):
            raise InvalidTaxonomy(f"{owner} has {name!r} {value!r}: give a {wanted.__name__}")
    return dict(stored)


def _rows(stored: Sequence[object], width: int, owner: str) -> tuple[tuple[str, ...], ...]:
    rows: list[tuple[str, ...]] = []
    for row in stored:
        texts = [text for text in row if isinstance(text, str)] if isinstance(row, list) else []
        if not isinstance(row, list) or len(row) != width or len(texts) != width:
            raise InvalidTaxonomy(f"{owner} holds {row!r}: give a list of {width} texts")
        rows.append(tuple(texts))
    return tuple(rows)


def _set(value: object, name: str, content: object) -> None:
    object.__setattr__(value, name, content)


def _words(words: Iterable[Word], owner: str) -> tuple[Word, ...]:
    if not words:
        return ()
    clean = {
        (language_tag(tag, f"{owner}, {text!r},"), printable(text, owner)) for tag, text in words
    }
    return tuple(sorted(clean))


def _notes(notes: Iterable[Note], owner: str) -> tuple[Note, ...]:
    clean: set[Note] = set()
    for kind, tag, text in notes:
        if kind not in get_args(NoteKind):
            raise InvalidTaxonomy(
                f"{owner} has a note of the kind {kind!r}: use one of {list(get_args(NoteKind))}"
            )
        what = f"the {kind} note of {owner}"
        clean.add((kind, language_tag(tag, what), printable_lines(text, what)))
    return tuple(sorted(clean))
