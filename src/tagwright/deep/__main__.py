"""`torchrun --nproc-per-node N -m tagwright.deep FOLDER`: a training on several processes.

`--watched`, which only `together.train_together` gives: end with whoever holds the standard input.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tagwright.deep.distributed import joined
from tagwright.deep.run import run
from tagwright.deep.together import END, WATCHED, end_with_parent, written

folder = Path(sys.argv[1])
if WATCHED in sys.argv:
    end_with_parent()
with joined() as world:
    # One of them speaks: two would write over each other.
    tell = written(folder) if world.leads else lambda step, done, total: None
    run(folder, world=world, tell=tell, ends=(folder / END).exists)
