"""Plots: well-formed, readable without colour or sight, and safe for any words."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from defusedxml import ElementTree

from tagwright.core import plots
from tagwright.core.plots import Bin, Row, Trade
from tagwright.types import Interval

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert("x")</script> & ]]>'
FIGURE = Interval(0.9, 0.85, 0.94, 1200)

PLOTS: dict[str, Callable[[str], str]] = {
    "intervals side by side": lambda words: plots.interval_plot([Row(words, FIGURE)], title=words),
    "no intervals at all": lambda words: plots.interval_plot([], title=words),
    "reliability": lambda words: plots.reliability_diagram([Bin(0.8, FIGURE)], title=words),
    "reliability of nothing": lambda words: plots.reliability_diagram([], title=words),
    "coverage": lambda words: plots.coverage_curve(
        [Trade(0.5, FIGURE), Trade(0.1, FIGURE)],
        title=words,
        target=0.95,
        chosen=Trade(0.5, FIGURE),
    ),
    "coverage of one cut-off": lambda words: plots.coverage_curve(
        [Trade(0.5, FIGURE)], title=words, target=0.5
    ),
    "interval bar": lambda words: plots.interval_bar(FIGURE, title=words),
    "share bar": lambda words: plots.share_bar(0.3, title=words),
    "parts of a whole": lambda words: plots.parts_bar(
        [(words, 0.3, "red"), ("rest", 0.7, "var(--x)")], title=words
    ),
}
each_plot = pytest.mark.parametrize("draw", PLOTS.values(), ids=PLOTS.keys())


@each_plot
def test_a_plot_is_well_formed_svg_that_a_screen_reader_can_name(
    draw: Callable[[str], str],
) -> None:
    root = ElementTree.fromstring(draw("How good"))
    assert root.tag == SVG + "svg"
    assert root.get("role") == "img"
    assert root.get("viewBox")
    title = root.find(SVG + "title")
    assert title is not None
    assert "How good" in str(title.text)


@each_plot
def test_words_of_strangers_stay_words(draw: Callable[[str], str]) -> None:
    root = ElementTree.fromstring(draw(HOSTILE))
    assert not list(root.iter(SVG + "script"))
    assert HOSTILE in "".join(root.itertext())


@each_plot
def test_a_strict_content_policy_finds_nothing_to_refuse(draw: Callable[[str], str]) -> None:
    markup = draw("plain")
    assert not re.search(r"\bstyle=|<style|href|url\(|\bon\w+=", markup)


def test_the_description_says_what_the_eye_would_read() -> None:
    drawn = plots.interval_plot([Row("version 2", FIGURE)], title="Right at the first guess")
    said = ElementTree.fromstring(drawn).find(SVG + "desc")
    assert said is not None
    assert said.text == "version 2: 90.0\u00a0% (85.0 to 94.0\u00a0%, n\u00a0=\u00a01,200)"


def test_a_long_label_ends_before_the_value_begins() -> None:
    drawn = plots.interval_plot([Row("a very long name " * 9, FIGURE)], title="t")
    label = next(t for t in re.findall(r"<text[^>]*>([^<]*)", drawn) if t.startswith("a very"))
    assert label.endswith("…")
    assert len(label) * plots._CHARACTER < plots.WIDTH - 60


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [
        pytest.param(0.95, 0, "95\u00a0%", id="whole"),
        pytest.param(0.9534, 1, "95.3\u00a0%", id="one digit"),
        pytest.param(1.0, 0, "100\u00a0%", id="all"),
    ],
)
def test_a_share_reads_as_a_percentage(share: float, digits: int, text: str) -> None:
    assert plots.percent(share, digits) == text


@pytest.mark.parametrize(
    ("values", "floor"),
    [
        pytest.param([0.97, 0.99], 0.9, id="never above ninety percent"),
        pytest.param([0.86], 0.8, id="the round share below"),
        pytest.param([0.81], 0.7, id="with room under the lowest"),
        pytest.param([0.0], 0.0, id="zero"),
        pytest.param([], 0.0, id="nothing drawn"),
    ],
)
def test_an_axis_begins_below_all_it_shows(values: list[float], floor: float) -> None:
    assert plots.floor_of(values) == pytest.approx(floor)


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_bar_stays_inside_its_strip(value: float) -> None:
    drawn = plots.interval_bar(Interval(value, value, value, 1))
    for x, width in re.findall(r'x="([\d.]+)"[^>]*width="([\d.]+)"', drawn):
        assert 0 <= float(x) <= float(x) + float(width) <= 101


def test_the_parts_of_a_bar_reach_its_end_exactly() -> None:
    drawn = plots.parts_bar([("a", 0.25, "red"), ("b", 0.75, "blue")], title="t")
    x, width = re.findall(r'x="([\d.]+)" width="([\d.]+)"', drawn)[-1]
    assert float(x) + float(width) == pytest.approx(1000)
