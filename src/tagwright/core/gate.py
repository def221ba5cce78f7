"""The gate: may a challenger take the champion's place? A paired test on the same test pictures.

Both models answer the same pictures, so only those count where they differ. The challenger passes
when it is better (exact McNemar test), or not worse within a margin (the 95 % interval of the
difference lies above -margin), and nothing the client relies on is lost: no concept, no pictures
of concepts both know, no coverage under the contract, no promise.

Where there are so few test pictures that two models which agree on every one could not be told
apart within the margin, no challenger could ever pass. There it passes *on trust* when it is right
at least as often on the pictures there are.

Sources: McNemar 1947; Tango 1998 (score interval of a paired difference, sound for few pictures
and for none that differ); Holm 1979.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy import special

from tagwright.core.intervals import LEVEL, clopper_pearson, wilson
from tagwright.core.metrics import average_precision
from tagwright.core.paired import (
    ALPHA,
    RESAMPLES,
    Paired,
    bootstrap,
    holm,
    least_pictures,
    numbered,
    paired,
)
from tagwright.core.solvers import Int8
from tagwright.types import ConceptId, Contract, Ids, Interval, Json, Mask, Matrix, Scores

MARGIN: Final = 0.01
"""A challenger may be this much worse, as a share of pictures, and still count as not worse."""
COVERAGE_MARGIN: Final = 0.05
"""Coverage may fall this much: every training makes its promise anew, on a few hundred pictures."""
CERTAIN: Final = 0.999
ENOUGH: Final = 20
"""Test pictures from which a concept is judged by itself."""
POWER: Final = 0.8

Code = Literal[
    "overall", "concept", "shared", "coverage", "ranking", "promise",
    "first", "files-lost", "facet-new", "facet-lost", "policy",
]  # fmt: skip
"""What a reason is about, for those who have words of their own for it."""

Basis = Literal["better", "not worse", "on trust", "first", "worse", "undecided", "regression"]
"""Why a challenger passes (the first four) or stays in the shadows."""
PASSES: Final[tuple[Basis, ...]] = ("better", "not worse", "on trust", "first")


@dataclass(frozen=True, slots=True)
class Ranking:
    """Of an `any` facet: p (n, k) of each concept, and truth (n, k) of 1, 0, -1 unknown."""

    p: Matrix
    truth: Int8


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one model makes of n test pictures of a facet.

    right: (n,) it names the concept; `any`: it is right about every concept. right_shared: (n,)
    the same, counting only concepts that both models know. answers: for each concept, whether it
    is right on that concept's pictures (`Exam.rows`). there, covered: (n,) how many concepts there
    are, and for how many of them it tags alone. tagged, sound: (n,) tags applied alone, and those
    that are right.
    """

    right: Mask
    right_shared: Mask
    answers: Mapping[ConceptId, Mask]
    there: Ids
    covered: Ids
    tagged: Ids
    sound: Ids
    contract: Contract
    ranking: Ranking | None = None


