"""Which version of a model answers: every change of champion, with what the gate said.

Champions form a line: a promotion puts a version on top, a roll back takes off what is above the
one it returns to. The champion is the topmost version whose training was not undone, so undoing a
training brings back the version before, and undoing that undo the version itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from tagwright.store import schema
from tagwright.store.engine import Database, Transaction
from tagwright.types import Json, RunId

Change = Literal["promoted", "kept", "rolled-back"]
"""`kept`: the challenger stays in the shadows."""

_T = schema.promotion


@dataclass(frozen=True, slots=True)
class Promotion:
    """One decision about who is champion. `seq`: the paging cursor. previous: champion before."""

    seq: int
    taxonomy: str
    version: int
    previous: int | None
    outcome: Change
    gate: Json
    actor: str
    at: str

    def to_json(self) -> Json:
        return {
            "taxonomy": self.taxonomy,
            "version": self.version,
            "previous": self.previous,
            "outcome": self.outcome,
            "gate": self.gate,
            "actor": self.actor,
            "at": self.at,
        }


@dataclass(frozen=True, slots=True)
class Decided:
    """What is to be recorded of a version; see `Promotion`."""

    taxonomy: str
    version: int
    previous: int | None
    outcome: Change
    gate: Json


class Champions:
    """The champions of one workspace."""

    def __init__(self, db: Database, workspace: str) -> None:
        self.db = db
        self.workspace = workspace

    def serialise(self, connection: Transaction, taxonomy: str) -> None:
        """One change of champion of a taxonomy at a time."""
        self.db.serialise(connection, f"champion {self.workspace} {taxonomy}")

    def record_in(
        self, connection: Transaction, decided: Decided, actor: str, now: str
    ) -> Promotion:
        """Note a decision inside a transaction of the caller's; it counts from its commit on."""
        statement = _T.insert().values(
            workspace=self.workspace,
            taxonomy=decided.taxonomy,
            version=decided.version,
            previous=decided.previous,
            outcome=decided.outcome,
            gate=json.dumps(decided.gate),
            actor=actor,
            at=now,
        )
        return _promotion(connection.execute(statement.returning(_T)).one())

    def history(
        self, taxonomy: str, *, after: int | None = None, limit: int = 50
    ) -> list[Promotion]:
        """Newest first. after: the `seq` of the last one of the page before."""
        query = self._of(taxonomy).order_by(_T.c.seq.desc()).limit(limit)
        if after is not None:
            query = query.where(_T.c.seq < after)
        with self.db.read() as connection:
            return [_promotion(row) for row in connection.execute(query)]

    def last(self, taxonomy: str, version: int) -> Promotion | None:
        """What was decided last about a version; None where the gate has not seen it."""
        query = self._of(taxonomy).where(_T.c.version == version).order_by(_T.c.seq.desc())
        with self.db.read() as connection:
            row = connection.execute(query.limit(1)).one_or_none()
        return None if row is None else _promotion(row)

    def taggings_after_in(
        self, connection: Transaction, taxonomy: str, version: int
    ) -> list[RunId]:
        """Taggings of other versions that stand and came after this version's first, oldest first.

        None where this version has tagged nothing that stands.
        """
        table = schema.run
        query = (
            sa.select(table.c.id, table.c.params)
            .where(
                table.c.workspace == self.workspace,
                table.c.kind == "tag",
                table.c.undone.is_(False),
            )
            .order_by(table.c.seq)
        )
        runs = [(RunId(row.id), json.loads(row.params)) for row in connection.execute(query)]
        mine = [(run, params["model"]) for run, params in runs if params["taxonomy"] == taxonomy]
        first = next((at for at, (_, model) in enumerate(mine) if model == version), len(mine))
        return [run for run, model in mine[first:] if model != version]

    def _of(self, taxonomy: str) -> sa.Select[Any]:
        return sa.select(_T).where(_T.c.workspace == self.workspace, _T.c.taxonomy == taxonomy)


def changes_in(connection: Transaction, workspace: str, taxonomy: str) -> list[tuple[Change, int]]:
    """(outcome, version) of every change of champion, oldest first."""
    query = (
        sa.select(_T.c.outcome, _T.c.version)
        .where(_T.c.workspace == workspace, _T.c.taxonomy == taxonomy, _T.c.outcome != "kept")
        .order_by(_T.c.seq)
    )
    return [(row.outcome, row.version) for row in connection.execute(query)]


def line_of(born: Sequence[int], changes: Iterable[tuple[Change, int]]) -> list[int]:
    """The line of champions, the newest last. born: versions that needed no gate, ascending."""
    line = list(born)
    for outcome, version in changes:
        if outcome == "rolled-back" and version in line:
            line = line[: line.index(version) + 1]
        else:
            line = [*(each for each in line if each != version), version]
    return line


def _promotion(row: sa.Row[Any]) -> Promotion:
    return Promotion(
        seq=row.seq,
        taxonomy=row.taxonomy,
        version=row.version,
        previous=row.previous,
        outcome=row.outcome,
        gate=json.loads(row.gate),
        actor=row.actor,
        at=row.at,
    )
