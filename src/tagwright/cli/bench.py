"""`tagwright bench`: methods x tasks x seeds, measured and compared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from tagwright.cli import show
from tagwright.flows.bench import run_bench
from tagwright.flows.bench_plan import read_plan
from tagwright.flows.bench_report import cells, write_bench

SHORT = {"task": 0, "method": 1, "top-1": 3, "top-3": 4, "against the first": 6, "p": 7, "s": 9}


def bench(
    context: typer.Context,
    plan: Annotated[Path, typer.Argument(help="A YAML file: tasks, methods, seeds, backbone.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="A folder: cells, their libraries, the report.")
    ] = Path("bench"),
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> None:
    """Compare ways of learning on your tasks. Run it again to go on where it was stopped."""
    asked = read_plan(plan)
    with show.steps("Comparing", quiet=as_json) as progress:
        found = run_bench(asked, out, context.obj.settings, progress)
    for file in write_bench(found, out):
        show.say(f"Wrote {file}")
    if as_json:
        show.print_json(found)
        return
    table = Table(*SHORT)
    for row in found["rows"]:
        told = cells(row)
        table.add_row(*(Text(told[at]) for at in SHORT.values()))
    show.OUT.print(table)
