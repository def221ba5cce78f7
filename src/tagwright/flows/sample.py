"""The sample library for a first look."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from tagwright.config import Settings
from tagwright.media.sample import CREDITS, fetch_sample, lay_out_sample, sample_folder

__all__ = ["CREDITS", "HOLD_BACK", "prepare_sample", "sample_folder"]

WHOLE: Final = "whole"
"""A file that is there once all pictures are; it holds the name of their folder."""
HOLD_BACK: Final = 0.2
"""The share of pictures that come in without their labels, as the part still to be tagged."""


def prepare_sample(settings: Settings, into: Path, progress: Callable[[int, int], None]) -> Path:
    """Fetch the sample pictures once and lay them out under `into`. Returns their folder."""
    whole = into / WHOLE
    if whole.exists():
        return into / whole.read_text(encoding="utf-8")
    cache = settings.cache_folder / "sample"
    fetch_sample(cache)
    folder = lay_out_sample(cache, into, progress)
    whole.write_text(folder.name, encoding="utf-8")
    return folder
