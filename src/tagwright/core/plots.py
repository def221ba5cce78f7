"""Small plots as SVG text: values in, markup out, themed by the page around them.

Colours are CSS custom properties (`--plot-ink`, `--plot-soft`, `--plot-line`, `--plot-mark`,
`--plot-warn`), each with a fallback, so a plot follows light and dark and still shows alone.
Geometry and colour are attributes, never `style`, so a strict content security policy lets them
pass. Charts are 400 units wide: at that size, or a little less on a phone, their 13-unit text
reads like the text around it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from tagwright.types import Interval

WIDTH: Final = 400
_TEXT: Final = 13
_CHARACTER: Final = 7.4
"""Generous mean width of a character at 13 units, for clipping labels before they collide."""
_MOST_STEPS: Final = 5
"""Between the ticks of an axis."""

INK: Final = "var(--plot-ink, currentColor)"
SOFT: Final = "var(--plot-soft, currentColor)"
LINE: Final = "var(--plot-line, #8888)"
MARK: Final = "var(--plot-mark, currentColor)"
WARN: Final = "var(--plot-warn, currentColor)"


@dataclass(frozen=True, slots=True)
class Row:
    """A named figure in an interval plot. `strong`: drawn in the mark's colour."""

    label: str
    figure: Interval
    strong: bool = True


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions of like probability. `said`: their mean probability. `was`: share right."""

    said: float
    was: Interval


@dataclass(frozen=True, slots=True)
class Trade:
    """What one cut-off buys: the share tagged alone, and how much of it is right."""

    coverage: float
    precision: Interval


@dataclass(frozen=True, slots=True)
class _Scale:
    """Maps a share in [low, high] to units from `start` to `end`; outside is clipped."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        share = (inside - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 2)

    def ticks(self) -> list[float]:
        """Four to six round values from low to high."""
        span = self.high - self.low
        step = next(s for s in (0.01, 0.02, 0.05, 0.1, 0.2) if round(span / s, 6) <= _MOST_STEPS)
        first = math.ceil(round(self.low / step, 6))
        last = math.floor(round(self.high / step, 6))
        return [round(i * step, 6) for i in range(first, last + 1)]


def percent(share: float, digits: int = 0) -> str:
    """A share as text: 0.953 is "95 %", or "95.3 %" with one digit. The space does not break."""
    return f"{share * 100:.{digits}f}\u00a0%"


def floor_of(values: Iterable[float]) -> float:
    """A round share below all values, for an axis that need not start at zero; at most 0.9."""
    lowest = min(values, default=0.0)
    return max(0.0, min(0.9, math.floor(round(lowest * 10, 6) - 0.2) / 10))


def interval_plot(rows: Sequence[Row], *, title: str) -> str:
    """Dots with whiskers on one shared axis, a row each with its label above it."""
    low = floor_of(row.figure.low for row in rows)
    x = _Scale(low, 1.0, 10, WIDTH - 10)
    height = 42 * len(rows) + 30
    parts = [
        f'<path d="M{x(tick)} 4V{height - 24}" stroke="{LINE}"/>'
        + _text(x(tick), height - 8, percent(tick), anchor=_edge_anchor(tick, low), colour=SOFT)
        for tick in x.ticks()
    ]
    parts += [_interval_row(row, x, 42 * index) for index, row in enumerate(rows)]
    said = "; ".join(f"{row.label}: {spoken(row.figure)}" for row in rows)
    return _svg(WIDTH, height, title, said, parts)


def reliability_diagram(bins: Sequence[Bin], *, title: str) -> str:
    """How often predictions of each probability were right; on the diagonal they are honest.

    A dot's area grows with the number of predictions; its whisker is the interval of `was`.
    """
    side, left, top = 300, 46, 28
    x = _Scale(0, 1, left, WIDTH - 20)
    y = _Scale(0, 1, top + side, top)
    most = max((b.was.n for b in bins), default=1)
    parts = _axes(x, y, "probability said", "share that was right")
    parts.append(f'<path d="M{x(0)} {y(0)}L{x(1)} {y(1)}" stroke="{SOFT}" stroke-dasharray="4 4"/>')
    for each in bins:
        at, radius = x(each.said), round(3 + 6 * math.sqrt(each.was.n / max(most, 1)), 2)
        parts.append(_whisker_up(at, y(each.was.low), y(each.was.high)))
        tip = f"said {percent(each.said)}, was {spoken(each.was)}"
        parts.append(
            f'<circle cx="{at}" cy="{y(each.was.value)}" r="{radius}" fill="{MARK}" '
            f'fill-opacity=".85"><title>{escape(tip)}</title></circle>'
        )
    said = "; ".join(f"said {percent(b.said)}, was {spoken(b.was)}" for b in bins)
    return _svg(WIDTH, top + side + 48, title, said, parts)


