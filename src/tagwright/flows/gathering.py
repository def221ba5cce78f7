"""Imports that a server does for somebody elsewhere: URLs, a bucket's prefix, a server's folder,
and the sample library."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias, cast
from urllib.parse import unquote, urlsplit

from tagwright.config import Settings
from tagwright.errors import Forbidden, InvalidInput, NotFound, TooLarge, Unavailable
from tagwright.flows.claims import Claims
from tagwright.flows.fetching import private_hosts
from tagwright.flows.importing import (
    LOOK_AHEAD,
    Arrival,
    Fetched,
    FileOutcome,
    ImportReport,
    Intake,
    arrival,
    import_pictures,
    known_places,
    store_arrivals,
)
from tagwright.flows.overlap import ahead, batches, decoded, embedded
from tagwright.flows.plans import Facts, ImportOptions, Wanted
from tagwright.flows.sample import HOLD_BACK, prepare_sample
from tagwright.flows.workspace import Workspace, s3_options
from tagwright.media.fetch import fetch_to_file
from tagwright.media.sources import EXTENSIONS, label_text
from tagwright.store.blobs import Staging
from tagwright.store.objects import SCHEME, Bucket, Found, split_url
from tagwright.types import Json

LISTED: Final = 1_000
"""Items that could not be read and are named with the reason; all are counted."""
URL_SECONDS: Final = 60.0
_THREADS: Final = 8
"""Downloads at the same time."""

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with the step, what is done and what there is to do. May raise, to cancel."""


@dataclass(frozen=True, slots=True)
class UrlList:
    """Pictures by their addresses. What an address held once is not fetched again."""

    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BucketPrefix:
    """Every picture below `s3://BUCKET/PREFIX`. What changed there is fetched again."""

    uri: str


@dataclass(frozen=True, slots=True)
class ServerFolder:
    """A folder, picture or manifest on the server's own disk. Pictures stay where they are."""

    path: Path


@dataclass(frozen=True, slots=True)
class SampleLibrary:
    """Pictures anybody may use, for a first look; laid out below the library's own folder."""


Source: TypeAlias = UrlList | BucketPrefix | ServerFolder | SampleLibrary


@dataclass(frozen=True, slots=True)
class _Item:
    """One picture to fetch. `mtime_ns`: 0 where nothing says when it changed."""

    uri: str
    wanted: Wanted
    fetch: Callable[[Staging], None]
    size: int | None = None
    mtime_ns: int = 0


def source_of(given: Json) -> Source:
    """What `as_json` wrote. Raises InvalidInput unless it names exactly one source."""
    match given:
        case {"urls": [*urls], **rest} if not rest:
            return UrlList(tuple(map(str, urls)))
        case {"prefix": str(uri), **rest} if not rest:
            return BucketPrefix(uri)
        case {"folder": str(path), **rest} if not rest:
            return ServerFolder(Path(path))
        case {"sample": True, **rest} if not rest:
            return SampleLibrary()
    raise InvalidInput(
        f"{sorted(given)!r} is no source of pictures: give one of urls, prefix, folder and sample"
    )


def as_json(source: Source) -> Json:
    """A source as a job's params."""
    if isinstance(source, UrlList):
        return {"urls": list(source.urls)}
    if isinstance(source, BucketPrefix):
        return {"prefix": source.uri}
    if isinstance(source, SampleLibrary):
        return {"sample": True}
    return {"folder": str(source.path)}


def check_allowed(settings: Settings, source: Source) -> None:
    """Raises Forbidden for a place on the server that the operator did not open to imports.

    It says the same of what does not exist: nobody learns from it what is on the server's disk.
    """
    folders, prefixes = _allowed(settings)
    if isinstance(source, ServerFolder):
        place = str(source.path)
        path = source.path.resolve()
        is_open = source.path.is_absolute() and any(path.is_relative_to(f) for f in folders)
    elif isinstance(source, BucketPrefix):
        place = source.uri
        inside = "/".join(split_url(source.uri)) + "/"
        is_open = any(inside.startswith("/".join(split_url(p)).rstrip("/") + "/") for p in prefixes)
    else:
        return
    if not is_open:
        raise Forbidden(
            f"{place!r} may not be imported from: an operator opens folders and buckets with "
            f"TAGWRIGHT_IMPORT_FOLDERS"
        )


