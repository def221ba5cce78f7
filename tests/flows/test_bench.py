"""The comparison: what a plan says, cells that are measured once, and what is written."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tagwright.config import Settings
from tagwright.errors import InvalidInput, NotFound
from tagwright.flows.bench import METHODS, resplit, run_bench
from tagwright.flows.bench_plan import Plan, read_plan
from tagwright.flows.bench_report import as_html, as_markdown, write_bench
from tagwright.flows.meter import joules, metered, read_counters
from tagwright.types import Json
from tests.pictures import draw_folders
from tests.synthetic import wardrobe

METHODS_ASKED = ("multiclass", "tree", "one-vs-rest")


def plan_of(folder: Path, text: str) -> Plan:
    file = folder / "plan.yaml"
    file.write_text(text, encoding="utf-8")
    return read_plan(file)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    drawn = draw_folders(folder / "shapes", 40)
    lines = [f"{p.relative_to(folder)},{p.parent.name}" for p in sorted(drawn.rglob("*.png"))]
    (folder / "shapes.csv").write_text("\n".join(["image,label", *lines[:80]]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def settings(_settings: Settings) -> Settings:
    return _settings


@pytest.fixture(scope="module")
def measured(
    pictures: Path, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Plan, Path, Json]:
    plan = plan_of(
        pictures,
        "tasks:\n  shapes: shapes\n  listed: {path: shapes.csv}\n"
        "methods: [multiclass, tree, one-vs-rest]\nseeds: [0, 1]\nbackbone: "
        f"{settings.backbone}\n",
    )
    out = tmp_path_factory.mktemp("out")
    return plan, out, run_bench(plan, out, settings)


def test_every_method_sits_every_task_under_every_seed(
    measured: tuple[Plan, Path, Json],
) -> None:
    _, out, found = measured
    told = [(row["task"], row["method"], row["seeds"]) for row in found["rows"]]
    assert told == [(task, m, 2) for task in ("shapes", "listed") for m in METHODS_ASKED]
    assert len(list((out / "cells").glob("*.json"))) == 12
    for row in found["rows"]:
        assert 0 <= row["top1"]["low"] <= row["top1"]["value"] <= row["top1"]["high"] <= 1
        assert row["top1"]["value"] > 0.6, "drawn shapes are easy"
        assert row["processor"] > 0


def test_a_run_that_was_cut_off_measures_only_what_is_missing(
    measured: tuple[Plan, Path, Json], settings: Settings
) -> None:
    plan, out, found = measured
    cells = sorted((out / "cells").glob("*.json"))
    before = {cell: cell.stat().st_mtime_ns for cell in cells}
    cells[0].unlink()
    again = run_bench(plan, out, settings)
    changed = [cell for cell in cells if cell.stat().st_mtime_ns != before[cell]]
    assert changed == [cells[0]]
    for one, other in zip(again["rows"], found["rows"], strict=True):
        assert one["top1"] == other["top1"]
        assert one["ece"] == other["ece"]


def test_the_table_and_the_figure_are_written_three_ways(
    measured: tuple[Plan, Path, Json], tmp_path: Path
) -> None:
    found = measured[2]
    files = write_bench(found, tmp_path)
    assert [file.name for file in files] == ["bench.json", "bench.md", "bench.html"]
    assert json.loads(files[0].read_text(encoding="utf-8")) == found
    markdown, page = as_markdown(found), as_html(found)
    assert len([line for line in markdown.splitlines() if line.startswith("| shapes")]) == 3
    assert page.count("<svg") == 2
    assert "<script" not in page
    for text in (markdown, page):
        assert "Holm" in text
        assert "near-duplicate group" in text


def test_energy_that_cannot_be_read_is_said_so(measured: tuple[Plan, Path, Json]) -> None:
    found = json.loads(json.dumps(measured[2]))
    found["rows"][0]["joules"], found["rows"][1]["joules"] = None, 12.4
    text = as_markdown(found)
    assert "not readable here" in text
    assert "12 J" in text


def test_names_of_tasks_cannot_break_the_page(measured: tuple[Plan, Path, Json]) -> None:
    found = json.loads(json.dumps(measured[2]))
    found["rows"][0]["task"] = "<b>a|b"
    assert "<b>a" not in as_html(found)
    assert "a\\|b" in as_markdown(found)


def test_a_method_whose_extra_is_missing_is_refused_before_anything_is_read(
    pictures: Path, tmp_path: Path
) -> None:
    plan_of(pictures, "tasks: {a: shapes}\nmethods: [multiclass, finetune]")
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from pathlib import Path\n"
        "from tagwright.config import Settings\n"
        "from tagwright.flows.bench import run_bench\n"
        "from tagwright.flows.bench_plan import read_plan\n"
        "plan, out = map(Path, sys.argv[1:])\n"
        "try: run_bench(read_plan(plan), out, Settings())\n"
        "except Exception as error: print(error)"
    )
    command = [sys.executable, "-c", code, str(pictures / "plan.yaml"), str(tmp_path / "out")]
    told = subprocess.check_output(command, text=True)
    assert "run `pip install 'tagwright[finetune]'`" in told
    assert not (tmp_path / "out").exists()


def test_fine_tuned_networks_sit_the_test_pictures_of_the_others(
    pictures: Path, settings: Settings, tmp_path: Path
) -> None:
    torch = pytest.importorskip("torch", reason="needs `pip install 'tagwright[finetune]'`")
    torch.set_num_threads(1)
    text = (
        "tasks: {shapes: shapes}\nmethods: [multiclass, finetune, finetune-tree]\nseeds: [1]\n"
        "tuning: {side: 64, epochs: 2}\n"
    )
    plan, out = plan_of(pictures, text), tmp_path / "out"
    rows = run_bench(plan, out, settings)["rows"]
    assert [row["method"] for row in rows] == list(plan.methods)
    assert [row["how"][0].startswith("lite0 taught") for row in rows] == [False, True, True]
    sat = [json.loads(cell.read_text()) for cell in (out / "cells").glob("*.json")]
    assert len({json.dumps(each["pictures"]) for each in sat}) == 1
    spent = [row["processor"] for row in rows]
    assert min(spent[1:]) > spent[0], "a network costs more than a head"
    (library,) = (out / "libraries").iterdir()
    assert not list(library.glob("tmp*")), "pixels and activations are gone"
    cells = {cell: cell.stat().st_mtime_ns for cell in (out / "cells").glob("*.json")}
    longer = plan.model_copy(update={"tuning": plan.tuning.model_copy(update={"epochs": 1})})
    run_bench(longer.model_copy(update={"methods": ("multiclass", "finetune")}), out, settings)
    after = {cell: cell.stat().st_mtime_ns for cell in (out / "cells").glob("*.json")}
    assert cells.items() <= after.items()
    assert len(after) == 4, "other knobs are another cell, and only of what is fine-tuned"


def test_another_seed_is_another_split_by_the_same_groups() -> None:
    data = wardrobe([20, 20, 20, 20, 20])
    data = replace(data, groups=[f"pair {i // 2}" for i in range(100)])
    other = resplit(data, 1)
    assert resplit(data, 0).groups == data.groups
    assert len(set(other.groups)) == 50
    assert set(other.groups).isdisjoint(data.groups)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("tasks: {a: shapes}\nmethods: []", "methods", id="no method"),
        pytest.param("methods: [tree]", "tasks", id="no task"),
        pytest.param("tasks: {a: shapes}\nmethods: [tree]\nspeed: 3", "speed", id="a strange word"),
        pytest.param("tasks: {a: shapes}\nmethods: [tree, tree]", "twice", id="a method twice"),
        pytest.param("tasks: {a: shapes}\nmethods: [tree]\nseeds: [-1]", "seeds", id="a seed"),
        pytest.param("tasks: [", "not YAML", id="no YAML"),
        pytest.param("- a", "the file", id="a list"),
        pytest.param(
            "tasks: {a: shapes}\nmethods: [finetune]\ntuning: {head: tree}",
            "tuning.head",
            id="what a method says already",
        ),
    ],
)
def test_what_is_no_plan_is_refused_with_its_place(pictures: Path, text: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        plan_of(pictures, text)


def test_a_task_that_is_not_there_is_named(pictures: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        plan_of(pictures, "tasks: {a: nowhere}\nmethods: [tree]")
    with pytest.raises(NotFound, match="YAML"):
        read_plan(pictures / "none.yaml")


def test_a_method_that_is_not_there_is_refused_before_anything_is_read(
    pictures: Path, settings: Settings, tmp_path: Path
) -> None:
    plan = plan_of(pictures, "tasks: {a: shapes}\nmethods: [oracle]")
    with pytest.raises(InvalidInput, match=", ".join(METHODS)):
        run_bench(plan, tmp_path / "out", settings)
    assert not (tmp_path / "out").exists()


def counter(folder: Path, zone: str, energy: int) -> None:
    (folder / zone).mkdir(exist_ok=True)
    (folder / zone / "energy_uj").write_text(f"{energy}\n")
    (folder / zone / "max_energy_range_uj").write_text("10000000\n")


def test_energy_is_that_of_all_packages_even_where_a_counter_began_anew(tmp_path: Path) -> None:
    counter(tmp_path, "intel-rapl:0", 1_000_000)
    counter(tmp_path, "intel-rapl:0:0", 5)  # a part of the package
    counter(tmp_path, "intel-rapl:1", 9_000_000)
    before = read_counters(tmp_path)

    def work() -> str:
        counter(tmp_path, "intel-rapl:0", 3_000_000)
        counter(tmp_path, "intel-rapl:1", 500_000)
        return "done"

    made, spent = metered(work, tmp_path)
    assert made == "done"
    assert spent.joules == pytest.approx(2 + 1.5)
    assert joules(before, read_counters(tmp_path)) == pytest.approx(2 + 1.5)


def test_no_counter_is_no_energy(tmp_path: Path) -> None:
    assert metered(lambda: 1, tmp_path)[1].joules is None
    assert metered(lambda: 1, tmp_path / "none")[1].joules is None
    counter(tmp_path, "intel-rapl:0", 1)
    (tmp_path / "intel-rapl:0" / "energy_uj").unlink()
    (tmp_path / "intel-rapl:0" / "energy_uj").mkdir()
    assert read_counters(tmp_path) == {}
