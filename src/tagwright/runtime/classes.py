"""The classes a backbone was trained on: the last layer of its packaged weights, in numpy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tagwright.core.generic import Step, read_paths
from tagwright.runtime.catalog import BackboneSpec, Packaged
from tagwright.runtime.weights import packaged_file, read_legacy_torch, verified_bytes
from tagwright.types import Half, Matrix

_NAMES: Final = Path(__file__).with_name("imagenet.tsv")


@dataclass(frozen=True, slots=True)
class Classes:
    """weights: (d, c) float32. bias: (c,) float32. paths: the words of each class, and above it."""

    weights: Matrix
    bias: NDArray[np.float32]
    paths: tuple[tuple[Step, ...], ...]

    def probabilities(self, semantic: Half) -> Matrix:
        """(n, c) softmax over the classes. semantic: (n, d), the view of that name."""
        scores = semantic.astype(np.float32) @ self.weights + self.bias
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        found: Matrix = scores / scores.sum(axis=1, keepdims=True)
        return found


def load_classes(spec: BackboneSpec) -> Classes | None:
    """The classes of a backbone; None for one from a file, whose classes nobody told us."""
    if not isinstance(spec.weights, Packaged):
        return None
    file = packaged_file(spec.weights.package, spec.weights.file)
    tensors = read_legacy_torch(verified_bytes(file, spec.sha256))
    return Classes(
        weights=np.ascontiguousarray(tensors["_fc.weight"].T, dtype=np.float32),
        bias=np.asarray(tensors["_fc.bias"], dtype=np.float32),
        paths=read_paths(_NAMES.read_text(encoding="utf-8")),
    )
