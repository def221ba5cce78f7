"""The library in memory, for search: loaded once, then kept in step with the tables.

What changed since the last look is read from the order of arrival of pictures, places and ledger
lines; after an undo or a change of a taxonomy everything is read again. A hundred thousand
pictures take about 50 MB here, and a second or two to load.
"""

from __future__ import annotations

import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, NamedTuple, TypeAlias
from urllib.parse import unquote

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from tagwright.core.finding import CARRIED, KINDS, STATUSES, Named, Shelves, merged, spread
from tagwright.core.words import word_key
from tagwright.store import schema
from tagwright.store.engine import Database
from tagwright.store.taxonomies import Taxonomies
from tagwright.types import ConceptId, Ids

SLACK: Final = 1_000
"""On PostgreSQL a line may be committed after one with a higher number: we look so far back."""
MOST_DEAD: Final = 500
"""Pictures without a place that are looked at again at every search, while others bring some in."""
MOST_CHANGED: Final = 10_000
"""Pictures; where more have changed, reading everything is faster."""
PATIENCE: Final = 5.0
"""Seconds a request waits for another that is refreshing, before it searches what there is.

Longer than a usual reading: a page asks once after a tagging, and would keep what is out of date.
"""
PLACING: Final = ("import", "upload")
"""Runs that bring back what an undo took away, without a new row."""
_MOST_LINES: Final = 8 * MOST_CHANGED
_CHUNK: Final = 500
_TAKEN: Final = 19  # local time to the second
_ADDED: Final = 23  # UTC to the millisecond

Row: TypeAlias = sa.Row[tuple[Any, ...]]
Chain: TypeAlias = Callable[[Named], tuple[Named, ...]]


class _Marker(NamedTuple):
    """Changes whenever the tables do, as far as search is concerned."""

    asset: int
    location: int
    ledger: int
    undo: int
    taxonomies: int
    placing: int
    unfinished: int


@dataclass(frozen=True, slots=True)
class _State:
    """dead: rows of pictures without a live place; they may come back."""

    marker: _Marker
    shelves: Shelves
    dead: frozenset[int]


