"""A small library of drawn pictures, imported once for each database and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest

from tagwright.config import Settings
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tagwright.flows.training import TrainOptions
from tagwright.types import Contract
from tests.conftest import Databases, Kind
from tests.pictures import draw_folders

EASY = Contract(target=0.6)
"""A promise that the few drawn validation pictures can support."""


@dataclass(frozen=True, slots=True)
class Template:
    """A library to copy: its folder, and its database where that is not in the folder."""

    folder: Path
    url: str | None


Templates: TypeAlias = Callable[[Kind], Template]
CopyOf: TypeAlias = Callable[[Template, Path], Library]


@pytest.fixture(scope="session")
def _settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two decoders, and a cache that every test of this process shares."""
    return Settings(workers=2, cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture
def settings(_settings: Settings, database_url: str | None) -> Settings:
    """How to make this test's library. For a second one, see `fresh_database`."""
    return replace(_settings, database_url=database_url)


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 pictures in `shapes/`, a folder a class."""
    return draw_folders(tmp_path_factory.mktemp("pictures") / "shapes", 40)


@pytest.fixture(scope="session")
def _imported(
    tmp_path_factory: pytest.TempPathFactory, drawn: Path, _settings: Settings, databases: Databases
) -> Templates:
    @cache
    def imported(kind: Kind) -> Template:
        template = Template(tmp_path_factory.mktemp("library") / "shapes", databases.fresh(kind))
        settings = replace(_settings, database_url=template.url)
        with Library.create(template.folder, settings) as library:
            library.import_pictures(drawn, ImportOptions(labels="folders", hold_back=0.25))
        return template

    return imported


@pytest.fixture(scope="session")
def _tagged(
    tmp_path_factory: pytest.TempPathFactory,
    _imported: Templates,
    _settings: Settings,
    databases: Databases,
) -> Templates:
    @cache
    def tagged(kind: Kind) -> Template:
        before = _imported(kind)
        template = Template(
            tmp_path_factory.mktemp("tagged") / "shapes", databases.fresh(kind, before.url)
        )
        shutil.copytree(before.folder, template.folder)
        settings = replace(_settings, database_url=template.url)
        with Library.open(template.folder, settings) as library:
            library.train("shapes", TrainOptions(EASY))
            library.tag("shapes")
        return template

    return tagged


@pytest.fixture
def copy_of(_settings: Settings, databases: Databases, database_kind: Kind) -> Iterator[CopyOf]:
    """Opens a copy of a library in a folder; closed after the test."""
    with ExitStack() as stack:

        def copy(template: Template, folder: Path) -> Library:
            shutil.copytree(template.folder, folder)
            url = stack.enter_context(databases.copied(database_kind, template.url))
            settings = replace(_settings, database_url=url)
            return stack.enter_context(Library.open(folder, settings))

        yield copy


@pytest.fixture
def tagged(
    _tagged: Templates,
    copy_of: CopyOf,
    database_kind: Kind,
    tmp_path: Path,
) -> Library:
    """The same, with a model and with the pictures without labels tagged by it."""
    return copy_of(_tagged(database_kind), tmp_path / "tagged")


@pytest.fixture
def library(
    _imported: Templates,
    copy_of: CopyOf,
    database_kind: Kind,
    tmp_path: Path,
) -> Library:
    """The drawn pictures, three quarters of them labelled by their folders."""
    return copy_of(_imported(database_kind), tmp_path / "library")
