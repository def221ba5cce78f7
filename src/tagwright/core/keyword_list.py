"""Keyword lists as Lightroom writes them: a tab a level, `{synonym}`, `[heading]`.

```text
[Animals]
\tdog
\t\t{hound}
\t\tterrier
```

A heading groups keywords and is not one itself. A list knows one tree and one language: what it
cannot hold (facets, languages, notes, retired concepts) is not written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tagwright.core.tables import decoded
from tagwright.core.taxonomy import Concept, Facet, Taxonomy, path_id, sole_facet
from tagwright.core.words import printable, word_key
from tagwright.errors import InvalidInput, InvalidTaxonomy
from tagwright.types import ConceptId, FacetId, FacetKind

DEFAULT_LANGUAGE = "en"
_MARKS = {"{": "}", "[": "]"}


@dataclass(slots=True)
class _Draft:
    """A concept whose synonyms are still being read."""

    concept: Concept
    line: int
    synonyms: list[str] = field(default_factory=list)


def parse_keyword_list(
    data: bytes | str, name: str, *, kind: FacetKind = "any", language: str = DEFAULT_LANGUAGE
) -> Taxonomy:
    """One facet named after the taxonomy. Raises InvalidTaxonomy, naming the line."""
    facet = sole_facet(name, kind)
    drafts: dict[ConceptId, _Draft] = {}
    open_path: list[_Draft] = []
    for line, depth, text in _lines(decoded(data, "the keyword list")):
        if depth > len(open_path):
            raise InvalidTaxonomy(
                f"line {line} of the keyword list, {text!r}, is {depth} tabs deep below a line "
                f"{len(open_path) - 1} deep: indent one tab at a time"
                if open_path
                else f"line {line} of the keyword list, {text!r}, is the first and indented: "
                f"start at the margin"
            )
        word, mark = _unmarked(text, line)
        del open_path[depth:]
        if mark == "{":
            _owner(open_path, line, text).synonyms.append(word)
            continue
        draft = _draft(word, line, facet.id, open_path)
        draft.concept = replace(draft.concept, heading=mark == "[")
        if other := drafts.setdefault(draft.concept.id, draft):
            _refuse_twin(other, draft)
        open_path.append(draft)
    concepts = tuple(
        replace(each.concept, alt_labels=tuple((language, word) for word in each.synonyms))
        for each in drafts.values()
    )
    return Taxonomy(name, language, (facet,), concepts)


def _lines(text: str) -> Iterator[tuple[int, int, str]]:
    """(line, tabs before it, words) of every line that is not blank."""
    for line, raw in enumerate(text.splitlines(), start=1):
        words = raw.strip()
        if not words:
            continue
        indent = raw[: len(raw) - len(raw.lstrip())]
        if indent.strip("\t"):
            raise InvalidTaxonomy(
                f"line {line} of the keyword list, {words!r}, is indented by {indent!r}: "
                f"use one tab a level and no spaces"
            )
        yield line, len(indent), words


def _unmarked(text: str, line: int) -> tuple[str, str]:
    """The words inside their brackets, and the opening bracket or nothing."""
    owner = f"line {line} of the keyword list"
    end = _MARKS.get(text[0])
    if end is None:
        return printable(text, owner), ""
    if text[-1] != end:
        raise InvalidTaxonomy(f"{owner}, {text!r}, opens {text[0]!r}: close it with {end!r}")
    return printable(text[1:-1], owner), text[0]


def _owner(open_path: list[_Draft], line: int, text: str) -> _Draft:
    if not open_path:
        raise InvalidTaxonomy(
            f"line {line} of the keyword list, {text!r}, is a synonym of nothing: indent it one "
            f"tab below its keyword"
        )
    return open_path[-1]


def _draft(word: str, line: int, facet: FacetId, open_path: list[_Draft]) -> _Draft:
    parent = open_path[-1].concept.id if open_path else None
    return _Draft(Concept(path_id(parent, word), word, facet, parent), line)


def _refuse_twin(first: _Draft, second: _Draft) -> None:
    if first is not second:
        raise InvalidTaxonomy(
            f"line {second.line} of the keyword list, {second.concept.label!r}, repeats line "
            f"{first.line} below the same keyword: remove one"
        )


def format_keyword_list(taxonomy: Taxonomy) -> str:
    """The live concepts, a tab a level; of several facets each stands below a heading.

    Labels in other languages and hidden labels become synonyms. Raises InvalidInput for a word
    the list would read as something else.
    """
    lines: list[str] = []
    below = 1 if len(taxonomy.facets) > 1 else 0
    for facet in taxonomy.facets:
        if below:
            lines.append(f"[{_safe(facet.label, f'facet {facet.id!r}')}]")
        lines += _facet_lines(taxonomy, facet, below)
    return "".join(f"{line}\n" for line in lines)


def _facet_lines(taxonomy: Taxonomy, facet: Facet, below: int) -> Iterator[str]:
    for concept in taxonomy.concepts:
        if concept.facet != facet.id or not taxonomy.is_live(concept.id):
            continue
        owner = f"concept {' > '.join(taxonomy.path(concept.id))!r} ({concept.id})"
        tabs = "\t" * (taxonomy.depth(concept.id) + below)
        label = _safe(concept.label, owner)
        yield f"{tabs}[{label}]" if concept.heading else f"{tabs}{label}"
        own = word_key(concept.label)
        synonyms = (*concept.pref_words(), *concept.other_words())
        for word in dict.fromkeys(word for word in synonyms if word_key(word) != own):
            yield f"{tabs}\t{{{_safe(word, owner)}}}"


def _safe(word: str, owner: str) -> str:
    if word[0] in _MARKS:
        raise InvalidInput(
            f"{owner} has the word {word!r}: a keyword list reads {word[0]!r} at the start as a "
            f"mark; rename it, or export to another format"
        )
    return word
