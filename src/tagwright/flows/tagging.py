"""Tagging: from stored features to decisions in the ledger. Read `tag_untagged` top to bottom."""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tagwright.core.decide import VERDICTS, Decisions, decide
from tagwright.core.facet_model import FacetModel
from tagwright.core.ledger import Entry
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import Conflict
from tagwright.flows.events import finish_run, of_tagging, waiting_in
from tagwright.flows.training import load_model, model_backbone, see_all
from tagwright.flows.workspace import Workspace
from tagwright.store.models import ModelRow
from tagwright.types import AssetId, ConceptId, FacetId, Json, RunId, Verdict

log = logging.getLogger(__name__)

BATCH = 4_096
"""Pictures a transaction."""
SUGGESTED = 2
"""Further guesses that are kept for a person, besides the best."""
WORTH_SUGGESTING = 0.02
"""Guesses less probable than this only distract."""

TagProgress = Callable[[int, int], None]
"""Called with the pictures done and all there are."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """What a tagging did. Counts are pictures by verdict, a facet each; `pictures` in all."""

    run: RunId | None
    taxonomy: str
    model: int
    pictures: int
    verdicts: dict[str, dict[str, int]]
    warnings: tuple[str, ...]

    def to_json(self) -> Json:
        return {
            "run": self.run,
            "taxonomy": self.taxonomy,
            "model": self.model,
            "pictures": self.pictures,
            "verdicts": self.verdicts,
            "warnings": list(self.warnings),
        }


def tag_untagged(
    ws: Workspace,
    taxonomy: str,
    *,
    progress: TagProgress = lambda done, total: None,
) -> Tagged:
    """Let the champion decide on every picture it has not decided on yet.

    What a person or an import said stands; pictures they have settled are passed over. Safe to
    repeat and to cut off: a batch is stored whole, and a second run takes up the rest.
    """
    row = _champion(ws, taxonomy)
    heads, backbone = load_model(ws, row), model_backbone(ws, row)
    found = ws.taxonomies.get(taxonomy)
    names = {facet: concepts_of_nodes(found, FacetId(facet), head) for facet, head in heads.items()}
    views = tuple(sorted({view for head in heads.values() for view in head.projection.views}))
    total, is_exclusive = ws.assets.count(), ws.exclusive()
    see_all(ws, backbone, lambda: progress(0, total))
    verdicts: dict[str, Counter[str]] = {facet: Counter() for facet in heads}
    run: RunId | None = None
    done = unseen = waiting = 0
    for some in _untagged(ws, found, row.version):
        assets = _seen(ws, backbone, some)
        unseen += len(some) - len(assets)
        if not assets:
            continue
        run = run or _start(ws, taxonomy, row.version)
        features = ws.features.load(backbone, assets, views)
        entries: list[Entry] = []
        for facet, head in heads.items():
            by = _Author(taxonomy, FacetId(facet), row.version, run, ws.now())
            decisions = decide(head, features)
            verdicts[facet].update(_verdicts(decisions, len(assets)))
            entries += _Writer(head, names[facet], by).entries(assets, decisions)
        ws.ledger.append(entries, is_exclusive)
        done, waiting = done + len(assets), waiting + waiting_in(entries)
        progress(done, total)
    if run is not None:
        finish_run(ws, run, {"pictures": done}, of_tagging(run, taxonomy, done, waiting))
    log.info("pictures_tagged", extra={"taxonomy": taxonomy, "pictures": done})
    warnings = tuple(_warnings(unseen, backbone, names, taxonomy))
    return Tagged(run, taxonomy, row.version, done, _plain(verdicts), warnings)


def _champion(ws: Workspace, taxonomy: str) -> ModelRow:
    row = ws.models.champion(taxonomy)
    if row is None:
        raise Conflict(f"taxonomy {taxonomy!r} has no model yet: `tagwright train {taxonomy}`")
    return row


def _verdicts(decisions: Decisions, pictures: int) -> dict[str, int]:
    """How many pictures came to each verdict; of several on one picture, the surest counts."""
    best = np.full(pictures, VERDICTS.index("abstain"))
    np.minimum.at(best, decisions.row, decisions.verdict)
    counts = np.bincount(best, minlength=len(VERDICTS)).tolist()
    return dict(zip(VERDICTS, counts, strict=True))


def _plain(verdicts: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    return {facet: {v: counts[v] for v in VERDICTS} for facet, counts in verdicts.items()}


def _start(ws: Workspace, taxonomy: str, model: int) -> RunId:
    params = {"taxonomy": taxonomy, "model": model}
    return ws.runs.start("tag", f"model {model}", params, ws.now())


def concepts_of_nodes(
    taxonomy: Taxonomy, facet: FacetId, head: FacetModel
) -> tuple[ConceptId | None, ...]:
    """The concept that each node of a head stands for now; None where it was retired since."""
    found: list[ConceptId | None] = []
    for node in head.tree.nodes:
        now = taxonomy.current(node) if node in taxonomy else None
        in_use = now is not None and taxonomy.is_live(now) and taxonomy.get(now).facet == facet
        found.append(now if in_use else None)
    return tuple(found)


def _seen(ws: Workspace, backbone: str, assets: Sequence[AssetId]) -> list[AssetId]:
    """Those that the model's network has read."""
    with ws.db.read() as connection:
        known = ws.features.known(connection, backbone, assets)
    return [asset for asset in assets if asset in known]


