"""Logits against targets: what is lost, and how many are right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from tagwright.deep.plan import Task

UNKNOWN = -1


def losses(logits: Tensor, targets: Tensor, tasks: Sequence[Task], smoothing: float) -> Tensor:
    """(n,) the mean over facets of cross-entropy; a facet that nobody labelled loses nothing."""
    parts = [_loss(*each, smoothing) for each in _by_task(logits.float(), targets, tasks)]
    return torch.stack(parts).mean(dim=0)


def _loss(task: Task, logits: Tensor, targets: Tensor, smoothing: float) -> Tensor:
    if task.kind == "one":
        return functional.cross_entropy(
            logits,
            targets[:, 0],
            ignore_index=UNKNOWN,
            label_smoothing=smoothing,
            reduction="none",
        )
    known = targets != UNKNOWN
    soft = targets.clamp(min=0).float() * (1 - smoothing) + smoothing / 2
    each = functional.binary_cross_entropy_with_logits(logits, soft, reduction="none")
    return (each * known).mean(dim=1)


@dataclass(frozen=True, slots=True)
class Counts:
    """(facets, 3). `one`: right at first, right among three, of how many. `any`: right, wrong and
    missed yeses, a yes being what is more likely than not.
    """

    values: Tensor

    def scores(self, tasks: Sequence[Task]) -> list[float]:
        """Top-1 of each `one` facet, F1 over all answers of each `any`; 0 to 1."""
        found = []
        for task, (first, second, third) in zip(tasks, self.values.tolist(), strict=True):
            of = third if task.kind == "one" else first + (second + third) / 2
            found.append(first / of if of else 0.0)
        return found


def count(logits: Tensor, targets: Tensor, tasks: Sequence[Task]) -> Counts:
    """What is right of some pictures."""
    rows = [_count(*each) for each in _by_task(logits.float(), targets, tasks)]
    return Counts(torch.stack(rows))


def _count(task: Task, logits: Tensor, targets: Tensor) -> Tensor:
    if task.kind == "one":
        known = targets[:, 0] != UNKNOWN
        best = logits[known].topk(min(3, task.columns), dim=1).indices
        hit = best == targets[known]
        return torch.stack([hit[:, 0].sum(), hit.any(dim=1).sum(), known.sum()])
    said = logits > 0
    return torch.stack(
        [
            (said & (targets == 1)).sum(),
            (said & (targets == 0)).sum(),
            (~said & (targets == 1)).sum(),
        ]
    )


def _by_task(
    logits: Tensor, targets: Tensor, tasks: Sequence[Task]
) -> Iterator[tuple[Task, Tensor, Tensor]]:
    parts = logits.split([task.columns for task in tasks], dim=1)
    wanted = targets.split([task.width for task in tasks], dim=1)
    yield from zip(tasks, parts, wanted, strict=True)
