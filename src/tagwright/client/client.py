"""One method a thing people do; `get` and `send` reach every other address."""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, cast

import httpx2

from tagwright import errors
from tagwright.client import shapes

PREFIX: Final = "/api/v1"
TRIES: Final = 5
"""How often a request is sent when the server is busy or away, each time after a longer wait."""
ERRORS: Final[dict[int, type[errors.TagwrightError]]] = {
    401: errors.Unauthenticated,
    403: errors.Forbidden,
    404: errors.NotFound,
    409: errors.Conflict,
    413: errors.TooLarge,
    503: errors.Unavailable,
}
_BUSY: Final = (429, 502, 503, 504)
_ERROR: Final = 400
_SERVER_ERROR: Final = 500


class Client:
    """A library behind an address. Threads may share it. Close it, or use `with`.

    key: an API key; without one only a server on this machine that has no people yet lets you in.
    workspace: for those who may enter several. transport: how requests travel, for tests.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        workspace: str | None = None,
        timeout: float = 60.0,
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        headers = {"User-Agent": "tagwright-client"}
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        if workspace is not None:
            headers["Tagwright-Workspace"] = workspace
        self._http = httpx2.Client(
            base_url=url, headers=headers, timeout=timeout, transport=transport
        )
        self._sleep = sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    # Pictures

    def upload(self, picture: Path | str, *, labels: Sequence[str] = ()) -> shapes.UploadOut:
        """Put one file into the library. labels: `TAXONOMY:CONCEPT`, as an import would claim."""
        path = Path(picture)
        data = path.read_bytes()
        name = hashlib.sha256(data).hexdigest()
        params = {"name": path.name, "label": list(labels)}
        answer = self.send("PUT", f"/assets/{name}", params=params, content=data)
        return cast(shapes.UploadOut, answer)

    def upload_all(
        self, pictures: Sequence[Path | str], *, at_once: int = 4
    ) -> Iterator[tuple[Path, shapes.UploadOut | errors.TagwrightError]]:
        """Upload many, several at a time. Yields each file with its answer or what was wrong.

        Safe to repeat: what is there already is not stored again.
        """

        def one(path: Path) -> shapes.UploadOut | errors.TagwrightError:
            try:
                return self.upload(path)
            except errors.TagwrightError as error:
                return error

        paths = [Path(picture) for picture in pictures]
        with ThreadPoolExecutor(at_once) as pool:
            for start in range(0, len(paths), 16 * at_once):
                some = paths[start : start + 16 * at_once]
                yield from zip(some, pool.map(one, some), strict=True)

    def asset(self, asset: str) -> shapes.AssetOut:
        """One picture with its places and tags."""
        return cast(shapes.AssetOut, self.get(f"/assets/{asset}"))

    def classify(
        self,
        pictures: Sequence[Path | str],
        *,
        taxonomy: Sequence[str] = (),
        top: int = 5,
        neighbours: int = 3,
    ) -> shapes.ClassifyOut:
        """What up to 64 files are, without keeping them."""
        params = {"taxonomy": list(taxonomy), "top": top, "neighbours": neighbours}
        with ExitStack() as stack:
            files = [
                ("pictures", (Path(p).name, stack.enter_context(Path(p).open("rb"))))
                for p in pictures
            ]
            answer = self.send("POST", "/classify", params=params, files=files)
        return cast(shapes.ClassifyOut, answer)

    # Jobs

    def start(self, path: str, asked: dict[str, Any]) -> shapes.JobOut:
        """Ask for work: `start("/jobs", {"kind": "tag", "taxonomy": "shoes"})`."""
        return cast(shapes.JobOut, self.send("POST", path, json=asked))

    def job(self, job: str) -> shapes.JobOut:
        return cast(shapes.JobOut, self.get(f"/jobs/{job}"))

    def wait(
        self,
        job: shapes.JobOut,
        *,
        progress: Callable[[shapes.JobOut], None] = lambda job: None,
        every: float = 0.5,
    ) -> shapes.JobOut:
        """Until the job has ended. Raises Conflict, with its reason, where it did not succeed."""
        while job["status"] in ("queued", "running"):
            self._sleep(every)
            job = self.job(job["id"])
            progress(job)
        if job["status"] != "done":
            raise errors.Conflict(f"job {job['id']} {job['status']}: {job['error'] or 'no reason'}")
        return job

    # Everything else

    def pages(self, path: str, cursor: str = "after", **params: Any) -> Iterator[dict[str, Any]]:
        """Every item of a list, page by page. cursor: the parameter that takes `next`."""
        while True:
            page = self.get(path, **params)
            yield from page["items"]
            if page.get("next") is None:
                return
            params[cursor] = page["next"]

    def get(self, path: str, **params: Any) -> Any:
        """The answer of an address below /api/v1."""
        return self.send("GET", path, params=params)

    def send(self, method: str, path: str, **given: Any) -> Any:
        """One request, again while the server is busy or away; a write is done only once.

        Raises the error of `tagwright.errors` that fits the answer.
        """
        headers = {} if method in ("GET", "PUT") else {"Idempotency-Key": uuid.uuid4().hex}
        wait = 0.5
        for attempt in range(TRIES):
            last = attempt == TRIES - 1
            try:
                answer = self._http.request(method, PREFIX + path, headers=headers, **given)
            except httpx2.TransportError as error:
                if last:
                    raise errors.Unavailable(
                        f"{self._http.base_url} does not answer ({error}): is the server running?"
                    ) from error
            else:
                if answer.status_code not in _BUSY or last:
                    return _told(answer)
                wait = max(wait, _asked_wait(answer))
            self._sleep(wait)
            wait *= 2
            for _, (_, file) in given.get("files", ()):
                file.seek(0)
        raise AssertionError("unreachable")


def _told(answer: httpx2.Response) -> Any:
    """The answer's content, or the error it tells of."""
    is_json = "json" in answer.headers.get("content-type", "")
    if answer.status_code < _ERROR:
        return answer.json() if is_json and answer.content else answer.content
    detail = answer.json().get("detail", "") if is_json else answer.text[:200]
    if answer.status_code == errors.TooMany.status:
        raise errors.TooMany(detail, _asked_wait(answer))
    other = errors.InvalidInput if answer.status_code < _SERVER_ERROR else errors.Unavailable
    raise ERRORS.get(answer.status_code, other)(detail or f"status {answer.status_code}")


def _asked_wait(answer: httpx2.Response) -> float:
    """Seconds that an answer asks to wait; a proxy may name a date instead, which is not read."""
    text = answer.headers.get("retry-after", "")
    return float(text) if text.isascii() and text.isdecimal() else 1.0
