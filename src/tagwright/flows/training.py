"""Training: from the labels in the ledger to a new model version with its report."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tagwright.core.evaluation import evaluate
from tagwright.core.facet_model import FacetModel
from tagwright.core.fitting import fit_facet
from tagwright.core.heads import Choice, recipe_of
from tagwright.core.pace import part_of
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import NAMED, Conflict, InvalidInput, TooFewLabels
from tagwright.flows.embedding import embed_missing
from tagwright.flows.events import finish_run
from tagwright.flows.labels import FacetLabels, facet_data, facet_labels, snapshot_of
from tagwright.flows.leaving import without_doubtful
from tagwright.flows.workspace import Workspace
from tagwright.store.champions import Promotion
from tagwright.store.models import ModelRow, NewModel, snapshot_digest
from tagwright.store.policies import LEARNED_TO
from tagwright.types import VIEWS, Contract, Json, Recipe

log = logging.getLogger(__name__)

SUMMED_UP: Final = ("top1", "top3", "mean_average_precision", "coverage", "precision")
"""Figures by which versions are told apart without opening their reports."""

TrainProgress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0 to 1."""


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """contract: the promise to test. seed: of everything random. again: search the views and
    regularisation anew, even where an earlier version already chose them. leave_out: learn without
    the labels that the newest search found better left out. recipe: how facets of kind `one` are
    learned. network: the version of one of the workspace's own to learn on; without, the
    champion's, else the backbone in use.
    """

    contract: Contract = field(default_factory=Contract)
    seed: int = 0
    again: bool = False
    leave_out: bool = False
    recipe: Recipe = "multiclass"
    network: str | None = None

    def to_json(self) -> Json:
        said = {
            "contract": asdict(self.contract),
            "seed": self.seed,
            "recipe": self.recipe,
        }
        return {**said, "leave_out": True} if self.leave_out else said


@dataclass(frozen=True, slots=True)
class Trained:
    """A model version, and whether it is new: nothing new to learn gives the one that stands.

    promotion: what the gate said of it; None where it was not asked.
    """

    model: ModelRow
    report: Json
    is_new: bool
    promotion: Promotion | None = None

    def to_json(self) -> Json:
        return {
            "taxonomy": self.model.taxonomy,
            "version": self.model.version,
            "new": self.is_new,
            "status": self.model.status,
            "gate": None if self.promotion is None else self.promotion.gate,
            "report": self.report,
        }


def train(
    ws: Workspace,
    name: str,
    options: TrainOptions | None = None,
    *,
    actor: str = "person",
    progress: TrainProgress = lambda step, share: None,
) -> Trained:
    """Learn one taxonomy: a challenger, or the champion where there is none yet.

    Raises InvalidInput where no facet has enough labelled pictures, and where labels are to be left
    out that no search was made for.
    """
    options = options or TrainOptions()
    taxonomy = ws.taxonomies.get(name)
    progress("reading labels", 0.0)
    backbone, answers = options.network or own_network(ws, name), ws.policies.last_answer()
    backbone = backbone or ws.backbone_version
    see_all(ws, backbone, lambda: progress("looking at new pictures", 0.0))
    labels = facet_labels(ws, taxonomy, backbone)
    if options.leave_out:
        progress("finding the labels to leave out", 0.0)
        labels = without_doubtful(ws, taxonomy, labels)
    settings = {**options.to_json(), "backbone": backbone, "taxonomy": taxonomy.to_json()}
    snapshot = snapshot_of(labels)
    digest = snapshot_digest(snapshot, settings)
    known = None if options.again else _learned_already(ws, name, digest)
    if known is not None:
        report = ws.models.report(known)
        return Trained(known, {**report, "version": known.version}, is_new=False)
    models, reports, refused = _fit(ws, taxonomy, labels, backbone, options, progress)
    progress("writing the model", 0.95)
    params = {"taxonomy": name, "snapshot": digest, **options.to_json()}
    run = ws.runs.start("train", actor, params, ws.now())
    report = _report(ws, taxonomy, labels, reports, options) | {"backbone": backbone}
    report["not_learned"], report["not_learned_because"] = list(refused), refused
    new = NewModel(
        taxonomy=name,
        arrays=_joined(models),
        document={
            "settings": settings,
            "backbone": backbone,
            "facets": {facet: model.to_parts()[1] for facet, model in models.items()},
        },
        report=report,
        snapshot=snapshot,
        snapshot_digest=digest,
        summary=_summary(report),
    )
    row = ws.models.add(new, run, ws.now())
    told = {"taxonomy": name, "model": row.version, LEARNED_TO: answers}
    made = {"taxonomy": name, "version": row.version}
    finish_run(ws, run, told, {"model.trained": made})
    progress("done", 1.0)
    log.info("model_trained", extra={"taxonomy": name, "model": row.version})
    return Trained(row, {**report, "version": row.version}, is_new=True)


