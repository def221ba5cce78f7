"""The picture packs that benchmarks measure on: unpacked, embedded and grouped once, then cached.

`--shared` is the folder with `NAME.tar.gz` (or unpacked `NAME/`), `--cache` where arrays go.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import tarfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

# One BLAS thread each: heads are learned fold by fold in threads of our own, and OpenBLAS's
# threads wait for each other at every small product when something else uses the cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from tagwright.core.facet_model import FacetData
from tagwright.core.intervals import wilson
from tagwright.core.lookalike import Fingerprint, bands, look_alikes
from tagwright.core.tree import Tree
from tagwright.media.decode import Limits, decode
from tagwright.media.phash import fingerprint
from tagwright.runtime.backbone import load_backbone
from tagwright.runtime.catalog import CATALOG
from tagwright.types import ConceptId, Features, Pixels

LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Pack:
    """Pictures of one pack: path inside the pack, features, near-duplicate prints."""

    names: tuple[str, ...]
    features: Features
    prints: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where packs are and where their arrays are kept."""

    shared: Path
    cache: Path
    backbone: str = "efficientnet-lite0"

    def folder(self, name: str) -> Path:
        """The unpacked pack."""
        if (self.shared / name).is_dir():
            return self.shared / name
        done = self.cache / "packs" / name
        if not done.exists():
            done.parent.mkdir(parents=True, exist_ok=True)
            with tarfile.open(self.shared / f"{name}.tar.gz") as archive:
                archive.extractall(done.parent, filter="data")
        return done

    def table(self, name: str, file: str = "labels.csv") -> list[dict[str, str]]:
        with (self.folder(name) / file).open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    def pack(self, name: str) -> Pack:
        """The pack's features, embedded on the first call."""
        spec = CATALOG[self.backbone]
        stem = self.cache / "features" / f"{name}-{spec.version}"
        if not stem.with_suffix(".json").exists():
            self._embed(name, stem)
        known = json.loads(stem.with_suffix(".json").read_text())
        views: Features = {
            "semantic": np.load(f"{stem}-semantic.npy", mmap_mode="r"),
            "detail": np.load(f"{stem}-detail.npy", mmap_mode="r"),
        }
        return Pack(tuple(known["names"]), views, tuple(map(bytes.fromhex, known["prints"])))

    def _embed(self, name: str, stem: Path) -> None:
        stem.parent.mkdir(parents=True, exist_ok=True)
        folder = self.folder(name)
        images = folder / "images" if (folder / "images").is_dir() else folder
        files = sorted(p for p in images.rglob("*") if p.suffix.lower() in (".jpg", ".png"))
        backbone = load_backbone(CATALOG[self.backbone], self.cache / "graphs")
        prints: list[str] = []
        spec = backbone.spec
        arrays = {v: np.empty((len(files), dim), np.float16) for v, dim in spec.views.items()}
        pictures = ((i, pixels) for i, pixels in enumerate(_decoded(files, spec.side, prints)))
        for i, row in backbone.stream(pictures):
            for view, values in arrays.items():
                values[i] = row[view]
        for view, values in arrays.items():
            np.save(f"{stem}-{view}.npy", values)
        names = [str(path.relative_to(folder)) for path in files]
        stem.with_suffix(".json").write_text(json.dumps({"names": names, "prints": prints}))


def _decoded(files: Sequence[Path], side: int, prints: list[str]) -> Iterator[Pixels]:
    def one(path: Path) -> Pixels:
        return decode(path.read_bytes(), side=side, limits=LIMITS, uri=path.name).pixels

    with ThreadPoolExecutor(2) as pool:
        for start in range(0, len(files), 64):
            for pixels in pool.map(one, files[start : start + 64]):
                prints.append(fingerprint(pixels).to_bytes().hex())
                yield pixels


