"""Finding pictures: by what they are, where and when, and by what they look like."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Request
from fastapi import Query as Parameter
from pydantic import BeforeValidator
from starlette.concurrency import run_in_threadpool

from tagwright.core.cursor import LONGEST
from tagwright.core.finding import Sort
from tagwright.errors import InvalidInput, TooLarge, UnreadableImage
from tagwright.flows.searching import Query, find, outline, similar_to, similar_to_asset
from tagwright.media.pool import Unreadable
from tagwright.types import Status
from tagwright.web.access import Access, Classifying, Reading
from tagwright.web.errors import PROBLEMS
from tagwright.web.schemas.search import AssetsOut, OutlineOut, SimilarsOut

router = APIRouter(tags=["search"], responses=PROBLEMS)

PICTURE: Final[dict[str, Any]] = {
    "required": True,
    "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}},
}
PICTURE_BYTES: Final = 2**30
"""The declared limit of the route; TAGWRIGHT_UPLOAD_MEGABYTES holds while the body streams."""

Word = Annotated[str, Parameter(min_length=1, max_length=1_000)]
Concepts = Annotated[
    list[Word] | None,
    Parameter(max_length=20, description="Words in any language, paths A > B, or ids."),
]
Taxonomy = Annotated[str | None, Parameter(min_length=1, max_length=200)]
Share = Annotated[float | None, Parameter(ge=0, le=1)]
Limit = Annotated[int, Parameter(ge=1, le=200)]


def _written(text: object) -> object:
    """Refuses a bare number, which would be read as seconds since 1970."""
    if isinstance(text, str) and text.replace(".", "", 1).lstrip("+-").isdecimal():
        raise ValueError("write a date, as 2026-11-24, or a date and time")
    return text


Moment = Annotated[
    datetime | None,
    BeforeValidator(_written),
    Parameter(description="A date, or a date and time."),
]


def _tags(
    concept: Concepts = None,
    match: Annotated[Literal["all", "any"], Parameter(description="Of the concepts.")] = "all",
    taxonomy: Taxonomy = None,
    status: Annotated[list[Status] | None, Parameter(max_length=4)] = None,
    min_p: Share = None,
    max_p: Share = None,
) -> Query:
    """What the pictures are tagged with."""
    return Query(
        concepts=tuple(concept or ()),
        match=match,
        taxonomy=taxonomy,
        statuses=None if status is None else frozenset(status),
        low=min_p,
        high=max_p,
    )


def _times(
    taken_from: Moment = None,
    taken_before: Moment = None,
    added_from: Moment = None,
    added_before: Moment = None,
) -> Query:
    """When they were taken, local time; when they were added, UTC unless it says otherwise."""
    return Query(taken=(taken_from, taken_before), added=(added_from, added_before))


def _rest(
    text: Annotated[
        str, Parameter(max_length=500, description="Words of file names, folders and keywords.")
    ] = "",
    format: Annotated[
        list[Annotated[str, Parameter(max_length=20)]] | None, Parameter(max_length=20)
    ] = None,
    untagged: Annotated[bool, Parameter(description="Without a tag that stands.")] = False,
    unlabelled: Annotated[bool, Parameter(description="Without a word of people or imports.")] = (
        False
    ),
) -> Query:
    return Query(
        text=text, formats=frozenset(format or ()), untagged=untagged, unlabelled=unlabelled
    )


Sorted = Annotated[
    Sort | None,
    Parameter(description="Without: by rank where tags are asked for, else newest first."),
]


def _page(
    sort: Sorted = None,
    limit: Limit = 50,
    cursor: Annotated[
        str | None, Parameter(max_length=LONGEST, description="`next` of a page.")
    ] = None,
    facets: Annotated[
        bool, Parameter(description="Count by concept and by state as well.")
    ] = False,
) -> Query:
    return Query(sort=sort, limit=limit, cursor=cursor, facets=facets)


def _filters(
    tags: Annotated[Query, Depends(_tags)],
    times: Annotated[Query, Depends(_times)],
    rest: Annotated[Query, Depends(_rest)],
) -> Query:
    return replace(
        tags,
        taken=times.taken,
        added=times.added,
        text=rest.text,
        formats=rest.formats,
        untagged=rest.untagged,
        unlabelled=rest.unlabelled,
    )


Filtered = Annotated[Query, Depends(_filters)]


@router.get("/assets")
def find_assets(
    access: Reading, filters: Filtered, page: Annotated[Query, Depends(_page)]
) -> AssetsOut:
    """List and search pictures. Every filter given must hold."""
    query = replace(
        filters, sort=page.sort, limit=page.limit, cursor=page.cursor, facets=page.facets
    )
    return AssetsOut.of(find(access.ws, query))


@router.get("/search/outline")
def outline_assets(
    access: Reading, filters: Filtered, sort: Sorted = None, limit: Limit = 200
) -> OutlineOut:
    """The shape of everything that `GET /assets` would list, with the cursor of each page."""
    return OutlineOut.of(outline(access.ws, replace(filters, sort=sort, limit=limit)))


@router.get("/search/similar")
def find_similar(
    access: Reading,
    asset: Annotated[str, Parameter(pattern="^[0-9a-f]{64}$", description="A picture's id.")],
    limit: Limit = 20,
    concept: Concepts = None,
    taxonomy: Taxonomy = None,
) -> SimilarsOut:
    """The other pictures that look most like one of the library."""
    hits = similar_to_asset(access.ws, asset, limit, concepts=concept or (), taxonomy=taxonomy)
    return SimilarsOut.of(hits)


@router.post("/search/similar", max_body_size=PICTURE_BYTES, openapi_extra={"requestBody": PICTURE})
async def find_similar_to_picture(
    request: Request,
    access: Classifying,
    limit: Limit = 20,
    concept: Concepts = None,
    taxonomy: Taxonomy = None,
) -> SimilarsOut:
    """The pictures that look most like the one in the body, which is not kept."""
    asked = access.server.classifier.classify(await _body(request, access), (), 0)
    seen = await asyncio.wrap_future(asked)
    if isinstance(seen, Unreadable):
        raise UnreadableImage("the body", seen.reason)

    def search() -> SimilarsOut:
        semantic = seen.row["semantic"]
        return SimilarsOut.of(
            similar_to(access.ws, semantic, limit, concepts=concept or (), taxonomy=taxonomy)
        )

    return await run_in_threadpool(search)


async def _body(request: Request, access: Access) -> bytes:
    """All of it, held to the limit of uploads while it streams."""
    limit = access.server.installation.settings.upload_megabytes
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > limit * 2**20:
            raise TooLarge(f"the picture is larger than {limit} MiB")
        parts.append(part)
    if not size:
        raise InvalidInput("there is no picture in the request: send its bytes as the body")
    return b"".join(parts)
