"""Networks in memory: one device each, once each, and no more than fit."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tagwright.errors import InvalidInput, Unavailable
from tagwright.runtime.backbone import Backbone, load_backbone
from tagwright.runtime.catalog import BackboneSpec
from tagwright.runtime.custom import read_row
from tagwright.runtime.loaded import Loaded, LoadedNetworks, available_devices, checked_devices
from tests.tiny import TINY_SIDE, tiny_backbone_row

Networks = Callable[[str], Backbone]


class Weight:
    """A network that is nothing but its size. Tells what was loaded, and where."""

    def __init__(self, version: str, size: int) -> None:
        self.version = version
        self.size = size


class Shelf:
    """Makes networks of a size each, and remembers which were loaded on which device."""

    def __init__(self, networks: LoadedNetworks, size: int = 10) -> None:
        self.networks = networks
        self.size = size
        self.loads: list[tuple[str, str]] = []

    def get(self, name: str, *, first: bool = False) -> Backbone:
        def load(device: str) -> Backbone:
            self.loads.append((name, device))
            return Weight(name, self.size)  # type: ignore[return-value]

        return self.networks.get(name, load, first=first)

    @property
    def names(self) -> list[str]:
        return [each.version for each in self.networks.all()]


def test_networks_are_spread_over_the_devices_and_the_usual_one_is_on_the_first() -> None:
    shelf = Shelf(LoadedNetworks(["GPU.0", "GPU.1", "CPU"], 100))
    shelf.get("usual", first=True)
    for name in ("a", "b", "c", "d", "a", "b"):
        shelf.get(name)
    assert shelf.loads == [
        ("usual", "GPU.0"),
        ("a", "GPU.1"),
        ("b", "CPU"),
        ("c", "GPU.0"),
        ("d", "GPU.1"),
    ]
    assert Loaded("d", "GPU.1", 10) in shelf.networks.all()


def test_a_device_whose_network_was_unloaded_gets_the_next() -> None:
    shelf = Shelf(LoadedNetworks(["GPU.0", "GPU.1"], 30))
    for name in ("a", "b", "c", "a", "d"):  # b, on GPU.1, is the one not used lately
        shelf.get(name)
    assert shelf.names == ["c", "a", "d"]
    assert shelf.loads[-1] == ("d", "GPU.1")


def test_what_was_not_used_lately_goes_until_the_rest_fits() -> None:
    shelf = Shelf(LoadedNetworks(["CPU"], 40))
    for name in ("a", "b", "c", "d", "b"):
        shelf.get(name)
    shelf.size = 25
    shelf.get("large")
    assert shelf.names == ["b", "large"]
    assert sum(each.size for each in shelf.networks.all()) == 35


def test_a_network_in_use_is_not_unloaded() -> None:
    shelf = Shelf(LoadedNetworks(["CPU"], 20))
    held = shelf.get("held")
    for name in ("a", "b", "c"):
        shelf.get(name)
    assert shelf.names == ["held", "c"]
    assert shelf.get("held") is held


def test_where_those_in_use_leave_no_room_the_way_out_is_said() -> None:
    shelf = Shelf(LoadedNetworks(["CPU"], 20, patience=0.1))
    held = [shelf.get("a"), shelf.get("b")]
    with pytest.raises(Unavailable, match=r"'c' takes .* raise TAGWRIGHT_NETWORK_MEMORY"):
        shelf.get("c")
    assert shelf.names == ["a", "b"]
    held.clear()
    assert shelf.get("c").version == "c"


def test_one_that_waits_gets_in_when_another_is_let_go() -> None:
    shelf = Shelf(LoadedNetworks(["CPU"], 10, patience=30))
    held = [shelf.get("a")]
    release = threading.Timer(0.2, held.clear)
    release.start()
    assert shelf.get("b").version == "b"
    assert shelf.names == ["b"]
    release.join()


def test_one_larger_than_all_may_be_is_refused_with_the_remedy() -> None:
    shelf = Shelf(LoadedNetworks(["CPU"], 20_000_000), size=10_000_000)
    shelf.get("a")
    shelf.size = 21_000_000
    with pytest.raises(InvalidInput, match=r"21 MB, more than the 20 MB .* TAGWRIGHT_NETWORK_MEM"):
        shelf.get("large")
    assert shelf.names == ["a"]


def test_two_threads_that_ask_for_the_same_network_load_it_once() -> None:
    networks, loads = LoadedNetworks(["CPU"], 100), 0
    begun, go_on = threading.Event(), threading.Event()

    def load(_device: str) -> Backbone:
        nonlocal loads
        loads += 1
        begun.set()
        assert go_on.wait(30)
        return Weight("slow", 10)  # type: ignore[return-value]

    shelf = Shelf(networks)
    shelf.get("there")
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(networks.get, "slow", load) for _ in range(4)]
        assert begun.wait(30)
        assert shelf.get("there").version == "there"  # whoever is loaded waits for nobody
        go_on.set()
        found = {id(each.result(30)) for each in asked}
    assert loads == len(found) == 1


def test_a_device_that_is_not_here_is_named_with_those_that_are() -> None:
    here = available_devices()
    assert checked_devices([here[0], here[0]]) == (here[0],)
    with pytest.raises(InvalidInput, match=rf"no device 'GPU\.7' here: name some of .*{here[0]}"):
        checked_devices([here[0], "GPU.7"])


def test_a_device_that_cannot_run_a_network_is_named(
    tiny_spec: BackboneSpec, tmp_path: Path
) -> None:
    with pytest.raises(Unavailable, match=r"device 'GPU\.7' cannot run 'tiny'"):
        load_backbone(tiny_spec, tmp_path, precision="f32", device="GPU.7")


@pytest.fixture
def own(tmp_path: Path) -> Networks:
    """Loads a tiny network of a name that is a number."""
    specs = {str(seed): read_row(tiny_backbone_row(tmp_path, seed=seed)) for seed in range(3)}
    return lambda name: load_backbone(specs[name], tmp_path)


def test_networks_come_and_go_under_the_requests_of_many_threads(own: Networks) -> None:
    """There is room for two of three, and nobody ever sees another network's features."""
    pixels = np.random.default_rng(3).integers(0, 256, (TINY_SIDE, TINY_SIDE, 3), np.uint8)
    alone = {name: own(name).row(pixels)["semantic"] for name in "012"}
    limit = int(2.5 * own("0").size)
    networks = LoadedNetworks(["CPU"], limit, patience=60)

    def ask(turn: int) -> bool:
        name = "0120021"[turn % 7]
        row = networks.get(name, lambda _device: own(name)).row(pixels)
        assert sum(each.size for each in networks.all()) <= limit
        return bool((row["semantic"] == alone[name]).all())

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(ask, range(140)))
    assert len(networks.all()) == 2


