"""Any ONNX backbone, from a file and a row that describes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, get_args

from tagwright.errors import InvalidInput
from tagwright.runtime.catalog import BackboneSpec, Colour, OnnxFile, Precision
from tagwright.runtime.session import opened_graph
from tagwright.types import VIEWS, Json


def read_row(path: Path) -> BackboneSpec:
    """The backbone that a JSON file describes; its `onnx` is sought beside that file."""
    try:
        row = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InvalidInput(
            f"cannot read the backbone's row {str(path)!r}: {error}; give a JSON file"
        ) from error
    if not isinstance(row, dict):
        raise InvalidInput(f"{str(path)!r} holds {type(row).__name__}: give one JSON object")
    return spec_from_onnx(row, path.parent)


def spec_from_onnx(row: Json, folder: Path) -> BackboneSpec:
    """The backbone that a row describes, its file verified and its outputs measured.

    ```json
    {
      "name": "dinov2-small", "onnx": "dinov2-small.onnx", "sha256": "9f2c...",
      "side": 224, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225],
      "semantic": "pooler_output", "detail": "grid", "licence": "Apache-2.0"
    }
    ```

    An output is a row (n, d), a square map or tokens (n, t, d). `onnx` may be relative to
    `folder`. `detail` may be left out: the semantic output serves as both. `source` (where
    the file came from) and `precision` (`f32` where bf16 costs accuracy) are optional.
    """
    fields = _checked(row)
    path = folder / fields["onnx"]
    semantic = fields["semantic"]
    weights = OnnxFile(path, {"semantic": semantic, "detail": fields.get("detail", semantic)})
    model = opened_graph(weights, fields["sha256"], side=fields["side"])
    return BackboneSpec(
        name=fields["name"],
        side=fields["side"],
        mean=fields["mean"],
        std=fields["std"],
        views={view: int(model.output(i).shape[1]) for i, view in enumerate(VIEWS)},
        licence=fields["licence"],
        source=fields.get("source", str(path)),
        sha256=fields["sha256"],
        weights=weights,
        precision=fields.get("precision", "auto"),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("give some text")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError("give a whole number of pixels")
    return value


def _colour(value: Any) -> Colour:
    if not isinstance(value, list) or len(value) != 3 or not all(map(_is_number, value)):  # noqa: PLR2004 - RGB
        raise ValueError("give a list of three numbers, for red, green and blue")
    red, green, blue = map(float, value)
    return red, green, blue


def _precision(value: Any) -> Precision:
    if value not in get_args(Precision):
        raise ValueError(f"give one of {get_args(Precision)!r}")
    found: Precision = value
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_REQUIRED: Final[Mapping[str, Callable[[Any], Any]]] = {
    "name": _text,
    "onnx": _text,
    "sha256": _text,
    "side": _whole,
    "mean": _colour,
    "std": _colour,
    "semantic": _text,
    "licence": _text,
}
_OPTIONAL: Final[Mapping[str, Callable[[Any], Any]]] = {
    "detail": _text,
    "source": _text,
    "precision": _precision,
}


def _checked(row: Json) -> dict[str, Any]:
    readers = {**_REQUIRED, **_OPTIONAL}
    missing, unknown = sorted(_REQUIRED.keys() - row.keys()), sorted(row.keys() - readers.keys())
    if missing or unknown:
        raise InvalidInput(
            f"the row of a backbone misses {missing!r} and has {unknown!r} beyond: "
            f"it holds {sorted(_REQUIRED)!r} and may hold {sorted(_OPTIONAL)!r}"
        )
    fields = {}
    for key, value in row.items():
        try:
            fields[key] = readers[key](value)
        except ValueError as error:
            raise InvalidInput(f"the backbone's {key!r} is {value!r}: {error}") from error
    return fields
