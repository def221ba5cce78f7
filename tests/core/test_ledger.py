"""What stands on a picture, given everything that was claimed of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwright.core.ledger import ActorKind, Entry, standing
from tagwright.types import AssetId, ConceptId, FacetId, RunId, Verdict


def entry(
    kind: ActorKind,
    concept: str | None,
    *,
    positive: bool = True,
    run: str = "r1",
    verdict: Verdict | None = None,
) -> Entry:
    return Entry(
        asset=AssetId("a" * 64),
        taxonomy="shop",
        facet=FacetId("type"),
        concept=None if concept is None else ConceptId(concept),
        actor_kind=kind,
        actor="somebody",
        run=RunId(run),
        at="2026-01-01T00:00:00.000+00:00",
        positive=positive,
        verdict=verdict or ("auto" if kind == "model" else None),
    )


def shown(*entries: Entry, exclusive: bool = True) -> set[tuple[str, str]]:
    return {(str(e.concept), e.status) for e in standing(entries, exclusive=exclusive)}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        pytest.param((), set(), id="nothing claimed, nothing stands"),
        pytest.param((entry("model", "bag"),), {("bag", "auto")}, id="a model alone stands"),
        pytest.param(
            (entry("model", "bag", verdict="review"),),
            {("bag", "suggested")},
            id="a model in doubt suggests",
        ),
        pytest.param((entry("model", None, verdict="abstain"),), set(), id="a model abstained"),
        pytest.param(
            (entry("import", "bag"), entry("person", None), entry("model", "hat", run="r2")),
            set(),
            id="a person's none of these ends imports and every later model",
        ),
        pytest.param(
            (entry("person", "bag"), entry("person", "hat", positive=False), entry("person", None)),
            {("hat", "rejected")},
            id="none of these ends an earlier yes and keeps a no",
        ),
        pytest.param(
            (entry("person", None), entry("person", "bag")),
            {("bag", "confirmed")},
            id="a later yes ends none of these",
        ),
        pytest.param(
            (entry("person", "shoe"), entry("model", "bag")),
            {("shoe", "confirmed")},
            id="a later model does not end a person's word",
        ),
        pytest.param(
            (entry("model", "bag"), entry("person", "bag", positive=False)),
            {("bag", "rejected")},
            id="a person's no ends the machine's yes",
        ),
        pytest.param(
            (entry("person", "bag", positive=False), entry("model", "bag", run="r2")),
            {("bag", "rejected")},
            id="a later model does not bring back what a person rejected",
        ),
        pytest.param(
            (entry("import", "bag"), entry("person", "shoe")),
            {("shoe", "confirmed")},
            id="a person's word ends an import's in the same facet",
        ),
        pytest.param(
            (entry("import", "bag"), entry("import", "shoe")),
            {("bag", "confirmed"), ("shoe", "confirmed")},
            id="two imports that contradict each other wait for a person",
        ),
        pytest.param(
            (entry("person", "bag"), entry("person", "shoe")),
            {("shoe", "confirmed")},
            id="a person may change their mind",
        ),
        pytest.param(
            (entry("model", "bag"), entry("model", "shoe", run="r2")),
            {("shoe", "auto")},
            id="only the last model run counts",
        ),
    ],
)
def test_in_an_exclusive_facet(entries: tuple[Entry, ...], expected: set[tuple[str, str]]) -> None:
    assert shown(*entries) == expected


def test_in_a_facet_of_any_number_people_and_machines_stand_side_by_side() -> None:
    found = shown(entry("person", "dog"), entry("model", "grass"), exclusive=False)
    assert found == {("dog", "confirmed"), ("grass", "auto")}


@given(
    st.lists(
        st.builds(
            entry,
            st.sampled_from(["person", "import", "model"]),
            st.sampled_from(["bag", "shoe", "hat"]),
            positive=st.booleans(),
            run=st.sampled_from(["r1", "r2", "r3"]),
        )
    ),
    st.lists(
        st.builds(
            entry,
            st.just("model"),
            st.sampled_from(["bag", "shoe", "hat"]),
            run=st.sampled_from(["r4", "r5"]),
        )
    ),
    st.booleans(),
)
def test_no_model_ever_changes_what_a_person_said(
    before: list[Entry], later: list[Entry], exclusive: bool
) -> None:
    def people(entries: list[Entry]) -> set[tuple[object, str]]:
        return {
            (e.concept, e.status)
            for e in standing(entries, exclusive=exclusive)
            if e.actor_kind == "person"
        }

    assert people(before) == people([*before, *later])


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        pytest.param(
            (entry("person", "boot", positive=False), entry("model", "shoe", run="r2")),
            {("shoe", "rejected")},
            id="a no to what was merged blocks its successor",
        ),
        pytest.param(
            (entry("person", "shoe"), entry("person", "boot", positive=False)),
            {("shoe", "confirmed")},
            id="of a yes and a no that a merge joins the yes stands",
        ),
        pytest.param(
            (entry("person", "boot"), entry("person", "boot", positive=False)),
            {("shoe", "rejected")},
            id="who changed their mind before the merge has changed it",
        ),
        pytest.param(
            (entry("import", "boot"), entry("import", "shoe")),
            {("shoe", "confirmed")},
            id="two imports that meant the same say it once",
        ),
    ],
)
def test_what_was_said_of_a_merged_concept_is_said_of_its_successor(
    entries: tuple[Entry, ...], expected: set[tuple[str, str]]
) -> None:
    def current(concept: ConceptId) -> ConceptId:
        return ConceptId("shoe") if concept == "boot" else concept

    found = standing(entries, exclusive=True, current=current)
    assert {(str(e.concept), e.status) for e in found} == expected
