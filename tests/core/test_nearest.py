"""Codes and cosines of rows."""

from __future__ import annotations

import numpy as np
import pytest

from tagwright.core.nearest import code_bytes, codes, cosines, places_among


def clustered(n: int, dim: int, rng: np.random.Generator) -> np.ndarray:
    """Blobs far from the middle, with a few loud channels, as a network's features are."""
    centres = np.abs(rng.standard_normal((20, dim))) * rng.gamma(0.5, 2, dim)
    return (centres[rng.integers(0, 20, n)] + rng.standard_normal((n, dim))).astype(np.float32)


@pytest.mark.parametrize(("dim", "length"), [(1_280, 160), (384, 144), (32, 128), (100, 128)])
def test_a_code_has_a_bit_a_number_and_at_least_1024(dim: int, length: int) -> None:
    rows = np.random.default_rng(0).standard_normal((3, dim)).astype(np.float16)
    assert code_bytes(dim) == length
    assert codes(rows).shape == (3, length)


def test_the_length_of_a_row_changes_neither_code_nor_cosine() -> None:
    rows = np.random.default_rng(0).standard_normal((5, 64)).astype(np.float32)
    assert np.array_equal(codes(rows), codes(4 * rows))
    assert cosines(4 * rows, rows[0]) == pytest.approx(cosines(rows, rows[0]))


def test_codes_are_the_same_for_ever() -> None:
    ramp = np.linspace(-1, 1, 128, dtype=np.float32)[np.newaxis]
    assert codes(ramp)[0, :8].tobytes().hex() == "2ba7b519cefbd121"


@pytest.mark.parametrize("dim", [64, 384, 1_280])
def test_the_nearest_codes_hold_the_nearest_rows(dim: int) -> None:
    rng = np.random.default_rng(0)
    rows = clustered(4_000, dim, rng)
    packed = np.unpackbits(codes(rows), axis=1).astype(np.int16)
    recalls = []
    for query in range(10):
        truth = np.argsort(-cosines(rows, rows[query]))[:20]
        likely = np.argsort((packed != packed[query]).sum(axis=1), kind="stable")[:400]
        recalls.append(len(set(truth) & set(likely)) / 20)
    assert np.mean(recalls) >= 0.95


def test_a_row_of_zeros_is_like_nothing() -> None:
    rows = np.array([[0, 0], [1, 0]], np.float32)
    assert cosines(rows, rows[1]).tolist() == [0, 1]
    assert cosines(rows, rows[0]).tolist() == [0, 0]


def test_pictures_are_found_by_the_start_of_their_ids() -> None:
    ids = [f"{i * 7919:016x}{'0' * 48}" for i in range(6)]
    keys = np.frombuffer(b"".join(bytes.fromhex(i[:16]) for i in ids), np.uint64)
    assert places_among(keys, [ids[4], ids[1], "f" * 64]).tolist() == [1, 4]
    assert places_among(keys, []).tolist() == []
