"""Alpha: the share of labels to leave out of learning, found by a genetic search.

Source: Kapp, Song & Rodriguez Echavarria 2018, further research. Only the train split takes part;
what is found is confirmed on the validation split. Nothing here changes a label.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, FloatDistribution
from optuna.samplers import NSGAIISampler
from optuna.samplers.nsgaii import BLXAlphaCrossover

from tagwright.core import columns
from tagwright.core.cleaning import sworn
from tagwright.core.facet_model import FacetData, FacetModel, taken
from tagwright.core.fitting import learn_facet, probabilities_at
from tagwright.core.heads import FOLDS, SEARCHED, Choice, fit_rows
from tagwright.core.intervals import clustered_share
from tagwright.core.pace import Progress, until
from tagwright.core.paired import Paired, paired
from tagwright.core.solvers import ROUGH, Start
from tagwright.core.splits import folds_of, in_split
from tagwright.types import Contract, Ids, Interval, Json, Mask, Matrix, Scores

MOST: Final = 0.5
"""The largest share that is tried. Who would leave out more needs better labels."""
POPULATION: Final = 16
MUTATION: Final = 0.2
GENERATION: Final = "NSGAIISampler:generation"
"""Where the sampler keeps to which generation a trial belongs."""

optuna.logging.set_verbosity(optuna.logging.WARNING)


@dataclass(frozen=True, slots=True)
class Doubts:
    """The labels of the train split of a facet of kind `one`, and which are in doubt.

    rows: (m,) of the facet's data. nodes: (k,). given: (m,) index into nodes. wrong: (m,) how
    likely each label is wrong, by witnesses from the train split; 0: never left out.
    """

    rows: Ids
    nodes: Ids
    given: Ids
    wrong: Scores


@dataclass(frozen=True, slots=True)
class Sieve:
    """What shares are tried on.

    table: (m, r) projected. folds: (m,). apart: (FOLDS, m) doubts by witnesses who saw nothing of
    that fold. model: learned from all labels.
    """

    doubts: Doubts
    table: Matrix
    folds: Ids
    apart: Matrix
    model: FacetModel


@dataclass(frozen=True, slots=True)
class Trial:
    """shares: one number for all labels, or one a concept, in [0, MOST]. kept: labels.

    score: share of the train pictures, each held out in turn, that come out as labelled.
    generation: of the genetic search.
    """

    shares: tuple[float, ...]
    kept: int
    score: float
    generation: int

    def to_json(self) -> Json:
        return {
            "shares": list(self.shares),
            "kept": self.kept,
            "score": self.score,
            "generation": self.generation,
        }

    @staticmethod
    def from_json(stored: Json) -> Trial:
        return Trial(**{**stored, "shares": tuple(stored["shares"])})


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Shares right on the validation split, learned from all labels and without some."""

    before: Interval
    after: Interval
    gain: Paired


def doubts_of(data: FacetData, settled: Mask, seed: int) -> Doubts:
    """How likely each label of the train split is wrong. The same again for the same labels.

    settled: (n,) labels that are never left out. Raises InvalidInput where too little is labelled.
    """
    train = np.flatnonzero(in_split(data.groups, "train"))
    planned = columns.plan(data.kind, data.tree, data.columns, data.targets, train)
    rows, given = columns.training_targets(data.kind, planned, data.targets, train)
    wrong = _doubted(data, rows, settled, seed)
    return Doubts(rows, planned.nodes, given.astype(np.int64), wrong)


def make_sieve(
    data: FacetData,
    settled: Mask,
    seed: int,
    *,
    choice: Choice | None = None,
    progress: Progress = lambda doing, share: None,
) -> Sieve:
    """Hear the witnesses, of all of train and without each fold.

    settled: (n,) labels that are never left out. choice: views and strength that a model chose;
    without it they are searched. Raises InvalidInput where too little is labelled to learn from.
    """
    rng = np.random.default_rng(seed)
    model, _ = learn_facet(data, Contract(), rng, choice=choice, progress=until(progress, 0.3))
    progress("hearing witnesses", 0.3)
    doubts = doubts_of(data, settled, seed)
    folds = folds_of([data.groups[row] for row in doubts.rows.tolist()], FOLDS)
    apart = np.zeros((FOLDS, len(folds)), np.float32)
    for fold in range(FOLDS):
        progress(f"hearing witnesses, part {fold + 1} of {FOLDS}", 0.4 + 0.6 * fold / FOLDS)
        outside = folds != fold
        apart[fold, outside] = _doubted(data, doubts.rows[outside], settled, seed)
    return Sieve(doubts, model.projection.apply(data.features, doubts.rows), folds, apart, model)


def left_out(doubt: Scores | Matrix, given: Ids, shares: Sequence[float]) -> Mask:
    """(m,) the most doubtful share of all labels, or of each concept's.

    doubt, given: (m,). A doubt of 0 is never left out. Ties fall to the first.
    """
    found = np.zeros(len(given), np.bool_)
    parts = [np.arange(len(given))] if len(shares) == 1 else _by_concept(given, len(shares))
    for rows, share in zip(parts, shares, strict=True):
        order = rows[np.argsort(-doubt[rows], kind="stable")]
        found[order[: int(share * len(rows))]] = True
    return found & (doubt > 0)


