"""Workers and what they do: every kind of job, every way it can end."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from tagwright.config import Settings
from tagwright.core.roles import ALL
from tagwright.core.times import later
from tagwright.errors import Conflict, InvalidInput, NotFound, TooMany, Unavailable
from tagwright.flows.caller import Caller
from tagwright.flows.downloads import exported_file, sweep_exports
from tagwright.flows.installation import Installation
from tagwright.flows.jobs import KINDS, Control, JobKind, finish, submit
from tagwright.flows.library import Library
from tagwright.flows.ticks import TICKS
from tagwright.flows.training import TrainOptions
from tagwright.flows.webhooks import create_webhook
from tagwright.flows.working import Tick, Worker, run_in_thread
from tagwright.flows.workspace import Workspace, create
from tagwright.store.jobs import Job, claim
from tagwright.types import Json
from tests.flows.conftest import EASY
from tests.flows.said import standing
from tests.pictures import draw_folders

pytestmark = pytest.mark.both_databases

Run = Callable[[Workspace, Json, Control], Json]


@pytest.fixture
def installation(tmp_path: Path, settings: Settings) -> Iterator[Installation]:
    """An empty library; jobs are left to a stopped worker for half a second."""
    home = create(tmp_path / "empty", replace(settings, lease_seconds=0.5))
    yield Installation(home)
    home.close()


def kind(run: Run) -> dict[str, JobKind]:
    return {"chore": JobKind(run, lambda params: "")}


def worker(installation: Installation, run: Run) -> Worker:
    return Worker(installation, "one", kind(run), rng=np.random.default_rng(1))


def put(installation: Installation, **params: object) -> Job:
    ws = installation.home
    return ws.jobs.enqueue("chore", "", params, requested_by="ann", now=ws.now())


def now_of(installation: Installation, job: Job) -> Job:
    return installation.home.jobs.get(job.id)


def test_a_job_knows_who_asked_and_its_answer_is_kept(installation: Installation) -> None:
    job = put(installation, n=4)
    run = worker(installation, lambda ws, params, control: {"by": control.actor, **params})
    assert run.run_one()
    assert not run.run_one()
    done = now_of(installation, job)
    assert (done.status, done.result) == ("done", {"by": "ann", "n": 4})


@pytest.mark.parametrize("error", [InvalidInput, NotFound, Conflict])
def test_what_was_given_wrongly_fails_at_once_with_its_reason(
    installation: Installation, error: type[Exception]
) -> None:
    def run(ws: Workspace, params: Json, control: Control) -> Json:
        raise error("there is no taxonomy 'x'")

    job = put(installation)
    worker(installation, run).run_one()
    failed = now_of(installation, job)
    assert (failed.status, failed.error, failed.attempts) == (
        "failed",
        "there is no taxonomy 'x'",
        1,
    )


@pytest.mark.parametrize(
    ("error", "message", "low", "high"),
    [
        pytest.param(Unavailable("the disk is full"), "the disk is full", 1.5, 2.5, id="away"),
        pytest.param(TooMany("slower", 60), "slower", 60, 60, id="told when to come back"),
        pytest.param(KeyError("x"), "unexpected KeyError: 'x'", 1.5, 2.5, id="a bug"),
    ],
)
def test_what_may_mend_is_tried_again_later(
    installation: Installation,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    message: str,
    low: float,
    high: float,
) -> None:
    def run(ws: Workspace, params: Json, control: Control) -> Json:
        raise error

    job = put(installation)
    before = installation.now()
    worker(installation, run).run_one()
    waiting = now_of(installation, job)
    assert (waiting.status, waiting.error) == ("queued", message)
    assert later(before, low) <= waiting.run_after <= later(installation.now(), high)
    assert not worker(installation, run).run_one()
    # The log has the traceback of a bug, the job never.
    logged = [r for r in caplog.records if r.getMessage() == "job_failed"]
    assert bool(logged[0].exc_info) == isinstance(error, KeyError)


def test_after_its_last_attempt_it_has_failed(installation: Installation) -> None:
    def run(ws: Workspace, params: Json, control: Control) -> Json:
        raise Unavailable("the disk is full")

    ws = installation.home
    job = ws.jobs.enqueue("chore", "", {}, requested_by="ann", now=ws.now(), max_attempts=1)
    worker(installation, run).run_one()
    assert now_of(installation, job).status == "failed"
    assert ws.jobs.retry(job.id, ws.now()).status == "queued"
    worker(installation, lambda ws, params, control: {}).run_one()
    assert now_of(installation, job).status == "done"


def test_progress_is_written_now_and_then_with_its_pace(installation: Installation) -> None:
    seconds = iter(range(100))
    seen = []

    def run(ws: Workspace, params: Json, control: Control) -> Json:
        control.clock = lambda: next(seconds) / 2
        for done in range(1, 11):
            control.progress("counting", done, 10)
            seen.append(ws.jobs.get(control.job).progress.get("done"))
        return {}

    job = put(installation)
    worker(installation, run).run_one()
    # Once a second, of two calls in a second; and the end.
    assert seen == [1, 1, 3, 3, 5, 5, 7, 7, 9, 10]
    last = now_of(installation, job).progress
    assert (last["step"], last["total"], last["rate"], last["seconds_left"]) == (
        "counting",
        10,
        2.0,
        0.0,
    )


def test_a_cancelled_job_stops_at_its_next_batch(installation: Installation) -> None:
    reached = []

    def run(ws: Workspace, params: Json, control: Control) -> Json:
        for done in range(100):
            if done == 3:
                ws.jobs.request_cancel(control.job, ws.now())
            reached.append(done)
            control.progress("counting", done, 100)
            time.sleep(0.05)
        return {}

    job = put(installation)
    worker(installation, run).run_one()
    assert now_of(installation, job).status == "cancelled"
    assert len(reached) < 50


def test_a_job_hears_that_a_person_wants_it_to_finish_early(installation: Installation) -> None:
    heard: list[bool] = []

    def run(ws: Workspace, params: Json, control: Control) -> Json:
        for done in range(1, 100):
            control.progress("counting", done, 100)
            heard.append(control.finishes())
            if heard[-1]:
                return {"counted": done}
            if done == 3:
                ws.jobs.request_finish(control.job, ws.now())
            time.sleep(0.05)
        return {}

    job = put(installation)
    worker(installation, run).run_one()
    now = now_of(installation, job)
    assert (now.status, now.finish_requested) == ("done", True)
    assert now.result == {"counted": len(heard)}
    assert not any(heard[:3])


@pytest.mark.parametrize(
    ("kind", "params"),
    [
        pytest.param("tag", {"taxonomy": "shapes"}, id="a tagging"),
        pytest.param("train", {"taxonomy": "shapes", "recipe": "tree"}, id="heads alone"),
    ],
)
def test_what_has_no_state_to_keep_is_cancelled_or_let_run(
    library: Library, kind: str, params: Json
) -> None:
    ws = library.workspace
    job = submit(ws, kind, params, requested_by="ann")
    with pytest.raises(Conflict, match="only a fine-tuning has: let it run, or cancel it"):
        finish(ws, job.id, "ann")


def test_a_long_step_keeps_its_job(installation: Installation) -> None:
    others: list[Job | None] = []

    def run(ws: Workspace, params: Json, control: Control) -> Json:
        for _ in range(3):  # three leases long, without a word
            time.sleep(0.5)
            others.append(claim(ws.db, "two", ["chore"], ws.now, 1))
        return {}

    job = put(installation)
    worker(installation, run).run_one()
    assert others == [None, None, None]
    assert now_of(installation, job).attempts == 1


def test_a_worker_that_lost_its_job_stops_and_writes_nothing(installation: Installation) -> None:
    taken: list[Job | None] = []
    went_on = []

    def run(ws: Workspace, params: Json, control: Control) -> Json:
        taken.append(claim(ws.db, "two", ["chore"], lambda: later(ws.now(), 1_000), 1_000))
        control.progress("late", 1, 2)
        went_on.append(True)
        return {"by": "one"}

    job = put(installation)
    worker(installation, run).run_one()
    assert taken[0] is not None
    assert not went_on
    held = now_of(installation, job)
    assert (held.status, held.worker, held.lease) == ("running", "two", taken[0].lease)
    assert held.progress == {}


def test_a_worker_that_lost_its_job_cannot_finish_it(installation: Installation) -> None:
    def run(ws: Workspace, params: Json, control: Control) -> Json:
        # As after a long sleep of the machine.
        claim(ws.db, "two", ["chore"], lambda: later(ws.now(), 1_000), 1_000)
        return {"by": "one"}

    job = put(installation)
    worker(installation, run).run_one()
    assert now_of(installation, job).result is None


def test_a_worker_that_stops_puts_its_job_back_for_the_next(installation: Installation) -> None:
    begun = threading.Event()

    def endless(ws: Workspace, params: Json, control: Control) -> Json:
        for done in range(10_000):
            begun.set()
            control.progress("counting", done, 10_000)
            time.sleep(0.01)
        return {}

    job = put(installation)
    running = run_in_thread(installation, "one", kinds=kind(endless))
    assert begun.wait(10)
    assert running.stop()
    waiting = now_of(installation, job)
    assert (waiting.status, waiting.attempts, waiting.lease) == ("queued", 0, None)
    running = run_in_thread(installation, "two", kinds=kind(lambda ws, params, control: {}))
    deadline = time.monotonic() + 10
    while now_of(installation, job).status != "done":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert running.stop()


def test_ticks_go_on_beside_a_job_and_one_that_fails_spares_the_rest(
    installation: Installation, caplog: pytest.LogCaptureFixture
) -> None:
    ticked = threading.Event()
    count = 0

    def broken(installation: Installation, now: str) -> None:
        raise RuntimeError("no such host")

    def good(installation: Installation, now: str) -> None:
        nonlocal count
        count += 1
        if count == 3:
            ticked.set()

    ticks = (Tick("broken", 0.01, broken), Tick("good", 0.01, good))
    with caplog.at_level(logging.CRITICAL):
        running = run_in_thread(
            installation,
            "one",
            ticks=ticks,
            kinds=kind(lambda ws, params, control: {"ticked": ticked.wait(10)}),
        )
        job = put(installation)
        assert ticked.wait(10)
        while now_of(installation, job).status != "done":
            time.sleep(0.02)
        assert running.stop()


def test_webhooks_hear_of_jobs_that_ended_once_each(installation: Installation) -> None:
    ws = installation.home
    caller = Caller("ann", "p1", ws.id, ALL, False, "session")
    hook = create_webhook(ws, caller, "https://hooks.example.org/", ["job.finished", "job.failed"])

    def run(ws: Workspace, params: Json, control: Control) -> Json:
        if "error" in params:
            raise {"final": NotFound, "away": Unavailable}[params["error"]]("no")
        if "cancel" in params:
            ws.jobs.request_cancel(control.job, ws.now())
            control.tell({})
        return {}

    good, bad = put(installation), put(installation, error="final")
    put(installation, error="away"), put(installation, cancel=True)
    works = worker(installation, run)
    while works.run_one():
        pass
    # One whose worker died for the last time.
    before = later(ws.now(), -1_000)
    killer = ws.jobs.enqueue("chore", "", {}, requested_by="ann", now=before, max_attempts=1)
    claim(ws.db, "two", ["chore"], lambda: before, 1)
    works.run_one()
    told = [(each.event, each.payload["job"]) for each in ws.webhooks.deliveries(hook.id)]
    assert sorted(told) == sorted(
        [("job.finished", good.id), ("job.failed", bad.id), ("job.failed", killer.id)]
    )


def test_a_job_of_an_unknown_kind_or_taxonomy_is_not_taken(installation: Installation) -> None:
    with pytest.raises(InvalidInput, match="no job of kind 'dance'"):
        submit(installation.home, "dance", {}, requested_by="ann")
    with pytest.raises(NotFound, match="'x'"):
        submit(installation.home, "train", {"taxonomy": "x"}, requested_by="ann")
    assert installation.home.jobs.list() == []


# The kinds, on the drawn library.


def done(library: Library, kind: str, params: Json) -> Job:
    """Submit a job and let a worker do it."""
    ws = library.workspace
    job = submit(ws, kind, params, requested_by="ann")
    assert Worker(Installation(ws), "one").run_one()
    found = ws.jobs.get(job.id)
    assert found.status == "done", found.error
    return found


def result(library: Library, kind: str, params: Json) -> Json:
    found = done(library, kind, params).result
    assert found is not None
    return found


def test_a_job_that_says_no_recipe_learns_as_the_champion_did(library: Library) -> None:
    first = {"taxonomy": "shapes", "contract": {"target": 0.6}, "recipe": "tree"}
    assert result(library, "train", first)["version"] == 1
    library.workspace.jobs.request_cancel(library.workspace.jobs.list(status="queued")[0].id, "now")
    assert result(library, "train", {"taxonomy": "shapes", "seed": 1})["version"] == 2
    assert library.report("shapes", 2).to_json()["recipe"] == "tree"


def test_training_and_tagging_are_jobs(library: Library) -> None:
    params = {"taxonomy": "shapes", "contract": {"target": 0.6}}
    trained = done(library, "train", params)
    assert trained.result is not None
    assert (trained.result["version"], trained.subject) == (1, "shapes")
    assert (trained.progress["done"], trained.progress["total"]) == (100, 100)
    assert library.runs()[0].actor == "ann"
    assert trained.result["status"] == "champion"
    (queued,) = library.workspace.jobs.list(status="queued")  # by the policy
    assert (queued.kind, queued.subject) == ("tag", "shapes")
    assert Worker(Installation(library.workspace), "one").run_one()
    tagged = library.workspace.jobs.get(queued.id).result
    assert tagged is not None
    assert tagged["pictures"] > 0
    assert not result(library, "train", params)["new"]
    assert result(library, "tag", {"taxonomy": "shapes"})["pictures"] == 0


def test_an_import_is_a_job(library: Library, tmp_path: Path) -> None:
    more = draw_folders(tmp_path / "more", 3, seed=9)
    params = {
        "source": {"folder": str(more)},
        "options": {"labels": "folders", "taxonomy": "shapes"},
        "trusted": True,
    }
    first = result(library, "import", params)
    assert (first["imported"], first["labels"], first["unreadable"]) == (9, 9, 0)
    again = result(library, "import", params)
    assert (again["imported"], again["unchanged"], again["labels"]) == (0, 9, 0)


def test_pictures_without_features_get_them_by_a_job(library: Library) -> None:
    assert result(library, "embed", {})["embedded"] == 0


@pytest.mark.parametrize("format_", ["csv", "jsonl"])
def test_an_export_is_a_file_to_fetch(tagged: Library, format_: str) -> None:
    made = done(tagged, "export", {"format": format_})
    assert made.result is not None
    path = exported_file(tagged.workspace, made)
    assert made.result["rows"] == 120
    assert made.result["size"] == path.stat().st_size
    lines = path.read_text().splitlines()
    if format_ == "jsonl":
        assert len({json.loads(line)["asset"] for line in lines}) == 120
    assert list(path.parent.iterdir()) == [path]


def test_sidecars_are_exported_in_a_zip(tagged: Library, drawn: Path) -> None:
    made = done(tagged, "export", {"format": "xmp-zip"})
    assert made.result is not None
    with ZipFile(exported_file(tagged.workspace, made)) as archive:
        names = archive.namelist()
        assert len(names) == made.result["rows"] > 90
        inside = f"{drawn}/circle".removeprefix("/")
        ours = [name for name in names if name.startswith(inside) and name.endswith(".png.xmp")]
        assert b"circle" in archive.read(ours[0])
    assert not list(drawn.rglob("*.xmp"))


def test_exports_are_deleted_after_a_week(tagged: Library) -> None:
    ws = tagged.workspace
    made = done(tagged, "export", {"format": "csv"})
    assert sweep_exports(ws.root, later(ws.now(), 6.9 * 86_400)) == 0
    assert sweep_exports(ws.root, later(ws.now(), 7.1 * 86_400)) == 1
    with pytest.raises(NotFound, match="kept for 7 days"):
        exported_file(ws, made)


def test_only_a_finished_export_has_a_file(tagged: Library) -> None:
    ws = tagged.workspace
    with pytest.raises(Conflict, match="queued"):
        exported_file(ws, submit(ws, "export", {"format": "csv"}, requested_by="ann"))
    with pytest.raises(NotFound, match="is no export"):
        exported_file(ws, submit(ws, "embed", {}, requested_by="ann"))


class Interrupting:
    """The kinds, but each is cancelled after so many reports of progress."""

    def __init__(self, reports: int) -> None:
        self.left = reports

    def kinds(self, kind: str) -> dict[str, JobKind]:
        return {kind: JobKind(lambda *a: self._run(kind, *a), KINDS[kind].subject)}

    def _run(self, kind: str, ws: Workspace, params: Json, control: Control) -> Json:
        before = control.check

        def check() -> None:
            self.left -= 1
            if self.left == 0:
                ws.jobs.request_cancel(control.job, ws.now())
                control.tell({})
            before()

        control.check = check
        return KINDS[kind].run(ws, params, control)


@pytest.mark.parametrize(
    ("kind", "params", "reports"),
    [
        pytest.param("import", {}, 10, id="import"),
        pytest.param("train", {"taxonomy": "shapes"}, 3, id="train"),
        pytest.param("tag", {"taxonomy": "shapes"}, 2, id="tag"),
        pytest.param("export", {"format": "csv"}, 60, id="export"),
    ],
)
def test_what_a_cancelled_job_stored_stays_and_the_next_completes_it(
    library: Library,
    tmp_path: Path,
    kind: str,
    params: Json,
    reports: int,
) -> None:
    ws = library.workspace
    if kind == "import":
        more = draw_folders(tmp_path / "more", 120, seed=9)
        params = {"source": {"folder": str(more)}, "trusted": True}
    if kind == "tag":
        library.train("shapes", TrainOptions(EASY))
    before = standing(library)
    job = submit(ws, kind, params, requested_by="ann")
    interrupted = Worker(Installation(ws), "one", Interrupting(reports).kinds(kind))
    assert interrupted.run_one()
    assert ws.jobs.get(job.id).status == "cancelled"
    halfway = standing(library)
    assert before.keys() <= halfway.keys()
    if kind == "import":
        assert len(halfway) == 120 + 256
    if kind == "tag":
        assert sum(bool(tags) for tags in before.values()) < sum(
            bool(tags) for tags in halfway.values()
        )
    if kind == "export":
        assert not [p for p in (ws.root / "exports").rglob("*") if p.is_file()]
    ws.jobs.retry(job.id, ws.now())
    assert Worker(Installation(ws), "two").run_one()
    assert ws.jobs.get(job.id).status == "done"
    after = standing(library)
    assert all(after[asset] == tags for asset, tags in halfway.items() if tags)
    if kind == "import":
        assert len(after) == 120 + 360
    if kind == "tag":
        assert library.tag("shapes").pictures == 0


def test_what_workers_do_beside_the_jobs_can_be_done_at_any_time(tagged: Library) -> None:
    ws = tagged.workspace
    before = standing(tagged)
    for tick in (*TICKS, *TICKS):
        tick.run(Installation(ws), ws.now())
    assert standing(tagged) == before
