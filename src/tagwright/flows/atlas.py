"""The map of a library: drawn from stored features, kept, and added to as pictures come in."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tagwright.core import atlas, clusters, naming
from tagwright.core.atlas import Method
from tagwright.core.reduction import Reduction, fit_reduction
from tagwright.errors import InvalidInput
from tagwright.flows.workspace import Workspace
from tagwright.store.maps import MapRow, Points, to_bytes
from tagwright.store.reviews import Scope
from tagwright.types import VIEWS, AssetId, Half, Ids, Json, Mask, Matrix, View

log = logging.getLogger(__name__)

Progress = Callable[[str, float], None]
"""Told what is being done and how much of it, in [0, 1]; may raise to end the work."""

VERSION: Final = 1
"""Raise it when the same features would give another map."""
SEED: Final = 0
CHUNK: Final = 4_096
PLACED_AT_ONCE: Final = 4_096
PCA_AXES: Final = 10
"""Where PCA alone draws the map, clusters are sought along so many axes: two keep too little."""
WORD_SHARE: Final = 0.3
"""Of a cluster's pictures, so many must have a keyword or a word of a file name."""


@dataclass(frozen=True, slots=True)
class MapOptions:
    """view: of the features. taxonomy: whose words name clusters, and say what is labelled."""

    view: View = "semantic"
    method: Method = "tsne"
    taxonomy: str | None = None

    def __post_init__(self) -> None:
        if self.view not in VIEWS:
            raise InvalidInput(
                f"there is no view {self.view!r} of features: name one of {', '.join(VIEWS)}"
            )
        if self.method not in ("tsne", "pca"):
            raise InvalidInput(f"there is no method {self.method!r}: name tsne or pca")


def _silent(step: str, share: float) -> None:
    """Progress nobody asked for."""


def build_map(
    ws: Workspace, options: MapOptions | None = None, *, progress: Progress = _silent
) -> MapRow:
    """Draw a map of every picture with features, and keep it.

    Safe to repeat: over the same pictures the map stays as it is, and only what is said of it is
    said anew. Raises InvalidInput where there is too little to draw, NotFound for a taxonomy.
    """
    options = options or MapOptions()
    if options.taxonomy is not None:
        ws.taxonomies.get(options.taxonomy)
    reduction = _reduced(ws, options.view, progress)
    assets, table = _table(ws, options.view, reduction, progress)
    mark = _mark(ws, options, assets)
    same = next((row for row in ws.maps.all() if row.document["mark"] == mark), None)
    if same is not None and same.placed == 0:
        points = ws.maps.points(same)
        made = ws.maps.describe(same, _document(ws, options, reduction, points, mark, progress))
    else:
        points = _drawn(assets, table, options.method, progress)
        document = _document(ws, options, reduction, points, mark, progress)
        fitted = {**reduction.arrays(), "table": table.astype(np.float16)}
        made = ws.maps.add(points, fitted, document, ws.now())
    progress("done", 1.0)
    log.info("map_built", extra={"map": made.id, "pictures": made.pictures})
    return made


def place_new(ws: Workspace, named: str, *, progress: Progress = _silent) -> MapRow:
    """Put the pictures that came since on a map that stays as it is. Safe to repeat."""
    row = ws.maps.get(named)
    document = row.document
    _check_backbone(ws, row)
    points, fitted = ws.maps.points(row), ws.maps.fitted(row)
    new = _missing(ws, points)
    if not new:
        return row
    reduction = Reduction(**{name: fitted[name] for name in ("mean", "scale", "axes", "variance")})
    table = fitted["table"].astype(np.float32)
    xy, cluster = points.xy[: len(table)], points.cluster[: len(table)]
    parts: list[tuple[Matrix, Ids]] = []
    for start in range(0, len(new), PLACED_AT_ONCE):
        progress("placing pictures", start / len(new))
        some = new[start : start + PLACED_AT_ONCE]
        rows = reduction.apply(_features(ws, document["view"], some))
        parts.append(_placed(rows, table, xy, cluster, document["method"]))
    more = Points(
        to_bytes(new),
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]),
    )
    made = ws.maps.extend(row, more)
    log.info("map_extended", extra={"map": made.id, "pictures": len(new)})
    progress("done", 1.0)
    return made


def waiting_for(ws: Workspace, row: MapRow) -> int:
    """How many pictures could be placed on a map and are not yet; 0 under another network."""
    if row.document["backbone"] != ws.backbone_version:
        return 0
    return len(_missing(ws, ws.maps.points(row)))


def _check_backbone(ws: Workspace, row: MapRow) -> None:
    drawn = row.document["backbone"]
    if drawn != ws.backbone_version:
        raise InvalidInput(
            f"map {row.id[:8]!r} was drawn from features of {drawn!r} and this library now uses "
            f"{ws.backbone_version!r}: draw a new map"
        )


def _missing(ws: Workspace, points: Points) -> list[AssetId]:
    """Live pictures with features that are not on a map."""
    ids = ws.search.shelves().ids
    new = [AssetId(each.decode()) for each in np.setdiff1d(ids, points.assets).tolist()]
    with ws.db.read() as connection:
        known = ws.features.known(connection, ws.backbone_version, new)
    return [asset for asset in new if asset in known]


def _features(ws: Workspace, view: View, assets: Sequence[AssetId]) -> Half:
    return ws.features.load(ws.backbone_version, assets, (view,))[view]


def _placed(
    rows: Matrix, table: Matrix, xy: Matrix, cluster: Ids, method: Method
) -> tuple[Matrix, Ids]:
    if method == "tsne":
        at, near = atlas.place(rows, table, xy)
    else:
        at = atlas.plane(rows)
        near, _ = atlas.neighbours(rows, table, min(atlas.PLACED_BY, len(table)))
    return at, clusters.joined(near, cluster)


