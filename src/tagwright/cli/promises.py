"""The contract in plain words, as the terminal says it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from tagwright.core.splits import VALIDATION_SHARE
from tagwright.types import Json

SHOWN = 20
"""Concepts that are named; the rest is in --json."""


def promise_words(facet: Json, words: Mapping[str, str]) -> Iterator[str]:
    """What is promised, and where it is not, how many reviewed pictures are missing.

    facet: as a report stores it. words: a concept's path as text, by id.
    """
    promises: Mapping[str, Json] = facet.get("promises") or {}
    if facet["kind"] == "one":
        for made in promises.values():
            yield _kept(made) if made["tagged"] else _refused(made)
        return
    kept = {name: made for name, made in promises.items() if made["tagged"]}
    refused = [(words.get(n, n), m) for n, m in promises.items() if not m["tagged"]]
    if kept:
        some = next(iter(kept.values()))
        yield (
            f"Promised for {len(kept):,} of {len(promises):,} concepts, each by itself: "
            f"{_asked(some)}."
        )
    if refused:
        yield from _all_refused(refused)


def _all_refused(refused: Sequence[tuple[str, Json]]) -> Iterator[str]:
    """The concepts without a promise, in one sentence, and what each of them needs."""
    concepts = "1 concept" if len(refused) == 1 else f"{len(refused):,} concepts"
    yield (
        f"No promise yet for {concepts} that {_asked(refused[0][1])}, so "
        f"{'it is' if len(refused) == 1 else 'they are'} never tagged alone."
    )
    short = sorted((_in_all(m["missing"]), name) for name, m in refused if m["missing"] is not None)
    if short:
        yield (
            f"About so many more reviewed pictures would do, as one in "
            f"{round(1 / VALIDATION_SHARE)} goes to validation: "
            f"{_listed([f'{name} {total:,}' for total, name in short])}."
        )
    weak = [name for name, m in refused if m["missing"] is None]
    if weak:
        yield (
            f"Not good enough anywhere: {_listed(weak)}. Label more pictures of these, or ask "
            f"for less with --target."
        )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN:,} more (--json)" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _in_all(missing: int) -> int:
    """How many more pictures bring so many to validation."""
    return math.ceil(missing / VALIDATION_SHARE)


def _asked(made: Json) -> str:
    return (
        f"at least {made['target'] * 100:.4g} % of the tags applied alone are right, with "
        f"{made['confidence'] * 100:.4g} % confidence"
    )


def _kept(made: Json) -> str:
    cutoffs = _cutoffs(made["cutoffs"])
    bound = "" if made.get("bound") is None else f", which proves {made['bound']:.1%} or more"
    return (
        f"Promised: {_asked(made)}. On {made['seen']:,} validation pictures, {made['tagged']:,} "
        f"would be tagged alone ({cutoffs}), {made['right']:,} of them rightly{bound}."
    )


def _cutoffs(cutoffs: Sequence[float | None]) -> str:
    """The most specific concepts first, then each level of what is above them."""
    if len(cutoffs) == 1:
        return f"from a probability of {_cutoff(cutoffs[0])}"
    parents = ", ".join(_cutoff(cutoff) for cutoff in cutoffs[1:])
    return f"concepts from a probability of {_cutoff(cutoffs[0])}, their parents from {parents}"


def _cutoff(cutoff: float | None) -> str:
    return "never" if cutoff is None else f"{cutoff:.3f}"


def _refused(made: Json) -> str:
    promise = f"No promise yet that {_asked(made)}, so nothing is tagged alone"
    if made["missing"] is None:
        return (
            f"{promise}: this model is not that good anywhere. Label more pictures of the "
            f"weakest concepts, or ask for less with --target"
        )
    total = _in_all(made["missing"])
    return (
        f"{promise}: it needs about {made['missing']:,} more reviewed pictures in validation, "
        f"which is about {total:,} in all, as one in {round(1 / VALIDATION_SHARE)} goes there"
    )
