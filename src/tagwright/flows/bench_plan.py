"""What a comparison is to measure, as a YAML file says it."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from tagwright.errors import InvalidInput, NotFound
from tagwright.flows.finetuning import FinetuneOptions, Schedule
from tagwright.flows.plans import MANIFESTS, ImportOptions
from tagwright.types import Recipe

TAXONOMY = "task"
"""What the taxonomy of every task's library is called."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TaskPlan(_Part):
    """A folder of class folders, or a CSV manifest.

    label, group: columns of a manifest, where they are not `label` and none; pictures of one group
    stay on one side of a split. root: where a manifest's relative paths start.
    """

    path: Path
    label: str = "label"
    group: str | None = None
    root: Path | None = None

    @property
    def is_manifest(self) -> bool:
        return self.path.suffix.lower() in MANIFESTS

    def options(self) -> ImportOptions:
        """How its pictures and labels are read."""
        if self.is_manifest:
            columns = (self.label,)
            return ImportOptions(
                taxonomy=TAXONOMY,
                kind="one",
                label_columns=columns,
                group_column=self.group,
                root=self.root,
            )
        return ImportOptions(labels="folders", taxonomy=TAXONOMY, kind="one")

    def under(self, folder: Path) -> TaskPlan:
        """With paths that start at a folder. Raises NotFound where there is nothing."""
        path = folder / self.path.expanduser()
        if not path.exists():
            raise NotFound(f"there is no {str(path)!r}: a task is a folder or a CSV manifest")
        root = None if self.root is None else folder / self.root.expanduser()
        return self.model_copy(update={"path": path.resolve(), "root": root})


class TuningPlan(_Part):
    """How networks are fine-tuned, where a method does that; see `FinetuneOptions`."""

    network: str = "lite0"
    schedule: Schedule = "modern"
    from_scratch: bool = False
    checkpoint: Path | None = None
    small_first: bool = False
    side: Annotated[int, Field(ge=16, le=1024)] | None = None
    epochs: Annotated[int, Field(ge=1, le=1000)] | None = None

    def under(self, folder: Path) -> TuningPlan:
        """With a path that starts at a folder."""
        given = self.checkpoint
        path = None if given is None else (folder / given.expanduser()).resolve()
        return self.model_copy(update={"checkpoint": path})

    def options(self, head: Recipe, seed: int) -> FinetuneOptions:
        return FinetuneOptions(**self.model_dump(), head=head, seed=seed)


class Plan(_Part):
    """Methods x tasks x seeds. The first method is what the others are tested against."""

    tasks: Annotated[dict[str, TaskPlan], Field(min_length=1)]
    methods: Annotated[tuple[str, ...], Field(min_length=1)]
    seeds: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(min_length=1)] = (0,)
    backbone: str = "efficientnet-lite0"
    tuning: TuningPlan = TuningPlan()

    @field_validator("tasks", mode="before")
    @classmethod
    def _paths_alone(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {k: {"path": v} if isinstance(v, str) else v for k, v in given.items()}

    @field_validator("methods", "seeds")
    @classmethod
    def _once(cls, given: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(set(given)) < len(given):
            raise ValueError(f"{list(given)!r} names something twice")
        return given


def read_plan(file: Path) -> Plan:
    """Raises NotFound without the file, InvalidInput for what is no plan."""
    if not file.is_file():
        raise NotFound(f"there is no file {str(file)!r}: name a YAML file with tasks and methods")
    try:
        plan = Plan.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{str(file)!r} is not YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise InvalidInput(f"{str(file)!r}: {where}: {first['msg']}") from error
    folder = file.resolve().parent
    tasks = {name: task.under(folder) for name, task in plan.tasks.items()}
    return plan.model_copy(update={"tasks": tasks, "tuning": plan.tuning.under(folder)})


def digest(*parts: object) -> str:
    """Eight hex digits that differ where the parts do."""
    text = json.dumps(parts, default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def file_name(*words: object) -> str:
    """Words as the name of a file on any system, and still theirs alone."""
    plain = re.sub(r"[^a-z0-9]+", "-", " ".join(map(str, words)).lower()).strip("-")
    return f"{plain[:60]}-{digest(*words)}"
