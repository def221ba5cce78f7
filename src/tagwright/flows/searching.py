"""Search: by concept, ranked by people first and then by probability; by similar picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from tagwright.core.ledger import Entry
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import NotFound, UnreadableImage
from tagwright.flows.neighbours import neighbours_of
from tagwright.flows.workspace import Workspace, decode_limits
from tagwright.media.pool import Unreadable, decode_files
from tagwright.types import AssetId, ConceptId, Matrix

RANK: Final = {"person": 0, "import": 1, "model": 2}
"""Whose word comes first."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One picture found. `score`: a probability, a cosine, or 1 where a person said so."""

    asset: AssetId
    location: str
    score: float
    why: str


def search_concept(ws: Workspace, words: str, *, taxonomy: str | None, limit: int) -> list[Hit]:
    """Pictures of a concept and of all below it. Raises NotFound for a word nobody uses."""
    names = [taxonomy] if taxonomy else ws.taxonomies.names()
    found: list[Entry] = []
    known = False
    for name in names:
        concept = _concept(ws, name, words)
        if concept is not None:
            known = True
            found += ws.ledger.ranked(name, _below(ws.taxonomies.get(name), concept), limit)
    if not known:
        raise NotFound(
            f"no concept answers to {words!r} in {', '.join(names) or 'an empty library'}: "
            f"`tagwright taxonomy show` lists the words"
        )
    found.sort(key=lambda e: (RANK[e.actor_kind], -(e.p or 0.0), e.asset))
    best: dict[AssetId, Entry] = {}
    for entry in found:
        best.setdefault(entry.asset, entry)
    top = list(best.values())[:limit]
    places = ws.assets.first_places([entry.asset for entry in top])
    return [
        Hit(e.asset, places[e.asset], 1.0 if e.p is None else e.p, _why(e))
        for e in top
        if e.asset in places
    ]


def search_similar(ws: Workspace, picture: Path | str, *, limit: int) -> list[Hit]:
    """The pictures most like a file, or like a picture of the library (by id), best first."""
    path = Path(picture)
    query = _of_file(ws, path) if path.is_file() else _of_asset(ws, str(picture))
    found = neighbours_of(ws, query, limit)
    places = ws.assets.first_places([near.asset for near in found])
    return [
        Hit(near.asset, places[near.asset], near.cosine, "looks like it")
        for near in found
        if near.asset in places
    ]


def _concept(ws: Workspace, taxonomy: str, words: str) -> ConceptId | None:
    found = ws.taxonomies.get(taxonomy)
    path = tuple(part.strip() for part in words.split(">"))
    return found.find_path(path) or found.find(words)


def _below(taxonomy: Taxonomy, concept: ConceptId) -> list[ConceptId]:
    """The concept, all below it, and what was merged into any of these."""
    below = set(taxonomy.subtree(concept))
    return [c.id for c in taxonomy.concepts if c.id in below or taxonomy.current(c.id) in below]


def _why(entry: Entry) -> str:
    if entry.actor_kind == "model":
        return f"{entry.status} by model {entry.model}"
    return f"{entry.status} by {entry.actor}"


def _of_file(ws: Workspace, path: Path) -> Matrix:
    backbone = ws.backbone()
    (decoded,) = decode_files(
        [path], side=backbone.spec.side, workers=1, limits=decode_limits(ws.settings)
    )
    if isinstance(decoded, Unreadable):
        raise UnreadableImage(str(path), decoded.reason)
    features = backbone.embed(decoded.picture.pixels[np.newaxis])
    query: Matrix = features["semantic"].astype(np.float32)[0]
    return query


def _of_asset(ws: Workspace, asset: str) -> Matrix:
    try:
        found = ws.assets.get(asset)
    except NotFound as error:
        raise NotFound(f"there is no file {asset!r}, and {error}") from error
    features = ws.features.load(ws.backbone_version, [found.id], ("semantic",))
    query: Matrix = features["semantic"].astype(np.float32)[0]
    return query
