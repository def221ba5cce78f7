"""Every kind of file gives back the taxonomy that was written, for taxonomies of all shapes."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tagwright.core.concept import Concept, Facet, Note, NoteKind, Word
from tagwright.core.taxonomy import Taxonomy
from tagwright.core.taxonomy_edit import deprecate, merge, rename
from tagwright.core.taxonomy_files import SUFFIXES, format_taxonomy, parse_taxonomy
from tagwright.core.words import tidy, word_key
from tagwright.errors import InvalidInput, InvalidTaxonomy
from tagwright.types import ConceptId, FacetId, FacetKind

EXACT = tuple(suffix for suffix in SUFFIXES if suffix != ".txt")

text = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff\ufeff"),
    min_size=1,
    max_size=12,
).map(tidy)
words = st.one_of(text, st.sampled_from(["a;b", "a\\", '"', "<&>", "x,y", "@", "{a}", "'''", "#"]))
tidy_words = words.filter(bool)
languages = st.sampled_from(["de", "fr", "pt-br", "zh-hans"])
kinds: st.SearchStrategy[FacetKind] = st.sampled_from(["one", "any"])
note_kinds: st.SearchStrategy[NoteKind] = st.sampled_from(["definition", "example", "scope"])
spoken: st.SearchStrategy[tuple[Word, ...]] = st.lists(
    st.tuples(st.sampled_from(["en", "de"]), tidy_words), max_size=2
).map(tuple)
notes: st.SearchStrategy[tuple[Note, ...]] = st.lists(
    st.tuples(
        note_kinds,
        st.sampled_from(["en", "de"]),
        st.lists(tidy_words, min_size=1, max_size=2).map("\n".join),
    ),
    max_size=2,
).map(tuple)


@st.composite
def taxonomies(draw: st.DrawFn) -> Taxonomy:
    """Up to three facets and eight concepts with everything a concept can have."""
    names = draw(st.lists(tidy_words, min_size=1, max_size=3, unique=True))
    facets = [Facet(FacetId(name), draw(tidy_words), draw(kinds)) for name in names]
    ids = draw(st.lists(tidy_words, max_size=8, unique=True))
    concepts: list[Concept] = []
    used: set[tuple[str, str | None, str, str]] = set()
    for concept_id in ids:
        parent = draw(st.sampled_from([None, *concepts]))
        facet = parent.facet if parent else draw(st.sampled_from(facets)).id
        above = parent.id if parent else None
        label, other, language = draw(tidy_words), draw(tidy_words), draw(languages)
        keys = {(facet, above, "en", word_key(label)), (facet, above, language, word_key(other))}
        if used & keys:
            continue
        used |= keys
        heirs = [None, *(c.id for c in concepts if c.facet == facet)]
        deprecated = draw(st.booleans())
        concepts.append(
            Concept(
                id=ConceptId(concept_id),
                label=label,
                facet=facet,
                parent=above,
                labels=((language, other),) if draw(st.booleans()) else (),
                alt_labels=draw(spoken),
                hidden_labels=draw(spoken),
                notes=draw(notes),
                iri=draw(st.sampled_from([None, f"http://x.org/{len(concepts)}"])),
                notation=draw(st.none() | tidy_words),
                heading=draw(st.booleans()),
                deprecated=deprecated,
                replaced_by=draw(st.sampled_from(heirs)) if deprecated else None,
            )
        )
    return Taxonomy(draw(tidy_words), "en", tuple(facets), tuple(concepts))


@pytest.mark.parametrize("suffix", EXACT)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(taxonomy=taxonomies())
def test_what_is_written_reads_back_equal(taxonomy: Taxonomy, suffix: str) -> None:
    written = format_taxonomy(taxonomy, suffix)
    assert parse_taxonomy(written.encode(), suffix, name=taxonomy.name, kind="any") == taxonomy


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.binary(max_size=60), suffix=st.sampled_from(SUFFIXES))
def test_bytes_that_mean_nothing_are_refused_in_words(data: bytes, suffix: str) -> None:
    with suppress(InvalidInput):
        parse_taxonomy(data, suffix, name="noise", kind="any")


def sample() -> Taxonomy:
    paths = [("Footwear", "Boots"), ("Footwear", "Sandals"), ("Bags",), ("Обувь", "C++")]
    made = Taxonomy.empty("Fashion").with_paths(FacetId("product"), "one", paths)
    made = made.with_paths(FacetId("scene"), "any", [("Street", "Night")])
    boots, sandals = ConceptId("footwear/boots"), ConceptId("footwear/sandals")
    made = rename(rename(made, boots, "Tall boots"), boots, "Stiefel", "de")
    return merge(deprecate(made, ConceptId("bags")), sandals, boots)


@pytest.mark.parametrize("suffix", EXACT)
def test_an_edited_taxonomy_survives_every_exact_format(suffix: str) -> None:
    written = format_taxonomy(sample(), suffix)
    assert parse_taxonomy(written.encode(), suffix.upper(), name="Fashion", kind="any") == sample()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_taxonomy_is_the_same_text_in_every_process(suffix: str) -> None:
    code = (
        "import sys; from tagwright.core.taxonomy_files import *;"
        "t = parse_taxonomy(sys.stdin.buffer.read(), '.json', name='Fashion', kind='any');"
        f"sys.stdout.buffer.write(format_taxonomy(t, {suffix!r}).encode())"
    )
    stored = format_taxonomy(sample(), ".json").encode()
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            input=stored,
            capture_output=True,
            check=True,
            env={"PYTHONPATH": ":".join(sys.path), "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert texts == {format_taxonomy(sample(), suffix).encode()}


def test_json_with_a_context_is_read_as_json_ld() -> None:
    written = format_taxonomy(sample(), ".jsonld").encode()
    assert parse_taxonomy(written, ".json", name="Fashion", kind="any") == sample()


@pytest.mark.parametrize(
    ("data", "suffix", "message"),
    [
        pytest.param(b"", ".xlsx", r"'.xlsx' file: use one of .ttl, .rdf", id="another suffix"),
        pytest.param(b"3", ".json", "holds 3: give an object", id="JSON of another kind"),
        pytest.param(b"{", ".json", "is not JSON", id="broken JSON"),
        pytest.param(b" " * 20_000_001, ".csv", "split it", id="too many bytes"),
    ],
)
def test_a_file_that_cannot_be_a_taxonomy_is_refused(
    data: bytes, suffix: str, message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        parse_taxonomy(data, suffix, name="t", kind="any")


def test_a_facet_in_a_file_keeps_its_own_kind() -> None:
    written = format_taxonomy(sample(), ".csv").encode()
    read = parse_taxonomy(written, ".csv", name="Fashion", kind="any")
    assert [facet.kind for facet in read.facets] == ["one", "any"]


def test_a_taxonomy_error_is_also_bad_input() -> None:
    assert issubclass(InvalidTaxonomy, InvalidInput)
