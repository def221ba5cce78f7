"""Sidecars take our tags, give them back, and lose nothing of what others wrote."""

from __future__ import annotations

import os
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagwright.errors import Forbidden, InvalidInput
from tagwright.media.sidecar import SidecarTag, merge_sidecar, read_sidecar, write_sidecar
from tagwright.types import Status

NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "tw": "https://tagwright.org/ns/tags/1.0/",
}
LIGHTROOM = b"""<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Adobe XMP Core 7.0">
 <!-- a comment -->
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="uuid:1"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
   crs:Exposure2012="+0.35" crs:Note="a&#10;b">
   <dc:subject>
    <rdf:Bag>
     <rdf:li>mine</rdf:li>
     <rdf:li>Cat</rdf:li>
    </rdf:Bag>
   </dc:subject>
   <crs:ToneCurve><rdf:Seq><rdf:li>0, 0</rdf:li></rdf:Seq></crs:ToneCurve>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def tag(*path: str, status: Status = "auto") -> SidecarTag:
    return SidecarTag(
        concept_id="c-" + path[-1],
        path=path,
        status=status,
        at="2026-11-23T20:00:00Z",
        probability=0.98765,
        model="animals 3",
        contract="95 % with 95 % confidence",
    )


def bag(data: bytes, name: str) -> list[str | None]:
    return [item.text for item in ET.fromstring(data).iterfind(f".//{name}//rdf:li", NAMES)]


CAT, DOG, RED = tag("Animal", "Cat"), tag("Animal", "Dog"), tag("red")


def test_tags_become_keywords() -> None:
    data = merge_sidecar(None, [CAT, RED])
    assert bag(data, "dc:subject") == ["Cat", "red"]
    assert bag(data, "lr:hierarchicalSubject") == ["Animal|Cat"]


def test_ancestors_are_written_when_asked() -> None:
    assert bag(merge_sidecar(None, [CAT, DOG], ancestors=True), "dc:subject") == [
        "Animal",
        "Cat",
        "Dog",
    ]


def test_each_tag_is_recorded_in_full() -> None:
    data = merge_sidecar(None, [CAT])
    record = ET.fromstring(data).find(".//tw:tags/rdf:Bag/rdf:li", NAMES)
    assert record is not None
    assert {child.tag.split("}")[1]: child.text for child in record} == {
        "concept": "c-Cat",
        "path": "Animal|Cat",
        "probability": "0.9877",
        "model": "animals 3",
        "status": "auto",
        "contract": "95 % with 95 % confidence",
        "at": "2026-11-23T20:00:00Z",
    }


@pytest.mark.parametrize("status", ["suggested", "rejected"])
def test_what_does_not_stand_is_recorded_but_no_keyword(status: Status) -> None:
    data = merge_sidecar(None, [tag("Cat", status=status)])
    assert bag(data, "dc:subject") == []
    assert len(bag(data, "tw:tags")) == 1


@pytest.mark.parametrize(
    ("tags", "subjects"),
    [
        pytest.param([], ["mine", "Cat"], id="none"),
        pytest.param([DOG], ["mine", "Cat", "Dog"], id="one more"),
        pytest.param([CAT], ["mine", "Cat"], id="one that is there already"),
    ],
)
def test_what_others_wrote_stays(tags: Sequence[SidecarTag], subjects: list[str]) -> None:
    once = merge_sidecar(LIGHTROOM, tags)
    assert bag(once, "dc:subject") == subjects
    for kept in (
        b"<!-- a comment -->",
        b'crs:Exposure2012="+0.35"',
        b"a&#10;b",
        b"0, 0",
        b"uuid:1",
    ):
        assert kept in once
    assert once.startswith(LIGHTROOM[:60])
    assert once.endswith(LIGHTROOM[-40:])


def test_our_keywords_go_when_the_tags_go_and_others_stay() -> None:
    tagged = merge_sidecar(LIGHTROOM, [CAT, DOG])
    without = merge_sidecar(tagged, [])
    assert bag(without, "dc:subject") == ["mine", "Cat"]
    assert bag(without, "lr:hierarchicalSubject") == []
    assert merge_sidecar(merge_sidecar(None, [CAT]), []) == merge_sidecar(None, [])


@pytest.mark.parametrize("start", [None, LIGHTROOM], ids=["new", "existing"])
def test_merging_twice_changes_nothing(start: bytes | None) -> None:
    once = merge_sidecar(start, [CAT, RED])
    assert merge_sidecar(once, [CAT, RED]) == once
    assert merge_sidecar(merge_sidecar(once, [DOG]), [CAT, RED]) == once


RDF_ALONE = b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'


@pytest.mark.parametrize(
    "existing",
    [
        pytest.param(RDF_ALONE, id="an empty element"),
        pytest.param(LIGHTROOM.decode().encode("utf-16"), id="UTF-16"),
        pytest.param(b"\xef\xbb\xbf" + LIGHTROOM, id="a byte order mark"),
        pytest.param(b"  \n", id="blank"),
        pytest.param(LIGHTROOM.replace(b"\n", b"\r\n"), id="Windows lines"),
    ],
)
def test_other_shapes_of_packets_are_extended(existing: bytes) -> None:
    once = merge_sidecar(existing, [DOG])
    assert "Dog" in bag(once, "dc:subject")
    assert merge_sidecar(once, [DOG]) == once


@pytest.mark.parametrize(
    ("existing", "reason"),
    [
        pytest.param(b"<broken", "not valid XML", id="broken"),
        pytest.param(b"<html/>", "no rdf:RDF", id="something else"),
        pytest.param(b"<!DOCTYPE x><x/>", "DOCTYPE", id="a DOCTYPE"),
        pytest.param(b"<a>" * 300, "nested", id="too deep"),
    ],
)
def test_what_is_no_sidecar_is_refused(existing: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        merge_sidecar(existing, [CAT])


@given(st.lists(st.text(min_size=1).filter(lambda name: name.strip() and "|" not in name)))
def test_any_text_is_escaped(names: list[str]) -> None:
    data = merge_sidecar(LIGHTROOM, [tag("Animal", name) for name in names])
    assert merge_sidecar(data, [tag("Animal", name) for name in names]) == data
    assert bag(data, "dc:subject")[:2] == ["mine", "Cat"]


@pytest.mark.parametrize("path", [(), ("",), ("Animal", " "), ("A|B",)])
def test_a_tag_without_a_usable_name_is_refused(path: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput):
        SidecarTag("c", path, "auto", "2026-11-23T20:00:00Z")


def test_the_sidecar_is_written_beside_the_picture_which_is_not_touched(tmp_path: Path) -> None:
    picture = tmp_path / "x.jpg"
    picture.write_bytes(b"picture")
    os.utime(picture, ns=(1, 1))
    assert write_sidecar(picture, b"data") == tmp_path / "x.jpg.xmp"
    assert (picture.read_bytes(), picture.stat().st_mtime_ns) == (b"picture", 1)
    assert read_sidecar(picture) == b"data"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x.jpg", "x.jpg.xmp"]


def test_an_existing_sidecar_is_replaced_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "x.xmp").write_bytes(b"old")
    assert write_sidecar(tmp_path / "x.jpg", b"new") == tmp_path / "x.xmp"
    assert (tmp_path / "x.xmp").read_bytes() == b"new"


def test_an_unchanged_sidecar_keeps_its_time(tmp_path: Path) -> None:
    place = write_sidecar(tmp_path / "x.jpg", b"data")
    os.utime(place, ns=(1, 1))
    write_sidecar(tmp_path / "x.jpg", b"data")
    assert place.stat().st_mtime_ns == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(Forbidden, match="make the folder writable"):
        write_sidecar(tmp_path / "x.jpg", b"data")


def test_a_name_without_room_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="shorten"):
        write_sidecar(tmp_path / ("x" * 250 + ".jpg"), b"data")
    assert list(tmp_path.iterdir()) == []
