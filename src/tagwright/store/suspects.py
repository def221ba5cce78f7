"""Labels that look wrong, ranked, until a person has looked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import sqlalchemy as sa

from tagwright.errors import NotFound
from tagwright.store import schema
from tagwright.store.engine import Database
from tagwright.types import AssetId, ConceptId, FacetId

_CHUNK = 500

Reason = Literal["contradiction", "look-alike", "unlikely"]
"""Two sources gave the picture two labels; a look-alike has another one; it does not look it."""


@dataclass(frozen=True, slots=True)
class SuspectRow:
    """One label in doubt. proposed: None where no other concept is meant. score: low = suspect.

    p_given, p_proposed: of witnesses that never saw the label; None where none was heard. near: up
    to three of the nearest labelled pictures and what they are labelled with.
    """

    asset: AssetId
    facet: FacetId
    given: ConceptId
    proposed: ConceptId | None
    score: float
    found_at: str
    reason: Reason = "unlikely"
    p_given: float | None = None
    p_proposed: float | None = None
    near: tuple[tuple[AssetId, ConceptId], ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which suspects: only of a facet, of a label given, of a label proposed, for a reason."""

    facet: str | None = None
    given: str | None = None
    proposed: str | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """So many labels that wait, where one concept was given and another is meant."""

    facet: FacetId
    given: ConceptId
    proposed: ConceptId | None
    count: int


Place = tuple[float, str, str]
"""Where a page ends: score, facet and asset of its last row."""
Said = tuple[str, str | None]
"""The kind of actor, and the concept."""


class Suspects:
    """The labels in doubt of one workspace."""

    def __init__(self, db: Database, workspace: str) -> None:
        self.db = db
        self.workspace = workspace

    def replace(self, taxonomy: str, rows: Sequence[SuspectRow]) -> None:
        """Make these the suspects of a taxonomy, instead of those found before."""
        table = schema.suspect
        columns = ("workspace", "taxonomy", *SuspectRow.__dataclass_fields__)
        values = [
            (
                self.workspace, taxonomy, r.asset, r.facet, r.given, r.proposed, r.score,
                r.found_at, r.reason, r.p_given, r.p_proposed, json.dumps(r.near),
            )
            for r in rows
        ]  # fmt: skip
        with self.db.write() as connection:
            self.db.serialise(connection, f"suspects {self.workspace}")
            connection.execute(
                table.delete().where(
                    table.c.workspace == self.workspace, table.c.taxonomy == taxonomy
                )
            )
            self.db.insert_many(connection, table, columns, values)

    def said(self, taxonomy: str, assets: Sequence[AssetId]) -> dict[tuple[str, str], list[Said]]:
        """What people and imports said of these pictures, oldest first, by (asset, facet)."""
        line = schema.ledger
        found: dict[tuple[str, str], list[Said]] = {}
        with self.db.read() as connection:
            for start in range(0, len(assets), _CHUNK):
                query = (
                    sa.select(line.c.asset, line.c.facet, line.c.actor_kind, line.c.concept)
                    .join(schema.run, schema.run.c.id == line.c.run)
                    .where(
                        line.c.workspace == self.workspace,
                        line.c.taxonomy == taxonomy,
                        line.c.asset.in_(assets[start : start + _CHUNK]),
                        line.c.actor_kind != "model",
                        schema.run.c.undone.is_(False),
                    )
                    .order_by(line.c.seq)
                )
                for asset, facet, kind, concept in connection.execute(query):
                    found.setdefault((asset, facet), []).append((kind, concept))
        return found

    def list(
        self,
        taxonomy: str,
        *,
        wanted: Wanted | None = None,
        after: Place | None = None,
        limit: int = 50,
    ) -> list[SuspectRow]:
        """The most suspect first; those that a person has looked at since are left out."""
        table = schema.suspect
        order = (table.c.score, table.c.facet, table.c.asset)
        query = self._open(taxonomy, wanted).order_by(*order).limit(limit)
        if after is not None:
            query = query.where(sa.tuple_(*order) > sa.tuple_(*map(sa.literal, after)))
        with self.db.read() as connection:
            return [_row(row) for row in connection.execute(query)]

    def count(self, taxonomy: str, wanted: Wanted | None = None) -> int:
        """How many labels wait for a person."""
        open_ = self._open(taxonomy, wanted).subquery()
        query = sa.select(sa.func.count()).select_from(open_)
        with self.db.read() as connection:
            return int(connection.scalar(query) or 0)

    def groups(self, taxonomy: str) -> Sequence[Group]:
        """What waits for a person, by what was given and what is meant: the most frequent first."""
        open_ = self._open(taxonomy).subquery()
        by = (open_.c.facet, open_.c.given, open_.c.proposed)
        count = sa.func.count()
        query = sa.select(*by, count).group_by(*by).order_by(count.desc(), *by[:2])
        with self.db.read() as connection:
            return [Group(*row) for row in connection.execute(query)]

    def get(self, taxonomy: str, facet: str, asset: str) -> SuspectRow:
        """One that waits. Raises NotFound."""
        table = schema.suspect
        query = self._open(taxonomy).where(table.c.facet == facet, table.c.asset == asset)
        with self.db.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise NotFound(f"no label of picture {asset!r} in facet {facet!r} is in doubt")
        return _row(row)

    def _open(self, taxonomy: str, wanted: Wanted | None = None) -> sa.Select[tuple[object, ...]]:
        table = schema.suspect
        return sa.select(table).where(
            *waiting(self.workspace, taxonomy),
            *(
                table.c[name] == value
                for name, value in asdict(wanted or Wanted()).items()
                if value is not None
            ),
        )


def waiting(workspace: str, taxonomy: str) -> list[sa.ColumnElement[bool]]:
    """Which suspects of a taxonomy wait for a person: nobody spoke of them since they were found.

    What was said at the very time of the finding was said before: the check had yet to be done.
    """
    table, line = schema.suspect, schema.ledger
    looked = (
        sa.select(line.c.seq)
        .join(schema.run, schema.run.c.id == line.c.run)
        .where(
            line.c.workspace == workspace,
            line.c.asset == table.c.asset,
            line.c.taxonomy == taxonomy,
            line.c.facet == table.c.facet,
            line.c.actor_kind == "person",
            line.c.at > table.c.found_at,
            # Where any number of concepts may be true, a word on another one is none on this.
            sa.or_(table.c.proposed.is_not(None), line.c.concept == table.c.given),
            schema.run.c.undone.is_(False),
        )
    )
    return [table.c.workspace == workspace, table.c.taxonomy == taxonomy, ~looked.exists()]


def _row(row: sa.Row[tuple[object, ...]]) -> SuspectRow:
    said = {name: getattr(row, name) for name in SuspectRow.__dataclass_fields__}
    said["near"] = tuple((AssetId(a), ConceptId(c)) for a, c in json.loads(said["near"]))
    return SuspectRow(**said)
