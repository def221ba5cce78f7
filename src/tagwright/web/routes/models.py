"""Models: what was learned, how good it is, who is champion, and when it is learned again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse

from tagwright.flows import champions, policies
from tagwright.flows.health import read_health
from tagwright.flows.online import read_online, reset_online
from tagwright.flows.report import html_of, read_report
from tagwright.flows.ways import ways_to_learn
from tagwright.store.standing import Standing
from tagwright.web.access import Reading, Training
from tagwright.web.errors import PROBLEMS
from tagwright.web.paging import After
from tagwright.web.schemas.models import (
    ChangedOut,
    ComparisonOut,
    HealthOut,
    ModelOut,
    ModelsOut,
    ModelTagsOut,
    OnlineOut,
    PolicyIn,
    PolicyOut,
    PromotionOut,
    PromotionsOut,
    ReasonIn,
    SnapshotOut,
    WaysOut,
)

router = APIRouter(tags=["models"], responses=PROBLEMS)

Name = Annotated[str, Path(min_length=1, max_length=500)]
Version = Annotated[int, Path(ge=1, lt=2**31)]
Compared = Annotated[int, Query(ge=1, lt=2**31)]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.get("/models")
def list_models(
    access: Reading,
    taxonomy: Annotated[str | None, Query(min_length=1, max_length=500)] = None,
) -> ModelsOut:
    """Every version, newest first; of one taxonomy, or of all."""
    ws = access.ws
    names = ws.taxonomies.names() if taxonomy is None else [ws.taxonomies.get(taxonomy).name]
    return ModelsOut(items=[ModelOut.of(row) for name in names for row in ws.models.all(name)])


@router.get("/taxonomies/{taxonomy}/models/{version}")
def read_model(access: Reading, taxonomy: Name, version: Version) -> ModelOut:
    """One version."""
    return ModelOut.of(access.ws.models.get(taxonomy, version))


@router.get("/taxonomies/{taxonomy}/models/{version}/tags")
def count_model_tags(access: Reading, taxonomy: Name, version: Version) -> ModelTagsOut:
    """How many tags of a version stand: what undoing it would take back."""
    ws = access.ws
    row = ws.models.get(taxonomy, version)
    tags, pictures = Standing(ws.db, ws.id).of_model(row.taxonomy, row.version)
    return ModelTagsOut(tags=tags, pictures=pictures)


@router.get("/taxonomies/{taxonomy}/models/{version}/report")
def read_model_report(access: Reading, taxonomy: Name, version: Version) -> dict[str, Any]:
    """Its report: every figure with the pictures it was measured on and a 95 % interval."""
    ws = access.ws
    return ws.models.report(ws.models.get(taxonomy, version))


@router.get(
    "/taxonomies/{taxonomy}/models/{version}/report/page",
    response_class=HTMLResponse,
    responses={200: {"content": {"text/html": {"schema": {"type": "string"}}}}},
)
def read_report_page(access: Reading, taxonomy: Name, version: Version) -> HTMLResponse:
    """The same as one self-contained page with plots."""
    page = html_of(read_report(access.ws, taxonomy, version))
    # Its own styles and drawings are inside it; it runs and loads nothing.
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
    return HTMLResponse(page, headers={"Content-Security-Policy": policy})


@router.get("/taxonomies/{taxonomy}/models/{version}/snapshot")
def read_snapshot(
    access: Reading, taxonomy: Name, version: Version, after: After, limit: Limit = 100
) -> SnapshotOut:
    """The frozen list of pictures and labels it learned from and was judged on."""
    ws, start = access.ws, after or 0
    lines = ws.models.snapshot(ws.models.get(taxonomy, version))
    end = start + limit
    return SnapshotOut(items=lines[start:end], next=str(end) if end < len(lines) else None)


@router.get("/taxonomies/{taxonomy}/compare")
def compare_models(access: Reading, taxonomy: Name, a: Compared, b: Compared) -> ComparisonOut:
    """Version b against version a: paired figures, and where they disagree."""
    return ComparisonOut(**champions.compare(access.ws, taxonomy, a, b))


@router.get("/taxonomies/{taxonomy}/promotions")
def list_promotions(
    access: Reading, taxonomy: Name, after: After, limit: Limit = 50
) -> PromotionsOut:
    """Who became champion, who was kept in the shadows, and why; newest first."""
    access.ws.taxonomies.get(taxonomy)
    found = access.ws.champions.history(taxonomy, after=after, limit=limit + 1)
    page = found[:limit]
    return PromotionsOut(
        items=[PromotionOut.of(made) for made in page],
        next=str(page[-1].seq) if len(found) > limit else None,
    )


@router.post("/taxonomies/{taxonomy}/models/{version}/promote")
def promote_model(
    access: Training, taxonomy: Name, version: Version, asked: ReasonIn
) -> ChangedOut:
    """Make a version champion whatever the gate said. It is recorded."""
    actor = access.caller.actor
    return ChangedOut.of(champions.promote(access.ws, taxonomy, version, actor, asked.reason))


@router.post("/taxonomies/{taxonomy}/roll-back")
def roll_back_model(access: Training, taxonomy: Name, asked: ReasonIn) -> ChangedOut:
    """Return to the champion before, and to its tags."""
    return ChangedOut.of(
        champions.roll_back(access.ws, taxonomy, access.caller.actor, asked.reason)
    )


@router.get("/taxonomies/{taxonomy}/ways")
def read_ways(access: Reading, taxonomy: Name) -> WaysOut:
    """The ways in which it can be learned here, and the one in force."""
    return WaysOut.of(ways_to_learn(access.ws, taxonomy))


@router.get("/taxonomies/{taxonomy}/policy")
def read_policy(access: Reading, taxonomy: Name) -> PolicyOut:
    """When it is learned again by itself."""
    return PolicyOut.of(policies.read_policy(access.ws, taxonomy))


@router.put("/taxonomies/{taxonomy}/policy")
def set_policy(access: Training, taxonomy: Name, asked: PolicyIn) -> PolicyOut:
    """Say when it is learned again by itself."""
    return PolicyOut.of(
        policies.set_policy(access.ws, taxonomy, asked.policy(), access.caller.actor)
    )


@router.get("/taxonomies/{taxonomy}/health")
def taxonomy_health(access: Reading, taxonomy: Name) -> HealthOut:
    """Each concept: pictures it has and needs, figures, its rival, the next twelve to label."""
    return HealthOut(**read_health(access.ws, taxonomy))


@router.get("/taxonomies/{taxonomy}/online")
def online_state(access: Reading, taxonomy: Name) -> OnlineOut:
    """What single answers have taught since the last training, and whether it helped."""
    return OnlineOut(**read_online(access.ws, taxonomy))


@router.post("/taxonomies/{taxonomy}/online/reset")
def forget_online(access: Training, taxonomy: Name) -> OnlineOut:
    """Forget what single answers taught; a pause ends."""
    reset_online(access.ws, taxonomy)
    return OnlineOut(**read_online(access.ws, taxonomy))
