"""What the kinds of jobs do: a table. Each calls one flow, and can be cut off and run again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tagwright.core.pace import Pace
from tagwright.errors import Conflict, InvalidInput
from tagwright.flows.alpha import find_alpha, is_worth
from tagwright.flows.atlas import MapOptions, build_map, place_new
from tagwright.flows.audit import record
from tagwright.flows.champions import (
    contract_of,
    finetune_and_gate,
    recipe_in_force,
    train_and_gate,
)
from tagwright.flows.cleaning import find_suspects
from tagwright.flows.downloads import write_export
from tagwright.flows.embedding import embed_missing
from tagwright.flows.finetuning import FinetuneOptions
from tagwright.flows.gathering import gather, source_of
from tagwright.flows.generic import tag_or_suggest
from tagwright.flows.plans import ImportOptions
from tagwright.flows.training import TrainOptions
from tagwright.flows.workspace import Workspace
from tagwright.store.jobs import Job
from tagwright.types import Contract, Json

TELL_SECONDS: Final = 1.0
"""How often progress is written; a person cannot read faster, and SQLite has one writer."""
LIBRARY: Final = "library"
"""The subject of what works on all pictures of a workspace."""


class Cancelled(Exception):
    """The job was asked to stop. Raised between batches: what was stored by then stays."""


@dataclass(slots=True)
class Control:
    """A running job's line to its worker.

    actor: who asked for the job. check: raises as soon as the job must stop. tell: writes
    progress. clock: seconds, on any clock. finishes: whether a person wants it to end soon and
    keep what it has.
    """

    job: str
    actor: str
    check: Callable[[], None]
    tell: Callable[[Json], None]
    clock: Callable[[], float]
    finishes: Callable[[], bool] = field(default=lambda: False)
    _pace: Pace | None = field(default=None, init=False)
    _told: Pace | None = field(default=None, init=False)

    def progress(self, step: str, done: int, total: int) -> None:
        """Say how far the job is; call it between batches, as often as you like.

        Raises Cancelled when the job was asked to stop, and other errors of the worker's when it
        must be put down.
        """
        self.check()
        now = self.clock()
        told = self._told
        pace = Pace(step, done, total, now)
        if self._pace is not None:
            pace = self._pace.after(step, done, total, now)
        self._pace = pace
        fresh = told is not None and told.step == step and now - told.at < TELL_SECONDS
        if not fresh or done == total:
            self._told = pace
            self.tell(pace.to_json())

    def share(self, step: str, share: float) -> None:
        """The same, for what counts in shares of the whole, from 0 to 1."""
        self.progress(step, round(share * 100), 100)


@dataclass(frozen=True, slots=True)
class JobKind:
    """run: does the job; its answer is the job's result. subject: of a kind and a subject at
    most one job runs in a workspace at a time; those with an empty subject run side by side.
    """

    run: Callable[[Workspace, Json, Control], Json]
    subject: Callable[[Json], str]


def _import(ws: Workspace, params: Json, control: Control) -> Json:
    return gather(
        ws,
        source_of(params["source"]),
        import_options(params.get("options", {})),
        actor=control.actor,
        trusted=params.get("trusted", False),
        progress=control.progress,
    )


def import_options(given: Json) -> ImportOptions:
    """`ImportOptions` from a job's params."""
    columns, root = given.get("label_columns"), given.get("root")
    return ImportOptions(
        **given
        | {
            "label_columns": None if columns is None else tuple(columns),
            "root": None if root is None else Path(root),
        }
    )


def _embed(ws: Workspace, params: Json, control: Control) -> Json:
    return embed_missing(ws, control.progress)


def _train(ws: Workspace, params: Json, control: Control) -> Json:
    taxonomy, given, asks = params["taxonomy"], params.get("contract"), params.get("recipe")
    options = TrainOptions(
        contract=Contract(**given) if given else contract_of(ws, taxonomy),
        seed=params.get("seed", 0),
        again=params.get("again", False),
        leave_out=params.get("leave_out", False),
        recipe=recipe_in_force(ws, taxonomy) if asks in (None, "finetune") else asks,
    )
    asked: Json = {"actor": control.actor, "progress": control.share, "queue_tagging": True}
    if asks == "finetune":
        tuning = FinetuneOptions(**params.get("tuning") or {}, seed=options.seed)
        trained = finetune_and_gate(
            ws,
            taxonomy,
            tuning,
            options,
            counted=control.progress,
            ends=control.finishes,
            **asked,
        )
    else:
        trained = train_and_gate(ws, taxonomy, options, **asked)
    said = trained.to_json()
    del said["report"]  # it is kept with the model
    return said


