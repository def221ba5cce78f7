"""Pictures of every page of the web app, from the sample library: `make screenshots`.

    python docs/screenshots.py INTO [--library FOLDER] [--readme]

Prepares the sample library as `tagwright demo` does, unless FOLDER holds one already; serves a copy
of it, draws its map and checks its labels, and opens each page in Chromium, on a desktop and on a
phone, light and dark. `--readme` also writes the small pictures of the README, into docs/images/.
"""

from __future__ import annotations

import argparse
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

SCHEMES = ("light", "dark")
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
ADMIN = {"email": "ada@example.org", "name": "Ada Lovelace", "password": "a few words are best"}
SETTLED = 1_500
"""Milliseconds a page is given to ask for its pictures."""
STARTED = 600
"""Tenths of a second a server may take to start."""
WORKED = 1_800
"""Seconds that drawing the map, or checking the labels, may take."""
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
ARGUMENTS = ("--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
"""The map draws with WebGL: by the processor, where no graphics card is."""
SMALL = (800, 500)
IN_README = ("library", "review", "taxonomy", "model")
LOADED = (
    "() => [...document.images]"
    ".every(i => i.complete || i.getBoundingClientRect().top > innerHeight)"
    " && !document.querySelector('.mantine-Loader-root')"
)


def main() -> None:
    options = arguments()
    into: Path = options.into
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary) / "library"
        shutil.copytree(prepared(options.library), root)
        with served(root) as url, sync_playwright() as playwright:
            path = next(filter(None, map(shutil.which, BROWSERS)), None)
            if path is None:
                raise SystemExit("no browser: install Chromium (on Debian: apt install chromium)")
            browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
            take(browser, url, into, {"setup": "/setup"}, cookie=None)
            client = httpx2.Client(base_url=url, timeout=300)
            client.post("/api/v1/setup", json=ADMIN).raise_for_status()
            take(browser, url, into, {"login": "/login"}, cookie=None)
            take(browser, url, into, pages(client), cookie=client.cookies["tagwright"])
            browser.close()
    if options.readme:
        shrink(into, Path(__file__).parent / "images")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("into", type=Path)
    parser.add_argument("--library", type=Path, default=Path("demo-library") / "library")
    parser.add_argument("--readme", action="store_true")
    return parser.parse_args()


def prepared(library: Path) -> Path:
    """The sample library, imported, learned and tagged."""
    if not library.exists():
        subprocess.run([sys.executable, "-m", "tagwright", "demo"], check=True)
    return library


@contextmanager
def served(root: Path) -> Iterator[str]:
    """The address of a server. What it says goes to a file: a pipe nobody reads would stop it."""
    command = [sys.executable, "-m", "tagwright", "--library", str(root), "serve", "--port", "0"]
    said = root.parent / "server.log"
    with said.open("w") as log, subprocess.Popen(command, stderr=log) as process:
        try:
            for _ in range(STARTED):
                if found := re.search(r"http://127.0.0.1:\d+", said.read_text()):
                    break
                time.sleep(0.1)
            else:
                raise SystemExit(f"the server did not start: {said.read_text()}")
            yield found[0]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def pages(client: httpx2.Client) -> dict[str, str]:
    """Every page with something on it: a name -> its address."""
    found = client.get("/api/v1/assets", params={"status": "auto", "limit": 1}).json()["items"]
    taxonomy = client.get("/api/v1/taxonomies").json()["items"][0]["name"]
    for kind in ("map", "clean"):
        work(client, kind, taxonomy)
    place = "/w/default"
    return {
        "start": f"{place}/start",
        "library": f"{place}/library",
        "picture": f"{place}/library?asset={found[0]['id']}",
        "review": f"{place}/review?taxonomy={taxonomy}&mode=grid",
        "review-single": f"{place}/review?taxonomy={taxonomy}&mode=single",
        "taxonomies": f"{place}/taxonomies",
        "taxonomy": f"{place}/taxonomies/{taxonomy}",
        "models": f"{place}/models",
        "model": f"{place}/models/{taxonomy}/1",
        "labels": f"{place}/labels",
        "labels-single": f"{place}/labels?view=single",
        "labels-grid": f"{place}/labels?view=grid",
        "map": f"{place}/map",
        "jobs": f"{place}/jobs",
        "activity": f"{place}/activity",
        "settings": f"{place}/settings",
        "keys": f"{place}/settings?tab=keys",
        "help": f"{place}/help",
    }


def work(client: httpx2.Client, kind: str, taxonomy: str) -> None:
    """Have the server do a job, and wait for its end."""
    asked = client.post("/api/v1/jobs", json={"kind": kind, "taxonomy": taxonomy})
    job = asked.raise_for_status().json()
    for _ in range(WORKED):
        if job["status"] not in ("queued", "running"):
            break
        time.sleep(1)
        job = client.get(f"/api/v1/jobs/{job['id']}").raise_for_status().json()
    if job["status"] != "done":
        raise SystemExit(f"the job {kind!r} is {job['status']}: {job['error']}")


def take(
    browser: Browser, url: str, into: Path, places: dict[str, str], *, cookie: str | None
) -> None:
    """One file a page, size and scheme: `library-desktop-light.png`."""
    for size, (width, height) in SIZES.items():
        for scheme in SCHEMES:
            given: dict[str, Any] = {"viewport": {"width": width, "height": height}}
            context = browser.new_context(**given, color_scheme=scheme, locale="en-GB")
            if cookie is not None:
                context.add_cookies([{"name": "tagwright", "value": cookie, "url": url}])
            page = context.new_page()
            for name, place in places.items():
                settle(page, url + place)
                page.screenshot(path=into / f"{name}-{size}-{scheme}.png")
            context.close()


def settle(page: Page, address: str) -> None:
    """Wait until nothing is being loaded any more."""
    page.goto(address)
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_timeout(SETTLED)
    page.wait_for_function(LOADED, timeout=60_000)


def shrink(taken: Path, into: Path) -> None:
    """The small pictures of the README, of those taken on a desktop by light."""
    for page in IN_README:
        with Image.open(taken / f"{page}-desktop-light.png") as picture:
            small = picture.convert("RGB").resize(SMALL, Image.Resampling.LANCZOS)
        small.save(into / f"{page}.webp", quality=80, method=6)


if __name__ == "__main__":
    main()
