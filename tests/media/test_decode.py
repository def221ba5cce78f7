"""Bytes to a square of pixels: formats, orientation, colour, and one reason for what fails."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageCms, TiffImagePlugin

from tagwright.errors import InvalidInput, UnreadableImage
from tagwright.media.decode import Limits, decode, iso_time
from tagwright.media.square import to_square
from tagwright.types import Pixels

LIMITS = Limits()
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def encoded(image: Image.Image, format_: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def quarters(width: int = 96, height: int = 64) -> Image.Image:
    """Red, green above blue, white."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    image.paste(WHITE, (width // 2, height // 2, width, height))
    return image


def corners(pixels: Pixels) -> list[tuple[int, ...]]:
    """The colour in the middle of each quarter, row by row."""
    a, b = pixels.shape[0] // 4, pixels.shape[0] * 3 // 4
    return [tuple(int(v) for v in pixels[y, x]) for y, x in ((a, a), (a, b), (b, a), (b, b))]


def assert_close(found: list[tuple[int, ...]], wanted: list[tuple[int, ...]], by: int) -> None:
    assert np.abs(np.array(found) - np.array(wanted)).max() <= by, found


@pytest.mark.parametrize(
    ("format_", "options", "by"),
    [
        pytest.param("JPEG", {"quality": 95}, 6, id="JPEG"),
        pytest.param("JPEG", {"quality": 95, "progressive": True}, 6, id="progressive JPEG"),
        pytest.param("PNG", {}, 0, id="PNG"),
        pytest.param("WEBP", {"lossless": True}, 0, id="WebP"),
        pytest.param("GIF", {}, 0, id="GIF"),
        pytest.param("TIFF", {"compression": "tiff_lzw"}, 0, id="TIFF"),
        pytest.param("BMP", {}, 0, id="BMP"),
        pytest.param("AVIF", {"quality": 95}, 12, id="AVIF"),
        pytest.param("JPEG2000", {}, 0, id="JPEG 2000"),
        pytest.param("PPM", {}, 0, id="PPM"),
    ],
)
def test_a_picture_of_any_format_gives_its_colours(
    format_: str, options: dict[str, object], by: int
) -> None:
    picture = decode(encoded(quarters(), format_, **options), side=32, limits=LIMITS)
    assert picture.format == format_
    assert (picture.width, picture.height) == (96, 64)
    assert picture.pixels.shape == (32, 32, 3)
    assert_close(corners(picture.pixels), [RED, GREEN, BLUE, WHITE], by)


