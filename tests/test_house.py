"""The house keeps its rules: light imports, small modules, everything public documented."""

from __future__ import annotations

import inspect
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
import typer.main

import tagwright
from tagwright import errors
from tagwright.cli.app import app
from tagwright.config import Settings
from tagwright.errors import InvalidInput

ROOT = Path(__file__).resolve().parents[1]
GENERATED = ROOT / "src" / "tagwright" / "client" / "shapes.py"
SOURCES = sorted(set((ROOT / "src").rglob("*.py")) - {GENERATED})


def test_import_loads_nothing_heavy() -> None:
    code = "import sys, tagwright; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert not {"torch", "openvino", "onnx", "cv2", "sqlalchemy", "scipy", "PIL"} & set(loaded)


def test_every_public_name_is_there() -> None:
    for name in tagwright.__all__:
        assert getattr(tagwright, name) is not None


def test_the_public_api_stays_small() -> None:
    assert len(tagwright.__all__) <= 25


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT / "src")))
def test_modules_stay_readable(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 500


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT / "src")))
def test_every_module_says_what_it_is(path: Path) -> None:
    if path.name == "__init__.py" and not path.read_text().strip():
        return
    assert path.read_text().lstrip().startswith('"""')


def test_every_error_has_a_status_and_is_drawn_in_the_tree() -> None:
    drawn = errors.__doc__ or ""
    for name, kind in inspect.getmembers(errors, inspect.isclass):
        if issubclass(kind, errors.TagwrightError):
            assert name in drawn
            assert kind.status in (401, 403, 404, 409, 413, 422, 429, 500, 503)


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()
    for field in fields(Settings):
        assert f"`TAGWRIGHT_{field.name.upper()}`" in page


def test_every_command_is_documented() -> None:
    page = (ROOT / "docs" / "reference" / "commands.md").read_text()
    group = typer.main.get_command(app)
    for name in group.commands:  # type: ignore[attr-defined]
        assert f"## tagwright {name}" in page


def test_an_unknown_setting_is_named_with_the_known_ones() -> None:
    with pytest.raises(InvalidInput, match=r"TAGWRIGHT_WROKERS.*TAGWRIGHT_WORKERS"):
        Settings.load({"TAGWRIGHT_WROKERS": "2"})


def test_an_ill_formed_setting_is_named() -> None:
    with pytest.raises(InvalidInput, match="TAGWRIGHT_WORKERS='many'"):
        Settings.load({"TAGWRIGHT_WORKERS": "many"})
    with pytest.raises(InvalidInput, match="TAGWRIGHT_NETWORK_MEMORY='much'"):
        Settings.load({"TAGWRIGHT_NETWORK_MEMORY": "much"})


def test_memory_is_given_with_its_unit() -> None:
    assert Settings.load({"TAGWRIGHT_NETWORK_MEMORY": "1.5G"}).network_memory == 1_500_000_000
    assert Settings.load({"TAGWRIGHT_NETWORK_MEMORY": "512MiB"}).network_memory == 512 * 2**20


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WORKERS", "-1"),
        ("MAX_MEGAPIXELS", "-5"),
        ("DECODE_SECONDS", "nan"),
        ("LEASE_SECONDS", "0"),
        ("NETWORK_MEMORY", "0"),
    ],
)
def test_a_setting_below_what_makes_sense_is_refused(name: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=f"TAGWRIGHT_{name}='{value}' is too small: give "):
        Settings.load({f"TAGWRIGHT_{name}": value})


def test_a_decision_record_for_each_number() -> None:
    names = sorted(p.name for p in (ROOT / "docs" / "adr").glob("*.md"))
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def test_nothing_is_said_of_the_place_it_was_made() -> None:
    """The project speaks of itself alone."""
    told = ("/work/", "issue #", "this session", "helper-")
    for path in [*SOURCES, *sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"]:
        text = path.read_text()
        assert not [word for word in told if word in text], path
