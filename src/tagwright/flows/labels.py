"""What people and imports claim, read from the ledger as what a model learns from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tagwright.core.facet_model import FacetData
from tagwright.core.ledger import Entry
from tagwright.core.splits import split_of
from tagwright.core.taxonomy import Facet, Taxonomy
from tagwright.core.tree import Tree
from tagwright.flows.workspace import Workspace
from tagwright.store.ledger import entries_by_asset
from tagwright.types import AssetId, ConceptId, Json, View

TORN: Final = "labelled with several concepts of which only one can be true"


@dataclass(frozen=True, slots=True)
class Claimed:
    """One picture's labels in one facet: concepts said yes and no to."""

    asset: AssetId
    group: str
    yes: frozenset[ConceptId]
    no: frozenset[ConceptId]

    def to_json(self) -> Json:
        """The line of a snapshot."""
        return {
            "asset": self.asset,
            "group": self.group,
            "split": split_of(self.group),
            "yes": sorted(self.yes),
            "no": sorted(self.no),
        }


@dataclass(frozen=True, slots=True)
class FacetLabels:
    """The labels of one facet that can teach, and how many could not, with the reason.

    torn: by concept, how many pictures were left out because they are labelled with another too;
    torn_labels are those pictures.
    """

    facet: Facet
    claimed: tuple[Claimed, ...]
    left_out: dict[str, int]
    torn: Mapping[ConceptId, int] = field(default_factory=dict)
    torn_labels: tuple[Claimed, ...] = ()


def snapshot_of(labels: Iterable[FacetLabels]) -> list[Json]:
    """Every label that can teach, as a model's snapshot keeps it."""
    return [claimed.to_json() | {"facet": f.facet.id} for f in labels for claimed in f.claimed]


def facet_labels(ws: Workspace, taxonomy: Taxonomy, backbone: str) -> list[FacetLabels]:
    """The labels of every facet, in the order of the pictures' ids.

    backbone: the version whose features a picture needs to teach anything.
    """
    groups = {asset.id: asset.group for asset in ws.assets.all()}
    found: dict[str, list[Claimed]] = {facet.id: [] for facet in taxonomy.facets}
    left_out: dict[str, Counter[str]] = {facet.id: Counter() for facet in taxonomy.facets}
    torn: dict[str, Counter[ConceptId]] = {facet.id: Counter() for facet in taxonomy.facets}
    torn_labels: dict[str, list[Claimed]] = {facet.id: [] for facet in taxonomy.facets}
    labels = ws.ledger.tags(taxonomy=taxonomy.name, people_only=True)
    with ws.db.read() as connection:
        nothing = ws.ledger.none_of_these(connection, taxonomy.name)
    for asset, entries in entries_by_asset(labels):
        if asset not in groups:
            continue
        for facet in taxonomy.facets:
            claimed = _claimed(taxonomy, facet, (asset, groups[asset]), entries)
            if not claimed.yes and not claimed.no:
                continue
            problem = _problem(taxonomy, claimed) if facet.kind == "one" else None
            if problem:
                left_out[facet.id][problem] += 1
                torn[facet.id].update(contradiction(taxonomy, claimed.yes))
                torn_labels[facet.id] += [claimed] if problem == TORN else []
            else:
                found[facet.id].append(claimed)
    for facet in taxonomy.facets:
        found[facet.id] = _with_nothing(
            facet, found[facet.id], nothing.get(facet.id, set()), groups
        )
    every = [
        FacetLabels(f, tuple(found[f.id]), left_out[f.id], torn[f.id], tuple(torn_labels[f.id]))
        for f in taxonomy.facets
    ]
    return [_with_features(ws, backbone, each) for each in every]


def _with_nothing(
    facet: Facet, claimed: list[Claimed], nothing: set[AssetId], groups: Mapping[AssetId, str]
) -> list[Claimed]:
    """With the pictures that fit nothing: in a facet of kind `any`, a no to every concept."""
    if facet.kind == "one":
        return claimed
    told = {each.asset for each in claimed}
    more = [
        Claimed(asset, groups[asset], frozenset(), frozenset())
        for asset in nothing - told
        if asset in groups
    ]
    return sorted([*claimed, *more], key=lambda each: each.asset)


