"""`torchrun --nproc-per-node N -m tagwright.deep FOLDER`: a training on several processes."""

from __future__ import annotations

import sys
from pathlib import Path

from tagwright.deep.distributed import joined
from tagwright.deep.run import run

with joined() as world:
    run(Path(sys.argv[1]), world=world)
