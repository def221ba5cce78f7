"""Labels, tags, what was ever said of a picture, and runs."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from tagwright.core.ledger import ActorKind, Entry
from tagwright.core.taxonomy import Taxonomy
from tagwright.flows.answers import MOST, Decided, Refused
from tagwright.flows.deciding import Undone
from tagwright.store.runs import Run
from tagwright.types import Status, Verdict

Name = Annotated[str, Field(min_length=1, max_length=500)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Next = Annotated[str | None, Field(description="Give it as `after` for the next page.")]


class LabelIn(BaseModel):
    """A person's yes or no to one picture and concept."""

    model_config = ConfigDict(extra="forbid")

    asset: Sha256
    concept: Name
    positive: bool = True


class LabelsIn(BaseModel):
    """Up to a thousand labels, stored as one run."""

    model_config = ConfigDict(extra="forbid")

    taxonomy: Name
    labels: Annotated[list[LabelIn], Field(min_length=1, max_length=MOST)]


class TagsQuery(BaseModel):
    """Which tags to list."""

    taxonomy: Name
    concept: Name | None = Field(None, description="This, or any below it.")
    facet: Name | None = None
    status: Status | None = None
    model: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    after: Annotated[str, Field(max_length=2_000)] | None = Field(
        None, description="`next` of a page."
    )
    limit: Annotated[int, Field(ge=1, le=1_000)] = 100


class EntryOut(BaseModel):
    """What one person, import or model said of a picture."""

    asset: str
    taxonomy: str
    facet: str
    concept: str | None = Field(description="null: none of these, or a model that abstained.")
    path: list[str] = Field(description="Labels from the root down.")
    positive: bool
    status: Status
    actor_kind: ActorKind
    actor: str
    run: str
    at: str
    verdict: Verdict | None
    p: float | None
    p_raw: float | None
    cutoff: float | None
    contract: str | None
    model: int | None

    @classmethod
    def of(cls, entry: Entry, taxonomy: Taxonomy | None) -> EntryOut:
        known = taxonomy is not None and entry.concept in taxonomy
        path = taxonomy.path(entry.concept) if known and taxonomy and entry.concept else ()
        rest = {name: getattr(entry, name) for name in cls.model_fields if name != "path"}
        return cls(path=list(path), **rest)


class TagsOut(BaseModel):
    """A page of standing tags, by picture."""

    items: list[EntryOut]
    next: Next


class HistoryOut(BaseModel):
    """All that was ever said of a picture, oldest first; `void` are the runs that were undone."""

    items: list[EntryOut]
    void: list[str]


class RefusedOut(BaseModel):
    """One answer that was not taken."""

    index: int = Field(description="Its place in the request, from 0.")
    asset: str
    status: int = Field(description="What HTTP would say: 404, 409 or 422.")
    reason: str

    @classmethod
    def of(cls, refused: Refused) -> RefusedOut:
        return cls(**{name: getattr(refused, name) for name in cls.model_fields})


class DecidedOut(BaseModel):
    """What came of answers. `run` undoes them; null where nothing was said."""

    run: str | None
    decided: int = Field(description="Lines written to the ledger.")
    skipped: int
    refused: list[RefusedOut]

    @classmethod
    def of(cls, decided: Decided) -> DecidedOut:
        return cls(
            run=decided.run,
            decided=len(decided.entries),
            skipped=decided.skipped,
            refused=[RefusedOut.of(each) for each in decided.refused],
        )


class RunOut(BaseModel):
    """One import, training, tagging, decision, edit or undo."""

    id: str
    kind: str
    actor: str
    params: dict[str, Any]
    started_at: str
    finished_at: str | None
    summary: dict[str, Any]
    undone: bool

    @classmethod
    def of(cls, run: Run) -> RunOut:
        return cls(**{name: getattr(run, name) for name in cls.model_fields})


class RunNowOut(RunOut):
    """A run, and what of it stands: what undoing it would take back."""

    tags: dict[str, int] = Field(description="Its tags that stand now, by status.")
    pictures: int = Field(description="On how many pictures those are.")

    @classmethod
    def now(cls, run: Run, tags: dict[str, int], pictures: int) -> RunNowOut:
        return cls(**RunOut.of(run).model_dump(), tags=tags, pictures=pictures)


class RunsOut(BaseModel):
    """A page of runs, newest first."""

    items: list[RunOut]
    next: Next


class UndoneOut(BaseModel):
    """What was undone. `by` is a run too: undo it to bring everything back."""

    runs: list[str]
    kind: str
    assets: int
    by: str

    @classmethod
    def of(cls, undone: Undone) -> UndoneOut:
        return cls(runs=list(undone.runs), kind=undone.kind, assets=undone.assets, by=undone.by)
