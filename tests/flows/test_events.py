"""What is done is told to those who asked to hear of it, and written into the audit log."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from tagwright.core.edits import Rename
from tagwright.core.policy import Policy
from tagwright.core.roles import ALL
from tagwright.flows import audit, champions, edits
from tagwright.flows.answers import Answer, decide_many
from tagwright.flows.caller import Caller
from tagwright.flows.events import EVENTS
from tagwright.flows.library import Library
from tagwright.flows.policies import set_policy
from tagwright.flows.training import TrainOptions
from tagwright.flows.webhooks import create_webhook
from tagwright.store import schema
from tagwright.types import ConceptId, Contract
from tests.flows.conftest import EASY
from tests.flows.said import by_status

ANN = Caller("ann@example.org", None, "default", ALL, operator=False, kind="session")


def told(library: Library) -> Counter[str]:
    with library.workspace.db.read() as connection:
        return Counter(connection.scalars(sa.select(schema.delivery.c.event)))


def test_a_model_that_is_learned_judged_and_used_is_told_of(library: Library) -> None:
    create_webhook(library.workspace, ANN, "https://example.org/hook", list(EVENTS))
    library.train("shapes", TrainOptions(EASY))
    library.tag("shapes")
    events = told(library)
    assert events["model.trained"] == events["model.promoted"] == events["tags.changed"] == 1


def test_answers_are_told_of_once_a_batch_and_so_is_their_undo(tagged: Library) -> None:
    create_webhook(tagged.workspace, ANN, "https://example.org/hook", ["tags.changed"])
    some = by_status(tagged, "auto")[:3]
    answers = [Answer("confirm", tag.asset, tag.concept) for tag in some]
    made = decide_many(tagged.workspace, "shapes", answers, "ann@example.org")
    assert told(tagged) == {"tags.changed": 1}
    tagged.undo(run=str(made.run))
    assert told(tagged) == {"tags.changed": 2}


def test_whoever_asked_for_other_events_is_not_told(tagged: Library) -> None:
    create_webhook(tagged.workspace, ANN, "https://example.org/hook", ["model.kept"])
    tagged.undo()
    assert told(tagged) == {}


def test_what_changes_how_the_machine_decides_is_in_the_audit_log(tagged: Library) -> None:
    ws = tagged.workspace
    edits.apply(ws, "shapes", [Rename(ConceptId("circle"), "disc")], "ann")
    set_policy(ws, "shapes", Policy(margin=0.02), "ann")
    tagged.train("shapes", TrainOptions(Contract(target=0.7)))
    if ws.models.get("shapes", 2).status != "champion":
        champions.promote(ws, "shapes", 2, "ann", "looks right")
    champions.roll_back(ws, "shapes", "ann")
    tagged.undo()
    actions = {line.event.action for line in audit.log_of(ws).all()}
    assert actions >= {"taxonomy.edit", "policy.set", "model.rolled-back", "run.undo"}
    assert audit.verify(ws).broken_at is None
