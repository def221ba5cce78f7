"""Jobs: ask for one, watch it, stop it. Exports are jobs that leave a file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse

from tagwright.flows.audit import record
from tagwright.flows.downloads import FILE_KINDS, exported_file
from tagwright.flows.jobs import cancel, finish, retry, submit
from tagwright.store.jobs import ENDED, Job, JobStatus
from tagwright.web.access import Access, Reading, Training
from tagwright.web.errors import PROBLEMS
from tagwright.web.paging import After
from tagwright.web.schemas.jobs import ExportIn, JobIn, JobOut, JobsOut

router = APIRouter(tags=["jobs"], responses=PROBLEMS)

POLL_SECONDS: Final = 0.5
"""The job may be done by another process, so the table is asked, not a memory."""
RETRY_MS: Final = 2_000
"""How long a browser waits before it connects again."""
STREAM_SECONDS: Final = 900.0
"""A stream ends after this long and is opened again: logins that ended meanwhile are noticed."""

WATCHED: Final = 200
"""Of the jobs that wait already, so many are watched; all are told of from when they run."""

JobId = Annotated[str, Path(max_length=64)]


@router.get("/jobs")
def list_jobs(
    access: Reading,
    status: JobStatus | None = None,
    kind: Annotated[str | None, Query(max_length=64)] = None,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> JobsOut:
    """The workspace's jobs, newest first."""
    found = access.ws.jobs.list(status=status, kind=kind, after=after, limit=limit + 1)
    page = found[:limit]
    return JobsOut(
        items=[JobOut.of(job) for job in page],
        next=str(page[-1].seq) if len(found) > limit else None,
    )


@router.post("/jobs", status_code=202)
def make_job(access: Training, asked: JobIn, response: Response) -> JobOut:
    """Put a job in the queue."""
    params = asked.model_dump(exclude={"kind"})
    return _submitted(access, asked.kind, params, response)


@router.post("/exports", status_code=202)
def make_export(access: Reading, asked: ExportIn, response: Response) -> JobOut:
    """Write all tags to a file; when the job is done, `GET /exports/{job}/file` gives it."""
    made = _submitted(access, "export", asked.model_dump(), response)
    record(access.ws, access.caller, "export.request", f"job:{made.id}", {"format": asked.format})
    return made


def _submitted(access: Access, kind: str, params: dict[str, object], response: Response) -> JobOut:
    job = submit(access.ws, kind, params, requested_by=access.caller.actor)
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return JobOut.of(job)


@router.get("/jobs/events", response_class=EventSourceResponse)
async def watch_jobs(
    access: Reading, last_event_id: Annotated[str | None, Header(max_length=200)] = None
) -> AsyncIterator[ServerSentEvent]:
    """Every change of the workspace's jobs, as server-sent events named `job`.

    Who comes back with the id of the last event they saw is told first what they missed.
    """
    jobs = access.ws.jobs
    newest = await run_in_threadpool(jobs.list, limit=1)
    since = newest[0].seq if newest else 0
    waiting = await run_in_threadpool(jobs.list, status="queued", limit=WATCHED)
    known = {job.id: job for job in waiting}
    yield ServerSentEvent(comment="the workspace's jobs", retry=RETRY_MS)
    for job in await run_in_threadpool(_missed, access, last_event_id):
        yield _event(job)
    async for _ in _beats(access):
        for job in await run_in_threadpool(jobs.moving, since, list(known)):
            since = max(since, job.seq)
            if known.get(job.id) != job:
                yield _event(job)
            known[job.id] = job
        known = {name: job for name, job in known.items() if job.status not in ENDED}


def _missed(access: Access, last: str | None) -> list[Job]:
    """Jobs that changed after an event, oldest first; of the newest, as far as one page goes."""
    _, _, since = (last or "").partition(".")
    if not since:
        return []
    found = access.ws.jobs.list(limit=WATCHED)
    return sorted((job for job in found if job.updated_at > since), key=lambda job: job.updated_at)


def _job(access: Reading, job: JobId) -> Job:
    return access.ws.jobs.get(job)


Named = Annotated[Job, Depends(_job)]


@router.get("/jobs/{job}")
def read_job(access: Reading, found: Named) -> JobOut:
    """One job as it stands now."""
    return JobOut.of(found)


@router.get("/jobs/{job}/events", response_class=EventSourceResponse)
async def watch_job(access: Reading, found: Named) -> AsyncIterator[ServerSentEvent]:
    """Every change of one job, as server-sent events named `job`, until it ends."""
    yield _event(found, retry=RETRY_MS)
    async for _ in _beats(access):
        if found.status in ENDED:
            return
        now = await run_in_threadpool(access.ws.jobs.get, found.id)
        if now != found:
            yield _event(now)
        found = now


async def _beats(access: Access) -> AsyncIterator[None]:
    """Twice a second, until the server stops or the stream is old. FastAPI keeps it alive."""
    for _ in range(round(STREAM_SECONDS / POLL_SECONDS)):
        if access.server.stopping.is_set():
            return
        yield
        await asyncio.sleep(POLL_SECONDS)


def _event(job: Job, retry: int | None = None) -> ServerSentEvent:
    name = f"{job.seq}.{job.updated_at}"
    return ServerSentEvent(event="job", id=name, data=JobOut.of(job), retry=retry)


@router.post("/jobs/{job}/cancel")
def cancel_job(access: Training, job: JobId) -> JobOut:
    """End a waiting job; ask a running one to stop between two batches. What is done stays."""
    return JobOut.of(cancel(access.ws, job, access.caller.actor))


@router.post("/jobs/{job}/finish")
def finish_job(access: Training, job: JobId) -> JobOut:
    """Let a running fine-tuning end now, after its first epoch at the earliest, and go on with the
    best state so far. Other jobs answer 409.
    """
    return JobOut.of(finish(access.ws, job, access.caller.actor))


@router.post("/jobs/{job}/retry")
def retry_job(access: Training, job: JobId) -> JobOut:
    """Put a failed or cancelled job in the queue again."""
    return JobOut.of(retry(access.ws, job, access.caller.actor))


@router.get(
    "/exports/{job}/file",
    response_class=FileResponse,
    responses={200: {"content": {kind.media_type: {} for kind in FILE_KINDS.values()}}},
)
def read_export(access: Reading, found: Named) -> FileResponse:
    """The file of a finished export."""
    path = exported_file(access.ws, found)
    assert found.result is not None  # it is done
    kind = FILE_KINDS[found.result["format"]]
    return FileResponse(path, media_type=kind.media_type, filename=found.result["name"])
