"""Reviewing: one picture after another by keyboard, a grid of one suggested tag, and learning."""

from __future__ import annotations

import json
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tagwright.config import Settings
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tagwright.flows.training import TrainOptions
from tagwright.types import Contract
from tests.pictures import SHAPES, draw_folders
from tests.ui.conftest import OpenAt
from tests.ui.person import Person
from tests.web.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

log = logging.getLogger(__name__)

STRICT = Contract(target=0.999)
"""A promise that nothing can support: every picture waits for a person."""
MOST_MS = 100
"""A decision is acknowledged on screen within this."""
MOST_GROWTH = 1_500_000
"""Bytes that 300 decisions may leave on the heap: what the browser compiles and its inspector notes
of requests is some 900,000, and a picture that stays with its place would be ten times that."""
MOST_NODES = 100

ACKNOWLEDGEMENTS = """() => {
  window.acknowledged = [];
  const shown = () => document.querySelector("[data-asset]")?.dataset.asset;
  addEventListener("keydown", (event) => {
    const before = shown();
    const look = () => {
      if (shown() === before) return requestAnimationFrame(look);
      // A message that is posted in a frame arrives when the frame is on the screen.
      const channel = new MessageChannel();
      channel.port1.onmessage = () => acknowledged.push(performance.now() - event.timeStamp);
      channel.port2.postMessage(null);
    };
    requestAnimationFrame(look);
  }, { capture: true });
}"""


WHY = {
    "better": "It is better than the champion before.",
    "not worse": "It is not worse than the champion before.",
    "on trust": "There are few test pictures; on those it is right at least as often.",
    "worse": "It is worse than the champion.",
    "undecided": "It could not be shown to be at least as good as the champion.",
    "regression": "Something that people rely on would be lost.",
}
"""What a person reads of each word of the gate."""
UNSENT = "Object.keys(sessionStorage).some((name) => name.startsWith('tagwright.outbox'))"


@pytest.fixture(scope="session")
def _waiting_shapes(tmp_path_factory: pytest.TempPathFactory, ui_settings: Settings) -> Path:
    """660 drawn pictures, nine tenths of them without a label; the machine tags none alone."""
    pictures = draw_folders(tmp_path_factory.mktemp("many") / "shapes", 220)
    folder = tmp_path_factory.mktemp("waiting") / "library"
    with Library.create(folder, ui_settings) as library:
        library.import_pictures(pictures, ImportOptions(labels="folders", hold_back=0.9))
        library.train("shapes", TrainOptions(STRICT))
        library.tag("shapes")
    return folder


@pytest.fixture
def waiting_site(_waiting_shapes: Path, tmp_path: Path, ui_settings: Settings) -> Iterator[str]:
    shutil.copytree(_waiting_shapes, tmp_path / "library")
    with serving(tmp_path / "library", ui_settings, workers=1) as url:
        yield url


class Reviewer(Person):
    """Somebody at the queues."""

    def answer(self, concept: str) -> None:
        """By its number where it is suggested, else by its word."""
        before = self.shown()
        words = self.page.locator("ol button").all_inner_texts()
        places = [n for n, text in enumerate(words, 1) if concept in text.lower()]
        if places:
            self.page.keyboard.press(str(places[0]))
        else:
            self.page.keyboard.press("/")
            self.page.keyboard.type(concept)
            self.page.keyboard.press("Enter")
        expect(self.stage).not_to_have_attribute("data-asset", before)

    def truth(self, asset: str) -> str:
        """The folder a picture was drawn for."""
        location = self.get(f"/assets/{asset}")["locations"][0]
        return next(shape for shape in SHAPES if f"/{shape}/" in location)


@pytest.fixture
def at_single(waiting_site: str, open_at: OpenAt) -> Reviewer:
    page = open_at(f"{waiting_site}/w/default/review?mode=single")
    expect(page.locator("[data-asset]")).to_be_visible()
    return Reviewer(page, waiting_site)


@pytest.fixture
def at_grid(waiting_site: str, open_at: OpenAt) -> Reviewer:
    page = open_at(f"{waiting_site}/w/default/review?mode=grid")
    expect(page.locator("[data-tile]").first).to_be_visible()
    return Reviewer(page, waiting_site)


