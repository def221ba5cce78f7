"""The map of a real library: drawn, kept, added to, and read as the library is now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tagwright.core import clusters
from tagwright.errors import Conflict, InvalidInput, NotFound
from tagwright.flows.answers import Answer, decide_many
from tagwright.flows.atlas import MapOptions, build_map, place_new
from tagwright.flows.deciding import undo
from tagwright.flows.library import Library
from tagwright.flows.map_view import By, read_colours, read_legend, read_map, read_points
from tagwright.flows.workspace import Workspace, open_at
from tagwright.store.maps import KEPT, MapRow
from tagwright.store.workspaces import ensure_workspace
from tagwright.types import AssetId
from tests.pictures import draw_folders

SHAPES = MapOptions(taxonomy="shapes")


@pytest.fixture
def ws(library: Library) -> Workspace:
    return library.workspace


@pytest.fixture
def row(ws: Workspace) -> MapRow:
    return build_map(ws, SHAPES)


def labelled(ws: Workspace) -> set[AssetId]:
    return {tag.asset for tag in ws.ledger.tags(taxonomy="shapes", people_only=True)}


def values(data: bytes, kind: str) -> np.ndarray:
    """What colours hold after the number of pictures."""
    found = np.frombuffer(data[4:], kind)
    assert int(np.frombuffer(data[:4], "<u4")[0]) == len(found)
    return found


def test_every_picture_stands_somewhere_on_the_map(ws: Workspace, row: MapRow) -> None:
    points = ws.maps.points(row)
    assert points.ids(range(120)) == sorted(asset.id for asset in ws.assets.all())
    assert np.isfinite(points.xy).all()
    assert (row.pictures, row.placed) == (120, 0)
    assert 0 < row.document["variance_2d"] < row.document["variance"] <= 1


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_drawing_again_changes_nothing(ws: Workspace, method: str) -> None:
    options = MapOptions("semantic", method, "shapes")  # type: ignore[arg-type]
    first = build_map(ws, options)
    again = build_map(ws, options)
    assert again == first
    assert ws.maps.all() == [first]


def test_the_detail_view_is_another_map(ws: Workspace, row: MapRow) -> None:
    other = build_map(ws, MapOptions("detail", "pca", "shapes"))
    assert [each.id for each in ws.maps.all()] == [other.id, row.id]


def test_clusters_are_told_with_what_people_said_by_now(ws: Workspace, row: MapRow) -> None:
    before = read_map(ws, row.id)
    assert sum(each.labelled for each in before.clusters) <= len(labelled(ws))
    assert {each.name for each in before.clusters} <= {"circle", "cross", "stripes", ""}
    best = max(before.clusters, key=lambda each: each.purity or 0)
    assert best.purity is not None
    assert (best.size, len(best.sample)) >= (clusters.SMALLEST, 6)
    [imported] = [run for run in ws.runs.all() if run.kind == "import"]
    named = ws.maps.points(row).ids(range(120))
    decide_many(ws, "shapes", [Answer("confirm", a, "circle") for a in named], "ann")
    after = read_map(ws, row.id)
    assert [each.labelled for each in after.clusters] == [each.size for each in after.clusters]
    assert {each.purity for each in after.clusters} == {1.0}
    assert after.islands == ()
    assert imported.undone is False


def test_without_a_taxonomy_files_name_the_clusters_and_nothing_is_unknown(ws: Workspace) -> None:
    drawn = read_map(ws, build_map(ws, MapOptions()).id)
    assert {each.name_from for each in drawn.clusters} <= {"files", "none"}
    assert (drawn.islands, drawn.unknown) == ((), ())


def test_what_came_since_is_placed_and_the_rest_stays(
    library: Library, ws: Workspace, row: MapRow, tmp_path: Path
) -> None:
    before = ws.maps.points(row)
    library.import_pictures(draw_folders(tmp_path / "more", 4, seed=7))
    assert read_map(ws, row.id).waiting == 12
    made = place_new(ws, row.id)
    after = ws.maps.points(made)
    assert (made.id, made.pictures, made.placed) == (row.id, 132, 12)
    assert np.array_equal(after.xy[:120], before.xy)
    assert np.array_equal(after.assets[:120], before.assets)
    assert np.isfinite(after.xy).all()
    assert read_map(ws, row.id).waiting == 0
    assert place_new(ws, row.id) == made
    assert np.abs(after.xy[120:]).max() < 3 * np.abs(before.xy).max()


def test_pictures_that_two_place_at_once_are_placed_once(
    library: Library, ws: Workspace, row: MapRow, tmp_path: Path
) -> None:
    library.import_pictures(draw_folders(tmp_path / "more", 2, seed=7))
    made = place_new(ws, row.id)
    some = ws.maps.points(made)
    with pytest.raises(Conflict, match="changed by another"):
        ws.maps.extend(row, replace(some, assets=some.assets[-2:]))
    assert ws.maps.get(row.id) == made


def test_a_picture_that_is_gone_keeps_its_index_and_stands_nowhere(
    ws: Workspace, row: MapRow
) -> None:
    [imported] = [run for run in ws.runs.all() if run.kind == "import"]
    undo(ws, run=imported.id)
    x = np.frombuffer(read_points(ws, row.id)[4:], "<f4")[:120]
    assert np.isnan(x).all()
    assert read_map(ws, row.id).clusters == ()


def test_points_are_as_many_numbers_as_the_page_expects(ws: Workspace, row: MapRow) -> None:
    data = read_points(ws, row.id)
    assert len(data) == 4 + 120 * (4 + 4 + 4)
    points = ws.maps.points(row)
    assert np.array_equal(np.frombuffer(data[4:484], "<f4"), points.xy[:, 0])
    assert np.array_equal(np.frombuffer(data[964:], "<i4"), points.cluster)


@pytest.mark.parametrize("by", ["tag", "source", "labelled"])
def test_a_legend_counts_every_code_that_a_picture_has(ws: Workspace, row: MapRow, by: By) -> None:
    codes = values(read_colours(ws, row.id, by, None, None), "<i4")
    legend = read_legend(ws, row.id, by, None, None)
    assert {i.code: i.count for i in legend if i.count} == {
        int(code): int((codes == code).sum()) for code in set(codes.tolist()) - {-1}
    }


def test_colours_follow_what_stands(ws: Workspace, row: MapRow) -> None:
    asset = ws.maps.points(row).ids([0])[0]
    decide_many(ws, "shapes", [Answer("confirm", asset, "stripes")], "ann")
    codes = values(read_colours(ws, row.id, "tag", "shapes", "shapes"), "<i4")
    names = {i.code: i.concept for i in read_legend(ws, row.id, "tag", "shapes", None)}
    assert names[int(codes[0])] == "stripes"
    assert values(read_colours(ws, row.id, "source", None, None), "<i4")[0] == 0
    assert values(read_colours(ws, row.id, "probability", None, None), "<f4")[0] == 1
    assert np.isnan(values(read_colours(ws, row.id, "suspect", None, None), "<f4")).all()


def test_only_the_newest_few_maps_stay_and_no_folder_of_the_others(
    ws: Workspace, tmp_path: Path
) -> None:
    row = build_map(ws, MapOptions(method="pca"))
    points, fitted = ws.maps.points(row), ws.maps.fitted(row)
    for n in range(KEPT):
        ws.maps.add(points, fitted, row.document | {"mark": str(n)}, ws.now())
    assert [each.document["mark"] for each in ws.maps.all()] == ["4", "3", "2", "1", "0"]
    assert len(list((ws.root / "maps").iterdir())) == KEPT
    with pytest.raises(NotFound, match="no map"):
        ws.maps.get(row.id)


def test_what_a_crash_left_behind_is_swept_and_maps_are_not(ws: Workspace, row: MapRow) -> None:
    (ws.root / "maps" / "0123.partial").mkdir()
    ws.maps.sweep(before=4e9)
    assert len(list((ws.root / "maps").iterdir())) == 1
    assert ws.maps.points(row).xy.shape == (120, 2)


def test_a_file_that_was_changed_is_refused(ws: Workspace, row: MapRow) -> None:
    [file] = (ws.root / "maps").glob("*/places.safetensors")
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(Conflict, match="draw the map again"):
        ws.maps.points(row)


def test_another_workspace_sees_no_map_of_this_one(ws: Workspace, row: MapRow) -> None:
    ensure_workspace(ws.db, "other", ws.now())
    other = replace(ws, id="other")
    assert other.maps.all() == []
    with pytest.raises(NotFound):
        read_map(other, row.id)
    with pytest.raises(InvalidInput, match="no pictures yet"):
        build_map(other)


def test_too_little_to_draw_is_told_with_what_to_do(
    library: Library, ws: Workspace, tmp_path: Path
) -> None:
    [imported] = [run for run in ws.runs.all() if run.kind == "import"]
    undo(ws, run=imported.id)
    library.import_pictures(draw_folders(tmp_path / "few", 1, seed=9))
    with pytest.raises(InvalidInput, match="3 pictures have features, and a map needs 10"):
        build_map(ws)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"view": "front"}, "no view 'front' of features: name one of semantic, detail"),
        ({"method": "umap"}, "no method 'umap': name tsne or pca"),
    ],
)
def test_an_unknown_way_to_draw_is_named_with_the_known(
    options: dict[str, str], words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        MapOptions(**options)  # type: ignore[arg-type]


def test_an_unknown_taxonomy_or_map_is_not_found(ws: Workspace) -> None:
    with pytest.raises(NotFound):
        build_map(ws, MapOptions(taxonomy="hats"))
    with pytest.raises(NotFound, match="`tagwright map` draws one"):
        place_new(ws, "0" * 32)


def test_work_that_is_stopped_leaves_no_map(ws: Workspace) -> None:
    class Stop(Exception):
        pass

    def stop(step: str, share: float) -> None:
        if step == "drawing the map" and share > 0.5:
            raise Stop

    with pytest.raises(Stop):
        build_map(ws, SHAPES, progress=stop)
    assert ws.maps.all() == []


def test_a_library_that_is_opened_again_has_its_map(library: Library, row: MapRow) -> None:
    again = open_at(library.workspace.root, library.workspace.settings)
    try:
        assert again.maps.points(row).xy.shape == (120, 2)
    finally:
        again.close()
