"""Workers: take jobs from the queue, do them, and keep saying that they are alive.

Any number of workers, in any number of processes, may work on one library. One that is killed
loses nothing: its lease runs out, and another takes up the job where the last batch was stored.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from types import TracebackType
from typing import Final, Self

import numpy as np

from tagwright.core.backoff import retry_delay
from tagwright.core.times import later
from tagwright.errors import TagwrightError, TooMany, Unavailable
from tagwright.flows.events import Event, emit_in
from tagwright.flows.installation import Installation
from tagwright.flows.jobs import KINDS, Cancelled, Control, JobKind
from tagwright.flows.workspace import Workspace
from tagwright.store.engine import Transaction
from tagwright.store.jobs import Job, Jobs, LeaseLost, claim
from tagwright.types import Json

log = logging.getLogger(__name__)

POLL_SECONDS: Final = 0.5
"""How long an idle worker waits before it looks again."""
TROUBLE_SECONDS: Final = 2.0
"""How long a worker waits when the database cannot be reached."""
BEATS: Final = 3
"""Heartbeats a lease: two may be lost before the job is."""
STOP_SECONDS: Final = 20.0
"""How long a thread that is stopped may take to end its batch."""


TOLD: Final[Mapping[str, Event]] = {"done": "job.finished", "failed": "job.failed"}
"""What webhooks hear when a job ends like this."""
Ending = Callable[[Jobs, Transaction, str, str], Job]
"""Writes down how a job ended; gets its lease and the time. Raises LeaseLost."""


class Released(Exception):
    """The worker is stopping; another will take the job up again."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to do every so many seconds, beside the jobs, and not at once when a worker
    starts. Several workers may do it at the same time.

    run: gets the installation and the time.
    """

    name: str
    seconds: float
    run: Callable[[Installation, str], object]


class Worker:
    """Claims a job, runs it, and claims the next, until it is stopped.

    clock: seconds on a clock of its own. rng: scatters the waits before something is tried again.
    """

    def __init__(
        self,
        installation: Installation,
        name: str,
        kinds: Mapping[str, JobKind] = KINDS,
        *,
        ticks: Sequence[Tick] = (),
        clock: Callable[[], float] = monotonic,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.installation = installation
        self.name = name
        self.kinds = kinds
        self.ticks = ticks
        self.clock = clock
        self.rng = rng or np.random.default_rng()
        self._stopping = threading.Event()

    def run(self) -> None:
        """Work until `stop`. The job in hand is put back between two of its batches."""
        log.info("worker_started", extra={"worker": self.name})
        ticker = threading.Thread(target=self._tick, name=f"{self.name} ticks", daemon=True)
        ticker.start()
        while not self._stopping.is_set():
            try:
                wait = 0.0 if self.run_one() else POLL_SECONDS
            except TagwrightError as error:  # the database is away: jobs and leases wait there
                log.warning("worker_waits", extra={"worker": self.name, "reason": str(error)})
                wait = TROUBLE_SECONDS
            self._stopping.wait(wait)
        ticker.join(STOP_SECONDS)
        log.info("worker_stopped", extra={"worker": self.name})

    def stop(self) -> None:
        """Ask `run` to end soon. May be called from a signal handler or another thread."""
        self._stopping.set()

    def run_one(self) -> bool:
        """Do the next job, whatever comes of it. Returns whether there was one."""
        db, seconds = self.installation.db, self.installation.settings.lease_seconds
        job = claim(db, self.name, list(self.kinds), self.installation.now, seconds, self._tell)
        if job is None:
            return False
        told = {"job": job.id, "kind": job.kind, "attempt": job.attempts, "worker": self.name}
        log.info("job_started", extra=told)
        began = self.clock()
        ws = self.installation.workspace(job.workspace)
        with _Hold(ws, job, self._stopping, self.clock) as hold:
            outcome = self._settled(ws, job, hold)
        log.info("job_ended", extra=told | {"as": outcome, "seconds": self.clock() - began})
        return True

    def _settled(self, ws: Workspace, job: Job, hold: _Hold) -> str:
        """Run a job and write down how it ended. Returns that in a word."""
        try:
            write = self._attempt(ws, job, hold)
            with ws.db.write() as transaction:
                ended = write(ws.jobs, transaction, hold.lease, ws.now())
                self._tell(transaction, ended)
        except LeaseLost as error:
            log.warning("lease_lost", extra={"job": job.id, "reason": str(error)})
            return "lost"
        return ended.status

    def _tell(self, transaction: Transaction, job: Job) -> None:
        """Webhooks hear of a job's end, if it is one, in the transaction that ends it."""
        if job.status in TOLD:
            told = {"job": job.id, "kind": job.kind, "subject": job.subject}
            ws = self.installation.workspace(job.workspace)
            emit_in(ws, transaction, TOLD[job.status], told)

    def _attempt(self, ws: Workspace, job: Job, hold: _Hold) -> Ending:
        """Run a job. This is the door where all errors are caught, but the loss of the job."""
        control = Control(
            job.id, job.requested_by, hold.check, hold.tell, self.clock, hold.finishes
        )
        try:
            hold.check()
            result = self.kinds[job.kind].run(ws, job.params, control)
        except Cancelled:
            return Jobs.cancelled_in
        except Released:
            return Jobs.release_in
        except LeaseLost:
            raise
        except TagwrightError as error:
            log.warning("job_failed", extra={"job": job.id, "reason": str(error)})
            return self._failure(job, str(error), error)
        except Exception as error:
            log.exception("job_failed", extra={"job": job.id})
            return self._failure(job, f"unexpected {type(error).__name__}: {error}", None)
        return lambda jobs, transaction, lease, now: jobs.finish_in(transaction, lease, result, now)

    def _failure(self, job: Job, message: str, error: TagwrightError | None) -> Ending:
        """What a second try may mend is tried again later; what was given wrongly is not."""
        final = error is not None and not isinstance(error, Unavailable | TooMany)
        asked = error.retry_after if isinstance(error, TooMany) else 0.0
        wait = max(retry_delay(job.attempts, self.rng), asked)
        return lambda jobs, transaction, lease, now: jobs.fail_in(
            transaction, lease, message, None if final else later(now, wait), now
        )

    def _tick(self) -> None:
        due = {tick.name: self.clock() + tick.seconds for tick in self.ticks}
        while not self._stopping.is_set():
            for tick in self.ticks:
                if self.clock() >= due[tick.name] and not self._stopping.is_set():
                    self._do(tick)
                    due[tick.name] = self.clock() + tick.seconds
            nearest = min((at - self.clock() for at in due.values()), default=POLL_SECONDS)
            self._stopping.wait(min(max(nearest, 0.0), POLL_SECONDS))

    def _do(self, tick: Tick) -> None:
        try:
            tick.run(self.installation, self.installation.now())
        except Unavailable as error:  # the database is away, or the disk full: its turn comes again
            log.warning("tick_waits", extra={"tick": tick.name, "reason": str(error)})
        except Exception:  # one that fails must not keep the others from being done
            log.exception("tick_failed", extra={"tick": tick.name})


