"""Webhooks and their deliveries over the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from tagwright.flows.events import EVENTS, Event
from tagwright.flows.webhooks import Change
from tagwright.store.webhooks import Delivery, DeliveryStatus, Webhook

_ABOUT_EVENTS = "; ".join(f"`{event}`: {when}" for event, when in EVENTS.items())

Url = Annotated[str, Field(max_length=2_048, description="Where to send; http or https.")]
Events = Annotated[
    list[Event], Field(min_length=1, max_length=len(EVENTS), description=_ABOUT_EVENTS)
]


class WebhookIn(BaseModel):
    """Where to tell of which events."""

    model_config = ConfigDict(extra="forbid")

    url: Url
    events: Events


class WebhookChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    url: Url | None = None
    events: Events | None = None
    active: bool | None = Field(
        default=None, description="Switching one off drops what waits for it."
    )

    def change(self) -> Change:
        return Change(self.url, self.events, self.active)


class WebhookOut(BaseModel):
    """A webhook as it stands now."""

    id: str
    url: str
    events: list[str]
    active: bool = Field(description="Off after a receiver answered 410, until switched on again.")
    created_by: str
    created_at: str

    @classmethod
    def of(cls, webhook: Webhook) -> WebhookOut:
        return cls(**_shared(webhook))


class NewWebhookOut(WebhookOut):
    """A webhook just made, with the secret that its signatures are checked with."""

    secret: str = Field(description="Shown this once: keep it where the receiver finds it.")

    @classmethod
    def of(cls, webhook: Webhook) -> NewWebhookOut:
        return cls(**_shared(webhook), secret=webhook.secret)


def _shared(webhook: Webhook) -> dict[str, Any]:
    return {name: getattr(webhook, name) for name in WebhookOut.model_fields}


class WebhooksOut(BaseModel):
    """All webhooks of the workspace, oldest first."""

    items: list[WebhookOut]
    next: None = Field(default=None, description="There are few: they all come at once.")


class DeliveryOut(BaseModel):
    """One event on its way to a webhook, or what became of it."""

    id: str = Field(description="Sent as `Tagwright-Delivery`, the same at every attempt.")
    event: str
    data: dict[str, Any]
    status: DeliveryStatus
    attempts: int
    next_at: str | None = Field(description="Of the next attempt, while it waits.")
    answered: int | None = Field(description="The HTTP status of the last answer.")
    error: str | None
    created_at: str
    delivered_at: str | None

    @classmethod
    def of(cls, delivery: Delivery) -> DeliveryOut:
        same = cls.model_fields.keys() - {"data", "next_at"}
        return cls(
            data=delivery.payload,
            next_at=delivery.next_at if delivery.status == "waiting" else None,
            **{name: getattr(delivery, name) for name in same},
        )


class DeliveriesOut(BaseModel):
    """A page of deliveries, newest first."""

    items: list[DeliveryOut]
    next: str | None = Field(description="Give it as `after` for the next page; null at the end.")