def memory(page: Page) -> tuple[int, int]:
    """Bytes on the heap and nodes of the page, once what is not needed any more is gone."""
    session = page.context.new_cdp_session(page)
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    nodes = session.send("Memory.getDOMCounters")["nodes"]
    session.detach()
    return int(used), int(nodes)


# One by one


def test_fifty_pictures_by_keyboard_then_a_new_model(at_single: Reviewer) -> None:
    page, answers = at_single.page, {}
    for _ in range(50):
        asset = at_single.shown()
        answers[asset] = at_single.truth(asset)
        at_single.answer(answers[asset])
    expect(page.get_by_role("group", name="This sitting")).to_contain_text("50 answers")
    learn = page.get_by_role("button", name="Learn from 50 answers")
    learn.focus()
    page.keyboard.press("Enter")
    told = page.get_by_role("paragraph").filter(has_text="Version 2")
    expect(told).to_be_visible(timeout=60_000)
    for asset, wanted in answers.items():
        assert at_single.said(asset) == [(wanted, "confirmed")]
    outcome = at_single.get("/taxonomies/shapes/promotions")["items"][0]
    promoted = outcome["outcome"] == "promoted"
    expect(told).to_contain_text("is in use now" if promoted else "was kept aside")
    expect(told).to_contain_text(WHY[outcome["gate"]["basis"]])


def test_five_hundred_decisions_are_quick_and_leave_nothing_behind(at_single: Reviewer) -> None:
    page = at_single.page
    page.evaluate(ACKNOWLEDGEMENTS)
    for _ in range(200):
        at_single.press("1")
    heap, nodes = memory(page)
    for n in range(300):
        at_single.press("1" if n % 5 else "n")
    at_single.eventually(lambda: not page.evaluate(UNSENT))
    heap_after, nodes_after = memory(page)
    took: list[float] = page.evaluate("acknowledged")
    log.info("acknowledged in %.0f ms, 95 %%: %.0f ms", median(took), quantiles(took, n=20)[-1])
    log.info("heap %d to %d bytes, %d to %d nodes", heap, heap_after, nodes, nodes_after)
    assert median(took) < MOST_MS
    assert heap_after - heap < MOST_GROWTH
    assert nodes_after - nodes < MOST_NODES


def test_the_last_answer_is_taken_back_at_once(at_single: Reviewer) -> None:
    first = at_single.press("1")
    second = at_single.press("n")
    at_single.eventually(lambda: len(at_single.said(first)) == 1)
    assert at_single.press("u") != second
    assert at_single.shown() == second
    assert at_single.press("u") == second
    assert at_single.shown() == first
    at_single.eventually(lambda: at_single.said(first) == [] == at_single.said(second))
    expect(at_single.page.get_by_role("status").last).to_have_text("Taken back.")


def test_a_skipped_picture_that_is_taken_back_is_asked_again(at_single: Reviewer) -> None:
    def skipped() -> int:
        count: int = at_single.get("/review/waiting", taxonomy="shapes")["skipped"]
        return count

    at_single.press("s")
    at_single.eventually(lambda: skipped() == 1)
    at_single.press("u")
    at_single.eventually(lambda: skipped() == 0)


def test_a_concept_is_found_by_its_word(at_single: Reviewer) -> None:
    page, asset = at_single.page, at_single.shown()
    page.keyboard.press("/")
    page.keyboard.type("stri")
    page.keyboard.press("Enter")
    expect(at_single.stage).not_to_have_attribute("data-asset", asset)
    at_single.eventually(lambda: at_single.said(asset) == [("stripes", "confirmed")])
    asset = at_single.press("Enter")  # keys are the page's again
    at_single.eventually(lambda: len(at_single.said(asset)) == 1)


def test_the_first_suggestion_is_denied(at_single: Reviewer) -> None:
    word = at_single.page.locator("ol button").first.inner_text().split("\n")[1]
    asset = at_single.press("x")
    at_single.eventually(lambda: at_single.said(asset) == [(word.lower(), "rejected")])


