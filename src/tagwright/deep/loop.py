"""The training loop, to be read top to bottom: `learn`, then `_epoch`, then `_step`.

The state after each epoch is on disk. Data order and chance hang on the seed and the epoch's
number alone, so a run that was killed goes on as if nothing had been.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.parallel import DistributedDataParallel

from tagwright.deep.answers import Counts, count, losses
from tagwright.deep.cache import Source, Tell, arithmetic
from tagwright.deep.distributed import ALONE, World
from tagwright.deep.files import read_state, write_state
from tagwright.deep.networks import Net
from tagwright.deep.plan import HELD, LEARNS, Task
from tagwright.deep.recipes import Recipe
from tagwright.errors import Unavailable
from tagwright.types import Ids, Json

LAST: Final = "last.safetensors"
BEST: Final = "best.safetensors"
MOMENTUM: Final = 0.9
PROBED: Final = 20_000
"""Pictures that the last layer is first taught on, at most: their embeddings lie in memory."""
PROBE_STEPS: Final = 100
PROBE_DECAY: Final = 0.1
"""What a weight's square costs while the last layer is taught alone; chosen on smiling faces."""
PROBE_FLOOR: Final = 1e-3
"""The least spread of an embedding's dimension; most lie between 0.1 and 1."""
_WARM: Final = 10
"""A running average begins as a plain one over about so many steps."""


