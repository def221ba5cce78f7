"""A small library of drawn pictures, imported once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tagwright.config import Settings
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tagwright.flows.training import TrainOptions
from tagwright.types import Contract
from tests.pictures import draw_folders

EASY = Contract(target=0.6)
"""A promise that the few drawn validation pictures can support."""


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two decoders, and a cache that every test of this process shares."""
    return Settings(workers=2, cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 pictures in `shapes/`, a folder a class."""
    return draw_folders(tmp_path_factory.mktemp("pictures") / "shapes", 40)


@pytest.fixture(scope="session")
def _imported(tmp_path_factory: pytest.TempPathFactory, drawn: Path, settings: Settings) -> Path:
    folder = tmp_path_factory.mktemp("library") / "shapes"
    with Library.create(folder, settings) as library:
        library.import_pictures(drawn, ImportOptions(labels="folders", hold_back=0.25))
    return folder


@pytest.fixture(scope="session")
def _tagged(tmp_path_factory: pytest.TempPathFactory, _imported: Path, settings: Settings) -> Path:
    folder = tmp_path_factory.mktemp("tagged") / "shapes"
    shutil.copytree(_imported, folder)
    with Library.open(folder, settings) as library:
        library.train("shapes", TrainOptions(EASY))
        library.tag("shapes")
    return folder


@pytest.fixture
def tagged(_tagged: Path, tmp_path: Path, settings: Settings) -> Iterator[Library]:
    """The same, with a model and with the pictures without labels tagged by it."""
    copy = tmp_path / "tagged"
    shutil.copytree(_tagged, copy)
    with Library.open(copy, settings) as opened:
        yield opened


@pytest.fixture
def library(_imported: Path, tmp_path: Path, settings: Settings) -> Iterator[Library]:
    """The drawn pictures, three quarters of them labelled by their folders."""
    copy = tmp_path / "library"
    shutil.copytree(_imported, copy)
    with Library.open(copy, settings) as opened:
        yield opened
