"""The review queue: which pictures a person should look at next, kept for them while they look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

import numpy as np

from tagwright.core.decide import SUGGEST_ABOVE
from tagwright.core.edits import LEFT_OPEN
from tagwright.core.ledger import Entry
from tagwright.core.priority import closeness, in_order, margins, uncertainty
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import InvalidInput
from tagwright.flows.online import Suggested, is_taught, suggest
from tagwright.flows.tagging import SUGGESTED, WORTH_SUGGESTING
from tagwright.flows.workspace import Workspace
from tagwright.store.engine import Transaction
from tagwright.store.reviews import LeftOpen, Scope, Suspect
from tagwright.types import AssetId, ConceptId, FacetId, Matrix, Scores, Verdict

Kind = Literal["uncertain", "suspects", "strange", "spot-check", "edited"]
"""`edited`: labels that a change of the taxonomy left for a person to decide again."""

Reason = Literal[
    "unsure", "unknown", "second-look", "suspect", "sample", "strange", "edited", "sent"
]
Order = Literal["worth", "doubtful", "surest"]
"""`worth`: where an answer settles the most. The others go through the suggestions of one concept
by their probability, and leave look-alikes side by side."""

HELD_MINUTES: Final = 10
FRONT: Final = 150
"""Pictures that each side of the database's front hands on to be put in order."""
MOST: Final = 100
ROUNDS: Final = 3
"""How often a page is filled up when others were faster."""
OVERLAP: Final = 0.05


@dataclass(frozen=True, slots=True)
class Asked:
    """Which queue. concept: only pictures the machine takes for this one, or one below it.

    exact: only for the concept itself. overlap: the share of judged pictures that a second person
    judges as well. order: of the uncertain.
    """

    kind: Kind = "uncertain"
    count: int = 20
    facet: str | None = None
    concept: str | None = None
    overlap: float = OVERLAP
    order: Order = "worth"
    exact: bool = False

    @property
    def by_probability(self) -> bool:
        return self.kind == "uncertain" and self.order != "worth"

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MOST:
            raise InvalidInput(f"{self.count!r} pictures at once: ask for 1 to {MOST}")
        if not 0 <= self.overlap <= 1:
            raise InvalidInput(f"the overlap {self.overlap!r} is a share: give 0 to 1")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the machine takes a picture for. p: calibrated. cutoff: None: never tagged alone."""

    facet: FacetId
    concept: ConceptId
    p: float | None
    cutoff: float | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Why:
    """Why a picture is in the queue. given, proposed: a label in doubt, and what it looks like."""

    reason: Reason
    text: str
    given: ConceptId | None = None
    proposed: ConceptId | None = None


UNSURE: Final = Why("unsure", "the machine is unsure")
UNKNOWN: Final = Why("unknown", "nothing is known of it")
SECOND_LOOK: Final = Why("second-look", "a second look")
SAMPLE: Final = Why("sample", "a sample of what was tagged alone")
STRANGE: Final = Why("strange", "unlike anything learned")
EDITED: Final = Why("edited", "the taxonomy changed since it was labelled")
SENT: Final = Why("sent", "somebody sent it here to be looked at")


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One picture to look at. suggestions: the most probable first. group: of its look-alikes.

    seen: give it back with the answer; if another person answered since, the answer is refused.
    """

    asset: AssetId
    group: str
    why: Why
    suggestions: tuple[Suggestion, ...]
    verdict: Verdict | None
    reserved_until: str
    seen: int


def next_pictures(
    ws: Workspace,
    taxonomy: str,
    person: str,
    asked: Asked | None = None,
    *,
    rng: np.random.Generator | None = None,
) -> list[QueueItem]:
    """The pictures where this person's answer is worth the most now, kept for them.

    They are ordered outside any lock; a short transaction then keeps those that are still free.
    Two people never hold one picture. Empty when there is nothing left to ask.
    """
    asked = asked or Asked()
    found, rng = ws.taxonomies.get(taxonomy), rng or np.random.default_rng()
    scope = _scope(ws, found, person, asked)
    queue = _Queue(ws, found, asked, f"{rng.integers(16**8):08x}")
    page: dict[AssetId, Why] = {}
    until = later(scope.now, HELD_MINUTES)
    for _ in range(ROUNDS):
        reasons = queue.in_order(scope)
        if not asked.by_probability:
            reasons = _without_twins(ws, reasons, page)
        with ws.db.write() as transaction:
            ws.db.serialise(transaction, queue_lock(ws, taxonomy))
            still = queue.still(transaction, scope.among(reasons))
            taken = [asset for asset in reasons if asset in still][: asked.count - len(page)]
            ws.holds.extend(transaction, taxonomy, person, scope.now, until)
            ws.holds.reserve(transaction, scope, taken, until)
        page.update((asset, reasons[asset]) for asset in taken)
        if len(page) == asked.count or not reasons:
            break
    return _items(ws, found, scope, page, until)


