"""What people hold while they look at it, and what they skipped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import sqlalchemy as sa

from tagwright.store import schema
from tagwright.store.engine import Database
from tagwright.store.reviews import Condition, Scope
from tagwright.types import AssetId

_CHUNK: Final = 500


class Holds:
    """The reservations and skips of one workspace."""

    def __init__(self, db: Database, workspace: str) -> None:
        self.db = db
        self.workspace = workspace

    def reserve(
        self, connection: sa.Connection, scope: Scope, assets: Sequence[AssetId], until: str
    ) -> None:
        """Keep pictures for one person; those expired go, those still held stay."""
        table = schema.reservation
        connection.execute(
            table.delete().where(table.c.workspace == self.workspace, table.c.until <= scope.now)
        )
        rows = [
            {
                "workspace": self.workspace,
                "taxonomy": scope.taxonomy,
                "asset": asset,
                "person": scope.person,
                "until": until,
            }
            for asset in assets
        ]
        if rows:
            connection.execute(table.insert(), rows)

    def extend(
        self, connection: sa.Connection, taxonomy: str, person: str, now: str, until: str
    ) -> None:
        """Hold what a person holds for longer."""
        table = schema.reservation
        connection.execute(
            table.update()
            .where(*self._held(taxonomy, person), table.c.until > now)
            .values(until=until)
        )

    def release(
        self,
        connection: sa.Connection,
        taxonomy: str,
        assets: Sequence[AssetId] | None = None,
        *,
        person: str | None = None,
    ) -> int:
        """Give pictures back: these, or all; of one person, or whoever holds them."""
        table = schema.reservation
        held = table.delete().where(*self._held(taxonomy, person))
        if assets is None:
            return connection.execute(held).rowcount
        return sum(
            connection.execute(held.where(table.c.asset.in_(some))).rowcount
            for some in _chunks(assets)
        )

    def skip(
        self,
        connection: sa.Connection,
        taxonomy: str,
        assets: Sequence[AssetId],
        person: str,
        now: str,
    ) -> None:
        """Never again ask this person of these."""
        rows = [
            {
                "workspace": self.workspace,
                "taxonomy": taxonomy,
                "asset": asset,
                "person": person,
                "at": now,
            }
            for asset in assets
        ]
        if rows:
            connection.execute(self.db.insert_missing(schema.skip), rows)

    def unskip(
        self,
        connection: sa.Connection,
        taxonomy: str,
        person: str,
        assets: Sequence[AssetId] | None = None,
    ) -> int:
        """Ask this person again of what was skipped: of these pictures, or of all."""
        table = schema.skip
        passed = table.delete().where(*self._skipped(taxonomy, person))
        if assets is None:
            return connection.execute(passed).rowcount
        return sum(
            connection.execute(passed.where(table.c.asset.in_(some))).rowcount
            for some in _chunks(assets)
        )

    def _held(self, taxonomy: str, person: str | None) -> list[Condition]:
        table = schema.reservation
        held = [table.c.workspace == self.workspace, table.c.taxonomy == taxonomy]
        return held if person is None else [*held, table.c.person == person]

    def count_skipped(self, connection: sa.Connection, taxonomy: str, person: str) -> int:
        """Pictures that this person is not asked of again."""
        skipped = sa.select(sa.func.count()).select_from(schema.skip)
        return int(connection.scalar(skipped.where(*self._skipped(taxonomy, person))) or 0)

    def _skipped(self, taxonomy: str, person: str) -> list[Condition]:
        table = schema.skip
        return [
            table.c.workspace == self.workspace,
            table.c.taxonomy == taxonomy,
            table.c.person == person,
        ]


def _chunks(assets: Sequence[AssetId]) -> Iterable[Sequence[AssetId]]:
    return (assets[start : start + _CHUNK] for start in range(0, len(assets), _CHUNK))
