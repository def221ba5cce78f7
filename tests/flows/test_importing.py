"""Import, on real files, a real decoder, a real network and a real database."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tagwright.config import Settings
from tagwright.errors import InvalidInput, NotFound
from tagwright.flows.importing import FileOutcome
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tests.pictures import draw, draw_folders
from tests.tiny import tiny_backbone_row

pytestmark = pytest.mark.both_databases

FOLDERS = ImportOptions(labels="folders")


@pytest.fixture
def empty(tmp_path: Path, settings: Settings) -> Iterator[Library]:
    with Library.create(tmp_path / "library", settings) as library:
        yield library


@pytest.fixture
def few(tmp_path: Path) -> Path:
    return draw_folders(tmp_path / "few", 4)


def labels(library: Library, taxonomy: str) -> dict[str, int]:
    return {str(k): v for k, v in library.label_counts(taxonomy).items()}


def test_folders_become_a_taxonomy_and_labels(empty: Library, few: Path) -> None:
    report = empty.import_pictures(few, FOLDERS)
    assert (report.imported, report.labels, report.unreadable) == (12, 12, ())
    assert empty.taxonomy("few").facets[0].kind == "one"
    assert labels(empty, "few") == {"circle": 4, "cross": 4, "stripes": 4}


def test_nested_folders_become_a_tree(empty: Library, few: Path, tmp_path: Path) -> None:
    nested = tmp_path / "nested"
    shutil.copytree(few, nested / "shapes")
    empty.import_pictures(nested, FOLDERS)
    assert empty.taxonomy("nested").path("shapes/circle") == ("shapes", "circle")  # type: ignore[arg-type]


def test_a_second_run_changes_nothing(empty: Library, few: Path) -> None:
    empty.import_pictures(few, FOLDERS)
    before = empty.tags()
    again = empty.import_pictures(few, FOLDERS)
    assert (again.imported, again.unchanged, again.labels) == (0, 12, 0)
    assert empty.tags() == before


def test_the_same_bytes_twice_are_one_picture_with_two_places(
    empty: Library, few: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.png"
    shutil.copy(few / "circle" / "000.png", copy)
    report = empty.import_pictures([few, copy])
    assert (report.imported, report.duplicates) == (12, 1)
    asset = next(iter(empty.workspace.assets.all()))
    assert len(empty.workspace.assets.locations(asset.id)) == 2


def test_a_re_encoded_picture_joins_its_look_alikes(empty: Library, tmp_path: Path) -> None:
    picture = draw("cross", np.random.default_rng(5), side=256)
    folder = tmp_path / "two"
    folder.mkdir()
    picture.save(folder / "a.png")
    picture.resize((200, 200)).save(folder / "b.jpg", quality=85)
    draw("circle", np.random.default_rng(6)).save(folder / "c.png")
    empty.import_pictures(folder)
    groups = [asset.group for asset in empty.workspace.assets.all()]
    assert groups[0] == groups[1] != groups[2]


def test_unreadable_files_are_listed_with_their_reason_and_the_run_goes_on(
    empty: Library, few: Path
) -> None:
    (few / "circle" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    (few / "circle" / "empty.png").touch()
    seen: list[FileOutcome] = []
    report = empty.import_pictures(few, FOLDERS, progress=lambda o, total: seen.append(o))
    assert report.imported == 12
    assert {o.path.name for o in report.unreadable} == {"broken.jpg", "empty.png"}
    assert all(o.reason for o in report.unreadable)
    assert len(seen) == 14
    assert len(empty.status().unreadable) == 2


def test_a_file_that_was_mended_is_no_longer_listed(empty: Library, few: Path) -> None:
    broken = few / "circle" / "broken.png"
    broken.write_bytes(b"nothing")
    empty.import_pictures(few, FOLDERS)
    draw("circle", np.random.default_rng(9)).save(broken)
    assert empty.import_pictures(few, FOLDERS).imported == 1
    assert empty.status().unreadable == ()


def test_a_manifest_brings_its_labels_and_groups(empty: Library, few: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "shop.csv"
    rows = [f"few/{s}/{n:03}.png,{s},p{n}" for s in ("circle", "cross") for n in range(2)]
    manifest.write_text("image,label,photographer\n" + "\n".join(rows) + "\n")
    empty.import_pictures(manifest, ImportOptions(group_column="photographer"))
    assert labels(empty, "shop") == {"circle": 2, "cross": 2}
    assert {a.group for a in empty.workspace.assets.all()} == {"p0", "p1"}


def test_keywords_in_files_become_labels(empty: Library, tmp_path: Path) -> None:
    path = tmp_path / "pictures" / "dog.jpg"
    path.parent.mkdir()
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:lr="http://ns.adobe.com/lightroom/1.0/"><dc:subject><rdf:Bag><rdf:li>grass'
        "</rdf:li></rdf:Bag></dc:subject><lr:hierarchicalSubject><rdf:Bag><rdf:li>Animals|Dog"
        "</rdf:li></rdf:Bag></lr:hierarchicalSubject></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    draw("circle", np.random.default_rng(1)).save(path, xmp=xmp.encode())
    empty.import_pictures(path.parent)
    assert empty.taxonomies() == []
    again = empty.import_pictures(path.parent, ImportOptions(labels="keywords"))
    assert (again.unchanged, again.labels) == (1, 2)
    assert labels(empty, "keywords") == {"animals/dog": 1, "grass": 1}


def test_pictures_in_two_folders_where_one_can_be_true_are_told_each_time(
    empty: Library, few: Path
) -> None:
    for number in range(2):
        shutil.copy(few / "circle" / f"{number:03}.png", few / "cross" / f"again-{number}.png")
    for _ in range(2):
        torn = dict(empty.import_pictures(few, FOLDERS).torn)
        assert sorted(torn.values()) == [("circle", "cross")] * 2
    empty.decide(next(iter(torn)), "circle")
    assert len(empty.import_pictures(few, FOLDERS).torn) == 1, "a person settled the other"


def test_pictures_in_two_folders_of_a_facet_of_any_number_are_no_contradiction(
    empty: Library, few: Path
) -> None:
    shutil.copy(few / "circle" / "000.png", few / "cross" / "again.png")
    assert empty.import_pictures(few, ImportOptions(labels="folders", kind="any")).torn == ()


def test_a_folder_and_one_inside_it_do_not_contradict_each_other(empty: Library, few: Path) -> None:
    (few / "circle" / "small").mkdir()
    shutil.copy(few / "circle" / "000.png", few / "circle" / "small" / "again.png")
    assert empty.import_pictures(few, FOLDERS).torn == ()


def test_an_import_whose_network_cannot_be_used_leaves_nothing_behind(
    tmp_path: Path, few: Path, settings: Settings
) -> None:
    (tmp_path / "bad.json").write_text('{"name": "bad"}')
    broken = replace(settings, backbone=str(tmp_path / "bad.json"))
    with Library.create(tmp_path / "library", broken) as library:
        with pytest.raises(InvalidInput, match="the row of a backbone misses"):
            library.import_pictures(few, FOLDERS)
        assert (library.taxonomies(), library.runs()) == ([], [])


@pytest.mark.parametrize(
    "options",
    [
        ImportOptions(group_column="photographer"),
        ImportOptions(label_columns=("product",)),
        ImportOptions(root=Path("elsewhere")),
    ],
    ids=["group column", "label column", "root"],
)
def test_columns_of_a_table_are_refused_where_no_table_is_given(
    empty: Library, few: Path, options: ImportOptions
) -> None:
    with pytest.raises(InvalidInput, match="is for a manifest, and none of"):
        empty.import_pictures(few, options)


def test_only_known_words_are_claimed_when_asked(empty: Library, few: Path, tmp_path: Path) -> None:
    (tmp_path / "few.txt").write_text("circle\n\t{ring}\n")
    empty.import_taxonomy(tmp_path / "few.txt", kind="one")
    (few / "circle").rename(few / "ring")
    report = empty.import_pictures(few, ImportOptions(labels="folders", only_known=True))
    assert labels(empty, "few") == {"circle": 4}
    assert set(report.unknown_words) == {"cross", "stripes"}


def test_undoing_an_import_takes_back_its_pictures_and_labels(empty: Library, few: Path) -> None:
    run = empty.import_pictures(few, FOLDERS).run
    empty.undo(run=run)
    assert empty.status().pictures == 0
    assert empty.import_pictures(few, FOLDERS).unreadable == ()
    assert empty.status().pictures == 12
    assert labels(empty, "few") == {"circle": 4, "cross": 4, "stripes": 4}


def test_features_do_not_depend_on_the_batch(
    tmp_path: Path, few: Path, settings: Settings, fresh_database: Callable[[], str | None]
) -> None:
    """A resumed import must equal an uninterrupted one, to the bit."""
    others = replace(settings, database_url=fresh_database())
    with (
        Library.create(tmp_path / "whole", settings) as whole,
        Library.create(tmp_path / "parts", others) as parts,
    ):
        whole.import_pictures(few)
        for file in sorted(few.rglob("*.png"), reverse=True):
            parts.import_pictures(file)
        ids = [asset.id for asset in whole.workspace.assets.all()]
        version = whole.workspace.backbone().version
        one, two = (
            lib.workspace.features.load(version, ids, ("semantic", "detail"))
            for lib in (whole, parts)
        )
    assert all(np.array_equal(one[view], two[view]) for view in one)


def test_another_backbone_reads_the_pictures_again(
    tmp_path: Path, few: Path, settings: Settings
) -> None:
    with Library.create(tmp_path / "two", settings) as library:
        library.import_pictures(few)
    other = replace(settings, backbone=str(tiny_backbone_row(tmp_path)))
    with Library.open(tmp_path / "two", other) as library:
        report = library.import_pictures(few)
        assert (report.imported, report.duplicates, report.unchanged) == (0, 12, 0)
        assert library.import_pictures(few).unchanged == 12
        assert library.status().pictures == 12


def _gone(folder: Path) -> None:
    shutil.rmtree(folder)


def _cut_short(folder: Path) -> None:
    for view in folder.rglob("detail.npy"):
        view.write_bytes(view.read_bytes()[:100])


@pytest.mark.parametrize("damage", [_gone, _cut_short])
def test_an_import_again_mends_features_that_were_lost(
    empty: Library, few: Path, damage: Callable[[Path], None]
) -> None:
    empty.import_pictures(few, FOLDERS)
    query = next((few / "circle").glob("*.png"))
    before = [hit.asset for hit in empty.similar(query, limit=3)]
    damage(empty.workspace.root / "features")
    assert empty.import_pictures(few, FOLDERS).unchanged == 0
    ws = empty.workspace
    assert ws.features.lost(ws.backbone_version) == frozenset()
    assert [hit.asset for hit in empty.similar(query, limit=3)] == before
    assert (empty.import_pictures(few, FOLDERS).unchanged, empty.status().pictures) == (12, 12)


def test_originals_are_not_touched(empty: Library, few: Path) -> None:
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in few.rglob("*.png")}
    empty.import_pictures(few, FOLDERS)
    assert before == {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in few.rglob("*.png")}


def test_a_path_that_is_not_there_is_an_error_and_nothing_is_begun(empty: Library) -> None:
    with pytest.raises(NotFound, match="no file or folder"):
        empty.import_pictures("/nowhere/at/all")
    assert empty.runs() == []


def test_sixteen_bit_and_palette_pictures_come_in(empty: Library, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    Image.fromarray(np.arange(4096, dtype=np.uint16).reshape(64, 64) * 16).save(folder / "16.png")
    draw("cross", np.random.default_rng(2)).convert("P").save(folder / "p.gif")
    assert empty.import_pictures(folder).imported == 2
