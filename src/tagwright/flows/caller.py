"""Who is asking, once a door has made sure of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tagwright.core.roles import Permission
from tagwright.errors import Forbidden


@dataclass(frozen=True, slots=True)
class Caller:
    """A person's session, an API key, or whoever sits at a machine that has no people yet.

    actor: what the ledger and the audit log call them. workspace: the one they act in.
    operator: may make workspaces and people.
    """

    actor: str
    person: str | None
    workspace: str
    permissions: frozenset[Permission]
    operator: bool
    kind: Literal["session", "key", "local"]

    def require(self, permission: Permission) -> None:
        """Raises Forbidden, with what is missing."""
        if permission not in self.permissions:
            raise Forbidden(
                f"{self.actor} may not {permission!r} in workspace {self.workspace!r}: "
                f"ask one of its admins for a role or a key that may"
            )
