"""Real cameras' pictures come out right, and hostile files end in one sentence each."""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tagwright.media.decode import Limits
from tagwright.media.metadata import read_keywords
from tagwright.media.pool import Decoded, Outcome, Unreadable, decode_files

pytestmark = pytest.mark.data


def outcomes_of(folder: Path) -> list[Outcome]:
    """Every file of a folder, decoded; no single one may take ten seconds."""
    paths = sorted(path for path in folder.rglob("*") if not path.is_dir())
    outcomes = []
    before = time.monotonic()
    for outcome in decode_files(paths, side=224, workers=2, limits=Limits(), keywords=True):
        assert time.monotonic() - before < 12, outcome.path
        before = time.monotonic()
        outcomes.append(outcome)
    assert [outcome.path for outcome in outcomes] == paths
    return outcomes


@pytest.fixture(scope="module")
def camera(shared_data: Callable[[str], Path]) -> list[Outcome]:
    return outcomes_of(shared_data("camera"))


@pytest.fixture(scope="module")
def hostile(shared_data: Callable[[str], Path]) -> list[Outcome]:
    return outcomes_of(shared_data("hostile"))


def test_every_file_ends_decoded_or_with_one_reason(
    camera: list[Outcome], hostile: list[Outcome]
) -> None:
    for outcome in camera + hostile:
        if isinstance(outcome, Decoded):
            assert outcome.picture.pixels.shape == (224, 224, 3)
        else:
            assert outcome.reason
            assert "\n" not in outcome.reason
            assert "crashed" not in outcome.reason
            assert "Traceback" not in outcome.reason
            assert str(outcome.path.parent) not in outcome.reason


PEAK = """
import resource, sys
from pathlib import Path
from tagwright.media.decode import Limits
from tagwright.media.pool import decode_files

if __name__ == "__main__":
    paths = [path for path in Path(sys.argv[1]).rglob("*") if not path.is_dir()]
    for _ in decode_files(paths, side=224, workers=2, limits=Limits(), keywords=True):
        pass
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.parametrize("pack", ["camera", "hostile"])
def test_no_decoder_takes_more_than_600_megabytes(
    shared_data: Callable[[str], Path], tmp_path: Path, pack: str
) -> None:
    """In a process of its own: children of this one include whatever other tests started."""
    script = tmp_path / "peak.py"
    script.write_text(PEAK)
    command = [sys.executable, str(script), str(shared_data(pack))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 600 * 1024, "kilobytes of the largest worker"


def test_cameras_pictures_have_their_size_after_orientation(
    shared_data: Callable[[str], Path], camera: list[Outcome]
) -> None:
    folder = shared_data("camera")
    with (folder / "metadata.csv").open(encoding="utf-8") as file:
        rows = {row["file"]: row for row in csv.DictReader(file)}
    found = {str(o.path.relative_to(folder)): o for o in camera}
    for name, row in rows.items():
        outcome = found[name]
        if name.endswith(".dng"):
            assert isinstance(outcome, Unreadable)
            assert "raw file" in outcome.reason
            continue
        assert isinstance(outcome, Decoded), outcome
        size = (int(row["width"]), int(row["height"]))
        turned = row["orientation"] in ("5", "6", "7", "8") and row["format"] != "HEIF"
        wanted = size[::-1] if turned else size
        assert (outcome.picture.width, outcome.picture.height) == wanted, name


@pytest.mark.parametrize("kind", ["Portrait", "Landscape"])
def test_one_scene_in_all_orientations_looks_the_same(
    shared_data: Callable[[str], Path], kind: str
) -> None:
    folder = shared_data("camera") / "exif_orientation"
    paths = sorted(folder.glob(f"{kind}_[1-8].jpg"))
    outcomes = list(decode_files(paths, side=64, workers=1, limits=Limits()))
    pixels = [o.picture.pixels.astype(int) for o in outcomes if isinstance(o, Decoded)]
    assert len(pixels) == len(paths) > 3
    for other in pixels[1:]:
        assert abs(other - pixels[0])[8:-8, 8:-8].mean() < 12


@pytest.mark.parametrize(
    ("name", "keyword"),
    [
        ("metadata_extractor/jpg/FujiFilm FinePixS1Pro (3).jpg", "Wheat"),
        ("exif_samples/jpg/xmp/no_exif.jpg", "tag"),
        ("metadata_extractor/gif/Issue 201.gif", "foobarisawesome"),
        ("exiftool_t_images/RIFF.webp", "test"),
        ("exiftool_t_images/ExifTool.jpg", "jambalaya"),
    ],
)
def test_keywords_of_real_files_are_found(
    shared_data: Callable[[str], Path], name: str, keyword: str
) -> None:
    assert (keyword,) in read_keywords((shared_data("camera") / name).read_bytes())


def test_bombs_are_refused_by_their_header(shared_data: Callable[[str], Path]) -> None:
    bombs = sorted((shared_data("hostile") / "synthetic").glob("bomb_*.png"))
    outcomes = list(decode_files(bombs, side=32, workers=1, limits=Limits()))
    assert len(outcomes) == 3
    for outcome in outcomes:
        assert isinstance(outcome, Unreadable)
        assert "megapixels; the limit is 100" in outcome.reason
