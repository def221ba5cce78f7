"""Webhooks: who is told what happens, and whether it arrived."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from tagwright.flows import webhooks as flow
from tagwright.store.webhooks import DeliveryStatus
from tagwright.web.access import Administering
from tagwright.web.errors import PROBLEMS
from tagwright.web.paging import After
from tagwright.web.schemas.webhooks import (
    DeliveriesOut,
    DeliveryOut,
    NewWebhookOut,
    WebhookChange,
    WebhookIn,
    WebhookOut,
    WebhooksOut,
)

router = APIRouter(tags=["webhooks"], responses=PROBLEMS)

Id = Annotated[str, Path(max_length=64)]


@router.post("/webhooks", status_code=201)
def create_webhook(access: Administering, asked: WebhookIn, response: Response) -> NewWebhookOut:
    """Have events sent to an address. The secret is in this answer and never again."""
    made = flow.create_webhook(access.ws, access.caller, asked.url, asked.events)
    response.headers["Location"] = f"/api/v1/webhooks/{made.id}"
    response.headers["Cache-Control"] = "no-store"
    return NewWebhookOut.of(made)


@router.get("/webhooks")
def list_webhooks(access: Administering) -> WebhooksOut:
    """All webhooks of the workspace."""
    return WebhooksOut(items=[WebhookOut.of(each) for each in access.ws.webhooks.all()])


@router.get("/webhooks/{webhook}")
def read_webhook(access: Administering, webhook: Id) -> WebhookOut:
    """One webhook, without its secret."""
    return WebhookOut.of(access.ws.webhooks.get(webhook))


@router.patch("/webhooks/{webhook}")
def change_webhook(access: Administering, webhook: Id, asked: WebhookChange) -> WebhookOut:
    """Change its address or events, or switch it off and on."""
    changed = flow.update_webhook(access.ws, access.caller, webhook, asked.change())
    return WebhookOut.of(changed)


@router.delete("/webhooks/{webhook}", status_code=204)
def delete_webhook(access: Administering, webhook: Id) -> None:
    """Forget a webhook, its deliveries, and what waits for it."""
    flow.delete_webhook(access.ws, access.caller, webhook)


@router.post("/webhooks/{webhook}/ping", status_code=202)
def ping_webhook(access: Administering, webhook: Id) -> DeliveryOut:
    """Send the event `ping`, to see whether it arrives."""
    return DeliveryOut.of(flow.ping(access.ws, access.caller, webhook))


@router.get("/webhooks/{webhook}/deliveries")
def list_deliveries(
    access: Administering,
    webhook: Id,
    after: After,
    status: DeliveryStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DeliveriesOut:
    """What was sent in the last month and what became of it, newest first."""
    hooks = access.ws.webhooks
    found = hooks.deliveries(webhook, status=status, after=after, limit=limit + 1)
    page = found[:limit]
    return DeliveriesOut(
        items=[DeliveryOut.of(each) for each in page],
        next=str(page[-1].seq) if len(found) > limit else None,
    )


@router.post("/webhooks/{webhook}/deliveries/{delivery}/redeliver", status_code=202)
def redeliver(access: Administering, webhook: Id, delivery: Id) -> DeliveryOut:
    """Send one again that arrived or failed, under its old id."""
    return DeliveryOut.of(flow.redeliver(access.ws, webhook, delivery))
