"""Taxonomies, edits and words over the wire."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from tagwright.core.edits import Edit
from tagwright.core.taxonomy import Taxonomy
from tagwright.core.vocabulary import Vocabulary
from tagwright.flows.edits import MOST, Applied, EditImpact, Impact
from tagwright.store.taxonomies import Version
from tagwright.types import ConceptId, FacetKind
from tagwright.web.schemas.labels import Name

Format = Literal["json", "ttl", "rdf", "jsonld", "csv", "txt"]
IfVersion = Annotated[
    int | None, Field(ge=0, lt=2**31, description="Refused where another is in force.")
]


class FileQuery(BaseModel):
    """What the body of a taxonomy file is, and what it does not say itself."""

    format: Annotated[Format, Field(description="Of the body.")] = "json"
    kind: Annotated[
        FacetKind | None, Field(description="Of facets whose kind the file does not say.")
    ] = None
    language: Annotated[
        str, Field(max_length=50, description="Of words whose language the file does not say.")
    ] = "en"
    if_version: Annotated[
        int | None, Field(ge=0, lt=2**31, description="Refused where another is in force; 0: none.")
    ] = None


class TaxonomyNameOut(BaseModel):
    """A taxonomy without its concepts."""

    name: str
    version: int


class TaxonomiesOut(BaseModel):
    """All of the workspace."""

    items: list[TaxonomyNameOut]


class FacetOut(BaseModel):
    """One tree of a taxonomy. `one`: a picture has at most one leaf of it."""

    id: str
    label: str
    kind: FacetKind


class ConceptOut(BaseModel):
    """One concept, in tree order. `live`: neither it nor anything above it is retired."""

    id: str
    label: str
    facet: str
    parent: str | None
    path: list[str]
    labels: dict[str, str] = Field(description="By language, besides the taxonomy's own.")
    alt_labels: list[tuple[str, str]] = Field(description="(language, text) each.")
    heading: bool
    live: bool
    deprecated: bool
    replaced_by: str | None


class TaxonomyOut(BaseModel):
    """One version of a taxonomy, whole."""

    name: str
    version: int
    language: str
    facets: list[FacetOut]
    concepts: list[ConceptOut]

    @classmethod
    def of(cls, taxonomy: Taxonomy, version: int) -> TaxonomyOut:
        return cls(
            name=taxonomy.name,
            version=version,
            language=taxonomy.language,
            facets=[FacetOut(id=f.id, label=f.label, kind=f.kind) for f in taxonomy.facets],
            concepts=[
                ConceptOut(
                    id=c.id,
                    label=c.label,
                    facet=c.facet,
                    parent=c.parent,
                    path=list(taxonomy.path(c.id)),
                    labels=dict(c.labels),
                    alt_labels=list(c.alt_labels),
                    heading=c.heading,
                    live=taxonomy.is_live(c.id),
                    deprecated=c.deprecated,
                    replaced_by=c.replaced_by,
                )
                for c in taxonomy.concepts
            ],
        )


class VersionOut(BaseModel):
    """When a version came into force."""

    version: int
    created_at: str

    @classmethod
    def of(cls, version: Version) -> VersionOut:
        return cls(version=version.number, created_at=version.created_at)


class VersionsOut(BaseModel):
    """Every version, newest first."""

    items: list[VersionOut]


class EditsIn(BaseModel):
    """Edits, one after another. All are applied, or none."""

    model_config = ConfigDict(extra="forbid")

    edits: Annotated[
        list[Annotated[Edit, Field(discriminator="op")]], Field(min_length=1, max_length=MOST)
    ]
    if_version: IfVersion = None


class EditImpactOut(BaseModel):
    """What one edit would do."""

    edit: dict[str, Any]
    assets: int = Field(description="Pictures with a tag that will read differently.")
    review: int = Field(description="Pictures that a person should look at.")
    labels: int = Field(description="Tags of people and imports among them.")
    machine: int = Field(description="Tags of models among them.")
    models: list[int] = Field(description="Versions that will miss a concept.")
    samples: list[str] = Field(description="Up to twelve pictures, those to review first.")


class ImpactOut(BaseModel):
    """What edits would do, to the version named."""

    taxonomy: str
    version: int
    edits: list[EditImpactOut]

    @classmethod
    def of(cls, impact: Impact, edits: list[dict[str, Any]]) -> ImpactOut:
        made = zip(impact.edits, edits, strict=True)
        return cls(
            taxonomy=impact.taxonomy,
            version=impact.version,
            edits=[_impact(each, shown) for each, shown in made],
        )


def _impact(impact: EditImpact, edit: dict[str, Any]) -> EditImpactOut:
    names = ("assets", "review", "labels", "machine")
    return EditImpactOut(
        edit=edit,
        models=list(impact.models),
        samples=list(impact.samples),
        **{name: getattr(impact, name) for name in names},
    )


class AppliedOut(BaseModel):
    """The version in force now. `run` undoes the change; null where there is nothing to undo."""

    name: str
    version: int
    run: str | None
    assets: int = Field(description="Pictures whose tags were derived again.")

    @classmethod
    def of(cls, applied: Applied) -> AppliedOut:
        return cls(
            name=applied.taxonomy.name,
            version=applied.version,
            run=applied.run,
            assets=applied.assets,
        )


class WordIo(BaseModel):
    """One word for one concept. Of several in a language the first is the one shown."""

    model_config = ConfigDict(extra="forbid")

    concept: Name
    language: Annotated[str, Field(min_length=1, max_length=50)]
    word: Name


class VocabularyOut(BaseModel):
    """The workspace's own words, as they are in a version of the taxonomy."""

    words: list[WordIo]
    version: int

    @classmethod
    def of(cls, vocabulary: Vocabulary | None, version: int) -> VocabularyOut:
        words = () if vocabulary is None else vocabulary.words
        shown = [WordIo(concept=c, language=lang, word=w) for c, lang, w in words]
        return cls(words=shown, version=version)


class VocabularyIn(BaseModel):
    """The words to show from now on. Shared words stay findable."""

    model_config = ConfigDict(extra="forbid")

    words: Annotated[list[WordIo], Field(max_length=50_000)]
    if_version: IfVersion = None

    def vocabulary(self, name: str) -> Vocabulary:
        words = ((ConceptId(w.concept), w.language, w.word) for w in self.words)
        return Vocabulary(name, tuple(words))


class CopyIn(BaseModel):
    """Where to: a workspace, and the name it shall have there."""

    model_config = ConfigDict(extra="forbid")

    workspace: Name
    name: Name | None = None
