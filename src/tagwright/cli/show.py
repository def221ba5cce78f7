"""What people see on the terminal: progress, tables, sentences. JSON goes to standard output."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from tagwright.cli.promises import promise_words
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import TagwrightError
from tagwright.flows.deciding import Undone
from tagwright.flows.doctor import Check
from tagwright.flows.exporting import SidecarReport
from tagwright.flows.importing import FileOutcome, ImportReport
from tagwright.flows.report import Report
from tagwright.flows.searching import Hit
from tagwright.flows.status import Status
from tagwright.flows.tagging import Tagged
from tagwright.flows.training import Trained
from tagwright.media.sources import path_of
from tagwright.store.champions import Promotion
from tagwright.store.runs import Run
from tagwright.types import ConceptId, FacetId, Json

ERRORS = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
OUT = Console(highlight=False, markup=False, emoji=False)
SHOWN = 20
"""Rows of a list on a terminal; the rest is in --json."""
TORN_SHOWN = 5
PAIRS = 5


def say(text: str) -> None:
    """A sentence for people, on standard error so that pipes stay clean."""
    ERRORS.print(text)


def tell(text: str) -> None:
    """A sentence of the answer itself, on standard output."""
    OUT.print(text, soft_wrap=True)


def print_json(value: Any) -> None:
    """One line of JSON, as strict as the standard: no NaN."""
    print(json.dumps(value, ensure_ascii=False, allow_nan=False))


@contextmanager
def import_progress(*, as_json: bool) -> Iterator[Callable[[FileOutcome, int], None]]:
    """A bar; or, for programs, one JSON line a file as soon as it is safe on disk."""
    if as_json:
        yield lambda outcome, total: print(json.dumps(_outcome_json(outcome)), flush=True)
        return
    with bar("Importing") as advance:
        done = 0

        def step(outcome: FileOutcome, total: int) -> None:
            nonlocal done
            done += 1
            advance(done, total)

        yield step


@contextmanager
def bar(title: str, *, quiet: bool = False) -> Iterator[Callable[..., None]]:
    """A progress bar with count, time spent and time left: call it with (done, total)."""
    if quiet or not ERRORS.is_terminal:
        yield lambda *counts: None
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=ERRORS) as progress:
        task = progress.add_task(title, total=None)

        def advance(done: int, total: int | None = None) -> None:
            progress.update(task, completed=done, total=total)

        yield advance


@contextmanager
def steps(title: str, *, quiet: bool = False) -> Iterator[Callable[[str, float], None]]:
    """A progress bar for named steps: call it with (what, share done)."""
    if quiet or not ERRORS.is_terminal:
        yield lambda step, share: None
        return
    description = TextColumn("{task.description}", markup=False)
    columns = (description, BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=ERRORS) as progress:
        task = progress.add_task(title, total=1.0)

        def advance(step: str, share: float) -> None:
            progress.update(task, description=f"{title}: {step}", completed=share)

        yield advance


NO_LABELS = {
    "folders": (
        "No labels found: the pictures lie directly in the folders named. The names of folders "
        "below those are labels: name their parent folder."
    ),
    "keywords": (
        "No labels found: no file holds keywords. Where folders are named after what they hold, "
        "use --labels folders."
    ),
}


def import_report(report: ImportReport, labels: str = "none") -> None:
    """What came in, and every file that could not be read with its reason.

    labels: where labels were sought.
    """
    parts = [f"{report.imported:,} new pictures"]
    if report.duplicates:
        parts.append(f"{report.duplicates:,} more places of known ones")
    if report.unchanged:
        parts.append(f"{report.unchanged:,} unchanged")
    if report.labels:
        parts.append(f"{report.labels:,} new labels")
    say(f"Imported: {', '.join(parts)}.")
    if not report.claimed and not report.unknown_words and labels in NO_LABELS:
        say(NO_LABELS[labels])
    if report.unknown_words:
        say(f"Words that name no concept, left out: {', '.join(report.unknown_words[:SHOWN])}")
    if report.torn:
        _torn(report)
    if report.unreadable:
        _unreadable(report)


def _torn(report: ImportReport) -> None:
    """Which pictures stand in two folders of a facet where only one can be true."""
    count = len(report.torn)
    stand = "picture stands" if count == 1 else "pictures stand"
    say(
        f"Mind: {count:,} {stand} in several places (folders, or rows of a manifest) where only "
        f"one can be true. They teach nothing until a person settles them, "
        f"`tagwright label PICTURE CONCEPT`:"
    )
    for asset, words in report.torn[:TORN_SHOWN]:
        say(f"  {asset[:12]}: {', '.join(words)}")
    if count > TORN_SHOWN:
        say(f"  ... and {count - TORN_SHOWN:,} more")


def _unreadable(report: ImportReport) -> None:
    """Every file that could not be read, with its reason."""
    say(f"{len(report.unreadable):,} files could not be read:")
    for outcome in report.unreadable[:SHOWN]:
        say(f"  {outcome.path}: {outcome.reason}")
    if len(report.unreadable) > SHOWN:
        say(f"  ... and {len(report.unreadable) - SHOWN:,} more (tagwright status --json)")


def trained(found: Trained, *, as_json: bool = False) -> None:
    """What was learned, how well, and what may be tagged alone."""
    if as_json:
        print_json(found.to_json())
        return
    if not found.is_new:
        say(
            f"Nothing new to learn: {found.model.taxonomy} {found.model.version} has learned "
            f"all these labels already."
        )
        return
    say(f"Learned {found.model.taxonomy}, version {found.model.version}.")
    if found.promotion is not None and found.promotion.previous is not None:
        _gate(found.promotion)
    _facets(found.report, found.model.taxonomy)
    say("Next: `tagwright tag`, and `tagwright report --html report.html` for the whole story.")


def _gate(made: Promotion) -> None:
    """Whether the new version took the champion's place, and why or why not."""
    why = "; ".join(made.gate["reasons"])
    if made.outcome == "promoted":
        say(f"Promoted over version {made.previous}: {why}.")
    else:
        say(f"Kept in the shadows, version {made.previous} stays in charge: {why}.")


