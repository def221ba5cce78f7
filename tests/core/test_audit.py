"""The chain of the audit log shows whatever is done to it, but for its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tagwright.core.audit import START, Event, Line, digest_of, verify
from tagwright.core.sealed import Seal

NOW = "2026-01-01T00:00:00.000+00:00"
LATER = "2026-01-02T00:00:00.000+00:00"


def chain(count: int) -> list[Line]:
    lines: list[Line] = []
    for number in range(count):
        event = Event("w", NOW, "ada", "key.make", f"key:{number}", {"n": number, "ä": [True]})
        previous = lines[-1].digest if lines else START
        lines.append(Line(number + 10, event, previous, digest_of(previous, event)))
    return lines


def changed(lines: list[Line]) -> list[Line]:
    event = replace(lines[2].event, actor="eve")
    return [*lines[:2], replace(lines[2], event=event), *lines[3:]]


def changed_and_signed_again(lines: list[Line]) -> list[Line]:
    event = replace(lines[2].event, actor="eve")
    forged = replace(lines[2], event=event, digest=digest_of(lines[2].previous, event))
    return [*lines[:2], forged, *lines[3:]]


@pytest.mark.parametrize(
    ("tamper", "broken_at"),
    [
        pytest.param(lambda lines: lines, None, id="untouched"),
        pytest.param(changed, 12, id="a changed line"),
        pytest.param(changed_and_signed_again, 13, id="a changed line with a digest to match"),
        pytest.param(lambda lines: [*lines[:2], *lines[3:]], 13, id="a line taken out"),
        pytest.param(lambda lines: [*lines[:3], lines[1], *lines[3:]], 11, id="a line twice"),
        pytest.param(lambda lines: lines[1:], 11, id="the first line taken out"),
        pytest.param(
            lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], 12, id="two lines swapped"
        ),
    ],
)
def test_the_first_line_that_does_not_follow_is_named(
    tamper: Callable[[list[Line]], list[Line]], broken_at: int | None
) -> None:
    assert verify(tamper(chain(5))).broken_at == broken_at


def test_lines_cut_off_at_the_end_show_in_the_head_alone() -> None:
    lines = chain(5)
    assert verify(lines[:3]).broken_at is None
    assert verify(lines[:3]).head == lines[2].digest != verify(lines).head


def test_a_sealed_text_opens_with_the_same_seal_alone_until_its_time() -> None:
    seal = Seal(b"s" * 32, "invitation")
    token = seal.close({"person": "p"}, LATER)
    assert seal.open(token, NOW) == {"person": "p"}
    assert seal.open(token, LATER) is None
    assert Seal(b"s" * 32, "setup").open(token, NOW) is None
    assert Seal(b"t" * 32, "invitation").open(token, NOW) is None


@pytest.mark.parametrize("token", ["", ".", "a.b", "ä.ö", "e30.", "\ud800.x"])
def test_what_is_no_sealed_text_opens_to_nothing(token: str) -> None:
    assert Seal(b"s" * 32, "invitation").open(token, NOW) is None


def test_a_sealed_text_with_any_character_changed_does_not_open() -> None:
    seal = Seal(b"s" * 32, "invitation")
    token = seal.close({"person": "p"}, LATER)
    for place in range(len(token) - 1):  # the last one carries bits that mean nothing
        other = "A" if token[place] != "A" else "B"
        assert seal.open(token[:place] + other + token[place + 1 :], NOW) is None
