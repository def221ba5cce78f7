"""Questions about the tags that stand on one taxonomy's pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa

from tagwright.store import schema
from tagwright.store.engine import Database
from tagwright.types import AssetId, ConceptId, RunId


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

    def unsure(
        self, taxonomy: str, concepts: Sequence[ConceptId], limit: int
    ) -> list[tuple[AssetId, str, ConceptId, float]]:
        """(asset, group, concept, p): suggestions of these concepts nearest to a coin toss."""
        tag, asset = schema.tag, schema.asset
        group = sa.func.coalesce(asset.c.given_group, asset.c.look_alike_group)
        query = (
            sa.select(tag.c.asset, group.label("group_name"), tag.c.concept, tag.c.p)
            .join(asset, sa.and_(asset.c.workspace == tag.c.workspace, asset.c.id == tag.c.asset))
            .where(
                tag.c.workspace == self.workspace,
                tag.c.taxonomy == taxonomy,
                tag.c.concept.in_(concepts),
                tag.c.actor_kind == "model",
                tag.c.status == "suggested",
                tag.c.p.is_not(None),
            )
            .order_by(sa.func.abs(tag.c.p - 0.5), tag.c.asset)
            .limit(limit)
        )
        with self.db.read() as connection:
            return [
                (AssetId(row.asset), row.group_name, ConceptId(row.concept), row.p)
                for row in connection.execute(query)
            ]
