"""Files to features: how fast, against what, and at what cost in accuracy.

    python benchmarks/embed.py --pictures ../shared/data/clothing10 --torch-python VENV/bin/python

`--pictures` is a folder (or its .tar.gz) with `labels.csv` (columns image, label and, to split
by, photographer). Every rate is the median over `--rounds` rounds that take turns, in pictures a
second, on the cores of this machine. Prints a Markdown table, then JSON.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from tagwright.media.decode import Limits, decode
from tagwright.media.pool import Decoded, decode_files
from tagwright.runtime.backbone import Backbone, load_backbone
from tagwright.runtime.catalog import CATALOG

LIMITS = Limits()
TUNED = {
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "100000000000",
    "MALLOC_TOP_PAD_": "268435456",
}
"""glibc's malloc kept from returning memory: page faults cost plain torch half its time."""


def main() -> None:
    options = arguments()
    with tempfile.TemporaryDirectory() as temporary:
        folder = unpacked(options.pictures, Path(temporary))
        rows = list(csv.DictReader((folder / "labels.csv").open(encoding="utf-8")))
        originals = [folder / row["image"] for row in rows]
        small = resized(originals[: options.count], Path(temporary) / "small")
        spec = CATALOG[options.backbone]
        cache = Path(temporary) / "cache"
        load_backbone(spec, cache)
        started = time.perf_counter()
        backbone = load_backbone(spec, cache)
        figures: dict[str, Any] = {
            "machine": f"{platform.machine()}, {os.cpu_count()} cores",
            "backbone": backbone.version,
            "pictures": len(small),
            "load_seconds": time.perf_counter() - started,
            **speed(backbone, small, originals[: options.count], options),
            "latency_ms": latency(backbone, small[:200]),
        }
        if not options.no_accuracy:
            figures["accuracy"] = accuracy(options.backbone, cache, originals, rows)
    print(table(figures))
    print(json.dumps(figures, indent=2))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--backbone", choices=sorted(CATALOG), default="efficientnet-lite0")
    parser.add_argument("--count", type=int, default=2000, help="pictures for our own rates")
    parser.add_argument("--torch-python", type=Path, help="a Python with torch and timm")
    parser.add_argument("--torch-count", type=int, default=400, help="the first of them for torch")
    parser.add_argument("--torch-batches", type=int, nargs="+", default=[8, 32])
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-accuracy", action="store_true")
    return parser.parse_args()


def unpacked(pictures: Path, temporary: Path) -> Path:
    if pictures.is_dir():
        return pictures
    with tarfile.open(pictures) as tar:
        tar.extractall(temporary, filter="data")
    return temporary / pictures.name.removesuffix(".tar.gz")


def resized(paths: Sequence[Path], folder: Path) -> list[Path]:
    """The same pictures as JPEGs of 500 px on the long side."""
    folder.mkdir()
    made = []
    for i, path in enumerate(paths):
        with Image.open(path) as image:
            scale = 500 / max(image.size)
            size = (round(image.width * scale), round(image.height * scale))
            made.append(folder / f"{i}.jpg")
            image.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(made[-1], quality=90)
    return made


