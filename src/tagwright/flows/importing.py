"""Import: pictures in, once. Read `import_pictures` and follow one file from disk to database."""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np

from tagwright.core.lookalike import Fingerprint, bands, look_alikes
from tagwright.flows.claims import Claims, label_words
from tagwright.flows.plans import ImportOptions, Wanted, as_params, survey, wanted_files
from tagwright.flows.workspace import Workspace, decode_limits
from tagwright.media.pool import Decoded, Unreadable, decode_files
from tagwright.media.sources import uri_of
from tagwright.runtime.backbone import Backbone, FeatureRow
from tagwright.store.assets import Location, NewAsset, Printed
from tagwright.store.engine import Transaction
from tagwright.types import AssetId, Features, Pixels, RunId

log = logging.getLogger(__name__)

LOOK_AHEAD = 4_096
"""Files that are compared with the library at once, to leave out those it knows."""
BATCH = 256
"""Pictures a transaction: about a second of work, the most a crash can cost."""

T = TypeVar("T")
R = TypeVar("R")
FileStatus = Literal["imported", "duplicate", "unchanged", "unreadable"]
ImportProgress = Callable[["FileOutcome", int], None]
"""Called with each file's outcome, once it is safe on disk, and the number of files in all."""


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file. `reason` is set where it was unreadable."""

    path: Path
    status: FileStatus
    asset: AssetId | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. Counts are files, but `labels`: claims that were new."""

    run: RunId
    imported: int
    duplicates: int
    unchanged: int
    labels: int
    unreadable: tuple[FileOutcome, ...]
    unknown_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that has been read: decoded with its features, known already, or unreadable."""

    wanted: Wanted
    decoded: Decoded | None = None
    features: FeatureRow | None = None
    known: Location | None = None
    unreadable: str | None = None

    @property
    def asset(self) -> AssetId | None:
        if self.decoded is not None:
            return AssetId(self.decoded.sha256)
        return self.known.asset if self.known else None


def import_pictures(
    ws: Workspace,
    paths: Sequence[Path],
    options: ImportOptions | None = None,
    *,
    actor: str = "import",
    progress: ImportProgress = lambda outcome, total: None,
) -> ImportReport:
    """Read, decode, embed and store pictures and what is claimed of them.

    Files that cannot be read are reported, not raised. Safe to repeat and to cut off: a batch is
    stored whole or not at all, and a second run takes up where the first one ended.
    """
    options = options or ImportOptions()
    facts = survey(paths, options)
    claims = Claims(ws, facts, options)
    run = ws.runs.start("import", actor, as_params(paths, options), ws.now())
    counts: Counter[str] = Counter()
    unreadable: list[FileOutcome] = []
    batches = _batches(_arrivals(ws, paths, options), BATCH)
    for outcomes, labels in _one_behind(lambda b: _store(ws, run, actor, b, claims), batches):
        counts["labels"] += labels
        for outcome in outcomes:
            counts[outcome.status] += 1
            if outcome.status == "unreadable":
                unreadable.append(outcome)
            progress(outcome, facts.files)
    report = ImportReport(
        run,
        counts["imported"],
        counts["duplicate"],
        counts["unchanged"],
        counts["labels"],
        tuple(unreadable),
        tuple(label_words(sorted(claims.unknown))),
    )
    ws.runs.finish(run, {"files": facts.files, **counts}, ws.now())
    log.info("pictures_imported", extra={"run": run, **counts})
    return report


def _arrivals(ws: Workspace, paths: Sequence[Path], options: ImportOptions) -> Iterator[Arrival]:
    """Every wanted file, read. Decoding (other processes) and the network overlap."""
    for some in _batches(wanted_files(paths, options), LOOK_AHEAD):
        known = _known_places(ws, ws.backbone_version, [uri_of(wanted.path) for wanted in some])
        fresh: list[Wanted] = []
        for wanted in some:
            place = known.get(uri_of(wanted.path))
            if place is not None and _is_unchanged(wanted.path, place):
                yield Arrival(wanted, known=place)
            else:
                fresh.append(wanted)
        if not fresh:
            continue  # an unchanged library is walked again without the network or a worker
        backbone = ws.backbone()
        decoded = decode_files(
            [wanted.path for wanted in fresh],
            side=backbone.spec.side,
            workers=ws.settings.decoders,
            limits=decode_limits(ws.settings),
            keywords=True,
        )
        yield from _embedded(backbone, zip(fresh, decoded, strict=True))


def _embedded(
    backbone: Backbone, read: Iterator[tuple[Wanted, Decoded | Unreadable]]
) -> Iterator[Arrival]:
    """Features for what could be decoded, in the order read; the unreadable pass by."""
    waiting: deque[Arrival | None] = deque()

    def pictures() -> Iterator[tuple[tuple[Wanted, Decoded], Pixels]]:
        for wanted, outcome in read:
            if isinstance(outcome, Unreadable):
                waiting.append(Arrival(wanted, unreadable=outcome.reason))
            else:
                waiting.append(None)  # keeps its place until its features are there
                yield (wanted, outcome), outcome.picture.pixels

    for (wanted, decoded), features in backbone.stream(pictures()):
        while (passed := waiting.popleft()) is not None:
            yield passed
        yield Arrival(wanted, decoded=decoded, features=features)
    yield from (arrival for arrival in waiting if arrival is not None)


def _known_places(ws: Workspace, backbone: str, uris: Sequence[str]) -> dict[str, Location]:
    """Places whose pictures have features from this backbone already."""
    places = ws.assets.places(uris)
    with ws.db.read() as connection:
        embedded = ws.features.known(
            connection, backbone, list({place.asset for place in places.values()})
        )
    return {uri: place for uri, place in places.items() if place.asset in embedded}


def _is_unchanged(path: Path, place: Location) -> bool:
    """Size and modification time say so; the bytes are not read again."""
    try:
        found = path.stat()
    except OSError:
        return False
    return (found.st_size, found.st_mtime_ns) == (place.size, place.mtime_ns)


def _store(
    ws: Workspace, run: RunId, actor: str, batch: Sequence[Arrival], claims: Claims
) -> tuple[list[FileOutcome], int]:
    """One batch into the library: features on disk first, then everything in one transaction."""
    backbone = ws.backbone_version
    read = {a.asset: a for a in reversed(batch) if a.asset and a.features is not None}
    with ws.db.read() as connection:
        embedded = ws.features.known(connection, backbone, list(read))
    fresh = [asset for asset in dict.fromkeys(a.asset for a in batch) if asset in read]
    fresh = [asset for asset in fresh if asset not in embedded]
    features = _stacked([read[asset].features for asset in fresh])
    folder = ws.features.write_segment(features) if fresh else None
    with ws.db.write() as connection:
        old = ws.assets.known(connection, list(read))
        _store_assets(ws, connection, [read[asset] for asset in fresh if asset not in old])
        if folder is not None:
            ws.features.record(connection, backbone, fresh, features, folder)
        _store_places(ws, connection, run, batch)
        labels = claims.store(connection, run, actor, batch)
    return _outcomes(batch, old), labels


def _store_assets(ws: Workspace, connection: Transaction, arrivals: Sequence[Arrival]) -> None:
    """New pictures, each in the group of the oldest picture it looks like, or in its own."""
    decoded = [arrival.decoded for arrival in arrivals if arrival.decoded is not None]
    keys = [bands(d.picture.fingerprint.hash) for d in decoded]
    known = ws.assets.by_band(connection, keys)
    newest = max((p.seq for some in known.values() for p in some), default=0)
    new: list[NewAsset] = []
    for arrival, each, own in zip(arrivals, decoded, keys, strict=True):
        picture = each.picture
        group = _look_alike_group(picture.fingerprint, own, known) or each.sha256
        printed = Printed(newest + len(new) + 1, picture.fingerprint.to_bytes(), group)
        for place in enumerate(own):
            known.setdefault(place, []).append(printed)
        new.append(
            NewAsset(
                id=AssetId(each.sha256),
                size=each.size,
                format=picture.format,
                width=picture.width,
                height=picture.height,
                taken_at=picture.taken_at,
                keywords=each.keywords,
                fingerprint=printed.fingerprint,
                bands=own,
                look_alike_group=group,
                given_group=arrival.wanted.group,
            )
        )
    ws.assets.add(connection, new, ws.now())


def _look_alike_group(
    fingerprint: Fingerprint,
    own: tuple[int, int, int, int],
    known: Mapping[tuple[int, int], list[Printed]],
) -> str | None:
    """The group of the oldest picture that looks like this one; None where none does."""
    candidates = sorted({p for place in enumerate(own) for p in known.get(place, ())})
    alike = look_alikes(fingerprint, [p.fingerprint for p in candidates])
    return candidates[int(alike.argmax())].group if alike.any() else None


def _store_places(
    ws: Workspace, connection: Transaction, run: RunId, batch: Sequence[Arrival]
) -> None:
    places = [
        Location(
            uri_of(a.wanted.path), AssetId(a.decoded.sha256), a.decoded.size, a.decoded.mtime_ns
        )
        for a in batch
        if a.decoded is not None
    ]
    reasons = [(uri_of(a.wanted.path), a.unreadable) for a in batch if a.unreadable is not None]
    ws.assets.place(connection, places, run)
    ws.assets.note_unreadable(connection, reasons, run)
    for arrival in batch:
        if arrival.asset and arrival.wanted.group is not None:
            ws.assets.give_group(connection, arrival.asset, arrival.wanted.group)


def _stacked(rows: Sequence[FeatureRow | None]) -> Features:
    """Single pictures' features as one array a view."""
    full = [row for row in rows if row is not None]
    return {view: np.stack([row[view] for row in full]) for view in (full[0] if full else ())}


def _outcomes(batch: Sequence[Arrival], old: set[AssetId]) -> list[FileOutcome]:
    """What to tell of each file. The first file of new bytes is `imported`, others `duplicate`."""
    seen = set(old)
    outcomes = []
    for arrival in batch:
        path, asset = arrival.wanted.path, arrival.asset
        if asset is None:
            outcomes.append(FileOutcome(path, "unreadable", reason=arrival.unreadable))
        elif arrival.known is not None:
            outcomes.append(FileOutcome(path, "unchanged", asset))
        else:
            outcomes.append(FileOutcome(path, "duplicate" if asset in seen else "imported", asset))
            seen.add(asset)
    return outcomes


def _one_behind(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """`work` on each item, in order, in another thread while the next item is being made."""
    with ThreadPoolExecutor(max_workers=1) as executor:
        pending: Future[R] | None = None
        for item in items:
            if pending is not None:
                yield pending.result()
            pending = executor.submit(work, item)
        if pending is not None:
            yield pending.result()


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
