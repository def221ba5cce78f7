"""Taxonomies, versioned: a change is a new version, the newest is the one in force."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tagwright.core.taxonomy import Taxonomy
from tagwright.core.vocabulary import Vocabulary
from tagwright.errors import NotFound
from tagwright.store import schema
from tagwright.store.engine import Database


@lru_cache(maxsize=32)
def _parsed(document: str) -> Taxonomy:
    """The taxonomy of a document; a value, so all who ask may share it."""
    return Taxonomy.from_json(json.loads(document))


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a taxonomy, without its concepts."""

    number: int
    created_at: str


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
        row = self._newest(connection, name)
        return None if row is None else _parsed(row.document)

    def version(self, name: str) -> int:
        """The number of the version in force; 0 where there is none."""
        with self.db.read() as connection:
            return self.version_in(connection, name)

    def version_in(self, connection: sa.Connection, name: str) -> int:
        """The same, as a transaction of the caller's sees it."""
        row = self._newest(connection, name)
        return 0 if row is None else int(row.version)

    def versions(self, name: str) -> list[Version]:
        """Every version, newest first. Raises NotFound where there is none."""
        table = schema.taxonomy
        query = sa.select(table.c.version, table.c.created_at).where(*self._named(name))
        with self.db.read() as connection:
            rows = connection.execute(query.order_by(table.c.version.desc())).all()
        if not rows:
            self.get(name)
        return [Version(row.version, row.created_at) for row in rows]

    def at(self, name: str, version: int) -> Taxonomy:
        """One version. Raises NotFound."""
        with self.db.read() as connection:
            found = self.at_in(connection, name, version)
        if found is None:
            known = ", ".join(str(each.number) for each in self.versions(name)[:5])
            raise NotFound(f"taxonomy {name!r} has no version {version!r}; the newest are: {known}")
        return found

    def at_in(self, connection: sa.Connection, name: str, version: int) -> Taxonomy | None:
        """The same, as a transaction of the caller's sees it; None where there is none."""
        table = schema.taxonomy
        query = sa.select(table.c.document).where(*self._named(name), table.c.version == version)
        document = connection.scalar(query)
        return None if document is None else _parsed(document)

    def get(self, name: str) -> Taxonomy:
        """The version in force. Raises NotFound."""
        found = self.find(name)
        if found is None:
            known = ", ".join(self.names()) or "none yet (import pictures with --labels)"
            raise NotFound(f"there is no taxonomy {name!r}; this library has: {known}")
        return found

    def vocabulary(self, name: str) -> Vocabulary | None:
        """The workspace's own words, which are part of the version in force; None without."""
        with self.db.read() as connection:
            return self.vocabulary_in(connection, name)

    def vocabulary_in(self, connection: sa.Connection, name: str) -> Vocabulary | None:
        row = self._newest(connection, name)
        stored = None if row is None else json.loads(row.document).get("vocabulary")
        return None if stored is None else Vocabulary.from_json(stored)

    def save(self, taxonomy: Taxonomy, now: str) -> None:
        """Make this the version in force. Saving what is in force already changes nothing."""
        with self.db.write() as connection:
            self.save_in(connection, taxonomy, now)

    def save_in(
        self,
        connection: sa.Connection,
        taxonomy: Taxonomy,
        now: str,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        """The same, in the caller's transaction. The words stay unless others are given."""
        # Two that save at once get a version each.
        self.db.serialise(connection, f"taxonomies {self.workspace}")
        words = vocabulary or self.vocabulary_in(connection, taxonomy.name)
        stored = taxonomy.to_json()
        if words is not None and words.words:
            stored["vocabulary"] = words.to_json()
        document = json.dumps(stored, sort_keys=True, ensure_ascii=False)
        newest = self._newest(connection, taxonomy.name)
        if newest is not None and newest.document == document:
            return
        connection.execute(
            schema.taxonomy.insert().values(
                workspace=self.workspace,
                name=taxonomy.name,
                version=1 if newest is None else newest.version + 1,
                document=document,
                created_at=now,
            )
        )

    def vocabulary_at(
        self, connection: sa.Connection, name: str, version: int
    ) -> Vocabulary | None:
        """The words that were part of a version."""
        table = schema.taxonomy
        query = sa.select(table.c.document).where(*self._named(name), table.c.version == version)
        document = connection.scalar(query)
        stored = None if document is None else json.loads(document).get("vocabulary")
        return None if stored is None else Vocabulary.from_json(stored)

    def _newest(self, connection: sa.Connection, name: str) -> Any:
        table = schema.taxonomy
        query = sa.select(table.c.version, table.c.document).where(*self._named(name))
        return connection.execute(query.order_by(table.c.version.desc()).limit(1)).first()

    def _named(self, name: str) -> tuple[sa.ColumnElement[bool], ...]:
        table = schema.taxonomy
        return table.c.workspace == self.workspace, table.c.name == name