def test_the_percentage_is_shown_after_the_decision_unless_wanted_before(
    at_single: Reviewer,
) -> None:
    page = at_single.page
    options = page.locator("ol")
    expect(options).not_to_contain_text("%")
    at_single.press("1")
    expect(page.get_by_text("The machine: ")).to_contain_text("%")
    page.keyboard.press("p")
    expect(options).to_contain_text("%")
    page.reload()
    expect(options).to_contain_text("%")


def test_arrows_go_on_without_an_answer_and_come_back(at_single: Reviewer) -> None:
    first = at_single.press("ArrowRight")
    at_single.press("ArrowLeft")
    assert at_single.shown() == first
    assert at_single.said(first) == []


def test_every_key_is_told(at_single: Reviewer) -> None:
    page = at_single.page
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys for reviewing")
    expect(sheet).to_contain_text("None of these")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


# On the way to the server


def decisions(page: Page, answer: Callable[[Route], None]) -> None:
    page.route("**/api/v1/review/decisions", answer)


def test_answers_wait_while_the_network_is_away(at_single: Reviewer) -> None:
    page = at_single.page
    page.context.set_offline(True)
    assets = [at_single.press("1") for _ in range(3)]
    kept = page.get_by_role("alert").filter(has_text="3 answers are kept here")
    expect(kept).to_be_visible()
    page.context.set_offline(False)
    at_single.eventually(lambda: all(len(at_single.said(asset)) == 1 for asset in assets))
    expect(kept).to_have_count(0)


def test_a_reload_loses_no_answer(at_single: Reviewer) -> None:
    page = at_single.page
    decisions(page, lambda route: route.abort())
    assets = [at_single.press("1") for _ in range(3)]
    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute("**/api/v1/review/decisions")
    page.reload()
    at_single.eventually(lambda: all(len(at_single.said(asset)) == 1 for asset in assets))


def test_an_answer_that_is_sent_again_is_the_same_request(at_single: Reviewer) -> None:
    page, keys = at_single.page, list[str]()

    def busy_once(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) > 1:
            route.continue_()
        else:
            problem = json.dumps({"status": 503, "detail": "the database is away"})
            route.fulfill(status=503, content_type="application/problem+json", body=problem)

    decisions(page, busy_once)
    asset = at_single.press("1")
    at_single.eventually(lambda: len(at_single.said(asset)) == 1)
    assert len(keys) == 2
    assert keys[0] == keys[1]


def test_a_refused_answer_is_told_and_its_picture_put_back(at_single: Reviewer) -> None:
    page = at_single.page

    def refuse(route: Route) -> None:
        problem = json.dumps({"status": 422, "detail": "that concept is retired"})
        route.fulfill(status=422, content_type="application/problem+json", body=problem)

    decisions(page, refuse)
    asset = at_single.shown()
    page.keyboard.press("1")
    expect(page.get_by_text("that concept is retired")).to_be_visible()
    expect(at_single.stage).to_have_attribute("data-asset", asset)
    expect(page.get_by_role("group", name="This sitting")).to_have_count(0)


def test_who_leaves_gives_the_pictures_back(at_single: Reviewer) -> None:
    page = at_single.page
    body = {"taxonomy": "shapes", "facet": "shapes", "overlap": 0.05}

    def free() -> set[str]:
        """What anybody may have now."""
        answer = page.request.post(f"{at_single.site}/api/v1/review/next", data=body)
        items = answer.json()["items"]
        held = {"taxonomy": "shapes", "assets": [item["asset"] for item in items]}
        page.request.post(f"{at_single.site}/api/v1/review/release", data=held)
        return {item["asset"] for item in items}

    first = at_single.shown()
    assert first not in free()
    page.get_by_role("link", name="Help", exact=True).click()
    expect(at_single.stage).to_have_count(0)
    at_single.eventually(lambda: first in free())


# In the grid