@dataclass(frozen=True, slots=True)
class Data:
    """What is learned from. parts: (n,) LEARNS or HELD. targets: (n, width); see `Plan`.

    learned: what an epoch learns from. judged: the pictures held back, as they are. seed: of the
    order of pictures and of all chance.
    """

    learned: Callable[[int], Source]
    judged: Source
    targets: Tensor
    parts: Ids
    tasks: tuple[Task, ...]
    seed: int = 0

    def rows(self, part: int) -> Ids:
        found: Ids = np.flatnonzero(self.parts == part)
        return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where a training happens: its folder, its processes, who is told of it, and who ends it.

    ends: asked after each step of the leading process, from the second epoch on.
    """

    folder: Path
    world: World = ALONE
    tell: Tell = lambda step, done, total: None
    ends: Callable[[], bool] = lambda: False


class EndedEarly(Exception):
    """A person wants no more of it: the best state so far is kept."""


@dataclass(slots=True)
class Story:
    """How far it is, and how it went. falls: of the learning rate. flat: epochs without gain.

    begun: the score with only the last layer taught, where a recipe begins so.
    """

    begun: float | None = None
    epoch: int = 0
    falls: int = 0
    flat: int = 0
    best: float = -1.0
    epochs: list[Json] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def learn(net: Net, data: Data, recipe: Recipe, place: Place) -> Story:
    """Train `net` and leave it in its best state. Goes on from the last epoch on disk.

    A person's interrupt (Ctrl-C), or the place's `ends`, ends it after the first epoch and keeps
    the best state so far.
    """
    trainer = _Trainer(net, data, recipe, place)
    story = trainer.taken_up()
    try:
        if recipe.head_first and not story.epochs:
            trainer.teach_last_layer()
        while story.epoch < recipe.epochs and not trainer.has_ended():
            trainer.run_epoch()
    except (KeyboardInterrupt, EndedEarly):
        if not story.epochs:
            raise
        story.notes.append(f"ended by hand in epoch {story.epoch + 1}; the best state is kept")
    place.world.wait()
    state, _ = read_state(place.folder / BEST)
    net.load_state_dict(state)
    net.eval()
    return story


class _Trainer:
    """A training in hand: the network, its optimiser, and the average of its weights."""

    def __init__(self, net: Net, data: Data, recipe: Recipe, place: Place) -> None:
        self.net, self.data, self.recipe = net, data, recipe
        self.folder, self.world = place.folder, place.world
        self.tell, self.ends = place.tell, place.ends
        self.learns, self.held = data.rows(LEARNS), data.rows(HELD)
        self.parts = net.parts()
        self.optimiser = _optimiser(self.parts, recipe)
        self.average: Net | None = None
        self.micro = recipe.batch
        self.source = data.judged
        self.story = Story()
        self.averaged = 0

    def has_ended(self) -> bool:
        return self.recipe.patience is not None and self.story.flat >= self.recipe.patience

    def run_epoch(self) -> None:
        """One pass over the pictures, a look at those held back, and the state on disk."""
        story, recipe = self.story, self.recipe
        started = monotonic()
        loss = self._epoch()
        learning = monotonic() - started
        counts = self.judged(self.average or self.net)
        scores = counts.scores(self.data.tasks)
        score = float(np.mean(scores))
        gained = score > story.best
        story.flat = 0 if gained else story.flat + 1
        story.falls += 0 if gained or recipe.cosine else 1
        story.epochs.append(
            {
                "loss": loss,
                "score": score,
                "scores": scores,
                "counts": counts.values.tolist(),
                "seconds": monotonic() - started,
                "learning_seconds": learning,
                "images_per_second": len(self.learns) / learning,
            }
        )
        story.best = max(score, story.best)
        story.epoch += 1
        self._write(gained)

    def teach_last_layer(self) -> None:
        """Let the last layer converge on what the network says of the pictures now."""
        self.tell("teaching the last layer", 0, 1)
        self.net.eval()
        source, some = self.data.learned(0), self.learns[:PROBED]
        with torch.no_grad(), arithmetic(self.net.device):
            parts = [
                self.net(source.batch(rows, np.zeros_like(rows)).to(self.net.device))[0].float()
                for rows in np.split(some, range(self.recipe.batch, len(some), self.recipe.batch))
            ]
        probe(self.net.last, torch.cat(parts), self._targets(some), self.data.tasks)
        scores = self.judged(self.net).scores(self.data.tasks)
        self.story.begun = self.story.best = float(np.mean(scores))
        if self.world.leads:
            write_state(self.folder / BEST, self.net.state_dict(), {})

    def _targets(self, rows: Ids) -> Tensor:
        return self.data.targets[rows].to(self.net.device)

    def _epoch(self) -> float:
        """Steps over all pictures in this epoch's own order. Returns the mean loss."""
        number = self.story.epoch
        rng = np.random.default_rng([self.data.seed, number])
        torch.manual_seed(int(rng.integers(2**31)))
        order = rng.permutation(self.learns)
        variants = rng.integers(0, self.recipe.variants, len(order))
        self.source = self.data.learned(number)
        self.net.train()
        model = self._shared()
        steps = range(0, len(order), self.recipe.batch)
        total = 0.0
        for start in steps:
            some = slice(start, start + self.recipe.batch)
            self._set_rates(number + start / len(order))
            total += self._step(model, order[some], variants[some])
            self._tell(number, min(start + self.recipe.batch, len(order)))
            self._heed()
        return float(self.world.total(torch.tensor(total / len(steps))))

    def _shared(self) -> nn.Module:
        if self.world.size == 1:
            return self.net
        return DistributedDataParallel(self.net, forward_sync_buffers=False)

    def _set_rates(self, epochs: float) -> None:
        """epochs: since the beginning."""
        rate = self.recipe.rate_at(epochs / self.recipe.epochs, self.story.falls)
        for distance, group in enumerate(self.optimiser.param_groups):
            group["lr"] = rate * self.recipe.fading**distance

    def _step(self, model: nn.Module, rows: Ids, variants: Ids) -> float:
        """One step of the optimiser, in smaller pieces where memory does not suffice."""
        while True:
            try:
                return self._attempt(model, rows, variants)
            except (RuntimeError, MemoryError) as error:
                if not _is_out_of_memory(error):
                    raise
                self._halve(error)

    def _attempt(self, model: nn.Module, rows: Ids, variants: Ids) -> float:
        self.optimiser.zero_grad()
        mine, own = self.world.share(rows), self.world.share(variants)
        total = 0.0
        for start in range(0, len(mine), self.micro):
            some = slice(start, start + self.micro)
            x = self.source.batch(mine[some], own[some]).to(self.net.device)
            loss = self._loss(model, x, self._targets(mine[some])) / len(rows)
            (loss * self.world.size).backward()  # DistributedDataParallel takes the mean over them
            total += float(loss.detach())
        if self.recipe.clip is not None:
            nn.utils.clip_grad_norm_(self.net.parameters(), self.recipe.clip)
        self.optimiser.step()
        self._take_average()
        return total

    def _loss(self, model: nn.Module, x: Tensor, targets: Tensor) -> Tensor:
        """The sum over some pictures."""
        tasks, recipe = self.data.tasks, self.recipe
        if not recipe.mixup or len(x) == 1:
            _, logits = model(x)
            return losses(logits, targets, tasks, recipe.smoothing).sum()
        share = float(torch.distributions.Beta(recipe.mixup, recipe.mixup).sample())
        other = torch.randperm(len(x), device=x.device)
        _, logits = model(x.lerp(x[other], 1 - share))
        own = losses(logits, targets, tasks, recipe.smoothing)
        mixed = losses(logits, targets[other], tasks, recipe.smoothing)
        return (share * own + (1 - share) * mixed).sum()

    def _halve(self, error: BaseException) -> None:
        if self.micro == 1 or self.world.size > 1:
            raise Unavailable(
                f"out of memory with {self.micro} pictures at a time: take a smaller network or "
                f"side, or a machine with more"
            ) from error
        self.micro = -(-self.micro // 2)
        if not any(note.startswith("out of memory") for note in self.story.notes):
            self.story.notes.append(f"out of memory: {self.micro} pictures or fewer at a time")
            self.tell(self.story.notes[-1], 0, 1)

    def _take_average(self) -> None:
        keep = self.recipe.average
        if keep is None:
            return
        if self.average is None:
            self.average, self.averaged = deepcopy(self.net), 0
        self.averaged += 1
        keep = min(keep, self.averaged / (self.averaged + _WARM))
        with torch.no_grad():
            own = self.net.state_dict()
            for name, value in self.average.state_dict().items():
                if value.is_floating_point():
                    value.lerp_(own[name], 1 - keep)
                else:
                    value.copy_(own[name])

    def judged(self, net: Net) -> Counts:
        """What is right of the pictures held back, none of them varied."""
        net.eval()
        found = torch.zeros(len(self.data.tasks), 3, dtype=torch.int64)
        mine = self.world.share(self.held)
        with torch.no_grad(), arithmetic(self.net.device):
            for start in range(0, len(mine), self.recipe.batch):
                rows = mine[start : start + self.recipe.batch]
                x = self.data.judged.batch(rows, np.zeros_like(rows)).to(self.net.device)
                found += count(net(x)[1].cpu(), self.data.targets[rows], self.data.tasks).values
        return Counts(self.world.total(found))

    def _tell(self, number: int, done: int) -> None:
        if not self.world.leads:
            return
        epochs, each, best = self.recipe.epochs, len(self.learns), ""
        if self.story.epochs:
            best = f", best so far {100 * self.story.best:.1f} % (n = {len(self.held)})"
        self.tell(f"epoch {number + 1} of {epochs}{best}", number * each + done, epochs * each)

    def _heed(self) -> None:
        """Raises EndedEarly, in all processes alike, where there is a state to end with."""
        if not self.story.epochs:
            return
        asked = self.world.leads and self.ends()
        if self.world.total(torch.tensor(int(asked))):
            raise EndedEarly

    def _write(self, gained: bool) -> None:
        """The state after an epoch; the best first, so that a crash between costs nothing."""
        self.world.wait()
        if not self.world.leads:
            return
        if gained:
            write_state(self.folder / BEST, (self.average or self.net).state_dict(), {})
        told = {"story": asdict(self.story), "averaged": self.averaged}
        state = {f"net/{name}": value for name, value in self.net.state_dict().items()}
        if self.average is not None:
            state |= {f"average/{k}": value for k, value in self.average.state_dict().items()}
        for number, values in self.optimiser.state_dict()["state"].items():
            state |= {f"optimiser/{number}/{k}": torch.as_tensor(v) for k, v in values.items()}
        write_state(self.folder / LAST, state, told)

    def taken_up(self) -> Story:
        """Where an earlier run stopped, or the beginning."""
        if not (self.folder / LAST).exists():
            return self.story
        state, told = read_state(self.folder / LAST)
        self.story = Story(**told["story"])
        self.averaged = told["averaged"]
        self.net.load_state_dict(_under("net/", state))
        if average := _under("average/", state):
            self.average = deepcopy(self.net)
            self.average.load_state_dict(average)
        self.optimiser.load_state_dict(
            {
                "state": _nested(_under("optimiser/", state)),
                "param_groups": self.optimiser.state_dict()["param_groups"],
            }
        )
        return self.story


def probe(last: nn.Linear, embeddings: Tensor, targets: Tensor, tasks: tuple[Task, ...]) -> None:
    """Teach a last layer by L-BFGS on all embeddings (n, d) at once, standardised meanwhile."""
    centre, spread = embeddings.mean(0), embeddings.std(0) + PROBE_FLOOR
    x = (embeddings - centre) / spread
    weight = torch.zeros_like(last.weight, requires_grad=True)
    bias = torch.zeros_like(last.bias, requires_grad=True)
    optimiser = torch.optim.LBFGS(
        [weight, bias], max_iter=PROBE_STEPS, line_search_fn="strong_wolfe"
    )

    def loss() -> Tensor:
        optimiser.zero_grad()
        logits = functional.linear(x, weight, bias)
        total = losses(logits, targets, tasks, 0.0).mean() + PROBE_DECAY * weight.square().sum()
        total.backward()
        return total

    optimiser.step(loss)
    with torch.no_grad():
        last.weight.copy_(weight / spread)
        last.bias.copy_(bias - last.weight @ centre)


def _optimiser(parts: list[list[nn.Parameter]], recipe: Recipe) -> torch.optim.Optimizer:
    groups: list[Any] = [{"params": part} for part in parts]
    if recipe.optimiser == "sgd":
        return torch.optim.SGD(groups, recipe.rate, momentum=MOMENTUM, weight_decay=recipe.decay)
    return torch.optim.AdamW(groups, recipe.rate, weight_decay=recipe.decay)


def _under(prefix: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}


def _nested(flat: dict[str, Tensor]) -> dict[int, dict[str, Tensor]]:
    found: dict[int, dict[str, Tensor]] = {}
    for name, value in flat.items():
        number, _, key = name.partition("/")
        found.setdefault(int(number), {})[key] = value
    return found


def _is_out_of_memory(error: BaseException) -> bool:
    words = ("out of memory", "not enough memory", "can't allocate memory")
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or any(
        each in str(error) for each in words
    )
