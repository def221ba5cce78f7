"""Learning from single answers between trainings: only suggestions follow; see core.online."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tagwright.core import online
from tagwright.core.decide import decide
from tagwright.core.facet_model import FacetModel
from tagwright.core.ledger import Entry
from tagwright.core.online import Guard, Online
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import TagwrightError
from tagwright.flows.tagging import concepts_of_nodes
from tagwright.flows.training import load_model, model_backbone
from tagwright.flows.workspace import Workspace
from tagwright.store.models import ModelRow
from tagwright.store.online import OnlineRow
from tagwright.types import AssetId, ConceptId, FacetId, Features, Json, View

log = logging.getLogger(__name__)

MOST: Final = 8
"""Champions kept in memory with their guards: some 5 MB each."""
SUGGESTIONS: Final = 5


@dataclass(frozen=True, slots=True)
class Suggested:
    """One concept a picture may be, as the champion sees it after the latest answers."""

    facet: FacetId
    concept: ConceptId
    p: float


@dataclass(frozen=True, slots=True)
class Pupil:
    """A champion that can be taught: its heads, and the guard of each."""

    backbone: str
    heads: dict[str, FacetModel]
    guards: dict[str, Guard]

    @property
    def views(self) -> tuple[View, ...]:
        return tuple(sorted({v for head in self.heads.values() for v in head.projection.views}))


@dataclass(frozen=True, slots=True)
class Lesson:
    """The states of a champion's facets, and whose answers they hold, oldest first."""

    states: dict[str, Online]
    assets: dict[str, list[AssetId]]


def teach(ws: Workspace, taxonomy: str, assets: Sequence[AssetId]) -> None:
    """Let the champion's suggestions follow what people say of these pictures now.

    Call after answers were written or taken back. Safe to repeat: a picture counts once, with its
    latest answer. Does nothing where the policy says no, or nothing was learned yet.
    """
    champion = ws.models.champion(taxonomy)
    if champion is None or not ws.policies.get(taxonomy).policy.online:
        return
    pupil, found = _pupil(ws, champion), ws.taxonomies.get(taxonomy)
    with ws.db.read() as connection:
        seen = ws.features.known(connection, pupil.backbone, assets)
    some = [asset for asset in dict.fromkeys(assets) if asset in seen]
    if not some:
        return
    said = ws.ledger.tags_of(some)
    features = ws.features.load(pupil.backbone, some, pupil.views)
    with ws.db.write() as transaction:
        ws.online.serialise(transaction, taxonomy)
        lesson = _lesson(ws.online.get_in(transaction, taxonomy), champion, pupil)
        for facet, head in pupil.heads.items():
            rows = head.projection.apply(features)
            _learn(lesson, pupil, facet, found, [(a, said[a], rows[i]) for i, a in enumerate(some)])
        ws.online.put_in(transaction, _row(lesson, champion, ws.now()))


def follow(ws: Workspace, taxonomy: str, assets: Sequence[AssetId]) -> None:
    """`teach`, once answers are stored: what keeps it from learning now must not look like a
    refusal of them. The next training learns from them all the same."""
    try:
        teach(ws, taxonomy, assets)
    except (TagwrightError, OSError) as error:
        told = {"taxonomy": taxonomy, "answers": len(assets), "reason": str(error)}
        log.warning("online_skipped", extra=told)


def is_taught(ws: Workspace, taxonomy: str) -> bool:
    """Whether single answers have moved what the champion suggests."""
    champion, row = ws.models.champion(taxonomy), ws.online.get(taxonomy)
    if champion is None or row is None or row.model != champion.version:
        return False
    return any(told["assets"] and told["paused"] is None for told in row.document.values())


def suggest(
    ws: Workspace, taxonomy: str, assets: Sequence[AssetId]
) -> dict[AssetId, tuple[Suggested, ...]]:
    """What to put to a person about each picture, the most probable first, a facet at a time.

    Pictures that the champion's network has not read are left out; without a champion all are.
    """
    champion = ws.models.champion(taxonomy)
    if champion is None:
        return {}
    pupil, found = _pupil(ws, champion), ws.taxonomies.get(taxonomy)
    with ws.db.read() as connection:
        seen = ws.features.known(connection, pupil.backbone, assets)
    some = [asset for asset in assets if asset in seen]
    features = ws.features.load(pupil.backbone, some, pupil.views)
    lesson = _lesson(ws.online.get(taxonomy), champion, pupil)
    made: dict[AssetId, list[Suggested]] = {asset: [] for asset in some}
    for facet, head in pupil.heads.items():
        names = concepts_of_nodes(found, FacetId(facet), head)
        top, p = _top(lesson.states[facet], head, features)
        for row, asset in enumerate(some):
            for node, likely in zip(top[row].tolist(), p[row].tolist(), strict=True):
                name = names[node]
                if name is not None:
                    made[asset].append(Suggested(FacetId(facet), name, likely))
    return {asset: tuple(each) for asset, each in made.items()}


