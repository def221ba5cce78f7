"""What a rendition looks like: its size, which way up, its colour, and nothing else in it."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from tagwright.errors import InvalidInput, UnreadableImage
from tagwright.media.decode import Limits
from tagwright.media.renditions import render

RED, BLUE = (220, 30, 30), (30, 30, 220)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def halves(width: int, height: int) -> Image.Image:
    """Red above, blue below."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (0, height // 2, width, height))
    return image


def rendered(data: bytes, box: int) -> Image.Image:
    image = Image.open(io.BytesIO(render(data, box=box, limits=Limits())))
    image.load()
    return image


def close(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    pixel = np.asarray(image.convert("RGB"))[at[1], at[0]].astype(int)
    return bool(np.abs(pixel - np.array(colour)).max() <= 12)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize(
    ("size", "box", "expected"),
    [
        pytest.param((1000, 750), 320, (320, 240), id="wide"),
        pytest.param((750, 1000), 320, (240, 320), id="tall"),
        pytest.param((101, 77), 320, (101, 77), id="small ones are not enlarged"),
        pytest.param((900, 3), 90, (90, 1), id="a thread keeps one pixel"),
        pytest.param((333, 500), 499, (332, 499), id="one pixel less"),
    ],
)
def test_the_longer_side_fits_the_box(
    kind: str, size: tuple[int, int], box: int, expected: tuple[int, int]
) -> None:
    image = rendered(saved(halves(*size), kind), box)
    assert (image.format, image.mode, image.size) == ("WEBP", "RGB", expected)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "P", "1", "I;16", "LAB", "RGBA", "LA"])
def test_every_mode_has_one(mode: str) -> None:
    source = (
        Image.new("I;16", (400, 200), 40_000) if mode == "I;16" else Image.new(mode, (400, 200))
    )
    assert rendered(saved(source, "TIFF"), 100).size == (100, 50)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_upright(orientation: int) -> None:
    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    upright = halves(600, 400)
    stored = upright if turn is None else upright.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = rendered(saved(stored, "JPEG", exif=exif, quality=95), 300)
    assert image.size == (300, 200)
    assert close(image, (150, 20), RED)
    assert close(image, (150, 180), BLUE)


def test_what_is_transparent_becomes_white() -> None:
    image = rendered(saved(Image.new("RGBA", (80, 60), (0, 0, 0, 0)), "PNG"), 40)
    assert close(image, (20, 15), (255, 255, 255))


def test_its_colours_are_srgb() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # Under another name, with the primaries of red and blue exchanged.
    other = profile.replace(b"sRGB", b"mine").replace(b"s\0R\0G\0B", b"m\0i\0n\0e")
    other = other.replace(b"rXYZ", b"tXYZ").replace(b"bXYZ", b"rXYZ").replace(b"tXYZ", b"bXYZ")
    data = saved(Image.new("RGB", (80, 60), RED), "PNG", icc_profile=other)
    assert close(rendered(data, 40), (20, 15), BLUE)


def test_no_metadata_comes_along() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(halves(80, 60), "JPEG", exif=exif, icc_profile=profile, comment=b"at home")
    small = render(data, box=40, limits=Limits())
    assert b"at home" not in small
    assert not {"exif", "icc_profile", "xmp"} & Image.open(io.BytesIO(small)).info.keys()


def test_a_picture_cut_short_has_none() -> None:
    data = saved(halves(800, 600), "JPEG")
    with pytest.raises(UnreadableImage, match="cut short"):
        render(data[: len(data) // 2], box=40, limits=Limits())


def test_a_picture_over_the_limit_has_none() -> None:
    with pytest.raises(UnreadableImage, match=r"the limit is 0\.1"):
        render(saved(halves(800, 600), "PNG"), box=40, limits=Limits(megapixels=0.1))


def test_a_box_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidInput, match="not from 1 to 4096"):
        render(b"", box=0, limits=Limits())
