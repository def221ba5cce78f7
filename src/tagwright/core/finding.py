"""Searching a library held in memory: a row a picture, a row a tag, numbers all the way.

A hundred thousand pictures with three tags each are filtered, ordered and counted in a few
milliseconds, however the filters are combined; no index of a database does that for all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from tagwright.types import ConceptId, Ids, Mask, Status

Words = NDArray[np.bytes_]
Named = tuple[str, ConceptId]
"""A concept of a taxonomy."""
Sort = Literal["rank", "doubt", "newest", "oldest"]
"""`rank`: people's word first, then imports', then the machine's by probability. `doubt`: the
machine's least probable first, then imports' word, then people's."""
State = Status | Literal["untagged", "unlabelled"]

KINDS: Final = ("person", "import", "model")
STATUSES: Final[tuple[Status, ...]] = ("auto", "confirmed", "suggested", "rejected")
POSITIVE: Final[frozenset[Status]] = frozenset(("auto", "confirmed", "suggested"))
CARRIED: Final = 2
"""Statuses below this number are on the picture; the others are questions, or a no."""
_P_BITS: Final = 30
_SEQ_BITS: Final = 31


@dataclass(frozen=True, slots=True)
class Shelves:
    """The live pictures of a workspace and their tags, at one moment.

    Pictures, (n,), by ascending `seq`: `ids` S64; `taken` and `added` S23, ISO to the
    millisecond, empty where unknown; `format` index into `formats`; `text` what may be searched
    for, folded; `ratio` width by height in hundredths. Tags, (m,): `at` the row of the picture;
    `concept` index into `concepts`; `p` 1 for people and imports. `above`: of each concept that a
    tag names, its index and those above it. `on_at`, `on_node`, (k,): each concept a picture
    carries, and each above it, once.
    """

    seq: Ids
    ids: Words
    taken: Words
    added: Words
    format: NDArray[np.int16]
    text: NDArray[np.object_]
    ratio: NDArray[np.uint16]
    at: NDArray[np.int32]
    concept: NDArray[np.int32]
    status: NDArray[np.int8]
    kind: NDArray[np.int8]
    p: NDArray[np.float32]
    on_at: NDArray[np.int32]
    on_node: NDArray[np.int32]
    concepts: Mapping[Named, int]
    above: Mapping[int, Ids]
    formats: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Filters:
    """What a picture must have; every one that is given must hold.

    concepts: of each group, a tag with one of its concepts. statuses, low, high: of that tag, or,
    without groups, of any; low and high bound the probability. text: words, folded, all of them.
    taken, added: from and before, ISO text. bare: without anything carried. unlabelled: without a
    word of people or imports.
    """

    concepts: tuple[frozenset[Named], ...] = ()
    taxonomy: str | None = None
    statuses: frozenset[Status] | None = None
    low: float | None = None
    high: float | None = None
    text: tuple[str, ...] = ()
    taken: tuple[str | None, str | None] = (None, None)
    added: tuple[str | None, str | None] = (None, None)
    formats: frozenset[str] = frozenset()
    bare: bool = False
    unlabelled: bool = False

    @property
    def asks_tags(self) -> bool:
        """Whether a picture must have a tag of some kind."""
        return bool(self.concepts) or self.asks_kind

    @property
    def asks_kind(self) -> bool:
        """Whether a tag must be of a status or a probability."""
        return any(each is not None for each in (self.statuses, self.low, self.high))


def found(shelves: Shelves, filters: Filters) -> Mask:
    """(n,): which pictures pass."""
    mask = np.ones(len(shelves.seq), np.bool_)
    for tags in _tag_masks(shelves, filters):
        mask &= _having(shelves, tags)
    if filters.bare:
        mask &= ~_carrying(shelves, filters.taxonomy)
    if filters.unlabelled:
        mask &= ~_labelled(shelves, filters.taxonomy)
    for values, (start, end) in (
        (shelves.taken, filters.taken),
        (shelves.added, filters.added),
    ):
        mask &= _between(values, start, end)
    if filters.formats:
        codes = [code for name, code in shelves.formats.items() if name in filters.formats]
        mask &= np.isin(shelves.format, codes)
    for word in filters.text:
        rows = np.flatnonzero(mask)
        mask[rows] = [word in text for text in shelves.text[rows].tolist()]
    return mask


