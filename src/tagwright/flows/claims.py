"""What an import claims of its pictures: label paths turned into concepts, into the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from tagwright.core.ledger import Entry
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import InvalidInput
from tagwright.flows.labels import contradiction
from tagwright.flows.plans import Facts, ImportOptions, Wanted
from tagwright.flows.workspace import Workspace
from tagwright.store.engine import Transaction
from tagwright.types import AssetId, ConceptId, FacetId, FacetKind, RunId

LabelPath = tuple[str, ...]


class Labelled(Protocol):
    """A file that is known now, and what was wanted of it."""

    @property
    def wanted(self) -> Wanted: ...
    @property
    def asset(self) -> AssetId | None: ...


class Claims:
    """Turns label paths into claims, growing the taxonomies they belong to on the way."""

    def __init__(self, ws: Workspace, facts: Facts, options: ImportOptions) -> None:
        self.ws = ws
        self.options = options
        self.found = 0
        self.unknown: set[LabelPath] = set()
        self.torn: dict[AssetId, tuple[str, ...]] = {}
        """Pictures that imports say several things of, where only one can be true; the words."""
        self._taxonomies: dict[str, Taxonomy] = {}
        for name, kind in facts.kinds.items():
            self._grow(name, kind, sorted(facts.paths[name]))

    def store(
        self, transaction: Transaction, run: RunId, actor: str, files: Sequence[Labelled]
    ) -> int:
        """Add to the ledger what is not claimed yet. Returns how many claims were new."""
        assets = list(dict.fromkeys(f.asset for f in files if f.asset is not None))
        standing = self.ws.ledger.claims(transaction, assets)
        now = self.ws.now()
        new: dict[tuple[AssetId, str, ConceptId], Entry] = {}
        for asset, taxonomy, concept in self._claims(transaction, files):
            self.found += 1
            key = (asset, taxonomy.name, concept)
            if key not in standing:
                facet = taxonomy.get(concept).facet
                new[key] = Entry(asset, taxonomy.name, facet, concept, "import", actor, run, now)
        self.ws.ledger.append_in(transaction, list(new.values()), self.is_exclusive)
        self._note_torn(transaction, files)
        return len(new)

    def _note_torn(self, transaction: Transaction, files: Sequence[Labelled]) -> None:
        """Remember the labelled pictures whose standing labels rule each other out."""
        named = {f.wanted.taxonomy for f in files}
        labelled = [f.asset for f in files if f.asset and f.wanted.taxonomy]
        found = self.ws.ledger.tags_of_in(transaction, list(dict.fromkeys(labelled)))
        for asset, tags in found.items():
            yes: dict[tuple[str, FacetId], list[ConceptId]] = {}
            for tag in tags:
                if tag.taxonomy in named and tag.status == "confirmed" and tag.concept:
                    yes.setdefault((tag.taxonomy, tag.facet), []).append(tag.concept)
            for (name, facet), concepts in yes.items():
                if len(concepts) > 1 and self.is_exclusive(name, facet):
                    self._note(asset, self._taxonomies[name], concepts)

    def _note(self, asset: AssetId, taxonomy: Taxonomy, concepts: Sequence[ConceptId]) -> None:
        known = [taxonomy.current(concept) for concept in concepts if concept in taxonomy]
        if torn := contradiction(taxonomy, known):
            self.torn[asset] = tuple(label_words(taxonomy.path(concept) for concept in torn))

    def is_exclusive(self, taxonomy: str, facet: FacetId) -> bool:
        """Whether a facet is of kind `one`, also for taxonomies this import does not touch."""
        if taxonomy not in self._taxonomies:
            self._taxonomies[taxonomy] = self.ws.taxonomies.get(taxonomy)
        return any(f.id == facet and f.kind == "one" for f in self._taxonomies[taxonomy].facets)

    def _claims(
        self, transaction: Transaction, files: Sequence[Labelled]
    ) -> Iterator[tuple[AssetId, Taxonomy, ConceptId]]:
        keywords = self._keywords(transaction, files)
        for file in files:
            name = file.wanted.taxonomy
            if file.asset is None or name is None:
                continue
            for path in (*file.wanted.labels, *keywords.get(file.asset, ())):
                concepts = concepts_of(self._taxonomies[name], path)
                if concepts:
                    yield file.asset, self._taxonomies[name], concepts[0]
                else:
                    self.unknown.add(path)

    def _keywords(
        self, transaction: Transaction, files: Sequence[Labelled]
    ) -> dict[AssetId, tuple[LabelPath, ...]]:
        """Keywords in the files that asked for them; their taxonomy grows by the new ones."""
        asked = [f for f in files if f.wanted.keywords and f.asset is not None]
        found = self.ws.assets.keywords(transaction, [f.asset for f in asked if f.asset])
        for name in sorted({f.wanted.taxonomy for f in asked if f.wanted.taxonomy}):
            paths = sorted({path for some in found.values() for path in some})
            grown = self._grown(name, "any", paths)
            if grown is not self._taxonomies.get(name):
                self.ws.taxonomies.save_in(transaction, grown, self.ws.now())
                self._taxonomies[name] = grown
        return found

    def _grow(self, name: str, kind: FacetKind, paths: Sequence[LabelPath]) -> None:
        grown = self._grown(name, kind, paths)
        if grown.concepts:  # a taxonomy of nothing would only be in the way
            self.ws.taxonomies.save(grown, self.ws.now())
        self._taxonomies[name] = grown

    def _grown(self, name: str, kind: FacetKind, paths: Sequence[LabelPath]) -> Taxonomy:
        """The taxonomy with concepts for `paths`; as it is where only known words count."""
        if self.options.only_known:
            return self._taxonomies.get(name) or self.ws.taxonomies.get(name)
        found = self._taxonomies.get(name) or self.ws.taxonomies.find(name)
        return with_words(found or Taxonomy.empty(name), kind, paths)


def with_words(taxonomy: Taxonomy, kind: FacetKind, paths: Iterable[LabelPath]) -> Taxonomy:
    """With concepts in its first facet for the paths that name none yet; `kind` of a new facet."""
    facet = taxonomy.facets[0] if taxonomy.facets else None
    missing = [path for path in paths if concepts_of(taxonomy, path) == ()]
    return taxonomy.with_paths(
        facet.id if facet else FacetId(taxonomy.name), facet.kind if facet else kind, missing
    )


def concepts_of(taxonomy: Taxonomy, path: LabelPath) -> tuple[ConceptId, ...] | None:
    """The concept that a path from a root names, if there is one; None where several answer.

    A single word may also name a concept deeper down. A word of two meanings claims neither.
    """
    try:
        found = taxonomy.find_path(path) or (taxonomy.find(path[0]) if len(path) == 1 else None)
    except InvalidInput:
        return None
    return () if found is None else (found,)


def label_words(paths: Iterable[LabelPath]) -> list[str]:
    """Label paths as people read them."""
    return [" > ".join(path) for path in paths]
