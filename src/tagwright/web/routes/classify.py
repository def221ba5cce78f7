"""What pictures are, without keeping them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from tagwright.errors import InvalidInput, TooLarge, Unavailable
from tagwright.flows.classifying import MOST
from tagwright.flows.fetching import fetch_picture
from tagwright.flows.neighbours import neighbours_of
from tagwright.flows.ready import Answering
from tagwright.media.pool import Unreadable
from tagwright.web.access import Access, Classifying
from tagwright.web.errors import PROBLEMS
from tagwright.web.schemas.classify import ClassifiedOut, ClassifyOut, FacetOut, NeighbourOut, Urls

router = APIRouter(tags=["classify"], responses=PROBLEMS)

FETCHED_AT_ONCE: Final = 8
FETCH_SECONDS: Final = 60.0
"""After this no further address of a request is begun."""

Named = tuple[str | None, bytes | str]
"""A picture's name, where it has one, and its bytes, or why there are none."""

BODY_BYTES: Final = 256 * 2**20
"""Of all pictures of a request together: they are in memory at once."""
BODY: Final[dict[str, Any]] = {
    "required": True,
    "content": {
        "image/*": {"schema": {"type": "string", "format": "binary"}},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["pictures"],
                "properties": {
                    "pictures": {
                        "type": "array",
                        "maxItems": MOST,
                        "items": {"type": "string", "format": "binary"},
                    }
                },
            }
        },
        "application/json": {"schema": Urls.model_json_schema()},
    },
}


@router.post("/classify", max_body_size=BODY_BYTES, openapi_extra={"requestBody": BODY})
async def classify(
    request: Request,
    access: Classifying,
    taxonomy: Annotated[
        list[str] | None, Query(description="All that have an answer, if none.")
    ] = None,
    model: Annotated[int | None, Query(ge=1, description="A version; else the champion.")] = None,
    top: Annotated[int, Query(ge=1, le=50, description="Most probable concepts a facet.")] = 5,
    neighbours: Annotated[int, Query(ge=0, le=20, description="Similar pictures to show.")] = 3,
) -> ClassifyOut:
    """Say what up to 64 pictures are: one as the body, several as a form, or by URL."""
    at_hand = access.server.classifier.models.at_hand
    ready = None if model else at_hand(access.ws.id, taxonomy or ())
    if ready is None:
        ready = await run_in_threadpool(_models, access, taxonomy, model)
    pictures = [named async for named in _pictures(request, access)]
    if not pictures:
        raise InvalidInput(f"there is no picture in the request: send 1 to {MOST}")
    results = await asyncio.gather(
        *(_classified(access, ready, picture, top, neighbours) for picture in pictures)
    )
    request.app.state.metrics.pictures.inc(len(results))
    return ClassifyOut(results=results)


def _models(
    access: Access, taxonomies: Sequence[str] | None, version: int | None
) -> list[Answering]:
    ws, models = access.ws, access.server.classifier.models
    if version is not None and len(taxonomies or ()) != 1:
        raise InvalidInput(f"model version {version} of which taxonomy? Name one with ?taxonomy=")
    if not taxonomies:
        return models.all(ws)
    return [models.get(ws, name, version or 0) for name in taxonomies]


async def _pictures(request: Request, access: Access) -> AsyncIterator[Named]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        async with request.form(max_files=MOST, max_fields=MOST) as form:
            for part in form.getlist("pictures"):
                if not isinstance(part, UploadFile):
                    raise InvalidInput("the form field 'pictures' holds text: send files in it")
                yield part.filename, await part.read()
    elif kind == "application/json":
        fetch = Fetching(access)
        for named in await asyncio.gather(*map(fetch.named, _urls(await request.body()))):
            yield named
    else:
        body = await request.body()
        if len(body) > _limit(access):
            raise TooLarge(f"the picture is larger than {_limit(access) >> 20} MiB")
        yield None, body


class Fetching:
    """Fetches the pictures of one request, some at a time, and not for ever."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._turns = asyncio.Semaphore(FETCHED_AT_ONCE)
        self._end = asyncio.get_running_loop().time() + FETCH_SECONDS

    async def named(self, url: str) -> Named:
        async with self._turns:
            if asyncio.get_running_loop().time() > self._end:
                return url, "the other addresses took too long: ask for this one by itself"
            try:
                return url, await run_in_threadpool(fetch_picture, self._access.ws, url)
            except (InvalidInput, Unavailable, TooLarge) as error:
                return url, str(error)


def _limit(access: Access) -> int:
    return access.server.installation.settings.upload_megabytes << 20


def _urls(body: bytes) -> list[str]:
    try:
        return Urls.model_validate_json(body).urls
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error


async def _classified(
    access: Access, ready: Sequence[Answering], picture: Named, top: int, neighbours: int
) -> ClassifiedOut:
    name, data = picture
    if not isinstance(data, str) and len(data) > _limit(access):
        data = f"it is larger than {_limit(access) >> 20} MiB"
    if isinstance(data, str):
        return ClassifiedOut(name=name, status="unreadable", reason=data)
    seen = await asyncio.wrap_future(access.server.classifier.classify(data, ready, top))
    if isinstance(seen, Unreadable):
        return ClassifiedOut(name=name, status="unreadable", reason=seen.reason)
    found = []
    if neighbours:
        semantic = seen.row["semantic"]
        found = await run_in_threadpool(neighbours_of, access.ws, semantic, neighbours)
    return ClassifiedOut(
        name=name,
        status="ok",
        width=seen.picture.width,
        height=seen.picture.height,
        facets=[
            FacetOut.of(answer, model.taxonomy.name, model.version, model.contract)
            for model, facets in zip(ready, seen.answers, strict=True)
            for answer in facets
        ],
        neighbours=[NeighbourOut(asset=asset, cosine=cosine) for asset, cosine in found],
    )