def coverage_curve(
    trades: Sequence[Trade], *, title: str, target: float, chosen: Trade | None = None
) -> str:
    """Precision against the share tagged alone, with the promised precision as a line.

    trades: in any order. The band is the interval of each point's precision.
    """
    side, left, top = 300, 46, 28
    points = sorted(trades, key=lambda trade: trade.coverage)
    low = floor_of([target, *(trade.precision.value for trade in points)])
    x = _Scale(0, 1, left, WIDTH - 20)
    y = _Scale(low, 1, top + side, top)
    parts = _axes(x, y, "share tagged alone", "share of those that is right")
    parts += [_band(points, x, y), _line(points, x, y)] if len(points) > 1 else []
    promised = f"promised {percent(target, 0 if math.isclose(target, round(target, 2)) else 1)}"
    above = 2 * (target - low) < 1 - low
    parts.append(
        f'<path d="M{x(0)} {y(target)}H{x(1)}" stroke="{WARN}" stroke-dasharray="6 4"/>'
        + _text(x(0) + 6, y(target) + (-7 if above else 17), promised, colour=WARN)
    )
    if chosen is not None:
        parts.append(_chosen(chosen, x, y))
    said = f"Promised {percent(target)}. " + "; ".join(
        f"{percent(t.coverage)} tagged alone: {spoken(t.precision)} right" for t in points[::8]
    )
    return _svg(WIDTH, top + side + 48, title, said, parts)


def interval_bar(figure: Interval, *, title: str = "") -> str:
    """A strip for a table cell: the interval as a band on 0 to 1, the value as a tick."""
    x = _Scale(0, 1, 0, 100)
    band = max(x(figure.high) - x(figure.low), 1)
    parts = [
        f'<path d="M0 6H100" stroke="{LINE}" stroke-width="2"/>',
        f'<rect x="{x(figure.low)}" y="3" width="{round(band, 2)}" height="6" fill="{MARK}" '
        f'fill-opacity=".35"/>',
        f'<rect x="{round(min(max(x(figure.value) - 1, 0), 98), 2)}" width="2" height="12" '
        f'fill="{MARK}"/>',
    ]
    return _strip(100, 12, f"{title} {spoken(figure)}".strip(), parts)


def share_bar(share: float, *, title: str = "") -> str:
    """A thin bar, filled from the left."""
    filled = _Scale(0, 1, 0, 100)(share)
    parts = [
        f'<rect width="100" height="4" fill="{LINE}"/>',
        f'<rect width="{filled}" height="4" fill="{MARK}"/>',
    ]
    return _strip(100, 4, f"{title} {percent(share, 1)}".strip(), parts)


def parts_bar(shares: Sequence[tuple[str, float, str]], *, title: str) -> str:
    """One bar cut into parts: (name, share, CSS colour) each, shares adding up to 1."""
    parts, at = [], 0.0
    for index, (name, share, colour) in enumerate(shares, start=1):
        width = round(share * 1000, 2)
        gap = min(3.0, width / 2) if index < len(shares) else 0.0
        parts.append(
            f'<rect x="{round(at, 2)}" width="{round(width - gap, 2)}" height="14" '
            f'fill="{escape(colour, {chr(34): ""})}">'
            f"<title>{escape(name)}: {percent(share, 1)}</title></rect>"
        )
        at += width
    said = ", ".join(f"{name} {percent(share, 1)}" for name, share, _ in shares)
    return _strip(1000, 14, f"{title}: {said}", parts)


def spoken(figure: Interval) -> str:
    """A figure as a sentence part: "95.0 % (93.1 to 96.5 %, n = 812)"."""
    low, high = f"{figure.low * 100:.1f}", percent(figure.high, 1)
    return f"{percent(figure.value, 1)} ({low} to {high}, n\u00a0=\u00a0{figure.n:,})"


