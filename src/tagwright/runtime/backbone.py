"""From pixels to features: `load_backbone`, and what it gives.

Pictures pass the network one by one, several at the same time, so that the features of each are
the same bits whatever its neighbours: a resumed import equals an uninterrupted one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from queue import SimpleQueue
from typing import Final, Protocol, TypeAlias, TypeVar

import numpy as np
import openvino as ov

from tagwright.errors import InvalidInput
from tagwright.runtime.catalog import BackboneSpec, Precision
from tagwright.runtime.footprint import Footprint
from tagwright.runtime.session import compiled
from tagwright.types import VIEWS, Features, Half, Pixels, View

FeatureRow: TypeAlias = Mapping[View, Half]
"""One picture's features: (d,) float16 a view."""

T = TypeVar("T")

QUEUED: Final = 2
"""Pictures that wait while every stream works, so that none of them idles."""


class Backbone(Protocol):
    """What turns pixels into features."""

    @property
    def spec(self) -> BackboneSpec: ...

    @property
    def version(self) -> str:
        """Stored with features; see `BackboneSpec.version`."""
        ...

    @property
    def depth(self) -> int:
        """Pictures it works on at the same time; more only wait."""
        ...

    @property
    def size(self) -> int:
        """Bytes of memory it takes, at most."""
        ...

    def embed(self, pixels: Pixels) -> Features:
        """pixels: (n, side, side, 3). Each view: (n, d) float16."""
        ...

    def stream(self, items: Iterable[tuple[T, Pixels]]) -> Iterator[tuple[T, FeatureRow]]:
        """The same for (side, side, 3) pictures as they come, in order, each with its key.

        `items` is read ahead by a few pictures, while the network works on those before.
        """
        ...

    def row(self, pixels: Pixels) -> FeatureRow:
        """The features of one (side, side, 3) picture, at once. Threads share the network."""
        ...


def load_backbone(
    spec: BackboneSpec, cache: Path, *, precision: Precision = "auto", device: str = "CPU"
) -> OpenVinoBackbone:
    """A backbone ready to use, on a device by its name in the runtime.

    cache: a folder for the graph written from packaged weights; it may be emptied at any time.
    precision: `auto` is bf16 where the device multiplies it natively, else f32.
    """
    wanted = spec.precision if precision == "auto" else precision
    return OpenVinoBackbone(spec, *compiled(spec, cache, precision=wanted, device=device))


class OpenVinoBackbone:
    """A `Backbone` on OpenVINO. Threads may share it."""

    def __init__(self, spec: BackboneSpec, network: ov.CompiledModel, takes: Footprint) -> None:
        self._spec = spec
        self._network = network
        streams = int(network.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS"))
        self._depth = streams + QUEUED
        self._size = takes.upper(streams, requests=2 * self._depth)  # for `row`, and for a `stream`
        self._waiting: SimpleQueue[_Request] = SimpleQueue()
        for _ in range(self._depth):
            self._waiting.put(_Request(network, spec))

    @property
    def depth(self) -> int:
        return self._depth

    @property
    def size(self) -> int:
        return self._size

    @property
    def spec(self) -> BackboneSpec:
        return self._spec

    @property
    def version(self) -> str:
        return self._spec.version

    def embed(self, pixels: Pixels) -> Features:
        side = self._spec.side
        if pixels.dtype != np.uint8 or pixels.shape != (len(pixels), side, side, 3):
            raise InvalidInput(
                f"{self._spec.name!r} takes pixels of shape (n, {side}, {side}, 3) uint8, not "
                f"{pixels.shape!r} {pixels.dtype}: decode them with side={side}"
            )
        features = {
            view: np.empty((len(pixels), dim), np.float16) for view, dim in self._spec.views.items()
        }
        for i, row in self.stream(enumerate(pixels)):
            for view in VIEWS:
                features[view][i] = row[view]
        return features

    def row(self, pixels: Pixels) -> FeatureRow:
        request = self._waiting.get()
        try:
            request.start(pixels)
            return request.row()
        finally:
            self._waiting.put(request)

    def stream(self, items: Iterable[tuple[T, Pixels]]) -> Iterator[tuple[T, FeatureRow]]:
        idle = [_Request(self._network, self._spec) for _ in range(self._depth)]
        busy: deque[tuple[T, _Request]] = deque()
        try:
            for key, pixels in items:
                if not idle:
                    done, request = busy.popleft()
                    yield done, request.row()
                    idle.append(request)
                request = idle.pop()
                request.start(pixels)
                busy.append((key, request))
            while busy:
                done, request = busy.popleft()
                yield done, request.row()
        finally:
            for _, request in busy:
                request.wait()


class _Request:
    """One picture on its way. Its input buffer is used again and again."""

    def __init__(self, network: ov.CompiledModel, spec: BackboneSpec) -> None:
        self._spec = spec
        self._pixels = np.zeros((1, spec.side, spec.side, 3), np.uint8)
        self._request = network.create_infer_request()
        self._request.set_input_tensor(ov.Tensor(self._pixels, shared_memory=True))

    def start(self, pixels: Pixels) -> None:
        if pixels.dtype != np.uint8 or pixels.shape != self._pixels.shape[1:]:
            side = self._spec.side
            raise InvalidInput(
                f"{self._spec.name!r} takes pictures of shape {(side, side, 3)!r} uint8, not "
                f"{pixels.shape!r} {pixels.dtype}: decode them with side={side}"
            )
        self._pixels[0] = pixels
        self._request.start_async()

    def wait(self) -> None:
        self._request.wait()

    def row(self) -> FeatureRow:
        """The features, when they are there. Raises InvalidInput if float16 cannot hold them."""
        self._request.wait()
        with np.errstate(over="ignore"):
            row = {
                view: self._request.get_output_tensor(i).data[0].astype(np.float16)
                for i, view in enumerate(VIEWS)
            }
        if not all(np.isfinite(values).all() for values in row.values()):
            raise InvalidInput(
                f"{self._spec.name!r} gives features that are not finite in float16: "
                f"scale its outputs below 65504, or correct its mean and std"
            )
        return row
