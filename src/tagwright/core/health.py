"""How each concept of a facet fares: figures from the test pictures, and what to label next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tagwright.core.exam import LIKELIER, Answers
from tagwright.core.facet_model import FacetData, FacetModel
from tagwright.core.gate import as_json
from tagwright.core.intervals import wilson
from tagwright.core.metrics import calibration_error
from tagwright.core.splits import TRAIN_SHARE
from tagwright.core.splits import VALIDATION_SHARE as PROVES
from tagwright.types import AssetId, ConceptId, Ids, Json, Mask

NEXT: Final = 12


@dataclass(frozen=True, slots=True)
class Unsure:
    """An unlabelled picture: how probable the concept is, and the one it is taken for instead."""

    asset: AssetId
    group: str
    p: float
    rival: float


def concept_figures(data: FacetData, answers: Answers) -> dict[ConceptId, Json]:
    """Each concept the model knows, on the test pictures; every share with n and interval."""
    said, truth = _said(data, answers)
    alone = np.zeros(answers.p.shape, np.bool_)
    alone[answers.row, answers.node] = True
    found: dict[ConceptId, Json] = {}
    for at in np.flatnonzero(answers.knows).tolist():
        known = truth[:, at] >= 0
        there, here = truth[known, at] == 1, said[known, at]
        hit = float(np.sum(there & here))
        p = answers.p[known, at].astype(np.float64)
        found[data.tree.nodes[at]] = {
            "precision": as_json(wilson(hit, float(here.sum()))),
            "recall": as_json(wilson(hit, float(there.sum()))),
            "coverage": as_json(
                wilson(float(np.sum(alone[known, at] & there)), float(there.sum()))
            ),
            "calibration_error": _calibration(p, there),
            "confused_with": _partner(data, answers, at),
        }
    return found


def needs(model: FacetModel, concept: ConceptId) -> Json:
    """How many more labelled pictures it takes: to learn a concept, and to promise its tags.

    promised: 0 where tags are applied alone already; None where the concept is not learned, or the
    model is not right often enough at any cut-off. Of ten labelled pictures one proves a promise.
    A facet of kind `one` has one promise for all its concepts.
    """
    refused = next((r for r in model.refusals if r.concept == concept), None)
    if refused is not None:
        return {"learned": refused.missing, "promised": None}
    promise = model.promises.get("" if model.kind == "one" else concept)
    missing = None if promise is None else promise.missing
    return {"learned": 0, "promised": None if missing is None else round(missing / PROVES)}


def never_learned(labelled: Mapping[str, int], least: int) -> Json:
    """The same of a concept that the model has not met. labelled: pictures by split."""
    short = max(least - labelled.get("train", 0), 0)
    return {"learned": int(np.ceil(short / TRAIN_SHARE)), "promised": None}


def next_to_label(unsure: Sequence[Unsure], most: int = NEXT) -> list[AssetId]:
    """The pictures in the closest race with the rival; one of each look-alike group."""
    order = sorted(unsure, key=lambda each: (abs(each.p - each.rival), each.asset))
    seen: set[str] = set()
    chosen: list[AssetId] = []
    for each in order:
        if each.group not in seen and len(chosen) < most:
            seen.add(each.group)
            chosen.append(each.asset)
    return chosen


def _said(data: FacetData, answers: Answers) -> tuple[Mask, NDArray[Any]]:
    """(n, c) what the model says, and the truth as 1, 0, -1."""
    n, c = answers.p.shape
    if data.kind == "any":
        return answers.p > LIKELIER, np.asarray(data.targets)
    said, truth = np.zeros((n, c), np.bool_), np.zeros((n, c), np.int8)
    known = answers.said >= 0
    said[np.flatnonzero(known), answers.said[known]] = True
    truth[np.arange(n), np.asarray(data.targets, dtype=np.int64)] = 1
    return said, truth


def _calibration(p: NDArray[np.float64], there: Mask) -> Json:
    """ECE of the concept's own probability over all test pictures of the facet."""
    if not len(p):
        return {"value": None, "n": 0}
    return {"value": calibration_error(p, there, np.ones(len(p))), "n": len(p)}


def _partner(data: FacetData, answers: Answers, at: int) -> Json | None:
    """The concept it is mistaken for, or that is mistaken for it, most often."""
    counts = (
        _mistaken_one(data, answers, at) if data.kind == "one" else _together(data, answers, at)
    )
    if not counts.any():
        return None
    best = int(counts.argmax())
    return {"concept": data.tree.nodes[best], "n": int(counts[best])}


def _mistaken_one(data: FacetData, answers: Answers, at: int) -> Ids:
    truth = np.asarray(data.targets, dtype=np.int64)
    taken_for = answers.said[(truth == at) & (answers.said != at) & (answers.said >= 0)]
    taken_as = truth[(answers.said == at) & (truth != at)]
    both = np.concatenate([taken_for, taken_as])
    return np.bincount(both, minlength=len(data.tree.nodes)).astype(np.int64)


def _together(data: FacetData, answers: Answers, at: int) -> Ids:
    """`any`: how often one of the two was missed and the other said without being there."""
    truth, said = np.asarray(data.targets), answers.p > LIKELIER
    missed, extra = (truth == 1) & ~said, (truth == 0) & said
    swapped = missed[:, [at]] & extra | extra[:, [at]] & missed
    counts: Ids = swapped.sum(axis=0).astype(np.int64)
    return counts
