"""What the documentation says is true: the tutorial runs, links lead somewhere, pages are new."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import tagwright
from tagwright.core.roles import PERMISSIONS, ROLES
from tagwright.core.signing import sign
from tests.pictures import draw_folders

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
CODE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
API = "/api/v1"
ROUTE = re.compile(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`?]+)")
SERVER_PAGES = [
    DOCS / "how-to" / "use-the-api.md",
    DOCS / "how-to" / "run-a-server.md",
    DOCS / "explanation" / "how-it-works.md",
]
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def test_the_tutorial_runs_from_top_to_bottom(tmp_path: Path) -> None:
    (tmp_path / "checkout").mkdir()
    done = subprocess.run(
        ["bash", "-c", script_of(DOCS / "tutorials" / "first-library.md")],
        cwd=tmp_path / "checkout",
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    library = tmp_path / "playground" / "library"
    assert {"report.html", "sheet.html", "tags.csv"} <= {p.name for p in library.iterdir()}
    assert "147 pictures" in done.stdout
    assert "Undone: tag" in done.stderr + done.stdout


@pytest.mark.slow
def test_the_page_on_the_api_runs_as_it_stands(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "tagwright", "init", "library"],
        cwd=tmp_path,
        env=environment(tmp_path),
        check=True,
        capture_output=True,
    )
    library = tmp_path / "library"
    draw_folders(library / "pictures", 12)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    page = (DOCS / "how-to" / "use-the-api.md").read_text()
    blocks = [code for language, code in CODE.findall(page) if language == "bash"]
    # A server that outlives a step that failed would hold the output open until the timeout.
    begin = ["set -euo pipefail", "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT"]
    script = "\n".join([*begin, *blocks, "kill %1", "wait %1"])
    done = subprocess.run(
        ["bash", "-c", script.replace("8000", str(port))],
        cwd=library,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        start_new_session=True,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert '"status":"champion"' in done.stdout
    assert '"label":"disc"' in done.stdout
    assert '"status":"created"' not in done.stdout  # the form's pictures were there already
    assert "event: job" in done.stdout
    assert "urn:tagwright:problem:unauthenticated" in done.stdout
    assert (library / "tags.csv").read_text().startswith("asset,location,")
    assert '"secret":' in (library / "webhook.json").read_text()


def test_the_page_on_the_api_checks_the_signatures_that_are_sent() -> None:
    page = (DOCS / "how-to" / "use-the-api.md").read_text()
    [check] = [code for _, code in CODE.findall(page) if "is_ours" in code]
    names: dict[str, Any] = {}
    exec(check, names)
    now = int(time.time())
    assert names["is_ours"]("secret", sign("secret", now, b"{}"), b"{}")
    assert not names["is_ours"]("another", sign("secret", now, b"{}"), b"{}")
    assert not names["is_ours"]("secret", sign("secret", now, b"{}"), b"[]")
    assert not names["is_ours"]("secret", sign("secret", now - 600, b"{}"), b"{}")


@pytest.mark.parametrize("page", SERVER_PAGES, ids=lambda p: p.stem)
def test_every_address_a_page_names_is_in_the_description_of_the_api(page: Path) -> None:
    description = json.loads((DOCS / "reference" / "openapi.json").read_text())["paths"]
    named = [(m.lower(), p.removeprefix(API)) for m, p in ROUTE.findall(page.read_text())]
    assert named, page
    for method, path in named:
        assert any(
            method in methods and re.fullmatch(pattern_of(known), path)
            for known, methods in description.items()
        ), f"{method.upper()} {path}"


def pattern_of(path: str) -> str:
    return re.sub(r"\{\w+\}", "[^/]+", path.removeprefix(API))


def test_the_page_on_servers_names_the_permissions_of_each_role() -> None:
    page = (DOCS / "how-to" / "run-a-server.md").read_text()
    may: set[str] = set()
    for role in ROLES:
        [row] = re.findall(rf"^\| {role} \|.*\|(.*)\|$", page, re.MULTILINE)
        may |= set(re.findall(r"`(\w+)`", row))
        assert may == PERMISSIONS[role], role


def script_of(page: Path) -> str:
    """The page's bash and python blocks as one bash script that stops at the first failure."""
    steps = ["set -euo pipefail"]
    for language, code in CODE.findall(page.read_text()):
        if language == "bash":
            steps.append(code)
        elif language == "python":
            steps.append(f"python - <<'END_OF_PYTHON'\n{code}END_OF_PYTHON")
    return "\n".join(steps)


def environment(folder: Path) -> dict[str, str]:
    """This Python and its commands, this source, a cache of its own, no settings from outside."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("TAGWRIGHT_")}
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
        "TAGWRIGHT_CACHE": str(folder / "cache"),
        "TAGWRIGHT_WORKERS": "2",
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(CODE.sub("", page.read_text())):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        found = (page.parent / name).resolve() if name else page
        assert found.exists(), f"{target} in {page.name}"
        if anchor:
            assert anchor in anchors(found), f"{target} in {page.name}"


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = HEADING.findall(CODE.sub("", page.read_text()))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_page_is_in_the_index() -> None:
    index = (DOCS / "README.md").read_text()
    for page in DOCS.rglob("*.md"):
        name = page.relative_to(DOCS).as_posix()
        assert name == "README.md" or name in index, name


@pytest.mark.parametrize("name", ["commands.md", "settings.md", "python.md"])
def test_generated_pages_are_current(name: str) -> None:
    expected = script("generate").pages()[name]
    assert (DOCS / "reference" / name).read_text(encoding="utf-8") == expected, "run `make docs`"


def test_the_description_of_the_api_and_the_shapes_of_its_answers_are_current() -> None:
    for path, text in script("openapi").files().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `make docs`"


def test_every_public_name_is_in_the_reference() -> None:
    page = (DOCS / "reference" / "python.md").read_text()
    for name in tagwright.__all__:
        assert name == "__version__" or f"## {name}\n" in page


def test_the_picture_of_the_result_is_light() -> None:
    assert (DOCS / "images" / "sheet.png").stat().st_size < 300_000


def script(name: str) -> ModuleType:
    """A module of `docs/`, which is a folder of scripts and no package."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
