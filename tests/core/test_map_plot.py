"""The map as a picture that needs no script."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import numpy as np

from tagwright.core.map_plot import SIDE, map_plot
from tagwright.types import Matrix


def cloud(n: int) -> Matrix:
    return np.random.default_rng(0).normal(size=(n, 2)).astype(np.float32)


def test_every_cluster_is_a_path_and_its_name_stands_on_it() -> None:
    xy = np.concatenate([cloud(30), cloud(30) + 40])
    cluster = np.repeat([0, 1], 30)
    root = ET.fromstring(map_plot(xy, cluster, {0: "a < b", 1: "hats"}, title="A map"))
    paths = [each for each in root if each.tag.endswith("path")]
    words = [each.text for each in root if each.tag.endswith("text")]
    assert len(paths) == 2
    assert words == ["a < b", "hats"]
    assert root[0].text == "A map"


def test_all_dots_are_inside() -> None:
    drawn = map_plot(cloud(500) * np.float32(9), np.zeros(500, np.int64), {}, title="")
    places = [(int(x), int(y)) for x, y in re.findall(r"M(-?\d+) (-?\d+)h0", drawn)]
    assert all(0 <= x <= SIDE and 0 <= y <= SIDE for x, y in places)


def test_names_do_not_cover_each_other() -> None:
    xy = np.concatenate([cloud(30), cloud(30)])
    drawn = map_plot(xy, np.repeat([0, 1], 30), {0: "hats", 1: "caps"}, title="")
    assert drawn.count("<text") == 1


def test_a_picture_that_stands_nowhere_is_left_out() -> None:
    xy = cloud(20)
    xy[3] = np.nan
    drawn = map_plot(xy, np.zeros(20, np.int64), {}, title="")
    assert "nan" not in drawn


def test_a_hundred_thousand_pictures_stay_a_small_file() -> None:
    cluster = np.arange(100_000) % 50
    assert len(map_plot(cloud(100_000), cluster, {}, title="")) < 1_500_000
