from __future__ import annotations

import json
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from tagwright.core.skos import MAX_BYTES, SkosFormat, format_skos, parse_skos
from tagwright.core.taxonomy import Facet, Taxonomy
from tagwright.errors import InvalidInput, InvalidTaxonomy
from tagwright.types import ConceptId, FacetId

PREFIXES = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <http://example.org/animals/> .
"""
FOREIGN = (
    PREFIXES
    + """
ex:scheme a skos:ConceptScheme ; skos:prefLabel "Animals"@en, "Tiere"@de ;
    skos:hasTopConcept ex:mammal .
ex:mammal a skos:Concept ; skos:prefLabel "Mammals"@en, "Säugetiere"@de ;
    skos:narrower ex:dog ; skos:related ex:wolf .
ex:dog a skos:Concept ; skos:prefLabel "Dogs"@en ; skos:altLabel "Hounds"@en, "Hunde"@de ;
    skos:hiddenLabel "dgos"@en ; skos:notation "2" ; skos:definition "They bark; at cats."@en .
ex:cat skos:broader ex:mammal ; skos:prefLabel "Cats" ; skos:notation "10" .
ex:wolf a skos:Concept ; skos:prefLabel "Wolves"@en ; owl:deprecated true ;
    dct:isReplacedBy ex:dog .
"""
)


def test_a_foreign_thesaurus_becomes_one_facet_named_after_its_scheme() -> None:
    read = parse_skos(FOREIGN, "turtle")
    assert read.name == "Animals"
    assert read.facets == (Facet(FacetId("animals"), "Animals", "any"),)
    assert [read.path(c.id) for c in read.concepts] == [
        ("Mammals",),
        ("Mammals", "Dogs"),
        ("Mammals", "Cats"),
        ("Wolves",),
    ]
    dog = read.get(ConceptId("dog"))
    assert dog.iri == "http://example.org/animals/dog"
    assert dog.alt_labels == (("de", "Hunde"), ("en", "Hounds"))
    assert dog.hidden_labels == (("en", "dgos"),)
    assert dog.notes == (("definition", "en", "They bark; at cats."),)
    assert read.label(ConceptId("mammal"), "de") == "Säugetiere"
    assert read.current(ConceptId("wolf")) == "dog"


def test_the_caller_may_give_name_and_kind() -> None:
    read = parse_skos(FOREIGN.encode(), "turtle", "zoo", kind="one")
    assert read.name == "zoo"
    assert read.facets == (Facet(FacetId("animals"), "Animals", "one"),)


def test_the_language_is_that_of_most_labels() -> None:
    german = 'ex:a a skos:Concept ; skos:prefLabel "Hund"@de . ex:b a skos:Concept ; '
    read = parse_skos(PREFIXES + german + 'skos:prefLabel "Katze"@DE, "Cat"@en .', "turtle", "t")
    assert read.language == "de"
    assert read.get(ConceptId("b")).labels == (("en", "Cat"),)


def test_of_two_parents_the_first_is_taken_only_when_asked() -> None:
    two = FOREIGN + 'ex:pet a skos:Concept; skos:prefLabel "Pets"@en; skos:narrower ex:dog .'
    with pytest.raises(
        InvalidTaxonomy,
        match=r"'Dogs' \(\S+/dog\) has 2 parents, 'Mammals' \(\S+\) and 'Pets' \(\S+\)",
    ):
        parse_skos(two, "turtle")
    assert parse_skos(two, "turtle", first_parent=True).path(ConceptId("dog"))[0] == "Mammals"


def test_concepts_of_one_local_name_keep_their_whole_iri() -> None:
    twins = """<http://a.org/x> a skos:Concept ; skos:prefLabel "A" .
    <http://b.org/x> a skos:Concept ; skos:prefLabel "B" ."""
    read = parse_skos(PREFIXES + twins, "turtle", "t")
    assert {c.id for c in read.concepts} == {"http://a.org/x", "http://b.org/x"}


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        pytest.param("ex:a skos:related ex:b .", "no skos:Concept", id="no concepts"),
        pytest.param("ex:a a skos:Concept .", "animals/a' has no label", id="no label"),
        pytest.param(
            'ex:a a skos:Concept ; skos:prefLabel "A"@en, "B"@en .',
            "two labels in 'en', 'A' and 'B'",
            id="two labels in one language",
        ),
        pytest.param(
            'ex:a a skos:Concept ; skos:prefLabel "A"@en ; skos:broader ex:lost .',
            r"'A' \(\S+/a\) is an orphan: its parent 'http://example.org/animals/lost'",
            id="an orphan",
        ),
        pytest.param(
            'ex:a skos:prefLabel "A"; skos:broader ex:b . ex:b skos:prefLabel "B"; '
            "skos:broader ex:a .",
            "own ancestor: A",
            id="a cycle",
        ),
        pytest.param(
            '[] a skos:Concept ; skos:prefLabel "A"@en .', "label 'A' has no IRI", id="no IRI"
        ),
        pytest.param(
            'ex:a a skos:Concept ; skos:prefLabel "A" . ex:b a skos:Concept ; skos:prefLabel "a" .',
            "two concepts at the top of 't' have the label",
            id="siblings of one label",
        ),
        pytest.param("ex:a a", "not Turtle", id="broken syntax"),
        pytest.param("nope:a a skos:Concept .", "not Turtle.*nope", id="an unknown prefix"),
        pytest.param("ex:a ex:b " + "(" * 5000, "nested too deeply", id="too deep"),
    ],
)
def test_what_is_no_tree_of_concepts_is_refused(statements: str, message: str) -> None:
    with pytest.raises(InvalidTaxonomy, match=message):
        parse_skos(PREFIXES + statements, "turtle", "t")


