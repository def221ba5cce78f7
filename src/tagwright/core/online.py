"""Between trainings: the champion's suggestions follow single answers, and fall back by themselves.

The last answers are kept as projected rows. On them a small correction of the champion's logits is
learned, pulled to nothing: `logits + (x . rows' + 1) . coefficients`. Each answer moves its own
coefficients to where they are best (stochastic dual coordinate ascent, Shalev-Shwartz & Zhang
2013: no step size to choose, and no step can make things worse) and replays some of the older
ones. Every few answers two guards look at it. Pictures of the validation split: does the corrected
champion do significantly worse there than the champion itself? And the answers, each guessed
before it was learned: do they still contradict it most of the time, as random answers do? Then the
correction is dropped and learning pauses until the next training. (The study's on-the-fly mode,
and its fall-back.)

Only suggestions follow. Cut-offs and their promise were found for the champion as it was trained;
a corrected head would tag under a promise that nobody has tested.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tagwright.core.calibration import probabilities_of
from tagwright.core.decide import AUTO, PARENT, REVIEW, SUGGEST_ABOVE, Decisions, top_columns
from tagwright.core.facet_model import FacetModel
from tagwright.core.paired import paired
from tagwright.types import FacetKind, Features, Ids, Json, Mask, Matrix

KEPT: Final = 256
"""Answers kept; the oldest makes room. An answer then costs about a millisecond."""
PENALTY: Final = 0.3
"""Of the correction's size, for the summed loss of the answers kept; see benchmarks/online.py."""
REPLAYED: Final = 48
"""Answers looked at again for each new one, in turn."""
CHECK_EVERY: Final = 8
"""Answers between two looks at the guard."""
GUARDED: Final = 400
"""Guard pictures looked at."""
LEAST_GUARD: Final = 20
"""With fewer, a fall would not be seen: then nothing is learned from single answers."""
DOUBT: Final = 0.005
"""One-sided significance of a fall: small, because the guard is looked at again and again."""
TOLERANCE: Final = 0.03
"""A fall in the share of right guesses that is borne: the price of following something new."""


WINDOW: Final = 32
"""The latest answers that are looked at for whether they still contradict it."""
CONTRADICTED: Final = 0.5
"""Right beforehand less than this share as often as the champion is on validation pictures.
Answers that cannot be foreseen after 32 of them teach nothing: wrong, or of another world."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Validation pictures of one facet: projected rows (g, r), truth over columns, groups."""

    rows: Matrix
    targets: NDArray[Any]
    clusters: Ids


@dataclass(frozen=True, slots=True)
class Online:
    """What answers have taught one facet of a champion since it was trained.

    rows: (m, r) the last answers, the newest last. targets: `one`: (m,) columns; `any`: (m, k) of
    1, 0, -1. coefficients: (m, k). guessed: (m, 2) whether the corrected champion, and the champion
    itself, had guessed the answer right beforehand. learned, helped, before: answers in all, and
    how many of them each had guessed right. paused: why it fell back; None while it learns.
    """

    kind: FacetKind
    rows: Matrix
    targets: NDArray[Any]
    coefficients: Matrix
    guessed: Mask
    learned: int = 0
    helped: int = 0
    before: int = 0
    paused: str | None = None

    @staticmethod
    def fresh(model: FacetModel, paused: str | None = None) -> Online:
        """Nothing learned: the champion as it is."""
        rank, columns = model.projection.axes.shape[1], len(model.columns.nodes)
        shape = (0,) if model.kind == "one" else (0, columns)
        return Online(
            model.kind,
            np.zeros((0, rank), np.float32),
            np.zeros(shape, np.int64 if model.kind == "one" else np.int8),
            np.zeros((0, columns), np.float32),
            np.zeros((0, 2), np.bool_),
            paused=paused,
        )

    @property
    def active(self) -> bool:
        return self.paused is None and len(self.rows) > 0

    def to_parts(self) -> tuple[dict[str, NDArray[Any]], Json]:
        """Arrays for safetensors and a document for JSON."""
        arrays: dict[str, NDArray[Any]] = {
            "rows": self.rows.astype(np.float16),
            "targets": self.targets,
            "coefficients": self.coefficients,
            "guessed": self.guessed,
        }
        document: Json = {
            "kind": self.kind,
            "learned": self.learned,
            "helped": self.helped,
            "before": self.before,
            "paused": self.paused,
        }
        return arrays, document

    @staticmethod
    def from_parts(arrays: Mapping[str, NDArray[Any]], document: Json) -> Online:
        """What `to_parts` gave."""
        return Online(
            rows=arrays["rows"].astype(np.float32),
            targets=arrays["targets"],
            coefficients=arrays["coefficients"],
            guessed=arrays["guessed"],
            **document,
        )


