"""A map as one self-contained HTML page: nothing is loaded, nothing runs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tagwright.core.map_plot import map_plot
from tagwright.core.reduction import variance_words
from tagwright.flows.map_view import Drawn, gone
from tagwright.flows.pages import render, svg, write_page
from tagwright.flows.workspace import Workspace

SOURCES: Final = {
    "taxonomy": "the taxonomy",
    "keywords": "keywords",
    "files": "file names",
    "none": "",
}
CSS: Final = """
.map-frame { margin-top: 2rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 0.6rem; }
svg.map { display: block; width: 100%; max-height: 92vh; }
.part td:nth-child(n + 3), .part th[scope="col"]:nth-child(n + 3) { text-align: right; }
.part table { border-collapse: collapse; margin-top: 1rem; }
.part th, .part td { padding: 0.3rem 1rem 0.3rem 0; text-align: left; }
.part tr { border-bottom: 1px solid var(--line); }
.groups { margin-top: 1rem; }
"""


def trust(drawn: Drawn) -> str:
    """How far a map can be trusted, in sentences."""
    told = drawn.row.document
    return variance_words(told["method"], told["components"], told["variance"], told["variance_2d"])


def write_map(ws: Workspace, drawn: Drawn, out: Path) -> None:
    """Write the page whole or not at all."""
    points = ws.maps.points(drawn.row)
    cluster = points.cluster.copy()
    xy = points.xy.copy()
    xy[gone(points, ws.search.shelves())] = float("nan")
    names = {each.id: each.name for each in drawn.clusters}
    title = f"A map of {drawn.row.pictures:,} pictures, coloured by cluster"
    page = render(
        "map.html",
        css=CSS,
        name=ws.root.resolve().name,
        day=drawn.row.created_at[:10],
        pictures=drawn.row.pictures,
        trust=trust(drawn),
        drawing=svg(map_plot(xy, cluster, names, title=title)),
        clusters=drawn.clusters,
        unknown=drawn.unknown,
        sources=SOURCES,
    )
    write_page(out, page)
