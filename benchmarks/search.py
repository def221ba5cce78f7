"""Search: how fast, and how much of the exact answer similar-picture search finds.

    python benchmarks/search.py --shared DATA [--rows 1000000] [--out search.json]

Builds a library of 100,000 made-up pictures with three tags each, and one of `--rows` pictures
with features alone, straight through the stores, and measures flows as a server calls them: from
the question to pictures read from the tables. Features are made from those of real pictures of
`--shared`: see `Maker`. Prints Markdown; `--out` writes JSON.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from tagwright.config import Settings
from tagwright.core.ledger import Entry
from tagwright.core.taxonomy import Taxonomy
from tagwright.flows.deciding import decide
from tagwright.flows.library import Library
from tagwright.flows.neighbours import neighbours_of
from tagwright.flows.searching import Query, find
from tagwright.flows.workspace import Workspace
from tagwright.media.decode import Limits
from tagwright.media.pool import Decoded, decode_files
from tagwright.runtime.backbone import load_backbone
from tagwright.runtime.catalog import CATALOG
from tagwright.store import schema
from tagwright.store.assets import Location, NewAsset
from tagwright.types import AssetId, ConceptId, FacetId, Half, Matrix

PACKS = {"clothing10": 3_781, "fashion": 5_000, "shoes_bags": 3_000, "smile": 1_600}
"""Real pictures, and how many of each; `captions` and `objects` come whole."""
WHOLE = ("captions", "objects")
TAGGED = 100_000
LIMIT = 50
SEGMENT = 256
"""Rows an import writes at a time."""
FACETS = {"kind": 142, "scene": 40, "colour": 12}
NOW = "2026-11-01T{:02}:{:02}:{:02}.000+00:00"


class Maker:
    """Features that lie as real ones do, as many as asked.

    A row starts at a random real picture and goes up to half the way to a random one of its 20
    nearest, in the first 256 principal axes of the real features; noise follows, on each axis half
    as wide as these 20 neighbours are spread there, and on the rest half of what the axes leave.
    """

    def __init__(self, real: Half) -> None:
        rows = real.astype(np.float32)
        self.mean = rows.mean(axis=0)
        centred = rows - self.mean
        _, axes = np.linalg.eigh(centred.T @ centred / len(rows))
        self.axes = np.ascontiguousarray(axes[:, ::-1][:, :256])
        self.places = centred @ self.axes
        self.rest = (centred - self.places @ self.axes.T).std(axis=0)
        self.near = np.concatenate([self._near(part) for part in np.array_split(self.places, 40)])
        self.spread = self.places[self.near].std(axis=1)

    def _near(self, some: Matrix) -> Any:
        square = (self.places**2).sum(axis=1) - 2 * some @ self.places.T
        return np.argpartition(square, 21, axis=1)[:, :20]

    def rows(self, count: int, rng: np.random.Generator) -> Half:
        start = rng.integers(0, len(self.places), count)
        end = self.near[start, rng.integers(0, 20, count)]
        share = rng.uniform(0, 0.5, (count, 1)).astype(np.float32)
        hidden = (1 - share) * self.places[start] + share * self.places[end]
        hidden += 0.5 * self.spread[start] * rng.standard_normal(hidden.shape, dtype=np.float32)
        made = self.mean + hidden @ self.axes.T
        made += 0.5 * self.rest * rng.standard_normal(made.shape, dtype=np.float32)
        return made.astype(np.float16)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, required=True, help="where the real pictures are")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--cache", type=Path, help="keep the real features here")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    maker = Maker(real_features(options.shared, options.cache))
    print(f"made from {len(maker.places):,} real pictures; {options.queries} queries a row")
    figures: dict[str, Any] = {"real": len(maker.places), "queries": options.queries}
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        with Library.create(root / "tagged", Settings()) as library:
            build(library.workspace, maker, TAGGED)
            add_tags(library.workspace)
            figures["assets"] = asset_search(library.workspace, options.queries)
            figures["similar"] = [similar(library.workspace, maker, options.queries)]
        if options.rows > TAGGED:
            with Library.create(root / "large", Settings()) as library:
                build(library.workspace, maker, options.rows)
                figures["similar"].append(similar(library.workspace, maker, options.queries))
    show(figures)
    if options.out:
        options.out.write_text(json.dumps(figures, indent=1))


def real_features(shared: Path, cache: Path | None) -> Half:
    if cache is not None and cache.exists():
        kept: Half = np.load(cache, allow_pickle=False)
        return kept
    spec = CATALOG[Settings().backbone]
    backbone = load_backbone(spec, Settings().cache_folder / "backbones")
    with tempfile.TemporaryDirectory() as temporary:
        files = list(real_files(shared, Path(temporary)))

        def pixels() -> Iterator[tuple[Path, Any]]:
            for outcome in decode_files(files, side=spec.side, workers=2, limits=Limits()):
                if isinstance(outcome, Decoded):
                    yield outcome.path, outcome.picture.pixels

        real = np.stack([row["semantic"] for _, row in backbone.stream(pixels())])
    if cache is not None:
        np.save(cache, real)
    return real


def real_files(shared: Path, folder: Path) -> Iterator[Path]:
    chance = random.Random(0)
    for pack in (*PACKS, *WHOLE):
        with tarfile.open(shared / f"{pack}.tar.gz") as tar:
            tar.extractall(folder, filter="data")
        kinds = (".jpg", ".jpeg", ".png")
        files = sorted(p for p in (folder / pack).rglob("*") if p.suffix.lower() in kinds)
        chance.shuffle(files)
        yield from files[: PACKS.get(pack)]


def asset_id(number: int) -> AssetId:
    return AssetId(hashlib.sha256(str(number).encode()).hexdigest())


def build(ws: Workspace, maker: Maker, count: int) -> None:
    """Pictures with features, and a place each."""
    rng, version = np.random.default_rng(1), ws.backbone_version
    run = ws.runs.start("import", "import", {}, ws.now())
    for start in range(0, count, 8 * SEGMENT):
        numbers = range(start, min(start + 8 * SEGMENT, count))
        ids = [asset_id(n) for n in numbers]
        rows = maker.rows(len(ids), rng)
        folders = []
        for at in range(0, len(ids), SEGMENT):
            part = {"semantic": rows[at : at + SEGMENT]}
            folders.append((at, ws.features.write_segment(part)))
        with ws.db.write() as transaction:
            ws.assets.add(
                transaction,
                [picture(i, n) for i, n in zip(ids, numbers, strict=True)],
                time_of(start),
            )
            places = [
                Location(f"file:///shop/{n % 997}/IMG_{n:07}.jpg", i, 10, 1)
                for i, n in zip(ids, numbers, strict=True)
            ]
            ws.assets.place(transaction, places, run)
            for at, folder in folders:
                part = {"semantic": rows[at : at + SEGMENT]}
                ws.features.record(transaction, version, ids[at : at + SEGMENT], part, folder)
    ws.runs.finish(run, {}, ws.now())


def picture(asset: AssetId, number: int) -> NewAsset:
    return NewAsset(
        id=asset,
        size=100_000,
        format="JPEG",
        width=800,
        height=600,
        taken_at=f"20{number % 20 + 5:02}-06-{number % 28 + 1:02}T12:00:00",
        keywords=((f"word{number % 500}",),),
        fingerprint=bytes(200),
        bands=(number, number, number, number),
        look_alike_group=asset,
        given_group=None,
    )


def time_of(number: int) -> str:
    return NOW.format(number // 40_000 % 24, number // 700 % 60, number % 60)


def add_tags(ws: Workspace) -> None:
    """A tag in each of three facets; a third by people and imports, the rest by a model."""
    taxonomy = Taxonomy.empty("shop")
    for facet, leaves in FACETS.items():
        paths = [(f"{facet} group {i % 12}", f"{facet} {i}") for i in range(leaves)]
        taxonomy = taxonomy.with_paths(FacetId(facet), "one", paths)
    ws.taxonomies.save(taxonomy, ws.now())
    leaves_of = {facet: taxonomy.leaves(FacetId(facet)) for facet in FACETS}
    chance = random.Random(0)
    run = ws.runs.start("tag", "model 1", {}, ws.now())
    names = tuple(Entry.__dataclass_fields__)
    for start in range(0, TAGGED, 10_000):
        entries = [
            entry(asset_id(n), facet, chance, leaves_of[facet], run)
            for n in range(start, start + 10_000)
            for facet in FACETS
        ]
        lines = [(ws.id, *(getattr(e, name) for name in names)) for e in entries]
        with ws.db.write() as transaction:
            ws.db.insert_many(transaction, schema.ledger, ("workspace", *names), lines)
            tags = [(*line, e.status) for line, e in zip(lines, entries, strict=True)]
            ws.db.insert_many(transaction, schema.tag, ("workspace", *names, "status"), tags)
    ws.runs.finish(run, {}, ws.now())


def entry(
    asset: AssetId, facet: str, chance: random.Random, leaves: tuple[ConceptId, ...], run: Any
) -> Entry:
    # Concepts are as uneven as words: a few are everywhere.
    concept = leaves[min(int(chance.paretovariate(0.8)) - 1, len(leaves) - 1)]
    said = Entry(
        asset, "shop", FacetId(facet), concept, "import", "import", run, NOW.format(0, 0, 0)
    )
    if chance.random() < 1 / 3:
        return said
    verdict = "auto" if chance.random() < 0.8 else "review"
    return Entry(
        asset, "shop", FacetId(facet), concept, "model", "model 1", run, NOW.format(0, 0, 0),
        verdict=verdict, p=chance.random(), p_raw=0.5, model=1,
    )  # fmt: skip


def asset_search(ws: Workspace, queries: int) -> dict[str, Any]:
    """Milliseconds of a page of 50 with its facet counts."""
    started = time.perf_counter()
    find(ws, Query(facets=True))
    first = time.perf_counter() - started
    chance = random.Random(1)
    leaves = [c for facet in FACETS for c in ws.taxonomies.get("shop").leaves(FacetId(facet))]
    deep = find(ws, Query(limit=200)).next

    def decided() -> Query:
        picked = chance.choice(leaves)
        decide(ws, asset_id(chance.randrange(TAGGED)), "shop", picked, positive=True, actor="ann")
        return Query(concepts=(picked,), facets=True)

    def colour() -> str:
        return chance.choice(leaves[-12:])

    questions: dict[str, Callable[[], Query]] = {
        "everything, newest first": lambda: Query(facets=True),
        "a concept": lambda: Query(concepts=(chance.choice(leaves),), facets=True),
        "a frequent concept": lambda: Query(concepts=(leaves[-12],), facets=True),
        "two concepts, p over 0.5": lambda: Query(
            concepts=(chance.choice(leaves), colour()), low=0.5, facets=True
        ),
        "a concept and a word": lambda: Query(
            concepts=(leaves[0],), text=f"word{chance.randrange(500)}", facets=True
        ),
        "two words": lambda: Query(text=f"shop img_00{chance.randrange(10)}", facets=True),
        "suggestions by rank": lambda: Query(statuses=frozenset(["suggested"]), facets=True),
        "a later page": lambda: Query(facets=True, cursor=deep),
        "a concept, after a decision": decided,
    }
    figures: dict[str, Any] = {"first": first, "memory": memory()}
    for name, made in questions.items():
        times = []
        for _ in range(queries):
            query = made()
            started = time.perf_counter()
            find(ws, query)
            times.append(time.perf_counter() - started)
        figures[name] = spread(times)
    return figures


def similar(ws: Workspace, maker: Maker, queries: int) -> dict[str, Any]:
    """Milliseconds of the 50 most similar live pictures, against numpy, and the recall."""
    started = time.perf_counter()
    index = ws.nearest.refresh()
    built = time.perf_counter() - started
    assert index is not None
    asked = maker.rows(queries, np.random.default_rng(2))
    times, answers = [], []
    for query in asked:
        started = time.perf_counter()
        answers.append(neighbours_of(ws, query, LIMIT))
        times.append(time.perf_counter() - started)
    plain = []
    for query in asked[:10]:
        started = time.perf_counter()
        exact(index.rows, query.astype(np.float32)[np.newaxis])
        plain.append(time.perf_counter() - started)
    truth = exact(index.rows, asked.astype(np.float32))
    ids = index.ids
    shares = [
        len({near.asset for near in answer} & {ids[at].tobytes().hex() for at in best}) / LIMIT
        for answer, best in zip(answers, truth, strict=True)
    ]
    return {
        "rows": len(index.rows),
        "built": built,
        "recall": float(np.mean(shares)),
        "recall_low": float(np.quantile(shares, 0.05)),
        "tagwright": spread(times),
        "numpy": spread(plain),
        "index_bytes": sum(f.stat().st_size for f in ws.nearest.folder.glob("*.index/*")),
        "code_bytes": index.codes.nbytes,
        "memory": memory(),
    }


def exact(rows: Half, queries: Matrix) -> Any:
    """(q, 50): the rows of highest cosine, as one would write it with numpy."""
    unit = queries / np.linalg.norm(queries, axis=1, keepdims=True)
    best_at = np.empty((len(queries), 0), np.int64)
    best = np.empty((len(queries), 0), np.float32)
    for start in range(0, len(rows), 8_192):
        part = rows[start : start + 8_192].astype(np.float32)
        part /= np.linalg.norm(part, axis=1, keepdims=True)
        best = np.hstack([best, unit @ part.T])
        here = np.broadcast_to(np.arange(start, start + len(part)), (len(queries), len(part)))
        best_at = np.hstack([best_at, here])
        few = np.argpartition(-best, min(LIMIT, best.shape[1] - 1), axis=1)[:, :LIMIT]
        best, best_at = np.take_along_axis(best, few, 1), np.take_along_axis(best_at, few, 1)
    return best_at


def spread(times: list[float]) -> dict[str, float]:
    """In milliseconds."""
    p50, p95 = np.quantile(times, [0.5, 0.95]) * 1_000
    return {"p50": float(p50), "p95": float(p95), "n": len(times)}


def memory() -> int:
    """The most this process has had in memory, in MiB, mapped files included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def show(figures: dict[str, Any]) -> None:
    assets = figures["assets"]
    print(f"\n{TAGGED:,} pictures, 3 tags each; loaded in {assets['first']:.1f} s\n")
    print("| page of 50 with facet counts | p50, ms | p95, ms | n |\n| --- | --- | --- | --- |")
    for name, row in assets.items():
        if isinstance(row, dict):
            print(f"| {name} | {row['p50']:.1f} | {row['p95']:.1f} | {row['n']} |")
    print(
        "\n| rows | p50, ms | p95, ms | numpy p50, ms | recall@50 (5th percentile) "
        "| built, s | codes, MB | index, MB |\n|" + " --- |" * 8
    )
    for row in figures["similar"]:
        ours = row["tagwright"]
        print(
            f"| {row['rows']:,} | {ours['p50']:.1f} | {ours['p95']:.1f} "
            f"| {row['numpy']['p50']:,.0f} | {row['recall']:.3f} ({row['recall_low']:.2f}) "
            f"| {row['built']:.1f} | {row['code_bytes'] / 1e6:.0f} "
            f"| {row['index_bytes'] / 1e6:,.0f} |"
        )


if __name__ == "__main__":
    main()
