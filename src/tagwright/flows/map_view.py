"""What a map shows: its clusters with what people have said of them by now, and its colours."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from tagwright.core import clusters, naming
from tagwright.core.finding import KINDS, STATUSES, Shelves
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import InvalidInput
from tagwright.flows.workspace import Workspace
from tagwright.store.maps import MapRow, Points, to_bytes
from tagwright.types import AssetId, ConceptId, FacetId, Ids, Json, Mask

By = Literal["tag", "probability", "suspect", "source", "labelled"]
NameFrom = Literal["taxonomy", "keywords", "files", "none"]

SAMPLE: Final = 6
SHOWN: Final = 12
MAJORITY: Final = 0.5
"""Of the pictures of a cluster that are labelled or tagged, so many have the concept it is named
after."""
HEARD: Final = 0.05
"""And so many of all its pictures: a few stray labels name nothing."""
FEWEST: Final = 5
"""Labelled pictures before a cluster's purity is told."""
MOST_SUSPECTS: Final = 100_000
SOURCES: Final = ("a person", "an import", "the machine, alone", "the machine, unsure")
LABELLED: Final = ("not labelled", "labelled")
_MODEL: Final = KINDS.index("model")
_REJECTED: Final = STATUSES.index("rejected")
_SUGGESTED: Final = STATUSES.index("suggested")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster as it stands. purity: the share of the commonest label among those labelled."""

    id: int
    name: str
    name_from: NameFrom
    size: int
    labelled: int
    purity: float | None
    x: float
    y: float
    sample: tuple[AssetId, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Pictures alike among themselves that fit no concept. x, y: its middle."""

    group: int
    size: int
    name: str
    x: float
    y: float
    assets: tuple[AssetId, ...]
    indices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a legend. concept: None where the colour is not a concept's."""

    code: int
    concept: ConceptId | None
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A map as it stands. waiting: pictures that could be placed on it. islands: clusters that
    hardly anybody has labelled anything in, the largest first.
    """

    row: MapRow
    waiting: int
    clusters: tuple[Cluster, ...]
    islands: tuple[int, ...]
    unknown: tuple[Group, ...]

    def to_json(self) -> Json:
        """As the API answers it."""
        told = self.row.document
        names = ("view", "backbone", "method", "taxonomy", "components", "variance", "variance_2d")
        return {
            "id": self.row.id,
            "at": self.row.created_at,
            **{name: told[name] for name in names},
            "pictures": self.row.pictures,
            "placed_since": self.row.placed,
            "waiting": self.waiting,
            "clusters": [
                asdict(each) | {"unlabelled": each.size - each.labelled} for each in self.clusters
            ],
            "islands": list(self.islands),
            "unknown": [asdict(each) for each in self.unknown],
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """The best positive tag of each picture of a map in each facet.

    at: (m,) index on the map. code: (m,) the concept's place in the taxonomy. kind, status: as in
    `core.finding`. p: 1 for people and imports.
    """

    at: Ids
    code: Ids
    facet: Ids
    kind: NDArray[np.int8]
    status: NDArray[np.int8]
    p: NDArray[np.float32]

    def only(self, mask: Mask | Ids) -> Standing:
        """Some of them."""
        return Standing(
            self.at[mask],
            self.code[mask],
            self.facet[mask],
            self.kind[mask],
            self.status[mask],
            self.p[mask],
        )


def on_map(points: Points, shelves: Shelves) -> Ids:
    """(shelf rows,) the index on the map of each picture of the library; -1 where it is not."""
    return _index(points, shelves.ids)


def _index(points: Points, ids: NDArray[np.bytes_]) -> Ids:
    """(m,) the index on the map of each of some pictures; -1 where it is not."""
    order = np.argsort(points.assets, kind="stable")
    place = np.minimum(np.searchsorted(points.assets, ids, sorter=order), len(order) - 1)
    index = order[place]
    found: Ids = np.where(points.assets[index] == ids, index, -1)
    return found


def gone(points: Points, shelves: Shelves) -> Mask:
    """(n,) pictures of a map that the library no longer has."""
    index = on_map(points, shelves)
    found = np.ones(len(points.assets), np.bool_)
    found[index[index >= 0]] = False
    return found


def standing(points: Points, shelves: Shelves, taxonomy: Taxonomy) -> Standing:
    """What people, imports and models say of a map's pictures in a taxonomy, the best of each."""
    facets = {facet.id: number for number, facet in enumerate(taxonomy.facets)}
    code_of = np.full(len(shelves.concepts) + 1, -1, np.int64)
    facet_of = np.full(len(shelves.concepts) + 1, -1, np.int64)
    for code, concept in enumerate(taxonomy.concepts):
        known = shelves.concepts.get((taxonomy.name, concept.id))
        if known is not None:
            code_of[known], facet_of[known] = code, facets[concept.facet]
    index = on_map(points, shelves)[shelves.at]
    kept = (index >= 0) & (code_of[shelves.concept] >= 0) & (shelves.status != _REJECTED)
    concept = shelves.concept[kept]
    every = Standing(
        index[kept],
        code_of[concept],
        facet_of[concept],
        shelves.kind[kept],
        shelves.status[kept],
        shelves.p[kept],
    )
    # People before imports before models, and of a model's guesses the surest; one a facet.
    order = np.lexsort((every.code, -every.p, every.kind, every.facet, every.at))
    ranked = every.only(order)
    return ranked.only(_firsts(ranked.at, ranked.facet))


