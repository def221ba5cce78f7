"""Taxonomies in and out of files, while pictures are labelled with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import Conflict, InvalidInput, NotFound, TagwrightError
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tagwright.types import ConceptId, FacetId
from tests.flows.said import standing
from tests.pictures import draw


@pytest.mark.parametrize("ending", [".ttl", ".rdf", ".jsonld", ".csv", ".txt"])
def test_a_taxonomy_written_and_read_again_is_the_same(
    library: Library, tmp_path: Path, ending: str
) -> None:
    before = library.taxonomy("shapes")
    file = tmp_path / f"shapes{ending}"
    library.export_taxonomy("shapes", file)
    library.import_taxonomy(file)
    after = library.taxonomy("shapes")
    assert [c.label for c in after.concepts] == [c.label for c in before.concepts]
    assert [(f.id, f.kind) for f in after.facets] == [(f.id, f.kind) for f in before.facets]
    assert len(library.label_counts("shapes")) == 3


def test_of_several_parents_the_first_is_kept_when_asked(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "pets.ttl"
    file.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix ex: <http://ex.org/> .\n"
        'ex:a a skos:Concept ; skos:prefLabel "Mammals"@en .\n'
        'ex:b a skos:Concept ; skos:prefLabel "Pets"@en .\n'
        'ex:c a skos:Concept ; skos:prefLabel "Dogs"@en ; skos:broader ex:a, ex:b .\n'
    )
    with pytest.raises(InvalidInput, match=r"has 2 parents.*--first-parent"):
        library.import_taxonomy(file)
    found = library.import_taxonomy(file, first_parent=True)
    assert found.path(ConceptId("c")) == ("Mammals", "Dogs")


def test_a_file_without_what_pictures_are_labelled_with_is_refused(
    library: Library, tmp_path: Path
) -> None:
    before = library.taxonomy("shapes")
    (tmp_path / "shapes.txt").write_text("circle\ncross\n")
    with pytest.raises(Conflict, match=r"'stripes'.*--name"):
        library.import_taxonomy(tmp_path / "shapes.txt")
    assert library.taxonomy("shapes") == before
    library.import_taxonomy(tmp_path / "shapes.txt", name="other")
    assert library.taxonomies() == ["other", "shapes"]


def test_a_facet_made_exclusive_settles_what_stood_side_by_side(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "mood.txt").write_text("calm\nwild\n")
    library.import_taxonomy(tmp_path / "mood.txt", kind="any")
    asset = next(iter(standing(library)))
    for word in ("calm", "wild"):
        library.decide(asset, word, taxonomy="mood")
    assert len(standing(library, "mood")[asset]) == 2
    library.import_taxonomy(tmp_path / "mood.txt", kind="one")
    assert standing(library, "mood")[asset] == [("wild", "confirmed")]
    library.import_taxonomy(tmp_path / "mood.txt", kind="any")
    assert len(standing(library, "mood")[asset]) == 2


def test_the_facet_of_folders_keeps_its_kind_and_name_when_a_file_is_read(
    library: Library, tmp_path: Path
) -> None:
    odd = Taxonomy.empty("My Shapes").with_paths(FacetId("My Shapes"), "one", [("round",)])
    library.workspace.taxonomies.save(odd, library.workspace.now())
    library.decide(next(iter(standing(library))), "round", taxonomy="My Shapes")
    (tmp_path / "list.txt").write_text("round\nstraight\n")
    found = library.import_taxonomy(tmp_path / "list.txt", name="My Shapes")
    assert [(f.id, f.kind) for f in found.facets] == [("My Shapes", "one")]
    assert library.label_counts("My Shapes") == {"round": 1}


def test_a_clients_words_are_shown_and_the_shared_ones_still_found(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "words.csv").write_text("concept,language,word\ncircle,en,ring\n")
    assert library.use_words("shapes", tmp_path / "words.csv") == 1
    found = library.taxonomy("shapes")
    assert found.find("ring") == found.find("circle") == "circle"
    assert library.search("ring")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        pytest.param("none.txt", None, "no file", id="a file that is not there"),
        pytest.param("empty.txt", "", "no concepts", id="an empty file"),
        pytest.param("odd.xyz", "a", "xyz", id="an ending nobody knows"),
        pytest.param("bad.ttl", "<a> <b", "not Turtle", id="broken Turtle"),
        pytest.param("twice.txt", "a\na\n", "a", id="one word twice"),
    ],
)
def test_a_file_that_is_no_taxonomy_is_an_error_and_changes_nothing(
    library: Library, tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(TagwrightError, match=said):
        library.import_taxonomy(tmp_path / name)
    assert library.taxonomies() == ["shapes"]


def test_a_taxonomy_that_cannot_be_written_is_one_clear_error(
    library: Library, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match="cannot write"):
        library.export_taxonomy("shapes", tmp_path / "missing" / "shapes.ttl")


def keyword_picture(file: Path, *words: str) -> None:
    """A picture that carries keywords, as a photographer's program writes them."""
    bag = "".join(f"<rdf:li>{word}</rdf:li>" for word in words)
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:subject><rdf:Bag>{bag}</rdf:Bag>'
        "</dc:subject></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    draw("circle", np.random.default_rng(len(bag))).save(file, xmp=packet.encode())


def test_a_keyword_of_two_meanings_claims_neither_and_the_rest_comes_in(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "scene.txt").write_text("money\n\tbank\nriver\n\tbank\nsky\n")
    library.import_taxonomy(tmp_path / "scene.txt")
    keyword_picture(tmp_path / "a.jpg", "bank", "sky", "nowhere")
    options = ImportOptions(labels="keywords", taxonomy="scene", only_known=True)
    report = library.import_pictures(tmp_path / "a.jpg", options)
    assert library.label_counts("scene") == {"sky": 1}
    assert report.unknown_words == ("bank", "nowhere")


def test_only_known_words_of_a_taxonomy_that_is_not_there_is_an_error(
    library: Library, tmp_path: Path
) -> None:
    keyword_picture(tmp_path / "a.jpg", "sky")
    options = ImportOptions(labels="keywords", taxonomy="typo", only_known=True)
    with pytest.raises(NotFound, match="'typo'"):
        library.import_pictures(tmp_path / "a.jpg", options)
    assert library.taxonomies() == ["shapes"]


def test_pictures_without_keywords_make_no_empty_taxonomy(library: Library, drawn: Path) -> None:
    library.import_pictures(drawn / "circle", ImportOptions(labels="keywords"))
    assert library.taxonomies() == ["shapes"]
