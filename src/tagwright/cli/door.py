"""What the options before a command said, as every command gets it (`context.obj`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tagwright.cli import show
from tagwright.config import Settings
from tagwright.flows.installation import Installation, open_installation
from tagwright.flows.library import Library
from tagwright.flows.workspace import find_root


@dataclass(frozen=True, slots=True)
class Door:
    """The settings, and the library's folder where one was named."""

    settings: Settings
    library: Path | None

    @property
    def root(self) -> Path:
        """The library's folder. Raises NotFound where there is none."""
        return self.library or find_root(Path.cwd(), self.settings)

    @contextmanager
    def library_opened(self) -> Iterator[Library]:
        library = Library.open(self.root, self.settings)
        try:
            yield library
        except KeyboardInterrupt:
            show.say("\nStopped. Nothing is half-written; run the same command to go on.")
            raise
        finally:
            library.close()

    @contextmanager
    def installation_opened(self) -> Iterator[Installation]:
        """The library as a server sees it, with all its workspaces."""
        installation = open_installation(self.root, self.settings)
        try:
            yield installation
        finally:
            installation.close()
