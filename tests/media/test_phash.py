"""The same picture, changed as people change pictures, keeps its fingerprint; others do not."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from tagwright.core.lookalike import Fingerprint, look_alike
from tagwright.media.decode import Limits, decode


def photograph(seed: int) -> Image.Image:
    """Soft noise at several scales, as photographs have."""
    rng = np.random.default_rng(seed)
    layers = [
        np.asarray(
            Image.fromarray(rng.integers(0, 256, (n, n, 3), np.uint8)).resize(
                (400, 300), Image.Resampling.BICUBIC
            ),
            np.float64,
        )
        for n in (3, 7, 15, 40)
    ]
    mixed = np.average(layers, axis=0, weights=[4, 3, 2, 1])
    return Image.fromarray(mixed.astype(np.uint8))


def fingerprint_of(image: Image.Image, format_: str = "JPEG", quality: int = 90) -> Fingerprint:
    file = io.BytesIO()
    image.save(file, format_, quality=quality)
    return decode(file.getvalue(), side=128, limits=Limits()).fingerprint


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda image: image.resize((200, 150)), id="half the size"),
        pytest.param(lambda image: image.resize((800, 600)), id="twice the size"),
        pytest.param(lambda image: image.crop((4, 3, 396, 297)), id="cropped by 2 %"),
        pytest.param(lambda image: ImageEnhance.Brightness(image).enhance(0.85), id="darker"),
        pytest.param(lambda image: ImageEnhance.Contrast(image).enhance(1.2), id="more contrast"),
        pytest.param(lambda image: ImageEnhance.Color(image).enhance(0), id="without colour"),
    ],
)
def test_a_changed_copy_looks_alike(change: Callable[[Image.Image], Image.Image]) -> None:
    for seed in range(5):
        image = photograph(seed)
        assert look_alike(fingerprint_of(image), fingerprint_of(change(image)))


@pytest.mark.parametrize(("format_", "quality"), [("JPEG", 30), ("WEBP", 50), ("PNG", 0)])
def test_another_encoding_looks_alike(format_: str, quality: int) -> None:
    image = photograph(0)
    assert look_alike(fingerprint_of(image), fingerprint_of(image, format_, quality))


def test_other_pictures_do_not_look_alike() -> None:
    prints = [fingerprint_of(photograph(seed)) for seed in range(12)]
    pairs = [(a, b) for i, a in enumerate(prints) for b in prints[:i]]
    assert not any(look_alike(a, b) for a, b in pairs)


@pytest.mark.parametrize(
    ("other", "alike"), [("white", True), ("#fdfdfd", True), ("black", False), ("red", False)]
)
def test_blank_pictures_are_alike_by_colour(other: str, alike: bool) -> None:
    white, second = (fingerprint_of(Image.new("RGB", (64, 64), c)) for c in ("white", other))
    assert look_alike(white, second) is alike
