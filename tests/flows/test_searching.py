"""Search by concept and by likeness."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tagwright.core import taxonomy_edit
from tagwright.errors import InvalidInput, NotFound
from tagwright.flows.library import Library
from tagwright.media.sources import uri_of
from tagwright.store.search import Search
from tagwright.types import ConceptId
from tests.flows.said import by_status, standing


def test_a_persons_word_comes_first_then_imports_then_the_machines_by_probability(
    tagged: Library,
) -> None:
    said = by_status(tagged, "auto")[0]
    tagged.decide(said.asset, "cross", actor="ann")
    hits = tagged.search("cross", limit=120)
    assert (hits[0].asset, hits[0].score, hits[0].why) == (said.asset, 1, "confirmed by ann")
    kinds = ["import" if "import" in hit.why else "model" for hit in hits[1:]]
    assert kinds == sorted(kinds)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len({hit.asset for hit in hits}) == len(hits)


def test_what_a_person_rejected_is_not_found(tagged: Library) -> None:
    tag = by_status(tagged, "auto")[0]
    tagged.decide(tag.asset, str(tag.concept), positive=False)
    assert tag.asset not in {hit.asset for hit in tagged.search(str(tag.concept), limit=120)}


def test_a_limit_counts_pictures(tagged: Library) -> None:
    assert len(tagged.search("cross", limit=3)) == 3
    assert len(tagged.similar(next(iter(standing(tagged))), limit=3)) == 3


def test_a_merged_word_and_its_successor_find_the_same(tagged: Library) -> None:
    stripes = {hit.asset for hit in tagged.search("stripes", limit=120)}
    merged = taxonomy_edit.merge(
        tagged.taxonomy("shapes"), ConceptId("stripes"), ConceptId("cross")
    )
    tagged.workspace.taxonomies.save(merged, tagged.workspace.now())
    found = {hit.asset for hit in tagged.search("cross", limit=120)}
    assert stripes < found
    assert found == {hit.asset for hit in tagged.search("stripes", limit=120)}


def test_of_requests_that_come_at_once_each_sees_what_was_just_decided(
    tagged: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    search, read = tagged.workspace.search, Search._read
    before = search.shelves()
    tagged.decide(by_status(tagged, "auto")[0].asset, "cross", actor="ann")

    def slowly(*given: Any) -> Any:
        time.sleep(1.0)
        return read(*given)

    monkeypatch.setattr(Search, "_read", slowly)
    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(lambda _: search.shelves(), range(3)))
    assert all(each is found[0] for each in found)
    assert found[0] is not before


def test_a_word_nobody_uses_is_an_error(tagged: Library) -> None:
    with pytest.raises(NotFound, match="zigzag"):
        tagged.search("zigzag")


@pytest.mark.parametrize("by", ["file", "id"])
def test_a_picture_is_most_like_itself(tagged: Library, drawn: Path, by: str) -> None:
    picture = drawn / "circle" / "000.png"
    (asset,) = (hit.asset for hit in tagged.similar(picture, limit=1))
    (hit,) = tagged.similar(picture if by == "file" else asset[:12], limit=1)
    assert hit.location == uri_of(picture)
    assert hit.score == pytest.approx(1, abs=1e-3)


def test_pictures_of_an_undone_import_are_not_found(
    tagged: Library, drawn: Path, tmp_path: Path
) -> None:
    (first,) = (run for run in tagged.runs() if run.kind == "import")
    tagged.undo(run=first.id)
    assert tagged.similar(drawn / "circle" / "000.png") == []
    assert tagged.search("circle") == []


@pytest.mark.parametrize(
    ("name", "error"),
    [
        pytest.param("no-such.png", NotFound, id="neither a file nor an id"),
        pytest.param("text.png", InvalidInput, id="not a picture"),
    ],
)
def test_what_cannot_be_searched_by_is_an_error(
    tagged: Library, tmp_path: Path, name: str, error: type[Exception]
) -> None:
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(error, match=name):
        tagged.similar(tmp_path / name)
