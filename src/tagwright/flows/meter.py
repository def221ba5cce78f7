"""What a piece of work costs: time, processor time, and energy where the machine tells."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Final, TypeVar

from tagwright.core.comparison import Spent

POWERCAP: Final = Path("/sys/class/powercap")
MICRO: Final = 1e-6

Made = TypeVar("Made")


def metered(work: Callable[[], Made], powercap: Path = POWERCAP) -> tuple[Made, Spent]:
    """What the work gives, and what it cost.

    Joules are those of the whole machine meanwhile, and None where the counters are not there or
    not readable, as on most virtual machines and for users that are not root.
    """
    before, started, busy = read_counters(powercap), perf_counter(), process_time()
    made = work()
    seconds, processor = perf_counter() - started, process_time() - busy
    return made, Spent(seconds, processor, joules(before, read_counters(powercap)))


Counters = dict[str, tuple[int, int]]
"""A processor package's energy so far, and where its counter begins anew, in microjoules."""


def read_counters(powercap: Path = POWERCAP) -> Counters:
    """Every package's counter; none where one of them cannot be read.

    Source: https://docs.kernel.org/power/powercap/powercap.html; the zones inside a package, such
    as `intel-rapl:0:1`, are part of its own count.
    """
    try:
        return {
            zone.name: (_number(zone / "energy_uj"), _number(zone / "max_energy_range_uj"))
            for zone in sorted(powercap.glob("*-rapl:*"))
            if zone.name.count(":") == 1
        }
    except OSError:
        return {}


def joules(before: Counters, after: Counters) -> float | None:
    """Spent between two readings; a counter that began anew once is understood."""
    if not before or before.keys() != after.keys():
        return None
    spent = 0
    for zone, (now, limit) in after.items():
        more = now - before[zone][0]
        spent += more if more >= 0 else more + limit
    return spent * MICRO


def _number(file: Path) -> int:
    return int(file.read_text(encoding="ascii"))
