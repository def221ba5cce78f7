"""Import, training and tagging are killed at random points; the end equals a clean run."""

from __future__ import annotations

import json
import math
import os
import time
from pathlib import Path

import numpy as np
import pytest

from tagwright.config import Settings
from tagwright.flows.library import Library
from tests.launching import Program, launch
from tests.pictures import draw_folders

KILLS = int(os.environ.get("TAGWRIGHT_TEST_KILLS", "20"))
"""50 to be sure of a change to what is durable."""
STEPS = (
    ("import", "../shapes", "--labels", "folders", "--json"),
    ("import", "../new", "--json"),
    ("train", "shapes"),
    ("tag", "shapes"),
)
pytestmark = pytest.mark.slow


def command(world: Path, library: str, *words: str) -> Program:
    return launch(
        *words,
        settings={"TAGWRIGHT_CACHE": str(world / "cache")},
        cwd=world / library,
        out=world / f"{library}.out",
        err=world / f"{library}.err",
    )


def finish(world: Path, library: str, *words: str) -> float:
    """Run to the end; returns the seconds it took."""
    start = time.monotonic()
    program = command(world, library, *words)
    assert program.wait(300) == 0, program.said()
    return time.monotonic() - start


def kill_after(world: Path, library: str, seconds: float, *words: str) -> set[str]:
    """Kill a command midway; returns the assets it had acknowledged by then."""
    program = command(world, library, *words)
    time.sleep(seconds)
    program.kill()
    lines = program.out.read_text(encoding="utf-8").splitlines()
    whole = [line for line in lines if line.startswith("{") and line.endswith("}")]
    told = [json.loads(line) for line in whole]
    return {each["asset"] for each in told if each.get("asset")}


def state(folder: Path) -> dict[str, object]:
    """All that a user can see of a library, without the names and times of runs."""
    with Library.open(folder, Settings()) as library:
        ws = library.workspace
        assets = list(ws.assets.all())
        version = ws.settings.backbone
        champion = ws.models.champion("shapes")
        tags = []
        for line in library.tags(suggested=True).splitlines():
            record = json.loads(line)
            for tag in record["tags"]:
                del tag["at"]
            tags.append(record)
        arrays = ws.models.load(champion)[0] if champion else {}
        return {
            "assets": [(a.id, a.width, a.height, a.group) for a in assets],
            "places": {a.id: ws.assets.locations(a.id) for a in assets},
            "tags": tags,
            "labels": library.label_counts("shapes"),
            "backbone": version,
            "versions": [m.version for m in ws.models.all("shapes")],
            "arrays": {name: array.tobytes() for name, array in sorted(arrays.items())},
        }


def test_killed_again_and_again_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    rng = np.random.default_rng(20261123)
    draw_folders(tmp_path / "shapes", 100)
    draw_folders(tmp_path / "new", 40, seed=1)
    for name in ("clean", "crashed"):
        with Library.create(tmp_path / name, Settings()):
            pass
    seconds = [finish(tmp_path, "clean", *step) for step in STEPS]
    kills = 0
    for step, usual in zip(STEPS, seconds, strict=True):
        acknowledged: set[str] = set()
        share = math.ceil(KILLS * usual / sum(seconds))
        for _ in range(max(share, 3)):
            moment = float(rng.uniform(0.2, 1.0)) * usual
            acknowledged |= kill_after(tmp_path, "crashed", moment, *step)
            kills += 1
            with Library.open(tmp_path / "crashed", Settings()) as library:
                stored = {asset.id for asset in library.workspace.assets.all()}
            assert acknowledged <= stored
        finish(tmp_path, "crashed", *step)
    assert kills >= KILLS
    assert state(tmp_path / "crashed") == state(tmp_path / "clean")
