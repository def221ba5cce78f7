"""Models over the wire: versions, what the gate said, policies, health."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from tagwright.core.policy import MOST_ANSWERS, MOST_HOURS, MOST_MARGIN, Policy, When
from tagwright.deep.recipes import RecipeName
from tagwright.flows.champions import Changed
from tagwright.flows.ways import WITH_WEIGHTS, Ways, schedules
from tagwright.store.champions import Change, Promotion
from tagwright.store.models import ModelRow
from tagwright.store.policies import PolicyRow
from tagwright.types import Recipe


class ModelOut(BaseModel):
    """One version of what was learned of a taxonomy."""

    taxonomy: str
    version: int
    status: str = Field(description="champion, challenger, retired, or undone.")
    summary: dict[str, Any] = Field(description="Its main figures by facet, with n and interval.")
    snapshot: str = Field(description="SHA-256 of what it learned from, and how.")
    digest: str = Field(description="SHA-256 of the list of its files.")
    created_at: str

    @classmethod
    def of(cls, row: ModelRow) -> ModelOut:
        names = ("taxonomy", "version", "status", "summary", "digest", "created_at")
        return cls(snapshot=row.snapshot_digest, **{name: getattr(row, name) for name in names})


class ModelsOut(BaseModel):
    """Versions, newest first, a taxonomy after the other."""

    items: list[ModelOut]


class ModelTagsOut(BaseModel):
    """What a version has put on pictures and still stands: what an undo of it takes away."""

    tags: dict[str, int] = Field(description="By status.")
    pictures: int


class NetworkOut(BaseModel):
    """A network whose weights come along. side: of its pictures, in pixels."""

    name: str
    side: int


class ScheduleOut(BaseModel):
    """How a network's learning goes."""

    name: RecipeName
    epochs: int = Field(description="Passes over the pictures; some make more where those are few.")
    sooner: bool = Field(description="Whether it ends where passes bring no gain.")


class WaysOut(BaseModel):
    """What a person can choose between before a training."""

    recipe: Recipe = Field(description="The one in force: a training that names none takes it.")
    network: str | None = Field(
        description="The fine-tuned network the champion reads; a training without stays on it."
    )
    finetunes: bool = Field(description="Whether the server has what fine-tuning needs.")
    side: int = Field(description="Of pictures that `POST /classify` decodes, in pixels.")
    networks: list[NetworkOut]
    schedules: list[ScheduleOut]

    @classmethod
    def of(cls, ways: Ways) -> WaysOut:
        return cls(
            **asdict(ways),
            networks=[NetworkOut(name=name, side=side) for name, side in WITH_WEIGHTS.items()],
            schedules=[ScheduleOut(**asdict(each)) for each in schedules()],
        )


class SnapshotOut(BaseModel):
    """A page of what a version learned from: a line a picture and facet."""

    items: list[dict[str, Any]]
    next: str | None


class PromotionOut(BaseModel):
    """One decision about who is champion."""

    taxonomy: str
    version: int
    previous: int | None = Field(description="The champion before.")
    outcome: Change = Field(description="kept: the challenger stays in the shadows.")
    gate: dict[str, Any] = Field(description="Reasons and figures, each with n and interval.")
    actor: str
    at: str

    @classmethod
    def of(cls, made: Promotion) -> PromotionOut:
        return cls(**made.to_json())


class PromotionsOut(BaseModel):
    """A page of decisions, newest first."""

    items: list[PromotionOut]
    next: str | None


class ChangedOut(BaseModel):
    """A change of champion by a person."""

    promotion: PromotionOut
    taken_back: list[str] = Field(description="Taggings of other versions that were voided.")
    assets: int = Field(description="Pictures whose tags were derived again.")
    run: str = Field(description="The run that did it; undoing it brings them back.")

    @classmethod
    def of(cls, changed: Changed) -> ChangedOut:
        return cls(
            promotion=PromotionOut.of(changed.promotion),
            taken_back=list(changed.runs),
            assets=changed.assets,
            run=changed.by,
        )


class ReasonIn(BaseModel):
    """Why a person overrules the gate, or goes back."""

    model_config = ConfigDict(extra="forbid")

    reason: Annotated[str, Field(max_length=1_000)] = ""


class PolicyIn(BaseModel):
    """When a taxonomy is learned again by itself, and what happens then."""

    model_config = ConfigDict(extra="forbid")

    when: When = "manual"
    answers: Annotated[int, Field(ge=1, le=MOST_ANSWERS)] = 100
    hours: Annotated[int, Field(ge=1, le=MOST_HOURS)] | None = None
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = Field(
        default=None, description="Daily at this time, UTC."
    )
    margin: Annotated[float, Field(gt=0, le=MOST_MARGIN)] = Field(
        default=Policy().margin, description="How much worse may pass, as a share of pictures."
    )
    promote: StrictBool = True
    retag: StrictBool = True
    online: StrictBool = True

    def policy(self) -> Policy:
        return Policy(**self.model_dump())


class PolicyOut(BaseModel):
    """The policy in force."""

    when: Literal["manual", "answers", "scheduled"]
    answers: int
    hours: int | None
    at: str | None
    margin: float
    promote: bool
    retag: bool
    online: bool
    updated_by: str | None = Field(description="null: nobody has set one.")
    updated_at: str | None

    @classmethod
    def of(cls, row: PolicyRow) -> PolicyOut:
        return cls(updated_by=row.updated_by, updated_at=row.updated_at, **row.policy.to_json())


class ComparisonOut(BaseModel):
    """Version b against version a on the same test pictures, with today's labels."""

    taxonomy: str
    a: int
    b: int
    words: dict[str, str] = Field(description="The path of each concept.")
    facets: list[dict[str, Any]] = Field(description="Verdict, figures and disagreements.")


class HealthOut(BaseModel):
    """How each concept is doing, and what would help."""

    taxonomy: str
    model: int | None
    facets: list[dict[str, Any]]


class OnlineOut(BaseModel):
    """How far single answers have taught the champion since it was trained."""

    taxonomy: str
    on: bool
    model: int | None
    updated_at: str | None
    facets: list[dict[str, Any]]
