"""What is around every page: the way to each, by mouse, by keyboard and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.ui.conftest import OpenAt

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLACES = ("Library", "Review", "Taxonomies", "Models", "Jobs", "Activity", "Settings", "Help")


def test_every_page_is_one_click_away(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{site}/w/default/library")
    for name in PLACES:
        page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page).to_have_title(f"{name} · Tagwright")


def test_two_letters_go_to_a_page(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{site}/w/default/library")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page).to_have_url(f"{site}/w/default/models")


def test_on_a_phone_the_rest_is_behind_more(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{site}/w/default/library", width=390, height=844)
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Settings").click()
    expect(page).to_have_title("Settings · Tagwright")


def test_a_language_is_chosen_once(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{site}/w/default/library")
    page.get_by_role("button", name="language and log out").click()
    page.get_by_role("menuitem", name="Deutsch").click()
    expect(page.get_by_role("link", name="Bibliothek", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="Bibliothek", exact=True)).to_be_visible()