def read_online(ws: Workspace, taxonomy: str) -> Json:
    """How far single answers have taught the champion, a facet each. Raises NotFound."""
    ws.taxonomies.get(taxonomy)
    champion, row = ws.models.champion(taxonomy), ws.online.get(taxonomy)
    current = row is not None and champion is not None and row.model == champion.version
    facets = row.document if row is not None and current else {}
    return {
        "taxonomy": taxonomy,
        "on": ws.policies.get(taxonomy).policy.online,
        "model": None if champion is None else champion.version,
        "updated_at": row.updated_at if row is not None and current else None,
        "facets": [
            {
                "id": facet,
                "answers": told["learned"],
                "right": told["helped"],
                "right_without": told["before"],
                "kept": len(told["assets"]),
                "paused": told["paused"],
            }
            for facet, told in facets.items()
        ],
    }


def reset_online(ws: Workspace, taxonomy: str) -> None:
    """Forget what single answers taught; a pause ends. Raises NotFound."""
    ws.taxonomies.get(taxonomy)
    ws.online.forget(taxonomy)
    log.info("online_reset", extra={"taxonomy": taxonomy})


def _learn(
    lesson: Lesson,
    pupil: Pupil,
    facet: str,
    taxonomy: Taxonomy,
    answers: Iterable[tuple[AssetId, list[Entry], NDArray[Any]]],
) -> None:
    """Take up each picture's answer in one facet, in place of an earlier one."""
    head = pupil.heads[facet]
    names = concepts_of_nodes(taxonomy, FacetId(facet), head)
    columns = [names[node] for node in head.columns.nodes.tolist()]
    for asset, entries, row in answers:
        state, kept = lesson.states[facet], lesson.assets[facet]
        if asset in kept:
            state = online.without(state, [kept.index(asset)])
            kept.remove(asset)
        target = _target(taxonomy, FacetId(facet), head, columns, entries)
        if target is not None:
            state = online.learn(state, head, row[np.newaxis], target, pupil.guards[facet])
            kept.append(asset)
        lesson.states[facet] = state
        lesson.assets[facet] = kept[len(kept) - len(state.rows) :]
        if state.paused is not None:
            log.info("online_paused", extra={"facet": facet, "reason": state.paused})


def _target(
    taxonomy: Taxonomy,
    facet: FacetId,
    head: FacetModel,
    columns: Sequence[ConceptId | None],
    entries: Iterable[Entry],
) -> NDArray[Any] | None:
    """What people and imports say of a picture, over the head's columns; None for nothing."""
    yes: set[ConceptId] = set()
    no: set[ConceptId] = set()
    for entry in entries:
        known = entry.concept is not None and entry.concept in taxonomy
        if entry.actor_kind != "model" and entry.taxonomy == taxonomy.name and known:
            (yes if entry.positive else no).add(taxonomy.current(ConceptId(str(entry.concept))))
    if head.kind == "any":
        return _any_target(columns, yes | {a for c in yes for a in taxonomy.ancestors(c)}, no)
    implied = {above for concept in yes for above in taxonomy.ancestors(concept)}
    deepest = [c for c in yes - implied if taxonomy.get(c).facet == facet]
    if len(deepest) != 1 or deepest[0] not in columns:
        return None
    return np.array([columns.index(deepest[0])])


def _any_target(
    columns: Sequence[ConceptId | None], yes: set[ConceptId], no: set[ConceptId]
) -> NDArray[np.int8] | None:
    """(1, k) 1, 0, or -1 for what nobody spoke of; None where nobody spoke of any column."""
    target = np.array([[1 if c in yes else 0 if c in no else -1 for c in columns]], np.int8)
    return target if (target >= 0).any() else None


