"""Labels and tags: said, listed, looked up; and runs, which can be undone."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from tagwright.core.ledger import Entry
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import InvalidInput
from tagwright.flows.answers import Answer, decide_many
from tagwright.flows.deciding import Undone, check_own_answers, undo
from tagwright.flows.online import follow
from tagwright.store.ledger import Wanted
from tagwright.store.standing import Standing
from tagwright.types import AssetId, ConceptId
from tagwright.web.access import Access, Editing, Reading, Reviewing
from tagwright.web.errors import PROBLEMS
from tagwright.web.paging import After
from tagwright.web.routes.review import learning
from tagwright.web.schemas.labels import (
    DecidedOut,
    EntryOut,
    HistoryOut,
    LabelsIn,
    RunNowOut,
    RunOut,
    RunsOut,
    TagsOut,
    TagsQuery,
    UndoneOut,
)

router = APIRouter(tags=["labels"], responses=PROBLEMS)

Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
Named = Annotated[str, Query(min_length=1, max_length=500)]
Cursor = Annotated[str | None, Query(max_length=2_000, description="`next` of a page.")]
Limit = Annotated[int, Query(ge=1, le=1_000)]
RunName = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


@router.post("/labels")
def add_labels(access: Reviewing, asked: LabelsIn) -> DecidedOut:
    """A person's word on pictures and concepts, in bulk. What cannot stand is refused alone."""
    answers = [
        Answer("confirm" if each.positive else "reject", AssetId(each.asset), each.concept)
        for each in asked.labels
    ]
    told = learning(access, asked.taxonomy)
    actor = access.caller.actor
    return DecidedOut.of(decide_many(access.ws, asked.taxonomy, answers, actor, learned=told))


@router.get("/labels")
def list_labels(
    access: Reading, taxonomy: Named, after: Cursor = None, limit: Limit = 100
) -> TagsOut:
    """What people and imports say, by picture; rejections too."""
    found = access.ws.taxonomies.get(taxonomy)
    wanted = Wanted(found.name, actor_kinds=("person", "import"))
    return _page(access, found, wanted, after, limit)


@router.get("/tags")
def list_tags(access: Reading, asked: Annotated[TagsQuery, Query()]) -> TagsOut:
    """What stands on pictures now, by picture."""
    found = access.ws.taxonomies.get(asked.taxonomy)
    below = None if asked.concept is None else found.subtree(ConceptId(asked.concept))
    wanted = Wanted(found.name, asked.facet, below, asked.status, model=asked.model)
    return _page(access, found, wanted, asked.after, asked.limit)


@router.get("/assets/{asset}/tags")
def read_asset_tags(access: Reading, asset: Sha256) -> TagsOut:
    """What stands on one picture now, in every taxonomy."""
    known = access.ws.assets.get(asset).id
    tags = access.ws.ledger.tags_of([known])[known]
    return TagsOut(items=_shown(access, tags), next=None)


@router.get("/assets/{asset}/history")
def read_asset_history(access: Reading, asset: Sha256) -> HistoryOut:
    """All that was ever said of one picture, oldest first."""
    known = access.ws.assets.get(asset).id
    entries = access.ws.ledger.history(known)
    void = {run.id for run in access.ws.runs.all() if run.undone}
    return HistoryOut(
        items=_shown(access, entries), void=sorted(void & {entry.run for entry in entries})
    )


@router.get("/runs")
def list_runs(
    access: Reading,
    after: After,
    kind: Annotated[str | None, Query(max_length=64)] = None,
    actor: Annotated[str | None, Query(max_length=300)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> RunsOut:
    """What was done, newest first."""
    found = access.ws.runs.page(before=after, limit=limit + 1, kind=kind, actor=actor)
    page = found[:limit]
    return RunsOut(
        items=[RunOut.of(run) for run in page],
        next=str(page[-1].seq) if len(found) > limit else None,
    )


@router.get("/runs/{run}")
def read_run(access: Reading, run: RunName) -> RunNowOut:
    """One run, and what of it stands."""
    found = access.ws.runs.get(run)
    return RunNowOut.now(found, *Standing(access.ws.db, access.ws.id).of_run(found.id))


@router.post("/runs/{run}/undo")
def undo_run(access: Reviewing, run: RunName) -> UndoneOut:
    """Take a run back, exactly; the answer's `by` brings it back in turn.

    Reviewers may take back their own answers; editors, whatever was done.
    """
    if "edit" not in access.caller.permissions:
        check_own_answers(access.ws, run, access.caller.actor)
    return _undone(access, undo(access.ws, run=run, actor=access.caller.actor))


@router.post("/taxonomies/{taxonomy}/models/{version}/undo-tags")
def undo_model_tags(
    access: Editing,
    taxonomy: Annotated[str, Path(max_length=500)],
    version: Annotated[int, Path(ge=1, lt=2**31)],
) -> UndoneOut:
    """Take back every tag of a model version. What people said stays."""
    model = (taxonomy, version)
    return _undone(access, undo(access.ws, model=model, actor=access.caller.actor))


def _undone(access: Access, undone: Undone) -> UndoneOut:
    """Answers that were taken back must be unlearned as well."""
    for run in undone.runs:
        for taxonomy, assets in access.ws.ledger.said_in(run).items():
            follow(access.ws, taxonomy, assets)
    return UndoneOut.of(undone)


def _page(
    access: Access, taxonomy: Taxonomy, wanted: Wanted, after: str | None, limit: int
) -> TagsOut:
    found = access.ws.ledger.page(wanted, limit + 1, after=_place(after))
    page = found[:limit]
    last = page[-1] if len(found) > limit else None
    return TagsOut(
        items=[EntryOut.of(entry, taxonomy) for entry in page],
        next=None if last is None else _cursor([last.asset, str(last.concept)]),
    )


def _shown(access: Access, entries: Iterable[Entry]) -> list[EntryOut]:
    some = list(entries)
    known = {name: access.ws.taxonomies.find(name) for name in {e.taxonomy for e in some}}
    return [EntryOut.of(entry, known[entry.taxonomy]) for entry in some]


def _cursor(place: list[str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _place(cursor: str | None) -> tuple[str, str] | None:
    if cursor is None:
        return None
    place: Any = None
    with suppress(ValueError, RecursionError):
        place = json.loads(base64.b64decode(cursor.encode(), altchars=b"-_", validate=True))
    match place:
        case [str(asset), str(concept)]:
            return asset, concept
    raise InvalidInput(f"after={cursor!r} is no cursor: give the `next` of the page before")
