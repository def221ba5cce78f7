"""Graphs from disk, compiled for a device of this machine."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import openvino as ov
from openvino import opset13 as ops
from openvino.preprocess import PrePostProcessor

from tagwright.errors import InvalidInput, Unavailable
from tagwright.runtime.catalog import BackboneSpec, Colour, OnnxFile, Packaged
from tagwright.runtime.footprint import Footprint, footprint
from tagwright.runtime.weights import packaged_file, read_legacy_torch, verified_bytes
from tagwright.types import VIEWS, View

_TOKENS_RANK: Final = 3
_MAP_RANK: Final = 4
_GRID: Final = 4
"""Cells a side of what is kept of a map as `detail`, as of the packaged networks' maps."""


def compiled(
    spec: BackboneSpec, cache: Path, *, precision: str, device: str = "CPU"
) -> tuple[ov.CompiledModel, Footprint]:
    """A network for (1, side, side, 3) uint8, with a (1, d) float32 output for each of `VIEWS`.

    It takes one picture at a time, on as many streams as the machine has use for: on two cores
    batches of 4 and 8 were no faster, and a picture's features cannot depend on its neighbours.
    """
    core = ov.Core()
    if isinstance(spec.weights, Packaged):
        model = core.read_model(written_graph(spec, spec.weights, cache))
        model.reshape([1, spec.side, spec.side, 3])
    else:
        model = opened_graph(spec.weights, spec.sha256, side=spec.side)
        _normalise(model, spec.mean, spec.std)
    asked = {
        "INFERENCE_PRECISION_HINT": native(core, device) if precision == "auto" else precision,
        "PERFORMANCE_HINT": "THROUGHPUT",
    }
    try:
        return core.compile_model(model, device, asked), footprint(model)
    except RuntimeError as error:
        raise Unavailable(
            f"the device {device!r} cannot run {spec.name!r}: {_gist(error)}; name another in "
            f"TAGWRIGHT_DEVICES, or set TAGWRIGHT_PRECISION=f32"
        ) from error


def native(core: ov.Core, device: str) -> str:
    """bf16 where the device multiplies it natively (a CPU with AVX512-BF16 or AMX), else f32."""
    return "bf16" if "BF16" in core.get_property(device, "OPTIMIZATION_CAPABILITIES") else "f32"


def written_graph(spec: BackboneSpec, weights: Packaged, cache: Path) -> Path:
    """The graph of packaged weights as a file in `cache`, written at the first call."""
    path = cache / f"{spec.version}.onnx"
    pin = path.with_suffix(".sha256")
    if not _as_written(path, pin):
        from tagwright.runtime import graph  # noqa: PLC0415 - onnx takes longer than the rest

        file = packaged_file(weights.package, weights.file)
        tensors = read_legacy_torch(verified_bytes(file, spec.sha256))
        architecture = graph.Architecture(spec.side, weights.depths, spec.mean, spec.std)
        data: bytes = graph.efficientnet_lite(tensors, architecture).SerializeToString()
        _write(path, data)
        _write(pin, hashlib.sha256(data).hexdigest().encode())
    return path


def opened_graph(weights: OnnxFile, sha256: str, *, side: int) -> ov.Model:
    """Somebody else's graph, checked: one picture in, one flat output for each of `VIEWS`.

    The picture is (1, side, side, 3) uint8, or (1, 3, side, side) float32 and not normalised yet.
    """
    data = verified_bytes(weights.path, sha256)
    where = str(weights.path)
    try:
        model = ov.Core().read_model(data)
    except RuntimeError as error:
        raise InvalidInput(
            f"cannot read {where!r} as ONNX: {_gist(error)}; "
            f"export it as one file, without external data"
        ) from error
    _take_one_picture(model, where, side)
    flat = [_flat_output(model, weights.outputs[view], where, view) for view in VIEWS]
    return ov.Model([ops.result(output) for output in flat], model.get_parameters(), "backbone")


