"""What stands on a picture now, derived from everything that was ever claimed of it.

The ledger is append-only. A *claim* is what a person or an import says of a picture and a
concept; a *decision* is what a model says. Nothing is ever changed or deleted: an undone run's
entries are void, and `standing` is computed again from the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from tagwright.types import AssetId, ConceptId, FacetId, RunId, Status, Verdict

ActorKind = Literal["person", "import", "model"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger about one picture.

    `concept` is None where a model abstained, or a person said "none of these". `positive` is
    False for a rejection. `p`, `p_raw` and `cutoff` are in [0, 1]; None for people and imports.
    """

    asset: AssetId
    taxonomy: str
    facet: FacetId
    concept: ConceptId | None
    actor_kind: ActorKind
    actor: str
    run: RunId
    at: str
    positive: bool = True
    verdict: Verdict | None = None
    p: float | None = None
    p_raw: float | None = None
    cutoff: float | None = None
    contract: str | None = None
    model: int | None = None

    @property
    def status(self) -> Status:
        """How the tag stands if nothing outranks it."""
        if not self.positive:
            return "rejected"
        if self.actor_kind != "model":
            return "confirmed"
        return "auto" if self.verdict in ("auto", "parent") else "suggested"


Current = Callable[[ConceptId], ConceptId]
"""Says which concept stands for one now: itself, or what it was merged into."""


def standing(
    entries: Iterable[Entry], *, exclusive: bool, current: Current = lambda concept: concept
) -> tuple[Entry, ...]:
    """The tags that stand on one picture in one facet: at most one entry a concept.

    entries: the ledger's valid lines for this picture and facet, oldest first. exclusive: the
    facet is of kind `one`. A person outranks an import, which outranks every model, whatever
    the order in time. Of the models, only the last run counts. A person's yes ends whatever
    others said of the same concept, and in an exclusive facet of every other concept too; two
    imports that contradict each other both stand, for a person to settle. A person's "none of
    these" ends everything but rejections, until a person says yes.

    What was said of a merged concept is said of its successor; of a yes and a no that a merge
    brings together, the yes stands.
    """
    by_kind: dict[ActorKind, list[Entry]] = {"person": [], "import": [], "model": []}
    for entry in entries:
        by_kind[entry.actor_kind].append(entry)
    people = _merged(_latest(by_kind["person"], exclusive=exclusive), current)
    if _is_none_of_these(by_kind["person"]):
        return tuple(people.values())
    imports = _merged(_latest(by_kind["import"], exclusive=False), current)
    models = _merged(_latest(_last_run(by_kind["model"]), exclusive=False), current)
    result = dict(people)
    settled = exclusive and any(entry.positive for entry in people.values())
    if not settled:
        _add_missing(result, imports)
    settled = exclusive and any(entry.positive for entry in result.values())
    if not settled:
        _add_missing(result, models)
    return tuple(result.values())


def _latest(entries: Iterable[Entry], *, exclusive: bool) -> dict[ConceptId, Entry]:
    """The last word on each concept; in an exclusive facet a later yes ends an earlier yes."""
    found: dict[ConceptId, Entry] = {}
    for entry in entries:
        if entry.concept is None:
            if entry.actor_kind == "person":  # none of these; a model only abstained
                found = _without_yes(found)
            continue
        if exclusive and entry.positive:
            found = _without_yes(found)
        found.pop(entry.concept, None)
        found[entry.concept] = entry
    return found


def _without_yes(found: Mapping[ConceptId, Entry]) -> dict[ConceptId, Entry]:
    return {concept: entry for concept, entry in found.items() if not entry.positive}


def _is_none_of_these(people: Iterable[Entry]) -> bool:
    """Whether the last thing people said, apart from rejections, is "none of these"."""
    said = [entry.concept for entry in people if entry.positive]
    return bool(said) and said[-1] is None


def _merged(found: Mapping[ConceptId, Entry], current: Current) -> dict[ConceptId, Entry]:
    """By the concept that stands now."""
    result: dict[ConceptId, Entry] = {}
    for concept, entry in found.items():
        now = current(concept)
        other = result.get(now)
        # A yes outranks a no; of the machine's guesses, the surest stands.
        if other is None or (entry.positive, entry.p or 0) > (other.positive, other.p or 0):
            result[now] = entry if now == concept else replace(entry, concept=now)
    return result


def _last_run(entries: list[Entry]) -> list[Entry]:
    if not entries:
        return []
    last = entries[-1].run
    return [entry for entry in entries if entry.run == last]


def _add_missing(result: dict[ConceptId, Entry], more: Mapping[ConceptId, Entry]) -> None:
    for concept, entry in more.items():
        result.setdefault(concept, entry)
