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
    """(n,) the mean over facets of cross-entropy, or of the mean over the answers known; a facet
    that nobody labelled loses nothing.
    """
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
    return (each * known).sum(dim=1) / known.sum(dim=1).clamp(min=1)


@dataclass(frozen=True, slots=True)
class Counts:
    """(facets, 3). `any`: right, wrong and missed yeses, a yes being what is more likely than not.
    Others: right at first, right among three (of a tree too: at first), of how many.
    """

    values: Tensor

    def scores(self, tasks: Sequence[Task]) -> list[float]:
        """F1 over all answers of each `any` facet, top-1 of all others; 0 to 1."""
        found = []
        for task, (first, second, third) in zip(tasks, self.values.tolist(), strict=True):
            of = first + (second + third) / 2 if task.kind == "any" else third
            found.append(first / of if of else 0.0)
        return found


def count(logits: Tensor, targets: Tensor, tasks: Sequence[Task]) -> Counts:
    """What is right of some pictures."""
    rows = [_count(*each) for each in _by_task(logits.float(), targets, tasks)]
    return Counts(torch.stack(rows))


def _count(task: Task, logits: Tensor, targets: Tensor) -> Tensor:
    said, asked = logits > 0, targets != UNKNOWN
    if task.kind == "any":
        yes, no = targets == 1, targets == 0
        return torch.stack([(said & yes).sum(), (said & no).sum(), (~said & yes).sum()])
    known = asked.any(dim=1)
    if task.kind == "tree":
        right = (known & ((said == (targets == 1)) | ~asked).all(dim=1)).sum()
        return torch.stack([right, right, known.sum()])
    truth = targets[known] if task.kind == "one" else targets[known].argmax(dim=1, keepdim=True)
    best = logits[known].topk(min(3, task.columns), dim=1).indices
    hit = best == truth
    return torch.stack([hit[:, 0].sum(), hit.any(dim=1).sum(), known.sum()])


def _by_task(
    logits: Tensor, targets: Tensor, tasks: Sequence[Task]
) -> Iterator[tuple[Task, Tensor, Tensor]]:
    parts = logits.split([task.columns for task in tasks], dim=1)
    wanted = targets.split([task.width for task in tasks], dim=1)
    yield from zip(tasks, parts, wanted, strict=True)
