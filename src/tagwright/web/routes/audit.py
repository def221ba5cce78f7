"""The audit log: a workspace's own for its admins, the installation's for operators."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from tagwright.flows import audit
from tagwright.web.access import Administering, Operating
from tagwright.web.errors import PROBLEMS
from tagwright.web.paging import After
from tagwright.web.schemas.audit import AuditLineOut, AuditOut, VerdictOut

router = APIRouter(tags=["audit"], responses=PROBLEMS)

LINES: Final = "application/jsonl"
Limit = Annotated[int, Query(ge=1, le=500)]
_AS_LINES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "One JSON object a line, the oldest first.",
        "content": {LINES: {"schema": {"type": "string"}}},
    }
}


@router.get("/audit")
def list_audit(access: Administering, after: After, limit: Limit = 100) -> AuditOut:
    """What was done in this workspace, the newest first."""
    return _page(access.ws, after, limit)


@router.get("/audit/export", response_class=StreamingResponse, responses=_AS_LINES)
def export_audit(access: Administering) -> StreamingResponse:
    """The whole log of this workspace, as JSON Lines."""
    audit.record(access.ws, access.caller, "audit.export", f"workspace:{access.ws.id}")
    return StreamingResponse(audit.export(access.ws), media_type=LINES)


@router.get("/audit/verify")
def verify_audit(access: Administering) -> VerdictOut:
    """Whether every line of this workspace's log is as it was written."""
    return VerdictOut.of(audit.verify(access.ws))


@router.get("/installation/audit")
def list_installation_audit(access: Operating, after: After, limit: Limit = 100) -> AuditOut:
    """Log-ins, people and workspaces, the newest first."""
    return _page(access.server.installation, after, limit)


@router.get("/installation/audit/export", response_class=StreamingResponse, responses=_AS_LINES)
def export_installation_audit(access: Operating) -> StreamingResponse:
    """The whole log of the installation, as JSON Lines."""
    place = access.server.installation
    audit.record(place, access.caller, "audit.export", "installation")
    return StreamingResponse(audit.export(place), media_type=LINES)


@router.get("/installation/audit/verify")
def verify_installation_audit(access: Operating) -> VerdictOut:
    """Whether every line of the installation's log is as it was written."""
    return VerdictOut.of(audit.verify(access.server.installation))


def _page(place: audit.Place, after: int | None, limit: int) -> AuditOut:
    found = audit.log_of(place).newest(limit + 1, after)
    page = found[:limit]
    following = str(page[-1].seq) if len(found) > limit else None
    return AuditOut(items=[AuditLineOut.of(each) for each in page], next=following)
