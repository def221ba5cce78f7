"""Models in the browser: learned, promoted, rolled back, undone, compared; figures as reported."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tagwright.config import Settings
from tagwright.core.times import later
from tagwright.flows import champions
from tagwright.flows.library import Library
from tagwright.flows.training import TrainOptions
from tagwright.store.jobs import claim
from tagwright.types import Contract
from tests.ui.conftest import OpenAt
from tests.ui.test_accessibility import violations
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


def test_another_way_to_learn_is_chosen_by_keyboard_and_stays_in_force(
    site: str, open_at: OpenAt
) -> None:
    page = open_at(f"{site}{MODELS}")
    page.get_by_role("button", name="Learn again").click()
    form = page.get_by_role("dialog")
    usual = form.get_by_role("radio", name="All concepts against each other")
    expect(usual).to_be_checked()
    expect(form.get_by_role("radiogroup", name="How it learns")).to_contain_text("as now")
    usual.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(form.get_by_role("radio", name="Each concept on its own")).to_be_checked()
    form.get_by_role("button", name="Start learning").click()
    expect(page.get_by_role("link", name="Version 2", exact=True)).to_be_visible()
    assert told(page, f"{site}{SHAPES}/models/2/report")["recipe"] == "one-vs-rest"
    if statuses(page, site)[2] != "champion":
        page.request.post(f"{site}{SHAPES}/models/2/promote", data={"reason": "for the test"})
    page.reload()
    page.get_by_role("button", name="Learn again").click()
    expect(form.get_by_role("radio", name="Each concept on its own")).to_be_checked()


def with_finetuning(page: Page, *, is_there: bool) -> None:
    """Let the page believe that the server has torch, or has not, whatever it has."""

    def answer(route: Route) -> None:
        ways = route.fetch().json()
        route.fulfill(json=ways | {"finetunes": is_there})

    page.route("**/ways", answer)


@pytest.fixture
def idle_site(library: Path, ui_settings: Settings) -> Iterator[str]:
    """A server whose jobs nobody does."""
    with serving(library, ui_settings) as url:
        yield url


def test_without_torch_a_network_cannot_be_chosen_and_the_page_says_why(
    idle_site: str, open_at: OpenAt
) -> None:
    page = open_at(f"{idle_site}{MODELS}")
    with_finetuning(page, is_there=False)
    page.get_by_role("button", name="Learn again").click()
    form = page.get_by_role("dialog")
    expect(form.get_by_role("radio", name="Train a network of its own")).to_be_disabled()
    expect(form).to_contain_text("this server lacks PyTorch")
    expect(form).to_contain_text("pip install 'tagwright[finetune]'")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_a_network_is_fine_tuned_as_chosen(
    idle_site: str, open_at: OpenAt, axe: str, width: int, height: int, *, dark: bool
) -> None:
    page = open_at(f"{idle_site}{MODELS}", width=width, height=height, dark=dark)
    with_finetuning(page, is_there=True)
    page.get_by_role("button", name="Learn again").click()
    form = page.get_by_role("dialog")
    form.get_by_role("radio", name="Train a network of its own").check()
    expect(form.get_by_role("checkbox", name="Search the best way")).to_be_hidden()
    for field, option in (
        ("Network", "EfficientNet-Lite 1, pictures of 240 pixels"),
        ("Schedule", "As in the study of 2018"),
        ("Size of pictures", "128 pixels: 28% of the pixels"),
    ):
        form.get_by_role("combobox", name=field).click()
        page.get_by_role("option", name=option).click()
    expect(form).to_contain_text("this model cannot answer those")
    assert violations(page, axe) == []
    form.get_by_role("button", name="Start learning").click()
    expect(form).to_be_hidden()
    (job,) = told(page, f"{idle_site}/api/v1/jobs?kind=train")["items"]
    assert job["params"]["recipe"] == "finetune"
    asked = {"network": "lite1", "schedule": "study", "side": 128}
    assert asked.items() <= job["params"]["tuning"].items()


@pytest.mark.parametrize("place", ["models", "jobs"])
def test_a_network_that_learns_says_how_far_it_is_and_is_finished_early(
    idle_site: str, library: Path, ui_settings: Settings, open_at: OpenAt, place: str
) -> None:
    page = open_at(f"{idle_site}/w/default/{place}")
    body = {"kind": "train", "taxonomy": "shapes", "recipe": "finetune"}
    job = page.request.post(f"{idle_site}/api/v1/jobs", data=body).json()["id"]
    pace = {"done": 150, "total": 600, "rate": 35.2, "seconds_left": 190.0}
    step = "epoch 2 of 6, best so far 87.5 % (n = 24)"
    with Library.open(library, ui_settings) as opened:  # the worker, as far as the page can tell
        ws = opened.workspace
        held = claim(ws.db, "one", ["train"], ws.now, 600)
        assert held is not None
        assert held.lease is not None
        until = later(ws.now(), 600)
        ws.jobs.heartbeat(held.lease, ws.now(), until, {"step": step, **pace})
        main = page.get_by_role("main")
        expect(main).to_contain_text("round 2 of 6; best so far 87.5% (n = 24 kept aside)")
        expect(main).to_contain_text("25 % · 35 pictures a second · at most 3 minutes left")
        page.get_by_role("button", name="Finish now, keep the best so far").click()
        expect(main).to_contain_text("it goes on with the best state so far")
        expect(page.get_by_role("button", name="Finish now, keep")).to_be_disabled()
        assert ws.jobs.get(job).finish_requested


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
