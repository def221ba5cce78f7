"""What is to be trained, as a folder: everything a process needs, so that any may take it up."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from tagwright.deep.files import write_whole
from tagwright.deep.recipes import RecipeName

LEARNS: Final = 0
"""In `parts.npy`: a picture the network learns from."""
HELD: Final = 1
"""In `parts.npy`: a picture it is judged on after each epoch."""
Start = Literal["pretrained", "scratch"]
TaskKind = Literal["one", "any", "tree", "one-vs-rest"]
"""`one`: one column of many is right. All others are yes/no answers: `any`, each by itself; `tree`,
right if all are that are asked on the way to a concept; `one-vs-rest`, of which one is a yes.
"""


@dataclass(frozen=True, slots=True)
class Task:
    """One facet's share of the last layer."""

    kind: TaskKind
    columns: int

    @property
    def width(self) -> int:
        """Its columns of `targets.npy`: one index (-1 unknown), or an answer (1, 0, -1) each."""
        return 1 if self.kind == "one" else self.columns


@dataclass(frozen=True, slots=True)
class Plan:
    """A training. boundary: the first step that learns. small_first: whether the first epochs see
    smaller pictures. epochs, batch: instead of the recipe's.

    In its folder: `pixels.npy` (n, side, side, 3) uint8, `targets.npy` (n, width) int32,
    `parts.npy` (n,) uint8, and `weights.safetensors` unless it starts from scratch.
    """

    network: str
    side: int
    tasks: tuple[Task, ...]
    recipe: RecipeName
    start: Start
    boundary: str
    seed: int = 0
    small_first: bool = False
    epochs: int | None = None
    batch: int | None = None
    cached: bool = True

    @property
    def columns(self) -> int:
        return sum(task.columns for task in self.tasks)

    def write(self, folder: Path) -> None:
        write_whole(folder / "plan.json", json.dumps(asdict(self)).encode())


def read_plan(folder: Path) -> Plan:
    """What `Plan.write` wrote."""
    stored = json.loads((folder / "plan.json").read_bytes())
    tasks = tuple(Task(**task) for task in stored.pop("tasks"))
    return Plan(**stored, tasks=tasks)
