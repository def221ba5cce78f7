"""Label check: what looks wrong, and a person's word that it is right.

Labels are looked through by a job of kind `clean`. To correct one, decide on it as on any picture.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated

from fastapi import APIRouter, Query

from tagwright.errors import InvalidInput
from tagwright.flows.cleaning import keep_label
from tagwright.store.suspects import Place
from tagwright.web.access import Reading, Reviewing
from tagwright.web.errors import PROBLEMS
from tagwright.web.schemas.suspects import KeepIn, KeptOut, SuspectOut, SuspectsOut

router = APIRouter(tags=["suspects"], responses=PROBLEMS)


@router.get("/suspects")
def list_suspects(
    access: Reading,
    taxonomy: Annotated[str, Query(max_length=500)],
    after: Annotated[str | None, Query(max_length=2_000, description="`next` of a page.")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> SuspectsOut:
    """The labels of a taxonomy that look wrong and no person has looked at since."""
    name = access.ws.taxonomies.get(taxonomy).name
    found = access.ws.suspects.list(name, after=_place(after), limit=limit + 1)
    page = found[:limit]
    last = page[-1] if len(found) > limit else None
    return SuspectsOut(
        items=[SuspectOut.of(row) for row in page],
        total=access.ws.suspects.count(name),
        next=None if last is None else _cursor((last.score, last.facet, last.asset)),
    )


@router.post("/suspects/keep")
def keep_suspect(access: Reviewing, asked: KeepIn) -> KeptOut:
    """Say that a label in doubt is right. It is a person's label then, and not doubted again."""
    kept = keep_label(access.ws, asked.taxonomy, asked.facet, asked.asset, access.caller.actor)
    return KeptOut(asset=kept.asset, concept=str(kept.concept), run=kept.run)


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