def learn(
    state: Online, model: FacetModel, row: Matrix, target: NDArray[Any], guard: Guard
) -> Online:
    """The state after one answer; a fresh, paused one where the guard got worse.

    row: (1, r) projected. target: (1,) a column, or (1, k) of 1, 0, -1.
    """
    if state.paused is not None:
        return state
    if len(guard.rows) < LEAST_GUARD:
        return replace(
            state,
            paused=f"only {len(guard.rows):,} validation pictures could guard it, and "
            f"{LEAST_GUARD} are needed: label more, and train",
        )
    base = _champion_logits(model, row)
    helped = _right(state.kind, base + corrections(state, row), target)
    before = _right(state.kind, base, target)
    added = replace(
        state,
        rows=np.concatenate([state.rows, row])[-KEPT:],
        targets=np.concatenate([state.targets, target])[-KEPT:],
        coefficients=np.concatenate([state.coefficients, np.zeros_like(base)])[-KEPT:],
        guessed=np.concatenate([state.guessed, np.stack([helped, before], axis=1)])[-KEPT:],
        learned=state.learned + 1,
        helped=state.helped + int(helped[0]),
        before=state.before + int(before[0]),
    )
    taught = replace(added, coefficients=_settled(added, model))
    if taught.learned % CHECK_EVERY:
        return taught
    fallen = fall(taught, model, guard)
    return taught if fallen is None else _fallen(taught, model, fallen)


def without(state: Online, answers: Sequence[int]) -> Online:
    """The state without some of the answers kept: they were taken back, or given anew."""
    return replace(
        state,
        rows=np.delete(state.rows, answers, axis=0),
        targets=np.delete(state.targets, answers, axis=0),
        coefficients=np.delete(state.coefficients, answers, axis=0),
        guessed=np.delete(state.guessed, answers, axis=0),
    )


def _fallen(state: Online, model: FacetModel, why: str) -> Online:
    """The champion as it is, with what was counted."""
    fresh = Online.fresh(model, paused=why)
    return replace(fresh, learned=state.learned, helped=state.helped, before=state.before)


def fall(state: Online, model: FacetModel, guard: Guard) -> str | None:
    """Why the guards forbid this correction; None where they do not."""
    base = _champion_logits(model, guard.rows)
    now = base + corrections(state, guard.rows)
    right = _right(state.kind, now, guard.targets), _right(state.kind, base, guard.targets)
    seen = paired(*right, guard.clusters)
    if seen.p_worse < DOUBT and seen.difference.value < -TOLERANCE:
        return (
            f"after {state.learned:,} answers it was right on {int(right[0].sum()):,} of "
            f"{seen.n:,} validation pictures, the champion itself on {int(right[1].sum()):,}"
        )
    return _contradicted(state, float(right[1].mean()))


def _contradicted(state: Online, usual: float) -> str | None:
    """Why the latest answers cannot be followed. usual: how often the champion is right."""
    latest = state.guessed[-WINDOW:]
    if len(latest) < WINDOW or latest[:, 0].mean() >= CONTRADICTED * usual:
        return None
    if paired(latest[:, 0], latest[:, 1], np.arange(WINDOW)).is_better:
        return None  # it has far to go, and is on its way
    return (
        f"of the last {WINDOW} answers it had guessed {int(latest[:, 0].sum())} right beforehand: "
        f"they contradict what was learned; look at them, and train"
    )


def corrections(state: Online, rows: Matrix) -> Matrix:
    """(n, k) what is added to the champion's calibrated logits."""
    found: Matrix = np.asarray((rows @ state.rows.T + 1) @ state.coefficients, np.float32)
    return found


