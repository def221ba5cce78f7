"""What `POST /classify` answers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tagwright.flows.classifying import MOST, Decision, FacetAnswer, Guess
from tagwright.types import Verdict


class Urls(BaseModel):
    """Pictures by address: they are fetched, and not kept."""

    model_config = ConfigDict(extra="forbid")

    urls: Annotated[list[str], Field(min_length=1, max_length=MOST)]


class GuessOut(BaseModel):
    """One concept a picture may be."""

    concept: str
    path: list[str]
    p: float = Field(description="Calibrated probability, 0 to 1.")

    @classmethod
    def of(cls, guess: Guess) -> GuessOut:
        return cls(concept=guess.concept, path=list(guess.path), p=guess.p)


class DecisionOut(BaseModel):
    """What the machine would do with one concept."""

    decision: Verdict
    concept: str | None
    path: list[str]
    p: float
    p_raw: float
    cutoff: float | None = Field(description="What p had to reach; null: never tagged alone.")

    @classmethod
    def of(cls, made: Decision) -> DecisionOut:
        return cls(
            decision=made.decision,
            concept=made.concept,
            path=list(made.path),
            p=made.p,
            p_raw=made.p_raw,
            cutoff=made.cutoff,
        )


class FacetOut(BaseModel):
    """One facet's answer."""

    taxonomy: str
    facet: str
    model: int
    contract: str = Field(description="The promise under which tags are applied alone.")
    decisions: list[DecisionOut]
    top: list[GuessOut]

    @classmethod
    def of(cls, answer: FacetAnswer, taxonomy: str, model: int, contract: str) -> FacetOut:
        return cls(
            taxonomy=taxonomy,
            facet=answer.facet,
            model=model,
            contract=contract,
            decisions=[DecisionOut.of(made) for made in answer.decisions],
            top=[GuessOut.of(guess) for guess in answer.top],
        )


class NeighbourOut(BaseModel):
    """A picture of the library that looks like the one asked about."""

    asset: str
    cosine: float


class ClassifiedOut(BaseModel):
    """One picture of the request, in order."""

    name: str | None
    status: Literal["ok", "unreadable"]
    reason: str | None = None
    width: int | None = None
    height: int | None = None
    facets: list[FacetOut] = []
    neighbours: list[NeighbourOut] = []


class ClassifyOut(BaseModel):
    """An answer a picture."""

    results: list[ClassifiedOut]