@pytest.mark.parametrize(
    ("orientation", "wanted"),
    [
        pytest.param(1, [RED, GREEN, BLUE, WHITE], id="1 upright"),
        pytest.param(2, [GREEN, RED, WHITE, BLUE], id="2 mirrored"),
        pytest.param(3, [WHITE, BLUE, GREEN, RED], id="3 upside down"),
        pytest.param(4, [BLUE, WHITE, RED, GREEN], id="4 flipped"),
        pytest.param(5, [RED, BLUE, GREEN, WHITE], id="5 transposed"),
        pytest.param(6, [BLUE, RED, WHITE, GREEN], id="6 turn right"),
        pytest.param(7, [WHITE, GREEN, BLUE, RED], id="7 transversed"),
        pytest.param(8, [GREEN, WHITE, RED, BLUE], id="8 turn left"),
        pytest.param(0, [RED, GREEN, BLUE, WHITE], id="0 means nothing"),
        pytest.param(9, [RED, GREEN, BLUE, WHITE], id="9 means nothing"),
    ],
)
@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_the_orientation_is_applied(
    orientation: int, wanted: list[tuple[int, ...]], format_: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = decode(encoded(quarters(), format_, exif=exif), side=32, limits=LIMITS)
    assert_close(corners(picture.pixels), wanted, 20)
    turned = orientation in (5, 6, 7, 8)
    assert (picture.width, picture.height) == ((64, 96) if turned else (96, 64))


def grey16() -> Image.Image:
    ramp = np.array([[0, 0x4000], [0x8000, 0xFFFF]], np.uint16)
    return Image.fromarray(ramp.repeat(16, 0).repeat(16, 1))


def seen(level: int) -> tuple[int, int, int]:
    return (level, level, level)


def half_clear() -> Image.Image:
    image = quarters(64, 64).convert("RGBA")
    image.putalpha(Image.new("L", (64, 64), 0))
    image.paste((255, 0, 0, 255), (0, 0, 32, 32))
    return image


GREYS = [seen(0), seen(64), seen(128), seen(255)]


@pytest.mark.parametrize(
    ("build", "format_", "wanted"),
    [
        pytest.param(grey16, "PNG", GREYS, id="16-bit grey PNG is scaled, not clipped"),
        pytest.param(grey16, "TIFF", GREYS, id="16-bit grey TIFF is scaled, not clipped"),
        pytest.param(half_clear, "PNG", [RED, WHITE, WHITE, WHITE], id="alpha on white"),
        pytest.param(
            lambda: half_clear().convert("LA"),
            "PNG",
            [seen(76), WHITE, WHITE, WHITE],
            id="grey with alpha on white",
        ),
        pytest.param(
            lambda: quarters().quantize(8), "PNG", [RED, GREEN, BLUE, WHITE], id="palette"
        ),
        pytest.param(
            lambda: quarters().convert("L").point(lambda v: 255 * (v > 100), "1"),
            "PNG",
            [seen(0), seen(255), seen(0), seen(255)],
            id="one bit",
        ),
        pytest.param(
            lambda: quarters().convert("CMYK"), "TIFF", [RED, GREEN, BLUE, WHITE], id="CMYK TIFF"
        ),
        pytest.param(
            lambda: Image.fromarray(np.array([[0, 0.25], [0.5, 1]], np.float32)).resize(
                (32, 32), Image.Resampling.NEAREST
            ),
            "TIFF",
            GREYS,
            id="32-bit float",
        ),
    ],
)
def test_every_kind_of_pixel_becomes_rgb(
    build: Callable[[], Image.Image], format_: str, wanted: list[tuple[int, ...]]
) -> None:
    picture = decode(encoded(build(), format_), side=32, limits=LIMITS)
    assert_close(corners(picture.pixels), wanted, 1)


def test_a_cmyk_jpeg_keeps_its_colours() -> None:
    data = encoded(quarters().convert("CMYK"), "JPEG", quality=95)
    picture = decode(data, side=32, limits=LIMITS)
    assert_close(corners(picture.pixels), [RED, GREEN, BLUE, WHITE], 12)


def test_a_lab_picture_is_read_as_lab() -> None:
    lab = ImageCms.profileToProfile(
        quarters(), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None
    picture = decode(encoded(lab, "TIFF"), side=32, limits=LIMITS)
    assert_close(corners(picture.pixels), [RED, GREEN, BLUE, WHITE], 24)


def test_an_embedded_profile_is_converted_to_srgb() -> None:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    plain = Image.new("RGB", (64, 64), (200, 100, 50))
    swapped = profile.replace(b"sRGB", b"mine").replace(b"s\0R\0G\0B", b"m\0i\0n\0e")
    red, green = swapped.index(b"rXYZ"), swapped.index(b"gXYZ")
    swapped[red : red + 4], swapped[green : green + 4] = b"gXYZ", b"rXYZ"
    picture = decode(encoded(plain, "PNG", icc_profile=bytes(swapped)), side=8, limits=LIMITS)
    assert_close([tuple(picture.pixels[4, 4])], [(100, 200, 50)], 12)


def test_a_broken_profile_is_passed_over() -> None:
    data = encoded(Image.new("RGB", (64, 64), RED), "PNG", icc_profile=b"no profile")
    assert_close([tuple(decode(data, side=8, limits=LIMITS).pixels[4, 4])], [RED], 0)


def test_an_animation_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in (RED, BLUE, GREEN)]
    for format_ in ("GIF", "WEBP", "PNG"):
        data = encoded(frames[0], format_, save_all=True, append_images=frames[1:])
        assert_close([tuple(decode(data, side=8, limits=LIMITS).pixels[4, 4])], [RED], 8)


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (33, 21), (640, 480), (900, 2000)])
@pytest.mark.parametrize("format_", ["JPEG", "PNG"])
def test_every_size_fills_the_square(size: tuple[int, int], format_: str) -> None:
    data = encoded(Image.new("RGB", size, (10, 120, 240)), format_)
    pixels = decode(data, side=40, limits=LIMITS).pixels
    assert pixels.shape == (40, 40, 3)
    assert np.abs(pixels.astype(int) - (10, 120, 240)).max() <= 3


def test_the_two_ways_of_decoding_agree() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (30, 40, 3), np.uint8)
    image = Image.fromarray(noise).resize((1600, 1200), Image.Resampling.BICUBIC)
    fast = decode(encoded(image, "JPEG", quality=98), side=100, limits=LIMITS).pixels
    exact = decode(encoded(image, "PNG"), side=100, limits=LIMITS).pixels
    assert np.abs(fast.astype(int) - exact.astype(int)).mean() < 1.5


