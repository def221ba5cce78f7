"""Each act that changes what others rely on leaves one line in the audit log, with who did it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tagwright.core.audit import Event
from tagwright.core.edits import Rename
from tagwright.core.policy import Policy
from tagwright.core.roles import ALL
from tagwright.core.taxonomy import Taxonomy
from tagwright.core.vocabulary import Vocabulary
from tagwright.errors import Conflict
from tagwright.flows import audit, champions
from tagwright.flows.caller import Caller
from tagwright.flows.deciding import decide, undo
from tagwright.flows.edits import (
    Applied,
    apply,
    copy_taxonomy,
    replace_taxonomy,
    set_vocabulary,
)
from tagwright.flows.jobs import cancel, finish, retry, submit
from tagwright.flows.keys import KeyOptions, make_key
from tagwright.flows.library import Library
from tagwright.flows.pictures import forget
from tagwright.flows.policies import set_policy
from tagwright.flows.training import TrainOptions
from tagwright.flows.webhooks import create_webhook
from tagwright.flows.workspace import Workspace
from tagwright.store.jobs import claim
from tagwright.store.workspaces import ensure_workspace
from tagwright.types import ConceptId, Contract, FacetId

pytestmark = pytest.mark.both_databases

ACTOR = "ann@example.org"
ANN = Caller(ACTOR, None, "default", ALL, operator=False, kind="session")
CIRCLE = ConceptId("circle")


def lines(ws: Workspace) -> list[Event]:
    """What the log says, oldest first; the chain is checked on the way."""
    assert audit.verify(ws).broken_at is None
    return [line.event for line in audit.log_of(ws).all()]


def rename(ws: Workspace) -> None:
    apply(ws, "shapes", [Rename(CIRCLE, "disc")], ACTOR)


def bring_a_taxonomy(ws: Workspace) -> None:
    made = Taxonomy.empty("colours").with_paths(FacetId("colours"), "any", [("Red",)])
    replace_taxonomy(ws, made, ACTOR)


def use_own_words(ws: Workspace) -> None:
    set_vocabulary(ws, "shapes", Vocabulary("ours", ((CIRCLE, "en", "Roundel"),)), ACTOR)


def change_the_policy(ws: Workspace) -> None:
    set_policy(ws, "shapes", Policy(margin=0.02), ACTOR)


def undo_the_import(ws: Workspace) -> None:
    undo(ws, run=next(run.id for run in ws.runs.all() if run.kind == "import"), actor=ACTOR)


def cancel_a_job(ws: Workspace) -> None:
    job = submit(ws, "embed", {}, requested_by=ACTOR)
    cancel(ws, job.id, ACTOR)


def finish_a_job(ws: Workspace) -> None:
    params = {"taxonomy": "shapes", "recipe": "finetune"}
    job = submit(ws, "train", params, requested_by=ACTOR)
    claim(ws.db, "one", ["train"], ws.now, 30)
    finish(ws, job.id, ACTOR)


def erase_a_picture(ws: Workspace) -> None:
    forget(ws, next(ws.assets.all()).id, ACTOR)


@pytest.mark.parametrize(
    ("act", "action", "subject"),
    [
        pytest.param(rename, "taxonomy.edit", "taxonomy:shapes", id="an edit"),
        pytest.param(
            bring_a_taxonomy, "taxonomy.replace", "taxonomy:colours", id="a whole taxonomy"
        ),
        pytest.param(use_own_words, "taxonomy.words", "taxonomy:shapes", id="own words"),
        pytest.param(change_the_policy, "policy.set", "taxonomy:shapes", id="a policy"),
        pytest.param(undo_the_import, "run.undo", "run:", id="an undo"),
        pytest.param(cancel_a_job, "job.cancel", "job:", id="a job that is cancelled"),
        pytest.param(finish_a_job, "job.finish", "job:", id="a job that is finished early"),
        pytest.param(erase_a_picture, "asset.erase", "asset:", id="an erasure"),
    ],
)
def test_an_act_leaves_one_line_with_who_did_it(
    library: Library, act: Callable[[Workspace], None], action: str, subject: str
) -> None:
    act(library.workspace)
    (line,) = lines(library.workspace)
    assert (line.actor, line.action) == (ACTOR, action)
    assert line.subject.startswith(subject)


def test_what_changes_nothing_leaves_no_line(library: Library) -> None:
    ws = library.workspace
    replace_taxonomy(ws, ws.taxonomies.get("shapes"), ACTOR)
    job = submit(ws, "embed", {}, requested_by=ACTOR)
    with pytest.raises(Conflict):
        retry(ws, job.id, ACTOR)
    decide(ws, next(ws.assets.all()).id, "shapes", "circle", positive=True, actor=ACTOR)
    assert lines(ws) == []  # what people say of pictures is in the ledger, with who said it


def test_a_job_that_is_tried_again_is_in_the_log_after_its_end(library: Library) -> None:
    ws = library.workspace
    cancel_a_job(ws)
    retry(ws, ws.jobs.list()[0].id, "bob@example.org")
    assert [(line.actor, line.action, line.detail) for line in lines(ws)] == [
        (ACTOR, "job.cancel", {"kind": "embed"}),
        ("bob@example.org", "job.retry", {"kind": "embed"}),
    ]


def test_a_copy_is_in_the_log_of_the_workspace_that_has_it_now(library: Library) -> None:
    ws = library.workspace
    ensure_workspace(ws.db, "client", ws.now())
    client = replace(ws, id="client")

    def copy() -> Applied:
        return copy_taxonomy(ws, client, "shapes", actor=ACTOR)

    copy()
    copy()  # the same again changes nothing
    (line,) = lines(client)
    assert (line.actor, line.action, line.subject) == (ACTOR, "taxonomy.copy", "taxonomy:shapes")
    assert ws.id not in str(line.detail)
    assert lines(ws) == []


def test_every_change_of_champion_is_in_the_log_with_its_reasons(tagged: Library) -> None:
    ws = tagged.workspace
    before = len(lines(ws))
    tagged.train("shapes", TrainOptions(Contract(target=0.7)))
    (judged,) = lines(ws)[before:]
    champion = ws.models.champion("shapes")
    assert champion is not None
    outcome = "promoted" if champion.version == 2 else "kept"
    assert (judged.action, judged.subject) == (f"model.{outcome}", "model:shapes:2")
    assert judged.detail["reasons"]
    if outcome == "kept":
        champions.promote(ws, "shapes", 2, ACTOR, "looks right")
    champions.roll_back(ws, "shapes", ACTOR, "it confused crosses")
    last = lines(ws)[-1]
    assert (last.actor, last.action, last.subject) == (ACTOR, "model.rolled-back", "model:shapes:1")
    assert last.detail == {"previous": 2, "reasons": ["it confused crosses"]}


def test_an_act_that_fails_midway_is_not_in_the_log(library: Library) -> None:
    ws = library.workspace

    def interrupted() -> None:
        with ws.db.write() as transaction:
            audit.record_in(transaction, ws, (ACTOR, "policy.set", "taxonomy:shapes"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert lines(ws) == []


def test_no_secret_is_in_the_log(library: Library) -> None:
    ws = library.workspace
    hook = create_webhook(ws, ANN, "https://example.org/hook?token=hidden", ["tags.changed"])
    key = make_key(ws, ANN, KeyOptions("camera", "viewer"))
    told = b"".join(audit.export(ws)).decode()
    assert [line.action for line in lines(ws)] == ["webhook.create", "key.make"]
    for secret in (hook.secret, key.text, key.key.digest, "hidden"):
        assert secret not in told
