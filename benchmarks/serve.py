"""A server under load: answers a second, and how long each takes.

    python benchmarks/serve.py --pictures ../shared/data/clothing10

`--pictures` is a folder (or its .tar.gz) with `labels.csv` (columns image, label). Makes a library
in a temporary folder, trains it, starts `tagwright serve` on a free port, and asks it as 1, 8 and
64 clients do that each wait for an answer before they ask again. The rate is set against the one at
which the same pictures go from files to features without a server, measured before and after in the
same run. Clients run in a process of their own on the same machine, so they cost the server time.
Prints a Markdown table, then JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import csv
import hashlib
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import httpx2
import numpy as np

CLIENTS = (1, 8, 64)
SIDE = 500
"""Longer side of the pictures that are sent, in pixels."""
CLASSIFY = "/api/v1/classify?neighbours=0"
WARM_UP = 2.0
"""Seconds before counting begins."""


class Door(NamedTuple):
    """Where the server listens, and the key that programs show it."""

    port: int
    key: str


def main() -> None:
    options = arguments()
    with tempfile.TemporaryDirectory() as temporary:
        folder = unpacked(options.pictures, Path(temporary))
        small = resized(folder, Path(temporary) / "small", options.count)
        library = Path(temporary) / "library"
        learned(library, folder)
        bodies = [path.read_bytes() for path in small]
        pipeline = [files_to_features(small)]
        figures: dict[str, Any] = {"cores": os.cpu_count(), "pictures": len(small), "load": {}}
        with served(library) as (port, process):
            door = Door(port, made_key(port))
            for clients in CLIENTS:
                found = in_other_process(load, door, bodies, clients, options.seconds)
                figures["load"][clients] = summary(found, options.seconds)
            figures["memory_mb"] = resident(process.pid)
        pipeline.append(files_to_features(small))
        figures["pipeline_per_second"] = statistics.mean(pipeline)
        with served(library) as (port, process):
            figures["uploads"] = uploads(port, process.pid, bodies, options.uploads)
    report(figures)


def load(door: Door, bodies: Sequence[bytes], clients: int, seconds: float) -> list[float]:
    """Seconds each answer took, of those that came after the warm-up."""
    return asyncio.run(_load(door, bodies, clients, seconds))


async def _load(door: Door, bodies: Sequence[bytes], clients: int, seconds: float) -> list[float]:
    begin = time.perf_counter() + WARM_UP
    end, taken = begin + seconds, []

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        for body in islice(cycle(bodies), number, None):
            start = time.perf_counter()
            if start > end:
                break
            status, answer = await ask(reader, writer, "POST", CLASSIFY, body, door.key)
            assert status == 200, answer[:500]
            assert b'"status":"ok"' in answer, answer[:500]
            done = time.perf_counter()
            if begin <= done <= end:
                taken.append(done - start)
        writer.close()

    await asyncio.gather(*(client(number) for number in range(clients)))
    return taken


def made_key(port: int) -> str:
    """A key that may classify, as an integrator has one."""
    url, asked = f"http://127.0.0.1:{port}/api/v1/keys", {"name": "load", "role": "viewer"}
    return str(httpx2.post(url, json=asked).raise_for_status().json()["key"])


async def ask(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    method: str,
    path: str,
    body: bytes,
    key: str | None = None,
) -> tuple[int, bytes]:
    """One request on a kept connection: as little work for the client as can be."""
    who = "" if key is None else f"Authorization: Bearer {key}\r\n"
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{who}Content-Type: image/jpeg\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body)
    got = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", got, re.IGNORECASE)
    assert length is not None, got
    return int(got[9:12]), await reader.readexactly(int(length[1]))


def uploads(port: int, pid: int, bodies: Sequence[bytes], count: int) -> dict[str, Any]:
    """Upload `count` different pictures with 8 clients, and look whether each is there."""
    before = resident(pid)
    start = time.perf_counter()
    names, peak = in_other_process(_upload_all, port, bodies, count, pid)
    seconds = time.perf_counter() - start
    lost = in_other_process(_missing, port, names)
    return {
        "files": count,
        "per_second": count / seconds,
        "lost": lost,
        "memory_mb": {"before": before, "highest": peak, "after": resident(pid)},
    }


def _upload_all(
    port: int, bodies: Sequence[bytes], count: int, pid: int
) -> tuple[list[str], float]:
    peak, names = 0.0, [""] * count

    async def client(number: int) -> None:
        nonlocal peak
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for i in range(number, count, 8):
            # A comment behind the picture's end makes other bytes of the same picture.
            body = bodies[i % len(bodies)] + f"copy {i}".encode()
            names[i] = hashlib.sha256(body).hexdigest()
            status, answer = await ask(reader, writer, "PUT", f"/api/v1/assets/{names[i]}", body)
            assert status in (200, 201), answer[:500]
            if number == 0 and i % 160 == 0:
                peak = max(peak, resident(pid))
        writer.close()

    async def all_clients() -> None:
        await asyncio.gather(*(client(number) for number in range(8)))

    asyncio.run(all_clients())
    return names, peak


def _missing(port: int, names: Sequence[str]) -> int:
    async def look() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        found = [
            (await ask(reader, writer, "GET", f"/api/v1/assets/{name}", b""))[0] for name in names
        ]
        writer.close()
        return sum(status != 200 for status in found)

    return asyncio.run(look())


def in_other_process(work: Any, *given: Any) -> Any:
    """`work` in a fresh process, as clients elsewhere would run."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


