"""Worker processes on one library: killed, stopped, many at once. Each job is done once."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tagwright.config import Settings
from tagwright.flows.installation import Installation
from tagwright.flows.jobs import submit
from tagwright.flows.library import Library
from tagwright.flows.working import Worker
from tagwright.flows.workspace import Workspace, create
from tagwright.store.jobs import Job, counts
from tagwright.types import Json
from tests import working_process
from tests.launching import Program, launch
from tests.pictures import draw_folders
from tests.tiny import tiny_backbone_row

KILLS = 2
"""How often each job's worker is killed: fewer than a job has attempts."""
SECONDS = 120.0
"""A minute or two for a busy machine; a test that waits this long has failed."""


@dataclass(frozen=True, slots=True)
class World:
    """A library, and worker processes on it."""

    ws: Workspace
    environ: dict[str, str]
    processes: list[Program]

    def start(self, name: str, lease: float = 1.5) -> Program:
        """A worker; its leases run out soon, unless told otherwise."""
        program = launch(
            main=partial(working_process.main, str(self.ws.root), name),
            settings=self.environ | {"TAGWRIGHT_LEASE_SECONDS": str(lease)},
            err=self.ws.root.parent / f"{name}.log",
        )
        self.processes.append(program)
        return program

    def ready(self, program: Program) -> Program:
        program.until(re.compile("^ready$", re.MULTILINE))
        return program

    def until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS
        while not true():
            assert time.monotonic() < deadline, self.ws.jobs.list()
            time.sleep(0.02)


@pytest.fixture
def world(tmp_path: Path, database_url: str | None) -> Iterator[World]:
    settings = Settings(
        backbone=str(tiny_backbone_row(tmp_path)),
        cache=tmp_path / "cache",
        workers=2,
        database_url=database_url,
    )
    given = {
        "BACKBONE": settings.backbone,
        "CACHE": str(settings.cache),
        "WORKERS": "2",
        **({} if database_url is None else {"DATABASE_URL": database_url}),
    }
    environ = {f"TAGWRIGHT_{name}": value for name, value in given.items()}
    made = World(create(tmp_path / "library", settings), environ, [])
    yield made
    for process in made.processes:
        process.kill()
    made.ws.close()


def put(world: World, subject: str, params: Json) -> Job:
    ws = world.ws
    return ws.jobs.enqueue("chore", subject, params, requested_by="ann", now=ws.now())


def test_three_processes_do_three_hundred_jobs_once_each(world: World, tmp_path: Path) -> None:
    note = tmp_path / "note"
    subjects = ("", "", "shapes")
    made = {
        put(world, subjects[i % 3], {"file": str(note)}).id: subjects[i % 3] for i in range(300)
    }
    for process in [world.start(f"worker {i}", lease=30) for i in range(3)]:
        world.ready(process)
    world.until(lambda: counts(world.ws.db) == {("chore", "done"): 300})
    lines = [line.split() for line in note.read_text().splitlines()]
    assert Counter(job for word, job in lines if word == "end") == dict.fromkeys(made, 1)
    one_at_a_time = [word for word, job in lines if made[job] == "shapes"]
    assert one_at_a_time == ["begin", "end"] * 100


def test_a_job_of_a_killed_process_is_taken_over_by_another(world: World, tmp_path: Path) -> None:
    note = tmp_path / "note"
    # Long enough to be caught at it, also where a look takes seconds.
    job = put(world, "", {"file": str(note), "seconds": 8})
    first, second = (world.ready(world.start(name)) for name in ("one", "two"))
    world.until(lambda: world.ws.jobs.get(job.id).progress.get("done", 0) > 0)
    owner = {"one": first, "two": second}[str(world.ws.jobs.get(job.id).worker)]
    owner.kill()
    world.until(lambda: world.ws.jobs.get(job.id).status == "done")
    assert world.ws.jobs.get(job.id).attempts == 2
    assert note.read_text() == f"begin {job.id}\nbegin {job.id}\nend {job.id}\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_process_that_is_asked_to_stop_puts_its_job_back(
    world: World, tmp_path: Path, number: signal.Signals
) -> None:
    job = put(world, "", {"file": str(tmp_path / "note"), "seconds": 60})
    process = world.ready(world.start("one"))
    world.until(lambda: world.ws.jobs.get(job.id).status == "running")
    process.signal(number)
    assert process.wait(SECONDS) == 0
    found = world.ws.jobs.get(job.id)
    assert (found.status, found.attempts) == ("queued", 0)


