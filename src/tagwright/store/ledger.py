"""The ledger and the tags derived from it, always written in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

import sqlalchemy as sa

from tagwright.core.ledger import ActorKind, Current, Entry, standing
from tagwright.store import schema
from tagwright.store.engine import Database
from tagwright.store.taxonomies import Taxonomies
from tagwright.types import AssetId, ConceptId, FacetId, RunId, Status

_FIELDS = tuple(Entry.__dataclass_fields__)
_VALUES = attrgetter(*_FIELDS)
_CHUNK = 500  # assets a transaction folds at once; stays under SQLite's limit on variables

IsExclusive = Callable[[str, FacetId], bool]
"""Says whether a taxonomy's facet is of kind `one`."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which standing tags to list. None: whatever it is."""

    taxonomy: str
    facet: str | None = None
    concepts: tuple[ConceptId, ...] | None = None
    status: Status | None = None
    actor_kinds: tuple[ActorKind, ...] | None = None
    model: int | None = None

    def columns(self) -> Iterator[tuple[str, Sequence[object]]]:
        """The columns that are limited, with what they may be."""
        single = {"facet": self.facet, "status": self.status, "model": self.model}
        yield from ((name, [value]) for name, value in single.items() if value is not None)
        if self.concepts is not None:
            yield "concept", self.concepts
        if self.actor_kinds is not None:
            yield "actor_kind", self.actor_kinds


