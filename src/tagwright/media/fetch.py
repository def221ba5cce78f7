"""What is behind a stranger's URL, without letting the stranger in behind ours (SSRF).

The name is resolved here, its addresses are judged, and the connection goes to an address that
was judged, so that no second answer of the name server can lead elsewhere. Every redirect goes
the same way. Proxies in the environment are not used: they would resolve the name themselves.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any, BinaryIO, Final, TypeAlias

import httpcore2
import httpx2

from tagwright.core.addresses import is_public
from tagwright.errors import InvalidInput, Unavailable

Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
"""The addresses of a host name and port. Raises OSError where there is none."""

MAX_REDIRECTS: Final = 3
MAX_URL: Final = 8_192
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_OK, _TOO_MANY, _SERVER_ERROR = 200, 429, 500
_PORTS: Final = range(1, 65_536)
_HOST: Final = re.compile(r"[a-z0-9_.-]+|[0-9a-f:.]*:[0-9a-f:.]*")
_AGENT: Final = (b"User-Agent", b"Tagwright")
_MAX_ANSWER: Final = 64 << 10
"""How much of a webhook's answer is read before the line is closed. Only its status matters."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came. `content_type`: as the server says, without parameters; not to be trusted."""

    size: int
    content_type: str | None
    final_url: str


