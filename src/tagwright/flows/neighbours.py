"""The pictures of a library that look most like one that is not in it: evidence for an answer."""

from __future__ import annotations

import numpy as np

from tagwright.core.nearest import Nearest, nearest_rows
from tagwright.flows.workspace import Workspace
from tagwright.types import AssetId, Half


def neighbours_of(ws: Workspace, semantic: Half, limit: int) -> list[tuple[AssetId, float]]:
    """Live pictures and their cosine, best first. semantic: (d,) of the picture asked about."""
    best = Nearest.empty(limit)
    query = semantic.astype(np.float32)
    for assets, features in ws.features.iterate(ws.backbone_version, ("semantic",)):
        live = ws.assets.first_places(assets)
        rows = [row for row, asset in enumerate(assets) if asset in live]
        kept = [assets[row] for row in rows]
        best = nearest_rows(best, kept, features["semantic"][rows], query)
    return list(zip(best.assets, best.cosines, strict=True))
