"""Labels in doubt over the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from tagwright.store.suspects import SuspectRow

Name = Annotated[str, Field(max_length=500)]


class SuspectOut(BaseModel):
    """One label that looks wrong."""

    asset: str
    facet: str
    given: str = Field(description="The concept it is labelled with.")
    proposed: str | None = Field(description="What it looks like; null where only: not this.")
    score: float = Field(description="In [0, 1]; low = suspect.")
    found_at: str

    @classmethod
    def of(cls, row: SuspectRow) -> SuspectOut:
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class SuspectsOut(BaseModel):
    """A page of them, the most suspect first."""

    items: list[SuspectOut]
    total: int
    next: str | None = Field(description="Give it as `after` for the next page.")


class KeepIn(BaseModel):
    """A label in doubt that is right."""

    model_config = ConfigDict(extra="forbid")

    taxonomy: Name
    facet: Name
    asset: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class KeptOut(BaseModel):
    """The label as it stands now, a person's; `run` undoes it."""

    asset: str
    concept: str
    run: str
