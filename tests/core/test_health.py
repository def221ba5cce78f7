"""Health: what each concept needs, how it fares, and which pictures to label next."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core.exam import Answers, answers_of
from tagwright.core.facet_model import FacetData
from tagwright.core.fitting import fit_facet
from tagwright.core.health import Unsure, concept_figures, needs, never_learned, next_to_label
from tagwright.core.tree import Tree
from tagwright.types import AssetId, ConceptId, Contract, Ids
from tests.synthetic import wardrobe

CAT, DOG, COW = map(ConceptId, ("cat", "dog", "cow"))


def told(truth: Ids, said: Ids) -> tuple[FacetData, Answers]:
    """Three animals; the model is 80 % sure of what it says and tags the first two alone."""
    n = len(truth)
    data = FacetData(
        "one", Tree.flat([CAT, DOG, COW]), np.arange(3), {}, truth, [f"{i}" for i in range(n)]
    )
    p = np.full((n, 3), 0.1, np.float32)
    p[np.arange(n), said] = 0.8
    alone = np.flatnonzero(said < 2)
    sure = np.full(n, 0.8)
    return data, Answers(np.ones(3, np.bool_), p, said, sure, alone, said[alone], Contract())


def test_figures_of_a_concept_are_counted_with_their_n_and_interval() -> None:
    truth = np.repeat([0, 1, 2], [10, 10, 5])
    said = truth.copy()
    said[:4] = 1  # four cats are taken for dogs
    said[24] = 0  # a cow for a cat
    figures = concept_figures(*told(truth, said))
    cat = figures[CAT]
    assert (cat["precision"]["value"], cat["precision"]["n"]) == (pytest.approx(6 / 7), 7)
    assert (cat["recall"]["value"], cat["recall"]["n"]) == (0.6, 10)
    assert cat["recall"]["low"] < 0.6 < cat["recall"]["high"]
    assert cat["confused_with"] == {"concept": "dog", "n": 4}
    assert figures[COW]["coverage"]["value"] == 0
    assert figures[CAT]["coverage"]["value"] == 0.6
    assert cat["calibration_error"]["n"] == 25


def test_a_concept_without_test_pictures_has_figures_of_nothing() -> None:
    figures = concept_figures(*told(np.array([0, 1]), np.array([0, 1])))
    assert figures[COW]["recall"]["value"] is None
    assert figures[COW]["confused_with"] is None


def test_pictures_needed_follow_from_what_the_model_refused_and_could_not_promise() -> None:
    data = wardrobe([80, 80, 4, 80, 80])
    model = fit_facet(data, Contract(0.95), np.random.default_rng(0))
    few = needs(model, ConceptId("clogs"))
    assert few["learned"] > 0
    assert few["promised"] is None
    promise = model.promises[""]
    known = needs(model, ConceptId("boots"))
    assert known["learned"] == 0
    assert known["promised"] == (promise.missing and 10 * promise.missing)


def test_a_concept_nobody_has_learned_needs_ten_labelled_pictures() -> None:
    assert never_learned({"train": 0}, 7) == {"learned": 10, "promised": None}
    assert never_learned({"train": 7}, 7)["learned"] == 0


def test_the_next_to_label_are_in_a_close_race_and_do_not_look_alike() -> None:
    race = [
        Unsure(AssetId("far"), "a", 0.9, 0.1),
        Unsure(AssetId("near"), "b", 0.50, 0.49),
        Unsure(AssetId("twin of near"), "b", 0.50, 0.48),
        Unsure(AssetId("nearly"), "c", 0.5, 0.4),
    ]
    assert next_to_label(race) == ["near", "nearly", "far"]
    assert next_to_label(race, most=1) == ["near"]


def test_an_older_model_is_asked_in_todays_concepts() -> None:
    """Boots were retired since: what it says of them counts for nothing."""
    data = wardrobe([60] * 5)
    model = fit_facet(data, Contract(0.8), np.random.default_rng(0))
    today = np.arange(len(data.tree.nodes))
    today[1] = -1
    answers = answers_of(model, data, today)
    boots = np.flatnonzero(np.asarray(data.targets) == 0)
    assert np.mean(answers.said[boots] == -1) > 0.5
    assert not answers.knows[1]
    assert answers.p[:, 1].max() == 0
