"""Durable jobs: a queue with leases, so that work outlives the process that does it.

A worker claims a job for a while (`lease_until`) and says again and again that it is alive. When
it dies, its lease runs out and another worker claims the job under a new lease. Whatever the dead
one may still write names its old lease, so it touches nothing and is told so (`LeaseLost`).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict, Unpack

import sqlalchemy as sa

from tagwright.core.times import later
from tagwright.errors import Conflict, NotFound
from tagwright.store import schema
from tagwright.store.engine import Database, Transaction
from tagwright.types import Json

JobStatus = Literal["queued", "running", "done", "failed", "cancelled"]
STATUSES: tuple[JobStatus, ...] = ("queued", "running", "done", "failed", "cancelled")
ENDED: tuple[JobStatus, ...] = ("done", "failed", "cancelled")
MAX_ATTEMPTS = 5
"""Claims of one job before it is given up: a picture that kills the process must not kill all."""

_T = schema.job


class LeaseLost(Conflict):
    """The job was taken by another worker, or ended: what this one does no longer counts."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. `seq` is the order of arrival and the paging cursor.

    attempts: how often it was claimed. progress: `{}` or step, done, total, rate, seconds_left.
    """

    seq: int
    id: str
    workspace: str
    kind: str
    subject: str
    params: Json
    status: JobStatus
    priority: int
    attempts: int
    max_attempts: int
    run_after: str
    lease: str | None
    lease_until: str | None
    worker: str | None
    cancel_requested: bool
    finish_requested: bool
    progress: Json
    result: Json | None
    error: str | None
    idempotency_key: str | None
    requested_by: str
    created_at: str
    started_at: str | None
    finished_at: str | None
    updated_at: str


class JobOptions(TypedDict, total=False):
    """key: an idempotency key. run_after: not before this time. priority: 0 unless said."""

    key: str | None
    run_after: str | None
    priority: int
    max_attempts: int


class Jobs:
    """The jobs of one workspace."""

    def __init__(self, db: Database, workspace: str) -> None:
        self.db = db
        self.workspace = workspace

    def enqueue(
        self,
        kind: str,
        subject: str,
        params: Json,
        *,
        requested_by: str,
        now: str,
        **options: Unpack[JobOptions],
    ) -> Job:
        """Put a job in the queue. Higher priorities go first, then the older.

        A `key` that was used before gives the job it made; Conflict where that was another job.
        """
        with self.db.write() as connection:
            return self.enqueue_in(
                connection, kind, subject, params, requested_by=requested_by, now=now, **options
            )

    def enqueue_in(
        self,
        connection: Transaction,
        kind: str,
        subject: str,
        params: Json,
        *,
        requested_by: str,
        now: str,
        **options: Unpack[JobOptions],
    ) -> Job:
        """The same, inside a transaction of the caller's."""
        key = options.get("key")
        statement = self.db.insert_missing(_T).values(
            id=uuid.uuid4().hex,
            workspace=self.workspace,
            kind=kind,
            subject=subject,
            params=json.dumps(params, sort_keys=True),
            status="queued",
            priority=options.get("priority", 0),
            attempts=0,
            max_attempts=options.get("max_attempts", MAX_ATTEMPTS),
            run_after=options.get("run_after") or now,
            progress="{}",
            idempotency_key=key,
            requested_by=requested_by,
            created_at=now,
            updated_at=now,
        )
        row = connection.execute(statement.returning(_T)).one_or_none()
        if row is not None:
            return _job(row)
        return self._made_before(connection, kind, params, key)

    def _made_before(
        self, connection: Transaction, kind: str, params: Json, key: str | None
    ) -> Job:
        found = _job(connection.execute(self._mine().where(_T.c.idempotency_key == key)).one())
        # As text: what JSON makes of a tuple or a number is what was stored.
        same = json.dumps(found.params, sort_keys=True) == json.dumps(params, sort_keys=True)
        if found.kind != kind or not same:
            raise Conflict(
                f"the idempotency key {key!r} was used for another job, {found.id!r} of kind "
                f"{found.kind!r}: give each job a key of its own"
            )
        return found

    def enqueue_once_in(
        self,
        connection: Transaction,
        kind: str,
        subject: str,
        params: Json,
        *,
        requested_by: str,
        now: str,
    ) -> Job:
        """The job of this kind and subject that waits already, else a new one."""
        waiting = (
            self._mine()
            .where(_T.c.kind == kind, _T.c.subject == subject, _T.c.status == "queued")
            .limit(1)
            # Nobody may claim it before the caller's transaction ends: the job would not see
            # what the caller writes, and nothing would be left in the queue to see it later.
            .with_for_update(read=True)
        )
        row = connection.execute(waiting).one_or_none()
        if row is not None:
            return _job(row)
        return self.enqueue_in(
            connection, kind, subject, params, requested_by=requested_by, now=now
        )

    def get(self, job: str) -> Job:
        """Raises NotFound."""
        with self.db.read() as connection:
            row = connection.execute(self._mine().where(_T.c.id == job)).one_or_none()
        if row is None:
            raise _unknown(job)
        return _job(row)

    def list(
        self,
        *,
        status: JobStatus | None = None,
        kind: str | None = None,
        after: int | None = None,
        limit: int = 50,
    ) -> list[Job]:
        """Newest first. after: the `seq` of the last job of the page before."""
        query = self._mine().order_by(_T.c.seq.desc()).limit(limit)
        if status is not None:
            query = query.where(_T.c.status == status)
        if kind is not None:
            query = query.where(_T.c.kind == kind)
        if after is not None:
            query = query.where(_T.c.seq < after)
        with self.db.read() as connection:
            return [_job(row) for row in connection.execute(query)]

    def moving(self, since: int, watched: Collection[str]) -> Sequence[Job]:
        """Oldest first: what runs, what came after the `seq` `since`, and what is watched."""
        runs = _T.c.status == "running"
        query = self._mine().where(sa.or_(runs, _T.c.seq > since, _T.c.id.in_(watched)))
        with self.db.read() as connection:
            return [_job(row) for row in connection.execute(query.order_by(_T.c.seq))]

    def request_cancel(self, job: str, now: str) -> Job:
        """End a waiting job at once; ask a running one to stop. Safe to repeat.

        Raises Conflict where it has ended another way.
        """
        waits = _T.c.status == "queued"
        statement = (
            self._change(job)
            .where(_T.c.status.in_(("queued", "running")))
            .values(
                cancel_requested=True,
                status=sa.case((waits, "cancelled"), else_=_T.c.status),
                finished_at=sa.case((waits, now), else_=None),
                updated_at=now,
            )
        )
        changed = self._changed(statement)
        found = changed or self.get(job)
        if found.status in ("done", "failed"):
            raise Conflict(f"job {job!r} is {found.status} already: there is nothing to cancel")
        return found

    def request_finish(self, job: str, now: str) -> Job:
        """Ask a running job to end soon with what it has. Safe to repeat.

        Raises Conflict where it does not run.
        """
        statement = (
            self._change(job)
            .where(_T.c.status == "running")
            .values(finish_requested=True, updated_at=now)
        )
        changed = self._changed(statement)
        if changed is None:
            status = self.get(job).status
            raise Conflict(f"job {job!r} is {status}: only a running job can be finished early")
        return changed

    def retry(self, job: str, now: str) -> Job:
        """Put a failed or cancelled job in the queue again, with all its attempts.

        Raises Conflict where it waits, runs or is done.
        """
        statement = (
            self._change(job)
            .where(_T.c.status.in_(("failed", "cancelled")))
            .values(
                **_UNHELD,
                status="queued",
                attempts=0,
                run_after=now,
                cancel_requested=False,
                finish_requested=False,
                progress="{}",
                error=None,
                finished_at=None,
                updated_at=now,
            )
        )
        changed = self._changed(statement)
        if changed is None:
            status = self.get(job).status
            raise Conflict(
                f"job {job!r} is {status}: only a failed or cancelled job can be tried again"
            )
        return changed

    def heartbeat(self, lease: str, now: str, until: str, progress: Json | None = None) -> Job:
        """Keep a job until `until`. Returns it, with what was asked of it. Raises LeaseLost."""
        told = {} if progress is None else {"progress": json.dumps(progress)}
        with self.db.write() as connection:
            return self._held(connection, lease, lease_until=until, updated_at=now, **told)

    def finish_in(self, connection: Transaction, lease: str, result: Json, now: str) -> Job:
        """The job is done. Raises LeaseLost."""
        values = {"result": json.dumps(result), "error": None}
        return self._put_down(connection, lease, now, status="done", finished_at=now, **values)

    def cancelled_in(self, connection: Transaction, lease: str, now: str) -> Job:
        """The job stopped because it was asked to. Raises LeaseLost."""
        return self._put_down(connection, lease, now, status="cancelled", finished_at=now)

    def fail_in(
        self, connection: Transaction, lease: str, error: str, retry_at: str | None, now: str
    ) -> Job:
        """Note what went wrong; the job waits until `retry_at` if it has attempts left.

        Raises LeaseLost.
        """
        last = _T.c.attempts >= _T.c.max_attempts if retry_at else sa.true()
        return self._put_down(
            connection,
            lease,
            now,
            status=sa.case((_T.c.cancel_requested, "cancelled"), (last, "failed"), else_="queued"),
            error=error,
            run_after=retry_at or now,
            finished_at=sa.case((sa.or_(_T.c.cancel_requested, last), now), else_=None),
        )

    def release_in(self, connection: Transaction, lease: str, now: str) -> Job:
        """Put a job back, as a worker that stops in good order does: it costs no attempt.

        Raises LeaseLost.
        """
        return self._put_down(
            connection,
            lease,
            now,
            status=sa.case((_T.c.cancel_requested, "cancelled"), else_="queued"),
            finished_at=sa.case((_T.c.cancel_requested, now), else_=None),
            attempts=_T.c.attempts - 1,
            run_after=now,
        )

    def _put_down(self, connection: Transaction, lease: str, now: str, **values: Any) -> Job:
        return self._held(connection, lease, **_UNHELD, updated_at=now, **values)

    def _held(self, connection: Transaction, held: str, **values: Any) -> Job:
        """Change the job that is held under this lease, and no other."""
        mine = _T.c.workspace == self.workspace, _T.c.lease == held, _T.c.status == "running"
        row = connection.execute(
            _T.update().where(*mine).values(**values).returning(_T)
        ).one_or_none()
        if row is None:
            raise LeaseLost(
                f"lease {held!r} holds no job any more: it ran out and another worker took the "
                f"job, so what this worker did late was not written"
            )
        return _job(row)

    def _mine(self) -> sa.Select[Any]:
        return sa.select(_T).where(_T.c.workspace == self.workspace)

    def _change(self, job: str) -> sa.Update:
        return _T.update().where(_T.c.workspace == self.workspace, _T.c.id == job)

    def _changed(self, statement: sa.Update) -> Job | None:
        with self.db.write() as connection:
            row = connection.execute(statement.returning(_T)).one_or_none()
        return None if row is None else _job(row)


