"""The main job from files to a tagged, reported library, and re-training after new labels.

    python benchmarks/job.py --data ../shared/data [--pictures 25000]

Real pictures: faces (2 classes), products (2 classes), and garments to fill up to the number
asked. One in five comes in without its label, to be tagged. Prints a Markdown table: seconds and
the peak memory of all processes together (proportional set size, sampled ten times a second).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from pathlib import Path

CLASSES = ("smile/smiling", "smile/not_smiling", "shoes_bags/shoe", "shoes_bags/bag", "clothing10")
SUFFIXES = {".jpg", ".jpeg", ".png"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--pictures", type=int, default=25_000)
    parser.add_argument("--work", type=Path, default=None, help="a folder to keep")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = options.work or Path(temporary)
        rows = labelled_files(options.data, work / "pictures", options.pictures)
        report(work, rows)


def report(work: Path, rows: list[tuple[Path, str]]) -> None:
    first, later, held = [], [], []
    for path, label in rows:
        lot = hashlib.sha256(path.name.encode()).digest()[0]
        (held if lot < 51 else later if lot >= 240 and len(later) < 1_000 else first).append(
            (path, label)
        )
    write(work / "things.csv", [*first, *((path, "") for path, _ in [*held, *later])])
    write(work / "more.csv", later)
    library = work / "library"
    run(work, "init", str(library))
    steps = [
        ("import (decode, embed, group, store)", ("import", "../things.csv", "--json")),
        ("train, first time", ("train", "things")),
        ("tag", ("tag", "things")),
        ("report", ("report", "things", "--json")),
    ]
    print(f"{len(rows):,} pictures, {len(first):,} labelled, 5 classes\n")
    print("| step | seconds | peak memory, MiB |\n| --- | ---: | ---: |")
    total, peak = 0.0, 0.0
    for title, words in steps:
        seconds, memory, out = run(library, *words)
        total, peak = total + seconds, max(peak, memory)
        print(f"| {title} | {seconds:.1f} | {memory:,.0f} |", flush=True)
    print(f"| **from files to a tagged, reported model** | **{total:.1f}** | **{peak:,.0f}** |")
    figures = json.loads(out)
    run(library, "import", "../more.csv", "--taxonomy", "things", "--json")
    seconds, memory, _ = run(library, "train", "things")
    print(f"| re-train after {len(later):,} new labels | {seconds:.1f} | {memory:,.0f} |")
    for name in ("top1", "top3"):
        f = figures[name]
        print(f"\n{name}: {f['value']:.4f} ({f['low']:.4f} to {f['high']:.4f}, n = {f['n']:,})")


def labelled_files(data: Path, cache: Path, wanted: int) -> list[tuple[Path, str]]:
    """(file, class), unpacked once."""
    cache.mkdir(parents=True, exist_ok=True)
    for pack in ("smile", "shoes_bags", "clothing10"):
        if not (cache / pack).exists():
            with tarfile.open(data / f"{pack}.tar.gz") as tar:
                tar.extractall(cache, filter="data")
    found = [
        (path, name.replace("/", " "))
        for name in CLASSES
        for path in sorted((cache / name).rglob("*"))
        if path.suffix.lower() in SUFFIXES
    ]
    return found[:wanted]


def write(path: Path, rows: list[tuple[Path, str]]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "label"))
        writer.writerows((os.fspath(picture), label) for picture, label in rows)


def run(folder: Path, *words: str) -> tuple[float, float, str]:
    """A command of Tagwright: seconds, peak MiB of it and its children, and what it printed."""
    start = time.monotonic()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tagwright", *words], cwd=folder, stdout=out
        )
        peak = [0.0]
        watch = threading.Thread(target=sample, args=(process, peak))
        watch.start()
        if process.wait() not in (0, 3):
            raise SystemExit(f"tagwright {' '.join(words)} failed")
        watch.join()
        out.seek(0)
        return time.monotonic() - start, peak[0], out.read()


def sample(process: subprocess.Popen[bytes], peak: list[float]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(map(memory_of, family(process.pid))))
        time.sleep(0.1)


def family(root: int) -> list[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(status.parent.name))
    found, at = [], [root]
    while at:
        one = at.pop()
        found.append(one)
        at += children.get(one, [])
    return found


def memory_of(process: int) -> float:
    """Proportional set size in MiB; 0 for one that has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


if __name__ == "__main__":
    main()
