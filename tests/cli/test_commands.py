"""The command line as scripts use it: names, JSON, exit codes."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.launching import ran
from tests.pictures import draw_folders


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `shapes/` (labelled), `new/` (not) and an empty library `lib/`."""
    folder = tmp_path_factory.mktemp("world")
    draw_folders(folder / "shapes", 60)
    fresh = draw_folders(folder / "fresh", 20, seed=1)
    (folder / "new").mkdir()
    for picture in sorted(fresh.rglob("*.png")):
        picture.rename(folder / "new" / f"{picture.parent.name}-{picture.name}")
    (folder / "new" / "broken.jpg").write_bytes(b"\xff\xd8broken")
    return folder


def run(world: Path, *words: str, cwd: str = "lib") -> subprocess.CompletedProcess[str]:
    return ran(*words, settings={"TAGWRIGHT_CACHE": str(world / "cache")}, cwd=world / cwd)


def exported(world: Path) -> list[dict[str, str]]:
    done = run(world, "export", "--format", "csv")
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_the_whole_job(world: Path) -> None:
    assert run(world, "init", "lib", cwd=".").returncode == 0
    done = run(world, "import", "../shapes", "--labels", "folders", "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, len(lines)) == (0, 180)
    assert {line["status"] for line in lines} == {"imported"}

    done = run(world, "import", "../new", "--json")
    bad = [x for x in map(json.loads, done.stdout.splitlines()) if x["status"] == "unreadable"]
    assert done.returncode == 3
    assert [Path(line["path"]).name for line in bad] == ["broken.jpg"]
    assert bad[0]["reason"]

    done = run(world, "train")
    assert done.returncode == 0, done.stderr
    report = json.loads(run(world, "report", "--json").stdout)
    for name in ("top1", "top3"):
        assert set(report[name]) == {"value", "low", "high", "n"}
        assert report[name]["low"] <= report[name]["value"] <= report[name]["high"]

    before = exported(world)
    assert run(world, "tag").returncode == 0
    after = exported(world)
    assert len({row["asset"] for row in after}) == 240
    automatic = [row for row in after if row["status"] == "auto"]
    for row in automatic:
        assert 0 <= float(row["p"]) <= 1
        assert row["path"] in ("circle", "cross", "stripes")
    assert run(world, "tag").returncode == 0
    assert exported(world) == after, "tagging again changes nothing"
    assert run(world, "undo").returncode == 0
    assert exported(world) == before, "undo leaves what was there before"


def test_methods_are_compared_without_a_library(world: Path) -> None:
    (world / "plan.yaml").write_text("tasks: {shapes: shapes}\nmethods: [multiclass, tree]")
    done = run(world, "bench", "plan.yaml", "--json", cwd=".")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["rows"]
    assert [(row["task"], row["method"]) for row in rows] == [
        ("shapes", "multiclass"),
        ("shapes", "tree"),
    ]
    assert {"bench.html", "bench.md", "bench.json"} <= {f.name for f in (world / "bench").iterdir()}
    again = run(world, "bench", "plan.yaml", cwd=".")
    assert "tree" in again.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        pytest.param(("import", "/nowhere"), 1, "/nowhere", id="a path that is not there"),
        pytest.param(("train", "cars"), 1, "'cars'", id="a taxonomy that is not there"),
        pytest.param(("train", "--target", "1.5"), 1, "1.5", id="a promise nobody can keep"),
        pytest.param(("search",), 1, "--like", id="a search for nothing"),
        pytest.param(("undo", "--model", "x"), 1, "TAXONOMY:VERSION", id="a model ill named"),
        pytest.param(("init", "../shapes"), 1, "not empty", id="a library in a full folder"),
        pytest.param(("import",), 2, "PATHS", id="usage"),
        pytest.param(("bench", "none.yaml"), 1, "none.yaml", id="a plan that is not there"),
        pytest.param(("train", "--recipe", "oak"), 2, "oak", id="no such recipe"),
        pytest.param(("frobnicate",), 2, "frobnicate", id="no such command"),
    ],
)
def test_bad_input_is_one_clear_sentence(
    world: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    if not (world / "lib").exists():
        run(world, "init", "lib", cwd=".")
    done = run(world, *words)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_library_the_way_out_is_said(world: Path) -> None:
    done = run(world, "status", cwd="shapes")
    assert done.returncode == 1
    assert "tagwright init" in done.stderr


def test_doctor_finds_nothing_to_mend(world: Path) -> None:
    done = run(world, "doctor", "--json", cwd=".")
    checks = json.loads(done.stdout)
    assert (done.returncode, [c["name"] for c in checks if not c["ok"]]) == (0, [])


def test_a_reader_who_leaves_early_is_no_error_of_ours(world: Path) -> None:
    if not (world / "lib").exists():
        run(world, "init", "lib", cwd=".")
    command = f"{sys.executable} -m tagwright -C lib export | head -0"
    done = subprocess.run(
        ["bash", "-c", command], cwd=world, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr == ""


def test_a_database_that_is_none_is_one_clear_sentence(world: Path) -> None:
    run(world, "init", "spoilt", cwd=".")
    for file in (world / "spoilt").glob("library.db*"):
        file.write_bytes(b"no database at all" * 100)
    done = run(world, "status", cwd="spoilt")
    assert done.returncode == 1
    assert "restore it from a backup" in done.stderr
    assert "Traceback" not in done.stderr


def test_log_events_do_not_reach_the_terminal(world: Path) -> None:
    code = (
        "import logging, sys; from tagwright.cli.app import main; sys.argv[1:] = ['--version']\n"
        "try: main()\n"
        "finally: logging.getLogger('tagwright.flows.training').warning('model_lost')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("labels", "said"),
    [("folders", "name their parent folder"), ("keywords", "use --labels folders")],
)
def test_an_import_that_finds_no_labels_says_where_they_would_be(
    world: Path, tmp_path: Path, labels: str, said: str
) -> None:
    picture = next((world / "new").glob("*.png"))
    shutil.copytree(picture.parent, tmp_path / "flat", ignore=lambda _, names: sorted(names)[3:])
    run(tmp_path, "init", "lib", cwd=".")
    done = run(tmp_path, "import", "../flat", "--labels", labels)
    assert "No labels found" in done.stderr
    assert said in done.stderr


def test_demos_of_two_folders_do_not_mix_and_a_picture_that_stands_twice_is_not_judged(
    world: Path,
) -> None:
    for name in ("first", "second"):
        draw_folders(world / name, 40, seed=len(name))
    for picture in (world / "first" / "circle").iterdir():
        shutil.copy(picture, picture.with_name(f"copy-{picture.name}"))
    done = run(world, "demo", "first", cwd=".")
    assert done.returncode == 0, done.stderr
    assert (world / "demo-library" / "first" / "library" / "tagwright.json").exists()
    tagged = re.search(r"([0-9]+) pictures by first 1", done.stdout)
    judged = re.search(r"of ([0-9]+) pictures [0-9]+ were tagged alone", done.stderr)
    assert tagged
    assert judged is None or judged[1] == tagged[1]
    mixed = run(world, "demo", "second", "--into", "demo-library/first", cwd=".")
    assert mixed.returncode == 1
    assert "--into" in mixed.stderr


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda at: at.mkdir(), id="an empty folder"),
        pytest.param(lambda at: shutil.copytree(at.parent / "new", at), id="no class folders"),
        pytest.param(
            lambda at: shutil.copytree(at.parent / "new", at / "only"), id="one class folder"
        ),
        pytest.param(lambda at: at.write_text("text"), id="a file"),
    ],
)
def test_a_demo_of_nothing_to_tell_apart_says_so_and_makes_no_library(
    world: Path, tmp_path: Path, make: Callable[[Path], object]
) -> None:
    shutil.copytree(world / "new", tmp_path / "new")
    make(tmp_path / "given")
    done = run(tmp_path, "demo", "given", cwd=".")
    assert done.returncode == 1
    assert "put the pictures of each class into a folder of their own" in done.stderr
    assert not (tmp_path / "demo-library").exists()
