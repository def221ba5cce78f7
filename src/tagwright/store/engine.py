"""The one place that knows which database is underneath: connections, transactions, upserts."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
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

HEAD = "0006"
"""The schema's newest migration; a test compares it with the migrations folder."""


DRIVERS = ("sqlite", "postgresql+psycopg")
"""How a database's address may begin."""

CONNECTIONS = 20
"""How many connections a process opens at most. PostgreSQL allows all of them together 100."""

ANALYSE_AT = 1_000
"""PostgreSQL looks at a table when this many rows have come, and at every tenfold of it."""


class Database:
    """Transactions on one database. `read()` sees a snapshot; `write()` commits or does nothing.

    On PostgreSQL writers do not wait for each other; a store whose write depends on what it reads
    calls `serialise` first. Every statement after that sees what the others have committed.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        # Pre-ping notices, before it is used, a connection that a restart of the server cut.
        self.engine = sa.create_engine(
            _checked(url),
            pool_size=CONNECTIONS // 2,
            max_overflow=CONNECTIONS // 2,
            pool_pre_ping=not url.startswith("sqlite"),
        )
        self._reading: dict[str, Any] = {}
        self._writing: dict[str, Any] = {"tagwright_write": True}
        self._inserted: Counter[str] = Counter()
        self._analysed: dict[str, int] = {}
        if self.engine.dialect.name == "sqlite":
            _tune_sqlite(self.engine)
        else:
            self._reading = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            self._writing = {"isolation_level": "READ COMMITTED"}
            _count_inserts(self.engine, self._inserted)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        with (
            self._explained(),
            self.engine.connect().execution_options(**self._reading) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        with (
            self._explained(),
            self.engine.connect().execution_options(**self._writing) as connection,
            connection.begin(),
        ):
            yield connection
        self._analyse()

    def _analyse(self) -> None:
        """Have PostgreSQL look at tables as they fill.

        It does so by itself once a minute. Until then it takes a workspace for a small part of a
        table and reads all of it at every look-up: a first tagging of 100,000 took 250 s, not 5.
        """
        for table, rows in list(self._inserted.items()):
            if rows >= self._analysed.get(table, ANALYSE_AT):
                self._analysed[table] = 10 * rows
                # What was written is committed: it stays so where this fails.
                with suppress(sa.exc.DBAPIError), self.engine.connect() as connection:
                    connection.exec_driver_sql(f'ANALYZE "{table}"')
                    connection.commit()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns what the database refuses into what to do about it; bugs of ours pass as is."""
        try:
            yield
        except (UnicodeEncodeError, OverflowError) as error:
            if (wrong := _unfit(error)) is None:
                raise
            raise InvalidInput(wrong) from error
        except sa.exc.DataError as error:
            raise InvalidInput(
                f"the library's database cannot hold this: {error.orig}; leave it out"
            ) from error
        except sa.exc.OperationalError as error:
            raise Unavailable(
                f"the library's database {self.name!r} refused: {error.orig}; {self._remedy}, "
                f"and run this again"
            ) from error
        except sa.exc.TimeoutError as error:
            raise Unavailable(
                f"all {CONNECTIONS} connections to the library's database {self.name!r} are "
                f"taken: wait a moment, and run this again"
            ) from error
        except sa.exc.DatabaseError as error:
            if type(error) is not sa.exc.DatabaseError:
                raise
            raise Conflict(
                f"the library's database {self.name!r} cannot be read: {error.orig}; "
                f"restore it from a backup"
            ) from error

    @property
    def name(self) -> str:
        """Where the database is, without its password."""
        return self.engine.url.database or self.engine.url.render_as_string(hide_password=True)

    @property
    def _remedy(self) -> str:
        if self.engine.dialect.name == "sqlite":
            return "free disk space, make its folder writable or end the process that holds it"
        return "see that PostgreSQL runs, has room and is the one in TAGWRIGHT_DATABASE_URL"

    def stream(
        self, connection: sa.Connection, query: sa.Select[Any]
    ) -> sa.CursorResult[tuple[Any, ...]]:
        """The rows of a query a few thousand at a time. Use in a `with`, read to the end or not."""
        return connection.execution_options(yield_per=5_000).execute(query)

    def insert_many(
        self, connection: sa.Connection, table: sa.Table, columns: Sequence[str], rows: Rows
    ) -> None:
        """Add rows, each its values in the order of `columns`, in one go.

        Several times as fast as an INSERT of dictionaries: 100,000 rows in about a second.
        """
        if not rows:
            return
        if self.engine.dialect.name == "sqlite":
            names = ", ".join(f'"{name}"' for name in columns)
            marks = ", ".join("?" * len(columns))
            statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'
            connection.exec_driver_sql(statement, list(rows))
        else:
            # An array a column: one statement, whatever the number of rows.
            casts = ", ".join(
                f"%s::{table.c[name].type.compile(self.engine.dialect)}[]" for name in columns
            )
            names = ", ".join(f'"{name}"' for name in columns)
            statement = f'INSERT INTO "{table.name}" ({names}) SELECT * FROM unnest({casts})'
            values = tuple(list(column) for column in zip(*rows, strict=True))
            connection.exec_driver_sql(statement, values)
            self._inserted[table.name] += len(rows)

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

    @property
    def commits_in_order(self) -> bool:
        """Whether rows become visible in the order of their numbers: one writer at a time."""
        return self.engine.dialect.name == "sqlite"

    def exists(self) -> bool:
        """Whether there is something to connect to: SQLite would make a file that is not there."""
        if self.engine.dialect.name != "sqlite":
            return True
        path = self.engine.url.database
        return path is not None and Path(path).exists()

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


def _unfit(error: UnicodeEncodeError | OverflowError) -> str | None:
    """What is wrong with a value that the driver refused; None where it was not the driver."""
    if isinstance(error, UnicodeEncodeError):
        return f"{error.object!r} is not valid text: give it in UTF-8, without broken bytes"
    if "SQLite" in str(error):
        return f"a number is too large ({error}): give a smaller one"
    return None


def _checked(url: str) -> sa.URL:
    """The address, taken apart. Raises InvalidInput where it names a database we do not know."""
    how = (
        "give TAGWRIGHT_DATABASE_URL as postgresql+psycopg://USER:PASSWORD@HOST/DATABASE, "
        "or leave it out for SQLite in the library's folder"
    )
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:  # it may hold a password: never shown
        raise InvalidInput(f"the address of the database cannot be read: {how}") from error
    if parsed.drivername not in DRIVERS:
        raise InvalidInput(f"there is no database driver {parsed.drivername!r}: {how}")
    return parsed


def _count_inserts(engine: sa.Engine, counts: Counter[str]) -> None:
    """Keep count of how many rows came to each table."""

    @sa.event.listens_for(engine, "after_execute")
    def _count(
        _connection: sa.Connection, statement: object, rows: Sequence[object], *_rest: object
    ) -> None:
        if isinstance(statement, sa.Insert) and isinstance(statement.table, sa.Table):
            counts[statement.table.name] += len(rows) or 1


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
