"""A write that is sent again is answered again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tagwright.errors import Conflict, InvalidInput
from tagwright.store.engine import Database
from tagwright.store.idempotency import Idempotency, Replay

NOW = "2026-01-01T00:00:00.000+00:00"
SOON = "2026-01-01T00:00:30.000+00:00"
AFTER_A_MINUTE = "2026-01-01T00:01:01.000+00:00"
NEXT_DAY = "2026-01-02T00:00:01.000+00:00"
ANSWER = Replay(201, {"content-type": "application/json"}, b'{"id": 1}')


@pytest.fixture
def store(tmp_path: Path, database_url: str | None) -> Iterator[Idempotency]:
    database = Database(database_url or f"sqlite:///{tmp_path / 'library.db'}")
    database.migrate()
    yield Idempotency(database)
    database.close()


def test_a_repeat_gets_the_first_answer(store: Idempotency) -> None:
    assert store.begin("ada", "k", "r", NOW) is None
    store.finish("ada", "k", ANSWER)
    assert store.begin("ada", "k", "r", SOON) == ANSWER


def test_another_caller_with_the_same_key_is_somebody_else(store: Idempotency) -> None:
    store.begin("ada", "k", "r", NOW)
    store.finish("ada", "k", ANSWER)
    assert store.begin("eve", "k", "r", NOW) is None


def test_another_request_with_the_same_key_is_refused(store: Idempotency) -> None:
    store.begin("ada", "k", "r", NOW)
    with pytest.raises(InvalidInput, match="another request"):
        store.begin("ada", "k", "other", NOW)


def test_a_twin_waits_while_the_first_is_being_done_for_a_minute(store: Idempotency) -> None:
    store.begin("ada", "k", "r", NOW)
    with pytest.raises(Conflict, match="still being done"):
        store.begin("ada", "k", "r", SOON)
    assert store.begin("ada", "k", "r", AFTER_A_MINUTE) is None


def test_a_forgotten_answer_is_made_afresh(store: Idempotency) -> None:
    store.begin("ada", "k", "r", NOW)
    store.forget("ada", "k")
    assert store.begin("ada", "k", "r", NOW) is None


def test_answers_are_kept_for_a_day(store: Idempotency) -> None:
    store.begin("ada", "k", "r", NOW)
    store.finish("ada", "k", ANSWER)
    store.begin("ada", "newer", "r", SOON)
    assert store.begin("ada", "k", "other", NEXT_DAY) is None
    assert store.sweep(NEXT_DAY) == 0
    assert store.sweep("2026-01-02T00:01:00.000+00:00") == 1


def test_of_many_twins_at_the_same_time_one_does_it(store: Idempotency) -> None:
    def begin(_: int) -> bool:
        try:
            return store.begin("ada", "k", "r", NOW) is None
        except Conflict:
            return False

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(begin, range(16))) == 1