WIDE = """
import hashlib, json, sys
from pathlib import Path
import numpy as np
from onnx import TensorProto, helper, numpy_helper

def wide(name, width, side):
    "A graph of a few wide layers, and its row."
    rng, cut = np.random.default_rng(0), 4
    def array(name, *shape):
        return numpy_helper.from_array(rng.normal(0, 0.02, shape).astype(np.float32), name)
    weights = [array("a", width, 3, cut, cut), array("b", width, width, 3, 3)]
    nodes = [
        helper.make_node("Conv", ["x", "a"], ["cut"], strides=[cut, cut]),
        helper.make_node("Conv", ["cut", "b"], ["mixed"], pads=[1, 1, 1, 1]),
        helper.make_node("GlobalAveragePool", ["mixed"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["semantic"]),
    ]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "wide",
        [value("x", TensorProto.FLOAT, [1, 3, side, side])],
        [value("semantic", TensorProto.FLOAT, [1, width])],
        weights,
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    data, folder = made.SerializeToString(), Path(sys.argv[1])
    (folder / f"{name}.onnx").write_bytes(data)
    row = {"name": name, "onnx": f"{name}.onnx", "sha256": hashlib.sha256(data).hexdigest()}
    row |= {"side": side, "mean": [0.5] * 3, "std": [0.5] * 3}
    (folder / f"{name}.json").write_text(
        json.dumps({**row, "semantic": "semantic", "licence": "CC0-1.0"})
    )
"""
MEASURE = """
from tagwright.runtime.backbone import load_backbone
from tagwright.runtime.custom import read_row
from tagwright.runtime.loaded import LoadedNetworks

def resident():
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.partition("VmRSS:")[2].split()[0])

def use(name):
    folder = Path(sys.argv[1])
    def load(device):
        return load_backbone(read_row(folder / f"{name}.json"), folder, precision=sys.argv[2])
    network = networks.get(name, load)
    side = network.spec.side
    network.embed(np.random.default_rng(0).integers(0, 256, (8, side, side, 3), np.uint8))
    return network.size

networks = LoadedNetworks(["CPU"], 10**9)
wide("small", 64, 64), wide("weights", 1024, 64), wide("more", 1024, 64), wide("layers", 64, 1024)
use("small")
networks.clear()
told = []
for name in ("weights", "layers", "weights"):
    before = resident()
    size = use(name)
    grown = resident() - before
    networks.clear()
    told.append({"size": size, "grown": grown, "fell": before + grown - resident()})
networks = LoadedNetworks(["CPU"], int(1.5 * size))
use("weights")
full = resident()
for name in ("more", "weights", "more", "weights"):
    use(name)
print(json.dumps({"told": told, "crept": resident() - full, "kept": len(networks.all())}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("precision", ["f32", "bf16"])
def test_memory_is_what_is_said_and_falls_when_a_network_goes(
    precision: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", WIDE + MEASURE, str(tmp_path), precision]
    made = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(made.stdout)
    noise = 12_000_000
    for each in found["told"]:
        assert each["size"] / 3 < each["grown"] < each["size"] + noise
        assert each["fell"] > 0.8 * each["grown"] - noise
    assert found["kept"] == 1
    assert found["crept"] < found["told"][0]["size"] / 2  # glibc may keep a block or two
