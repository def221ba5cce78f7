"""The contact sheet: what was tagged alone, what was left to a person, as one HTML page.

Two passes. The first walks the whole library and keeps counts and a bounded shortlist a
section; the second decodes the shortlisted pictures only. Memory hangs on `limit` alone.
"""

from __future__ import annotations

import base64
import heapq
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from PIL import Image

from tagwright.core import plots
from tagwright.core.intervals import wilson
from tagwright.core.ledger import Entry
from tagwright.errors import Conflict, InvalidInput, TagwrightError
from tagwright.flows.pages import printable_name, render, svg, write_page
from tagwright.flows.pages.cards import (
    Cards,
    ConceptWords,
    Found,
    Place,
    Thumbnail,
    Truth,
    concept_keys,
    leading,
)
from tagwright.flows.pictures import opened
from tagwright.flows.tagging import settling_facets
from tagwright.flows.workspace import Workspace, decode_limits
from tagwright.media.pool import Decoded, decode_files
from tagwright.media.sources import path_of
from tagwright.types import AssetId, ConceptId, Interval

SIDE: Final = 208
"""Longest side of a thumbnail: crisp at 160 px on most screens, about 8 KB."""
_CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the sheet, in the words a person reads."""

    place: Place
    title: str
    meaning: str
    shown: str


SECTIONS: Final = (
    Section(
        "auto",
        "Tagged alone",
        "The model was sure enough for the contract to hold, so nobody needs to look.",
        "a fair sample",
    ),
    Section(
        "parent",
        "Tagged with the parent concept",
        "Not sure enough of the exact concept, but of the broader one it belongs to.",
        "a fair sample",
    ),
    Section(
        "review",
        "Left to a person",
        "Not sure enough to promise anything. The best guesses wait for a yes or a no.",
        "the most doubtful first",
    ),
    Section(
        "abstain",
        "None of these",
        "Unlike anything the taxonomy describes, so nothing is claimed.",
        "a fair sample",
    ),
)


@dataclass(slots=True)
class Shortlist:
    """Keeps the `limit` findings with the smallest keys."""

    limit: int
    _heap: list[tuple[float, str, Found]] = field(default_factory=list)

    def offer(self, key: float, found: Found) -> None:
        push = heapq.heappush if len(self._heap) < self.limit else heapq.heappushpop
        push(self._heap, (-key, found.asset, found))

    def best(self) -> list[Found]:
        return [found for _, _, found in sorted(self._heap, key=lambda item: (-item[0], item[1]))]


@dataclass(frozen=True, slots=True)
class Survey:
    """Counts over the whole library, and the pictures to show. `wrong`: known to be wrong."""

    counts: Counter[Place]
    judged: Counter[tuple[Place, bool]]
    shown: dict[Place, list[Found]]
    wrong: dict[Place, list[Found]]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def _title(ws: Workspace) -> str:
    """What the sheet is called: the taxonomy, or the folder where there are several."""
    names = ws.taxonomies.names()
    return names[0] if len(names) == 1 else printable_name(ws.root.resolve())


def write_sheet(ws: Workspace, out: Path, *, limit: int = 60, truth: Truth | None = None) -> int:
    """Write the sheet, at most `limit` pictures a section. Returns how many it shows.

    truth: marks the wrong tags and states the precision reached. Raises Conflict where no model
    has decided on anything yet.
    """
    if limit < 1:
        raise InvalidInput(f"the limit {limit!r} is not above 0: say how many pictures a section")
    words = ConceptWords(ws)
    survey = _survey(ws, words, limit, truth or {})
    wanted = [f for part in (survey.shown, survey.wrong) for some in part.values() for f in some]
    assets = list(dict.fromkeys(found.asset for found in wanted))
    thumbnails = _thumbnails(ws, assets)
    cards = Cards(words, thumbnails, truth or {}, concept_keys(words, wanted))
    page = render(
        "sheet.html",
        css=cards.filter_rules(),
        name=_title(ws),
        day=ws.now()[:10],
        total=survey.total,
        overview=_overview(survey),
        sections=[_section(section, survey, cards) for section in SECTIONS],
        concepts=cards.choices(),
    )
    write_page(out, page)
    return len(assets)


# Which pictures


def _survey(ws: Workspace, words: ConceptWords, limit: int, truth: Truth) -> Survey:
    """Walk the library once."""
    counts: Counter[Place] = Counter()
    judged: Counter[tuple[Place, bool]] = Counter()
    shown = {section.place: Shortlist(limit) for section in SECTIONS}
    wrong: dict[Place, Shortlist] = {"auto": Shortlist(limit), "parent": Shortlist(limit)}
    for found in _findings(ws, words, truth):
        counts[found.place] += 1
        if found.place not in shown:
            continue
        key = -_doubt(found) if found.place == "review" else _lot(found.asset)
        shown[found.place].offer(key, found)
        if found.right is not None:
            judged[found.place, found.right] += 1
            if not found.right:
                wrong[found.place].offer(_lot(found.asset), found)
    if not any(counts[section.place] for section in SECTIONS):
        raise Conflict(
            "no model has tagged anything here yet, so there is nothing to show: "
            "`tagwright train`, then `tagwright tag`"
        )
    return Survey(
        counts,
        judged,
        {place: short.best() for place, short in shown.items()},
        {place: short.best() for place, short in wrong.items()},
    )


def _findings(ws: Workspace, words: ConceptWords, truth: Truth) -> Iterator[Found]:
    waiting = _Waiting(ws)
    assets = (asset.id for asset in ws.assets.all())
    while some := list(islice(assets, _CHUNK)):
        tags = ws.ledger.tags_of(some)
        for asset in some:
            place = _place(tags[asset], undecided=waiting.has(asset))
            entries = tuple(sorted(tags[asset], key=lambda e: -(e.p or 0.0)))
            right = words.is_right(entries, place, truth.get(asset))
            yield Found(asset, entries, place, right)


class _Waiting:
    """Says whether a picture waits for every champion. Ask in order of arrival."""

    def __init__(self, ws: Workspace) -> None:
        champions = [row for name in ws.taxonomies.names() if (row := ws.models.champion(name))]
        self._lists = [_undecided(ws, row.taxonomy, row.version) for row in champions]
        self._next = [next(some, None) for some in self._lists]

    def has(self, asset: AssetId) -> bool:
        waits = [head == asset for head in self._next]
        for index, does in enumerate(waits):
            if does:
                self._next[index] = next(self._lists[index], None)
        return all(waits)


def _undecided(ws: Workspace, taxonomy: str, model: int) -> Iterator[AssetId]:
    after, settled = 0, settling_facets(ws.taxonomies.get(taxonomy))
    while some := ws.assets.untagged(taxonomy, model, _CHUNK, after=after, settled_by=settled):
        after = some[-1][0]
        yield from (asset for _, asset in some)


def _place(tags: Sequence[Entry], *, undecided: bool) -> Place:
    decided = {tag.verdict for tag in tags if tag.actor_kind == "model"}
    automatic: tuple[Place, ...] = ("auto", "parent", "review")
    for verdict in automatic:
        if verdict in decided:
            return verdict
    if any(tag.status == "confirmed" for tag in tags):
        return "people"
    return "waiting" if undecided else "abstain"


def _lot(asset: AssetId) -> float:
    """A fixed lot in [0, 1): the smallest are a fair sample, for an id is a hash."""
    return int(asset[:13], 16) / 16**13


def _doubt(found: Found) -> float:
    """How near the best guess is to the next best: 1 is a coin toss, 0 is certain."""
    first, second, *_ = (*sorted((t.p or 0.0 for t in found.tags), reverse=True), 0.0, 0.0)
    return 1.0 - (first - second)


# What they look like


def _thumbnails(ws: Workspace, assets: Sequence[AssetId]) -> dict[AssetId, Thumbnail]:
    """Decoded in worker processes: the library's own copy, or the first place of each picture."""
    places = ws.assets.first_places(assets)
    found: dict[AssetId, Thumbnail] = {}
    paths: dict[AssetId, Path] = {}
    with ExitStack() as stack:
        for asset in assets:
            try:
                paths[asset] = _file(ws, asset, places[asset], stack)
            except TagwrightError as error:
                found[asset] = Thumbnail(_name(places[asset]), reason=str(error))
        outcomes = decode_files(
            paths.values(),
            side=SIDE,
            workers=ws.settings.decoders,
            limits=decode_limits(ws.settings),
        )
        for asset, outcome in zip(paths, outcomes, strict=True):
            name = _name(places[asset])
            if not isinstance(outcome, Decoded):
                found[asset] = Thumbnail(name, reason=outcome.reason)
            elif outcome.sha256 != asset:
                found[asset] = Thumbnail(name, reason="the file was changed after it was imported")
            else:
                found[asset] = _thumbnail(name, outcome)
    return found


