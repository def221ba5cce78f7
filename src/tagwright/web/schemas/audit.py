"""The audit log over the wire."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from tagwright.core.audit import Line, Verdict


class AuditLineOut(BaseModel):
    """Who did what to whom. `digest` is over this line and `previous`: a chain."""

    seq: int
    workspace: str = Field(description="Empty for the installation's own log.")
    at: str
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    previous: str
    digest: str

    @classmethod
    def of(cls, line: Line) -> AuditLineOut:
        return cls(**line.to_json())


class AuditOut(BaseModel):
    items: list[AuditLineOut]
    next: str | None


class VerdictOut(BaseModel):
    """Whether every line is as it was written.

    Lines cut off at the end leave a chain that holds: keep `head` elsewhere, and look for it in a
    later export.
    """

    intact: bool
    lines: int = Field(description="How many hold, from the first on.")
    head: str = Field(description="The digest of the last line that holds.")
    broken_at: int | None = Field(description="`seq` of the first line that does not.")

    @classmethod
    def of(cls, verdict: Verdict) -> VerdictOut:
        return cls(
            intact=verdict.broken_at is None,
            lines=verdict.lines,
            head=verdict.head,
            broken_at=verdict.broken_at,
        )