def test_the_wrong_ones_are_ticked_off_and_the_rest_is_confirmed(at_grid: Reviewer) -> None:
    page = at_grid.page
    concept = page.locator("nav[aria-label='Suggested tags'] [aria-current]").inner_text()
    concept = concept.split("\n")[0].lower()
    tiles = page.locator("[data-tile]")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("x")
    expect(tiles.nth(1)).to_have_attribute("aria-pressed", "true")
    sent: list[dict[str, Any]] = []

    def note(asked: Request) -> None:
        if asked.url.endswith("/decisions"):
            sent.append(asked.post_data_json or {})

    page.on("request", note)
    page.keyboard.press("Enter")
    at_grid.eventually(lambda: len(sent) == 1)
    kinds = {each["asset"]: each["kind"] for each in sent[0]["answers"]}
    wrong = [asset for asset, kind in kinds.items() if kind == "reject"]
    settled = f"Last page: {len(kinds) - len(wrong)} confirmed, {len(wrong)} rejected"
    expect(page.get_by_text(settled)).to_be_visible()
    last = [*kinds][-1]
    at_grid.eventually(lambda: at_grid.said(last) == [(concept, "confirmed")])
    assert at_grid.said(wrong[0]) == [(concept, "rejected")]
    page.keyboard.press("u")
    at_grid.eventually(lambda: at_grid.said(last) == [])
    expect(tiles.nth(1)).to_have_attribute("aria-pressed", "true")


def test_another_suggested_tag_is_a_key_away(at_grid: Reviewer) -> None:
    page = at_grid.page
    chosen = page.locator("nav[aria-label='Suggested tags'] [aria-current]")
    before = chosen.inner_text()
    page.keyboard.press("]")
    expect(chosen).not_to_have_text(before)
    expect(page.locator("[data-tile]").first).to_be_visible()
    page.keyboard.press("[")
    expect(chosen).to_contain_text(before.split("\n")[0])


def test_the_order_and_the_way_are_remembered(at_grid: Reviewer) -> None:
    page = at_grid.page
    page.get_by_text("Most doubtful first").click()
    expect(page.locator("[data-tile]").first).to_be_visible()
    page.goto(f"{at_grid.site}/w/default/review")
    expect(page.get_by_role("radio", name="Most doubtful first")).to_be_checked()


# On a phone, and with nothing to do


def test_on_a_phone_a_finger_decides(waiting_site: str, open_at: OpenAt) -> None:
    page = open_at(f"{waiting_site}/w/default/review?mode=single", width=390, height=844)
    reviewer = Reviewer(page, waiting_site)
    expect(reviewer.stage).to_be_visible()
    swipe = """(stage, far) => {
      const at = (kind, x) => stage.dispatchEvent(new PointerEvent(kind,
        { bubbles: true, isPrimary: true, pointerType: "touch", clientX: x, clientY: 200 }));
      at("pointerdown", 180);
      at("pointermove", 180 + far);
      return new Promise((done) => requestAnimationFrame(() => {
        at("pointerup", 180 + far);
        done();
      }));
    }"""
    said = {}
    for far, status in ((150, "confirmed"), (-150, "rejected")):
        asset = reviewer.shown()
        reviewer.stage.evaluate(swipe, far)
        expect(reviewer.stage).not_to_have_attribute("data-asset", asset)
        said[asset] = status
    asset = reviewer.shown()
    page.get_by_role("button", name="Yes, ").click()
    expect(reviewer.stage).not_to_have_attribute("data-asset", asset)
    said[asset] = "confirmed"
    reviewer.eventually(lambda: all(statuses(reviewer, a) == [s] for a, s in said.items()))


def statuses(reviewer: Reviewer, asset: str) -> list[str]:
    return [status for _, status in reviewer.said(asset)]


def test_without_a_taxonomy_the_way_to_one_is_shown(empty_site: str, open_at: OpenAt) -> None:
    page = open_at(f"{empty_site}/w/default/review")
    expect(page.get_by_role("heading", name="No taxonomy yet")).to_be_visible()
    page.get_by_role("link", name="To the taxonomies").click()
    expect(page).to_have_url(f"{empty_site}/w/default/taxonomies")


def test_an_empty_queue_says_what_else_there_is(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{site}/w/default/review?kind=suspects&mode=single")
    expect(page.get_by_role("heading", name="No label is in doubt")).to_be_visible()
    page.get_by_role("button", name="Check the labels now").click()
    expect(page.get_by_text("It is under way.")).to_be_visible()
    page.get_by_role("button", name=re.compile(r"^(Spot check|Where the machine)")).click()
    expect(page.locator("[data-asset]")).to_be_visible()