def test_a_second_signal_ends_a_process_at_once(world: World, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")  # nobody reads it: a step that lasts for ever
    job = put(world, "", {"file": str(tmp_path / "fifo")})
    process = world.ready(world.start("one"))
    world.until(lambda: world.ws.jobs.get(job.id).progress.get("step") == "begun")
    time.sleep(0.5)  # it stands at the file by then
    process.signal(signal.SIGTERM)
    time.sleep(2)  # it is heard by then
    assert process.code is None
    process.signal(signal.SIGTERM)
    assert process.wait(SECONDS) == -signal.SIGTERM


def state(ws: Workspace) -> dict[str, object]:
    """All that a user can see of the work, but its times."""
    library = Library(ws)
    champion = ws.models.champion("shapes")
    assert champion is not None
    tags = [json.loads(line) for line in library.tags(suggested=True).splitlines()]
    for picture in tags:
        for tag in picture["tags"]:
            del tag["at"]
    arrays = ws.models.load(champion)[0]
    return {
        "tags": tags,
        "versions": [row.version for row in ws.models.all("shapes")],
        "runs": sorted((run.kind, run.actor) for run in ws.runs.all()),
        "arrays": {name: array.tobytes() for name, array in sorted(arrays.items())},
    }


def next_job(ws: Workspace, kind: str, folder: Path) -> Job:
    """The step's job. A training that makes a champion puts the tagging in the queue itself."""
    given: dict[str, Json] = {
        "import": {
            "source": {"folder": str(folder / "shapes")},
            "trusted": True,
            "options": {"labels": "folders", "hold_back": 0.25},
        },
        "train": {"taxonomy": "shapes", "contract": {"target": 0.6}},
    }
    if kind in given:
        return submit(ws, kind, given[kind], requested_by="ann")
    (job,) = ws.jobs.list(kind=kind)
    return job


@pytest.mark.slow
def test_killed_at_any_moment_the_work_ends_as_if_nothing_had_been(
    world: World, tmp_path: Path, fresh_database: Callable[[], str | None]
) -> None:
    rng = np.random.default_rng(20261124)
    kinds = ("import", "train", "tag")
    draw_folders(tmp_path / "shapes", 200)
    with Library(
        create(tmp_path / "clean", replace(world.ws.settings, database_url=fresh_database()))
    ) as clean:
        usual = {}
        for kind in kinds:
            next_job(clean.workspace, kind, tmp_path)
            began = time.monotonic()
            assert Worker(Installation(clean.workspace), "clean").run_one()
            usual[kind] = time.monotonic() - began
        expected = state(clean.workspace)
    for kind in kinds:
        job = next_job(world.ws, kind, tmp_path).id
        for kill in range(KILLS):
            name = f"{kind} {kill}"
            process = world.start(name)
            world.until(lambda job=job, name=name: is_taken(world.ws, job, name))  # type: ignore[misc]
            time.sleep(float(rng.uniform(0, 1)) * usual[kind])
            process.kill()
        process = world.start("last")
        world.until(lambda job=job: world.ws.jobs.get(job).status == "done")  # type: ignore[misc]
        process.kill()
    assert counts(world.ws.db) == {(kind, "done"): 1 for kind in kinds}
    assert state(world.ws) == expected


def is_taken(ws: Workspace, job: str, worker: str) -> bool:
    """Whether this worker has the job, or none will have it any more."""
    found = ws.jobs.get(job)
    return found.worker == worker or found.status == "done"
