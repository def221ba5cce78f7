"""Training: what it learns from, what it refuses, and what stands afterwards."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tagwright.core import taxonomy_edit
from tagwright.core.taxonomy import Facet, Taxonomy
from tagwright.errors import InvalidInput, NotFound
from tagwright.flows.champions import recipe_in_force
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tagwright.flows.training import TrainOptions
from tagwright.types import ConceptId, FacetId, Recipe
from tests.flows.conftest import EASY
from tests.flows.said import by_status, standing, teach

OPTIONS = TrainOptions(EASY)


def unlabelled(library: Library) -> list[str]:
    return [asset for asset, tags in standing(library).items() if not tags]


def save(library: Library, taxonomy: Taxonomy) -> None:
    library.workspace.taxonomies.save(taxonomy, library.workspace.now())


def grow(library: Library, word: str) -> ConceptId:
    """One more concept in the only facet of `shapes`."""
    found = library.taxonomy("shapes").with_paths(FacetId("shapes"), "one", [(word,)])
    save(library, found)
    return ConceptId(word)


def test_a_first_training_gives_version_one_and_figures_with_intervals(library: Library) -> None:
    trained = library.train("shapes", OPTIONS)
    assert (trained.model.version, trained.model.status, trained.is_new) == (1, "champion", True)
    top1 = trained.report["facets"][0]["top1"]
    assert top1["low"] <= top1["value"] <= top1["high"]
    assert top1["n"] > 0


def test_the_report_is_strict_json(library: Library) -> None:
    trained = library.train("shapes", OPTIONS)
    json.dumps(trained.to_json(), allow_nan=False)
    json.dumps(library.report("shapes").to_json(), allow_nan=False)


def test_nothing_new_to_learn_makes_no_new_version(library: Library) -> None:
    first = library.train("shapes", OPTIONS)
    again = library.train("shapes", OPTIONS)
    assert (again.is_new, again.model, again.report) == (False, first.model, first.report)


def test_a_search_anew_makes_a_new_version_of_the_same_labels(library: Library) -> None:
    library.train("shapes", OPTIONS)
    assert library.train("shapes", TrainOptions(EASY, again=True)).model.version == 2


@pytest.mark.parametrize("recipe", ["tree", "one-vs-rest"])
def test_another_recipe_learns_anew_and_is_judged_against_the_champion(
    library: Library, recipe: Recipe
) -> None:
    library.train("shapes", OPTIONS)
    asked = TrainOptions(EASY, recipe=recipe)
    trained = library.train("shapes", asked)
    assert trained.model.version == 2
    assert trained.report["facets"][0]["tried"], "another recipe's regularisation was taken over"
    assert trained.promotion is not None
    assert trained.promotion.gate["basis"] != "first"
    assert not library.train("shapes", asked).is_new


@pytest.mark.parametrize("recipe", ["tree", "one-vs-rest"])
def test_any_recipe_serves(library: Library, recipe: Recipe) -> None:
    assert recipe_in_force(library.workspace, "shapes") == "multiclass"
    library.train("shapes", TrainOptions(EASY, recipe=recipe))
    assert recipe_in_force(library.workspace, "shapes") == recipe
    library.tag("shapes")
    assert by_status(library, "auto")


def test_one_more_label_makes_the_next_version(library: Library) -> None:
    library.train("shapes", OPTIONS)
    library.decide(unlabelled(library)[0], "cross")
    assert library.train("shapes", OPTIONS).model.version == 2


def test_a_concept_with_too_few_pictures_is_refused_by_name_and_the_rest_is_learned(
    library: Library,
) -> None:
    star = grow(library, "star")
    for asset in unlabelled(library)[:2]:
        library.decide(asset, "star")
    (facet,) = library.train("shapes", OPTIONS).report["facets"]
    (refusal,) = facet["refusals"]
    assert refusal["concept"] == star
    assert refusal["missing"] > 0
    assert refusal["reason"]
    assert {row["concept"] for row in facet["concepts"]} == {"circle", "cross", "stripes"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param([], "has no concepts", id="no facet at all"),
        pytest.param(["lone"], "has no labelled pictures", id="no labels"),
    ],
)
def test_what_cannot_be_learned_says_what_is_missing(
    library: Library, words: list[str], said: str
) -> None:
    found = Taxonomy.empty("other")
    if words:
        found = found.with_paths(FacetId("kind"), "one", [tuple(words)])
    save(library, found)
    with pytest.raises(InvalidInput, match=said):
        library.train("other")
    assert library.workspace.models.all("other") == []


def test_a_refusal_counts_and_names_the_labels_that_contradict_each_other(
    library: Library, drawn: Path, tmp_path: Path
) -> None:
    shutil.copytree(drawn / "circle", tmp_path / "kind" / "Left one")
    shutil.copytree(drawn / "cross", tmp_path / "kind" / "Right")
    for picture in (drawn / "circle").iterdir():
        shutil.copy(picture, tmp_path / "kind" / "Right" / f"again-{picture.name}")
    library.import_pictures(tmp_path / "kind", ImportOptions(labels="folders"))
    with pytest.raises(InvalidInput) as refused:
        library.train("kind")
    assert "only 1 concept has enough labelled pictures" in str(refused.value)
    assert "left out: they are labelled with several concepts" in str(refused.value)
    assert re.search(r"'Left one' \d+, 'Right' \d+: say which is right", str(refused.value))


def test_a_report_counts_contradictory_labels_by_concept(
    library: Library, drawn: Path, tmp_path: Path
) -> None:
    for number in range(3):
        for shape in ("circle", "cross"):
            (tmp_path / "shapes" / shape).mkdir(parents=True, exist_ok=True)
            shutil.copy(drawn / "circle" / f"{number:03}.png", tmp_path / "shapes" / shape)
    library.import_pictures(tmp_path / "shapes", ImportOptions(labels="folders"))
    (facet,) = library.train("shapes", OPTIONS).report["facets"]
    assert facet["torn"] == {"circle": 3, "cross": 3}


def test_a_facet_of_one_concept_is_refused_and_nothing_is_stored(library: Library) -> None:
    save(library, Taxonomy.empty("other").with_paths(FacetId("kind"), "one", [("lone",)]))
    assets = [asset.id for asset in library.workspace.assets.all()]
    teach(library, "other", [(asset, ConceptId("lone")) for asset in assets])
    with pytest.raises(InvalidInput, match=r"lone|concepts"):
        library.train("other")
    assert library.workspace.models.all("other") == []


def test_a_facet_without_labels_does_not_keep_the_others_from_being_learned(
    library: Library,
) -> None:
    save(library, library.taxonomy("shapes").with_facet(Facet(FacetId("mood"), "Mood", "any")))
    trained = library.train("shapes", OPTIONS)
    assert [facet["id"] for facet in trained.report["facets"]] == ["shapes"]
    assert trained.report["not_learned"] == ["Mood"]
    assert "no labelled pictures" in trained.report["not_learned_because"]["Mood"]


def test_labels_of_a_merged_concept_teach_what_it_was_merged_into(library: Library) -> None:
    star, before = grow(library, "star"), len(by_status(library, "confirmed"))
    for asset in unlabelled(library)[:3]:
        library.decide(asset, "star")
    save(library, taxonomy_edit.merge(library.taxonomy("shapes"), star, ConceptId("circle")))
    (facet,) = library.train("shapes", OPTIONS).report["facets"]
    assert (facet["pictures"], facet["refusals"]) == (before + 3, [])


def test_labels_of_a_retired_concept_teach_nothing(library: Library) -> None:
    found = taxonomy_edit.deprecate(library.taxonomy("shapes"), ConceptId("stripes"))
    save(library, found)
    (facet,) = library.train("shapes", OPTIONS).report["facets"]
    assert {row["concept"] for row in facet["concepts"]} == {"circle", "cross"}


def test_a_taxonomy_of_two_facets_is_learned_one_head_each(library: Library) -> None:
    facets = Taxonomy.empty("both").with_paths(
        FacetId("outline"), "one", [("round",), ("straight",)]
    )
    save(library, facets.with_paths(FacetId("parts"), "any", [("line",), ("bow",)]))
    words = {"circle": ("round", "bow"), "cross": ("straight", "line")}
    words["stripes"] = words["cross"]
    teach(
        library,
        "both",
        [
            (label.asset, ConceptId(word))
            for label in by_status(library, "confirmed")
            for word in words[str(label.concept)]
        ],
    )
    facets_learned = library.train("both", OPTIONS).report["facets"]
    assert [(facet["id"], facet["kind"]) for facet in facets_learned] == [
        ("outline", "one"),
        ("parts", "any"),
    ]
    done = library.tag("both")
    assert {facet: sum(counts.values()) for facet, counts in done.verdicts.items()} == {
        "outline": done.pictures,
        "parts": done.pictures,
    }


def test_a_model_whose_files_were_lost_is_learned_again(library: Library) -> None:
    row = library.train("shapes", OPTIONS).model
    shutil.rmtree(library.workspace.root / "models" / row.folder)
    again = library.train("shapes", OPTIONS)
    assert (again.is_new, again.model.version) == (True, 2)


def test_undoing_a_training_makes_the_model_before_it_champion_again(library: Library) -> None:
    library.train("shapes", OPTIONS)
    library.decide(unlabelled(library)[0], "cross")
    library.train("shapes", OPTIONS)
    training = library.runs()[0]
    undone = library.undo(run=training.id)
    assert library.report("shapes").model.version == 1
    library.undo(run=undone.by)
    assert library.report("shapes").model.version == 2


def test_undoing_the_only_training_leaves_no_model(library: Library) -> None:
    library.train("shapes", OPTIONS)
    library.undo(run=library.runs()[0].id)
    with pytest.raises(NotFound, match="no model yet"):
        library.report()
