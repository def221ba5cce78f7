"""Who answers for a taxonomy: training makes challengers, the gate or a person makes champions."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagwright.core.exam import exam_of, outcome_of
from tagwright.core.gate import PASSES, Basis, Reason, Verdict, judge, told
from tagwright.core.policy import Policy
from tagwright.errors import Conflict
from tagwright.flows.audit import record_in
from tagwright.flows.events import Event, emit_in
from tagwright.flows.exams import Sitting, assets_of, candidate, sit
from tagwright.flows.finetuning import FinetuneOptions, Progress, finetune
from tagwright.flows.tagging import Tagged, TagProgress, tag_untagged
from tagwright.flows.training import (
    Trained,
    TrainOptions,
    TrainProgress,
    concept_words,
    is_sound,
    train,
)
from tagwright.flows.workspace import Workspace
from tagwright.store.champions import Change, Decided, Promotion
from tagwright.store.engine import Transaction
from tagwright.store.models import ModelRow
from tagwright.types import AssetId, Contract, Json, Recipe, RunId

log = logging.getLogger(__name__)

SEED = 0
DISAGREEMENTS = 20
"""Pairs of differing answers that a comparison shows, the most frequent first."""
DISPUTED_PICTURES = 12
"""Pictures named of each pair."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A change of champion by a person. runs: taggings of other versions that were taken back.

    assets: pictures whose tags were derived again. by: the run that did it; it can be undone.
    """

    promotion: Promotion
    runs: tuple[RunId, ...]
    assets: int
    by: RunId


def train_and_gate(
    ws: Workspace,
    taxonomy: str,
    options: TrainOptions | None = None,
    *,
    actor: str = "person",
    progress: TrainProgress = lambda step, share: None,
    queue_tagging: bool = False,
) -> Trained:
    """Learn a taxonomy, and let the gate say whether the new version becomes champion.

    queue_tagging: a promotion puts the tagging in the queue, if the policy says so. Safe to cut
    off and repeat: a version that was stored and not judged is judged then.
    """
    trained = train(ws, taxonomy, options, actor=actor, progress=progress)
    row = trained.model
    if not trained.is_new and ws.champions.last(taxonomy, row.version) is not None:
        return trained
    progress("comparing with the champion", 0.97)
    made = gate_challenger(ws, row, actor, queue_tagging=queue_tagging)
    progress("done", 1.0)
    row = ws.models.get(taxonomy, row.version)
    return replace(trained, model=row, promotion=made)


def finetune_and_gate(
    ws: Workspace,
    taxonomy: str,
    tuning: FinetuneOptions | None = None,
    options: TrainOptions | None = None,
    *,
    counted: Progress = lambda step, done, total: None,
    ends: Callable[[], bool] = lambda: False,
    **asked: Any,
) -> Trained:
    """Fine-tune a network, learn the taxonomy on its features, and let the gate say.

    counted: told of pictures while the network learns. ends: see `finetune`. asked: what
    `train_and_gate` takes. What the network was taught as is the recipe of what is put on top too.
    """
    tuning = tuning or FinetuneOptions()
    made = finetune(ws, taxonomy, tuning, progress=counted, ends=ends)
    options = replace(options or TrainOptions(), network=made.version, recipe=tuning.head)
    return train_and_gate(ws, taxonomy, options, **asked)


def contract_of(ws: Workspace, taxonomy: str) -> Contract:
    """The champion's promise, for the next to make too; the usual one without a champion."""
    champion = ws.models.champion(taxonomy)
    if champion is None or not is_sound(ws, champion):
        return Contract()
    return Contract(**ws.models.report(champion)["contract"])


def recipe_in_force(ws: Workspace, taxonomy: str) -> Recipe:
    """How the champion was learned, for the next to be too; `multiclass` without a champion."""
    champion = ws.models.champion(taxonomy)
    if champion is None or not is_sound(ws, champion):
        return "multiclass"
    found: Recipe = ws.models.report(champion).get("recipe", "multiclass")
    return found


def gate_challenger(
    ws: Workspace, row: ModelRow, actor: str, *, queue_tagging: bool = False
) -> Promotion:
    """Judge a version against the champion; promote it, or keep it in the shadows and say why."""
    policy = ws.policies.get(row.taxonomy).policy
    while True:
        champion = ws.models.champion(row.taxonomy)
        gate = _judged(ws, row, champion, policy)
        passes = gate["promote"] and (policy.promote or gate["basis"] == "first")
        if gate["promote"] and not passes:
            left = told([Reason("policy", "the policy leaves promoting to people")])
            gate |= {name: [*gate[name], *more] for name, more in left.items()}
        with ws.db.write() as transaction:
            ws.champions.serialise(transaction, row.taxonomy)
            now = ws.models.champion_in(transaction, row.taxonomy)
            if _version(now) != _version(champion):
                continue  # another took its place meanwhile: be judged against that one
            previous = _version(champion) if champion != row else None
            outcome: Change = "promoted" if passes else "kept"
            decided = Decided(row.taxonomy, row.version, previous, outcome, gate)
            made = ws.champions.record_in(transaction, decided, actor, ws.now())
            if passes and queue_tagging and policy.retag:
                _queue_tagging(ws, transaction, row.taxonomy, actor)
            _tell(ws, transaction, made)
        log.info(
            "challenger_judged",
            extra={"taxonomy": row.taxonomy, "model": row.version, "outcome": outcome},
        )
        return made


