"""One door for every kind of file a taxonomy comes in; the suffix says which."""

from __future__ import annotations

import json

from tagwright.core.keyword_list import format_keyword_list, parse_keyword_list
from tagwright.core.skos import MAX_BYTES, SkosFormat, format_skos, parse_skos
from tagwright.core.tables import decoded
from tagwright.core.taxonomy import Taxonomy
from tagwright.core.taxonomy_csv import format_taxonomy_csv, parse_taxonomy_csv
from tagwright.errors import InvalidInput, InvalidTaxonomy
from tagwright.types import FacetKind

SKOS_SUFFIXES: dict[str, SkosFormat] = {
    ".ttl": "turtle",
    ".rdf": "xml",
    ".xml": "xml",
    ".jsonld": "json-ld",
}
SUFFIXES = (*SKOS_SUFFIXES, ".json", ".csv", ".txt")


def parse_taxonomy(
    data: bytes,
    suffix: str,
    *,
    name: str,
    kind: FacetKind,
    language: str = "en",
    first_parent: bool = False,
) -> Taxonomy:
    """The taxonomy of a file's bytes, called `name`.

    `.ttl`, `.rdf`, `.xml`, `.jsonld`: SKOS. `.json`: the stored form, or JSON-LD where it has a
    context. `.csv`: a table. `.txt`: a keyword list. kind: of the facets whose kind the file does
    not say; language: of tables and lists that name none. first_parent: of a SKOS concept's
    several parents, keep the first. Raises InvalidInput for another suffix, too many bytes, or
    what does not parse.
    """
    lower = _known(suffix)
    if len(data) > MAX_BYTES:
        raise InvalidInput(
            f"the taxonomy's file has {len(data):,} bytes, more than {MAX_BYTES:,}: split it"
        )
    if lower in SKOS_SUFFIXES:
        return parse_skos(data, SKOS_SUFFIXES[lower], name, kind=kind, first_parent=first_parent)
    if lower == ".csv":
        return parse_taxonomy_csv(data, name, kind=kind, language=language)
    if lower == ".txt":
        return parse_keyword_list(data, name, kind=kind, language=language)
    return _parse_json(data, name, kind, first_parent)


def format_taxonomy(taxonomy: Taxonomy, suffix: str) -> str:
    """The text of a file with this suffix. Only `.txt` leaves something out; see `keyword_list`."""
    lower = _known(suffix)
    if lower in SKOS_SUFFIXES:
        return format_skos(taxonomy, SKOS_SUFFIXES[lower])
    if lower == ".csv":
        return format_taxonomy_csv(taxonomy)
    if lower == ".txt":
        return format_keyword_list(taxonomy)
    return json.dumps(taxonomy.to_json(), ensure_ascii=False, indent=2) + "\n"


def _known(suffix: str) -> str:
    lower = suffix.lower()
    if lower not in SUFFIXES:
        raise InvalidInput(
            f"a taxonomy cannot be read from or written to a {suffix!r} file: "
            f"use one of {', '.join(SUFFIXES)}"
        )
    return lower


def _parse_json(data: bytes, name: str, kind: FacetKind, first_parent: bool) -> Taxonomy:
    try:
        stored = json.loads(decoded(data, "the taxonomy"))
    except (ValueError, RecursionError) as error:
        raise InvalidTaxonomy(f"the taxonomy's file is not JSON: {error}") from error
    if isinstance(stored, list) or (
        isinstance(stored, dict) and stored.keys() & {"@context", "@graph"}
    ):
        return parse_skos(data, "json-ld", name, kind=kind, first_parent=first_parent)
    if not isinstance(stored, dict):
        raise InvalidTaxonomy(f"the taxonomy's file holds {stored!r}: give an object")
    return Taxonomy.from_json({**stored, "name": name})
