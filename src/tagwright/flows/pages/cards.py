"""The cards of the contact sheet: a picture, its tags in words, and the filter over them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from markupsafe import Markup

from tagwright.core import plots
from tagwright.core.ledger import Entry
from tagwright.core.taxonomy import Taxonomy
from tagwright.flows.pages import svg
from tagwright.flows.workspace import Workspace
from tagwright.types import AssetId, ConceptId, FacetId

Truth: TypeAlias = Mapping[AssetId, tuple[str, ConceptId]]
"""What pictures really are, where that is known: (taxonomy, concept)."""

Place = Literal["auto", "parent", "review", "abstain", "people", "waiting"]
"""Where a picture stands: by the most automatic decision on it, else by people, else undecided."""

ConceptKey: TypeAlias = tuple[str, ConceptId]

SHOWN_TAGS: Final = 3
WORTH_SHOWING: Final = 0.05
"""A guess less probable than this tells nobody anything."""


@dataclass(frozen=True, slots=True)
class Found:
    """One picture with its standing tags, and whether its automatic tags are right."""

    asset: AssetId
    tags: tuple[Entry, ...]
    place: Place
    right: bool | None


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture to embed, or the reason why there is none."""

    name: str
    data: str | None = None
    width: int = 0
    height: int = 0
    reason: str = ""


class ConceptWords:
    """Concepts in words, and below what they stand; each taxonomy is read once."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._known: dict[str, Taxonomy] = {}

    def taxonomy(self, name: str) -> Taxonomy:
        if name not in self._known:
            self._known[name] = self._ws.taxonomies.get(name)
        return self._known[name]

    def path(self, taxonomy: str, concept: ConceptId) -> tuple[str, ...]:
        found = self.taxonomy(taxonomy)
        return found.path(concept) if concept in found else (concept,)

    def is_right(
        self, tags: Iterable[Entry], place: Place, truth: ConceptKey | None
    ) -> bool | None:
        """Whether every automatic tag is the truth or above it; None where nobody knows."""
        if truth is None or place not in ("auto", "parent"):
            return None
        facet = self.facet(truth)
        applied = [
            t.concept
            for t in tags
            if t.status == "auto" and (t.taxonomy, t.facet) == (truth[0], facet)
        ]
        if not applied:
            return None
        return all(concept in self.true_concepts(truth) for concept in applied)

    def facet(self, truth: ConceptKey) -> FacetId | None:
        """Which facet a truth speaks of; others are not judged by it."""
        found = self.taxonomy(truth[0])
        return found.get(truth[1]).facet if truth[1] in found else None

    def true_concepts(self, truth: ConceptKey) -> set[ConceptId]:
        """The concept and all above it."""
        taxonomy, concept = truth
        found = self.taxonomy(taxonomy)
        return {concept, *found.ancestors(concept)} if concept in found else {concept}


@dataclass(frozen=True, slots=True)
class Line:
    """One tag on a card."""

    label: str
    above: str
    share: str
    bar: Markup
    is_guess: bool
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One picture on the sheet. `story`: (what, value) for those who ask."""

    thumbnail: Thumbnail
    lines: tuple[Line, ...]
    truth: str
    classes: str
    alt: str
    story: tuple[tuple[str, str], ...]


def concept_keys(words: ConceptWords, wanted: Iterable[Found]) -> dict[ConceptKey, int]:
    """A small number for each concept that leads a shown card, in the order of their paths."""
    keys = {key for found in wanted if (key := leading(found))}
    return {key: i for i, key in enumerate(sorted(keys, key=lambda k: (k[0], words.path(*k))))}


def leading(found: Found) -> ConceptKey | None:
    lines = _lines_of(found)
    return (lines[0].taxonomy, lines[0].concept) if lines and lines[0].concept else None


