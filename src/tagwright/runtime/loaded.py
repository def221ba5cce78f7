"""Networks in memory: which are loaded, on which device, and how large they are."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import openvino as ov

from tagwright.errors import InvalidInput, Unavailable
from tagwright.runtime.backbone import Backbone

PATIENCE: Final = 2.0
"""Seconds to wait for networks in use: a request is done with one sooner, a job is not."""
_LOOK: Final = 0.02
"""Seconds between two looks whether they still are."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A network in memory: its version, its device, and the most it takes, in bytes."""

    version: str
    device: str
    size: int


@dataclass(frozen=True, slots=True)
class _Kept:
    backbone: Backbone
    device: str


def available_devices() -> list[str]:
    """What the runtime finds here, by its own names."""
    found: list[str] = ov.Core().available_devices
    return found


def checked_devices(names: Sequence[str]) -> tuple[str, ...]:
    """The names, each once, if all these devices are here. Raises InvalidInput if one is not."""
    available = available_devices()
    if unknown := [name for name in names if name not in available]:
        raise InvalidInput(
            f"there is no device {unknown[0]!r} here: name some of {', '.join(available)} in "
            f"TAGWRIGHT_DEVICES, separated by ','"
        )
    return tuple(dict.fromkeys(names))


class LoadedNetworks:
    """Networks kept for whoever asks next, as long as all of them fit. Threads share it.

    A network is in use while anybody holds it, and only what nobody holds is unloaded.
    """

    def __init__(self, devices: Sequence[str], limit: int, *, patience: float = PATIENCE) -> None:
        """limit: bytes of all networks together. patience: seconds to wait for those in use."""
        self.limit = limit
        self._devices = tuple(devices)
        self._patience = patience
        self._kept: dict[str, _Kept] = {}  # the one used last stands last
        self._table = threading.Lock()
        self._loading = threading.Lock()  # one at a time, so that none is loaded twice

    def get(self, name: str, load: Callable[[str], Backbone], *, first: bool = False) -> Backbone:
        """The network of a name; `load` puts it onto a device where it is not loaded yet.

        first: on the first device; else on the one with the fewest networks. Raises InvalidInput
        for one that is larger than the limit, Unavailable where those in use leave it no room.
        """
        found = self._used(name)
        if found is None:
            with self._loading:
                found = self._used(name) or self._loaded(name, load, first=first)
        return found

    def all(self) -> list[Loaded]:
        """What is in memory now, the one used last at the end."""
        with self._table:
            return [
                Loaded(each.backbone.version, each.device, each.backbone.size)
                for each in self._kept.values()
            ]

    def clear(self) -> None:
        with self._table:
            self._kept.clear()

    def _used(self, name: str) -> Backbone | None:
        with self._table:
            found = self._kept.pop(name, None)
            if found is None:
                return None
            self._kept[name] = found
            return found.backbone

    def _loaded(self, name: str, load: Callable[[str], Backbone], *, first: bool) -> Backbone:
        device = self._devices[0] if first else self._emptiest()
        backbone = load(device)
        self._make_room(backbone)
        with self._table:
            self._kept[name] = _Kept(backbone, device)
        _give_back()
        return backbone

    def _emptiest(self) -> str:
        """The device with the fewest networks, the first of several."""
        networks = Counter(each.device for each in self.all())
        return min(self._devices, key=lambda device: networks[device])

    def _make_room(self, coming: Backbone) -> None:
        """Unload what was not used lately until one more fits, or raise."""
        needs = f"the network {coming.version!r} takes {_mb(coming.size)}"
        if coming.size > self.limit:
            raise InvalidInput(
                f"{needs}, more than the {_mb(self.limit)} that all networks may take together: "
                f"raise TAGWRIGHT_NETWORK_MEMORY"
            )
        end = time.monotonic() + self._patience
        while not self._fits(coming.size):
            if time.monotonic() > end:
                raise Unavailable(
                    f"{needs}, and those in use leave it no room in {_mb(self.limit)}: ask again "
                    f"when running jobs are done, or raise TAGWRIGHT_NETWORK_MEMORY"
                )
            gc.collect()  # an error that nobody reads any more may hold one
            time.sleep(_LOOK)

    def _fits(self, size: int) -> bool:
        """Whether so many bytes fit, when networks that nobody holds have gone as needed."""
        with self._table:
            for name in list(self._kept):
                if self._sum() + size <= self.limit:
                    break
                self._let_go(name)
            return self._sum() + size <= self.limit

    def _let_go(self, name: str) -> None:
        """Unload a network, unless somebody else holds it."""
        kept = self._kept.pop(name)
        held, device = weakref.ref(kept.backbone), kept.device
        del kept
        if (backbone := held()) is not None:
            self._kept[name] = _Kept(backbone, device)

    def _sum(self) -> int:
        return sum(each.backbone.size for each in self._kept.values())


def _give_back() -> None:
    """Return what reading a network left free to the system: glibc keeps it unless it is asked.

    With 25 MB of weights it kept 85 MB.
    """
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
