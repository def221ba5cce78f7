"""Taxonomies in and out of files, and a client's own words for their concepts."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from tagwright.core.taxonomy import Taxonomy
from tagwright.core.taxonomy_files import format_taxonomy, parse_taxonomy
from tagwright.core.vocabulary import Vocabulary
from tagwright.errors import Conflict, InvalidInput
from tagwright.flows.workspace import Workspace
from tagwright.media.sources import label_text
from tagwright.types import FacetId, FacetKind

MAX_BYTES = 20 * 1024 * 1024
"""A taxonomy file larger than this is not one; the largest public ones are under 10 MB."""


def import_taxonomy(
    ws: Workspace, file: Path, *, name: str | None = None, kind: FacetKind | None = None
) -> Taxonomy:
    """Read a taxonomy file and make it the version in force.

    kind: of facets that the file says nothing of; without it, the kind that the taxonomy's only
    facet has already, else `any`. Raises InvalidTaxonomy, and Conflict where concepts that
    pictures are labelled or tagged with would be lost.
    """
    called = name or label_text(file.stem)
    before = ws.taxonomies.find(called)
    known = before.facets[0].kind if before and len(before.facets) == 1 else "any"
    found = parse_taxonomy(_read(file), file.suffix, name=called, kind=kind or known)
    if not found.concepts:
        raise InvalidInput(f"{str(file)!r} has no concepts: write one a line, or check the export")
    if before is not None:
        found = _in_its_facet(before, found)
        _keep_what_is_used(ws, found)
    kinds = {facet.id: facet.kind for facet in before.facets} if before else {}
    changed = any(kinds.get(facet.id, facet.kind) != facet.kind for facet in found.facets)
    with ws.db.write() as transaction:
        ws.taxonomies.save_in(transaction, found, ws.now())
        if changed:
            assets = ws.ledger.assets_of(transaction, called)
            ws.ledger.fold_in(transaction, assets, partial(_is_exclusive, ws, found))
    return found


def _in_its_facet(before: Taxonomy, found: Taxonomy) -> Taxonomy:
    """With the id that its only facet had, so that labels stay in the same facet."""
    if len(before.facets) != 1 or len(found.facets) != 1:
        return found
    facet = replace(found.facets[0], id=before.facets[0].id)
    concepts = tuple(replace(concept, facet=facet.id) for concept in found.concepts)
    return replace(found, facets=(facet,), concepts=concepts)


def _keep_what_is_used(ws: Workspace, found: Taxonomy) -> None:
    """Raises Conflict where something was said of concepts that are not there, or elsewhere."""
    lost = [
        concept
        for concept, facet in sorted(ws.ledger.named(found.name).items())
        if concept not in found or found.get(concept).facet != facet
    ]
    if lost:
        shown = ", ".join(map(repr, lost[:5])) + (" ..." if len(lost) > 5 else "")  # noqa: PLR2004
        raise Conflict(
            f"pictures are labelled with {len(lost):,} concepts of taxonomy {found.name!r} that "
            f"the file does not have in the same facet: {shown}; give them these ids in the "
            f"file (deprecated, if they should go), or read it under another name with --name"
        )


def _is_exclusive(ws: Workspace, found: Taxonomy, taxonomy: str, facet: FacetId) -> bool:
    """Whether a facet is of kind `one`, as it will be once `found` is in force."""
    if taxonomy != found.name:
        return ws.exclusive()(taxonomy, facet)
    return any(each.id == facet and each.kind == "one" for each in found.facets)


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


def use_words(ws: Workspace, name: str, file: Path) -> int:
    """Show a client's own words for concepts; the shared words stay findable."""
    words = Vocabulary.from_csv(_read(file), name=file.stem)
    ws.taxonomies.save(words.apply(ws.taxonomies.get(name)), ws.now())
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
