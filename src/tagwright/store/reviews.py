"""Who looks at what: the queues of pictures for people, and how much waits in each.

Each queue is one statement, so that it can be asked for its front, and once more, when a page is
reserved, which of some pictures are still in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from tagwright.store import schema
from tagwright.store.engine import Database
from tagwright.store.suspects import waiting
from tagwright.types import AssetId, ConceptId, FacetId, RunId

MIDDLE: Final = 0.5
"""Where the machine is least sure whether a concept is there."""

Query: TypeAlias = sa.Select[Any]
Condition: TypeAlias = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose queue over what. facet, concepts: only these. only: only these pictures.

    held: also what this person holds already.
    """

    taxonomy: str
    person: str
    now: str
    facet: FacetId | None = None
    concepts: tuple[ConceptId, ...] | None = None
    only: tuple[AssetId, ...] | None = None
    held: bool = False

    def among(self, assets: Iterable[AssetId]) -> Scope:
        return replace(self, only=tuple(assets))


@dataclass(frozen=True, slots=True)
class Suspect:
    """A label that looks wrong. score: in [0, 1], low = suspect."""

    asset: AssetId
    facet: FacetId
    given: str
    proposed: ConceptId | None
    score: float


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """What an edit of the taxonomy left for people. concepts: labels on these must be looked at
    again. facets: what fitted nothing in these may fit something new. run: the edit's `run.seq`.
    """

    run: int
    concepts: frozenset[ConceptId]
    facets: frozenset[FacetId]


