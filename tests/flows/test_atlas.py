"""The map of a real library: drawn, kept, added to, and decided on by the lasso."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tagwright.errors import InvalidInput, NotFound
from tagwright.flows.atlas import MapOptions, build_map, place_new
from tagwright.flows.library import Library
from tagwright.flows.map_view import read_map
from tagwright.flows.workspace import Workspace
from tagwright.store.maps import MapRow

SHAPES = MapOptions(taxonomy="shapes")


@pytest.fixture
def ws(library: Library) -> Workspace:
    return library.workspace


@pytest.fixture
def row(ws: Workspace) -> MapRow:
    return build_map(ws, SHAPES)


def test_every_picture_stands_somewhere_on_the_map(ws: Workspace, row: MapRow) -> None:
    points = ws.maps.points(row)
    assert points.ids(range(120)) == sorted(asset.id for asset in ws.assets.all())
    assert np.isfinite(points.xy).all()
    assert (row.pictures, row.placed) == (120, 0)
    assert 0 < row.document["variance_2d"] < row.document["variance"] <= 1
    drawn = read_map(ws, row.id)
    assert sum(cluster.size for cluster in drawn.clusters) <= 120
    assert drawn.waiting == 0
