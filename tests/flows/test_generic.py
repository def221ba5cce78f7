"""Generic objects from day one: suggestions for people, never tags, until something is learned."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from tagwright.config import Settings
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import Conflict
from tagwright.flows.generic import generic_model, starter_taxonomy, suggest
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tagwright.types import FacetId


@pytest.mark.data
@pytest.mark.slow
def test_two_of_three_guesses_on_real_photographs_are_right(
    tmp_path: Path, shared_data: Callable[[str], Path]
) -> None:
    pack = shared_data("objects")
    with (pack / "labels.csv").open() as file:
        truth = {
            Path(row["image"]).name: set(row["labels"].split(";")) for row in csv.DictReader(file)
        }
    some = sorted(truth)[:150]
    with Library.create(tmp_path / "library", Settings()) as library:
        ws = library.workspace
        library.import_pictures([pack / "images" / name for name in some], ImportOptions())
        kinds = sorted(set().union(*truth.values()))
        things = Taxonomy.empty("things").with_paths(
            FacetId("things"), "any", [(k,) for k in kinds]
        )
        ws.taxonomies.save(things, ws.now())
        told = suggest(ws, "things")
        again = suggest(ws, "things")
        tags = list(ws.ledger.tags())
        places = ws.assets.first_places([tag.asset for tag in tags])
        right = sum(tag.concept in truth[Path(places[tag.asset]).name] for tag in tags)
    assert told.pictures == 150
    assert again.pictures == 0
    assert {tag.status for tag in tags} == {"suggested"}
    assert len(tags) > 75
    assert right / len(tags) > 2 / 3


def test_words_that_no_network_knows_get_no_guesses(tmp_path: Path) -> None:
    with Library.create(tmp_path / "library", Settings()) as library:
        ws = library.workspace
        moods = Taxonomy.empty("moods").with_paths(FacetId("moods"), "one", [("wistful",)])
        ws.taxonomies.save(moods, ws.now())
        assert generic_model(ws, "moods") is None
        with pytest.raises(Conflict, match="label pictures of its concepts"):
            suggest(ws, "moods")


def test_a_client_without_a_taxonomy_begins_with_everyday_objects(tmp_path: Path) -> None:
    with Library.create(tmp_path / "library", Settings()) as library:
        made = starter_taxonomy(library.workspace, "everyday")
        assert made.find("dog") is not None
        assert 100 < len(made.concepts) < 300
        with pytest.raises(Conflict, match="another name"):
            starter_taxonomy(library.workspace, "everyday")
