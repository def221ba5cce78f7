"""Search: by concept, by words, date and probability; and by similar picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

import numpy as np

from tagwright.core import finding
from tagwright.core.cursor import from_cursor, to_cursor
from tagwright.core.finding import Filters, Named, Shelves, Sort, State
from tagwright.core.ledger import Entry
from tagwright.core.taxonomy import Taxonomy
from tagwright.core.words import word_key
from tagwright.errors import InvalidInput, NotFound, UnreadableImage
from tagwright.flows.neighbours import neighbours_of
from tagwright.flows.workspace import Workspace, decode_limits
from tagwright.media.pool import Unreadable, decode_files
from tagwright.store.assets import Asset
from tagwright.types import AssetId, ConceptId, FacetId, Half, Ids, Mask, Matrix, Status

RANK: Final = {"person": 0, "import": 1, "model": 2}
"""Whose word comes first."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One picture found. `score`: a probability, a cosine, or 1 where a person said so."""

    asset: AssetId
    location: str
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Query:
    """What to find; see `core.finding.Filters`. Words are those of the door.

    concepts: words, paths or ids; `match` says whether a picture must have all or any of them.
    taxonomy: where to look the words up, and whose tags count. sort: None: by rank where tags
    are asked for, else the newest first. cursor: the `next` of the page before.
    """

    concepts: tuple[str, ...] = ()
    match: Literal["all", "any"] = "all"
    taxonomy: str | None = None
    statuses: frozenset[Status] | None = None
    low: float | None = None
    high: float | None = None
    text: str = ""
    taken: tuple[datetime | None, datetime | None] = (None, None)
    added: tuple[datetime | None, datetime | None] = (None, None)
    formats: frozenset[str] = frozenset()
    untagged: bool = False
    unlabelled: bool = False
    sort: Sort | None = None
    limit: int = 50
    cursor: str | None = None
    facets: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One picture, with where it is and what stands on it."""

    asset: Asset
    locations: tuple[str, ...]
    tags: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class ConceptCount:
    """How many of the pictures found have a concept, or one below it, of the kind asked for."""

    taxonomy: str
    facet: FacetId
    concept: ConceptId
    parent: ConceptId | None
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what was found, in order. `total`: of all pages. facets, states: None unless asked
    for; states: how many each would find in place of the statuses that were asked for.
    """

    items: tuple[Found, ...]
    next: str | None
    total: int
    facets: tuple[ConceptCount, ...] | None
    states: Mapping[State, int] | None


@dataclass(frozen=True, slots=True)
class Outline:
    """The shape of all that was found, in order: enough to lay it out before any of it is read.

    ratios: width by height in hundredths. cursors: of each page of the query's limit, None for
    the first.
    """

    ratios: tuple[int, ...]
    cursors: tuple[str | None, ...]


TRIES: Final = 3
"""Times a page is made again because a picture on it has just been deleted."""


def find(ws: Workspace, query: Query) -> Page:
    """A page of the live pictures that pass every filter. Raises NotFound for an unknown word."""
    filters = _filters(ws, query)
    sort = _sort(query, filters)
    question = _question(filters, sort)
    after = None if query.cursor is None else from_cursor(query.cursor, question)
    shelves, mask, order, rows = _searched(ws, filters, sort, after, query.limit + 1)
    items = _items(ws, shelves, rows)
    for _ in range(TRIES):
        gone = [int(shelves.seq[r]) for r in rows if _id(shelves, r) not in items]
        if not gone:
            break
        ws.search.drop(gone)
        shelves, mask, order, rows = _searched(ws, filters, sort, after, query.limit + 1)
        items = _items(ws, shelves, rows)
    shown = rows[: query.limit]
    last = to_cursor(int(order[shown[-1]]), question) if len(rows) > query.limit else None
    return Page(
        items=tuple(items[a] for r in shown if (a := _id(shelves, r)) in items),
        next=last,
        total=int(mask.sum()),
        facets=_facets(ws, shelves, mask, filters) if query.facets else None,
        states=finding.states(shelves, filters) if query.facets else None,
    )


def outline(ws: Workspace, query: Query) -> Outline:
    """What `find` would give, all pages of it, as shapes. Raises NotFound for an unknown word."""
    filters = _filters(ws, query)
    sort = _sort(query, filters)
    shelves, _, order, rows = _searched(ws, filters, sort, None, None)
    question = _question(filters, sort)
    ends = order[rows][query.limit - 1 : -1 : query.limit].tolist()
    return Outline(
        ratios=tuple(shelves.ratio[rows].tolist()),
        cursors=(None, *(to_cursor(end, question) for end in ends)),
    )


def similar_to(
    ws: Workspace,
    semantic: Half | Matrix,
    limit: int,
    *,
    concepts: Sequence[str] = (),
    taxonomy: str | None = None,
) -> list[tuple[Found, float]]:
    """The pictures most like features (d,), with their cosine; of these concepts, if given."""
    among: list[AssetId] | None = None
    if concepts:
        filters = _filters(ws, Query(concepts=tuple(concepts), taxonomy=taxonomy))
        shelves = ws.search.shelves()
        among = [AssetId(i.decode()) for i in shelves.ids[finding.found(shelves, filters)].tolist()]
    near = neighbours_of(ws, semantic, limit, among=among)
    items = _found(ws, [each.asset for each in near])
    return [(items[each.asset], each.cosine) for each in near if each.asset in items]


