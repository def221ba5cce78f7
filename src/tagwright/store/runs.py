"""Runs: one row for every import, training, tagging, decision and undo."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from tagwright.errors import NotFound
from tagwright.store import schema
from tagwright.store.engine import Database
from tagwright.types import Json, RunId


@dataclass(frozen=True, slots=True)
class Run:
    """One piece of work. `finished_at` is None while it goes on, or where it was cut off.

    seq: a later run has a higher one.
    """

    id: RunId
    kind: str
    actor: str
    params: Json
    started_at: str
    finished_at: str | None
    summary: Json
    undone: bool
    seq: int = 0


class Runs:
    """The runs of one workspace."""

    def __init__(self, db: Database, workspace: str) -> None:
        self.db = db
        self.workspace = workspace

    def start(self, kind: str, actor: str, params: Json, now: str) -> RunId:
        """Begin a run, or take up the one of the same kind and params that was cut off."""
        with self.db.write() as connection:
            return self.start_in(connection, kind, actor, params, now)

    def start_in(
        self, connection: sa.Connection, kind: str, actor: str, params: Json, now: str
    ) -> RunId:
        """The same, inside a transaction of the caller's."""
        text = json.dumps(params, sort_keys=True)
        table = schema.run
        unfinished = sa.select(table.c.id).where(
            table.c.workspace == self.workspace,
            table.c.kind == kind,
            table.c.actor == actor,
            table.c.params == text,
            table.c.finished_at.is_(None),
            table.c.undone.is_(False),
        )
        found = connection.scalar(unfinished)
        if found:
            return RunId(found)
        new = RunId(uuid.uuid4().hex)
        connection.execute(
            table.insert().values(
                id=new,
                workspace=self.workspace,
                kind=kind,
                actor=actor,
                params=text,
                started_at=now,
            )
        )
        return new

    def finish(self, run: RunId, summary: Json, now: str) -> None:
        with self.db.write() as connection:
            self.finish_in(connection, run, summary, now)

    def finish_in(self, connection: sa.Connection, run: RunId, summary: Json, now: str) -> None:
        """The same, inside a transaction of the caller's."""
        connection.execute(
            schema.run.update()
            .where(schema.run.c.id == run)
            .values(finished_at=now, summary=json.dumps(summary))
        )

    def note(self, run: RunId, summary: Json) -> None:
        """Keep what a run has found so far, for whoever takes it up after a cut."""
        with self.db.write() as connection:
            connection.execute(
                schema.run.update()
                .where(schema.run.c.id == run, schema.run.c.finished_at.is_(None))
                .values(summary=json.dumps(summary))
            )

    def get(self, run: str) -> Run:
        """The run whose id is, or starts with, `run`. Raises NotFound."""
        matching = [r for r in self.all() if r.id.startswith(run)]
        if len(matching) != 1:
            known = ", ".join(r.id[:8] for r in self.all()[:5]) or "none yet"
            few = "no run matches" if not matching else f"{len(matching)} runs match"
            raise NotFound(f"{few} {run!r}: `tagwright runs` lists them; the newest are: {known}")
        return matching[0]

    def get_in(self, connection: sa.Connection, run: RunId) -> Run:
        """The run of exactly this id, as a transaction of the caller's sees it."""
        table = schema.run
        found = self._rows(connection, (table.c.id == run,), None)
        if not found:
            raise NotFound(f"no run matches {run!r}: `tagwright runs` lists them")
        return found[0]

    def all(self) -> list[Run]:
        """Every run, newest first."""
        return self._found()

    def of_kind(self, kind: str) -> list[Run]:
        """Every run of one kind, newest first."""
        return self._found(schema.run.c.kind == kind)

    def newest_done(self, kind: str, taxonomy: str) -> Run | None:
        """The newest run of a kind over a taxonomy that came to its end."""
        return next(
            (
                run
                for run in self.of_kind(kind)
                if run.params["taxonomy"] == taxonomy and run.finished_at is not None
            ),
            None,
        )

    def page(
        self,
        *,
        before: int | None,
        limit: int,
        kind: str | None = None,
        actor: str | None = None,
    ) -> list[Run]:
        """Some runs, newest first. before: the `seq` of the last that was shown."""
        table = schema.run
        some = [] if before is None else [table.c.seq < before]
        if kind is not None:
            some.append(table.c.kind == kind)
        if actor is not None:
            some.append(table.c.actor == actor)
        return self._found(*some, limit=limit)

    def _found(self, *wanted: sa.ColumnElement[bool], limit: int | None = None) -> list[Run]:
        with self.db.read() as connection:
            return self._rows(connection, wanted, limit)

    def _rows(
        self,
        connection: sa.Connection,
        wanted: Sequence[sa.ColumnElement[bool]],
        limit: int | None,
    ) -> list[Run]:
        table = schema.run
        query = sa.select(table).where(table.c.workspace == self.workspace, *wanted)
        rows = connection.execute(query.order_by(table.c.seq.desc()).limit(limit)).all()
        return [
            Run(
                id=RunId(row.id),
                kind=row.kind,
                actor=row.actor,
                params=json.loads(row.params),
                started_at=row.started_at,
                finished_at=row.finished_at,
                summary=json.loads(row.summary or "{}"),
                undone=row.undone,
                seq=row.seq,
            )
            for row in rows
        ]
