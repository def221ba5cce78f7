"""Anybody's ONNX file becomes a backbone, or says what is wrong with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from tagwright.errors import InvalidInput
from tagwright.runtime.backbone import load_backbone
from tagwright.runtime.catalog import CATALOG, BackboneSpec
from tagwright.runtime.custom import read_row, spec_from_onnx
from tests.tiny import tiny_backbone_row, tiny_row

OUTPUTS = {"mean": 2, "map": 4, "column": 4, "last": 4, "tokens": 3, "strip": 4}
LITE0 = CATALOG["efficientnet-lite0"]


def float_graph(
    folder: Path,
    *,
    shape: Sequence[int | str] = ("n", 3, 32, 32),
    kind: int = TensorProto.FLOAT,
    inputs: int = 1,
) -> dict[str, Any]:
    """A graph as others export them, and its row: planes of normalised floats, three outputs.

    `mean` (n, 3): of each plane. `map` (n, 3, 32, 32): the picture. `column` (n, 3, 1, 1).
    `last` (n, 32, 32, 3): the map, channels last. `tokens` (n, 1024, 3). `strip` (n, 3, 16, 64).
    """
    named = ["image", "other"][:inputs]
    nodes = [
        helper.make_node("Max", named, ["all"]),
        helper.make_node("Cast", ["all"], ["map"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMean", ["map"], ["mean"], axes=[2, 3], keepdims=0),
        helper.make_node("ReduceMean", ["map"], ["column"], axes=[2, 3], keepdims=1),
        helper.make_node("Transpose", ["map"], ["last"], perm=[0, 2, 3, 1]),
        helper.make_node("Reshape", ["last", "as_tokens"], ["tokens"]),
        helper.make_node("Reshape", ["map", "as_strip"], ["strip"]),
    ]
    sizes = {"as_tokens": (0, 1024, 3), "as_strip": (0, 3, 16, 64)}
    graph = helper.make_graph(
        nodes,
        "theirs",
        [helper.make_tensor_value_info(name, kind, shape) for name in named],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, [None] * rank)
            for name, rank in OUTPUTS.items()
        ],
        [helper.make_tensor(n, TensorProto.INT64, [len(s)], s) for n, s in sizes.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    data = model.SerializeToString()
    (folder / "theirs.onnx").write_bytes(data)
    row = tiny_row("theirs.onnx", hashlib.sha256(data).hexdigest())
    return {**row, "semantic": "mean", "detail": "column"}


def test_a_row_describes_a_backbone(tmp_path: Path) -> None:
    spec = read_row(tiny_backbone_row(tmp_path))
    assert (spec.name, spec.side, spec.views) == ("tiny", 32, {"semantic": 32, "detail": 512})


@pytest.mark.parametrize("batch", ["n", 1], ids=["any batch", "a batch of one"])
def test_a_graph_of_floats_gets_normalised_planes(batch: int | str, tmp_path: Path) -> None:
    row = float_graph(tmp_path, shape=(batch, 3, 32, 32))
    row |= {"mean": [0.1, 0.2, 0.3], "std": [0.5, 0.25, 0.2]}
    backbone = load_backbone(spec_from_onnx(row, tmp_path), tmp_path, precision="f32")
    pixels = np.zeros((1, 32, 32, 3), np.uint8)
    pixels[..., 0], pixels[..., 1] = 255, 51
    features = backbone.embed(pixels)
    np.testing.assert_allclose(features["semantic"], [[1.8, 0, -1.5]], atol=2e-3)
    np.testing.assert_array_equal(features["detail"], features["semantic"])


def test_without_a_detail_output_the_semantic_serves_as_both(tmp_path: Path) -> None:
    row = float_graph(tmp_path)
    del row["detail"]
    spec = spec_from_onnx(row, tmp_path)
    assert spec.views == {"semantic": 3, "detail": 3}
    features = load_backbone(spec, tmp_path).embed(np.full((2, 32, 32, 3), 9, np.uint8))
    np.testing.assert_array_equal(features["detail"], features["semantic"])


@pytest.mark.parametrize("output", ["map", "last", "tokens"])
def test_a_map_or_tokens_are_averaged_into_what_is_in_the_picture(
    output: str, tmp_path: Path
) -> None:
    row = float_graph(tmp_path)
    pixels = np.random.default_rng(0).integers(0, 256, (1, 32, 32, 3), dtype=np.uint8)
    found, expected = (
        load_backbone(spec_from_onnx({**row, "semantic": name}, tmp_path), tmp_path).embed(pixels)
        for name in (output, "mean")
    )
    np.testing.assert_allclose(found["semantic"], expected["semantic"], atol=5e-3)


@pytest.mark.parametrize("output", ["map", "last"])
def test_a_map_keeps_where_things_are_in_a_grid_of_four_by_four(
    output: str, tmp_path: Path
) -> None:
    spec = spec_from_onnx({**float_graph(tmp_path), "detail": output}, tmp_path)
    assert spec.views == {"semantic": 3, "detail": 48}
    pixels = np.full((1, 32, 32, 3), 128, np.uint8)
    pixels[:, :8, 24:, 0] = 255  # the corner at the top right, in red
    grid = load_backbone(spec, tmp_path).embed(pixels)["detail"].reshape(3, 4, 4)
    bright = np.zeros((3, 4, 4))
    bright[0, 0, 3] = 1
    np.testing.assert_allclose(grid, bright, atol=0.02)


def test_the_version_tells_which_outputs_were_taken(tmp_path: Path) -> None:
    row = float_graph(tmp_path)
    one, other = (spec_from_onnx({**row, "detail": d}, tmp_path) for d in ("mean", "column"))
    assert one.version != other.version


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            {"semantic": "pooled"}, r"no output 'pooled': take one of \['column'", id="output"
        ),
        pytest.param(
            {"detail": "strip"}, r"'strip' in the shape \[1,3,16,64\].*square map", id="a strip"
        ),
        pytest.param({"side": 48}, "correct the row's side", id="another side"),
        pytest.param({"onnx": "absent.onnx"}, "No such file", id="no file"),
        pytest.param({"sha256": "0" * 64}, "not the pinned '0000", id="another file"),
        pytest.param({"sha256": 7}, "'sha256' is 7: give some text", id="a hash that is a number"),
        pytest.param({"name": "My Net"}, "'My Net' is not usable", id="a name with a space"),
        pytest.param({"side": "32"}, "'side' is '32': give a whole number", id="a side in quotes"),
        pytest.param({"mean": [0.5]}, r"'mean' is \[0.5\]: give a list of three", id="one mean"),
        pytest.param({"std": [0.5, 0, 0.5]}, "the std above 0", id="a std of nothing"),
        pytest.param({"std": [0.5, True, 0.5]}, "three numbers", id="a std that is true"),
        pytest.param({"licence": ""}, "'licence' is '': give some text", id="no licence"),
        pytest.param({"colour": "RGB"}, r"has \['colour'\] beyond", id="an unknown field"),
    ],
)
def test_a_wrong_row_says_what_is_wrong(
    change: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match=message):
        spec_from_onnx({**float_graph(tmp_path), **change}, tmp_path)


def test_a_row_without_its_fields_names_them(tmp_path: Path) -> None:
    row = float_graph(tmp_path)
    del row["side"], row["licence"]
    with pytest.raises(InvalidInput, match=r"misses \['licence', 'side'\]"):
        spec_from_onnx(row, tmp_path)


@pytest.mark.parametrize(
    "graph",
    [
        pytest.param({"inputs": 2}, id="two inputs"),
        pytest.param({"shape": ("n", 32, 32, 3)}, id="floats with channels last"),
        pytest.param({"kind": TensorProto.UINT8}, id="bytes with channels first"),
        pytest.param({"shape": (8, 3, 32, 32)}, id="a fixed batch of eight"),
    ],
)
def test_a_graph_that_takes_something_else_is_refused(
    graph: dict[str, Any], tmp_path: Path
) -> None:
    row = float_graph(tmp_path, **graph)
    with pytest.raises(InvalidInput, match="export it with one input"):
        spec_from_onnx(row, tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"not a graph", id="text"),
        pytest.param(b"", id="nothing"),
        pytest.param(onnx.ModelProto().SerializeToString(), id="an empty model"),
    ],
)
def test_a_file_that_is_not_onnx_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "theirs.onnx").write_bytes(data)
    row = tiny_row("theirs.onnx", hashlib.sha256(data).hexdigest())
    with pytest.raises(InvalidInput, match=r"cannot read .*theirs\.onnx' as ONNX"):
        spec_from_onnx(row, tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("{", "cannot read the backbone's row", id="not JSON"),
        pytest.param("[1]", "holds list: give one JSON object", id="not an object"),
        pytest.param("\udc00", "cannot read the backbone's row", id="not text"),
    ],
)
def test_a_row_file_that_is_none_is_refused(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "row.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(InvalidInput, match=message):
        read_row(path)


def test_a_row_file_that_is_absent_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"absent\.json"):
        read_row(tmp_path / "absent.json")


def test_features_beyond_float16_are_refused_not_stored(tmp_path: Path) -> None:
    row = {**float_graph(tmp_path), "std": [1e-6, 1e-6, 1e-6]}
    backbone = load_backbone(spec_from_onnx(row, tmp_path), tmp_path)
    with pytest.raises(InvalidInput, match="not finite in float16"):
        backbone.embed(np.full((1, 32, 32, 3), 255, np.uint8))


@pytest.mark.parametrize("name", sorted(CATALOG))
def test_the_catalogue_is_keyed_by_name_and_json_could_hold_it(name: str) -> None:
    spec = CATALOG[name]
    assert spec.name == name
    assert spec.licence == "Apache-2.0"
    assert json.loads(json.dumps(spec.views)) == spec.views


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"side": 0}, id="no side"),
        pytest.param({"views": {"semantic": 3}}, id="a view missing"),
        pytest.param({"sha256": "abc"}, id="a short hash"),
        pytest.param({"name": "../up"}, id="a name that climbs"),
    ],
)
def test_a_spec_that_exists_is_valid(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        replace(LITE0, **wrong)
    assert isinstance(LITE0, BackboneSpec)
