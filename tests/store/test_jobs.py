"""The queue on a real database: who may take a job, and whose word about it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest

from tagwright.errors import Conflict, NotFound
from tagwright.store.engine import Database
from tagwright.store.jobs import Job, Jobs, JobStatus, LeaseLost, claim, counts
from tagwright.store.workspaces import ensure_workspace

ALL = ("train", "tag", "embed")


def at(seconds: float) -> str:
    """The test's own time: seconds after the start of a year."""
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
def jobs(db: Database) -> Jobs:
    return Jobs(db, "w")


def put(jobs: Jobs, kind: str = "train", subject: str = "", **options: object) -> Job:
    return jobs.enqueue(kind, subject, {}, requested_by="ann", now=at(0), **options)  # type: ignore[arg-type]


def take(db: Database, now: float = 1, worker: str = "one") -> Job | None:
    return claim(db, worker, ALL, lambda: at(now), 30)


def ended(jobs: Jobs, how: Callable[..., Job], *said: object) -> Job:
    """A job's end, in a transaction of its own."""
    with jobs.db.write() as connection:
        return how(jobs, connection, *said)


def taken(db: Database, now: float = 1) -> tuple[Job, str]:
    """A job that is claimed, and its lease."""
    job = take(db, now)
    assert job is not None
    assert job.lease is not None
    return job, job.lease


def test_a_job_is_claimed_run_and_done(db: Database, jobs: Jobs) -> None:
    made = jobs.enqueue("tag", "shapes", {"taxonomy": "shapes"}, requested_by="ann", now=at(0))
    job, lease = taken(db)
    assert (job.id, job.status, job.worker, job.attempts) == (made.id, "running", "one", 1)
    assert not jobs.heartbeat(lease, at(2), at(40), {"done": 1}).cancel_requested
    assert jobs.get(job.id).progress == {"done": 1}
    ended(jobs, Jobs.finish_in, lease, {"pictures": 3}, at(3))
    done = jobs.get(job.id)
    assert (done.status, done.result, done.finished_at) == ("done", {"pictures": 3}, at(3))
    assert take(db, 100) is None


def test_jobs_go_by_priority_and_then_by_age(db: Database, jobs: Jobs) -> None:
    made = [put(jobs), put(jobs, priority=1), put(jobs)]
    order = [taken(db)[0].id for _ in made]
    assert order == [made[1].id, made[0].id, made[2].id]


def test_a_worker_takes_only_what_is_due_and_what_it_can_do(db: Database, jobs: Jobs) -> None:
    put(jobs, run_after=at(10))
    put(jobs, kind="unheard of")
    assert take(db, 9) is None
    assert take(db, 10) is not None


def test_the_same_key_gives_the_same_job(jobs: Jobs) -> None:
    first = put(jobs, key="k")
    assert put(jobs, key="k").id == first.id
    assert put(jobs).id != put(jobs).id
    assert Jobs(jobs.db, "other").enqueue(
        "train", "", {}, requested_by="bob", now=at(0), key="k"
    ).id != (first.id)


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        pytest.param("tag", {}, id="another kind"),
        pytest.param("train", {"a": 1}, id="other params"),
    ],
)
def test_a_key_cannot_be_used_for_another_job(
    jobs: Jobs, kind: str, params: dict[str, object]
) -> None:
    put(jobs, key="k")
    with pytest.raises(Conflict, match="'k' was used for another job"):
        jobs.enqueue(kind, "", params, requested_by="ann", now=at(0), key="k")


def test_a_dead_workers_job_is_taken_over_and_its_late_words_touch_nothing(
    db: Database, jobs: Jobs
) -> None:
    put(jobs)
    job, old = taken(db)
    assert take(db, 30.9) is None
    again, new = taken(db, 31.1)
    assert (again.id, again.attempts) == (job.id, 2)
    late: tuple[Callable[[], object], ...] = (
        lambda: jobs.heartbeat(old, at(32), at(90), {"done": 99}),
        lambda: ended(jobs, Jobs.finish_in, old, {"by": "the dead"}, at(32)),
        lambda: ended(jobs, Jobs.fail_in, old, "late", at(33), at(32)),
        lambda: ended(jobs, Jobs.cancelled_in, old, at(32)),
        lambda: ended(jobs, Jobs.release_in, old, at(32)),
    )
    for word in late:
        with pytest.raises(LeaseLost):
            word()
        assert jobs.get(job.id) == again
    ended(jobs, Jobs.finish_in, new, {}, at(33))
    with pytest.raises(LeaseLost):
        jobs.heartbeat(new, at(34), at(90))


