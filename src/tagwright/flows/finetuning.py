"""Fine-tuning: from the labels in the ledger to a network of the workspace's own.

The network learns from most of the train split. What is on top of it (head, calibration, cut-offs)
is learned by the ordinary training from pictures the network has not seen, and the promise is
made on the validation split as ever.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from tagwright.errors import InvalidInput, Unavailable
from tagwright.flows.embedding import embed_missing, read_pictures
from tagwright.flows.lessons import Lesson, lesson_of
from tagwright.flows.workspace import Workspace
from tagwright.media.pool import Unreadable
from tagwright.runtime.backbone import load_backbone
from tagwright.runtime.catalog import CATALOG, Packaged
from tagwright.runtime.custom import read_row
from tagwright.runtime.weights import packaged_file, read_legacy_torch, verified_bytes
from tagwright.store.networks import GRAPH, ROW
from tagwright.types import AssetId, Ids, Json, Matrix, Pixels, Recipe

if TYPE_CHECKING:
    from tagwright.deep.export import Exported
    from tagwright.deep.networks import Network
    from tagwright.deep.plan import TaskKind

log = logging.getLogger(__name__)

AnyRecipe = Literal["multiclass", "tree", "one-vs-rest", "finetune"]
"""How a taxonomy is learned: by heads on stored features, or a network of its own first."""
Schedule = Literal["study", "modern"]
"""The names of `deep.recipes`, known without torch."""
PARITY: Final = 1e-3
"""How far the exported graph may be from torch, as a share of the largest value."""
BF16_LOSS: Final = 0.005
"""Accuracy that bf16 may cost; a network that loses more is served in 32-bit floats."""
COMPARED: Final = 32
"""Held-back pictures that the graph is compared with torch on."""
JUDGED: Final = 2_000
"""Held-back pictures that bf16 is compared with 32-bit floats on."""
LEARNS, HELD, LEFT_OUT = 0, 1, 2

Progress = Callable[[str, int, int], None]
"""Called with the step, what is done and what there is to do. May raise, to cancel."""


@dataclass(frozen=True, slots=True)
class FinetuneOptions:
    """network: a row of `deep.networks`. head: how facets of kind `one` are learned, by the network
    and by what is put on top of it. schedule: a recipe of `deep.recipes`. checkpoint: a file of
    weights in timm's format, for a network whose weights do not come along. side: of its pictures,
    in pixels; boundary: the first step that learns; epochs: the most of them; each the network's or
    recipe's own, if not given. small_first: whether the first epochs see smaller pictures; see
    `deep.recipes.SMALL_FIRST`. processes: how many train together.
    """

    network: str = "lite0"
    head: Recipe = "multiclass"
    schedule: Schedule = "modern"
    from_scratch: bool = False
    checkpoint: Path | None = None
    side: int | None = None
    boundary: str | None = None
    small_first: bool = False
    epochs: int | None = None
    processes: int = 1
    seed: int = 0

    def to_json(self) -> Json:
        """What decides on the result."""
        checkpoint = self.checkpoint
        digest = None if checkpoint is None else _sha256(checkpoint)
        said = {each.name: getattr(self, each.name) for each in fields(self)}
        del said["processes"]
        return said | {"checkpoint": digest}


@dataclass(frozen=True, slots=True)
class Finetuned:
    """A network of the workspace's own. story: epoch by epoch. refused: facets, and why."""

    version: str
    story: Json
    learned: int
    held: int
    refused: Mapping[str, str]


def finetune(
    ws: Workspace,
    taxonomy: str,
    options: FinetuneOptions | None = None,
    *,
    progress: Progress = lambda step, done, total: None,
    ends: Callable[[], bool] = lambda: False,
) -> Finetuned:
    """Fine-tune a network on a taxonomy's labels and give every picture its features.

    ends: asked after each step, from the second epoch on, whether to stop here with the best state.
    Safe to cut off and repeat: a run is a folder, taken up after its last epoch. Raises
    InvalidInput where the extra is missing, weights are of another network, or labels too few.
    """
    options = options or FinetuneOptions()
    known_network(options.network)
    progress("reading labels", 0, 1)
    lesson = lesson_of(ws, ws.taxonomies.get(taxonomy), options.head)
    folder = _folder(ws, lesson, options)
    version, story = teach(ws, folder, lesson, options, progress, ends)
    embed_missing(ws, progress, version=version)
    shutil.rmtree(folder, ignore_errors=True)
    log.info("network_finetuned", extra={"taxonomy": taxonomy, "network": version})
    learned, held = int((~lesson.held).sum()), int(lesson.held.sum())
    return Finetuned(version, story, learned, held, lesson.refused)


