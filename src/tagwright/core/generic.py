"""What a network knows before it was taught: its own classes, as guesses at a client's concepts.

A class is a path of WordNet: its own words, then those of each concept above it. A client's concept
answers to the classes that any of its words names, at any height: "shoe" to running shoes, sandals
and clogs. Such guesses are suggestions for a person; nothing vouches for them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tagwright.core.taxonomy import Taxonomy
from tagwright.core.words import word_key
from tagwright.types import ConceptId, FacetId, Ids, Matrix

Step = tuple[str, ...]
"""The words of one concept of WordNet."""

LIKELY: Final = 0.25
"""Below this sum of class probabilities a guess wastes a reviewer's time."""
COMMON: Final = 4
"""A ready-made concept stands for at least so many classes."""


@dataclass(frozen=True, slots=True)
class Guesses:
    """Concepts that classes speak for. classes: for each concept, the columns that do."""

    concepts: tuple[ConceptId, ...]
    classes: tuple[Ids, ...]

    def probabilities(self, of_classes: Matrix) -> Matrix:
        """(n, k) how probable each concept is: the sum of its classes. of_classes: (n, c)."""
        columns = [of_classes[:, own].sum(axis=1) for own in self.classes]
        if not columns:
            return np.zeros((len(of_classes), 0), np.float32)
        found: Matrix = np.minimum(np.stack(columns, axis=1), 1).astype(np.float32)
        return found


def read_paths(text: str) -> tuple[tuple[Step, ...], ...]:
    """One path a class: a line each, steps by tabs from the class up, words by `|`."""
    return tuple(
        tuple(tuple(step.split("|")) for step in line.split("\t")) for line in text.splitlines()
    )


def match(taxonomy: Taxonomy, facet: FacetId, paths: Sequence[Sequence[Step]]) -> Guesses:
    """The concepts of a facet that classes name, by any of their words, singular or plural."""
    named: dict[str, list[int]] = defaultdict(list)
    for column, path in enumerate(paths):
        for key in {word_key(word) for step in path for word in step}:
            named[key].append(column)
    found: dict[ConceptId, Ids] = {}
    for concept in taxonomy.concepts:
        if concept.facet != facet or not taxonomy.is_live(concept.id):
            continue
        words = (concept.label, *(word for _, word in (*concept.labels, *concept.alt_labels)))
        columns = {c for word in words for key in _forms(word) for c in named.get(key, ())}
        if columns:
            found[concept.id] = np.array(sorted(columns), np.int64)
    return Guesses(tuple(found), tuple(found.values()))


def starter_paths(paths: Sequence[Sequence[Step]]) -> list[tuple[str, ...]]:
    """Label paths, from the root down, of the concepts that many classes share: a first taxonomy.

    A concept that stands for the very classes of the one above it is left out.
    """
    counts = Counter(tuple(path[i:]) for path in paths for i in range(1, len(path)))
    kept = {path for path, count in counts.items() if count >= COMMON}
    kept = {p for p in kept if not (p[1:] in kept and counts[p[1:]] == counts[p])}
    found = {tuple(_labels(path, kept)) for path in kept}
    return sorted(found)


def _labels(path: tuple[Step, ...], kept: set[tuple[Step, ...]]) -> Iterator[str]:
    for height in range(len(path) - 1, -1, -1):
        if path[height:] in kept:
            yield path[height][0]


def _forms(word: str) -> Mapping[str, None]:
    """A word as it is written, and without a plural's ending."""
    key = word_key(word)
    forms = [key]
    if key.endswith("ies"):
        forms.append(key[:-3] + "y")
    if key.endswith("es"):
        forms.append(key[:-2])
    if key.endswith("s"):
        forms.append(key[:-1])
    return dict.fromkeys(forms)
