"""An installation with people in it, whose clock stands still until it is moved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from tagwright.config import Settings
from tagwright.core.roles import Role
from tagwright.flows.access import Credentials, authenticate
from tagwright.flows.caller import Caller
from tagwright.flows.installation import Installation, open_installation
from tagwright.flows.invitations import accept
from tagwright.flows.limits import LoginThrottle
from tagwright.flows.members import invite
from tagwright.flows.memory import KeyCache, Memory
from tagwright.flows.passwords import Passwords
from tagwright.flows.people import set_up
from tagwright.flows.sessions import Visit, log_in
from tagwright.flows.workspace import create
from tagwright.flows.workspaces import make_workspace

PASSWORD = "correct horse battery"
OTHER = "a wholly other one"
ADMIN = "ada@example.org"
HOME = Visit("192.0.2.1", "a browser")

WEAK = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
"""Argon2 that costs nothing, for tests that are not about its cost."""


@dataclass
class Clock:
    """Time as the installation sees it."""

    at: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> str:
        return self.at.isoformat(timespec="milliseconds")

    def seconds(self) -> float:
        return self.at.timestamp()

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class World:
    """An installation with an admin, and what it takes to be somebody in it."""

    installation: Installation
    clock: Clock
    admin: Caller

    def log_in(self, email: str = ADMIN, password: str = PASSWORD, visit: Visit = HOME) -> str:
        return log_in(self.installation, email, password, visit).token

    def caller(self, token: str, workspace: str | None = None) -> Caller:
        return authenticate(
            self.installation, Credentials(session_token=token, workspace=workspace)
        )

    def member(self, email: str, role: Role, workspace: str = "default") -> Caller:
        """Somebody new, invited, come and logged in."""
        ws = self.installation.workspace(workspace)
        admin = self.caller(self.log_in(), workspace)
        invited = invite(ws, admin, email, "", role)
        assert invited.token is not None
        return self.caller(accept(self.installation, invited.token, PASSWORD, HOME).token)

    def workspace(self, name: str) -> Caller:
        """A new workspace, and its admin."""
        make_workspace(self.installation, self.admin, name, "")
        return self.caller(self.log_in(), name)


def fresh(folder: Path, settings: Settings, clock: Clock) -> Installation:
    """A library with nobody in it."""
    create(folder, settings).close()
    opened = open_installation(folder, settings, clock)
    memory = Memory(
        keys=KeyCache(clock.seconds),
        passwords=Passwords(WEAK),
        logins=LoginThrottle(clock.seconds),
    )
    return replace(opened, memory=memory)


def with_admin(installation: Installation, clock: Clock) -> World:
    set_up(installation, ADMIN, "Ada", PASSWORD)
    token = log_in(installation, ADMIN, PASSWORD, HOME).token
    admin = authenticate(installation, Credentials(session_token=token))
    return World(installation, clock, admin)