@dataclass(slots=True)
class _Hold:
    """A job in hand: a thread keeps its lease while the job is too busy to say anything."""

    ws: Workspace
    job: Job
    stopping: threading.Event
    clock: Callable[[], float]
    _cancelled: bool = False
    _finishes: bool = False
    _lost: LeaseLost | None = None
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._keep, name=f"job {self.job.id}", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        assert self._thread is not None
        self._thread.join()

    @property
    def lease(self) -> str:
        assert self.job.lease is not None  # it was claimed
        return self.job.lease

    def check(self) -> None:
        """Raises LeaseLost, Cancelled or Released when the job must be put down."""
        if self._lost is not None:
            raise self._lost
        if self._cancelled:
            raise Cancelled
        if self.stopping.is_set():
            raise Released

    def finishes(self) -> bool:
        """Whether a person asked the job to end soon and keep what it has."""
        return self._finishes or self.job.finish_requested

    def tell(self, progress: Json) -> None:
        """Write progress down, which is a heartbeat too. Raises as `check` does."""
        self._beat(progress)
        self.check()

    def _keep(self) -> None:
        while not self._ended.wait(self.ws.settings.lease_seconds / BEATS) and self._lost is None:
            self._beat(None)

    def _beat(self, progress: Json | None) -> None:
        now = self.ws.now()
        until = later(now, self.ws.settings.lease_seconds)
        try:
            held = self.ws.jobs.heartbeat(self.lease, now, until, progress)
            self._cancelled, self._finishes = held.cancel_requested, held.finish_requested
        except LeaseLost as error:
            self._lost = error
        except Unavailable as error:
            # The lease outlives a short absence of the database; the next beat will tell.
            log.warning("heartbeat_failed", extra={"job": self.job.id, "reason": str(error)})


class Running:
    """A worker in a thread of this process."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._thread = threading.Thread(target=worker.run, name=worker.name, daemon=True)
        self._thread.start()

    def stop_soon(self) -> None:
        """Ask it to end its batch, and do not wait."""
        self._worker.stop()

    def wait(self) -> None:
        """Until it has ended."""
        # In pieces: a signal that comes just before the thread blocks is heard when it wakes.
        while self._thread.is_alive():
            self._thread.join(POLL_SECONDS)

    def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """Let it end its batch. Returns whether it did in time; if not, its lease will run out."""
        self.stop_soon()
        self._thread.join(seconds)
        return not self._thread.is_alive()


def run_in_thread(
    installation: Installation,
    name: str,
    *,
    ticks: Sequence[Tick] = (),
    kinds: Mapping[str, JobKind] = KINDS,
) -> Running:
    """A worker beside whatever this process does; `stop` it before the installation is closed."""
    return Running(Worker(installation, name, kinds, ticks=ticks))
