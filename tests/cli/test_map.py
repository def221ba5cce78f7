"""The command `map`: what it says, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tagwright.cli.app import app
from tagwright.config import Settings
from tagwright.errors import InvalidInput, NotFound
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tests.pictures import draw_folders
from tests.tiny import tiny_backbone_row

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of 60 drawn pictures, two thirds of them labelled, on a tiny network."""
    made = tmp_path_factory.mktemp("world")
    drawn = draw_folders(made / "shapes", 20)
    with Library.create(made / "lib", settings_in(made)) as library:
        library.import_pictures(drawn, ImportOptions(labels="folders", hold_back=0.33))
    return made


def settings_in(folder: Path) -> Settings:
    row = tiny_backbone_row(folder)
    return Settings(workers=1, backbone=str(row), cache=folder / "cache")


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    settings = settings_in(folder)
    monkeypatch.setenv("TAGWRIGHT_BACKBONE", str(settings.backbone))
    monkeypatch.setenv("TAGWRIGHT_CACHE", str(settings.cache))
    monkeypatch.setenv("TAGWRIGHT_WORKERS", "1")
    done = RUNNER.invoke(app, ["--library", str(folder / "lib"), "map", *words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def test_it_tells_the_variance_and_the_clusters(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = run(folder, monkeypatch)
    assert "60 pictures, in" in told
    assert "The two axes of PCA keep" in told


def test_the_page_needs_nothing_and_names_the_clusters(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = folder / "map.html"
    run(folder, monkeypatch, "--method", "pca", "--html", str(out))
    page = out.read_text()
    assert "<svg" in page
    assert "of the variance" in page
    assert not [word for word in ("<script", "https://", "src=") if word in page]


def test_json_is_what_the_api_answers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = json.loads(run(folder, monkeypatch, "--method", "pca", "--json"))
    assert (told["pictures"], told["method"], told["taxonomy"]) == (60, "pca", "shapes")
    again = json.loads(run(folder, monkeypatch, "--add", "--json"))
    assert again["waiting"] == 0


def test_what_cannot_be_drawn_is_told(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InvalidInput, match="is a folder"):
        run(folder, monkeypatch, "--html", str(tmp_path))
    with pytest.raises(NotFound):
        run(folder, monkeypatch, "--taxonomy", "hats")
    with Library.create(tmp_path / "empty", settings_in(folder)) as empty:
        with pytest.raises(InvalidInput, match="no pictures yet"):
            empty.draw_map()
        with pytest.raises(NotFound, match="there is no map yet"):
            empty.add_to_map()
