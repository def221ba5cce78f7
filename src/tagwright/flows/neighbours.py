"""The pictures of a library that look most like another: by the index, live ones only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tagwright.flows.workspace import Workspace
from tagwright.store.nearest import Near
from tagwright.types import AssetId, Half, Matrix


def neighbours_of(
    ws: Workspace, semantic: Half | Matrix, limit: int, *, among: Sequence[AssetId] | None = None
) -> list[Near]:
    """The `limit` most similar, nearest first. semantic: (d,). among: of these pictures only."""
    query: Matrix = semantic.astype(np.float32)
    found = _live(ws, ws.nearest.search(query, limit, among=among), limit)
    if len(found) == limit or among is not None:
        return found
    # Most of the short list was deleted or undone since: look among what is still there.
    everything = [asset.id for asset in ws.assets.all()]
    return _live(ws, ws.nearest.search(query, limit, among=everything), limit)


def _live(ws: Workspace, found: Sequence[Near], limit: int) -> list[Near]:
    """The first `limit` that are still in the library, looked up a few at a time."""
    kept: list[Near] = []
    for start in range(0, len(found), 2 * limit):
        some = found[start : start + 2 * limit]
        with ws.db.read() as connection:
            live = ws.assets.live(connection, [near.asset for near in some])
        kept += [near for near in some if near.asset in live]
        if len(kept) >= limit:
            break
    return kept[:limit]
