"""The library page: finding pictures, looking at them, and saying what they are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.flows.arriving import picture
from tests.ui.conftest import OpenAt

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def opened(site: str, open_at: OpenAt, query: str = "", **options: int | bool) -> Page:
    page = open_at(f"{site}/w/default/library{query}", **options)
    expect(tiles(page).first).to_be_visible()
    return page


def tiles(page: Page) -> Locator:
    return page.get_by_role("option").and_(page.locator("[data-index]"))


def search(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Search the library")


def facet(page: Page, name: str) -> Locator:
    return page.get_by_role("complementary", name="Filters").get_by_role(
        "button", name=re.compile(rf"^{name} ?\d")
    )


def tags_of(site: str, asset: str) -> dict[str, str]:
    """Concepts on a picture, and where they stand."""
    with urlopen(f"{site}/api/v1/assets/{asset}") as answer:
        return {tag["concept"]: tag["status"] for tag in json.load(answer)["tags"]}


def test_all_pictures_are_counted_and_only_those_near_are_drawn(site: str, open_at: OpenAt) -> None:
    page = opened(site, open_at, height=500)
    expect(page.get_by_text("120 pictures")).to_be_visible()
    assert tiles(page).count() < 100
    expect(tiles(page).first).to_have_attribute("aria-setsize", "120")


def test_a_concept_is_found_by_its_first_letters_and_the_address_keeps_it(
    site: str, open_at: OpenAt
) -> None:
    page = opened(site, open_at)
    search(page).fill("circ")
    page.get_by_role("option", name="circle").first.wait_for()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q=concept"))
    expect(page.get_by_text("120 pictures")).to_be_hidden()
    page.reload()
    expect(page.get_by_role("button", name="Remove concept:circle")).to_be_visible()
    search(page).press("Backspace")
    expect(page.get_by_text("120 pictures")).to_be_visible()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        pytest.param("circle 001", "1 picture", id="words of a path"),
        pytest.param("format:png is:confirmed", "92 pictures", id="format and state"),
        pytest.param("added:2020", None, id="a year without any"),
        pytest.param("p>0.0 is:suggested", "pictures", id="a probability"),
    ],
)
def test_a_search_may_be_written(site: str, open_at: OpenAt, typed: str, shown: str | None) -> None:
    page = opened(site, open_at)
    for part in typed.split():
        search(page).fill(part)
        page.get_by_role("option").filter(has_text=part).last.click()
    if shown is None:
        expect(page.get_by_text("Nothing fits this search")).to_be_visible()
        page.get_by_role("button", name="Show all pictures").click()
        shown = "120 pictures"
    expect(page.get_by_text(shown, exact=False).first).to_be_visible()


def test_a_facet_narrows_and_another_of_its_kind_takes_its_place(
    site: str, open_at: OpenAt
) -> None:
    page = opened(site, open_at)
    facet(page, "circle").click()
    expect(facet(page, "circle")).to_have_attribute("aria-pressed", "true")
    facet(page, "cross").click()
    expect(facet(page, "cross")).to_have_attribute("aria-pressed", "true")
    expect(facet(page, "circle")).to_have_attribute("aria-pressed", "false")
    counted = int(re.sub(r"\D", "", facet(page, "cross").inner_text()))
    expect(page.get_by_text(f"{counted} pictures")).to_be_visible()


def test_the_keyboard_moves_selects_and_opens(site: str, open_at: OpenAt) -> None:
    page = opened(site, open_at)
    page.get_by_role("listbox", name="Pictures").focus()
    for key in ("ArrowRight", "Space", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    expect(page.get_by_text("3 selected")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("3 selected")).to_be_hidden()
    page.keyboard.press("Control+a")
    expect(page.get_by_text("120 selected")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("End")
    expect(page.locator("[data-index='119']")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("complementary", name="Details")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary", name="Details")).to_be_hidden()


def test_a_lasso_selects_what_it_touches(site: str, open_at: OpenAt) -> None:
    page = opened(site, open_at)
    first, third = tiles(page).nth(0).bounding_box(), tiles(page).nth(2).bounding_box()
    assert first is not None
    assert third is not None
    page.mouse.move(first["x"] + 20, first["y"] + 20)
    page.mouse.down()
    page.mouse.move(third["x"] + 20, third["y"] + 40, steps=5)
    page.mouse.up()
    expect(page.get_by_text("3 selected")).to_be_visible()


def test_a_concept_is_said_of_many_at_once_and_taken_back(site: str, open_at: OpenAt) -> None:
    page = opened(site, open_at, "?q=is%3Asuggested+is%3Aauto&sort=newest")
    with urlopen(f"{site}/api/v1/assets?status=auto&status=suggested&sort=newest&limit=2") as told:
        assets = [each["id"] for each in json.load(told)["items"]]
    before = [tags_of(site, asset) for asset in assets]
    tiles(page).nth(0).click(modifiers=["Control"])
    tiles(page).nth(1).click(modifiers=["Control"])
    page.get_by_role("button", name="Add a concept").click()
    expect(page.get_by_role("textbox", name="Add a concept")).to_be_focused()
    page.keyboard.type("cross")
    page.get_by_role("option", name="cross").wait_for()
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("tags noted"))).to_be_visible()
    assert [tags_of(site, asset).get("cross") for asset in assets] == ["confirmed"] * 2
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text(re.compile("tags noted"))).to_be_hidden()
    page.wait_for_timeout(500)
    assert [tags_of(site, asset) for asset in assets] == before


def test_what_the_machine_said_of_a_selection_is_confirmed(site: str, open_at: OpenAt) -> None:
    page = opened(site, open_at, "?q=is%3Asuggested")
    many = int(tiles(page).first.get_attribute("aria-setsize") or 0)
    page.get_by_role("listbox", name="Pictures").focus()
    page.keyboard.press("Control+a")
    expect(page.get_by_text(f"{many} selected")).to_be_visible()
    page.get_by_role("button", name="Confirm tags").click()
    expect(page.get_by_text(re.compile("tags? noted"))).to_be_visible()
    expect(page.get_by_text("Nothing fits this search")).to_be_visible()


def test_a_picture_tells_what_it_is_why_and_since_when(site: str, open_at: OpenAt) -> None:
    page = opened(site, open_at, "?q=is%3Asuggested")
    tiles(page).first.click()
    pane = page.get_by_role("complementary", name="Details")
    expect(pane.get_by_text(re.compile("model 1")).first).to_be_visible()
    expect(pane.get_by_role("region", name="Looks like").get_by_role("button")).to_have_count(9)
    pane.get_by_role("button", name="Show all that was ever said of it").click()
    expect(pane.get_by_text(re.compile("model 1 suggested")).first).to_be_visible()
    pane.get_by_role("button", name=re.compile("is right$")).first.click()
    expect(page.get_by_text("1 tag noted.")).to_be_visible()
    expect(pane.get_by_text(re.compile("Confirmed by a person"))).to_be_visible()


def test_one_goes_from_picture_to_picture_in_the_large_view(site: str, open_at: OpenAt) -> None:
    page = opened(site, open_at)
    tiles(page).first.click()
    page.get_by_role("button", name="Look at it in full").click()
    viewer = page.get_by_role("dialog")
    expect(viewer.locator("img")).to_be_visible()
    was = page.url
    page.keyboard.press("+")
    expect(viewer.locator("img")).to_have_attribute("style", re.compile(r"scale\(1\.5\)"))
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(was)
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(was)
    page.keyboard.press("Escape")
    expect(viewer).to_be_hidden()


def test_pictures_like_one_of_the_library_are_shown(site: str, open_at: OpenAt) -> None:
    page = opened(site, open_at)
    tiles(page).first.click()
    page.get_by_role("button", name="Show all", exact=True).click()
    expect(page.get_by_text("119 pictures")).to_be_visible()
    expect(page).to_have_url(re.compile("like="))
    page.get_by_role("button", name="No longer look for pictures like this").click()
    expect(page.get_by_text("120 pictures")).to_be_visible()


def test_pictures_like_a_file_are_found(site: str, open_at: OpenAt, tmp_path: Path) -> None:
    file = tmp_path / "mine.png"
    file.write_bytes(picture(1))
    page = opened(site, open_at)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Find pictures like one of yours").click()
    chooser.value.set_files(file)
    expect(page.get_by_text("Looks like this")).to_be_visible()
    expect(tiles(page).first).to_be_visible()


def test_an_admin_erases_a_picture_after_a_second_thought(site: str, open_at: OpenAt) -> None:
    page = opened(site, open_at)
    tiles(page).first.click()
    page.get_by_role("button", name="Erase this picture").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Erase this picture").click()
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_text("119 pictures")).to_be_visible()


def test_on_a_phone_filters_are_in_a_drawer_and_details_fill_the_screen(
    site: str, open_at: OpenAt
) -> None:
    page = opened(site, open_at, width=390, height=844)
    page.get_by_role("button", name="Show filters").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^circle")).click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Remove concept:circle")).to_be_visible()
    tiles(page).first.click()
    box = page.get_by_role("complementary", name="Details").bounding_box()
    assert box is not None
    assert box["width"] >= 380


def test_an_empty_library_says_what_to_do(empty_site: str, open_at: OpenAt) -> None:
    page = open_at(f"{empty_site}/w/default/library")
    expect(page.get_by_role("heading", name="There are no pictures yet")).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Add pictures").last.click()
    expect(page.get_by_role("menuitem", name="Choose a folder")).to_be_visible()