_UNHELD: dict[str, None] = {"lease": None, "lease_until": None, "worker": None}


def claim(
    db: Database,
    worker: str,
    kinds: Sequence[str],
    clock: Callable[[], str],
    seconds: float,
    buried: Callable[[Transaction, Job], object] = lambda connection, job: None,
) -> Job | None:
    """The next job of any workspace, held by `worker` for so long; None where none is due.

    Jobs whose worker died are due again; after `max_attempts` claims they fail. Of one workspace,
    kind and subject at most one runs (but those without a subject, which may run side by side).
    buried: told, in the same transaction, of jobs that were given up.
    """
    with db.write() as connection:
        # On PostgreSQL two claims that do not see each other's could take two jobs of one
        # subject. Claims take about a millisecond, so they can stand in line.
        db.serialise(connection, "claim a job")
        now = clock()  # not before: whoever waited for the lock would get a lease half run out
        for job in _bury(connection, now):
            buried(connection, job)
        lost = sa.and_(_T.c.status == "running", _T.c.lease_until <= now)
        due = sa.and_(_T.c.status == "queued", _T.c.run_after <= now)
        other = _T.alias("other")
        busy = sa.exists().where(
            other.c.workspace == _T.c.workspace,
            other.c.kind == _T.c.kind,
            other.c.subject == _T.c.subject,
            other.c.subject != "",
            other.c.status == "running",
            other.c.lease_until > now,
        )
        chosen = (
            sa.select(_T.c.id)
            .where(_T.c.kind.in_(kinds), sa.or_(due, lost), ~busy)
            .order_by(_T.c.priority.desc(), _T.c.seq)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        statement = (
            _T.update()
            .where(_T.c.id == chosen)
            .values(
                status="running",
                attempts=_T.c.attempts + 1,
                lease=uuid.uuid4().hex,
                lease_until=later(now, seconds),
                worker=worker,
                started_at=sa.func.coalesce(_T.c.started_at, now),
                updated_at=now,
            )
        )
        row = connection.execute(statement.returning(_T)).one_or_none()
    return None if row is None else _job(row)


def _bury(connection: Transaction, now: str) -> list[Job]:
    """End what no worker should take up again: its last attempt died, or it was to be cancelled."""
    given_up = connection.execute(
        _T.update()
        .where(
            _T.c.status == "running",
            _T.c.lease_until <= now,
            sa.or_(_T.c.attempts >= _T.c.max_attempts, _T.c.cancel_requested),
        )
        .values(
            **_UNHELD,
            status=sa.case((_T.c.cancel_requested, "cancelled"), else_="failed"),
            error=sa.case(
                (_T.c.cancel_requested, None),
                else_=sa.literal("the worker stopped without a word, at attempt ")
                + sa.cast(_T.c.attempts, sa.Text)
                + ": see its log, then try the job again",
            ),
            finished_at=now,
            updated_at=now,
        )
        .returning(_T)
    )
    return [_job(row) for row in given_up]


def counts(db: Database) -> dict[tuple[str, JobStatus], int]:
    """How many jobs of all workspaces there are, by kind and status."""
    query = sa.select(_T.c.kind, _T.c.status, sa.func.count()).group_by(_T.c.kind, _T.c.status)
    with db.read() as connection:
        return {(kind, status): n for kind, status, n in connection.execute(query)}


def _job(row: sa.Row[Any]) -> Job:
    values = dict(row._mapping)
    values["params"] = json.loads(row.params)
    values["progress"] = json.loads(row.progress)
    values["result"] = None if row.result is None else json.loads(row.result)
    return Job(**values)


def _unknown(job: str) -> NotFound:
    return NotFound(f"there is no job {job!r} in this workspace: list the jobs for their ids")
