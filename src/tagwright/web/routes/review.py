"""The review loop: what to look at next, what people answer, and how far they agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Query

from tagwright.core.ledger import Entry
from tagwright.flows.answers import decide_many
from tagwright.flows.checking import agreements, promise_kept
from tagwright.flows.online import follow
from tagwright.flows.reviewing import next_pictures, release, take_up
from tagwright.flows.waiting import waiting
from tagwright.types import AssetId
from tagwright.web.access import Access, Reading, Reviewing
from tagwright.web.errors import PROBLEMS
from tagwright.web.schemas.labels import DecidedOut
from tagwright.web.schemas.review import (
    AgreementOut,
    DecisionsIn,
    FacetAgreementOut,
    NextIn,
    PromiseOut,
    QueueItemOut,
    QueueOut,
    ReleasedOut,
    ReleaseIn,
    SuggestionOut,
    TakenUpOut,
    WaitingOut,
)

router = APIRouter(tags=["review"], responses=PROBLEMS)

Named = Annotated[str, Query(min_length=1, max_length=500)]


@router.post("/review/next")
def next_to_review(access: Reviewing, asked: NextIn) -> QueueOut:
    """The pictures where an answer is worth the most, kept for the caller for ten minutes."""
    items = next_pictures(access.ws, asked.taxonomy, access.caller.actor, asked.asked())
    taxonomy = access.ws.taxonomies.get(asked.taxonomy)
    return QueueOut(
        items=[
            QueueItemOut.of(
                item, [SuggestionOut.of(s, taxonomy.path(s.concept)) for s in item.suggestions]
            )
            for item in items
        ]
    )


@router.post("/review/decisions")
def decide(access: Reviewing, asked: DecisionsIn) -> DecidedOut:
    """Answers to pictures, as one run that can be undone. What cannot stand is refused alone."""
    decided = decide_many(
        access.ws,
        asked.taxonomy,
        [each.answer() for each in asked.answers],
        access.caller.actor,
        queue=asked.queue,
        learned=learning(access, asked.taxonomy),
    )
    return DecidedOut.of(decided)


@router.get("/review/waiting")
def read_waiting(access: Reading, taxonomy: Named) -> WaitingOut:
    """How many pictures wait in each queue, and for each concept."""
    return WaitingOut.of(waiting(access.ws, taxonomy, access.caller.actor))


@router.post("/review/take-up")
def take_up_skipped(access: Reviewing, asked: ReleaseIn) -> TakenUpOut:
    """Ask the caller again of pictures they skipped."""
    assets = None if asked.assets is None else [AssetId(each) for each in asked.assets]
    count = take_up(access.ws, asked.taxonomy, access.caller.actor, assets)
    return TakenUpOut(taken_up=count)


@router.post("/review/release")
def release_pictures(access: Reviewing, asked: ReleaseIn) -> ReleasedOut:
    """Give pictures back that the caller holds, so that others may have them."""
    assets = None if asked.assets is None else [AssetId(each) for each in asked.assets]
    count = release(access.ws, asked.taxonomy, access.caller.actor, assets)
    return ReleasedOut(released=count)


@router.get("/review/agreement")
def read_agreement(access: Reading, taxonomy: Named) -> AgreementOut:
    """How far people who judged the same picture agree, beyond chance."""
    found = agreements(access.ws, taxonomy, np.random.default_rng(0))
    return AgreementOut(facets=[FacetAgreementOut.of(each) for each in found])


@router.get("/review/promise")
def read_promise(access: Reading, taxonomy: Named) -> PromiseOut:
    """Whether the tags applied alone are as right as was promised, by people's answers."""
    return PromiseOut.of(promise_kept(access.ws, taxonomy))


def learning(access: Access, taxonomy: str) -> Callable[[Sequence[Entry]], None]:
    """What the machine does with answers once they are stored."""
    return lambda entries: follow(access.ws, taxonomy, [entry.asset for entry in entries])
