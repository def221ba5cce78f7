"""The label check: what looks wrong, one by one by keyboard, in bulk, and what it brought."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import expect

from tagwright.config import Settings
from tagwright.flows.cleaning import find_suspects
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tagwright.flows.training import TrainOptions
from tests.pictures import draw_folders, draw_twins
from tests.ui.conftest import EASY, OpenAt
from tests.ui.person import Person
from tests.ui.test_accessibility import SIZES, violations
from tests.ui.test_review import ACKNOWLEDGEMENTS, MOST_MS
from tests.web.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

log = logging.getLogger(__name__)

WRONG = {"circle": ("cross", 6), "stripes": ("circle", 4), "cross": ("stripes", 4)}
"""A shape -> the folder that so many of its pictures lie in by mistake."""
JOB_MS = 60_000


def mislay(folder: Path) -> None:
    """Put some pictures into the wrong folders; their names tell what they are."""
    for shape, (other, number) in WRONG.items():
        for picture in sorted((folder / shape).glob("[0-9]*.png"))[:number]:
            picture.rename(folder / other / f"really-{shape}-{picture.name}")


@pytest.fixture(scope="session")
def _mislaid_shapes(tmp_path_factory: pytest.TempPathFactory, ui_settings: Settings) -> Path:
    """120 drawn pictures with labels, 14 of them wrong, and a model that learned from them."""
    pictures = draw_folders(tmp_path_factory.mktemp("mislaid") / "shapes", 40)
    mislay(pictures)
    folder = tmp_path_factory.mktemp("unchecked") / "library"
    with Library.create(folder, ui_settings) as library:
        library.import_pictures(pictures, ImportOptions(labels="folders"))
        library.train("shapes", TrainOptions(EASY))
    return folder


@pytest.fixture
def unchecked(_mislaid_shapes: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    shutil.copytree(_mislaid_shapes, folder)
    return folder


@pytest.fixture
def unchecked_site(unchecked: Path, ui_settings: Settings) -> Iterator[str]:
    with serving(unchecked, ui_settings, workers=1) as url:
        yield url


@pytest.fixture
def checked_site(unchecked: Path, ui_settings: Settings) -> Iterator[str]:
    with Library.open(unchecked, ui_settings) as library:
        find_suspects(library.workspace, "shapes")
    with serving(unchecked, ui_settings, workers=1) as url:
        yield url


class Checker(Person):
    """Somebody at the label check."""

    def suspects(self) -> dict[str, dict[str, Any]]:
        """Those that still wait, by picture, the worst first."""
        found = self.get("/suspects", taxonomy="shapes", limit="200")["items"]
        return {each["asset"]: each for each in found}


@pytest.fixture
def at_summary(checked_site: str, open_at: OpenAt) -> Checker:
    page = open_at(f"{checked_site}/w/default/labels")
    expect(page.get_by_text(re.compile(r"\d+ of 120 labels look wrong"))).to_be_visible()
    return Checker(page, checked_site)


@pytest.fixture
def at_single(checked_site: str, open_at: OpenAt) -> Checker:
    page = open_at(f"{checked_site}/w/default/labels?view=single")
    expect(page.locator("[data-asset]")).to_be_visible()
    return Checker(page, checked_site)


@pytest.fixture
def at_grid(checked_site: str, open_at: OpenAt) -> Checker:
    page = open_at(f"{checked_site}/w/default/labels?view=grid")
    expect(page.locator("[data-tile]").first).to_be_visible()
    return Checker(page, checked_site)


# The summary


def test_labels_are_checked_for_the_first_time_by_one_press(
    unchecked_site: str, open_at: OpenAt
) -> None:
    page = open_at(f"{unchecked_site}/w/default/library")
    page.get_by_role("link", name="Label check").click()
    expect(page.get_by_role("heading", name="Not checked yet")).to_be_visible()
    page.get_by_role("button", name="Check all labels").click()
    told = page.get_by_text(re.compile(r"\d+ of 120 labels look wrong"))
    expect(told).to_be_visible(timeout=JOB_MS)
    expect(page.get_by_text(re.compile("Checked .* ago|Checked now"))).to_be_visible()


def test_the_summary_says_how_many_and_how_sure_that_is(at_summary: Checker) -> None:
    page, waiting = at_summary.page, len(at_summary.suspects())
    expect(page.get_by_text(f"{waiting} of 120 labels look wrong")).to_be_visible()
    share = page.get_by_role("definition").first
    expect(share).to_contain_text(re.compile(r"\d\.\d%.*–.*n = \d+"))
    expect(share).to_contain_text("a wrong label and a hard picture")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="cross"))
    expect(row).to_contain_text(re.compile(r"\d\.\d%.*–.*n = \d+"))


def test_a_concept_that_is_pressed_shows_only_its_suspects(at_summary: Checker) -> None:
    suspects = at_summary.suspects()
    at_summary.page.get_by_role("button", name="cross", exact=True).click()
    expect(at_summary.stage).to_be_visible()
    first = suspects[at_summary.shown()]
    assert first["given"].endswith("cross")
    own = sum(each["given"] == first["given"] for each in suspects.values())
    expect(at_summary.page.get_by_text(f"{own} left")).to_be_visible()
    at_summary.page.go_back()
    expect(at_summary.page.get_by_text("labels look wrong")).to_be_visible()


def test_a_swap_that_is_pressed_is_corrected_in_bulk(at_summary: Checker) -> None:
    at_summary.page.get_by_role("button", name="cross that looks like circle").click()
    expect(
        at_summary.page.get_by_role("heading", name="Which of these are cross after all?")
    ).to_be_visible()


# What cannot be right


@pytest.fixture(scope="session")
def _torn_shapes(tmp_path_factory: pytest.TempPathFactory, ui_settings: Settings) -> Path:
    """A checked library: a picture in two folders, and one of three look-alikes in another."""
    pictures = draw_twins(tmp_path_factory.mktemp("torn") / "shapes", torn=1, alike=12)
    shutil.copy(pictures / "circle" / "000.png", pictures / "cross" / "again.png")
    folder = tmp_path_factory.mktemp("torn-library") / "library"
    with Library.create(folder, ui_settings) as library:
        library.import_pictures(pictures, ImportOptions(labels="folders"))
        find_suspects(library.workspace, "shapes")
    return folder


@pytest.fixture
def at_torn(
    _torn_shapes: Path, tmp_path: Path, ui_settings: Settings, open_at: OpenAt
) -> Iterator[Checker]:
    folder = tmp_path / "library"
    shutil.copytree(_torn_shapes, folder)
    with serving(folder, ui_settings, workers=1) as url:
        page = open_at(f"{url}/w/default/labels")
        expect(page.get_by_text(re.compile(r"labels? looks? wrong"))).to_be_visible()
        yield Checker(page, url)


def test_a_picture_with_two_labels_comes_first_and_ends_with_one_word(at_torn: Checker) -> None:
    page = at_torn.page
    asset, torn = next(iter(at_torn.suspects().items()))
    assert torn["reason"] == "contradiction"
    page.get_by_role("button", name=re.compile("^1 ?pictures with two labels$")).click()
    expect(at_torn.stage).to_have_attribute("data-asset", asset)
    expect(page.get_by_text("two labels that cannot both be right")).to_be_visible()
    page.keyboard.press("c")
    at_torn.eventually(lambda: asset not in at_torn.suspects())
    assert at_torn.said(asset) == [(torn["proposed"], "confirmed")]
    page.keyboard.press("u")
    at_torn.eventually(lambda: asset in at_torn.suspects())


def test_a_look_alike_with_another_label_is_shown_beside_its_twin(at_torn: Checker) -> None:
    page = at_torn.page
    asset, torn = next(
        (asset, each)
        for asset, each in at_torn.suspects().items()
        if each["reason"] == "look-alike"
    )
    assert (torn["given"], torn["proposed"]) == ("cross", "circle")
    page.get_by_role("button", name=re.compile("^1 ?look-alikes labelled differently$")).click()
    expect(at_torn.stage).to_have_attribute("data-asset", asset)
    expect(page.get_by_text("A picture that looks the same has another label.")).to_be_visible()
    expect(page.get_by_role("img", name="Looks the same, labelled circle")).to_be_visible()
    page.keyboard.press("c")
    at_torn.eventually(lambda: asset not in at_torn.suspects())
    assert at_torn.said(asset) == [("circle", "confirmed")]


# One by one


def test_the_worst_comes_first_and_each_answer_is_one_key(at_single: Checker) -> None:
    page, before = at_single.page, at_single.suspects()
    assert at_single.shown() == next(iter(before))
    page.evaluate("window.stillHere = true")
    kept, corrected, discarded = (
        at_single.press("1"),
        at_single.press("Enter"),
        at_single.press("d"),
    )
    expect(page.get_by_text(f"{len(before) - 3} left")).to_be_visible()
    at_single.eventually(lambda: len(at_single.suspects()) == len(before) - 3)
    assert at_single.said(kept) == [(before[kept]["given"], "confirmed")]
    assert (before[corrected]["proposed"], "confirmed") in at_single.said(corrected)
    assert (before[discarded]["given"], "rejected") in at_single.said(discarded)
    assert page.evaluate("window.stillHere"), "the page was loaded anew"


def test_undo_brings_a_suspect_back(at_single: Checker) -> None:
    page, before = at_single.page, at_single.suspects()
    asset = at_single.press("2")
    at_single.eventually(lambda: asset not in at_single.suspects())
    page.keyboard.press("u")
    expect(at_single.stage).to_have_attribute("data-asset", asset)
    at_single.eventually(lambda: asset in at_single.suspects())
    assert list(at_single.suspects()) == list(before)


def test_another_concept_is_found_by_its_word(at_single: Checker) -> None:
    page, first = at_single.page, at_single.suspects()[at_single.shown()]
    third = next(
        shape
        for shape in WRONG
        if not any(str(first[side]).endswith(shape) for side in ("given", "proposed"))
    )
    before = at_single.shown()
    page.keyboard.press("/")
    page.keyboard.type(third)
    page.keyboard.press("Enter")
    expect(at_single.stage).not_to_have_attribute("data-asset", before)
    at_single.eventually(lambda: bool(at_single.said(before)))
    assert any(concept.endswith(third) for concept, _ in at_single.said(before))


def test_probabilities_are_shown_only_to_who_wants_them(at_single: Checker) -> None:
    page = at_single.page
    bars = page.locator("ol [title^='Probability']")
    expect(page.get_by_role("heading", name="Is this label right?")).to_be_visible()
    expect(bars).to_have_count(0)
    page.keyboard.press("p")
    expect(bars.first).to_be_visible()


def test_neighbours_with_their_labels_are_the_evidence(at_single: Checker) -> None:
    suspect = at_single.suspects()[at_single.shown()]
    shown = at_single.page.get_by_role("img", name=re.compile("Similar picture|Looks the same"))
    expect(shown).to_have_count(len(suspect["neighbours"]))


def test_a_decision_is_acknowledged_at_once(at_single: Checker) -> None:
    page = at_single.page
    page.evaluate(ACKNOWLEDGEMENTS)
    for _ in range(min(len(at_single.suspects()) - 1, 8)):
        at_single.press("k")
    took: list[float] = page.evaluate("acknowledged")
    log.info("acknowledged in %.0f ms", median(took))
    assert median(took) < MOST_MS


def test_when_all_is_looked_at_the_page_says_what_is_next(at_single: Checker) -> None:
    page = at_single.page
    for _ in range(len(at_single.suspects())):
        page.keyboard.press("c")
        page.wait_for_timeout(60)
    expect(page.get_by_role("heading", name="All suspects are looked at")).to_be_visible()
    page.get_by_role("link", name="Summary").last.click()
    expect(page.get_by_text("0 of 120 labels look wrong")).to_be_visible()
    expect(page.get_by_text(re.compile("labels changed or came in since model 1"))).to_be_visible()


# In bulk


def test_the_rest_is_corrected_with_one_press_and_comes_back_with_another(
    at_grid: Checker,
) -> None:
    page, before = at_grid.page, at_grid.suspects()
    tiles = page.locator("[data-tile]")
    pictures = tiles.count()
    page.keyboard.press("k")
    expect(tiles.first).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name=re.compile(r"^(Correct|Keep)")).click()
    at_grid.eventually(lambda: len(at_grid.suspects()) == len(before) - pictures)
    gone = [each for asset, each in before.items() if asset not in at_grid.suspects()]
    kept = [each for each in gone if at_grid.said(each["asset"])[0][0] == each["given"]]
    assert len(kept) == 1
    assert len({(each["given"], each["proposed"]) for each in gone}) == 1
    page.keyboard.press("u")
    at_grid.eventually(lambda: len(at_grid.suspects()) == len(before))


# For everybody


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_no_part_of_it_breaks_a_rule(
    checked_site: str, open_at: OpenAt, axe: str, size: str, *, dark: bool
) -> None:
    width, height = SIZES[size]
    page = open_at(f"{checked_site}/w/default/labels", width=width, height=height, dark=dark)
    for view, shown in (
        ("", "table"),
        ("?view=single", "[data-asset]"),
        ("?view=grid", "[data-tile]"),
    ):
        page.goto(f"{checked_site}/w/default/labels{view}")
        expect(page.locator(shown).first).to_be_visible()
        assert violations(page, axe) == [], view


# What it brought


def test_learning_again_shows_the_gain_with_its_interval(at_single: Checker) -> None:
    page, wrong = at_single.page, at_single.suspects()
    for _ in range(min(len(wrong) - 1, 10)):
        at_single.press("c")
    page.get_by_role("link", name="Summary").click()
    page.get_by_role("button", name="Learn again").click()
    link = page.get_by_role("link", name="Compare model 1 with model 2")
    expect(link).to_be_visible(timeout=JOB_MS)
    expect(page.get_by_text(re.compile(r"points$"))).to_be_visible()
    expect(page.get_by_text(re.compile(r" to .*, n = \d+")).first).to_be_visible()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("shapes")


# Labels to leave out


def test_the_search_for_labels_to_leave_out_is_begun_and_can_be_left(at_summary: Checker) -> None:
    page = at_summary.page
    page.get_by_role("button", name="Leave the least likely labels out").click()
    page.get_by_label("Time budget in minutes").fill("1")
    page.get_by_role("button", name="Find the best share").click()
    expect(page.get_by_text("Looking for the best share")).to_be_visible()
    (job,) = at_summary.get("/jobs", kind="alpha")["items"]
    assert job["params"] == {"taxonomy": "shapes", "budget_seconds": 60}


def test_what_a_search_found_is_shown_with_its_interval_and_used(
    unchecked: Path, ui_settings: Settings, open_at: OpenAt, axe: str
) -> None:
    with Library.open(unchecked, ui_settings) as library:
        find_suspects(library.workspace, "shapes")
        report = library.find_alpha("shapes", seconds=1)
    (facet,) = report["facets"]
    with serving(unchecked, ui_settings, workers=1) as url:
        page = open_at(f"{url}/w/default/labels")
        page.get_by_role("button", name="Leave the least likely labels out").click()
        gain = page.get_by_text(re.compile(rf" to .*, n = {facet['gain']['n']}$"))
        expect(gain).to_be_visible()
        expect(page.get_by_text("Accuracy with all labels")).to_be_visible()
        told = page.get_by_role("img", name=f"{len(facet['trials'])} shares were tried")
        expect(told).to_be_visible()
        assert violations(page, axe) == []
        page.get_by_role("button", name="Train without them").click()
        expect(page.get_by_text("Training is under way.")).to_be_visible()
        page.get_by_role("link", name="To the models").click()
        expect(page.get_by_text("Version 2").first).to_be_visible(timeout=JOB_MS)