def _svg(width: int, height: int, title: str, said: str, parts: Sequence[str]) -> str:
    return (
        f'<svg class="plot" viewBox="0 0 {width} {height}" role="img" fill="none" '
        f'font-size="{_TEXT}" xmlns="http://www.w3.org/2000/svg">'
        f"<title>{escape(title)}</title><desc>{escape(said)}</desc>{''.join(parts)}</svg>"
    )


def _strip(width: int, height: int, title: str, parts: Sequence[str]) -> str:
    """A bar that stretches to the width it is given."""
    return (
        f'<svg class="strip" viewBox="0 0 {width} {height}" preserveAspectRatio="none" role="img" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, words: str, *, anchor: str = "start", colour: str = INK) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'


def _edge_anchor(tick: float, low: float) -> str:
    """Labels at the ends of an axis stay inside the picture."""
    return "start" if tick == low else "end" if tick == 1 else "middle"


def _clip(words: str, units: float) -> str:
    most = max(4, int(units / _CHARACTER))
    return words if len(words) <= most else words[: most - 1].rstrip() + "\u2026"


def _interval_row(row: Row, x: _Scale, top: float) -> str:
    colour = MARK if row.strong else SOFT
    figure, middle = row.figure, top + 31
    value = f"{percent(figure.value, 1)}"
    room = WIDTH - 20 - len(value) * _CHARACTER - 12
    low, high = x(figure.low), x(figure.high)
    whisker = (
        f'<path d="M{low} {middle}H{high}M{low} {middle - 4}v8M{high} {middle - 4}v8" '
        f'stroke="{colour}" stroke-width="1.5"/>'
    )
    dot = f'<circle cx="{x(figure.value)}" cy="{middle}" r="4.5" fill="{colour}"/>'
    return (
        f"<g><title>{escape(row.label)}: {escape(spoken(figure))}</title>"
        + _text(10, top + 18, _clip(row.label, room))
        + _text(WIDTH - 10, top + 18, value, anchor="end")
        + f"{whisker}{dot}</g>"
    )


def _axes(x: _Scale, y: _Scale, across: str, up: str) -> list[str]:
    """Grid, tick labels and the two names, both level: one below, one above the axes."""
    grid = [
        f'<path d="M{x(tick)} {y.start}V{y.end}" stroke="{LINE}"/>'
        + _text(x(tick), y.start + 18, percent(tick), anchor="middle", colour=SOFT)
        for tick in x.ticks()
    ]
    grid += [
        f'<path d="M{x.start} {y(tick)}H{x.end}" stroke="{LINE}"/>'
        + _text(x.start - 6, y(tick) + 4, percent(tick), anchor="end", colour=SOFT)
        for tick in y.ticks()
    ]
    return [
        *grid,
        _text((x.start + x.end) / 2, y.start + 40, across, anchor="middle"),
        _text(0, y.end - 14, up),
    ]


def _whisker_up(x: float, low: float, high: float) -> str:
    return f'<path d="M{x} {low}V{high}" stroke="{MARK}" stroke-width="1.5"/>'


def _line(points: Sequence[Trade], x: _Scale, y: _Scale) -> str:
    path = "L".join(f"{x(p.coverage)} {y(p.precision.value)}" for p in points)
    return f'<path d="M{path}" stroke="{MARK}" stroke-width="2" stroke-linejoin="round"/>'


def _band(points: Sequence[Trade], x: _Scale, y: _Scale) -> str:
    upper = [f"{x(p.coverage)} {y(p.precision.high)}" for p in points]
    lower = [f"{x(p.coverage)} {y(p.precision.low)}" for p in reversed(points)]
    return f'<path d="M{"L".join(upper + lower)}Z" fill="{MARK}" fill-opacity=".14"/>'


def _chosen(trade: Trade, x: _Scale, y: _Scale) -> str:
    at = x(trade.coverage)
    right = at < WIDTH / 2
    words = f"{percent(trade.coverage)} alone, {percent(trade.precision.value, 1)} right"
    beside = at + 12 if right else at - 12
    level = y.start - 12
    return (
        f'<path d="M{at} {y(trade.precision.value)}V{y.start}" stroke="{INK}" '
        f'stroke-dasharray="2 3"/>'
        f'<circle cx="{at}" cy="{y(trade.precision.value)}" r="6" fill="{INK}"/>'
        + _text(beside, level, words, anchor="start" if right else "end")
    )
