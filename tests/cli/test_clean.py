"""`tagwright clean`: what looks wrong is told, and nothing is changed unless asked."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from tagwright.cli.app import app
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tests.pictures import draw_folders


@pytest.fixture
def mixed_up(tmp_path: Path) -> tuple[Path, set[str]]:
    """A library of 60 labelled drawings of which 5 lie in the wrong folder; their names."""
    shapes = draw_folders(tmp_path / "shapes", 20)
    rng = np.random.default_rng(0)
    wrong = set()
    folders = sorted(folder for folder in shapes.iterdir() if folder.is_dir())
    for at in rng.choice(20, 5, replace=False).tolist():
        picture = sorted(folders[0].iterdir())[at]
        wrong.add(f"moved-{picture.name}")
    for name in wrong:
        (folders[0] / name.removeprefix("moved-")).rename(folders[1] / name)
    with Library.create(tmp_path / "library") as library:
        library.import_pictures([shapes], ImportOptions(labels="folders"))
    return tmp_path / "library", wrong


def test_wrong_labels_are_listed_and_corrected_only_on_request(
    mixed_up: tuple[Path, set[str]],
) -> None:
    root, wrong = mixed_up
    runner = CliRunner()
    seen = runner.invoke(app, ["-C", str(root), "clean", "--json"], catch_exceptions=False)
    report = json.loads(seen.stdout)
    found = {Path(place).name for item in report["items"] for place in item["places"]}
    assert len(found & wrong) >= 3
    with Library.open(root) as library:
        before = library.label_counts("shapes")
    done = runner.invoke(app, ["-C", str(root), "clean", "--apply", "--sure", "0.5", "--json"])
    applied = json.loads(done.stdout)
    assert applied["corrected"] >= 3
    with Library.open(root) as library:
        assert library.label_counts("shapes") != before
        library.undo(run=applied["run"])
        assert library.label_counts("shapes") == before


def test_a_library_of_two_taxonomies_asks_which(tmp_path: Path) -> None:
    with Library.create(tmp_path / "library") as library:
        library.import_pictures(
            [draw_folders(tmp_path / "one", 2)], ImportOptions(labels="folders")
        )
        library.import_pictures(
            [draw_folders(tmp_path / "two", 2, seed=1)], ImportOptions(labels="folders")
        )
    done = CliRunner().invoke(app, ["-C", str(tmp_path / "library"), "clean"])
    assert "one, two" in str(done.exception)


def test_the_share_to_leave_out_is_searched_and_used(mixed_up: tuple[Path, set[str]]) -> None:
    root, _ = mixed_up
    runner = CliRunner()
    early = runner.invoke(app, ["-C", str(root), "train", "--leave-out"])
    assert "tagwright alpha shapes" in str(early.exception)
    found = runner.invoke(app, ["-C", str(root), "alpha", "--seconds", "1", "--json"])
    (facet,) = json.loads(found.stdout)["facets"]
    assert facet["gain"]["n"] > 0
    told = runner.invoke(app, ["-C", str(root), "alpha", "--seconds", "1"], catch_exceptions=False)
    assert f"of {facet['labels']} labels" in told.output
    assert "pictures that took no part" in told.output
    trained = runner.invoke(app, ["-C", str(root), "train", "--leave-out", "--json"])
    assert trained.exit_code == 0
