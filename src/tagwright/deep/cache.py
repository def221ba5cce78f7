"""What the frozen part makes of every picture, computed once and kept in memory-mapped files.

Pictures are a file of pixels, (n, side, side, 3) uint8; activations one of float16, (variants, n,
...). Both are mapped, so memory holds what is in hand and no more. A variant is a picture as it
is, its mirror image, or either with other colours.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import torch
from numpy.lib.format import open_memmap
from torch import Tensor
from torch.nn.functional import interpolate

from tagwright.deep.files import write_whole
from tagwright.deep.networks import Net, Network
from tagwright.deep.recipes import MIRRORED
from tagwright.errors import InvalidInput
from tagwright.types import Half, Ids, Pixels

CHUNK: Final = 64
"""Pictures that pass the frozen part together."""
SAFE_AFTER: Final = 16
"""Chunks between two waits for the disk: what a crash costs at most."""
JITTER: Final = 0.3
"""Brightness, contrast and saturation change by up to this share, as is usual for pictures."""

Tell = Callable[[str, int, int], None]
"""Called with the step, what is done and what there is to do. May raise, to cancel."""


class Source(Protocol):
    """Where a training loop has its inputs from."""

    def batch(self, rows: Ids, variants: Ids) -> Tensor:
        """What the learning steps take, for some pictures, each in one of its variants."""
        ...


def half_precision() -> bool:
    """Whether this processor multiplies bf16 natively."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def arithmetic(device: torch.device) -> AbstractContextManager[object]:
    """bf16 where the device has it, for looking without learning; else 32-bit floats.

    Learning is in 32-bit floats: on a Zen 4 the backward pass took 2.7 times the processor time in
    bf16 (EfficientNet-Lite 0 from `blocks.3`, 32 pictures of 64 px, one thread).
    """
    return torch.autocast(
        device.type, torch.bfloat16, enabled=device.type != "cpu" or half_precision()
    )


def picture_file(path: Path, count: int, side: int) -> Pixels:
    """A new file for `count` pictures, mapped; fill it row by row."""
    found: Pixels = open_memmap(path, mode="w+", dtype=np.uint8, shape=(count, side, side, 3))
    return found


def mapped(path: Path) -> Pixels:
    """Pictures or activations, mapped and not to be written."""
    found: Pixels = np.load(path, mmap_mode="r", allow_pickle=False)
    return found


def normalised(pixels: Pixels, network: Network) -> Tensor:
    """(n, side, side, 3) uint8 to (n, 3, side, side) float32, its channels last in memory."""
    mean, std = torch.tensor(network.mean), torch.tensor(network.std)
    scaled = (torch.from_numpy(np.ascontiguousarray(pixels)).float() / 255 - mean) / std
    return scaled.permute(0, 3, 1, 2)


def varied(pixels: Pixels, rows: Ids, variants: Ids, seed: int) -> Pixels:
    """Pictures in their variants: odd ones mirrored, from 2 on with other colours.

    The colours of a picture and a variant are always the same, whatever pictures are beside it.
    """
    out = pixels.copy()
    mirrored = variants % MIRRORED == 1
    out[mirrored] = out[mirrored, :, ::-1]
    for at in np.flatnonzero(variants >= MIRRORED):
        colouring = int(variants[at]) // MIRRORED
        rng = np.random.default_rng([seed, int(rows[at]), colouring])
        out[at] = _coloured(out[at], rng.uniform(1 - JITTER, 1 + JITTER, 3))
    return out


def _coloured(picture: Pixels, factors: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Pixels:
    """Brightness, contrast about its mean, saturation about its grey. factors: (3,)."""
    brightness, contrast, saturation = factors
    bright = picture.astype(np.float32) * brightness
    apart = (bright - bright.mean()) * contrast + bright.mean()
    grey = apart @ np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
    coloured = (apart - grey[..., None]) * saturation + grey[..., None]
    found: Pixels = np.clip(np.rint(coloured), 0, 255).astype(np.uint8)
    return found


class Live:
    """Pictures varied, brought to `side` and normalised as they are asked for, then through the
    frozen steps."""

    def __init__(self, pixels: Pixels, network: Network, net: Net, seed: int, side: int) -> None:
        self._pixels = pixels
        self._network = network
        self._net = net
        self._seed = seed
        self._side = side

    def batch(self, rows: Ids, variants: Ids) -> Tensor:
        some = varied(self._pixels[rows], rows, variants, self._seed)
        planes = _resized(normalised(some, self._network), self._side)
        with torch.no_grad(), arithmetic(self._net.device):
            return self._net.frozen(planes.to(self._net.device)).float()


def _resized(planes: Tensor, side: int) -> Tensor:
    if planes.shape[-1] == side:
        return planes
    return interpolate(planes, (side, side), mode="bilinear", antialias=True)


class Activations:
    """What the frozen steps gave for some pictures, from disk. values: (variants, rows, ...)."""

    def __init__(self, values: Half, rows: Ids) -> None:
        self._values = values
        self._place = np.full(int(rows.max()) + 1, -1)
        self._place[rows] = np.arange(len(rows))

    def batch(self, rows: Ids, variants: Ids) -> Tensor:
        found = torch.from_numpy(self._values[variants, self._place[rows]]).float()
        return _channels_last(found)


def fill(live: Live, rows: Ids, variants: int, path: Path, tell: Tell) -> None:
    """Every variant of some pictures through the frozen steps, into `path`; taken up where a run
    before was cut off.

    Raises InvalidInput where float16 cannot hold what they give.
    """
    done_path = path.with_suffix(".done")
    done = int(done_path.read_text()) if done_path.exists() else 0
    values = _opened(live, path, (variants, len(rows)), fresh=done == 0)
    starts = range(0, len(rows), CHUNK)
    for number in range(done, variants * len(starts)):
        variant, start = number // len(starts), starts[number % len(starts)]
        some = rows[start : start + CHUNK]
        end = start + len(some)
        values[variant, start:end] = _half(live.batch(some, np.full(len(some), variant)))
        if (number + 1) % SAFE_AFTER == 0 or number + 1 == variants * len(starts):
            values.flush()
            write_whole(done_path, str(number + 1).encode())
        tell("looking at pictures once", variant * len(rows) + end, variants * len(rows))


def _opened(live: Live, path: Path, shape: tuple[int, int], *, fresh: bool) -> np.memmap:
    if fresh:
        one = live.batch(np.array([0]), np.array([0]))
        return open_memmap(path, mode="w+", dtype=np.float16, shape=(*shape, *one.shape[1:]))
    return np.load(path, mmap_mode="r+", allow_pickle=False)  # type: ignore[no-any-return]


def _half(values: Tensor) -> Half:
    half: Half = values.to(torch.float16).cpu().numpy()
    if not np.isfinite(half).all():
        raise InvalidInput(
            "the frozen part gives values beyond float16, so they cannot be kept: "
            "train without the cache"
        )
    return half


def _channels_last(x: Tensor) -> Tensor:
    image = 4
    return x.contiguous(memory_format=torch.channels_last) if x.ndim == image else x
