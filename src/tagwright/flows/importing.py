"""Import: pictures in, once. Read `import_pictures` and follow one file from disk to database."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Literal

from tagwright.flows.claims import Claims, label_words
from tagwright.flows.embedding import BATCH, stacked
from tagwright.flows.events import finish_run
from tagwright.flows.grouping import store_assets
from tagwright.flows.overlap import batches, decoded, embedded, one_behind
from tagwright.flows.pictures import is_unchanged
from tagwright.flows.plans import ImportOptions, Wanted, as_params, survey, wanted_files
from tagwright.flows.workspace import Workspace
from tagwright.media.pool import Decoded, Unreadable
from tagwright.media.sources import uri_of
from tagwright.runtime.backbone import FeatureRow
from tagwright.store.assets import Location
from tagwright.store.blobs import Staged
from tagwright.store.engine import Transaction
from tagwright.types import AssetId, RunId

log = logging.getLogger(__name__)

LOOK_AHEAD = 4_096
"""Files that are compared with the library at once, to leave out those it knows."""
OUTSIDE = "it lies outside the folders that may be imported, or is a link out of them"

FileStatus = Literal["imported", "duplicate", "unchanged", "unreadable"]
ImportProgress = Callable[["FileOutcome", int], None]
"""Called with each file's outcome, once it is safe on disk, and the number of files in all."""


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file. `reason` is set where it was unreadable. `uri`: where it is."""

    path: Path
    status: FileStatus
    asset: AssetId | None = None
    reason: str | None = None
    uri: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. Counts are files, but `labels`: claims that were new.

    claimed: claims that were found, whether new or known.
    torn: pictures labelled with several concepts of which only one can be true, and those.
    """

    run: RunId
    imported: int
    duplicates: int
    unchanged: int
    labels: int
    unreadable: tuple[FileOutcome, ...]
    unknown_words: tuple[str, ...] = ()
    claimed: int = 0
    torn: tuple[tuple[AssetId, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """The bytes of a picture from elsewhere, to be kept. `mtime_ns`: 0 where nothing says it.

    done: lets go of the temporary file, wherever it is by then.
    """

    staged: Staged
    done: Callable[[], None]
    mtime_ns: int = 0


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that has been read: decoded with its features, known already, or unreadable."""

    wanted: Wanted
    uri: str
    decoded: Decoded | None = None
    features: FeatureRow | None = None
    known: Location | None = None
    unreadable: str | None = None
    fetched: Fetched | None = None

    @property
    def asset(self) -> AssetId | None:
        if self.decoded is not None:
            return AssetId(self.decoded.sha256)
        return self.known.asset if self.known else None

    @property
    def place(self) -> Location | None:
        """Where it was found, if there is something new to say of it."""
        if self.decoded is None:
            return None
        mtime_ns = self.fetched.mtime_ns if self.fetched else self.decoded.mtime_ns
        return Location(self.uri, AssetId(self.decoded.sha256), self.decoded.size, mtime_ns)


def import_pictures(
    ws: Workspace,
    paths: Sequence[Path],
    options: ImportOptions | None = None,
    *,
    actor: str = "import",
    within: Sequence[Path] | None = None,
    progress: ImportProgress = lambda outcome, total: None,
) -> ImportReport:
    """Read, decode, embed and store pictures and what is claimed of them.

    Files that cannot be read are reported, not raised. Safe to repeat and to cut off: a batch is
    stored whole or not at all, and a second run takes up where the first one ended.
    within: only files that, links followed, lie in one of these folders; None: any.
    """
    options = options or ImportOptions()
    facts = survey(paths, options)
    lost = ws.features.lost(ws.backbone_version)
    with closing(_arrivals(ws, wanted_files(paths, options), within, lost)) as arrivals:
        # A network that cannot be used must be told before anything is written.
        first = list(islice(arrivals, 1))
        claims = Claims(ws, facts, options)
        run = ws.runs.start("import", actor, as_params(paths, options), ws.now())
        intake = Intake(run, actor, claims, facts.files, lost)
        return store_arrivals(ws, intake, chain(first, arrivals), progress)


@dataclass(frozen=True, slots=True)
class Intake:
    """What a whole import shares. files: how many there are in all. lost: see `known_places`."""

    run: RunId
    actor: str
    claims: Claims
    files: int
    lost: frozenset[int] = frozenset()


def store_arrivals(
    ws: Workspace, intake: Intake, arrivals: Iterator[Arrival], progress: ImportProgress
) -> ImportReport:
    """Everything that arrives, batch by batch, and the end of the run."""
    run, claims = intake.run, intake.claims
    counts: Counter[str] = Counter()
    unreadable: list[FileOutcome] = []
    some = batches(arrivals, BATCH)
    for outcomes, labels in one_behind(lambda b: _store(ws, intake, b), some):
        counts["labels"] += labels
        for outcome in outcomes:
            counts[outcome.status] += 1
            if outcome.status == "unreadable":
                unreadable.append(outcome)
            progress(outcome, intake.files)
    report = ImportReport(
        run,
        counts["imported"],
        counts["duplicate"],
        counts["unchanged"],
        counts["labels"],
        tuple(unreadable),
        tuple(label_words(sorted(claims.unknown))),
        claims.found,
        tuple(sorted(claims.torn.items())),
    )
    summary = {"files": intake.files, **counts}
    finish_run(ws, run, summary, {"import.finished": {"run": run, **summary}})
    log.info("pictures_imported", extra={"run": run, **counts})
    return report


def _arrivals(
    ws: Workspace,
    files: Iterator[Wanted],
    within: Sequence[Path] | None,
    lost: frozenset[int],
) -> Generator[Arrival]:
    """Every wanted file, read. Decoding (other processes) and the network overlap."""
    for some in batches(files, LOOK_AHEAD):
        known = known_places(ws, [uri_of(wanted.path) for wanted in some], lost)
        fresh: list[tuple[Wanted, Path | str]] = []
        for wanted in some:
            uri = uri_of(wanted.path)
            place = known.get(uri)
            if place is not None and is_unchanged(wanted.path, place):
                yield Arrival(wanted, uri, known=place)
            elif within is not None and not _is_inside(wanted.path, within):
                fresh.append((wanted, OUTSIDE))
            else:
                fresh.append((wanted, wanted.path))
        if not fresh:
            continue  # an unchanged library is walked again without the network or a worker
        backbone = ws.backbone()
        read = decoded(ws, backbone.spec.side, fresh)
        for wanted, outcome, features in embedded(backbone, read):
            yield arrival(wanted, uri_of(wanted.path), outcome, features)


def arrival(
    wanted: Wanted,
    uri: str,
    outcome: Decoded | Unreadable,
    features: FeatureRow | None,
    fetched: Fetched | None = None,
) -> Arrival:
    """What was read of one wanted file."""
    if isinstance(outcome, Unreadable):
        return Arrival(wanted, uri, unreadable=outcome.reason, fetched=fetched)
    return Arrival(wanted, uri, decoded=outcome, features=features, fetched=fetched)


def _is_inside(path: Path, folders: Sequence[Path]) -> bool:
    found = path.resolve()
    return any(found.is_relative_to(folder.resolve()) for folder in folders)


def known_places(
    ws: Workspace, uris: Sequence[str], lost: frozenset[int] = frozenset()
) -> dict[str, Location]:
    """Places whose pictures have features from the backbone in use already.

    lost: segments of features that are gone or damaged; what was in them is read anew.
    """
    places = ws.assets.places(uris)
    with ws.db.read() as connection:
        known = ws.features.known(
            connection,
            ws.backbone_version,
            list({place.asset for place in places.values()}),
            lost=lost,
        )
    return {uri: place for uri, place in places.items() if place.asset in known}


def _store(
    ws: Workspace, intake: Intake, batch: Sequence[Arrival]
) -> tuple[list[FileOutcome], int]:
    """One batch into the library: features on disk first, then everything in one transaction."""
    backbone = ws.backbone_version
    read = {a.asset: a for a in reversed(batch) if a.asset and a.features is not None}
    with ws.db.read() as connection:
        has_features = ws.features.known(connection, backbone, list(read), lost=intake.lost)
    fresh = [asset for asset in dict.fromkeys(a.asset for a in batch) if asset in read]
    fresh = [asset for asset in fresh if asset not in has_features]
    features = stacked([row for a in fresh if (row := read[a].features) is not None])
    folder = ws.features.write_segment(features) if fresh else None
    held = _keep_blobs(ws, batch)
    with ws.db.write() as connection:
        ws.assets.hold(connection)
        old = ws.assets.known(connection, list(read))
        new = [read[asset] for asset in fresh if asset not in old]
        store_assets(ws, connection, [(a.decoded, a.wanted.group) for a in new if a.decoded])
        ws.features.let_go(connection, fresh, intake.lost)
        if folder is not None:
            ws.features.record(connection, backbone, fresh, features, folder)
        ws.blobs.record(connection, held, ws.now())
        _store_places(ws, connection, intake.run, batch)
        labels = intake.claims.store(connection, intake.run, intake.actor, batch)
    return _outcomes(batch, old), labels


def _keep_blobs(ws: Workspace, batch: Sequence[Arrival]) -> list[tuple[AssetId, int]]:
    """What came from elsewhere, put where it stays; what was fetched in vain, deleted."""
    for each in batch:
        if each.fetched is None:
            continue
        if each.decoded is not None:
            ws.blobs.put(each.fetched.staged)
        each.fetched.done()
    kept = {a.asset: a.decoded.size for a in batch if a.decoded and a.fetched and a.asset}
    return list(kept.items())


def _store_places(
    ws: Workspace, connection: Transaction, run: RunId, batch: Sequence[Arrival]
) -> None:
    reasons = [(a.uri, a.unreadable) for a in batch if a.unreadable is not None]
    ws.assets.place(connection, [place for a in batch if (place := a.place)], run)
    ws.assets.note_unreadable(connection, reasons, run)
    for each in batch:
        if each.asset and each.wanted.group is not None:
            ws.assets.give_group(connection, each.asset, each.wanted.group)


def _outcomes(batch: Sequence[Arrival], old: set[AssetId]) -> list[FileOutcome]:
    """What to tell of each file. The first file of new bytes is `imported`, others `duplicate`."""
    seen = set(old)
    outcomes = []
    for each in batch:
        path, asset, uri = each.wanted.path, each.asset, each.uri
        if asset is None:
            outcomes.append(FileOutcome(path, "unreadable", reason=each.unreadable, uri=uri))
        elif each.known is not None:
            outcomes.append(FileOutcome(path, "unchanged", asset, uri=uri))
        else:
            status: FileStatus = "duplicate" if asset in seen else "imported"
            outcomes.append(FileOutcome(path, status, asset, uri=uri))
            seen.add(asset)
    return outcomes
