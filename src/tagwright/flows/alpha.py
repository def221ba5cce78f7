"""Alpha: search for the labels that learning is better without. Labels stay as they are."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tagwright.core import alpha
from tagwright.core.alpha import Sieve, Trial
from tagwright.core.facet_model import FacetData
from tagwright.core.heads import Choice
from tagwright.core.pace import Progress, part_of, until
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import InvalidInput
from tagwright.flows.labels import FacetLabels, facet_data, facet_labels, snapshot_of
from tagwright.flows.leaving import SEED, settled_of, shares_of
from tagwright.flows.training import earlier_choices
from tagwright.flows.workspace import Workspace
from tagwright.store.models import snapshot_digest
from tagwright.types import VIEWS, Json, RunId

log = logging.getLogger(__name__)

SECONDS: Final = 120.0
KINDS: Final = ("of all labels", "of each concept")
KEPT_EVERY: Final = 5.0
"""Seconds after which what was tried is kept: so much is lost at most when a search is cut off."""
PREPARED: Final = 0.4
"""The share of a facet's progress that is hearing witnesses."""


def find_alpha(
    ws: Workspace,
    taxonomy: str,
    *,
    seconds: float = SECONDS,
    actor: str = "tagwright",
    progress: Progress = lambda doing, share: None,
) -> Json:
    """Search the share of doubtful labels to leave out, of all labels and of each concept's.

    seconds: for trials, over all facets; witnesses are heard besides. The best of the search is
    confirmed on the validation split. Safe to cut off and repeat: over the same labels a search
    goes on where it was. The answer is kept as the report of a run of kind `alpha`. Raises
    InvalidInput where no facet can be searched.
    """
    found, backbone = ws.taxonomies.get(taxonomy), ws.backbone_version
    progress("reading labels", 0.0)
    labels = facet_labels(ws, found, backbone)
    if not any(each.facet.kind == "one" and each.claimed for each in labels):
        raise InvalidInput(
            f"taxonomy {found.name!r} has no facet of one concept a picture with labels: "
            f"only there labels can be left out"
        )
    params = {"taxonomy": found.name, "seconds": seconds}
    digest = snapshot_digest(snapshot_of(labels), {**params, "backbone": backbone})
    run = ws.runs.start("alpha", actor, {**params, "snapshot": digest}, ws.now())
    noted = ws.runs.get(run).summary
    notes = _Notes(ws, run, noted.get("trials", {}), noted.get("spent", {}))
    choices = earlier_choices(ws, found.name, backbone, "multiclass")
    facets = []
    for index, each in enumerate(labels):
        step = part_of(progress, each.facet.label, index, len(labels))
        budget = seconds / len(labels)
        facets.append(_facet(ws, found, each, (choices.get(each.facet.id), budget, notes), step))
    report = {"taxonomy": found.name, "run": run, "facets": facets}
    ws.runs.finish(run, report, ws.now())
    progress("done", 1.0)
    log.info("alpha_found", extra={"taxonomy": found.name, "worth": is_worth(report)})
    return report


def is_worth(report: Json) -> bool:
    """Whether leaving labels out makes any facet better, beyond chance."""
    return any(facet["worth"] for facet in report["facets"])


@dataclass(slots=True)
class _Notes:
    """What was tried and how long that took, by facet and kind of search; kept now and then."""

    ws: Workspace
    run: RunId
    trials: Json
    spent: Json
    kept_at: float = 0.0

    def known(self, search: str) -> list[Trial]:
        return [Trial.from_json(each) for each in self.trials.get(search, [])]

    def within(
        self, search: str, trials: Iterator[Trial], seconds: float
    ) -> Iterator[tuple[Trial, float]]:
        """Trials until the time is over, two at least, and the share of it that is spent."""
        before, began = self.spent.get(search, 0.0), time.monotonic()
        for trial in trials:
            spent = before + time.monotonic() - began
            self.trials.setdefault(search, []).append(trial.to_json())
            self.spent[search] = spent
            self._keep()
            yield trial, min(spent / seconds, 1.0)
            if spent >= seconds and len(self.trials[search]) > 1:
                return

    def _keep(self) -> None:
        now = time.monotonic()
        if now - self.kept_at > KEPT_EVERY:
            self.ws.runs.note(self.run, {"trials": self.trials, "spent": self.spent})
            self.kept_at = now


