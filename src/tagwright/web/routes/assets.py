"""Pictures: in, by upload or import; out, as they came or smaller; and erased."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse

from tagwright.errors import InvalidInput, TooLarge
from tagwright.flows.gathering import as_json, check_allowed
from tagwright.flows.jobs import submit
from tagwright.flows.pictures import BOXES, CONTENT_TYPES, forget, original, rendition
from tagwright.flows.uploading import ConceptPath, Sent, Upload, receive
from tagwright.web.access import Access, Administering, Editing, Reading, Uploading
from tagwright.web.errors import PROBLEMS
from tagwright.web.schemas.assets import (
    AssetOut,
    ImportIn,
    UploadedOut,
    UploadOut,
    UploadsOut,
)
from tagwright.web.schemas.jobs import JobOut

router = APIRouter(tags=["assets"], responses=PROBLEMS)

MOST_FILES: Final = 100
"""In one form. More go one by one, as `PUT`, which can be cut off and taken up anywhere."""
FORM_BYTES: Final = 2**30
IMPORT_BYTES: Final = 2**27
"""Room for as many URLs as an import takes, each as long as one may be."""
NO_LIMIT: Final = 2**50
"""Of a body as a whole: while it streams, every picture is held to TAGWRIGHT_UPLOAD_MEGABYTES."""
AT_ONCE: Final = 4
"""Files of one form on their way at the same time, so that others get through."""
_WRITE: Final = 1 << 20
FOREVER: Final = "private, max-age=31536000, immutable"
"""What an address with a hash in it answers never changes, and is for the caller alone."""
HARMLESS: Final = {
    "Cache-Control": FOREVER,
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}

AssetId = Annotated[
    str, Path(pattern="^[0-9a-f]{64}$", description="SHA-256 of the picture's bytes.")
]
FileName = Annotated[str | None, Query(max_length=1_000, description="What the file is called.")]
Labels = Annotated[
    list[str] | None,
    Query(max_length=100, description="`TAXONOMY:CONCEPT`, or a path `TAXONOMY:A > B`."),
]
Keywords = Annotated[
    str | None,
    Query(
        min_length=1,
        max_length=200,
        description="The taxonomy that takes the keywords in the file. Those it does not know are "
        "added to it where the caller may edit.",
    ),
]


def _claimed(label: Labels = None, keywords: Keywords = None) -> Sent:
    """What a request says of every picture in it."""
    return Sent(labels=tuple(_label(each) for each in label or ()), keywords=keywords)


Claimed = Annotated[Sent, Depends(_claimed)]
BINARY: Final = {"type": "string", "format": "binary"}
ONE: Final[dict[str, Any]] = {"required": True, "content": {"image/*": {"schema": BINARY}}}
FORM: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["pictures"],
                "properties": {
                    "pictures": {"type": "array", "maxItems": MOST_FILES, "items": BINARY}
                },
            }
        }
    },
}
NOT_MODIFIED: Final[dict[int | str, dict[str, Any]]] = {
    304: {"description": "What the caller has is still right."}
}


@router.put(
    "/assets/{asset}",
    max_body_size=NO_LIMIT,
    openapi_extra={"requestBody": ONE},
    responses={201: {"model": UploadOut, "description": "It is new, and safe now."}},
)
async def put_asset(
    request: Request,
    access: Uploading,
    response: Response,
    asset: AssetId,
    said: Claimed,
    name: FileName = None,
) -> UploadOut:
    """Upload one picture, named by the SHA-256 of its bytes. Sending it again does no harm."""
    sent = replace(said, name=name, expected=asset, grow=_may_edit(access))
    upload = await _receive(access, _body(request, _limit(access)), sent)
    response.status_code = 201 if upload.status == "created" else 200
    return UploadOut.of(upload)


@router.post(
    "/assets", max_body_size=FORM_BYTES, openapi_extra={"requestBody": FORM}, status_code=200
)
async def post_assets(request: Request, access: Uploading, said: Claimed) -> UploadsOut:
    """Upload up to 100 pictures as a form, with an answer a file."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise InvalidInput(f"the body is {kind or 'of no type'!r}: send multipart/form-data")
    said = replace(said, grow=_may_edit(access))
    gate = asyncio.Semaphore(AT_ONCE)
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FILES) as form:
        parts = form.getlist("pictures")
        if not parts:
            raise InvalidInput("the form has no field 'pictures': send 1 to 100 files in it")
        results = await asyncio.gather(*(_uploaded(access, gate, part, said) for part in parts))
    return UploadsOut(results=results)


@router.get("/assets/{asset}")
def read_asset(access: Reading, asset: AssetId) -> AssetOut:
    """One picture: what it is, where it came from, what it is tagged with."""
    found = access.ws.assets.exact(asset)
    tags = access.ws.ledger.tags_of([found.id])[found.id]
    return AssetOut.of(found, access.ws.assets.locations(found.id), tags)


