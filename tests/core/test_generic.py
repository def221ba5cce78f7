"""The network's own classes speak for a client's concepts, by any of their words."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core.concept import Concept
from tagwright.core.generic import match, read_paths, starter_paths
from tagwright.core.taxonomy import Taxonomy
from tagwright.types import ConceptId, FacetId

PATHS = read_paths(
    "running shoe\tshoe\tfootwear\n"
    "sandal\tshoe\tfootwear\n"
    "beagle\thound\tdog|domestic dog\tanimal\n"
    "pug\tdog|domestic dog\tanimal\n"
)
FACET = FacetId("things")


def taxonomy(*labels: str) -> Taxonomy:
    return Taxonomy.empty("things").with_paths(FACET, "any", [(label,) for label in labels])


@pytest.mark.parametrize(
    ("word", "classes"),
    [
        pytest.param("Sandal", [1], id="a class by its own name, whatever the case"),
        pytest.param("shoe", [0, 1], id="a word above several classes stands for all of them"),
        pytest.param("Shoes", [0, 1], id="a plural is the same word"),
        pytest.param("domestic dog", [2, 3], id="any word of a WordNet concept will do"),
        pytest.param("hat", None, id="a word that no class has is left alone"),
        pytest.param("dogma", None, id="a part of a word is not the word"),
    ],
)
def test_a_concept_answers_to_the_classes_that_its_words_name(
    word: str, classes: list[int] | None
) -> None:
    found = match(taxonomy(word), FACET, PATHS)
    assert [own.tolist() for own in found.classes] == ([] if classes is None else [classes])


def test_an_alternative_label_is_as_good_as_the_label() -> None:
    concept = Concept(ConceptId("trainer"), "Trainer", FACET, alt_labels=(("en", "running shoe"),))
    found = match(
        taxonomy().with_paths(FACET, "any", [("x",)]).with_concepts([concept]), FACET, PATHS
    )
    assert found.concepts == ("trainer",)


def test_the_probability_of_a_concept_is_the_sum_of_its_classes() -> None:
    found = match(taxonomy("dog", "sandal"), FACET, PATHS)
    likely = found.probabilities(np.array([[0.1, 0.2, 0.3, 0.4]], np.float32))
    assert likely[0] == pytest.approx([0.7, 0.2])


def test_a_first_taxonomy_holds_what_many_classes_share() -> None:
    lines = [f"breed {i}\tdog\tanimal" for i in range(4)] + [f"bird {i}\tanimal" for i in range(3)]
    paths = starter_paths(read_paths("\n".join(lines)))
    assert paths == [("animal",), ("animal", "dog")]


def test_every_class_of_the_network_has_a_path() -> None:
    from tagwright.runtime.catalog import CATALOG
    from tagwright.runtime.classes import load_classes

    classes = load_classes(CATALOG["efficientnet-lite0"])
    assert classes is not None
    assert len(classes.paths) == classes.weights.shape[1] == 1000
    told = classes.probabilities(np.zeros((2, classes.weights.shape[0]), np.float16))
    assert told.sum(axis=1) == pytest.approx([1, 1], abs=1e-4)