def keys(shelves: Shelves, filters: Filters, sort: Sort) -> Ids:
    """(n,): what pictures are ordered by, ascending; no two have the same.

    A picture's key changes only when its best tag does: pages stay in step while others write.
    """
    newest: Ids = -shelves.seq
    if sort in ("newest", "oldest"):
        return newest if sort == "newest" else shelves.seq
    masks = _tag_masks(shelves, filters)
    tags = np.logical_or.reduce(masks) if masks else shelves.status < STATUSES.index("rejected")
    kind, sure = shelves.kind[tags].astype(np.int64), shelves.p[tags].astype(np.float64)
    if sort == "rank":
        sure = 1 - sure
    else:
        kind = len(KINDS) - 1 - kind
    place = np.rint(sure * (2**_P_BITS - 1)).astype(np.int64)
    best = np.full(len(shelves.seq), len(KINDS) << _P_BITS, np.int64)
    np.minimum.at(best, shelves.at[tags], (kind << _P_BITS) + place)
    ranked: Ids = (best << _SEQ_BITS) + (2**_SEQ_BITS - 1 - shelves.seq)
    return ranked


def page(mask: Mask, order: Ids, limit: int, after: int | None = None) -> Ids:
    """The rows of the next `limit` found, in order. after: the key of the last one before."""
    rows = np.flatnonzero(mask if after is None else mask & (order > after))
    if len(rows) > limit:
        rows = rows[np.argpartition(order[rows], limit - 1)[:limit]]
    return rows[np.argsort(order[rows])]


def counts(shelves: Shelves, mask: Mask, filters: Filters) -> dict[Named, int]:
    """How many of the found have each concept or one below it; those with none are left out.

    Counted is what the search asks for, as if the concept were asked for too: where it is about a
    status or a probability, the tags of that kind; else what the pictures carry.
    """
    if filters.asks_kind:
        tags = _meets(shelves, filters) & mask[shelves.at]
        _, nodes = spread(shelves.at[tags], shelves.concept[tags], shelves.above)
    else:
        nodes = shelves.on_node[mask[shelves.on_at]]
    many = np.bincount(nodes, minlength=len(shelves.concepts)).tolist()
    return {named: many[code] for named, code in shelves.concepts.items() if many[code]}


def states(shelves: Shelves, filters: Filters) -> dict[State, int]:
    """How many each state would find, in place of the states that are asked for."""
    rest = replace(filters, statuses=None, bare=False, unlabelled=False)
    base = found(shelves, replace(rest, concepts=(), low=None, high=None))
    many: dict[State, int] = {
        status: _also(shelves, base, replace(rest, statuses=frozenset((status,))))
        for status in STATUSES
    }
    bare = _also(shelves, base & ~_carrying(shelves, rest.taxonomy), rest)
    unlabelled = _also(shelves, base & ~_labelled(shelves, rest.taxonomy), rest)
    return {**many, "untagged": bare, "unlabelled": unlabelled}


def _also(shelves: Shelves, mask: Mask, filters: Filters) -> int:
    """How many of these have the tags that are asked for."""
    for tags in _tag_masks(shelves, filters):
        mask = mask & _having(shelves, tags)
    return int(mask.sum())


