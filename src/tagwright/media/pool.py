"""Files and bytes to pictures, in worker processes that may crash, hang or be refused memory.

One thread here drives one worker. A worker that dies or overruns costs the picture in its
hands and is started anew; what it had not begun is asked again.
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
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import IO, Any, Final, Self, TypeAlias

import numpy as np

from tagwright.core.lookalike import Fingerprint
from tagwright.errors import InvalidInput, TagwrightError, Unavailable
from tagwright.media.decode import Limits, Picture
from tagwright.media.renditions import check_box
from tagwright.media.wire import HEAD, MAX_JSON, PIPE_BYTES, READY, most_webp
from tagwright.types import Json, Pixels

_AHEAD: Final = 16
"""Pictures a worker may be ahead of the consumer: enough to ride out one slow picture."""
_IN_HAND: Final = 4
"""Paths a worker holds at once, so that it never waits for the next question."""
_START_SECONDS: Final = 60
"""Patience with a worker that starts: imports on a cold disk and a busy machine."""
_CLOSED: Final = "the decoders are closed: the program is ending; ask again when it runs"
_NONSENSE: Final = "the decoder answered nonsense and was stopped"
NO_PATH: Final = Path("-")
"""The path of an outcome for bytes."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file that is a picture. `mtime_ns` as it was when the bytes were read.

    Of bytes, `path` is `-` and `mtime_ns` means nothing.
    """

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
    _check(side, workers)
    return _decode_files(paths, side, workers, limits, keywords)


def _check(side: int, workers: int) -> None:
    if workers < 1 or side < 1:
        raise InvalidInput(f"workers {workers!r} and side {side!r} must be 1 or more")


def _decode_files(
    paths: Iterable[Path], side: int, workers: int, limits: Limits, keywords: bool
) -> Iterator[Outcome]:
    waiting: deque[Future[Outcome]] = deque()
    with Decoders(side, workers, limits, keywords) as pool:
        for path in paths:
            waiting.append(pool.submit(path))
            while len(waiting) >= workers * _AHEAD or (waiting and waiting[0].done()):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class Decoders:
    """Decoder processes that stay, for any number of threads to share. Close it, or use `with`.

    Nothing bounds the queue: whoever submits bytes holds them in memory until they are decoded.
    """

    def __init__(self, side: int, workers: int, limits: Limits, keywords: bool = True) -> None:
        _check(side, workers)
        config: Json = {
            "side": side,
            "workers": workers,
            "limits": asdict(limits),
            "keywords": keywords,
        }
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._drivers = [_Driver(config, self._jobs) for _ in range(workers)]
        for driver in self._drivers:
            driver.start()

    def submit(self, source: Path | bytes) -> Future[Outcome]:
        """Decode a file, or bytes. Unavailable comes out where no worker can be started."""
        return self._put(_Job(source, None))

    def render(self, source: Path | bytes, box: int) -> Future[bytes | Unreadable]:
        """A WebP of a file or bytes, its longer side at most `box` px; see `media.renditions`."""
        check_box(box)
        return self._put(_Job(source, box))

    def close(self) -> None:
        """End the workers. What they have not answered, and what comes later, is Unavailable."""
        with self._lock:
            self._closed = True
        for driver in self._drivers:
            driver.stop()
        for _ in self._drivers:
            self._jobs.put(None)
        for driver in self._drivers:
            driver.join()
        with suppress(Empty):
            while True:
                if (job := self._jobs.get_nowait()) is not None:
                    job.give_up()

    def _put(self, job: _Job) -> Future[Any]:
        with self._lock:
            if self._closed:
                raise Unavailable(_CLOSED)
            self._jobs.put(job)
        return job.outcome

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Job:
    """A question and its future. `box`: None to decode, else of the rendition asked for."""

    def __init__(self, source: Path | bytes, box: int | None) -> None:
        self.path = NO_PATH if isinstance(source, bytes) else source
        self.box = box
        self.outcome: Future[Any] = Future()
        self._data = source if isinstance(source, bytes) else None
        self._file: IO[bytes] | None = None

    def question(self) -> Json:
        """What to ask a worker. Bytes become a file that has no name and lives in memory."""
        if self._data is None:
            return {"path": str(self.path), "box": self.box}
        if self._file is None:
            self._file = _memory_file(self._data)
        return {"path": _name_of(self._file), "box": self.box}

    def settle(self, result: Outcome | bytes | TagwrightError) -> None:
        self._let_go()
        if isinstance(result, TagwrightError):
            self.outcome.set_exception(result)
        else:
            self.outcome.set_result(result)

    def give_up(self) -> None:
        """Tell whoever still waits that no answer will come."""
        if self.outcome.running() or self.outcome.set_running_or_notify_cancel():
            self.settle(Unavailable(_CLOSED))

    def _let_go(self) -> None:
        self._data = None
        if self._file is not None:
            self._file.close()


def _memory_file(data: bytes) -> IO[bytes]:
    if hasattr(os, "memfd_create"):
        file: IO[bytes] = open(os.memfd_create("picture"), "wb")  # noqa: PTH123, SIM115 - no path
    else:
        file = tempfile.NamedTemporaryFile()  # noqa: SIM115 - closed when the job is settled
    file.write(data)
    file.flush()
    return file


def _name_of(file: IO[bytes]) -> str:
    """Where another process of the same user finds an open file."""
    if isinstance(file.name, str):
        return file.name
    return f"/proc/{os.getpid()}/fd/{file.fileno()}"


class _Lost(Exception):
    """The worker is gone or must go, with the picture it held."""


class _Driver(threading.Thread):
    """Feeds one worker and settles its jobs' futures."""

    def __init__(self, config: Json, jobs: SimpleQueue[_Job | None]) -> None:
        super().__init__(name="tagwright-decode", daemon=True)
        self._config = config
        self._drivers = int(config["workers"])
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
            with suppress(Unavailable):  # if it fails again, the first job says why
                self._start()
            while not self._stopped.is_set() and self._refill():
                self._settle_first()
        finally:
            self._discard()
            for job in self._held:
                job.give_up()

    def _refill(self) -> bool:
        """Hold a few jobs, waiting for one if there is none. False when there will be none."""
        while len(self._held) < _IN_HAND:
            if self._held and self._jobs.qsize() < self._drivers:
                return True  # leave the last few to the others, who may be idle
            try:
                job = self._jobs.get(block=not self._held)
            except Empty:
                return True
            if job is None:
                self._jobs.put(None)
                return bool(self._held)
            if job.outcome.set_running_or_notify_cancel():
                self._hold(job)
        return True

    def _hold(self, job: _Job) -> None:
        if not self._held and self._worker is not None and self._worker.has_ended():
            self._discard()  # it died idle: no picture's fault
        try:
            job.question()
        except OSError as error:
            job.settle(Unavailable(f"no memory for a picture ({error.strerror}): try again"))
            return
        self._held.append(job)
        if self._worker is not None:
            self._worker.ask(job)

    def _settle_first(self) -> None:
        job = self._held[0]
        result: Outcome | bytes | TagwrightError
        try:
            worker = self._worker or self._start()
            result = worker.answer(job)
        except _Lost as loss:
            result = Unreadable(job.path, str(loss))
            self._discard()
        except TagwrightError as error:
            result = error
            self._discard()
        if self._stopped.is_set():
            return  # what was lost now was not lost to a picture
        self._held.popleft()
        job.settle(result)

    def _start(self) -> _Worker:
        """A fresh worker, asked all that is held. Raises Unavailable."""
        try:
            self._worker = worker = _Worker(self._config)
        except OSError as error:
            raise Unavailable(
                f"no process can be started to decode pictures ({error.strerror}): "
                f"end other programs or raise the limits of this one"
            ) from None
        if self._stopped.is_set():
            worker.kill()
        worker.greet()
        for held in self._held:
            worker.ask(held)
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

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def ask(self, job: _Job) -> None:
        self._send(job.question())

    def answer(self, job: _Job) -> Outcome | bytes:
        """The outcome of the longest-asked job. Raises _Lost when the worker fails it."""
        deadline = time.monotonic() + self._seconds
        head = bytearray(HEAD.size)
        self._fill(memoryview(head), deadline)
        body_bytes, data_bytes = HEAD.unpack(head)
        self._check_sizes(body_bytes, data_bytes, job.box)
        body = bytearray(body_bytes)
        self._fill(memoryview(body), deadline)
        data = np.empty(data_bytes, np.uint8)
        self._fill(data.data, deadline)
        said = _said(body)
        if "reason" in said:
            return Unreadable(job.path, str(said["reason"])[:500])
        if not data_bytes:
            raise _Lost(_NONSENSE)
        if job.box is not None:
            return data.tobytes()
        return _decoded(job.path, said, data.reshape(-1, self._side, 3))

    def _check_sizes(self, body_bytes: int, data_bytes: int, box: int | None) -> None:
        if box is None:
            honest = data_bytes in (0, self._side * self._side * 3)
        else:
            honest = data_bytes <= most_webp(box)
        if body_bytes > MAX_JSON or not honest:
            raise _Lost(_NONSENSE)

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


def _said(body: bytearray) -> Json:
    """A worker's words. Raises _Lost for what no honest worker says."""
    try:
        said = json.loads(body)
    except ValueError:
        raise _Lost(_NONSENSE) from None
    if not isinstance(said, dict):
        raise _Lost(_NONSENSE)
    return said


def _decoded(path: Path, said: Json, pixels: Pixels) -> Decoded:
    """A worker's description of a picture, checked. Raises _Lost."""
    try:
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
        raise _Lost(_NONSENSE) from None
