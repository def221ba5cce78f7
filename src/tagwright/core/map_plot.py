"""A map as SVG text: a dot a picture, coloured and named by cluster; it needs no script.

Dots that fall on one another are drawn once, so that a hundred thousand pictures make a file of
a few hundred kilobytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from tagwright.core.plots import SOFT
from tagwright.types import Ids, Matrix

SIDE: Final = 1_000
MARGIN: Final = 24
_TEXT: Final = 20
_CHARACTER: Final = 11.0
_HUES: Final = 137.5
"""The golden angle in degrees: neighbours in number are far apart in colour."""
_LONGEST: Final = 28


def map_plot(xy: Matrix, cluster: Ids, names: Mapping[int, str], *, title: str) -> str:
    """xy: (n, 2). cluster: (n,), -1 for none. names: of clusters; the largest are 0, 1, 2 ..."""
    shown = np.isfinite(xy).all(axis=1)
    places, own = _on_grid(xy[shown]), cluster[shown]
    width = float(np.clip(240 / np.sqrt(max(len(places), 1)), 1.5, 9))
    parts = [_dots(places[own == -1], SOFT, width, 0.35)]
    parts += [
        _dots(places[own == number], _colour(number), width, 0.85)
        for number in range(int(own.max(initial=-1)) + 1)
    ]
    words = "; ".join(name for _, name in sorted(names.items()) if name)
    return (
        f'<svg class="map" viewBox="0 0 {SIDE} {SIDE}" role="img" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
        f"<desc>{escape(words)}</desc>{''.join(parts)}{_labels(places, own, names)}</svg>"
    )


def _on_grid(xy: Matrix) -> Ids:
    """(n, 2) whole units, the same scale both ways, upwards as on paper."""
    if not len(xy):
        return np.zeros((0, 2), np.int64)
    low, span = xy.min(axis=0), max(float(np.ptp(xy, axis=0).max()), 1e-9)
    inside = (xy - low - np.ptp(xy, axis=0) / 2) / span * (SIDE - 2 * MARGIN) + SIDE / 2
    inside[:, 1] = SIDE - inside[:, 1]
    placed: Ids = np.rint(inside).astype(np.int64)
    return placed


def _dots(places: Ids, colour: str, width: float, opacity: float) -> str:
    if not len(places):
        return ""
    path = "".join(f"M{x} {y}h0" for x, y in np.unique(places, axis=0).tolist())
    return (
        f'<path d="{path}" stroke="{colour}" stroke-width="{width:.1f}" '
        f'stroke-linecap="round" stroke-opacity="{opacity}" fill="none"/>'
    )


def _colour(number: int) -> str:
    return f"hsl({number * _HUES % 360:.0f} 55% {45 + 12 * (number % 2)}%)"


def _labels(places: Ids, own: Ids, names: Mapping[int, str]) -> str:
    """The names of the largest clusters, as far as they do not cover each other."""
    taken: list[tuple[float, float, float, float]] = []
    parts = []
    for number, name in sorted(names.items()):
        rows = places[own == number]
        if not name or not len(rows):
            continue
        words = name if len(name) <= _LONGEST else name[: _LONGEST - 1].rstrip() + "\u2026"
        box = _box(np.median(rows, axis=0), len(words) * _CHARACTER)
        if not any(_meet(box, other) for other in taken):
            taken.append(box)
            parts.append(_label((box[0] + box[2]) / 2, box[3] - 6, words))
    return "".join(parts)


def _box(middle: NDArray[np.float64], width: float) -> tuple[float, float, float, float]:
    """left, top, right, bottom; pushed inside the picture."""
    x = float(np.clip(middle[0], width / 2 + 4, SIDE - width / 2 - 4))
    y = float(np.clip(middle[1], _TEXT, SIDE - _TEXT))
    return x - width / 2, y - _TEXT / 2 - 2, x + width / 2, y + _TEXT / 2 + 2


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _label(x: float, y: float, words: str) -> str:
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" font-size="{_TEXT}" '
        f'font-weight="600" fill="var(--plot-ink, #222)" stroke="var(--card, #fff)" '
        f'stroke-width="5" stroke-linejoin="round" paint-order="stroke">{escape(words)}</text>'
    )
