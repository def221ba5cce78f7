"""Models in the browser: learned, promoted, rolled back, undone, compared; figures as reported."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tagwright.config import Settings
from tagwright.flows import champions
from tagwright.flows.library import Library
from tagwright.flows.training import TrainOptions
from tagwright.types import Contract
from tests.ui.conftest import OpenAt
from tests.web.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHAPES = "/api/v1/taxonomies/shapes"
MODELS = "/w/default/models"


@pytest.fixture(scope="module")
def _two_versions(
    _tagged_shapes: Path, ui_settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The shapes with a second version, which is champion and has tagged."""
    folder = tmp_path_factory.mktemp("versions") / "library"
    shutil.copytree(_tagged_shapes, folder)
    with Library.open(folder, ui_settings) as library:
        library.train("shapes", TrainOptions(Contract(target=0.65)))
        champion = library.workspace.models.champion("shapes")
        if champion is None or champion.version == 1:
            champions.promote(library.workspace, "shapes", 2, "person", "for the test")
        library.tag("shapes")
    return folder


@pytest.fixture
def two_versions(_two_versions: Path, ui_settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The address of a server on a copy of it."""
    folder = tmp_path / "versions"
    shutil.copytree(_two_versions, folder)
    with serving(folder, ui_settings, workers=1) as url:
        yield url


def told(page: Page, url: str) -> Any:
    """What the API says at an address."""
    return page.request.get(url).json()


def statuses(page: Page, site: str) -> dict[int, str]:
    items = told(page, f"{site}/api/v1/models?taxonomy=shapes")["items"]
    return {each["version"]: each["status"] for each in items}


def test_learning_again_with_another_promise_makes_version_2(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{site}{MODELS}")
    page.get_by_role("button", name="Learn again").click()
    form = page.get_by_role("dialog")
    expect(form).to_contain_text("At least 60% of the tags")
    form.get_by_label("Right, at least").fill("65")
    expect(form).to_contain_text("At least 65% of the tags")
    form.get_by_role("button", name="Start learning").click()
    expect(form).to_be_hidden()
    expect(page.get_by_role("link", name="Version 2", exact=True)).to_be_visible()
    history = page.get_by_role("region", name="Who answers, and why")
    expect(history.get_by_role("listitem").first).to_contain_text("Version 2")
    assert set(statuses(page, site)) == {1, 2}


def test_a_roll_back_says_what_it_does_and_can_be_undone(
    two_versions: str, open_at: OpenAt
) -> None:
    page = open_at(f"{two_versions}{MODELS}")
    expect(page.get_by_role("heading", name="Version 2 answers now")).to_be_visible()
    page.get_by_role("button", name="Roll back to version 1").click()
    form = page.get_by_role("dialog")
    expect(form).to_contain_text("Version 1 answers again")
    form.get_by_label("Why?").fill("it was better on hats")
    form.get_by_role("button", name="Roll back to version 1").click()
    expect(page.get_by_role("heading", name="Version 1 answers now")).to_be_visible()
    history = page.get_by_role("region", name="Who answers, and why")
    expect(history).to_contain_text("it was better on hats")
    assert statuses(page, two_versions)[1] == "champion"
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_role("heading", name="Version 2 answers now")).to_be_visible()
    assert statuses(page, two_versions)[2] == "champion"
    assert told(page, f"{two_versions}{SHAPES}/models/2/tags")["pictures"] > 0


def test_a_person_promotes_a_version_and_takes_it_back(two_versions: str, open_at: OpenAt) -> None:
    page = open_at(f"{two_versions}{MODELS}/shapes/1")
    page.get_by_role("button", name="Promote").click()
    form = page.get_by_role("dialog")
    expect(form).to_contain_text("is tagged by version 1")
    form.get_by_label("Why?").fill("smaller")
    form.get_by_role("button", name="Promote").click()
    expect(page.get_by_role("main").get_by_text("Champion", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_role("button", name="Promote")).to_be_visible()
    assert statuses(page, two_versions) == {1: "retired", 2: "champion"}


def test_undoing_a_models_tags_says_how_many_and_the_undo_brings_them_back(
    site: str, open_at: OpenAt
) -> None:
    page = open_at(f"{site}{MODELS}/shapes/1")
    before = told(page, f"{site}{SHAPES}/models/1/tags")
    page.get_by_role("button", name="Downloads and undo").click()
    page.get_by_role("menuitem", name="Undo all its tags").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text(f"{before['tags'].get('auto', 0)} tags applied alone")
    expect(question).to_contain_text(f"{before['pictures']} pictures")
    question.get_by_role("button", name="Undo its tags").click()
    note = page.get_by_role("alert").filter(has_text="The tags of version 1 were taken from")
    expect(note).to_be_visible()
    assert told(page, f"{site}{SHAPES}/models/1/tags")["pictures"] == 0
    note.get_by_role("button", name="Undo").click()
    expect(note).to_be_hidden()
    page.wait_for_function(
        "async ([url, n]) => (await (await fetch(url)).json()).pictures === n",
        arg=[f"{SHAPES}/models/1/tags", before["pictures"]],
    )


def test_strict_and_loose_show_what_the_report_says_and_the_arrows_move_between(
    site: str, open_at: OpenAt
) -> None:
    page = open_at(f"{site}{MODELS}/shapes/1")
    (facet,) = told(page, f"{site}{SHAPES}/models/1/report")["facets"]
    curve = [point for point in facet["curve"] if point["precision"]["n"]]
    slider = page.get_by_role("slider", name="How strict")
    slider.focus()
    page.keyboard.press("Home")
    for point in curve[:3]:
        share = page.get_by_test_id("expected-coverage")
        expect(share).to_contain_text(f"{100 * point['coverage']:.1f}%")
        figure = page.get_by_test_id("expected-precision")
        expect(figure).to_contain_text(f"{100 * point['precision']['value']:.1f}%")
        expect(figure).to_contain_text(f"n = {point['precision']['n']}")
        page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Only the contract is a promise")).to_be_visible()


def test_two_versions_are_compared_and_others_can_be_picked(
    two_versions: str, open_at: OpenAt
) -> None:
    page = open_at(f"{two_versions}{MODELS}/shapes/2")
    page.get_by_role("button", name="Compare with version 1").click()
    expect(page).to_have_url(f"{two_versions}{MODELS}/shapes/compare/1/2")
    (facet,) = told(page, f"{two_versions}{SHAPES}/compare?a=1&b=2")["facets"]
    verdict = "may take the place" if facet["promote"] else "would stay in the shadows"
    answer = page.get_by_role("alert").filter(has_text="of version")
    expect(answer).to_contain_text(f"Version 2 {verdict} of version 1")
    right = facet["figures"]["challenger"]["right"]
    expect(page.get_by_role("region", name="Figures")).to_contain_text(
        f"{100 * right['value']:.1f}% {100 * right['low']:.1f}% to {100 * right['high']:.1f}%"
    )
    page.get_by_role("button", name="Swap the two").click()
    expect(page).to_have_url(f"{two_versions}{MODELS}/shapes/compare/2/1")
    expect(answer).to_contain_text("of version 2")


def test_concepts_are_sorted_by_their_heads_and_lead_to_their_pictures(
    site: str, open_at: OpenAt
) -> None:
    page = open_at(f"{site}{MODELS}/shapes/1")
    table = page.get_by_role("region", name="Concept by concept")
    head = table.get_by_role("columnheader", name="Concept")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    names = table.get_by_role("rowheader").get_by_role("link").all_inner_texts()
    assert names == sorted(names, key=str.lower)
    table.get_by_role("link", name=names[0]).click()
    page.wait_for_url(f"{site}/w/default/library?q=concept*")
    wanted = parse_qs(urlsplit(page.url).query)["q"]
    assert wanted == [f"concept:{names[0].lower()}"]
    expect(page.get_by_role("main").locator("img").first).to_be_visible()


def test_a_policy_is_changed_in_a_form_and_the_change_undone(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{site}{MODELS}")
    card = page.get_by_role("region", name="When it learns")
    expect(card).to_contain_text("only when somebody asks for it")
    card.get_by_role("button", name="Change").click()
    form = page.get_by_role("dialog")
    form.get_by_label("after so many new answers").check()
    form.get_by_label("Answers", exact=True).fill("50")
    form.get_by_label("Tag the library anew").uncheck()
    form.get_by_role("button", name="Save").click()
    expect(card).to_contain_text("after 50 new answers")
    policy = told(page, f"{site}{SHAPES}/policy")
    assert (policy["when"], policy["answers"], policy["retag"]) == ("answers", 50, False)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(card).to_contain_text("only when somebody asks for it")


def test_without_a_taxonomy_the_page_says_where_to_begin(empty_site: str, open_at: OpenAt) -> None:
    page = open_at(f"{empty_site}{MODELS}")
    expect(page.get_by_role("heading", name="There is nothing to learn yet")).to_be_visible()
    expect(page.get_by_role("link", name="To the taxonomies")).to_be_visible()


def test_without_a_model_the_page_says_what_each_concept_lacks(
    empty_site: str, open_at: OpenAt
) -> None:
    page = open_at(f"{empty_site}{MODELS}")
    made = page.request.put(
        f"{empty_site}/api/v1/taxonomies/wear?format=csv&kind=one",
        data="label\nHat\nShoe\n",
        headers={"Content-Type": "text/csv"},
    )
    assert made.ok, made.text()
    page.reload()
    expect(page.get_by_role("heading", name="No model yet")).to_be_visible()
    expect(page.get_by_role("row", name="Hat")).to_contain_text("more")
    expect(page.get_by_role("link", name="Label pictures")).to_be_visible()
