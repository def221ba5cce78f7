"""What the terminal shows of a report."""

from __future__ import annotations

from typing import Any

import pytest

from tagwright.cli import show
from tagwright.core.intervals import wilson


class Reported:
    """A report that holds one facet."""

    def __init__(self, **facet: Any) -> None:
        self.facet = {"id": "f", "label": "Kind", "kind": "one", **facet}

    def to_json(self) -> dict[str, Any]:
        head = {"taxonomy": "shop", "version": 1, "status": "champion"}
        return {**head, "words": {"boot": "Shoes > Boots"}, "facets": [self.facet]}


def shown(capsys: pytest.CaptureFixture[str], **facet: Any) -> str:
    show.report(Reported(**facet), as_json=False)  # type: ignore[arg-type]
    return capsys.readouterr().out


def test_each_concept_has_the_interval_of_its_figures(capsys: pytest.CaptureFixture[str]) -> None:
    figures = {name: wilson(9, 10).to_json() for name in ("precision", "recall", "f1")}
    figures["f1"] = wilson(0, 0).to_json()
    told = shown(capsys, concepts=[{"concept": "boot", **figures}])
    (row,) = [line for line in told.splitlines() if "Boots" in line]
    assert row.count("90% (60-98)") == 2
    assert "nan" not in told


def test_the_five_pairs_most_often_mistaken_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    pairs = [{"truth": "boot", "said": f"c{n}", "n": 9 - n} for n in range(7)]
    told = shown(capsys, top1=wilson(9, 10).to_json(), confusions=pairs)
    assert "what it is: c0 for Shoes > Boots (9), c1 for" in told
    assert "c4 for" in told
    assert "c5" not in told


def test_a_figure_that_counted_nothing_has_no_interval(capsys: pytest.CaptureFixture[str]) -> None:
    told = shown(capsys, top1=wilson(9, 10).to_json(), precision=wilson(0, 0).to_json())
    (row,) = [line for line in told.splitlines() if "right of those tagged" in line]
    assert "100" not in row
