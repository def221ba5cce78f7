"""Files of a run: written whole or not at all, whenever the machine stops."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from safetensors import safe_open
from safetensors.torch import save
from torch import Tensor

from tagwright.errors import Unavailable
from tagwright.types import Json


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` in place of what was there. Raises Unavailable where the disk will not."""
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise Unavailable(
            f"cannot write {str(path)!r}: {error.strerror or error}; make room there, or make it "
            f"writable, and run this again: it goes on where it was"
        ) from error


def write_state(path: Path, state: dict[str, Tensor], told: Json) -> None:
    """Tensors, and a JSON object about them, in one safetensors file."""
    tensors = {name: value.detach().contiguous().clone() for name, value in state.items()}
    write_whole(path, save(tensors, metadata={"told": json.dumps(told)}))


def read_state(path: Path) -> tuple[dict[str, Tensor], Json]:
    """What `write_state` wrote."""
    with safe_open(path, framework="pt") as file:
        told: dict[str, Any] = json.loads(file.metadata()["told"])
        return {name: file.get_tensor(name) for name in file.keys()}, told  # noqa: SIM118 - no dict
