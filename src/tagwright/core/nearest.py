"""The nearest rows by cosine, over any number of chunks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tagwright.types import AssetId, Half, Matrix


@dataclass(frozen=True, slots=True)
class Nearest:
    """The best so far, nearest first. cosines: in [-1, 1]."""

    limit: int
    assets: tuple[AssetId, ...]
    cosines: tuple[float, ...]

    @staticmethod
    def empty(limit: int) -> Nearest:
        return Nearest(limit, (), ())


def nearest_rows(best: Nearest, assets: Sequence[AssetId], rows: Half, query: Matrix) -> Nearest:
    """`best` after looking at more rows. rows: (n, d) float16. query: (d,) float32."""
    values = rows.astype(np.float32)
    norms = np.linalg.norm(values, axis=1) * np.linalg.norm(query)
    cosines = values @ query / np.where(norms > 0, norms, 1)
    few = np.argsort(-cosines, kind="stable")[: best.limit]
    merged = sorted(
        [
            *zip(best.cosines, best.assets, strict=True),
            *((float(cosines[i]), assets[i]) for i in few),
        ],
        key=lambda pair: (-pair[0], pair[1]),
    )[: best.limit]
    return Nearest(best.limit, tuple(a for _, a in merged), tuple(c for c, _ in merged))
