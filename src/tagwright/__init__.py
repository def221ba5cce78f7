"""Tagwright learns a client's taxonomy from pictures, and tags only where it can promise.

```python
import tagwright

with tagwright.open("my-library") as library:
    library.import_pictures("~/Pictures/products", tagwright.ImportOptions(labels="folders"))
    library.train("products")
    library.tag("products")
```

Importing the package loads nothing heavy; each name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from tagwright.config import Settings
    from tagwright.flows.library import Library

__version__ = version("tagwright")

_HOMES = {
    "Settings": "tagwright.config",
    "Library": "tagwright.flows.library",
    "ImportOptions": "tagwright.flows.plans",
    "ImportReport": "tagwright.flows.importing",
    "FileOutcome": "tagwright.flows.importing",
    "TrainOptions": "tagwright.flows.training",
    "Trained": "tagwright.flows.training",
    "Tagged": "tagwright.flows.tagging",
    "Undone": "tagwright.flows.deciding",
    "Hit": "tagwright.flows.searching",
    "Report": "tagwright.flows.report",
    "SidecarReport": "tagwright.flows.exporting",
    "Taxonomy": "tagwright.core.taxonomy",
    "Contract": "tagwright.types",
    "Interval": "tagwright.types",
    "TagwrightError": "tagwright.errors",
    "InvalidInput": "tagwright.errors",
    "NotFound": "tagwright.errors",
    "Conflict": "tagwright.errors",
    "Unavailable": "tagwright.errors",
}

__all__ = ["__version__", "create", "open", *_HOMES]  # noqa: PLE0604 - names, from the table


def open(folder: str | Path, settings: Settings | None = None) -> Library:
    """Open the library in `folder`. Raises NotFound where there is none."""
    return _library().open(folder, settings)


def create(folder: str | Path, settings: Settings | None = None) -> Library:
    """Make a library in a new or empty folder. Raises Conflict where one is already."""
    return _library().create(folder, settings)


def _library() -> type[Library]:
    found: type[Library] = import_module(_HOMES["Library"]).Library
    return found


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'tagwright' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
