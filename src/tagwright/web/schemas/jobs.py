"""Jobs and exports over the wire."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from tagwright.core.atlas import Method
from tagwright.flows.downloads import ExportFormat
from tagwright.flows.finetuning import AnyRecipe, Schedule
from tagwright.store.jobs import Job, JobStatus
from tagwright.types import Recipe, View


class ProgressOut(BaseModel):
    """How far a job is."""

    step: str
    done: int
    total: int
    rate: float | None = Field(description="Done a second, smoothed; null while nobody can tell.")
    seconds_left: float | None


class JobOut(BaseModel):
    """One piece of work, as it stands now."""

    id: str
    kind: str
    subject: str = Field(description="Of a kind and a subject, one job runs at a time.")
    status: JobStatus
    params: dict[str, Any]
    progress: ProgressOut | None
    result: dict[str, Any] | None
    error: str | None = Field(description="What went wrong last, also while a retry waits.")
    attempts: int
    max_attempts: int
    cancel_requested: bool
    finish_requested: bool = Field(description="To end soon, and keep the best state so far.")
    run_after: str
    worker: str | None
    requested_by: str
    created_at: str
    started_at: str | None
    finished_at: str | None
    updated_at: str

    @classmethod
    def of(cls, job: Job) -> JobOut:
        return cls(
            progress=ProgressOut(**job.progress) if job.progress else None,
            **{name: getattr(job, name) for name in cls.model_fields if name != "progress"},
        )


class JobsOut(BaseModel):
    """A page of jobs, newest first."""

    items: list[JobOut]
    next: str | None = Field(description="Give it as `after` for the next page; null at the end.")


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ContractIn(_Asked):
    """The promise to test: so many of the tags applied alone are right, with this confidence."""

    target: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    confidence: Annotated[float, Field(ge=0.5, lt=1)] = 0.95


class TuningIn(_Asked):
    """How a network is fine-tuned. Its weights come along, or are not needed."""

    network: str = Field("lite0", max_length=64, description="The network to begin with.")
    head: Recipe = Field(
        "multiclass",
        description="What the network is taught and what is put on top: all concepts of a facet "
        "of kind `one` at once, a tree of yes/no questions, or one question a concept.",
    )
    schedule: Schedule = "modern"
    from_scratch: bool = Field(False, description="From random weights.")
    side: Annotated[int, Field(ge=16, le=1024)] | None = Field(
        None, description="Of pictures in pixels; else the network's own."
    )
    small_first: bool = Field(False, description="Smaller pictures in the first epochs.")
    epochs: Annotated[int, Field(ge=1, le=1000)] | None = Field(None, description="The most.")


class TrainIn(_Asked):
    """Learn a taxonomy from all its labels."""

    kind: Literal["train"]
    taxonomy: str
    contract: ContractIn | None = Field(None, description="Else the one in force.")
    seed: Annotated[int, Field(ge=0, lt=2**32)] = 0
    again: bool = Field(False, description="Search views and regularisation anew.")
    leave_out: bool = Field(
        False, description="Learn without the labels that the newest `alpha` job found."
    )
    recipe: AnyRecipe | None = Field(
        None,
        description="How facets of kind `one` are learned: all concepts against each other, a tree "
        "of yes/no questions, or one question a concept. Else as the champion was; `multiclass` "
        "where there is none. `finetune` learns a network first.",
    )
    tuning: TuningIn | None = Field(None, description="How it is fine-tuned, where it is.")


class TagIn(_Asked):
    """Let the champion decide on every picture it has not decided on yet."""

    kind: Literal["tag"]
    taxonomy: str


class CleanIn(_Asked):
    """Look through every label of a taxonomy for those that look wrong."""

    kind: Literal["clean"]
    taxonomy: str


class AlphaIn(_Asked):
    """Search the share of doubtful labels that learning is better without. Labels stay."""

    kind: Literal["alpha"]
    taxonomy: str
    budget_seconds: Annotated[float, Field(ge=5, le=7_200, description="For trials.")] = 120


class EmbedIn(_Asked):
    """Give every picture features that has none of the backbone in use."""

    kind: Literal["embed"]


class MapIn(_Asked):
    """Draw a map of all pictures, or place what came since on one that stays as it is."""

    kind: Literal["map"]
    view: View = "semantic"
    method: Method = "tsne"
    taxonomy: str | None = Field(
        None, description="Its words name clusters, and it says what is labelled."
    )
    onto: str | None = Field(
        None, max_length=64, description="A map: place new pictures on it instead."
    )


JobIn = Annotated[
    TrainIn | TagIn | CleanIn | AlphaIn | EmbedIn | MapIn, Field(discriminator="kind")
]


class ExportIn(_Asked):
    """Write all tags to one file, which is kept for a week."""

    format: ExportFormat = "csv"
    suggested: StrictBool = Field(
        False, description="Also what waits for a person; not in sidecars."
    )
