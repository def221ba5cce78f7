"""One facet of a stored report, turned into words, rows and drawings for the report page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from tagwright.core import plots
from tagwright.core.splits import VALIDATION_SHARE
from tagwright.flows.pages import svg
from tagwright.types import Interval, Json

MOST_CONCEPTS: Final = 200
MOST_CONFUSIONS: Final = 15
FIGURES: Final = (
    ("top1", "Right at the first guess"),
    ("top3", "Right among three guesses"),
    ("mean_average_precision", "Mean average precision"),
    ("coverage", "Tagged alone"),
    ("precision", "Right of those tagged alone"),
    ("ece", "Calibration error"),
)
RECIPES: Final = {
    "tree": ", as a tree of yes/no questions",
    "one-vs-rest": ", one yes/no question a concept",
}


@dataclass(frozen=True, slots=True)
class Name:
    """A concept's label and what is above it."""

    label: str
    above: str


@dataclass(frozen=True, slots=True)
class Promise:
    """The contract in plain sentences. `tone`: `auto` where it holds, `review` where not."""

    tone: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConceptRow:
    """One concept's figures. `bars`: (what, value as text, drawing) each."""

    name: Name
    n: str
    bars: tuple[tuple[str, str, Markup], ...]


@dataclass(frozen=True, slots=True)
class Confusion:
    truth: Name
    said: Name
    text: str


@dataclass(frozen=True, slots=True)
class FacetPage:
    """What the template shows of one facet, nothing left to compute."""

    label: str
    meaning: str
    figures: tuple[tuple[str, str, str], ...]
    promise: Promise
    coverage: Markup | None
    reliability: Markup | None
    reliability_words: str
    concepts: tuple[ConceptRow, ...]
    more_concepts: int
    confusions: tuple[Confusion, ...]
    refused: tuple[tuple[Name, str], ...]
    notes: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


def figure_of(stored: Mapping[str, Any] | None) -> Interval | None:
    """A stored figure; None where there is none or nothing was counted."""
    if not stored or stored["value"] is None or math.isnan(stored["value"]):
        return None
    return Interval(stored["value"], stored["low"], stored["high"], int(stored["n"]))


def facet_page(facet: Json, words: Mapping[str, str], contract: Mapping[str, float]) -> FacetPage:
    """words: a concept's path as text, by id. contract: target and confidence asked for."""
    concepts = sorted(facet.get("concepts") or (), key=_weakness)
    trades = [t for point in facet.get("curve") or () if (t := _trade(point)) is not None]
    bins = [b for each in facet.get("reliability") or () if (b := _bin(each)) is not None]
    return FacetPage(
        label=facet["label"],
        meaning=_meaning(facet),
        figures=tuple(_figures(facet)),
        promise=promise_of(facet, contract),
        coverage=_coverage(facet, trades, contract["target"]),
        reliability=_reliability(facet, bins),
        reliability_words=_reliability_words(facet),
        concepts=tuple(_concept_row(row, words) for row in concepts[:MOST_CONCEPTS]),
        more_concepts=max(0, len(concepts) - MOST_CONCEPTS),
        confusions=tuple(
            _confusion(row, words) for row in (facet.get("confusions") or ())[:MOST_CONFUSIONS]
        ),
        refused=tuple(
            (_name(row["concept"], words), row["reason"]) for row in facet.get("refusals") or ()
        ),
        notes=tuple(_notes(facet, words)),
        facts=tuple(_facts(facet)),
    )


def promise_of(facet: Json, contract: Mapping[str, float]) -> Promise:
    """What is promised and what was kept, in words; or what is missing to promise it."""
    asked = f"at least {_round_share(contract['target'])} of the tags it applies alone are right"
    precision = figure_of(facet.get("precision"))
    made = list((facet.get("promises") or {}).values())
    held = sum(each["tagged"] > 0 for each in made)
    if precision is None or (made and not held):
        refused = (
            f"Tagwright cannot promise yet that {asked}, so it tags nothing alone: every picture "
            f"is left to a person, with its best guesses."
        )
        return Promise("review", (refused, _remedy(made)))
    sentences = [
        f"Tagwright promises that {asked}.",
        _kept(facet, precision),
        f"The promise is made with {_round_share(contract['confidence'])} confidence: it comes "
        f"from a bound on held-out pictures, not from a setting.",
    ]
    if len(made) > 1:
        sentences.insert(
            1,
            f"It promises this of {held:,} of {len(made):,} concepts, each by itself; the others "
            f"are left to a person.",
        )
    return Promise("auto", tuple(sentences))


def _kept(facet: Json, precision: Interval) -> str:
    """What the promise came to on the test pictures."""
    coverage = figure_of(facet.get("coverage"))
    right = round(precision.value * precision.n)
    told = (
        f"On {facet['n']:,} pictures it had never seen, {right:,} of {precision.n:,} automatic "
        f"tags were right ({_range(precision)})."
    )
    if coverage is None:
        return told
    return f"{told} It tagged {_nearly(coverage.value)} alone and leaves the rest to people."


def _remedy(made: Sequence[Json]) -> str:
    """How many labels would make the promise possible, counted over all splits."""
    if not made:
        return "Label more pictures, then train again."
    missing = [each["missing"] for each in made if each["missing"]]
    if not missing:
        return (
            "This model does not reach that precision on any share of the pictures: label more "
            "pictures of the weakest concepts below, or ask for less, then train again."
        )
    labels = math.ceil(min(missing) / VALIDATION_SHARE)
    return (
        f"About {labels:,} more reviewed pictures would very probably make it possible: one in "
        f"ten of them proves the promise, the rest teach and test. Label some, then train again."
    )


