"""Files to pictures, in worker processes that may crash, hang or be refused memory.

One thread here drives one worker. A worker that dies or overruns costs the picture in its
hands and is started anew; the paths it had not begun are asked again.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Final, Self, TypeAlias

import numpy as np

from tagwright.core.lookalike import Fingerprint
from tagwright.errors import InvalidInput, TagwrightError, Unavailable
from tagwright.media.decode import Limits, Picture
from tagwright.media.wire import HEAD, MAX_JSON, PIPE_BYTES, READY
from tagwright.types import Json, Pixels

_AHEAD: Final = 16
"""Pictures a worker may be ahead of the consumer: enough to ride out one slow picture."""
_IN_HAND: Final = 4
"""Paths a worker holds at once, so that it never waits for the next question."""
_START_SECONDS: Final = 60
"""Patience with a worker that starts: imports on a cold disk and a busy machine."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file that is a picture. `mtime_ns` as it was when the bytes were read."""

    path: Path
    sha256: str
    size: int
    mtime_ns: int
    picture: Picture
    keywords: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that is not, and why, in one sentence."""

    path: Path
    reason: str


Outcome: TypeAlias = Decoded | Unreadable


def decode_files(
    paths: Iterable[Path],
    *,
    side: int,
    workers: int,
    limits: Limits,
    keywords: bool = False,
) -> Iterator[Outcome]:
    """One outcome for each path, in the order of `paths`, decoded by `workers` processes.

    Memory is bounded: at most 16 pictures a worker wait to be taken. Closing the iterator, or
    the end of this process however it comes, ends the workers. Raises Unavailable when no
    worker can be started.
    """
    if workers < 1 or side < 1:
        raise InvalidInput(f"workers {workers!r} and side {side!r} must be 1 or more")
    config: Json = {
        "side": side,
        "workers": workers,
        "limits": asdict(limits),
        "keywords": keywords,
    }
    return _decode_files(paths, config, workers)


def _decode_files(paths: Iterable[Path], config: Json, workers: int) -> Iterator[Outcome]:
    waiting: deque[Future[Outcome]] = deque()
    with _Pool(config, workers) as pool:
        for path in paths:
            waiting.append(pool.submit(path))
            while len(waiting) >= workers * _AHEAD or (waiting and waiting[0].done()):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class _Pool:
    def __init__(self, config: Json, workers: int) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._drivers = [_Driver(config, self._jobs) for _ in range(workers)]

    def submit(self, path: Path) -> Future[Outcome]:
        job = _Job(path, Future())
        self._jobs.put(job)
        return job.outcome

    def __enter__(self) -> Self:
        for driver in self._drivers:
            driver.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for driver in self._drivers:
            driver.stop()
        for _ in self._drivers:
            self._jobs.put(None)
        for driver in self._drivers:
            driver.join()


@dataclass(frozen=True, slots=True)
class _Job:
    path: Path
    outcome: Future[Outcome]


class _Lost(Exception):
    """The worker is gone or must go, with the picture it held."""


class _Driver(threading.Thread):
    """Feeds one worker and settles its jobs' futures."""

    def __init__(self, config: Json, jobs: SimpleQueue[_Job | None]) -> None:
        super().__init__(name="tagwright-decode", daemon=True)
        self._config = config
        self._jobs = jobs
        self._held: deque[_Job] = deque()
        self._stopped = threading.Event()
        self._worker: _Worker | None = None

    def stop(self) -> None:
        self._stopped.set()
        if self._worker is not None:
            self._worker.kill()

    def run(self) -> None:
        try:
            while not self._stopped.is_set() and self._refill():
                self._settle_first()
        finally:
            self._discard()

    def _refill(self) -> bool:
        """Hold a few jobs, waiting for one if there is none. False when there will be none."""
        while len(self._held) < _IN_HAND:
            try:
                job = self._jobs.get(block=not self._held)
            except Empty:
                return True
            if job is None:
                self._jobs.put(None)
                return bool(self._held)
            self._held.append(job)
            if self._worker is not None:
                self._worker.ask(job.path)
        return True

    def _settle_first(self) -> None:
        job = self._held[0]
        try:
            worker = self._worker or self._start()
            outcome: Outcome = worker.answer(job.path)
        except _Lost as loss:
            outcome = Unreadable(job.path, str(loss))
            self._discard()
        except TagwrightError as error:
            self._discard()
            self._held.popleft().outcome.set_exception(error)
            return
        self._held.popleft()
        job.outcome.set_result(outcome)

    def _start(self) -> _Worker:
        """A fresh worker, asked all that is held. Raises Unavailable."""
        self._worker = worker = _Worker(self._config)
        if self._stopped.is_set():
            worker.kill()
        worker.greet()
        for held in self._held:
            worker.ask(held.path)
        return worker

    def _discard(self) -> None:
        if self._worker is not None:
            self._worker.close()
        self._worker = None


