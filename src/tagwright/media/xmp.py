"""XMP packets read: the keyword bags, and which of them Tagwright itself wrote.

Parsed with DOCTYPE refused, so there are no entities: nothing expands, nothing is fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, TypeAlias
from xml.parsers import expat

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
DC: Final = "http://purl.org/dc/elements/1.1/"
LR: Final = "http://ns.adobe.com/lightroom/1.0/"
DIGIKAM: Final = "http://www.digikam.org/ns/1.0/"
TW: Final = "https://tagwright.org/ns/tags/1.0/"

SUBJECT: Final = f"{DC} subject"
HIERARCHICAL: Final = f"{LR} hierarchicalSubject"
TAGS_LIST: Final = f"{DIGIKAM} TagsList"
OUR_TAGS: Final = f"{TW} tags"
OUR_SUBJECT: Final = f"{TW} subjectWritten"
OUR_HIERARCHICAL: Final = f"{TW} hierarchicalSubjectWritten"

_RDF: Final = f"{RDF} RDF"
_DESCRIPTION: Final = f"{RDF} Description"
_ABOUT: Final = f"{RDF} about"
_ITEM: Final = f"{RDF} li"
_BAGS: Final = (SUBJECT, HIERARCHICAL, TAGS_LIST, OUR_SUBJECT, OUR_HIERARCHICAL)
OURS: Final = (SUBJECT, HIERARCHICAL, OUR_TAGS, OUR_SUBJECT, OUR_HIERARCHICAL)
"""What a sidecar we write replaces; every other property stays as it is, byte for byte."""

MAX_BYTES: Final = 16 << 20
_MAX_DEPTH: Final = 200
_TAG: Final = re.compile(rb"""<(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")

Span: TypeAlias = tuple[int, int]


class BadXmp(Exception):
    """Not an XMP packet."""


@dataclass(frozen=True, slots=True)
class Packet:
    """What one packet says. Spans are byte offsets into it.

    `bags`: the items of each keyword property, by its name. `confirmed`: paths of our tags
    that a person confirmed. `spans`: elements that a new version of our block replaces.
    `rdf`: the rdf:RDF element.
    """

    bags: dict[str, tuple[str, ...]]
    confirmed: tuple[str, ...]
    spans: tuple[Span, ...]
    rdf: Span
    about: str

    def bag(self, name: str) -> tuple[str, ...]:
        return self.bags.get(name, ())


def read_packet(data: bytes) -> Packet:
    """The packet in `data`, UTF-8. Raises BadXmp with the reason."""
    if len(data) > MAX_BYTES:
        raise BadXmp(f"it has {len(data):,} bytes; the limit is {MAX_BYTES:,}")
    return _Reader(data).packet()


class _Reader:
    """Follows expat through a packet; offsets let a writer leave the rest untouched."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._path: list[tuple[str, int]] = []
        self._words: list[str] = []
        self._bags: dict[str, list[str]] = {}
        self._tag: dict[str, str] = {}
        self._confirmed: list[str] = []
        self._children: list[tuple[str, Span]] = []
        self._extra_attributes = False
        self._spans: list[Span] = []
        self._rdf: Span | None = None
        self._about = ""

    def packet(self) -> Packet:
        try:
            self._parser.Parse(self._data, True)
        except expat.ExpatError as error:
            raise BadXmp(f"it is not valid XML ({error})") from None
        if self._rdf is None:
            raise BadXmp("it holds no rdf:RDF element")
        bags = {name: tuple(items) for name, items in self._bags.items()}
        return Packet(bags, tuple(self._confirmed), tuple(self._spans), self._rdf, self._about)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._path) >= _MAX_DEPTH:
            raise BadXmp(f"it is nested deeper than {_MAX_DEPTH} elements")
        self._path.append((name, self._parser.CurrentByteIndex))
        self._words = []
        if name == _DESCRIPTION and self._is_top(2):
            self._about = self._about or attributes.get(_ABOUT, "")
            self._children = []
            self._extra_attributes = bool(attributes.keys() - {_ABOUT})
        elif name == _ITEM and self._within(OUR_TAGS):
            self._tag = {}

    def _text(self, words: str) -> None:
        self._words.append(words)

    def _end(self, name: str) -> None:
        start = self._path[-1][1]
        words = "".join(self._words)
        self._words = []
        if name == _ITEM:
            self._item(words)
        elif self._within(OUR_TAGS):
            self._tag[name] = words
        elif self._is_top(3):
            self._children.append((name, self._span(start)))
        elif name == _DESCRIPTION and self._is_top(2):
            self._description(self._span(start))
        elif name == _RDF:
            self._rdf = self._span(start)
        self._path.pop()

    def _item(self, words: str) -> None:
        for name in _BAGS:
            if self._within(name):
                self._bags.setdefault(name, []).append(words)
        if self._within(OUR_TAGS) and self._tag.get(f"{TW} status") == "confirmed":
            self._confirmed.append(self._tag.get(f"{TW} path", ""))

    def _description(self, span: Span) -> None:
        """Ours alone goes whole; of a shared one, only our properties."""
        ours = [child for name, child in self._children if name in OURS]
        if ours and len(ours) == len(self._children) and not self._extra_attributes:
            ours = [span]
        self._spans += ours

    def _is_top(self, depth: int) -> bool:
        """Whether the open element is rdf:RDF's child (2) or grandchild (3)."""
        path = [name for name, _ in self._path]
        return _RDF in path and len(path) - path.index(_RDF) == depth

    def _within(self, name: str) -> bool:
        return any(name == open_name for open_name, _ in self._path)

    def _span(self, start: int) -> Span:
        """The element that ends now. Of `<a/>` expat gives no end of its own."""
        end = tag_end(self._data, start)
        if not self._data.endswith(b"/>", start, end):
            end = self._data.index(b">", self._parser.CurrentByteIndex) + 1
        return start, end


def tag_end(data: bytes, start: int) -> int:
    """Where the tag that begins at `start` ends; a quoted ">" does not end it."""
    tag = _TAG.match(data, start)
    return tag.end() if tag else start


def _refuse_doctype(*_: object) -> None:
    raise BadXmp("it has a DOCTYPE, which XMP forbids")
