"""`tagwright alpha`: the share of doubtful labels that learning is better without."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from tagwright.cli import show
from tagwright.core.taxonomy import Taxonomy
from tagwright.flows.alpha import SECONDS, is_worth
from tagwright.types import ConceptId, Json


def alpha(
    context: typer.Context,
    taxonomy: Annotated[str | None, typer.Argument(help="The only one, when not named.")] = None,
    seconds: Annotated[
        float, typer.Option(min=1.0, help="For trials; hearing witnesses comes on top.")
    ] = SECONDS,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Search the share of doubtful labels to leave out of learning. No label is changed."""
    with context.obj.library_opened() as library:
        with show.steps("Searching labels to leave out", quiet=as_json) as progress:
            report = library.find_alpha(taxonomy, seconds=seconds, progress=progress)
        found = library.taxonomy(report["taxonomy"])
    if as_json:
        show.print_json(report)
        return
    for facet in report["facets"]:
        _tell(facet, found)
    if is_worth(report):
        show.say(f"Use it: `tagwright train {report['taxonomy']} --leave-out`.")
    else:
        show.say("Leaving labels out is not better beyond chance; `tagwright clean` may help.")


def _tell(facet: Json, taxonomy: Taxonomy) -> None:
    if facet["refused"]:
        show.tell(f"{facet['label']}: not searched, for {facet['refused']}")
        return
    gain, before, after = facet["gain"], facet["before"], facet["after"]
    show.tell(
        f"{facet['label']}: best of {len(facet['trials']):,} trials leaves out "
        f"{facet['left_out']:,} of {facet['labels']:,} labels."
    )
    show.tell(
        f"On {gain['n']:,} pictures that took no part: {before['value']:.1%} right with all "
        f"labels, {after['value']:.1%} without; {100 * gain['value']:+.1f} points "
        f"({100 * gain['low']:+.1f} to {100 * gain['high']:+.1f})."
    )
    if not facet["left_out"]:
        return
    table = Table("concept", "share left out", "labels left out")
    for each in sorted(facet["per_concept"], key=lambda each: -each["left_out"])[: show.SHOWN]:
        words = " > ".join(taxonomy.path(ConceptId(each["concept"])))
        table.add_row(Text(words), f"{each['value']:.1%}", f"{each['left_out']:,}")
    show.OUT.print(table)