def _file(ws: Workspace, asset: AssetId, place: str, stack: ExitStack) -> Path:
    """The picture as a file, until the stack ends. A changed or lost one is for decoding to find.

    Raises NotFound where the library held it and its bytes are gone.
    """
    if place.startswith("file:///") and not ws.blobs.holds(asset):
        return path_of(place)
    return stack.enter_context(opened(ws, asset))


def _name(place: str) -> str:
    """What the picture's file is called there."""
    if place.startswith("file:///"):
        return printable_name(path_of(place))
    return printable_name(Path(unquote(urlsplit(place).path)))


def _thumbnail(name: str, decoded: Decoded) -> Thumbnail:
    """The decoded square drawn to the picture's own proportions, never larger than it was."""
    picture = decoded.picture
    scale = min(1.0, SIDE / max(picture.width, picture.height))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    out = io.BytesIO()
    image = Image.fromarray(picture.pixels).resize(size, Image.Resampling.LANCZOS)
    image.save(out, "JPEG", quality=82, optimize=True)
    data = "data:image/jpeg;base64," + base64.b64encode(out.getvalue()).decode()
    return Thumbnail(name, data, *size)


# The page's parts


def _section(section: Section, survey: Survey, cards: Cards) -> dict[str, object]:
    count = survey.counts[section.place]
    shown = (
        sorted(survey.shown[section.place], key=_by_concept)
        if section.place != "review"
        else (survey.shown[section.place])
    )
    return {
        "place": section.place,
        "title": section.title,
        "meaning": section.meaning,
        "count": count,
        "share": plots.percent(count / survey.total, 1),
        "shown": "all of them" if len(shown) == count else f"{len(shown):,}, {section.shown}",
        "cards": [cards.card(found) for found in shown],
        "wrong": [cards.card(found) for found in survey.wrong.get(section.place, ())],
        "reached": _reached(survey, section.place),
        "right": survey.judged[section.place, True],
    }


def _by_concept(found: Found) -> tuple[str, str, float]:
    key = leading(found) or ("", ConceptId(""))
    return (*key, -(found.tags[0].p or 0.0) if found.tags else 0.0)


def _reached(survey: Survey, place: Place) -> Interval | None:
    right, wrong = survey.judged[place, True], survey.judged[place, False]
    return wilson(right, right + wrong) if right + wrong else None


def _overview(survey: Survey) -> dict[str, object]:
    """Where every picture of the library stands, as a bar and its legend."""
    names: dict[Place, str] = {section.place: section.title for section in SECTIONS}
    names |= {"people": "Said by people", "waiting": "Not decided on yet"}
    rows = [
        (place, name, survey.counts[place], survey.counts[place] / survey.total)
        for place, name in names.items()
        if survey.counts[place] or place in ("auto", "review")
    ]
    bar = plots.parts_bar(
        [(name, share, f"var(--{place})") for place, name, _, share in rows],
        title="Pictures of the library",
    )
    return {"rows": rows, "bar": svg(bar)}
