"""Tags out: CSV for people, JSON Lines for programs, XMP sidecars for DAM systems."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, Literal, TextIO
from urllib.parse import unquote, urlsplit
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from tagwright.core.ledger import Entry
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import Conflict, InvalidInput, NotFound, TagwrightError
from tagwright.flows.workspace import Workspace
from tagwright.media.sidecar import (
    SidecarTag,
    merge_sidecar,
    read_sidecar,
    sidecars_of,
    write_sidecar,
)
from tagwright.media.sources import path_of
from tagwright.store.assets import Asset
from tagwright.types import ConceptId, Json

CSV_COLUMNS = (
    "asset",
    "location",
    "taxonomy",
    "facet",
    "concept",
    "path",
    "status",
    "p",
    "verdict",
    "actor",
    "model",
    "contract",
    "at",
)
_CHUNK = 500

Rows = Iterator[tuple[Asset, list[str], list[Entry]]]
Progress = Callable[[int], None]
"""Called with the pictures done so far. What it raises ends the export."""


@dataclass(frozen=True, slots=True)
class SidecarReport:
    """What was written beside the originals, and what could not be, with the reason."""

    written: int
    unchanged: int
    failed: tuple[tuple[str, str], ...]


def export_file(
    ws: Workspace,
    format_: Literal["csv", "jsonl"],
    out: Path,
    *,
    suggested: bool = False,
    progress: Progress = lambda done: None,
) -> int:
    """Write a table or JSON Lines to a file, whole or not at all. Returns the pictures.

    Raises InvalidInput where the file cannot be written.
    """
    partial = out.with_name(out.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8", newline="") as file:
            count = EXPORTS[format_](ws, file, suggested=suggested, progress=progress)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(out)
    except OSError as error:
        raise InvalidInput(
            f"cannot write {str(out)!r}: {error.strerror}; name a file in a folder that exists "
            f"and may be written"
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink()
    return count


def export_csv(
    ws: Workspace,
    out: TextIO,
    *,
    suggested: bool = False,
    progress: Progress = lambda done: None,
) -> int:
    """One row a standing tag, one empty row for a picture without. Returns the pictures."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    paths = ConceptPaths(ws)
    count = 0
    for asset, uris, tags in _tagged(ws, suggested=suggested):
        count += 1
        progress(count)
        uri = uris[0]
        for tag in tags:
            writer.writerow(
                (
                    asset.id,
                    uri,
                    tag.taxonomy,
                    tag.facet,
                    paths.concept(tag),
                    " > ".join(paths.of(tag)),
                    tag.status,
                    "" if tag.p is None else f"{tag.p:.4f}",
                    tag.verdict or "",
                    tag.actor,
                    tag.model or "",
                    tag.contract or "",
                    tag.at,
                )
            )
        if not tags:
            writer.writerow((asset.id, uri, *[""] * (len(CSV_COLUMNS) - 2)))
    return count


def export_jsonl(
    ws: Workspace,
    out: TextIO,
    *,
    suggested: bool = False,
    progress: Progress = lambda done: None,
) -> int:
    """One JSON object a picture, with all its tags. Returns the pictures."""
    paths = ConceptPaths(ws)
    count = 0
    for asset, uris, tags in _tagged(ws, suggested=suggested):
        count += 1
        progress(count)
        line = {
            "asset": asset.id,
            "location": uris[0],
            "locations": uris,
            "width": asset.width,
            "height": asset.height,
            "taken_at": asset.taken_at,
            "tags": [tag_json(tag, paths) for tag in tags],
        }
        out.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
    return count


EXPORTS: Final = {"csv": export_csv, "jsonl": export_jsonl}


def export_sidecars(
    ws: Workspace,
    *,
    folder: Path | None = None,
    progress: Progress = lambda done: None,
) -> SidecarReport:
    """Write `picture.jpg.xmp` beside each original, at every place it has, or under `folder`.

    Pictures that only the library itself holds, such as uploads, need the `folder`. Counts are
    sidecars. Originals and their times are not touched; what others wrote in a sidecar
    stays. Files that refuse are reported, not raised.
    """
    paths = ConceptPaths(ws)
    written = unchanged = 0
    failed: list[tuple[str, str]] = []
    for done, (_, uris, tags) in enumerate(_tagged(ws, suggested=False), start=1):
        for uri in uris:
            try:
                shown = [_sidecar_tag(tag, paths.concept(tag), paths.of(tag)) for tag in tags]
                if _write_sidecar(uri, folder, shown):
                    written += 1
                else:
                    unchanged += 1
            except TagwrightError as error:
                failed.append((uri, str(error)))
        progress(done)
    return SidecarReport(written, unchanged, tuple(failed))