class Search:
    """The pictures and tags of one workspace, held in memory. Threads share it."""

    def __init__(self, db: Database, workspace: str) -> None:
        self.db = db
        self.workspace = workspace
        self._slack = 0 if db.commits_in_order else SLACK
        self._lock = threading.Lock()
        self._state: _State | None = None

    def shelves(self) -> Shelves:
        """The library as it is now; a moment old while another thread reads a great change."""
        state = self._state
        with self.db.read() as connection:
            if state is not None and _is_current(state, self._marker(connection)):
                return state.shelves
        if not self._lock.acquire(timeout=-1 if state is None else PATIENCE):
            assert state is not None
            return state.shelves
        try:
            with self.db.read() as connection:
                self._state = self._refreshed(connection, self._state)
            return self._state.shelves
        finally:
            self._lock.release()

    def drop(self, gone: Collection[int]) -> None:
        """Forget pictures, by number, that turned out to be there no more."""
        with self._lock:
            state = self._state
            if state is None:
                return
            shelves = merged(state.shelves, _empty(state.shelves), gone)
            self._state = replace(state, shelves=shelves, dead=state.dead | set(gone))

    def _refreshed(self, connection: sa.Connection, state: _State | None) -> _State:
        marker = self._marker(connection)  # first: what comes after it is read again next time
        if state is None:
            return self._loaded(connection, marker)
        if _is_current(state, marker):
            return state
        changed = self._changed(connection, state, marker)
        if changed is None or len(changed) > MOST_CHANGED:
            return self._loaded(connection, marker)
        fresh, dead = self._read(connection, sorted(changed), state.shelves)
        shelves = merged(state.shelves, fresh, changed)
        return _State(marker, shelves, (state.dead - changed) | dead)

    def _loaded(self, connection: sa.Connection, marker: _Marker) -> _State:
        shelves, dead = self._read(connection, None, None)
        return _State(marker, shelves, dead)

    def _changed(
        self, connection: sa.Connection, state: _State, marker: _Marker
    ) -> set[int] | None:
        """Pictures that may have changed, by number; None: any may have."""
        was = state.marker
        if marker.taxonomies != was.taxonomies:
            return None
        named = self._named_since(connection, was)
        if named is None:
            return None
        if marker.undo != was.undo:
            named |= self._undone_since(connection, was.undo)
        if len(named) > MOST_CHANGED:
            return None
        asset = schema.asset
        new = sa.select(asset.c.seq, asset.c.workspace).where(asset.c.seq > was.asset - self._slack)
        changed = {r.seq for r in connection.execute(new) if r.workspace == self.workspace}
        ids = sorted(named)
        for start in range(0, len(ids), _CHUNK):
            query = sa.select(asset.c.seq).where(
                asset.c.workspace == self.workspace, asset.c.id.in_(ids[start : start + _CHUNK])
            )
            changed.update(connection.scalars(query))
        if marker.unfinished or (marker.placing, was.unfinished) != (was.placing, 0):
            changed |= state.dead
        return changed

    def _named_since(self, connection: sa.Connection, was: _Marker) -> set[str] | None:
        """Pictures that newer places and ledger lines name; None for too many lines."""
        queries = [
            # Without the workspace in the condition, SQLite goes straight to the newest rows.
            sa.select(table.c.workspace, table.c.asset)
            .where(table.c.seq > since - self._slack)
            .limit(_MOST_LINES)
            for table, since in ((schema.location, was.location), (schema.ledger, was.ledger))
        ]
        rows = [row for query in queries for row in connection.execute(query)]
        if len(rows) >= _MOST_LINES:
            return None
        return {row.asset for row in rows if row.workspace == self.workspace}

    def _undone_since(self, connection: sa.Connection, since: int) -> set[str]:
        """Pictures touched by runs that an undo, or an undo of an undo, aimed at."""
        undo = schema.undo
        aims = connection.execute(
            sa.select(undo.c.seq, undo.c.run, undo.c.target).where(
                undo.c.workspace == self.workspace
            )
        ).all()
        runs = {row.target for row in aims if row.seq > since - self._slack}
        while more := {row.target for row in aims if row.run in runs} - runs:
            runs |= more
        touched: set[str] = set()
        for run in sorted(runs):
            for table in (schema.ledger, schema.location):
                query = sa.select(table.c.asset).where(table.c.run == run).distinct()
                touched.update(connection.scalars(query.limit(MOST_CHANGED + 1)))
                if len(touched) > MOST_CHANGED:
                    return touched
        return touched

    def _marker(self, connection: sa.Connection) -> _Marker:
        def newest(table: sa.Table) -> sa.ScalarSelect[int]:
            return sa.select(sa.func.max(table.c.seq)).scalar_subquery()

        run = schema.run
        placing = (run.c.workspace == self.workspace, run.c.kind.in_(PLACING))
        taxonomies = sa.select(sa.func.count()).where(schema.taxonomy.c.workspace == self.workspace)
        unfinished = sa.select(sa.func.count()).where(*placing, run.c.finished_at.is_(None))
        row = connection.execute(
            sa.select(
                newest(schema.asset),
                newest(schema.location),
                newest(schema.ledger),
                newest(schema.undo),
                taxonomies.scalar_subquery(),
                sa.select(sa.func.max(run.c.seq)).where(*placing).scalar_subquery(),
                unfinished.scalar_subquery(),
            )
        ).one()
        return _Marker(*(int(value or 0) for value in row))

    def _read(
        self, connection: sa.Connection, only: Sequence[int] | None, old: Shelves | None
    ) -> tuple[Shelves, frozenset[int]]:
        """Pictures (all of them, or these numbers) as shelves of their own; and the dead ones."""
        asset, place, tag = schema.asset, schema.location, schema.tag
        pictures = sa.select(
            asset.c.seq, asset.c.id, asset.c.format, asset.c.taken_at, asset.c.added_at,
            asset.c.keywords, asset.c.width, asset.c.height,
        ).where(asset.c.workspace == self.workspace)  # fmt: skip
        places = (
            sa.select(place.c.asset, place.c.uri)
            .join(schema.run, schema.run.c.id == place.c.run)
            .where(place.c.workspace == self.workspace, schema.run.c.undone.is_(False))
        )
        tags = sa.select(
            tag.c.asset, tag.c.taxonomy, tag.c.concept, tag.c.status, tag.c.actor_kind, tag.c.p
        ).where(tag.c.workspace == self.workspace)
        read = sorted(_rows(connection, pictures, asset.c.seq, only))
        # By id, not joined to the pictures: for a few, SQLite would read whole tables.
        ids = None if only is None else [row.id for row in read]
        uris: dict[str, list[str]] = defaultdict(list)
        for row in _rows(connection, places, place.c.asset, ids):
            uris[row.asset].append(row.uri)
        live = [row for row in read if row.id in uris]
        formats = dict(old.formats) if old else {}
        shelves = Shelves(
            seq=np.array([row.seq for row in live], np.int64),
            ids=np.array([row.id for row in live], "S64"),
            taken=np.array([(row.taken_at or "")[:_TAKEN] for row in live], f"S{_TAKEN}"),
            added=np.array([row.added_at[:_ADDED] for row in live], f"S{_ADDED}"),
            format=_codes([row.format for row in live], formats).astype(np.int16),
            ratio=_ratios([(row.width, row.height) for row in live]),
            text=_texts([_text(uris[row.id], row.keywords) for row in live]),
            **_tags(
                _rows(connection, tags, tag.c.asset, ids),
                {row.id: at for at, row in enumerate(live)},
                old,
                self._chain(connection),
            ),
            formats=formats,
        )
        return shelves, frozenset(row.seq for row in read if row.id not in uris)

    def _chain(self, connection: sa.Connection) -> Chain:
        """A function: a concept and all above it."""
        taxonomies = Taxonomies(self.db, self.workspace)
        taxonomy = cache(lambda name: taxonomies.find_in(connection, name))

        def chain(named: Named) -> tuple[Named, ...]:
            name, concept = named
            found = taxonomy(name)
            if found is None or concept not in found:
                return (named,)
            return (named, *((name, each) for each in found.ancestors(concept)))

        return chain


