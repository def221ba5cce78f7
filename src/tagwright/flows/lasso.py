"""What people decide of many pictures of a map at once: one run, one transaction, one undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from tagwright.core.edits import Add
from tagwright.core.ledger import Entry
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import InvalidInput
from tagwright.flows.edits import apply_in
from tagwright.flows.events import emit_in
from tagwright.flows.map_view import group_rows
from tagwright.flows.policies import after_answers_in
from tagwright.flows.reviewing import queue_lock
from tagwright.flows.workspace import Workspace
from tagwright.store.engine import Transaction
from tagwright.store.maps import Points
from tagwright.types import AssetId, ConceptId, FacetId, Json, RunId

Action = Literal["label", "reject", "review"]
MOST: Final = 100_000
_CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Lassoed:
    """What came of it. run: undo it to take all back; None where nothing changed.

    changed: pictures of which something is said now that was not. unchanged: it was said already.
    refused: another person said otherwise, or the picture is gone.
    """

    run: RunId | None
    changed: int
    unchanged: int
    refused: int


@dataclass(frozen=True, slots=True)
class Grown:
    """A concept made of a group of pictures, and what came of labelling them with it."""

    concept: ConceptId
    done: Lassoed


@dataclass(frozen=True, slots=True)
class NewConcept:
    """What to call a group of pictures, and where in the taxonomy. parent: None makes a root."""

    taxonomy: str
    facet: str
    label: str
    parent: str | None = None


def chosen(ws: Workspace, named: str, indices: Sequence[int]) -> list[AssetId]:
    """The pictures that stand at these places of a map, each once. Raises InvalidInput."""
    points = ws.maps.points(ws.maps.get(named))
    return _at(points, indices)


def pictures_at(ws: Workspace, named: str, indices: Sequence[int]) -> list[AssetId]:
    """The pictures at some places of a map, in the order asked. Raises InvalidInput."""
    points = ws.maps.points(ws.maps.get(named))
    _at(points, indices)
    return points.ids(list(indices))


def _at(points: Points, indices: Sequence[int]) -> list[AssetId]:
    if not 1 <= len(indices) <= MOST:
        raise InvalidInput(f"{len(indices):,} pictures at once: give 1 to {MOST:,}")
    rows = np.unique(np.asarray(indices, np.int64))
    if rows[0] < 0 or rows[-1] >= len(points.assets):
        raise InvalidInput(
            f"{rows[-1] if rows[0] >= 0 else rows[0]} is no index of this map, which has "
            f"{len(points.assets):,} pictures: read its points again"
        )
    return points.ids(rows)


def group_on(
    ws: Workspace, named: str, *, group: int | None = None, cluster: int | None = None
) -> list[AssetId]:
    """The pictures of a group that fits nothing, or of a cluster. Raises InvalidInput."""
    row = ws.maps.get(named)
    points = ws.maps.points(row)
    if group is not None:
        return _at(points, group_rows(row, group).tolist())
    rows = np.flatnonzero(points.cluster == cluster)
    if cluster is None or cluster < 0 or not len(rows):
        raise InvalidInput(f"map {row.id[:8]!r} has no cluster {cluster!r}")
    return _at(points, rows.tolist())


def select(
    ws: Workspace,
    taxonomy: str,
    assets: Sequence[AssetId],
    action: Action,
    actor: str,
    *,
    concept: str | None = None,
) -> Lassoed:
    """Label pictures with a concept, say they are not it, or send them to the review queue.

    What another person said otherwise stays, and counts as refused; imports and models give way.
    """
    found = ws.taxonomies.get(taxonomy)
    if action != "review" and concept is None:
        raise InvalidInput(f"the action {action!r} needs a concept")
    named = None if concept is None else _concept(found, concept)
    with ws.db.write() as transaction:
        ws.db.serialise(transaction, queue_lock(ws, taxonomy))
        live = ws.assets.live(transaction, assets)
        kept = [asset for asset in assets if asset in live]
        if named is None or action == "review":
            done = _sent(ws, transaction, taxonomy, kept, actor)
        else:
            desk = _Desk(ws, found, actor, ws.now())
            desk.take(transaction, kept, named, positive=action == "label")
            params = {"taxonomy": taxonomy, "action": action, "concept": named}
            done = _said(transaction, desk, {**params, "pictures": len(assets), "at": desk.now})
    return replace(done, refused=done.refused + len(assets) - len(kept))


def grow(ws: Workspace, new: NewConcept, assets: Sequence[AssetId], actor: str) -> Grown:
    """Make a concept and label these pictures with it, as one run: undone, both are gone."""
    found = ws.taxonomies.get(new.taxonomy)
    facet = found.facet(FacetId(new.facet)).id
    parent = None if new.parent is None else _concept(found, new.parent)
    concept = found.new_id(facet, parent, new.label)
    with ws.db.write() as transaction:
        ws.db.serialise(transaction, queue_lock(ws, new.taxonomy))
        edit = Add(facet, new.label, parent, concept)
        applied = apply_in(ws, transaction, new.taxonomy, [edit], actor)
        assert applied.run is not None  # the concept is new, or it was refused
        desk = _Desk(ws, applied.taxonomy, actor, ws.now())
        live = ws.assets.live(transaction, assets)
        some = [asset for asset in assets if asset in live]
        desk.take(transaction, some, concept, positive=True)
        summary = ws.runs.get_in(transaction, applied.run).summary
        desk.write(transaction, applied.run)
        told = {**summary, "tags": len(desk.changed)}
        ws.runs.finish_in(transaction, applied.run, told, ws.now())
    refused = desk.refused + len(assets) - len(some)
    return Grown(concept, Lassoed(applied.run, len(desk.changed), desk.unchanged, refused))


def _said(transaction: Transaction, desk: _Desk, params: Json) -> Lassoed:
    """Write down what a desk has taken, as a run of its own."""
    ws = desk.ws
    if not desk.changed:
        return Lassoed(None, 0, desk.unchanged, desk.refused)
    run = ws.runs.start_in(transaction, "decide", desk.actor, params, desk.now)
    desk.write(transaction, run)
    ws.runs.finish_in(transaction, run, {"tags": len(desk.changed)}, desk.now)
    after_answers_in(transaction, ws, desk.taxonomy.name)
    return Lassoed(run, len(desk.changed), desk.unchanged, desk.refused)


def _sent(
    ws: Workspace, transaction: Transaction, taxonomy: str, assets: Sequence[AssetId], actor: str
) -> Lassoed:
    waiting, now = ws.reviews.waiting_sent(transaction, taxonomy), ws.now()
    new = [asset for asset in assets if asset not in waiting]
    if not new:
        return Lassoed(None, 0, len(assets), 0)
    params = {"taxonomy": taxonomy, "action": "review", "pictures": len(new), "at": now}
    run = ws.runs.start_in(transaction, "decide", actor, params, now)
    ws.reviews.send(transaction, taxonomy, new, run)
    ws.runs.finish_in(transaction, run, {"sent": len(new)}, now)
    return Lassoed(run, len(new), len(assets) - len(new), 0)


def _concept(taxonomy: Taxonomy, named: str) -> ConceptId:
    """The concept in use that is meant. Raises NotFound, InvalidInput for a retired one."""
    concept = taxonomy.current(ConceptId(named))
    if not taxonomy.is_live(concept):
        raise InvalidInput(f"concept {named!r} is retired: name one that is in use")
    return concept


class _Desk:
    """Turns one word on many pictures into lines of the ledger; their run is not known yet."""

    def __init__(self, ws: Workspace, taxonomy: Taxonomy, actor: str, now: str) -> None:
        self.ws, self.taxonomy, self.actor, self.now = ws, taxonomy, actor, now
        self.changed: list[AssetId] = []
        self.unchanged = self.refused = 0

    def take(
        self,
        transaction: Transaction,
        assets: Sequence[AssetId],
        concept: ConceptId,
        *,
        positive: bool,
    ) -> None:
        """Sort out what is said already, and what another person said otherwise."""
        self.concept, self.positive = concept, positive
        self.facet = self.taxonomy.get(concept).facet
        self.nothing = self._nothing(transaction, assets) if positive else {}
        tags = self.ws.ledger.tags_of_in(transaction, assets)
        for asset in assets:
            own = [t for t in tags[asset] if (t.taxonomy, t.facet) == self._place]
            if self._is_said(own):
                self.unchanged += 1
            elif self._is_refused(asset, own):
                self.refused += 1
            else:
                self.changed.append(asset)

    def write(self, transaction: Transaction, run: RunId) -> None:
        """Append the lines, and let go of the pictures in the queue."""
        if not self.changed:
            return
        name = self.taxonomy.name
        entries = [
            Entry(
                asset, name, self.facet, self.concept, "person", self.actor, run, self.now,
                positive=self.positive,
            )
            for asset in self.changed
        ]  # fmt: skip
        self.ws.ledger.append_in(transaction, entries, self.ws.exclusive())
        self.ws.holds.release(transaction, name, self.changed)
        told = {"run": run, "by": "person", "assets": len(entries)}
        emit_in(self.ws, transaction, "tags.changed", told)

    @property
    def _place(self) -> tuple[str, FacetId]:
        return self.taxonomy.name, self.facet

    def _is_said(self, own: Sequence[Entry]) -> bool:
        return any(
            tag.concept == self.concept
            and tag.actor_kind == "person"
            and tag.positive == self.positive
            for tag in own
        )

    def _is_refused(self, asset: AssetId, own: Sequence[Entry]) -> bool:
        """Whether another person said what this would end."""
        if self.nothing.get(asset, self.actor) != self.actor:
            return True
        others = [t for t in own if t.actor_kind == "person" and t.actor != self.actor]
        if any(t.concept == self.concept and t.positive != self.positive for t in others):
            return True
        if not self.positive or self.taxonomy.facet(self.facet).kind != "one":
            return False
        implied = {self.concept, *self.taxonomy.ancestors(self.concept)}
        return any(t.positive and t.concept not in implied for t in others)

    def _nothing(self, transaction: Transaction, assets: Sequence[AssetId]) -> dict[AssetId, str]:
        """Who said, last, that nothing of the facet fits a picture."""
        found: dict[AssetId, str] = {}
        for start in range(0, len(assets), _CHUNK):
            some = assets[start : start + _CHUNK]
            for _, line in self.ws.ledger.people(transaction, self.taxonomy.name, assets=some):
                if line.facet == self.facet and line.positive:
                    found.pop(line.asset, None)
                    if line.concept is None:
                        found[line.asset] = line.actor
        return found