def _without_twins(
    ws: Workspace, more: Mapping[AssetId, Why], page: Mapping[AssetId, Why]
) -> dict[AssetId, Why]:
    """Those of no near-duplicate group that is on the page already."""
    shown = set(ws.assets.groups(list(page)).values())
    groups = ws.assets.groups(list(more)) if shown else {}
    return {asset: why for asset, why in more.items() if groups.get(asset) not in shown}


def queue_lock(ws: Workspace, taxonomy: str) -> str:
    """Whoever changes what a queue holds takes this lock for the length of the transaction."""
    return f"queue:{ws.id}:{taxonomy}"


def later(now: str, minutes: int) -> str:
    moved = datetime.fromisoformat(now) + timedelta(minutes=minutes)
    return moved.isoformat(timespec="milliseconds")


def release(
    ws: Workspace, taxonomy: str, person: str, assets: Sequence[AssetId] | None = None
) -> int:
    """Give back what a person holds, all or these: others may have them at once."""
    ws.taxonomies.get(taxonomy)
    with ws.db.write() as transaction:
        return ws.holds.release(transaction, taxonomy, assets, person=person)


def take_up(
    ws: Workspace, taxonomy: str, person: str, assets: Sequence[AssetId] | None = None
) -> int:
    """Ask a person again of what they skipped, all or these."""
    ws.taxonomies.get(taxonomy)
    with ws.db.write() as transaction:
        return ws.holds.unskip(transaction, taxonomy, person, assets)


def _scope(ws: Workspace, taxonomy: Taxonomy, person: str, asked: Asked) -> Scope:
    facet = None if asked.facet is None else taxonomy.facet(FacetId(asked.facet)).id
    concepts: tuple[ConceptId, ...] | None = None
    if asked.concept is not None:
        concepts = taxonomy.subtree(ConceptId(asked.concept))
        concepts = concepts[:1] if asked.exact else concepts
    return Scope(taxonomy.name, person, ws.now(), facet, concepts)


