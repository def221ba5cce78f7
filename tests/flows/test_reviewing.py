"""The review queue: who is asked what, and what comes of the answers."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tagwright.core.edits import Move, SetFacetKind
from tagwright.core.ledger import Entry
from tagwright.errors import InvalidInput, NotFound
from tagwright.flows.answers import Answer, decide_many
from tagwright.flows.checking import agreements, promise_kept
from tagwright.flows.deciding import undo
from tagwright.flows.edits import apply
from tagwright.flows.labels import facet_labels
from tagwright.flows.library import Library
from tagwright.flows.reviewing import Asked, QueueItem, later, next_pictures, release, take_up
from tagwright.flows.waiting import waiting
from tagwright.flows.workspace import Workspace
from tagwright.store.workspaces import ensure_workspace
from tagwright.types import AssetId, ConceptId, FacetId
from tests.flows.said import another, by_status, standing

pytestmark = pytest.mark.both_databases

FACET = FacetId("shapes")
NO_SECOND = Asked(overlap=0)


@pytest.fixture
def unsure(tagged: Library) -> Workspace:
    """A library in which the machine is unsure of twenty pictures."""
    ws = tagged.workspace
    some = sorted(by_status(tagged, "auto"), key=lambda tag: tag.asset)[:20]
    run = ws.runs.start("tag", "model 1", {"taxonomy": "shapes", "model": 1, "n": 2}, ws.now())
    doubts = [
        replace(tag, run=run, verdict="review", p=0.3 + i / 50, cutoff=0.9)
        for i, tag in enumerate(some)
    ]
    ws.ledger.append(doubts, ws.exclusive())
    ws.runs.finish(run, {}, ws.now())
    return ws


def ids(items: Sequence[QueueItem]) -> list[AssetId]:
    return [item.asset for item in items]


def ask(ws: Workspace, person: str, **asked: Any) -> list[QueueItem]:
    wanted = replace(NO_SECOND, **asked)
    return next_pictures(ws, "shapes", person, wanted, rng=np.random.default_rng(0))


def test_the_queue_shows_what_the_machine_is_unsure_of_with_its_guesses(unsure: Workspace) -> None:
    item = ask(unsure, "ann", count=1)[0]
    assert (item.why.text, item.verdict) == ("the machine is unsure", "review")
    assert item.suggestions[0].concept in ("circle", "cross", "stripes")
    assert item.reserved_until > unsure.now()


def test_two_people_never_hold_the_same_picture(unsure: Workspace) -> None:
    people = ["ann", "bob", "cy", "dee"]
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda person: ids(ask(unsure, person, count=5)), people))
    shown = [asset for page in pages for asset in page]
    assert len(shown) == len(set(shown)) == 20
    assert ask(unsure, "eve") == []


def test_a_page_given_back_or_left_too_long_goes_to_others(unsure: Workspace) -> None:
    mine = set(ids(ask(unsure, "ann")))
    assert release(unsure, "shapes", "bob") == 0
    unsure_later = replace(unsure, now=lambda: later(unsure.now(), 11))
    assert set(ids(ask(unsure_later, "bob"))) == mine
    assert release(unsure, "shapes", "bob") == 20
    assert set(ids(ask(unsure, "cy"))) == mine


def test_answers_extend_what_a_person_still_holds(unsure: Workspace) -> None:
    page = ids(ask(unsure, "ann"))
    soon = replace(unsure, now=lambda: later(unsure.now(), 8))
    decide_many(soon, "shapes", [Answer("confirm", page[0], "circle")], "ann")
    assert ask(replace(unsure, now=lambda: later(unsure.now(), 15)), "bob") == []


def test_an_answered_picture_leaves_the_queue_and_undo_brings_it_back(unsure: Workspace) -> None:
    first = ids(ask(unsure, "ann", count=4))
    answers = [
        Answer("confirm", first[0], "circle"),
        Answer("correct", first[1], "cross"),
        Answer("none_of_these", first[2], facet=FACET),
    ]
    decided = decide_many(unsure, "shapes", answers, "ann")
    release(unsure, "shapes", "ann")
    assert set(ids(ask(unsure, "bob"))) & set(first[:3]) == set()
    release(unsure, "shapes", "bob")
    undo(unsure, run=decided.run)
    assert set(first) <= set(ids(ask(unsure, "bob")))


def test_a_skipped_picture_is_not_shown_to_that_person_again(unsure: Workspace) -> None:
    page = ids(ask(unsure, "ann"))
    before = len(unsure.runs.all())
    decided = decide_many(unsure, "shapes", [Answer("skip", page[0])], "ann")
    assert (decided.run, decided.skipped, len(unsure.runs.all())) == (None, 1, before)
    release(unsure, "shapes", "ann")
    assert page[0] not in ids(ask(unsure, "ann"))
    release(unsure, "shapes", "ann")
    assert page[0] in ids(ask(unsure, "bob"))


def test_none_of_these_shows_nothing_and_stays_whatever_models_say_later(
    tagged: Library, unsure: Workspace
) -> None:
    asset = ids(ask(unsure, "ann"))[0]
    decide_many(unsure, "shapes", [Answer("none_of_these", asset, facet=FACET)], "ann")
    assert {status for _, status in standing(tagged)[asset]} == {"rejected"}
    assert all(
        hit.asset != asset
        for shape in ("circle", "cross", "stripes")
        for hit in tagged.search(shape, limit=200)
    )
    tag = next(tag for tag in unsure.ledger.history(asset) if tag.actor_kind == "model")
    run = unsure.runs.start("tag", "model 2", {"n": 3}, unsure.now())
    unsure.ledger.append(
        [replace(tag, run=run, concept=another(str(tag.concept)), verdict="auto")],  # type: ignore[arg-type]
        unsure.exclusive(),
    )
    assert {status for _, status in standing(tagged)[asset]} == {"rejected"}
    decide_many(unsure, "shapes", [Answer("confirm", asset, "cross")], "bob")
    assert ("cross", "confirmed") in standing(tagged)[asset]


def test_a_person_overrules_an_import_with_none_of_these(library: Library) -> None:
    label = by_status(library, "confirmed")[0]
    answer = Answer("none_of_these", label.asset, facet=FACET)
    decide_many(library.workspace, "shapes", [answer], "ann")
    assert standing(library)[label.asset] == []


def test_none_of_these_teaches_a_facet_of_any_number_that_nothing_is_there(
    library: Library,
) -> None:
    ws, label = library.workspace, by_status(library, "confirmed")[0]
    apply(ws, "shapes", [SetFacetKind(FACET, "any")], "ann")
    decide_many(ws, "shapes", [Answer("none_of_these", label.asset, facet=FACET)], "ann")
    (facet,) = facet_labels(ws, ws.taxonomies.get("shapes"), ws.backbone_version)
    (taught,) = [each for each in facet.claimed if each.asset == label.asset]
    assert (taught.yes, taught.no) == (frozenset(), frozenset())


def test_an_answer_to_what_another_person_answered_meanwhile_is_refused_alone(
    unsure: Workspace,
) -> None:
    one, two = ask(unsure, "ann", count=2)
    decide_many(unsure, "shapes", [Answer("confirm", one.asset, "cross")], "bob")
    answers = [Answer("confirm", each.asset, "circle", seen=each.seen) for each in (one, two)]
    told: list[Entry] = []
    decided = decide_many(unsure, "shapes", answers, "ann", learned=told.extend)
    assert [(r.index, r.asset, r.status) for r in decided.refused] == [(0, one.asset, 409)]
    assert [entry.asset for entry in told] == [two.asset]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        pytest.param(Answer("confirm", AssetId("f" * 64), "circle"), 404, id="no such picture"),
        pytest.param(Answer("confirm", AssetId(""), "zigzag"), 404, id="no such concept"),
        pytest.param(Answer("none_of_these", AssetId(""), facet="x"), 404, id="no such facet"),
    ],
)
def test_an_answer_that_cannot_stand_is_reported_and_leaves_no_run(
    unsure: Workspace, answer: Answer, status: int
) -> None:
    asset = answer.asset or ids(ask(unsure, "ann"))[0]
    before = len(unsure.runs.all())
    decided = decide_many(unsure, "shapes", [replace(answer, asset=asset)], "ann")
    assert [each.status for each in decided.refused] == [status]
    assert len(unsure.runs.all()) == before


def test_too_many_or_too_few_are_refused(unsure: Workspace) -> None:
    with pytest.raises(InvalidInput, match="give 1 to 1,000"):
        decide_many(unsure, "shapes", [], "ann")
    with pytest.raises(InvalidInput, match="ask for 1 to 100"):
        Asked(count=101)
    with pytest.raises(NotFound):
        ask(unsure, "ann", facet="nothing")


def test_before_there_is_a_model_the_queue_offers_pictures_nobody_labelled(
    library: Library,
) -> None:
    labelled = {tag.asset for tag in by_status(library, "confirmed")}
    page = ask(library.workspace, "ann", count=100)
    everything = {asset.id for asset in library.workspace.assets.all()}
    assert set(ids(page)) == everything - labelled
    assert {item.why.text for item in page} == {"nothing is known of it"}


def test_a_share_of_what_one_person_judged_goes_to_a_second(unsure: Workspace) -> None:
    page = ids(ask(unsure, "ann"))
    decide_many(unsure, "shapes", [Answer("confirm", a, "circle") for a in page], "ann")
    assert ask(unsure, "ann", overlap=1.0) == ask(unsure, "bob") == []
    second = ask(unsure, "bob", overlap=1.0)
    assert {item.why.text for item in second} == {"a second look"}
    assert set(ids(second)) == set(page)
    decide_many(unsure, "shapes", [Answer("confirm", a, "cross") for a in page[:5]], "bob")
    (facet,) = agreements(unsure, "shapes", np.random.default_rng(0))
    assert facet.figures.units == 5
    assert facet.figures.raw is not None
    assert facet.figures.raw.value == 0
    assert [(d.concept, d.other, d.count) for d in facet.disagreements] == [("circle", "cross", 5)]


def test_a_spot_check_says_whether_the_promise_is_kept(tagged: Library) -> None:
    ws = tagged.workspace
    page = ask(ws, "ann", kind="spot-check", count=10)
    assert {item.verdict for item in page} <= {"auto", "parent"}
    wrong, right = page[0], page[1:]
    answers = [Answer("confirm", i.asset, i.suggestions[0].concept) for i in right]
    answers.append(Answer("correct", wrong.asset, another(wrong.suggestions[0].concept)))
    decide_many(ws, "shapes", answers, "ann", queue="spot-check")
    kept = promise_kept(ws, "shapes")
    assert (kept.sampled.n, kept.sampled.value, kept.all.n) == (10, 0.9, 10)
    assert kept.sampled.low < 0.9 < kept.sampled.high


def test_another_workspace_sees_nothing_of_a_queue(unsure: Workspace) -> None:
    ensure_workspace(unsure.db, "other", unsure.now())
    other = replace(unsure, id="other")
    with pytest.raises(NotFound):
        ask(other, "ann")
    unsure_taxonomy = unsure.taxonomies.get("shapes")
    other.taxonomies.save(unsure_taxonomy, unsure.now())
    assert ask(other, "ann") == []
    answer = Answer("confirm", ids(ask(unsure, "ann"))[0], "circle")
    assert decide_many(other, "shapes", [answer], "ann").refused[0].status == 404


def p_of(items: Sequence[QueueItem]) -> list[float]:
    return [item.suggestions[0].p or 0 for item in items]


def test_one_concepts_suggestions_come_surest_or_most_doubtful_first(unsure: Workspace) -> None:
    surest = p_of(ask(unsure, "ann", count=5, order="surest"))
    release(unsure, "shapes", "ann")
    doubtful = p_of(ask(unsure, "ann", count=5, order="doubtful"))
    assert surest == sorted(surest, reverse=True)
    assert doubtful == sorted(doubtful)
    assert max(doubtful) < min(surest)


def test_by_probability_look_alikes_come_side_by_side(unsure: Workspace) -> None:
    page = ask(unsure, "ann", order="surest")
    release(unsure, "shapes", "ann")
    first, last = page[0], page[-1]
    with unsure.db.write() as transaction:
        for twin in (first, last):
            unsure.assets.give_group(transaction, twin.asset, "twins")
    again = ask(unsure, "ann", order="surest")
    assert ids(again)[:2] == [first.asset, last.asset]
    assert {item.group for item in again[:2]} == {"twins"}


def test_what_waits_is_counted_by_queue_and_concept(unsure: Workspace) -> None:
    before = waiting(unsure, "shapes", "ann")
    assert before.queues["uncertain"] == 20 == sum(each.suggested for each in before.concepts)
    mine = ids(ask(unsure, "ann", count=3))
    assert waiting(unsure, "shapes", "ann").queues == before.queues
    assert waiting(unsure, "shapes", "bob").queues["uncertain"] == 17
    decide_many(unsure, "shapes", [Answer("confirm", mine[0], "circle")], "ann")
    after = waiting(unsure, "shapes", "ann")
    assert after.queues["uncertain"] == 19
    assert after.answers == before.answers + 1


def test_what_a_person_skipped_is_asked_again_on_demand(unsure: Workspace) -> None:
    page = ids(ask(unsure, "ann", count=2))
    decide_many(unsure, "shapes", [Answer("skip", asset) for asset in page], "ann")
    assert waiting(unsure, "shapes", "ann").skipped == 2
    assert take_up(unsure, "shapes", "bob") == 0
    assert take_up(unsure, "shapes", "ann", page[:1]) == 1
    assert take_up(unsure, "shapes", "ann") == 1
    assert len(ask(unsure, "ann")) == 20


def test_of_a_concept_alone_nothing_below_it_is_shown(unsure: Workspace) -> None:
    apply(unsure, "shapes", [Move(ConceptId("cross"), ConceptId("circle"))], "ann")
    below = ask(unsure, "ann", count=100, concept="circle")
    release(unsure, "shapes", "ann")
    alone = ask(unsure, "ann", count=100, concept="circle", exact=True)
    assert {item.suggestions[0].concept for item in below} == {"circle", "cross"}
    assert {item.suggestions[0].concept for item in alone} == {"circle"}
