"""Label check: what looks wrong, and how much of it there is.

Labels are looked through by a job of kind `clean`. They are answered as any picture is, by
`POST /review/decisions`: confirm what is right, correct it, or reject it.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated

from fastapi import APIRouter, Query

from tagwright.errors import InvalidInput
from tagwright.flows.cleaning import last_check
from tagwright.flows.leaving import last_alpha
from tagwright.store.suspects import Place, Wanted
from tagwright.web.access import Reading
from tagwright.web.errors import PROBLEMS
from tagwright.web.schemas.suspects import (
    AlphaFacetOut,
    AlphaOut,
    CheckedFacetOut,
    CheckOut,
    SuspectOut,
    SuspectsOut,
    WantedIn,
)

router = APIRouter(tags=["suspects"], responses=PROBLEMS)


@router.get("/suspects")
def list_suspects(
    access: Reading,
    asked: Annotated[WantedIn, Query()],
) -> SuspectsOut:
    """The labels of a taxonomy that look wrong and no person has looked at since."""
    name = access.ws.taxonomies.get(asked.taxonomy).name
    wanted = Wanted(asked.facet, asked.given, asked.proposed, asked.reason)
    found = access.ws.suspects.list(
        name, wanted=wanted, after=_place(asked.after), limit=asked.limit + 1
    )
    page = found[: asked.limit]
    last = page[-1] if len(found) > asked.limit else None
    return SuspectsOut(
        items=[SuspectOut.of(row) for row in page],
        total=access.ws.suspects.count(name, wanted),
        next=None if last is None else _cursor((last.score, last.facet, last.asset)),
    )


@router.get("/suspects/report")
def read_check(access: Reading, taxonomy: Annotated[str, Query(max_length=500)]) -> CheckOut:
    """What the newest look through a taxonomy's labels found, and how many wait for a person."""
    run = last_check(access.ws, taxonomy)
    groups = access.ws.suspects.groups(taxonomy)
    waiting = sum(group.count for group in groups)
    if run is None:
        return CheckOut(checked_at=None, run=None, waiting=waiting, facets=[])
    facets = [
        CheckedFacetOut.of(told, [group for group in groups if group.facet == told["facet"]])
        for told in run.summary["facets"]
    ]
    return CheckOut(checked_at=run.finished_at, run=run.id, waiting=waiting, facets=facets)


@router.get("/suspects/alpha")
def read_alpha(access: Reading, taxonomy: Annotated[str, Query(max_length=500)]) -> AlphaOut:
    """Which share of doubtful labels learning is better without, by the newest search for it."""
    run = last_alpha(access.ws, taxonomy)
    if run is None:
        return AlphaOut(searched_at=None, run=None, facets=[])
    facets = [AlphaFacetOut.model_validate(told) for told in run.summary["facets"]]
    return AlphaOut(searched_at=run.finished_at, run=run.id, facets=facets)


def _cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _place(cursor: str | None) -> Place | None:
    if cursor is None:
        return None
    wrong = InvalidInput(f"after={cursor!r} is no cursor: give the `next` of the page before")
    try:
        place = json.loads(base64.b64decode(cursor.encode(), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise wrong from error
    match place:
        case [float(score), str(facet), str(asset)]:
            return score, facet, asset
    raise wrong