def _firsts(*columns: Ids) -> Mask:
    """(n,) where one of some columns is another than in the row before."""
    first = np.ones(len(columns[0]), np.bool_)
    first[1:] = np.any([each[1:] != each[:-1] for each in columns], axis=0)
    return first


def read_map(ws: Workspace, named: str, taxonomy: str | None = None) -> Drawn:
    """A map with what people have said by now. taxonomy: else the one it was drawn for."""
    row = ws.maps.get(named)
    points, shelves = ws.maps.points(row), ws.search.shelves()
    wanted = taxonomy or row.document["taxonomy"]
    found = ws.taxonomies.find(wanted) if wanted else None
    alive = ~gone(points, shelves)
    tags = None if found is None else standing(points, shelves, found)
    made = _clusters(row, points, alive, tags, found)
    return Drawn(
        row=row,
        waiting=_waiting(ws, row, points, shelves),
        clusters=tuple(made),
        islands=_islands(made) if found is not None else (),
        unknown=tuple(_unknown(row, points, alive, tags)),
    )


def read_points(ws: Workspace, named: str) -> bytes:
    """Every picture's place and cluster, little endian: n, x, y, cluster.

    A picture that the library no longer has keeps its index and stands nowhere (NaN).
    """
    row = ws.maps.get(named)
    points = ws.maps.points(row)
    xy = points.xy.astype("<f4", copy=True)
    missing = gone(points, ws.search.shelves())
    xy[missing] = np.nan
    cluster = np.where(missing, clusters.NONE, points.cluster).astype("<i4")
    parts = (_count(len(xy)), xy[:, 0], xy[:, 1], cluster)
    return b"".join(part.tobytes() for part in parts)


def read_colours(
    ws: Workspace, named: str, by: By, taxonomy: str | None, facet: str | None
) -> bytes:
    """A code a picture (-1: none), or a value (NaN: none), little endian after their number."""
    row = ws.maps.get(named)
    values = _colours(ws, ws.maps.points(row), by, _taxonomy(ws, row, taxonomy), facet)
    kind = "<f4" if by in ("probability", "suspect") else "<i4"
    return _count(len(values)).tobytes() + values.astype(kind).tobytes()


def read_legend(
    ws: Workspace, named: str, by: By, taxonomy: str | None, facet: str | None
) -> list[Item]:
    """What each code means, and how many pictures have it; empty for values."""
    if by in ("probability", "suspect"):
        return []
    row = ws.maps.get(named)
    found = _taxonomy(ws, row, taxonomy)
    codes = _colours(ws, ws.maps.points(row), by, found, facet).astype(np.int64)
    counts = np.bincount(codes[codes >= 0]).tolist()
    if by != "tag":
        words = SOURCES if by == "source" else LABELLED
        return [
            Item(code, None, word, counts[code] if code < len(counts) else 0)
            for code, word in enumerate(words)
        ]
    concepts = found.concepts
    return [Item(c, concepts[c].id, concepts[c].label, n) for c, n in enumerate(counts) if n]


def _taxonomy(ws: Workspace, row: MapRow, named: str | None) -> Taxonomy:
    """The one named, else the map's own."""
    wanted = named or row.document["taxonomy"]
    if wanted is None:
        raise InvalidInput("name the taxonomy whose tags are the colours: the map has none")
    return ws.taxonomies.get(wanted)


def _count(n: int) -> NDArray[np.uint32]:
    return np.array([n], "<u4")


def _colours(
    ws: Workspace, points: Points, by: By, found: Taxonomy, facet: str | None
) -> NDArray[np.float64]:
    """(n,) NaN or -1 where there is none."""
    wanted = None if facet is None else found.facet(FacetId(facet)).id
    values = np.full(len(points.assets), np.nan if by in ("probability", "suspect") else -1.0)
    if by == "suspect":
        return _suspects(ws, points, found.name, wanted, values)
    tags = standing(points, ws.search.shelves(), found)
    if wanted is not None:
        number = [each.id for each in found.facets].index(wanted)
        tags = tags.only(tags.facet == number)
    tags = _one_each(tags)
    if by == "tag":
        values[tags.at] = tags.code
    elif by == "probability":
        values[tags.at] = tags.p
    elif by == "source":
        values[tags.at] = np.where(tags.status == _SUGGESTED, _MODEL + 1, tags.kind)
    else:
        values[:] = 0
        values[tags.at[tags.kind != _MODEL]] = 1
    return values


def _one_each(tags: Standing) -> Standing:
    """Of several facets, people's word first, then the surest."""
    order = np.lexsort((tags.facet, -tags.p, tags.kind, tags.at))
    ranked = tags.only(order)
    return ranked.only(_firsts(ranked.at))