def look_alike_groups(prints: Sequence[bytes]) -> list[str]:
    """The near-duplicate group of each picture, named after its first."""
    seen: dict[tuple[int, int], list[int]] = {}
    groups: list[str] = []
    for i, stored in enumerate(prints):
        own = Fingerprint.from_bytes(stored)
        keys = list(enumerate(bands(own.hash)))
        near = sorted({j for key in keys for j in seen.get(key, ())})
        alike = np.flatnonzero(look_alikes(own, [prints[j] for j in near])) if near else []
        groups.append(groups[near[alike[0]]] if len(alike) else stored.hex() + str(i))
        for key in keys:
            seen.setdefault(key, []).append(i)
    return groups


def joined(packs: dict[str, Pack], wanted: Sequence[tuple[str, str]]) -> tuple[Features, list[str]]:
    """Features and groups of (pack, name) pictures, in the order asked."""
    at = {name: {n: i for i, n in enumerate(pack.names)} for name, pack in packs.items()}
    rows = [(pack, at[pack][name]) for pack, name in wanted]
    features: Features = {
        view: _gathered([packs[pack].features[view] for pack in packs], packs, rows)
        for view in ("semantic", "detail")
    }
    return features, look_alike_groups([packs[pack].prints[i] for pack, i in rows])


def _gathered(arrays: list, packs: dict[str, Pack], rows: list[tuple[str, int]]):  # type: ignore[no-untyped-def,type-arg]
    order = {name: i for i, name in enumerate(packs)}
    which = np.array([order[pack] for pack, _ in rows])
    index = np.array([i for _, i in rows])
    out = np.empty((len(rows), arrays[0].shape[1]), np.float16)
    for i, array in enumerate(arrays):
        out[which == i] = array[index[which == i]]
    return out


def folder_facet(source: Source, name: str) -> FacetData:
    """Class folders as a facet of kind `one`."""
    pack = source.pack(name)
    return flat_facet(
        [each.split("/")[0] for each in pack.names], pack.features, look_alike_groups(pack.prints)
    )


def flat_facet(labels: Sequence[str], features: Features, groups: Sequence[str]) -> FacetData:
    names = sorted(set(labels))
    targets = np.array([names.index(label) for label in labels])
    tree = Tree.flat([ConceptId(each) for each in names])
    return FacetData("one", tree, np.arange(len(names)), features, targets, groups)


def clothing(source: Source) -> FacetData:
    """Ten garments, grouped by photographer."""
    rows = source.table("clothing10")
    wanted = [("clothing10", row["image"]) for row in rows]
    features, _ = joined({"clothing10": source.pack("clothing10")}, wanted)
    groups = [row["photographer"] for row in rows]
    return flat_facet([row["label"] for row in rows], features, groups)


def fashion(source: Source, levels: int) -> FacetData:
    """Products by master category, sub-category, article type: the first `levels` of them."""
    rows = source.table("fashion")
    keys = ("master_category", "sub_category", "article_type")[:levels]
    paths = [tuple(row[key] for key in keys) for row in rows]
    nodes = sorted({path[:i] for path in paths for i in range(1, levels + 1)})
    at = {path: i for i, path in enumerate(nodes)}
    tree = Tree(
        tuple(ConceptId(" > ".join(path)) for path in nodes),
        tuple(at[path[:-1]] if len(path) > 1 else -1 for path in nodes),
    )
    wanted = [("fashion", f"images/{row['image']}") for row in rows]
    features, groups = joined({"fashion": source.pack("fashion")}, wanted)
    targets = np.array([at[path] for path in paths])
    return FacetData("one", tree, np.arange(len(nodes)), features, targets, groups)


def arguments(doc: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "tagwright-bench")
    return parser


def share(right: float, n: int) -> str:
    """A share with its 95 % interval and n, in percent."""
    found = wilson(right, n)
    return f"{100 * found.value:.1f} ({100 * found.low:.1f}-{100 * found.high:.1f}; n={n:,})"


def figure(stored: dict[str, float] | None) -> str:
    """A report's figure, in percent."""
    if not stored or stored["value"] is None:
        return "-"
    low, high = 100 * stored["low"], 100 * stored["high"]
    return f"{100 * stored['value']:.1f} ({low:.1f}-{high:.1f}; n={int(stored['n']):,})"
