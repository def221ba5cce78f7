"""The one place that knows which database is underneath: connections, transactions, upserts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tagwright.errors import Conflict, InvalidInput, Unavailable

Transaction: TypeAlias = sa.Connection
"""An open transaction, as flows hand it from one store to the next."""

Rows: TypeAlias = Sequence[tuple[object, ...]]

BUSY_MS = 30_000
"""How long a writer waits for another before it gives up. SQLite has one writer at a time."""

HEAD = "0002"
"""The schema's newest migration; a test compares it with the migrations folder."""


class Database:
    """Transactions on one database. `read()` sees a snapshot; `write()` commits or does nothing."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = sa.create_engine(url)
        if self.engine.dialect.name == "sqlite":
            _tune_sqlite(self.engine)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        with self._explained(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        with (
            self._explained(),
            self.engine.connect().execution_options(tagwright_write=True) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns what the database refuses into what to do about it; bugs of ours pass as is."""
        try:
            yield
        except UnicodeEncodeError as error:
            raise InvalidInput(
                f"{error.object!r} is not valid text: give it in UTF-8, without broken bytes"
            ) from error
        except sa.exc.OperationalError as error:
            raise Unavailable(
                f"the library's database {self._name!r} refused: {error.orig}; free disk space, "
                f"make its folder writable or end the process that holds it, and run this again"
            ) from error
        except sa.exc.DatabaseError as error:
            if type(error) is not sa.exc.DatabaseError:
                raise
            raise Conflict(
                f"the library's database {self._name!r} cannot be read: {error.orig}; "
                f"restore it from a backup"
            ) from error

    @property
    def _name(self) -> str:
        """Where the database is, without its password."""
        return self.engine.url.database or self.engine.url.render_as_string(hide_password=True)

    def insert_many(
        self, connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Rows
    ) -> None:
        """Add rows, each its values in the order of `columns`.

        On SQLite twice as fast as an INSERT of dictionaries: 100,000 rows in about a second.
        """
        if not rows:
            return
        if self.engine.dialect.name == "sqlite":
            names = ", ".join(f'"{name}"' for name in columns)
            marks = ", ".join("?" * len(columns))
            statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'
            connection.exec_driver_sql(statement, list(rows))
        else:
            named = [dict(zip(columns, row, strict=True)) for row in rows]
            connection.execute(table.insert(), named)

    def insert_missing(self, table: sa.Table) -> Any:
        """An INSERT that leaves existing rows as they are."""
        dialect = sqlite if self.engine.dialect.name == "sqlite" else postgresql
        return dialect.insert(table).on_conflict_do_nothing()

    def upsert(self, table: sa.Table, key: Sequence[str], update: Sequence[str]) -> Any:
        """An INSERT that updates the `update` columns where `key` exists already."""
        dialect = sqlite if self.engine.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(table)
        return statement.on_conflict_do_update(
            index_elements=list(key), set_={name: statement.excluded[name] for name in update}
        )

    def migrate(self) -> None:
        """Bring the schema to the newest version. Does nothing when it is there already."""
        if self.version() == HEAD:
            return
        from alembic import command  # noqa: PLC0415 - slow to import, needed once per upgrade
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self.write() as connection:
            # Of several processes that start at once, one migrates; the rest find it done.
            self.serialise(connection, "migrate")
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def serialise(self, connection: sa.Connection, name: str) -> None:
        """Hold a lock by name until this writing transaction ends; others of the name wait.

        On SQLite `write()` holds the only write lock there is already.
        """
        if self.engine.dialect.name == "postgresql":
            number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))

    def version(self) -> str | None:
        """The schema's version in the database; None where it is empty."""
        with self.read() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            version: str | None = connection.scalar(
                sa.text("SELECT version_num FROM alembic_version")
            )
            return version

    def close(self) -> None:
        self.engine.dispose()


def _tune_sqlite(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        # IMMEDIATE takes the write lock at once: two writers queue instead of failing midway.
        write = connection.get_execution_options().get("tagwright_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
