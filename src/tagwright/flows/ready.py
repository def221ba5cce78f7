"""Models kept in memory, ready to answer: the champion's, or a version's that somebody names.

A taxonomy that nothing was learned of yet answers with the network's own guesses, if it has any.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from tagwright.core.facet_model import FacetModel
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import Conflict
from tagwright.flows.generic import Generic, generic_model
from tagwright.flows.tagging import concepts_of_nodes
from tagwright.flows.training import load_model, model_backbone
from tagwright.flows.workspace import Workspace
from tagwright.store.models import ModelRow
from tagwright.types import ConceptId, FacetId

MOST = 16
"""Models kept: about 5 MB each at a few hundred concepts."""
FRESH_SECONDS = 1.0
"""How old a look at who is champion may be: another process's promotion is seen after this."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A model, and what its heads' nodes are called in the taxonomy as it stands now."""

    row: ModelRow
    taxonomy: Taxonomy
    taxonomy_version: int
    backbone: str
    network: Path | None
    """The row of the workspace's own network that it reads; None for the backbone in use."""
    heads: Mapping[str, FacetModel]
    names: Mapping[str, tuple[ConceptId | None, ...]]

    @property
    def version(self) -> int:
        return self.row.version

    @property
    def contract(self) -> str:
        """The promise in words."""
        promised = next(iter(self.heads.values())).contract
        return f"{promised.target:g} right at {promised.confidence:g} confidence"


Answering = Ready | Generic
Key = tuple[str, str, int]
"""Workspace, taxonomy, and the version asked for, 0 for the champion."""


@dataclass(slots=True)
class ReadyModels:
    """The models in use last. Threads share it."""

    clock: Callable[[], float] = monotonic
    _kept: dict[Key, tuple[float, Answering]] = field(default_factory=dict)
    _names: dict[str, tuple[float, list[str]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, ws: Workspace, taxonomy: str, version: int = 0) -> Answering:
        """Raises NotFound for what is not there, Conflict where there is nothing to answer with."""
        key, now = (ws.id, taxonomy, version), self.clock()
        with self._lock:
            seen, kept = self._kept.get(key, (0.0, None))
        if kept is not None and now - seen < FRESH_SECONDS:
            return kept
        row = ws.models.get(taxonomy, version) if version else ws.models.champion(taxonomy)
        stored = ws.taxonomies.version(taxonomy)
        current = (0 if row is None else row.version, stored)
        if kept is None or (kept.version, kept.taxonomy_version) != current:
            kept = _guessing(ws, taxonomy) if row is None else made_ready(ws, row, stored)
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = (now, kept)  # the newest stand last
            while len(self._kept) > MOST:
                del self._kept[next(iter(self._kept))]
        return kept

    def at_hand(self, workspace: str, taxonomies: Sequence[str]) -> list[Answering] | None:
        """The champions of these, or of all there are, if the last look is fresh: no waiting."""
        now = self.clock()
        with self._lock:
            if not taxonomies:
                seen, taxonomies = self._names.get(workspace, (0.0, []))
                if now - seen >= FRESH_SECONDS:
                    return None
            found = [self._kept.get((workspace, name, 0), (0.0, None)) for name in taxonomies]
        fresh = [kept for seen, kept in found if kept is not None and now - seen < FRESH_SECONDS]
        return fresh if fresh and len(fresh) == len(found) else None

    def all(self, ws: Workspace) -> list[Answering]:
        """Every taxonomy that has an answer. Raises Conflict where none has."""
        now = self.clock()
        with self._lock:
            seen, names = self._names.get(ws.id, (0.0, []))
        if not names or now - seen >= FRESH_SECONDS:
            names = [name for name in ws.taxonomies.names() if self._answers(ws, name)]
            with self._lock:
                self._names[ws.id] = (now, names)
        if not names:
            raise Conflict(
                "nothing was learned yet: label pictures and train a taxonomy, or begin with "
                "everyday objects"
            )
        return [self.get(ws, name) for name in names]

    def _answers(self, ws: Workspace, taxonomy: str) -> bool:
        try:
            self.get(ws, taxonomy)
        except Conflict:
            return False
        return True


def made_ready(ws: Workspace, row: ModelRow, taxonomy_version: int) -> Ready:
    """Read a model from disk, checked against its hashes."""
    heads = load_model(ws, row)
    taxonomy = ws.taxonomies.get(row.taxonomy)
    return Ready(
        row=row,
        taxonomy=taxonomy,
        taxonomy_version=taxonomy_version,
        backbone=(backbone := model_backbone(ws, row)),
        network=ws.networks.row(backbone),
        heads=heads,
        names={f: concepts_of_nodes(taxonomy, FacetId(f), head) for f, head in heads.items()},
    )


def _guessing(ws: Workspace, taxonomy: str) -> Generic:
    found = generic_model(ws, taxonomy)
    if found is None:
        raise Conflict(
            f"taxonomy {taxonomy!r} has no model yet: label pictures of its concepts and train it"
        )
    return found
