"""Workspaces: one client's sealed world each."""

from __future__ import annotations

from tagwright.store import schema
from tagwright.store.engine import Database


def ensure_workspace(db: Database, workspace: str, now: str) -> None:
    """Make the workspace if it is not there."""
    with db.read() as connection:
        query = schema.workspace.select().where(schema.workspace.c.id == workspace)
        if connection.execute(query).first() is not None:
            return
    with db.write() as connection:
        connection.execute(
            db.insert_missing(schema.workspace),
            [{"id": workspace, "name": workspace, "created_at": now}],
        )
