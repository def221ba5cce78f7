"""What both databases must do alike, and what only a server can do to us."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa

from tagwright.core.ledger import Entry
from tagwright.errors import InvalidInput, NotFound, Unavailable
from tagwright.store import schema
from tagwright.store.assets import Assets
from tagwright.store.engine import HEAD, Database
from tagwright.store.ledger import Ledger
from tagwright.store.runs import Runs
from tagwright.store.workspaces import ensure_workspace
from tagwright.types import AssetId, ConceptId, FacetId, RunId
from tests import postgres
from tests.conftest import Databases, Kind

NOW = "2026-01-01T00:00:00.000+00:00"
COLUMNS = ("id", "name", "created_at")


@pytest.fixture
def url(tmp_path: Path, database_url: str | None) -> str:
    return database_url or f"sqlite:///{tmp_path / 'library.db'}"


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    database = Database(url)
    database.migrate()
    ensure_workspace(database, "w", NOW)
    yield database
    database.close()


def names(db: Database) -> list[str]:
    with db.read() as connection:
        return list(connection.scalars(sa.select(schema.workspace.c.id).order_by("id")))


def together(*jobs: Callable[[], object]) -> None:
    """Run them at the same time, each in a thread; the first error is raised."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> None:
        barrier.wait()
        job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        for future in [pool.submit(run, job) for job in jobs]:
            future.result()


def entry(asset: AssetId, concept: str, run: RunId) -> Entry:
    return Entry(
        asset, "shop", FacetId("type"), ConceptId(concept), "person", "ann", run, NOW,
        positive=True,
    )  # fmt: skip


def test_a_reader_sees_one_moment_while_others_write(db: Database) -> None:
    count = sa.select(sa.func.count()).select_from(schema.workspace)
    with db.read() as reader:
        before = reader.scalar(count)
        ensure_workspace(db, "new", NOW)
        assert reader.scalar(count) == before
    assert names(db) == ["new", "w"]


def test_a_reader_that_stops_halfway_leaves_no_connection_open(db: Database) -> None:
    run = Runs(db, "w").start("decide", "ann", {}, NOW)
    ledger = Ledger(db, "w")
    ledger.append([entry(AssetId(f"{n:064x}"), "bag", run) for n in range(9)], lambda *_: True)
    assert next(ledger.tags()).asset == f"{0:064x}"
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_more_rows_than_a_statement_has_parameters_are_added_in_one_go(db: Database) -> None:
    with db.write() as connection:
        rows = [(f"{n:06d}", 'ünï 😀 \\N {x,"y"}', NOW) for n in range(70_000)]
        db.insert_many(connection, schema.workspace, COLUMNS, rows)
    with db.read() as connection:
        found = connection.execute(schema.workspace.select().order_by("id")).all()
    assert [tuple(row) for row in found[:-1]] == rows


def test_rows_keep_their_order_and_their_empty_values(db: Database) -> None:
    run = Runs(db, "w").start("tag", "model 1", {}, NOW)
    asset = AssetId("a" * 64)
    one = entry(asset, "bag", run)
    two = replace(one, concept=None, positive=False, p=0.1, model=3, verdict="abstain")
    ledger = Ledger(db, "w")
    ledger.append([one, two, one], lambda *_: True)
    assert ledger.history(asset) == [one, two, one]


@pytest.mark.parametrize("asked", ["%", "_" * 64, "A" * 64, "é", "a%"])
def test_the_beginning_of_an_id_is_digits_and_nothing_else(db: Database, asked: str) -> None:
    with db.write() as connection:
        row = {"workspace": "w", "id": "a" * 64, "size": 1, "format": "PNG", "width": 1}
        row |= {"height": 1, "keywords": "[]", "fingerprint": b"", "look_alike_group": "a" * 64}
        row |= {"added_at": NOW, **{f"band{i}": 0 for i in range(4)}}
        connection.execute(schema.asset.insert().values(row))
        line = {"workspace": "w", "uri": "u", "asset": "a" * 64, "size": 1, "mtime_ns": 1}
        line["run"] = Runs(db, "w").start_in(connection, "import", "ann", {}, NOW)
        connection.execute(schema.location.insert().values(line))
    assert Assets(db, "w").get("aaa").id == "a" * 64
    with pytest.raises(NotFound, match="no picture matches"):
        Assets(db, "w").get(asked)


def test_a_number_too_large_is_the_callers_mistake(db: Database) -> None:
    with pytest.raises(InvalidInput):
        Assets(db, "w").untagged("shop", 1, limit=10**30, settled_by=None)


def test_two_people_who_decide_on_one_picture_at_once_are_both_heard(db: Database) -> None:
    ledger, asset = Ledger(db, "w"), AssetId("a" * 64)
    runs = [Runs(db, "w").start("decide", "ann", {"n": n}, NOW) for n in range(6)]
    lines = [entry(asset, f"concept {n}", run) for n, run in enumerate(runs)]
    together(*(lambda line=line: ledger.append([line], lambda *_: False) for line in lines))
    assert sorted(str(tag.concept) for tag in ledger.tags()) == [f"concept {n}" for n in range(6)]


def test_several_processes_that_start_at_once_migrate_once(
    database_kind: Kind, databases: Databases, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    if database_kind == "postgres":
        url = databases.server.url(databases.server.create())
    several = [Database(url) for _ in range(3)]
    together(*(database.migrate for database in several))
    assert [database.version() for database in several] == [HEAD] * 3
    for database in several:
        database.close()


@pytest.fixture
def own_server() -> Iterator[postgres.Server]:
    """A server that this test may stop."""
    with postgres.running() as server:
        yield server


@pytest.mark.postgres
def test_after_a_restart_of_the_server_the_next_call_works(own_server: postgres.Server) -> None:
    db = Database(own_server.url(own_server.create()))
    db.migrate()
    ensure_workspace(db, "w", NOW)
    own_server.stop()
    with pytest.raises(Unavailable, match="see that PostgreSQL runs"):
        names(db)
    own_server.start()
    assert names(db) == ["w"]
    db.close()


@pytest.mark.postgres
def test_a_write_that_the_server_cut_off_is_told_and_leaves_nothing(
    own_server: postgres.Server,
) -> None:
    db = Database(own_server.url(own_server.create()))
    db.migrate()

    def write() -> None:
        with db.write() as connection:
            db.insert_many(connection, schema.workspace, COLUMNS, [("lost", "lost", NOW)])
            own_server.stop()
            connection.execute(schema.workspace.select())

    with pytest.raises(Unavailable):
        write()
    own_server.start()
    assert names(db) == []
    db.close()


@pytest.mark.parametrize("database_kind", ["postgres"])
@pytest.mark.postgres
def test_text_that_postgresql_cannot_hold_is_the_callers_mistake(db: Database) -> None:
    with pytest.raises(InvalidInput, match="cannot hold"):
        ensure_workspace(db, "w\x00", NOW)
    assert names(db) == ["w"]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ann:secret@host/db",
        "postgresql+psycopg2://ann:secret@host/db",
        "mysql://ann:secret@host/db",
        "ann:secret@host",
    ],
)
def test_an_address_we_cannot_use_says_how_to_write_it_and_keeps_the_password(url: str) -> None:
    with pytest.raises(InvalidInput, match=r"postgresql\+psycopg://") as caught:
        Database(url)
    assert "secret" not in str(caught.value)