def export_sidecar_zip(
    ws: Workspace, out: BinaryIO, *, progress: Progress = lambda done: None
) -> SidecarReport:
    """The sidecars that tagged pictures would have, in one ZIP, named as the places they are at.

    One that stands beside an original is taken along. Nothing outside the ZIP is written.
    """
    paths = ConceptPaths(ws)
    written = 0
    failed: list[tuple[str, str]] = []
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for done, (_, uris, tags) in enumerate(_tagged(ws, suggested=False), start=1):
            progress(done)
            for uri in uris if tags else ():
                try:
                    shown = [_sidecar_tag(t, paths.concept(t), paths.of(t)) for t in tags]
                    before = read_sidecar(path_of(uri)) if uri.startswith("file:") else None
                    packet = merge_sidecar(before, shown)
                except TagwrightError as error:
                    failed.append((uri, str(error)))
                    continue
                archive.writestr(ZipInfo(f"{_name_of(uri)}.xmp"), packet, ZIP_DEFLATED)
                written += 1
    return SidecarReport(written, 0, tuple(failed))


def _name_of(uri: str) -> str:
    """`folders/picture.jpg` for any place; below whatever folder it is put in."""
    parts = urlsplit(uri)
    names = PurePosixPath(parts.netloc, unquote(parts.path).lstrip("/")).parts
    return "/".join(name for name in names if name not in ("/", ".."))


def _write_sidecar(uri: str, folder: Path | None, tags: Sequence[SidecarTag]) -> bool:
    """Bring one sidecar up to date. Returns whether it had to be written.

    Under a folder, a new sidecar begins with what stands in the one beside the original.
    """
    picture, place = _places(uri, folder)
    if place is None:
        if not tags:
            return False
        raise InvalidInput(
            "the library itself holds the picture, so no folder lies beside it: name one for "
            "its sidecar (--out)"
        )
    before = read_sidecar(place)
    if before is None and any(os.path.lexists(path) for path in sidecars_of(place)):
        raise Conflict("the sidecar that is there cannot be read, so it is left as it is")
    if before is None and not tags:
        return False
    after = merge_sidecar(before or (read_sidecar(picture) if picture else None), tags)
    if after == before:
        return False
    write_sidecar(place, after)
    return True


def _places(uri: str, folder: Path | None) -> tuple[Path | None, Path | None]:
    """The original, if it is a file outside the library, and what to put the sidecar beside.

    Raises NotFound where the file is gone.
    """
    if not uri.startswith("file:///"):
        return None, None if folder is None else folder / _name_of(uri)
    picture = path_of(uri)
    if not os.path.lexists(picture):
        raise NotFound("the picture is no longer there: import the folder it is in now")
    return picture, picture if folder is None else folder / picture.relative_to(picture.anchor)


def tag_json(tag: Entry, paths: ConceptPaths) -> Json:
    """A standing tag as the API and the exports show it."""
    return {
        "taxonomy": tag.taxonomy,
        "facet": tag.facet,
        "concept": paths.concept(tag),
        "path": list(paths.of(tag)),
        "status": tag.status,
        "p": tag.p,
        "p_raw": tag.p_raw,
        "verdict": tag.verdict,
        "cutoff": tag.cutoff,
        "contract": tag.contract,
        "actor": tag.actor,
        "model": tag.model,
        "at": tag.at,
    }


def _sidecar_tag(tag: Entry, concept: ConceptId, path: tuple[str, ...]) -> SidecarTag:
    return SidecarTag(
        concept_id=f"{tag.taxonomy}:{concept}",
        path=path,
        probability=tag.p,
        model=None if tag.model is None else f"{tag.taxonomy} {tag.model}",
        status=tag.status,
        contract=tag.contract,
        at=tag.at,
    )


def _tagged(ws: Workspace, *, suggested: bool) -> Rows:
    """Every live picture with its first place and its positive tags, in order of arrival."""
    shown = ("auto", "confirmed", "suggested") if suggested else ("auto", "confirmed")
    assets = ws.assets.all()
    while some := list(islice(assets, _CHUNK)):
        ids = [asset.id for asset in some]
        tags = ws.ledger.tags_of(ids)
        places = ws.assets.all_places(ids)
        for asset in some:
            if places[asset.id]:  # none where its import was undone a moment ago
                yield asset, places[asset.id], [t for t in tags[asset.id] if t.status in shown]


class ConceptPaths:
    """Concepts of tags as they are called now; each taxonomy is read once."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._known: dict[str, Taxonomy] = {}

    def concept(self, tag: Entry) -> ConceptId:
        """The tag's concept, or what replaced it."""
        if tag.taxonomy not in self._known:
            self._known[tag.taxonomy] = self._ws.taxonomies.get(tag.taxonomy)
        assert tag.concept is not None  # an abstention is never a tag
        known = self._known[tag.taxonomy]
        return known.current(tag.concept) if tag.concept in known else tag.concept

    def of(self, tag: Entry) -> tuple[str, ...]:
        """Its labels, from the root down; its id where the taxonomy has it no longer."""
        concept = self.concept(tag)
        known = self._known[tag.taxonomy]
        return known.path(concept) if concept in known else (concept,)
