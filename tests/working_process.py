"""A worker process for tests.

As `tagwright worker`, with one kind of job more: `chore` notes in a file that it begins and ends.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tagwright.cli.worker import stop_on_signals
from tagwright.config import Settings
from tagwright.flows.installation import open_installation
from tagwright.flows.jobs import KINDS, Control, JobKind
from tagwright.flows.working import run_in_thread
from tagwright.flows.workspace import Workspace
from tagwright.types import Json


def chore(ws: Workspace, params: Json, control: Control) -> Json:
    """Works for `seconds` in steps of 10 ms."""
    control.progress("begun", 0, 0)
    with Path(params["file"]).open("a") as file:
        file.write(f"begin {control.job}\n")
        file.flush()
        steps = int(params.get("seconds", 0) * 100)
        for step in range(steps):
            time.sleep(0.01)
            control.progress("working", step, steps)
        file.write(f"end {control.job}\n")
    return {}


def main(root: str, name: str) -> None:
    installation = open_installation(Path(root), Settings.load())
    kinds = {**KINDS, "chore": JobKind(chore, lambda params: "")}
    running = run_in_thread(installation, name, kinds=kinds)
    stop_on_signals(running.stop_soon)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    running.wait()
    installation.close()
