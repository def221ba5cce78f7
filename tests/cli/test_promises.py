"""What a promise, kept or refused, says on the terminal."""

from __future__ import annotations

from typing import Any

import pytest

from tagwright.cli.promises import SHOWN, promise_words


def refused(missing: int | None) -> dict[str, Any]:
    return {"tagged": 0, "target": 0.95, "confidence": 0.9, "missing": missing}


def test_refused_promises_of_many_concepts_are_one_sentence_with_what_each_needs() -> None:
    promises = {"boots": refused(20), "bags": refused(5), "hats": refused(None)}
    words = {"boots": "Footwear > Boots", "bags": "Bags", "hats": "Hats"}
    first, short, weak = promise_words({"kind": "any", "promises": promises}, words)
    assert first == (
        "No promise yet for 3 concepts that at least 95 % of the tags applied alone are right, "
        "with 90 % confidence, so they are never tagged alone."
    )
    assert short.endswith("one in 10 goes to validation: Bags 50, Footwear > Boots 200.")
    assert weak.startswith("Not good enough anywhere: Hats. Label more")


@pytest.mark.parametrize("missing", [7, None], ids=["more would do", "out of reach"])
def test_beyond_twenty_concepts_the_rest_is_counted(missing: int | None) -> None:
    promises = {f"c{n:02}": refused(missing) for n in range(SHOWN + 3)}
    _, listed = promise_words({"kind": "any", "promises": promises}, {})
    assert "c19" in listed
    assert "c20" not in listed
    assert "and 3 more (--json)" in listed
