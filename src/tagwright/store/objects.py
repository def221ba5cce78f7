"""Objects in an S3-compatible bucket. The one door to `obstore`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from tagwright.errors import InvalidInput, NotFound, Unavailable

if TYPE_CHECKING:
    from obstore.store import S3Config

SCHEME: Final = "s3://"
CHUNK: Final = 1 << 20
_PARTS_AT_ONCE: Final = 4
"""Pieces of 5 MB of a large object on their way together: 20 MB of memory an upload."""


@dataclass(frozen=True, slots=True)
class S3Options:
    """How to reach a store. Without `key`, the machine's own credentials are used."""

    endpoint: str | None = None
    region: str = "us-east-1"
    key: str | None = None
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """One object. `name`: below the bucket's prefix."""

    name: str
    size: int
    modified_ns: int


class Bucket:
    """The objects below a prefix. Threads may share it."""

    def __init__(self, url: str, options: S3Options) -> None:
        self.bucket, self.prefix = split_url(url)
        self._store = S3Store(
            self.bucket,
            prefix=self.prefix or None,
            config=_config(options),
            # Listed errors come in seconds, not in the library's default of three minutes.
            retry_config={
                "max_retries": 3,
                "retry_timeout": timedelta(seconds=20),
                "backoff": {"max_backoff": timedelta(seconds=2)},
            },
            client_options={
                "allow_http": (options.endpoint or "").startswith("http://"),
                "connect_timeout": timedelta(seconds=5),
                "read_timeout": timedelta(seconds=30),
                "timeout": timedelta(minutes=15),
            },
        )

    def uri(self, name: str) -> str:
        """What this object is called everywhere, as ASCII."""
        path = f"{self.prefix}/{name}" if self.prefix else name
        return SCHEME + quote(f"{self.bucket}/{path}")

    def put(self, name: str, source: Path) -> None:
        """Store a file whole, or nothing."""
        with self._explained(name):
            obstore.put(self._store, name, source, max_concurrency=_PARTS_AT_ONCE)

    def size(self, name: str) -> int | None:
        """Of an object; None where there is none."""
        try:
            with self._explained(name):
                return obstore.head(self._store, name)["size"]
        except NotFound:
            return None

    def chunks(self, name: str) -> Iterator[bytes]:
        """An object's bytes. Raises NotFound now, not when they are first asked for."""
        with self._explained(name):
            found = obstore.get(self._store, name)
        return self._stream(name, found)

    def _stream(self, name: str, found: obstore.GetResult) -> Iterator[bytes]:
        with self._explained(name):
            for chunk in found.stream(CHUNK):
                yield bytes(chunk)

    def delete(self, names: Sequence[str]) -> None:
        """Those that are not there are passed over."""
        if names:
            with self._explained(names[0]):
                obstore.delete(self._store, names)

    def list(self, prefix: str = "") -> Iterator[Found]:
        """Every object below `prefix`, a path of whole segments."""
        with self._explained(prefix):
            for some in obstore.list(self._store, prefix or None, chunk_size=1_000):
                for found in some:
                    modified = int(found["last_modified"].timestamp() * 1_000) * 1_000_000
                    yield Found(found["path"], found["size"], modified)

    @contextmanager
    def _explained(self, name: str) -> Iterator[None]:
        place = f"{SCHEME}{self.bucket}"
        try:
            yield
        except FileNotFoundError as error:
            raise NotFound(f"there is no {self.uri(name)!r}: check bucket and name") from error
        except (PermissionDeniedError, UnauthenticatedError) as error:
            raise Unavailable(
                f"{place!r} refuses these credentials: check TAGWRIGHT_S3_KEY and "
                f"TAGWRIGHT_S3_SECRET, and what they may do there"
            ) from error
        except (BaseError, OSError) as error:
            raise Unavailable(
                f"the object store of {place!r} does not answer ({_reason(error)}): "
                f"check TAGWRIGHT_S3_ENDPOINT and the network, and try again"
            ) from error


def split_url(url: str) -> tuple[str, str]:
    """Bucket and prefix of `s3://BUCKET/PREFIX`. Raises InvalidInput."""
    bucket, _, prefix = url.removeprefix(SCHEME).partition("/")
    prefix = prefix.strip("/")
    parts = prefix.split("/") if prefix else []
    if not url.startswith(SCHEME) or not bucket or any(p in ("", ".", "..") for p in parts):
        raise InvalidInput(f"{url!r} is not a place in an object store: give s3://BUCKET/PREFIX")
    return bucket, prefix


def _config(options: S3Options) -> S3Config:
    config: S3Config = {"region": options.region}
    if options.endpoint is not None:
        config["endpoint"] = options.endpoint
    if options.key is not None:
        config["access_key_id"] = options.key
    if options.secret is not None:
        config["secret_access_key"] = options.secret
    return config


def _reason(error: Exception) -> str:
    """The first line of what the library says; the rest is its own structures."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
