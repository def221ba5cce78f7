"""Fixtures every test may ask for, and on which databases a test runs.

Tests of the store, of jobs and of crashes run on SQLite and on PostgreSQL. So do those in
`tests/flows` whose module is marked `both_databases`. The other flows have no SQL of their own:
each of their tests runs on one of the two, by turns. `pytest --both-databases` runs all on both.
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Final, TypeAlias
from zlib import crc32

import pytest

from tagwright.config import one_blas_thread

one_blas_thread()

from tagwright.store.engine import Database  # noqa: E402 - numpy reads the environment
from tests import postgres  # noqa: E402

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
CACHE = Path("/tmp") / "tagwright-test-data"


Kind: TypeAlias = str
"""`sqlite` or `postgres`."""
KINDS: Final = ("sqlite", "postgres")
BOTH: Final = "both_databases"


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


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "run tests of flows on both databases, not on one of them by turns"
    parser.addoption("--both-databases", action="store_true", help=told)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the database whose turn it is not."""
    if config.getoption("both_databases"):
        return
    left_out = [item for item in items if not _has_its_turn(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if _has_its_turn(item)]


def _has_its_turn(item: pytest.Item) -> bool:
    """By the checksum of its name, so that a test is always on the same one."""
    kind = item.callspec.params.get("database_kind") if hasattr(item, "callspec") else None
    if kind is None or item.path.parent.name != "flows" or item.get_closest_marker(BOTH):
        return True
    test = item.nodeid.replace(kind, "")
    return bool(kind == KINDS[crc32(test.encode()) % len(KINDS)])


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    with ExitStack() as stack:
        yield Databases(stack)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_kind(request: pytest.FixtureRequest) -> Kind:
    """Whoever asks for this, or for what is built on it, runs on each database, or by turns."""
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