def _top(
    state: Online, head: FacetModel, features: Features
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """(n, t) nodes, the most probable first, and their probabilities."""
    own = {view: features[view] for view in head.projection.views}
    made = online.suggested(state, head, own, decide(head, own, suggestions=SUGGESTIONS))
    return made.top, made.top_p


def _lesson(row: OnlineRow | None, champion: ModelRow, pupil: Pupil) -> Lesson:
    """As stored for this champion, or nothing learned yet."""
    states = {facet: Online.fresh(head) for facet, head in pupil.heads.items()}
    assets: dict[str, list[AssetId]] = {facet: [] for facet in pupil.heads}
    if row is not None and row.model == champion.version:
        for facet, told in row.document.items():
            names = ("rows", "targets", "coefficients", "guessed")
            arrays = {name: row.arrays[f"{facet}/{name}"] for name in names}
            document = {name: value for name, value in told.items() if name != "assets"}
            states[facet] = Online.from_parts(arrays, document)
            assets[facet] = list(told["assets"])
    return Lesson(states, assets)


def _row(lesson: Lesson, champion: ModelRow, now: str) -> OnlineRow:
    arrays: dict[str, NDArray[Any]] = {}
    document: Json = {}
    for facet, state in lesson.states.items():
        own, told = state.to_parts()
        arrays |= {f"{facet}/{name}": value for name, value in own.items()}
        document[facet] = told | {"assets": lesson.assets[facet]}
    return OnlineRow(champion.taxonomy, champion.version, document, arrays, now)


_KEPT: dict[tuple[str, str], Pupil] = {}
_LOCK = threading.Lock()


def _pupil(ws: Workspace, champion: ModelRow) -> Pupil:
    """Read once a process: a version never changes, so neither do its heads and its guard."""
    key = (ws.id, champion.digest)
    with _LOCK:
        kept = _KEPT.get(key)
    if kept is None:
        kept = _read_pupil(ws, champion)
        with _LOCK:
            while len(_KEPT) >= MOST:
                del _KEPT[next(iter(_KEPT))]
            _KEPT[key] = kept
    return kept


def _read_pupil(ws: Workspace, champion: ModelRow) -> Pupil:
    heads, backbone = load_model(ws, champion), model_backbone(ws, champion)
    lines = [line for line in ws.models.snapshot(champion) if line["split"] == "validation"]
    found = ws.taxonomies.get(champion.taxonomy)
    pupil = Pupil(backbone, heads, {})
    guards = {
        facet: _guard(ws, pupil, facet, found, [each for each in lines if each["facet"] == facet])
        for facet in heads
    }
    return replace(pupil, guards=guards)


def _guard(
    ws: Workspace, pupil: Pupil, facet: str, taxonomy: Taxonomy, lines: Sequence[Json]
) -> Guard:
    """Validation pictures with the labels the champion was promised on, evenly drawn."""
    head = pupil.heads[facet]
    nodes = [head.tree.nodes[node] for node in head.columns.nodes.tolist()]
    chosen = lines[:: max(len(lines) // online.GUARDED, 1)][: online.GUARDED]
    assets: list[AssetId] = []
    groups: list[str] = []
    targets: list[NDArray[Any]] = []
    for line in chosen:
        target = _line_target(taxonomy, head, nodes, line)
        if target is not None:
            assets.append(line["asset"])
            groups.append(line["group"])
            targets.append(target)
    fresh = Online.fresh(head)
    if not assets:
        return Guard(fresh.rows, fresh.targets, np.zeros(0, np.int64))
    rows = head.projection.apply(ws.features.load(pupil.backbone, assets, head.projection.views))
    return Guard(rows, np.concatenate(targets), np.unique(groups, return_inverse=True)[1])


def _line_target(
    taxonomy: Taxonomy, head: FacetModel, nodes: Sequence[ConceptId], line: Json
) -> NDArray[Any] | None:
    """A snapshot's line over the head's columns; None where it names none of them."""
    yes = {ConceptId(each) for each in line["yes"]}
    above = {a for c in yes if c in taxonomy for a in taxonomy.ancestors(c)}
    if head.kind == "any":  # what a labelled picture was not given, it was told it is not
        return np.array([[int(c in yes or c in above) for c in nodes]], np.int8)
    deepest = [c for c in yes - above if c in nodes]
    return np.array([nodes.index(deepest[0])]) if len(deepest) == 1 else None
