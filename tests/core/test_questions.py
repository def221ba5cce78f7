"""Facets learned by yes/no questions: a tree of them, and one a concept."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import special

from tagwright.core.decide import decide
from tagwright.core.evaluation import evaluate
from tagwright.core.facet_model import FacetData, FacetModel, probabilities
from tagwright.core.fitting import fit_facet
from tagwright.core.questions import Lineage, Questions, ask, questions_fit
from tagwright.core.solvers import Start, rest_fit, sigmoid_fit
from tagwright.types import Contract, Recipe
from tests.synthetic import scenes, wardrobe

QUESTIONING: tuple[Recipe, ...] = ("tree", "one-vs-rest")


@pytest.fixture(scope="module")
def clear() -> FacetData:
    return wardrobe([300, 300, 300, 300, 300], spread=0.35)


@pytest.fixture(scope="module", params=QUESTIONING)
def model(clear: FacetData, request: pytest.FixtureRequest) -> FacetModel:
    return fit_facet(clear, Contract(), np.random.default_rng(0), recipe=request.param)


def groups_of(asked: Questions) -> set[frozenset[int]]:
    """The columns on either side of every question."""
    sides = [(s, m) for s, m, _ in asked.spans] + [(m, e) for _, m, e in asked.spans]
    return {frozenset(asked.order[start:end].tolist()) for start, end in sides}


def test_the_alike_stay_together_where_there_is_no_taxonomy() -> None:
    means = np.array([[0, 0], [10, 10], [1, 0], [10, 11]], np.float32)
    assert {frozenset({0, 2}), frozenset({1, 3})} <= groups_of(ask([()] * 4, means))


def test_answers_say_what_is_true_where_a_question_is_asked() -> None:
    """Columns 0 and 2 stand together, then 1; the first question parts these two groups."""
    asked = Questions(np.array([0, 2, 1]), np.array([[0, 2, 3], [0, 1, 2]]))
    assert asked.answers(np.array([0, 1, 2, 1])).tolist() == [[0, 0], [1, -1], [0, 1], [1, -1]]


def test_answers_taken_as_certain_lead_to_the_column_they_were_made_from() -> None:
    asked = ask([()] * 9, np.random.default_rng(1).normal(size=(9, 4)).astype(np.float32))
    told = asked.answers(np.arange(9)).astype(np.float32)
    logits = np.where(told < 0, 0, 2 * told - 1) * np.float32(9)
    assert asked.log_probabilities(logits).argmax(axis=1).tolist() == list(range(9))


@pytest.mark.parametrize(
    ("lineages", "sides"),
    [
        pytest.param(
            [(0, 2), (1, 4), (0, 3), (1, 5)],
            [{0, 2}, {1, 3}, {0}, {1}, {2}, {3}],
            id="a question about parents comes before those about their children",
        ),
        pytest.param(
            [(0, 1, 2), (0, 1, 3), (0, 1)],
            [{0}, {1}, {2}],
            id="what has one child asks nothing; the rest of a concept stands beside its children",
        ),
    ],
)
def test_questions_follow_the_taxonomy(lineages: list[Lineage], sides: list[set[int]]) -> None:
    rng = np.random.default_rng(0)
    asked = ask(lineages, rng.standard_normal((len(lineages), 3), dtype=np.float32))
    assert set(map(frozenset, sides)) <= groups_of(asked)
    assert len(asked.spans) == len(lineages) - 1
    assert sorted(asked.order) == list(range(len(lineages)))


@pytest.mark.parametrize("k", [2, 3, 7, 100])
def test_a_flat_tree_is_balanced_and_the_same_each_time(k: int) -> None:
    means = np.random.default_rng(k).standard_normal((k, 8), dtype=np.float32)
    one, other = ask([()] * k, means), ask([()] * k, means)
    assert (one.order == other.order).all()
    assert (one.spans == other.spans).all()
    ways = np.zeros(k, np.int64)
    for start, _, end in one.spans:
        ways[start:end] += 1
    assert ways.max() == np.ceil(np.log2(k))


def test_a_column_is_as_probable_as_the_answers_on_the_way_to_it_together() -> None:
    """((2 | 0) | 1): the first question tells 1 from the others, the second 0 from 2."""
    asked = Questions(np.array([2, 0, 1]), np.array([[0, 2, 3], [0, 1, 2]]))
    answers = np.array([[0.3, -1.2], [40.0, 0.0]], np.float32)
    first, second = special.expit(answers.astype(np.float64)).T
    wanted = np.stack([(1 - first) * second, first, (1 - first) * (1 - second)], axis=1)
    found = np.exp(asked.log_probabilities(answers).astype(np.float64))
    assert found == pytest.approx(wanted, rel=1e-5)
    assert found.sum(axis=1) == pytest.approx([1, 1])


def test_each_question_learns_from_its_own_pictures_under_one_prior() -> None:
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((90, 4), dtype=np.float32)
    targets = np.arange(90) % 3
    asked = Questions(np.array([2, 0, 1]), np.array([[0, 2, 3], [0, 1, 2]]))
    start = Start(np.zeros((4, 2), np.float32), np.zeros(2, np.float32))
    found = questions_fit(rows, targets, asked, 0.01, start)
    inside = targets != 1
    alone = Start(np.zeros((4, 1), np.float32), np.zeros(1, np.float32))
    yes = (targets[inside] == 0).astype(np.int8)[:, None]
    second = sigmoid_fit(rows[inside], yes, np.ones(1), 0.01 * 90 / 60, alone)
    assert found.weights[:, 1] == pytest.approx(second.weights[:, 0], abs=1e-3)


def test_one_against_the_rest_does_not_hang_on_the_size_of_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(0)
    rows, targets = rng.standard_normal((60, 4), dtype=np.float32), np.arange(60) % 5
    start = Start(np.zeros((4, 5), np.float32), np.zeros(5, np.float32), 1e-12)
    whole = rest_fit(rows, targets, 0.1, start)
    monkeypatch.setattr("tagwright.core.solvers.BLOCK", 120)
    parts = rest_fit(rows, targets, 0.1, start)
    assert parts.weights == pytest.approx(whole.weights, abs=1e-3)
    assert parts.bias == pytest.approx(whole.bias, abs=1e-3)


def test_a_questioned_facet_sums_to_one_and_is_right(clear: FacetData, model: FacetModel) -> None:
    told = probabilities(model, clear.features)
    for p in (told.p, told.raw):
        assert p.shape == (1500, 5)
        assert p.sum(axis=1) == pytest.approx(np.ones(1500), abs=1e-4)
    report = evaluate(model, clear, np.random.default_rng(0))
    assert report["recipe"] == model.recipe
    assert report["top1"]["value"] > 0.9
    assert report["coverage"]["value"] > 0.8
    assert report["ece"]["value"] < 0.1


def test_a_tree_has_a_question_less_than_concepts(clear: FacetData) -> None:
    model = fit_facet(clear, Contract(), np.random.default_rng(0), recipe="tree")
    assert model.head.weights.shape[1] == 4
    assert frozenset({3, 4}) in groups_of(model.head.questions or pytest.fail("no questions"))


def test_a_stored_questioned_model_decides_the_same(clear: FacetData, model: FacetModel) -> None:
    arrays, document = model.to_parts()
    again = FacetModel.from_parts(arrays, json.loads(json.dumps(document)))
    assert again.recipe == model.recipe
    assert (decide(model, clear.features).p == decide(again, clear.features).p).all()


def test_a_model_stored_before_there_were_recipes_is_read(clear: FacetData) -> None:
    model = fit_facet(clear, Contract(), np.random.default_rng(0))
    arrays, document = model.to_parts()
    del document["recipe"]
    assert FacetModel.from_parts(arrays, document).recipe == "multiclass"


def test_an_earlier_choice_of_a_recipe_is_used_again(clear: FacetData, model: FacetModel) -> None:
    rng = np.random.default_rng(0)
    again = fit_facet(clear, Contract(), rng, choice=model.choice, recipe=model.recipe)
    assert (again.losses, again.choice) == ((), model.choice)
    assert (again.head.weights == model.head.weights).all()


@pytest.mark.parametrize("recipe", ["multiclass", *QUESTIONING])
def test_concepts_that_go_together_are_one_question_each_by_any_recipe(recipe: Recipe) -> None:
    data = scenes(400)
    model = fit_facet(data, Contract(), np.random.default_rng(0), recipe=recipe)
    plain = fit_facet(data, Contract(), np.random.default_rng(0))
    assert model.recipe == "one-vs-rest"
    assert (model.head.weights == plain.head.weights).all()


@pytest.mark.parametrize("recipe", QUESTIONING)
def test_a_few_pictures_a_concept_are_enough_to_ask(recipe: Recipe) -> None:
    data = wardrobe([20, 20, 3, 20, 20], spread=0.35)
    model = fit_facet(data, Contract(), np.random.default_rng(0), recipe=recipe)
    assert [refusal.concept for refusal in model.refusals] == ["clogs"]
    assert evaluate(model, data, np.random.default_rng(0))["top1"]["value"] > 0.6
