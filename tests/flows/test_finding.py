"""Finding pictures by tags, words and dates, page by page, while the library changes."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tagwright.core import taxonomy_edit
from tagwright.errors import InvalidInput, NotFound
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tagwright.flows.searching import Page, Query, find
from tagwright.types import AssetId, ConceptId
from tests.flows.said import by_status, standing, suggest
from tests.pictures import draw_folders

pytestmark = pytest.mark.both_databases


def pages(library: Library, query: Query) -> list[Page]:
    found = [find(library.workspace, query)]
    while found[-1].next is not None:
        found.append(find(library.workspace, replace(query, cursor=found[-1].next)))
    return found


def ids(library: Library, **query: Any) -> list[AssetId]:
    """Everything a query finds, in order."""
    query = {"limit": 200, **query}
    return [item.asset.id for page in pages(library, Query(**query)) for item in page.items]


def counted(library: Library, **query: Any) -> dict[str, int]:
    facets = find(library.workspace, Query(facets=True, **query)).facets
    assert facets is not None
    return {each.concept: each.count for each in facets}


def test_everything_is_listed_once_the_newest_first(library: Library) -> None:
    every = [asset.id for asset in library.workspace.assets.all()]
    assert ids(library, limit=7) == list(reversed(every))
    assert find(library.workspace, Query(limit=1)).total == len(every)


def test_a_concept_finds_what_carries_it_people_first_then_by_probability(
    tagged: Library,
) -> None:
    said = by_status(tagged, "auto")[0]
    tagged.decide(said.asset, "cross", actor="ann")
    query = Query(concepts=("cross",), limit=5)
    items = [item for page in pages(tagged, query) for item in page.items]
    tags = [next(t for t in item.tags if t.concept == "cross" and t.positive) for item in items]
    ranks = [
        ({"person": 0, "import": 1, "model": 2}[t.actor_kind], -1 if t.p is None else -t.p)
        for t in tags
    ]
    assert ranks == sorted(ranks)
    assert tags[0].asset == said.asset
    carrying = {a for a, tags in standing(tagged).items() if any(c == "cross" for c, _ in tags)}
    assert {item.asset.id for item in items} == carrying


@pytest.mark.parametrize("status", ["auto", "confirmed", "suggested", "rejected"])
def test_a_status_finds_what_has_a_tag_of_it(tagged: Library, status: Any) -> None:
    tag = by_status(tagged, "auto")[0]
    tagged.decide(tag.asset, str(tag.concept), positive=False)
    wanted = {tag.asset for tag in by_status(tagged, status)}
    assert set(ids(tagged, statuses=frozenset([status]))) == wanted


def test_probability_bounds_the_tag_that_is_asked_for(tagged: Library) -> None:
    tags = [t for t in by_status(tagged, "auto") if t.p is not None]
    middle = sorted(t.p or 0 for t in tags)[len(tags) // 2]
    low = set(ids(tagged, statuses=frozenset(["auto"]), high=middle))
    high = set(ids(tagged, statuses=frozenset(["auto"]), low=middle))
    assert low | high == {t.asset for t in tags}
    assert low & high == {t.asset for t in tags if t.p is not None and abs(t.p - middle) < 1e-6}


def test_all_words_must_be_in_the_place_or_the_keywords(library: Library) -> None:
    assert len(ids(library, text="CIRCLE 000.png")) == 1
    assert ids(library, text="circle zigzag") == []
    assert len(ids(library, text="circle")) == 40


def test_all_or_any_of_several_concepts(tagged: Library) -> None:
    first = by_status(tagged, "confirmed")[0]
    cross, circle = (set(ids(tagged, concepts=(c,))) for c in ("cross", "circle"))
    assert set(ids(tagged, concepts=("cross", "circle"), match="any")) == cross | circle
    assert set(ids(tagged, concepts=("cross", "circle"))) == cross & circle
    assert first.asset in cross | circle | set(ids(tagged, concepts=("stripes",)))


def test_what_nobody_has_labelled_and_what_has_no_tag(tagged: Library) -> None:
    every = standing(tagged)
    untagged = {a for a, t in every.items() if not {s for _, s in t} & {"auto", "confirmed"}}
    assert set(ids(tagged, untagged=True)) == untagged
    people = {t.asset for t in tagged.workspace.ledger.tags() if t.actor_kind != "model"}
    assert set(ids(tagged, unlabelled=True)) == set(every) - people


@pytest.mark.parametrize(
    "query",
    [
        pytest.param({"statuses": frozenset(["suggested"])}, id="suggestions"),
        pytest.param({"statuses": frozenset(["rejected"])}, id="what was rejected"),
        pytest.param({"low": 0.4, "high": 0.9}, id="a range of probabilities"),
        pytest.param({"statuses": frozenset(["auto"]), "low": 0.7}, id="both"),
        pytest.param({"statuses": frozenset(["suggested"]), "text": "circle"}, id="and a word"),
    ],
)
def test_a_count_is_what_asking_for_the_concept_too_would_find(
    tagged: Library, query: dict[str, Any]
) -> None:
    suggest(tagged)
    tagged.decide(by_status(tagged, "suggested")[0].asset, "circle", positive=False)
    tagged.decide(by_status(tagged, "auto")[0].asset, "cross", positive=False)
    ws = tagged.workspace
    above = ws.taxonomies.get("shapes").with_paths(
        ws.taxonomies.get("shapes").facets[0].id, "one", [("figure",)]
    )
    for concept in ("circle", "cross"):
        above = taxonomy_edit.move(above, ConceptId(concept), ConceptId("figure"))
    ws.taxonomies.save(above, ws.now())
    found = counted(tagged, **query)
    assert found
    for concept in ("figure", "circle", "cross", "stripes"):
        assert found.get(concept, 0) == len(ids(tagged, concepts=(concept,), **query)), concept


@pytest.mark.parametrize("query", [{}, {"text": "circle"}, {"concepts": ("cross",)}])
def test_states_are_counted_whichever_is_asked_for(tagged: Library, query: dict[str, Any]) -> None:
    suggest(tagged)
    tagged.decide(by_status(tagged, "auto")[0].asset, "cross", positive=False)
    page = find(tagged.workspace, Query(facets=True, statuses=frozenset(["suggested"]), **query))
    assert page.states == {
        status: len(ids(tagged, statuses=frozenset([status]), **query))
        for status in ("auto", "confirmed", "suggested", "rejected")
    } | {state: len(ids(tagged, **{state: True}, **query)) for state in ("untagged", "unlabelled")}


def test_facets_count_the_found_and_roll_up(tagged: Library) -> None:
    carried = Counter(
        concept
        for tags in standing(tagged).values()
        for concept, status in tags
        if status in ("auto", "confirmed")
    )
    assert counted(tagged) == dict(carried)
    only = counted(tagged, concepts=("circle",), statuses=frozenset(["confirmed", "auto"]))
    assert only == {"circle": carried["circle"]}
    ws = tagged.workspace
    above = ws.taxonomies.get("shapes").with_paths(
        ws.taxonomies.get("shapes").facets[0].id, "one", [("figure",)]
    )
    moved = above
    for concept in ("circle", "cross"):
        moved = taxonomy_edit.move(moved, ConceptId(concept), ConceptId("figure"))
    ws.taxonomies.save(moved, ws.now())
    rolled = counted(tagged)
    assert rolled["figure"] == carried["circle"] + carried["cross"]
    assert set(ids(tagged, concepts=("figure",))) == set(
        ids(tagged, concepts=("circle", "cross"), match="any")
    )


def test_dates_bound_when_it_was_added(library: Library) -> None:
    past, future = datetime(2000, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)
    assert len(ids(library, added=(past, future))) == 120
    assert ids(library, added=(future, None)) == []
    assert ids(library, added=(None, past)) == []
    assert ids(library, taken=(past, None)) == []
    with pytest.raises(InvalidInput, match="no date"):
        ids(library, added=(datetime.fromisoformat("0001-01-01T00:00:00+10:00"), None))


def test_a_format_is_found_whatever_its_case(library: Library) -> None:
    assert len(ids(library, formats=frozenset(["png"]))) == 120
    assert ids(library, formats=frozenset(["JPEG"])) == []


def test_a_decision_is_found_at_once(tagged: Library) -> None:
    tag = by_status(tagged, "auto")[0]
    assert tag.asset in ids(tagged, concepts=(str(tag.concept),))
    tagged.decide(tag.asset, str(tag.concept), positive=False)
    assert tag.asset not in ids(tagged, concepts=(str(tag.concept),))
    tagged.undo()
    assert tag.asset in ids(tagged, concepts=(str(tag.concept),))


def test_pictures_of_an_undone_import_go_and_come_back(
    library: Library, tmp_path: Path, drawn: Path
) -> None:
    assert len(ids(library)) == 120
    more = draw_folders(tmp_path / "more", 2, seed=9)
    library.import_pictures(more, ImportOptions(labels="folders", taxonomy="shapes"))
    assert len(ids(library)) == 126
    (run,) = [r.id for r in library.runs() if r.kind == "import"][:1]
    library.undo(run=run)
    assert len(ids(library)) == 120
    library.import_pictures(more, ImportOptions())
    assert len(ids(library)) == 126


def test_an_erased_picture_leaves_no_hole_in_a_page(library: Library) -> None:
    newest = ids(library)
    ws = library.workspace
    with ws.db.write() as transaction:
        ws.assets.erase(transaction, newest[1])
    page = find(ws, Query(limit=3))
    assert [item.asset.id for item in page.items] == [newest[0], *newest[2:4]]
    assert page.total == 119


def test_pages_stay_in_step_while_pictures_arrive(library: Library, tmp_path: Path) -> None:
    before = ids(library)
    first = find(library.workspace, Query(limit=50))
    library.import_pictures(draw_folders(tmp_path / "more", 1, seed=9), ImportOptions())
    rest = ids(library, cursor=first.next)
    assert [item.asset.id for item in first.items] + rest == before


def test_threads_may_search_while_others_decide(tagged: Library) -> None:
    tags, totals = by_status(tagged, "auto")[:8], set()

    def look() -> None:
        for _ in range(20):
            totals.add(find(tagged.workspace, Query(facets=True)).total)

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for tag in tags:
        tagged.decide(tag.asset, str(tag.concept))
    for thread in threads:
        thread.join()
    assert totals == {120}
    assert {t.asset for t in tags} <= set(ids(tagged, statuses=frozenset(["confirmed"])))


def test_a_cursor_belongs_to_its_search(library: Library) -> None:
    cursor = find(library.workspace, Query(limit=5)).next
    with pytest.raises(InvalidInput, match="another search"):
        find(library.workspace, Query(text="circle", cursor=cursor))


def test_words_and_taxonomies_nobody_knows_are_errors(library: Library) -> None:
    with pytest.raises(NotFound, match="zigzag"):
        find(library.workspace, Query(concepts=("zigzag",)))
    with pytest.raises(NotFound, match="no taxonomy"):
        find(library.workspace, Query(taxonomy="hats"))


def test_another_workspace_finds_nothing(library: Library) -> None:
    other = replace(library.workspace, id="other")
    found = find(other, Query(facets=True))
    assert found == Page((), None, 0, (), found.states)
    assert found.states is not None
    assert set(found.states.values()) == {0}