def promote(ws: Workspace, taxonomy: str, version: int, actor: str, reason: str) -> Changed:
    """Make a version champion on a person's word, whatever the gate said. It is recorded.

    Raises NotFound for an unknown version, Conflict for the champion or an undone one.
    """
    row = ws.models.get(taxonomy, version)
    if row.status in ("champion", "undone"):
        why = "is champion already" if row.status == "champion" else "was undone"
        raise Conflict(f"version {version} of {taxonomy!r} {why}: name another to promote")
    if not is_sound(ws, row):
        raise Conflict(f"the files of version {version} of {taxonomy!r} are lost: train again")
    before = ws.champions.last(taxonomy, version)
    said = before.gate if before is not None and before.outcome != "rolled-back" else None
    return _change(ws, row, "promoted", _by_hand(reason, said), actor)


def roll_back(ws: Workspace, taxonomy: str, actor: str, reason: str = "") -> Changed:
    """Return to the champion before, and to its tags. Raises Conflict where there is none."""
    champion = ws.models.champion(taxonomy)
    before = None if champion is None else ws.models.before(champion)
    if before is None:
        raise Conflict(f"taxonomy {taxonomy!r} has no earlier champion to roll back to")
    return _change(ws, before, "rolled-back", _by_hand(reason, None), actor)


def retag(
    ws: Workspace, taxonomy: str, *, progress: TagProgress = lambda done, total: None
) -> Tagged:
    """Let the champion decide again on what the machine tagged; people's words stand.

    Every picture it has not decided on is, so a tagging that was cut off goes on where it was. Of
    the machines only the last word counts: the tags of the version before are superseded.
    """
    return tag_untagged(ws, taxonomy, progress=progress)


def compare(ws: Workspace, taxonomy: str, a: int, b: int) -> Json:
    """Version b against version a on the same test pictures, with today's labels."""
    rows = ws.models.get(taxonomy, b), ws.models.get(taxonomy, a)
    policy = ws.policies.get(taxonomy).policy
    found = ws.taxonomies.get(taxonomy)
    facets = []
    for each in sit(ws, found, [candidate(ws, row) for row in rows]):
        verdict = _facet_verdict(each, policy.margin)
        facet = each.labels.facet
        facets.append(
            {
                "id": facet.id,
                "label": facet.label,
                "kind": facet.kind,
                "n": len(each.labels.claimed),
                **verdict.to_json(),
                "disagreements": _disagreements(each) if facet.kind == "one" else [],
            }
        )
    words = concept_words(found)
    return {"taxonomy": taxonomy, "a": a, "b": b, "words": words, "facets": facets}


def _judged(ws: Workspace, row: ModelRow, champion: ModelRow | None, policy: Policy) -> Json:
    """The gate's word on all facets together, as it is recorded."""
    if champion is None or champion.version == row.version:
        return _joined({"": Verdict("first", (Reason("first", "the first version"),), {})})
    if not is_sound(ws, champion):
        said = f"the files of version {champion.version}, the champion, are lost"
        return _joined({"": Verdict("first", (Reason("files-lost", said),), {})})
    taxonomy = ws.taxonomies.get(row.taxonomy)
    sat = sit(ws, taxonomy, [candidate(ws, row), candidate(ws, champion)])
    return _joined(
        {each.labels.facet.label: _facet_verdict(each, policy.margin) for each in sat}
    ) | {"against": champion.version}


def _facet_verdict(sitting: Sitting, margin: float) -> Verdict:
    """The first candidate is the challenger, the second the champion."""
    challenger, champion = sitting.answers
    if challenger is None:
        return Verdict("regression", (Reason("facet-lost", "this facet is no longer learned"),), {})
    if champion is None:
        return Verdict("first", (Reason("facet-new", "this facet was not learned before"),), {})
    exam = exam_of(sitting.data, challenger, champion)
    return judge(
        outcome_of(sitting.data, exam, challenger, champion),
        outcome_of(sitting.data, exam, champion, challenger),
        exam,
        np.random.default_rng(SEED),
        margin=margin,
    )


