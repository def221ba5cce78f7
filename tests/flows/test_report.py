"""The report and the contact sheet: right figures, plain words, and pages that are safe to open."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tagwright.config import Settings
from tagwright.core.intervals import wilson
from tagwright.core.ledger import ActorKind, Entry
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import Conflict, InvalidInput, NotFound
from tagwright.flows import workspace as workspaces
from tagwright.flows.champions import promote
from tagwright.flows.pages.facet import facet_page, promise_of
from tagwright.flows.report import Report, read_report, write_html
from tagwright.flows.sheet import SIDE, write_sheet
from tagwright.flows.workspace import Workspace
from tagwright.media.sources import uri_of
from tagwright.store.assets import Location, NewAsset
from tagwright.store.models import NewModel
from tagwright.types import AssetId, ConceptId, FacetId, Json, Verdict
from tests.conftest import Databases, Kind
from tests.flows.conftest import CopyOf, Template, Templates

FACET = FacetId("kind")
HOSTILE = 'Hat</style><script>alert("x")</script>'
CONTRACT = {"target": 0.95, "confidence": 0.95}


class Page(HTMLParser):
    """What a browser would find in a page: its elements, and the text outside of styles."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.source = path.read_text(encoding="utf-8")
        self._raw = ""
        self.style = ""
        self.feed(self.source)
        self.text = " ".join(self.text.replace("\u00a0", " ").split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._raw = tag if tag == "style" else ""

    def handle_endtag(self, tag: str) -> None:
        self._raw = ""

    def handle_data(self, data: str) -> None:
        if self._raw == "style":
            self.style += data
        else:
            self.text += data

    def all(self, tag: str, class_: str = "") -> list[dict[str, str | None]]:
        return [
            attributes
            for name, attributes in self.elements
            if name == tag and (not class_ or class_ in (attributes.get("class") or "").split())
        ]


@dataclass
class Shelf:
    """A library built by hand: real files and a real ledger, but no network and no training."""

    ws: Workspace
    pictures: Path
    assets: list[AssetId] = field(default_factory=list)

    def picture(self, name: str | bytes | None = None, size: tuple[int, int] = (90, 60)) -> AssetId:
        """A drawn picture, imported."""
        number = len(self.assets)
        colour = (number * 37 % 256, number * 91 % 256, 128)
        path = self.pictures / os.fsdecode(name or f"{number}.png")
        Image.new("RGB", size, colour).save(path, "PNG")
        data = path.read_bytes()
        asset = AssetId(hashlib.sha256(data).hexdigest())
        run = self.ws.runs.start("import", "import", {"n": number}, self.ws.now())
        row = NewAsset(
            asset, len(data), "PNG", *size, None, (), bytes(8), (number,) * 4, asset, None
        )
        with self.ws.db.write() as connection:
            self.ws.assets.add(connection, [row], self.ws.now())
            place = Location(uri_of(path), asset, len(data), 0)
            self.ws.assets.place(connection, [place], run)
        self.assets.append(asset)
        return asset

    def say(
        self,
        asset: AssetId,
        concept: str | None,
        verdict: Verdict | None = None,
        p: float | None = None,
    ) -> None:
        """What a model (with a verdict) or an import says of a picture."""
        kind: ActorKind = "model" if verdict else "import"
        run = self.ws.runs.start(kind, "someone", {}, self.ws.now())
        entry = Entry(
            asset=asset,
            taxonomy="clothes",
            facet=FACET,
            concept=None if concept is None else ConceptId(concept),
            actor_kind=kind,
            actor="model 1" if verdict else "folders",
            run=run,
            at=self.ws.now(),
            verdict=verdict,
            p=p,
            p_raw=p,
            cutoff=None if p is None else 0.8,
            model=1 if verdict else None,
        )
        self.ws.ledger.append([entry], self.ws.exclusive())

    def learn(self, report: Json | None = None, taxonomy: str = "clothes") -> None:
        """Store a model version with this report."""
        report = report or sample_report()
        number = len(self.ws.models.all(taxonomy))
        run = self.ws.runs.start("train", "person", {"n": number, "of": taxonomy}, self.ws.now())
        summary = {
            f["id"]: {k: f.get(k) for k in ("top1", "top3", "mean_average_precision")}
            for f in report["facets"]
        }
        new = NewModel(
            taxonomy, {"x": np.zeros(1)}, {"settings": {}}, report, [], f"{number}", summary
        )
        row = self.ws.models.add(new, run, self.ws.now())
        if number:
            promote(self.ws, taxonomy, row.version, "person", "newest")
        self.ws.runs.finish(run, {}, self.ws.now())


@pytest.fixture(scope="module")
def _empty(tmp_path_factory: pytest.TempPathFactory, databases: Databases) -> Templates:
    """A library with the taxonomy Tops > {Shirt, Coat} and a hostile hat, and no pictures yet."""

    @cache
    def empty(kind: Kind) -> Template:
        template = Template(tmp_path_factory.mktemp("shelf") / "library", databases.fresh(kind))
        ws = workspaces.create(template.folder, Settings(workers=1, database_url=template.url))
        taxonomy = Taxonomy.empty("clothes").with_paths(
            FACET, "one", [("Tops", "Shirt"), ("Tops", "Coat"), (HOSTILE,)]
        )
        ws.taxonomies.save(taxonomy, ws.now())
        ws.close()
        return template

    return empty


@pytest.fixture
def shelf(_empty: Templates, copy_of: CopyOf, database_kind: Kind, tmp_path: Path) -> Shelf:
    """A copy of that library, with a clock that never gives the same time twice."""
    ws = copy_of(_empty(database_kind), tmp_path / "library").workspace
    clock = iter(range(10_000))
    ws.now = lambda: f"2026-01-01T00:{next(clock):06d}"
    (tmp_path / "pictures").mkdir()
    return Shelf(ws, tmp_path / "pictures")


def hat(shelf: Shelf) -> str:
    found = shelf.ws.taxonomies.get("clothes").find_path((HOSTILE,))
    assert found is not None
    return found


def sheet_of(shelf: Shelf, tmp_path: Path, **options: object) -> Page:
    out = tmp_path / "sheet.html"
    write_sheet(shelf.ws, out, **options)  # type: ignore[arg-type]
    return Page(out)


@pytest.fixture
def tagged(shelf: Shelf) -> Shelf:
    """One picture in every place it can stand."""
    shelf.learn()
    for concept, verdict, p in [
        ("tops/shirt", "auto", 0.97),
        ("tops", "parent", 0.91),
        ("tops/coat", "review", 0.55),
        (None, "abstain", None),
        ("tops/coat", None, None),
    ]:
        shelf.say(shelf.picture(), concept, verdict, p)  # type: ignore[arg-type]
    shelf.picture()
    return shelf


# The contact sheet


def test_the_sheet_counts_every_picture_of_the_library_once(tagged: Shelf, tmp_path: Path) -> None:
    page = sheet_of(tagged, tmp_path)
    for title in (
        "Tagged alone",
        "Tagged with the parent concept",
        "Left to a person",
        "None of these",
        "Said by people",
        "Not decided on yet",
    ):
        assert f"{title} 1 of 6, 16.7 %" in page.text


def test_a_picture_shows_its_tag_its_probability_and_its_name(
    tagged: Shelf, tmp_path: Path
) -> None:
    page = sheet_of(tagged, tmp_path)
    assert "Shirt 97 %" in page.text
    alts = [attributes["alt"] for attributes in page.all("img")]
    assert "0.png: Shirt 97\u00a0%" in alts
    assert "3.png: no tag" in alts


def test_the_sheet_is_called_after_the_only_taxonomy(tagged: Shelf, tmp_path: Path) -> None:
    (name,) = tagged.ws.taxonomies.names()
    assert name != tagged.ws.root.name
    _, _, heading = sheet_of(tagged, tmp_path).text.partition("Contact sheet, ")
    assert heading.split()[1] == name


def test_a_thumbnail_keeps_the_proportions_of_its_picture(shelf: Shelf, tmp_path: Path) -> None:
    shelf.say(shelf.picture(size=(800, 200)), "tops/coat", "auto", 0.9)
    shelf.say(shelf.picture(size=(30, 60)), "tops/coat", "auto", 0.9)
    sizes = set()
    for attributes in sheet_of(shelf, tmp_path).all("img"):
        data = base64.b64decode(str(attributes["src"]).partition("base64,")[2])
        sizes.add(Image.open(io.BytesIO(data)).size)
    assert sizes == {(SIDE, SIDE // 4), (30, 60)}


def test_only_the_limit_is_shown_and_everything_is_counted(shelf: Shelf, tmp_path: Path) -> None:
    for _ in range(7):
        shelf.say(shelf.picture(), "tops/coat", "auto", 0.9)
    out = tmp_path / "sheet.html"
    assert write_sheet(shelf.ws, out, limit=3) == 3
    page = Page(out)
    assert len(page.all("img")) == 3
    assert "7 pictures, 100.0 % of the library" in page.text
    assert "Here: 3, a fair sample." in page.text


def test_the_most_doubtful_picture_is_asked_about_first(shelf: Shelf, tmp_path: Path) -> None:
    sure, coin = shelf.picture("sure.png"), shelf.picture("coin.png")
    for asset, first, second in ((sure, 0.7, 0.1), (coin, 0.41, 0.4)):
        shelf.say(asset, "tops/coat", "review", first)
        shelf.say(asset, "tops/shirt", "review", second)
    page = sheet_of(shelf, tmp_path)
    alts = [str(attributes["alt"]) for attributes in page.all("img")]
    assert [alt.partition(":")[0] for alt in alts] == ["coin.png", "sure.png"]
    assert alts[0] == "coin.png: Coat 41\u00a0%, Shirt 40\u00a0%"


def lose(path: Path) -> None:
    path.unlink()


def change(path: Path) -> None:
    Image.new("RGB", (9, 9)).save(path)


def break_it(path: Path) -> None:
    path.write_bytes(b"not a picture")


@pytest.mark.parametrize(
    ("accident", "told"),
    [
        pytest.param(lose, "No picture: ", id="the file is gone"),
        pytest.param(change, "changed after it was imported", id="the file holds another picture"),
        pytest.param(break_it, "No picture: ", id="the file is broken"),
    ],
)
def test_a_picture_that_cannot_be_shown_says_why(
    shelf: Shelf, tmp_path: Path, accident: Callable[[Path], None], told: str
) -> None:
    shelf.say(shelf.picture("here.png"), "tops/coat", "auto", 0.9)
    accident(shelf.pictures / "here.png")
    page = sheet_of(shelf, tmp_path)
    assert not page.all("img")
    assert told in page.text
    assert "Coat 90 %" in page.text


def test_known_truth_marks_the_wrong_and_states_the_precision(shelf: Shelf, tmp_path: Path) -> None:
    truth = {}
    for number in range(10):
        asset = shelf.picture()
        shelf.say(asset, "tops/coat" if number else "tops/shirt", "auto", 0.9)
        truth[asset] = ("clothes", ConceptId("tops/coat"))
    parent = shelf.picture()
    shelf.say(parent, "tops", "parent", 0.9)
    truth[parent] = ("clothes", ConceptId("tops/coat"))
    page = sheet_of(shelf, tmp_path, truth=truth)
    reached = wilson(9, 10)
    assert "90.0 % right: 9 of the 10 whose truth is known" in page.text
    assert f"{reached.low:.1%}".replace("%", " %") in page.text
    assert "100.0 % right: 1 of the 1 whose truth is known" in page.text
    assert "The 1 that was wrong" in page.text
    assert "It is Tops > Coat" in page.text
    assert len(page.all("li", "wrong")) == 2  # in its own list, and in the sample


def test_the_filter_shows_one_concept_without_a_script(tagged: Shelf, tmp_path: Path) -> None:
    page = sheet_of(tagged, tmp_path)
    numbers = [a["id"] for a in page.all("input") if a["id"] != "k-all"]
    assert numbers
    for number in numbers:
        assert f"body:has(#{number}:checked)" in page.style
        assert page.all("li", str(number))


def test_a_library_nobody_tagged_has_no_sheet(shelf: Shelf, tmp_path: Path) -> None:
    shelf.say(shelf.picture(), "tops/coat")
    with pytest.raises(Conflict, match="tagwright train"):
        write_sheet(shelf.ws, tmp_path / "sheet.html")
    assert not list(tmp_path.glob("sheet*"))


@pytest.mark.parametrize(
    ("limit", "folder", "told"),
    [
        pytest.param(0, ".", "limit 0", id="a limit of nothing"),
        pytest.param(5, "nowhere", "name a file in a folder that exists", id="no such folder"),
    ],
)
def test_what_cannot_be_written_is_refused_with_the_remedy(
    tagged: Shelf, tmp_path: Path, limit: int, folder: str, told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        write_sheet(tagged.ws, tmp_path / folder / "sheet.html", limit=limit)


# The report


def sample_figure(share: float, n: int = 400) -> Json:
    return wilson(round(share * n), n).to_json()


def sample_facet(**changes: object) -> Json:
    facet: Json = {"id": FACET, "label": HOSTILE, "kind": "one", "pictures": 2000, "n": 400}
    return facet | changes


def promised(tagged: int = 200, missing: int | None = 0) -> Json:
    return {"": {"tagged": tagged, "missing": missing}}


def full_facet() -> Json:
    """A facet with everything that a report may hold."""
    figures = {name: sample_figure(0.9) for name in ("precision", "recall", "f1")}
    return sample_facet(
        top1=sample_figure(0.9),
        top3=sample_figure(0.99),
        coverage=sample_figure(0.8),
        precision=sample_figure(0.97, 320),
        ece={"value": 0.02, "low": 0.01, "high": 0.04, "n": 400},
        promises=promised(),
        left_out={HOSTILE: 3},
        concepts=[
            {"concept": "hat", **figures},
            {"concept": "tops/coat", **figures, "f1": sample_figure(0.5)},
            {"concept": "tops/shirt", **figures, "f1": wilson(0, 0).to_json()},
        ],
        confusions=[{"truth": "hat", "said": "tops/coat", "n": 7}],
        refusals=[{"concept": "hat", "labelled": 3, "missing": 9, "reason": HOSTILE}],
        curve=[{"coverage": c, "precision": sample_figure(0.99)} for c in (0.1, 0.5, 1.0)],
        reliability=[{"said": 0.8, "was": sample_figure(0.8)}],
        choice={"views": ["semantic"], "solver": "newton", "strength": 0.1},
        notes=[HOSTILE],
    )


def sample_report(**changes: object) -> Json:
    report: Json = {
        "taxonomy": "clothes",
        "backbone": "net@1",
        "contract": CONTRACT,
        "trained_at": "2026-01-01T10:00:00",
        "words": {"tops/shirt": "Tops > Shirt", "tops/coat": "Tops > Coat", "hat": HOSTILE},
        "facets": [sample_facet()],
        "not_learned": [],
    }
    return report | changes


def page_of(report: Report, tmp_path: Path) -> Page:
    out = tmp_path / "report.html"
    write_html(report, out)
    return Page(out)


def test_the_report_is_the_champions_of_the_taxonomy_trained_last(shelf: Shelf) -> None:
    shelf.ws.taxonomies.save(Taxonomy.empty("shoes"), shelf.ws.now())
    shelf.learn(taxonomy="shoes")
    shelf.learn()
    shelf.learn(sample_report(facets=[sample_facet(top1=sample_figure(0.9))]))
    value = read_report(shelf.ws, None, None).to_json()
    assert (value["taxonomy"], value["version"], value["status"]) == ("clothes", 2, "champion")
    assert [(m["taxonomy"], m["version"]) for m in value["models"]] == [
        ("clothes", 2),
        ("shoes", 1),
    ]
    assert value["models"][0]["top1"] == value["top1"] == sample_figure(0.9)


def test_an_earlier_version_is_named_by_its_number(shelf: Shelf) -> None:
    shelf.learn()
    shelf.learn()
    value = read_report(shelf.ws, "clothes", 1).to_json()
    assert (value["version"], value["status"]) == (1, "retired")
    assert "models" not in value


@pytest.mark.parametrize(
    ("taxonomy", "model", "told"),
    [
        pytest.param(None, None, "`tagwright train`", id="nothing trained at all"),
        pytest.param("clothes", None, "`tagwright train clothes`", id="this one not trained"),
        pytest.param("clothes", 3, "it has: none", id="no such version"),
        pytest.param("cars", None, "this library has: clothes", id="no such taxonomy"),
    ],
)
def test_without_a_model_the_remedy_is_named(
    shelf: Shelf, taxonomy: str | None, model: int | None, told: str
) -> None:
    with pytest.raises(NotFound, match=told):
        read_report(shelf.ws, taxonomy, model)


def test_programs_find_the_headline_figures_at_the_top(shelf: Shelf) -> None:
    facets = [
        sample_facet(kind="any", mean_average_precision=sample_figure(0.8)),
        sample_facet(top1=sample_figure(0.9), top3=sample_figure(0.99)),
    ]
    shelf.learn(sample_report(facets=facets))
    value = read_report(shelf.ws, "clothes", None).to_json()
    assert value["top1"] == sample_figure(0.9)
    assert value["top3"] == sample_figure(0.99)
    assert value["mean_average_precision"] == sample_figure(0.8)
    assert json.loads(json.dumps(value)) == value


def test_a_figure_that_no_facet_has_is_null(shelf: Shelf) -> None:
    shelf.learn(sample_report(facets=[sample_facet(kind="any")]))
    value = read_report(shelf.ws, "clothes", None).to_json()
    assert value["top1"] is value["top3"] is value["mean_average_precision"] is None


def test_the_page_says_what_was_promised_and_what_was_kept(shelf: Shelf, tmp_path: Path) -> None:
    facet = full_facet() | {"n": 412, "precision": wilson(401, 405).to_json()}
    shelf.learn(sample_report(facets=[facet]))
    page = page_of(read_report(shelf.ws, None, None), tmp_path)
    assert (
        "Tagwright promises that at least 95 % of the tags it applies alone are right. On 412 "
        "pictures it had never seen, 401 of 405 automatic tags were right (97.5 to 99.6 %)."
    ) in page.text


def test_every_part_of_the_report_is_on_its_page(shelf: Shelf, tmp_path: Path) -> None:
    page = report_page(shelf, tmp_path)
    drawings = [a for a in page.all("svg") if "plot" in str(a.get("class")).split()]
    assert len(drawings) == 3  # coverage, reliability, versions side by side
    for told in (
        "Right at the first guess 90.0 %",
        "What the promise costs",
        "Are the probabilities honest?",
        "Versions side by side",
        "Most often mistaken",
        "Not learned yet",
        "Learned with",
    ):
        assert told in page.text


def test_the_dot_of_the_chosen_cutoff_lies_where_the_curve_counts_concepts_alone() -> None:
    leaf = {"coverage_leaf": sample_figure(0.5), "precision_leaf": sample_figure(0.99)}
    alone, with_parents = (
        facet_page(full_facet() | change, {}, CONTRACT).coverage
        for change in (
            leaf | {"coverage": sample_figure(0.9)},
            {"coverage": sample_figure(0.5), "precision": sample_figure(0.99)},
        )
    )
    assert alone == with_parents


@pytest.mark.parametrize(
    ("share", "told"), [(0.996, "99.6 %"), (0.884, "88 %"), (1.0, "100 %"), (0.004, "0.4 %")]
)
def test_nearly_all_is_not_told_as_all(share: float, told: str) -> None:
    coverage = {"value": share, "low": 0.0, "high": 1.0, "n": 1_000}
    facet = sample_facet(coverage=coverage, precision=sample_figure(0.97), promises=promised())
    sentences = " ".join(promise_of(facet, CONTRACT).sentences).replace("\u00a0", " ")
    assert f"It tagged {told} alone" in sentences


def test_the_page_says_that_groups_were_split_and_how_many() -> None:
    facet = full_facet() | {"splits": {"train": 70, "test": 20}, "groups": 43}
    facts = dict(facet_page(facet, {}, CONTRACT).facts)
    assert facts["Split by group"].startswith("43 groups")


def test_the_weakest_concept_comes_first_and_the_unmeasured_last(
    shelf: Shelf, tmp_path: Path
) -> None:
    page = report_page(shelf, tmp_path)
    _, _, table = page.text.partition("Each concept, the weakest first")
    places = [table.index(word) for word in ("Coat", "alert", "Shirt")]
    assert places == sorted(places)
    assert "not measured" in table


@pytest.mark.parametrize(
    ("facet", "tone", "told"),
    [
        pytest.param(
            {"precision": wilson(401, 405).to_json(), "promises": promised()},
            "auto",
            "401 of 405 automatic tags were right",
            id="kept",
        ),
        pytest.param(
            {"precision": wilson(0, 0).to_json(), "promises": promised(0, 24)},
            "review",
            "About 240 more reviewed pictures",
            id="refused for want of labels, counted over all splits",
        ),
        pytest.param(
            {"precision": wilson(0, 0).to_json(), "promises": promised(0, None)},
            "review",
            "does not reach that precision on any share",
            id="refused because the model is not good enough",
        ),
        pytest.param(
            {
                "kind": "any",
                "precision": wilson(9, 9).to_json(),
                "promises": {"a": promised()[""], "b": promised(0, 50)[""]},
            },
            "auto",
            "of 1 of 2 concepts",
            id="kept for some concepts",
        ),
    ],
)
def test_the_promise_is_told_in_plain_words(facet: Json, tone: str, told: str) -> None:
    promise = promise_of(sample_facet(**facet), CONTRACT)
    assert promise.tone == tone
    assert told in " ".join(promise.sentences).replace("\u00a0", " ")


def test_a_report_of_a_model_that_measured_little_is_still_a_page(
    shelf: Shelf, tmp_path: Path
) -> None:
    shelf.learn(sample_report(facets=[sample_facet(precision=wilson(0, 0).to_json())]))
    page = page_of(read_report(shelf.ws, None, None), tmp_path)
    assert "cannot promise yet" in page.text
    assert "nan" not in page.text.lower()


# Pages are safe to open


def sheet_page(shelf: Shelf, tmp_path: Path) -> Page:
    """A sheet whose concept, file name and file are all as bad as can be."""
    odd = b'"><script>x\xff\n\xe2\x80\xae.png'
    shelf.say(shelf.picture(odd), hat(shelf), "auto", 0.9)
    gone = shelf.picture("<b>gone.png")
    shelf.say(gone, hat(shelf), "review", 0.4)
    shelf.say(shelf.picture(), "tops/coat", "auto", 0.9)
    (shelf.pictures / "<b>gone.png").unlink()
    return sheet_of(shelf, tmp_path)


def report_page(shelf: Shelf, tmp_path: Path) -> Page:
    """A report with everything in it, and hostile words wherever words can be."""
    shelf.learn(sample_report(facets=[full_facet()], not_learned=[HOSTILE]))
    shelf.learn(sample_report(facets=[full_facet()], not_learned=[HOSTILE]))
    return page_of(read_report(shelf.ws, None, None), tmp_path)


each_page = pytest.mark.parametrize(
    "make", [pytest.param(sheet_page, id="sheet"), pytest.param(report_page, id="report")]
)
MakePage = Callable[[Shelf, Path], Page]


@each_page
def test_hostile_words_are_shown_and_never_obeyed(
    shelf: Shelf, tmp_path: Path, make: MakePage
) -> None:
    page = make(shelf, tmp_path)
    assert not {name for name, _ in page.elements} & {"script", "b-gone", "iframe", "object"}
    assert not [a for _, a in page.elements if any(name.startswith("on") for name in a)]
    assert HOSTILE in page.text


@each_page
def test_nothing_is_loaded_from_anywhere(shelf: Shelf, tmp_path: Path, make: MakePage) -> None:
    page = make(shelf, tmp_path)
    for _, attributes in page.elements:
        for name in ("src", "href", "srcset", "action", "data", "poster"):
            assert (attributes.get(name) or "data:").startswith("data:")
    assert "@import" not in page.style
    assert "url(" not in page.style


@each_page
def test_the_content_policy_admits_the_pages_own_style_and_no_other(
    shelf: Shelf, tmp_path: Path, make: MakePage
) -> None:
    page = make(shelf, tmp_path)
    policies = [a["content"] for a in page.all("meta") if a.get("http-equiv")]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    assert policies == [
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; "
        f"base-uri 'none'; form-action 'none'"
    ]
    assert len(page.all("style")) == 1
    assert not [a for _, a in page.elements if "style" in a]


@each_page
def test_the_page_follows_light_and_dark_phones_and_paper(
    shelf: Shelf, tmp_path: Path, make: MakePage
) -> None:
    page = make(shelf, tmp_path)
    assert "@media (prefers-color-scheme: dark)" in page.style
    assert "@media (max-width: 40rem)" in page.style
    assert "@media print" in page.style
    assert [a for a in page.all("meta") if a.get("name") == "viewport"]


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb. Source: WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("words", "ground"),
    [
        pytest.param(words, ground, id=f"{words} on {ground}")
        for ground, all_words in {
            "paper": ("ink", "soft", "auto", "parent", "review", "abstain", "people", "wrong"),
            "card": ("ink", "soft"),
            "mat": ("soft",),
            "wrong-wash": ("ink", "soft", "wrong"),
        }.items()
        for words in all_words
    ],
)
def test_words_stand_out_from_their_ground(scheme: int, words: str, ground: str) -> None:
    style = (Path(workspaces.__file__).parent / "pages" / "page.css").read_text()
    block = style.split(":root {")[1 + scheme]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block.partition("}")[0]))
    assert contrast(colours[words], colours[ground]) >= 4.5  # WCAG AA for text
