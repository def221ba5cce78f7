"""Two workspaces side by side in one served installation, each with people, keys and pictures.

A is the workspace `default`, whose things nobody else may learn of; B is `other`, next door.
"""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import sqlalchemy as sa
from starlette.testclient import TestClient

from tagwright.config import Settings
from tagwright.core.edits import SetAltLabels
from tagwright.core.roles import ROLES, Role
from tagwright.flows.atlas import MapOptions, build_map
from tagwright.flows.deciding import decide
from tagwright.flows.edits import apply
from tagwright.flows.importing import import_pictures
from tagwright.flows.installation import Installation, open_installation
from tagwright.flows.jobs import submit
from tagwright.flows.keys import KeyOptions, make_key
from tagwright.flows.limits import LoginThrottle
from tagwright.flows.memory import KeyCache, Memory
from tagwright.flows.passwords import Passwords
from tagwright.flows.plans import ImportOptions
from tagwright.flows.reviewing import Asked, next_pictures
from tagwright.flows.sessions import open_sessions
from tagwright.flows.webhooks import create_webhook, ping
from tagwright.flows.working import Worker
from tagwright.flows.workspace import Workspace
from tagwright.store.people import People
from tagwright.store.schema import METADATA
from tagwright.store.suspects import SuspectRow
from tagwright.types import ConceptId, FacetId
from tagwright.web.app import make_app
from tagwright.web.state import Server, open_server
from tests.people import ADMIN, WEAK, Clock, World, with_admin
from tests.pictures import draw, draw_folders

NEXT_DOOR = "other"
BOB = "bob@example.org"
"""Admin of B, and nothing in A."""
SECRET = "zwiebelfisch"
"""A word that only the taxonomy of A has."""
HOOK = "http://127.0.0.1:9/only-for-a"

Rows = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """An installation with A and B in it, at a server.

    mine: a name for a thing of A -> its id. keys: a role -> a key of A. marks: what no answer to B
    may contain. pictures: a name -> the bytes of a picture.
    """

    world: World
    client: TestClient
    keys: Mapping[Role, str]
    key_next_door: str
    mine: Mapping[str, str]
    marks: frozenset[str]
    pictures: Mapping[str, bytes]

    @property
    def installation(self) -> Installation:
        return self.world.installation

    def logged_in(self, email: str) -> dict[str, str]:
        """The headers of a fresh login of theirs."""
        return {"Cookie": f"tagwright={self.world.log_in(email)}"}

    def session_of(self, email: str) -> str:
        """The id of their newest login."""
        person = People(self.installation.db).page(1, email[:-1])[0]
        return open_sessions(self.installation, person.id)[0].id

    def rows(self) -> Rows:
        """Every row of every table, as text."""
        with self.installation.db.read() as connection:
            return {
                table.name: [repr(row) for row in connection.execute(sa.select(table))]
                for table in METADATA.sorted_tables
            }

    def rows_of_a(self) -> Rows:
        """Every row that is A's, and those of the people in it."""
        members = sa.select(METADATA.tables["membership"].c.person).where(
            METADATA.tables["membership"].c.workspace == self.installation.home.id
        )
        found = {}
        with self.installation.db.read() as connection:
            for table in METADATA.sorted_tables:
                columns = table.c
                if "workspace" in columns:
                    own = columns.workspace == self.installation.home.id
                elif table.name == "person":
                    own = columns.id.in_(members)
                elif "person" in columns:
                    own = columns.person.in_(members)
                else:
                    continue
                rows = connection.execute(sa.select(table).where(own))
                found[table.name] = [repr(row) for row in rows]
        return found


@contextmanager
def neighbours(library: Path, folder: Path, settings: Settings) -> Iterator[Neighbours]:
    """`library`, which is copied, as A; B made beside it; and a client without credentials."""
    shutil.copytree(library, folder / "library")
    clock = Clock(datetime.now(UTC))
    opened = open_installation(
        folder / "library", replace(settings, private_hosts="127.0.0.1"), clock
    )
    memory = Memory(KeyCache(clock.seconds), Passwords(WEAK), LoginThrottle(clock.seconds))
    installation = replace(opened, memory=memory)
    try:
        with open_server(installation, loopback_only=True) as server:
            server.stopping.set()  # event streams end with their first beat
            yield from _settled(with_admin(installation, clock), server, folder)
    finally:
        installation.close()


