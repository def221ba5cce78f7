"""`tagwright clean`: the labels that look wrong, and how many there are."""

from __future__ import annotations

from typing import Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from tagwright.cli import show
from tagwright.core.taxonomy import Taxonomy
from tagwright.flows.cleaning import SURE, correct_labels, find_suspects
from tagwright.store.suspects import SuspectRow
from tagwright.types import ConceptId, Json

REASONS = {
    "contradiction": "two sources gave two labels",
    "look-alike": "a look-alike is labelled otherwise",
    "unlikely": "does not look like it",
}

OPEN: Final = {
    "one": "also for what no check can tell apart: a wrong label and a hard picture",
    "any": "for sampling error alone",
}
"""What the interval of the share of wrong labels holds, by the kind of facet."""


def clean(
    context: typer.Context,
    taxonomy: Annotated[str | None, typer.Argument(help="The only one, when not named.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Labels to list.")] = 20,
    apply: Annotated[
        bool,
        typer.Option("--apply", help="Correct what is all but certain; one run, undone by `undo`."),
    ] = False,
    sure: Annotated[
        float,
        typer.Option(min=0.5, max=1.0, help="With --apply: how likely a label must be wrong."),
    ] = SURE,
    actor: Annotated[str, typer.Option("--as", help="Who decides, for the ledger.")] = "clean",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Find the labels that look wrong. Nothing is changed, unless --apply is given."""
    with context.obj.library_opened() as library:
        name = library.only(taxonomy)
        found = library.taxonomy(name)
        ws = library.workspace
        with show.steps("Checking labels", quiet=as_json) as progress:
            report = find_suspects(ws, name, actor=actor, progress=progress)
        rows = ws.suspects.list(name, limit=limit)
        places = {str(row.asset): ws.assets.locations(row.asset) for row in rows}
        if apply:
            decided = correct_labels(ws, name, actor, sure=sure)
            report["corrected"], report["run"] = len(decided.entries), decided.run
    if as_json:
        show.print_json({**report, "items": [_item(row, places) for row in rows]})
        return
    _show(report, found, rows, places)
    if apply:
        count, run = report["corrected"], report["run"]
        undo = f" `tagwright undo --run {run}` takes that back." if run else ""
        show.say(
            f"Corrected {count:,} labels that are wrong by an estimate of {sure:.0%} or more.{undo}"
        )


def _show(
    report: Json, taxonomy: Taxonomy, rows: list[SuspectRow], places: dict[str, list[str]]
) -> None:
    for facet in report["facets"]:
        show.say(_facet(facet))
    if not rows:
        show.say("No label looks wrong.")
        return
    table = Table("picture", "labelled", "looks like", "why")
    for row in rows:
        proposed = "not this" if row.proposed is None else _path(taxonomy, row.proposed)
        where = show.place(next(iter(places.get(row.asset, [])), row.asset[:12]))
        given = _path(taxonomy, row.given)
        table.add_row(Text(where), Text(given), Text(proposed), REASONS[row.reason])
    show.OUT.print(table)
    if report["suspects"] > len(rows):
        show.say(f"The first {len(rows):,} of {report['suspects']:,}; --limit shows more.")
    show.say("Answer them in the web app (`tagwright serve`, Label check).")
    show.say("Then `tagwright train` learns again and says what it gained, with its interval.")


def _facet(facet: Json) -> str:
    if facet["refused"]:
        return f"{facet['label']}: not checked, for {facet['refused']}"
    if facet["wrong"] is None:
        return f"{facet['label']}: {facet['labels']:,} labels, none to check yet"
    wrong = facet["wrong"]
    return (
        f"{facet['label']}: about {wrong['value']:.1%} of {wrong['n']:,} labels are wrong "
        f"(between {wrong['low']:.1%} and {wrong['high']:.1%}, {OPEN[facet['kind']]}); "
        f"{facet['suspects']:,} to look at"
    )


def _path(taxonomy: Taxonomy, concept: str) -> str:
    return " > ".join(taxonomy.path(ConceptId(concept))) if concept in taxonomy else concept


def _item(row: SuspectRow, places: dict[str, list[str]]) -> Json:
    return {
        "asset": row.asset,
        "places": places.get(row.asset, []),
        "facet": row.facet,
        "given": row.given,
        "proposed": row.proposed,
        "score": row.score,
        "reason": row.reason,
        "p_given": row.p_given,
        "p_proposed": row.p_proposed,
    }