def _learned_already(ws: Workspace, taxonomy: str, digest: str) -> ModelRow | None:
    """The version that learned the very same, if it is the champion or nothing has come since."""
    standing = [row for row in ws.models.all(taxonomy) if row.status != "undone"]
    for row in (ws.models.champion(taxonomy), *standing[:1]):
        if row is not None and row.snapshot_digest == digest and is_sound(ws, row):
            return row
    return None


def is_sound(ws: Workspace, row: ModelRow) -> bool:
    """Whether a model's files are there and as they were written."""
    try:
        ws.models.report(row)
        ws.models.load(row)
    except Conflict as error:
        log.warning("model_lost", extra={"taxonomy": row.taxonomy, "reason": str(error)})
        return False
    return True


def load_model(ws: Workspace, row: ModelRow) -> dict[str, FacetModel]:
    """The heads of a model version by facet. Raises Conflict where its files were changed."""
    arrays, document = ws.models.load(row)
    return {
        facet: FacetModel.from_parts(
            {
                key.removeprefix(f"{facet}/"): value
                for key, value in arrays.items()
                if key.startswith(f"{facet}/")
            },
            parts,
        )
        for facet, parts in document["facets"].items()
    }


def model_backbone(ws: Workspace, row: ModelRow) -> str:
    """The backbone version whose features a model reads."""
    _, document = ws.models.load(row)
    return str(document["backbone"])


def own_network(ws: Workspace, taxonomy: str) -> str | None:
    """The version of the workspace's own network that the champion reads, if it does."""
    champion = ws.models.champion(taxonomy)
    if champion is None or not is_sound(ws, champion):
        return None
    backbone = model_backbone(ws, champion)
    return None if ws.networks.row(backbone) is None else backbone


def see_all(ws: Workspace, backbone: str, beat: Callable[[], None]) -> None:
    """Give pictures that came since features of a network of the workspace's own.

    beat: called between batches; may raise, to cancel.
    """
    if ws.networks.row(backbone) is not None:
        embed_missing(ws, lambda step, done, total: beat(), version=backbone)


def _untaught(ws: Workspace, backbone: str, labels: FacetLabels) -> FacetLabels:
    """Without the pictures that taught the network itself."""
    lesson = ws.networks.lesson(backbone)
    kept = tuple(c for c in labels.claimed if not lesson.holds(c.asset, c.group))
    return replace(labels, claimed=kept)


def _fit(
    ws: Workspace,
    taxonomy: Taxonomy,
    labels: Sequence[FacetLabels],
    backbone: str,
    options: TrainOptions,
    progress: TrainProgress,
) -> tuple[dict[str, FacetModel], dict[str, Json], dict[str, str]]:
    """A head a facet that has enough labels, its report on the test split, and who was refused."""
    models: dict[str, FacetModel] = {}
    reports: dict[str, Json] = {}
    refused: dict[str, str] = {}
    earlier = {} if options.again else earlier_choices(ws, taxonomy.name, backbone, options.recipe)
    for index, found in enumerate(labels):
        if not found.claimed:
            refused[found.facet.label] = _without_labels(found, taxonomy)
            continue
        step = part_of(progress, found.facet.label, index, len(labels))
        step("loading features", 0.0)
        views = earlier[found.facet.id].views if found.facet.id in earlier else VIEWS
        data = facet_data(ws, taxonomy, _untaught(ws, backbone, found), backbone, views)
        try:
            model = fit_facet(
                data,
                options.contract,
                np.random.default_rng(options.seed),
                choice=earlier.get(found.facet.id),
                recipe=options.recipe,
                progress=step,
            )
        except TooFewLabels as error:
            words = concept_words(taxonomy)
            refused[found.facet.label] = error.told(words) + _left_out(found, words)
            continue
        except InvalidInput as error:
            refused[found.facet.label] = str(error)
            continue
        step("measuring on the test pictures", 0.9)
        models[found.facet.id] = model
        reports[found.facet.id] = evaluate(model, data, np.random.default_rng(options.seed))
    if not models:
        raise InvalidInput(
            f"nothing of taxonomy {taxonomy.name!r} can be learned yet: "
            f"{'; '.join(refused.values()) or _without_concepts(taxonomy.name)}"
        )
    return models, reports, refused


