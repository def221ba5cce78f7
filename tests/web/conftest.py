"""A served library of drawn pictures, on a network so small that it costs nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tagwright.config import Settings
from tagwright.flows.classifying import classifier_on, open_decoders
from tagwright.flows.installation import Installation, open_installation
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tagwright.flows.training import TrainOptions
from tagwright.media.pool import Decoders
from tagwright.types import Contract
from tagwright.web.app import make_app
from tagwright.web.state import Server, server_on
from tests.pictures import draw_folders
from tests.tiny import tiny_backbone_row

EASY = Contract(target=0.6)
"""A promise that the few drawn validation pictures can support."""


@pytest.fixture(scope="session")
def web_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One decoder, a tiny network, and a cache that every test of this process shares."""
    row = tiny_backbone_row(tmp_path_factory.mktemp("backbone"))
    return Settings(workers=1, backbone=str(row), cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def drawn_pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 pictures in `shapes/`, a folder a class."""
    return draw_folders(tmp_path_factory.mktemp("pictures") / "shapes", 40)


@pytest.fixture(scope="session")
def _served_library(
    tmp_path_factory: pytest.TempPathFactory, drawn_pictures: Path, web_settings: Settings
) -> Path:
    """A quarter of the pictures without labels; a model; its tags."""
    folder = tmp_path_factory.mktemp("served") / "library"
    with Library.create(folder, web_settings) as library:
        library.import_pictures(drawn_pictures, ImportOptions(labels="folders", hold_back=0.25))
        library.train("shapes", TrainOptions(EASY))
        library.tag("shapes")
    return folder


@pytest.fixture
def installation(
    _served_library: Path, web_settings: Settings, tmp_path: Path
) -> Iterator[Installation]:
    """A copy of that library for one test. Its taxonomy is `shapes`."""
    folder = tmp_path / "library"
    shutil.copytree(_served_library, folder)
    opened = open_installation(folder, web_settings)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def decoders(_served_library: Path, web_settings: Settings) -> Iterator[Decoders]:
    """Decoders for the servers of all tests: they remember nothing of a picture."""
    opened = open_installation(_served_library, web_settings)
    with open_decoders(opened) as decoders:
        opened.close()
        yield decoders


@pytest.fixture
def server(installation: Installation, decoders: Decoders) -> Iterator[Server]:
    """A server on it that listens on this machine alone, without a worker."""
    with (
        classifier_on(decoders, installation) as classifier,
        server_on(classifier, installation, loopback_only=True) as opened,
    ):
        yield opened


ClientOf = Callable[..., TestClient]


@pytest.fixture
def client_of(server: Server) -> Iterator[ClientOf]:
    """Makes clients: `client_of(key="tw_...")`, or with any headers; without, whoever sits here."""
    made: list[TestClient] = []

    def client(key: str | None = None, *, peer: str = "127.0.0.1", **headers: str) -> TestClient:
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        made.append(
            TestClient(
                make_app(server),
                base_url="http://localhost",
                client=(peer, 50_000),
                headers=headers,
                raise_server_exceptions=False,
            )
        )
        return made[-1]

    yield client
    for each in made:
        each.close()


@pytest.fixture
def local(client_of: ClientOf) -> TestClient:
    """Whoever sits at this machine, before there are any people: may do everything."""
    return client_of()
