"""A full disk, a database that restarts, a bucket that is away: said clearly, survived, no loss."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from moto.server import ThreadedMotoServer
from PIL import Image

from tagwright.config import Settings
from tagwright.flows.installation import open_installation
from tagwright.flows.jobs import LIBRARY
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tagwright.types import AssetId
from tests import postgres
from tests.launching import Program, launch
from tests.pictures import SHAPES, draw_folders
from tests.tiny import tiny_backbone_row
from tests.web.serving import serving

DISK_MEGABYTES = 40
ROOM_MEGABYTES = 8
SECONDS = 60.0
LEASE = {"TAGWRIGHT_LEASE_SECONDS": "2"}
REMEDIES = (
    "make room",
    "free disk space",
    "see that PostgreSQL runs",
    "check TAGWRIGHT_S3_ENDPOINT and the network",
)
pytestmark = pytest.mark.slow


@dataclass(slots=True)
class User:
    """Uploads and decides, and remembers what was answered with success."""

    url: str
    labelled: list[AssetId]
    uploads: set[str] = field(default_factory=set)
    decisions: dict[AssetId, str] = field(default_factory=dict)
    refused: int = 0
    _numbers: Iterator[int] = field(default_factory=count)

    def ask(self, method: str, path: str, **given: Any) -> httpx2.Response:
        """Whatever happens there is an answer, and it is never a bug of ours."""
        answer = httpx2.request(method, self.url + path, timeout=SECONDS, **given)
        assert answer.status_code in (200, 201, 202, 503), answer.text
        if answer.status_code == 503:
            self.refused += 1
            assert answer.headers["content-type"] == "application/problem+json"
            assert "retry-after" in answer.headers
            detail = answer.json()["detail"]
            assert any(remedy in detail for remedy in REMEDIES), detail
        return answer

    def upload(self, filler: int = 0) -> bool:
        """A picture that no other is like, with so many bytes behind its end."""
        data = drawn(next(self._numbers)) + bytes(filler)
        name = hashlib.sha256(data).hexdigest()
        done = self.ask("PUT", f"/api/v1/assets/{name}", content=data).is_success
        if done:
            self.uploads.add(name)
        return done

    def decide(self, pictures: int = 1) -> bool:
        """Correct some pictures at once, each time to another shape."""
        number = next(self._numbers)
        said = dict.fromkeys(self.labelled[:pictures], SHAPES[number % 3])
        answers = [{"kind": "correct", "asset": a, "concept": c} for a, c in said.items()]
        body = {"taxonomy": "shapes", "answers": answers}
        done = self.ask("POST", "/api/v1/review/decisions", json=body).is_success
        for asset, concept in said.items():
            if done:
                self.decisions[asset] = concept
            else:
                # It may have been stored all the same: nobody was promised that it was not.
                self.decisions.pop(asset, None)
        return done

    def reads(self) -> dict[str, int]:
        """What reading answers, by what is read."""
        one = self.labelled[-1]
        paths = {
            "ready": "/readyz",
            "asset": f"/api/v1/assets/{one}",
            "search": "/api/v1/assets?concept=circle&facets=true",
            "similar": f"/api/v1/search/similar?asset={one}",
            "thumbnail": f"/api/v1/assets/{one}/renditions/160",
            "jobs": "/api/v1/jobs",
        }
        if self.uploads:
            paths["original"] = f"/api/v1/assets/{min(self.uploads)}/original"
        return {name: self.ask("GET", path).status_code for name, path in paths.items()}

    def alive(self) -> bool:
        return bool(self.ask("GET", "/healthz").json() == {"status": "ok"})

    def settle(self) -> None:
        """Wait until the worker has done all there is to do."""
        wait_until(
            lambda: all(
                self.ask("GET", f"/api/v1/jobs?status={status}").json()["items"] == []
                for status in ("queued", "running")
            ),
            "jobs did not end",
        )

    def check(self) -> None:
        """All that was acknowledged is there, through the same server."""
        for name in self.uploads:
            data = self.ask("GET", f"/api/v1/assets/{name}/original").content
            assert hashlib.sha256(data).hexdigest() == name
        for asset, concept in self.decisions.items():
            tags = self.ask("GET", f"/api/v1/assets/{asset}").json()["tags"]
            said = [t["concept"] for t in tags if t["actor_kind"] == "person"]
            assert said == [concept], asset


def drawn(number: int) -> bytes:
    """A small picture that no other number has."""
    rng = np.random.default_rng(number)
    out = io.BytesIO()
    pixels = rng.integers(0, 255, (6, 6, 3), dtype=np.uint8)
    Image.fromarray(pixels).resize((48, 48), Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()


def wait_until(done: Callable[[], object], otherwise: str) -> None:
    end = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < end, otherwise
        time.sleep(0.1)


def made_library(root: Path, settings: Settings) -> list[AssetId]:
    """Drawn pictures with labels, imported in place. Returns them."""
    with Library.create(root, settings) as library:
        pictures = draw_folders(root.parent / "shapes", 20)
        library.import_pictures(pictures, ImportOptions(labels="folders"))
        return sorted(asset.id for asset in library.workspace.assets.all())


def embedded(root: Path, settings: Settings, assets: set[str]) -> set[str]:
    """Which of the pictures have features."""
    installation = open_installation(root, settings)
    ws = installation.home
    with ws.db.read() as connection:
        found = ws.features.known(
            connection, ws.backbone_version, [AssetId(each) for each in sorted(assets)]
        )
    installation.close()
    return set(found)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(workers=1, backbone=str(tiny_backbone_row(tmp_path)), cache=tmp_path / "cache")


# A full disk


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("a small disk is mounted, which needs root and `mount`")
    options = f"size={DISK_MEGABYTES}m"
    command = [mount, "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        # Lazily: it must go also where a failed test left a file open.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(user: User) -> None:
    """Upload ever larger pictures until one is refused, then ever smaller ones."""
    filler = 100_000
    while user.upload(filler):
        filler *= 2
    while filler > 1_000:
        if not user.upload(filler):
            filler //= 2


def use_up(path: Path) -> None:
    """Take the last byte of the disk."""
    with path.open("ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4_096))
        except OSError:
            return


def test_a_full_disk_refuses_writes_with_a_remedy_and_loses_nothing(
    tmp_path: Path, settings: Settings
) -> None:
    with small_disk(tmp_path / "library") as root:
        labelled = made_library(root, settings)
        room = root / "room"
        room.write_bytes(bytes(ROOM_MEGABYTES << 20))
        with serving(root, settings, workers=1, environ=LEASE) as url:
            user = User(url, labelled)
            assert user.upload()
            assert user.decide()
            user.settle()
            usual = user.reads()
            fill(user)
            use_up(root / "last")
            assert not user.upload()
            assert not user.upload(1_000_000)
            # The log of the database has some room left in it: these use it up.
            wait_until(lambda: not user.decide(60), "the database never noticed that it was full")
            assert user.reads() == usual == dict.fromkeys(usual, 200)
            assert user.alive()
            acknowledged = len(user.uploads)
            room.unlink()
            assert user.upload()
            assert user.upload(1_000_000)
            assert user.decide(60)
            user.settle()
            assert user.reads() == usual
            user.check()
            assert len(user.uploads) == acknowledged + 2
        assert embedded(root, settings, user.uploads) == user.uploads


# A database that restarts


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    """A database server that these tests may stop."""
    with postgres.running() as running:
        yield running


@pytest.fixture
def on_postgres(server: postgres.Server, settings: Settings) -> Iterator[dict[str, str]]:
    """A fresh database; what a process needs in its environment to use it."""
    name = server.create()
    yield {**LEASE, "TAGWRIGHT_DATABASE_URL": server.url(name)}
    server.drop(name)


def with_database(settings: Settings, environ: dict[str, str]) -> Settings:
    return replace(settings, database_url=environ["TAGWRIGHT_DATABASE_URL"])


def keep_on(stop: threading.Event, act: Callable[[], object], failed: list[BaseException]) -> None:
    """Act again and again; what goes wrong is for the test to see."""
    try:
        while not stop.is_set():
            act()
            time.sleep(0.02)
    except BaseException as error:
        failed.append(error)
        raise


def more_than(found: set[str], further: int) -> Callable[[], bool]:
    """Whether so many have come since now."""
    before = len(found)
    return lambda: len(found) > before + further


def others_than(decisions: dict[AssetId, str]) -> Callable[[], bool]:
    """Whether there are decisions, and not those of now."""
    before = dict(decisions)
    return lambda: decisions not in ({}, before)


@contextmanager
def busy(*acts: Callable[[], object]) -> Iterator[None]:
    """Each act again and again, in a thread of its own, for the length of a block."""
    stop, failed = threading.Event(), list[BaseException]()
    threads = [threading.Thread(target=keep_on, args=(stop, act, failed)) for act in acts]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(SECONDS)
    assert not failed, failed


@pytest.mark.postgres
def test_a_restart_of_the_database_under_load_is_survived_by_server_and_worker(
    tmp_path: Path, settings: Settings, server: postgres.Server, on_postgres: dict[str, str]
) -> None:
    root, settings = tmp_path / "library", with_database(settings, on_postgres)
    labelled = made_library(root, settings)
    with serving(root, settings, workers=1, environ=on_postgres) as url:
        writer, judge, watcher = (User(url, labelled) for _ in range(3))
        with busy(writer.upload, lambda: judge.decide(5), watcher.reads):
            for away in (0.0, 1.5):
                time.sleep(1.0)
                server.stop()
                if away:
                    assert watcher.alive()
                    assert watcher.ask("GET", "/readyz").status_code == 503
                time.sleep(away)
                server.start()
                wait_until(more_than(writer.uploads, 3), "no upload came through")
                wait_until(others_than(judge.decisions), "no decision did")
        assert writer.refused > 0
        assert judge.refused > 0
        writer.settle()
        assert judge.decide(5)
        assert set(watcher.reads().values()) == {200}
        writer.check()
        judge.check()
    assert embedded(root, settings, writer.uploads) == writer.uploads


@contextmanager
def working(root: Path, environ: dict[str, str], log: Path) -> Iterator[Program]:
    """`tagwright worker`, stopped gracefully at the end."""
    program = launch(*("--library", str(root), "worker"), settings=environ, err=log)
    try:
        program.until(re.compile("works on"), SECONDS)
        yield program
    finally:
        program.signal(signal.SIGTERM)
        assert program.wait(SECONDS) == 0, log.read_text()


@pytest.mark.postgres
def test_a_worker_waits_for_its_database_and_then_goes_on(
    tmp_path: Path, settings: Settings, server: postgres.Server, on_postgres: dict[str, str]
) -> None:
    root, settings = tmp_path / "library", with_database(settings, on_postgres)
    made_library(root, settings)
    own = {"TAGWRIGHT_BACKBONE": settings.backbone, "TAGWRIGHT_CACHE": str(settings.cache)}
    log = tmp_path / "worker.log"
    installation = open_installation(root, settings)
    jobs, now = installation.home.jobs, installation.now
    with working(root, {**on_postgres, **own}, log) as program:
        queued = jobs.enqueue("embed", LIBRARY, {}, requested_by="test", now=now())
        server.stop()
        wait_until(lambda: "worker_waits" in log.read_text(), "the worker noticed nothing")
        server.start()
        wait_until(lambda: jobs.get(queued.id).status == "done", "the job was not taken up")
        later = jobs.enqueue("embed", LIBRARY, {}, requested_by="test", now=now())
        wait_until(lambda: jobs.get(later.id).status == "done", "the worker does nothing new")
        assert program.code is None
    installation.close()
    assert "Traceback" not in log.read_text()


# A bucket that is away


class BucketServer:
    """An S3 server. What it holds outlives a stop, as long as this process lives."""

    def __init__(self) -> None:
        self._port = 0
        self.start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._server = ThreadedMotoServer("127.0.0.1", self._port, verbose=False)
        self._server.start()
        _, self._port = self._server.get_host_and_port()

    def stop(self) -> None:
        self._server.stop()


@pytest.fixture
def bucket() -> Iterator[BucketServer]:
    server = BucketServer()
    httpx2.put(f"{server.endpoint}/hard-times").raise_for_status()
    yield server
    server.stop()


def test_a_bucket_that_is_away_is_said_and_waited_for(
    tmp_path: Path, settings: Settings, bucket: BucketServer
) -> None:
    root = tmp_path / "library"
    labelled = made_library(root, settings)
    environ = {
        **LEASE,
        "TAGWRIGHT_BLOBS": "s3://hard-times",
        "TAGWRIGHT_S3_ENDPOINT": bucket.endpoint,
        "TAGWRIGHT_S3_KEY": "testing",
        "TAGWRIGHT_S3_SECRET": "testing",
    }
    with serving(root, settings, workers=1, environ=environ) as url:
        user = User(url, labelled)
        assert user.upload()
        bucket.stop()
        assert not user.upload()
        reads = user.reads()
        assert reads.pop("original") == 503
        assert set(reads.values()) == {200}
        assert user.decide()
        assert user.alive()
        bucket.start()
        assert user.upload()
        assert set(user.reads().values()) == {200}
        user.settle()
        user.check()
    assert embedded(root, settings, user.uploads) == user.uploads
