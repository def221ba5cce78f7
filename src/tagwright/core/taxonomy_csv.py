"""Taxonomies as tables: one concept a row, or one path a row.

```text
id,parent,label,label@de,facet,kind,alt_labels     level1,level2
footwear,,Footwear,Schuhe,product,one,shoes        Footwear,Boots
boots,footwear,Boots,Stiefel,product,one,          Footwear,Sandals
```

Only `label` is needed. `parent` is an id, or a label that is there once. `alt_labels` and
`hidden_labels` are parted by semicolons (one in a word is written `\\;`). `@` and a language may
follow `label`, `alt_labels`, `hidden_labels` and the notes; without it they are in the
taxonomy's own language, which a first column `label@fr` makes French.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, get_args

from tagwright.core.concept import Note, NoteKind, Word
from tagwright.core.tables import Row, format_table, read_table
from tagwright.core.taxonomy import Concept, Facet, Taxonomy, path_id, sole_facet
from tagwright.core.words import language_tag, word_key
from tagwright.errors import InvalidTaxonomy
from tagwright.types import ConceptId, FacetId, FacetKind

Column: TypeAlias = tuple[str, str]
"""(name, language); the language is empty where the header gives none."""

WORDS = ("alt_labels", "hidden_labels")
NOTES: tuple[NoteKind, ...] = get_args(NoteKind)
PLAIN = ("id", "parent", "facet", "kind", "facet_label", "iri", "notation", "replaced_by")
CONCEPT_TEXTS = ("id", "parent", "iri", "notation", "replaced_by")
FLAGS = ("heading", "deprecated")
COLUMNS = ("label", *WORDS, *NOTES, *PLAIN, *FLAGS)
TRUTH = {"": False, "no": False, "false": False, "0": False, "yes": True, "true": True, "1": True}
DEFAULT_LANGUAGE = "en"
# fmt: off
HEADER_WORDS = frozenset({
    "alt_label", "altlabel", "broader", "categories", "category", "class", "concept",
    "concept_id", "concepts", "definition", "description", "hidden_label", "keyword", "name",
    "narrower", "notation", "parent_id", "path", "pref_label", "preflabel", "subcategory",
    "synonym", "synonyms", "tag", "term", "title", "uri",
})
# fmt: on
"""What other tools call their columns. Read as concepts, they would turn a table around."""

_LEVEL = re.compile(r"level[ _]?\d+")
_WORD = re.compile(r"(?:[^;\\]|\\.)+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Record:
    """One row: the cells that are not blank, under their columns (notes may have several)."""

    line: int
    cells: tuple[tuple[Column, str], ...]

    def first(self, name: str, languages: Sequence[str] = ("",)) -> str:
        found = (v for (n, language), v in self.cells if n == name and language in languages)
        return next(found, "")

    def flag(self, name: str) -> bool:
        text = self.first(name)
        if text.lower() not in TRUTH:
            raise InvalidTaxonomy(f"{name!r} is {text!r}: give 'true' or leave it blank")
        return TRUTH[text.lower()]


def parse_taxonomy_csv(
    data: bytes | str, name: str, *, kind: FacetKind = "one", language: str = DEFAULT_LANGUAGE
) -> Taxonomy:
    """The taxonomy of either table. Raises InvalidTaxonomy, naming the line.

    kind: of facets whose kind no row gives. language: of labels whose column names none.
    """
    rows = read_table(data, "the taxonomy")
    if not rows:
        raise InvalidTaxonomy("the taxonomy's table is empty: give it a header and some rows")
    header = [cell.lower() for cell in rows[0].cells]
    names = {cell.split("@")[0] for cell in header}
    if not names & {"id", "parent", "label"}:
        return _from_paths(rows, Taxonomy.empty(name, language), kind)
    columns = [_column(cell) for cell in header]
    own = next((tag or language for base, tag in columns if base == "label"), None)
    if own is None:
        raise InvalidTaxonomy(f"the taxonomy's first line {header} has no column 'label': add one")
    return _Reading(name, own, kind, [_record(row, columns) for row in rows[1:]]).taxonomy()


def _from_paths(rows: Sequence[Row], empty: Taxonomy, kind: FacetKind) -> Taxonomy:
    header = [cell.lower() for cell in rows[0].cells]
    if all(map(_LEVEL.fullmatch, header)):
        rows = rows[1:]
    elif strange := [cell for cell in header if cell.split("@")[0] in HEADER_WORDS]:
        raise InvalidTaxonomy(
            f"the taxonomy's first line {list(rows[0].cells)} reads like a header, and "
            f"{strange[0]!r} is no column: call the columns 'label' and 'parent', or 'level1', "
            f"'level2' for a path a row; where these are concepts, put a line 'level1,level2' above"
        )
    facet = sole_facet(empty.name, kind)
    paths = []
    for row in rows:
        path = tuple("\t".join(row.cells).rstrip("\t").split("\t"))
        if "" in path:
            raise InvalidTaxonomy(
                f"line {row.line} of the taxonomy, {list(row.cells)}, has nothing at level "
                f"{path.index('') + 1} but something below: fill it in"
            )
        paths.append(path)
    return empty.with_facet(facet).with_paths(facet.id, kind, paths)


def _column(cell: str) -> Column:
    name, _, language = cell.partition("@")
    if name not in COLUMNS or (language and name in (*PLAIN, *FLAGS)):
        raise InvalidTaxonomy(
            f"the taxonomy's first line has the column {cell!r}: use {', '.join(COLUMNS)}, "
            f"with @ and a language after a label or note"
        )
    return name, language_tag(language, f"column {cell!r}") if "@" in cell else ""


def _record(row: Row, columns: Sequence[Column]) -> _Record:
    if len(row.cells) > len(columns):
        raise InvalidTaxonomy(
            f"line {row.line} of the taxonomy has {len(row.cells)} cells, {list(row.cells)}, "
            f"under {len(columns)} columns: quote a cell that holds a comma"
        )
    filled = ((c, cell) for c, cell in zip(columns, row.cells, strict=False) if cell)
    return _Record(row.line, tuple(filled))


class _Reading:
    """The rows of one table and what they refer to, on the way to a taxonomy."""

    def __init__(self, name: str, own: str, kind: FacetKind, records: Sequence[_Record]) -> None:
        self.name, self.own, self.kind = name, own, kind
        self.records = {record.line: record for record in records}
        self.concepts = [record for record in records if self._label(record)]
        self.ids: dict[int, ConceptId] = {}
        self.facet_ids: dict[int, FacetId] = {}
        self.by_id: dict[str, int] = {}
        self.by_label: dict[str, list[int]] = {}
        for record in self.concepts:
            self._know(record)

    def taxonomy(self) -> Taxonomy:
        for record in self.concepts:
            self._resolve(record.line)
        facets = self._facets()
        return Taxonomy(self.name, self.own, facets, tuple(map(self._concept, self.concepts)))

    def _label(self, record: _Record) -> str:
        label = record.first("label", ("", self.own))
        if not label and (record.first("id") or not record.first("facet")):
            raise InvalidTaxonomy(
                f"line {record.line} of the taxonomy has no label: write one in the column 'label'"
            )
        return label

    def _know(self, record: _Record) -> None:
        if given := record.first("id"):
            if given in self.by_id:
                raise InvalidTaxonomy(
                    f"line {record.line} of the taxonomy has the id {given!r} of line "
                    f"{self.by_id[given]}: give each concept its own"
                )
            self.by_id[given] = record.line
            self.ids[record.line] = ConceptId(given)
        self.by_label.setdefault(word_key(self._label(record)), []).append(record.line)

    def _parent(self, line: int) -> int | None:
        given = self.records[line].first("parent")
        if not given or given in self.by_id:
            return self.by_id.get(given)
        found = self.by_label.get(word_key(given), [])
        if len(found) == 1:
            return found[0]
        lines = f"the label of lines {', '.join(map(str, found))}" if found else "not in the table"
        raise InvalidTaxonomy(
            f"line {line} of the taxonomy, {self._label(self.records[line])!r}, has the parent "
            f"{given!r}, which is {lines}: name a parent by an id of the table"
        )

    def _resolve(self, line: int) -> None:
        """Find the facet of a row, and an id where it has none; both may come from above."""
        chain: list[int] = []
        at: int | None = line
        while at is not None and at not in self.facet_ids:
            if at in chain:
                shown = " > ".join(
                    self._label(self.records[each])
                    for each in [at, *chain[: chain.index(at) : -1], at]
                )
                raise InvalidTaxonomy(
                    f"line {at} of the taxonomy is its own ancestor: {shown}; give one of them "
                    f"another parent"
                )
            chain.append(at)
            at = self._parent(at)
        for each in reversed(chain):
            record = self.records[each]
            inherited = self.facet_ids[at] if at is not None else sole_facet(self.name, "one").id
            self.facet_ids[each] = FacetId(record.first("facet") or inherited)
            above = self.ids[at] if at is not None else None
            self.ids.setdefault(each, path_id(above, self._label(record)))
            at = each

    def _facets(self) -> tuple[Facet, ...]:
        kinds: dict[FacetId, str] = {}
        labels: dict[FacetId, str] = {}
        for line, record in self.records.items():
            facet = self.facet_ids.get(line) or FacetId(record.first("facet"))
            kind = kinds.setdefault(facet, record.first("kind"))
            kinds[facet] = kind or record.first("kind")
            if record.first("kind") not in ("", kinds[facet]):
                raise InvalidTaxonomy(
                    f"line {line} of the taxonomy gives facet {facet!r} the kind "
                    f"{record.first('kind')!r}, an earlier line {kinds[facet]!r}: a facet has one"
                )
            labels[facet] = labels.get(facet) or record.first("facet_label")
        default = sole_facet(self.name, self.kind)
        return tuple(
            Facet(
                facet,
                labels[facet] or (default.label if facet == default.id else facet),
                _kind(kinds[facet], facet) or self.kind,
            )
            for facet in kinds
        )

    def _concept(self, record: _Record) -> Concept:
        parent = self._parent(record.line)
        replaced_by = record.first("replaced_by")
        try:
            return Concept(
                id=self.ids[record.line],
                label=self._label(record),
                facet=self.facet_ids[record.line],
                parent=None if parent is None else self.ids[parent],
                labels=self._labels(record),
                alt_labels=self._words(record, "alt_labels"),
                hidden_labels=self._words(record, "hidden_labels"),
                notes=self._notes(record),
                iri=record.first("iri") or None,
                notation=record.first("notation") or None,
                heading=record.flag("heading"),
                deprecated=record.flag("deprecated"),
                replaced_by=ConceptId(replaced_by) if replaced_by else None,
            )
        except InvalidTaxonomy as error:
            raise InvalidTaxonomy(f"line {record.line} of the taxonomy: {error}") from error

    def _labels(self, record: _Record) -> tuple[Word, ...]:
        cells = ((tag, text) for (name, tag), text in record.cells if name == "label")
        return tuple((tag, text) for tag, text in cells if tag not in ("", self.own))

    def _words(self, record: _Record, column: str) -> tuple[Word, ...]:
        cells = ((tag or self.own, text) for (name, tag), text in record.cells if name == column)
        return tuple((tag, word) for tag, text in cells for word in _split(text))

    def _notes(self, record: _Record) -> tuple[Note, ...]:
        return tuple(
            (note, tag or self.own, text)
            for (name, tag), text in record.cells
            for note in NOTES
            if name == note
        )


def _kind(text: str, facet: FacetId) -> FacetKind | None:
    for kind in get_args(FacetKind):
        if text.lower() == kind:
            found: FacetKind = kind
            return found
    if text:
        raise InvalidTaxonomy(f"facet {facet!r} has the kind {text!r}: give 'one' or 'any'")
    return None


def _split(cell: str) -> list[str]:
    words = (re.sub(r"\\(.)", r"\1", word, flags=re.DOTALL) for word in _WORD.findall(cell))
    return [word for word in words if word.strip()]


def _joined(words: Iterable[str]) -> str:
    return "; ".join(word.replace("\\", "\\\\").replace(";", "\\;") for word in words)


def format_taxonomy_csv(taxonomy: Taxonomy) -> str:
    """One concept a row, in tree order, with the columns the taxonomy needs."""
    rows: list[dict[Column, list[str]]] = []
    for facet in taxonomy.facets:
        concepts = [concept for concept in taxonomy.concepts if concept.facet == facet.id]
        rows += [{**_cells(c, taxonomy.language), **_facet_cells(facet)} for c in concepts]
        rows += [] if concepts else [_facet_cells(facet)]
    columns = _columns(rows, taxonomy.language)
    header = [name if not tag else f"{name}@{tag}" for name, tag, _ in columns]
    cells = ([_cell(row.get((name, tag), []), n) for name, tag, n in columns] for row in rows)
    return format_table(header, cells)


def _columns(rows: Sequence[dict[Column, list[str]]], own: str) -> list[tuple[str, str, int]]:
    """(name, language, which of its values), the values of a note in columns side by side."""
    always = [("id", ""), ("parent", ""), _label_column(own), ("facet", ""), ("kind", "")]
    widths = dict.fromkeys([*always, ("alt_labels", "")], 1)
    for row in rows:
        for column, texts in row.items():
            widths[column] = max(widths.get(column, 0), len(texts))
    further = sorted(widths.keys() - set(always), key=lambda c: (COLUMNS.index(c[0]), c[1]))
    return [(*column, n) for column in (*always, *further) for n in range(widths[column])]


def _cell(texts: Sequence[str], which: int) -> str:
    return texts[which] if which < len(texts) else ""


def _label_column(own: str) -> Column:
    return ("label", "" if own == DEFAULT_LANGUAGE else own)


def _facet_cells(facet: Facet) -> dict[Column, list[str]]:
    cells: dict[Column, list[str]] = {("facet", ""): [facet.id], ("kind", ""): [facet.kind]}
    if facet.label != facet.id:
        cells["facet_label", ""] = [facet.label]
    return cells


def _cells(concept: Concept, own: str) -> dict[Column, list[str]]:
    plain = {name: getattr(concept, name) for name in (*CONCEPT_TEXTS, *FLAGS)}
    cells: dict[Column, list[str]] = {
        (name, ""): ["true" if value is True else value] for name, value in plain.items() if value
    }
    cells[_label_column(own)] = [concept.label]
    for tag, label in concept.labels:
        cells["label", tag] = [label]
    for name in WORDS:
        words: tuple[Word, ...] = getattr(concept, name)
        for language in dict.fromkeys(tag for tag, _ in words):
            cell = _joined(text for tag, text in words if tag == language)
            cells[name, "" if language == own else language] = [cell]
    for kind, language, text in concept.notes:
        cells.setdefault((kind, "" if language == own else language), []).append(text)
    return cells