def _warnings(
    unseen: int, backbone: str, names: Mapping[str, Sequence[ConceptId | None]], taxonomy: str
) -> Iterator[str]:
    if unseen:
        yield (
            f"{unseen:,} pictures were passed over: the network of this model, {backbone}, has "
            f"not read them; train again with the network they were imported with"
        )
    retired = sum(name is None for facet in names.values() for name in facet)
    if retired:
        yield (
            f"{retired:,} concepts of this model were retired since it learned them, and are no "
            f"longer tagged: `tagwright train {taxonomy}`"
        )


@dataclass(frozen=True, slots=True)
class _Author:
    """Who decides what, and when: what all lines of one facet and run share."""

    taxonomy: str
    facet: FacetId
    model: int
    run: RunId
    now: str


@dataclass(frozen=True, slots=True)
class _Writer:
    """Turns one facet's decisions into lines of the ledger. names: a concept a node, or None."""

    head: FacetModel
    names: Sequence[ConceptId | None]
    by: _Author

    def entries(self, assets: Sequence[AssetId], decisions: Decisions) -> list[Entry]:
        """At least one line a picture: what was decided, and for a person what else it may be."""
        found: list[Entry] = []
        silent = set(range(len(assets)))
        for i, row in enumerate(decisions.row.tolist()):
            silent.discard(row)
            node = int(decisions.node[i])
            name = self.names[node] if node >= 0 else None
            verdict: Verdict = VERDICTS[decisions.verdict[i]] if name else "abstain"
            found.append(
                self._entry(
                    assets[row],
                    None if verdict == "abstain" else name,
                    verdict,
                    p=float(decisions.p[i]),
                    p_raw=float(decisions.p_raw[i]),
                    cutoff=float(decisions.cutoff[i]),
                )
            )
            if self.head.kind == "one" and verdict in ("parent", "review"):
                found += self._suggestions(assets[row], decisions, row, node)
        found += [self._entry(assets[row], None, "abstain") for row in sorted(silent)]
        return found

    def _suggestions(
        self, asset: AssetId, decisions: Decisions, row: int, said: int
    ) -> list[Entry]:
        """The next best guesses, for the person who will look."""
        guesses = zip(decisions.top[row].tolist(), decisions.top_p[row].tolist(), strict=True)
        others = [(node, p) for node, p in guesses if node != said and p >= WORTH_SUGGESTING]
        return [
            self._entry(asset, name, "review", p=p)
            for node, p in others[:SUGGESTED]
            if (name := self.names[node]) is not None
        ]

    def _entry(
        self,
        asset: AssetId,
        concept: ConceptId | None,
        verdict: Verdict,
        *,
        p: float | None = None,
        p_raw: float | None = None,
        cutoff: float | None = None,
    ) -> Entry:
        contract = self.head.contract
        return Entry(
            asset=asset,
            taxonomy=self.by.taxonomy,
            facet=self.by.facet,
            concept=concept,
            actor_kind="model",
            actor=f"model {self.by.model}",
            run=self.by.run,
            at=self.by.now,
            verdict=verdict,
            p=p,
            p_raw=p_raw,
            cutoff=None if cutoff is None or not math.isfinite(cutoff) else cutoff,
            contract=f"{contract.target:g} right at {contract.confidence:g} confidence",
            model=self.by.model,
        )


def settling_facets(taxonomy: Taxonomy) -> int | None:
    """In how many facets people must have labelled a picture for nothing to be left to decide.

    None where any number of concepts of a facet may be true: there is always one more.
    """
    exclusive = all(facet.kind == "one" for facet in taxonomy.facets)
    return len(taxonomy.facets) if exclusive else None


def _untagged(ws: Workspace, taxonomy: Taxonomy, model: int) -> Iterator[list[AssetId]]:
    settled, name = settling_facets(taxonomy), taxonomy.name
    after = 0
    while some := ws.assets.untagged(name, model, BATCH, after=after, settled_by=settled):
        after = some[-1][0]
        yield [asset for _, asset in some]
