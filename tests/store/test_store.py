"""The store on a real database in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from tagwright.core.ledger import Entry
from tagwright.errors import Conflict, NotFound
from tagwright.store import engine as engine_module
from tagwright.store.assets import Assets, Location, NewAsset
from tagwright.store.engine import HEAD, Database
from tagwright.store.features import FeatureStore
from tagwright.store.ledger import Ledger
from tagwright.store.models import Models, NewModel
from tagwright.store.runs import Runs
from tagwright.store.schema import METADATA
from tagwright.store.workspaces import ensure_workspace
from tagwright.types import AssetId, ConceptId, FacetId, RunId

NOW = "2026-01-01T00:00:00.000+00:00"


@pytest.fixture
def db(tmp_path: Path, database_url: str | None) -> Iterator[Database]:
    database = Database(database_url or f"sqlite:///{tmp_path / 'library.db'}")
    database.migrate()
    for name in ("w", "other"):
        ensure_workspace(database, name, NOW)
    yield database
    database.close()


def asset_id(number: int) -> AssetId:
    return AssetId(f"{number:064x}")


def add_assets(db: Database, run: RunId, count: int, workspace: str = "w") -> list[AssetId]:
    new = [
        NewAsset(
            id=asset_id(i),
            size=10,
            format="PNG",
            width=1,
            height=1,
            taken_at=None,
            keywords=(),
            fingerprint=bytes(200),
            bands=(i, i, i, i),
            look_alike_group=asset_id(i),
            given_group=None,
        )
        for i in range(count)
    ]
    assets = Assets(db, workspace)
    with db.write() as transaction:
        assets.add(transaction, new, NOW)
        assets.place(transaction, [Location(f"file:///{a.id}", a.id, 10, 1) for a in new], run)
    return [a.id for a in new]


def tag(asset: AssetId, concept: str, run: RunId, **more: object) -> Entry:
    base = Entry(
        asset, "shop", FacetId("type"), ConceptId(concept), "model", "model 1", run, NOW,
        verdict="auto", p=0.9, model=1,
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def exclusive(_taxonomy: str, _facet: FacetId) -> bool:
    return True


def standing(ledger: Ledger) -> list[tuple[str, str | None, str]]:
    return [(e.asset, e.concept, e.status) for e in ledger.tags()]


def test_migrating_twice_changes_nothing(db: Database) -> None:
    db.migrate()
    db.migrate()


def test_head_is_the_newest_migration() -> None:
    config = Config()
    folder = Path(engine_module.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_the_migrations_lead_to_the_schema(db: Database) -> None:
    with db.read() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, METADATA) == []


def test_a_run_that_was_cut_off_is_taken_up_again(db: Database) -> None:
    runs = Runs(db, "w")
    first = runs.start("import", "import", {"paths": ["a"]}, NOW)
    assert runs.start("import", "import", {"paths": ["a"]}, NOW) == first
    assert runs.start("import", "import", {"paths": ["b"]}, NOW) != first
    runs.finish(first, {}, NOW)
    assert runs.start("import", "import", {"paths": ["a"]}, NOW) != first


def test_undo_takes_back_exactly_its_run_and_undoing_the_undo_brings_it_back(
    db: Database,
) -> None:
    runs, ledger = Runs(db, "w"), Ledger(db, "w")
    first, second = (runs.start("tag", "model 1", {"n": n}, NOW) for n in (1, 2))
    one, two = add_assets(db, first, 2)
    ledger.append([tag(one, "bag", first), tag(two, "bag", first)], exclusive)
    ledger.append([tag(one, "shoe", second)], exclusive)
    assert standing(ledger) == [(one, "shoe", "auto"), (two, "bag", "auto")]

    undo = runs.start("undo", "person", {"n": 1}, NOW)
    ledger.fold(ledger.undo(undo, [second], "person", NOW), exclusive)
    assert standing(ledger) == [(one, "bag", "auto"), (two, "bag", "auto")]

    redo = runs.start("undo", "person", {"n": 2}, NOW)
    ledger.fold(ledger.undo(redo, [undo], "person", NOW), exclusive)
    assert standing(ledger) == [(one, "shoe", "auto"), (two, "bag", "auto")]
    assert len(ledger.history(one)) == 2


def test_tags_are_the_fold_of_the_ledger(db: Database) -> None:
    runs, ledger = Runs(db, "w"), Ledger(db, "w")
    run = runs.start("tag", "model 1", {}, NOW)
    assets = add_assets(db, run, 1_200)
    ledger.append([tag(a, "bag", run) for a in assets], exclusive)
    people = [tag(a, "hat", run, actor_kind="person", verdict=None) for a in assets[::7]]
    ledger.append(people, exclusive)
    before = standing(ledger)
    ledger.fold(assets, exclusive)
    assert standing(ledger) == before
    assert sum(status == "confirmed" for _, _, status in before) == len(people)


def test_two_workspaces_do_not_see_each_other(db: Database) -> None:
    run = Runs(db, "w").start("import", "import", {}, NOW)
    add_assets(db, run, 3)
    Ledger(db, "w").append([tag(asset_id(0), "bag", run)], exclusive)
    assert Assets(db, "other").count() == 0
    assert list(Ledger(db, "other").tags()) == []
    assert Runs(db, "other").all() == []


def test_an_asset_of_an_undone_import_is_gone_and_comes_back_with_the_next(db: Database) -> None:
    runs, ledger, assets = Runs(db, "w"), Ledger(db, "w"), Assets(db, "w")
    first = runs.start("import", "import", {}, NOW)
    add_assets(db, first, 2)
    runs.finish(first, {}, NOW)
    undo = runs.start("undo", "person", {}, NOW)
    ledger.undo(undo, [first], "person", NOW)
    assert assets.count() == 0
    assert assets.places([f"file:///{asset_id(0)}"]) == {}
    add_assets(db, runs.start("import", "import", {}, NOW), 2)
    assert assets.count() == 2


@pytest.mark.parametrize("asked", ["f" * 64, "0000"], ids=["unknown", "ambiguous"])
def test_an_asset_that_cannot_be_told_is_an_error(db: Database, asked: str) -> None:
    add_assets(db, Runs(db, "w").start("import", "import", {}, NOW), 3)
    with pytest.raises(NotFound, match="matches"):
        Assets(db, "w").get(asked)


def test_features_come_back_as_they_were_in_the_order_asked(db: Database, tmp_path: Path) -> None:
    store = FeatureStore(db, "w", tmp_path / "features")
    rng = np.random.default_rng(0)
    wanted: dict[AssetId, np.ndarray] = {}
    for part in range(3):
        assets = [asset_id(part * 10 + i) for i in range(10)]
        rows = rng.normal(size=(10, 4)).astype(np.float16)
        folder = store.write_segment({"semantic": rows})
        with db.write() as transaction:
            store.record(transaction, "b", assets, {"semantic": rows}, folder)
        wanted.update(zip(assets, rows, strict=True))
    order = [asset_id(i) for i in (25, 3, 14, 4)]
    found = store.load("b", order, ("semantic",))["semantic"]
    assert np.array_equal(found, np.stack([wanted[a] for a in order]))
    everything = [a for assets, _ in store.iterate("b", ("semantic",), size=7) for a in assets]
    assert sorted(everything) == sorted(wanted)
    with pytest.raises(NotFound, match="have no features"):
        store.load("b", [asset_id(99)], ("semantic",))


def test_a_segment_that_no_row_names_is_swept_once_it_is_old(db: Database, tmp_path: Path) -> None:
    store = FeatureStore(db, "w", tmp_path / "features")
    folder = store.write_segment({"semantic": np.zeros((1, 2), np.float16)})
    assert store.sweep(before=folder.stat().st_mtime - 1) == 0
    assert store.sweep(before=folder.stat().st_mtime + 1) == 1
    assert not folder.exists()


def test_a_model_file_that_was_changed_is_refused(db: Database, tmp_path: Path) -> None:
    run = Runs(db, "w").start("train", "person", {}, NOW)
    models = Models(db, "w", tmp_path / "models")
    new = NewModel(
        "shop", {"w": np.ones(3)}, {"facets": {}}, {"top1": 1}, [{"asset": "a"}], "digest", {}
    )
    row = models.add(new, run, NOW)
    arrays, _ = models.load(row)
    assert (row.version, row.status, arrays["w"].tolist()) == (1, "champion", [1, 1, 1])
    (tmp_path / "models" / row.folder / "model.json").write_text("{}")
    with pytest.raises(Conflict, match="not the one that was written"):
        models.load(row)


def test_the_first_version_is_champion_and_the_next_a_challenger(
    db: Database, tmp_path: Path
) -> None:
    runs, models = Runs(db, "w"), Models(db, "w", tmp_path / "models")
    for n in range(2):
        run = runs.start("train", "person", {"n": n}, NOW)
        models.add(NewModel("shop", {"w": np.ones(1)}, {}, {}, [], "digest", {}), run, NOW)
    assert [(m.version, m.status) for m in models.all("shop")] == [
        (2, "challenger"),
        (1, "champion"),
    ]
