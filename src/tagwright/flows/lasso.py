"""What people decide of many pictures of a map at once: one run, one undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
BATCH: Final = 5_000
"""Pictures a transaction."""
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
    if action == "review" or concept is None:
        return _sent(ws, taxonomy, assets, actor)
    desk = _Desk(ws, found, actor, ws.now(), found.in_use(concept), positive=action == "label")
    params = {"taxonomy": taxonomy, "action": action, "concept": desk.concept}
    return desk.say(assets, {**params, "pictures": len(assets), "at": desk.now})


def grow(ws: Workspace, new: NewConcept, assets: Sequence[AssetId], actor: str) -> Grown:
    """Make a concept and label these pictures with it, as one run: undone, both are gone."""
    found = ws.taxonomies.get(new.taxonomy)
    facet = found.facet(FacetId(new.facet)).id
    parent = None if new.parent is None else found.in_use(new.parent)
    concept = found.new_id(facet, parent, new.label)
    with ws.db.write() as transaction:
        ws.db.serialise(transaction, queue_lock(ws, new.taxonomy))
        edit = Add(facet, new.label, parent, concept)
        applied = apply_in(ws, transaction, new.taxonomy, [edit], actor)
        assert applied.run is not None  # the concept is new, or it was refused
        desk = _Desk(ws, applied.taxonomy, actor, ws.now(), concept, run=applied.run)
        desk.take(transaction, assets[:BATCH])
    return Grown(concept, desk.say(assets[BATCH:], {}))


def _sent(ws: Workspace, taxonomy: str, assets: Sequence[AssetId], actor: str) -> Lassoed:
    now = ws.now()
    with ws.db.write() as transaction:
        ws.db.serialise(transaction, queue_lock(ws, taxonomy))
        live = ws.assets.live(transaction, assets)
        waiting = ws.reviews.waiting_sent(transaction, taxonomy)
        new = [asset for asset in assets if asset in live and asset not in waiting]
        refused = len(assets) - len(live)
        if not new:
            return Lassoed(None, 0, len(live), refused)
        params = {"taxonomy": taxonomy, "action": "review", "pictures": len(new), "at": now}
        run = ws.runs.start_in(transaction, "decide", actor, params, now)
        ws.reviews.send(transaction, taxonomy, new, run)
        ws.runs.finish_in(transaction, run, {"sent": len(new)}, now)
    return Lassoed(run, len(new), len(live) - len(new), refused)


@dataclass(slots=True)
class _Desk:
    """One word on many pictures, written down a batch at a time as one run.

    Between two batches others may write: SQLite has one writer, and a hundred thousand pictures
    take half a minute. Each batch is told in the run as it is stored, so one that is cut off can
    be undone like any, and said again: what stands already stays.
    """

    ws: Workspace
    taxonomy: Taxonomy
    actor: str
    now: str
    concept: ConceptId
    positive: bool = True
    run: RunId | None = None
    changed: int = 0
    unchanged: int = 0
    refused: int = 0

    @property
    def facet(self) -> FacetId:
        return self.taxonomy.get(self.concept).facet

    def say(self, assets: Sequence[AssetId], params: Json) -> Lassoed:
        """All of it. params: of the run, where there is none yet."""
        for start in range(0, len(assets), BATCH):
            with self.ws.db.write() as transaction:
                self.ws.db.serialise(transaction, queue_lock(self.ws, self.taxonomy.name))
                self.take(transaction, assets[start : start + BATCH], params)
        return Lassoed(self.run, self.changed, self.unchanged, self.refused)

    def take(
        self, transaction: Transaction, assets: Sequence[AssetId], params: Json | None = None
    ) -> None:
        """Say it of those of a batch of which it is not said, and nobody said otherwise."""
        live = self.ws.assets.live(transaction, assets)
        nothing = self._nothing(transaction, assets) if self.positive else {}
        tags = self.ws.ledger.tags_of_in(transaction, assets)
        new: list[AssetId] = []
        for asset in assets:
            own = [t for t in tags[asset] if (t.taxonomy, t.facet) == self._place]
            if asset not in live or self._is_refused(nothing.get(asset, self.actor), own):
                self.refused += 1
            elif self._is_said(own):
                self.unchanged += 1
            else:
                new.append(asset)
        if new:
            self._write(transaction, new, params or {})

    def _write(self, transaction: Transaction, assets: Sequence[AssetId], params: Json) -> None:
        """Append the lines, let go of the pictures in the queue, and tell of it."""
        ws, name, now = self.ws, self.taxonomy.name, self.now
        run = self.run or ws.runs.start_in(transaction, "decide", self.actor, params, now)
        of, by = (name, self.facet, self.concept), (self.actor, run, now)
        entries = [Entry(asset, *of, "person", *by, positive=self.positive) for asset in assets]
        ws.ledger.append_in(transaction, entries, ws.exclusive())
        ws.holds.release(transaction, name, assets)
        self.run, self.changed = run, self.changed + len(entries)
        summary = {**ws.runs.get_in(transaction, run).summary, "tags": self.changed}
        ws.runs.finish_in(transaction, run, summary, now)
        told = {"run": run, "by": "person", "assets": len(entries)}
        emit_in(ws, transaction, "tags.changed", told)
        after_answers_in(transaction, ws, name)

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

    def _is_refused(self, nobody: str, own: Sequence[Entry]) -> bool:
        """Whether another person said what this would end. nobody: who said "none of these"."""
        if nobody != self.actor:
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
