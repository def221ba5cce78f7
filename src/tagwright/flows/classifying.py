"""What pictures are, without keeping them: bytes -> pixels -> features -> decisions.

Requests of many clients share the decoder processes and the network; see `Classifier`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from tagwright.core.decide import VERDICTS, Decisions, decide
from tagwright.core.facet_model import FacetModel
from tagwright.core.generic import LIKELY
from tagwright.errors import Conflict
from tagwright.flows.generic import Generic, best_guesses
from tagwright.flows.installation import Installation
from tagwright.flows.ready import Answering, Ready, ReadyModels
from tagwright.flows.workspace import decode_limits
from tagwright.media.pool import Decoded, Decoders
from tagwright.runtime.backbone import Backbone, FeatureRow
from tagwright.types import VIEWS, ConceptId, FacetId, Features, Verdict

MOST: Final = 64
"""Pictures in one request."""


@dataclass(frozen=True, slots=True)
class Guess:
    """One concept a picture may be. `p`: calibrated."""

    concept: ConceptId
    path: tuple[str, ...]
    p: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What the machine would do: tag a concept alone, tag a parent, suggest it, or abstain.

    concept: None where it abstains. cutoff: what `p` had to reach; None where nothing may be
    tagged alone.
    """

    facet: FacetId
    decision: Verdict
    concept: ConceptId | None
    path: tuple[str, ...]
    p: float
    p_raw: float
    cutoff: float | None


@dataclass(frozen=True, slots=True)
class FacetAnswer:
    """A facet of one picture: the most probable concepts, and what would be done."""

    facet: FacetId
    decisions: tuple[Decision, ...]
    top: tuple[Guess, ...]


@dataclass(frozen=True, slots=True)
class Classifier:
    """Decoders, network and models, kept ready. Threads share it.

    embedders: as many threads as the network takes pictures at once.
    """

    decoders: Decoders
    backbone: Backbone
    embedders: ThreadPoolExecutor
    models: ReadyModels = field(default_factory=ReadyModels)

    def answer(
        self, decoded: Decoded, ready: Sequence[Answering], top: int
    ) -> tuple[FeatureRow, list[list[FacetAnswer]]]:
        """Features of one decoded picture, and for each model its answer a facet."""
        for each in ready:
            if each.backbone != self.backbone.version:
                raise Conflict(
                    f"the model of {each.taxonomy.name!r} reads features of {each.backbone}, and "
                    f"this server runs {self.backbone.version}: train it again"
                )
        row = self.backbone.row(decoded.picture.pixels)
        features: Features = {view: row[view][np.newaxis] for view in VIEWS}
        return row, [answers(each, features, top)[0] for each in ready]


@contextmanager
def open_classifier(installation: Installation) -> Iterator[Classifier]:
    """Start the decoders, and the network, which takes a second or two."""
    backbone = installation.home.backbone()
    settings = installation.settings
    with (
        Decoders(
            side=backbone.spec.side, workers=settings.decoders, limits=decode_limits(settings)
        ) as decoders,
        ThreadPoolExecutor(backbone.depth, "embed") as embedders,
    ):
        yield Classifier(decoders, backbone, embedders)


def answers(ready: Answering, features: Features, top: int) -> list[list[FacetAnswer]]:
    """For each of n pictures, an answer a facet. features: (n, d) a view."""
    if isinstance(ready, Generic):
        return _guessed(ready, features, top)
    n = len(next(iter(features.values())))
    found: list[list[FacetAnswer]] = [[] for _ in range(n)]
    for facet, head in ready.heads.items():
        own = {view: features[view] for view in head.projection.views}
        decisions = decide(head, own, suggestions=top)
        for row, answer in enumerate(_facet_answers(ready, FacetId(facet), head, decisions)):
            found[row].append(answer)
    return found


def _guessed(generic: Generic, features: Features, top: int) -> list[list[FacetAnswer]]:
    """The network's own guesses: the best is for a person to confirm, if it is likely at all."""
    found: list[list[FacetAnswer]] = [[] for _ in features["semantic"]]
    for facet, likely in generic.likely(features["semantic"]).items():
        concepts = generic.guesses[facet].concepts
        for row, best in enumerate(best_guesses(likely, top, worth=0.0)):
            guesses = tuple(
                Guess(concepts[i], generic.taxonomy.path(concepts[i]), float(likely[row, i]))
                for i in best
            )
            worth = [g for g in guesses[:1] if g.p >= LIKELY]
            decisions = [
                Decision(facet, "review", g.concept, g.path, g.p, g.p, None) for g in worth
            ]
            none = Decision(facet, "abstain", None, (), 0.0, 0.0, None)
            found[row].append(FacetAnswer(facet, tuple(decisions or [none]), guesses))
    return found


def _facet_answers(
    ready: Ready, facet: FacetId, head: FacetModel, decisions: Decisions
) -> list[FacetAnswer]:
    names = ready.names[facet]
    made: list[list[Decision]] = [[] for _ in decisions.top]
    for i, row in enumerate(decisions.row.tolist()):
        node, cutoff = int(decisions.node[i]), float(decisions.cutoff[i])
        name = names[node] if node >= 0 else None
        verdict: Verdict = VERDICTS[decisions.verdict[i]] if name else "abstain"
        made[row].append(
            Decision(
                facet=facet,
                decision=verdict,
                concept=None if verdict == "abstain" else name,
                path=() if name is None else ready.taxonomy.path(name),
                p=float(decisions.p[i]),
                p_raw=float(decisions.p_raw[i]),
                cutoff=cutoff if math.isfinite(cutoff) else None,
            )
        )
    return [
        FacetAnswer(facet, tuple(made[row]), _guesses(ready, names, decisions, row))
        for row in range(len(made))
    ]


def _guesses(
    ready: Ready, names: Sequence[ConceptId | None], decisions: Decisions, row: int
) -> tuple[Guess, ...]:
    pairs = zip(decisions.top[row].tolist(), decisions.top_p[row].tolist(), strict=True)
    return tuple(
        Guess(name, ready.taxonomy.path(name), p)
        for node, p in pairs
        if (name := names[node]) is not None
    )