def _lines_of(found: Found) -> list[Entry]:
    """The tags to show: what was applied first, then the best guesses."""
    own = [t for t in found.tags if t.actor_kind == "model" and t.concept is not None]
    own.sort(key=lambda t: (t.status != "auto", -(t.p or 0.0)))
    return [t for t in own[:SHOWN_TAGS] if t is own[0] or (t.p or 0.0) >= WORTH_SHOWING]


class Cards:
    """Makes cards and the filter over them."""

    def __init__(
        self,
        words: ConceptWords,
        thumbnails: Mapping[AssetId, Thumbnail],
        truth: Truth,
        keys: Mapping[ConceptKey, int],
    ) -> None:
        self._words = words
        self._thumbnails = thumbnails
        self._truth = truth
        self._keys = keys

    def card(self, found: Found) -> Card:
        thumbnail = self._thumbnails[found.asset]
        key = leading(found)
        truth = self._truth.get(found.asset)
        lines = tuple(self._line(entry, truth) for entry in _lines_of(found))
        known = " > ".join(self._words.path(*truth)) if truth and found.place != "auto" else ""
        if truth and found.right is False:
            known = " > ".join(self._words.path(*truth))
        tags = ", ".join(f"{line.label} {line.share}" for line in lines) or "no tag"
        return Card(
            thumbnail=thumbnail,
            lines=lines,
            truth=known,
            classes=("wrong " if found.right is False else "")
            + (f"k{self._keys[key]}" if key is not None else "k-none"),
            alt=f"{thumbnail.name}: {tags}",
            story=self._story(found),
        )

    def choices(self) -> list[tuple[int, str, str]]:
        """The concepts that lead a card: (number, label, what is above it)."""
        paths = {number: self._words.path(*key) for key, number in self._keys.items()}
        return [(number, path[-1], " > ".join(path[:-1])) for number, path in paths.items()]

    def filter_rules(self) -> str:
        """CSS that shows only the cards, and the sections, of the concept that is chosen."""
        return "".join(
            f"body:has(#k{n}:checked) :is(.card,.part):not(.k{n}):not(:has(.k{n})){{display:none}}"
            for n in self._keys.values()
        )

    def _line(self, entry: Entry, truth: ConceptKey | None) -> Line:
        assert entry.concept is not None  # `_lines_of` leaves abstentions out
        path = self._words.path(entry.taxonomy, entry.concept)
        p = entry.p or 0.0
        wrong = (
            truth is not None
            and entry.status == "auto"
            and (entry.taxonomy, entry.facet) == (truth[0], self._words.facet(truth))
            and entry.concept not in self._words.true_concepts(truth)
        )
        return Line(
            label=path[-1],
            above=" > ".join(path[:-1]),
            share=probability(p),
            bar=svg(plots.share_bar(p, title=path[-1])),
            is_guess=entry.status != "auto",
            is_wrong=wrong,
        )

    def _story(self, found: Found) -> tuple[tuple[str, str], ...]:
        rows = [("picture", found.asset[:12])]
        for tag in found.tags:
            if tag.concept is None:
                continue
            path = " > ".join(self._words.path(tag.taxonomy, tag.concept))
            by = f"{tag.taxonomy} {tag.model}" if tag.actor_kind == "model" else tag.actor
            parts = [tag.status, f"by {by}"]
            if tag.p is not None:
                parts.append(f"p {tag.p:.3f}")
            if tag.p_raw is not None:
                parts.append(f"before calibration {tag.p_raw:.3f}")
            if tag.cutoff is not None and math.isfinite(tag.cutoff):
                parts.append(f"cut-off {tag.cutoff:.3f}")
            if tag.contract:
                parts.append(tag.contract)
            rows.append((path, ", ".join(parts)))
        return tuple(rows)


def probability(p: float) -> str:
    """A probability as text that never rounds to a certainty nobody has."""
    if round(p, 2) in (0.0, 1.0):
        return "<\u00a01\u00a0%" if round(p, 2) == 0 else ">\u00a099\u00a0%"
    return plots.percent(p)
