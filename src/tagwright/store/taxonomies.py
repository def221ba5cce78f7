"""Taxonomies, versioned: a change is a new version, the newest is the one in force."""

from __future__ import annotations

import json

import sqlalchemy as sa

from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import NotFound
from tagwright.store import schema
from tagwright.store.engine import Database


class Taxonomies:
    """The taxonomies of one workspace."""

    def __init__(self, db: Database, workspace: str) -> None:
        self.db = db
        self.workspace = workspace

    def names(self) -> list[str]:
        table = schema.taxonomy
        query = sa.select(table.c.name).where(table.c.workspace == self.workspace).distinct()
        with self.db.read() as connection:
            return list(connection.scalars(query.order_by(table.c.name)))

    def find(self, name: str) -> Taxonomy | None:
        with self.db.read() as connection:
            return self.find_in(connection, name)

    def find_in(self, connection: sa.Connection, name: str) -> Taxonomy | None:
        table = schema.taxonomy
        query = (
            sa.select(table.c.document)
            .where(table.c.workspace == self.workspace, table.c.name == name)
            .order_by(table.c.version.desc())
            .limit(1)
        )
        document = connection.scalar(query)
        return None if document is None else Taxonomy.from_json(json.loads(document))

    def version(self, name: str) -> int:
        """The number of the version in force; 0 where there is none."""
        table = schema.taxonomy
        query = sa.select(sa.func.max(table.c.version)).where(
            table.c.workspace == self.workspace, table.c.name == name
        )
        with self.db.read() as connection:
            return int(connection.scalar(query) or 0)

    def get(self, name: str) -> Taxonomy:
        """The version in force. Raises NotFound."""
        found = self.find(name)
        if found is None:
            known = ", ".join(self.names()) or "none yet (import pictures with --labels)"
            raise NotFound(f"there is no taxonomy {name!r}; this library has: {known}")
        return found

    def save(self, taxonomy: Taxonomy, now: str) -> None:
        """Make this the version in force. Saving what is in force already changes nothing."""
        with self.db.write() as connection:
            self.save_in(connection, taxonomy, now)

    def save_in(self, connection: sa.Connection, taxonomy: Taxonomy, now: str) -> None:
        document = json.dumps(taxonomy.to_json(), sort_keys=True, ensure_ascii=False)
        table = schema.taxonomy
        newest = connection.execute(
            sa.select(table.c.version, table.c.document)
            .where(table.c.workspace == self.workspace, table.c.name == taxonomy.name)
            .order_by(table.c.version.desc())
            .limit(1)
        ).first()
        if newest is not None and newest.document == document:
            return
        connection.execute(
            table.insert().values(
                workspace=self.workspace,
                name=taxonomy.name,
                version=1 if newest is None else newest.version + 1,
                document=document,
                created_at=now,
            )
        )