def teach(
    ws: Workspace,
    folder: Path,
    lesson: Lesson,
    options: FinetuneOptions,
    progress: Progress = lambda step, done, total: None,
    ends: Callable[[], bool] = lambda: False,
) -> tuple[str, Json]:
    """The version of a network of the workspace's own that learned a lesson, and its story.

    folder: where the training is kept; it goes on with what is there. ends: see `finetune`.
    """
    network = known_network(options.network)
    if not (folder / "plan.json").exists():
        _prepare(ws, folder, lesson, network, options, progress)
    story = _run(folder, options, progress, ends)
    return _accepted(ws, folder, lesson, network), story


def known_network(name: str) -> Network:
    """The network to begin with. Raises InvalidInput where the extra is missing, or it."""
    try:
        from tagwright.deep.networks import network_named  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise InvalidInput(
            f"fine-tuning needs torch and timm ({error}): run `pip install 'tagwright[finetune]'`"
        ) from error
    return network_named(name)


def _folder(ws: Workspace, lesson: Lesson, options: FinetuneOptions) -> Path:
    """Where this very training is, or will be: the same labels and options name the same."""
    digest = hashlib.sha256(json.dumps([options.to_json(), lesson.assets, lesson.groups]).encode())
    digest.update(lesson.targets.tobytes())
    folder = ws.root / "finetuning" / ws.id / digest.hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _prepare(
    ws: Workspace,
    folder: Path,
    lesson: Lesson,
    network: Network,
    options: FinetuneOptions,
    progress: Progress,
) -> None:
    """Everything a training needs, in its folder; the plan last: it says that all is there."""
    from tagwright.deep.files import write_state  # noqa: PLC0415 - as above
    from tagwright.deep.plan import Plan, Task  # noqa: PLC0415

    plan = Plan(
        network=network.name,
        side=network.side_for(options.side),
        tasks=tuple(Task(kind, columns) for kind, columns in lesson.tasks),
        recipe=options.schedule,
        start="scratch" if options.from_scratch else "pretrained",
        boundary=options.boundary or network.boundary,
        small_first=options.small_first,
        seed=options.seed,
        epochs=options.epochs,
    )
    if plan.start == "pretrained":
        write_state(folder / "weights.safetensors", _weights(network, plan.side, options), {})
    parts = np.where(lesson.held, HELD, LEARNS).astype(np.uint8)
    parts[_decode(ws, folder, lesson.assets, plan.side, progress)] = LEFT_OUT
    np.save(folder / "targets.npy", lesson.targets)
    np.save(folder / "parts.npy", parts)
    plan.write(folder)


def _weights(network: Network, side: int, options: FinetuneOptions) -> dict[str, Any]:
    """Pretrained weights, tried on the network so that the wrong ones are refused at once."""
    from tagwright.deep.networks import (  # noqa: PLC0415 - as above
        build,
        from_file,
        from_packaged,
        take_weights,
    )

    if options.checkpoint is not None:
        state, where = from_file(options.checkpoint, network), str(options.checkpoint)
    elif network.packaged is not None:
        spec = CATALOG[network.packaged]
        assert isinstance(spec.weights, Packaged)  # the catalogue's own
        file = packaged_file(spec.weights.package, spec.weights.file)
        tensors = read_legacy_torch(verified_bytes(file, spec.sha256))
        state, where = from_packaged(tensors, network), spec.source
    else:
        raise InvalidInput(
            f"the weights of {network.name!r} do not come along: name a file of them in timm's "
            f"format with --checkpoint, or train --from-scratch"
        )
    take_weights(build(network, side, 1, seed=0), network, state, where)
    return state


def _decode(
    ws: Workspace, folder: Path, assets: list[AssetId], side: int, progress: Progress
) -> Ids:
    """Every picture's pixels into one file. Returns the rows of those that cannot be read."""
    from tagwright.deep.cache import picture_file  # noqa: PLC0415 - as above

    pixels, unreadable = picture_file(folder / "pixels.npy", len(assets), side), []
    for row, (_, outcome) in enumerate(read_pictures(ws, assets, side)):
        if isinstance(outcome, Unreadable):
            unreadable.append(row)
        else:
            pixels[row] = outcome.picture.pixels
        progress("reading pictures", row + 1, len(assets))
    pixels.flush()  # type: ignore[attr-defined]
    return np.array(unreadable, np.int64)


