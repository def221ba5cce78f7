"""Labels in doubt over the wire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tagwright.store.suspects import Group, Reason, SuspectRow
from tagwright.types import FacetKind, Json
from tagwright.web.schemas.review import FigureOut

Name = Annotated[str, Field(max_length=500)]


class WantedIn(BaseModel):
    """Which labels in doubt to list."""

    model_config = ConfigDict(extra="forbid")

    taxonomy: Name
    facet: Name | None = None
    given: Name | None = None
    proposed: Name | None = None
    reason: Reason | None = None
    after: Annotated[str | None, Field(max_length=2_000, description="`next` of a page.")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class NearOut(BaseModel):
    """A labelled picture that looks like it."""

    asset: str
    concept: str


class SuspectOut(BaseModel):
    """One label that looks wrong."""

    asset: str
    facet: str
    given: str = Field(description="The concept it is labelled with.")
    proposed: str | None = Field(description="What it looks like; null where only: not this.")
    score: float = Field(description="In [0, 1]; low = suspect.")
    found_at: str
    reason: Reason = Field(
        description="Two labels on one picture; a look-alike with another; or it looks unlike it."
    )
    p_given: float | None = Field(description="Of what was learned without this label.")
    p_proposed: float | None
    neighbours: list[NearOut] = Field(description="The nearest labelled pictures, up to three.")

    @classmethod
    def of(cls, row: SuspectRow) -> SuspectOut:
        near = [NearOut(asset=asset, concept=concept) for asset, concept in row.near]
        same = {name: getattr(row, name) for name in cls.model_fields if name != "neighbours"}
        return cls(**same, neighbours=near)


class SuspectsOut(BaseModel):
    """A page of them, the most suspect first."""

    items: list[SuspectOut]
    total: int
    next: str | None = Field(description="Give it as `after` for the next page.")


class WrongOut(BaseModel):
    """An estimated share of wrong labels, with its 95 % interval. n: labels looked at."""

    value: float
    low: float
    high: float
    n: int


class CheckedConceptOut(BaseModel):
    """One concept's labels. suspects: those found to look wrong."""

    concept: str
    labels: int
    suspects: int
    waiting: int = Field(description="Of the suspects, those that no person has answered.")
    wrong: WrongOut | None


class SwapOut(BaseModel):
    """How often one concept was given where another is meant, and no person has answered."""

    given: str
    proposed: str | None = Field(description="Null where only: not this.")
    count: int


class CheckedFacetOut(BaseModel):
    """What looking through the labels of one facet found."""

    facet: str
    label: str
    kind: FacetKind
    labels: int
    suspects: int
    waiting: int = Field(description="Of the suspects, those that no person has answered.")
    refused: str | None = Field(description="Why it could not be looked through.")
    wrong: WrongOut | None
    concepts: list[CheckedConceptOut]
    swaps: list[SwapOut] = Field(description="What waits, the most frequent first.")

    @classmethod
    def of(cls, told: Json, waiting: Sequence[Group]) -> CheckedFacetOut:
        """What the check told of a facet, and what of that still waits."""
        left = Counter[str]()
        for group in waiting:
            left[group.given] += group.count
        concepts = [{**each, "waiting": left[each["concept"]]} for each in told["concepts"]]
        swaps = [
            SwapOut(given=each.given, proposed=each.proposed, count=each.count) for each in waiting
        ]
        now = {"waiting": left.total(), "concepts": concepts, "swaps": swaps}
        return cls(**{**told, **now})


class ShareOut(BaseModel):
    """The share of one concept's labels that is better left out."""

    concept: str
    value: float
    left_out: int
    labels: int


class AlphaTrialOut(BaseModel):
    """One try. alpha: share left out. score: share of held-out train pictures that are right."""

    alpha: float
    kept: int
    score: float
    by_concept: bool = Field(description="Whether each concept had a share of its own.")


class AlphaFacetOut(BaseModel):
    """What a search found in one facet. before, after: right on the validation pictures."""

    facet: str
    label: str
    refused: str | None = Field(description="Why nothing was searched.")
    shares: dict[str, float] = Field(description="By concept, or of all labels under an empty key.")
    per_concept: list[ShareOut]
    left_out: int
    labels: int = Field(description="Of the train split.")
    trials: list[AlphaTrialOut]
    before: FigureOut | None = Field(description="With all labels.")
    after: FigureOut | None = Field(description="Without those left out.")
    gain: FigureOut | None
    worth: bool = Field(description="Whether it is better beyond chance.")


class AlphaOut(BaseModel):
    """The newest search of a taxonomy; `searched_at` is null before the first."""

    searched_at: str | None
    run: str | None
    facets: list[AlphaFacetOut]


class CheckOut(BaseModel):
    """The newest look through the labels of a taxonomy; `checked_at` is null before the first."""

    checked_at: str | None
    run: str | None
    waiting: int
    facets: list[CheckedFacetOut]