def _joined(verdicts: dict[str, Verdict]) -> Json:
    """Every facet must pass; the basis is that of the one that says most."""
    order: tuple[Basis, ...] = ("regression", "worse", "undecided", "better", *PASSES)
    basis = min((v.basis for v in verdicts.values()), key=order.index, default="first")
    named = len(verdicts) > 1
    return {
        "promote": all(verdict.promote for verdict in verdicts.values()),
        "basis": basis,
        **told(
            [
                replace(reason, facet=label) if named else reason
                for label, verdict in verdicts.items()
                for reason in verdict.reasons
            ]
        ),
        "facets": {label: verdict.figures for label, verdict in verdicts.items()},
    }


def _by_hand(reason: str, overruled: Json | None) -> Json:
    """What is recorded where a person decides; overruled: what the gate had said."""
    return {
        "promote": True,
        "basis": "person",
        "reasons": [reason] if reason else [],
        "overruled": None if overruled is None or overruled["promote"] else overruled,
    }


def _change(ws: Workspace, row: ModelRow, outcome: Change, gate: Json, actor: str) -> Changed:
    """Change the champion and bring back what the new one had decided, or nothing at all.

    Of the machines the last tagging counts. So the taggings of other versions that came after this
    one's are voided, as an undo does: its own decisions stand again, and what it never decided on
    is left to the next tagging.
    """
    taxonomy, now = row.taxonomy, ws.now()
    params = {"taxonomy": taxonomy, "model": row.version, "at": now}
    with ws.db.write() as transaction:
        ws.champions.serialise(transaction, taxonomy)
        previous = _version(ws.models.champion_in(transaction, taxonomy))
        decided = Decided(taxonomy, row.version, previous, outcome, gate)
        made = ws.champions.record_in(transaction, decided, actor, now)
        run = ws.runs.start_in(transaction, "champion", actor, params, now)
        voided = ws.champions.taggings_after_in(transaction, taxonomy, row.version)
        assets: list[AssetId] = []
        if voided:
            assets = ws.ledger.undo_in(transaction, run, voided, actor, now)
            ws.ledger.fold_in(transaction, assets, ws.exclusive())
            back = {"run": run, "by": "undo", "assets": len(assets)}
            emit_in(ws, transaction, "tags.changed", back)
        summary = {"taxonomy": taxonomy, "model": row.version, "assets": len(assets)}
        ws.runs.finish_in(transaction, run, summary, now)
        if ws.policies.get_in(transaction, taxonomy).policy.retag:
            _queue_tagging(ws, transaction, taxonomy, actor)
        _tell(ws, transaction, made)
    log.info("champion_changed", extra={"taxonomy": taxonomy, "model": row.version})
    return Changed(made, tuple(voided), len(assets), run)


def _tell(ws: Workspace, transaction: Transaction, made: Promotion) -> None:
    """Other systems, and the audit log."""
    why: Json = {"previous": made.previous, "reasons": made.gate["reasons"]}
    told = {"taxonomy": made.taxonomy, "version": made.version, **why}
    event: Event = "model.kept" if made.outcome == "kept" else "model.promoted"
    emit_in(ws, transaction, event, told)
    subject = f"model:{made.taxonomy}:{made.version}"
    record_in(transaction, ws, (made.actor, f"model.{made.outcome}", subject), why)


def _queue_tagging(ws: Workspace, transaction: Transaction, taxonomy: str, actor: str) -> None:
    ws.jobs.enqueue_once_in(
        transaction, "tag", taxonomy, {"taxonomy": taxonomy}, requested_by=actor, now=ws.now()
    )


def _disagreements(sitting: Sitting) -> list[Json]:
    """How often the two said different things, and who was right. b is the first candidate."""
    b, a = sitting.answers
    if a is None or b is None:
        return []
    truth: NDArray[Any] = np.asarray(sitting.data.targets, dtype=np.int64)
    differ = np.flatnonzero(a.said != b.said)
    rows = np.stack([truth[differ], a.said[differ], b.said[differ]], axis=1)
    kinds, kind, counts = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    assets = assets_of(sitting)
    names = (*sitting.data.tree.nodes, None)  # -1: a concept that was retired since
    order = np.argsort(-counts, kind="stable")[:DISAGREEMENTS]
    return [
        {
            "truth": names[kinds[at, 0]],
            "a": names[kinds[at, 1]],
            "b": names[kinds[at, 2]],
            "n": int(counts[at]),
            "assets": [assets[row] for row in differ[kind.ravel() == at][:DISPUTED_PICTURES]],
        }
        for at in order
    ]


def _version(row: ModelRow | None) -> int | None:
    return None if row is None else row.version
