"""One picture in, for good: from bytes that have arrived to an answer that may be relied on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import quote

from tagwright.core.ledger import Entry
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import Conflict, InvalidInput, NotFound, UnreadableImage
from tagwright.flows.claims import concepts_of, with_words
from tagwright.flows.events import emit_in
from tagwright.flows.grouping import store_assets
from tagwright.flows.jobs import LIBRARY
from tagwright.flows.workspace import Workspace
from tagwright.media.pool import Decoded, Decoders
from tagwright.store.assets import Asset, Location
from tagwright.store.blobs import Staged
from tagwright.store.engine import Transaction
from tagwright.types import AssetId, ConceptId, FacetId, RunId

SCHEME: Final = "upload:"
_NAME_CHARACTERS: Final = 255
_SHA256: Final = re.compile(r"[0-9a-f]{64}")

ConceptPath = tuple[str, tuple[str, ...]]
"""A taxonomy, and the path from its root to a concept, or one word that names it."""
Claim = tuple[str, FacetId, ConceptId]


@dataclass(frozen=True, slots=True)
class Sent:
    """What the sender says of a picture.

    name: what its file was called. expected: the SHA-256 its bytes should have. labels: what an
    import claims of it; every word must name a concept in use. keywords: the taxonomy that the
    keywords in the file are claimed in. grow: add those that name no concept yet.
    """

    name: str | None = None
    expected: str | None = None
    labels: tuple[ConceptPath, ...] = ()
    keywords: str | None = None
    grow: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """What became of an upload. `exists`: the picture was in the library already."""

    asset: AssetId
    status: Literal["created", "exists"]
    size: int
    format: str
    width: int
    height: int
    taken_at: str | None


def receive(ws: Workspace, staged: Staged, decoders: Decoders, sent: Sent, *, actor: str) -> Upload:
    """Check, keep and note one picture. Once this returns, nothing loses it.

    Bytes decoded in a worker -> blob durable -> one transaction. A picture that is here already,
    uploaded or by an import, is kept too, so that undoing the import leaves it. Its features
    come from the job `embed`. Threads may call it, also with the same bytes at the same time.

    Raises InvalidInput for another hash than claimed, UnreadableImage, and NotFound for an
    unknown label: nothing is kept then.
    """
    _check(staged, sent)
    claims = [_concept(ws, taxonomy, path) for taxonomy, path in sent.labels]
    decoded = None if _known(ws, staged) else _decoded(staged, decoders, sent)
    ws.blobs.put(staged)
    uri = upload_uri(staged.sha256, sent.name)
    with ws.db.write() as transaction:
        status = _note(ws, transaction, staged, decoded)
        run = _session(ws, transaction, actor)
        place = Location(uri, AssetId(staged.sha256), staged.size, 0)
        ws.assets.place_missing(transaction, [place], run)
        claims += _keywords(ws, transaction, sent, AssetId(staged.sha256))
        _claim(ws, transaction, run, actor, AssetId(staged.sha256), claims)
        _ask_for_features(ws, transaction, actor, AssetId(staged.sha256))
        if status == "created":
            emit_in(ws, transaction, "asset.added", {"asset": staged.sha256})
    return _told(ws.assets.exact(staged.sha256), status)


def upload_uri(sha256: str, name: str | None) -> str:
    """The location of an upload: its hash and, where it has one, the name of its file."""
    last = re.split(r"[/\\]", name or "")[-1][:_NAME_CHARACTERS]
    return f"{SCHEME}{sha256}/{quote(last, safe='', errors='replace')}" if last else SCHEME + sha256


def _check(staged: Staged, sent: Sent) -> None:
    expected = sent.expected
    if expected is not None and not _SHA256.fullmatch(expected):
        raise InvalidInput(f"{expected!r} is not a SHA-256: give 64 lower-case hex digits")
    if expected is not None and expected != staged.sha256:
        raise InvalidInput(
            f"the bytes that arrived have the SHA-256 {staged.sha256!r}, not {expected!r} as "
            f"claimed: they changed on the way, so send them again"
        )
    if staged.size == 0:
        raise UnreadableImage(sent.name or "the upload", "the file is empty")


def _known(ws: Workspace, staged: Staged) -> bool:
    """Bytes that were decoded once need not be again."""
    with ws.db.read() as connection:
        return bool(ws.assets.known(connection, [AssetId(staged.sha256)]))


def _decoded(staged: Staged, decoders: Decoders, sent: Sent) -> Decoded:
    outcome = decoders.submit(staged.path).result()
    if isinstance(outcome, Decoded):
        return outcome
    raise UnreadableImage(sent.name or "the upload", outcome.reason)


def _note(
    ws: Workspace, transaction: Transaction, staged: Staged, decoded: Decoded | None
) -> Literal["created", "exists"]:
    """The rows of picture and blob. Of two uploads of the same bytes, one creates them."""
    ws.assets.hold(transaction)
    asset = AssetId(staged.sha256)
    known = ws.assets.known(transaction, [asset])
    live = ws.assets.live(transaction, [asset])
    if not known and decoded is None:
        raise Conflict(f"picture {asset!r} was erased while it came in: send it again")
    if not known and decoded is not None:
        store_assets(ws, transaction, [(decoded, None)])
    ws.blobs.record(transaction, [(asset, staged.size)], ws.now())
    return "exists" if live else "created"


def _session(ws: Workspace, transaction: Transaction, actor: str) -> RunId:
    """One run for all that somebody uploads in a day: undoing it takes back the day's uploads.

    It is never finished, so that the next upload finds it; a run an upload would make the list
    of runs unreadable, and undoing one unwanted picture is what erasing it is for.
    """
    now = ws.now()
    return ws.runs.start_in(transaction, "upload", actor, {"day": now[:10]}, now)


def _ask_for_features(ws: Workspace, transaction: Transaction, actor: str, asset: AssetId) -> None:
    """One waiting job serves all uploads that came before it starts."""
    if not ws.features.known(transaction, ws.backbone_version, [asset]):
        ws.jobs.enqueue_once_in(transaction, "embed", LIBRARY, {}, requested_by=actor, now=ws.now())


def _concept(ws: Workspace, name: str, path: tuple[str, ...]) -> Claim:
    taxonomy = ws.taxonomies.get(name)
    found = taxonomy.find_path(path) or (taxonomy.find(path[0]) if len(path) == 1 else None)
    if found is None or not taxonomy.is_live(taxonomy.current(found)):
        raise NotFound(
            f"taxonomy {name!r} has no concept {' > '.join(path)!r}: add it there first, "
            f"or upload without this label"
        )
    concept = taxonomy.current(found)
    return name, taxonomy.get(concept).facet, concept


def _keywords(ws: Workspace, transaction: Transaction, sent: Sent, asset: AssetId) -> list[Claim]:
    """What the keywords in the file claim; a word of two meanings claims neither."""
    if sent.keywords is None:
        return []
    # Uploads run side by side: each must see the words that the one before it added.
    ws.db.serialise(transaction, f"keywords {ws.id} {sent.keywords}")
    paths = ws.assets.keywords(transaction, [asset])[asset]
    known = ws.taxonomies.find_in(transaction, sent.keywords) or Taxonomy.empty(sent.keywords)
    taxonomy = with_words(known, "any", paths) if sent.grow and paths else known
    if taxonomy is not known:
        ws.taxonomies.save_in(transaction, taxonomy, ws.now())
    found = [each for path in paths for each in concepts_of(taxonomy, path) or ()]
    return [(taxonomy.name, taxonomy.get(each).facet, each) for each in found]


def _claim(
    ws: Workspace,
    transaction: Transaction,
    run: RunId,
    actor: str,
    asset: AssetId,
    claims: Sequence[Claim],
) -> None:
    """Labels into the ledger, where they are not claimed already."""
    if not claims:
        return
    standing, now = ws.ledger.claims(transaction, [asset]), ws.now()
    entries = [
        Entry(asset, taxonomy, facet, concept, "import", actor, run, now)
        for taxonomy, facet, concept in dict.fromkeys(claims)
        if (asset, taxonomy, concept) not in standing
    ]
    ws.ledger.append_in(transaction, entries, ws.exclusive())


def _told(asset: Asset, status: Literal["created", "exists"]) -> Upload:
    return Upload(
        asset=asset.id,
        status=status,
        size=asset.size,
        format=asset.format,
        width=asset.width,
        height=asset.height,
        taken_at=asset.taken_at,
    )
