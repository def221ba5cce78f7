"""How each taxonomy learns from use, and how much was answered since it was learned last."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from tagwright.core.policy import Learned, Policy
from tagwright.store import schema
from tagwright.store.engine import Database, Transaction

LEARNED_TO: Final = "answers_to"
"""In a training's summary: the last line of the ledger that it has read."""

_T = schema.policy


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """A taxonomy's policy; by nobody and of no time where it is the default."""

    taxonomy: str
    policy: Policy
    updated_by: str | None = None
    updated_at: str | None = None


class Policies:
    """The policies of one workspace."""

    def __init__(self, db: Database, workspace: str) -> None:
        self.db = db
        self.workspace = workspace

    def get(self, taxonomy: str) -> PolicyRow:
        with self.db.read() as connection:
            return self.get_in(connection, taxonomy)

    def get_in(self, connection: Transaction, taxonomy: str) -> PolicyRow:
        """The same, inside a transaction of the caller's."""
        query = _T.select().where(_T.c.workspace == self.workspace, _T.c.taxonomy == taxonomy)
        row = connection.execute(query).one_or_none()
        if row is None:
            return PolicyRow(taxonomy, Policy())
        policy = Policy.from_json(json.loads(row.document))
        return PolicyRow(taxonomy, policy, row.updated_by, row.updated_at)

    def put_in(self, connection: Transaction, row: PolicyRow) -> None:
        """Save a policy, inside a writing transaction of the caller's."""
        changed = ("document", "updated_by", "updated_at")
        connection.execute(
            self.db.upsert(_T, ("workspace", "taxonomy"), changed),
            {
                "workspace": self.workspace,
                "taxonomy": row.taxonomy,
                "document": json.dumps(row.policy.to_json()),
                "updated_by": row.updated_by,
                "updated_at": row.updated_at,
            },
        )

    def set(self) -> list[PolicyRow]:
        """The policies that somebody has set: the default never trains by itself."""
        query = _T.select().where(_T.c.workspace == self.workspace).order_by(_T.c.taxonomy)
        with self.db.read() as connection:
            return [
                PolicyRow(
                    row.taxonomy,
                    Policy.from_json(json.loads(row.document)),
                    row.updated_by,
                    row.updated_at,
                )
                for row in connection.execute(query)
            ]

    def last_answer(self) -> int:
        """The number of the ledger's last line; what is labelled later has a greater one."""
        table = schema.ledger
        query = sa.select(sa.func.max(table.c.seq)).where(table.c.workspace == self.workspace)
        with self.db.read() as connection:
            return int(connection.scalar(query) or 0)

    def learned_in(self, connection: Transaction, row: PolicyRow) -> Learned:
        """The newest version of a taxonomy's model that stands, and the answers since it read."""
        model, run, line = schema.model, schema.run, schema.ledger
        newest = connection.execute(
            sa.select(model.c.version, model.c.created_at, run.c.summary)
            .join(run, run.c.id == model.c.run)
            .where(
                model.c.workspace == self.workspace,
                model.c.taxonomy == row.taxonomy,
                run.c.undone.is_(False),
            )
            .order_by(model.c.version.desc())
            .limit(1)
        ).one_or_none()
        told = json.loads(newest.summary or "{}") if newest else {}
        answers = connection.scalar(
            sa.select(sa.func.count())
            .select_from(line)
            .join(run, run.c.id == line.c.run)
            .where(
                line.c.workspace == self.workspace,
                line.c.taxonomy == row.taxonomy,
                line.c.seq > told.get(LEARNED_TO, 0),
                line.c.actor_kind != "model",
                run.c.undone.is_(False),
            )
        )
        trained_at = newest.created_at if newest else ""
        version = newest.version if newest else 0
        return Learned(version, int(answers or 0), max(row.updated_at or "", trained_at))