@dataclass(frozen=True, slots=True)
class _Queue:
    """One kind of queue. start: where in the pictures' ids a random sample begins."""

    ws: Workspace
    taxonomy: Taxonomy
    asked: Asked
    start: str

    def in_order(self, scope: Scope) -> dict[AssetId, Why]:
        """More pictures than a page has, the one to ask first in front, each with the reason."""
        with self.ws.db.read() as connection:
            some = self._front(connection, scope)
            second = self._second(connection, scope)
            sent = dict.fromkeys(self._sent(connection, scope), SENT)
        if self.asked.by_probability:
            return _side_by_side(self.ws, some)
        ordered = some if self.asked.kind in ("suspects", "spot-check") else self._ranked(some)
        share = max(round(self.asked.count * self.asked.overlap), 1)
        return {**sent, **(dict.fromkeys(second[:share], SECOND_LOOK) | ordered | sent)}

    def still(self, connection: Transaction, scope: Scope) -> set[AssetId]:
        """Which of some pictures the queue holds as this transaction sees it."""
        if not scope.only:
            return set()
        return {
            *self._front(connection, scope),
            *self._second(connection, scope),
            *self._sent(connection, scope),
        }

    def _sent(self, connection: Transaction, scope: Scope) -> list[AssetId]:
        """What somebody sent comes before all, where nothing special is asked for."""
        if self.asked.kind != "uncertain" or self.asked.by_probability or scope.concepts:
            return []
        limit = max(FRONT, len(scope.only or ()))
        return self.ws.reviews.sent(connection, scope, limit)

    def _second(self, connection: Transaction, scope: Scope) -> list[AssetId]:
        wanted = self.asked.kind == "uncertain" and scope.concepts is None and self.asked.overlap
        if not wanted:
            return []
        return self.ws.reviews.second_looks(connection, scope, self.asked.overlap, self.asked.count)

    def _front(self, connection: Transaction, scope: Scope) -> dict[AssetId, Why]:
        reviews, limit = self.ws.reviews, max(FRONT, 2 * self.asked.count, len(scope.only or ()))
        match self.asked.kind:
            case "suspects":
                return {s.asset: _doubt(s) for s in reviews.suspects(connection, scope, limit)}
            case "spot-check":
                found = reviews.automatic(connection, scope, limit, self.start)
                return dict.fromkeys(found, SAMPLE)
            case "strange":
                model = self.ws.models.champion(self.taxonomy.name)
                version = -1 if model is None else model.version
                found = reviews.strange(connection, scope, version, limit)
                return dict.fromkeys(found, STRANGE)
            case "edited":
                edits = left_open(self.ws, self.taxonomy.name)
                found = reviews.left_open(connection, scope, edits, limit)
                return dict.fromkeys(found, EDITED)
        return self._unsure(connection, scope, limit)

    def _unsure(self, connection: Transaction, scope: Scope, limit: int) -> dict[AssetId, Why]:
        """Without any suggestion, what nothing is known of."""
        reviews = self.ws.reviews
        if self.asked.by_probability:
            surest = self.asked.order == "surest"
            found = reviews.by_probability(connection, scope, limit, surest=surest)
        else:
            found = reviews.uncertain(connection, scope, limit)
        if found or scope.concepts is not None:
            return dict.fromkeys(found, UNSURE)
        found = reviews.unlabelled(connection, scope, limit, self.start)
        return dict.fromkeys(found, UNKNOWN)

    def _ranked(self, some: Mapping[AssetId, Why]) -> dict[AssetId, Why]:
        assets = list(some)
        worth = _worth(self.ws, self.taxonomy, assets, self.asked.facet)
        groups = self.ws.assets.groups(assets)
        order = in_order(worth, _features(self.ws, assets), [groups[a] for a in assets])
        return {assets[row]: some[assets[row]] for row in order.tolist()}


def _doubt(suspect: Suspect) -> Why:
    like = f", looks like {suspect.proposed!r}" if suspect.proposed else ""
    text = f"labelled {suspect.given!r}{like}"
    return Why("suspect", text, ConceptId(suspect.given), suspect.proposed)


def _side_by_side(ws: Workspace, some: Mapping[AssetId, Why]) -> dict[AssetId, Why]:
    """In the same order, but each look-alike right after the first of its group."""
    groups = ws.assets.groups(list(some))
    place: dict[str, int] = {}
    for row, asset in enumerate(some):
        place.setdefault(groups[asset], row)
    return dict(sorted(some.items(), key=lambda item: place[groups[item[0]]]))


def left_open(ws: Workspace, taxonomy: str) -> list[LeftOpen]:
    """What edits of a taxonomy that stand have left for people, the newest first."""
    edits = [
        (run, run.params[LEFT_OPEN])
        for run in ws.runs.of_kind("edit")
        if run.params.get("taxonomy") == taxonomy and not run.undone
    ]
    return [
        LeftOpen(run.seq, frozenset(left["concepts"]), frozenset(left["facets"]))
        for run, left in edits
        if left["concepts"] or left["facets"]
    ]


def _worth(
    ws: Workspace, taxonomy: Taxonomy, assets: Sequence[AssetId], facet: str | None
) -> Scores:
    """(n,) how unsure the machine is of each picture: of its facets, the least sure counts."""
    kinds = {each.id: each.kind for each in taxonomy.facets}
    worth = np.zeros(len(assets))
    tags = ws.ledger.tags_of(assets)
    for row, asset in enumerate(assets):
        said: dict[FacetId, list[Entry]] = {}
        for tag in tags[asset]:
            if tag.taxonomy == taxonomy.name and tag.status == "suggested":
                said.setdefault(tag.facet, []).append(tag)
        for name, entries in said.items():
            if facet in (None, name):
                exclusive = kinds.get(name) == "one"
                worth[row] = max(worth[row], _unsure(entries, exclusive=exclusive))
    return worth if worth.any() else np.ones(len(assets))


