"""What the terminal shows of a report."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tagwright.cli import show
from tagwright.core.intervals import wilson
from tagwright.flows.importing import FileOutcome
from tagwright.media.sources import path_of, uri_of
from tagwright.types import AssetId


class Searched:
    def __init__(self, location: str) -> None:
        self.asset, self.score, self.why, self.location = "9f" * 32, 0.5, "auto", location


class Ran:
    id, kind, actor, summary = "3f2a91c0" * 4, "import", "ann", {"imported": 149}
    started_at, finished_at, undone = "2026-11-25T08:13:59", "2026-11-25T08:14:10", False


def test_places_are_shown_as_paths(capsys: pytest.CaptureFixture[str]) -> None:
    found = [Searched("file:///pictures/caf%C3%A9.jpg"), Searched("s3://bucket/a.jpg")]
    show.hits(found, as_json=False)  # type: ignore[arg-type]
    told = capsys.readouterr().out
    assert "/pictures/café.jpg" in told
    assert "s3://bucket/a.jpg" in told
    assert "file:" not in told


def test_a_run_is_one_line_on_eighty_columns(capsys: pytest.CaptureFixture[str]) -> None:
    show.runs([Ran()], as_json=False)  # type: ignore[list-item]
    (row,) = [line for line in capsys.readouterr().out.splitlines() if "3f2a91c0" in line]
    assert "11-25 08:13" in row


def test_a_name_that_is_not_utf_8_is_exact_in_its_uri(capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(os.fsdecode(b"/pictures/caf\xe9.jpg"))
    with show.import_progress(as_json=True) as progress:
        progress(FileOutcome(path, "imported", AssetId("9f" * 32), uri=uri_of(path)), 1)
    line = json.loads(capsys.readouterr().out)
    assert (line["path"], path_of(line["uri"])) == ("/pictures/caf?.jpg", path)


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


def test_concepts_of_contradictory_labels_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    told = shown(capsys, top1=wilson(9, 10).to_json(), torn={"boot": 30, "bag": 29})
    assert "Their several concepts are Shoes > Boots 30, bag 29. Say which is right" in told
