"""What pictures are, without keeping them: bytes -> pixels -> features -> decisions.

Requests of many clients share the decoder processes and the network; see `Classifier`.
"""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from tagwright.core.decide import VERDICTS, Decisions, decide
from tagwright.core.facet_model import FacetModel
from tagwright.core.generic import LIKELY
from tagwright.errors import Conflict
from tagwright.flows.embedding import stacked
from tagwright.flows.generic import Generic, best_guesses
from tagwright.flows.installation import Installation
from tagwright.flows.ready import Answering, Ready, ReadyModels
from tagwright.flows.workspace import decode_limits, devices_of
from tagwright.media.decode import Picture
from tagwright.media.pool import Decoders, Outcome, Unreadable
from tagwright.runtime.backbone import Backbone, FeatureRow
from tagwright.types import ConceptId, FacetId, Features, Verdict

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
class Seen:
    """What was made of one picture: its features, and for each model asked an answer a facet."""

    picture: Picture
    row: FeatureRow
    answers: list[list[FacetAnswer]]


class Classifier:
    """Decoders, network and models, kept ready for the requests of many clients at once.

    A picture goes through three queues: decoder processes, the network, and one thread that
    decides on all that waits at the time, since a head costs as much for one picture as for
    eight. No thread waits for another, so a busy server spends its time on pictures.
    """

    def __init__(
        self,
        decoders: Decoders,
        backbone: Backbone,
        own: Callable[[Path], Backbone],
        devices: int = 1,
    ) -> None:
        """own: loads a workspace's own network from its row, or has it loaded. devices: how many
        there are for networks to work on at the same time.
        """
        self.decoders = decoders
        self.backbone = backbone
        self.own = own
        self.models = ReadyModels()
        self._embedders = ThreadPoolExecutor(devices * backbone.depth, "embed")
        self._embedded: SimpleQueue[_Asked | None] = SimpleQueue()
        self._deciding = threading.Thread(target=self._decide, name="decide", daemon=True)
        self._deciding.start()

    def classify(
        self, data: bytes, ready: Sequence[Answering], top: int
    ) -> Future[Seen | Unreadable]:
        """What a picture is to some models, with `top` guesses a facet. Never waits.

        The outcome is a Conflict for a model that reads features this server cannot make.
        """
        asked = _Asked(tuple(ready), top)
        asked.outcome.set_running_or_notify_cancel()  # a client that leaves stops nothing midway
        self.decoders.submit(data).add_done_callback(lambda done: self._decoded(asked, done))
        return asked.outcome

    def _network_of(self, ready: Answering) -> Backbone:
        if ready.backbone == self.backbone.version:
            return self.backbone
        reads = f"the model of {ready.taxonomy.name!r} reads features of {ready.backbone}"
        if isinstance(ready, Generic) or ready.network is None:
            raise Conflict(f"{reads}, and this server runs {self.backbone.version}: train it again")
        found, side = self.own(ready.network), self.backbone.spec.side
        if found.spec.side != side:
            raise Conflict(
                f"{reads}, for pictures of {found.spec.side} px, and this server decodes them to "
                f"{side} px: fine-tune with --side {side}, or import pictures and tag them"
            )
        return found

    def close(self) -> None:
        """End the threads, when what they have is done."""
        self._embedders.shutdown()
        self._embedded.put(None)
        self._deciding.join()

    def _decoded(self, asked: _Asked, done: Future[Outcome]) -> None:
        with _told(asked):
            outcome = done.result()
            if isinstance(outcome, Unreadable):
                asked.outcome.set_result(outcome)
            else:
                asked.picture = outcome.picture
                self._embedders.submit(self._embed, asked)

    def _embed(self, asked: _Asked) -> None:
        with _told(asked):
            asked.row = self.backbone.row(asked.picture.pixels)
            reading = {each.backbone: each for each in asked.ready}
            asked.rows = {version: self._row(asked, each) for version, each in reading.items()}
            self._embedded.put(asked)

    def _row(self, asked: _Asked, ready: Answering) -> FeatureRow:
        """What a model reads. No thread holds a network of a workspace's own and waits for one."""
        by = self._network_of(ready)
        return asked.row if by is self.backbone else by.row(asked.picture.pixels)

    def _decide(self) -> None:
        while (first := self._embedded.get()) is not None:
            waiting = [first]
            while len(waiting) < MOST and not self._embedded.empty():
                following = self._embedded.get()
                if following is None:
                    self._embedded.put(None)
                    break
                waiting.append(following)
            for some in _alike(waiting):
                _answer(some)


class _Asked:
    """A picture on its way through a classifier. `picture` and `rows` are there in their turn.

    row: the features of the backbone in use. rows: of each network that a model reads, by version.
    """

    picture: Picture
    row: FeatureRow
    rows: Mapping[str, FeatureRow]

    def __init__(self, ready: tuple[Answering, ...], top: int) -> None:
        self.ready = ready
        self.top = top
        self.outcome: Future[Seen | Unreadable] = Future()


@contextmanager
def _told(*some: _Asked) -> Iterator[None]:
    """Whatever goes wrong is the outcome: somebody waits for it in another thread."""
    try:
        yield
    except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
        for each in some:
            each.outcome.set_exception(error)


def _alike(waiting: Sequence[_Asked]) -> Iterable[list[_Asked]]:
    """Those that ask the same of the same models."""
    found: dict[tuple[int, ...], list[_Asked]] = defaultdict(list)
    for asked in waiting:
        found[(asked.top, *map(id, asked.ready))].append(asked)
    return found.values()


def _answer(some: Sequence[_Asked]) -> None:
    with _told(*some):
        features: dict[str, Features] = {
            version: stacked([each.rows[version] for each in some]) for version in some[0].rows
        }
        made = [answers(model, features[model.backbone], some[0].top) for model in some[0].ready]
        for i, each in enumerate(some):
            each.outcome.set_result(Seen(each.picture, each.row, [own[i] for own in made]))


@contextmanager
def open_classifier(installation: Installation) -> Iterator[Classifier]:
    """Start the decoders, and the network, which takes a second or two."""
    with open_decoders(installation) as decoders, classifier_on(decoders, installation) as made:
        yield made


def open_decoders(installation: Installation) -> Decoders:
    """Start the decoders, for the pictures that this installation's network takes."""
    settings = installation.settings
    return Decoders(
        side=installation.home.backbone().spec.side,
        workers=settings.decoders,
        limits=decode_limits(settings),
    )


@contextmanager
def classifier_on(decoders: Decoders, installation: Installation) -> Iterator[Classifier]:
    """A classifier on decoders that run already; they outlive it."""
    home = installation.home
    classifier = Classifier(
        decoders,
        home.backbone(),
        lambda row: home.backbone(str(row)),
        devices=len(devices_of(installation.settings)),
    )
    try:
        yield classifier
    finally:
        classifier.close()


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