def try_shares(sieve: Sieve, shares: Sequence[float], generation: int = 0) -> Trial:
    """Learn without the doubtful labels, and count how many held-out pictures are right.

    Each fold is judged by a head of the others, and what is left out of those is by witnesses who
    saw nothing of that fold. All its pictures are judged, doubtful ones too. Of many pictures the
    first are tried: they come in the order of hashes.
    """
    given, head = sieve.doubts.given, sieve.model.head
    start = Start(head.weights, head.bias, ROUGH)
    some = np.arange(min(len(given), SEARCHED))
    right = 0
    for fold in range(FOLDS):
        held = sieve.folds[some] == fold
        taught, judged = some[~held], some[held]
        taught = taught[~left_out(sieve.apart[fold, taught], given[taught], shares)]
        fit = fit_rows(
            sieve.table[taught], given[taught], len(sieve.doubts.nodes), sieve.model.choice, start
        )
        said = (sieve.table[judged] @ fit.weights + fit.bias).argmax(axis=1)
        right += int(np.sum(said == given[judged]))
    kept = len(given) - int(left_out(sieve.doubts.wrong, given, shares).sum())
    return Trial(tuple(shares), kept, right / len(some), generation)


def search(
    sieve: Sieve, known: Sequence[Trial], starts: Sequence[Sequence[float]], seed: int
) -> Iterator[Trial]:
    """Trials without end, better ones by and by; whoever asks decides when it is enough.

    known: trials of a search that was cut off; it goes on from those. starts: shares to try first;
    all are of one length, a number for all labels or one a concept. NSGA-II (Deb et al. 2002) with
    one aim is a genetic search with elitism; children blend their parents (Eshelman & Schaffer
    1993, BLX-alpha).
    """
    width = len(starts[0])
    space: dict[str, BaseDistribution] = {
        str(gene): FloatDistribution(0.0, MOST) for gene in range(width)
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler = NSGAIISampler(
            population_size=POPULATION,
            mutation_prob=MUTATION,
            crossover=BLXAlphaCrossover(),
            seed=seed + len(known),
        )
    study = optuna.create_study(direction="maximize", sampler=sampler)
    study.add_trials([_frozen(each, space) for each in known])
    tried = {each.shares for each in known}
    for shares in starts:
        if tuple(shares) not in tried:
            study.enqueue_trial(_genes(shares))
    while True:
        asked = study.ask(space)
        generation = sampler.get_trial_generation(study, study.trials[asked.number])
        made = try_shares(sieve, [float(asked.params[gene]) for gene in space], generation)
        study.tell(asked, made.score)
        yield made


def best_of(trials: Sequence[Trial]) -> Trial:
    """The one with the highest score; of equals, the one that keeps the most."""
    return max(trials, key=lambda each: (each.score, each.kept))


def confirm(data: FacetData, sieve: Sieve, shares: Sequence[float], seed: int) -> Confirmed:
    """All labels against some left out, on the validation pictures, which the search never saw."""
    rows = np.flatnonzero(in_split(data.groups, "validation"))
    doubts = sieve.doubts
    out = doubts.rows[left_out(doubts.wrong, doubts.given, shares)]
    kept = np.setdiff1d(np.arange(len(data.groups)), out)
    without, _ = learn_facet(
        taken(data, kept), Contract(), np.random.default_rng(seed), choice=sieve.model.choice
    )
    clusters = data.clusters(rows)
    before, after = (_is_right(model, data, rows) for model in (sieve.model, without))
    return Confirmed(
        clustered_share(before, clusters),
        clustered_share(after, clusters),
        paired(after, before, clusters),
    )


def _doubted(data: FacetData, rows: Ids, settled: Mask, seed: int) -> Scores:
    """(m,) how likely each of these labels is wrong, by one another's witness alone."""
    jury = sworn(taken(data, rows), np.random.default_rng(seed))
    found = np.zeros(len(rows))
    found[jury.rows] = np.maximum(jury.wrong, np.finfo(np.float32).tiny)
    found[settled[rows]] = 0.0
    return found


def _by_concept(given: Ids, concepts: int) -> list[Ids]:
    return [np.flatnonzero(given == concept) for concept in range(concepts)]


def _is_right(model: FacetModel, data: FacetData, rows: Ids) -> Mask:
    said = model.columns.nodes[probabilities_at(model, data, rows).p.argmax(axis=1)]
    truth = data.columns[np.asarray(data.targets, np.int64)[rows]]
    found: Mask = said == truth
    return found


def _genes(shares: Sequence[float]) -> dict[str, float]:
    return {str(gene): share for gene, share in enumerate(shares)}


def _frozen(trial: Trial, space: dict[str, BaseDistribution]) -> optuna.trial.FrozenTrial:
    return optuna.trial.create_trial(
        params=_genes(trial.shares),
        distributions=space,
        value=trial.score,
        system_attrs={GENERATION: trial.generation},
    )
