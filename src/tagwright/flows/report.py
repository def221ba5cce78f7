"""A model's report: as values for programs, and as one HTML page for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tagwright.core import plots
from tagwright.errors import NotFound
from tagwright.flows.pages import render, svg, write_page
from tagwright.flows.pages.facet import facet_page, figure_of
from tagwright.flows.sheet import write_sheet
from tagwright.flows.workspace import Workspace
from tagwright.store.models import ModelRow
from tagwright.types import Interval, Json

__all__ = ["Report", "read_report", "write_html", "write_sheet"]

FIGURE_NAMES: Final = {
    "top1": "right at the first guess",
    "top3": "right among three guesses",
    "mean_average_precision": "mean average precision",
}
MOST_VERSIONS: Final = 12
"""Versions drawn side by side; beyond that the newest, or a figure is no longer read."""


@dataclass(frozen=True, slots=True)
class Report:
    """One model version's stored report. `others`: every champion, where none was named.

    `versions`: all versions of this taxonomy's model, newest first.
    """

    model: ModelRow
    document: Json
    versions: tuple[ModelRow, ...]
    others: tuple[ModelRow, ...] | None = None

    def to_json(self) -> Json:
        """The stored report, with the figures a program asks for at the top."""
        facets = self.document["facets"]
        value = {
            **self.document,
            "taxonomy": self.model.taxonomy,
            "version": self.model.version,
            "status": self.model.status,
            **_headline(facets),
        }
        if self.others is not None:
            value["models"] = [_champion_json(row) for row in self.others]
        return value


def read_report(ws: Workspace, taxonomy: str | None, model: int | None) -> Report:
    """The report of a version; of the champion, and of the taxonomy trained last, if not named.

    Raises NotFound where there is no such model.
    """
    if taxonomy is not None:
        ws.taxonomies.get(taxonomy)
        row = ws.models.champion(taxonomy) if model is None else ws.models.get(taxonomy, model)
        if row is None:
            raise NotFound(
                f"taxonomy {taxonomy!r} has no model yet: `tagwright train {taxonomy}` learns one"
            )
        return _report(ws, row, None)
    champions = [row for name in ws.taxonomies.names() if (row := ws.models.champion(name))]
    if not champions:
        raise NotFound("there is no model yet, so no report: `tagwright train` learns one")
    newest = max(champions, key=lambda row: row.created_at)
    row = newest if model is None else ws.models.get(newest.taxonomy, model)
    return _report(ws, row, tuple(champions))


def write_html(report: Report, out: Path) -> None:
    """The report as one self-contained page: no script, nothing loaded from anywhere."""
    write_page(out, html_of(report))


def html_of(report: Report) -> str:
    """The same as text."""
    document = report.document
    words: Mapping[str, str] = document["words"]
    return render(
        "report.html",
        model=report.model,
        trained_on=str(document.get("trained_at", report.model.created_at))[:10],
        backbone=document.get("backbone"),
        facets=[facet_page(facet, words, document["contract"]) for facet in document["facets"]],
        not_learned=document.get("not_learned", []),
        versions=[_side_by_side(report, facet) for facet in document["facets"]],
        others=[row for row in report.others or () if row.taxonomy != report.model.taxonomy],
    )


def _report(ws: Workspace, row: ModelRow, others: tuple[ModelRow, ...] | None) -> Report:
    return Report(row, ws.models.report(row), tuple(ws.models.all(row.taxonomy)), others)


def _headline(facets: Iterable[Json]) -> Json:
    """top1 and top3 of the first facet of kind `one`, and the mean of the first `any`."""
    one: Json = next((facet for facet in facets if facet["kind"] == "one"), {})
    any_: Json = next((facet for facet in facets if facet["kind"] == "any"), {})
    return {
        "top1": one.get("top1"),
        "top3": one.get("top3"),
        "mean_average_precision": any_.get("mean_average_precision"),
    }


def _champion_json(row: ModelRow) -> Json:
    """The figures of a champion as its row remembers them, of the first facet that has them."""
    found = {
        name: next((f[name] for f in row.summary.values() if f.get(name)), None)
        for name in FIGURE_NAMES
    }
    return {"taxonomy": row.taxonomy, "version": row.version, **found}


def _side_by_side(report: Report, facet: Json) -> Json | None:
    """The figures of every version of one facet, each with its interval; None for fewer than two.

    Source of the form: the intervals per method of the study's Figure 1.
    """
    name = "top1" if facet["kind"] == "one" else "mean_average_precision"
    rows = [
        plots.Row(f"version {row.version}, {row.status}", figure, row == report.model)
        for row in reversed(report.versions[:MOST_VERSIONS])
        if (figure := _summary_figure(row, facet["id"], name)) is not None
    ]
    if not rows[1:]:
        return None
    title = f"{facet['label']}: {FIGURE_NAMES[name]}, by version"
    return {
        "label": facet["label"],
        "title": FIGURE_NAMES[name],
        "plot": svg(plots.interval_plot(rows, title=title)),
        "overlap": _do_overlap(rows),
    }


def _summary_figure(row: ModelRow, facet: str, name: str) -> Interval | None:
    return figure_of(row.summary.get(facet, {}).get(name))


def _do_overlap(rows: Sequence[plots.Row]) -> bool:
    """Whether all intervals share a point, so that no version is surely better than another."""
    return max(row.figure.low for row in rows) <= min(row.figure.high for row in rows)
