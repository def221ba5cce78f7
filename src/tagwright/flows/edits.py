"""Changing a taxonomy in use: what an edit would do, doing it, taking it back, sharing it.

What was said of a picture stays as it was said. A new version of the taxonomy changes how it is
read: the tags of the pictures concerned are derived again, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tagwright.core.edits import (
    LEFT_OPEN,
    Consequences,
    Edit,
    apply_edit,
    consequences,
    to_json,
    uncovered,
)
from tagwright.core.ledger import Entry
from tagwright.core.taxonomy import Taxonomy
from tagwright.core.vocabulary import Vocabulary
from tagwright.errors import Conflict, InvalidInput
from tagwright.flows.audit import record_in
from tagwright.flows.events import emit_in
from tagwright.flows.workspace import Workspace
from tagwright.store.engine import Transaction
from tagwright.store.ledger import IsExclusive
from tagwright.types import AssetId, ConceptId, FacetId, Json, RunId

SAMPLES: Final = 12
MOST: Final = 200

Nodes = dict[int, dict[FacetId, frozenset[ConceptId]]]
"""What each model in use has learned, by version and facet."""


@dataclass(frozen=True, slots=True)
class EditImpact:
    """What one edit does to what pictures carry.

    assets: pictures with a tag that will read differently. review: of them, and of those that
    fitted nothing so far, how many a person should look at. labels, machine: tags of people and
    imports, and of models, among them. models: versions that will miss a concept, which
    they do not today. samples: up to twelve of the pictures, those to review first.
    """

    edit: Edit
    assets: int
    review: int
    labels: int
    machine: int
    models: tuple[int, ...]
    samples: tuple[AssetId, ...]


@dataclass(frozen=True, slots=True)
class Impact:
    """What edits would do, one after another, to the version they were computed on."""

    taxonomy: str
    version: int
    edits: tuple[EditImpact, ...]
    after: Taxonomy


@dataclass(frozen=True, slots=True)
class Applied:
    """The version in force now. run: undo it to go back; None where nothing changed."""

    run: RunId | None
    version: int
    taxonomy: Taxonomy
    assets: int


def preview(ws: Workspace, name: str, edits: Sequence[Edit]) -> Impact:
    """What these edits would do to this library. Changes nothing."""
    _check_count(edits)
    taxonomy, version = ws.taxonomies.get(name), ws.taxonomies.version(name)
    nodes, found, after = _learned(ws, name), [], taxonomy
    for before, after, edit in _steps(taxonomy, edits):
        found.append(_impact(ws, before, after, edit, nodes))
    return Impact(name, version, tuple(found), after)


def apply(
    ws: Workspace, name: str, edits: Sequence[Edit], actor: str, *, if_version: int | None = None
) -> Applied:
    """Put the edited taxonomy in force, whole or not at all, as a run that can be undone.

    if_version: the version the edits were made for. Raises Conflict where another is in force.
    """
    with ws.db.write() as transaction:
        return apply_in(ws, transaction, name, edits, actor, if_version=if_version)


def apply_in(
    ws: Workspace,
    transaction: Transaction,
    name: str,
    edits: Sequence[Edit],
    actor: str,
    *,
    if_version: int | None = None,
) -> Applied:
    """The same, inside a transaction of the caller's."""
    _check_count(edits)
    now = ws.now()
    before, version = _locked(ws, transaction, name)
    _check_version(name, version, if_version)
    after, left = _edited(before, edits)
    if after == before:
        return Applied(None, version, before, 0)
    params = {"taxonomy": name, "edits": to_json(edits), LEFT_OPEN: left, "at": now}
    run = ws.runs.start_in(transaction, "edit", actor, params, now)
    assets = put_in_force(ws, transaction, after)
    new = ws.taxonomies.version_in(transaction, name)
    summary = {"taxonomy": name, "from": version, "to": new, "assets": assets}
    ws.runs.finish_in(transaction, run, {**summary, "versions": [summary]}, now)
    _tell(ws, transaction, run, assets)
    change = {"from": version, "to": new, "edits": len(edits)}
    record_in(transaction, ws, (actor, "taxonomy.edit", f"taxonomy:{name}"), change)
    return Applied(run, new, after, assets)


