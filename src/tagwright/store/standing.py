"""Questions about the tags that stand on one taxonomy's pictures."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa

from tagwright.store import schema
from tagwright.store.engine import Database
from tagwright.types import AssetId, ConceptId, RunId


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A picture that a model suggests a concept for, with its look-alike group."""

    asset: AssetId
    group: str
    p: float


class Standing:
    """The standing tags of one workspace, counted and looked through."""

    def __init__(self, db: Database, workspace: str) -> None:
        self.db = db
        self.workspace = workspace

    def counts(self, taxonomy: str) -> dict[ConceptId, dict[str, int]]:
        """How many tags of each concept stand, by status."""
        tag = schema.tag
        query = (
            sa.select(tag.c.concept, tag.c.status, sa.func.count().label("n"))
            .where(tag.c.workspace == self.workspace, tag.c.taxonomy == taxonomy)
            .group_by(tag.c.concept, tag.c.status)
        )
        found: dict[ConceptId, dict[str, int]] = defaultdict(dict)
        with self.db.read() as connection:
            for row in connection.execute(query):
                found[ConceptId(row.concept)][row.status] = row.n
        return found

    def of_run(self, run: RunId) -> tuple[dict[str, int], int]:
        """How many tags of a run stand, by status, and on how many pictures."""
        return self._counted(schema.tag.c.run == run)

    def of_model(self, taxonomy: str, version: int) -> tuple[dict[str, int], int]:
        """The same of every tag that a model version gave."""
        tag = schema.tag
        return self._counted(
            tag.c.taxonomy == taxonomy, tag.c.actor_kind == "model", tag.c.model == version
        )

    def _counted(self, *mine: sa.ColumnElement[bool]) -> tuple[dict[str, int], int]:
        tag = schema.tag
        where = (tag.c.workspace == self.workspace, *mine)
        by_status = (
            sa.select(tag.c.status, sa.func.count().label("n")).where(*where).group_by(tag.c.status)
        )
        pictures = sa.select(sa.func.count(tag.c.asset.distinct())).where(*where)
        with self.db.read() as connection:
            counts = {row.status: row.n for row in connection.execute(by_status)}
            return counts, connection.scalar(pictures) or 0

    def unsure(self, taxonomy: str, each: int) -> dict[ConceptId, list[Suggestion]]:
        """The suggestions nearest to a coin toss, at most `each` of every concept."""
        tag, asset = schema.tag, schema.asset
        doubt = sa.func.abs(tag.c.p - 0.5)
        place = sa.func.row_number().over(partition_by=tag.c.concept, order_by=(doubt, tag.c.asset))
        ranked = (
            sa.select(tag.c.asset, tag.c.concept, tag.c.p, place.label("place"))
            .where(
                tag.c.workspace == self.workspace,
                tag.c.taxonomy == taxonomy,
                tag.c.actor_kind == "model",
                tag.c.status == "suggested",
                tag.c.p.is_not(None),
            )
            .subquery()
        )
        group = sa.func.coalesce(asset.c.given_group, asset.c.look_alike_group)
        query = (
            sa.select(ranked, group.label("group_name"))
            .join(asset, asset.c.id == ranked.c.asset)
            .where(asset.c.workspace == self.workspace, ranked.c.place <= each)
            .order_by(ranked.c.concept, ranked.c.place)
        )
        found: dict[ConceptId, list[Suggestion]] = defaultdict(list)
        with self.db.read() as connection:
            for row in connection.execute(query):
                found[ConceptId(row.concept)].append(
                    Suggestion(AssetId(row.asset), row.group_name, row.p)
                )
        return found
