"""Heads: from features to logits, and how views, solver and strength are chosen.

Every choice is made by cross-validation inside the train split; the validation split stays
untouched for the contract. The out-of-fold logits serve calibration, cut-offs and outliers too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy import optimize

from tagwright.core.calibration import log_loss, masked_log_loss
from tagwright.core.pace import Progress
from tagwright.core.projection import Projection, fit_projection
from tagwright.core.questions import Lineage, Questions, ask, questions_fit
from tagwright.core.solvers import (
    ROUGH,
    TOLERANCE,
    Int8,
    Start,
    class_means,
    discriminant_fit,
    moments_of,
    rest_fit,
    sigmoid_fit,
    softmax_fit,
)
from tagwright.core.splits import folds_of
from tagwright.types import FacetKind, Features, Ids, Json, Mask, Matrix, Recipe, Scores, View

STRENGTHS: Final = (1e-3, 3e-4, 1e-4, 3e-5, 1e-5, 3e-6, 1e-6)
"""Of logistic regression, strong to weak, for rows of total variance 1 and the mean loss."""
SHRINKAGES: Final = (0.5, 0.3, 0.1, 0.03, 0.01)
"""Of discriminant analysis, strong to weak."""
ITERATIVE: Final = 12_000_000
"""Rows x columns up to which logistic regression is tried: its time grows with them x steps."""
FOLDS: Final = 5
MANY_CELLS: Final = 100_000
"""Rows x columns from which two folds are held out, not each in turn."""
HUGE: Final = 4_000_000
"""Rows x columns from which it is one."""
MOST_HELD: Final = 30_000_000
"""Rows x columns of held-out logits: 120 MB."""
SEARCHED: Final = 25_000
"""Rows that settings are compared on; more sharpen nothing but cost time."""
NO_FOLD: Final = -1
WORKERS: Final = 2
"""Folds learned at a time; each holds a copy of its rows."""
PATIENCE: Final = 0.002


@dataclass(frozen=True, slots=True)
class Choice:
    """What selection found; training again with it skips the search.

    logistic: penalty of logistic regression. discriminant: shrinkage of linear discriminant
    analysis, which bears wrong labels and few pictures better. With both, their logits are
    averaged, each at its own temperature; the result is one linear map again.
    """

    views: tuple[View, ...]
    logistic: float | None = None
    discriminant: float | None = None

    def to_json(self) -> Json:
        return {
            "views": list(self.views),
            "logistic": self.logistic,
            "discriminant": self.discriminant,
        }

    @staticmethod
    def from_json(stored: Json) -> Choice:
        return Choice(tuple(stored["views"]), stored["logistic"], stored["discriminant"])


@dataclass(frozen=True, slots=True)
class Task:
    """What a head learns, rows in the train split only.

    targets: `one`: (n,) column index; `any`: (n, k) of 1, 0, -1. folds: (n,). used: the folds
    that are held out in turn. searched: those of them that settings are compared on. lineages:
    (columns,) where each stands in the taxonomy, for a tree. questions: the tree itself, which
    hangs on the views looked at.
    """

    kind: FacetKind
    targets: Ids | Int8
    columns: int
    folds: Ids
    used: tuple[int, ...]
    searched: tuple[int, ...]
    recipe: Recipe = "multiclass"
    lineages: Sequence[Lineage] = ()
    questions: Questions | None = None

    def held_out(self, folds: tuple[int, ...]) -> Mask:
        return np.isin(self.folds, folds)

    def asking(self, table: Matrix) -> Task:
        """The task with its questions, where it is learned as a tree. table: (n, r) rows.

        They hang on all rows, held out or not: what a held-out row says of them is who stands
        beside whom.
        """
        if self.recipe != "tree":
            return self
        equal: Scores = np.ones(len(table))
        means = class_means(table, self.targets.astype(np.int64), equal, self.columns)
        return replace(self, questions=ask(self.lineages, means))


def recipe_of(kind: FacetKind, asked: Recipe) -> Recipe:
    """How a facet of this kind is learned where `asked` is asked for."""
    return asked if kind == "one" else "one-vs-rest"


def plan_task(
    kind: FacetKind,
    targets: Ids | Int8,
    columns: int,
    groups: Sequence[str],
    recipe: Recipe = "multiclass",
    lineages: Sequence[Lineage] = (),
) -> Task:
    """All folds are held out in turn where that is quick, fewer and smaller where rows are many.

    groups: (n,) near-duplicate groups; each lies in one fold.
    """
    cells = len(groups) * columns
    every = tuple(range(FOLDS))
    used = every if cells < MANY_CELLS else every[:2] if cells < HUGE else every[:1]
    searched = every if cells < MANY_CELLS / 5 else every[:1]
    split = -(-cells // (FOLDS * MOST_HELD))
    fine = folds_of(groups, FOLDS * split)
    folds = np.where(fine < FOLDS, fine, 1 + fine % (FOLDS - 1)) if split > 1 else fine
    own = recipe_of(kind, recipe)
    return Task(kind, targets, columns, folds, used, searched, own, lineages or [()] * columns)


@dataclass(frozen=True, slots=True)
class Head:
    """Projected rows to logits. weights: (r, q); bias: (q,).

    questions: how q = k - 1 answers become the logits of k columns; without, q = k, and they are
    the logits.
    """

    weights: Matrix
    bias: Matrix
    questions: Questions | None = None

    def logits(self, rows: Matrix) -> Matrix:
        """(n, k)."""
        found: Matrix = rows @ self.weights
        found += self.bias
        return found if self.questions is None else self.questions.log_probabilities(found)


@dataclass(frozen=True, slots=True)
class Fitted:
    """A head learned from all of train, and what it would have said of pictures it did not see.

    rows: (n, r) the projected train split. held_logits: (m, k) for `task.held_out(task.used)`.
    """

    choice: Choice
    projection: Projection
    head: Head
    rows: Matrix
    held_logits: Matrix
    losses: tuple[tuple[Choice, float], ...]


def fit_head(
    features: Features,
    rows: Ids,
    task: Task,
    rng: np.random.Generator,
    choice: Choice | None,
    progress: Progress,
) -> Fitted:
    """The best head by out-of-fold log-loss, or the one `choice` names, refitted on all rows."""
    candidates = [choice.views] if choice else view_sets(features)
    progress("finding the axes of the features", 0.0)
    with ThreadPoolExecutor(WORKERS) as pool:
        made = pool.map(
            lambda each: _projected(features, rows, *each),
            zip(candidates, rng.spawn(len(candidates)), strict=True),
        )
        projections = dict(zip(candidates, made, strict=True))
    losses: list[tuple[Choice, float]] = []
    for at, views in enumerate(candidates if choice is None else ()):
        progress(f"learning from {' + '.join(views)}", (at + 1) / (len(candidates) + 2))
        losses += _search(projections[views][1], task.asking(projections[views][1]), views)
    found = choice or min(losses, key=_loss)[0]
    progress("learning the final head", 1 - 1 / (len(candidates) + 2))
    projection, table = projections[found.views]
    head, held = _final(table, task.asking(table), found)
    return Fitted(found, projection, head, table, held, tuple(losses))


def _projected(
    features: Features, rows: Ids, views: tuple[View, ...], rng: np.random.Generator
) -> tuple[Projection, Matrix]:
    projection = fit_projection(features, views, rows, rng)
    return projection, projection.apply(features, rows)


def _final(table: Matrix, task: Task, choice: Choice) -> tuple[Head, Matrix]:
    """The head of all rows, and the (m, k) logits of the used folds without their own rows."""
    blank = _zeros(table, task, TOLERANCE)
    weights, bias = blank.weights, blank.bias
    held = np.zeros((int(task.held_out(task.used).sum()), task.columns), np.float32)
    parts = _parts(choice)
    for part in parts:
        start = _zeros(table, task, TOLERANCE)
        logits = _predicted(
            table, task, _fold_fits(table, task, part, dict.fromkeys(task.used, start))
        )
        slope = _slope(task, logits, task.used) if len(parts) > 1 else 1.0
        fit = _fit(table, task, NO_FOLD, part, start)
        weights += np.float32(slope / len(parts)) * fit.weights
        bias += np.float32(slope / len(parts)) * fit.bias
        held += np.float32(slope / len(parts)) * logits
    return Head(weights, bias, task.questions), held


def _parts(choice: Choice) -> list[Choice]:
    """The solvers a choice averages, each by itself."""
    found = []
    if choice.logistic is not None:
        found.append(Choice(choice.views, logistic=choice.logistic))
    if choice.discriminant is not None:
        found.append(Choice(choice.views, discriminant=choice.discriminant))
    return found


def _loss(tried: tuple[Choice, float]) -> float:
    return tried[1]


def view_sets(features: Features) -> list[tuple[View, ...]]:
    """The candidates: each view, and all of them together."""
    single: list[tuple[View, ...]] = [(view,) for view in features]
    return [*single, tuple(features)] if len(single) > 1 else single


def _search(table: Matrix, task: Task, views: tuple[View, ...]) -> list[tuple[Choice, float]]:
    """Every choice tried on these views with its out-of-fold loss."""
    paths = []
    table, task = _sampled(table, task)
    plain = task.recipe == "multiclass"
    if not plain or len(table) * task.columns <= ITERATIVE:
        paths.append([Choice(views, logistic=strength) for strength in STRENGTHS])
    if plain:
        paths.append([Choice(views, discriminant=shrinkage) for shrinkage in SHRINKAGES])
    walked = [_walk(table, task, path) for path in paths]
    losses = [each for walk in walked for each in walk.losses]
    if len(walked) > 1:
        both = np.mean([walk.logits * walk.slope for walk in walked], axis=0, dtype=np.float32)
        one, other = (walk.best for walk in walked)
        blend = Choice(views, one.logistic, other.discriminant)
        losses.append((blend, task_loss(task, np.asarray(both, np.float32), task.searched)))
    return losses


def _sampled(table: Matrix, task: Task) -> tuple[Matrix, Task]:
    """The first folds, about `SEARCHED` rows of them; everything where there are fewer."""
    sizes = np.cumsum(np.bincount(task.folds, minlength=FOLDS))
    if sizes[-1] <= SEARCHED:
        return table, task
    kept = task.folds <= max(int(np.searchsorted(sizes, SEARCHED)), task.searched[-1] + 1)
    return table[kept], replace(task, targets=task.targets[kept], folds=task.folds[kept])


@dataclass(frozen=True, slots=True)
class _Walk:
    """A path of choices walked from strong to weak: the best one and its tempered logits."""

    losses: list[tuple[Choice, float]]
    best: Choice
    logits: Matrix
    slope: float


def _walk(table: Matrix, task: Task, path: Sequence[Choice]) -> _Walk:
    """Walks until the loss rises."""
    starts = dict.fromkeys(task.searched, _zeros(table, task, ROUGH))
    losses: list[tuple[Choice, float]] = []
    found: _Walk | None = None
    for choice in path:
        starts = _fold_fits(table, task, choice, starts)
        logits = _predicted(table, task, starts)
        slope = _slope(task, logits, task.searched)
        losses.append((choice, task_loss(task, logits * np.float32(slope), task.searched)))
        if found is None or losses[-1][1] <= min(map(_loss, losses)):
            found = _Walk(losses, choice, logits, slope)
        if losses[-1][1] > (1 + PATIENCE) * min(map(_loss, losses)):
            break
    assert found is not None
    return found


def _slope(task: Task, logits: Matrix, folds: tuple[int, ...]) -> float:
    """The factor on logits that makes their loss least; 1 for `any`, whose concepts differ."""
    if task.kind == "any":
        return 1.0
    targets = task.targets[task.held_out(folds)].astype(np.int64)
    found = optimize.minimize_scalar(
        lambda x: log_loss(logits * np.float32(np.exp(x)), targets),
        bounds=(-4, 3),
        method="bounded",
        options={"xatol": 0.02},
    )
    return float(np.exp(found.x))


def _fold_fits(
    table: Matrix, task: Task, choice: Choice, starts: Mapping[int, Start]
) -> dict[int, Start]:
    """For each fold of `starts`, a fit to all rows but its own."""
    with ThreadPoolExecutor(WORKERS) as pool:
        fits = {
            fold: pool.submit(_fit, table, task, fold, choice, start)
            for fold, start in starts.items()
        }
        return {fold: fit.result() for fold, fit in fits.items()}


def _predicted(table: Matrix, task: Task, fits: Mapping[int, Start]) -> Matrix:
    folds = task.folds[task.held_out(tuple(fits))]
    logits = np.empty((len(folds), task.columns), np.float32)
    for fold, fit in fits.items():
        head = Head(fit.weights, fit.bias, task.questions)
        logits[folds == fold] = head.logits(table[task.folds == fold])
    return logits


def task_loss(task: Task, logits: Matrix, folds: tuple[int, ...]) -> float:
    """Log-loss of the logits of some folds. Low = good."""
    targets = task.targets[task.held_out(folds)]
    if task.kind == "one":
        return log_loss(logits, targets.astype(np.int64))
    return masked_log_loss(logits, targets.astype(np.int8))


def _fit(table: Matrix, task: Task, without: int, choice: Choice, start: Start) -> Start:
    """Fitted to all rows but those of one fold."""
    inside = task.folds != without
    rows = table if inside.all() else table[inside]
    targets = task.targets[inside]
    strength = choice.logistic or 0.0
    if task.kind == "any":
        equal: Scores = np.ones(task.columns)
        return sigmoid_fit(rows, targets.astype(np.int8), equal, strength, start)
    if choice.discriminant is None and task.questions is not None:
        return questions_fit(rows, targets.astype(np.int64), task.questions, strength, start)
    if choice.discriminant is None and task.recipe == "one-vs-rest":
        return rest_fit(rows, targets.astype(np.int64), strength, start)
    return fit_rows(rows, targets.astype(np.int64), task.columns, choice, start)


def fit_rows(rows: Matrix, targets: Ids, columns: int, choice: Choice, start: Start) -> Start:
    """One of a choice's solvers, all concepts at once; discriminant analysis if it has both.

    rows: (n, r). targets: (n,) in 0..columns-1.
    """
    if choice.discriminant is not None:
        return discriminant_fit(moments_of(rows, targets, columns), choice.discriminant)
    return softmax_fit(rows, targets, np.ones(len(rows)), choice.logistic or 0.0, start)


def _zeros(table: Matrix, task: Task, tolerance: float) -> Start:
    answers = task.columns if task.questions is None else len(task.questions.spans)
    weights = np.zeros((table.shape[1], answers), np.float32)
    return Start(weights, np.zeros(answers, np.float32), tolerance)