def replace_taxonomy(
    ws: Workspace, after: Taxonomy, actor: str, *, if_version: int | None = None
) -> Applied:
    """Put a whole taxonomy in force, new or instead of the one of its name.

    if_version: the version it was made from, 0 for none. Raises Conflict where another is in force.
    """
    now, name = ws.now(), after.name
    with ws.db.write() as transaction:
        ws.db.serialise(transaction, _lock(ws, name))
        version = ws.taxonomies.version_in(transaction, name)
        _check_version(name, version, if_version)
        assets = put_in_force(ws, transaction, after)
        new = ws.taxonomies.version_in(transaction, name)
        run = None
        if 0 < version < new:
            params = {"taxonomy": name, LEFT_OPEN: {"concepts": [], "facets": []}, "at": now}
            run = ws.runs.start_in(transaction, "edit", actor, params, now)
            step = {"taxonomy": name, "from": version, "to": new}
            ws.runs.finish_in(transaction, run, {"assets": assets, "versions": [step]}, now)
            _tell(ws, transaction, run, assets)
        if new > version:
            change = {"from": version, "to": new}
            record_in(transaction, ws, (actor, "taxonomy.replace", f"taxonomy:{name}"), change)
    return Applied(run, new, after, assets)


def _tell(ws: Workspace, transaction: Transaction, run: RunId, assets: int) -> None:
    if assets:
        told = {"run": run, "by": "edit", "assets": assets}
        emit_in(ws, transaction, "tags.changed", told)


def _check_version(name: str, version: int, wanted: int | None) -> None:
    if wanted is not None and wanted != version:
        raise Conflict(
            f"taxonomy {name!r} is at version {version} and this was made for version "
            f"{wanted}: look at what changed, and try again"
        )


def put_in_force(
    ws: Workspace,
    transaction: Transaction,
    after: Taxonomy,
    vocabulary: Vocabulary | None = None,
) -> int:
    """Save a version, and derive the tags it changes again. Returns on how many pictures.

    Raises Conflict where something was said of a concept that the version does not have.
    """
    before = ws.taxonomies.find_in(transaction, after.name)
    keep_what_is_used(ws, transaction, after)
    ws.taxonomies.save_in(transaction, after, ws.now(), vocabulary)
    if before is None:
        return 0
    kinds = {facet.id: facet.kind for facet in before.facets}
    if any(kinds.get(facet.id, facet.kind) != facet.kind for facet in after.facets):
        assets = ws.ledger.assets_of(transaction, after.name)
    else:
        moved = {
            c.id
            for c in before.concepts
            if c.id not in after or before.current(c.id) != after.current(c.id)
        }
        assets = ws.ledger.assets_naming(transaction, after.name, moved) if moved else []
    ws.ledger.fold_in(transaction, assets, _exclusive_as(ws, after))
    return len(assets)


def keep_what_is_used(ws: Workspace, transaction: Transaction, found: Taxonomy) -> None:
    """Raises Conflict where something was said of concepts that are not there, or elsewhere."""
    lost = [
        concept
        for concept, facet in sorted(ws.ledger.named_in(transaction, found.name).items())
        if concept not in found or found.get(concept).facet != facet
    ]
    if lost:
        shown = ", ".join(map(repr, lost[:5])) + (" ..." if len(lost) > 5 else "")  # noqa: PLR2004
        raise Conflict(
            f"pictures are labelled with {len(lost):,} concepts of taxonomy {found.name!r} that "
            f"the new version does not have in the same facet: {shown}; give them these ids in "
            f"it (deprecated, if they should go), or use another name (--name)"
        )


def restore_versions(
    ws: Workspace, transaction: Transaction, targets: Sequence[RunId]
) -> list[Json]:
    """Go back to the taxonomies as they were before these runs. Returns what changed.

    Each becomes a new version, so that going back can be gone back on. Raises Conflict where a
    taxonomy was changed since.
    """
    changed: list[Json] = []
    for target in targets:
        for step in ws.runs.get_in(transaction, target).summary.get("versions", []):
            changed.append(_restored(ws, transaction, step))
    return changed