def _chunks(ws: Workspace, view: View) -> Iterator[tuple[list[AssetId], Half]]:
    """The stored features of live pictures, a chunk at a time."""
    live = ws.search.shelves().ids
    for assets, features in ws.features.iterate(ws.backbone_version, (view,), CHUNK):
        kept = np.isin(to_bytes(assets), live)
        yield (
            [asset for asset, keep in zip(assets, kept, strict=True) if keep],
            features[view][kept],
        )


def _reduced(ws: Workspace, view: View, progress: Progress) -> Reduction:
    count = ws.assets.count()
    if not count:
        raise InvalidInput("there are no pictures yet: bring some in, `tagwright import FOLDER`")

    def told() -> Iterator[Half]:
        done = 0
        for assets, rows in _chunks(ws, view):
            progress("finding what varies", 0.1 * min(done / count, 1.0))
            done += len(assets)
            if len(assets):
                yield rows

    return fit_reduction(told())


def _table(
    ws: Workspace, view: View, reduction: Reduction, progress: Progress
) -> tuple[NDArray[np.bytes_], Matrix]:
    """Every picture's id and its reduced features, in the order of the ids."""
    names: list[NDArray[np.bytes_]] = []
    parts: list[Matrix] = []
    for assets, rows in _chunks(ws, view):
        progress("finding what varies", 0.1)
        names.append(to_bytes(assets))
        parts.append(reduction.apply(rows))
    ids = np.concatenate(names)
    order = np.argsort(ids, kind="stable")
    return ids[order], np.concatenate(parts)[order]


def _mark(ws: Workspace, options: MapOptions, assets: NDArray[np.bytes_]) -> str:
    """The same for the same pictures, drawn in the same way."""
    drawn = [VERSION, ws.backbone_version, options.view, options.method]
    digest = hashlib.sha256(json.dumps(drawn).encode())
    digest.update(assets.tobytes())
    return digest.hexdigest()


def _drawn(assets: NDArray[np.bytes_], table: Matrix, method: Method, progress: Progress) -> Points:
    if method == "tsne":
        xy = atlas.tsne(
            table, seed=SEED, watch=lambda share: progress("drawing the map", 0.1 + 0.75 * share)
        )
        space = xy
    else:
        xy, space = atlas.plane(table), table[:, :PCA_AXES]
    progress("finding clusters", 0.85)
    return Points(assets, xy, clusters.clusters(space))


def _document(
    ws: Workspace,
    options: MapOptions,
    reduction: Reduction,
    points: Points,
    mark: str,
    progress: Progress,
) -> Json:
    """What is kept of a map beside its points: figures, words, and what fits nothing."""
    progress("naming clusters", 0.92)
    ids = points.ids(np.arange(len(points.assets)))
    words = _words(ws, ids)
    progress("looking for what fits nothing", 0.96)
    strange = _groups(ws, options.taxonomy, points)
    group = np.full(len(ids), clusters.NONE, np.int64)
    for number, rows in enumerate(strange):
        group[rows] = number
    return {
        **asdict(options),
        "mark": mark,
        "backbone": ws.backbone_version,
        "components": int(reduction.axes.shape[1]),
        "variance": reduction.kept,
        "variance_2d": reduction.kept_by_two,
        "names": _names(points.cluster, words),
        "unknown": [rows.tolist() for rows in strange],
        "unknown_names": _names(group, words),
    }


def _words(ws: Workspace, ids: Sequence[AssetId]) -> list[tuple[str, naming.Said]]:
    """What keywords and file names say of pictures."""
    with ws.db.read() as connection:
        keywords = ws.assets.keywords(connection, ids)
    places = ws.assets.all_places(ids)
    return [
        ("keywords", naming.said(_leaves(keywords.get(asset, ())) for asset in ids)),
        ("files", naming.said(naming.file_words(places.get(asset, ())) for asset in ids)),
    ]


def _leaves(paths: tuple[tuple[str, ...], ...]) -> list[str]:
    """A picture's keywords; of those that are paths, the last word."""
    return [path[-1] for path in paths if path]


def _names(group: Ids, words: list[tuple[str, naming.Said]]) -> dict[str, list[str]]:
    """For each group: its name, and where that is from."""
    found: dict[str, list[str]] = {}
    for source, spoken in reversed(words):
        for number, word in naming.names(group, spoken, share=WORD_SHARE).items():
            found[str(number)] = [word, source]
    return found


def _groups(ws: Workspace, taxonomy: str | None, points: Points) -> list[Ids]:
    """Pictures that fit no concept and are alike among themselves."""
    if taxonomy is None:
        return []
    labelled = labelled_in(ws, taxonomy, points)
    strange = clusters.strangers(points.xy, labelled)
    strange |= _found_strange(ws, taxonomy, points) & ~labelled
    return clusters.groups(points.xy, strange)


def labelled_in(ws: Workspace, taxonomy: str, points: Points) -> Mask:
    """(n,) which pictures people or imports have labelled in a taxonomy."""
    said = {
        tag.asset for tag in ws.ledger.tags(taxonomy=taxonomy, people_only=True) if tag.positive
    }
    found: Mask = np.isin(points.assets, to_bytes(sorted(said)))
    return found


def _found_strange(ws: Workspace, taxonomy: str, points: Points) -> NDArray[Any]:
    """(n,) which pictures the model found unlike anything it learned."""
    champion = ws.models.champion(taxonomy)
    if champion is None:
        return np.zeros(len(points.assets), np.bool_)
    scope = Scope(taxonomy, "", ws.now())
    with ws.db.read() as connection:
        found = ws.reviews.strange(connection, scope, champion.version, len(points.assets))
    return np.isin(points.assets, to_bytes(found))
