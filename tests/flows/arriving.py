"""Empty libraries for pictures that come in one by one, and bytes of pictures to send."""

from __future__ import annotations

import io

import numpy as np

from tagwright.flows.uploading import Sent, Upload, receive
from tagwright.flows.workspace import Workspace
from tagwright.media.pool import Decoders
from tests.pictures import draw

LIMIT = 10 << 20


def picture(number: int, *, side: int = 96, kind: str = "PNG") -> bytes:
    """The bytes of a drawn picture, another for each number."""
    out = io.BytesIO()
    draw("circle", np.random.default_rng(number), side).save(out, kind)
    return out.getvalue()


def send(
    ws: Workspace, decoders: Decoders, data: bytes, sent: Sent | None = None, actor: str = "ann"
) -> Upload:
    """Upload these bytes."""
    with ws.blobs.stage([data], LIMIT) as staged:
        return receive(ws, staged, decoders, sent or Sent(), actor=actor)
