"""The HTML pages: one file each, nothing loaded from anywhere, no script.

Every page carries a content security policy that allows its own style sheet, by hash, and
embedded pictures, and nothing else: even markup that slipped past the escaping could not act.
"""

from __future__ import annotations

import base64
import hashlib
import os
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tagwright.core import plots
from tagwright.errors import InvalidInput

_FOLDER = Path(__file__).parent


def render(template: str, *, css: str = "", **values: object) -> str:
    """A page from a template of this folder; `css`: rules of this one page, after the common.

    Values are escaped unless they are `Markup`. css must hold no text of strangers.
    """
    style = (_FOLDER / "page.css").read_text(encoding="utf-8") + css
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        _environment()
        .get_template(template)
        .render(style=Markup(style), style_hash=f"sha256-{digest}", **values)
    )


def svg(markup: str) -> Markup:
    """What `core.plots` made, marked as safe: it escapes the words it is given."""
    return Markup(markup)


def printable_name(path: Path) -> str:
    """A file's name as text that any page can hold, whatever bytes it has."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def write_page(out: Path, page: str) -> None:
    """Write whole or not at all. Raises InvalidInput where the place cannot be written."""
    partial = out.with_name(out.name + ".partial")
    try:
        partial.write_text(page, encoding="utf-8", errors="replace")
        partial.replace(out)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise InvalidInput(
            f"cannot write {str(out)!r}: {error.strerror}; name a file in a folder that exists"
        ) from error


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = plots.percent
    environment.filters["count"] = lambda number: f"{number:,}"
    return environment