def test_an_owner_that_wakes_before_anyone_came_keeps_its_job(db: Database, jobs: Jobs) -> None:
    put(jobs)
    _, lease = taken(db)
    assert jobs.heartbeat(lease, at(500), at(530)).lease_until == at(530)
    assert take(db, 501) is None


def test_a_lease_says_nothing_in_another_workspace(db: Database, jobs: Jobs) -> None:
    put(jobs)
    job, lease = taken(db)
    with pytest.raises(LeaseLost):
        ended(Jobs(db, "other"), Jobs.finish_in, lease, {}, at(2))
    with pytest.raises(NotFound):
        Jobs(db, "other").get(job.id)
    assert Jobs(db, "other").list() == []
    other = Jobs(db, "other")
    for change in (other.request_cancel, other.request_finish, other.retry):
        with pytest.raises(NotFound):
            change(job.id, at(2))


def test_a_job_that_kills_its_workers_is_given_up(db: Database, jobs: Jobs) -> None:
    put(jobs, max_attempts=2)
    job, _ = taken(db, 0)
    taken(db, 40)
    assert take(db, 80) is None
    found = jobs.get(job.id)
    assert found.status == "failed"
    assert found.error is not None
    assert "stopped without a word, at attempt 2" in found.error
    assert found.lease is None


def test_a_failure_waits_for_its_time_until_the_attempts_are_used_up(
    db: Database, jobs: Jobs
) -> None:
    put(jobs, max_attempts=2)
    _, lease = taken(db)
    assert ended(jobs, Jobs.fail_in, lease, "the disk is full", at(5), at(2)).status == "queued"
    assert take(db, 4) is None
    job, lease = taken(db, 5)
    assert job.error == "the disk is full"
    failed = ended(jobs, Jobs.fail_in, lease, "still full", at(9), at(6))
    assert (failed.status, failed.error, failed.finished_at) == ("failed", "still full", at(6))
    assert take(db, 100) is None


def test_a_failure_that_no_second_try_mends_is_final(db: Database, jobs: Jobs) -> None:
    put(jobs)
    _, lease = taken(db)
    assert ended(jobs, Jobs.fail_in, lease, "no such taxonomy", None, at(2)).status == "failed"


def test_a_released_job_is_due_at_once_and_costs_no_attempt(db: Database, jobs: Jobs) -> None:
    put(jobs)
    _, lease = taken(db)
    ended(jobs, Jobs.release_in, lease, at(2))
    job, _ = taken(db, 2)
    assert job.attempts == 1


def test_a_waiting_job_is_cancelled_at_once(db: Database, jobs: Jobs) -> None:
    job = put(jobs)
    for _ in range(2):
        assert jobs.request_cancel(job.id, at(1)).status == "cancelled"
    assert take(db) is None


def test_a_running_job_hears_of_its_cancellation_at_the_next_heartbeat(
    db: Database, jobs: Jobs
) -> None:
    put(jobs)
    job, lease = taken(db)
    assert jobs.request_cancel(job.id, at(2)).status == "running"
    assert jobs.heartbeat(lease, at(3), at(33)).cancel_requested
    ended(jobs, Jobs.cancelled_in, lease, at(4))
    assert jobs.get(job.id).status == "cancelled"