def _allowed(settings: Settings) -> tuple[list[Path], list[str]]:
    """Folders, links followed, and bucket prefixes. The colon of `s3://` separates nothing."""
    parts = [part for part in re.split(r":(?!//)", settings.import_folders) if part.strip()]
    prefixes = [part for part in parts if part.startswith(SCHEME)]
    return [Path(part).resolve() for part in parts if part not in prefixes], prefixes


def gather(
    ws: Workspace,
    source: Source,
    options: ImportOptions,
    *,
    actor: str,
    trusted: bool = False,
    progress: Progress = lambda step, done, total: None,
) -> Json:
    """Import from a source, embedding included. Says what became of how many items, and why.

    trusted: the caller sits at this machine and may name any place on it. Safe to repeat and to
    cut off, as `import_pictures` is.
    """
    if not trusted:
        check_allowed(ws.settings, source)
    done = 0

    def tell(_: FileOutcome, total: int) -> None:
        nonlocal done
        done += 1
        progress("reading pictures", done, total)

    if isinstance(source, SampleLibrary):
        return _told(_import_sample(ws, actor, progress, tell))
    if isinstance(source, ServerFolder):
        within = None if trusted else _allowed(ws.settings)[0]
        paths = [source.path]
        report = import_pictures(ws, paths, options, actor=actor, within=within, progress=tell)
    else:
        report = _fetch_all(ws, source, options, actor, tell)
    return _told(report)


def _import_sample(
    ws: Workspace, actor: str, progress: Progress, tell: Callable[[FileOutcome, int], None]
) -> ImportReport:
    """The sample with labels from its folders, a fifth of them held back to be tagged.

    Raises Unavailable where its packages cannot be fetched.
    """
    progress("fetching the sample", 0, 1)
    # A copy a workspace: nothing of one is read by another.
    folder = prepare_sample(
        ws.settings,
        ws.root / "sample" / ws.id,
        lambda done, total: progress("laying out the sample", done, total),
    )
    options = ImportOptions(labels="folders", hold_back=HOLD_BACK)
    return import_pictures(ws, [folder], options, actor=actor, within=[folder], progress=tell)


def _fetch_all(
    ws: Workspace,
    source: UrlList | BucketPrefix,
    options: ImportOptions,
    actor: str,
    tell: Callable[[FileOutcome, int], None],
) -> ImportReport:
    facts = _survey(_items(ws, source, options), options)
    claims = Claims(ws, facts, options)
    what = as_json(source)
    if isinstance(source, UrlList):  # a list may be long; that it is the same one is enough
        digest = hashlib.sha256("\n".join(source.urls).encode()).hexdigest()
        what = {"urls": len(source.urls), "digest": digest}
    params = {**what, "labels": options.labels, "taxonomy": options.taxonomy}
    run = ws.runs.start("import", actor, params, ws.now())
    lost = ws.features.lost(ws.backbone_version)
    arrivals = _arrivals(ws, _items(ws, source, options), lost)
    return store_arrivals(ws, Intake(run, actor, claims, facts.files, lost), arrivals, tell)


def _items(
    ws: Workspace, source: UrlList | BucketPrefix, options: ImportOptions
) -> Iterator[_Item]:
    return (
        _of_urls(ws, source, options)
        if isinstance(source, UrlList)
        else _of_bucket(ws, source, options)
    )


def _of_urls(ws: Workspace, source: UrlList, options: ImportOptions) -> Iterator[_Item]:
    if options.labels == "folders":
        raise InvalidInput("URLs have no folders to take labels from: use labels 'keywords'")
    hosts = private_hosts(ws.settings)
    limit = ws.settings.upload_megabytes << 20

    def fetching(url: str) -> Callable[[Staging], None]:
        def fetch(staging: Staging) -> None:
            # It writes, and asks nothing else of a file.
            into = cast(BinaryIO, staging)
            fetch_to_file(url, into, max_bytes=limit, timeout=URL_SECONDS, private_hosts=hosts)

        return fetch

    for url in dict.fromkeys(source.urls):
        name = unquote(urlsplit(url).path.rpartition("/")[2], errors="replace")
        yield _Item(url, _wanted(name, (), options, ""), fetching(url))


