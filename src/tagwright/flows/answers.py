"""What people answer to the queue, many at once: one run, one transaction, one undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from tagwright.core.ledger import Entry
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import Conflict, InvalidInput, NotFound, TagwrightError
from tagwright.flows.events import emit_in
from tagwright.flows.policies import after_answers_in
from tagwright.flows.reviewing import HELD_MINUTES, Kind, later, queue_lock
from tagwright.flows.workspace import Workspace
from tagwright.store.engine import Transaction
from tagwright.types import AssetId, ConceptId, FacetId, RunId

AnswerKind = Literal["confirm", "reject", "correct", "none_of_these", "skip"]
MOST: Final = 1_000

Learned = Callable[[Sequence[Entry]], None]
"""Told of what people said, once it is stored."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to one picture. `correct` names the right concept; `none_of_these` a facet.

    instead_of: with `correct`, what the machine said: rejected where both could be true. seen: what
    the queue item said; None: answer whatever others said meanwhile.
    """

    kind: AnswerKind
    asset: AssetId
    concept: str | None = None
    facet: str | None = None
    instead_of: str | None = None
    seen: int | None = None

    def __post_init__(self) -> None:
        needs = {"skip": None, "none_of_these": "facet"}.get(self.kind, "concept")
        if needs is not None and getattr(self, needs) is None:
            raise InvalidInput(f"the answer {self.kind!r} to {self.asset[:12]!r} needs a {needs}")


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that was not taken. index: its place in its batch. status: as HTTP has it."""

    index: int
    asset: AssetId
    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of some answers. run: undo it to take them back; None where nothing was said."""

    run: RunId | None
    entries: tuple[Entry, ...]
    skipped: int
    refused: tuple[Refused, ...]


def decide_many(
    ws: Workspace,
    taxonomy: str,
    answers: Sequence[Answer],
    actor: str,
    *,
    queue: Kind | None = None,
    learned: Learned = lambda entries: None,
) -> Decided:
    """Store up to 1,000 answers as one run; those that cannot stand are refused, the rest do.

    queue: which queue they were asked in; the sample that checks the contract must be known by it.
    """
    if not 1 <= len(answers) <= MOST:
        raise InvalidInput(f"{len(answers):,} answers at once: give 1 to {MOST:,}")
    done = _decide(ws, taxonomy, answers, actor, queue=queue)
    if done.entries:
        learned(done.entries)
    return done


def decide_all(
    ws: Workspace, taxonomy: str, batches: Iterable[Sequence[Answer]], actor: str
) -> Decided:
    """Store any number of answers as one run, each batch in a transaction of its own.

    Where it is cut off, what is stored stands, and the run takes it back.
    """
    done = Decided(None, (), 0, ())
    for batch in batches:
        more = _decide(ws, taxonomy, batch, actor, after=done)
        done = Decided(
            more.run,
            done.entries + more.entries,
            done.skipped + more.skipped,
            done.refused + more.refused,
        )
    return done


def _decide(
    ws: Workspace,
    taxonomy: str,
    answers: Sequence[Answer],
    actor: str,
    *,
    queue: Kind | None = None,
    after: Decided | None = None,
) -> Decided:
    """One transaction. after: what came of earlier batches, whose run these belong to."""
    found, now = ws.taxonomies.get(taxonomy), ws.now()
    assets = sorted({answer.asset for answer in answers})
    run, before = (None, 0) if after is None else (after.run, len(after.entries))
    with ws.db.write() as transaction:
        ws.db.serialise(transaction, queue_lock(ws, taxonomy))
        desk = _Desk(ws, found, actor, now)
        desk.read(transaction, assets)
        for index, answer in enumerate(answers):
            desk.take(index, answer)
        entries = []
        if desk.lines:
            params = {"taxonomy": taxonomy, "queue": queue, "answers": len(answers), "at": now}
            run = run or ws.runs.start_in(transaction, "decide", actor, params, now)
            entries = [replace(line, run=run) for line in desk.lines]
            ws.ledger.append_in(transaction, entries, ws.exclusive())
            ws.runs.finish_in(transaction, run, {"tags": before + len(entries)}, now)
            changed = len({entry.asset for entry in entries})
            emit_in(
                ws, transaction, "tags.changed", {"run": run, "by": "person", "assets": changed}
            )
            after_answers_in(transaction, ws, taxonomy)
        ws.holds.skip(transaction, taxonomy, desk.skipped, actor, now)
        ws.holds.release(transaction, taxonomy, [line.asset for line in desk.lines])
        ws.holds.release(transaction, taxonomy, desk.skipped, person=actor)
        ws.holds.extend(transaction, taxonomy, actor, now, later(now, HELD_MINUTES))
    return Decided(run, tuple(entries), len(desk.skipped), tuple(desk.refused))


class _Desk:
    """Turns answers into lines of the ledger, one after another; their run is not known yet."""

    def __init__(self, ws: Workspace, taxonomy: Taxonomy, actor: str, now: str) -> None:
        self.ws, self.taxonomy, self.actor, self.now = ws, taxonomy, actor, now
        self.lines: list[Entry] = []
        self.skipped: list[AssetId] = []
        self.refused: list[Refused] = []

    def read(self, transaction: Transaction, assets: Sequence[AssetId]) -> None:
        """What there is to know of the pictures, as the transaction sees it."""
        self.known = self.ws.assets.known(transaction, assets)
        self.tags = self.ws.ledger.tags_of_in(transaction, assets)
        self.others = self.ws.ledger.last_said(
            transaction, self.taxonomy.name, assets, but=self.actor
        )

    def take(self, index: int, answer: Answer) -> None:
        """Store an answer, or refuse it."""
        try:
            self._check(answer)
            if answer.kind == "skip":
                self.skipped.append(answer.asset)
            else:
                self.lines += self._lines(answer)
        except TagwrightError as error:
            self.refused.append(Refused(index, answer.asset, error.status, str(error)))

    def _check(self, answer: Answer) -> None:
        if answer.asset not in self.known:
            raise NotFound(f"no picture matches {answer.asset!r}")
        if answer.seen is not None and self.others.get(answer.asset, 0) > answer.seen:
            raise Conflict(
                f"another person answered {answer.asset[:12]!r} since it was shown: look again"
            )

    def _lines(self, answer: Answer) -> list[Entry]:
        if answer.kind == "none_of_these":
            return self._nothing(answer)
        concept = self.taxonomy.in_use(str(answer.concept))
        facet = self.taxonomy.get(concept).facet
        lines = [self._line(answer, facet, concept, positive=answer.kind != "reject")]
        if answer.kind == "correct" and answer.instead_of is not None:
            wrong = self.taxonomy.in_use(answer.instead_of)
            same = wrong in (concept, *self.taxonomy.ancestors(concept))
            if not same and self.taxonomy.facet(facet).kind == "any":
                lines.insert(0, self._line(answer, facet, wrong, positive=False))
        return lines

    def _nothing(self, answer: Answer) -> list[Entry]:
        """Whatever the machine says of the facet is wrong, now and later."""
        facet = self.taxonomy.facet(FacetId(str(answer.facet))).id
        wrong = [
            tag.concept
            for tag in self.tags[answer.asset]
            if (tag.taxonomy, tag.facet) == (self.taxonomy.name, facet)
            and tag.actor_kind == "model"
        ]
        lines = [self._line(answer, facet, concept, positive=False) for concept in wrong]
        return [*lines, self._line(answer, facet, None, positive=True)]

    def _line(
        self,
        answer: Answer,
        facet: FacetId,
        concept: ConceptId | None,
        *,
        positive: bool,
    ) -> Entry:
        of = (answer.asset, self.taxonomy.name, facet, concept)
        return Entry(*of, "person", self.actor, RunId(""), self.now, positive=positive)
