"""What this machine can do: one check a thing that the work depends on, each with its remedy."""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from tagwright.config import Settings
from tagwright.errors import TagwrightError, Unavailable
from tagwright.flows.workspace import create, decode_limits, devices_of
from tagwright.media.pool import Unreadable, decode_files
from tagwright.runtime.backbone import load_backbone
from tagwright.runtime.catalog import CATALOG, BackboneSpec, OnnxFile
from tagwright.runtime.loaded import available_devices
from tagwright.runtime.weights import packaged_file, verified_bytes

CPU_FEATURES: Final = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "asimd", "bf16")
"""What makes a network faster, as Linux names it."""
NATIVE_BF16: Final = frozenset({"avx512_bf16", "amx_bf16", "bf16"})


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `remedy` is set where it is not as it should be."""

    name: str
    ok: bool
    found: str
    remedy: str | None = None


def check_machine(settings: Settings) -> list[Check]:
    """Every check, in the order in which an import needs them. Leaves only the cache behind."""
    return [
        Check("Python", ok=True, found=f"{platform.python_version()} on {platform.platform()}"),
        _check("processor", partial(_processor, settings)),
        *(_check(f"weights of {spec.name}", partial(_weights, spec)) for spec in CATALOG.values()),
        _check("devices", partial(_devices, settings)),
        _check("network", partial(_network, settings)),
        _check("decoder", partial(_decoder, settings)),
        _check("database", partial(_database, settings)),
    ]


def _check(name: str, look: Callable[[], str]) -> Check:
    """What was found, or what was wrong; our errors carry their remedy."""
    try:
        return Check(name, ok=True, found=look())
    except TagwrightError as error:
        return Check(name, False, "does not work", str(error))
    except OSError as error:
        remedy = f"{error.strerror or error}: {error.filename!r}; make room, or make it writable"
        return Check(name, False, "does not work", remedy)


def _processor(settings: Settings) -> str:
    flags = _flags(Path("/proc/cpuinfo"))
    known = [feature for feature in CPU_FEATURES if feature in flags]
    auto = "bf16" if flags & NATIVE_BF16 else "f32"
    precision = auto if settings.precision == "auto" else settings.precision
    return (
        f"{settings.decoders} decoder processes; {', '.join(known) or platform.machine()}; "
        f"networks compute in {precision}"
    )


def _flags(cpuinfo: Path) -> frozenset[str]:
    """Features of the first processor; none where the system does not list them."""
    if not cpuinfo.exists():
        return frozenset()
    for line in cpuinfo.read_text().splitlines():
        name, _, words = line.partition(":")
        if name.strip() in ("flags", "Features"):
            return frozenset(words.split())
    return frozenset()


def _weights(spec: BackboneSpec) -> str:
    where = spec.weights
    path = where.path if isinstance(where, OnnxFile) else packaged_file(where.package, where.file)
    size = len(verified_bytes(path, spec.sha256))
    return f"present, {size / 1e6:.0f} MB, SHA-256 as pinned ({spec.licence})"


def _devices(settings: Settings) -> str:
    """What the settings name is here."""
    used = ", ".join(devices_of(settings))
    memory = f"{settings.network_memory / 1e6:,.0f} MB"
    return f"networks run on {used}, of {', '.join(available_devices())}, and take {memory} at most"


def _network(settings: Settings) -> str:
    """The network of the settings turns a picture into features."""
    spec = CATALOG.get(settings.backbone)
    if spec is None:
        return f"{settings.backbone} is none of {', '.join(CATALOG)}; it is read when it is used"
    cache = settings.cache_folder / "backbones"
    device = devices_of(settings)[0]
    backbone = load_backbone(spec, cache, precision=settings.precision, device=device)
    features = backbone.embed(np.zeros((1, spec.side, spec.side, 3), np.uint8))
    sizes = ", ".join(f"{view} {values.shape[1]:,}" for view, values in features.items())
    return f"{backbone.version} computes features ({sizes})"


def _decoder(settings: Settings) -> str:
    """A decoder process reads a picture."""
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "check.jpg"
        Image.new("RGB", (64, 64), "orange").save(picture)
        limits = decode_limits(settings)
        (outcome,) = decode_files([picture], side=32, workers=1, limits=limits)
    if isinstance(outcome, Unreadable):
        raise Unavailable(
            f"the decoder process cannot read a plain JPEG: {outcome.reason}; reinstall Tagwright"
        )
    return f"a picture was read in a process of its own, {limits.seconds:g} s at most each"


def _database(settings: Settings) -> str:
    """A library is made, in a folder that is thrown away."""
    own = replace(settings, database_url=None, devices="CPU")
    with tempfile.TemporaryDirectory() as folder:
        create(Path(folder) / "library", own).close()
    return "a library can be made and written"
