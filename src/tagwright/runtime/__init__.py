"""Inference: pixels to features. The one door to OpenVINO and ONNX."""

import sys
from typing import Any, cast

# `import openvino` reports itself to Google Analytics, unasked, and leaves an id in the home
# folder. It does neither where it finds no `openvino_telemetry`; None makes that import fail.
cast(dict[str, Any], sys.modules).setdefault("openvino_telemetry", None)