@pytest.mark.parametrize(
    ("text", "format", "message"),
    [
        pytest.param("<rdf:RDF", "xml", "not RDF/XML", id="broken XML"),
        pytest.param("{", "json-ld", "not JSON-LD", id="broken JSON"),
        pytest.param("3", "json-ld", "neither an object", id="a number"),
        pytest.param("[" * 100_000, "json-ld", "nested too deeply", id="deep JSON"),
        pytest.param("{}", "json-ld", "no skos:Concept", id="an empty object"),
        pytest.param("<a/>", "xml", "no skos:Concept", id="XML that is no RDF"),
    ],
)
def test_what_is_not_the_format_is_refused(text: str, format: SkosFormat, message: str) -> None:
    with pytest.raises(InvalidTaxonomy, match=message):
        parse_skos(text, format, "t")


def test_bytes_that_are_not_utf_8_name_the_line() -> None:
    with pytest.raises(InvalidInput, match="the SKOS file is not UTF-8: line 2"):
        parse_skos(b"# caf\n\xe9", "turtle", "t")


def test_too_many_bytes_are_refused_before_they_are_parsed() -> None:
    with pytest.raises(InvalidInput, match="split it"):
        parse_skos(b" " * (MAX_BYTES + 1), "turtle", "t")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
@pytest.mark.parametrize(
    "declaration",
    [
        pytest.param("<!DOCTYPE rdf:RDF>", id="alone"),
        pytest.param('<!DOCTYPE r [<!ENTITY a "b">]>', id="with an entity"),
        pytest.param('<!DOCTYPE r SYSTEM "file:///etc/hostname">', id="with a file"),
    ],
)
def test_document_types_are_refused_in_every_encoding(declaration: str, encoding: str) -> None:
    text = f'\ufeff<?xml version="1.0" encoding="{encoding[:6].strip("-")}"?>{declaration}<r/>'
    with pytest.raises(InvalidTaxonomy, match="document type"):
        parse_skos(text.encode(encoding.replace("utf-16", "utf-16-le", 1)[:9]), "xml", "t")


@pytest.fixture
def doors() -> list[socket.socket]:
    """A server on this machine that nobody must knock at."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setblocking(False)
    return [listening]


@pytest.mark.parametrize(
    "context",
    [
        pytest.param("WHERE", id="by name"),
        pytest.param([{}, "WHERE"], id="in a list"),
        pytest.param({"@import": "WHERE"}, id="by import"),
        pytest.param({"x": {"@id": "http://x/", "@context": "WHERE"}}, id="of one term"),
    ],
)
@pytest.mark.parametrize("nested", [False, True], ids=["at the top", "inside"])
def test_a_context_that_lies_elsewhere_is_never_fetched(
    doors: list[socket.socket], tmp_path: Path, context: object, nested: bool
) -> None:
    (tmp_path / "context.json").write_text('{"@context": {}}')
    here = f"http://127.0.0.1:{doors[0].getsockname()[1]}/context.json"
    with doors[0] as door:
        for where in (here, (tmp_path / "context.json").as_uri(), "context.json"):
            node = {"@context": context, "@id": "http://x/1", "x": {"@id": "http://x/2"}}
            text = json.dumps({"@graph": [node]} if nested else node).replace("WHERE", where)
            with pytest.raises(InvalidTaxonomy, match="takes its context from"):
                parse_skos(text, "json-ld", "t")
        with pytest.raises(BlockingIOError):
            door.accept()


def test_relative_iris_do_not_show_the_working_directory() -> None:
    text = PREFIXES + '<dog> a skos:Concept ; skos:prefLabel "Dog" .'
    read = parse_skos(text, "turtle", "t")
    assert read.get(ConceptId("dog")).iri == "https://tagwright.org/taxonomy/imported/dog"


@pytest.mark.parametrize("format", ["turtle", "xml", "json-ld"])
def test_a_foreign_thesaurus_survives_every_format(format: SkosFormat) -> None:
    read = parse_skos(FOREIGN, "turtle")
    assert parse_skos(format_skos(read, format), format) == read


@pytest.mark.parametrize("format", ["turtle", "xml", "json-ld"])
def test_an_empty_taxonomy_survives_every_format(format: SkosFormat) -> None:
    empty = Taxonomy.empty("nothing yet", "pt-BR").with_facet(Facet(FacetId("f"), "F", "one"))
    assert parse_skos(format_skos(empty, format), format) == empty


def test_the_written_file_holds_plain_skos_for_other_tools() -> None:
    made = Taxonomy.empty("fashion").with_paths(FacetId("product"), "one", [("Shoes", "Boots")])
    text = format_skos(made, "turtle")
    assert "<https://tagwright.org/taxonomy/fashion/shoes/boots> a skos:Concept" in text
    assert "skos:broader <https://tagwright.org/taxonomy/fashion/shoes>" in text
    assert 'skos:prefLabel "Boots"@en' in text
    assert 'tw:kind "one"' in text


def test_two_concepts_of_one_iri_cannot_be_written() -> None:
    read = parse_skos(FOREIGN, "turtle")
    twin = read.with_paths(FacetId("animals"), "any", [("Birds",)])
    birds = twin.get(ConceptId("birds"))
    clash = twin.with_concepts([replace(birds, iri="http://example.org/animals/dog")])
    with pytest.raises(InvalidInput, match="'dog' and 'birds' share the IRI"):
        format_skos(clash, "turtle")