def _restored(ws: Workspace, transaction: Transaction, step: Json) -> Json:
    name = step["taxonomy"]
    now, version = _locked(ws, transaction, name)
    made = ws.taxonomies.at_in(transaction, name, step["to"])
    if now != made:
        raise Conflict(
            f"taxonomy {name!r} is at version {version} and was changed since this run made "
            f"version {step['to']}: undo the later changes first"
        )
    former = ws.taxonomies.at_in(transaction, name, step["from"])
    if former is None:
        raise Conflict(
            f"version {step['from']} of taxonomy {name!r} is gone: nothing to go back to"
        )
    words = ws.taxonomies.vocabulary_at(transaction, name, step["from"])
    put_in_force(ws, transaction, former, words or Vocabulary("none"))
    new = ws.taxonomies.version_in(transaction, name)
    return {"taxonomy": name, "from": version, "to": new}


def set_vocabulary(
    ws: Workspace, name: str, words: Vocabulary, actor: str, *, if_version: int | None = None
) -> Applied:
    """Show these words, and no longer those the workspace had; shared ones stay findable.

    if_version: the version they were made for. Raises Conflict where another is in force.
    """
    now = ws.now()
    with ws.db.write() as transaction:
        before, version = _locked(ws, transaction, name)
        _check_version(name, version, if_version)
        unknown = [concept for concept, _, _ in words.words if concept not in before]
        if unknown:
            raise InvalidInput(
                f"taxonomy {name!r} has no concept {unknown[0]!r}: correct the id or drop its words"
            )
        old = ws.taxonomies.vocabulary_in(transaction, name)
        after, stored = words.put_on(old.take_off(before) if old else before)
        ws.taxonomies.save_in(transaction, after, now, stored)
        new = ws.taxonomies.version_in(transaction, name)
        if new == version:
            return Applied(None, version, before, 0)
        params = {"taxonomy": name, LEFT_OPEN: {"concepts": [], "facets": []}, "at": now}
        run = ws.runs.start_in(transaction, "edit", actor, params, now)
        step = {"taxonomy": name, "from": version, "to": new}
        ws.runs.finish_in(transaction, run, {"versions": [step]}, now)
        change = {"from": version, "to": new, "words": len(words.words)}
        record_in(transaction, ws, (actor, "taxonomy.words", f"taxonomy:{name}"), change)
    return Applied(run, new, after, 0)


def copy_taxonomy(
    source: Workspace,
    target: Workspace,
    name: str,
    *,
    called: str | None = None,
    actor: str = "person",
) -> Applied:
    """Share a taxonomy with another workspace, or bring what it has up to date.

    The source's own words stay with the source. The target's stay in force: they are put on the
    shared taxonomy anew. The target's audit log does not name the source, another client's.
    """
    shared = source.taxonomies.get(name)
    own = source.taxonomies.vocabulary(name)
    plain = replace(own.take_off(shared) if own else shared, name=called or name)
    with target.db.write() as transaction:
        lock = _lock(target, plain.name)
        target.db.serialise(transaction, lock)
        before = target.taxonomies.version_in(transaction, plain.name)
        words = target.taxonomies.vocabulary_in(transaction, plain.name)
        after, stored = words.put_on(plain) if words else (plain, None)
        assets = put_in_force(target, transaction, after, stored)
        version = target.taxonomies.version_in(transaction, plain.name)
        if version > before:
            change = {"from": before, "to": version}
            line = (actor, "taxonomy.copy", f"taxonomy:{plain.name}")
            record_in(transaction, target, line, change)
    return Applied(None, version, after, assets)


def _lock(ws: Workspace, name: str) -> str:
    return f"taxonomy:{ws.id}:{name}"


def _locked(ws: Workspace, transaction: Transaction, name: str) -> tuple[Taxonomy, int]:
    """The version in force, which nobody else changes before the transaction ends."""
    ws.taxonomies.get(name)
    ws.db.serialise(transaction, _lock(ws, name))
    found = ws.taxonomies.find_in(transaction, name)
    assert found is not None
    return found, ws.taxonomies.version_in(transaction, name)


