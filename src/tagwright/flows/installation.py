"""An opened library folder as a server sees it: one database, one network, many workspaces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from tagwright.config import Settings
from tagwright.flows.memory import Memory
from tagwright.flows.workspace import Workspace, open_at, utc_now
from tagwright.store.engine import Database


@dataclass(frozen=True, slots=True)
class Installation:
    """What all workspaces share. `home`: the workspace that the library was made with."""

    home: Workspace
    memory: Memory = field(default_factory=Memory)

    @property
    def root(self) -> Path:
        return self.home.root

    @property
    def settings(self) -> Settings:
        return self.home.settings

    @property
    def db(self) -> Database:
        return self.home.db

    @property
    def now(self) -> Callable[[], str]:
        return self.home.now

    def workspace(self, workspace: str) -> Workspace:
        """A workspace by id, on the same database and network. It must exist."""
        return self.home if workspace == self.home.id else replace(self.home, id=workspace)

    def close(self) -> None:
        self.home.close()


def open_installation(
    root: Path, settings: Settings, now: Callable[[], str] = utc_now
) -> Installation:
    """Open the library in `root` for serving. Raises NotFound where there is none."""
    home = open_at(root, settings)
    home.now = now
    return Installation(home)