def test_a_running_job_hears_at_the_next_heartbeat_that_it_should_end_with_what_it_has(
    db: Database, jobs: Jobs
) -> None:
    put(jobs)
    job, lease = taken(db)
    assert not jobs.heartbeat(lease, at(2), at(32)).finish_requested
    for _ in range(2):
        assert jobs.request_finish(job.id, at(3)).status == "running"
    heard = jobs.heartbeat(lease, at(4), at(34))
    assert (heard.finish_requested, heard.cancel_requested) == (True, False)
    # Whoever takes it up after this worker hears of it too.
    ended(jobs, Jobs.release_in, lease, at(5))
    again, lease = taken(db, 6)
    assert again.finish_requested
    ended(jobs, Jobs.fail_in, lease, "no", None, at(7))
    assert not jobs.retry(job.id, at(8)).finish_requested


@pytest.mark.parametrize("status", ["queued", "done", "failed", "cancelled"])
def test_what_does_not_run_cannot_be_finished_early(
    db: Database, jobs: Jobs, status: JobStatus
) -> None:
    job = put(jobs)
    if status != "queued":
        _, lease = taken(db)
        how: dict[str, tuple[Any, ...]] = {
            "done": (Jobs.finish_in, lease, {}, at(2)),
            "failed": (Jobs.fail_in, lease, "no", None, at(2)),
            "cancelled": (Jobs.cancelled_in, lease, at(2)),
        }
        ended(jobs, *how[status])
    with pytest.raises(Conflict, match=f"is {status}: only a running job"):
        jobs.request_finish(job.id, at(3))


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda jobs, lease: ended(jobs, Jobs.release_in, lease, at(3)), id="released"),
        pytest.param(
            lambda jobs, lease: ended(jobs, Jobs.fail_in, lease, "no", at(9), at(3)), id="failed"
        ),
        pytest.param(lambda jobs, lease: None, id="its worker died"),
    ],
)
def test_a_job_that_was_to_be_cancelled_is_not_run_again(
    db: Database, jobs: Jobs, end: Callable[[Jobs, str], None]
) -> None:
    put(jobs)
    job, lease = taken(db)
    jobs.request_cancel(job.id, at(2))
    end(jobs, lease)
    assert take(db, 100) is None
    assert jobs.get(job.id).status == "cancelled"


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_what_ended_badly_can_be_tried_again_with_all_its_attempts(
    db: Database, jobs: Jobs, status: JobStatus
) -> None:
    put(jobs)
    job, lease = taken(db)
    if status == "failed":
        ended(jobs, Jobs.fail_in, lease, "no", None, at(2))
    else:
        jobs.request_cancel(job.id, at(2))
        ended(jobs, Jobs.cancelled_in, lease, at(2))
    again = jobs.retry(job.id, at(3))
    assert (again.status, again.attempts, again.error) == ("queued", 0, None)
    assert not again.cancel_requested
    assert again.finished_at is None
    assert taken(db, 3)[0].id == job.id


def test_what_waits_runs_or_is_done_cannot_be_tried_again(db: Database, jobs: Jobs) -> None:
    job = put(jobs)
    with pytest.raises(Conflict, match="queued"):
        jobs.retry(job.id, at(1))
    _, lease = taken(db)
    with pytest.raises(Conflict, match="running"):
        jobs.retry(job.id, at(1))
    ended(jobs, Jobs.finish_in, lease, {}, at(2))
    with pytest.raises(Conflict, match="done"):
        jobs.retry(job.id, at(3))
    with pytest.raises(Conflict, match="done already"):
        jobs.request_cancel(job.id, at(3))


def test_at_most_one_job_of_a_subject_runs(db: Database, jobs: Jobs) -> None:
    first, second = put(jobs, subject="shapes"), put(jobs, subject="shapes")
    others = [put(jobs, subject="colours"), put(jobs, kind="tag", subject="shapes")]
    running = [taken(db)[0].id for _ in range(3)]
    assert running == [first.id, *(other.id for other in others)]
    assert take(db) is None
    # Another workspace's taxonomy of that name is another taxonomy.
    put(Jobs(db, "other"), subject="shapes")
    assert taken(db)[0].workspace == "other"
    # Its worker dies: it goes on before the second begins.
    assert taken(db, 40)[0].id == first.id
    assert jobs.get(second.id).status == "queued"


