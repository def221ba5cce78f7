"""A facet learned, stored, deciding and judged, on made-up features."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from tagwright.core.decide import VERDICTS, decide, relative_gap, top_n
from tagwright.core.evaluation import evaluate
from tagwright.core.facet_model import FacetData, FacetModel, probabilities
from tagwright.core.fitting import fit_facet
from tagwright.core.splits import in_split
from tagwright.errors import InvalidInput
from tagwright.types import AssetId, Contract, Features
from tests.synthetic import DIM, scenes, wardrobe


@pytest.fixture(scope="module")
def clear() -> FacetData:
    return wardrobe([300, 300, 300, 300, 300], spread=0.35)


@pytest.fixture(scope="module")
def model(clear: FacetData) -> FacetModel:
    return fit_facet(clear, Contract(), np.random.default_rng(0))


@pytest.fixture(scope="module")
def blurred() -> tuple[FacetData, FacetModel]:
    """Kinds of shoes and bags that are hard to tell apart, though shoes and bags are not."""
    data = wardrobe([400, 400, 400, 400, 400], spread=2.5)
    return data, fit_facet(data, Contract(), np.random.default_rng(0))


def test_the_view_that_knows_something_is_chosen(model: FacetModel) -> None:
    assert "semantic" in model.choice.views


def test_learning_again_gives_the_same_bits(clear: FacetData, model: FacetModel) -> None:
    again = fit_facet(clear, Contract(), np.random.default_rng(0))
    assert (again.head.weights == model.head.weights).all()
    assert again.cutoffs.tolist() == model.cutoffs.tolist()


def test_an_earlier_choice_is_used_without_search(clear: FacetData, model: FacetModel) -> None:
    again = fit_facet(clear, Contract(), np.random.default_rng(0), choice=model.choice)
    assert again.choice == model.choice
    assert again.losses == ()


def test_the_test_split_teaches_nothing(clear: FacetData, model: FacetModel) -> None:
    other = np.array(clear.targets, dtype=np.int64)
    other[in_split(clear.groups, "test")] = 0
    spoilt = FacetData("one", clear.tree, clear.columns, clear.features, other, clear.groups)
    again = fit_facet(spoilt, Contract(), np.random.default_rng(0))
    assert (again.head.weights == model.head.weights).all()
    assert again.promises == model.promises


def test_probabilities_of_a_one_facet_sum_to_one(clear: FacetData, model: FacetModel) -> None:
    told = probabilities(model, clear.features)
    assert told.p.sum(axis=1) == pytest.approx(np.ones(len(told.p)), abs=1e-4)
    assert told.p.shape == (1500, 5)


def test_a_stored_model_decides_the_same(clear: FacetData, model: FacetModel) -> None:
    arrays, document = model.to_parts()
    again = FacetModel.from_parts(arrays, json.loads(json.dumps(document)))
    one, other = decide(model, clear.features), decide(again, clear.features)
    assert (one.p == other.p).all()
    assert (one.verdict == other.verdict).all()
    assert again.promises == model.promises


def test_where_kinds_blur_the_parent_is_tagged(blurred: tuple[FacetData, FacetModel]) -> None:
    data, model = blurred
    decided = decide(model, data.features)
    parents = {model.tree.nodes[at] for at in decided.node[decided.verdict == 1]}
    assert decided.count("parent") > 0.2 * len(data.groups)
    assert parents == {"shoes", "bags"}
    report = evaluate(model, data, np.random.default_rng(0))
    assert report["precision"]["value"] > 0.9
    assert report["coverage"]["value"] > report["coverage_leaf"]["value"]
    assert [level["concepts"] for level in report["levels"]] == [2, 5]


def test_pictures_unlike_anything_learned_are_left_alone(model: FacetModel) -> None:
    rng = np.random.default_rng(3)
    strange: Features = {
        "semantic": (9 + 5 * rng.standard_normal((50, DIM))).astype(np.float16),
        "detail": (9 + 5 * rng.standard_normal((50, DIM))).astype(np.float16),
    }
    assert decide(model, strange).count("abstain") == 50


def test_each_picture_gets_one_verdict_with_its_reasons(
    clear: FacetData, model: FacetModel
) -> None:
    decided = decide(model, clear.features, suggestions=3)
    assert decided.row.tolist() == list(range(1500))
    assert sum(decided.count(verdict) for verdict in VERDICTS) == 1500
    auto = decided.verdict == 0
    assert auto.mean() > 0.8
    assert (decided.p[auto] >= decided.cutoff[auto]).all()
    assert decided.top.shape == (1500, 3)
    assert (decided.top[auto, 0] == decided.node[auto]).all()


def test_a_few_pictures_a_concept_learn_but_promise_nothing() -> None:
    data = wardrobe([20, 20, 3, 20, 20], spread=0.35)
    model = fit_facet(data, Contract(), np.random.default_rng(0))
    assert [refusal.concept for refusal in model.refusals] == ["clogs"]
    assert decide(model, data.features).count("auto") == 0
    assert (model.promises[""].missing or 0) > 0
    assert evaluate(model, data, np.random.default_rng(0))["top1"]["value"] > 0.6


def test_the_report_is_json_without_gaps(clear: FacetData, model: FacetModel) -> None:
    report = evaluate(model, clear, np.random.default_rng(0))
    json.dumps(report, allow_nan=False)
    for name in ("top1", "top3", "coverage", "precision", "ece", "macro_f1"):
        figure = report[name]
        assert figure["low"] <= figure["value"] <= figure["high"]
    assert report["top1"]["n"] == in_split(clear.groups, "test").sum()
    assert report["top1"]["value"] > 0.9


def test_a_confusion_names_some_of_its_pictures(blurred: tuple[FacetData, FacetModel]) -> None:
    data, model = blurred
    named = replace(data, assets=[AssetId(f"picture {row}") for row in range(len(data.groups))])
    report = evaluate(model, named, np.random.default_rng(0))
    tested = round(report["top1"]["n"] * (1 - report["top1"]["value"]))
    assert sum(pair["n"] for pair in report["confusions"]) == tested > 0
    for pair in report["confusions"]:
        assert len(pair["assets"]) == min(pair["n"], 6)
        truths = {data.targets[int(asset.split()[1])] for asset in pair["assets"]}
        assert {data.tree.nodes[data.columns[truth]] for truth in truths} == {pair["truth"]}


def test_a_concept_without_an_error_on_few_pictures_is_still_in_doubt() -> None:
    data = wardrobe([60, 60, 60, 60, 60], spread=0.1)
    model = fit_facet(data, Contract(), np.random.default_rng(0))
    report = evaluate(model, data, np.random.default_rng(0))
    faultless = [row for row in report["concepts"] if row["f1"]["value"] == 1]
    assert faultless
    for row in faultless:
        low = row["recall"]["low"]
        assert row["f1"]["low"] == pytest.approx(2 * low / (1 + low))
        assert row["f1"]["low"] < 1


def test_any_concepts_are_promised_one_by_one() -> None:
    data = scenes(4000)
    model = fit_facet(data, Contract(), np.random.default_rng(0))
    assert set(model.promises) == {"beach", "night", "crowd"}
    report = evaluate(model, data, np.random.default_rng(0))
    assert report["mean_average_precision"]["value"] > 0.9
    assert report["precision"]["value"] > 0.93
    decided = decide(model, data.features)
    tagged = decided.verdict == 0
    assert (decided.p[tagged] >= model.cutoffs[decided.node[tagged]]).all()
    json.dumps(report, allow_nan=False)


@pytest.mark.parametrize(
    ("share", "count"),
    [(0.01, 1), (0.3, 1), (0.5, 2), (1.0, 5)],
    ids=["1 %", "30 %", "50 %", "all"],
)
def test_top_n_is_a_share_of_the_concepts_and_at_least_one(share: float, count: int) -> None:
    p = np.array([[0.1, 0.4, 0.05, 0.3, 0.15]], np.float32)
    assert top_n(p, share)[0].tolist() == [1, 3, 4, 0, 2][:count]


@pytest.mark.parametrize(
    ("threshold", "count"), [(0.1, 1), (0.3, 2), (0.6, 4)], ids=["clear", "close", "a crowd"]
)
def test_a_small_relative_gap_asks_a_person(threshold: float, count: int) -> None:
    assert relative_gap(np.array([[0.4, 0.32, 0.16, 0.12]], np.float32), threshold)[0] == count


@pytest.mark.parametrize("share", [0.0, 1.5], ids=["none", "more than all"])
def test_a_share_outside_its_range_is_refused(share: float) -> None:
    with pytest.raises(InvalidInput, match=r"outside \(0, 1\]"):
        top_n(np.ones((1, 2), np.float32), share)


def test_features_of_another_length_are_refused() -> None:
    data = wardrobe([9, 9, 9, 9, 9])
    with pytest.raises(InvalidInput, match="has 44 rows for 45 pictures"):
        FacetData(
            "one",
            data.tree,
            data.columns,
            {"semantic": data.features["semantic"][:44]},
            data.targets,
            data.groups,
        )