def refused(name: str, error: TagwrightError, *, as_json: bool) -> None:
    """Why one of several taxonomies could not be done."""
    if as_json:
        print_json({"taxonomy": name, "error": str(error)})
    else:
        say(f"tagwright: {error}")


def tagged(done: Tagged, *, as_json: bool = False) -> None:
    """How many pictures were decided on, and how."""
    if as_json:
        print_json(done.to_json())
        return
    for warning in done.warnings:
        say(f"Mind: {warning}")
    if not done.pictures:
        if not done.warnings:
            say(
                f"Nothing to tag: people, imports or {done.taxonomy} {done.model} have decided on "
                f"every picture; bring in new ones."
            )
        return
    table = Table("facet", "tagged alone", "parent only", "left to a person", "none of these")
    for facet, counts in done.verdicts.items():
        all_ = sum(counts.values()) or 1
        cells = (
            f"{counts.get(v, 0):,} ({counts.get(v, 0) / all_:.0%})"
            for v in ("auto", "parent", "review", "abstain")
        )
        table.add_row(facet, *cells)
    tell(f"{done.pictures:,} pictures by {done.taxonomy} {done.model}:")
    OUT.print(table)


def report(found: Report, *, as_json: bool = False) -> None:
    """A model's figures; what it promises; what it refused to learn."""
    value = found.to_json()
    if as_json:
        print_json(value)
        return
    tell(f"{value['taxonomy']}, version {value['version']} ({value['status']})")
    _facets(value, value["taxonomy"])


def _facets(value: Json, taxonomy: str) -> None:
    words = value.get("words") or {}
    for facet in value["facets"]:
        _headline(facet)
        _per_concept(facet, words)
        _mistaken(facet, words)
        for sentence in promise_words(facet, words):
            tell(sentence)
        _not_learned(facet, words)
        for reason, count in (facet.get("left_out") or {}).items():
            tell(f"Left out: {count:,} labelled pictures, which are {reason}.")
        _torn_concepts(facet, words)
        for text in facet.get("notes") or ():
            tell(f"Mind: {text}")
    for reason in (value.get("not_learned_because") or {}).values():
        tell(f"Not learned: {reason}")
    others = [m["taxonomy"] for m in value.get("models") or () if m["taxonomy"] != taxonomy]
    if others:
        tell(f"Other taxonomies with a model: {', '.join(others)} (`tagwright report NAME`)")


