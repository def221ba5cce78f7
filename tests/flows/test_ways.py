"""What a person can choose between before a training, and what is in force."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tagwright.errors import NotFound
from tagwright.flows import ways
from tagwright.flows.library import Library
from tagwright.flows.training import TrainOptions
from tests.flows.conftest import EASY


def test_the_way_in_force_is_the_champions(library: Library) -> None:
    ws = library.workspace
    assert ways.ways_to_learn(ws, "shapes").recipe == "multiclass"
    library.train("shapes", TrainOptions(EASY, recipe="one-vs-rest"))
    found = ways.ways_to_learn(ws, "shapes")
    assert (found.recipe, found.network) == ("one-vs-rest", None)
    assert found.side == ws.backbone().spec.side
    with pytest.raises(NotFound):
        ways.ways_to_learn(ws, "hats")


@pytest.mark.parametrize(
    ("modules", "are_there"),
    [
        pytest.param(("numpy", "json"), True, id="all are here"),
        pytest.param(("numpy", "no_such_module"), False, id="one is missing"),
    ],
)
def test_what_is_installed_is_found(modules: tuple[str, ...], *, are_there: bool) -> None:
    assert ways.is_installed(modules) == are_there


def test_to_say_what_can_be_fine_tuned_loads_no_torch() -> None:
    code = (
        "import sys\n"
        "from tagwright.flows import ways\n"
        "assert ways.is_installed() in (True, False)\n"
        "print(*ways.WITH_WEIGHTS, *(each.name for each in ways.schedules()))\n"
        "assert not {'torch', 'timm'} & set(sys.modules)"
    )
    said = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert {"lite0", "lite1", "lite2", "study", "modern"} <= set(said)
