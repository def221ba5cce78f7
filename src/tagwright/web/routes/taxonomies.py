"""Taxonomies: in and out of files, versions, edits with their impact, a client's own words."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from tagwright.core.edits import to_json
from tagwright.core.skos import MAX_BYTES
from tagwright.core.taxonomy_files import format_taxonomy
from tagwright.flows import edits as flow
from tagwright.flows.generic import starter_taxonomy
from tagwright.flows.taxonomies import TaxonomyFile, read_taxonomy
from tagwright.store.workspaces import find_workspace
from tagwright.web.access import Editing, Operating, Reading
from tagwright.web.errors import PROBLEMS
from tagwright.web.schemas.taxonomies import (
    AppliedOut,
    CopyIn,
    EditsIn,
    FileQuery,
    Format,
    ImpactOut,
    TaxonomiesOut,
    TaxonomyNameOut,
    TaxonomyOut,
    VersionOut,
    VersionsOut,
    VocabularyIn,
    VocabularyOut,
)

router = APIRouter(tags=["taxonomies"], responses=PROBLEMS)

TYPES: Final[dict[Format, str]] = {
    "json": "application/json",
    "ttl": "text/turtle",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "csv": "text/csv",
    "txt": "text/plain",
}
Name = Annotated[str, Path(min_length=1, max_length=500)]
Number = Annotated[int | None, Query(ge=1, lt=2**31, description="Else the one in force.")]
BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        kind: {"schema": {} if "json" in kind else {"type": "string"}} for kind in TYPES.values()
    },
}
FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The taxonomy in the format asked for.",
        "content": {
            kind: {"schema": {} if "json" in kind else {"type": "string"}}
            for kind in TYPES.values()
        },
    }
}


async def _raw(request: Request) -> bytes:
    """The body as it came: `format` says what it is, whatever its content type."""
    return await request.body()


Raw = Annotated[bytes, Depends(_raw)]


@router.get("/taxonomies")
def list_taxonomies(access: Reading) -> TaxonomiesOut:
    """The workspace's taxonomies, with the version in force."""
    found = access.ws.taxonomies
    return TaxonomiesOut(
        items=[TaxonomyNameOut(name=name, version=found.version(name)) for name in found.names()]
    )


@router.get("/taxonomies/{taxonomy}")
def read_taxonomy_version(access: Reading, taxonomy: Name, version: Number = None) -> TaxonomyOut:
    """One version, whole: its facets, and its concepts in tree order."""
    found = access.ws.taxonomies
    found.get(taxonomy)
    number = version or found.version(taxonomy)
    return TaxonomyOut.of(found.at(taxonomy, number), number)


@router.put("/taxonomies/{taxonomy}", max_body_size=MAX_BYTES, openapi_extra={"requestBody": BODY})
def put_taxonomy(
    access: Editing, taxonomy: Name, data: Raw, asked: Annotated[FileQuery, Query()]
) -> AppliedOut:
    """Make a taxonomy of a file, or put a file in force instead of the one of this name."""
    file = TaxonomyFile(data, f".{asked.format}", f"the {asked.format} file", asked.language)
    actor, version = access.caller.actor, asked.if_version
    return AppliedOut.of(
        read_taxonomy(access.ws, file, taxonomy, kind=asked.kind, actor=actor, if_version=version)
    )


@router.post("/taxonomies/{taxonomy}/starter", status_code=201)
def make_starter(access: Editing, taxonomy: Name) -> TaxonomyOut:
    """A first taxonomy of everyday objects, which the network knows without being taught."""
    return TaxonomyOut.of(starter_taxonomy(access.ws, taxonomy, access.caller.actor), 1)


@router.get("/taxonomies/{taxonomy}/file", response_class=Response, responses=FILE)
def export_taxonomy(
    access: Reading,
    taxonomy: Name,
    format: Annotated[Format, Query()] = "json",
    version: Number = None,
) -> Response:
    """The taxonomy as a file, to keep or to read in elsewhere."""
    found = access.ws.taxonomies
    wanted = found.get(taxonomy) if version is None else found.at(taxonomy, version)
    return Response(format_taxonomy(wanted, f".{format}"), media_type=TYPES[format])


@router.get("/taxonomies/{taxonomy}/versions")
def list_versions(access: Reading, taxonomy: Name) -> VersionsOut:
    """When each version came into force, newest first."""
    versions = access.ws.taxonomies.versions(taxonomy)
    return VersionsOut(items=[VersionOut.of(each) for each in versions])


@router.post("/taxonomies/{taxonomy}/edits/preview")
def preview_edits(access: Reading, taxonomy: Name, asked: EditsIn) -> ImpactOut:
    """What edits would do to this workspace's pictures. Changes nothing."""
    impact = flow.preview(access.ws, taxonomy, asked.edits)
    return ImpactOut.of(impact, to_json(asked.edits))


@router.post("/taxonomies/{taxonomy}/edits")
def apply_edits(access: Editing, taxonomy: Name, asked: EditsIn) -> AppliedOut:
    """Put edits in force: all or none, as a run that can be undone."""
    actor, version = access.caller.actor, asked.if_version
    return AppliedOut.of(flow.apply(access.ws, taxonomy, asked.edits, actor, if_version=version))


@router.get("/taxonomies/{taxonomy}/vocabulary")
def read_vocabulary(access: Reading, taxonomy: Name) -> VocabularyOut:
    """The workspace's own words for the concepts, and the version they belong to."""
    found = access.ws.taxonomies
    found.get(taxonomy)
    # The version first: should words change in between, saving these is refused, never too late.
    version = found.version(taxonomy)
    return VocabularyOut.of(found.vocabulary(taxonomy), version)


@router.put("/taxonomies/{taxonomy}/vocabulary", max_body_size=MAX_BYTES)
def put_vocabulary(access: Editing, taxonomy: Name, asked: VocabularyIn) -> AppliedOut:
    """Show these words, and no longer those there were. The shared words stay findable."""
    words, actor = asked.vocabulary(taxonomy), access.caller.actor
    return AppliedOut.of(
        flow.set_vocabulary(access.ws, taxonomy, words, actor, if_version=asked.if_version)
    )


@router.post("/taxonomies/{taxonomy}/copies")
def copy_taxonomy(access: Operating, taxonomy: Name, asked: CopyIn) -> AppliedOut:
    """Share a taxonomy with another workspace, or bring what it has up to date.

    The other workspace's own words stay in force there.
    """
    target = find_workspace(access.server.installation.db, asked.workspace)
    other = access.server.workspace(target.id)
    actor = access.caller.actor
    return AppliedOut.of(
        flow.copy_taxonomy(access.ws, other, taxonomy, called=asked.name, actor=actor)
    )