def _torn_concepts(facet: Json, words: Mapping[str, str]) -> None:
    """Which concepts the pictures have that were left out for their contradictory labels."""
    torn = sorted((facet.get("torn") or {}).items(), key=lambda each: -each[1])
    some = [f"{words.get(concept, concept)} {count:,}" for concept, count in torn[:TORN_SHOWN]]
    more = f" and {len(torn) - TORN_SHOWN:,} more" if len(torn) > TORN_SHOWN else ""
    if some:
        tell(
            f"Their several concepts are {', '.join(some)}{more}. Say which is right: "
            f"`tagwright label PICTURE CONCEPT`; importing again lists them."
        )


def _not_learned(facet: Json, words: Mapping[str, str]) -> None:
    """Concepts that were refused, and how many more pictures each needs."""
    refusals = facet.get("refusals") or []
    for row in refusals[:SHOWN]:
        name = words.get(row["concept"], row["concept"])
        tell(f"Not learned: {name}: {row['reason']}")
    if len(refusals) > SHOWN:
        tell(f"... and {len(refusals) - SHOWN:,} more concepts not learned (--json)")


def _headline(facet: Json) -> None:
    """The figures of one facet, each with its interval and n."""
    table = Table("figure", "value", "95 % interval", "n", title=Text(str(facet["label"])))
    for name, title in (
        ("top1", "right at the first guess"),
        ("top3", "right among three"),
        ("mean_average_precision", "mean average precision"),
        ("ece", "calibration error (ECE)"),
        ("coverage", "tagged alone under the contract"),
        ("precision", "right of those tagged alone"),
    ):
        figure = facet.get(name)
        if figure:
            table.add_row(title, *_cells(figure))
    if table.row_count:
        OUT.print(table)
    else:
        tell(f"{facet['label']}: no figures, for want of labelled pictures to test on.")


def _cells(figure: Mapping[str, float | None]) -> tuple[str, str, str]:
    value = _share(figure["value"], 1)
    ends = f"{_share(figure['low'], 1)} to {_share(figure['high'], 1)}"
    return value, "-" if value == "-" else ends, f"{int(figure['n'] or 0):,}"


def _share(value: float | None, digits: int = 0) -> str:
    """As a percentage; a dash where nothing was counted."""
    return "-" if value is None or math.isnan(value) else f"{value:.{digits}%}"


def _per_concept(facet: Json, words: Mapping[str, str]) -> None:
    concepts = facet.get("concepts") or []
    if not concepts:
        return
    table = Table("concept", "precision", "recall", "F1", "n", caption="in brackets: 95 % interval")
    for row in sorted(concepts, key=_weakness)[:SHOWN]:
        name = Text(words.get(row["concept"], row["concept"]))
        cells = (_with_ends(row[key]) for key in ("precision", "recall", "f1"))
        table.add_row(name, *cells, f"{int(row['recall']['n']):,}")
    OUT.print(table)
    if len(concepts) > SHOWN:
        say(f"The {SHOWN} weakest of {len(concepts)} concepts; all are in --json and --html.")


def _with_ends(figure: Mapping[str, float | None]) -> str:
    """ "91% (85-95)": a share and the ends of its 95 % interval."""
    low, high = figure["low"], figure["high"]
    value = _share(figure["value"])
    if value == "-" or low is None or high is None:
        return value
    return f"{value} ({low * 100:.0f}-{high * 100:.0f})"


def _mistaken(facet: Json, words: Mapping[str, str]) -> None:
    """The pairs of concepts that were most often taken for one another."""
    pairs = [
        f"{words.get(row['said'], row['said'])} for {words.get(row['truth'], row['truth'])} "
        f"({row['n']:,})"
        for row in (facet.get("confusions") or [])[:PAIRS]
    ]
    if pairs:
        tell(f"Most often mistaken, what was said for what it is: {', '.join(pairs)}")


def _weakness(row: Json) -> tuple[float, str]:
    """The worst F1 first; what was not measured comes last."""
    value = row["f1"]["value"]
    return (2.0 if value is None or math.isnan(value) else value, row["concept"])


def place(uri: str) -> str:
    """Where a picture is, as people write it: a path for a local file."""
    return str(path_of(uri)) if uri.startswith("file:///") else uri


def sidecars(done: SidecarReport) -> None:
    say(f"Wrote {done.written:,} sidecars; {done.unchanged:,} were right already.")
    if done.failed:
        say(f"{len(done.failed):,} could not be written:")
    for uri, reason in done.failed[:SHOWN]:
        say(f"  {place(uri)}: {reason}")
    if len(done.failed) > SHOWN:
        say(f"  ... and {len(done.failed) - SHOWN:,} more")