@dataclass(frozen=True, slots=True)
class Exam:
    """The pictures both answer. shared: (n,) their concept is known to both models.

    rows: for each concept, the pictures on which an answer about it can be right or wrong;
    pictures: how many show it. new: concepts that only the challenger learned.
    """

    clusters: Ids
    shared: Mask
    rows: Mapping[ConceptId, Ids]
    pictures: Mapping[ConceptId, int]
    new: tuple[ConceptId, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a challenger passes or not. facet: its label, where there are several."""

    code: Code
    text: str
    concept: ConceptId | None = None
    facet: str | None = None

    def to_json(self) -> Json:
        return {"code": self.code, "concept": self.concept, "facet": self.facet}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a challenger passes, on what basis, the reasons, and every figure."""

    basis: Basis
    reasons: tuple[Reason, ...]
    figures: Json

    @property
    def promote(self) -> bool:
        return self.basis in PASSES

    def to_json(self) -> Json:
        return {
            "promote": self.promote,
            "basis": self.basis,
            **told(self.reasons),
            "figures": self.figures,
        }


def told(reasons: Sequence[Reason]) -> Json:
    """Reasons as they are recorded: each in words, and what each is about."""
    words = [f"{each.facet}: {each.text}" if each.facet else each.text for each in reasons]
    return {"reasons": words, "codes": [each.to_json() for each in reasons]}


def judge(
    challenger: Outcome,
    champion: Outcome,
    exam: Exam,
    rng: np.random.Generator,
    *,
    margin: float = MARGIN,
) -> Verdict:
    """Compare two models on the same pictures of one facet.

    A concept that only the challenger knows counts as wrong for the champion, because wrong is
    what it is on those pictures: to learn a concept is a gain. So that such a gain cannot pay for a
    loss elsewhere, the pictures of concepts both know are judged by themselves as well.
    """
    overall = paired(challenger.right, champion.right, exam.clusters)
    old = exam.shared
    shared = paired(
        challenger.right_shared[old], champion.right_shared[old], numbered(exam.clusters[old])
    )
    concepts = _concepts(challenger, champion, exam)
    coverage = _coverage(challenger, champion, exam.clusters, rng)
    ranking = _ranking(challenger, champion, exam.clusters, rng)
    lost = [
        *_lost_concepts(concepts),
        *_lost_shared(shared, margin),
        *_lost_ranking(ranking, margin),
        *(_lost_coverage(coverage) if challenger.contract == champion.contract else ()),
        *_broken_promise(challenger, champion),
    ]
    basis, reason = _basis(overall, margin)
    if lost:
        basis = "regression"
    figures: Json = {
        "margin": margin,
        "overall": overall.to_json(),
        "shared": shared.to_json(),
        "challenger": _own_figures(challenger),
        "champion": _own_figures(champion),
        "coverage_difference": coverage.to_json(),
        "ranking_difference": None if ranking is None else ranking.to_json(),
        "new_concepts": _new(challenger, exam),
        "concepts": [row for row in concepts if row["gained"] or row["lost"]],
    }
    return Verdict(basis, tuple(lost) or (Reason("overall", reason),), figures)


def _basis(overall: Paired, margin: float) -> tuple[Basis, str]:
    """What the pictures say of the whole, and in words."""
    said = f"{_signed(overall.difference)} on {overall.n:,} test pictures"
    counted = f"{overall.gained:,} gained, {overall.lost:,} lost"
    if overall.is_better:
        return "better", f"better by {said} ({counted}, p = {overall.p:.2g})"
    if overall.difference.low > -margin:
        return "not worse", f"not worse within {100 * margin:g} points: {said} ({counted})"
    if overall.p_worse < ALPHA / 2:
        return "worse", f"worse: {said} ({counted}, p = {overall.p:.2g})"
    more = _more_pictures(overall, margin)
    if overall.n / overall.effect >= least_pictures(margin):
        return "undecided", (
            f"not shown to be at least as good: {said} ({counted}); about {more:,} more test "
            f"pictures would show it"
        )
    few = (
        f"{said} ({counted}), too few to show that it is not worse within "
        f"{100 * margin:g} points (about {more:,} more would do)"
    )
    if overall.gained >= overall.lost:
        return "on trust", f"right at least as often on the test pictures there are: {few}"
    return "undecided", f"right less often on the test pictures there are: {few}"


def _more_pictures(overall: Paired, margin: float) -> int:
    """How many more test pictures show "not worse" four times in five, if it is just as good."""
    n = overall.n / overall.effect
    differ = (overall.gained + overall.lost) / max(overall.n, 1)
    z = float(special.ndtri(0.5 + LEVEL / 2) + special.ndtri(POWER))
    needed = max(differ * (z / margin) ** 2, least_pictures(margin))
    return max(int(np.ceil((needed - n) * overall.effect)), 1)


def _concepts(challenger: Outcome, champion: Outcome, exam: Exam) -> list[Json]:
    """Each concept by itself; `p_worse` corrected for their number where there are enough."""
    rows: list[Json] = []
    for concept, at in exam.rows.items():
        each = paired(
            challenger.answers[concept], champion.answers[concept], numbered(exam.clusters[at])
        )
        rows.append(
            {
                "concept": concept,
                "pictures": exam.pictures[concept],
                "new": concept in exam.new,
                **each.to_json(),
                "p_worse": each.p_worse,
            }
        )
    judged = [row for row in rows if row["pictures"] >= ENOUGH and not row["new"]]
    corrected = holm([row["p_worse"] for row in judged])
    for row, value in zip(judged, corrected, strict=True):
        row["regressed"] = value < ALPHA
    return rows


def _lost_concepts(concepts: Sequence[Json]) -> list[Reason]:
    return [
        Reason(
            "concept",
            f"{row['concept']} got worse: {row['gained']:,} gained, {row['lost']:,} lost on "
            f"{row['pictures']:,} test pictures of it",
            row["concept"],
        )
        for row in concepts
        if row.get("regressed")
    ]


def _lost_shared(shared: Paired, margin: float) -> list[Reason]:
    if shared.p_worse >= ALPHA / 2 or shared.difference.high >= -margin:
        return []
    said = (
        f"worse on the concepts both know: {_signed(shared.difference)} on {shared.n:,} test "
        f"pictures ({shared.gained:,} gained, {shared.lost:,} lost)"
    )
    return [Reason("shared", said)]


def _coverage(
    challenger: Outcome, champion: Outcome, clusters: Ids, rng: np.random.Generator
) -> Interval:
    """Share of concepts tagged alone, now less before; bootstrap over groups."""
    there = np.maximum(champion.there, challenger.there).astype(np.float64)
    change = (challenger.covered - champion.covered).astype(np.float64)

    def figure(weight: Scores) -> float:
        return float(weight @ change / max(float(weight @ there), 1e-12))

    return bootstrap(figure, clusters, rng)


def _lost_coverage(coverage: Interval) -> list[Reason]:
    if coverage.high >= -COVERAGE_MARGIN:
        return []
    said = (
        f"fewer pictures would be tagged alone: {_signed(coverage)} (may fall by at most "
        f"{100 * COVERAGE_MARGIN:g} points)"
    )
    return [Reason("coverage", said)]


def _ranking(
    challenger: Outcome, champion: Outcome, clusters: Ids, rng: np.random.Generator
) -> Interval | None:
    """Mean average precision of an `any` facet, now less before; bootstrap over groups."""
    now, before = challenger.ranking, champion.ranking
    if now is None or before is None:
        return None
    truth = now.truth
    columns = np.flatnonzero((truth == 1).any(axis=0))
    orders = [
        [_order(side.p[:, c], truth[:, c]) for side in (now, before)] for c in columns.tolist()
    ]

    def figure(weight: Scores) -> float:
        gaps = [
            average_precision(new, truth[:, c] == 1, weight)
            - average_precision(old, truth[:, c] == 1, weight)
            for c, (new, old) in zip(columns.tolist(), orders, strict=True)
        ]
        known = [gap for gap in gaps if np.isfinite(gap)]
        return float(np.mean(known)) if known else 0.0

    return bootstrap(figure, clusters, rng, resamples=RESAMPLES // 2)


def _order(p: Matrix, truth: Int8) -> Ids:
    order = np.argsort(-p, kind="stable")
    found: Ids = order[truth[order] >= 0]
    return found


def _lost_ranking(ranking: Interval | None, margin: float) -> list[Reason]:
    if ranking is None or ranking.high >= -margin:
        return []
    said = f"its ranking of pictures is worse: mean average precision {_signed(ranking)}"
    return [Reason("ranking", said)]


def _broken_promise(challenger: Outcome, champion: Outcome) -> list[Reason]:
    """The test pictures refute the challenger's promise, and not the champion's."""
    if not _is_refuted(challenger) or _is_refuted(champion):
        return []
    share = _alone(challenger)
    said = (
        f"its promise does not hold on the test pictures: {100 * share.value:.1f} % of {share.n:,} "
        f"tags applied alone are right, {100 * challenger.contract.target:g} % were promised"
    )
    return [Reason("promise", said)]


def _is_refuted(outcome: Outcome) -> bool:
    """Beyond doubt: a promise holds with 95 % confidence, and tests of it must not fail by luck."""
    tagged, sound = int(outcome.tagged.sum()), int(outcome.sound.sum())
    return clopper_pearson(sound, tagged, level=CERTAIN).high < outcome.contract.target


def _alone(outcome: Outcome) -> Interval:
    return wilson(float(outcome.sound.sum()), float(outcome.tagged.sum()))


def _own_figures(outcome: Outcome) -> Json:
    there = float(outcome.there.sum())
    figures = {
        "right": wilson(float(outcome.right.sum()), len(outcome.right)),
        "right_shared": wilson(float(outcome.right_shared.sum()), len(outcome.right_shared)),
        "coverage": wilson(float(outcome.covered.sum()), there),
        "precision": _alone(outcome),
    }
    return {name: as_json(each) for name, each in figures.items()}


def _new(challenger: Outcome, exam: Exam) -> list[Json]:
    """Concepts the champion never learned, and how often the challenger is right about them."""
    return [
        {
            "concept": concept,
            "pictures": exam.pictures[concept],
            "right": as_json(
                wilson(float(challenger.answers[concept].sum()), len(challenger.answers[concept]))
            ),
        }
        for concept in exam.new
        if concept in exam.rows
    ]


def as_json(figure: Interval) -> Json:
    """A figure as JSON, which has no NaN: null where nothing was counted."""
    return figure.to_json() | ({} if figure.n else {"value": None})


def _signed(figure: Interval) -> str:
    low, high = 100 * figure.low, 100 * figure.high
    return f"{100 * figure.value:+.1f} points ({low:+.1f} to {high:+.1f})"
