"""The command `map`: draw one, and say what is on it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from tagwright.cli import show
from tagwright.core.atlas import Method
from tagwright.errors import InvalidInput
from tagwright.flows.map_page import SOURCES, trust
from tagwright.flows.map_view import Cluster, Drawn
from tagwright.types import View

SHOWN: Final = 20


def map_(
    context: typer.Context,
    view: Annotated[View, typer.Option(help="Which features: what is shown, or how.")] = "semantic",
    method: Annotated[Method, typer.Option(help="t-SNE, or two axes of PCA alone.")] = "tsne",
    taxonomy: Annotated[
        str | None, typer.Option(help="Whose words name clusters; the only one, when not named.")
    ] = None,
    add: Annotated[
        bool, typer.Option("--add", help="Place new pictures on the newest map; draw nothing anew.")
    ] = False,
    html: Annotated[Path | None, typer.Option(help="Write one self-contained page.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Draw a map of all pictures: what looks alike stands side by side."""
    if html is not None and html.is_dir():
        raise InvalidInput(f"{str(html)!r} is a folder: name the file to write")
    with context.obj.library_opened() as library:
        with show.steps("Drawing a map", quiet=as_json) as progress:
            if add:
                drawn = library.add_to_map(progress=progress)
            else:
                drawn = library.draw_map(view, method, taxonomy, progress=progress)
        if html is not None:
            library.write_map(drawn, html)
            show.say(f"Wrote {html}")
    if as_json:
        show.print_json(drawn.to_json())
    else:
        _tell(drawn)


def _tell(drawn: Drawn) -> None:
    """What is on a map, the largest clusters first."""
    row = drawn.row
    since = f", {row.placed:,} of them placed since it was drawn" if row.placed else ""
    show.tell(f"{row.pictures:,} pictures{since}, in {len(drawn.clusters):,} clusters.")
    show.tell(trust(drawn))
    table = Table("cluster", "named by", "pictures", "labelled", "of one label")
    for cluster in drawn.clusters[:SHOWN]:
        table.add_row(*_cells(cluster))
    if table.row_count:
        show.OUT.print(table)
    if len(drawn.clusters) > SHOWN:
        show.tell(f"... and {len(drawn.clusters) - SHOWN:,} more clusters (--json, --html)")
    if drawn.islands:
        count = len(drawn.islands)
        islands = "cluster has" if count == 1 else "clusters have"
        show.tell(f"{count:,} {islands} hardly any label: begin there.")
    for group in drawn.unknown[:SHOWN]:
        named = f" ({group.name}?)" if group.name else ""
        show.tell(f"{group.size:,} pictures look alike and fit nothing{named}")


def _cells(cluster: Cluster) -> tuple[Text | str, ...]:
    purity = "-" if cluster.purity is None else f"{cluster.purity:.0%}"
    name = Text(cluster.name or "-")
    return name, SOURCES[cluster.name_from], f"{cluster.size:,}", f"{cluster.labelled:,}", purity