def hits(found: Sequence[Hit], *, as_json: bool) -> None:
    """Pictures found, best first."""
    if as_json:
        print_json([asdict(hit) for hit in found])
        return
    if not found:
        say("No picture found.")
        return
    table = Table("picture", "score", "why")
    table.add_column("where", overflow="fold")
    for hit in found:
        table.add_row(hit.asset[:12], f"{hit.score:.3f}", hit.why, Text(place(hit.location)))
    OUT.print(table)


def runs(found: Sequence[Run], *, as_json: bool) -> None:
    """What was done, newest first."""
    if as_json:
        print_json([asdict(run) for run in found])
        return
    table = Table("run", "what", "by")
    table.add_column("when", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("counts")
    for run in found[: SHOWN * 2]:
        counts = ", ".join(f"{key} {value}" for key, value in run.summary.items())
        who, when = Text(run.actor), run.started_at[5:16].replace("T", " ")
        table.add_row(run.id[:8], run.kind, who, when, _state(run), counts)
    OUT.print(table)


def _state(run: Run) -> str:
    """How a run ended. One that gathers a day's uploads never does: it is open, not cut off."""
    if run.undone:
        return "undone"
    if run.finished_at:
        return "done"
    return "open" if run.kind == "upload" else "cut off"


def status(found: Status, *, as_json: bool) -> None:
    if as_json:
        print_json(found.to_json())
        return
    tell(f"{found.pictures:,} pictures in {found.groups:,} groups of look-alikes")
    if not found.pictures:
        say("Empty. Bring pictures in: tagwright import ~/Pictures --labels folders")
        return
    if found.taxonomies:
        table = Table("taxonomy", "concepts", "model", "labelled", "tagged alone", "suggested")
        for row in found.taxonomies:
            numbers = (f"{n:,}" for n in (row.labelled, row.auto, row.suggested))
            table.add_row(Text(row.name), str(row.concepts), str(row.model or "none"), *numbers)
        OUT.print(table)
    for uri, reason in found.unreadable[:SHOWN]:
        say(f"  unreadable: {place(uri)}: {reason}")
    if len(found.unreadable) > SHOWN:
        say(f"  ... and {len(found.unreadable) - SHOWN:,} more unreadable files (--json)")


def taxonomy(found: Taxonomy, counts: Mapping[ConceptId, int]) -> None:
    """The tree, with the labelled pictures of each concept."""
    tree = Tree(Text(found.name))
    for facet in found.facets:
        of = "one of" if facet.kind == "one" else "any of"
        branch = tree.add(Text(f"{facet.label} ({of})")) if len(found.facets) > 1 else tree
        for concept in found.roots(FacetId(facet.id)):
            _branch(branch, found, concept, counts)
    OUT.print(tree)


def _branch(
    above: Tree, found: Taxonomy, concept: ConceptId, counts: Mapping[ConceptId, int]
) -> None:
    number = counts.get(concept, 0)
    words = Text(found.label(concept)) + Text(f"  {number:,}" if number else "", style="dim")
    here = above.add(words)
    for child in found.children(concept):
        _branch(here, found, child, counts)


def undone(done: Undone) -> None:
    names = ", ".join(run[:8] for run in done.runs)
    what = {
        "train": "the model it made steps down, and its tags stay",
        "import": f"its pictures and labels are out; {done.assets:,} pictures had labels of it",
    }.get(done.kind, f"the tags of {done.assets:,} pictures are as before")
    say(
        f"Undone: {done.kind} {names}; {what}. "
        f"To bring it back, undo the undo: `tagwright undo --run {done.by[:8]}`."
    )


def doctor(checks: Sequence[Check], *, as_json: bool) -> None:
    """One line a check, with the remedy where there is a problem."""
    if as_json:
        print_json([asdict(check) for check in checks])
        return
    for check in checks:
        tell(f"{'ok     ' if check.ok else 'PROBLEM'}  {check.name}: {check.found}")
        if check.remedy:
            tell(f"         {check.remedy}")


def _outcome_json(outcome: FileOutcome) -> Json:
    path = str(outcome.path).encode("utf-8", "replace").decode()
    return {
        "path": path,
        "uri": outcome.uri,
        "status": outcome.status,
        "asset": outcome.asset,
        "reason": outcome.reason,
    }