def _take_one_picture(model: ov.Model, where: str, side: int) -> None:
    shapes = [[1, side, side, 3], [1, 3, side, side]]
    if len(model.inputs) == 1:
        pixels = model.input(0)
        shape = shapes[0] if pixels.element_type == ov.Type.u8 else shapes[1]
        if pixels.partial_shape.compatible(ov.PartialShape(shape)):
            model.reshape(shape)
            return
    found = [
        f"{i.any_name} {i.element_type.get_type_name()} {i.partial_shape}" for i in model.inputs
    ]
    raise InvalidInput(
        f"{where!r} takes {found!r}: export it with one input, "
        f"uint8 {shapes[0]!r} or float32 {shapes[1]!r} (any batch), or correct the row's side"
    )


def _flat_output(model: ov.Model, name: str, where: str, view: View) -> ov.Output:
    """The named output as (1, d): a row as it is, a map or tokens pooled."""
    named = {n: output for output in model.outputs for n in output.names}
    if name not in named:
        raise InvalidInput(f"{where!r} has no output {name!r}: take one of {sorted(named)!r}")
    dynamic = named[name].partial_shape
    shape = [] if dynamic.is_dynamic else [int(size) for size in dynamic.to_shape()]
    source = ops.convert(named[name].get_node().input_value(0), ov.Type.f32).output(0)
    if len(shape) > 1 and shape[0] == 1 and sum(size > 1 for size in shape) <= 1:
        pooled = source
    elif len(shape) == _TOKENS_RANK and shape[0] == 1:
        pooled = ops.reduce_mean(source, [1], False).output(0)
    elif len(shape) == _MAP_RANK and shape[0] == 1 and (planes := _planes(source, shape)):
        pooled = _pooled_map(planes, view)
    else:
        raise InvalidInput(
            f"{where!r} gives {name!r} in the shape {dynamic}: export it as rows (n, d), as "
            f"tokens (n, t, d), or as a square map (n, d, h, w) or (n, h, w, d)"
        )
    return ops.reshape(pooled, [1, -1], special_zero=False).output(0)


def _planes(source: ov.Output, shape: list[int]) -> ov.Output | None:
    """A square map as (1, d, h, w); None where neither layout is square."""
    if shape[2] == shape[3]:
        return source
    if shape[1] == shape[2]:
        return ops.transpose(source, [0, 3, 1, 2]).output(0)
    return None


def _pooled_map(planes: ov.Output, view: View) -> ov.Output:
    """The mean of each plane; for `detail`, of each cell of a grid."""
    if view == "semantic":
        return ops.reduce_mean(planes, [2, 3], False).output(0)
    cells = min(_GRID, int(planes.get_shape()[2]))
    return ops.adaptive_avg_pool(planes, [cells, cells]).output(0)


def _normalise(model: ov.Model, mean: Colour, std: Colour) -> None:
    """A float graph is made to take decoded pixels; a uint8 graph normalises for itself."""
    if model.input(0).element_type == ov.Type.u8:
        return
    steps = PrePostProcessor(model)
    pixels = steps.input(0)
    pixels.tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
    pixels.model().set_layout(ov.Layout("NCHW"))
    to_unit = pixels.preprocess().convert_element_type(ov.Type.f32).scale(255.0)
    to_unit.mean(list(mean)).scale(list(std))
    steps.build()


def _as_written(path: Path, pin: Path) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest().encode() == pin.read_bytes()
    except OSError:
        return False


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing, whenever the machine stops."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _temporary(path.parent) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
    except OSError as error:
        raise Unavailable(
            f"cannot write {str(path)!r}: {error.strerror}; make room there, or make it writable"
        ) from error


@contextmanager
def _temporary(folder: Path) -> Iterator[IO[bytes]]:
    """A new file that is gone afterwards, unless it was renamed."""
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        try:
            yield file
        finally:
            Path(file.name).unlink(missing_ok=True)


def _gist(error: RuntimeError) -> str:
    """The last line of OpenVINO's account, which says what was wrong."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"
