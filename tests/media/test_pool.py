"""Files are decoded elsewhere: in order, within limits, and a crash costs one picture."""

from __future__ import annotations

import hashlib
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tagwright.errors import InvalidInput, Unavailable
from tagwright.media.decode import Limits, decode
from tagwright.media.pool import NO_PATH, Decoded, Decoders, Unreadable, decode_files


def picture(path: Path, size: tuple[int, int] = (48, 32), seed: int = 0) -> Path:
    noise = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), np.uint8)
    Image.fromarray(noise).resize(size).save(path)
    return path


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    return [picture(tmp_path / f"{i:03}.png", (40 + i, 30), i) for i in range(60)]


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture that takes seconds to decode."""
    path = tmp_path_factory.mktemp("slow") / "slow.webp"
    Image.new("RGB", (9999, 9999)).save(path, method=0)
    return path


def workers_of(pid: int) -> list[int]:
    """Its children that decode: a test run has others, such as a database."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for task in tasks for child in task.read_text().split()]
    return [child for child in children if _decodes(child)]


def _decodes(pid: int) -> bool:
    try:
        return b"tagwright.media.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def test_a_file_comes_back_with_its_picture_and_its_hash(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    (outcome,) = decode_files([path], side=16, workers=1, limits=Limits())
    assert isinstance(outcome, Decoded)
    here = decode(path.read_bytes(), side=16, limits=Limits())
    assert np.array_equal(outcome.picture.pixels, here.pixels)
    assert outcome.picture.fingerprint == here.fingerprint
    assert (outcome.path, outcome.picture.width, outcome.picture.height) == (path, 48, 32)
    assert outcome.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    status = path.stat()
    assert (outcome.size, outcome.mtime_ns) == (status.st_size, status.st_mtime_ns)


def test_outcomes_come_in_the_order_of_the_paths(pictures: list[Path]) -> None:
    slow = picture(pictures[0].with_name("slow.png"), (3000, 3000))
    paths = [slow, *pictures, slow, *pictures]
    outcomes = list(decode_files(paths, side=16, workers=3, limits=Limits()))
    assert [outcome.path for outcome in outcomes] == paths
    assert all(isinstance(outcome, Decoded) for outcome in outcomes)


def test_it_reads_only_so_far_ahead(pictures: list[Path]) -> None:
    asked = 0

    def paths() -> Iterator[Path]:
        nonlocal asked
        for path in pictures * 5:
            asked += 1
            yield path

    outcomes = decode_files(paths(), side=16, workers=2, limits=Limits())
    for taken in range(1, 21):
        next(outcomes)
        assert asked <= taken + 2 * 16
    assert isinstance(outcomes, Iterator)
    outcomes.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_a_crash_costs_one_picture(pictures: list[Path], how: signal.Signals) -> None:
    outcomes = decode_files(pictures * 4, side=16, workers=1, limits=Limits())
    found = [next(outcomes)]
    (worker,) = workers_of(os.getpid())
    os.kill(worker, how)
    found += outcomes
    lost = [outcome for outcome in found if isinstance(outcome, Unreadable)]
    assert len(found) == len(pictures) * 4
    assert len(lost) <= 1
    assert all(outcome.reason == f"the decoder crashed on it ({how.name})" for outcome in lost)


def test_a_picture_that_takes_too_long_is_given_up(pictures: list[Path], slow: Path) -> None:
    paths = [pictures[0], slow, pictures[1]]
    first, given_up, last = decode_files(
        paths, side=16, workers=1, limits=Limits(seconds=1, memory_megabytes=2000)
    )
    assert given_up == Unreadable(slow, "it took longer than 1 s")
    assert isinstance(first, Decoded)
    assert isinstance(last, Decoded)


def test_a_picture_that_needs_too_much_memory_is_given_up(pictures: list[Path]) -> None:
    big = picture(pictures[0].with_name("big.png"), (5000, 5000))
    first, given_up, last = decode_files(
        [pictures[0], big, pictures[1]], side=16, workers=1, limits=Limits(memory_megabytes=60)
    )
    assert isinstance(given_up, Unreadable)
    assert "needs more memory than the limit of 60 MB" in given_up.reason
    assert isinstance(first, Decoded)
    assert isinstance(last, Decoded)


def a_fifo(path: Path) -> None:
    os.mkfifo(path)


def a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


def a_link_to_nothing(path: Path) -> None:
    path.symlink_to("nowhere")