def _is_current(state: _State, marker: _Marker) -> bool:
    """Whether nothing changed. A known place may hold a dead picture again, with no new row."""
    may_return = marker.unfinished and 0 < len(state.dead) <= MOST_DEAD
    return marker == state.marker and not may_return


def _rows(
    connection: sa.Connection,
    query: sa.Select[Any],
    column: sa.Column[Any],
    only: Sequence[Any] | None,
) -> list[Row]:
    """All rows, or only those of these values of a column."""
    if only is None:
        return list(connection.execute(query).all())
    return [
        row
        for start in range(0, len(only), _CHUNK)
        for row in connection.execute(query.where(column.in_(only[start : start + _CHUNK]))).all()
    ]


def _tags(read: Sequence[Row], place: dict[str, int], old: Shelves | None, chain: Chain) -> Any:
    """The columns of `Shelves` about tags. place: the row of each live picture."""
    concepts = dict(old.concepts) if old else {}
    above = dict(old.above) if old else {}
    rows = [row for row in read if row.asset in place]
    named = [(row.taxonomy, ConceptId(row.concept)) for row in rows]
    concept = _codes(named, concepts).astype(np.int32)
    at = np.array([place[row.asset] for row in rows], np.int32)
    status = np.array([STATUSES.index(row.status) for row in rows], np.int8)
    carried = status < CARRIED
    for each in dict.fromkeys(named):
        above.setdefault(concepts[each], _codes(chain(each), concepts))
    on_at, on_node = spread(at[carried], concept[carried], above)
    return {
        "at": at,
        "concept": concept,
        "status": status,
        "kind": np.array([KINDS.index(row.actor_kind) for row in rows], np.int8),
        "p": np.array([1.0 if row.p is None else row.p for row in rows], np.float32),
        "concepts": concepts,
        "above": above,
        "on_at": on_at,
        "on_node": on_node,
    }


def _codes(values: Sequence[Any], known: dict[Any, int]) -> Ids:
    """Each value's number; those not known yet get the next ones."""
    return np.array([known.setdefault(value, len(known)) for value in values], np.int64)


_NO_WORDS = re.compile(r"^(upload:[0-9a-f]{64}/?|[a-z0-9]+://)")
"""What stands before a picture's place, and is no word of it."""


def _text(uris: Sequence[str], keywords: str) -> str:
    """What of a picture may be searched for by word: its places and its keywords."""
    paths = json.loads(keywords)
    places = (unquote(_NO_WORDS.sub("", uri)) for uri in uris)
    return word_key(" ".join([*places, *(word for path in paths for word in path)]))


def _ratios(sides: Sequence[tuple[int, int]]) -> NDArray[np.uint16]:
    """Width by height in hundredths; what is thinner or wider than any screen is cut off."""
    both = np.array(sides, np.float64).reshape(-1, 2)
    shape = np.rint(100 * both[:, 0] / np.maximum(both[:, 1], 1))
    return np.clip(shape, 1, 2**16 - 1).astype(np.uint16)


def _texts(values: Sequence[str]) -> NDArray[np.object_]:
    texts = np.empty(len(values), np.object_)
    texts[:] = values
    return texts


def _empty(like: Shelves) -> Shelves:
    """No pictures, in the numbering of others."""
    names = set(Shelves.__dataclass_fields__) - {"concepts", "above", "formats"}
    return replace(like, **{name: getattr(like, name)[:0] for name in names})
