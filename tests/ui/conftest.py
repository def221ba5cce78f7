"""The web app as people use it: a real server, a real library, a real browser."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tagwright.config import Settings
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tagwright.flows.training import TrainOptions
from tagwright.types import Contract
from tests.pictures import draw_folders
from tests.tiny import tiny_backbone_row
from tests.web.serving import serving

EASY = Contract(target=0.6)
"""A promise that the few drawn validation pictures can support."""
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    # The map draws with WebGL: by the processor, where no graphics card is.
    *("--use-angle=swiftshader", "--enable-unsafe-swiftshader"),
)
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The first that is there. The one without windows takes half the processor time for a page."""
PATIENCE = 15_000
"""Milliseconds that a page may take to show what a test waits for: machines of CI are slow."""

AXE = Path(__file__).parents[2] / "ui" / "node_modules" / "axe-core" / "axe.min.js"

OpenAt = Callable[..., Page]


@pytest.fixture(scope="session")
def ui_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One decoder, a tiny network, and a cache that every test of this process shares."""
    row = tiny_backbone_row(tmp_path_factory.mktemp("backbone"))
    return Settings(workers=1, backbone=str(row), cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def _tagged_shapes(tmp_path_factory: pytest.TempPathFactory, ui_settings: Settings) -> Path:
    """120 drawn pictures in `shapes`, a quarter of them without labels; a model; its tags."""
    pictures = draw_folders(tmp_path_factory.mktemp("pictures") / "shapes", 40)
    folder = tmp_path_factory.mktemp("tagged") / "library"
    with Library.create(folder, ui_settings) as library:
        library.import_pictures(pictures, ImportOptions(labels="folders", hold_back=0.25))
        library.train("shapes", TrainOptions(EASY))
        library.tag("shapes")
    return folder


@pytest.fixture
def library(_tagged_shapes: Path, tmp_path: Path) -> Path:
    """A copy of that library for one test."""
    folder = tmp_path / "library"
    shutil.copytree(_tagged_shapes, folder)
    return folder


@pytest.fixture
def empty_library(ui_settings: Settings, tmp_path: Path) -> Path:
    folder = tmp_path / "empty"
    Library.create(folder, ui_settings).close()
    return folder


@pytest.fixture
def site(library: Path, ui_settings: Settings) -> Iterator[str]:
    """The address of a server on the library, with one worker; nobody has a login yet."""
    with serving(library, ui_settings, workers=1) as url:
        yield url


@pytest.fixture
def empty_site(empty_library: Path, ui_settings: Settings) -> Iterator[str]:
    with serving(empty_library, ui_settings, workers=1) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("no browser: install Chromium (on Debian: apt install chromium)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of the rule-checker."""
    if not AXE.exists():
        pytest.skip("no axe-core: run `npm ci` in ui/")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def thumbnail() -> bytes:
    """A face for pictures that have no bytes of their own."""
    noise = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).resize((320, 240)).save(out, "WEBP", quality=60)
    return out.getvalue()


@pytest.fixture
def open_at(browser: Browser) -> Iterator[OpenAt]:
    """Opens a page at an address, as somebody new; each further call is another person.

    Fails the test where the page said something on its console or asked anything of another host.
    """
    said: list[str] = []
    with ExitStack() as stack:

        def opened(url: str, *, width: int = 1280, height: int = 800, dark: bool = False) -> Page:
            context: BrowserContext = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
                locale="en-GB",
                reduced_motion="reduce",
            )
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            origin = "/".join(url.split("/")[:3])
            page.on("pageerror", lambda error: said.append(f"error: {error}"))
            page.on(
                "console",
                lambda note: said.append(note.text) if note.type in ("error", "warning") else None,
            )
            page.on(
                "request",
                lambda asked: (
                    None
                    if asked.url.startswith((origin, "data:", "blob:"))
                    else said.append(f"asked elsewhere: {asked.url}")
                ),
            )
            page.goto(url)
            return page

        yield opened
    # A refusal that a test provokes (401, 409, ...) is on the console of every browser.
    # So is the driver that draws by the processor, which tells of its own speed.
    usual = ("Failed to load resource", "GPU stall due to ReadPixels")
    unexpected = [each for each in said if not any(words in each for words in usual)]
    assert not unexpected, unexpected
