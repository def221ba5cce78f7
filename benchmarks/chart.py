"""Lines over two axes, as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

WIDTH, HEIGHT, LEFT, BOTTOM = 560, 340, 60, 50
COLOURS = ("#4477aa", "#228833", "#cc6677", "#aa3377", "#bbaa33", "#66ccee")
CHARACTER, GAP = 7.5, 15
"""Of what is written at the ends of lines: width of a character, and least distance."""
LEAST = 0.1
"""What is less is drawn here."""

Lines = Mapping[str, Sequence[tuple[float, float]]]
"""Points of each line, by what is written at its end."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """Logarithms at the edges of the chart."""

    x0: float
    x1: float
    y0: float
    y1: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        across = (np.log10(x) - self.x0) / (self.x1 - self.x0) * (WIDTH - LEFT - 20)
        up = (np.log10(max(y, LEAST)) - self.y0) / (self.y1 - self.y0) * (HEIGHT - BOTTOM - 20)
        return float(LEFT + across), float(HEIGHT - BOTTOM - up)


def log_lines(lines: Lines, across: str, unit: str) -> str:
    """Both axes logarithmic; the points' own x are its ticks."""
    points = [point for line in lines.values() for point in line]
    xs = np.log10([x for x, _ in points])
    ys = np.log10([max(y, LEAST) for _, y in points])
    words = CHARACTER * max(map(len, lines)) / (WIDTH - LEFT - 20)
    frame = _Frame(
        float(xs.min()) - 0.1,
        float(xs.max() + (xs.max() - xs.min() + 0.2) * words / (1 - words)),
        float(np.floor(ys.min())),
        float(max(np.ceil(ys.max()), np.floor(ys.min()) + 1)),
    )
    parts = [*_axes(frame, sorted({x for x, _ in points}), across, unit)]
    named = _apart({name: frame.at(*max(line)) for name, line in lines.items()})
    for number, (name, line) in enumerate(lines.items()):
        x, y = named[name]
        colour = COLOURS[number % len(COLOURS)]
        parts += _line(frame, sorted(line), colour)
        parts.append(f'<text x="{x + 8:.0f}" y="{y + 4:.0f}" fill="{colour}">{name}</text>')
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
            f'font-family="sans-serif" font-size="13">',
            *parts,
            "</svg>",
        ]
    )


def _axes(frame: _Frame, ticks: Sequence[float], across: str, unit: str) -> list[str]:
    found = []
    for power in range(int(frame.y0), int(frame.y1) + 1):
        _, y = frame.at(10**frame.x0, 10.0**power)
        found.append(
            f'<path d="M{LEFT} {y:.0f}H{WIDTH - 20}" stroke="#8886"/>'
            f'<text x="{LEFT - 8}" y="{y + 4:.0f}" text-anchor="end">{10.0**power:g} {unit}</text>'
        )
    for tick in ticks:
        x, _ = frame.at(tick, 1)
        found.append(
            f'<text x="{x:.0f}" y="{HEIGHT - 28}" text-anchor="middle">{int(tick):,}</text>'
        )
    middle = WIDTH / 2
    found.append(f'<text x="{middle:.0f}" y="{HEIGHT - 8}" text-anchor="middle">{across}</text>')
    return found


def _apart(ends: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Where names go: beside the ends of their lines, moved down where one stands there already."""
    found: dict[str, tuple[float, float]] = {}
    for name, (x, y) in sorted(ends.items(), key=lambda end: end[1][1]):
        above = [at for left, at in found.values() if left == x]
        found[name] = (x, max([y, *(at + GAP for at in above)]))
    return found


def _line(frame: _Frame, line: Sequence[tuple[float, float]], colour: str) -> list[str]:
    points = [frame.at(*point) for point in line]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in points),
    ]
