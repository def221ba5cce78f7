"""`tagwright` as a process of its own, without the seconds that Python takes to import it.

Each process is forked from one that has imported everything. It is as real as one that began from
nothing: its memory, files and signals are its own, it ends with a code, it can be killed. That the
program also begins from nothing, the tests of the documentation show.
"""

from __future__ import annotations

import io
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from subprocess import CompletedProcess

from tagwright.cli import main as tagwright

IMPORTED = ("tagwright.cli.app", "tagwright.web.logs", "tagwright.web.serve", "openvino")
"""What a process finds imported."""

_forks = get_context("forkserver")
_forks.set_forkserver_preload(list(IMPORTED))


@dataclass(frozen=True, slots=True)
class Program:
    """A process that was launched, and the file with all it says, or what it says on each."""

    process: ForkServerProcess
    out: Path
    err: Path

    @property
    def code(self) -> int | None:
        """Its exit code, below 0 for the signal that ended it; None while it runs."""
        return self.process.exitcode

    def signal(self, number: signal.Signals) -> None:
        if self.process.pid is not None and self.code is None:
            os.kill(self.process.pid, number)

    def wait(self, seconds: float) -> int:
        """The exit code. Fails where it does not end in time."""
        self.process.join(seconds)
        assert self.code is not None, f"it runs after {seconds} s: {self.said()}"
        return self.code

    def kill(self) -> None:
        """As `kill -9`; gone on return."""
        self.process.kill()
        self.process.join()

    def said(self) -> str:
        return self.err.read_text(encoding="utf-8")

    def until(self, words: re.Pattern[str], seconds: float = 60) -> re.Match[str]:
        """Wait until it says this on stderr. Fails where it ends first, or takes too long."""
        end = time.monotonic() + seconds
        while not (found := words.search(self.said())):
            assert self.code is None, self.said()
            assert time.monotonic() < end, self.said()
            time.sleep(0.02)
        return found


def launch(
    *words: str,
    settings: Mapping[str, str],
    cwd: Path = Path("/"),
    err: Path,
    out: Path | None = None,
    typed: str = "",
    main: Callable[[], object] = tagwright,
) -> Program:
    """Start `tagwright WORDS`, or another `main`.

    settings: `TAGWRIGHT_*` variables; of those of this process none is handed on.
    err, out: files for what it says; without `out`, all is in `err`.
    typed: what it reads on standard input.
    """
    out = err if out is None else out
    for file in {out, err}:
        file.write_bytes(b"")
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TAGWRIGHT_")}
    given = (main, list(words), {**kept, **settings}, cwd, (typed, out, err))
    process = _forks.Process(target=_become, args=given)
    process.start()
    return Program(process, out, err)


def ran(
    *words: str, settings: Mapping[str, str], cwd: Path = Path("/"), typed: str = ""
) -> CompletedProcess[str]:
    """Run `tagwright WORDS` to its end, as `subprocess.run` does."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        program = launch(*words, settings=settings, cwd=cwd, typed=typed, out=out, err=err)
        code = program.wait(300)
        return CompletedProcess(words, code, out.read_text("utf-8"), err.read_text("utf-8"))


def _become(
    main: Callable[[], object],
    words: list[str],
    environ: dict[str, str],
    cwd: Path,
    streams: tuple[str, Path, Path],
) -> None:
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(cwd)
    typed, *files = streams
    for number, file in enumerate(files, 1):
        os.dup2(os.open(file, os.O_WRONLY | os.O_APPEND), number)
    sys.stdin = io.StringIO(typed)
    sys.argv = ["tagwright", *words]
    main()
