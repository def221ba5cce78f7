"""Downloads go to the public internet, to whom was checked, within limits of size and time."""

from __future__ import annotations

import io
import ssl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tagwright.errors import InvalidInput, TagwrightError, Unavailable
from tagwright.media.fetch import INTERNET, Fetched, Net, fetch_to_file, post_json
from tests.receiver import Answer, Asked, Receiver, receiving

HERE = frozenset({"127.0.0.1"})
FILES = frozenset({"files.example"})


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def leads_to(*addresses: str) -> Net:
    return Net(resolve=lambda host, port: addresses)


def fetched(
    url: str,
    private_hosts: frozenset[str] = HERE,
    *,
    max_bytes: int = 1000,
    timeout: float = 5,
    net: Net = INTERNET,
) -> tuple[bytes, Fetched]:
    file = io.BytesIO()
    found = fetch_to_file(
        url, file, max_bytes=max_bytes, timeout=timeout, private_hosts=private_hosts, net=net
    )
    return file.getvalue(), found


def test_a_file_comes_with_its_size_and_kind(receiver: Receiver) -> None:
    receiver.answer = lambda asked: Answer(
        body=b"picture", headers={"Content-Type": "Image/JPEG; q=1"}
    )
    url = receiver.url("/a%20b?key=1#part")
    assert fetched(url) == (b"picture", Fetched(7, "image/jpeg", url))
    (asked,) = receiver.asked
    assert (asked.method, asked.path) == ("GET", "/a%20b?key=1")
    assert asked.headers["accept-encoding"] == "identity"


def test_a_path_holds_the_file_or_nothing(receiver: Receiver, tmp_path: Path) -> None:
    receiver.answer = lambda asked: Answer(body=b"x" * (10 if asked.path == "/small" else 99))

    def fetch(name: str) -> Fetched:
        return fetch_to_file(
            receiver.url(f"/{name}"),
            tmp_path / name,
            max_bytes=50,
            timeout=5,
            private_hosts=HERE,
        )

    assert fetch("small").size == 10
    with pytest.raises(InvalidInput, match="larger than 50 bytes"):
        fetch("large")
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://LOCALHOST.:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "http://0177.0.0.1:{port}/",
        "http://127.1:{port}/",
        "http://0:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://[::1]:{port}/",
        "http://169.254.169.254/latest/meta-data",
    ],
)
def test_no_spelling_of_an_internal_address_is_reached(receiver: Receiver, url: str) -> None:
    with pytest.raises(TagwrightError, match=r"not on the public|cannot be found|not a URL"):
        fetched(url.format(port=receiver.port), frozenset())
    assert receiver.asked == []


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:127.0.0.1"], ["64:ff9b::127.0.0.1"]],
)
def test_a_name_that_leads_inside_is_refused(receiver: Receiver, addresses: list[str]) -> None:
    for fetch in (fetched, posted):
        with pytest.raises(InvalidInput, match="TAGWRIGHT_PRIVATE_HOSTS") as refused:
            fetch(receiver.url(host="evil.example"), frozenset(), net=leads_to(*addresses))
        assert addresses[0] not in str(refused.value)
    assert receiver.asked == []


def test_the_name_is_resolved_once_and_that_address_is_used(receiver: Receiver) -> None:
    answers = iter([["127.0.0.1"]])
    net = Net(resolve=lambda host, port: next(answers))
    receiver.answer = lambda asked: Answer(body=b"picture")
    data, _ = fetched(receiver.url(host="files.example"), FILES, net=net)
    assert data == b"picture"
    assert receiver.asked[0].headers["host"] == f"files.example:{receiver.port}"


def test_a_dead_address_is_passed_over_for_the_next(receiver: Receiver) -> None:
    net = leads_to("127.0.0.2", "127.0.0.1")
    assert fetched(receiver.url(host="files.example"), FILES, net=net)[1].size == 0


def test_redirects_are_followed_and_judged_again(receiver: Receiver) -> None:
    def answer(asked: Asked) -> Answer:
        where = {"/1": "2", "/2": receiver.url("/3", "files.example")}.get(asked.path)
        return Answer(302, {"Location": where}) if where else Answer(body=b"picture")

    receiver.answer = answer
    names = {"start.example": "127.0.0.1", "files.example": "127.0.0.1"}
    net = Net(resolve=lambda host, port: [names[host]])
    start = receiver.url("/1", "start.example")
    assert fetched(start, frozenset(names), net=net) == (
        b"picture",
        Fetched(7, None, receiver.url("/3", "files.example")),
    )
    with pytest.raises(InvalidInput, match=r"files\.example.* is not on the public internet"):
        fetched(start, frozenset({"start.example"}), net=net)
    assert len(receiver.asked) == 3 + 2


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        pytest.param("/again", "more than 3 times", id="in a circle"),
        pytest.param("", "to nowhere", id="nowhere"),
        pytest.param("file:///etc/passwd", "begin it with https", id="to a file"),
        pytest.param("http://a:b@127.0.0.1/", "has a login", id="with a login"),
        pytest.param("http://[", "redirects where it may not", id="to no URL"),
        pytest.param("http://169.254.169.254/", "not on the public internet", id="to metadata"),
    ],
)
def test_a_redirect_leads_nowhere_else(receiver: Receiver, location: str, reason: str) -> None:
    receiver.answer = lambda asked: Answer(301, {"Location": location})
    with pytest.raises(InvalidInput, match=reason):
        fetched(receiver.url())
    assert len(receiver.asked) <= 4


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "not a web address"),
        ("files.example/a.jpg", "not a web address"),
        ("//files.example/a.jpg", "not a web address"),
        ("file:///etc/passwd", "not a web address"),
        ("ftp://files.example/", "not a web address"),
        ("gopher://127.0.0.1:70/_x", "not a web address"),
        ("http:///a.jpg", "names no host"),
        ("http://a b/", "names no host"),
        ("http://%31.1/", "names no host"),
        ("http://[fe80::1%25eth0]/", "names no host"),
        ("http://files.example:0/", "names no host"),
        ("http://files.example:99999/", "names no host"),
        ("http://files.example\r\nX: y/", "not a URL"),
        ("http://me:secret@files.example/", "has a login"),
        ("http://files.example/" + "x" * 9000, "too long"),
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason) as refused:
        fetched(url, net=leads_to("8.8.8.8"))
    assert "secret" not in str(refused.value)


