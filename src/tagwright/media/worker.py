"""The process that decodes: paths in on stdin, pictures out on stdout, until stdin ends.

Started by `media.pool` as `python -m tagwright.media.worker`; not for people.
"""

from __future__ import annotations

import base64
import ctypes
import hashlib
import json
import os
import resource
import signal
import stat
import sys
import warnings
from pathlib import Path
from typing import BinaryIO, Final

import cv2
from PIL import Image

from tagwright.errors import UnreadableImage
from tagwright.media.decode import Limits, Picture, decode
from tagwright.media.metadata import keywords_of
from tagwright.media.renditions import render
from tagwright.media.wire import HEAD, READY
from tagwright.types import Json

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_LEAST_SHARE: Final = 200
_KINDS: Final = (
    (stat.S_ISDIR, "it is a folder"),
    (stat.S_ISFIFO, "it is a named pipe, not a file"),
    (stat.S_ISSOCK, "it is a socket, not a file"),
    (stat.S_ISCHR, "it is a device, not a file"),
    (stat.S_ISBLK, "it is a device, not a file"),
)


def main() -> None:
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    config = _read(stdin)
    if config is None:
        return
    limits = Limits(**config["limits"])
    _confine(limits, config["workers"])
    stdout.write(READY)
    stdout.flush()
    while (job := _read(stdin)) is not None:
        signal.alarm(int(limits.seconds) + 2)  # an orphan stuck in a decoder ends by itself
        answer, data = _answer(job, config, limits)
        signal.alarm(0)
        body = json.dumps(answer).encode("ascii")
        stdout.write(HEAD.pack(len(body), len(data)) + body)
        stdout.write(data)
        stdout.flush()


def _read(stream: BinaryIO) -> Json | None:
    head = stream.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    message: Json = json.loads(stream.read(HEAD.unpack(head)[0]))
    return message


def _answer(job: Json, config: Json, limits: Limits) -> tuple[Json, memoryview]:
    path = Path(job["path"])
    try:
        data, status = read_file(path, limits)
        if job["box"] is not None:
            return {}, memoryview(render(data, box=job["box"], limits=limits))
        picture = decode(data, side=config["side"], limits=limits)
    except UnreadableImage as error:
        return {"reason": error.reason}, memoryview(b"")
    answer = _described(picture) | {
        "sha256": hashlib.sha256(data).hexdigest(),
        "mtime_ns": status.st_mtime_ns,
        "keywords": keywords_of(path, data) if config["keywords"] else (),
    }
    return answer, picture.pixels.data.cast("B")


def _described(picture: Picture) -> Json:
    return {
        "width": picture.width,
        "height": picture.height,
        "format": picture.format,
        "fingerprint": base64.b64encode(picture.fingerprint.to_bytes()).decode("ascii"),
        "taken_at": picture.taken_at,
        "bytes": picture.bytes,
    }


def read_file(path: Path, limits: Limits) -> tuple[bytes, os.stat_result]:
    """The bytes of a regular file and its status as read. Raises UnreadableImage, never hangs."""
    try:
        _check_kind(path.stat())
        # Non-blocking: were the file swapped for a named pipe just now, opening it must not wait.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:  # noqa: PTH123 - there is no Path for a descriptor
            status = os.fstat(descriptor)
            _check_kind(status)
            if status.st_size > limits.file_megabytes << 20:
                raise UnreadableImage(
                    str(path),
                    f"the file has {status.st_size / (1 << 20):,.0f} MB; "
                    f"the limit is {limits.file_megabytes}",
                )
            return file.read(), status
    except FileNotFoundError:
        raise UnreadableImage(str(path), _vanished(path)) from None
    except PermissionError:
        raise UnreadableImage(str(path), "permission denied") from None
    except MemoryError:
        raise UnreadableImage(str(path), "the file does not fit into the memory limit") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UnreadableImage(str(path), f"the file cannot be read ({why})") from None


def _check_kind(status: os.stat_result) -> None:
    for is_kind, reason in _KINDS:
        if is_kind(status.st_mode):
            raise UnreadableImage("", reason)


def _vanished(path: Path) -> str:
    return "a link to a file that does not exist" if path.is_symlink() else "no such file"


def share_of(limits: Limits, workers: int) -> int:
    """Megabytes one worker may use: an even share, but enough for a 40-megapixel picture."""
    return min(limits.memory_megabytes, max(limits.memory_megabytes // workers, _LEAST_SHARE))


def _confine(limits: Limits, workers: int) -> None:
    """Leave this process only what decoding needs: memory, no files to write, one thread."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 2)  # C libraries complain there, and nobody reads it any more
    warnings.simplefilter("ignore")
    cv2.setNumThreads(1)
    Image.MAX_IMAGE_PIXELS = None  # `Limits.megapixels` rules, and is checked first
    # Keep freed memory for the next picture: page faults cost more than decoding a small one.
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        libc.mallopt(_M_MMAP_THRESHOLD, 32 << 20)
        libc.mallopt(_M_TRIM_THRESHOLD, 64 << 20)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    own = Path("/proc/self/statm")
    if own.exists():
        used = int(own.read_text().split()[0]) * resource.getpagesize()
        ceiling = used + (share_of(limits, workers) << 20)
        resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))


if __name__ == "__main__":
    main()
