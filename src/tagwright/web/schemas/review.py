"""The review queue over the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tagwright.core.agreement import Agreement, Pair
from tagwright.flows import reviewing
from tagwright.flows.answers import MOST, Answer, AnswerKind
from tagwright.flows.checking import FacetAgreement, Kept
from tagwright.flows.reviewing import OVERLAP, Asked, Kind, Order, QueueItem, Reason, Suggestion
from tagwright.flows.waiting import ConceptWaiting, Waiting
from tagwright.types import AssetId, Interval, Verdict
from tagwright.web.schemas.labels import Name, Sha256


class NextIn(BaseModel):
    """Which queue, and how many pictures of it."""

    model_config = ConfigDict(extra="forbid")

    taxonomy: Name
    kind: Kind = "uncertain"
    count: Annotated[int, Field(ge=1, le=reviewing.MOST)] = 20
    facet: Name | None = None
    concept: Annotated[
        Name | None, Field(description="Only what the machine takes for this, or one below it.")
    ] = None
    overlap: Annotated[
        float, Field(ge=0, le=1, description="Share of judged pictures that a second person sees.")
    ] = OVERLAP
    order: Annotated[
        Order,
        Field(
            description="Of the uncertain: where an answer settles the most, or by probability, "
            "with look-alikes side by side."
        ),
    ] = "worth"

    exact: bool = Field(False, description="With `concept`: none below it.")

    def asked(self) -> Asked:
        return Asked(**self.model_dump(exclude={"taxonomy"}))


class SuggestionOut(BaseModel):
    """What the machine takes a picture for."""

    facet: str
    concept: str
    path: list[str]
    p: float | None = Field(description="Calibrated probability.")
    cutoff: float | None = Field(description="What p had to reach; null: never tagged alone.")
    verdict: Verdict | None

    @classmethod
    def of(cls, suggestion: Suggestion, path: tuple[str, ...]) -> SuggestionOut:
        names = ("facet", "concept", "p", "cutoff", "verdict")
        return cls(path=list(path), **{name: getattr(suggestion, name) for name in names})


class QueueItemOut(BaseModel):
    """One picture to look at."""

    asset: str
    group: str = Field(description="Pictures of one group look alike.")
    reason: Reason
    why: str = Field(description="The reason in words.")
    given: str | None = Field(description="The label that is in doubt.")
    proposed: str | None = Field(description="What the picture looks like instead.")
    suggestions: list[SuggestionOut] = Field(description="The most probable first.")
    verdict: Verdict | None
    reserved_until: str
    seen: int = Field(description="Give it back with the answer.")

    @classmethod
    def of(cls, item: QueueItem, suggestions: list[SuggestionOut]) -> QueueItemOut:
        names = ("asset", "group", "verdict", "reserved_until", "seen")
        return cls(
            suggestions=suggestions,
            reason=item.why.reason,
            why=item.why.text,
            given=item.why.given,
            proposed=item.why.proposed,
            **{name: getattr(item, name) for name in names},
        )


class QueueOut(BaseModel):
    """Pictures kept for the caller. Empty: there is nothing left to ask."""

    items: list[QueueItemOut]


class AnswerIn(BaseModel):
    """One answer to one picture."""

    model_config = ConfigDict(extra="forbid")

    kind: AnswerKind
    asset: Sha256
    concept: Annotated[
        Name | None, Field(description="What it is, or with `reject` what it is not.")
    ] = None
    facet: Annotated[Name | None, Field(description="With `none_of_these`.")] = None
    instead_of: Annotated[
        Name | None, Field(description="With `correct`: what the machine said.")
    ] = None
    seen: Annotated[
        int | None,
        Field(ge=0, lt=2**63, description="Of the item: refused if others answered since."),
    ] = None

    def answer(self) -> Answer:
        said = self.model_dump(exclude={"asset"})
        return Answer(asset=AssetId(self.asset), **said)


class DecisionsIn(BaseModel):
    """Up to a thousand answers, stored as one run."""

    model_config = ConfigDict(extra="forbid")

    taxonomy: Name
    queue: Kind | None = Field(None, description="Which queue the pictures came from.")
    answers: Annotated[list[AnswerIn], Field(min_length=1, max_length=MOST)]


class ReleaseIn(BaseModel):
    """Some of the caller's pictures; without `assets`, all of them."""

    model_config = ConfigDict(extra="forbid")

    taxonomy: Name
    assets: Annotated[list[Sha256], Field(max_length=MOST)] | None = None


