"""What a network takes in memory, told by its graph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from typing import Final

import openvino as ov

_FLOAT: Final = 4


@dataclass(frozen=True, slots=True)
class Footprint:
    """Bytes, all numbers taken as 32-bit floats. weights: of the constants. layers: of what is
    held between layers at once, at most. picture: of one input, uint8.
    """

    weights: int
    layers: int
    picture: int

    def upper(self, streams: int, requests: int) -> int:
        """At most so many bytes, for so many pictures at a time and so many that wait.

        The runtime keeps the graph's own weights beside those it computes with, and lets each
        stream have its layers. See docs/adr/0029.
        """
        return 2 * self.weights + streams * self.layers + requests * self.picture


def footprint(model: ov.Model) -> Footprint:
    """Of a graph of fixed shapes with one input."""
    ops = model.get_ordered_ops()
    weights = sum(_floats(op) for op in ops if op.get_type_name() == "Constant")
    return Footprint(weights, _held(ops), prod(model.input(0).shape))


def _held(ops: Iterable[ov.Node]) -> int:
    """The most bytes between layers that are computed one after another."""
    layers = [op for op in ops if op.get_type_name() not in ("Constant", "Result")]
    last = {name: at for at, op in enumerate(layers) for name in _sources(op)}
    held: dict[str, int] = {}
    most = 0
    for at, op in enumerate(layers):
        held[op.get_name()] = _floats(op)
        most = max(most, sum(held.values()))
        for name in _sources(op):
            if last[name] == at:
                held.pop(name, None)
    return most


def _sources(op: ov.Node) -> set[str]:
    return {each.get_source_output().get_node().get_name() for each in op.inputs()}


def _floats(op: ov.Node) -> int:
    return sum(prod(output.get_shape()) * _FLOAT for output in op.outputs())
