"""From nothing to a tagged library, by somebody who never saw a command line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.pictures import draw_folders
from tests.ui.conftest import OpenAt
from tests.ui.entering import set_up

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LONG = 60_000
"""Milliseconds for what a machine of CI needs its time for: reading, learning."""


COLOURS = {"red": 0, "green": 1, "blue": 2}
"""Shades that the tiny network of the tests tells apart for certain."""


@pytest.fixture
def wardrobe(tmp_path: Path) -> Path:
    """A folder of labelled pictures, with a few more beside them that nobody has labelled."""
    folder, rng = tmp_path / "Wardrobe", np.random.default_rng(1)
    for name, channel in COLOURS.items():
        (folder / name).mkdir(parents=True)
        for number in range(100):
            pixels = rng.integers(0, 60, (48, 48, 3), dtype=np.uint8)
            pixels[..., channel] += rng.integers(120, 190, dtype=np.uint8)
            file = f"{name}/{number:03}.png" if number % 10 else f"{name}-{number:03}.png"
            Image.fromarray(pixels).save(folder / file)
    return folder


def choose_folder(page: Page, folder: Path) -> None:
    page.locator("input[data-upload=folder]").set_input_files(folder)


def test_a_first_day_leads_from_nothing_to_a_tagged_library(
    empty_site: str, open_at: OpenAt, wardrobe: Path
) -> None:
    page = open_at(empty_site)
    set_up(page, "City Archive")
    expect(page).to_have_url(f"{empty_site}/w/city-archive/start")
    choose_folder(page, wardrobe)
    tree = page.get_by_role("group", name="The tree it would make")
    for colour in ("red", "green", "blue"):
        expect(tree).to_contain_text(colour)
    page.get_by_label("Name of this taxonomy").fill("Colours")
    page.get_by_role("button", name="Add 300 pictures").click()
    expect(page.get_by_text("300 pictures are here.")).to_be_visible(timeout=LONG)
    learn = page.get_by_role("button", name="Learn and tag")
    expect(learn).to_be_visible(timeout=LONG)
    expect(page.get_by_text("Looking at new pictures")).to_have_count(0, timeout=LONG)
    page.get_by_text("Loose", exact=True).click()
    expect(page.get_by_text("At least 85% of the tags")).to_be_visible()
    learn.click()
    alone = page.get_by_role("list", name="Some that it tagged alone")
    expect(alone.get_by_role("img").first).to_be_visible(timeout=LONG)
    expect(page.get_by_text("Version 1 of Colours is learned and in use.")).to_be_visible()
    page.get_by_role("link", name="How good is it?").click()
    expect(page).to_have_url(f"{empty_site}/w/city-archive/models/Colours/1")


def test_too_few_labels_are_told_with_what_is_missing(
    empty_site: str, open_at: OpenAt, tmp_path: Path
) -> None:
    page = open_at(f"{empty_site}/w/default/start")
    choose_folder(page, draw_folders(tmp_path / "Few", 3))
    page.get_by_role("button", name="Add 9 pictures").click()
    expect(page.get_by_text("A few more labelled pictures are needed")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("circle: 8 more")).to_be_visible()
    expect(page.get_by_role("button", name="Learn and tag")).to_have_count(0)


def test_pictures_of_which_nothing_is_known_are_met_with_ways_to_begin(
    empty_site: str, open_at: OpenAt, tmp_path: Path
) -> None:
    page = open_at(f"{empty_site}/w/default/start")
    choose_folder(page, draw_folders(tmp_path / "Unknown", 2))
    page.get_by_label("Nothing yet").check()
    page.get_by_role("button", name="Add 6 pictures").click()
    expect(page.get_by_text("6 pictures are here.")).to_be_visible(timeout=LONG)
    expect(page.get_by_role("button", name="Begin with everyday objects")).to_be_visible()
    page.get_by_role("link", name="Use my own words").click()
    expect(page).to_have_url(f"{empty_site}/w/default/taxonomies")


def test_a_folder_without_pictures_is_said_to_have_none(
    empty_site: str, open_at: OpenAt, tmp_path: Path
) -> None:
    (tmp_path / "Texts").mkdir()
    (tmp_path / "Texts" / "a.txt").write_text("no picture")
    page = open_at(f"{empty_site}/w/default/start")
    choose_folder(page, tmp_path / "Texts")
    expect(page.get_by_text("There are no pictures among these files")).to_be_visible()


def test_the_sample_library_is_a_button_away(
    empty_library: Path, empty_site: str, open_at: OpenAt
) -> None:
    place = empty_library / "sample" / "default"
    draw_folders(place / "emoji", 15)
    (place / "whole").write_text("emoji")  # as if it had been fetched before
    page = open_at(f"{empty_site}/w/default/start")
    page.get_by_role("button", name="Load the sample library").click()
    expect(page.get_by_text("The first pictures are on their way.")).to_be_visible()
    expect(page.get_by_role("button", name="Begin with everyday objects")).to_have_count(0)
    expect(page.get_by_text("45 pictures are here.")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("of emoji have enough labelled pictures.")).to_be_visible(timeout=LONG)


def test_on_this_machine_one_may_look_around_first(empty_site: str, open_at: OpenAt) -> None:
    page = open_at(empty_site)
    expect(page).to_have_url(f"{empty_site}/setup")
    page.get_by_role("link", name="Look around without a login for now").click()
    expect(page).to_have_url(f"{empty_site}/w/default/start")
    page.get_by_role("link", name="Make the first admin").click()
    expect(page.get_by_role("heading", name="Welcome to Tagwright")).to_be_visible()