def endless(piece: bytes, pause: float, head: bytes = b"") -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        yield head
        while True:
            yield piece
            time.sleep(pause)

    return pieces


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("answer", "error", "reason"),
    [
        pytest.param(Answer(404), InvalidInput, "answered 404", id="not there"),
        pytest.param(Answer(401), InvalidInput, "answered 401", id="a login is needed"),
        pytest.param(Answer(204), InvalidInput, "answered 204", id="no content"),
        pytest.param(Answer(206), InvalidInput, "answered 206", id="a part"),
        pytest.param(Answer(429), Unavailable, "answered 429: try again", id="too often"),
        pytest.param(Answer(503), Unavailable, "answered 503: try again", id="down"),
        pytest.param(
            Answer(headers={"Content-Encoding": "gzip"}), InvalidInput, "packed", id="packed"
        ),
        pytest.param(
            Answer(headers={"Content-Length": "99999"}), InvalidInput, "larger", id="too large"
        ),
        pytest.param(
            Answer(raw=endless(b"x" * 100, 0, OK + b"\r\n")),
            InvalidInput,
            "larger than 1,000 bytes",
            id="larger than it says",
        ),
        pytest.param(
            Answer(headers={"Content-Length": "900"}), Unavailable, "cannot be reached", id="cut"
        ),
        pytest.param(
            Answer(raw=endless(b"x", 0.05, OK + b"\r\n")), Unavailable, "longer than", id="slow"
        ),
        pytest.param(
            Answer(raw=endless(b"x", 0.05, OK)), Unavailable, "longer than", id="slow headers"
        ),
        pytest.param(
            Answer(raw=endless(b"HTTP/1.1 100 Continue\r\n\r\n", 0.01)),
            Unavailable,
            "longer than",
            id="says to go on for ever",
        ),
        pytest.param(
            Answer(raw=lambda: iter([b"SSH-2.0\r\n\r\n"])),
            Unavailable,
            "cannot be reached",
            id="no web server",
        ),
    ],
)
def test_an_answer_without_a_file_has_its_reason(
    receiver: Receiver, answer: Answer, error: type[TagwrightError], reason: str
) -> None:
    receiver.answer = lambda asked: answer
    began = time.monotonic()
    with pytest.raises(error, match=reason) as refused:
        fetched(receiver.url("/a?token=secret"), timeout=0.6)
    assert time.monotonic() - began < 2
    assert receiver.url("/a") in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_host_that_is_not_there_says_so() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    with pytest.raises(Unavailable, match="cannot be found"):
        fetched("http://nobody.example/", net=Net(resolve=unknown))
    with receiving() as gone:
        url = gone.url()
    with pytest.raises(Unavailable, match="cannot be reached"):
        fetched(url)


def posted(
    url: str, private_hosts: frozenset[str] = HERE, *, timeout: float = 5, net: Net = INTERNET
) -> int:
    headers = {"X-Signature": "t=1"}
    return post_json(
        url, b'{"a": 1}', headers, timeout=timeout, private_hosts=private_hosts, net=net
    )


@pytest.mark.parametrize("status", [200, 204, 302, 410, 500])
def test_a_posted_body_brings_the_status_back(receiver: Receiver, status: int) -> None:
    receiver.answer = lambda asked: Answer(status, {"Location": receiver.url("/else")})
    assert posted(receiver.url("/hook")) == status
    (asked,) = receiver.asked
    assert (asked.method, asked.path, asked.body) == ("POST", "/hook", b'{"a": 1}')
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["x-signature"] == "t=1"


def test_a_long_answer_is_not_read_to_its_end(receiver: Receiver) -> None:
    receiver.answer = lambda asked: Answer(raw=endless(b"x" * 10_000, 0, OK + b"\r\n"))
    assert posted(receiver.url()) == 200


def test_a_slow_answer_is_given_up(receiver: Receiver) -> None:
    receiver.answer = lambda asked: Answer(raw=endless(b"x", 0.05, OK))
    with pytest.raises(Unavailable, match=r"longer than 0\.3 s"):
        posted(receiver.url(), timeout=0.3)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of files.example that it signed itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "files.example")])
    day = timedelta(days=1)
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - day)
        .not_valid_after(today + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("files.example")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "files.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.mark.parametrize(
    ("host", "trusted", "reason"),
    [
        pytest.param("files.example", True, None, id="its own name"),
        pytest.param("other.example", True, "certificate", id="another name"),
        pytest.param("files.example", False, "certificate", id="nobody we trust"),
    ],
)
def test_the_certificate_is_checked_for_the_name(
    certificate: Path, host: str, trusted: bool, reason: str | None
) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)

    def trust() -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(certificate) if trusted else None)

    net = Net(resolve=lambda host, port: ["127.0.0.1"], trust=trust)
    with receiving(server) as receiver:
        url = receiver.url(host=host, scheme="https")
        if reason is None:
            assert fetched(url, frozenset({host}), net=net)[1].size == 0
        else:
            with pytest.raises(Unavailable, match=reason):
                fetched(url, frozenset({host}), net=net)