def _facet(
    ws: Workspace,
    taxonomy: Taxonomy,
    labels: FacetLabels,
    how: tuple[Choice | None, float, _Notes],
    progress: Progress,
) -> Json:
    """What is told of one facet. how: a model's choice, the budget in seconds, and the notes."""
    choice, budget, notes = how
    if labels.facet.kind != "one":
        return _told(labels, refused="a picture may have several of its concepts")
    try:
        data = facet_data(ws, taxonomy, labels, ws.backbone_version, VIEWS)
        settled = settled_of(ws, taxonomy.name, labels)
        hearing = until(progress, PREPARED)
        sieve = alpha.make_sieve(data, settled, SEED, choice=choice, progress=hearing)
    except InvalidInput as error:
        return _told(labels, refused=str(error))
    trials, best = _searched(sieve, (labels.facet.id, budget, notes), progress)
    progress("confirming on pictures held out", 0.98)
    return _told(labels, found=(data, sieve, trials, best))


def _searched(
    sieve: Sieve, how: tuple[str, float, _Notes], progress: Progress
) -> tuple[list[Trial], Trial]:
    """The trials and the best of them: first one share for all, then from there one a concept."""
    facet, budget, notes = how
    concepts = len(sieve.doubts.nodes)
    found: list[Trial] = []
    starts: list[list[float]] = [[0.0]]
    for part, kind in enumerate(KINDS):
        known = notes.known(f"{facet}/{kind}")
        found += known
        tried = alpha.search(sieve, known, starts, SEED)
        for trial, share in notes.within(f"{facet}/{kind}", tried, budget / len(KINDS)):
            found.append(trial)
            progress(f"trying shares {kind}", PREPARED + (0.97 - PREPARED) * (part + share) / 2)
        starts = [[0.0] * concepts, list(alpha.best_of(found).shares) * concepts]
    return found, alpha.best_of(found)


def _told(
    labels: FacetLabels,
    *,
    refused: str | None = None,
    found: tuple[FacetData, Sieve, Sequence[Trial], Trial] | None = None,
) -> Json:
    """What the report says of one facet."""
    said: Json = {
        "facet": labels.facet.id,
        "label": labels.facet.label,
        "refused": refused,
        "shares": {},
        "per_concept": [],
        "left_out": 0,
        "labels": 0,
        "trials": [],
        "before": None,
        "after": None,
        "gain": None,
        "worth": False,
    }
    if found is None:
        return said
    data, sieve, trials, best = found
    doubts = sieve.doubts
    names = [data.tree.nodes[node] for node in doubts.nodes.tolist()]
    of_all = len(best.shares) == 1
    shares = {"": best.shares[0]} if of_all else dict(zip(names, best.shares, strict=True))
    out = alpha.left_out(doubts.wrong, doubts.given, shares_of(data, doubts.nodes.tolist(), shares))
    confirmed = alpha.confirm(data, sieve, best.shares, SEED)
    m = len(doubts.given)
    return said | {
        "shares": shares,
        "per_concept": [
            {
                "concept": name,
                "value": best.shares[0 if of_all else at],
                "left_out": int((out & (doubts.given == at)).sum()),
                "labels": int((doubts.given == at).sum()),
            }
            for at, name in enumerate(names)
        ],
        "left_out": int(out.sum()),
        "labels": m,
        "trials": [
            {"alpha": 1 - each.kept / m, "kept": each.kept, "score": each.score,
             "by_concept": len(each.shares) > 1}
            for each in trials
        ],
        "before": confirmed.before.to_json(),
        "after": confirmed.after.to_json(),
        "gain": confirmed.gain.difference.to_json(),
        "worth": bool(out.any()) and confirmed.gain.is_better,
    }  # fmt: skip
