"""Tags out of the library: tables, JSON Lines, and sidecars beside pictures nobody touches."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from pathlib import Path

import pytest

from tagwright.config import Settings
from tagwright.errors import InvalidInput
from tagwright.flows.exporting import CSV_COLUMNS, export_csv
from tagwright.flows.library import Library
from tagwright.media.sources import path_of
from tests.flows.said import by_status, standing

FOREIGN = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/" crs:Exposure2012="+0.35">
   <dc:subject><rdf:Bag><rdf:li>my own word</rdf:li></rdf:Bag></dc:subject>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""


@pytest.fixture
def pictures(tmp_path: Path, drawn: Path, tagged: Library) -> Path:
    """A copy of the drawn pictures that may be written beside, all without labels and tags."""
    copy = tmp_path / "pictures"
    shutil.copytree(drawn, copy)
    (first,) = (run for run in tagged.runs() if run.kind == "import")
    tagged.undo()
    tagged.import_pictures(copy)
    tagged.undo(run=first.id)
    tagged.import_pictures(copy)
    return copy


def rows(library: Library, *, suggested: bool = False) -> list[dict[str, str]]:
    out = io.StringIO()
    export_csv(library.workspace, out, suggested=suggested)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def lines(library: Library) -> list[dict[str, object]]:
    return [json.loads(line) for line in library.tags().splitlines()]


def place_of(library: Library, asset: str) -> Path:
    (found,) = (line for line in lines(library) if line["asset"] == asset)
    return path_of(str(found["location"]))


def sidecar(picture: Path) -> Path:
    return picture.with_name(picture.name + ".xmp")


def test_the_table_has_a_row_a_tag_and_an_empty_row_for_a_picture_without(library: Library) -> None:
    found = rows(library)
    assert list(found[0]) == list(CSV_COLUMNS)
    assert len(found) == 120
    labelled = len(by_status(library, "confirmed"))
    assert sum(row["status"] == "confirmed" for row in found) == labelled
    assert sum(row["concept"] == row["status"] == "" for row in found) == 120 - labelled


def test_an_empty_library_gives_a_heading_and_nothing_else(
    tmp_path: Path, settings: Settings
) -> None:
    with Library.create(tmp_path / "empty", settings) as empty:
        assert rows(empty) == []
        assert empty.tags() == ""
        assert empty.export_sidecars().written == 0


def test_json_lines_are_strict_and_name_every_place_of_a_picture(
    library: Library, drawn: Path, tmp_path: Path
) -> None:
    copy = tmp_path / os.fsdecode(b"odd \xff\xfe\nname.png")
    shutil.copy(drawn / "cross" / "000.png", copy)
    library.import_pictures(copy)
    (found,) = (line for line in lines(library) if len(line["locations"]) == 2)  # type: ignore[arg-type]
    assert path_of(found["locations"][1]) == copy  # type: ignore[index]
    assert rows(library)


def test_suggestions_are_left_out_unless_asked_for(tagged: Library) -> None:
    shown = {row["status"] for row in rows(tagged)} - {""}
    assert shown == {"auto", "confirmed"}
    assert len(rows(tagged, suggested=True)) >= len(rows(tagged))


@pytest.mark.parametrize("place", ["missing/tags.csv", "."], ids=["no folder", "a folder"])
def test_a_file_that_cannot_be_written_is_one_clear_error(
    library: Library, tmp_path: Path, place: str
) -> None:
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InvalidInput, match="cannot write"):
        library.export("csv", tmp_path / place)
    assert sorted(tmp_path.iterdir()) == before


def test_sidecars_say_the_tags_and_the_pictures_are_not_touched(
    tagged: Library, pictures: Path
) -> None:
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in pictures.rglob("*.png")}
    asset = next(iter(standing(tagged)))
    tagged.decide(asset, "cross")
    done = tagged.export_sidecars()
    assert (done.written, done.failed) == (1, ())
    assert "<rdf:li>cross</rdf:li>" in sidecar(place_of(tagged, asset)).read_text()
    assert before == {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in pictures.rglob("*.png")}
    again = tagged.export_sidecars()
    assert (again.written, again.unchanged) == (0, 120)


def test_a_sidecar_keeps_what_others_wrote_also_when_our_tags_are_undone(
    tagged: Library, pictures: Path
) -> None:
    asset = next(iter(standing(tagged)))
    picture = place_of(tagged, asset)
    sidecar(picture).write_bytes(FOREIGN)
    tagged.decide(asset, "cross")
    tagged.export_sidecars()
    told = sidecar(picture).read_text()
    assert "+0.35" in told
    assert "<rdf:li>cross</rdf:li>" in told
    tagged.undo()
    tagged.export_sidecars()
    told = sidecar(picture).read_text()
    assert "+0.35" in told
    assert "my own word" in told
    assert "cross" not in told


def test_every_copy_of_a_picture_gets_its_sidecar(tagged: Library, pictures: Path) -> None:
    asset = next(iter(standing(tagged)))
    copy = pictures / "copy.png"
    shutil.copy(place_of(tagged, asset), copy)
    tagged.import_pictures(copy)
    tagged.decide(asset, "cross")
    assert tagged.export_sidecars().written == 2
    assert sidecar(copy).exists()


def test_a_picture_that_is_gone_is_reported_and_gets_no_sidecar(
    tagged: Library, pictures: Path
) -> None:
    asset = next(iter(standing(tagged)))
    picture = place_of(tagged, asset)
    tagged.decide(asset, "cross")
    picture.unlink()
    ((uri, reason),) = tagged.export_sidecars().failed
    assert path_of(uri) == picture
    assert "no longer there" in reason
    assert not sidecar(picture).exists()


def test_sidecars_under_a_folder_begin_with_those_beside_the_originals(
    tagged: Library, pictures: Path, tmp_path: Path
) -> None:
    asset = next(iter(standing(tagged)))
    picture = place_of(tagged, asset)
    sidecar(picture).write_bytes(FOREIGN)
    tagged.decide(asset, "cross")
    assert tagged.export_sidecars(tmp_path / "out").written == 1
    told = sidecar(tmp_path / "out" / picture.relative_to("/")).read_text()
    assert "my own word" in told
    assert "<rdf:li>cross</rdf:li>" in told
    assert sidecar(picture).read_bytes() == FOREIGN
