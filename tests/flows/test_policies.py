"""Learning by itself: when a job is queued, and what it does."""

from __future__ import annotations

from tagwright.core.policy import Policy
from tagwright.flows.installation import Installation
from tagwright.flows.library import Library
from tagwright.flows.policies import after_answers_in, enqueue_due, set_policy
from tagwright.flows.working import Worker
from tests.flows.said import by_status, standing


def say_yes(library: Library, count: int) -> None:
    """A person confirms some of the machine's tags."""
    for tag in by_status(library, "auto")[:count]:
        library.decide(tag.asset, str(tag.concept), taxonomy="shapes", actor="ann")


def jobs(library: Library) -> list[tuple[str, str]]:
    return [(job.kind, job.status) for job in library.workspace.jobs.list()]


def test_by_default_nothing_is_learned_unasked(tagged: Library) -> None:
    say_yes(tagged, 3)
    assert enqueue_due(Installation(tagged.workspace)) == []


def test_every_few_answers_a_training_is_queued_once(tagged: Library) -> None:
    ws = tagged.workspace
    set_policy(ws, "shapes", Policy("answers", answers=3), "ann")
    say_yes(tagged, 2)
    with ws.db.write() as transaction:
        assert after_answers_in(transaction, ws, "shapes") is None
    say_yes(tagged, 1)
    for _ in range(2):
        with ws.db.write() as transaction:
            assert after_answers_in(transaction, ws, "shapes") is not None
        enqueue_due(Installation(ws))
    assert jobs(tagged) == [("train", "queued")]


def test_the_answers_that_were_learned_do_not_count_again(tagged: Library) -> None:
    ws = tagged.workspace
    set_policy(ws, "shapes", Policy("answers", answers=2), "ann")
    say_yes(tagged, 2)
    tagged.train("shapes")
    assert enqueue_due(Installation(ws)) == []
    say_yes(tagged, 2)
    assert len(enqueue_due(Installation(ws))) == 1


def test_a_taken_back_answer_does_not_count(tagged: Library) -> None:
    ws = tagged.workspace
    set_policy(ws, "shapes", Policy("answers", answers=1), "ann")
    say_yes(tagged, 1)
    tagged.undo()
    assert enqueue_due(Installation(ws)) == []


def test_a_queued_training_learns_is_judged_and_has_the_library_tagged_again(
    tagged: Library,
) -> None:
    ws = tagged.workspace
    set_policy(ws, "shapes", Policy("answers", answers=1), "ann")
    say_yes(tagged, 1)
    enqueue_due(Installation(ws))
    worker = Worker(Installation(ws), "one")
    assert worker.run_one()
    trained = ws.jobs.list(kind="train")[0]
    assert trained.result is not None
    assert (trained.status, trained.result["status"]) == ("done", "champion")
    assert ws.models.report(ws.models.get("shapes", 2))["contract"]["target"] == 0.6
    assert worker.run_one()
    assert {tag.model for tag in by_status(tagged, "auto")} == {2}
    assert not worker.run_one()
    assert all(standing(tagged).values())