def _meaning(facet: Json) -> str:
    count = len(facet.get("concepts") or ())
    concepts = f"{count:,} concepts" if count else "its concepts"
    if facet["kind"] == "one":
        return f"A picture is one of {concepts}, or none of them."
    return f"A picture may be any number of {concepts} at once."


def _figures(facet: Json) -> Iterable[tuple[str, str, str]]:
    for key, title in FIGURES:
        figure = figure_of(facet.get(key))
        if figure is not None:
            told = f"{_range(figure)}, n\u00a0=\u00a0{figure.n:,}"
            yield title, plots.percent(figure.value, 1), told


def _range(figure: Interval) -> str:
    """ "93.1 to 96.5 %": an interval's ends."""
    return f"{figure.low * 100:.1f} to {plots.percent(figure.high, 1)}"


def _round_share(share: float) -> str:
    return plots.percent(share, 0 if math.isclose(share * 100, round(share * 100)) else 1)


def _nearly(share: float) -> str:
    """In whole percent, but 99.7 % is not 100 %, nor is 0.3 % nothing."""
    whole = 0 < round(share * 100) < 100  # noqa: PLR2004 - percent
    return plots.percent(share, 0 if whole or share in (0, 1) else 1)


def _name(concept: str, words: Mapping[str, str]) -> Name:
    above, _, label = words.get(concept, concept).rpartition(" > ")
    return Name(label, above)


def _weakness(row: Json) -> tuple[float, str]:
    """Sorts the worst F1 first; what was not measured comes last."""
    figure = figure_of(row["f1"])
    return (2.0 if figure is None else figure.value, row["concept"])


def _concept_row(row: Json, words: Mapping[str, str]) -> ConceptRow:
    name = _name(row["concept"], words)
    bars = []
    for key, what in (("precision", "Precision"), ("recall", "Recall"), ("f1", "F1")):
        figure = figure_of(row[key])
        if figure is None:
            bars.append((what, "not measured", Markup("")))
        else:
            text = plots.percent(figure.value)
            bars.append((what, text, svg(plots.interval_bar(figure, title=what))))
    return ConceptRow(name, f"{int(row['recall']['n']):,}", tuple(bars))


def _confusion(row: Json, words: Mapping[str, str]) -> Confusion:
    return Confusion(_name(row["truth"], words), _name(row["said"], words), f"{row['n']:,}")


def _trade(point: Json) -> plots.Trade | None:
    precision = figure_of(point["precision"])
    return None if precision is None else plots.Trade(point["coverage"], precision)


def _bin(each: Json) -> plots.Bin | None:
    was = figure_of(each["was"])
    return None if was is None else plots.Bin(each["said"], was)


def _coverage(facet: Json, trades: Sequence[plots.Trade], target: float) -> Markup | None:
    if not trades[1:]:
        return None
    # The curve is of the most specific concepts; tags of parents would lift the dot off it.
    coverage, precision = (
        figure_of(facet.get(f"{name}_leaf", facet.get(name))) for name in ("coverage", "precision")
    )
    chosen = plots.Trade(coverage.value, precision) if coverage and precision else None
    title = f"{facet['label']}: precision against the share tagged alone"
    return svg(plots.coverage_curve(trades, title=title, target=target, chosen=chosen))


def _reliability(facet: Json, bins: Sequence[plots.Bin]) -> Markup | None:
    if not bins:
        return None
    return svg(plots.reliability_diagram(bins, title=f"{facet['label']}: reliability"))


def _reliability_words(facet: Json) -> str:
    ece = figure_of(facet.get("ece"))
    told = "On the dashed line, what is said to be 80 % sure is right in 80 of 100 pictures."
    if ece is None:
        return told
    return (
        f"{told} On average the two differ by {plots.percent(ece.value, 1)} (ECE, {_range(ece)})."
    )


def _notes(facet: Json, words: Mapping[str, str]) -> Iterable[str]:
    for reason, count in (facet.get("left_out") or {}).items():
        yield f"{count:,} labelled pictures were left out: they are {reason}."
    torn = sorted((facet.get("torn") or {}).items(), key=lambda each: -each[1])[:MOST_CONFUSIONS]
    if torn:
        some = ", ".join(f"{words.get(concept, concept)} {count:,}" for concept, count in torn)
        yield f"Their several concepts are: {some}. A person can say which is right."
    yield from facet.get("notes") or ()


def _facts(facet: Json) -> Iterable[tuple[str, str]]:
    yield "Labelled pictures", f"{facet['pictures']:,}"
    splits = facet.get("splits")
    if splits:
        yield "Split", ", ".join(f"{count:,} {name}" for name, count in splits.items())
        if groups := facet.get("groups"):
            alike = "look-alikes, and what a manifest groups, stay together"
            yield "Split by group", f"{groups:,} groups: {alike}"
    else:
        yield "Test pictures", f"{facet['n']:,}"
    choice = facet.get("choice")
    if choice:
        yield "Features", " and ".join(choice["views"])
        yield "Learned with", choice["solver"] + RECIPES.get(facet.get("recipe", ""), "")
        yield "Regularisation", f"{choice['strength']:g}"