def resolve_host(host: str, port: int) -> list[str]:
    """The addresses the system knows for a host name; the system's own time limits hold."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@cache
def _system_trust() -> ssl.SSLContext:
    return httpcore2.default_ssl_context()  # reads the machine's certificates: 20 ms


@dataclass(frozen=True, slots=True)
class Net:
    """How to find hosts and whose certificates to believe."""

    resolve: Resolve = resolve_host
    trust: Callable[[], ssl.SSLContext] = _system_trust


INTERNET: Final = Net()


def fetch_to_file(
    url: str,
    into: BinaryIO | Path,
    *,
    max_bytes: int,
    timeout: float,
    private_hosts: frozenset[str],
    net: Net = INTERNET,
) -> Fetched:
    """Download `url`. Of a path that fails nothing is left; of a file, what came so far.

    timeout: seconds for everything together. private_hosts: names (lower case) that may lead to
    internal addresses. Raises InvalidInput where the URL is to blame, Unavailable where trying
    again may help.
    """
    if isinstance(into, Path):
        try:
            with into.open("wb") as file:
                return fetch_to_file(
                    url,
                    file,
                    max_bytes=max_bytes,
                    timeout=timeout,
                    private_hosts=private_hosts,
                    net=net,
                )
        except BaseException:
            into.unlink(missing_ok=True)
            raise
    route = _Route(private_hosts, net, monotonic() + timeout, timeout)
    target = parse_url(url)
    for _ in range(MAX_REDIRECTS + 1):
        with route.asked("GET", target, [(b"Accept-Encoding", b"identity")]) as response:
            if response.status not in _REDIRECTS:
                size = _download(target, response, into, max_bytes)
                return Fetched(size, _content_type(response), str(target))
            target = _next(target, response)
    raise InvalidInput(
        f"{shown(parse_url(url))!r} redirects more than {MAX_REDIRECTS} times: "
        f"give the address it leads to"
    )


def post_json(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    timeout: float,
    private_hosts: frozenset[str],
    net: Net = INTERNET,
) -> int:
    """The status `url` answers to a JSON body. Redirects are not followed; `timeout` as above.

    Raises InvalidInput for an address that may not be reached, Unavailable where none answered.
    """
    route = _Route(private_hosts, net, monotonic() + timeout, timeout)
    raw = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
    raw.append((b"Content-Type", b"application/json"))
    target = parse_url(url)
    with route.asked("POST", target, raw, body) as response:
        received = 0
        for chunk in response.iter_stream():
            received += len(chunk)
            if received > _MAX_ANSWER:
                break
        return response.status


def parse_url(url: str) -> httpx2.URL:
    """An http or https URL with a host and without a login. Raises InvalidInput."""
    try:
        parsed = httpx2.URL(url) if len(url) <= MAX_URL else None
    except httpx2.InvalidURL as error:
        raise InvalidInput(f"{url[:200]!r} is not a URL: {error}") from None
    if parsed is None:
        raise InvalidInput(f"a URL of {len(url):,} characters is too long: {MAX_URL:,} at most")
    if parsed.userinfo:
        raise InvalidInput(
            f"the URL {shown(parsed)!r} has a login in it: give one that needs none, "
            f"such as a signed link"
        )
    if parsed.scheme not in ("http", "https"):
        raise InvalidInput(f"{shown(parsed)!r} is not a web address: begin it with https://")
    host = parsed.raw_host.decode("ascii", "replace")
    if not _HOST.fullmatch(host) or (parsed.port or 80) not in _PORTS or parsed.port == 0:
        raise InvalidInput(f"{shown(parsed)!r} names no host that can be reached: check it")
    return parsed


def shown(url: httpx2.URL) -> str:
    """A URL for people and logs: without login and query, where secrets are."""
    return str(url.copy_with(username=None, password=None, query=None, fragment=None))[:200]


@dataclass(frozen=True, slots=True)
class _Route:
    """How to get to any host: which may be private, how to find it, and until when."""

    private_hosts: frozenset[str]
    net: Net
    deadline: float
    timeout: float

    @contextmanager
    def asked(
        self,
        method: str,
        url: httpx2.URL,
        headers: list[tuple[bytes, bytes]],
        body: bytes | None = None,
    ) -> Iterator[httpcore2.Response]:
        """A response, its body not read yet. What goes wrong on the way, up to the end of the
        block, becomes InvalidInput or Unavailable."""
        target = httpcore2.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        try:
            with (
                httpcore2.ConnectionPool(
                    ssl_context=self.net.trust() if url.scheme == "https" else None,
                    network_backend=_Guarded(self, url),
                ) as pool,
                pool.stream(method, target, headers=[*headers, _AGENT], content=body) as response,
            ):
                yield response
        except httpcore2.TimeoutException:
            raise Unavailable(
                f"{shown(url)!r} took longer than {self.timeout:g} s: try again later"
            ) from None
        except (httpcore2.NetworkError, httpcore2.ProtocolError) as error:
            raise Unavailable(
                f"{shown(url)!r} cannot be reached ({_said(error)}): "
                f"check the address and try again"
            ) from None

    def left(self) -> float:
        """Seconds until the deadline. Raises httpcore2.TimeoutException at its end."""
        left = self.deadline - monotonic()
        if left <= 0:
            raise httpcore2.TimeoutException
        return left


class _Guarded(httpcore2.NetworkBackend):
    """Connects to public addresses, and to any address of a host that may be private."""

    def __init__(self, route: _Route, url: httpx2.URL) -> None:
        self._route = route
        self._url = url
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        addresses = self._addresses(host, port)
        for later, address in zip(range(len(addresses) - 1, -1, -1), addresses, strict=True):
            try:
                stream = self._plain.connect_tcp(
                    address, port, self._route.left() / (later + 1), local_address, socket_options
                )
                return _Timed(stream, self._route)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if not later:
                    raise
        raise AssertionError("a host without addresses was refused before")

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        try:
            addresses = self._route.net.resolve(host, port)
        except (OSError, UnicodeError):
            addresses = ()
        if not addresses:
            raise Unavailable(
                f"the host of {shown(self._url)!r} cannot be found: check the address, "
                f"or try again later"
            )
        allowed = host.lower().rstrip(".") in self._route.private_hosts
        # One private address among public ones is enough to refuse: that is how a name is
        # made to lead inside every second time.
        if not allowed and not all(map(is_public, addresses)):
            raise InvalidInput(
                f"the host of {shown(self._url)!r} is not on the public internet: an "
                f"administrator can allow it with TAGWRIGHT_PRIVATE_HOSTS"
            )
        return addresses


class _Timed(httpcore2.NetworkStream):
    """A stream whose every wait ends at the deadline: slow drops do not keep it open."""

    def __init__(self, stream: httpcore2.NetworkStream, route: _Route) -> None:
        self._stream = stream
        self._route = route

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._route.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._route.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._route.left())
        return _Timed(secured, self._route)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _download(url: httpx2.URL, response: httpcore2.Response, into: BinaryIO, max_bytes: int) -> int:
    _check_answer(url, response)
    too_large = InvalidInput(
        f"{shown(url)!r} is larger than {max_bytes:,} bytes: give a smaller file"
    )
    announced = _header(response, b"content-length") or "0"
    if announced.isdecimal() and int(announced) > max_bytes:
        raise too_large
    size = 0
    for chunk in response.iter_stream():
        size += len(chunk)
        if size > max_bytes:
            raise too_large
        into.write(chunk)
    return size


def _check_answer(url: httpx2.URL, response: httpcore2.Response) -> None:
    if response.status == _TOO_MANY or response.status >= _SERVER_ERROR:
        raise Unavailable(f"{shown(url)!r} answered {response.status}: try again later")
    if response.status != _OK:
        raise InvalidInput(
            f"{shown(url)!r} answered {response.status}: give an address that anybody with the "
            f"link may download"
        )
    encoding = _header(response, b"content-encoding") or "identity"
    if encoding.lower() != "identity":
        raise InvalidInput(
            f"{shown(url)!r} came packed ({encoding[:20]!r}) though it was asked not to be: "
            f"have its server send the file as it is"
        )


def _next(url: httpx2.URL, response: httpcore2.Response) -> httpx2.URL:
    location = _header(response, b"location")
    if not location:
        raise InvalidInput(f"{shown(url)!r} redirects to nowhere: give another address")
    try:
        return parse_url(str(url.join(location)))
    except (InvalidInput, httpx2.InvalidURL) as error:
        raise InvalidInput(f"{shown(url)!r} redirects where it may not: {error}") from None


def _content_type(response: httpcore2.Response) -> str | None:
    kind = (_header(response, b"content-type") or "").partition(";")[0].strip().lower()
    return kind[:100] or None


def _header(response: httpcore2.Response, name: bytes) -> str | None:
    found = (value for key, value in response.headers if key.lower() == name)
    return next((value.decode("latin-1").strip() for value in found), None)


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
