"""Pictures and where they are. A picture is its bytes; any number of places may hold it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa

from tagwright.errors import NotFound
from tagwright.store import schema
from tagwright.store.engine import Database
from tagwright.types import AssetId, RunId

_CHUNK = 900
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Asset:
    """One picture. `group` is what splits hang on: the given group, else its look-alikes."""

    id: AssetId
    size: int
    format: str
    width: int
    height: int
    taken_at: str | None
    group: str


@dataclass(frozen=True, slots=True)
class NewAsset:
    """A picture about to be stored; `bands` are the keys its fingerprint is looked up by."""

    id: AssetId
    size: int
    format: str
    width: int
    height: int
    taken_at: str | None
    keywords: tuple[tuple[str, ...], ...]
    fingerprint: bytes
    bands: tuple[int, int, int, int]
    look_alike_group: str
    given_group: str | None


class Printed(NamedTuple):
    """A stored picture's fingerprint and the group it belongs to."""

    seq: int
    fingerprint: bytes
    group: str


@dataclass(frozen=True, slots=True)
class Location:
    """One place that holds a picture."""

    uri: str
    asset: AssetId
    size: int
    mtime_ns: int


class Assets:
    """The pictures of one workspace. Live: a run that was not undone has seen a place of it."""

    def __init__(self, db: Database, workspace: str) -> None:
        self.db = db
        self.workspace = workspace

    def hold(self, connection: sa.Connection) -> None:
        """Let no other transaction add or erase pictures before this one ends.

        Two look-alikes that come in at the same time must find each other, and a picture that is
        being erased must not come back half.
        """
        self.db.serialise(connection, f"assets {self.workspace}")

    def add(self, connection: sa.Connection, assets: Sequence[NewAsset], now: str) -> None:
        """Store pictures; those known already stay as they are."""
        rows = [
            {
                "workspace": self.workspace,
                "added_at": now,
                "keywords": json.dumps(asset.keywords, ensure_ascii=False),
                **{f"band{i}": band for i, band in enumerate(asset.bands)},
                **{
                    name: getattr(asset, name)
                    for name in NewAsset.__dataclass_fields__
                    if name not in ("bands", "keywords")
                },
            }
            for asset in assets
        ]
        if rows:
            connection.execute(self.db.insert_missing(schema.asset), rows)

    def place(self, connection: sa.Connection, places: Sequence[Location], run: RunId) -> None:
        """Say where pictures are. A place that held another picture holds this one now."""
        if not places:
            return
        rows = [
            {
                "workspace": self.workspace,
                "uri": place.uri,
                "asset": place.asset,
                "size": place.size,
                "mtime_ns": place.mtime_ns,
                "run": run,
            }
            for place in places
        ]
        connection.execute(
            self.db.upsert(
                schema.location, ("workspace", "uri"), ("asset", "size", "mtime_ns", "run")
            ),
            rows,
        )
        self.forget_unreadable(connection, [place.uri for place in places])

    def place_missing(
        self, connection: sa.Connection, places: Sequence[Location], run: RunId
    ) -> None:
        """The same, but a place that is known to hold its picture stays with the run it has."""
        known = self.places_in(connection, [place.uri for place in places])
        self.place(connection, [place for place in places if place.uri not in known], run)

    def note_unreadable(
        self, connection: sa.Connection, reasons: Sequence[tuple[str, str]], run: RunId
    ) -> None:
        """Remember which files could not be read, and why."""
        if reasons:
            connection.execute(
                self.db.upsert(schema.unreadable, ("workspace", "uri"), ("reason", "run")),
                [
                    {"workspace": self.workspace, "uri": uri, "reason": reason, "run": run}
                    for uri, reason in reasons
                ],
            )

    def forget_unreadable(self, connection: sa.Connection, uris: Sequence[str]) -> None:
        table = schema.unreadable
        connection.execute(
            table.delete().where(table.c.workspace == self.workspace, table.c.uri.in_(uris))
        )

    def give_group(self, connection: sa.Connection, asset: AssetId, group: str) -> None:
        """Set the group a person gave; it outranks the look-alike group."""
        table = schema.asset
        connection.execute(
            table.update()
            .where(table.c.workspace == self.workspace, table.c.id == asset)
            .values(given_group=group)
        )

    def by_band(
        self, connection: sa.Connection, bands: Sequence[tuple[int, int, int, int]]
    ) -> dict[tuple[int, int], list[Printed]]:
        """Pictures that share a band with any of these, by (position, band), oldest first."""
        table = schema.asset
        found: dict[tuple[int, int], list[Printed]] = {}
        for position in range(4):
            band = table.c[f"band{position}"]
            query = (
                sa.select(band, table.c.seq, table.c.fingerprint, table.c.look_alike_group)
                .where(
                    table.c.workspace == self.workspace,
                    band.in_({keys[position] for keys in bands}),
                )
                .order_by(table.c.seq)
            )
            for value, *row in connection.execute(query):
                found.setdefault((position, value), []).append(Printed(*row))
        return found

    def places(self, uris: Sequence[str]) -> dict[str, Location]:
        """What is known of these places; those of undone runs are not."""
        with self.db.read() as connection:
            return self.places_in(connection, uris)

    def places_in(self, connection: sa.Connection, uris: Sequence[str]) -> dict[str, Location]:
        """The same, inside a transaction of the caller's."""
        found: dict[str, Location] = {}
        for start in range(0, len(uris), _CHUNK):
            query = self._live_places().where(
                schema.location.c.uri.in_(uris[start : start + _CHUNK])
            )
            for row in connection.execute(query):
                found[row.uri] = Location(row.uri, AssetId(row.asset), row.size, row.mtime_ns)
        return found

    def locations(self, asset: AssetId) -> list[str]:
        """The URIs that hold this picture, oldest first."""
        query = self._live_places().where(schema.location.c.asset == asset)
        with self.db.read() as connection:
            return [row.uri for row in connection.execute(query.order_by(schema.location.c.seq))]

    def first_places(self, assets: Sequence[AssetId]) -> dict[AssetId, str]:
        """One URI for each of these pictures, the oldest."""
        return {asset: uris[0] for asset, uris in self.all_places(assets).items() if uris}

    def all_places(self, assets: Sequence[AssetId]) -> dict[AssetId, list[str]]:
        """Every URI that holds each of these pictures, oldest first; none for one not live."""
        found: dict[AssetId, list[str]] = {asset: [] for asset in assets}
        with self.db.read() as connection:
            for start in range(0, len(assets), _CHUNK):
                query = (
                    self._live_places()
                    .where(schema.location.c.asset.in_(assets[start : start + _CHUNK]))
                    .order_by(schema.location.c.seq)
                )
                for row in connection.execute(query):
                    found[AssetId(row.asset)].append(row.uri)
        return found

    def looking_alike(self, connection: sa.Connection) -> dict[AssetId, str]:
        """The look-alike group of every picture that has a look-alike."""
        table = schema.asset
        mine = table.c.workspace == self.workspace
        groups = (
            sa.select(table.c.look_alike_group)
            .where(mine)
            .group_by(table.c.look_alike_group)
            .having(sa.func.count() > 1)
        )
        query = sa.select(table.c.id, table.c.look_alike_group).where(
            mine, table.c.look_alike_group.in_(groups)
        )
        return {AssetId(row.id): row.look_alike_group for row in connection.execute(query)}

    def known(self, connection: sa.Connection, assets: Sequence[AssetId]) -> set[AssetId]:
        """Which of these pictures are stored already."""
        found: set[AssetId] = set()
        table = schema.asset
        for start in range(0, len(assets), _CHUNK):
            query = sa.select(table.c.id).where(
                table.c.workspace == self.workspace,
                table.c.id.in_(assets[start : start + _CHUNK]),
            )
            found.update(AssetId(a) for a in connection.scalars(query))
        return found

    def live(self, connection: sa.Connection, assets: Sequence[AssetId]) -> set[AssetId]:
        """Which of these pictures are live."""
        found: set[AssetId] = set()
        for start in range(0, len(assets), _CHUNK):
            some = assets[start : start + _CHUNK]
            query = self._live_places().where(schema.location.c.asset.in_(some))
            found.update(AssetId(row.asset) for row in connection.execute(query))
        return found

    def groups(self, assets: Sequence[AssetId]) -> dict[AssetId, str]:
        """The group of each of these pictures."""
        table = schema.asset
        found: dict[AssetId, str] = {}
        with self.db.read() as connection:
            for start in range(0, len(assets), _CHUNK):
                query = sa.select(
                    table.c.id, sa.func.coalesce(table.c.given_group, table.c.look_alike_group)
                ).where(
                    table.c.workspace == self.workspace,
                    table.c.id.in_(assets[start : start + _CHUNK]),
                )
                found.update((AssetId(row[0]), row[1]) for row in connection.execute(query))
        return found

    def keywords(
        self, connection: sa.Connection, assets: Sequence[AssetId]
    ) -> dict[AssetId, tuple[tuple[str, ...], ...]]:
        """The keywords that stood in these pictures' files when they were first read."""
        found: dict[AssetId, tuple[tuple[str, ...], ...]] = {}
        table = schema.asset
        for start in range(0, len(assets), _CHUNK):
            query = sa.select(table.c.id, table.c.keywords).where(
                table.c.workspace == self.workspace,
                table.c.id.in_(assets[start : start + _CHUNK]),
            )
            for row in connection.execute(query):
                found[AssetId(row.id)] = tuple(tuple(path) for path in json.loads(row.keywords))
        return found

    def get(self, asset: str) -> Asset:
        """The picture whose id is, or starts with, `asset`. Raises NotFound."""
        table = schema.asset
        # A range, because no index serves LIKE. Ids are hexadecimal: "g" comes after all of them.
        query = self._select().where(table.c.id >= asset, table.c.id < asset + "g").limit(2)
        with self.db.read() as connection:
            rows = connection.execute(query).all() if _HEX.issuperset(asset) else []
        if len(rows) != 1:
            few = "no picture" if not rows else "more than one picture"
            raise NotFound(f"{few} matches {asset!r}: give its id as `tagwright export` lists it")
        return _asset(rows[0])

    def exact(self, asset: str) -> Asset:
        """The live picture of this id, all 64 digits of it. Raises NotFound."""
        with self.db.read() as connection:
            row = connection.execute(self._select().where(schema.asset.c.id == asset)).first()
        if row is None:
            raise NotFound(f"there is no picture {asset!r}: its id is the SHA-256 of its bytes")
        return _asset(row)

    def some(self, assets: Sequence[AssetId]) -> dict[AssetId, Asset]:
        """Those of these pictures that are live, by id."""
        found: dict[AssetId, Asset] = {}
        with self.db.read() as connection:
            for start in range(0, len(assets), _CHUNK):
                query = self._select().where(schema.asset.c.id.in_(assets[start : start + _CHUNK]))
                found.update((AssetId(row.id), _asset(row)) for row in connection.execute(query))
        return found

    def places_of(self, asset: AssetId) -> list[Location]:
        """Where this picture is, the oldest place first."""
        query = self._live_places().where(schema.location.c.asset == asset)
        with self.db.read() as connection:
            return [
                Location(row.uri, asset, row.size, row.mtime_ns)
                for row in connection.execute(query.order_by(schema.location.c.seq))
            ]

    def erase(self, connection: sa.Connection, asset: AssetId) -> bool:
        """Delete every row of every table that speaks of this picture. Whether there was one."""
        table = schema.asset
        for other in schema.METADATA.sorted_tables:
            if {"workspace", "asset"} <= set(other.c.keys()):
                connection.execute(
                    other.delete().where(
                        other.c.workspace == self.workspace, other.c.asset == asset
                    )
                )
        gone = connection.execute(
            table.delete()
            .where(table.c.workspace == self.workspace, table.c.id == asset)
            .returning(table.c.id)
        )
        return gone.first() is not None

    def without_features(
        self, backbone: str, limit: int, *, after: int = 0
    ) -> list[tuple[int, AssetId]]:
        """Live pictures without features of this backbone, as (seq, id), after a seq."""
        query = (
            self._select()
            .where(schema.asset.c.seq > after, self._has_none_of(backbone))
            .order_by(schema.asset.c.seq)
            .limit(limit)
        )
        with self.db.read() as connection:
            return [(row.seq, AssetId(row.id)) for row in connection.execute(query)]

    def count_without_features(self, backbone: str) -> int:
        query = self._select().where(self._has_none_of(backbone)).subquery()
        with self.db.read() as connection:
            return int(connection.scalar(sa.select(sa.func.count()).select_from(query)) or 0)

    def _has_none_of(self, backbone: str) -> sa.ColumnElement[bool]:
        table = schema.feature
        return ~(
            sa.select(table.c.asset)
            .where(
                table.c.workspace == self.workspace,
                table.c.backbone == backbone,
                table.c.asset == schema.asset.c.id,
            )
            .exists()
        )

    def all(self) -> Iterator[Asset]:
        """Every live picture, in order of arrival."""
        query = self._select().order_by(schema.asset.c.seq)
        with self.db.read() as connection, self.db.stream(connection, query) as rows:
            for row in rows:
                yield _asset(row)

    def count(self) -> int:
        with self.db.read() as connection:
            return int(
                connection.scalar(sa.select(sa.func.count()).select_from(self._select().subquery()))
                or 0
            )

    def unreadable(self) -> list[tuple[str, str]]:
        """Files that could not be read, with the reason."""
        table = schema.unreadable
        query = sa.select(table.c.uri, table.c.reason).where(table.c.workspace == self.workspace)
        with self.db.read() as connection:
            return [(row.uri, row.reason) for row in connection.execute(query.order_by("uri"))]

    def untagged(
        self, taxonomy: str, model: int, limit: int, *, after: int = 0, settled_by: int | None
    ) -> list[tuple[int, AssetId]]:
        """Live pictures that this model has not decided on, as (seq, id), after a seq.

        settled_by: labels of people and imports in this many facets settle a picture; None: they
        never do, because any number of concepts may be true of it.
        """
        table, line = schema.asset, schema.ledger
        decided = (
            sa.select(line.c.asset)
            .join(schema.run, schema.run.c.id == line.c.run)
            .where(
                line.c.workspace == self.workspace,
                line.c.taxonomy == taxonomy,
                line.c.model == model,
                line.c.asset == table.c.id,
                schema.run.c.undone.is_(False),
            )
        )
        query = (
            sa.select(table.c.seq, table.c.id)
            .where(
                table.c.workspace == self.workspace,
                table.c.seq > after,
                self._is_live(),
                ~decided.exists(),
            )
            .order_by(table.c.seq)
            .limit(limit)
        )
        if settled_by is not None:
            query = query.where(self._labelled_facets(taxonomy) < settled_by)
        with self.db.read() as connection:
            return [(row.seq, AssetId(row.id)) for row in connection.execute(query)]

    def _labelled_facets(self, taxonomy: str) -> sa.ColumnElement[int]:
        """In how many facets people or imports said what the picture is."""
        tag = schema.tag
        return (
            sa.select(sa.func.count(sa.distinct(tag.c.facet)))
            .where(
                tag.c.workspace == self.workspace,
                tag.c.asset == schema.asset.c.id,
                tag.c.taxonomy == taxonomy,
                tag.c.actor_kind != "model",
                tag.c.positive.is_(True),
            )
            .scalar_subquery()
        )

    def _select(self) -> sa.Select[tuple[object, ...]]:
        return sa.select(schema.asset).where(
            schema.asset.c.workspace == self.workspace, self._is_live()
        )

    def _is_live(self) -> sa.ColumnElement[bool]:
        place = schema.location
        return (
            sa.select(place.c.seq)
            .join(schema.run, schema.run.c.id == place.c.run)
            .where(
                place.c.workspace == self.workspace,
                place.c.asset == schema.asset.c.id,
                schema.run.c.undone.is_(False),
            )
            .exists()
        )

    def _live_places(self) -> sa.Select[tuple[object, ...]]:
        return (
            sa.select(schema.location)
            .join(schema.run, schema.run.c.id == schema.location.c.run)
            .where(schema.location.c.workspace == self.workspace, schema.run.c.undone.is_(False))
        )


def _asset(row: sa.Row[tuple[object, ...]]) -> Asset:
    return Asset(
        id=AssetId(row.id),
        size=row.size,
        format=row.format,
        width=row.width,
        height=row.height,
        taken_at=row.taken_at,
        group=row.given_group or row.look_alike_group,
    )
