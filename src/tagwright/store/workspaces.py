"""Workspaces: one client's sealed world each."""

from __future__ import annotations

from dataclasses import dataclass

from tagwright.errors import Conflict, NotFound
from tagwright.store import schema
from tagwright.store.engine import Database, Transaction


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


@dataclass(frozen=True, slots=True)
class WorkspaceRow:
    id: str
    name: str
    created_at: str


def all_workspaces(db: Database) -> list[WorkspaceRow]:
    """Every workspace of the installation, the oldest first."""
    table = schema.workspace
    query = table.select().order_by(table.c.created_at, table.c.id)
    with db.read() as connection:
        return [WorkspaceRow(*row) for row in connection.execute(query)]


def find_workspace(db: Database, workspace: str) -> WorkspaceRow:
    """One of them. Raises NotFound."""
    query = schema.workspace.select().where(schema.workspace.c.id == workspace)
    with db.read() as connection:
        row = connection.execute(query).first()
    if row is None:
        raise NotFound(f"there is no workspace {workspace!r}")
    return WorkspaceRow(*row)


def add_workspace_in(db: Database, connection: Transaction, new: WorkspaceRow) -> None:
    """Make a workspace. Raises Conflict where there is one of that id."""
    db.serialise(connection, "workspaces")
    query = schema.workspace.select().where(schema.workspace.c.id == new.id)
    if connection.execute(query).first() is not None:
        raise Conflict(f"there is a workspace {new.id!r} already: choose another id")
    connection.execute(
        schema.workspace.insert().values(id=new.id, name=new.name, created_at=new.created_at)
    )
