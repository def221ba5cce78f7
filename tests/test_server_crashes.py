"""Server and workers are killed again and again under load; nothing acknowledged is lost.

TAGWRIGHT_TEST_KILLS=100 kills as often as it takes to be sure of a change to what is durable.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from PIL import Image

from tagwright.config import Settings
from tagwright.flows.installation import open_installation
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tagwright.flows.training import TrainOptions
from tagwright.types import AssetId, Contract
from tests.launching import Program, launch
from tests.pictures import draw_folders
from tests.tiny import tiny_backbone_row

KILLS = int(os.environ.get("TAGWRIGHT_TEST_KILLS", "25"))
SECONDS = 120.0
LEASE = "2"
READY = re.compile(r"http://127\.0\.0\.1:(\d+)|Worker .* works on")
pytestmark = pytest.mark.slow


@dataclass(slots=True)
class Said:
    """What was answered with success: it must be there at the end."""

    uploads: set[str] = field(default_factory=set)
    decisions: dict[str, str] = field(default_factory=dict)
    jobs: set[str] = field(default_factory=set)


@dataclass(slots=True)
class World:
    """A library, a server on it and two workers, which die and come back."""

    root: Path
    environ: dict[str, str]
    port: int = 0
    processes: dict[str, Program] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)

    def start(self, name: str) -> None:
        own = ["serve", "--port", str(self.port), "--workers", "0"]
        command = own if name == "server" else ["worker", "--name", name]
        program = launch(
            *("--library", str(self.root), *command),
            settings=self.environ,
            err=self.root.parent / f"{name}.log",
        )
        self.processes[name] = program
        self.port = int(program.until(READY, SECONDS)[1] or self.port)

    def kill(self, name: str) -> None:
        self.processes[name].kill()

    def end(self) -> None:
        self.stop.set()
        for program in self.processes.values():
            program.process.terminate()
        for program in self.processes.values():
            program.wait(SECONDS)

    def ask(self, method: str, path: str, **given: Any) -> httpx2.Response | None:
        """None where the server died meanwhile."""
        with suppress(httpx2.HTTPError):
            url = f"http://127.0.0.1:{self.port}/api/v1{path}"
            return httpx2.request(method, url, timeout=20, **given)
        return None


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    settings = Settings(workers=1, backbone=str(tiny_backbone_row(tmp_path)), cache=tmp_path / "c")
    with Library.create(tmp_path / "library", settings) as library:
        pictures = draw_folders(tmp_path / "shapes", 40)
        library.import_pictures(pictures, ImportOptions(labels="folders", hold_back=0.25))
        library.train("shapes", TrainOptions(Contract(target=0.6)))
        library.tag("shapes")
    environ = {
        "TAGWRIGHT_BACKBONE": settings.backbone,
        "TAGWRIGHT_CACHE": str(settings.cache),
        "TAGWRIGHT_WORKERS": "1",
        "TAGWRIGHT_LEASE_SECONDS": LEASE,
    }
    made = World(tmp_path / "library", environ)
    yield made
    made.end()


def drawn(number: int) -> bytes:
    """A small picture that no other number has."""
    rng = np.random.default_rng(number)
    out = io.BytesIO()
    pixels = rng.integers(0, 255, (6, 6, 3), dtype=np.uint8)
    Image.fromarray(pixels).resize((48, 48), Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()


def upload(world: World, said: Said) -> None:
    number = 0
    while not world.stop.is_set():
        data = drawn(number)
        name = hashlib.sha256(data).hexdigest()
        answer = world.ask("PUT", f"/assets/{name}", content=data)
        if answer is not None:
            assert answer.status_code in (200, 201, 503), answer.text
            if answer.is_success:
                said.uploads.add(name)
                number += 1
        time.sleep(0.02)


def decide(world: World, said: Said, assets: list[AssetId], concepts: list[str]) -> None:
    rng = np.random.default_rng(3)
    for asset in rng.choice(assets, 100_000).tolist():
        if world.stop.is_set():
            return
        concept = str(rng.choice(concepts))
        body = {
            "taxonomy": "shapes",
            "answers": [{"kind": "correct", "asset": asset, "concept": concept}],
        }
        answer = world.ask("POST", "/review/decisions", json=body)
        if answer is not None:
            assert answer.status_code in (200, 201, 503), answer.text
            if answer.is_success:
                said.decisions[asset] = concept
            else:
                said.decisions.pop(asset, None)
        else:
            # Whether this last word was heard before the server died, nobody can tell.
            said.decisions.pop(asset, None)
        time.sleep(0.05)


def train(world: World, said: Said) -> None:
    number = 0
    while not world.stop.is_set():
        headers = {"Idempotency-Key": f"train-{number}"}
        body = {"kind": "train" if number % 2 else "tag", "taxonomy": "shapes"}
        answer = world.ask("POST", "/jobs", json=body, headers=headers)
        if answer is not None and answer.status_code == 202:
            said.jobs.add(answer.json()["id"])
            number += 1
        time.sleep(1.0)


def test_killed_again_and_again_nothing_acknowledged_is_lost(world: World) -> None:
    said = Said()
    rng = np.random.default_rng(20261124)
    with Library.open(world.root, settings_of(world)) as library:
        before = [asset.id for asset in library.workspace.assets.all()]
        concepts = [c.id for c in library.taxonomy("shapes").concepts]
    for name in ("server", "one", "two"):
        world.start(name)
    load = [
        threading.Thread(target=upload, args=(world, said)),
        threading.Thread(target=decide, args=(world, said, before, concepts)),
        threading.Thread(target=train, args=(world, said)),
    ]
    for thread in load:
        thread.start()
    for _ in range(KILLS):
        time.sleep(float(rng.uniform(0.05, 1.0)))
        victim = str(rng.choice(["server", "one", "two"]))
        world.kill(victim)
        world.start(victim)
    world.stop.set()
    for thread in load:
        thread.join(SECONDS)
    settle(world)
    world.end()
    assert len(said.uploads) > KILLS
    assert len(said.decisions) > 10
    assert said.jobs
    check(world, said)


def settle(world: World) -> None:
    """Wait until no job waits or runs."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        answers = [world.ask("GET", f"/jobs?status={status}") for status in ("queued", "running")]
        if all(answer is not None and answer.json()["items"] == [] for answer in answers):
            return
        time.sleep(0.5)
    raise AssertionError("jobs did not end")


def settings_of(world: World) -> Settings:
    return Settings.load(world.environ)


def check(world: World, said: Said) -> None:
    installation = open_installation(world.root, settings_of(world))
    ws = installation.home
    stored = {asset.id for asset in ws.assets.all()}
    assert said.uploads <= stored
    for name in said.uploads:
        with ws.blobs.local(AssetId(name)) as path:
            assert hashlib.sha256(path.read_bytes()).hexdigest() == name
    for asset, concept in said.decisions.items():
        standing = ws.ledger.tags_of([AssetId(asset)])[AssetId(asset)]
        people = [t.concept for t in standing if t.actor_kind == "person" and t.positive]
        assert people == [concept], asset
    for job in said.jobs:
        assert ws.jobs.get(job).status in ("done", "failed"), job
    with ws.db.read() as connection:
        embedded = ws.features.known(connection, ws.backbone_version, sorted(stored))
    assert embedded == stored
    # Done twice would show as two features or two standing tags of one picture and concept.
    versions = [row.version for row in ws.models.all("shapes")]
    assert len(versions) == len(set(versions))
    installation.close()