def _of_bucket(ws: Workspace, source: BucketPrefix, options: ImportOptions) -> Iterator[_Item]:
    bucket = Bucket(source.uri, s3_options(ws.settings))
    taxonomy = (bucket.prefix or bucket.bucket).rpartition("/")[2]

    def fetching(found: Found) -> Callable[[Staging], None]:
        def fetch(staging: Staging) -> None:
            for chunk in bucket.chunks(found.name):
                staging.write(chunk)

        return fetch

    for found in bucket.list():
        path = Path(found.name)
        if path.suffix.lower() in EXTENSIONS:
            folders = tuple(label_text(part) for part in path.parts[:-1])
            wanted = _wanted(found.name, folders, options, taxonomy)
            uri = bucket.uri(found.name)
            yield _Item(uri, wanted, fetching(found), found.size, found.modified_ns)


def _wanted(name: str, folders: tuple[str, ...], options: ImportOptions, taxonomy: str) -> Wanted:
    path = Path(name or "picture")
    if options.labels == "folders" and folders:
        return Wanted(path, options.taxonomy or taxonomy, (folders,))
    if options.labels == "keywords":
        return Wanted(path, options.taxonomy or "keywords", keywords=True)
    return Wanted(path)


def _survey(items: Iterable[_Item], options: ImportOptions) -> Facts:
    """A first pass that fetches no picture: how many there are, and their labels."""
    facts = Facts()
    for item in items:
        facts.files += 1
        name = item.wanted.taxonomy
        if name is not None:
            facts.kinds[name] = options.kind or ("any" if item.wanted.keywords else "one")
            facts.paths.setdefault(name, set()).update(item.wanted.labels)
    return facts


def _arrivals(ws: Workspace, items: Iterable[_Item], lost: frozenset[int]) -> Iterator[Arrival]:
    """Every item, fetched and read. Fetching, decoding and the network overlap."""
    for some in batches(items, LOOK_AHEAD):
        known = known_places(ws, [item.uri for item in some], lost)
        fresh: list[_Item] = []
        for item in some:
            place = known.get(item.uri)
            if place is not None and item.mtime_ns == place.mtime_ns:
                yield Arrival(item.wanted, item.uri, known=place)
            else:
                fresh.append(item)
        if not fresh:
            continue
        backbone = ws.backbone()
        found = ahead(lambda item: _fetched(ws, item), fresh, threads=_THREADS)
        read = decoded(ws, backbone.spec.side, found)
        for (item, fetched), outcome, features in embedded(backbone, read):
            yield arrival(item.wanted, item.uri, outcome, features, fetched)


def _fetched(ws: Workspace, item: _Item) -> tuple[tuple[_Item, Fetched | None], Path | str]:
    """The item's bytes in a temporary file, or why not. A bucket that is away ends the import:
    it will be back; one of many web servers may not."""
    limit = ws.settings.upload_megabytes << 20
    stack = ExitStack()
    try:
        staging = stack.enter_context(ws.blobs.staging(limit))
        item.fetch(staging)
        staged = staging.finish()
    except (InvalidInput, NotFound, TooLarge, Unavailable) as error:
        stack.close()
        if isinstance(error, Unavailable) and item.uri.startswith(SCHEME):
            raise
        return (item, None), str(error)
    fetched = Fetched(staged, stack.close, item.mtime_ns)
    return (item, fetched), staged.path


def _told(report: ImportReport) -> Json:
    return {
        "run": report.run,
        "imported": report.imported,
        "duplicates": report.duplicates,
        "unchanged": report.unchanged,
        "labels": report.labels,
        "unknown_words": list(report.unknown_words),
        "torn": len(report.torn),
        "unreadable": len(report.unreadable),
        "reasons": [[each.uri, each.reason] for each in report.unreadable[:LISTED]],
    }
