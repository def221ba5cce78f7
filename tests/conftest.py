"""Fixtures every test may ask for."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TypeAlias

import pytest

from tagwright.config import one_blas_thread

one_blas_thread()

from tagwright.store.engine import Database  # noqa: E402 - numpy reads the environment
from tests import postgres  # noqa: E402

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
CACHE = Path("/tmp") / "tagwright-test-data"


Kind: TypeAlias = str
"""`sqlite` or `postgres`."""


class Databases:
    """Makes databases, each named by what `Settings.database_url` takes.

    On SQLite that is None: a library keeps it as a file in its folder. The PostgreSQL server is
    started by the first who needs it, in about a second.
    """

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    @cached_property
    def server(self) -> postgres.Server:
        return self._stack.enter_context(postgres.running())

    @cached_property
    def _migrated(self) -> str:
        """A PostgreSQL database with every table and no row. To copy it is faster than to make."""
        url = self.server.url(self.server.create())
        database = Database(url)
        database.migrate()
        database.close()
        return url

    def fresh(self, kind: Kind, template: str | None = None) -> str | None:
        """A migrated database, or a copy of another that nobody is connected to."""
        if kind == "sqlite":
            return None
        return self.server.url(self.server.create(self.server.name(template or self._migrated)))

    @contextmanager
    def copied(self, kind: Kind, template: str | None = None) -> Iterator[str | None]:
        """The same, dropped at the end of the block."""
        url = self.fresh(kind, template)
        yield url
        if url is not None:
            self.server.drop(self.server.name(url))


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    with ExitStack() as stack:
        yield Databases(stack)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_kind(request: pytest.FixtureRequest) -> Kind:
    """Whoever asks for this, or for what is built on it, runs once on each database."""
    kind: Kind = request.param
    return kind


@pytest.fixture
def fresh_database(database_kind: Kind, databases: Databases) -> Iterator[Callable[[], str | None]]:
    """Makes a database for this test; two libraries of one test need one each."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(databases.copied(database_kind))


@pytest.fixture
def database_url(fresh_database: Callable[[], str | None]) -> str | None:
    """A fresh database for this test, as `Settings.database_url` takes it."""
    return fresh_database()


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Unpack a pack of real pictures once, outside the checkout; skip where there are none."""

    def unpacked(pack: str) -> Path:
        archive = SHARED / f"{pack}.tar.gz"
        if not archive.exists():
            pytest.skip(f"no real pictures: {archive} is absent")
        done = CACHE / f"{pack}.done"
        if not done.exists():
            CACHE.mkdir(parents=True, exist_ok=True)
            with tarfile.open(archive) as tar:
                tar.extractall(CACHE, filter="data")
            done.touch()
        return CACHE / pack

    return unpacked
