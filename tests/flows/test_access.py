"""From what a request shows to who is asking: keys, sessions, and a seat at the machine."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tagwright.config import Settings
from tagwright.core.roles import ALL
from tagwright.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from tagwright.flows.access import Credentials, authenticate
from tagwright.flows.audit import log_of
from tagwright.flows.caller import Caller
from tagwright.flows.installation import Installation
from tagwright.flows.keys import KeyOptions, NewKey, make_key, revoke_key
from tagwright.flows.limits import Limits, LoginThrottle, Throttle, network_of
from tagwright.flows.memory import KeyCache, Memory
from tagwright.flows.passwords import Passwords
from tagwright.flows.sessions import (
    Visit,
    change_password,
    end_other_sessions,
    end_session,
    log_in,
    log_out,
    open_sessions,
)
from tagwright.store.keys import find_key
from tagwright.store.people import People
from tagwright.store.sessions import Sessions, digest_of
from tests.people import ADMIN, HOME, OTHER, PASSWORD, WEAK, Clock, World, fresh, with_admin

BOB = "bob@example.org"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def empty(tmp_path: Path, database_url: str | None, clock: Clock) -> Iterator[Installation]:
    installation = fresh(tmp_path / "library", Settings(database_url=database_url), clock)
    yield installation
    installation.close()


@pytest.fixture
def world(empty: Installation, clock: Clock) -> World:
    return with_admin(empty, clock)


def with_settings(installation: Installation, **changes: object) -> Installation:
    settings = replace(installation.settings, **changes)  # type: ignore[arg-type]
    return replace(installation, home=replace(installation.home, settings=settings))


# A seat at the machine.


def test_before_there_are_people_whoever_sits_here_may_do_everything(empty: Installation) -> None:
    caller = authenticate(empty, Credentials(is_local=True))
    assert (caller.actor, caller.kind, caller.operator) == ("local", "local", True)
    assert caller.permissions == ALL
    # Cookies are shared by all ports of a machine: one of another server does no harm.
    authenticate(empty, Credentials(session_token="of another server", is_local=True))
    with pytest.raises(NotFound):
        authenticate(empty, Credentials(workspace="none", is_local=True))


@pytest.mark.parametrize(
    ("settings", "credentials"),
    [
        pytest.param({}, Credentials(), id="somebody from elsewhere"),
        pytest.param({"require_login": True}, Credentials(is_local=True), id="a login is required"),
        pytest.param(
            {"public_url": "https://x.org"}, Credentials(is_local=True), id="behind a proxy"
        ),
        pytest.param({}, Credentials(bearer="tw_x", is_local=True), id="a wrong key"),
    ],
)
def test_before_there_are_people_others_are_nobody(
    empty: Installation, settings: dict[str, object], credentials: Credentials
) -> None:
    with pytest.raises(Unauthenticated):
        authenticate(with_settings(empty, **settings), credentials)


def test_with_the_first_person_the_seat_is_worth_nothing(world: World) -> None:
    with pytest.raises(Unauthenticated, match="log in"):
        authenticate(world.installation, Credentials(is_local=True))


# Sessions.


def test_a_session_is_kept_as_a_digest(world: World) -> None:
    token = world.log_in()
    assert len(token) == 43
    assert Sessions(world.installation.db).find(token) is not None
    sessions = open_sessions(world.installation, world.admin.person or "")
    assert all(token not in repr(session) for session in sessions)
    assert digest_of(token) in {session.digest for session in sessions}


def test_a_session_ends_when_it_is_not_used(world: World, clock: Clock) -> None:
    token = world.log_in()
    for _ in range(3):
        clock.forward(hours=11)
        world.caller(token)
    clock.forward(hours=12, minutes=1)
    with pytest.raises(Unauthenticated):
        world.caller(token)


def test_a_session_ends_after_thirty_days_however_much_it_is_used(
    world: World, clock: Clock
) -> None:
    token = world.log_in()
    for _ in range(59):
        clock.forward(hours=11.9)
        world.caller(token)
    clock.forward(hours=24 * 30 - 59 * 11.9 + 0.1)
    with pytest.raises(Unauthenticated):
        world.caller(token)


def test_use_is_written_down_once_a_minute(world: World, clock: Clock) -> None:
    token = world.log_in()

    def seen() -> str:
        session = Sessions(world.installation.db).find(token)
        assert session is not None
        return session.last_seen_at

    first = seen()
    clock.forward(seconds=50)
    world.caller(token)
    assert seen() == first
    clock.forward(seconds=20)
    world.caller(token)
    assert seen() == clock()


def test_logging_in_again_ends_what_the_browser_had(world: World) -> None:
    before = world.log_in()
    after = world.log_in(visit=Visit("192.0.2.1", "a browser", replaced=before))
    assert after != before
    with pytest.raises(Unauthenticated):
        world.caller(before)
    world.caller(after)


def test_a_person_ends_one_session_or_all_others(world: World) -> None:
    tokens = [world.log_in() for _ in range(3)]
    ada = world.caller(tokens[0])
    assert ada.person is not None
    listed = open_sessions(world.installation, ada.person)
    assert {digest_of(t) for t in tokens} <= {s.digest for s in listed}
    end_session(world.installation, ada, digest_of(tokens[1])[:16])
    with pytest.raises(Unauthenticated):
        world.caller(tokens[1])
    assert end_other_sessions(world.installation, ada, tokens[0]) == 2
    with pytest.raises(Unauthenticated):
        world.caller(tokens[2])
    log_out(world.installation, ada, tokens[0])
    with pytest.raises(Unauthenticated):
        world.caller(tokens[0])


@pytest.mark.parametrize("session", ["", "%", "_" * 16, "0" * 16, "of bob"])
def test_nobody_ends_a_session_that_is_not_theirs(world: World, session: str) -> None:
    world.member(BOB, "viewer")
    token = world.log_in(BOB)
    wanted = digest_of(token)[:16] if session == "of bob" else session
    with pytest.raises(NotFound, match="no session"):
        end_session(world.installation, world.admin, wanted)
    world.caller(token)


def test_a_new_password_ends_every_session_but_a_new_one(world: World) -> None:
    tokens = [world.log_in() for _ in range(2)]
    ada = world.caller(tokens[0])
    with pytest.raises(Unauthenticated, match="old password"):
        change_password(world.installation, ada, "a wrong one", OTHER, HOME)
    entered = change_password(world.installation, ada, PASSWORD, OTHER, HOME)
    for token in tokens:
        with pytest.raises(Unauthenticated):
            world.caller(token)
    world.caller(entered.token)
    world.log_in(password=OTHER)


def test_a_session_names_its_workspace_or_takes_the_first(world: World, clock: Clock) -> None:
    world.member(BOB, "viewer")
    token = world.log_in(BOB)
    world.workspace("acme")
    assert world.caller(token).workspace == "default"
    for foreign in ("acme", "none"):
        with pytest.raises(NotFound, match=f"no workspace '{foreign}', or"):
            world.caller(token, foreign)


def test_an_operator_is_no_member_of_what_they_did_not_join(world: World) -> None:
    world.member(BOB, "viewer")
    with world.installation.db.write() as connection:
        people = People(world.installation.db)
        bob = people.find(BOB)
        assert bob is not None
        people.update_in(connection, bob.id, operator=True)
        people.remove_in(connection, "default", bob.id)
    caller = world.caller(world.log_in(BOB))
    assert (caller.workspace, caller.permissions, caller.operator) == ("", frozenset(), True)


# Passwords.


def test_a_wrong_password_and_an_unknown_email_read_the_same(world: World) -> None:
    said = []
    for email in (ADMIN, "nobody@example.org"):
        with pytest.raises(Unauthenticated) as refused:
            world.log_in(email, "a wrong password")
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_an_unknown_email_takes_as_long_as_a_wrong_password(tmp_path: Path) -> None:
    passwords = Passwords()
    known = passwords.hash(PASSWORD)
    passwords.verify("warm up", None)

    def fastest(known: str | None) -> float:
        times = []
        for _ in range(5):
            start = time.perf_counter()
            assert passwords.verify("a wrong one", known) == (False, None)
            times.append(time.perf_counter() - start)
        return min(times)

    assert 0.5 < fastest(None) / fastest(known) < 2


def test_the_decoys_own_password_opens_nothing() -> None:
    assert Passwords(WEAK).verify("nobody's password", None) == (False, None)


def test_passwords_are_argon2id_of_64_mebibytes() -> None:
    assert Passwords().hash(PASSWORD).startswith("$argon2id$v=19$m=65536,")


def test_a_hash_of_older_parameters_is_made_anew_at_the_next_login(world: World) -> None:
    stronger = replace(world.installation.memory, passwords=Passwords())
    log_in(replace(world.installation, memory=stronger), ADMIN, PASSWORD, HOME)
    ada = People(world.installation.db).find(ADMIN)
    assert ada is not None
    assert ada.password_hash is not None
    assert "m=65536" in ada.password_hash
    log_in(replace(world.installation, memory=stronger), ADMIN, PASSWORD, HOME)


def test_two_passwords_are_checked_at_the_same_time_and_others_wait_a_while() -> None:
    passwords = Passwords(WEAK, at_once=2, wait_seconds=0.05)
    held, release = threading.Barrier(3), threading.Event()

    def hold(_: int) -> None:
        with passwords._turn():
            held.wait()
            release.wait()

    with ThreadPoolExecutor(2) as threads:
        done = [threads.submit(hold, n) for n in range(2)]
        held.wait()
        with pytest.raises(Unavailable, match="too many people"):
            passwords.verify(PASSWORD, None)
        release.set()
        for each in done:
            each.result()
    passwords.verify(PASSWORD, None)


def test_a_login_that_could_not_be_checked_does_not_count_as_wrong(world: World) -> None:
    busy = Passwords(WEAK, at_once=1, wait_seconds=0.001)
    installation = replace(
        world.installation, memory=replace(world.installation.memory, passwords=busy)
    )
    with busy._turn():
        for _ in range(20):
            with pytest.raises(Unavailable):
                log_in(installation, ADMIN, PASSWORD, HOME)
    log_in(installation, ADMIN, PASSWORD, HOME)


# Throttling.


def wrong(world: World, times: int, visit: Visit = HOME, email: str = ADMIN) -> None:
    for _ in range(times):
        with pytest.raises(Unauthenticated):
            world.log_in(email, "a wrong password", visit)


def test_after_five_wrong_passwords_the_waits_grow(world: World, clock: Clock) -> None:
    wrong(world, 5)
    waits = []
    for _ in range(8):
        with pytest.raises(TooMany) as refused:
            world.log_in()
        waits.append(round(refused.value.retry_after))
        clock.forward(seconds=refused.value.retry_after)
        wrong(world, 1)
    assert waits == [15, 30, 60, 120, 240, 480, 900, 900]


def test_the_right_password_after_the_wait_ends_the_waiting(world: World, clock: Clock) -> None:
    wrong(world, 5)
    clock.forward(seconds=16)
    world.log_in()
    wrong(world, 5)


def test_nobody_locks_somebody_else_out(world: World) -> None:
    wrong(world, 5, Visit("203.0.113.9"))
    with pytest.raises(TooMany):
        world.log_in(visit=Visit("203.0.113.9"))
    world.log_in(visit=HOME)


def test_an_address_that_tries_many_emails_waits_too(world: World) -> None:
    for number in range(50):
        wrong(world, 1, email=f"p{number}@example.org")
    with pytest.raises(TooMany):
        world.log_in()
    world.log_in(visit=Visit("192.0.2.2"))


def test_tries_at_the_same_time_do_not_slip_through(clock: Clock) -> None:
    throttle = LoginThrottle(clock.seconds)
    with ThreadPoolExecutor(8) as threads:
        refused = list(threads.map(lambda _: throttle.attempt(ADMIN, "192.0.2.1"), range(40)))
    assert sum(each is None for each in refused) == 5
    assert sum(each is not None and each.is_first for each in refused) == 1


def test_throttling_is_written_down_once_a_wait(world: World) -> None:
    wrong(world, 5)
    for _ in range(10):
        with pytest.raises(TooMany):
            world.log_in()
    actions = [line.event.action for line in log_of(world.installation).all()]
    assert (actions.count("login.fail"), actions.count("login.throttle")) == (5, 1)


def test_a_throttle_forgets_after_a_while_and_keeps_so_many_at_most(clock: Clock) -> None:
    throttle = Throttle(1, clock.seconds)
    assert throttle.attempt("a") is None
    assert throttle.attempt("a") is not None
    clock.forward(minutes=16)
    assert throttle.attempt("a") is None
    for number in range(50_001):
        throttle.attempt(str(number))
    assert throttle.attempt("a") is None


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:2", "2001:db8::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("testclient", "testclient"),
    ],
)
def test_an_address_stands_for_what_one_subscriber_has(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_caller_may_ask_so_often_and_others_still_may() -> None:
    limits = Limits("5/minute")
    for _ in range(5):
        limits.count("ada")
    with pytest.raises(TooMany, match=r"ada has made more than 5 requests per minute") as refused:
        limits.count("ada")
    assert 1 <= refused.value.retry_after <= 120
    limits.count("bob")


@pytest.mark.parametrize("rate", ["often", "", "5/fortnight"])
def test_a_rate_that_is_none_is_named(rate: str) -> None:
    with pytest.raises(InvalidInput, match="TAGWRIGHT_RATE_LIMIT"):
        Limits(rate)


# Keys.


CI = KeyOptions("ci", "editor")


def key(world: World, options: KeyOptions = CI) -> NewKey:
    return make_key(world.installation.home, world.admin, options)


def by(world: World, made: NewKey, workspace: str | None = None) -> Caller:
    return authenticate(world.installation, Credentials(bearer=made.text, workspace=workspace))


def test_a_key_opens_its_workspace_alone(world: World) -> None:
    world.workspace("acme")
    made = key(world)
    caller = by(world, made)
    assert (caller.actor, caller.kind, caller.workspace) == ("key:ci", "key", "default")
    assert (caller.operator, caller.person) == (False, None)
    assert by(world, made, "default") == caller
    for foreign in ("acme", "none"):
        with pytest.raises(Forbidden, match="alone"):
            by(world, made, foreign)


def test_a_key_is_long_told_apart_and_kept_as_a_digest(world: World) -> None:
    made = key(world)
    prefix, key_id, secret = made.text.split("_", 2)
    assert (prefix, len(key_id), len(secret)) == ("tw", 8, 43)
    assert made.key.hint == f"tw_{key_id}"
    kept = find_key(world.installation.db, digest_of(made.text))
    assert kept is not None
    assert secret not in "".join(map(str, (kept.hint, kept.digest, kept.id, kept.name)))
    assert find_key(world.installation.db, made.text) is None


def test_a_key_may_do_a_part_of_its_role(world: World) -> None:
    made = key(world, KeyOptions("ci", "editor", frozenset({"upload"})))
    assert by(world, made).permissions == {"upload"}
    with pytest.raises(InvalidInput, match="may not admin"):
        key(world, KeyOptions("x", "viewer", frozenset({"admin"})))


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101])
def test_a_key_needs_a_name(world: World, name: str) -> None:
    with pytest.raises(InvalidInput, match="name"):
        key(world, KeyOptions(name, "viewer"))


def test_two_working_keys_never_have_one_name(world: World) -> None:
    made = key(world)
    with pytest.raises(Conflict, match="'ci' already"):
        key(world)
    revoke_key(world.installation.home, world.admin, made.key.id, world.installation.memory.keys)
    key(world)


def test_a_key_expires_even_while_it_is_remembered(world: World, clock: Clock) -> None:
    clock.forward(seconds=2)
    until = clock()
    clock.forward(seconds=-2)
    made = key(world, KeyOptions("ci", "viewer", expires_at=until))
    by(world, made)
    clock.forward(seconds=2)
    with pytest.raises(Unauthenticated, match="expired"):
        by(world, made)
    with pytest.raises(InvalidInput, match="expired already"):
        key(world, KeyOptions("new", "viewer", expires_at=until))


def test_a_revoked_key_is_dead_here_at_once_and_elsewhere_in_five_seconds(
    world: World, clock: Clock
) -> None:
    elsewhere = replace(world.installation, memory=Memory(keys=KeyCache(clock.seconds)))
    made = key(world)
    credentials = Credentials(bearer=made.text)
    authenticate(world.installation, credentials)
    authenticate(elsewhere, credentials)
    seen = world.installation.memory.keys
    for _ in range(2):  # once more changes nothing
        revoke_key(world.installation.home, world.admin, made.key.id, seen)
    with pytest.raises(Unauthenticated, match="revoked"):
        authenticate(world.installation, credentials)
    clock.forward(seconds=4)
    authenticate(elsewhere, credentials)
    clock.forward(seconds=1.1)
    with pytest.raises(Unauthenticated):
        authenticate(elsewhere, credentials)


def test_a_key_that_is_revoked_while_it_is_looked_up_is_not_remembered(world: World) -> None:
    made = key(world)
    cache = KeyCache()
    generation = cache.generation
    cache.drop(made.key.digest)
    cache.put(made.key, generation)
    assert cache.get(made.key.digest) is None


def test_a_key_of_another_workspace_does_not_exist(world: World) -> None:
    made = key(world)
    acme = world.workspace("acme")
    ws, seen = world.installation.workspace("acme"), world.installation.memory.keys
    for key_id in (made.key.id, "none"):
        with pytest.raises(NotFound, match="in workspace 'acme'"):
            revoke_key(ws, acme, key_id, seen)
    assert ws.keys.all() == []
    by(world, made)


def test_use_of_a_key_is_written_down_once_a_minute(world: World, clock: Clock) -> None:
    made = key(world)

    def used() -> str | None:
        return world.installation.home.keys.get(made.key.id).last_used_at

    by(world, made)
    first = used()
    assert first == clock()
    clock.forward(seconds=50)
    by(world, made)
    assert used() == first
    clock.forward(seconds=20)
    by(world, made)
    assert used() == clock()


@pytest.mark.parametrize("text", ["", "tw_", "tw_12345678_" + "x" * 43, "\xff", "x" * 10_000])
def test_what_is_no_key_opens_nothing(world: World, text: str) -> None:
    with pytest.raises(Unauthenticated):
        authenticate(world.installation, Credentials(bearer=text, is_local=True))


def test_a_wrong_key_is_not_made_good_by_a_session(world: World) -> None:
    with pytest.raises(Unauthenticated):
        authenticate(world.installation, Credentials(bearer="tw_x", session_token=world.log_in()))


def test_a_remembered_key_costs_next_to_nothing(world: World) -> None:
    credentials = Credentials(bearer=key(world).text)
    authenticate(world.installation, credentials)
    rounds = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(200):
            authenticate(world.installation, credentials)
        rounds.append((time.perf_counter() - start) / 200)
    assert min(rounds) < 0.0003


def test_nothing_of_a_login_is_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token, made = world.log_in(), key(world)
    by(world, made)
    for secret in (token, made.text, PASSWORD):
        assert secret not in caplog.text
