"""How right the machine was on pictures whose truth was held back from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tagwright.core.intervals import wilson
from tagwright.flows.plans import ImportOptions, held_back
from tagwright.flows.workspace import Workspace
from tagwright.media.sources import uri_of
from tagwright.types import AssetId, ConceptId, Interval

Truth = Mapping[AssetId, tuple[str, ConceptId]]
"""Asset -> (taxonomy, concept)."""


@dataclass(frozen=True, slots=True)
class Judged:
    """precision: of the tags applied alone, leaf or parent. None where there are none."""

    pictures: int
    automatic: int
    precision: Interval | None


def held_back_truth(
    ws: Workspace, paths: Sequence[Path], options: ImportOptions, taxonomy: str
) -> dict[AssetId, tuple[str, ConceptId]]:
    """What the held-back files are, by asset. Without pictures that people or imports labelled:
    a copy of one held back may lie among the rest.
    """
    found = ws.taxonomies.get(taxonomy)
    truth: dict[AssetId, tuple[str, ConceptId]] = {}
    wanted_held = held_back(paths, options)
    while some := list(islice(wanted_held, 500)):
        places = ws.assets.places([uri_of(wanted.path) for wanted in some])
        for wanted in some:
            place = places.get(uri_of(wanted.path))
            concept = found.find_path(wanted.labels[0])
            if place is not None and concept is not None:
                truth[place.asset] = (taxonomy, concept)
    labels = ws.ledger.tags(taxonomy=taxonomy, people_only=True)
    for asset in {entry.asset for entry in labels if entry.positive}:
        truth.pop(asset, None)
    return truth


def judge(ws: Workspace, truth: Truth) -> Judged:
    """Compare the standing automatic tags with the truth. A tag above the truth is right."""
    automatic = right = 0
    tags = ws.ledger.tags_of(list(truth))
    taxonomies = {name: ws.taxonomies.get(name) for name in {name for name, _ in truth.values()}}
    for asset, (taxonomy, concept) in truth.items():
        found = taxonomies[taxonomy]
        line = {*found.ancestors(concept), concept}
        own = [t for t in tags[asset] if t.status == "auto" and t.taxonomy == taxonomy]
        automatic += len(own)
        right += sum(tag.concept in line for tag in own)
    precision = wilson(right, automatic) if automatic else None
    return Judged(len(truth), automatic, precision)