@contextlib.contextmanager
def served(library: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """`tagwright serve` on a free port."""
    command = [sys.executable, "-m", "tagwright", "--library", str(library), "serve", "--port", "0"]
    environment = {**os.environ, "TAGWRIGHT_RATE_LIMIT": "10000000/minute"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stderr is not None
            for line in process.stderr:
                if found := re.search(r"http://127.0.0.1:(\d+)", line):
                    break
            else:
                raise SystemExit("the server did not start")
            threading.Thread(target=process.stderr.read, daemon=True).start()
            yield int(found[1]), process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def files_to_features(paths: Sequence[Path]) -> float:
    """Pictures a second from files to features, as an import reads them."""
    code = (
        "import sys, time, json\n"
        "from pathlib import Path\n"
        "from tagwright.config import Settings\n"
        "from tagwright.media.decode import Limits\n"
        "from tagwright.media.pool import decode_files\n"
        "from tagwright.runtime.backbone import load_backbone\n"
        "from tagwright.runtime.catalog import CATALOG\n"
        "s = Settings(); spec = CATALOG[s.backbone]\n"
        "net = load_backbone(spec, s.cache_folder / 'backbones')\n"
        "paths = [Path(p) for p in json.load(sys.stdin)]\n"
        "def run():\n"
        "    read = decode_files(paths, side=spec.side, workers=s.decoders, limits=Limits(),"
        " keywords=True)\n"
        "    t = time.perf_counter(); n = 0\n"
        "    for _ in net.stream((d.path, d.picture.pixels) for d in read): n += 1\n"
        "    return n / (time.perf_counter() - t)\n"
        "run(); print(sorted(run() for _ in range(3))[1])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps([str(path) for path in paths]),
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def learned(library: Path, folder: Path) -> None:
    """A library of these pictures with a trained taxonomy."""
    base = [sys.executable, "-m", "tagwright"]
    manifest = folder / "labels.csv"
    subprocess.run([*base, "init", str(library)], check=True, capture_output=True)
    inside = [*base, "--library", str(library)]
    options = ["--label-column", "label", "--taxonomy", "things"]
    subprocess.run([*inside, "import", str(manifest), *options], check=True, capture_output=True)
    subprocess.run([*inside, "train", "things"], check=True, capture_output=True)


def resized(folder: Path, into: Path, count: int) -> list[Path]:
    """The first pictures as JPEGs whose longer side is 500 px, quality 90."""
    into.mkdir()
    rows = list(csv.DictReader((folder / "labels.csv").open(encoding="utf-8")))
    made = []
    for row in rows[:count]:
        pixels = cv2.imread(str(folder / row["image"]))
        scale = SIDE / max(pixels.shape[:2])
        size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
        path = into / f"{len(made)}.jpg"
        cv2.imwrite(str(path), cv2.resize(pixels, size), [cv2.IMWRITE_JPEG_QUALITY, 90])
        made.append(path)
    return made


def unpacked(given: Path, into: Path) -> Path:
    if given.is_dir():
        return given
    with tarfile.open(given if given.suffix else given.with_name(given.name + ".tar.gz")) as tar:
        tar.extractall(into, filter="data")
    return into / given.name.removesuffix(".tar.gz")


def resident(pid: int) -> float:
    """Memory of a process and its children, in MB (proportional, so shared pages count once)."""
    total = 0
    pids = [pid]
    while pids:
        one = pids.pop()
        with contextlib.suppress(OSError):
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
            total += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])  # type: ignore[index]
            for task in Path(f"/proc/{one}/task").iterdir():
                pids += map(int, (task / "children").read_text().split())
    return total / 1024


def summary(taken: Sequence[float], seconds: float) -> dict[str, float]:
    p50, p95, p99 = np.percentile(np.array(taken) * 1000, [50, 95, 99])
    return {"n": len(taken), "per_second": len(taken) / seconds, "p50": p50, "p95": p95, "p99": p99}


def report(figures: dict[str, Any]) -> None:
    pipeline = figures["pipeline_per_second"]
    print("| clients | answers a second | of the pipeline's rate | p50 ms | p95 ms | p99 ms | n |")
    print("|---|---|---|---|---|---|---|")
    for clients, row in figures["load"].items():
        share = row["per_second"] / pipeline
        print(
            f"| {clients} | {row['per_second']:.0f} | {share:.0%} | {row['p50']:.1f} "
            f"| {row['p95']:.1f} | {row['p99']:.1f} | {row['n']:,} |"
        )
    print(f"\nFiles to features without a server: {pipeline:.0f} a second.")
    sent = figures["uploads"]
    print(
        f"Uploads: {sent['files']:,} files, {sent['per_second']:.0f} a second, lost {sent['lost']}."
    )
    print(f"Memory, MB: {json.dumps(sent['memory_mb'])}\n")
    print(json.dumps(figures))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--count", type=int, default=200, help="different pictures that are sent")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--uploads", type=int, default=5_000)
    return parser.parse_args()


if __name__ == "__main__":
    main()
