"""Taxonomies as a librarian shapes them: made, looked at, changed with a preview, taken back."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.ui.conftest import OpenAt

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FORMATS = ("ttl", "rdf", "jsonld", "csv", "txt", "json")
TYPED = "Footwear\n    Boots\n    Sandals\nBags"


def shapes(site: str) -> str:
    return f"{site}/w/default/taxonomies/shapes"


def line(page: Page, name: str) -> Locator:
    """The line of the tree that begins with a name."""
    return page.get_by_role("treeitem", name=name)


def look_and_apply(page: Page) -> None:
    page.get_by_role("button", name="See what it changes").click()
    page.get_by_role("button", name="Put").click()


def edit_by_api(page: Page, site: str, *edits: dict[str, object]) -> None:
    """What somebody else does meanwhile."""
    sent(page, site, "POST", "edits", {"edits": edits})


def sent(page: Page, site: str, method: str, what: str, asked: object) -> None:
    address = f"{site}/api/v1/taxonomies/shapes/{what}"
    headers = {"Content-Type": "application/json", "Origin": site}
    answer = page.request.fetch(address, method=method, data=json.dumps(asked), headers=headers)
    assert answer.ok, answer.text()


def test_a_merge_is_looked_at_before_it_is_done_and_can_be_taken_back(
    site: str, open_at: OpenAt
) -> None:
    page = open_at(f"{shapes(site)}?concept=cross")
    page.get_by_role("button", name="Merge").click()
    page.get_by_role("combobox", name="Into which concept?").fill("circ")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(line(page, "cross")).to_contain_text("Retired")
    page.get_by_role("button", name="See what it changes").click()
    impact = page.get_by_role("dialog", name="What this changes")
    expect(impact.get_by_text("pictures will read differently")).to_be_visible()
    samples = impact.get_by_role("list", name="Some of these pictures")
    expect(samples.get_by_role("img")).to_have_count(12)
    expect(page.get_by_text("version 1")).to_be_visible()
    impact.get_by_role("button", name="Put it in force").click()
    expect(page.get_by_text("version 2")).to_be_visible()
    expect(line(page, "cross")).to_have_count(0)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("version 3")).to_be_visible()
    expect(line(page, "cross")).to_contain_text("pictures")


def test_a_concept_is_dragged_below_another(site: str, open_at: OpenAt) -> None:
    page = open_at(shapes(site))
    line(page, "cross").drag_to(line(page, "circle"))
    moved = page.get_by_role("treeitem", name="cross", level=3)
    expect(moved).to_contain_text("changed")
    look_and_apply(page)
    expect(page.get_by_text("version 2")).to_be_visible()
    moved.drag_to(line(page, "shapes"))
    expect(page.get_by_role("treeitem", name="cross", level=2)).to_be_visible()


def test_a_concept_is_renamed_by_keyboard_alone(site: str, open_at: OpenAt) -> None:
    page = open_at(shapes(site))
    expect(line(page, "cross")).to_be_visible()
    page.get_by_role("textbox", name="Find a concept").focus()
    page.keyboard.type("cro")
    page.keyboard.press("ArrowDown")
    expect(line(page, "cross")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("F2")
    page.keyboard.type("plus")
    page.keyboard.press("Enter")
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(line(page, "plus")).to_contain_text("changed")
    for name in ("See what it changes", "Put it in force"):
        button = page.get_by_role("button", name=name)
        expect(button).to_be_enabled()
        for _ in range(80):
            if button.evaluate("each => each === document.activeElement"):
                break
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    expect(page.get_by_text("version 2")).to_be_visible()


def test_the_tree_is_walked_as_trees_are(site: str, open_at: OpenAt) -> None:
    page = open_at(shapes(site))
    tree = page.get_by_role("tree")
    expect(line(page, "stripes")).to_be_visible()
    tree.focus()
    page.keyboard.press("End")
    expect(line(page, "stripes")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    expect(line(page, "stripes")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("c")
    expect(line(page, "circle")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("c")
    expect(line(page, "cross")).to_have_attribute("aria-selected", "true")
    assert tree.get_attribute("aria-activedescendant") == line(page, "cross").get_attribute("id")
    page.keyboard.press("Delete")
    expect(page.get_by_role("dialog", name="Retire cross")).to_be_visible()


def test_what_is_planned_is_a_list_that_a_reload_keeps(site: str, open_at: OpenAt) -> None:
    page = open_at(shapes(site))
    line(page, "shapes").click()
    page.get_by_role("button", name="Add", exact=True).first.click()
    page.get_by_role("textbox", name="Names").fill("Round things\nStars")
    page.get_by_role("button", name="Add 2").click()
    page.reload()
    page.get_by_role("button", name="2 changes, not in force yet").click()
    expect(page.get_by_text("Add Stars to shapes")).to_be_visible()
    line(page, "circle").click()
    page.get_by_role("button", name="Move to").click()
    page.get_by_role("combobox", name="Below which concept?").fill("Round")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_role("button", name="Discard: Add Stars to shapes").click()
    look_and_apply(page)
    expect(page.get_by_text("4 concepts, version 2")).to_be_visible()
    expect(page.get_by_role("treeitem", name="circle", level=3)).to_be_visible()


def test_somebody_elses_change_is_told_and_mine_is_kept(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{shapes(site)}?concept=cross")
    line(page, "cross").dblclick()
    page.keyboard.type("plus")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="See what it changes").click()
    expect(page.get_by_text("pictures will read differently")).to_be_visible()
    edit_by_api(page, site, {"op": "rename", "concept": "stripes", "label": "bars"})
    page.get_by_role("button", name="Put it in force").click()
    expect(page.get_by_text("Somebody else changed this taxonomy meanwhile")).to_be_visible()
    page.get_by_role("button", name="Put it in force").click()
    expect(page.get_by_text("version 3")).to_be_visible()
    expect(line(page, "plus")).to_be_visible()
    expect(line(page, "bars")).to_be_visible()


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_makes_a_taxonomy(site: str, open_at: OpenAt, format_: str) -> None:
    page = open_at(f"{site}/w/default/taxonomies")
    exported = page.request.get(f"{site}/api/v1/taxonomies/shapes/file?format={format_}")
    page.get_by_role("button", name="New taxonomy").click()
    chooser = page.locator("input[type=file]")
    body = exported.body()
    chooser.set_input_files({"name": f"copy.{format_}", "mimeType": "text/plain", "buffer": body})
    expect(page.get_by_role("textbox", name="Name")).to_have_value("copy")
    page.get_by_role("button", name="Make the taxonomy").click()
    expect(page).to_have_url(f"{site}/w/default/taxonomies/copy")
    for name in ("circle", "cross", "stripes"):
        expect(line(page, name)).to_be_visible()


def test_a_file_that_cannot_be_read_is_told_in_place(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{site}/w/default/taxonomies")
    page.get_by_role("button", name="New taxonomy").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "new.csv", "mimeType": "text/csv", "buffer": b"id,parent\na,b\n"}
    )
    page.get_by_role("button", name="Make the taxonomy").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("has no column 'label'")
    page.get_by_role("textbox", name="Name").fill("shapes")
    expect(page.get_by_text("There is a taxonomy of this name already")).to_be_visible()


def test_a_typed_list_and_an_empty_facet_make_taxonomies(empty_site: str, open_at: OpenAt) -> None:
    page = open_at(f"{empty_site}/w/default/taxonomies")
    expect(page.get_by_role("heading", name="No taxonomy yet")).to_be_visible()
    page.get_by_role("button", name="New taxonomy").click()
    page.get_by_role("textbox", name="Name").fill("fashion")
    page.get_by_role("tab", name="List").click()
    page.get_by_role("textbox", name="Concepts").fill(TYPED)
    expect(page.get_by_text("4 concepts, 2 levels")).to_be_visible()
    page.get_by_role("button", name="Make the taxonomy").click()
    expect(page.get_by_role("treeitem", name="Sandals", level=3)).to_be_visible()
    page.get_by_role("link", name="Taxonomies").last.click()
    page.get_by_role("button", name="New taxonomy").click()
    page.get_by_role("tab", name="Empty").click()
    page.get_by_role("textbox", name="Name").fill("scenes")
    page.get_by_role("textbox", name="First facet").fill("Place")
    page.get_by_role("button", name="Make the taxonomy").click()
    expect(line(page, "Place")).to_be_visible()
    expect(page.get_by_text("0 concepts, version 1")).to_be_visible()


def test_the_next_pictures_are_answered_where_they_stand(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{shapes(site)}?concept=circle")
    section = page.get_by_role("region", name="Label these next")
    cards = section.get_by_role("listitem")
    expect(cards.first).to_be_visible()
    count = cards.count()
    left = section.get_by_role("status")
    expect(left).to_have_text(f"{count} to go")
    cards.first.get_by_role("button", name="Yes").click()
    expect(left).to_have_text(f"{count - 1} to go")
    cards.first.get_by_role("button", name="Undo yes").click()
    expect(left).to_have_text(f"{count} to go")
    cards.first.get_by_role("button", name="No,").focus()
    page.keyboard.press("n")
    expect(cards.first.get_by_role("button", name="Undo no")).to_be_enabled()


def test_a_concept_leads_to_all_its_pictures_in_the_library(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{shapes(site)}?concept=circle")
    link = page.get_by_role("link", name="in the library")
    shown = re.search(r"\d+", link.inner_text())
    link.click()
    assert shown is not None
    expect(page.get_by_role("heading", level=1, name="Library")).to_be_attached()
    expect(page.get_by_text(f"{shown[0]} pictures").first).to_be_visible()


def test_words_of_other_languages_and_of_ones_own_are_shown(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{shapes(site)}?concept=circle")
    page.get_by_role("tab", name="Words").click()
    page.get_by_role("button", name="Name in another language").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Kreis")
    page.get_by_role("button", name="Take").click()
    synonyms = page.get_by_role("combobox", name="Synonyms in English")
    synonyms.fill("disc")
    synonyms.press("Enter")
    look_and_apply(page)
    expect(page.get_by_text("version 2")).to_be_visible()
    expect(page.get_by_text("Also: disc")).to_be_visible()
    page.get_by_role("textbox", name="Your word").fill("Ring")
    page.get_by_role("button", name="Use it").click()
    expect(line(page, "Ring")).to_be_visible()
    page.get_by_role("button", name="No longer use Ring").click()
    expect(line(page, "circle")).to_be_visible()


def test_somebody_elses_words_are_not_overwritten(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{shapes(site)}?concept=circle")
    page.get_by_role("tab", name="Words").click()
    page.get_by_role("textbox", name="Your word").fill("Ring")
    theirs = {"words": [{"concept": "cross", "language": "en", "word": "Plus"}]}
    sent(page, site, "PUT", "vocabulary", theirs)
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_text("Somebody else changed this taxonomy meanwhile")).to_be_visible()
    expect(line(page, "Plus")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your word")).to_have_value("Ring")
    page.get_by_role("button", name="Use it").click()
    for name in ("Ring", "Plus"):
        expect(line(page, name)).to_be_visible()
    expect(page.get_by_text("Somebody else changed this taxonomy meanwhile")).to_have_count(0)


def test_versions_say_what_changed_and_lead_back(site: str, open_at: OpenAt) -> None:
    page = open_at(shapes(site))
    edit_by_api(page, site, {"op": "rename", "concept": "stripes", "label": "bars"})
    page.reload()
    page.get_by_role("button", name="Versions").click()
    page.get_by_role("button", name="What changed").click()
    expect(page.get_by_text("stripes is called bars")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Version 3", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(line(page, "stripes")).to_be_visible()


def test_a_thousand_concepts_are_a_few_lines_on_the_page(empty_site: str, open_at: OpenAt) -> None:
    page = open_at(f"{empty_site}/w/default/taxonomies")
    words = "".join(f"group {g}\n" + "".join(f"\tc{g}.{c}\n" for c in range(49)) for g in range(20))
    address = f"{empty_site}/api/v1/taxonomies/large?format=txt"
    assert page.request.put(address, data=words, headers={"Origin": empty_site}).ok
    page.goto(f"{empty_site}/w/default/taxonomies/large")
    tree = page.get_by_role("tree")
    expect(tree.get_by_role("treeitem").first).to_be_visible()
    tree.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("*")
    page.keyboard.press("End")
    expect(line(page, "c19.48")).to_be_visible()
    assert tree.get_by_role("treeitem").count() < 80
    page.get_by_role("textbox", name="Find a concept").fill("c7.3")
    expect(tree.get_by_role("treeitem")).to_have_count(13)


def test_on_a_phone_the_concept_is_a_sheet_over_the_tree(site: str, open_at: OpenAt) -> None:
    page = open_at(shapes(site), width=390, height=844)
    line(page, "cross").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_role("heading", name="How the machine fares")).to_be_visible()
    sheet.get_by_role("button", name="Close").click()
    expect(line(page, "cross")).to_be_visible()


def test_a_viewer_sees_everything_and_no_button_that_changes_it(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{site}/w/default/taxonomies")

    def as_viewer(route: Route) -> None:
        told = route.fetch()
        route.fulfill(response=told, json={**told.json(), "permissions": ["read", "classify"]})

    page.route("**/api/v1/me", as_viewer)
    page.reload()
    expect(page.get_by_role("link", name="shapes")).to_be_visible()
    expect(page.get_by_role("button", name="New taxonomy")).to_have_count(0)
    page.goto(f"{shapes(site)}?concept=circle")
    expect(page.get_by_role("heading", name="How the machine fares")).to_be_visible()
    expect(page.get_by_role("region", name="Label these next")).to_be_visible()
    for name in ("Add", "Merge", "Retire", "Yes"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    page.get_by_role("tree").focus()
    page.keyboard.press("F2")
    expect(page.get_by_role("tree").get_by_role("textbox")).to_have_count(0)
