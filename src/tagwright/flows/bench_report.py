"""A comparison as the study's Table 1 and Figure 1: JSON, Markdown and one HTML page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from tagwright.core import plots
from tagwright.flows.pages import render, svg, write_page
from tagwright.types import Interval, Json

FILES: Final = ("bench.json", "bench.md", "bench.html")
UNREADABLE: Final = "not readable here"
HEADS: Final = (
    "task",
    "method",
    "concepts",
    "top-1",
    "top-3",
    "calibration error",
    "top-1 against the first",
    "p (Holm)",
    "calibration error against the first",
    "seconds",
    "processor seconds",
    "energy",
)


def write_bench(found: Json, out: Path) -> list[Path]:
    """Write all three into a folder, each whole or not at all."""
    texts = (json.dumps(found, indent=1, allow_nan=False), as_markdown(found), as_html(found))
    files = [out / name for name in FILES]
    for file, text in zip(files, texts, strict=True):
        write_page(file, text)
    return files


def about(found: Json) -> list[str]:
    """What a reader must know of all figures, in sentences."""
    seeds = found["seeds"]
    many = (
        f"{len(seeds)} seeds ({', '.join(map(str, seeds))}), each with its own split"
        if len(seeds) > 1
        else f"seed {seeds[0]}"
    )
    lines = [
        f"Backbone {found['backbone']}; {many}: 70/10/20 by near-duplicate group, judged on the "
        f"20 %. Shares are in percent with their 95 % intervals; n counts answers, and a picture "
        f"asked under several seeds is one witness, not several.",
        f"Tests are against {found['methods'][0]}, on the same pictures: exact McNemar for top-1, "
        f"corrected by Holm over all of them; a bootstrap over groups for the calibration error. "
        f"Time and energy are those of learning, from stored features where a method reads them: "
        f"the median over seeds.",
    ]
    for task, reasons in found["left_out"].items():
        if reasons:
            told = ", ".join(f"{count:,} {why}" for why, count in reasons.items())
            lines.append(f"Left out of {task}: {told}.")
    return lines


def as_markdown(found: Json) -> str:
    """Table 1 with its tests, and the intervals of Figure 1 as numbers in it."""
    rows = ["| " + " | ".join(HEADS) + " |", "| --- " * len(HEADS) + "|"]
    rows += ["| " + " | ".join(map(_escaped, cells(row))) + " |" for row in found["rows"]]
    told = "\n\n".join(map(_escaped, about(found)))
    return f"# Comparison\n\n{told}\n\n## Table 1\n\n" + "\n".join(rows) + "\n"


def as_html(found: Json) -> str:
    """One page that loads nothing: Figure 1, a task each, and Table 1."""
    return render(
        "bench.html",
        about=about(found),
        figures=list(_figures(found)),
        heads=HEADS,
        rows=[cells(row) for row in found["rows"]],
    )


def cells(row: Json) -> tuple[str, ...]:
    """A row of Table 1 as text."""
    test = row["against_first"]
    return (
        row["task"],
        row["method"],
        f"{row['concepts']:,}",
        _share(row["top1"]),
        _share(row["top3"]),
        _share(row["ece"]),
        "-" if test is None else _points(test["difference"]),
        "-" if test is None else _p(test["p_holm"]),
        "-" if test is None else _points(test["ece"]),
        f"{row['seconds']:.1f}",
        f"{row['processor']:.1f}",
        UNREADABLE if row["joules"] is None else f"{row['joules']:,.0f} J",
    )


def _figures(found: Json) -> Iterator[Json]:
    """Figure 1: the intervals of all methods side by side, a task each."""
    for task in dict.fromkeys(row["task"] for row in found["rows"]):
        rows = [
            plots.Row(row["method"], Interval(**row["top1"]), row["against_first"] is None)
            for row in found["rows"]
            if row["task"] == task
        ]
        plot = plots.interval_plot(rows, title=f"{task}: right at the first guess, by method")
        yield {"task": task, "plot": svg(plot)}


def _share(figure: Json) -> str:
    value, low, high = (100 * figure[name] for name in ("value", "low", "high"))
    return f"{value:.1f} ({low:.1f}-{high:.1f}; n={figure['n']:,})"


def _points(figure: Json) -> str:
    value, low, high = (100 * figure[name] for name in ("value", "low", "high"))
    return f"{value:+.1f} ({low:+.1f} to {high:+.1f})"


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"  # noqa: PLR2004 - the last digit shown


def _escaped(text: Any) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")