def test_the_same_bytes_give_the_same_picture() -> None:
    data = encoded(quarters(777, 333), "JPEG")
    first, second = (decode(data, side=64, limits=LIMITS) for _ in range(2))
    assert np.array_equal(first.pixels, second.pixels)
    assert first.fingerprint == second.fingerprint


def test_a_square_of_the_right_side_is_left_as_it_is() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8)
    assert np.array_equal(to_square(pixels, 16), pixels)


def test_whole_boxes_are_averaged() -> None:
    pixels = np.arange(64, dtype=np.uint8).reshape(8, 8, 1).repeat(3, axis=2)
    wanted = pixels.reshape(2, 4, 2, 4, 3).mean(axis=(1, 3))
    assert np.abs(to_square(pixels, 2) - wanted).max() <= 0.5


def raw_file() -> bytes:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[254], tags[330] = 1, 8
    return encoded(Image.new("RGB", (8, 8)), "TIFF", tiffinfo=tags)


def png_that_claims(width: int, height: int) -> bytes:
    data = bytearray(encoded(Image.new("L", (8, 8)), "PNG"))
    data[16:24] = struct.pack(">II", width, height)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    return bytes(data)


JPEG = encoded(quarters(600, 400), "JPEG")
PNG = encoded(quarters(600, 400), "PNG")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b"hello", "not a picture: it is text", id="text"),
        pytest.param(b"%PDF-1.7 ...", "not a picture: it is a PDF", id="PDF"),
        pytest.param(b"<!DOCTYPE html><html>", "it is a web page", id="a web page"),
        pytest.param(b"<?xml version='1.0'?><svg/>", "it is an SVG drawing", id="SVG"),
        pytest.param(raw_file(), "a camera's raw file", id="raw"),
        pytest.param(bytes(100), "not a picture in a format we can read", id="zeros"),
        pytest.param(JPEG[:2], "begins like a picture", id="two bytes of a JPEG"),
        pytest.param(JPEG[: len(JPEG) // 2], "the file is cut short", id="half a JPEG"),
        pytest.param(PNG[: len(PNG) // 2], "the file is cut short", id="half a PNG"),
        pytest.param(
            png_that_claims(60_000, 60_000), "limit of 100 megapixels", id="a huge header"
        ),
        pytest.param(png_that_claims(0, 8), "its header is broken", id="no width"),
    ],
)
def test_what_cannot_be_read_has_one_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableImage, match=reason) as caught:
        decode(data, side=32, limits=LIMITS, uri="file:///a.jpg")
    assert "\n" not in caught.value.reason
    assert caught.value.uri == "file:///a.jpg"


def test_a_jpeg_that_lacks_only_its_end_marker_is_whole() -> None:
    assert JPEG.endswith(b"\xff\xd9")
    assert decode(JPEG[:-2], side=32, limits=LIMITS).width == 600


def test_the_size_limit_is_checked_before_decoding() -> None:
    with pytest.raises(UnreadableImage, match=r"600 x 400, 0 megapixels; the limit is 0\.1"):
        decode(JPEG, side=32, limits=Limits(megapixels=0.1))


@pytest.mark.parametrize("name", ["megapixels", "seconds", "file_megabytes", "memory_megabytes"])
def test_a_limit_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match=name):
        Limits(**{name: 0})


@pytest.mark.parametrize(
    ("taken", "offset", "iso"),
    [
        pytest.param("2008:11:01 21:15:07", None, "2008-11-01T21:15:07", id="local time"),
        pytest.param(
            "2008:11:01 21:15:07\0", "+02:00", "2008-11-01T21:15:07+02:00", id="with an offset"
        ),
        pytest.param("2008:11:01 21:15:07", "junk", "2008-11-01T21:15:07", id="a bad offset"),
        pytest.param("0000:00:00 00:00:00", None, None, id="a clock never set"),
        pytest.param("    :  :     :  :  ", None, None, id="blank"),
        pytest.param(None, None, None, id="none"),
    ],
)
def test_the_time_taken_is_iso_text(taken: object, offset: object, iso: str | None) -> None:
    assert iso_time(taken, offset) == iso


def test_the_time_taken_is_read_from_exif() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2008:11:01 21:15:07"
    picture = decode(encoded(quarters(), "JPEG", exif=exif), side=8, limits=LIMITS)
    assert picture.taken_at == "2008-11-01T21:15:07"
