"""Two fingerprints are alike by their detail; the hash only finds candidates."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwright.core.lookalike import (
    DETAIL_BYTES,
    Fingerprint,
    bands,
    look_alike,
    look_alikes,
)
from tagwright.errors import InvalidInput

RNG = np.random.default_rng(0)
DETAIL = RNG.integers(-127, 128, DETAIL_BYTES).astype(np.int8)
NOISE = RNG.integers(-127, 128, DETAIL_BYTES).astype(np.int8)
NOISE = (NOISE - DETAIL * (NOISE.astype(int) @ DETAIL) / (DETAIL.astype(int) @ DETAIL)).astype(int)


def detail_at(cosine: float) -> bytes:
    """Detail whose cosine with DETAIL is as asked."""
    mixed = cosine * DETAIL / np.linalg.norm(DETAIL)
    mixed = mixed + np.sqrt(1 - cosine**2) * NOISE / np.linalg.norm(NOISE)
    return bytes(np.rint(mixed * 127 / np.abs(mixed).max()).astype(np.int8).tobytes())


def print_of(
    hash_: int = 0, cosine: float = 1.0, mean: tuple[int, int, int] = (9, 9, 9), blank: int = 20
) -> Fingerprint:
    return Fingerprint(hash_, detail_at(cosine), bytes(mean), blank)


FLAT = bytes(DETAIL_BYTES)
ONE = print_of()


@pytest.mark.parametrize(
    ("other", "alike"),
    [
        pytest.param(ONE, True, id="the same"),
        pytest.param(print_of(0b111111), True, id="six bits apart with the same detail"),
        pytest.param(print_of(0b1111111), False, id="seven bits apart"),
        pytest.param(print_of(cosine=0.88), True, id="a photograph with nearly the same detail"),
        pytest.param(print_of(cosine=0.8), False, id="a photograph with other detail"),
        pytest.param(print_of(cosine=0.88, blank=150), False, id="two products on white"),
        pytest.param(print_of(cosine=0.97, blank=150), True, id="one product on white"),
        pytest.param(print_of(mean=(200, 0, 0)), True, id="another colour of the same"),
        pytest.param(Fingerprint(0, FLAT, bytes((9, 9, 9)), 255), False, id="a blank picture"),
    ],
)
def test_pictures_look_alike_by_hash_and_detail(other: Fingerprint, alike: bool) -> None:
    assert look_alike(ONE, other) is alike
    assert look_alike(other, ONE) is alike


@pytest.mark.parametrize(
    ("level", "alike"),
    [pytest.param(255, True, id="both white"), pytest.param(0, False, id="black and white")],
)
def test_flat_pictures_look_alike_by_colour(level: int, alike: bool) -> None:
    white = Fingerprint(0, FLAT, bytes((255, 255, 255)), 255)
    assert look_alike(white, Fingerprint(0, FLAT, bytes((level,) * 3), 255)) is alike


def test_many_are_compared_as_one_by_one() -> None:
    others = [print_of(h, c) for h in (0, 3, 255) for c in (1.0, 0.9, 0.5)]
    together = look_alikes(ONE, [other.to_bytes() for other in others])
    assert together.tolist() == [look_alike(ONE, other) for other in others]


def test_nothing_looks_like_nobody() -> None:
    assert look_alikes(ONE, []).shape == (0,)


@given(st.integers(0, 2**64 - 1), st.sets(st.integers(0, 63), max_size=3))
def test_hashes_within_three_bits_share_a_band(hash_: int, flipped: set[int]) -> None:
    other = hash_
    for bit in flipped:
        other ^= 1 << bit
    assert any(a == b for a, b in zip(bands(hash_), bands(other), strict=True))


@given(st.integers(0, 2**64 - 1))
def test_bands_are_the_hash_in_four_pieces(hash_: int) -> None:
    first, second, third, last = bands(hash_)
    assert first << 48 | second << 32 | third << 16 | last == hash_


def test_a_fingerprint_survives_its_bytes() -> None:
    stored = print_of(2**64 - 1, 0.3, (1, 2, 3), 200)
    assert Fingerprint.from_bytes(stored.to_bytes()) == stored


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(lambda: Fingerprint(2**64, FLAT, bytes(3), 0), id="a hash of 65 bits"),
        pytest.param(lambda: Fingerprint(0, b"short", bytes(3), 0), id="too little detail"),
        pytest.param(lambda: Fingerprint.from_bytes(b"x" * 10), id="too few bytes"),
    ],
)
def test_a_fingerprint_that_cannot_be_is_refused(build: object) -> None:
    assert callable(build)
    with pytest.raises(InvalidInput):
        build()