def _check_count(edits: Sequence[Edit]) -> None:
    if not 1 <= len(edits) <= MOST:
        raise InvalidInput(f"{len(edits)} edits at once: give 1 to {MOST}")


def _exclusive_as(ws: Workspace, after: Taxonomy) -> IsExclusive:
    """Which facets are of kind `one`, once `after` is in force."""
    others = ws.exclusive()
    own = {facet.id: facet.kind == "one" for facet in after.facets}

    def is_exclusive(taxonomy: str, facet: FacetId) -> bool:
        return own.get(facet, False) if taxonomy == after.name else others(taxonomy, facet)

    return is_exclusive


def _steps(taxonomy: Taxonomy, edits: Sequence[Edit]) -> Iterator[tuple[Taxonomy, Taxonomy, Edit]]:
    for number, edit in enumerate(edits, start=1):
        try:
            after = apply_edit(taxonomy, edit)
        except InvalidInput as error:
            raise InvalidInput(f"edit {number} ({edit.op}): {error}") from error
        yield taxonomy, after, edit
        taxonomy = after


def _edited(before: Taxonomy, edits: Sequence[Edit]) -> tuple[Taxonomy, Json]:
    """The taxonomy after all edits, and what they leave for people."""
    after, concepts, facets = before, set[ConceptId](), set[FacetId]()
    for step, after, edit in _steps(before, edits):
        found = consequences(step, after, edit)
        concepts |= found.review
        facets |= found.open_facets
    return after, {"concepts": sorted(concepts), "facets": sorted(facets)}


def _impact(
    ws: Workspace, before: Taxonomy, after: Taxonomy, edit: Edit, nodes: Nodes
) -> EditImpact:
    found = consequences(before, after, edit)
    with ws.db.read() as connection:
        tags = ws.ledger.tags_naming(connection, before.name, found.reads | found.review)
        nothing = ws.ledger.none_of_these(connection, before.name) if found.open_facets else {}
        crowded = ws.ledger.tags_in_facets(connection, before.name, found.kinds)
    labels = [tag for tag in tags if tag.actor_kind != "model"]
    review = {tag.asset for tag in labels if tag.positive and tag.concept in found.review}
    review |= {a for facet in found.open_facets for a in nothing.get(facet, ())}
    review |= _too_many(after, found, crowded)
    assets = {tag.asset for tag in tags} | review
    return EditImpact(
        edit=edit,
        assets=len(assets),
        review=len(review),
        labels=len(labels),
        machine=len(tags) - len(labels),
        models=tuple(v for v, known in nodes.items() if _misses(before, after, known, found)),
        samples=tuple([*sorted(review), *sorted(assets - review)][:SAMPLES]),
    )


def _too_many(after: Taxonomy, found: Consequences, tags: Sequence[Entry]) -> set[AssetId]:
    """Pictures with more concepts than a facet allows once it is of kind `one`."""
    now_one = {facet for facet in found.kinds if after.facet(facet).kind == "one"}
    said: dict[tuple[AssetId, FacetId], set[ConceptId]] = {}
    for tag in tags:
        if tag.positive and tag.facet in now_one and tag.concept in after:
            said.setdefault((tag.asset, tag.facet), set()).add(ConceptId(str(tag.concept)))
    return {
        asset
        for (asset, _), concepts in said.items()
        if len(concepts - {above for c in concepts for above in after.ancestors(c)}) > 1
    }


def _learned(ws: Workspace, name: str) -> Nodes:
    """What the champion has learned."""
    champion = ws.models.champion(name)
    if champion is None:
        return {}
    _, document = ws.models.load(champion)
    known = {
        FacetId(facet): frozenset(map(ConceptId, parts["tree"]["nodes"]))
        for facet, parts in document["facets"].items()
    }
    return {champion.version: known}


def _misses(
    before: Taxonomy,
    after: Taxonomy,
    known: dict[FacetId, frozenset[ConceptId]],
    found: Consequences,
) -> bool:
    """Whether a model will not know a concept in use, or learned a facet of another kind."""
    return bool(uncovered(after, known) - uncovered(before, known)) or bool(
        found.kinds & set(known)
    )
