"""The map page: seeing what there is, and labelling it by the handful, by mouse and by keyboard."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tagwright.config import Settings
from tagwright.flows.library import Library
from tagwright.flows.workspace import Workspace
from tagwright.store.maps import Points, to_bytes
from tagwright.types import AssetId
from tests.pictures import SHAPES
from tests.ui.conftest import OpenAt
from tests.ui.test_accessibility import violations
from tests.ui.test_budget import IDLE, LONG_FRAME, PICTURES, alone, asset_id, fill, paint
from tests.web.serving import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MIDDLES = {"circle": (-10.0, 0.0), "cross": (10.0, 0.0), "stripes": (0.0, 14.0)}
NOW = "2026-11-02T00:00:00.000+00:00"


def add_map(ws: Workspace, assets: list[AssetId], xy: Any, cluster: Any, **told: Any) -> None:
    """A map whose points lie where the test wants them."""
    document = {
        **{"view": "semantic", "method": "tsne", "taxonomy": None, "mark": "test"},
        **{"backbone": ws.backbone_version, "components": 20, "variance": 0.8},
        **{"variance_2d": 0.3, "names": {}, "unknown": [], "unknown_names": {}, **told},
    }
    points = Points(to_bytes(assets), xy.astype(np.float32), cluster.astype(np.int64))
    ws.maps.add(points, {}, document, NOW)


@pytest.fixture
def mapped(library: Path, ui_settings: Settings) -> Iterator[str]:
    """A server on the shapes, each shape a cluster; the stripes without a label fit nothing."""
    rng = np.random.default_rng(0)
    with Library.open(library, ui_settings) as opened:
        ws = opened.workspace
        assets = [asset.id for asset in ws.assets.all()]
        places = ws.assets.all_places(assets)
        shapes = [next(shape for shape in SHAPES if f"/{shape}/" in places[a][0]) for a in assets]
        xy = np.array([MIDDLES[shape] for shape in shapes]) + rng.normal(0, 1.2, (len(assets), 2))
        cluster = np.array([SHAPES.index(shape) for shape in shapes])
        stripes = np.flatnonzero(cluster == SHAPES.index("stripes")).tolist()
        add_map(ws, assets, xy, cluster, taxonomy="shapes", unknown=[stripes])
    with serving(library, ui_settings, workers=1) as url:
        yield url


def opened(site: str, open_at: OpenAt, query: str = "", **options: int | bool) -> Page:
    page = open_at(f"{site}/w/default/map{query}", **options)
    expect(legend(page)).to_be_visible()
    return page


def legend(page: Page) -> Locator:
    return page.get_by_role("region", name="What the colours mean")


def side(page: Page) -> Locator:
    return page.get_by_role("complementary", name="Groups and what is chosen")


def row(page: Page, name: str) -> Locator:
    groups = side(page).get_by_role("region", name="Groups")
    return groups.get_by_role("button", name=re.compile(f"^{name}"))


def chosen(page: Page, count: int) -> Locator:
    word = "picture" if count == 1 else "pictures"
    return side(page).get_by_role("heading", name=f"{count} {word} chosen")


def draw_around_the_left(page: Page) -> None:
    """A line around the left part of the map, where the circles are; the lasso must be on."""
    box = page.get_by_role("application", name="Map of all pictures").bounding_box()
    assert box is not None
    x, y, width, height = (box[name] for name in ("x", "y", "width", "height"))
    corners = [(0.01, 0.42), (0.42, 0.42), (0.42, 0.99), (0.01, 0.99)]
    page.mouse.move(x + corners[0][0] * width, y + corners[0][1] * height)
    page.mouse.down()
    for across, down in corners[1:]:
        page.mouse.move(x + across * width, y + down * height, steps=4)
    page.mouse.up()


def tags_of(site: str, concept: str, status: str = "confirmed") -> int:
    """How many pictures carry a concept, and it stands so."""
    with urlopen(f"{site}/api/v1/assets?concept={concept}&status={status}&limit=1") as told:
        return int(json.load(told)["total"])


def test_without_pictures_the_page_says_what_to_do_first(empty_site: str, open_at: OpenAt) -> None:
    page = open_at(f"{empty_site}/w/default/map")
    expect(page.get_by_role("heading", name="There are no pictures to lay out yet")).to_be_visible()
    page.get_by_role("link", name="Bring in pictures").click()
    expect(page).to_have_url(re.compile("/start"))


def test_a_map_is_drawn_from_the_empty_page(site: str, open_at: OpenAt) -> None:
    page = open_at(f"{site}/w/default/map")
    page.get_by_role("button", name="Draw a map").click()
    dialog = page.get_by_role("dialog", name="Draw a new map")
    dialog.get_by_role("radio", name=re.compile("PCA")).check()
    dialog.get_by_role("button", name="Draw it").click()
    expect(legend(page)).to_be_visible(timeout=60_000)
    page.get_by_role("button", name=re.compile("120 pictures")).click()
    expect(page.get_by_text("of what tells these pictures apart")).to_be_visible()


def test_a_lasso_labels_what_it_holds_and_is_undone(mapped: str, open_at: OpenAt) -> None:
    page = opened(mapped, open_at)
    before = tags_of(mapped, "cross")
    page.keyboard.press("l")
    expect(page.get_by_role("button", name="Draw around pictures")).to_have_attribute(
        "aria-pressed", "true"
    )
    draw_around_the_left(page)
    expect(chosen(page, 40)).to_be_visible()
    side(page).get_by_role("textbox", name="Label as").fill("cros")
    page.get_by_role("option", name="cross").click()
    expect(page.get_by_text("pictures labelled cross")).to_be_visible()
    assert tags_of(mapped, "cross") > before
    expect(chosen(page, 40)).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    assert tags_of(mapped, "cross") == before


def test_what_the_legend_hides_no_lasso_takes(mapped: str, open_at: OpenAt) -> None:
    page = opened(mapped, open_at, "?by=cluster")
    entry = legend(page).get_by_role("button", name=re.compile("^circle"))
    entry.click()
    expect(entry).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Draw around pictures").click()
    draw_around_the_left(page)
    expect(side(page).get_by_role("heading", name="Groups")).to_be_visible()
    legend(page).get_by_role("button", name="All").click()
    draw_around_the_left(page)
    expect(chosen(page, 40)).to_be_visible()


def test_a_cluster_is_labelled_with_keys_alone(mapped: str, open_at: OpenAt) -> None:
    page = opened(mapped, open_at)
    before = tags_of(mapped, "circle")
    row(page, "circle").focus()
    page.keyboard.press("Enter")
    expect(chosen(page, 40)).to_be_focused()
    button = side(page).get_by_role("button", name=re.compile("All 40: circle"))
    while not button.evaluate("element => element === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("labelled circle")).to_be_visible()
    assert tags_of(mapped, "circle") > before
    expect(row(page, "circle")).to_be_focused()


def test_pictures_are_sent_to_review_and_said_not_to_be_something(
    mapped: str, open_at: OpenAt
) -> None:
    page = opened(mapped, open_at)
    row(page, "cross").click()
    side(page).get_by_role("button", name="Send to review").click()
    expect(page.get_by_text("now first in the review")).to_be_visible()
    row(page, "cross").click()
    side(page).get_by_role("button", name="Is not").click()
    page.get_by_role("menuitem", name="Not cross").click()
    expect(page.get_by_text("are not cross")).to_be_visible()
    assert tags_of(mapped, "cross", "rejected") > 0


def test_what_fits_nothing_becomes_a_concept(mapped: str, open_at: OpenAt) -> None:
    page = opened(mapped, open_at)
    inbox = side(page).get_by_role("region", name="Fits nothing")
    expect(inbox.get_by_text("look alike and fit nothing")).to_be_visible()
    inbox.get_by_role("button", name="New concept").click()
    dialog = page.get_by_role("dialog", name="A new concept of these pictures")
    dialog.get_by_role("textbox", name="Name").fill("zebra")
    dialog.get_by_role("button", name="Make it and label them").click()
    expect(page.get_by_text(re.compile("zebra is a new concept"))).to_be_visible()
    expect(inbox).to_be_hidden()
    assert tags_of(mapped, "zebra") >= 5


def test_what_fits_nothing_may_be_left(mapped: str, open_at: OpenAt) -> None:
    page = opened(mapped, open_at)
    inbox = side(page).get_by_role("region", name="Fits nothing")
    inbox.get_by_role("button", name="Look, or label").click()
    expect(side(page).get_by_role("heading", name=re.compile("pictures chosen"))).to_be_visible()
    page.keyboard.press("Escape")
    inbox.get_by_role("button", name="Leave them").click()
    expect(inbox).to_be_hidden()
    page.reload()
    expect(row(page, "circle")).to_be_visible()
    expect(inbox).to_be_hidden()


def test_near_enough_the_points_are_pictures_that_lead_to_the_library(
    mapped: str, open_at: OpenAt
) -> None:
    page = opened(mapped, open_at)
    pictures = page.get_by_role("application").locator("img")
    expect(pictures.first).to_be_visible()
    boxes = [pictures.nth(n).bounding_box() for n in range(pictures.count())]
    corners = [(round(box["x"]), round(box["y"])) for box in boxes if box]
    for n, (x, y) in enumerate(corners):
        for other_x, other_y in corners[n + 1 :]:
            assert max(abs(x - other_x), abs(y - other_y)) >= 48, "one covers another"
    box = pictures.nth(len(boxes) // 2).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    expect(page.get_by_role("application").get_by_text(re.compile(r"\d{3}\.png"))).to_be_visible()
    page.mouse.click(box["x"] + 20, box["y"] + 20)
    expect(chosen(page, 1)).to_be_visible()
    side(page).get_by_role("link", name="Open in the library").click()
    expect(page).to_have_url(re.compile(r"/library\?.*asset="))


def test_colours_are_in_the_address(mapped: str, open_at: OpenAt) -> None:
    page = opened(mapped, open_at)
    expect(legend(page).get_by_role("button", name=re.compile("^circle"))).to_be_visible()
    for word in ("Probability", "Label check", "Who said it", "Labelled or not", "Group"):
        page.get_by_role("combobox", name="Colour by").click()
        page.get_by_role("option", name=word, exact=True).click()
        expect(legend(page).get_by_text(word, exact=True).first).to_be_visible()
    expect(page).to_have_url(re.compile("by=cluster"))
    page.reload()
    expect(legend(page).get_by_text("Group", exact=True)).to_be_visible()


def test_where_nothing_can_be_drawn_the_list_still_works(mapped: str, open_at: OpenAt) -> None:
    page = open_at(f"{mapped}/favicon.svg")
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(f"{mapped}/w/default/map")
    expect(page.get_by_text("This browser cannot draw the points")).to_be_visible()
    row(page, "stripes").click()
    expect(chosen(page, 40)).to_be_visible()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])
def test_the_map_breaks_no_rule(
    mapped: str, open_at: OpenAt, axe: str, width: int, *, dark: bool
) -> None:
    page = opened(mapped, open_at, width=width, height=844, dark=dark)
    assert violations(page, axe) == []
    row(page, "circle").click()
    expect(chosen(page, 40)).to_be_visible()
    assert violations(page, axe) == []


@pytest.fixture(scope="module")
def large_map(tmp_path_factory: pytest.TempPathFactory, ui_settings: Settings) -> Iterator[str]:
    """A hundred thousand points in forty heaps."""
    rng = np.random.default_rng(0)
    folder = tmp_path_factory.mktemp("large-map") / "library"
    heap = np.arange(PICTURES) % 40
    xy = rng.uniform(-60, 60, (40, 2))[heap] + rng.normal(0, 3.5, (PICTURES, 2))
    with Library.create(folder, ui_settings) as library:
        fill(library.workspace)
        assets = [asset_id(n) for n in range(PICTURES)]
        add_map(library.workspace, assets, xy, heap, taxonomy="shop")
    with serving(folder, ui_settings) as url:
        with urlopen(f"{url}/api/v1/assets?limit=1") as answer:
            assert json.load(answer)["total"] == PICTURES
        yield url


MOVE = """() => new Promise((done) => {
  const map = document.querySelector("[role=application]");
  const surface = map.querySelector("canvas ~ div");
  const { left, top, width, height } = map.getBoundingClientRect();
  const frames = [];
  let [before, count] = [performance.now(), 0];
  const ends = before + 4000;
  const step = (now) => {
    frames.push(now - before);
    before = now;
    count++;
    const deltaY = count % 80 < 40 ? -40 : 40;
    const at = { clientX: left + width / 2, clientY: top + height / 2 };
    surface.dispatchEvent(new WheelEvent("wheel", { deltaY, ...at, cancelable: true }));
    const key = count % 20 < 10 ? "ArrowLeft" : "ArrowRight";
    map.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    if (now < ends) requestAnimationFrame(step); else done(frames.slice(1));
  };
  requestAnimationFrame(step);
})"""


@alone
def test_a_hundred_thousand_points_move_smoothly(
    large_map: str, open_at: OpenAt, thumbnail: bytes
) -> None:
    page = open_at(f"{large_map}/favicon.svg", width=1440, height=900)
    paint(page, thumbnail)
    page.goto(f"{large_map}/w/default/map")
    expect(legend(page)).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(2_000)
    late, seen = [], Counter[str]()
    for _ in range(3):
        if max(page.evaluate(IDLE)) > LONG_FRAME:
            pytest.skip("this machine is too busy: it drops frames while nothing moves")
        frames = page.evaluate(MOVE)
        seen["frames"] += len(frames)
        late.append(sum(frame > LONG_FRAME for frame in frames) / len(frames))
    # Without a graphics card the processor draws each point; even so a map is to be moved.
    assert sorted(late)[1] < 0.05, (late, seen)
