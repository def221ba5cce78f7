"""Workspaces: which there are, and new ones."""

from __future__ import annotations

from fastapi import APIRouter, Response

from tagwright.flows import workspaces as flow
from tagwright.store.workspaces import find_workspace
from tagwright.web.access import Operating
from tagwright.web.errors import PROBLEMS
from tagwright.web.schemas.workspaces import WorkspaceIn, WorkspaceOut, WorkspacesOut
from tagwright.web.visitors import Visiting

router = APIRouter(tags=["workspaces"], responses=PROBLEMS)


@router.get("/workspaces")
def list_workspaces(visitor: Visiting) -> WorkspacesOut:
    """Those the caller may enter; for an operator, all."""
    rows = flow.workspaces_of(visitor.installation, visitor.caller)
    return WorkspacesOut(items=[WorkspaceOut.of(each) for each in rows])


@router.post("/workspaces", status_code=201)
def make_workspace(access: Operating, asked: WorkspaceIn, response: Response) -> WorkspaceOut:
    """A new, empty workspace, with the caller as its admin."""
    installation = access.server.installation
    made = flow.make_workspace(installation, access.caller, asked.id, asked.name)
    response.headers["Location"] = "/api/v1/workspaces"
    return WorkspaceOut.of(find_workspace(installation.db, made.id))