def _without_labels(found: FacetLabels, taxonomy: Taxonomy) -> str:
    """Why a facet has nothing to learn from, and what to do."""
    if found.left_out:
        return (
            f"facet {found.facet.label!r} has no labelled pictures to learn from"
            f"{_left_out(found, concept_words(taxonomy))}"
        )
    return (
        f"facet {found.facet.label!r} has no labelled pictures (import some with "
        f"`--labels folders|keywords --taxonomy {taxonomy.name}`, or use `tagwright label`)"
    )


def _left_out(found: FacetLabels, words: Mapping[str, str]) -> str:
    """How many labelled pictures could not teach, why not, and of which concepts they are."""
    told = "".join(
        f"; {count:,} labelled pictures are left out: they are {why}"
        for why, count in found.left_out.items()
    )
    if not found.torn:
        return told
    most = Counter(found.torn).most_common()
    shown = [f"{words[concept]!r} {count:,}" for concept, count in most[:NAMED]]
    more = f" and {len(most) - NAMED:,} more" if len(most) > NAMED else ""
    return (
        f"{told}; the several concepts are {', '.join(shown)}{more}: say which is right, "
        f"`tagwright label ASSET CONCEPT`"
    )


def concept_words(taxonomy: Taxonomy) -> dict[str, str]:
    """Concept id -> its path, as people read it."""
    return {c.id: " > ".join(taxonomy.path(c.id)) for c in taxonomy.concepts}


def _without_concepts(taxonomy: str) -> str:
    return f"it has no concepts: import labelled pictures with `--taxonomy {taxonomy}`"


def earlier_choices(
    ws: Workspace, taxonomy: str, backbone: str, recipe: Recipe
) -> dict[str, Choice]:
    """The views and regularisation that the champion chose: re-training skips the search.

    What was chosen for another backbone's features, or by another recipe, says nothing.
    """
    champion = ws.models.champion(taxonomy)
    if champion is None or not is_sound(ws, champion) or model_backbone(ws, champion) != backbone:
        return {}
    return {
        facet: model.choice
        for facet, model in load_model(ws, champion).items()
        if model.recipe == recipe_of(model.kind, recipe)
    }


def _joined(models: dict[str, FacetModel]) -> dict[str, NDArray[Any]]:
    return {
        f"{facet}/{name}": np.asarray(value)
        for facet, model in models.items()
        for name, value in model.to_parts()[0].items()
    }


def _report(
    ws: Workspace,
    taxonomy: Taxonomy,
    labels: Sequence[FacetLabels],
    reports: dict[str, Json],
    options: TrainOptions,
) -> Json:
    """The stored report: a facet's figures, with words for concepts and what was left out."""
    facets = [
        {
            "id": found.facet.id,
            "label": found.facet.label,
            "kind": found.facet.kind,
            "pictures": len(found.claimed),
            "left_out": found.left_out,
            "torn": dict(found.torn),
            **reports[found.facet.id],
        }
        for found in labels
        if found.facet.id in reports
    ]
    return {
        "taxonomy": taxonomy.name,
        "contract": asdict(options.contract),
        "recipe": options.recipe,
        "trained_at": ws.now(),
        "words": concept_words(taxonomy),
        "facets": facets,
    }


def _summary(report: Json) -> Json:
    return {
        facet["id"]: {name: facet.get(name) for name in SUMMED_UP} for facet in report["facets"]
    }
