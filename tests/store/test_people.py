"""The server's secret and the audit log on disk, when several come at once."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from tagwright.core.audit import Event, verify
from tagwright.errors import Conflict
from tagwright.store import schema
from tagwright.store.audit import Audit
from tagwright.store.engine import Database
from tagwright.store.secret import server_secret

NOW = "2026-01-01T00:00:00.000+00:00"


@pytest.fixture
def db(tmp_path: Path, database_url: str | None) -> Iterator[Database]:
    database = Database(database_url or f"sqlite:///{tmp_path / 'library.db'}")
    database.migrate()
    yield database
    database.close()


def event(number: int, workspace: str = "w") -> Event:
    return Event(workspace, NOW, "ada", "key.make", f"key:{number}", {"b": 1, "a": number})


def test_the_secret_is_the_owners_alone_and_stays(tmp_path: Path) -> None:
    first = server_secret(tmp_path)
    assert len(first) == 32
    assert server_secret(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["secret"]


def test_all_who_make_the_secret_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(lambda _: server_secret(tmp_path), range(32)))) == 1


def test_a_damaged_secret_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"short")
    with pytest.raises(Conflict, match="delete it"):
        server_secret(tmp_path)


def test_lines_written_at_the_same_time_follow_each_other(db: Database) -> None:
    def write(number: int) -> None:
        Audit(db, "w").add(event(number))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(40)))
    verdict = verify(Audit(db, "w").all())
    assert (verdict.lines, verdict.broken_at) == (40, None)


def test_each_workspace_has_a_chain_of_its_own(db: Database) -> None:
    for number in range(3):
        Audit(db, "w").add(event(number))
        Audit(db, "other").add(event(number, "other"))
    assert [line.event.workspace for line in Audit(db, "w").all()] == ["w"] * 3
    assert verify(Audit(db, "w").all()).broken_at is None
    assert verify(Audit(db, "other").all()).broken_at is None


def test_a_line_changed_in_the_database_is_found(db: Database) -> None:
    for number in range(4):
        Audit(db, "w").add(event(number))
    second = list(Audit(db, "w").all())[1]
    with db.write() as connection:
        change = schema.audit.update().where(schema.audit.c.seq == second.seq)
        connection.execute(change.values(detail=json.dumps({"a": 7})))
    assert verify(Audit(db, "w").all()).broken_at == second.seq


def test_two_lines_cannot_follow_the_same_one(db: Database) -> None:
    Audit(db, "w").add(event(1))
    line = next(Audit(db, "w").all())
    row = {
        **{name: getattr(line.event, name) for name in ("workspace", "at", "actor", "action")},
        "subject": "x",
        "detail": "{}",
        "previous": line.previous,
        "digest": "d",
    }
    with pytest.raises(sa.exc.IntegrityError), db.write() as connection:
        connection.execute(schema.audit.insert().values(row))


def test_lines_are_paged_from_the_newest(db: Database) -> None:
    for number in range(5):
        Audit(db, "w").add(event(number))
    log = Audit(db, "w")
    first = log.newest(2)
    second = log.newest(2, before=first[-1].seq)
    assert [line.event.detail["a"] for line in [*first, *second]] == [4, 3, 2, 1]
