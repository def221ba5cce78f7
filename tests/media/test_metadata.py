"""Keywords people gave are found, wherever their programs put them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from tagwright.media.metadata import keywords_of, read_keywords
from tagwright.media.sidecar import SidecarTag, merge_sidecar

BAGS = {
    "dc:subject": "Bag",
    "lr:hierarchicalSubject": "Bag",
    "digiKam:TagsList": "Seq",
}


def xmp(**bags: list[str]) -> bytes:
    """A packet; names are written with __ for the colon."""
    inner = "".join(
        f"<{name}><rdf:{BAGS[name]}>"
        + "".join(f"<rdf:li>{item}</rdf:li>" for item in items)
        + f"</rdf:{BAGS[name]}></{name}>"
        for key, items in bags.items()
        if (name := key.replace("__", ":"))
    )
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:lr="http://ns.adobe.com/lightroom/1.0/"'
        f' xmlns:digiKam="http://www.digikam.org/ns/1.0/">{inner}</rdf:Description></rdf:RDF>'
        "</x:xmpmeta>"
    ).encode()


def iim(*keywords: bytes, charset: bytes = b"") -> bytes:
    def dataset(record: int, number: int, value: bytes) -> bytes:
        return bytes((0x1C, record, number)) + len(value).to_bytes(2, "big") + value

    head = dataset(1, 90, charset) if charset else b""
    return head + b"".join(dataset(2, 25, word) for word in keywords)


def jpeg(block: bytes = b"", packet: bytes = b"") -> bytes:
    """A small JPEG with an IPTC block (APP13) and an XMP packet (APP1)."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG")
    segments = b""
    if block:
        body = b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + len(block).to_bytes(4, "big") + block
        segments += b"\xff\xed" + (len(body) + 2 + len(body) % 2).to_bytes(2, "big")
        segments += body + b"\0" * (len(body) % 2)
    if packet:
        body = b"http://ns.adobe.com/xap/1.0/\0" + packet
        segments += b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body
    data = file.getvalue()
    return data[:2] + segments + data[2:]


def carried(format_: str, packet: bytes) -> bytes:
    file = io.BytesIO()
    image = Image.new("RGB", (8, 8))
    if format_ == "TIFF":
        image.save(file, "TIFF", tiffinfo={700: packet})
    elif format_ == "PNG":
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", packet.decode())
        image.save(file, "PNG", pnginfo=info)
    elif format_ == "GIF":
        image.save(file, "GIF")
        return file.getvalue()[:-1] + b"!\xff\x0bXMP DataXMP" + packet + b"\0;"
    else:
        image.save(file, format_, xmp=packet)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "keywords"),
    [
        pytest.param(jpeg(), (), id="none"),
        pytest.param(jpeg(iim(b"cat", b"dog")), (("cat",), ("dog",)), id="IPTC"),
        pytest.param(jpeg(iim("café".encode(), charset=b"\x1b%G")), (("café",),), id="IPTC UTF-8"),
        pytest.param(jpeg(iim("café".encode("cp1252"))), (("café",),), id="IPTC Windows-1252"),
        pytest.param(jpeg(packet=xmp(dc__subject=["cat"])), (("cat",),), id="dc:subject"),
        pytest.param(
            jpeg(packet=xmp(lr__hierarchicalSubject=["Animal|Cat"])),
            (("Animal", "Cat"),),
            id="lr:hierarchicalSubject",
        ),
        pytest.param(
            jpeg(packet=xmp(digiKam__TagsList=["Animal/Cat"])), (("Animal", "Cat"),), id="digiKam"
        ),
        pytest.param(
            jpeg(iim(b"cat"), xmp(dc__subject=["dog", "cat"])), (("cat",), ("dog",)), id="the union"
        ),
        pytest.param(
            jpeg(
                packet=xmp(
                    dc__subject=["Animal", "Cat", "red"], lr__hierarchicalSubject=["Animal|Cat"]
                )
            ),
            (("Animal", "Cat"), ("red",)),
            id="a flat keyword that is on a path is not repeated",
        ),
        pytest.param(
            jpeg(packet=xmp(dc__subject=["cafe\u0301", " two\n lines ", ""])),
            (("café",), ("two lines",)),
            id="cleaned",
        ),
        pytest.param(jpeg(packet=b"<x:xmpmeta><broken"), (), id="broken XML"),
        pytest.param(
            jpeg(packet=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), (), id="entities are refused"
        ),
        pytest.param(jpeg(b"\x1c\x02\x19\xff\xff"), (), id="a broken IPTC block"),
        pytest.param(b"no picture", (), id="no picture"),
    ],
)
def test_keywords_are_read(data: bytes, keywords: tuple[tuple[str, ...], ...]) -> None:
    assert read_keywords(data) == keywords


@pytest.mark.parametrize("format_", ["PNG", "WEBP", "TIFF", "GIF", "AVIF"])
def test_every_format_that_carries_xmp_is_read(format_: str) -> None:
    data = carried(format_, xmp(dc__subject=["cat"]))
    assert read_keywords(data) == (("cat",),)


@pytest.mark.parametrize(
    ("names", "keywords"),
    [
        pytest.param(["x.jpg.xmp"], (("x.jpg.xmp",),), id="its own"),
        pytest.param(["x.xmp"], (("x.xmp",),), id="the stem's"),
        pytest.param(["x.xmp", "x.jpg.xmp"], (("x.jpg.xmp",),), id="its own first"),
        pytest.param(["x.xmp", "x.nef"], (), id="the raw file's is not this picture's"),
    ],
)
def test_the_sidecar_beside_the_file_is_read(
    tmp_path: Path, names: list[str], keywords: tuple[tuple[str, ...], ...]
) -> None:
    for name in names:
        (tmp_path / name).write_bytes(xmp(dc__subject=[name]))
    assert keywords_of(tmp_path / "x.jpg", jpeg()) == keywords


def test_what_the_machine_wrote_does_not_come_back_as_a_persons_label() -> None:
    sidecar = merge_sidecar(
        xmp(dc__subject=["mine"]),
        [
            SidecarTag("c1", ("Animal", "Cat"), "auto", "2026-01-01T00:00:00Z", 0.98),
            SidecarTag("c2", ("Colour", "Red"), "confirmed", "2026-01-01T00:00:00Z"),
        ],
    )
    assert read_keywords(b"", sidecar=sidecar) == (("Colour", "Red"), ("mine",))
