"""Jobs over HTTP: asked for, watched, stopped; and the files that exports leave."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Message

from tagwright.flows.jobs import Control, JobKind
from tagwright.flows.working import Worker, run_in_thread
from tagwright.flows.workspace import Workspace
from tagwright.store.jobs import Job, claim
from tagwright.types import Json
from tagwright.web.app import make_app
from tagwright.web.state import Server

JOBS = "/api/v1/jobs"


@pytest.fixture
def ws(server: Server) -> Workspace:
    return server.installation.home


@pytest.fixture
def worker(server: Server) -> Worker:
    """A worker that works when it is told to."""
    return Worker(server.installation, "one")


def put(ws: Workspace, kind: str = "chore") -> Job:
    return ws.jobs.enqueue(kind, "", {}, requested_by="ann", now=ws.now())


def count(ws: Workspace, params: Json, control: Control) -> Json:
    """A job of two seconds."""
    for done in range(1, 5):
        control.progress("counting", done, 4)
        time.sleep(0.5)
    return {"counted": 4}


def events(text: str) -> list[dict[str, str]]:
    """The fields of each server-sent event."""
    blocks = [block for block in text.split("\n\n") if block]
    return [
        dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        for block in blocks
    ]


def jobs_in(text: str) -> list[Any]:
    return [json.loads(event["data"]) for event in events(text) if event.get("event") == "job"]


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        pytest.param({"kind": "tag", "taxonomy": "shapes"}, "shapes", id="tag"),
        pytest.param(
            {"kind": "train", "taxonomy": "shapes", "contract": {"target": 0.6}},
            "shapes",
            id="train",
        ),
        pytest.param(
            {"kind": "train", "taxonomy": "shapes", "contract": {"target": 0.6}, "recipe": "tree"},
            "shapes",
            id="train a tree of questions",
        ),
        pytest.param({"kind": "clean", "taxonomy": "shapes"}, "shapes", id="clean"),
        pytest.param({"kind": "embed"}, "library", id="embed"),
    ],
)
def test_a_job_is_accepted_done_and_read(
    local: TestClient, worker: Worker, asked: Json, subject: str
) -> None:
    accepted = local.post(JOBS, json=asked)
    assert accepted.status_code == 202
    job = accepted.json()
    assert (job["status"], job["subject"], job["progress"]) == ("queued", subject, None)
    assert accepted.headers["location"] == f"{JOBS}/{job['id']}"
    assert worker.run_one()
    done = local.get(accepted.headers["location"]).json()
    assert (done["status"], done["error"]) == ("done", None)
    assert done["result"] is not None


@pytest.mark.parametrize(
    ("asked", "status", "said"),
    [
        pytest.param({"kind": "tag", "taxonomy": "x"}, 404, "'x'", id="no such taxonomy"),
        pytest.param({"kind": "dance"}, 422, "dance", id="no such kind"),
        pytest.param({"kind": "tag"}, 422, "taxonomy", id="no taxonomy"),
        pytest.param({"kind": "embed", "more": 1}, 422, "more", id="an unknown field"),
        pytest.param(
            {"kind": "train", "taxonomy": "shapes", "recipe": "oak"}, 422, "recipe", id="no recipe"
        ),
        pytest.param(
            {"kind": "train", "taxonomy": "shapes", "contract": {"target": 1}},
            422,
            "less than 1",
            id="a certainty",
        ),
    ],
)
def test_what_cannot_be_done_is_refused_before_it_is_queued(
    local: TestClient, ws: Workspace, asked: Json, status: int, said: str
) -> None:
    refused = local.post(JOBS, json=asked)
    assert refused.status_code == status
    assert said in refused.json()["detail"]
    assert ws.jobs.list() == []


def test_jobs_are_listed_in_pages(local: TestClient, ws: Workspace) -> None:
    made = [put(ws).id for _ in range(5)]
    page = local.get(JOBS, params={"limit": 3}).json()
    assert [job["id"] for job in page["items"]] == made[:1:-1]
    rest = local.get(JOBS, params={"limit": 3, "after": page["next"]}).json()
    assert [job["id"] for job in rest["items"]] == made[1::-1]
    assert rest["next"] is None
    assert local.get(JOBS, params={"kind": "tag"}).json()["items"] == []
    assert len(local.get(JOBS, params={"status": "queued"}).json()["items"]) == 5


@pytest.mark.parametrize("after", ["x", "-1", "²", "9" * 20])
def test_a_cursor_that_is_none_is_refused(local: TestClient, after: str) -> None:
    assert local.get(JOBS, params={"after": after}).status_code == 422


def test_a_job_is_cancelled_and_tried_again(local: TestClient, ws: Workspace) -> None:
    job = put(ws)
    assert local.post(f"{JOBS}/{job.id}/retry").status_code == 409
    assert local.post(f"{JOBS}/{job.id}/cancel").json()["status"] == "cancelled"
    assert local.post(f"{JOBS}/{job.id}/retry").json()["status"] == "queued"


def test_a_running_fine_tuning_is_asked_to_end_with_its_best_state(
    local: TestClient, server: Server, ws: Workspace
) -> None:
    asked = {"kind": "train", "taxonomy": "shapes", "recipe": "finetune"}
    job = local.post(JOBS, json=asked).json()
    waits = local.post(f"{JOBS}/{job['id']}/finish")
    assert (waits.status_code, "is queued" in waits.json()["detail"]) == (409, True)
    claim(server.installation.db, "one", ["train"], ws.now, 30)
    told = local.post(f"{JOBS}/{job['id']}/finish").json()
    assert (told["status"], told["finish_requested"]) == ("running", True)
    assert not told["cancel_requested"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "jobs/none"),
        ("GET", "jobs/none/events"),
        ("POST", "jobs/none/cancel"),
        ("POST", "jobs/none/finish"),
        ("POST", "jobs/none/retry"),
        ("GET", "exports/none/file"),
    ],
)
def test_a_job_that_is_not_there_is_not_found(local: TestClient, method: str, path: str) -> None:
    answer = local.request(method, f"/api/v1/{path}")
    assert answer.status_code == 404
    assert "no job 'none'" in answer.json()["detail"]


@pytest.fixture
def counting(server: Server) -> Iterator[None]:
    """A worker that runs chores, in a thread of its own."""
    kinds = {"chore": JobKind(count, lambda params: "")}
    running = run_in_thread(server.installation, "one", kinds=kinds)
    yield
    assert running.stop()


@pytest.mark.usefixtures("counting")
def test_one_jobs_events_tell_of_its_progress_and_end_with_it(
    local: TestClient, ws: Workspace
) -> None:
    job = put(ws)
    stream = local.get(f"{JOBS}/{job.id}/events")
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert events(stream.text)[0]["retry"] == "2000"
    names = [event["id"] for event in events(stream.text)]
    assert len(names) == len(set(names)) >= 3
    told = jobs_in(stream.text)
    assert [job["status"] for job in told][-1] == "done"
    steps = [job["progress"]["done"] for job in told if job["progress"]]
    assert steps == sorted(steps)
    assert len(set(steps)) >= 2
    again = jobs_in(local.get(f"{JOBS}/{job.id}/events").text)
    assert [job["status"] for job in again] == ["done"]


def test_who_comes_back_is_told_what_they_missed(
    local: TestClient, server: Server, ws: Workspace
) -> None:
    first, second = put(ws), put(ws, "embed")
    ws.jobs.request_cancel(second.id, ws.now())
    server.stopping.set()
    seen = f"{first.seq}.{first.updated_at}"
    told = jobs_in(local.get(f"{JOBS}/events", headers={"Last-Event-ID": seen}).text)
    assert [(job["id"], job["status"]) for job in told] == [(second.id, "cancelled")]
    assert jobs_in(local.get(f"{JOBS}/events").text) == []


def listen(
    server: Server, path: str, heard: Callable[[str], bool], seconds: float
) -> list[Message]:
    """What is sent, spoken to without a client in between.

    heard: given all that came so far, whether to hang up.
    """
    sent: list[Message] = []

    async def speak() -> None:
        enough = asyncio.Event()
        requests = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive() -> Message:
            for request in requests:
                return request
            await enough.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)
            if heard(b"".join(m.get("body", b"") for m in sent).decode()):
                enough.set()

        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": b"",
            "headers": [(b"host", b"localhost")],
            "client": ("127.0.0.1", 50_000),
            "server": ("localhost", 80),
        }
        await asyncio.wait_for(make_app(server)(scope, receive, send), seconds)

    asyncio.run(speak())
    return sent


@pytest.mark.usefixtures("counting")
def test_the_workspaces_events_tell_of_every_job_until_the_server_stops(
    server: Server, ws: Workspace
) -> None:
    waited = put(ws)
    came: list[Job] = []

    def told(text: str, job: Job) -> list[str]:
        return [told["status"] for told in jobs_in(text) if told["id"] == job.id]

    def meanwhile(text: str) -> bool:
        if told(text, waited) and not came:
            came.append(put(ws, "embed"))
        elif came and told(text, came[0]) == ["queued"] and "done" in told(text, waited):
            ws.jobs.request_cancel(came[0].id, ws.now())
        elif came and "cancelled" in told(text, came[0]):
            server.stopping.set()
        return False

    sent = listen(server, f"{JOBS}/events", meanwhile, seconds=60)
    text = b"".join(message.get("body", b"") for message in sent).decode()
    assert told(text, came[0]) == ["queued", "cancelled"]
    assert told(text, waited)[-1] == "done"


def test_a_stream_whose_reader_has_gone_ends(server: Server, ws: Workspace) -> None:
    sent = listen(server, f"{JOBS}/{put(ws).id}/events", bool, seconds=10)
    assert sent[0]["status"] == 200


@pytest.mark.parametrize(
    ("format_", "media_type", "suffix"),
    [
        ("csv", "text/csv; charset=utf-8", ".csv"),
        ("jsonl", "application/x-ndjson", ".jsonl"),
        ("xmp-zip", "application/zip", ".zip"),
    ],
)
def test_an_export_is_made_and_fetched(
    local: TestClient, worker: Worker, format_: str, media_type: str, suffix: str
) -> None:
    accepted = local.post("/api/v1/exports", json={"format": format_})
    assert accepted.status_code == 202
    job = accepted.json()["id"]
    place = f"/api/v1/exports/{job}/file"
    early = local.get(place)
    assert (early.status_code, "queued" in early.json()["detail"]) == (409, True)
    assert worker.run_one()
    result = local.get(accepted.headers["location"]).json()["result"]
    fetched = local.get(place)
    assert fetched.headers["content-type"] == media_type
    assert fetched.headers["content-disposition"] == f'attachment; filename="{result["name"]}"'
    assert result["name"].endswith(suffix)
    assert len(fetched.content) == result["size"] > 0


def test_a_job_that_failed_says_why(local: TestClient, server: Server, ws: Workspace) -> None:
    def run(ws: Workspace, params: Json, control: Control) -> Json:
        raise KeyError("x")

    job = put(ws)
    Worker(server.installation, "one", {"chore": JobKind(run, lambda params: "")}).run_one()
    read = local.get(f"{JOBS}/{job.id}").json()
    assert (read["status"], read["attempts"]) == ("queued", 1)
    assert read["error"] == "unexpected KeyError: 'x'"
    assert "Traceback" not in json.dumps(read)
