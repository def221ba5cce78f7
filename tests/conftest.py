"""Fixtures every test may ask for."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
CACHE = Path("/tmp") / "tagwright-test-data"


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Unpack a pack of real pictures once, outside the checkout; skip where there are none."""

    def unpacked(pack: str) -> Path:
        archive = SHARED / f"{pack}.tar.gz"
        if not archive.exists():
            pytest.skip(f"no real pictures: {archive} is absent")
        done = CACHE / f"{pack}.done"
        if not done.exists():
            CACHE.mkdir(parents=True, exist_ok=True)
            with tarfile.open(archive) as tar:
                tar.extractall(CACHE, filter="data")
            done.touch()
        return CACHE / pack

    return unpacked
