"""`tagwright admin`: passwords come from standard input, never from the command's words."""

from __future__ import annotations

from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tagwright.config import Settings
from tagwright.flows.installation import open_installation
from tagwright.flows.people import setup_needed
from tagwright.flows.sessions import Visit, log_in
from tagwright.flows.workspace import create
from tests.launching import ran
from tests.people import ADMIN, OTHER, PASSWORD


@pytest.fixture
def root(tmp_path: Path) -> Path:
    create(tmp_path / "library", Settings()).close()
    return tmp_path / "library"


def run(root: Path, *words: str, typed: str = "") -> CompletedProcess[str]:
    return ran("-C", str(root), "admin", *words, settings={}, typed=typed)


def test_an_admin_is_made_and_gets_a_new_password(root: Path) -> None:
    made = run(root, "create", "--email", ADMIN, "--name", "Ada", typed=f"{PASSWORD}\n")
    assert made.returncode == 0, made.stderr
    changed = run(root, "reset-password", "--email", ADMIN, typed=f"{OTHER}\n")
    assert changed.returncode == 0, changed.stderr
    for each in (made, changed):
        assert PASSWORD not in each.stdout + each.stderr
        assert OTHER not in each.stdout + each.stderr
    installation = open_installation(root, Settings())
    try:
        assert not setup_needed(installation)
        assert log_in(installation, ADMIN, OTHER, Visit("192.0.2.1")).person.operator
    finally:
        installation.close()


@pytest.mark.parametrize(
    ("words", "typed", "said"),
    [
        pytest.param(("create", "--email", ADMIN), "", "no password", id="no password"),
        pytest.param(("create", "--email", ADMIN), "short\n", "10 to 1000", id="a short one"),
        pytest.param(("create", "--email", "ada"), PASSWORD, "no email", id="no email"),
        pytest.param(
            ("reset-password", "--email", ADMIN), PASSWORD, "there is no person", id="nobody"
        ),
    ],
)
def test_what_cannot_be_used_is_said(
    root: Path, words: tuple[str, ...], typed: str, said: str
) -> None:
    refused = run(root, *words, typed=typed)
    assert refused.returncode == 1
    assert said in refused.stderr


def test_a_password_among_the_commands_words_is_not_understood(root: Path) -> None:
    assert run(root, "create", "--email", ADMIN, "--password", PASSWORD).returncode == 2