class Reviews:
    """The queues of one workspace."""

    def __init__(self, db: Database, workspace: str) -> None:
        self.db = db
        self.workspace = workspace

    # Queues

    def uncertain(self, connection: sa.Connection, scope: Scope, limit: int) -> list[AssetId]:
        """Pictures whose best suggestion is nearest to even odds."""
        tag = schema.tag
        query = sa.select(tag.c.asset).where(*self._suggested(scope))
        below = query.where(tag.c.p <= MIDDLE).order_by(tag.c.p.desc())
        above = query.where(tag.c.p > MIDDLE).order_by(tag.c.p)
        return self._assets(connection, [below, above], limit)

    def by_probability(
        self, connection: sa.Connection, scope: Scope, limit: int, *, surest: bool
    ) -> list[AssetId]:
        """The same pictures, the least or the most probable first."""
        tag = schema.tag
        order = tag.c.p.desc() if surest else tag.c.p
        query = sa.select(tag.c.asset).where(*self._suggested(scope))
        return self._assets(connection, [query.order_by(order, tag.c.asset)], limit)

    def automatic(
        self, connection: sa.Connection, scope: Scope, limit: int, start: str
    ) -> list[AssetId]:
        """Pictures with a tag the machine applied alone, from an id on: ids are as good as dice."""
        tag = schema.tag
        query = sa.select(tag.c.asset).where(
            *self._standing(scope, "auto"), *self._free(tag.c.asset, scope)
        )
        return self._around(connection, query, tag.c.asset, limit, start)

    def unlabelled(
        self, connection: sa.Connection, scope: Scope, limit: int, start: str
    ) -> list[AssetId]:
        """Pictures that nobody and nothing has said anything of, from an id on."""
        asset, tag = schema.asset, schema.tag
        said = sa.select(tag.c.asset).where(
            tag.c.workspace == self.workspace,
            tag.c.asset == asset.c.id,
            tag.c.taxonomy == scope.taxonomy,
            tag.c.positive.is_(True),
            *self._facet(tag, scope),
        )
        query = sa.select(asset.c.id).where(
            asset.c.workspace == self.workspace,
            ~said.exists(),
            ~self._none_of_these(asset.c.id, scope),
            *self._free(asset.c.id, scope),
        )
        return self._around(connection, query, asset.c.id, limit, start)

    def strange(
        self, connection: sa.Connection, scope: Scope, model: int, limit: int
    ) -> list[AssetId]:
        """Pictures that a model found unlike anything it learned."""
        line = schema.ledger
        return self._assets(connection, [self._strange(scope, model).order_by(line.c.asset)], limit)

    def _strange(self, scope: Scope, model: int) -> Query:
        line, run, tag = schema.ledger, schema.run, schema.tag
        settled = sa.select(tag.c.asset).where(
            tag.c.workspace == self.workspace,
            tag.c.asset == line.c.asset,
            tag.c.taxonomy == scope.taxonomy,
            tag.c.facet == line.c.facet,
            tag.c.actor_kind != "model",
            tag.c.positive.is_(True),
        )
        return (
            sa.select(line.c.asset)
            .join(run, run.c.id == line.c.run)
            .where(
                line.c.workspace == self.workspace,
                line.c.taxonomy == scope.taxonomy,
                line.c.model == model,
                line.c.verdict == "abstain",
                line.c.p.is_not(None),  # else it only found nothing to suggest
                run.c.undone.is_(False),
                *self._facet(line, scope),
                ~settled.exists(),
                ~self._none_of_these(line.c.asset, scope),
                *self._free(line.c.asset, scope),
            )
        )

    def suspects(self, connection: sa.Connection, scope: Scope, limit: int) -> list[Suspect]:
        """Labels that look wrong and that nobody looked at since, the worst first."""
        table = schema.suspect
        query = sa.select(table).where(*self._suspected(scope))
        return [
            Suspect(AssetId(r.asset), FacetId(r.facet), r.given, r.proposed, r.score)
            for r in connection.execute(query.order_by(table.c.score, table.c.asset).limit(limit))
        ]

    def _suspected(self, scope: Scope) -> list[Condition]:
        table = schema.suspect
        found = [
            *waiting(self.workspace, scope.taxonomy),
            *self._facet(table, scope),
            *self._free(table.c.asset, scope),
        ]
        return found if scope.concepts is None else [*found, table.c.given.in_(scope.concepts)]

    def second_looks(
        self, connection: sa.Connection, scope: Scope, share: float, limit: int
    ) -> list[AssetId]:
        """Pictures that exactly one other person judged, of the share picked by their ids."""
        line = schema.ledger
        bound = f"{min(int(share * 16**8), 16**8 - 1):08x}"
        others = sa.func.count(sa.distinct(line.c.actor)) == 1
        query = (
            sa.select(line.c.asset)
            .join(schema.run, schema.run.c.id == line.c.run)
            .where(
                line.c.workspace == self.workspace,
                line.c.taxonomy == scope.taxonomy,
                line.c.model.is_(None),
                line.c.asset < bound if share < 1 else sa.true(),
                line.c.actor_kind == "person",
                schema.run.c.undone.is_(False),
                *self._facet(line, scope),
                *self._free(line.c.asset, scope),
            )
            .group_by(line.c.asset)
            .having(others, sa.func.min(line.c.actor) != scope.person)
            .order_by(line.c.asset)
        )
        return self._assets(connection, [query], limit)

    def left_open(
        self, connection: sa.Connection, scope: Scope, edits: Sequence[LeftOpen], limit: int
    ) -> list[AssetId]:
        """Pictures whose labels an edit of the taxonomy left for a person to decide again."""
        queries = [self._left_by(scope, edit) for edit in edits]
        return self._assets(connection, queries, limit)

    def _left_by(self, scope: Scope, edit: LeftOpen) -> Query:
        line, run = schema.ledger, schema.run
        later, later_run = schema.ledger.alias("later"), schema.run.alias("later_run")
        answered = (
            sa.select(later.c.seq)
            .join(later_run, later_run.c.id == later.c.run)
            .where(
                later.c.workspace == self.workspace,
                later.c.asset == line.c.asset,
                later.c.taxonomy == scope.taxonomy,
                later.c.facet == line.c.facet,
                later.c.actor_kind == "person",
                later_run.c.seq > edit.run,
                later_run.c.undone.is_(False),
            )
        )
        labelled = sa.and_(line.c.concept.in_(sorted(edit.concepts)), line.c.positive.is_(True))
        fitted_nothing = sa.and_(line.c.concept.is_(None), line.c.facet.in_(sorted(edit.facets)))
        return (
            sa.select(line.c.asset)
            .join(run, run.c.id == line.c.run)
            .where(
                line.c.workspace == self.workspace,
                line.c.taxonomy == scope.taxonomy,
                line.c.model.is_(None),
                sa.or_(labelled, fitted_nothing),
                run.c.seq < edit.run,
                run.c.undone.is_(False),
                *self._facet(line, scope),
                self._stands(line),
                ~answered.exists(),
                *self._free(line.c.asset, scope),
            )
            .order_by(line.c.asset)
        )

    def _stands(self, line: sa.FromClause) -> Condition:
        """The label stands, or "none of these" does: nothing else is said to be there."""
        tag = schema.tag
        same = sa.select(tag.c.asset).where(
            tag.c.workspace == self.workspace,
            tag.c.asset == line.c.asset,
            tag.c.taxonomy == line.c.taxonomy,
            tag.c.facet == line.c.facet,
            tag.c.actor_kind != "model",
            tag.c.positive.is_(True),
        )
        own = same.where(tag.c.run == line.c.run)
        return sa.or_(
            sa.and_(line.c.concept.is_not(None), own.exists()),
            sa.and_(line.c.concept.is_(None), ~same.exists()),
        )

    def sent(self, connection: sa.Connection, scope: Scope, limit: int) -> list[AssetId]:
        """Pictures that somebody sent here, until a person says something of them."""
        query = self._sent(scope).order_by(schema.run.c.seq, schema.sent.c.asset)
        return self._assets(connection, [query], limit)

    def send(
        self, connection: sa.Connection, taxonomy: str, assets: Sequence[AssetId], run: RunId
    ) -> None:
        """Put pictures in front of a taxonomy's queue, as a run that can be undone."""
        columns = ("workspace", "taxonomy", "asset", "run")
        rows = [(self.workspace, taxonomy, asset, run) for asset in assets]
        self.db.insert_many(connection, schema.sent, columns, rows)

    def waiting_sent(self, connection: sa.Connection, taxonomy: str) -> set[AssetId]:
        """All that somebody sent and nobody has answered, whoever holds or skipped them."""
        query = sa.select(schema.sent.c.asset).join(*self._sending())
        return {
            AssetId(asset) for asset in connection.scalars(query.where(*self._unanswered(taxonomy)))
        }

    def _sent(self, scope: Scope) -> Query:
        return (
            sa.select(schema.sent.c.asset)
            .join(*self._sending())
            .where(*self._unanswered(scope.taxonomy), *self._free(schema.sent.c.asset, scope))
        )

    def _sending(self) -> tuple[sa.FromClause, Condition]:
        return schema.run, schema.run.c.id == schema.sent.c.run

    def _unanswered(self, taxonomy: str) -> list[Condition]:
        table, line, later = schema.sent, schema.ledger, schema.run.alias("later_run")
        answered = (
            sa.select(line.c.seq)
            .join(later, later.c.id == line.c.run)
            .where(
                line.c.workspace == self.workspace,
                line.c.asset == table.c.asset,
                line.c.taxonomy == taxonomy,
                line.c.actor_kind == "person",
                later.c.seq > schema.run.c.seq,
                later.c.undone.is_(False),
            )
        )
        return [
            table.c.workspace == self.workspace,
            table.c.taxonomy == taxonomy,
            schema.run.c.undone.is_(False),
            ~answered.exists(),
        ]

    # How much waits

    def counts(
        self, connection: sa.Connection, scope: Scope
    ) -> dict[str, dict[tuple[FacetId, ConceptId], int]]:
        """Pictures that wait by concept, in the queues that ask about one."""
        tag, table = schema.tag, schema.suspect
        auto = [*self._standing(scope, "auto"), *self._free(tag.c.asset, scope)]
        wanted = {
            "uncertain": (tag, tag.c.concept, self._suggested(scope)),
            "spot-check": (tag, tag.c.concept, auto),
            "suspects": (table, table.c.given, self._suspected(scope)),
        }
        found: dict[str, dict[tuple[FacetId, ConceptId], int]] = {}
        for kind, (source, concept, conditions) in wanted.items():
            query = sa.select(source.c.facet, concept.label("concept"), sa.func.count().label("n"))
            rows = connection.execute(query.where(*conditions).group_by(source.c.facet, concept))
            found[kind] = {(FacetId(r.facet), ConceptId(r.concept)): r.n for r in rows}
        return found

    def count_strange(self, connection: sa.Connection, scope: Scope, model: int) -> int:
        return self._count(connection, [self._strange(scope, model)])

    def count_sent(self, connection: sa.Connection, scope: Scope) -> int:
        """Of what somebody sent, those that the machine suggests nothing of: they count there."""
        tag = schema.tag
        suggested = sa.select(tag.c.asset).where(
            tag.c.workspace == self.workspace,
            tag.c.asset == schema.sent.c.asset,
            tag.c.taxonomy == scope.taxonomy,
            tag.c.status == "suggested",
        )
        return self._count(connection, [self._sent(scope).where(~suggested.exists())])

    def count_left_open(
        self, connection: sa.Connection, scope: Scope, edits: Sequence[LeftOpen]
    ) -> int:
        return self._count(connection, [self._left_by(scope, edit) for edit in edits])

    def _count(self, connection: sa.Connection, queries: Sequence[Query]) -> int:
        if not queries:
            return 0
        every = sa.union(*queries).subquery()  # of one picture, several may ask
        return int(connection.scalar(sa.select(sa.func.count()).select_from(every)) or 0)

    # Conditions

    def _suggested(self, scope: Scope) -> list[Condition]:
        """Of the tags, the best suggestion of each picture and facet."""
        tag, other = schema.tag, schema.tag.alias("other")
        better = sa.select(other.c.asset).where(
            other.c.workspace == self.workspace,
            other.c.asset == tag.c.asset,
            other.c.taxonomy == scope.taxonomy,
            other.c.facet == tag.c.facet,
            # The same as its status; by that, SQLite would take the index of all suggestions.
            other.c.verdict == "review",
            other.c.p > tag.c.p,
        )
        free = self._free(tag.c.asset, scope)
        return [*self._standing(scope, "suggested"), ~better.exists(), *free]

    def _standing(self, scope: Scope, status: str) -> list[Condition]:
        tag = schema.tag
        found = [
            tag.c.workspace == self.workspace,
            tag.c.taxonomy == scope.taxonomy,
            tag.c.status == status,
            *self._facet(tag, scope),
        ]
        return found if scope.concepts is None else [*found, tag.c.concept.in_(scope.concepts)]

    def _facet(self, table: sa.FromClause, scope: Scope) -> list[Condition]:
        return [] if scope.facet is None else [table.c.facet == scope.facet]

    def _none_of_these(self, asset: sa.ColumnElement[str], scope: Scope) -> Condition:
        """A person said that nothing fits, and no yes has ended that."""
        line, run = schema.ledger.alias("none_line"), schema.run.alias("none_run")
        return (
            sa.select(line.c.seq)
            .join(run, run.c.id == line.c.run)
            .where(
                line.c.workspace == self.workspace,
                line.c.asset == asset,
                line.c.taxonomy == scope.taxonomy,
                line.c.actor_kind == "person",
                line.c.concept.is_(None),
                run.c.undone.is_(False),
                *self._facet(line, scope),
            )
            .exists()
        )

    def _free(self, asset: sa.ColumnElement[str], scope: Scope) -> list[Condition]:
        """Held by nobody, not skipped by this person, and still in the library."""
        held, skipped = schema.reservation, schema.skip
        place, seen = schema.location, schema.run.alias("seen_by")
        taken = sa.select(held.c.asset).where(
            held.c.workspace == self.workspace,
            held.c.taxonomy == scope.taxonomy,
            held.c.asset == asset,
            held.c.until > scope.now,
        )
        if scope.held:
            taken = taken.where(held.c.person != scope.person)
        passed = sa.select(skipped.c.asset).where(
            skipped.c.workspace == self.workspace,
            skipped.c.taxonomy == scope.taxonomy,
            skipped.c.asset == asset,
            skipped.c.person == scope.person,
        )
        live = (
            sa.select(place.c.seq)
            .join(seen, seen.c.id == place.c.run)
            .where(
                place.c.workspace == self.workspace,
                place.c.asset == asset,
                seen.c.undone.is_(False),
            )
        )
        found = [~taken.exists(), ~passed.exists(), live.exists()]
        return found if scope.only is None else [*found, asset.in_(scope.only)]

    def _around(
        self,
        connection: sa.Connection,
        query: Query,
        asset: sa.ColumnElement[str],
        limit: int,
        start: str,
    ) -> list[AssetId]:
        """From an id upwards, and round from the lowest where that is not enough."""
        upwards = query.where(asset >= start).order_by(asset)
        found = self._assets(connection, [upwards], limit)
        if len(found) < limit:
            again = query.where(asset < start).order_by(asset)
            found += self._assets(connection, [again], limit - len(found))
        return found

    def _assets(
        self, connection: sa.Connection, queries: Sequence[Query], limit: int
    ) -> list[AssetId]:
        """The first of each query, none twice."""
        found: dict[AssetId, None] = {}
        for query in queries:
            rows = connection.scalars(query.limit(limit))
            found.update(dict.fromkeys(AssetId(row) for row in rows))
        return list(found)