def _suspects(
    ws: Workspace,
    points: Points,
    taxonomy: str,
    facet: FacetId | None,
    values: NDArray[np.float64],
) -> NDArray[np.float64]:
    """How much each label in doubt is to be believed: low = suspect. The lowest of each picture."""
    rows = ws.suspects.list(taxonomy, limit=MOST_SUSPECTS)
    score = {row.asset: row.score for row in reversed(rows) if facet in (None, row.facet)}
    index = _index(points, to_bytes(list(score)))
    values[index[index >= 0]] = np.array(list(score.values()))[index >= 0]
    return values


def _waiting(ws: Workspace, row: MapRow, points: Points, shelves: Shelves) -> int:
    """Pictures that could be placed on a map; under another network, none can be."""
    if row.document["backbone"] != ws.backbone_version:
        return 0
    new = [AssetId(each.decode()) for each in shelves.ids[on_map(points, shelves) < 0].tolist()]
    with ws.db.read() as connection:
        return len(ws.features.known(connection, ws.backbone_version, new))


def _clusters(
    row: MapRow, points: Points, alive: Mask, tags: Standing | None, taxonomy: Taxonomy | None
) -> list[Cluster]:
    cluster = np.where(alive, points.cluster, clusters.NONE)
    words: dict[int, tuple[str, NameFrom]] = {
        int(number): (word, source) for number, (word, source) in row.document["names"].items()
    }
    labelled, purity = np.zeros(len(cluster), np.bool_), dict[int, float]()
    if tags is not None and taxonomy is not None:
        labels = tags.only(tags.kind != _MODEL)
        labelled[labels.at] = True
        purity = _purity(cluster, labels)
        words |= _concept_names(cluster, tags, taxonomy)
    found = []
    for number in range(int(cluster.max(initial=clusters.NONE)) + 1):
        rows = np.flatnonzero(cluster == number)
        if len(rows):
            name, source = words.get(number, ("", "none"))
            x, y = clusters.middle(points.xy, rows)
            sample = points.ids(clusters.typical(points.xy, rows, SAMPLE))
            of = (len(rows), int(labelled[rows].sum()), purity.get(number))
            found.append(Cluster(number, name, source, *of, x, y, tuple(sample)))
    return found


def _concept_names(
    cluster: Ids, tags: Standing, taxonomy: Taxonomy
) -> dict[int, tuple[str, NameFrom]]:
    """Clusters that most labelled or tagged pictures of say the same concept of."""
    words = tuple(str(code) for code in range(len(taxonomy.concepts)))
    spoken = naming.Said(tags.at, tags.code, words)
    found = naming.names(cluster, spoken, share=MAJORITY, heard=HEARD)
    return {
        number: (taxonomy.concepts[int(word)].label, "taxonomy") for number, word in found.items()
    }


def _purity(cluster: Ids, labels: Standing) -> dict[int, float]:
    """The share of the commonest label in each cluster, in the facet with the most labels."""
    if not len(labels.at):
        return {}
    facet = int(np.bincount(labels.facet).argmax())
    own = labels.only(labels.facet == facet)
    many = int(own.code.max()) + 1
    inside = cluster[own.at]
    kept = inside >= 0
    code, times = np.unique(inside[kept] * many + own.code[kept], return_counts=True)
    count = int(cluster.max(initial=clusters.NONE)) + 1
    most, total = np.zeros(count), np.zeros(count)
    np.maximum.at(most, code // many, times)
    np.add.at(total, code // many, times)
    return {k: float(most[k] / total[k]) for k in np.flatnonzero(total >= FEWEST).tolist()}


def _islands(made: list[Cluster]) -> tuple[int, ...]:
    return tuple(each.id for each in made if each.labelled <= clusters.ISLAND_SHARE * each.size)


def _unknown(row: MapRow, points: Points, alive: Mask, tags: Standing | None) -> list[Group]:
    """Groups that fit nothing, without what was labelled or deleted since."""
    open_ = alive.copy()
    if tags is not None:
        open_[tags.at[tags.kind != _MODEL]] = False
    found = []
    for number, stored in enumerate(row.document["unknown"]):
        rows = np.array(stored, np.int64)
        rows = rows[open_[rows]]
        if len(rows) >= clusters.SMALLEST // 2:
            name = row.document["unknown_names"].get(str(number), ["", ""])[0]
            x, y = clusters.middle(points.xy, rows)
            sample = points.ids(clusters.typical(points.xy, rows, SHOWN))
            found.append(Group(number, len(rows), name, x, y, tuple(sample), tuple(rows.tolist())))
    return found


def group_rows(row: MapRow, group: int) -> Ids:
    """The indices of the pictures of a group that fits nothing. Raises InvalidInput."""
    stored = row.document["unknown"]
    if not 0 <= group < len(stored):
        raise InvalidInput(f"map {row.id[:8]!r} has no group {group}: it has {len(stored)}")
    return np.array(stored[group], np.int64)
