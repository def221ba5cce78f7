"""A client's own words for the concepts of a shared taxonomy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from tagwright.core.tables import format_table, read_table
from tagwright.core.taxonomy import Concept, Taxonomy
from tagwright.core.taxonomy_edit import relabelled
from tagwright.core.words import language_tag, printable
from tagwright.errors import InvalidInput
from tagwright.types import ConceptId, Json

Entry: TypeAlias = tuple[ConceptId, str, str]
"""(concept id, language, word)."""

COLUMNS = ("concept", "language", "word")
STORED_VERSION = 1


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words for concepts, per language. Of several for one concept the first is the one shown.

    shared: what the concepts were called before these words, so that the words can go again.
    """

    name: str
    words: tuple[Entry, ...] = ()
    shared: tuple[Entry, ...] = ()

    def __post_init__(self) -> None:
        clean = tuple(_entry(concept, language, word) for concept, language, word in self.words)
        object.__setattr__(self, "name", printable(self.name, "the name of a vocabulary"))
        object.__setattr__(self, "words", tuple(dict.fromkeys(clean)))
        object.__setattr__(self, "shared", tuple(self.shared))

    def apply(self, taxonomy: Taxonomy) -> Taxonomy:
        """The taxonomy as the client names it; its own labels stay findable as alternatives.

        Raises InvalidInput for a word of a concept the taxonomy does not have.
        """
        changed: dict[ConceptId, Concept] = {}
        for concept_id, language, word in reversed(self.words):
            if concept_id not in taxonomy:
                raise InvalidInput(
                    f"vocabulary {self.name!r} has the word {word!r} for concept {concept_id!r}, "
                    f"which taxonomy {taxonomy.name!r} does not have: correct the id or drop it"
                )
            concept = changed.get(concept_id) or taxonomy.get(concept_id)
            changed[concept_id] = relabelled(concept, taxonomy.language, language, word)
        return taxonomy.with_concepts(changed.values()) if changed else taxonomy

    def put_on(self, taxonomy: Taxonomy) -> tuple[Taxonomy, Vocabulary]:
        """The taxonomy with these words, and the vocabulary that remembers what they cover.

        Words for concepts the taxonomy does not have are left out.
        """
        fitting = tuple(entry for entry in self.words if entry[0] in taxonomy)
        covered = {(c, language): _label(taxonomy, c, language) for c, language, _ in fitting}
        shared = tuple((c, tag, label) for (c, tag), label in covered.items() if label)
        found = Vocabulary(self.name, fitting, shared)
        return found.apply(taxonomy), found

    def take_off(self, taxonomy: Taxonomy) -> Taxonomy:
        """The taxonomy with the shared labels back; a concept renamed since keeps its name."""
        shown = {(c, language): word for c, language, word in reversed(self.words)}
        changed: dict[ConceptId, Concept] = {}
        for concept_id, language, label in self.shared:
            word = shown.get((concept_id, language))
            if concept_id in taxonomy and _label(taxonomy, concept_id, language) == word:
                concept = changed.get(concept_id) or taxonomy.get(concept_id)
                changed[concept_id] = relabelled(concept, taxonomy.language, language, label)
        return taxonomy.with_concepts(changed.values()) if changed else taxonomy

    def to_json(self) -> Json:
        """The stored form; `from_json` gives an equal vocabulary back."""
        words = [list(entry) for entry in self.words]
        stored: Json = {"version": STORED_VERSION, "name": self.name, "words": words}
        if self.shared:
            stored["shared"] = [list(entry) for entry in self.shared]
        return stored

    @staticmethod
    def from_json(stored: Json) -> Vocabulary:
        """Raises InvalidInput for another version, or words that are not triples of texts."""
        if stored.get("version") != STORED_VERSION:
            raise InvalidInput(
                f"the stored vocabulary has version {stored.get('version')!r}; this Tagwright "
                f"reads version {STORED_VERSION}: export it again, or upgrade"
            )
        name, words, shared = stored.get("name"), stored.get("words"), stored.get("shared", [])
        if not (isinstance(name, str) and isinstance(words, list) and isinstance(shared, list)):
            raise InvalidInput(
                f"the stored vocabulary has the name {name!r} and the words {words!r}: "
                f"give a text and a list"
            )
        return Vocabulary(name, tuple(map(_stored_entry, words)), tuple(map(_stored_entry, shared)))

    @staticmethod
    def from_csv(data: bytes | str, name: str) -> Vocabulary:
        """The words of a table `concept,language,word`. Raises InvalidInput, naming the line."""
        rows = read_table(data, "the vocabulary")
        header = tuple(cell.lower() for cell in rows[0].cells) if rows else ()
        if header != COLUMNS:
            raise InvalidInput(
                f"the vocabulary's first line is {','.join(header)!r}: "
                f"make it {','.join(COLUMNS)!r}"
            )
        words: list[Entry] = []
        for row in rows[1:]:
            if len(row.cells) != len(COLUMNS):
                raise InvalidInput(
                    f"line {row.line} of the vocabulary has {len(row.cells)} cells, {row.cells!r}: "
                    f"give {len(COLUMNS)} ({','.join(COLUMNS)})"
                )
            concept, language, word = row.cells
            try:
                words.append(_entry(ConceptId(concept), language, word))
            except InvalidInput as error:
                raise InvalidInput(f"line {row.line} of the vocabulary: {error}") from error
        return Vocabulary(name, tuple(words))

    def to_csv(self) -> str:
        """A table `concept,language,word`, in the vocabulary's order."""
        return format_table(COLUMNS, self.words)


def _entry(concept: ConceptId, language: str, word: str) -> Entry:
    owner = f"the word for concept {concept!r}"
    name = ConceptId(printable(concept, f"the concept of the word {word!r}"))
    return name, language_tag(language, owner), printable(word, owner)


def _label(taxonomy: Taxonomy, concept_id: ConceptId, language: str) -> str | None:
    """The label in exactly this language."""
    concept = taxonomy.get(concept_id)
    own = language == taxonomy.language
    return concept.label if own else dict(concept.labels).get(language)


def _stored_entry(row: object) -> Entry:
    match row:
        case [str(concept), str(language), str(word)]:
            return ConceptId(concept), language, word
        case _:
            raise InvalidInput(
                f"the stored vocabulary holds {row!r}: give [concept, language, word]"
            )