def spread(
    at: NDArray[np.int32], concept: NDArray[np.int32], above: Mapping[int, Ids]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Each picture with each concept of its tags, and with each above that, once."""
    pairs = [np.empty(0, np.int64)]
    order = np.argsort(concept, kind="stable")
    codes, starts = np.unique(concept[order], return_index=True)
    ends = [*starts[1:].tolist(), len(order)]
    for code, start, end in zip(codes.tolist(), starts.tolist(), ends, strict=False):
        rows = at[order[start:end]].astype(np.int64)
        pairs += [(rows << 32) + node for node in above[code].tolist()]
    both = np.unique(np.concatenate(pairs))
    return (both >> 32).astype(np.int32), (both & 0xFFFFFFFF).astype(np.int32)


def merged(old: Shelves, fresh: Shelves, gone: Collection[int]) -> Shelves:
    """`old` with the pictures of `fresh` new or in place of their old state, and without `gone`."""
    out = np.array(sorted({*gone, *fresh.seq.tolist()}), np.int64)
    stay = ~np.isin(old.seq, out)
    seq = np.concatenate([old.seq[stay], fresh.seq])
    order = np.argsort(seq, kind="stable")
    place = np.empty(len(seq), np.int32)
    place[order] = np.arange(len(seq), dtype=np.int32)
    kept = int(stay.sum())
    moved = np.full(len(old.seq), -1, np.int32)
    moved[stay] = place[:kept]
    joined: dict[str, Any] = {
        "concepts": fresh.concepts,
        "above": fresh.above,
        "formats": fresh.formats,
    }
    for name in ("seq", "ids", "taken", "added", "format", "text", "ratio"):
        both = np.concatenate([getattr(old, name)[stay], getattr(fresh, name)])
        joined[name] = both[order]
    for place_name, others in (
        ("at", ("concept", "status", "kind", "p")),
        ("on_at", ("on_node",)),
    ):
        before, after = getattr(old, place_name), getattr(fresh, place_name)
        rows = stay[before]
        joined[place_name] = np.concatenate([moved[before[rows]], place[kept:][after]])
        for name in others:
            joined[name] = np.concatenate([getattr(old, name)[rows], getattr(fresh, name)])
    assert joined.keys() == {each.name for each in fields(Shelves)}
    return Shelves(**joined)


def _tag_masks(shelves: Shelves, filters: Filters) -> list[Mask]:
    """For each condition on tags, which tags meet it."""
    if not filters.asks_tags:
        return []
    meets = _meets(shelves, filters)
    if not filters.concepts:
        return [meets]
    return [meets & _flags(shelves, group)[shelves.concept] for group in filters.concepts]


def _meets(shelves: Shelves, filters: Filters) -> Mask:
    """(m,): which tags are of the status and the probability that are asked for."""
    statuses = POSITIVE if filters.statuses is None else filters.statuses
    meets: Mask = np.array([status in statuses for status in STATUSES])[shelves.status]
    meets &= _of_taxonomy(shelves, filters.taxonomy)
    if filters.low is not None:
        meets &= shelves.p >= np.float32(filters.low)
    if filters.high is not None:
        meets &= shelves.p <= np.float32(filters.high)
    return meets


def _carrying(shelves: Shelves, taxonomy: str | None) -> Mask:
    """(n,): which pictures carry something."""
    return _having(shelves, _of_taxonomy(shelves, taxonomy) & (shelves.status < CARRIED))


def _labelled(shelves: Shelves, taxonomy: str | None) -> Mask:
    """(n,): of which pictures people or imports said something."""
    model = KINDS.index("model")
    return _having(shelves, _of_taxonomy(shelves, taxonomy) & (shelves.kind != model))


def _of_taxonomy(shelves: Shelves, taxonomy: str | None) -> Mask:
    if taxonomy is None:
        return np.ones(len(shelves.at), np.bool_)
    own = [named for named in shelves.concepts if named[0] == taxonomy]
    return _flags(shelves, own)[shelves.concept]


def _flags(shelves: Shelves, named: Collection[Named]) -> Mask:
    """(concepts,): which concepts these are."""
    flags = np.zeros(len(shelves.concepts), np.bool_)
    flags[[code for each in named if (code := shelves.concepts.get(each)) is not None]] = True
    return flags


def _having(shelves: Shelves, tags: Mask) -> Mask:
    mask = np.zeros(len(shelves.seq), np.bool_)
    mask[shelves.at[tags]] = True
    return mask


def _between(values: Words, start: str | None, end: str | None) -> Mask:
    mask = np.ones(len(values), np.bool_)
    if start is not None:
        mask &= values >= start.encode()
    if end is not None:
        mask &= (values < end.encode()) & (values != b"")
    return mask