@router.get(
    "/assets/{asset}/original",
    response_class=StreamingResponse,
    responses=NOT_MODIFIED
    | {200: {"content": {kind: {"schema": BINARY} for kind in CONTENT_TYPES.values()}}},
)
def read_original(request: Request, access: Reading, asset: AssetId) -> Response:
    """The picture's own bytes, as they came."""
    headers = {**HARMLESS, "ETag": f'"{asset}"'}
    if _is_held(request, headers["ETag"]):
        access.ws.assets.exact(asset)
        return Response(status_code=304, headers=headers)
    found = original(access.ws, asset)
    headers["Content-Length"] = str(found.size)
    headers["Content-Disposition"] = f"inline; filename*=UTF-8''{_name(access, asset)}"
    return StreamingResponse(found.chunks, headers=headers, media_type=found.content_type)


@router.get(
    "/assets/{asset}/renditions/{box}",
    response_class=Response,
    responses=NOT_MODIFIED | {200: {"content": {"image/webp": {"schema": BINARY}}}},
)
def read_rendition(
    request: Request,
    access: Reading,
    asset: AssetId,
    box: Annotated[
        int, Path(description="Longest side in pixels.", json_schema_extra={"enum": list(BOXES)})
    ],
) -> Response:
    """The picture as WebP, at most so many pixels wide and high."""
    headers = {**HARMLESS, "ETag": f'"{asset}-{box}"'}
    if box in BOXES and _is_held(request, headers["ETag"]):
        access.ws.assets.exact(asset)
        return Response(status_code=304, headers=headers)
    data = rendition(access.ws, access.server.classifier.decoders, asset, box)
    return Response(data, headers=headers, media_type="image/webp")


@router.delete("/assets/{asset}", status_code=204)
def delete_asset(access: Administering, asset: AssetId) -> None:
    """Erase a picture for good, with everything that was said of it."""
    forget(access.ws, asset, access.caller.actor)


@router.post("/imports", status_code=202, max_body_size=IMPORT_BYTES)
def make_import(access: Editing, asked: ImportIn, response: Response) -> JobOut:
    """Import URLs, what is below a bucket's prefix, or a folder of the server, as a job."""
    source = asked.source()
    trusted = access.caller.kind == "local"
    if not trusted:
        check_allowed(access.ws.settings, source)
    params = {"source": as_json(source), "options": asked.options(), "trusted": trusted}
    job = submit(access.ws, "import", params, requested_by=access.caller.actor)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return JobOut.of(job)


async def _uploaded(
    access: Access, gate: asyncio.Semaphore, part: UploadFile | str, said: Sent
) -> UploadedOut:
    """One file of a form. What is wrong with it is told; what is wrong with us is raised."""
    if isinstance(part, str):
        return UploadedOut(name=None, status="refused", reason="it is text: send files")
    async with gate:
        try:
            upload = await _receive(access, _file(part), replace(said, name=part.filename))
        except (InvalidInput, TooLarge) as error:
            return UploadedOut(name=part.filename, status="refused", reason=str(error))
    return UploadedOut(name=part.filename, status=upload.status, asset=UploadOut.of(upload))


async def _receive(access: Access, chunks: AsyncIterator[bytes], sent: Sent) -> Upload:
    """Bytes to a temporary file, as they come, and then through the flow."""
    with access.ws.blobs.staging(_limit(access)) as staging:
        waiting = bytearray()
        async for chunk in chunks:
            waiting += chunk
            if len(waiting) >= _WRITE:
                await run_in_threadpool(staging.write, bytes(waiting))
                waiting.clear()
        await run_in_threadpool(staging.write, bytes(waiting))
        staged = await run_in_threadpool(staging.finish)
        decoders, actor = access.server.classifier.decoders, access.caller.actor
        return await run_in_threadpool(receive, access.ws, staged, decoders, sent, actor=actor)


async def _body(request: Request, limit: int) -> AsyncIterator[bytes]:
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > limit:
        raise TooLarge(f"a picture may have {limit >> 20} MiB and this one has {announced} bytes")
    try:
        async for chunk in request.stream():
            yield chunk
    except ClientDisconnect as error:
        raise InvalidInput("the upload was cut off: send it again") from error


async def _file(part: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await part.read(_WRITE):
        yield chunk


def _limit(access: Access) -> int:
    return access.server.installation.settings.upload_megabytes << 20


def _label(given: str) -> ConceptPath:
    taxonomy, colon, path = given.partition(":")
    words = tuple(word.strip() for word in path.split(">"))
    if not colon or not taxonomy or not all(words):
        raise InvalidInput(f"{given!r} is no label: give TAXONOMY:CONCEPT, or TAXONOMY:A > B")
    return taxonomy, words


def _may_edit(access: Access) -> bool:
    return "edit" in access.caller.permissions


def _is_held(request: Request, etag: str) -> bool:
    return etag in request.headers.get("if-none-match", "")


def _name(access: Access, asset: str) -> str:
    """What the picture was called where it was seen first, as a header may hold it."""
    places = access.ws.assets.locations(access.ws.assets.exact(asset).id)
    name = places[0].partition("?")[0].rpartition("/")[2] if places else ""
    return quote(name, safe="%._-~") if name and not name.startswith("upload:") else asset
