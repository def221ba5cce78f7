"""Learning again by itself: who says when, and the job that follows."""

from __future__ import annotations

import logging

from tagwright.core.policy import Policy, occasion
from tagwright.flows.audit import record_in
from tagwright.flows.installation import Installation
from tagwright.flows.workspace import Workspace
from tagwright.store.engine import Transaction
from tagwright.store.jobs import Job
from tagwright.store.policies import PolicyRow
from tagwright.store.workspaces import all_workspaces

log = logging.getLogger(__name__)

ACTOR = "policy"
"""Who asks for a training that nobody asked for by hand."""


def read_policy(ws: Workspace, taxonomy: str) -> PolicyRow:
    """How a taxonomy learns from use. Raises NotFound."""
    ws.taxonomies.get(taxonomy)
    return ws.policies.get(taxonomy)


def set_policy(ws: Workspace, taxonomy: str, policy: Policy, actor: str) -> PolicyRow:
    """From now on a taxonomy learns like this. Raises NotFound."""
    ws.taxonomies.get(taxonomy)
    if not policy.online:
        ws.online.forget(taxonomy)
    row = PolicyRow(taxonomy, policy, actor, ws.now())
    with ws.db.write() as transaction:
        ws.policies.put_in(transaction, row)
        line = (actor, "policy.set", f"taxonomy:{taxonomy}")
        record_in(transaction, ws, line, policy.to_json())
    return row


def after_answers_in(transaction: Transaction, ws: Workspace, taxonomy: str) -> Job | None:
    """Queue a training if these answers make it due. Call where answers are written, in the
    same transaction, so that no answer is acknowledged without its consequence.
    """
    row = ws.policies.get_in(transaction, taxonomy)
    return _enqueue_in(transaction, ws, row) if row.policy.when == "answers" else None


def enqueue_due(installation: Installation) -> list[Job]:
    """Queue every training of every workspace that is due. Safe to repeat and to do side by side:
    each occasion has a key of its own, so it is taken once.
    """
    found = []
    for workspace in all_workspaces(installation.db):
        ws = installation.workspace(workspace.id)
        known = set(ws.taxonomies.names())
        for row in ws.policies.set():
            if row.policy.when == "manual" or row.taxonomy not in known:
                continue
            with ws.db.read() as connection:  # mostly nothing is due: disturb no writer
                learned = ws.policies.learned_in(connection, row)
            if occasion(row.policy, learned, ws.now()) is None:
                continue
            with ws.db.write() as transaction:
                job = _enqueue_in(transaction, ws, row)
            found += [job] if job is not None else []
    return found


def _enqueue_in(transaction: Transaction, ws: Workspace, row: PolicyRow) -> Job | None:
    now = ws.now()
    named = occasion(row.policy, ws.policies.learned_in(transaction, row), now)
    if named is None:
        return None
    params = {"taxonomy": row.taxonomy}
    key = f"train {row.taxonomy} {named}"
    job = ws.jobs.enqueue_in(
        transaction, "train", row.taxonomy, params, requested_by=ACTOR, now=now, key=key
    )
    log.info("training_due", extra={"taxonomy": row.taxonomy, "occasion": named})
    return job
