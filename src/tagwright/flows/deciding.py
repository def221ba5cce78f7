"""What people decide, and undo. A person's word outranks every machine's, and is kept."""

from __future__ import annotations

from dataclasses import dataclass

from tagwright.core.ledger import Entry
from tagwright.errors import Conflict, Forbidden, InvalidInput, NotFound
from tagwright.flows.audit import Detail, record_in
from tagwright.flows.edits import restore_versions
from tagwright.flows.events import emit_in
from tagwright.flows.workspace import Workspace
from tagwright.types import ConceptId, RunId

UNDONE_BY_DEFAULT = ("tag", "decide")
"""What `undo` without a name takes back. An import or a training is undone by name only."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo voided: runs by id, and on how many pictures tags were derived again.

    by: the undo's own run, which can be undone in turn.
    """

    runs: tuple[RunId, ...]
    kind: str
    assets: int
    by: RunId


def decide(
    ws: Workspace, asset: str, taxonomy: str, concept: str, *, positive: bool, actor: str
) -> Entry:
    """A person's word on one picture and one concept (an id, a word, or a path `A > B`)."""
    found = ws.taxonomies.get(taxonomy)
    path = tuple(part.strip() for part in concept.split(">"))
    name = ConceptId(concept)
    known = name if name in found else (found.find_path(path) or found.find(concept))
    if known is None:
        raise NotFound(
            f"taxonomy {taxonomy!r} has no concept {concept!r}: "
            f"`tagwright taxonomy show {taxonomy}` lists them"
        )
    known = found.current(known)
    if not found.is_live(known):
        raise Conflict(
            f"concept {concept!r} of taxonomy {taxonomy!r} is retired: name one that is in use, "
            f"`tagwright taxonomy show {taxonomy}` lists them"
        )
    named, facet, now = ws.assets.get(asset).id, found.get(known).facet, ws.now()
    params = {"asset": named, "concept": known, "positive": positive, "at": now}
    with ws.db.write() as transaction:
        run = ws.runs.start_in(transaction, "decide", actor, params, now)
        entry = Entry(named, taxonomy, facet, known, "person", actor, run, now, positive=positive)
        ws.ledger.append_in(transaction, [entry], ws.exclusive())
        ws.runs.finish_in(transaction, run, {"tags": 1}, now)
        emit_in(ws, transaction, "tags.changed", {"run": run, "by": "person", "assets": 1})
    return entry


def undo(
    ws: Workspace,
    *,
    run: str | None = None,
    model: tuple[str, int] | None = None,
    actor: str = "person",
) -> Undone:
    """Void a run, every tagging of a model version, or the last tagging or decision.

    Undoing an undo brings back what it took; undoing a training, the model before it; undoing an
    edit, the taxonomy before it. Done whole or not at all. Raises Conflict where there is
    nothing to undo.
    """
    if run is not None and model is not None:
        raise InvalidInput(f"name the run {run!r} or the model {model!r} to undo, not both")
    targets = _targets(ws, run, model)
    now = ws.now()
    params = {"targets": list(targets), "at": now}
    with ws.db.write() as transaction:
        new = ws.runs.start_in(transaction, "undo", actor, params, now)
        # First what was said: a run may label with a concept that it has made, and that goes too.
        assets = ws.ledger.undo_in(transaction, new, targets, actor, now)
        versions = restore_versions(ws, transaction, targets)
        ws.ledger.fold_in(transaction, assets, ws.exclusive())
        counts = {"runs": len(targets), "assets": len(assets), "versions": versions}
        ws.runs.finish_in(transaction, new, counts, now)
        told = {"run": new, "by": "undo", "assets": len(assets)}
        emit_in(ws, transaction, "tags.changed", told)
        detail: Detail = {"runs": [str(target) for target in targets], "assets": len(assets)}
        record_in(transaction, ws, (actor, "run.undo", f"run:{new}"), detail)
    return Undone(targets, ws.runs.get(targets[0]).kind, len(assets), new)


def check_own_answers(ws: Workspace, run: str, actor: str) -> None:
    """Raises Forbidden unless all that a run did was `actor`'s own answering, or taking it back."""
    found = ws.runs.get(run)
    below = found.params["targets"] if found.kind == "undo" else []
    if found.actor != actor or found.kind not in ("decide", "undo"):
        raise Forbidden(
            f"run {found.id[:8]!r} is not an answer of yours, so you may not undo it: "
            f"ask an editor of this workspace"
        )
    for each in below:
        check_own_answers(ws, each, actor)


def _targets(ws: Workspace, run: str | None, model: tuple[str, int] | None) -> tuple[RunId, ...]:
    if run is not None:
        found = ws.runs.get(run)
        if found.undone:
            raise Conflict(f"run {found.id[:8]!r} is undone already")
        return (found.id,)
    standing = [r for r in ws.runs.all() if not r.undone]
    if model is not None:
        taxonomy, version = model
        ws.models.get(taxonomy, version)
        mine = tuple(
            r.id
            for r in standing
            if r.kind == "tag" and (r.params["taxonomy"], r.params["model"]) == model
        )
        if not mine:
            raise Conflict(f"no tags of model {version} of {taxonomy!r} stand: nothing to undo")
        return mine
    for candidate in standing:
        if candidate.kind in UNDONE_BY_DEFAULT:
            return (candidate.id,)
    raise Conflict("there is no tagging or decision to undo; name a run (`tagwright runs`)")
