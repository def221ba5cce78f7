"""Several processes on one training, as `torchrun` starts them.

Each takes every `world`-th picture of a batch. Gradients are averaged by DistributedDataParallel,
and batch norm counts the pictures of all, so the steps are those of one process. An epoch step
sends the gradients once: twice (world - 1) / world of their size, in and out, for each process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import torch
import torch.distributed as dist
from torch import Tensor, nn

from tagwright.types import Ids


@dataclass(frozen=True, slots=True)
class World:
    """How many processes there are, and which this one is."""

    rank: int = 0
    size: int = 1

    @property
    def device(self) -> torch.device:
        """A graphics processor of its own, where there are any; else the processor."""
        count = torch.cuda.device_count()
        return torch.device("cuda", self.rank % count) if count else torch.device("cpu")

    @property
    def leads(self) -> bool:
        """Whether this is the one that writes and speaks."""
        return self.rank == 0

    def share(self, rows: Ids) -> Ids:
        """This process's part of some rows."""
        return rows[self.rank :: self.size]

    def total(self, counts: Tensor) -> Tensor:
        """The sum over all processes."""
        if self.size == 1:
            return counts
        shared = counts.to(self.device)
        dist.all_reduce(shared)
        return shared.cpu()

    def wait(self) -> None:
        """Until all are here."""
        if self.size > 1:
            dist.barrier()


ALONE: Final = World()
"""One process, as usual."""


@contextmanager
def joined() -> Iterator[World]:
    """The processes that torchrun started, connected for the length of a block."""
    backend = "nccl" if torch.cuda.is_available() else "gloo"
    dist.init_process_group(backend)
    try:
        yield World(dist.get_rank(), dist.get_world_size())
    finally:
        dist.destroy_process_group()


class _Sum(torch.autograd.Function):
    """The sum over all processes; each hands back what all lose by it."""

    @staticmethod
    def forward(context: Any, mine: Tensor) -> Tensor:
        total = mine.clone()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(context: Any, *lost: Tensor) -> Tensor:
        total = lost[0].clone()
        dist.all_reduce(total)
        return total


class SharedNorm(nn.Module):
    """Batch norm over the pictures of all processes, on any device.

    Takes the place of a BatchNorm2d and keeps the names of its tensors.
    """

    def __init__(self, norm: nn.BatchNorm2d) -> None:
        super().__init__()
        self.weight, self.bias = norm.weight, norm.bias
        self.register_buffer("running_mean", norm.running_mean)
        self.register_buffer("running_var", norm.running_var)
        self.register_buffer("num_batches_tracked", norm.num_batches_tracked)
        self.eps = norm.eps
        self.momentum = 0.1 if norm.momentum is None else norm.momentum
        self.after = nn.Sequential(*(m for m in norm.children()))

    def forward(self, x: Tensor) -> Tensor:
        mean, variance = self._moments(x.float())
        scale = self.weight / torch.sqrt(variance + self.eps)
        shape = (1, -1, 1, 1)
        normed = (x.float() - mean.view(shape)) * scale.view(shape) + self.bias.view(shape)
        found: Tensor = self.after(normed)
        return found

    def _moments(self, x: Tensor) -> tuple[Tensor, Tensor]:
        if not self.training:
            return self.running_mean, self.running_var  # type: ignore[return-value]
        count = x.numel() / x.shape[1]
        mine = torch.cat([x.sum((0, 2, 3)), (x * x).sum((0, 2, 3)), x.new_tensor([count])])
        total: Tensor = _Sum.apply(mine)
        channels, n = x.shape[1], total[-1]
        mean = total[:channels] / n
        variance = total[channels:-1] / n - mean * mean
        with torch.no_grad():
            self.running_mean.lerp_(mean, self.momentum)  # type: ignore[operator,union-attr]
            unbiased = variance * n / (n - 1)
            self.running_var.lerp_(unbiased, self.momentum)  # type: ignore[operator,union-attr]
        return mean, variance


def share_statistics(module: nn.Module) -> None:
    """Let every batch norm that learns count the pictures of all processes; frozen ones, which
    keep to their running statistics, stay as they are.
    """
    for name, child in module.named_children():
        if isinstance(child, nn.BatchNorm2d) and child.training:
            setattr(module, name, SharedNorm(child))
        else:
            share_statistics(child)
