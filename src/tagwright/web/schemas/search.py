"""What searching answers: pages of pictures, counts by concept, and pictures that look alike."""

from __future__ import annotations

from pydantic import BaseModel, Field

from tagwright.flows.searching import ConceptCount, Found, Outline, Page
from tagwright.web.schemas.assets import AssetOut


def asset_out(found: Found) -> AssetOut:
    return AssetOut.of(found.asset, list(found.locations), list(found.tags))


class ConceptCountOut(BaseModel):
    """How many of the pictures found have a concept, or one below it.

    Counted are the tags of the status and the probability that the search asks for; without
    these, what the pictures carry.
    """

    taxonomy: str
    facet: str
    concept: str
    parent: str | None
    label: str
    count: int

    @classmethod
    def of(cls, counted: ConceptCount) -> ConceptCountOut:
        return cls(**{name: getattr(counted, name) for name in cls.model_fields})


class StateCountsOut(BaseModel):
    """How many pictures each state would find, in place of those asked for."""

    auto: int
    confirmed: int
    suggested: int
    rejected: int
    untagged: int
    unlabelled: int


class OutlineOut(BaseModel):
    """The shape of all pictures found, in order: enough to lay out the whole list at once."""

    ratios: list[int] = Field(description="Width by height in hundredths, a picture each.")
    cursors: list[str | None] = Field(
        description="The `cursor` of each page of `limit` pictures; null for the first."
    )

    @classmethod
    def of(cls, found: Outline) -> OutlineOut:
        return cls(ratios=list(found.ratios), cursors=list(found.cursors))


class AssetsOut(BaseModel):
    """One page of the pictures found."""

    items: list[AssetOut]
    next: str | None = Field(description="The `cursor` of the next page; null on the last.")
    total: int = Field(description="How many were found, on all pages.")
    facets: list[ConceptCountOut] | None = Field(description="In tree order; null if not asked.")
    states: StateCountsOut | None = Field(description="Null if facets were not asked for.")

    @classmethod
    def of(cls, page: Page) -> AssetsOut:
        facets, states = page.facets, page.states
        return cls(
            items=[asset_out(found) for found in page.items],
            next=page.next,
            total=page.total,
            facets=None if facets is None else [ConceptCountOut.of(each) for each in facets],
            states=None if states is None else StateCountsOut.model_validate(states),
        )


class SimilarOut(BaseModel):
    """A picture of the library that looks like the one asked about."""

    asset: AssetOut
    cosine: float = Field(description="1: the same to the network; 0: nothing in common.")


class SimilarsOut(BaseModel):
    """The most similar pictures, the nearest first."""

    items: list[SimilarOut]

    @classmethod
    def of(cls, hits: list[tuple[Found, float]]) -> SimilarsOut:
        return cls(items=[SimilarOut(asset=asset_out(found), cosine=c) for found, c in hits])
