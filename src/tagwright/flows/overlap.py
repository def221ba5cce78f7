"""Work on a stream of pictures, each step in the time of the others, and in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TypeVar

from tagwright.flows.workspace import Workspace, decode_limits
from tagwright.media.pool import Decoded, Unreadable, decode_files
from tagwright.runtime.backbone import Backbone, FeatureRow
from tagwright.types import Pixels

K = TypeVar("K")
T = TypeVar("T")
R = TypeVar("R")


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def one_behind(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """`work` on each item, in order, in another thread while the next item is being made."""
    with ThreadPoolExecutor(max_workers=1) as executor:
        pending: Future[R] | None = None
        for item in items:
            if pending is not None:
                yield pending.result()
            pending = executor.submit(work, item)
        if pending is not None:
            yield pending.result()


def ahead(work: Callable[[T], R], items: Iterable[T], *, threads: int) -> Iterator[R]:
    """`work` on the next few items at the same time, for what waits rather than computes."""
    with ThreadPoolExecutor(threads) as executor:
        pending: deque[Future[R]] = deque()
        try:
            for item in items:
                pending.append(executor.submit(work, item))
                if len(pending) >= 2 * threads:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()


def decoded(
    ws: Workspace, side: int, found: Iterable[tuple[K, Path | str]]
) -> Iterator[tuple[K, Decoded | Unreadable]]:
    """Each file decoded in worker processes, in order; the reason why there is none passes by."""
    waiting: deque[tuple[K, Path | str]] = deque()

    def paths() -> Iterator[Path]:
        for key, path in found:
            waiting.append((key, path))
            if isinstance(path, Path):
                yield path

    def passed() -> Iterator[tuple[K, Unreadable]]:
        while waiting and isinstance(reason := waiting[0][1], str):
            yield waiting.popleft()[0], Unreadable(Path(), reason)

    for outcome in decode_files(
        paths(),
        side=side,
        workers=ws.settings.decoders,
        limits=decode_limits(ws.settings),
        keywords=True,
    ):
        yield from passed()
        yield waiting.popleft()[0], outcome
    yield from passed()


def embedded(
    backbone: Backbone, read: Iterable[tuple[K, Decoded | Unreadable]]
) -> Iterator[tuple[K, Decoded | Unreadable, FeatureRow | None]]:
    """Features for what could be decoded, in the order read; the unreadable pass by."""
    waiting: deque[tuple[K, Unreadable] | None] = deque()

    def pictures() -> Iterator[tuple[tuple[K, Decoded], Pixels]]:
        for key, outcome in read:
            if isinstance(outcome, Unreadable):
                waiting.append((key, outcome))
            else:
                waiting.append(None)  # keeps its place until its features are there
                yield (key, outcome), outcome.picture.pixels

    for (key, picture), features in backbone.stream(pictures()):
        while (passed := waiting.popleft()) is not None:
            yield *passed, None
        yield key, picture, features
    yield from ((*passed, None) for passed in waiting if passed is not None)
