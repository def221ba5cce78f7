"""Workspaces over the wire."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from tagwright.store.workspaces import WorkspaceRow


class WorkspaceIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str = Field(max_length=63, description="Small letters, digits and hyphens.")
    name: str = Field(default="", max_length=200)


class WorkspaceOut(BaseModel):
    id: str
    name: str
    created_at: str

    @classmethod
    def of(cls, row: WorkspaceRow) -> WorkspaceOut:
        return cls(id=row.id, name=row.name, created_at=row.created_at)


class WorkspacesOut(BaseModel):
    items: list[WorkspaceOut]