def _with_features(ws: Workspace, backbone: str, labels: FacetLabels) -> FacetLabels:
    """Without the pictures that this backbone has not seen."""
    with ws.db.read() as connection:
        seen = ws.features.known(connection, backbone, [each.asset for each in labels.claimed])
    kept = tuple(each for each in labels.claimed if each.asset in seen)
    unseen = len(labels.claimed) - len(kept)
    reason = {f"not read by the network {backbone} yet": unseen} if unseen else {}
    return replace(labels, claimed=kept, left_out={**labels.left_out, **reason})


def facet_data(
    ws: Workspace, taxonomy: Taxonomy, labels: FacetLabels, backbone: str, views: tuple[View, ...]
) -> FacetData:
    """The arrays that a head is learned from: one row a labelled picture."""
    facet = labels.facet
    concepts = [c for c in taxonomy.concepts if c.facet == facet.id and taxonomy.is_live(c.id)]
    at = {concept.id: index for index, concept in enumerate(concepts)}
    tree = Tree(tuple(at), tuple(-1 if c.parent is None else at[c.parent] for c in concepts))
    targets: NDArray[Any]
    if facet.kind == "one":
        targets = np.array([at[_deepest(taxonomy, c.yes)[0]] for c in labels.claimed], np.int64)
    else:
        targets = _answers(taxonomy, labels.claimed, at)
    assets = [claimed.asset for claimed in labels.claimed]
    return FacetData(
        kind=facet.kind,
        tree=tree,
        columns=np.arange(len(concepts)),
        features=ws.features.load(backbone, assets, views),
        targets=targets,
        groups=tuple(claimed.group for claimed in labels.claimed),
        assets=assets,
    )


def _claimed(
    taxonomy: Taxonomy, facet: Facet, of: tuple[AssetId, str], entries: Iterable[Entry]
) -> Claimed:
    """What entries say in one facet. of: the picture and its group.

    Labels of retired concepts count for what replaced them, or not at all.
    """
    yes: set[ConceptId] = set()
    no: set[ConceptId] = set()
    for entry in entries:
        if entry.concept is None or entry.concept not in taxonomy:
            continue
        concept = taxonomy.current(entry.concept)
        if taxonomy.get(concept).facet == facet.id and taxonomy.is_live(concept):
            (yes if entry.positive else no).add(concept)
    return Claimed(*of, frozenset(yes), frozenset(no - yes))


def _deepest(taxonomy: Taxonomy, concepts: frozenset[ConceptId]) -> list[ConceptId]:
    """Without those that another one implies."""
    implied = {above for concept in concepts for above in taxonomy.ancestors(concept)}
    return sorted(concepts - implied)


def contradiction(taxonomy: Taxonomy, yes: Iterable[ConceptId]) -> list[ConceptId]:
    """Of concepts said of one picture in a facet of kind `one`, those that rule each other out."""
    deepest = _deepest(taxonomy, frozenset(yes))
    return deepest if len(deepest) > 1 else []


def _problem(taxonomy: Taxonomy, claimed: Claimed) -> str | None:
    """Why these labels cannot teach a facet of kind `one`; None when they can."""
    if not claimed.yes:
        return "only told what they are not"
    return TORN if contradiction(taxonomy, claimed.yes) else None


def _answers(
    taxonomy: Taxonomy, claimed: Sequence[Claimed], at: Mapping[ConceptId, int]
) -> NDArray[np.int8]:
    """(pictures, concepts) 1 yes, 0 no. An ancestor of a yes is a yes; what nobody named, a no."""
    answers = np.zeros((len(claimed), len(at)), np.int8)
    for row, each in enumerate(claimed):
        for concept in each.yes:
            answers[row, [at[concept], *(at[above] for above in taxonomy.ancestors(concept))]] = 1
    return answers
