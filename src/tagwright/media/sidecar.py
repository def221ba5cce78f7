"""XMP sidecars written: our tags in, everything else as it was.

The file is edited, not rewritten: bytes that are not ours are copied, so that another
program's settings, comments and order survive. Our block is one `rdf:Description`.
"""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from tagwright.errors import Forbidden, InvalidInput, Unavailable
from tagwright.media import xmp
from tagwright.types import Status

LEVELS: Final = "|"
"""Between the names of lr:hierarchicalSubject."""
_KEYWORDS_OF: Final = ("auto", "confirmed")
"""Statuses that stand as keywords; a suggestion or a rejection is recorded, not shown."""
_RAW: Final = (
    ".nef",
    ".nrw",
    ".cr2",
    ".cr3",
    ".arw",
    ".dng",
    ".orf",
    ".rw2",
    ".raf",
    ".pef",
    ".srw",
)
_NO_WRITE: Final = (errno.EACCES, errno.EPERM, errno.EROFS)

_EMPTY: Final = b"""<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""


@dataclass(frozen=True, slots=True)
class SidecarTag:
    """A tag as a sidecar holds it. `path`: names from the broadest to the tag's own.

    `contract`: its text, None where none was in force. `at`: ISO time of the decision.
    """

    concept_id: str
    path: tuple[str, ...]
    status: Status
    at: str
    probability: float | None = None
    model: str | None = None
    contract: str | None = None

    def __post_init__(self) -> None:
        if not self.path or not all(name.strip() for name in self.path):
            raise InvalidInput(f"the tag {self.concept_id!r} has an empty name in {self.path!r}")
        if any(LEVELS in name for name in self.path):
            raise InvalidInput(
                f"the tag {self.path!r} has {LEVELS!r} in a name, which separates levels in "
                f"sidecars: rename the concept"
            )


def merge_sidecar(
    existing: bytes | None, tags: Sequence[SidecarTag], *, ancestors: bool = False
) -> bytes:
    """The sidecar with these tags and no others of ours.

    Tags that are auto or confirmed become keywords: the last name in dc:subject (with
    `ancestors`, every name), the path in lr:hierarchicalSubject. Keywords others wrote stay,
    also when one of ours says the same. The same input gives the same bytes, and merging a
    result again changes nothing. Raises InvalidInput when `existing` is no XMP.
    """
    data = _utf8(existing) if existing and existing.strip() else _EMPTY
    try:
        packet = xmp.read_packet(data)
    except xmp.BadXmp as reason:
        raise InvalidInput(
            f"the sidecar cannot be extended: {reason}; move it away and export again"
        ) from None
    shown = [tag for tag in tags if tag.status in _KEYWORDS_OF]
    words = [word for tag in shown for word in (tag.path if ancestors else tag.path[-1:])]
    paths = [LEVELS.join(tag.path) for tag in shown if len(tag.path) > 1]
    bags = [
        *_bags(packet, (xmp.SUBJECT, xmp.OUR_SUBJECT), words),
        *_bags(packet, (xmp.HIERARCHICAL, xmp.OUR_HIERARCHICAL), paths),
    ]
    block = _block(packet.about, bags, tags)
    return _spliced(data, packet, block)


def _bags(
    packet: xmp.Packet, names: tuple[str, str], wanted: Iterable[str]
) -> list[tuple[str, list[str]]]:
    """The property as it will be, and the record of what in it is ours."""
    written = set(packet.bag(names[1]))
    others = [word for word in packet.bag(names[0]) if word not in written]
    ours = [word for word in dict.fromkeys(map(_plain, wanted)) if word not in others]
    return [(names[0], others + ours), (names[1], ours)]


_TAGS_OF: Final = {
    xmp.SUBJECT: "dc:subject",
    xmp.HIERARCHICAL: "lr:hierarchicalSubject",
    xmp.OUR_SUBJECT: "tw:subjectWritten",
    xmp.OUR_HIERARCHICAL: "tw:hierarchicalSubjectWritten",
}


def _block(about: str, bags: Sequence[tuple[str, list[str]]], tags: Sequence[SidecarTag]) -> str:
    lines = [line for name, items in bags if items for line in _bag(_TAGS_OF[name], items)]
    if tags:
        lines += ["   <tw:tags>", "    <rdf:Bag>"]
        lines += [line for tag in tags for line in _struct(tag)]
        lines += ["    </rdf:Bag>", "   </tw:tags>"]
    if not lines:
        return ""
    opening = (
        f"  <rdf:Description rdf:about={quoteattr(about)}\n"
        f'    xmlns:rdf="{xmp.RDF}"\n    xmlns:dc="{xmp.DC}"\n'
        f'    xmlns:lr="{xmp.LR}"\n    xmlns:tw="{xmp.TW}">'
    )
    return "\n".join(["", opening, *lines, "  </rdf:Description>"])


def _bag(name: str, items: Sequence[str]) -> list[str]:
    inner = [f"     <rdf:li>{escape(item)}</rdf:li>" for item in items]
    return [f"   <{name}>", "    <rdf:Bag>", *inner, "    </rdf:Bag>", f"   </{name}>"]


def _struct(tag: SidecarTag) -> list[str]:
    fields = {
        "concept": tag.concept_id,
        "path": LEVELS.join(tag.path),
        "probability": None if tag.probability is None else f"{tag.probability:.4f}",
        "model": tag.model,
        "status": tag.status,
        "contract": tag.contract,
        "at": tag.at,
    }
    inner = [
        f"      <tw:{name}>{escape(_plain(value))}</tw:{name}>"
        for name, value in fields.items()
        if value is not None
    ]
    return ['     <rdf:li rdf:parseType="Resource">', *inner, "     </rdf:li>"]


def _plain(text: str) -> str:
    """Without what XML 1.0 cannot hold: control characters, lone surrogates, U+FFFE/F."""
    return "".join(
        char
        for char in text
        if (char >= " " or char in "\t\n")
        and not "\ud800" <= char <= "\udfff"
        and char not in "\x7f\ufffe\uffff"
    )


def _spliced(data: bytes, packet: xmp.Packet, block: str) -> bytes:
    start, stop = packet.rdf
    if xmp.tag_end(data, start) == stop:  # <rdf:RDF .../>: open it
        opened = data[: stop - len(b"/>")].rstrip() + b">"
        name = opened[start + 1 : -1].split()[0]
        return opened + block.encode() + b"\n</" + name + b">" + data[stop:]
    end = data.rindex(b"</", start, stop)
    kept = bytearray()
    at = 0
    for begin, stop in sorted(packet.spans):
        kept += data[at:begin].rstrip(b" \t\r\n")
        at = stop
    kept += data[at:end]
    content = bytes(kept).rstrip(b" \t\r\n")
    return content + block.encode() + kept[len(content) :] + data[end:]


def _utf8(data: bytes) -> bytes:
    """A packet in UTF-16, which XMP allows, as UTF-8."""
    for mark, name in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(name, "replace").replace('encoding="UTF-16"', "").encode()
    return data.removeprefix(b"\xef\xbb\xbf").strip(b"\0")


def sidecars_of(picture: Path) -> tuple[Path, ...]:
    """Where a picture's sidecar may be, likeliest first.

    `x.jpg.xmp` is this picture's own. `x.xmp` is too, unless a raw file of that name claims it.
    """
    own = picture.with_name(picture.name + ".xmp")
    shared = picture.with_suffix(".xmp")
    raws = (picture.with_suffix(case) for ext in _RAW for case in (ext, ext.upper()))
    if shared == own or not shared.exists() or any(raw.exists() for raw in raws if raw != picture):
        return (own,)
    return own, shared


def read_sidecar(picture_path: Path) -> bytes | None:
    """The bytes of a picture's sidecar; None where there is none that can be read."""
    for place in sidecars_of(picture_path):
        try:
            if place.is_file() and place.stat().st_size <= xmp.MAX_BYTES:
                return place.read_bytes()
        except OSError:
            continue
    return None


