"""Several processes on one training: what they say, how they are ended, and that none is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs `pip install 'tagwright[finetune]'`")

from tagwright.deep.files import read_state
from tagwright.deep.together import train_together
from tagwright.errors import Unavailable
from tests.deep.small import changed, folder_of

pytestmark = pytest.mark.slow

Said = tuple[str, int, int]
MANY = 200
"""Epochs that a test could not wait for."""


def processes_on(folder: Path) -> list[str]:
    """Numbers of the processes that have a training's folder on their command line."""
    command = ["pgrep", "-f", f"tagwright.deep {folder}"]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.split()


def test_two_processes_say_how_far_they_are_and_end_by_hand_with_the_best_state(
    tmp_path: Path,
) -> None:
    told: list[Said] = []

    def second() -> bool:
        return any(step.startswith("epoch 2") for step, *_ in told)

    folder = folder_of(changed(epochs=MANY), tmp_path / "run", count=96)
    train_together(folder, 2, lambda *said: told.append(said), second)
    story = json.loads((folder / "story.json").read_bytes())
    assert 1 <= len(story["epochs"]) < MANY
    number = len(story["epochs"]) + 1
    assert story["notes"] == [f"ended by hand in epoch {number}; the best state is kept"]
    best, _ = read_state(folder / "best.safetensors")
    kept, _ = read_state(folder / "network.safetensors")
    assert all((best[name] == kept[name]).all() for name in best)
    assert told[0] == ("starting several processes", 0, 1)
    step, done, total = next(said for said in told if said[0].startswith("epoch 2"))
    assert step.startswith(f"epoch 2 of {MANY}, best so far ")
    assert total == 72 * MANY
    assert 72 < done < total
    assert processes_on(folder) == []


class Cancelled(Exception):
    """What a worker raises to put a job down."""


def test_a_training_that_is_cancelled_leaves_no_process_and_goes_on_later(tmp_path: Path) -> None:
    def cancel(step: str, done: int, total: int) -> None:
        if step.startswith("epoch 2"):
            assert len(processes_on(folder)) >= 3  # torchrun and both of its own
            raise Cancelled

    told: list[Said] = []
    folder = folder_of(changed(epochs=MANY), tmp_path / "run", count=96)
    with pytest.raises(Cancelled):
        train_together(folder, 2, cancel)
    assert processes_on(folder) == []
    assert not (folder / "story.json").exists()
    train_together(folder, 2, lambda *said: told.append(said), lambda: True)
    epochs = [step for step, *_ in told if step.startswith("epoch")]
    assert not any(step.startswith("epoch 1 ") for step in epochs)
    assert len(json.loads((folder / "story.json").read_bytes())["epochs"]) >= 1


PARENT = """
import sys
from pathlib import Path
from tagwright.deep.together import train_together
train_together(Path(sys.argv[1]), 2, lambda step, *counts: print(step, flush=True))
"""


@pytest.mark.parametrize(
    ("number", "keeps"),
    [
        pytest.param(signal.SIGKILL, False, id="a parent that is killed takes them with it"),
        pytest.param(signal.SIGINT, True, id="Ctrl-C keeps the best state"),
    ],
)
def test_a_signal_to_the_parent(number: signal.Signals, tmp_path: Path, *, keeps: bool) -> None:
    folder = folder_of(changed(epochs=MANY), tmp_path / "run", count=96)
    command = [sys.executable, "-c", PARENT, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        for line in parent.stdout:
            if line.startswith("epoch 2"):
                os.kill(parent.pid, number)
                break
        parent.stdout.read()
    assert eventually(lambda: not processes_on(folder))
    assert (folder / "story.json").exists() == keeps
    assert parent.returncode == (0 if keeps else -number)


def eventually(holds: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.2)
    return holds()


def test_processes_that_fail_say_why(tmp_path: Path) -> None:
    folder = folder_of(changed(), tmp_path / "run", count=3)
    with pytest.raises(Unavailable, match="3 pictures to learn from and 0 to judge by"):
        train_together(folder, 2, lambda step, done, total: None)
