"""What is in a library, counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass

from tagwright.flows.workspace import Workspace
from tagwright.types import ConceptId, Json


@dataclass(frozen=True, slots=True)
class TaxonomyStatus:
    """One taxonomy: its concepts, the champion's version, pictures by how they are tagged."""

    name: str
    concepts: int
    model: int | None
    labelled: int
    auto: int
    suggested: int


@dataclass(frozen=True, slots=True)
class Status:
    """Counts of a library. `unreadable`: (place, reason)."""

    folder: str
    pictures: int
    groups: int
    taxonomies: tuple[TaxonomyStatus, ...]
    unreadable: tuple[tuple[str, str], ...]

    def to_json(self) -> Json:
        return asdict(self)


def read_status(ws: Workspace) -> Status:
    """Count pictures, near-duplicate groups, tags by status and unreadable files."""
    groups = Counter(asset.group for asset in ws.assets.all())
    return Status(
        folder=str(ws.root),
        pictures=sum(groups.values()),
        groups=len(groups),
        taxonomies=tuple(_taxonomy_status(ws, name) for name in ws.taxonomies.names()),
        unreadable=tuple(ws.assets.unreadable()),
    )


def count_labels(ws: Workspace, taxonomy: str) -> dict[ConceptId, int]:
    """How many pictures people and imports labelled with each concept, not counting below it."""
    labels = ws.ledger.tags(taxonomy=taxonomy, people_only=True)
    return dict(Counter(e.concept for e in labels if e.concept is not None and e.positive))


def _taxonomy_status(ws: Workspace, name: str) -> TaxonomyStatus:
    assets: dict[str, set[str]] = {"confirmed": set(), "auto": set(), "suggested": set()}
    for entry in ws.ledger.tags(taxonomy=name):
        if entry.status in assets:
            assets[entry.status].add(entry.asset)
    champion = ws.models.champion(name)
    return TaxonomyStatus(
        name=name,
        concepts=len(ws.taxonomies.get(name).concepts),
        model=champion.version if champion else None,
        labelled=len(assets["confirmed"]),
        auto=len(assets["auto"] - assets["confirmed"]),
        suggested=len(assets["suggested"] - assets["auto"] - assets["confirmed"]),
    )
