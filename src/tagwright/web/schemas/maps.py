"""Maps over the wire. Points and colours are bytes; what they mean is here."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tagwright.core.atlas import Method
from tagwright.flows import lasso
from tagwright.flows.lasso import Action, Grown, Lassoed, NewConcept
from tagwright.flows.map_view import Drawn, Item, NameFrom
from tagwright.types import View
from tagwright.web.schemas.labels import Name

AT_ONCE = 1_000
Index = Annotated[int, Field(ge=0, lt=2**31)]
Indices = Annotated[list[Index], Field(min_length=1, max_length=lasso.MOST)]


class MapClusterOut(BaseModel):
    """Pictures that stand close together."""

    id: int
    name: str = Field(description="Empty where no word tells it from the rest.")
    name_from: NameFrom
    size: int
    labelled: int = Field(description="By people and imports.")
    unlabelled: int
    purity: float | None = Field(
        description="The share of its commonest label; null for fewer than five labels."
    )
    x: float
    y: float
    sample: list[str] = Field(description="Up to six pictures from its midst.")


class MapGroupOut(BaseModel):
    """Pictures that look alike and fit no concept."""

    group: int
    size: int
    name: str = Field(description="A word of their keywords or files; may be empty.")
    x: float
    y: float
    assets: list[str] = Field(description="Up to twelve of them.")
    indices: list[int] = Field(description="All of them, by their place on the map.")


class MapOut(BaseModel):
    """A map, with what people have said of its pictures by now."""

    id: str
    at: str
    view: View
    backbone: str
    method: Method
    taxonomy: str | None
    pictures: int
    placed_since: int = Field(description="Of the pictures, placed after the map was drawn.")
    waiting: int = Field(description="Pictures not on it yet: a job with `onto` places them.")
    components: int
    variance: float = Field(description="Share of the variance that the components keep, 0 to 1.")
    variance_2d: float = Field(description="Share that two axes of PCA alone would keep.")
    clusters: list[MapClusterOut]
    islands: list[int] = Field(description="Clusters in which hardly anything is labelled.")
    unknown: list[MapGroupOut]

    @classmethod
    def of(cls, found: Drawn) -> MapOut:
        return cls(**found.to_json())


class MapsOut(BaseModel):
    """The workspace's maps, newest first."""

    items: list[MapOut]


class MapLegendItemOut(BaseModel):
    """What one code means."""

    code: int
    concept: str | None
    label: str
    count: int

    @classmethod
    def of(cls, item: Item) -> MapLegendItemOut:
        return cls(**{name: getattr(item, name) for name in cls.model_fields})


class MapLegendOut(BaseModel):
    """Every code that a picture has; none for probabilities and scores."""

    items: list[MapLegendItemOut]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MapAssetsIn(_Asked):
    """Places on a map."""

    indices: Annotated[list[Index], Field(min_length=1, max_length=AT_ONCE)]


class MapAssetsOut(BaseModel):
    """The pictures there, in the same order."""

    assets: list[str]


class MapSelectIn(_Asked):
    """What a person decides of all pictures inside a lasso."""

    taxonomy: Name
    indices: Indices
    action: Action
    concept: Name | None = Field(None, description="Needed to label and to reject.")


class MapDoneOut(BaseModel):
    """What came of it, as one run."""

    run: str | None = Field(description="Undo it to take all back; null where nothing changed.")
    changed: int
    unchanged: int = Field(description="It was said of them already.")
    refused: int = Field(description="Another person said otherwise, or the picture is gone.")

    @classmethod
    def of(cls, done: Lassoed) -> MapDoneOut:
        return cls(**{name: getattr(done, name) for name in cls.model_fields})


class MapConceptIn(_Asked):
    """A new concept made of a group, of a cluster, or of some pictures: one of the three."""

    taxonomy: Name
    facet: Name
    label: Name
    parent: Name | None = Field(None, description="A concept; else the new one is a root.")
    group: Annotated[int | None, Field(ge=0, lt=2**31)] = None
    cluster: Annotated[int | None, Field(ge=0, lt=2**31)] = None
    indices: Indices | None = None

    @model_validator(mode="after")
    def _one_of_three(self) -> MapConceptIn:
        given = [each for each in (self.group, self.cluster, self.indices) if each is not None]
        if len(given) != 1:
            raise ValueError("give one of group, cluster and indices")
        return self

    def new(self) -> NewConcept:
        return NewConcept(self.taxonomy, self.facet, self.label, self.parent)


class MapConceptOut(BaseModel):
    """The concept, and what came of labelling with it."""

    concept: str
    run: str | None
    changed: int
    unchanged: int
    refused: int

    @classmethod
    def of(cls, grown: Grown) -> MapConceptOut:
        return cls(concept=grown.concept, **MapDoneOut.of(grown.done).model_dump())
