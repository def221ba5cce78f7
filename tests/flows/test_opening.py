"""Making a library and opening it again: only `init` may make a database."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tagwright.config import Settings
from tagwright.errors import Conflict
from tagwright.flows import workspace
from tagwright.flows.library import Library

pytestmark = pytest.mark.both_databases


def _removed(database: Path) -> None:
    database.unlink()


def _emptied(database: Path) -> None:
    database.write_bytes(b"")


@pytest.mark.parametrize("lost", [_removed, _emptied], ids=["removed", "emptied"])
@pytest.mark.parametrize("door", [workspace.open_at, workspace.upgrade], ids=["open", "migrate"])
def test_a_library_that_lost_its_database_is_told_and_not_made_anew(
    tmp_path: Path, lost: Callable[[Path], None], door: Callable[[Path, Settings], object]
) -> None:
    root, settings = tmp_path / "library", Settings()
    Library.create(root, settings).close()
    for other in root.glob("library.db-*"):
        other.unlink()
    lost(root / "library.db")
    for _ in range(2):  # being refused makes no database either
        with pytest.raises(Conflict, match="is gone: restore it from a backup"):
            door(root, settings)


def test_making_a_library_that_was_cut_off_is_taken_up(tmp_path: Path) -> None:
    root, settings = tmp_path / "library", Settings()
    Library.create(root, settings).close()
    (root / workspace.MARKER).rename(root / workspace.PARTIAL)
    Library.create(root, settings).close()
    with Library.open(root, settings) as library:
        assert library.status().pictures == 0
