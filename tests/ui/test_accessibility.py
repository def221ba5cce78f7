"""What a rule-checker finds on each page: nothing. Light and dark, on a desktop and on a phone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.ui.conftest import OpenAt

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = {"desktop": (1280, 800), "phone": (390, 844)}
PLACES = (
    *("start", "library", "review?mode=grid", "review?mode=single", "labels", "taxonomies"),
    *("taxonomies/shapes", "models", "models/shapes/1", "map"),
    *("jobs", "activity", "settings", "help"),
)
SETTLED = 700
"""Milliseconds until what is loaded after the heading is there, and nothing moves any more."""


def violations(page: Page, axe: str) -> list[str]:
    """Each as a rule and the place where it is broken."""
    page.get_by_role("heading", level=1).first.wait_for()
    page.wait_for_timeout(SETTLED)
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate(
        "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
    )
    return [
        f"{each['id']}: {node['target']} {node['html'][:160]}"
        for each in found
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", list(SIZES))
def test_no_page_breaks_a_rule(
    site: str, open_at: OpenAt, axe: str, size: str, *, dark: bool
) -> None:
    width, height = SIZES[size]
    page = open_at(f"{site}/w/default/library", width=width, height=height, dark=dark)
    broken = {}
    for place in PLACES:
        page.goto(f"{site}/w/default/{place}")
        if found := violations(page, axe):
            broken[place] = found
    assert not broken, json.dumps(broken, indent=1)


@pytest.mark.parametrize("place", ["setup", "login"])
def test_no_way_in_breaks_a_rule(site: str, open_at: OpenAt, axe: str, place: str) -> None:
    assert violations(open_at(f"{site}/{place}"), axe) == []
