"""Pictures go up from the browser: by the hundred, with labels, and through a dying server."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, Route, expect

from tagwright.config import Settings
from tests.flows.arriving import picture
from tests.launching import launch
from tests.ui.conftest import OpenAt

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def folder_of(root: Path, *paths: str) -> Path:
    """Drawn pictures at these paths below `root`, each another one."""
    for number, path in enumerate(paths):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(picture(number))
    return root


def choose(page: Page, files: list[Path] | Path) -> None:
    kind = "folder" if isinstance(files, Path) else "files"
    page.locator(f"input[data-upload={kind}]").first.set_input_files(files)


def asked(site: str, path: str) -> Any:
    with urlopen(f"{site}/api/v1{path}") as answer:
        return json.load(answer)


def concepts_of(site: str, taxonomy: str) -> set[str]:
    """Paths of the concepts it has."""
    concepts = asked(site, f"/taxonomies/{taxonomy}")["concepts"]
    return {" > ".join(each["path"]) for each in concepts}


def slowly(route: Route, seconds: float) -> None:
    """Let a request through as on a slow line."""
    time.sleep(seconds)
    route.continue_()


def test_a_folder_goes_up_and_its_folders_become_a_tree(
    empty_site: str, open_at: OpenAt, tmp_path: Path
) -> None:
    paths = ("Shoes/Boots/1.png", "Shoes/Boots/2.png", "Shoes/3.png", "Bags/4.png", "5.png")
    folder = folder_of(tmp_path / "shop", *paths)
    (folder / "notes.txt").write_text("no picture")
    page = open_at(f"{empty_site}/w/default/library")
    choose(page, folder)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("1 other file is left out.")).to_be_visible()
    expect(dialog.get_by_text("Shoes › Boots")).to_be_visible()
    dialog.get_by_role("button", name="Add 5 pictures").click()
    expect(page.get_by_text("All 5 pictures are through")).to_be_visible()
    expect(page.get_by_text("5 pictures", exact=True)).to_be_visible()
    assert concepts_of(empty_site, "shop") == {"Bags", "Shoes", "Shoes > Boots"}
    assert asked(empty_site, "/assets?concept=Boots")["total"] == 2


def test_more_of_the_same_folders_only_add_what_is_missing(
    site: str, open_at: OpenAt, tmp_path: Path
) -> None:
    folder = folder_of(tmp_path / "shapes", "circle/a.png", "hexagon/b.png", "circle/small/c.png")
    page = open_at(f"{site}/w/default/library")
    choose(page, folder)
    page.get_by_role("dialog").get_by_role("button", name="Add 3 pictures").click()
    expect(page.get_by_text("All 3 pictures are through")).to_be_visible()
    known = {"circle", "cross", "stripes"}
    assert concepts_of(site, "shapes") == known | {"hexagon", "circle > small"}


def test_what_is_no_picture_is_told_with_its_reason(
    empty_site: str, open_at: OpenAt, tmp_path: Path
) -> None:
    files = [*folder_of(tmp_path / "some", "a.png", "b.png").iterdir(), tmp_path / "broken.png"]
    files[-1].write_bytes(b"no picture")
    page = open_at(f"{empty_site}/w/default/library")
    choose(page, files)
    page.get_by_role("dialog").get_by_role("button", name="Add 3 pictures").click()
    panel = page.get_by_role("region", name="Uploads")
    expect(panel.get_by_text("1 did not get in")).to_be_visible()
    panel.get_by_role("button", name="Every file").click()
    expect(panel.get_by_text(re.compile("it is text"))).to_be_visible()
    panel.get_by_role("button", name="Try broken.png again").click()
    expect(panel.get_by_text("1 did not get in")).to_be_visible()
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_be_hidden()


def test_uploads_are_paused_survive_other_pages_and_resume(
    empty_site: str, open_at: OpenAt, tmp_path: Path
) -> None:
    files = list(folder_of(tmp_path / "some", *(f"{n}.png" for n in range(40))).iterdir())
    page = open_at(f"{empty_site}/w/default/library")
    page.route("**/api/v1/assets/*?name=*", lambda route: slowly(route, 0.02))
    choose(page, files)
    page.get_by_role("dialog").get_by_role("button", name="Add 40 pictures").click()
    page.get_by_role("button", name="Pause uploads").click()
    expect(page.get_by_text("Paused", exact=True)).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="Jobs", exact=True).click()
    page.get_by_role("button", name="Resume uploads").click()
    expect(page.get_by_text("All 40 pictures are through")).to_be_visible()
    assert asked(empty_site, "/assets?limit=1")["total"] == 40


class Server:
    """A server that can be killed and started again at the same address."""

    def __init__(self, library: Path, settings: Settings) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.library, self.settings = library, settings
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        settings = {
            "TAGWRIGHT_BACKBONE": self.settings.backbone,
            "TAGWRIGHT_CACHE": str(self.settings.cache),
            "TAGWRIGHT_WORKERS": "1",
        }
        command = ("--library", str(self.library), "serve", "--port", str(self.port))
        log = self.library.parent / "server.log"
        self.program = launch(*command, settings=settings, err=log)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                with urlopen(f"{self.url}/readyz"):
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        self.program.kill()


@pytest.fixture
def mortal(empty_library: Path, ui_settings: Settings) -> Iterator[Server]:
    server = Server(empty_library, ui_settings)
    yield server
    server.kill()


def test_a_server_that_is_killed_and_started_again_loses_nothing(
    mortal: Server, open_at: OpenAt, tmp_path: Path
) -> None:
    files = list(folder_of(tmp_path / "some", *(f"{n}.png" for n in range(60))).iterdir())
    page = open_at(f"{mortal.url}/w/default/library")
    choose(page, files)
    page.get_by_role("dialog").get_by_role("button", name="Add 60 pictures").click()
    expect(page.get_by_text(re.compile(r"^[1-9]\d* added"))).to_be_visible()
    mortal.kill()
    expect(page.get_by_text("The server does not answer. Trying again…")).to_be_visible()
    mortal.start()
    expect(page.get_by_text("All 60 pictures are through")).to_be_visible(timeout=30_000)
    assert asked(mortal.url, "/assets?limit=1")["total"] == 60


def test_a_reload_in_the_middle_is_taken_up_again(
    empty_site: str, open_at: OpenAt, tmp_path: Path
) -> None:
    files = list(folder_of(tmp_path / "some", *(f"{n}.png" for n in range(30))).iterdir())
    page = open_at(f"{empty_site}/w/default/library")
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/api/v1/assets/*?name=*", lambda route: slowly(route, 0.1))
    choose(page, files)
    page.get_by_role("dialog").get_by_role("button", name="Add 30 pictures").click()
    expect(page.get_by_text(re.compile(r"^[3-9] added"))).to_be_visible()
    page.reload()
    expect(page.get_by_text(re.compile("An upload was cut off"))).to_be_visible()
    choose(page, files)
    page.get_by_role("dialog").get_by_role("button", name="Add 30 pictures").click()
    expect(page.get_by_text("All 30 pictures are through")).to_be_visible()
    assert asked(empty_site, "/assets?limit=1")["total"] == 30