class Ledger:
    """The ledger of one workspace. Append-only; `tag` rows are its fold (`core.ledger`)."""

    def __init__(self, db: Database, workspace: str) -> None:
        self.db = db
        self.workspace = workspace

    def append(self, entries: Sequence[Entry], is_exclusive: IsExclusive) -> None:
        """Add entries and bring the standing tags of their pictures up to date."""
        with self.db.write() as connection:
            self.append_in(connection, entries, is_exclusive)

    def append_in(
        self, connection: sa.Connection, entries: Sequence[Entry], is_exclusive: IsExclusive
    ) -> None:
        """The same, inside a transaction of the caller's."""
        if not entries:
            return
        self._hold(connection)
        rows = [(self.workspace, *_VALUES(entry)) for entry in entries]
        self.db.insert_many(connection, schema.ledger, ("workspace", *_FIELDS), rows)
        self._fold(connection, sorted({entry.asset for entry in entries}), is_exclusive)

    def undo(self, run: RunId, targets: Sequence[RunId], actor: str, now: str) -> list[AssetId]:
        """Void `targets` (runs). Returns the assets whose tags must be folded again.

        An undo is an entry itself: voiding an undo's run brings its targets back.
        """
        with self.db.write() as connection:
            return self.undo_in(connection, run, targets, actor, now)

    def undo_in(
        self,
        connection: sa.Connection,
        run: RunId,
        targets: Sequence[RunId],
        actor: str,
        now: str,
    ) -> list[AssetId]:
        """The same, inside a transaction of the caller's, who folds in it as well."""
        self._hold(connection)
        lines = [
            {"workspace": self.workspace, "run": run, "target": target, "actor": actor, "at": now}
            for target in targets
        ]
        connection.execute(schema.undo.insert(), lines)
        changed = self._mark_undone(connection)
        touched = sa.select(schema.ledger.c.asset).where(schema.ledger.c.run.in_(changed))
        return [AssetId(a) for a in connection.scalars(touched.distinct().order_by("asset"))]

    def fold(self, assets: Sequence[AssetId], is_exclusive: IsExclusive) -> None:
        """Derive the standing tags of these assets again."""
        with self.db.write() as connection:
            self.fold_in(connection, assets, is_exclusive)

    def fold_in(
        self, connection: sa.Connection, assets: Sequence[AssetId], is_exclusive: IsExclusive
    ) -> None:
        """The same, inside a transaction of the caller's."""
        self._hold(connection)
        self._fold(connection, assets, is_exclusive)

    def named(self, taxonomy: str) -> dict[ConceptId, FacetId]:
        """Every concept that something valid was said of, with the facet it was said in."""
        with self.db.read() as connection:
            return self.named_in(connection, taxonomy)

    def named_in(self, connection: sa.Connection, taxonomy: str) -> dict[ConceptId, FacetId]:
        """The same, inside a transaction of the caller's."""
        table = schema.ledger
        query = (
            sa.select(table.c.concept, table.c.facet)
            .join(schema.run, schema.run.c.id == table.c.run)
            .where(
                table.c.workspace == self.workspace,
                table.c.taxonomy == taxonomy,
                table.c.concept.is_not(None),
                schema.run.c.undone.is_(False),
            )
            .distinct()
        )
        return {r.concept: FacetId(r.facet) for r in connection.execute(query)}

    def assets_of(self, connection: sa.Connection, taxonomy: str) -> list[AssetId]:
        """Every picture that anything was ever said of in a taxonomy."""
        table = schema.ledger
        query = sa.select(table.c.asset).where(
            table.c.workspace == self.workspace, table.c.taxonomy == taxonomy
        )
        return [AssetId(a) for a in connection.scalars(query.distinct().order_by("asset"))]

    def assets_naming(
        self, connection: sa.Connection, taxonomy: str, concepts: Collection[ConceptId]
    ) -> list[AssetId]:
        """Every picture that any of these concepts was ever said of."""
        table = schema.ledger
        query = sa.select(table.c.asset, table.c.concept).where(
            table.c.workspace == self.workspace,
            table.c.taxonomy == taxonomy,
            table.c.concept.is_not(None),
        )
        # Thousands of concepts would not fit a statement: they are compared here.
        rows = connection.execute(query.distinct())
        return sorted({AssetId(row.asset) for row in rows if row.concept in concepts})

    def tags_naming(
        self, connection: sa.Connection, taxonomy: str, concepts: Collection[ConceptId]
    ) -> list[Entry]:
        """The standing tags of some concepts, rejections too."""
        table, names = schema.tag, sorted(concepts)
        found: list[Entry] = []
        for start in range(0, len(names), _CHUNK):
            query = sa.select(table).where(
                table.c.workspace == self.workspace,
                table.c.taxonomy == taxonomy,
                table.c.concept.in_(names[start : start + _CHUNK]),
            )
            found += map(_entry, connection.execute(query))
        return found

    def tags_in_facets(
        self, connection: sa.Connection, taxonomy: str, facets: Collection[FacetId]
    ) -> list[Entry]:
        """The standing tags of whole facets."""
        if not facets:
            return []
        table = schema.tag
        query = sa.select(table).where(
            table.c.workspace == self.workspace,
            table.c.taxonomy == taxonomy,
            table.c.facet.in_(sorted(facets)),
        )
        return [_entry(row) for row in connection.execute(query)]

    def none_of_these(
        self, connection: sa.Connection, taxonomy: str
    ) -> dict[FacetId, set[AssetId]]:
        """The pictures of which a person said, last, that nothing in a facet fits."""
        last: dict[tuple[AssetId, FacetId], bool] = {}
        for _, entry in self.people(connection, taxonomy):
            if entry.positive:
                last[entry.asset, entry.facet] = entry.concept is None
        found: dict[FacetId, set[AssetId]] = {}
        for (asset, facet), nothing in last.items():
            if nothing:
                found.setdefault(facet, set()).add(asset)
        return found

    def people(
        self, connection: sa.Connection, taxonomy: str, *, assets: Sequence[AssetId] | None = None
    ) -> list[tuple[int, Entry]]:
        """Every valid line a person wrote in a taxonomy, as (seq, entry), oldest first.

        assets: only of these, at most a thousand.
        """
        table = schema.ledger
        query = (
            sa.select(table.c.seq, *(table.c[name] for name in _FIELDS))
            .join(schema.run, schema.run.c.id == table.c.run)
            .where(
                table.c.workspace == self.workspace,
                table.c.taxonomy == taxonomy,
                table.c.model.is_(None),  # so that the index leads to them
                table.c.actor_kind == "person",
                schema.run.c.undone.is_(False),
            )
            .order_by(table.c.seq)
        )
        if assets is not None:
            query = query.where(table.c.asset.in_(assets))
        return [(seq, Entry(*row)) for seq, *row in connection.execute(query)]

    def said_in(self, run: RunId) -> dict[str, list[AssetId]]:
        """Of which pictures people said something in a run, by taxonomy."""
        table = schema.ledger
        query = (
            sa.select(table.c.taxonomy, table.c.asset)
            .where(
                table.c.workspace == self.workspace,
                table.c.run == run,
                table.c.actor_kind == "person",
            )
            .distinct()
        )
        found: dict[str, list[AssetId]] = {}
        with self.db.read() as connection:
            for row in connection.execute(query):
                found.setdefault(row.taxonomy, []).append(AssetId(row.asset))
        return found

    def last_said(
        self,
        connection: sa.Connection,
        taxonomy: str,
        assets: Sequence[AssetId],
        *,
        but: str | None = None,
    ) -> dict[AssetId, int]:
        """The seq of the last valid line a person wrote of each picture; without any, missing.

        but: not counting the lines of one actor.
        """
        lines = (
            line
            for start in range(0, len(assets), _CHUNK)
            for line in self.people(connection, taxonomy, assets=assets[start : start + _CHUNK])
        )
        return {entry.asset: seq for seq, entry in lines if entry.actor != but}

    def machine_lines(
        self, connection: sa.Connection, taxonomy: str, assets: Sequence[AssetId]
    ) -> dict[tuple[AssetId, FacetId], list[Entry]]:
        """What the last tagging said of these pictures, whatever people said since."""
        found: dict[tuple[AssetId, FacetId], list[Entry]] = {}
        for start in range(0, len(assets), _CHUNK):
            lines = self._valid(connection, assets[start : start + _CHUNK])
            for (asset, name, facet), entries in lines.items():
                said = [entry for entry in entries if entry.actor_kind == "model"]
                if name == taxonomy and said:
                    last = [entry for entry in said if entry.run == said[-1].run]
                    found[AssetId(asset), facet] = last
        return found

    def history(self, asset: AssetId) -> list[Entry]:
        """Every entry about a picture, oldest first, void ones too."""
        table = schema.ledger
        query = (
            sa.select(table)
            .where(table.c.workspace == self.workspace, table.c.asset == asset)
            .order_by(table.c.seq)
        )
        with self.db.read() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def claims(
        self, connection: sa.Connection, assets: Sequence[AssetId]
    ) -> set[tuple[AssetId, str, ConceptId]]:
        """What imports claim of these assets already, as (asset, taxonomy, concept)."""
        table = schema.ledger
        found: set[tuple[AssetId, str, ConceptId]] = set()
        for start in range(0, len(assets), _CHUNK):
            query = (
                sa.select(table.c.asset, table.c.taxonomy, table.c.concept)
                .join(schema.run, schema.run.c.id == table.c.run)
                .where(
                    table.c.workspace == self.workspace,
                    table.c.asset.in_(assets[start : start + _CHUNK]),
                    table.c.actor_kind == "import",
                    schema.run.c.undone.is_(False),
                )
            )
            found.update((r.asset, r.taxonomy, r.concept) for r in connection.execute(query))
        return found

    def tags(self, *, taxonomy: str | None = None, people_only: bool = False) -> Iterator[Entry]:
        """Every standing tag, by asset. people_only: labels of people and imports (they teach)."""
        table = schema.tag
        query = sa.select(table).where(table.c.workspace == self.workspace)
        if taxonomy is not None:
            query = query.where(table.c.taxonomy == taxonomy)
        if people_only:
            query = query.where(table.c.actor_kind != "model")
        query = query.order_by(table.c.asset, table.c.taxonomy, table.c.concept)
        with self.db.read() as connection, self.db.stream(connection, query) as rows:
            for row in rows:
                yield _entry(row)

    def page(
        self, wanted: Wanted, limit: int, *, after: tuple[str, str] | None = None
    ) -> list[Entry]:
        """Some standing tags of a taxonomy, by asset and concept. after: the last one shown."""
        table = schema.tag
        query = sa.select(table).where(
            table.c.workspace == self.workspace, table.c.taxonomy == wanted.taxonomy
        )
        for column, values in wanted.columns():
            query = query.where(table.c[column].in_(values))
        if after is not None:
            asset, concept = after
            query = query.where(
                table.c.asset >= asset, sa.or_(table.c.asset > asset, table.c.concept > concept)
            )
        query = query.order_by(table.c.asset, table.c.concept).limit(limit)
        with self.db.read() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def tags_of(self, assets: Sequence[AssetId]) -> dict[AssetId, list[Entry]]:
        """The standing tags of these assets; an asset without tags has an empty list."""
        with self.db.read() as connection:
            return self.tags_of_in(connection, assets)

    def tags_of_in(
        self, connection: sa.Connection, assets: Sequence[AssetId]
    ) -> dict[AssetId, list[Entry]]:
        """The same, inside a transaction of the caller's."""
        found: dict[AssetId, list[Entry]] = {asset: [] for asset in assets}
        table = schema.tag
        for start in range(0, len(assets), _CHUNK):
            query = (
                sa.select(table)
                .where(
                    table.c.workspace == self.workspace,
                    table.c.asset.in_(assets[start : start + _CHUNK]),
                )
                .order_by(table.c.asset, table.c.taxonomy, table.c.concept)
            )
            for row in connection.execute(query):
                found[AssetId(row.asset)].append(_entry(row))
        return found

    def ranked(self, taxonomy: str, concepts: Sequence[ConceptId], limit: int) -> list[Entry]:
        """The best tag of each live picture, of these concepts.

        People's come first, then those of imports, then models' by probability.
        """
        table, place = schema.tag, schema.location
        human = sa.case({"person": 0, "import": 1}, value=table.c.actor_kind, else_=2)
        order = (human, sa.func.coalesce(table.c.p, 1).desc(), table.c.concept)
        is_live = (
            sa.select(place.c.seq)
            .join(schema.run, schema.run.c.id == place.c.run)
            .where(
                place.c.workspace == self.workspace,
                place.c.asset == table.c.asset,
                schema.run.c.undone.is_(False),
            )
            .exists()
        )
        nth = sa.func.row_number().over(partition_by=table.c.asset, order_by=order).label("nth")
        found = (
            sa.select(table, nth, human.label("human"))
            .where(
                table.c.workspace == self.workspace,
                table.c.taxonomy == taxonomy,
                table.c.concept.in_(concepts),
                table.c.positive.is_(True),
                is_live,
            )
            .subquery()
        )
        query = (
            sa.select(found)
            .where(found.c.nth == 1)
            .order_by(found.c.human, sa.func.coalesce(found.c.p, 1).desc(), found.c.asset)
            .limit(limit)
        )
        with self.db.read() as connection:
            return [_entry(row) for row in connection.execute(query)]

    def _hold(self, connection: sa.Connection) -> None:
        """Let no other transaction write here before this one ends.

        Two that fold the same picture must see each other's lines, and whoever reads up to a
        `seq` must not miss a lower one that commits later.
        """
        self.db.serialise(connection, f"ledger {self.workspace}")

    def _fold(
        self, connection: sa.Connection, assets: Sequence[AssetId], is_exclusive: IsExclusive
    ) -> None:
        for start in range(0, len(assets), _CHUNK):
            some = assets[start : start + _CHUNK]
            lines = self._valid(connection, some)
            names = {taxonomy for _, taxonomy, _ in lines}
            current = {name: self._current(connection, name) for name in names}
            state = [
                (self.workspace, entry.status, *_VALUES(entry))
                for (_, taxonomy, facet), entries in lines.items()
                for entry in standing(
                    entries, exclusive=is_exclusive(taxonomy, facet), current=current[taxonomy]
                )
            ]
            table = schema.tag
            connection.execute(
                table.delete().where(table.c.workspace == self.workspace, table.c.asset.in_(some))
            )
            self.db.insert_many(connection, table, ("workspace", "status", *_FIELDS), state)

    def _current(self, connection: sa.Connection, taxonomy: str) -> Current:
        """What stands for a concept in the version in force, as this transaction sees it."""
        found = Taxonomies(self.db, self.workspace).find_in(connection, taxonomy)
        if found is None:
            return lambda concept: concept
        return lambda concept: found.current(concept) if concept in found else concept

    def _valid(
        self, connection: sa.Connection, assets: Sequence[AssetId]
    ) -> dict[tuple[str, str, FacetId], list[Entry]]:
        """The entries of runs that are not undone, by (asset, taxonomy, facet), oldest first."""
        table = schema.ledger
        query = (
            sa.select(*(table.c[name] for name in _FIELDS))
            .join(schema.run, schema.run.c.id == table.c.run)
            .where(
                table.c.workspace == self.workspace,
                table.c.asset.in_(assets),
                schema.run.c.undone.is_(False),
            )
            .order_by(table.c.seq)
        )
        lines: dict[tuple[str, str, FacetId], list[Entry]] = defaultdict(list)
        for row in connection.execute(query):
            entry = Entry(*row)
            lines[entry.asset, entry.taxonomy, entry.facet].append(entry)
        return lines

    def _mark_undone(self, connection: sa.Connection) -> list[RunId]:
        """Derive which runs are void from the undo entries. Returns those that changed.

        A run is void when an undo aims at it and that undo's own run is not void. Undos aim
        only at earlier runs, so the newest are settled first.
        """
        edges = connection.execute(
            sa.select(schema.undo.c.run, schema.undo.c.target)
            .where(schema.undo.c.workspace == self.workspace)
            .order_by(schema.undo.c.seq.desc())
        ).all()
        void: set[str] = set()
        for run, target in edges:
            if run not in void:
                void.add(target)
        table = schema.run
        rows = connection.execute(
            sa.select(table.c.id, table.c.undone).where(table.c.workspace == self.workspace)
        ).all()
        changed = [row.id for row in rows if row.undone != (row.id in void)]
        for run in changed:
            connection.execute(table.update().where(table.c.id == run).values(undone=run in void))
        return [RunId(run) for run in changed]


def _entry(row: sa.Row[tuple[object, ...]]) -> Entry:
    return Entry(**{name: getattr(row, name) for name in _FIELDS})


def entries_by_asset(entries: Iterable[Entry]) -> Iterator[tuple[AssetId, list[Entry]]]:
    """Group entries that come sorted by asset."""
    group: list[Entry] = []
    for entry in entries:
        if group and group[0].asset != entry.asset:
            yield group[0].asset, group
            group = []
        group.append(entry)
    if group:
        yield group[0].asset, group