def similar_to_asset(
    ws: Workspace,
    asset: str,
    limit: int,
    *,
    concepts: Sequence[str] = (),
    taxonomy: str | None = None,
) -> list[tuple[Found, float]]:
    """The other pictures most like one of the library. Raises NotFound."""
    found = ws.assets.exact(asset)
    features = ws.features.load(ws.backbone_version, [found.id], ("semantic",))
    semantic = features["semantic"][0]
    hits = similar_to(ws, semantic, limit + 1, concepts=concepts, taxonomy=taxonomy)
    return [hit for hit in hits if hit[0].asset.id != found.id][:limit]


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


def _sort(query: Query, filters: Filters) -> Sort:
    return query.sort or ("rank" if filters.asks_tags else "newest")


def _searched(
    ws: Workspace, filters: Filters, sort: Sort, after: int | None, limit: int | None
) -> tuple[Shelves, Mask, Ids, Ids]:
    """The library as it is, what passes, the order, and the rows of the page; None: of all."""
    shelves = ws.search.shelves()
    mask = finding.found(shelves, filters)
    order = finding.keys(shelves, filters, sort)
    most = len(order) if limit is None else limit
    return shelves, mask, order, finding.page(mask, order, most, after)


def _id(shelves: Shelves, row: int) -> AssetId:
    return AssetId(shelves.ids[row].decode())


def _items(ws: Workspace, shelves: Shelves, rows: Ids) -> dict[AssetId, Found]:
    return _found(ws, [_id(shelves, row) for row in rows])


def _found(ws: Workspace, ids: Sequence[AssetId]) -> dict[AssetId, Found]:
    """What the tables say of these pictures now; those that are gone are missing."""
    assets, tags, places = ws.assets.some(ids), ws.ledger.tags_of(ids), ws.assets.all_places(ids)
    return {
        each: Found(assets[each], tuple(places[each]), tuple(tags[each]))
        for each in ids
        if each in assets
    }


def _filters(ws: Workspace, query: Query) -> Filters:
    groups = [_named(ws, words, query.taxonomy) for words in query.concepts]
    if query.match == "any" and groups:
        groups = [frozenset().union(*groups)]
    if query.taxonomy is not None:
        ws.taxonomies.get(query.taxonomy)
    return Filters(
        concepts=tuple(groups),
        taxonomy=query.taxonomy,
        statuses=query.statuses,
        low=query.low,
        high=query.high,
        text=tuple(word_key(query.text).split()),
        taken=(_local(query.taken[0]), _local(query.taken[1])),
        added=(_utc(query.added[0]), _utc(query.added[1])),
        formats=frozenset(each.upper() for each in query.formats),
        bare=query.untagged,
        unlabelled=query.unlabelled,
    )


def _named(ws: Workspace, words: str, taxonomy: str | None) -> frozenset[Named]:
    """The concepts that a word, a path or an id means, and all below. Raises NotFound."""
    names = [taxonomy] if taxonomy else ws.taxonomies.names()
    named: set[Named] = set()
    for name in names:
        known = ws.taxonomies.get(name)
        concept = known.current(ConceptId(words)) if words in known else _concept(ws, name, words)
        if concept is not None:
            named.update((name, each) for each in _below(known, concept))
    if not named:
        raise NotFound(
            f"no concept answers to {words!r} in {', '.join(names) or 'an empty library'}: "
            f"the taxonomy lists the words"
        )
    return frozenset(named)


def _question(filters: Filters, sort: Sort) -> str:
    """Everything a list depends on but the page, the same in every process."""
    groups = sorted(sorted(group) for group in filters.concepts)
    statuses = None if filters.statuses is None else sorted(filters.statuses)
    rest = (
        filters.taxonomy, filters.low, filters.high, filters.text, filters.taken, filters.added,
        sorted(filters.formats), filters.bare, filters.unlabelled, sort,
    )  # fmt: skip
    return repr((groups, statuses, rest))


def _facets(
    ws: Workspace, shelves: Shelves, mask: Mask, filters: Filters
) -> tuple[ConceptCount, ...]:
    """In tree order; concepts that none of the found has are left out."""
    many = finding.counts(shelves, mask, filters)
    result: list[ConceptCount] = []
    for name in [filters.taxonomy] if filters.taxonomy else ws.taxonomies.names():
        result += [
            ConceptCount(name, c.facet, c.id, c.parent, c.label, many[name, c.id])
            for c in ws.taxonomies.get(name).concepts
            if (name, c.id) in many
        ]
    return tuple(result)


def _local(time: datetime | None) -> str | None:
    """As pictures say when they were taken: local time, to the second."""
    return None if time is None else time.replace(tzinfo=None).isoformat(timespec="seconds")


def _utc(time: datetime | None) -> str | None:
    """As the library says when they were added: UTC, to the millisecond."""
    if time is None:
        return None
    try:
        there = time.replace(tzinfo=time.tzinfo or UTC).astimezone(UTC)
    except OverflowError as error:
        raise InvalidInput(f"{time.isoformat()!r} is no date that a picture may have") from error
    return there.replace(tzinfo=None).isoformat(timespec="milliseconds")