def _tag(ws: Workspace, params: Json, control: Control) -> Json:
    control.progress("reading the model", 0, 1)
    tagged = tag_or_suggest(
        ws,
        params["taxonomy"],
        progress=lambda done, total: control.progress("tagging pictures", done, total),
    )
    control.progress("tagging pictures", tagged.pictures, tagged.pictures)
    return tagged.to_json()


def _clean(ws: Workspace, params: Json, control: Control) -> Json:
    return find_suspects(ws, params["taxonomy"], actor=control.actor, progress=control.share)


def _alpha(ws: Workspace, params: Json, control: Control) -> Json:
    report = find_alpha(
        ws,
        params["taxonomy"],
        seconds=params["budget_seconds"],
        actor=control.actor,
        progress=control.share,
    )
    return {"taxonomy": report["taxonomy"], "run": report["run"], "worth": is_worth(report)}


def _map(ws: Workspace, params: Json, control: Control) -> Json:
    if params.get("onto") is not None:
        made = place_new(ws, params["onto"], progress=control.share)
    else:
        wanted = {name: params[name] for name in ("view", "method", "taxonomy") if name in params}
        made = build_map(ws, MapOptions(**wanted), progress=control.share)
    return {"map": made.id, "pictures": made.pictures, "placed_since": made.placed}


def _export(ws: Workspace, params: Json, control: Control) -> Json:
    total = ws.assets.count()
    return write_export(
        ws,
        control.job,
        params["format"],
        suggested=params.get("suggested", False),
        progress=lambda done: control.progress("writing pictures", done, total),
    )


def _taxonomy(params: Json) -> str:
    return str(params["taxonomy"])


KINDS: Final[Mapping[str, JobKind]] = {
    "import": JobKind(_import, lambda params: ""),
    "embed": JobKind(_embed, lambda params: LIBRARY),
    "train": JobKind(_train, _taxonomy),
    "tag": JobKind(_tag, _taxonomy),
    "clean": JobKind(_clean, _taxonomy),
    "alpha": JobKind(_alpha, _taxonomy),
    "map": JobKind(_map, lambda params: LIBRARY),
    "export": JobKind(_export, lambda params: ""),
}


def submit(
    ws: Workspace, kind: str, params: Json, *, requested_by: str, key: str | None = None
) -> Job:
    """Put a job in the queue. Raises NotFound where its taxonomy does not exist."""
    if kind not in KINDS:
        raise InvalidInput(f"there is no job of kind {kind!r}: name one of {', '.join(KINDS)}")
    if params.get("taxonomy") is not None:
        ws.taxonomies.get(params["taxonomy"])
    subject = KINDS[kind].subject(params)
    return ws.jobs.enqueue(kind, subject, params, requested_by=requested_by, now=ws.now(), key=key)


def cancel(ws: Workspace, job: str, actor: str) -> Job:
    """End a waiting job; ask a running one to stop. Raises NotFound, or Conflict for others."""
    found = ws.jobs.request_cancel(job, ws.now())
    record(ws, actor, "job.cancel", f"job:{job}", {"kind": found.kind})
    return found


def finish(ws: Workspace, job: str, actor: str) -> Job:
    """Ask a running fine-tuning to end and keep its best state; the head is learned then as ever.

    Raises NotFound, or Conflict for others.
    """
    found = ws.jobs.get(job)
    if found.kind != "train" or found.params.get("recipe") != "finetune":
        raise Conflict(
            f"a job of kind {found.kind!r} has nothing to keep half-way, only a fine-tuning has: "
            f"let it run, or cancel it"
        )
    found = ws.jobs.request_finish(job, ws.now())
    record(ws, actor, "job.finish", f"job:{job}", {"kind": found.kind})
    return found


def retry(ws: Workspace, job: str, actor: str) -> Job:
    """Put a failed or cancelled job in the queue again. Raises NotFound, or Conflict for others."""
    found = ws.jobs.retry(job, ws.now())
    record(ws, actor, "job.retry", f"job:{job}", {"kind": found.kind})
    return found