class ReleasedOut(BaseModel):
    """How many pictures others may have now."""

    released: int


class TakenUpOut(BaseModel):
    """How many skipped pictures the caller is asked of again."""

    taken_up: int


class ConceptWaitingOut(BaseModel):
    """How many pictures of one concept wait."""

    facet: str
    concept: str
    suggested: int = Field(description="It is their best suggestion.")
    automatic: int = Field(description="Tagged alone: a sample can be checked.")
    suspect: int = Field(description="Labelled so, in doubt.")

    @classmethod
    def of(cls, each: ConceptWaiting) -> ConceptWaitingOut:
        return cls(**{name: getattr(each, name) for name in cls.model_fields})


class WaitingOut(BaseModel):
    """What the caller could look at now; what others hold is left out."""

    queues: dict[Kind, int] = Field(description="Pictures in each queue.")
    concepts: list[ConceptWaitingOut] = Field(description="Those that have any, in tree order.")
    skipped: int = Field(description="By the caller, who is not asked of them again.")
    answers: int = Field(description="Labels that the newest model has not read.")
    model: int | None = Field(description="The champion.")

    @classmethod
    def of(cls, found: Waiting) -> WaitingOut:
        return cls(
            queues=found.queues,
            concepts=[ConceptWaitingOut.of(each) for each in found.concepts],
            skipped=found.skipped,
            answers=found.answers,
            model=found.model,
        )


class FigureOut(BaseModel):
    """A figure with its 95 % interval and what it was measured on. Nothing measured: null."""

    value: float | None
    low: float | None
    high: float | None
    n: int

    @classmethod
    def of(cls, figure: Interval) -> FigureOut:
        if not figure.n:
            return cls(value=None, low=None, high=None, n=0)
        return cls(value=figure.value, low=figure.low, high=figure.high, n=figure.n)


class PairOut(BaseModel):
    """Two people, over the pictures both judged."""

    people: tuple[str, str]
    kappa: FigureOut = Field(description="Cohen's: 1 whole agreement, 0 chance.")
    raw: FigureOut

    @classmethod
    def of(cls, pair: Pair) -> PairOut:
        return cls(people=pair.raters, kappa=FigureOut.of(pair.kappa), raw=FigureOut.of(pair.raw))


class DisagreementOut(BaseModel):
    """Two different answers to the same pictures."""

    concept: str
    other: str
    count: int
    assets: list[str] = Field(description="Up to twelve of them.")


class FacetAgreementOut(BaseModel):
    """How far people agree in one facet."""

    facet: str
    units: int = Field(description="Pictures, or pictures and concepts, that several judged.")
    alpha: FigureOut | None = Field(description="Krippendorff's, nominal.")
    raw: FigureOut | None
    pairs: list[PairOut]
    disagreements: list[DisagreementOut]

    @classmethod
    def of(cls, found: FacetAgreement) -> FacetAgreementOut:
        figures: Agreement = found.figures
        return cls(
            facet=found.facet,
            units=figures.units,
            alpha=None if figures.alpha is None else FigureOut.of(figures.alpha),
            raw=None if figures.raw is None else FigureOut.of(figures.raw),
            pairs=[PairOut.of(pair) for pair in figures.pairs],
            disagreements=[
                DisagreementOut(
                    concept=each.concept,
                    other=each.other,
                    count=each.count,
                    assets=list(each.assets),
                )
                for each in found.disagreements
            ],
        )


class AgreementOut(BaseModel):
    """A facet each."""

    facets: list[FacetAgreementOut]


class PromiseOut(BaseModel):
    """How many of the tags applied alone people found right."""

    sampled: FigureOut = Field(description="On the random sample of the spot-check queue.")
    all: FigureOut = Field(description="On whatever people looked at: may be biased.")
    by_concept: dict[str, FigureOut] = Field(description="Of the sample.")

    @classmethod
    def of(cls, kept: Kept) -> PromiseOut:
        return cls(
            sampled=FigureOut.of(kept.sampled),
            all=FigureOut.of(kept.all),
            by_concept={c: FigureOut.of(each) for c, each in kept.by_concept.items()},
        )
