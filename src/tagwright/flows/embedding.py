"""Features for pictures that have none yet: uploads, and libraries that changed their backbone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import numpy as np

from tagwright.errors import NotFound
from tagwright.flows.overlap import ahead, batches, decoded, embedded, one_behind
from tagwright.flows.pictures import opened
from tagwright.flows.workspace import Workspace
from tagwright.media.pool import Decoded, Unreadable
from tagwright.runtime.backbone import FeatureRow
from tagwright.types import AssetId, Features, Json

log = logging.getLogger(__name__)

BATCH: Final = 256
"""Pictures a transaction: about a second of work, the most a crash can cost."""
LISTED: Final = 1_000
"""Pictures that could not be embedded and are named in the result; all are counted."""
_PAGE: Final = 2_048
_THREADS: Final = 8
"""Pictures fetched from a bucket at the same time; on a disk it costs nothing."""

Progress = Callable[[str, int, int], None]
"""Called with the step, what is done and what there is to do. May raise, to cancel."""
Row = tuple[AssetId, FeatureRow]
Held = tuple[AssetId, ExitStack]
"""A picture, and what keeps its bytes on this machine until it is decoded."""


def embed_missing(
    ws: Workspace,
    progress: Progress = lambda step, done, total: None,
    *,
    version: str | None = None,
) -> Json:
    """Give every live picture features of a backbone, by default the one in use, where it has none.

    Restartable: a batch is stored whole or not at all, and what is stored is not done again.
    Pictures whose bytes cannot be read any more are reported and left as they are.
    """
    version = version or ws.backbone_version
    total = ws.assets.count_without_features(version)
    if total == 0:
        return {"embedded": 0, "skipped": 0, "unreadable": []}
    reasons: list[tuple[AssetId, str]] = []
    done = 0
    for stored in one_behind(
        lambda rows: _save(ws, version, rows), batches(_rows(ws, version, reasons), BATCH)
    ):
        done += stored
        progress("embed", done + len(reasons), total)
    log.info("pictures_embedded", extra={"embedded": done, "skipped": len(reasons)})
    listed = [{"asset": asset, "reason": reason} for asset, reason in reasons[:LISTED]]
    return {"embedded": done, "skipped": len(reasons), "unreadable": listed}


def _rows(ws: Workspace, version: str, reasons: list[tuple[AssetId, str]]) -> Iterator[Row]:
    """Features of every picture that lacks them; why one has none goes to `reasons`."""
    backbone = ws.backbone_of(version)
    read = read_pictures(ws, _missing(ws, version), backbone.spec.side)
    for asset, outcome, features in embedded(backbone, read):
        if isinstance(outcome, Unreadable):
            reasons.append((asset, outcome.reason))
        elif features is not None:
            yield asset, features


def read_pictures(
    ws: Workspace, assets: Iterable[AssetId], side: int
) -> Iterator[tuple[AssetId, Decoded | Unreadable]]:
    """Pictures of the library decoded to (side, side), in order, from wherever their bytes are."""
    for asset, outcome in _released(decoded(ws, side, _opened(ws, assets))):
        if isinstance(outcome, Decoded) and outcome.sha256 != asset:
            yield asset, Unreadable(outcome.path, "the file that held it holds another picture now")
        else:
            yield asset, outcome


def _opened(ws: Workspace, assets: Iterable[AssetId]) -> Iterator[tuple[Held, Path | str]]:
    def open_one(asset: AssetId) -> tuple[Held, Path | str]:
        stack = ExitStack()
        try:
            return (asset, stack), stack.enter_context(opened(ws, asset))
        except NotFound as error:
            return (asset, stack), str(error)

    return ahead(open_one, assets, threads=_THREADS)


def _released(
    read: Iterator[tuple[Held, Decoded | Unreadable]],
) -> Iterator[tuple[AssetId, Decoded | Unreadable]]:
    for (asset, held), outcome in read:
        held.close()
        yield asset, outcome


def _missing(ws: Workspace, version: str) -> Iterator[AssetId]:
    """Pictures without features, as they were when asked for; none twice."""
    after = 0
    while page := ws.assets.without_features(version, _PAGE, after=after):
        yield from (asset for _, asset in page)
        after = page[-1][0]


def _save(ws: Workspace, version: str, rows: Sequence[Row]) -> int:
    """One batch: on disk first, then named in one transaction. Returns how many counted."""
    assets, features = [asset for asset, _ in rows], stacked([row for _, row in rows])
    folder = ws.features.write_segment(features)
    with ws.db.write() as transaction:
        ws.assets.hold(transaction)
        ws.features.record(transaction, version, assets, features, folder)
        gone = set(assets) - ws.assets.known(transaction, assets)
        for asset in gone:  # erased meanwhile: nothing of it may come back
            ws.assets.erase(transaction, asset)
    return len(rows) - len(gone)


def stacked(rows: Sequence[FeatureRow]) -> Features:
    """Single pictures' features as one array a view."""
    return {view: np.stack([row[view] for row in rows]) for view in (rows[0] if rows else ())}
