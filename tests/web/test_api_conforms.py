"""The API keeps to its own description, whatever it is sent: no crash, no undocumented answer."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tagwright.config import Settings
from tagwright.flows.installation import Installation
from tagwright.flows.keys import KeyOptions, make_key
from tests.people import Clock, with_admin
from tests.web.serving import serving

TELLING = re.compile(r"_{3,}|- |    (Invalid|Received|Documented|curl|\\{)|\[5|.*(Error|Network)")
LEFT_OUT = (
    # Starlette's 405 carries the methods of one route, not of all routes of the path.
    "allow_header_conformance",
    # What a schema cannot say (that a concept exists, that an address is not internal) is a 422.
    "positive_data_acceptance",
)
CONFIG = ("--config-file", str(Path(__file__).with_name("schemathesis.toml")))
PASSED_BY = r"/events|/keys/\{key\}"
"""Streams that end with their job, and how the caller would take the key from itself."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "phases"), [(1, "examples,coverage,fuzzing"), (2, "fuzzing")], ids=["all", "fuzzing"]
)
def test_no_request_crashes_it_or_gets_an_undocumented_answer(
    installation: Installation, web_settings: Settings, tmp_path: Path, seed: int, phases: str
) -> None:
    admin = with_admin(installation, Clock()).admin
    key = make_key(installation.home, admin, KeyOptions(name="fuzz", role="admin")).text
    with serving(installation.root, web_settings) as url:
        done = subprocess.run(
            [
                *(
                    sys.executable,
                    "-m",
                    "schemathesis.cli",
                    *CONFIG,
                    "run",
                    f"{url}/api/v1/openapi.json",
                ),
                *("--header", f"Authorization: Bearer {key}"),
                *("--checks", "all", "--exclude-checks", ",".join(LEFT_OUT)),
                *("--phases", phases, "--max-examples", "10"),
                *(
                    "--exclude-path-regex",
                    PASSED_BY,
                    "--seed",
                    str(seed),
                    "--no-shrink",
                    "--request-timeout",
                    "60",
                ),
                *("--continue-on-failure", "--max-failures", "1000", "--warnings", "off"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        log = (installation.root.parent / "server.log").read_text()
    problems = [line for line in done.stdout.splitlines() if TELLING.match(line)]
    assert done.returncode == 0, "\n".join(problems)[-8_000:]
    tested = re.search(r"Tested: (\d+)", done.stdout)
    assert tested is not None
    assert int(tested[1]) > 80
    assert "Traceback" not in log