def a_large_file(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(3 << 20)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(lambda path: None, "no such file", id="missing"),
        pytest.param(Path.mkdir, "it is a folder", id="a folder"),
        pytest.param(a_fifo, "it is a named pipe, not a file", id="a named pipe"),
        pytest.param(a_socket, "it is a socket, not a file", id="a socket"),
        pytest.param(
            lambda path: path.symlink_to("/dev/zero"), "it is a device, not a file", id="a device"
        ),
        pytest.param(a_link_to_nothing, "a link to a file that does not exist", id="a dead link"),
        pytest.param(Path.touch, "the file is empty", id="empty"),
        pytest.param(a_large_file, "the file has 3 MB; the limit is 2", id="too large"),
    ],
)
def test_what_is_no_picture_file_has_its_reason(
    tmp_path: Path, make: Callable[[Path], None], reason: str
) -> None:
    path = tmp_path / "x.jpg"
    make(path)
    limits = Limits(seconds=5, file_megabytes=2)
    assert list(decode_files([path], side=8, workers=1, limits=limits)) == [
        Unreadable(path, reason)
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    path.chmod(0)
    (outcome,) = decode_files([path], side=8, workers=1, limits=Limits())
    assert outcome == Unreadable(path, "permission denied")


@pytest.mark.parametrize("name", ["new\nline.png", "caf\udce9.png", "-rf.png", "日本語.png"])
def test_odd_names_work(tmp_path: Path, name: str) -> None:
    path = picture(tmp_path / name)
    (outcome,) = decode_files([path], side=8, workers=1, limits=Limits())
    assert isinstance(outcome, Decoded)
    assert outcome.path == path


def test_keywords_come_along_when_asked(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    path.with_name("a.png.xmp").write_text(
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:lr="http://ns.adobe.com/lightroom/1.0/"><lr:hierarchicalSubject>'
        "<rdf:Bag><rdf:li>Animal|Cat</rdf:li></rdf:Bag></lr:hierarchicalSubject>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    for asked, keywords in ((True, (("Animal", "Cat"),)), (False, ())):
        (outcome,) = decode_files([path], side=8, workers=1, limits=Limits(), keywords=asked)
        assert isinstance(outcome, Decoded)
        assert outcome.keywords == keywords


def test_nothing_in_gives_nothing_out() -> None:
    assert list(decode_files([], side=8, workers=2, limits=Limits())) == []


@pytest.mark.parametrize(("side", "workers"), [(0, 1), (8, 0)])
def test_no_side_or_no_workers_is_refused(side: int, workers: int) -> None:
    with pytest.raises(InvalidInput, match="must be 1 or more"):
        decode_files([], side=side, workers=workers, limits=Limits())


def test_closing_ends_the_workers(pictures: list[Path]) -> None:
    outcomes = decode_files(pictures * 20, side=16, workers=2, limits=Limits())
    next(outcomes)
    assert workers_of(os.getpid())
    outcomes.close()  # type: ignore[attr-defined]
    assert workers_of(os.getpid()) == []


@pytest.mark.slow
def test_workers_end_when_the_program_is_killed(pictures: list[Path]) -> None:
    script = (
        "import sys, pathlib, time\n"
        "from tagwright.media.pool import decode_files\n"
        "from tagwright.media.decode import Limits\n"
        "paths = [pathlib.Path(sys.argv[1])] * 1000\n"
        "outcomes = decode_files(paths, side=16, workers=2, limits=Limits())\n"
        "next(outcomes); print('running', flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(pictures[0])], stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "running\n"
        workers = workers_of(program.pid)
        assert len(workers) == 2
        program.kill()
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}/cmdline").exists() and _lives(pid) for pid in workers):
        assert time.monotonic() < deadline, "a worker outlived its program"
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def decoders() -> Iterator[Decoders]:
    with Decoders(16, 2, Limits(seconds=5)) as decoders:
        yield decoders


def one_worker(seconds: float = 5) -> Decoders:
    return Decoders(16, 1, Limits(seconds=seconds, memory_megabytes=2000))


def wait_for_workers(count: int) -> list[int]:
    deadline = time.monotonic() + 20
    while len(found := workers_of(os.getpid())) != count:
        assert time.monotonic() < deadline, f"{len(found)} workers, not {count}"
        time.sleep(0.01)
    return found


def test_bytes_give_what_their_file_gives(decoders: Decoders, tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")
    of_file, of_bytes = (decoders.submit(s).result() for s in (path, path.read_bytes()))
    assert isinstance(of_file, Decoded)
    assert isinstance(of_bytes, Decoded)
    assert np.array_equal(of_file.picture.pixels, of_bytes.picture.pixels)
    assert (of_file.sha256, of_file.size) == (of_bytes.sha256, of_bytes.size)
    assert of_bytes.path == NO_PATH


def test_bytes_larger_than_any_pipe_do_not_stop_the_traffic(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1200, 1200, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "a.bmp")
    data = (tmp_path / "a.bmp").read_bytes()
    with Decoders(512, 1, Limits()) as decoders:
        outcomes = [decoders.submit(data) for _ in range(12)]
        assert all(isinstance(o.result(timeout=30), Decoded) for o in outcomes)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "the file is empty", id="nothing"),
        pytest.param(b"%PDF-1.7", "it is a PDF document", id="a document"),
        pytest.param(b"\xff\xd8\xff\xe0", "its header is broken", id="a stump"),
    ],
)
def test_bytes_that_are_no_picture_have_their_reason(
    decoders: Decoders, data: bytes, reason: str
) -> None:
    for outcome in (decoders.submit(data).result(), decoders.render(data, 8).result()):
        assert isinstance(outcome, Unreadable)
        assert outcome.path == NO_PATH
        assert reason in outcome.reason


def test_many_threads_share_it(decoders: Decoders, pictures: list[Path]) -> None:
    def sizes(path: Path) -> tuple[int, int]:
        outcome = decoders.submit(path.read_bytes()).result()
        rendition = decoders.render(path, 8).result()
        assert isinstance(outcome, Decoded)
        assert isinstance(rendition, bytes)
        return outcome.picture.width, Image.open(io.BytesIO(rendition)).width

    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(sizes, pictures)) == [(40 + i, 8) for i in range(60)]


