"""Generic objects from day one: what the network knows itself, as suggestions, until it is taught.

A taxonomy without a model gets guesses from the backbone's own classes, matched to its concepts by
name. They are never applied alone, and the first model that is learned takes their place.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from tagwright.core.generic import LIKELY, Guesses, match, starter_paths
from tagwright.core.ledger import Entry
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import Conflict, InvalidInput
from tagwright.flows.audit import record_in
from tagwright.flows.events import finish_run, of_tagging, waiting_in
from tagwright.flows.tagging import Tagged, settling_facets, tag_untagged
from tagwright.flows.workspace import Workspace
from tagwright.runtime.catalog import CATALOG
from tagwright.runtime.classes import Classes, load_classes
from tagwright.types import AssetId, ConceptId, FacetId, Half, Matrix, RunId

log = logging.getLogger(__name__)

MODEL: Final = 0
"""The number under which the ledger keeps these guesses: before every learned version."""
ACTOR: Final = "generic objects"
BATCH: Final = 4_096
SHOWN: Final = 3
"""Guesses a picture and facet."""


@dataclass(frozen=True)
class Generic:
    """A taxonomy's concepts that the network's own classes speak for, by facet."""

    taxonomy: Taxonomy
    taxonomy_version: int
    backbone: str
    classes: Classes
    guesses: Mapping[FacetId, Guesses]
    version = MODEL
    contract = "suggestions only: nothing of this taxonomy was learned yet"

    def likely(self, semantic: Half) -> dict[FacetId, Matrix]:
        """(n, k) a facet: the probability of each concept of `guesses`."""
        of_classes = self.classes.probabilities(semantic)
        return {facet: g.probabilities(of_classes) for facet, g in self.guesses.items()}


def generic_model(ws: Workspace, taxonomy: str) -> Generic | None:
    """What the network can guess of a taxonomy; None where it has nothing to say."""
    stored, found = ws.taxonomies.version(taxonomy), ws.taxonomies.get(taxonomy)
    classes = _classes(ws.settings.backbone)
    if classes is None:
        return None
    guesses = {facet.id: match(found, facet.id, classes.paths) for facet in found.facets}
    guesses = {facet: g for facet, g in guesses.items() if g.concepts}
    return Generic(found, stored, ws.backbone_version, classes, guesses) if guesses else None


def starter_taxonomy(ws: Workspace, name: str, actor: str = "person") -> Taxonomy:
    """A first taxonomy of everyday objects, for a client who has none. Raises Conflict."""
    classes = _classes(ws.settings.backbone)
    if classes is None:
        raise InvalidInput(
            f"the classes of backbone {ws.settings.backbone!r} are not known: use one of "
            f"{', '.join(CATALOG)}, or bring a taxonomy of your own"
        )
    if ws.taxonomies.find(name) is not None:
        raise Conflict(f"there is a taxonomy {name!r} already: give this one another name")
    made = Taxonomy.empty(name).with_paths(FacetId(name), "any", starter_paths(classes.paths))
    with ws.db.write() as transaction:
        ws.taxonomies.save_in(transaction, made, ws.now())
        record_in(transaction, ws, (actor, "taxonomy.start", f"taxonomy:{name}"))
    return made


def suggest(
    ws: Workspace,
    taxonomy: str,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Tagged:
    """Put the network's own guesses to people, on every picture without any. Safe to repeat.

    Raises Conflict where none of the concepts' words is a class of the network.
    """
    generic = generic_model(ws, taxonomy)
    if generic is None:
        raise Conflict(
            f"taxonomy {taxonomy!r} has no model yet, and the network knows none of its words: "
            f"label pictures of its concepts and train it"
        )
    total, exclusive = ws.assets.count(), ws.exclusive()
    after = done = waiting = 0
    settled = settling_facets(generic.taxonomy)
    verdicts: dict[str, Counter[str]] = {facet: Counter() for facet in generic.guesses}
    run: RunId | None = None
    while some := ws.assets.untagged(taxonomy, MODEL, BATCH, after=after, settled_by=settled):
        after = some[-1][0]
        with ws.db.read() as connection:
            seen = ws.features.known(connection, ws.backbone_version, [a for _, a in some])
        assets = [asset for _, asset in some if asset in seen]
        if not assets:
            continue
        params = {"taxonomy": taxonomy, "model": MODEL}
        run = run or ws.runs.start("tag", ACTOR, params, ws.now())
        semantic = ws.features.load(ws.backbone_version, assets, ("semantic",))["semantic"]
        entries = _entries(generic, assets, semantic, run, ws.now())
        for entry in entries:
            verdicts[entry.facet][str(entry.verdict)] += 1
        ws.ledger.append(entries, exclusive)
        done += len(assets)
        waiting += waiting_in(entries)
        progress(done, total)
    if run is not None:
        finish_run(ws, run, {"pictures": done}, of_tagging(run, taxonomy, done, waiting))
    log.info("generic_suggested", extra={"taxonomy": taxonomy, "pictures": done})
    plain = {facet: dict(counts) for facet, counts in verdicts.items()}
    return Tagged(run, taxonomy, MODEL, done, plain, ())


def tag_or_suggest(
    ws: Workspace,
    taxonomy: str,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Tagged:
    """Let the champion tag; where nothing was learned yet, put the network's guesses to people."""
    learned = ws.models.champion(taxonomy) is not None
    return (tag_untagged if learned else suggest)(ws, taxonomy, progress=progress)


def best_guesses(probabilities: Matrix, most: int, worth: float = LIKELY) -> list[list[int]]:
    """For each of n pictures its likeliest concepts, those of at least `worth`. (n, k)."""
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, :most]
    return [[int(i) for i in row if probabilities[n, i] >= worth] for n, row in enumerate(order)]


def _entries(
    generic: Generic, assets: Sequence[AssetId], semantic: Half, run: RunId, now: str
) -> list[Entry]:
    """The likeliest concepts of each picture for a person to look at, or a line that says none."""
    found: list[Entry] = []
    for facet, likely in generic.likely(semantic).items():
        concepts = generic.guesses[facet].concepts
        for n, best in enumerate(best_guesses(likely, SHOWN)):
            picks: list[tuple[ConceptId | None, float | None]] = [
                (concepts[i], float(likely[n, i])) for i in _deepest(generic, concepts, best)
            ]
            for concept, p in picks or [(None, None)]:
                found.append(
                    Entry(
                        asset=assets[n],
                        taxonomy=generic.taxonomy.name,
                        facet=facet,
                        concept=concept,
                        actor_kind="model",
                        actor=ACTOR,
                        run=run,
                        at=now,
                        verdict="review" if concept else "abstain",
                        p=p,
                        p_raw=p,
                        model=MODEL,
                    )
                )
    return found


def _deepest(generic: Generic, concepts: Sequence[ConceptId], best: Sequence[int]) -> list[int]:
    """Without those that another one implies: a dog is not put forward as an animal too."""
    implied = {above for i in best for above in generic.taxonomy.ancestors(concepts[i])}
    return [i for i in best if concepts[i] not in implied]


@lru_cache(maxsize=4)
def _classes(backbone: str) -> Classes | None:
    """Read once: 5 MB of weights. None for a backbone from a file."""
    return load_classes(CATALOG[backbone]) if backbone in CATALOG else None
