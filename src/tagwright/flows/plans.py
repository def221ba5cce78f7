"""What an import is about to read: which files, and what is claimed of each."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tagwright.errors import InvalidInput
from tagwright.media.manifest import read_manifest
from tagwright.media.sources import find_pictures
from tagwright.types import FacetKind, Json

Labelling = Literal["none", "folders", "keywords"]
MANIFESTS = (".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How labels are read. A manifest (CSV) always brings its own.

    labels: `folders`: the folders below each PATH are a tree of concepts. `keywords`: those in
    the files. taxonomy: where the labels go; without it the folder's or manifest's name, or
    "keywords". kind: of a facet made on the way; without it `one` for folders and for manifests
    with one label a row, else `any`. only_known: words that name no concept are left out, not
    added. hold_back: the share of files that come in without their labels, by a hash of
    label and name, so that what the machine makes of them can be judged.
    """

    labels: Labelling = "none"
    taxonomy: str | None = None
    kind: FacetKind | None = None
    label_columns: tuple[str, ...] | None = None
    group_column: str | None = None
    root: Path | None = None
    only_known: bool = False
    hold_back: float = 0.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to import and the label paths claimed of it."""

    path: Path
    taxonomy: str | None = None
    labels: tuple[tuple[str, ...], ...] = ()
    group: str | None = None
    keywords: bool = False


@dataclass(slots=True)
class Facts:
    """What a first, cheap pass over the sources found: enough to declare taxonomies."""

    files: int = 0
    kinds: dict[str, FacetKind] = field(default_factory=dict)
    paths: dict[str, set[tuple[str, ...]]] = field(default_factory=dict)


def wanted_files(paths: Sequence[Path], options: ImportOptions) -> Iterator[Wanted]:
    """Every file to import, in a fixed order. Raises NotFound for a path that is not there."""
    for wanted in _labelled_files(paths, options):
        held = _is_held_back(wanted, options.hold_back)
        yield Wanted(wanted.path, group=wanted.group) if held else wanted


def held_back(paths: Sequence[Path], options: ImportOptions) -> Iterator[Wanted]:
    """The files that come in without their labels, with the labels."""
    for wanted in _labelled_files(paths, options):
        if _is_held_back(wanted, options.hold_back):
            yield wanted


def _is_held_back(wanted: Wanted, share: float) -> bool:
    """By a hash of label and file name: the same pictures wherever the folder lies."""
    if share == 0 or not wanted.labels:
        return False
    name = "/".join((*wanted.labels[0], wanted.path.name))
    digest = hashlib.sha256(os.fsencode(name)).digest()
    return int.from_bytes(digest[:4], "big") / 2**32 < share


def _labelled_files(paths: Sequence[Path], options: ImportOptions) -> Iterator[Wanted]:
    for path in paths:
        if _is_manifest(path):
            yield from _of_manifest(path, options)
        else:
            yield from _of_folder(path, options)


def survey(paths: Sequence[Path], options: ImportOptions) -> Facts:
    """Walk the sources once without opening a picture: how many, and which labels.

    Raises InvalidInput for columns of a table where none is given.
    """
    if not any(map(_is_manifest, paths)):
        _refuse_columns(paths, options)
    facts = Facts()
    for wanted in wanted_files(paths, options):
        facts.files += 1
        if wanted.taxonomy is None:
            continue
        default: FacetKind = "any" if wanted.keywords or len(wanted.labels) > 1 else "one"
        if facts.kinds.get(wanted.taxonomy) != "any":
            facts.kinds[wanted.taxonomy] = options.kind or default
        facts.paths.setdefault(wanted.taxonomy, set()).update(wanted.labels)
    return facts


def _is_manifest(path: Path) -> bool:
    return path.suffix.lower() in MANIFESTS and path.is_file()


def _refuse_columns(paths: Sequence[Path], options: ImportOptions) -> None:
    given = {
        "label column": ", ".join(options.label_columns or ()),
        "group column": options.group_column,
        "root": options.root and str(options.root),
    }
    names = [f"{name} {value!r}" for name, value in given.items() if value]
    if names:
        raise InvalidInput(
            f"{' and '.join(names)} is for a manifest, and none of {[str(p) for p in paths]!r} is "
            f"one: name a .csv or .tsv file, or leave it out"
        )


def as_params(paths: Sequence[Path], options: ImportOptions) -> Json:
    """The plan as JSON: two imports with the same params are the same work."""
    return {
        "paths": [str(path.absolute()) for path in paths],
        "labels": options.labels,
        "taxonomy": options.taxonomy,
        "kind": options.kind,
        "label_columns": options.label_columns,
        "group_column": options.group_column,
        "only_known": options.only_known,
        "hold_back": options.hold_back,
    }


def _of_manifest(path: Path, options: ImportOptions) -> Iterator[Wanted]:
    rows = read_manifest(
        path,
        label_columns=options.label_columns,
        group_column=options.group_column,
        root=options.root,
    )
    name = options.taxonomy or path.stem
    for row in rows:
        yield Wanted(row.path, name if row.labels else None, row.labels, row.group)


def _of_folder(path: Path, options: ImportOptions) -> Iterator[Wanted]:
    name = options.taxonomy or path.resolve().name
    for source in find_pictures([path]):
        if options.labels == "folders" and source.folders:
            yield Wanted(source.path, name, (source.folders,))
        elif options.labels == "keywords":
            yield Wanted(source.path, options.taxonomy or "keywords", keywords=True)
        else:
            yield Wanted(source.path)
