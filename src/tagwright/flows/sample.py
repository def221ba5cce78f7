"""The sample library for a first look."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tagwright.config import Settings
from tagwright.media.sample import CREDITS, fetch_sample, lay_out_sample, sample_folder

__all__ = ["CREDITS", "prepare_sample", "sample_folder"]


def prepare_sample(settings: Settings, into: Path, progress: Callable[[int, int], None]) -> Path:
    """Fetch the sample pictures once and lay them out under `into`. Returns their folder."""
    cache = settings.cache_folder / "sample"
    fetch_sample(cache)
    return lay_out_sample(cache, into, progress)