def test_a_worker_that_dies_while_idle_costs_nothing(pictures: list[Path]) -> None:
    with one_worker() as decoders:
        decoders.submit(pictures[0]).result()
        (worker,) = wait_for_workers(1)
        os.kill(worker, signal.SIGKILL)
        os.waitid(os.P_PID, worker, os.WEXITED | os.WNOWAIT)  # until all its threads have ended
        assert isinstance(decoders.submit(pictures[1]).result(), Decoded)


def test_a_rendition_that_takes_too_long_is_given_up(tmp_path: Path, slow: Path) -> None:
    with one_worker(seconds=1) as decoders:
        given_up = decoders.render(slow, 64).result()
        assert given_up == Unreadable(slow, "it took longer than 1 s")
        assert isinstance(decoders.submit(picture(tmp_path / "a.png")).result(), Decoded)


def test_who_no_longer_waits_does_not_stop_the_rest(tmp_path: Path) -> None:
    Image.new("1", (6000, 6000)).save(tmp_path / "slow.png")
    with one_worker() as decoders:
        outcomes = [decoders.submit(tmp_path / "slow.png") for _ in range(20)]
        assert outcomes[-1].cancel()
        assert isinstance(decoders.submit(picture(tmp_path / "a.png")).result(), Decoded)


def test_closing_answers_everyone_who_still_waits(tmp_path: Path) -> None:
    Image.new("1", (6000, 6000)).save(tmp_path / "slow.png")
    decoders = one_worker()
    outcomes = [decoders.submit((tmp_path / "slow.png").read_bytes()) for _ in range(20)]
    outcomes[0].result()
    decoders.close()
    assert workers_of(os.getpid()) == []
    assert isinstance(outcomes[-1].exception(timeout=1), Unavailable)
    with pytest.raises(Unavailable, match="closed"):
        decoders.submit(b"")
    decoders.close()


def test_bytes_leave_no_file_open(decoders: Decoders, tmp_path: Path) -> None:
    data = picture(tmp_path / "a.png").read_bytes()
    for _ in range(3):
        decoders.submit(data).result()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for outcome in [decoders.submit(data) for _ in range(100)]:
        outcome.result()
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 4


@pytest.mark.parametrize("box", [0, -1, 4097])
def test_no_rendition_has_such_a_size(decoders: Decoders, box: int) -> None:
    with pytest.raises(InvalidInput, match="not from 1 to 4096"):
        decoders.render(b"", box)
