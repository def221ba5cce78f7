"""The outbox on a real database: written with what it tells of, claimed once, seen by its own."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tagwright.errors import Conflict, NotFound
from tagwright.store.engine import Database
from tagwright.store.webhooks import (
    MOST,
    Attempt,
    Delivery,
    Webhook,
    Webhooks,
    claim_due,
    forget,
    record,
)
from tagwright.store.workspaces import ensure_workspace


def at(seconds: float) -> str:
    moment = datetime.fromisoformat("2026-01-01T00:00:00+00:00") + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds")


@pytest.fixture
def db(tmp_path: Path, database_url: str | None) -> Iterator[Database]:
    database = Database(database_url or f"sqlite:///{tmp_path / 'library.db'}")
    database.migrate()
    for name in ("w", "other"):
        ensure_workspace(database, name, at(0))
    yield database
    database.close()


@pytest.fixture
def hooks(db: Database) -> Webhooks:
    return Webhooks(db, "w")


def put(hooks: Webhooks, name: str = "a", *events: str, active: bool = True) -> Webhook:
    webhook = Webhook(
        id=f"{hooks.workspace}-{name}",
        workspace=hooks.workspace,
        url="https://receiver.example/",
        secret="whsec_x",
        events=events or ("asset.added",),
        active=active,
        created_by="ann",
        created_at=at(0),
    )
    with hooks.db.write() as connection:
        hooks.create_in(connection, webhook)
    return webhook


def emit(hooks: Webhooks, event: str = "asset.added", now: float = 0) -> int:
    with hooks.db.write() as connection:
        return hooks.add_in(connection, event, {"asset": "x"}, at(now))


def claimed(db: Database, now: float = 1, limit: int = 100) -> list[Delivery]:
    return [due.delivery for due in claim_due(db, at(now), at(now + 60), limit)]


def test_a_webhook_is_kept_as_it_is(hooks: Webhooks) -> None:
    made = put(hooks, "a", "asset.added", "job.failed")
    assert hooks.get(made.id) == made
    assert hooks.all() == [made]
    assert "whsec" not in repr(made)


def test_each_active_webhook_that_wants_an_event_gets_it(db: Database, hooks: Webhooks) -> None:
    for name, events in (("a", ("asset.added",)), ("b", ("asset.added", "job.failed"))):
        put(hooks, name, *events)
    put(hooks, "c", "job.failed")
    put(hooks, "d", active=False)
    put(Webhooks(db, "other"))
    assert emit(hooks) == 2
    assert {(d.webhook, d.event, d.workspace) for d in claimed(db)} == {
        ("w-a", "asset.added", "w"),
        ("w-b", "asset.added", "w"),
    }
    (delivery,) = hooks.deliveries("w-a")
    assert (delivery.payload, delivery.status, delivery.attempts) == ({"asset": "x"}, "waiting", 1)


def test_what_is_rolled_back_was_never_told(db: Database, hooks: Webhooks) -> None:
    put(hooks)

    def fail_after_telling() -> None:
        with db.write() as connection:
            assert hooks.add_in(connection, "asset.added", {}, at(0)) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_telling()
    assert claimed(db) == []


def test_a_claim_holds_until_it_runs_out(db: Database, hooks: Webhooks) -> None:
    put(hooks)
    emit(hooks)
    (first,) = claimed(db, 1)
    assert claimed(db, 60) == []
    (second,) = claimed(db, 61)
    assert (second.id, second.attempts) == (first.id, 2)
    done = Attempt("delivered", at(62), 200)
    assert not record(db, first, done)
    assert record(db, second, done)
    assert not record(db, second, done)
    assert claimed(db, 10_000) == []


def test_claims_side_by_side_never_share_one(db: Database, hooks: Webhooks) -> None:
    for name in "abcdef":
        put(hooks, name)
    for _ in range(10):
        emit(hooks)
    with ThreadPoolExecutor(4) as threads:
        batches = list(threads.map(lambda _: claimed(db, 1, limit=5), range(30)))
    ids = [delivery.id for batch in batches for delivery in batch]
    assert len(ids) == len(set(ids)) == 60


def test_one_receiver_does_not_fill_the_batch(db: Database, hooks: Webhooks) -> None:
    put(hooks, "a", "asset.added")
    put(hooks, "b", "job.failed")
    for _ in range(50):
        emit(hooks)
    emit(hooks, "job.failed")
    assert sorted(d.webhook for d in claimed(db, limit=16)) == ["w-a", "w-a", "w-b"]


def test_a_later_attempt_waits_for_its_time(db: Database, hooks: Webhooks) -> None:
    put(hooks)
    emit(hooks)
    (first,) = claimed(db, 1)
    assert record(db, first, Attempt("waiting", at(2), 500, "the receiver answered 500", at(12)))
    assert claimed(db, 11) == []
    (again,) = claimed(db, 12)
    assert (again.attempts, again.answered) == (2, 500)


def test_a_receiver_that_is_gone_is_told_nothing_more(db: Database, hooks: Webhooks) -> None:
    put(hooks)
    emit(hooks)
    emit(hooks)
    emit(hooks)
    first, _ = claimed(db)
    assert record(db, first, Attempt("failed", at(2), 410, "gone", gone=True))
    assert not hooks.get("w-a").active
    assert [d.status for d in hooks.deliveries("w-a")] == ["failed"] * 3
    assert emit(hooks) == 0


def test_switching_one_off_ends_what_waits(db: Database, hooks: Webhooks) -> None:
    made = put(hooks)
    emit(hooks)
    with db.write() as connection:
        hooks.update_in(connection, replace(made, active=False, events=("job.failed",)))
    assert hooks.get(made.id).events == ("job.failed",)
    (delivery,) = hooks.deliveries(made.id)
    assert (delivery.status, delivery.error) == (
        "failed",
        "the webhook was switched off before it was delivered",
    )


def test_deliveries_come_in_pages_newest_first(db: Database, hooks: Webhooks) -> None:
    put(hooks)
    for number in range(5):
        emit(hooks, now=number)
    first = hooks.deliveries("w-a", limit=3)
    rest = hooks.deliveries("w-a", after=first[-1].seq)
    assert [d.created_at for d in [*first, *rest]] == [at(n) for n in (4, 3, 2, 1, 0)]
    (oldest,) = claimed(db, 0)
    record(db, oldest, Attempt("delivered", at(1), 204))
    assert [d.id for d in hooks.deliveries("w-a", status="delivered")] == [oldest.id]


def test_one_that_ended_is_sent_again_under_its_id(db: Database, hooks: Webhooks) -> None:
    put(hooks)
    emit(hooks)
    (first,) = claimed(db)

    def again() -> Delivery:
        with db.write() as connection:
            return hooks.redeliver_in(connection, "w-a", first.id, at(99))

    with pytest.raises(Conflict, match="on its way already"):
        again()
    record(db, first, Attempt("failed", at(2), 500, "no"))
    assert (again().status, again_now(db)) == ("waiting", [(first.id, 1)])


def again_now(db: Database) -> list[tuple[str, int]]:
    return [(delivery.id, delivery.attempts) for delivery in claimed(db, 99)]


def test_a_webhook_goes_with_its_deliveries(db: Database, hooks: Webhooks) -> None:
    put(hooks)
    emit(hooks)
    (first,) = claimed(db)
    with db.write() as connection:
        hooks.delete_in(connection, "w-a")
    assert hooks.all() == []
    assert not record(db, first, Attempt("delivered", at(2), 200))
    with pytest.raises(NotFound):
        hooks.deliveries("w-a")


def test_old_deliveries_are_forgotten_but_not_those_that_wait(
    db: Database, hooks: Webhooks
) -> None:
    put(hooks)
    emit(hooks)
    emit(hooks)
    first, _ = claimed(db)
    record(db, first, Attempt("delivered", at(2), 200))
    forget(db, at(0))
    assert len(hooks.deliveries("w-a")) == 2
    forget(db, at(1))
    assert [d.status for d in hooks.deliveries("w-a")] == ["waiting"]


def test_a_workspace_has_so_many_and_no_more(hooks: Webhooks) -> None:
    for number in range(MOST):
        put(hooks, str(number))
    with pytest.raises(Conflict, match="20 webhooks at most"):
        put(hooks, "one more")


def test_another_workspace_sees_nothing_of_it(db: Database, hooks: Webhooks) -> None:
    put(hooks)
    emit(hooks)
    (delivery,) = hooks.deliveries("w-a")
    other = Webhooks(db, "other")
    assert other.all() == []
    with pytest.raises(NotFound):
        other.get("w-a")
    with pytest.raises(NotFound):
        other.deliveries("w-a")
    for act in (
        lambda connection: other.delete_in(connection, "w-a"),
        lambda connection: other.redeliver_in(connection, "w-a", delivery.id, at(1)),
    ):
        with pytest.raises(NotFound), db.write() as connection:
            act(connection)
    assert hooks.get("w-a").active
