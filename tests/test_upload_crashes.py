"""What an upload was answered with outlives the process that answered."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from itertools import islice
from pathlib import Path

from tagwright.config import Settings
from tagwright.flows.pictures import original
from tagwright.flows.workspace import create, open_at
from tests.tiny import tiny_backbone_row

ROOT = Path(__file__).resolve().parents[1]
SENDER = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tagwright.config import Settings
from tagwright.flows.workspace import decode_limits, open_at
from tagwright.media.pool import Decoders
from tests.flows.arriving import picture, send

settings = Settings(backbone=sys.argv[2], workers=2)
ws = open_at(Path(sys.argv[1]), settings)
with Decoders(32, 2, decode_limits(settings)) as decoders, ThreadPoolExecutor(4) as threads:
    for upload in threads.map(lambda n: send(ws, decoders, picture(n)), range(500)):
        print(upload.asset, flush=True)
"""


def test_a_killed_server_has_lost_no_upload_it_answered(tmp_path: Path) -> None:
    row = str(tiny_backbone_row(tmp_path))
    settings = Settings(backbone=row, workers=2)
    create(tmp_path / "library", settings).close()
    answered: list[str] = []
    for after in (3, 11, 20):
        command = [sys.executable, "-c", SENDER, str(tmp_path / "library"), row]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as sender:
            assert sender.stdout is not None
            answered += [line.strip() for line in islice(sender.stdout, after)]
            sender.send_signal(signal.SIGKILL)
    ws = open_at(tmp_path / "library", settings)
    assert len(answered) == 34
    for asset in answered:
        data = b"".join(original(ws, asset).chunks)
        assert hashlib.sha256(data).hexdigest() == asset
    assert [(job.kind, job.status) for job in ws.jobs.list()] == [("embed", "queued")]
    ws.close()
