"""Pictures over the wire: what is told of one, what becomes of an upload, what to import."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from tagwright.core.ledger import Entry
from tagwright.flows.gathering import Source, source_of
from tagwright.flows.plans import Labelling
from tagwright.flows.uploading import Upload
from tagwright.store.assets import Asset
from tagwright.types import FacetKind, Status

MOST_URLS = 10_000
"""In one import; they fit the largest body of a route that takes no pictures."""


class StandingTagOut(BaseModel):
    """A tag that stands on a picture, and who put it there."""

    taxonomy: str
    facet: str
    concept: str | None
    status: Status
    p: float | None = Field(description="Calibrated probability; null for people and imports.")
    actor_kind: Literal["person", "import", "model"]
    actor: str
    model: int | None
    at: str

    @classmethod
    def of(cls, entry: Entry) -> StandingTagOut:
        return cls(**{name: getattr(entry, name) for name in cls.model_fields})


class AssetOut(BaseModel):
    """One picture of the library."""

    id: str = Field(description="SHA-256 of its bytes.")
    size: int
    format: str
    width: int
    height: int
    taken_at: str | None
    group: str = Field(description="Pictures of one group look alike, or were given as one.")
    locations: list[str] = Field(description="Where it came from, the oldest first.")
    tags: list[StandingTagOut]

    @classmethod
    def of(cls, asset: Asset, locations: list[str], tags: list[Entry]) -> AssetOut:
        return cls(
            id=asset.id,
            size=asset.size,
            format=asset.format,
            width=asset.width,
            height=asset.height,
            taken_at=asset.taken_at,
            group=asset.group,
            locations=locations,
            tags=[StandingTagOut.of(entry) for entry in tags],
        )


class UploadOut(BaseModel):
    """A picture that is safe now. `exists`: it was in the library already."""

    id: str = Field(description="SHA-256 of its bytes.")
    status: Literal["created", "exists"]
    size: int
    format: str
    width: int
    height: int
    taken_at: str | None

    @classmethod
    def of(cls, upload: Upload) -> UploadOut:
        return cls(
            id=upload.asset,
            **{name: getattr(upload, name) for name in cls.model_fields if name != "id"},
        )


class UploadedOut(BaseModel):
    """What became of one file of a form."""

    name: str | None
    status: Literal["created", "exists", "refused"]
    asset: UploadOut | None = None
    reason: str | None = Field(default=None, description="Why it was refused.")


class UploadsOut(BaseModel):
    """An answer a file, in order."""

    results: list[UploadedOut]


class ImportIn(BaseModel):
    """Pictures to import: exactly one of `urls`, `prefix`, `folder` and `sample`."""

    model_config = ConfigDict(extra="forbid")

    urls: (
        Annotated[
            list[Annotated[str, Field(max_length=8_192)]],
            Field(min_length=1, max_length=MOST_URLS),
        ]
        | None
    ) = None
    prefix: Annotated[str, Field(max_length=2_048)] | None = Field(
        default=None, description="s3://BUCKET/PREFIX, where the operator opened it."
    )
    folder: Annotated[str, Field(max_length=4_096)] | None = Field(
        default=None, description="A folder of the server's disk, where the operator opened it."
    )
    sample: Literal[True] | None = Field(
        default=None,
        description="Pictures anybody may use, fetched once, with labels; the rest is ignored.",
    )
    labels: Labelling = Field(default="none", description="What pictures are labelled by.")
    taxonomy: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        default=None, description="Where the labels go; else named after the folder."
    )
    kind: FacetKind | None = None
    only_known: bool = Field(default=False, description="Leave out words that name no concept yet.")

    def source(self) -> Source:
        """Raises InvalidInput unless exactly one is given."""
        given = self.model_dump(include={"urls", "prefix", "folder", "sample"}, exclude_none=True)
        return source_of(given)

    def options(self) -> dict[str, object]:
        """As a job's params."""
        return self.model_dump(include={"labels", "taxonomy", "kind", "only_known"})