def _unsure(entries: Sequence[Entry], *, exclusive: bool) -> float:
    p = np.array([[entry.p or 0.0 for entry in entries]])
    cutoff = np.array([np.nan if e.cutoff is None else e.cutoff for e in entries])
    if exclusive:
        best = int(np.argmax(p[0]))
        near = closeness(p[0, best : best + 1], cutoff[best : best + 1])
        return float(uncertainty(margins(p), near)[0])
    # Concepts of an `any` facet do not compete: each is between yes and no.
    return float(uncertainty(np.abs(2 * p[0] - 1), closeness(p[0], cutoff)).max())


def _features(ws: Workspace, assets: Sequence[AssetId]) -> Matrix:
    """(n, d) of the semantic view; zeros for a picture that the network has not read."""
    backbone = ws.backbone_version
    with ws.db.read() as connection:
        known = ws.features.known(connection, backbone, assets)
    rows = [row for row, asset in enumerate(assets) if asset in known]
    if not rows:
        return np.zeros((len(assets), 1), np.float32)
    stored = ws.features.load(backbone, [assets[row] for row in rows], ("semantic",))["semantic"]
    found = np.zeros((len(assets), stored.shape[1]), np.float32)
    found[rows] = stored
    return found


def _items(
    ws: Workspace, taxonomy: Taxonomy, scope: Scope, page: Mapping[AssetId, Why], until: str
) -> list[QueueItem]:
    assets = list(page)
    if not assets:
        return []
    with ws.db.read() as connection:
        lines = ws.ledger.machine_lines(connection, taxonomy.name, assets)
        seen = ws.ledger.last_said(connection, taxonomy.name, assets)
    groups = ws.assets.groups(assets)
    taught = suggest(ws, taxonomy.name, assets) if is_taught(ws, taxonomy.name) else {}
    items = []
    for asset in assets:
        own = [
            e
            for (a, f), some in lines.items()
            if a == asset
            for e in some
            if scope.facet in (None, f)
        ]
        suggestions = _followed(taxonomy, _suggestions(taxonomy, own), taught.get(asset, ()))
        verdict = suggestions[0].verdict if suggestions else own[0].verdict if own else None
        last = seen.get(asset, 0)
        items.append(
            QueueItem(asset, groups[asset], page[asset], suggestions, verdict, until, last)
        )
    return items


def _suggestions(taxonomy: Taxonomy, lines: Sequence[Entry]) -> tuple[Suggestion, ...]:
    """Of concepts that are in use, the most probable first."""
    found: dict[ConceptId, Suggestion] = {}
    for line in sorted(lines, key=lambda line: -(line.p or 0)):
        if line.concept is None or line.concept not in taxonomy:
            continue
        concept = taxonomy.current(line.concept)
        if taxonomy.is_live(concept):
            found.setdefault(
                concept, Suggestion(line.facet, concept, line.p, line.cutoff, line.verdict)
            )
    return tuple(found.values())


def _followed(
    taxonomy: Taxonomy, stored: tuple[Suggestion, ...], taught: Sequence[Suggested]
) -> tuple[Suggestion, ...]:
    """The suggestions as the latest answers have moved them; what is tagged alone stays."""
    settled = {each.facet for each in stored if each.verdict != "review"}
    asked = {each.facet: each for each in reversed(stored) if each.facet not in settled}
    found = [each for each in stored if each.facet not in asked or not taught]
    counts: Counter[FacetId] = Counter()
    for each in taught:
        one = taxonomy.facet(each.facet).kind == "one"
        worth = WORTH_SUGGESTING if one else SUGGEST_ABOVE
        if each.facet in asked and each.p >= worth and not (one and counts[each.facet] > SUGGESTED):
            counts[each.facet] += 1
            cutoff = asked[each.facet].cutoff
            found.append(Suggestion(each.facet, each.concept, each.p, cutoff, "review"))
    return tuple(sorted(found, key=lambda each: -(each.p or 0)))