def write_sidecar(picture_path: Path, data: bytes) -> Path:
    """Put `data` into the picture's sidecar, whole or not at all, and say where.

    The existing sidecar is replaced, or `NAME.EXT.xmp` made. The picture is not touched, and
    neither is a sidecar that already says this. Raises Forbidden where the folder may not be
    written, Unavailable when the disk refuses, InvalidInput for a name that has no room left.
    """
    places = sidecars_of(picture_path)
    target = places[0]
    try:
        target = next((place for place in places if place.exists()), target)
        if target.exists() and target.read_bytes() == data:
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        like = next((path for path in (target, picture_path) if path.exists()), target.parent)
        _replace(target, data, like.stat().st_mode & 0o666 | 0o600)
    except OSError as error:
        raise _refusal(target, error) from error
    return target


def _replace(target: Path, data: bytes, mode: int) -> None:
    descriptor, name = tempfile.mkstemp(prefix=".tagwright-", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _refusal(target: Path, error: OSError) -> Forbidden | Unavailable | InvalidInput:
    what = f"cannot write the sidecar {str(target)!r}: {error.strerror}"
    if error.errno in _NO_WRITE:
        return Forbidden(f"{what}; make the folder writable, or export to CSV instead")
    if error.errno == errno.ENAMETOOLONG:
        return InvalidInput(f"{what}; shorten the picture's name, or export to CSV instead")
    return Unavailable(f"{what}; free the disk and export again")