def _run(
    folder: Path, options: FinetuneOptions, progress: Progress, ends: Callable[[], bool]
) -> Json:
    from tagwright.deep.run import STORY, run  # noqa: PLC0415 - as above
    from tagwright.deep.together import train_together  # noqa: PLC0415

    if options.processes > 1 and not (folder / STORY).exists():
        train_together(folder, options.processes, progress, ends)
    return run(folder, tell=progress, ends=ends)


def _accepted(ws: Workspace, folder: Path, lesson: Lesson, network: Network) -> str:
    """The version of the exported network, once it has shown that it does as torch does."""
    from tagwright.deep.export import exported  # noqa: PLC0415 - as above

    made = exported(folder)
    parts = np.load(folder / "parts.npy")
    pixels = np.load(folder / "pixels.npy", mmap_mode="r", allow_pickle=False)
    taught = [
        (asset, group)
        for asset, group, part in zip(lesson.assets, lesson.groups, parts.tolist(), strict=True)
        if part == LEARNS
    ]
    held = np.flatnonzero(parts == HELD)
    staged = ws.networks.stage(made.onnx, _row(made), taught)
    try:
        _check_parity(staged, made, pixels[held[:COMPARED]])
        truth = lesson.targets[held[:JUDGED]]
        precise = _loses_in_bf16(staged, pixels[held[:JUDGED]], truth, lesson.tasks)
        if precise:
            (staged / ROW).write_text(json.dumps(_row(made) | {"precision": "f32"}))
        version = read_row(staged / ROW).version
        ws.networks.accept(staged, version)
    except BaseException:
        ws.networks.discard(staged)
        raise
    return version


def _row(made: Exported) -> Json:
    sha256 = hashlib.sha256(made.onnx).hexdigest()
    return {
        "name": f"{made.network.name}-tuned",
        "onnx": GRAPH,
        "sha256": sha256,
        "side": made.side,
        "mean": list(made.network.mean),
        "std": list(made.network.std),
        "semantic": "semantic",
        "detail": "detail",
        "licence": made.network.licence,
        "source": f"fine-tuned from {made.network.timm}",
    }


def _check_parity(staged: Path, made: Exported, pixels: Pixels) -> None:
    """Raises Unavailable where the runtime does not give what torch gives."""
    backbone = load_backbone(read_row(staged / ROW), staged, precision="f32")
    found = backbone.embed(np.ascontiguousarray(pixels))
    parts = zip(*made.served.embed(pixels), strict=True)
    wanted: list[Matrix] = [np.concatenate(part) for part in parts]
    for view, values in zip(("semantic", "detail"), wanted, strict=True):
        apart = float(np.abs(found[view] - values).max() / np.abs(values).max())  # type: ignore[index]
        if not apart <= PARITY:
            raise Unavailable(
                f"the exported network differs from torch by {apart:.2g} of the largest value in "
                f"{view!r}, where {PARITY:g} is allowed: it was not accepted; please report it"
            )


def _loses_in_bf16(
    staged: Path, pixels: Pixels, truth: NDArray[np.int32], tasks: list[tuple[TaskKind, int]]
) -> bool:
    """Whether bf16 costs accuracy on held-back pictures, where the processor would take it."""
    spec = read_row(staged / ROW)
    right = []
    for precision in ("f32", "auto"):
        backbone = load_backbone(spec, staged, precision=precision)
        logits = backbone.embed(np.ascontiguousarray(pixels))["detail"]
        right.append(_share_right(logits, truth, tasks))
    return right[0] - right[1] > BF16_LOSS


def _share_right(
    logits: NDArray[np.float16], truth: NDArray[np.int32], tasks: list[tuple[TaskKind, int]]
) -> float:
    """The mean over facets: of `one` the best logit's, of all others each answer's."""
    shares, column, at = [], 0, 0
    for kind, columns in tasks:
        part = logits[:, column : column + columns]
        width = 1 if kind == "one" else columns
        wanted = truth[:, at : at + width]
        hits = part.argmax(axis=1)[:, None] == wanted if kind == "one" else (part > 0) == wanted
        known = wanted >= 0
        shares.append(float(hits[known].mean()) if known.any() else 1.0)
        column, at = column + columns, at + width
    return float(np.mean(shares))


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InvalidInput(
            f"cannot read the weights {str(path)!r}: {error.strerror}; check the path"
        ) from error