def _settled(world: World, server: Server, folder: Path) -> Iterator[Neighbours]:
    a, pictures = world.installation.home, _pictures()
    keys = {role: make_key(a, world.admin, KeyOptions(role, role)).text for role in ROLES}
    people = {role: world.member(email_of(role), role) for role in ROLES}
    landlord = world.workspace(NEXT_DOOR)
    b, things = world.installation.workspace(NEXT_DOOR), _things(world, a)
    drawn = draw_folders(folder / "ours", 1, seed=99)
    import_pictures(b, [drawn], ImportOptions(labels="folders"))
    world.member(BOB, "admin", NEXT_DOOR)
    own_hook = create_webhook(b, landlord, "http://127.0.0.1:9/of-b", ["asset.added"])
    key_next_door = make_key(b, landlord, KeyOptions("next door", "admin")).text
    with TestClient(
        make_app(server),
        base_url="http://localhost",
        client=("127.0.0.1", 50_000),
        raise_server_exceptions=False,
        follow_redirects=False,
    ) as client:
        for key in [*keys.values(), key_next_door]:  # the first use of a key is written down
            client.get("/api/v1/me", headers=bearer(key)).raise_for_status()
        path = f"/api/v1/assets/{_sha(pictures['kept'])}"
        kept = client.put(path, content=pictures["kept"], headers=bearer(keys["editor"]))
        kept.raise_for_status()
        person = people["reviewer"].person
        assert person is not None
        mine = things | {
            "person": person,
            "session": open_sessions(world.installation, person)[0].id,
            "kept": _sha(pictures["kept"]),
            "new": _sha(pictures["new"]),
            "own_webhook": own_hook.id,
        }
        marks = _marks(a, b, mine)
        yield Neighbours(world, client, keys, key_next_door, mine, marks, pictures)


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def email_of(role: str) -> str:
    return f"a-{role}@example.org"


def _pictures() -> dict[str, bytes]:
    """`kept` lies in A as an upload, `new` nowhere."""
    rng = np.random.default_rng(2026)
    found = {}
    for name in ("kept", "new"):
        file = io.BytesIO()
        draw("cross", rng).save(file, "PNG")
        found[name] = file.getvalue()
    return found


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _things(world: World, a: Workspace) -> dict[str, str]:
    """One thing of A of each sort, made where there is none yet."""
    installation, admin = world.installation, world.admin
    alternative = SetAltLabels(ConceptId("circle"), (("en", SECRET),))
    apply(a, "shapes", [alternative], ADMIN)
    exported = submit(a, "export", {"format": "csv", "suggested": False}, requested_by=ADMIN)
    assert Worker(installation, "one").run_one()
    labelled = next(iter(a.ledger.tags(people_only=True)))
    given, at = ConceptId(str(labelled.concept)), a.now()
    said = decide(a, labelled.asset, "shapes", given, positive=True, actor=ADMIN)
    doubt = SuspectRow(labelled.asset, FacetId("shapes"), given, ConceptId("cross"), 0.1, at)
    a.suspects.replace("shapes", [doubt])
    held = next_pictures(a, "shapes", ADMIN, Asked("uncertain", 1))
    hook = create_webhook(a, admin, HOOK, ["asset.added"])
    return {
        "taxonomy": "shapes",
        "concept": "circle",
        "asset": labelled.asset,
        "held": held[0].asset if held else labelled.asset,
        "version": "1",
        "run": said.run,
        "map": build_map(a, MapOptions(taxonomy="shapes")).id,
        "job": submit(a, "embed", {}, requested_by=ADMIN).id,
        "export": exported.id,
        "webhook": hook.id,
        "delivery": ping(a, admin, hook.id).id,
        "key": make_key(a, admin, KeyOptions("spare", "viewer")).key.id,
    }


def _marks(a: Workspace, b: Workspace, mine: Mapping[str, str]) -> frozenset[str]:
    """The ids of all that is A's, its people, its secret word, its places."""
    names = (
        "run",
        "job",
        "map",
        "export",
        "webhook",
        "delivery",
        "key",
        "person",
        "session",
        "kept",
    )
    assets = {str(each.id) for each in a.assets.all()} - {str(each.id) for each in b.assets.all()}
    found = {mine[name] for name in names} | assets | {run.id for run in a.runs.all()}
    return frozenset(found | {SECRET, HOOK} | {email_of(role) for role in ROLES})
