"""What tests ask of a library again and again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tagwright.core.ledger import Entry
from tagwright.flows.library import Library
from tagwright.types import AssetId, ConceptId

Standing = dict[str, list[tuple[str, str]]]


def standing(library: Library, taxonomy: str = "shapes") -> Standing:
    """Every picture's tags as (concept, status), sorted; pictures without have none."""
    found: Standing = {asset.id: [] for asset in library.workspace.assets.all()}
    for tag in library.workspace.ledger.tags(taxonomy=taxonomy):
        found[tag.asset].append((str(tag.concept), tag.status))
    return {asset: sorted(tags) for asset, tags in found.items()}


def by_status(library: Library, status: str) -> list[Entry]:
    """The standing tags of one status, by asset."""
    return [tag for tag in library.workspace.ledger.tags() if tag.status == status]


def teach(
    library: Library, taxonomy: str, words: Iterable[tuple[AssetId, ConceptId]], actor: str = "ann"
) -> None:
    """A person's yes for each picture and concept, in one go."""
    ws = library.workspace
    found, run = ws.taxonomies.get(taxonomy), ws.runs.start("decide", actor, {}, ws.now())
    entries = [
        Entry(a, taxonomy, found.get(c).facet, c, "person", actor, run, ws.now()) for a, c in words
    ]
    ws.ledger.append(entries, ws.exclusive())
    ws.runs.finish(run, {"tags": len(entries)}, ws.now())


def suggest(library: Library, taxonomy: str = "shapes") -> None:
    """A model's two suggestions, some surer than others, for every second picture it answered."""
    ws = library.workspace
    run = ws.runs.start("tag", "model 1", {}, ws.now())
    entries = [
        replace(
            tag, concept=ConceptId(concept), run=run, verdict="review", p=p, p_raw=p, cutoff=None
        )
        for n, tag in enumerate(by_status(library, "auto")[::2])
        for concept, p in (("circle", 0.3 + 0.05 * n), ("cross", 0.6 - 0.05 * n))
    ]
    ws.ledger.append(entries, ws.exclusive())
    ws.runs.finish(run, {"tags": len(entries)}, ws.now())


def another(concept: str) -> str:
    """A shape that this one is not."""
    return "cross" if concept != "cross" else "circle"