class _Worker:
    """One process and its two pipes."""

    def __init__(self, config: Json) -> None:
        self._side = int(config["side"])
        self._seconds = float(config["limits"]["seconds"])
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tagwright.media.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        self._stderr = self._process.stderr
        self._poll = select.poll()
        self._poll.register(self._stdout, select.POLLIN)
        if hasattr(fcntl, "F_SETPIPE_SZ"):
            _widen(self._stdout.fileno())
        self._send(config)

    def greet(self) -> None:
        """Wait until it is ready. Raises Unavailable with what it said when it never is."""
        word = bytearray(len(READY))
        try:
            self._fill(memoryview(word), time.monotonic() + _START_SECONDS)
        except _Lost:
            self._process.kill()
            said = self._stderr.read().decode("utf-8", "replace").strip().splitlines()
            raise Unavailable(
                f"the process that decodes pictures does not start: "
                f"{said[-1] if said else 'it said nothing'}; check the installation"
            ) from None

    def ask(self, path: Path) -> None:
        self._send({"path": str(path)})

    def answer(self, path: Path) -> Outcome:
        """The outcome of the longest-asked path. Raises _Lost when the worker fails it."""
        deadline = time.monotonic() + self._seconds
        head = bytearray(HEAD.size)
        self._fill(memoryview(head), deadline)
        body_bytes, pixel_bytes = HEAD.unpack(head)
        expected = self._side * self._side * 3
        if body_bytes > MAX_JSON or pixel_bytes not in (0, expected):
            raise _Lost("the decoder answered nonsense and was stopped")
        body = bytearray(body_bytes)
        self._fill(memoryview(body), deadline)
        pixels: Pixels = np.empty((self._side, self._side, 3), np.uint8)
        self._fill(pixels.data.cast("B")[:pixel_bytes], deadline)
        return _outcome(path, body, pixels)

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._stdin.close()
        self._stdout.close()
        self._stderr.close()

    def _send(self, message: Json) -> None:
        body = json.dumps(message).encode("ascii")
        try:
            self._stdin.write(HEAD.pack(len(body), 0) + body)
        except BrokenPipeError:
            return  # it died; the next answer says so

    def _fill(self, target: memoryview, deadline: float) -> None:
        while target:
            left = deadline - time.monotonic()
            if left <= 0 or not self._poll.poll(left * 1000):
                raise _Lost(f"it took longer than {self._seconds:g} s")
            count = os.readv(self._stdout.fileno(), [target])
            if count == 0:
                raise _Lost(self._death())
            target = target[count:]

    def _death(self) -> str:
        code = self._process.wait()
        if code == -signal.SIGALRM:
            return f"it took longer than {self._seconds:g} s"
        if code < 0:
            return f"the decoder crashed on it ({signal.Signals(-code).name})"
        return f"the decoder failed on it (exit code {code})"


def _widen(descriptor: int) -> None:
    """Let a pipe hold several pictures. The system may refuse; then it holds fewer."""
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    except PermissionError:
        return


def _outcome(path: Path, body: bytearray, pixels: Pixels) -> Outcome:
    """What a worker said, checked. Raises _Lost for what no honest worker says."""
    try:
        said: Json = json.loads(body)
        if "reason" in said:
            return Unreadable(path, str(said["reason"])[:500])
        picture = Picture(
            pixels=pixels,
            width=int(said["width"]),
            height=int(said["height"]),
            format=str(said["format"]),
            fingerprint=Fingerprint.from_bytes(base64.b64decode(said["fingerprint"])),
            taken_at=None if said["taken_at"] is None else str(said["taken_at"]),
            bytes=int(said["bytes"]),
        )
        labels = tuple(tuple(str(name) for name in label) for label in said["keywords"])
        return Decoded(
            path, str(said["sha256"]), picture.bytes, int(said["mtime_ns"]), picture, labels
        )
    except (ValueError, KeyError, TypeError, InvalidInput):
        raise _Lost("the decoder answered nonsense and was stopped") from None