def suggested(
    state: Online, model: FacetModel, features: Features, champion: Decisions
) -> Decisions:
    """The champion's decisions with the suggestions in the corrected order.

    What it tags alone, or abstains on, stays as it decided.
    """
    if not state.active:
        return champion
    rows = model.projection.apply(features)
    p = probabilities_of(model.kind, _champion_logits(model, rows) + corrections(state, rows))
    own = np.where(model.columns.rest, np.float32(-1), p)
    top = top_columns(own, champion.top.shape[1])
    follows = replace(
        champion, top=model.columns.nodes[top], top_p=np.take_along_axis(p, top, axis=1)
    )
    if model.kind == "one":
        return _asked_one(follows)
    return _asked_any(follows, p, model)


def _asked_one(made: Decisions) -> Decisions:
    """What is put to a person first is the best corrected guess."""
    asked = made.verdict == REVIEW
    best, p = made.top[made.row, 0], made.top_p[made.row, 0]
    return replace(made, node=np.where(asked, best, made.node), p=np.where(asked, p, made.p))


def _asked_any(made: Decisions, p: Matrix, model: FacetModel) -> Decisions:
    """Put to a person: what is more probable than not now, and is not tagged alone."""
    nodes, kept = model.columns.nodes, made.verdict != REVIEW
    silent = np.zeros((len(p), len(model.tree.nodes)), np.bool_)
    silent[made.row[made.node < 0]] = True  # strange pictures
    tagged = np.isin(made.verdict, (AUTO, PARENT))
    silent[made.row[tagged], made.node[tagged]] = True
    row, column = np.nonzero((p > SUGGEST_ABOVE) & ~silent[:, nodes])
    order = np.argsort(np.concatenate([made.row[kept], row]), kind="stable")

    def joined(old: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate([old[kept], new])[order].astype(old.dtype)

    return replace(
        made,
        row=joined(made.row, row),
        verdict=joined(made.verdict, np.full(len(row), REVIEW)),
        node=joined(made.node, nodes[column]),
        p=joined(made.p, p[row, column]),
        p_raw=joined(made.p_raw, p[row, column]),
        cutoff=joined(made.cutoff, model.cutoffs[nodes[column]]),
    )


def _settled(state: Online, model: FacetModel) -> Matrix:
    """(m, k) the coefficients after the newest answer and some older ones were looked at."""
    chosen = _replayed(len(state.rows), state.learned)
    rows, targets = state.rows[chosen], state.targets[chosen]
    gram = rows @ state.rows.T + 1
    base = _champion_logits(model, rows)
    curve = 0.5 if state.kind == "one" else 0.25  # of the log-loss, at most
    found = state.coefficients.copy()
    for at, answer in enumerate(chosen.tolist()):
        logits = base[at : at + 1] + gram[at] @ found
        slope = _gradient(state.kind, logits, targets[at : at + 1])[0]
        size = np.float32(curve * gram[at, answer] + PENALTY)
        found[answer] -= (slope + np.float32(PENALTY) * found[answer]) / size
    return found


def _replayed(kept: int, learned: int) -> Ids:
    """Which answers are looked at: the newest, older ones in turn, and the newest again."""
    turn = (learned * REPLAYED + np.arange(min(REPLAYED, kept - 1))) % max(kept - 1, 1)
    return np.concatenate([[kept - 1], turn, [kept - 1]])


def _gradient(kind: FacetKind, logits: Matrix, targets: NDArray[Any]) -> Matrix:
    """(m, k) of the log-loss by the logits; 0 where the truth is unknown."""
    p = probabilities_of(kind, logits)
    if kind == "one":
        p[np.arange(len(p)), targets] -= 1
        return p
    found: Matrix = np.where(targets < 0, 0, p - (targets == 1)).astype(np.float32)
    return found


def _champion_logits(model: FacetModel, rows: Matrix) -> Matrix:
    return model.calibration.apply(model.head.logits(rows))


def _right(kind: FacetKind, logits: Matrix, targets: NDArray[Any]) -> Mask:
    """(n,) whether the best guess is the truth; `any`: whether every known answer is right."""
    if kind == "one":
        guessed: Mask = logits.argmax(axis=1) == targets
        return guessed
    found: Mask = (((logits > 0) == (targets == 1)) | (targets < 0)).all(axis=1)
    return found