def speed(
    backbone: Backbone, small: list[Path], originals: list[Path], options: argparse.Namespace
) -> dict[str, Any]:
    side, workers = backbone.spec.side, options.workers
    pixels = np.stack([p for _, p in pictures(small[:256], side, workers)])
    feed = [pixels[i % len(pixels)] for i in range(len(small) // 2)]
    runs: dict[str, Callable[[], float]] = {
        "decode": lambda: rate(pictures(small, side, workers)),
        "forward": lambda: rate(backbone.stream(enumerate(feed))),
        "files": lambda: rate(backbone.stream(pictures(small, side, workers))),
        "files_original": lambda: rate(backbone.stream(pictures(originals, side, workers))),
    }
    for batch in options.torch_batches if options.torch_python else ():
        for name, environment in (("plain", {}), ("tuned", TUNED)):
            run = torch_run(options.torch_python, small[: options.torch_count], batch, environment)
            runs[f"torch_{name}_batch{batch}"] = run
    measured: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(options.rounds):
        for name, run in runs.items():
            measured[name].append(run())
            print(f"{name}: {measured[name][-1]:.1f}", file=sys.stderr)
    rates = {name: statistics.median(values) for name, values in measured.items()}
    limit = 1 / (1 / rates["decode"] + 1 / rates["forward"])
    return {
        "rates": rates,
        "rounds": measured,
        "limit": limit,
        "share_of_limit": rates["files"] / limit,
        "times": {
            name: rates["files"] / max(v for k, v in rates.items() if k.startswith(f"torch_{name}"))
            for name in ("plain", "tuned")
            if options.torch_python
        },
    }


def pictures(paths: Sequence[Path], side: int, workers: int) -> Iterator[tuple[Path, Any]]:
    for outcome in decode_files(paths, side=side, workers=workers, limits=LIMITS):
        if isinstance(outcome, Decoded):
            yield outcome.path, outcome.picture.pixels


def rate(items: Iterator[Any]) -> float:
    """Items a second, from asking for the first to having the last."""
    start = time.perf_counter()
    count = sum(1 for _ in items)
    return count / (time.perf_counter() - start)


def torch_run(
    python: Path, paths: Sequence[Path], batch: int, environment: dict[str, str]
) -> Callable[[], float]:
    script = Path(__file__).with_name("embed_torch.py")

    def run() -> float:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as listing:
            listing.write("\n".join(map(str, paths)))
            listing.flush()
            bare = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
            command = [str(python), str(script), listing.name, str(batch)]
            said = subprocess.run(
                command, env=bare | environment, check=True, capture_output=True, text=True
            )
        return float(json.loads(said.stdout.splitlines()[-1])["files"])

    return run


def latency(backbone: Backbone, paths: Sequence[Path]) -> dict[str, float]:
    """One picture at a time, from its bytes in memory to its features."""
    side = backbone.spec.side
    whole, forward = [], []
    for path in paths:
        data = path.read_bytes()
        start = time.perf_counter()
        picture = decode(data, side=side, limits=LIMITS)
        decoded = time.perf_counter()
        backbone.embed(picture.pixels[None])
        done = time.perf_counter()
        whole.append(1000 * (done - start))
        forward.append(1000 * (done - decoded))
    return {
        "median": statistics.median(whole),
        "p95": float(np.percentile(whole, 95)),
        "forward_median": statistics.median(forward),
    }


def accuracy(
    name: str, cache: Path, paths: Sequence[Path], rows: Sequence[dict[str, str]]
) -> dict[str, Any]:
    """Top-1 on pictures of other photographers, five folds, by logistic regression on either."""
    _, labels = np.unique([row["label"] for row in rows], return_inverse=True)
    groups = [row.get("photographer", row["image"]) for row in rows]
    folds = np.array([hashlib.sha256(group.encode()).digest()[0] % 5 for group in groups])
    right = {}
    for precision in ("f32", "bf16"):
        backbone = load_backbone(CATALOG[name], cache, precision=precision)
        stream = backbone.stream(pictures(paths, backbone.spec.side, os.cpu_count() or 1))
        features = np.stack([row["semantic"] for _, row in stream]).astype(np.float64)
        guesses = np.empty_like(labels)
        for fold in range(5):
            test = folds == fold
            guesses[test] = predict(features[~test], labels[~test], features[test])
        right[precision] = guesses == labels
    share = {precision: float(values.mean()) for precision, values in right.items()}
    return {
        "n": len(labels),
        "top1": share,
        "lost_points": 100 * (share["f32"] - share["bf16"]),
        "only_f32_right": int((right["f32"] & ~right["bf16"]).sum()),
        "only_bf16_right": int((right["bf16"] & ~right["f32"]).sum()),
    }


def predict(train: Any, labels: Any, test: Any) -> Any:
    """Multinomial logistic regression on standardised features, as bare as it can be."""
    mean, spread = train.mean(0), train.std(0) + 1e-6
    x = (train - mean) / spread
    truth = np.eye(labels.max() + 1)[labels]
    shape = (x.shape[1], truth.shape[1])

    def loss(flat: Any) -> tuple[float, Any]:
        weights = flat.reshape(shape)
        scores = x @ weights
        fit = -(log_softmax(scores, axis=1) * truth).sum() / len(truth)
        slope = x.T @ (softmax(scores, axis=1) - truth) / len(truth)
        return fit + 0.05 * (weights**2).sum(), (slope + 0.1 * weights).ravel()

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B")
    return ((test - mean) / spread @ found.x.reshape(shape)).argmax(1)


def table(figures: dict[str, Any]) -> str:
    rates, times = figures["rates"], figures["times"]
    names = {
        "files": "**Tagwright, files (500 px JPEG) to features**",
        "files_original": "Tagwright, files as they came to features",
        "decode": "decode alone",
        "forward": "forward alone",
    }
    lines = ["| Measured | pictures/s |", "|---|---|"]
    lines += [
        f"| {names.get(name, name.replace('_', ', '))} | {v:.1f} |" for name, v in rates.items()
    ]
    lines.append(f"| limit of decode and forward on the same cores | {figures['limit']:.1f} |")
    lines.append("")
    lines.append(f"- {100 * figures['share_of_limit']:.0f} % of the limit")
    lines += [f"- {value:.1f} times torch {name}" for name, value in times.items()]
    one = figures["latency_ms"]
    lines.append(f"- one picture: median {one['median']:.1f} ms, 95 % under {one['p95']:.1f} ms")
    lines.append(f"- loading the backbone: {figures['load_seconds']:.2f} s")
    if "accuracy" in figures:
        shares, n = figures["accuracy"]["top1"], figures["accuracy"]["n"]
        lines.append(f"- top-1 on {n} pictures: f32 {shares['f32']:.4f}, bf16 {shares['bf16']:.4f}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
