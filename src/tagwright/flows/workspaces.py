"""Making workspaces, and which ones a caller sees."""

from __future__ import annotations

import re
from typing import Final

from tagwright.errors import InvalidInput
from tagwright.flows.audit import record_in
from tagwright.flows.caller import Caller
from tagwright.flows.installation import Installation
from tagwright.flows.people import checked_name
from tagwright.flows.workspace import Workspace
from tagwright.store.people import People
from tagwright.store.workspaces import WorkspaceRow, add_workspace_in, all_workspaces

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def make_workspace(
    installation: Installation, caller: Caller, workspace: str, name: str
) -> Workspace:
    """A new, empty one; whoever makes it is its first admin. Raises Conflict for a known id."""
    if not _ID.fullmatch(workspace):
        raise InvalidInput(
            f"{workspace[:100]!r} is no id for a workspace: use 1 to 63 small letters, digits "
            f"and hyphens"
        )
    now, people = installation.now(), People(installation.db)
    row = WorkspaceRow(workspace, checked_name(name or workspace, workspace), now)
    made = installation.workspace(workspace)
    with installation.db.write() as connection:
        add_workspace_in(installation.db, connection, row)
        if caller.person is not None:
            people.set_role_in(connection, workspace, caller.person, "admin", now)
            record_in(
                connection,
                made,
                (caller, "member.add", f"person:{caller.actor}"),
                {"role": "admin"},
            )
        record_in(connection, installation, (caller, "workspace.make", f"workspace:{workspace}"))
    return made


def workspaces_of(installation: Installation, caller: Caller) -> list[WorkspaceRow]:
    """Those the caller may enter; for an operator, all there are."""
    rows = all_workspaces(installation.db)
    if caller.operator:
        return rows
    own = {caller.workspace}
    if caller.person is not None:
        own = {m.workspace for m in People(installation.db).memberships(caller.person)}
    return [row for row in rows if row.id in own]
