"""Taxonomies in and out of files, and a client's own words for their concepts."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from tagwright.core.taxonomy import Taxonomy
from tagwright.core.taxonomy_files import format_taxonomy, parse_taxonomy
from tagwright.core.vocabulary import Vocabulary
from tagwright.errors import InvalidInput
from tagwright.flows.edits import Applied, replace_taxonomy, set_vocabulary
from tagwright.flows.workspace import Workspace
from tagwright.media.sources import label_text
from tagwright.types import FacetKind

MAX_BYTES = 20 * 1024 * 1024
"""A taxonomy file larger than this is not one; the largest public ones are under 10 MB."""


def import_taxonomy(
    ws: Workspace,
    file: Path,
    *,
    name: str | None = None,
    kind: FacetKind | None = None,
    first_parent: bool = False,
) -> Taxonomy:
    """Read a taxonomy file and make it the version in force.

    kind: of facets that the file says nothing of; without it, the kind that the taxonomy's only
    facet has already, else `any`. first_parent: of several parents in a SKOS file, keep the
    first. Raises InvalidTaxonomy, and Conflict where concepts that
    pictures are labelled or tagged with would be lost.
    """
    given = TaxonomyFile(_read(file), file.suffix, str(file), first_parent=first_parent)
    return read_taxonomy(ws, given, name or label_text(file.stem), kind=kind).taxonomy


@dataclass(frozen=True, slots=True)
class TaxonomyFile:
    """A taxonomy as it came. suffix: says the format, as `.ttl`. shown: what messages call it.

    language: of words whose language the file does not say. first_parent: of a SKOS concept's
    several parents, keep the first.
    """

    data: bytes
    suffix: str
    shown: str
    language: str = "en"
    first_parent: bool = False


def read_taxonomy(
    ws: Workspace,
    file: TaxonomyFile,
    name: str,
    *,
    kind: FacetKind | None = None,
    actor: str = "person",
    if_version: int | None = None,
) -> Applied:
    """The same from bytes. Where a taxonomy of that name is replaced, the run can be undone.

    Only the stored form may have facets and no concept yet: elsewhere it is a broken export.
    """
    before = ws.taxonomies.find(name)
    known = before.facets[0].kind if before and len(before.facets) == 1 else "any"
    found = parse_taxonomy(
        file.data,
        file.suffix,
        name=name,
        kind=kind or known,
        language=file.language,
        first_parent=file.first_parent,
    )
    if not found.concepts and not (file.suffix == ".json" and found.facets):
        raise InvalidInput(f"{file.shown!r} has no concepts: write one a line, or check the export")
    if before is not None:
        found = _in_its_facet(before, found)
    return replace_taxonomy(ws, found, actor, if_version=if_version)


def _in_its_facet(before: Taxonomy, found: Taxonomy) -> Taxonomy:
    """With the id that its only facet had, so that labels stay in the same facet."""
    if len(before.facets) != 1 or len(found.facets) != 1:
        return found
    facet = replace(found.facets[0], id=before.facets[0].id)
    concepts = tuple(replace(concept, facet=facet.id) for concept in found.concepts)
    return replace(found, facets=(facet,), concepts=concepts)


def export_taxonomy(ws: Workspace, name: str, file: Path) -> None:
    """Write the version in force; the file's ending says the format."""
    text = format_taxonomy(ws.taxonomies.get(name), file.suffix)
    beside = file.with_name(file.name + ".partial")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(file)
    except OSError as error:
        raise InvalidInput(
            f"cannot write {str(file)!r}: {error.strerror}; name a file in a folder that exists "
            f"and may be written"
        ) from error
    finally:
        with suppress(OSError):
            beside.unlink()


def use_words(ws: Workspace, name: str, file: Path, actor: str = "person") -> int:
    """Show a client's own words for concepts; the shared words stay findable."""
    words = Vocabulary.from_csv(_read(file), name=file.stem)
    set_vocabulary(ws, name, words, actor)
    return len(words.words)


def _read(file: Path) -> bytes:
    if not file.is_file():
        raise InvalidInput(f"there is no file {str(file)!r}: check the spelling")
    if file.stat().st_size > MAX_BYTES:
        raise InvalidInput(f"{str(file)!r} is larger than {MAX_BYTES:,} bytes: not a taxonomy file")
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"cannot read {str(file)!r}: {error.strerror}") from error
