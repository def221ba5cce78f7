"""A training in several processes of this machine, and whoever waits for them.

They speak through files in the training's folder: the leading process writes how far it is, the
parent writes that it should end. All of them hold the read end of a pipe of the parent's and end
when it closes, so none outlives a parent that was killed.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Final

from tagwright.deep.cache import Tell
from tagwright.deep.files import write_whole
from tagwright.deep.loop import BEST
from tagwright.errors import Unavailable

END: Final = "end"
"""A file that asks the training to end and to keep its best state."""
PROGRESS: Final = "progress.json"
LOG: Final = "processes.log"
WATCHED: Final = "--watched"
BEAT_SECONDS: Final = 0.5
"""How often progress is written, and read."""
GRACE_SECONDS: Final = 40.0
"""torchrun gives its processes 30 s to end before it kills them."""
_RAISED: Final = re.compile(
    r"^(?:\[rank\d+\]: ?)?(?:\w+\.)*\w*(?:Error|InvalidInput|Unavailable): .+"
)


def train_together(
    folder: Path, processes: int, tell: Tell, ends: Callable[[], bool] = lambda: False
) -> None:
    """Train what `folder` describes; its story is on disk then.

    tell: may raise, which ends them. ends: see `loop.Place`; Ctrl-C does the same once there is a
    state to keep, and a second Ctrl-C ends them at once. Raises Unavailable where they fail.
    """
    for left in (END, PROGRESS):
        (folder / left).unlink(missing_ok=True)
    command = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}"]
    # A session of their own: Ctrl-C is for the parent, which asks them to end in good order.
    with (
        (folder / LOG).open("wb") as log,
        subprocess.Popen(
            [sys.executable, *command, "-m", "tagwright.deep", str(folder), WATCHED],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as made,
    ):
        try:
            _attend(made, folder, tell, ends)
        finally:
            _end(made)
    if made.returncode:
        raise Unavailable(
            f"the training processes ended early ({_reason(folder / LOG)}): run this again, "
            f"it goes on after the last epoch"
        )


def _attend(
    made: subprocess.Popen[bytes], folder: Path, tell: Tell, ends: Callable[[], bool]
) -> None:
    """Pass on what they say, and what is asked of them, until they have ended."""
    while made.poll() is None:
        try:
            tell(*_progress(folder))
            if ends():
                (folder / END).touch()
            made.wait(BEAT_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        except KeyboardInterrupt:
            if not (folder / BEST).exists() or (folder / END).exists():
                raise
            (folder / END).touch()


def _progress(folder: Path) -> tuple[str, int, int]:
    path = folder / PROGRESS
    if not path.exists():
        return "starting several processes", 0, 1
    step, done, total = json.loads(path.read_bytes())
    return step, done, total


def _end(made: subprocess.Popen[bytes]) -> None:
    """Nothing where they have ended; else each is told by the pipe, and torchrun by a signal."""
    assert made.stdin is not None  # it was asked for
    made.stdin.close()
    if made.poll() is None:
        made.terminate()
        with suppress(subprocess.TimeoutExpired):
            made.wait(GRACE_SECONDS)
        made.kill()


def _reason(log: Path) -> str:
    """The last error that was raised in any of them."""
    lines = log.read_text(errors="replace").splitlines()
    raised = [line for line in lines if _RAISED.match(line)]
    return raised[-1] if raised else f"see {str(log)!r}"


def written(folder: Path) -> Tell:
    """Progress into the folder, for the parent to read."""
    last = -BEAT_SECONDS

    def tell(step: str, done: int, total: int) -> None:
        nonlocal last
        now = monotonic()
        if now - last >= BEAT_SECONDS or done == total:
            last = now
            write_whole(folder / PROGRESS, json.dumps([step, done, total]).encode())

    return tell


def end_with_parent() -> None:
    """End this process, whatever it does, as soon as its standard input is closed."""

    def watch() -> None:
        os.read(sys.stdin.fileno(), 1)  # not its buffer, whose lock Python wants when it ends
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