def test_jobs_without_a_subject_run_side_by_side(db: Database, jobs: Jobs) -> None:
    put(jobs), put(jobs)
    assert taken(db)[0].id != taken(db)[0].id


def test_of_many_threads_one_gets_the_training_of_a_taxonomy(db: Database, jobs: Jobs) -> None:
    threads, rounds = 8, 12
    for _ in range(rounds):
        for _ in range(threads):
            put(jobs, subject="shapes")
        barrier = Barrier(threads)

        def race(worker: int, barrier: Barrier = barrier) -> Job | None:
            barrier.wait()
            return take(db, worker=str(worker))

        with ThreadPoolExecutor(threads) as pool:
            won = [job for job in pool.map(race, range(threads)) if job is not None]
        assert len(won) == 1
        assert won[0].lease is not None
        ended(jobs, Jobs.finish_in, won[0].lease, {}, at(2))
        for job in jobs.list(status="queued"):
            jobs.request_cancel(job.id, at(2))


def test_many_threads_share_a_queue_and_no_job_is_lost_or_doubled(db: Database, jobs: Jobs) -> None:
    made = {put(jobs).id for _ in range(60)}

    def work(worker: int) -> list[str]:
        mine = []
        while (job := take(db, worker=str(worker))) is not None:
            assert job.lease is not None
            ended(jobs, Jobs.finish_in, job.lease, {}, at(2))
            mine.append(job.id)
        return mine

    with ThreadPoolExecutor(6) as pool:
        done = Counter(job for some in pool.map(work, range(6)) for job in some)
    assert set(done) == made
    assert set(done.values()) == {1}


def once(jobs: Jobs, db: Database) -> Job:
    with db.write() as connection:
        return jobs.enqueue_once_in(
            connection, "embed", "library", {}, requested_by="ann", now=at(0)
        )


def test_a_waiting_job_serves_everyone_who_asks_for_the_same(db: Database, jobs: Jobs) -> None:
    first = once(jobs, db)
    assert once(jobs, db).id == first.id
    assert once(Jobs(db, "other"), db).id != first.id
    taken(db)
    # It may have looked already at what there was to do: whoever comes now needs another.
    second = once(jobs, db)
    assert second.id != first.id
    assert once(jobs, db).id == second.id


def test_a_waiting_job_is_not_claimed_while_one_who_relies_on_it_writes(
    db: Database, jobs: Jobs
) -> None:
    """Otherwise it would run without seeing what they write, and nobody would see it later."""
    once(jobs, db)
    written, relied = Event(), Event()

    def upload() -> None:
        with db.write() as connection:
            jobs.enqueue_once_in(connection, "embed", "library", {}, requested_by="ann", now=at(0))
            relied.set()
            written.wait(2)

    with ThreadPoolExecutor(2) as pool:
        uploading = pool.submit(upload)
        assert relied.wait(10)
        claiming = pool.submit(take, db)
        if db.engine.dialect.name == "postgresql":
            assert claiming.result(10) is None  # passed over, not waited for
        written.set()
        uploading.result(10)
        claiming.result(10)
    assert jobs.list(status="running") or take(db) is not None


def test_jobs_are_listed_newest_first_page_by_page(db: Database, jobs: Jobs) -> None:
    made = [put(jobs, kind="train" if i % 2 else "tag").id for i in range(5)]
    put(Jobs(db, "other"))
    first = jobs.list(limit=3)
    assert [job.id for job in first] == made[:1:-1]
    assert [job.id for job in jobs.list(after=first[-1].seq)] == made[1::-1]
    assert [job.id for job in jobs.list(kind="train")] == [made[3], made[1]]
    taken(db)
    assert [job.id for job in jobs.list(status="running")] == [made[0]]
    with pytest.raises(NotFound, match="no job 'x'"):
        jobs.get("x")


def test_counts_cover_all_workspaces(db: Database, jobs: Jobs) -> None:
    put(jobs), put(jobs), put(Jobs(db, "other"))
    taken(db)
    assert counts(db) == {("train", "running"): 1, ("train", "queued"): 2}
