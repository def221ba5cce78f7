"""Who may come in, and who may let whom in."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tagwright.config import Settings
from tagwright.core.roles import Role
from tagwright.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    TagwrightError,
    Unauthenticated,
)
from tagwright.flows import audit
from tagwright.flows.access import Credentials, authenticate
from tagwright.flows.arriving import Identity, arrive
from tagwright.flows.caller import Caller
from tagwright.flows.installation import Installation
from tagwright.flows.invitations import accept, invited
from tagwright.flows.keys import KeyOptions, make_key
from tagwright.flows.members import invite, remove, set_role
from tagwright.flows.people import (
    add_person,
    change_person,
    create_admin,
    may_set_up,
    reset_link,
    reset_password,
    set_up,
    setup_needed,
    setup_token,
)
from tagwright.flows.sessions import open_sessions
from tagwright.flows.workspaces import make_workspace, workspaces_of
from tagwright.store.people import People
from tests.people import ADMIN, HOME, OTHER, PASSWORD, Clock, World, fresh, with_admin

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


# The first person.


def test_the_first_person_is_operator_and_admin_of_the_home_workspace(world: World) -> None:
    assert not setup_needed(world.installation)
    assert world.admin.operator
    assert world.admin.workspace == world.installation.home.id
    assert "admin" in world.admin.permissions


def test_of_many_who_set_up_at_the_same_time_one_wins(empty: Installation) -> None:
    def try_it(number: int) -> bool:
        try:
            set_up(empty, f"p{number}@example.org", "", PASSWORD)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(try_it, range(8))) == 1
    assert len(People(empty.db).page(10)) == 1


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        pytest.param(ADMIN, "short", "10 to 1000", id="a short password"),
        pytest.param("long.name@example.org", "Long.Name@example.org", "email", id="the email"),
        pytest.param(ADMIN, "x" * 1001, "10 to 1000", id="a password to keep us busy"),
        pytest.param("ada", PASSWORD, "no email", id="no email"),
        pytest.param("a\x00@example.org", PASSWORD, "no email", id="a control character"),
        pytest.param(f"{'a' * 300}@x.org", PASSWORD, "no email", id="an endless email"),
    ],
)
def test_set_up_refuses(empty: Installation, email: str, password: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        set_up(empty, email, "", password)
    assert setup_needed(empty)


def test_whoever_sits_at_the_machine_may_set_up_and_others_with_the_token(
    empty: Installation, clock: Clock
) -> None:
    may_set_up(empty, None, is_local=True)
    may_set_up(empty, setup_token(empty), is_local=False)
    for token in (None, "x", setup_token(empty)[:-2]):
        with pytest.raises(Forbidden, match="set-up token"):
            may_set_up(empty, token, is_local=False)
    token = setup_token(empty)
    clock.forward(hours=25)
    with pytest.raises(Forbidden):
        may_set_up(empty, token, is_local=False)


@pytest.mark.parametrize(
    "settings", [{"require_login": True}, {"public_url": "https://tags.example.org"}]
)
def test_behind_a_proxy_or_among_strangers_even_a_local_caller_needs_the_token(
    empty: Installation, settings: dict[str, object]
) -> None:
    with pytest.raises(Forbidden):
        may_set_up(with_settings(empty, **settings), None, is_local=True)


def test_nobody_is_invited_before_there_is_an_admin(empty: Installation) -> None:
    local = authenticate(empty, Credentials(is_local=True))
    for attempt in (
        lambda: add_person(empty, local, BOB, ""),
        lambda: invite(empty.home, local, BOB, "", "viewer"),
        lambda: arrive(empty, Identity("https://login", "s", BOB, "Bob"), HOME),
    ):
        with pytest.raises(Conflict, match="first admin"):
            attempt()
    assert setup_needed(empty)


def test_the_command_line_makes_more_admins_and_new_passwords(world: World) -> None:
    create_admin(world.installation, BOB, "Bob", PASSWORD)
    old = world.log_in(BOB)
    assert world.caller(old).operator
    with pytest.raises(Conflict, match="reset-password"):
        create_admin(world.installation, BOB, "Bob", PASSWORD)
    reset_password(world.installation, BOB, OTHER)
    with pytest.raises(Unauthenticated):
        world.caller(old)
    assert world.caller(world.log_in(BOB, OTHER)).actor == BOB


# Invitations.


def test_an_invitation_works_once(world: World) -> None:
    home = world.installation.home
    token = invite(home, world.admin, " Bob@Example.org ", "Bob", "reviewer").token
    assert token is not None
    assert invited(world.installation, token).email == BOB
    entered = accept(world.installation, token, PASSWORD, HOME)
    assert world.caller(entered.token).permissions == {"read", "classify", "review"}
    with pytest.raises(Forbidden, match="was used"):
        accept(world.installation, token, OTHER, HOME)


def test_of_two_who_use_a_link_at_the_same_time_one_gets_in(world: World) -> None:
    token = invite(world.installation.home, world.admin, BOB, "", "viewer").token
    assert token is not None

    def try_it(number: int) -> bool:
        try:
            accept(world.installation, token, f"{PASSWORD} {number}", HOME)
        except (Forbidden, Unauthenticated):
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(try_it, range(4))) == 1


def test_an_invitation_dies_after_72_hours(world: World, clock: Clock) -> None:
    token = invite(world.installation.home, world.admin, BOB, "", "viewer").token
    assert token is not None
    clock.forward(hours=71)
    invited(world.installation, token)
    clock.forward(hours=2)
    with pytest.raises(Forbidden):
        invited(world.installation, token)


def test_who_never_came_can_be_invited_again_and_may_get_another_role(world: World) -> None:
    home = world.installation.home
    invite(home, world.admin, BOB, "", "viewer")
    again = invite(home, world.admin, BOB, "", "editor")
    assert again.token is not None
    came = accept(world.installation, again.token, PASSWORD, HOME)
    assert "edit" in world.caller(came.token).permissions
    with pytest.raises(Conflict, match="member of workspace"):
        invite(home, world.admin, BOB, "", "viewer")


def test_an_admin_gets_no_link_to_be_somebody_who_is_known_elsewhere(world: World) -> None:
    """Else an admin of one workspace could become the operator, or a member of another."""
    elsewhere = world.workspace("elsewhere")
    ws = world.installation.workspace("elsewhere")
    invite(world.installation.home, world.admin, "pending@example.org", "", "admin")
    world.member(BOB, "viewer")
    add_person(world.installation, world.admin, "op@example.org", "", operator=True)
    for email in ("pending@example.org", BOB, "op@example.org"):
        invitation = invite(ws, elsewhere, email, "", "viewer")
        assert invitation.token is None
        with pytest.raises(Conflict):
            invite(ws, elsewhere, email, "", "viewer")


def test_an_operator_hands_out_links_for_lost_passwords(world: World) -> None:
    world.member(BOB, "viewer")
    bob = People(world.installation.db).find(BOB)
    assert bob is not None
    token = reset_link(world.installation, world.admin, bob.id).token
    assert token is not None
    accept(world.installation, token, OTHER, HOME)
    assert world.caller(world.log_in(BOB, OTHER)).actor == BOB
    with pytest.raises(Unauthenticated):
        world.log_in(BOB, PASSWORD)


# Members.


def person(world: World, email: str) -> str:
    found = People(world.installation.db).find(email)
    assert found is not None
    return found.id


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(lambda w, p: remove(w.installation.home, w.admin, p), id="removed"),
        pytest.param(
            lambda w, p: set_role(w.installation.home, w.admin, p, "editor"), id="demoted"
        ),
        pytest.param(
            lambda w, p: change_person(w.installation, w.admin, p, disabled=True), id="shut out"
        ),
        pytest.param(
            lambda w, p: change_person(w.installation, w.admin, p, operator=False),
            id="made no operator",
        ),
    ],
)
def test_the_last_admin_cannot_be(world: World, attempt: Callable[[World, str], object]) -> None:
    # Somebody who was invited as admin and never came does not count.
    invite(world.installation.home, world.admin, "never@example.org", "", "admin")
    with pytest.raises(Conflict, match=r"only (admin|operator)"):
        attempt(world, person(world, ADMIN))
    create_admin(world.installation, "second@example.org", "", PASSWORD)
    attempt(world, person(world, ADMIN))


def test_of_two_admins_who_remove_each_other_one_stays(world: World) -> None:
    bob = world.member(BOB, "admin")
    home, ada = world.installation.home, world.admin

    def try_it(pair: tuple[Caller, str]) -> bool:
        try:
            remove(home, *pair)
        except TagwrightError:
            return False
        return True

    pairs = [(ada, person(world, BOB)), (bob, person(world, ADMIN))]
    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(try_it, pairs)) == 1
    assert len(People(world.installation.db).members(home.id, 10)) == 1


def test_a_role_applies_at_the_next_request(world: World) -> None:
    bob = world.member(BOB, "editor")
    token = world.log_in(BOB)
    assert "edit" in world.caller(token).permissions
    assert bob.person is not None
    set_role(world.installation.home, world.admin, bob.person, "viewer")
    assert world.caller(token).permissions == {"read", "classify"}
    remove(world.installation.home, world.admin, bob.person)
    assert world.caller(token).permissions == frozenset()


def test_members_of_another_workspace_do_not_exist(world: World) -> None:
    elsewhere = world.workspace("elsewhere")
    world.member(BOB, "viewer")
    ws = world.installation.workspace("elsewhere")
    for attempt in (
        lambda: set_role(ws, elsewhere, person(world, BOB), "admin"),
        lambda: remove(ws, elsewhere, person(world, BOB)),
        lambda: remove(ws, elsewhere, "nobody"),
    ):
        with pytest.raises(NotFound, match="has no member"):
            attempt()


@pytest.mark.parametrize("role", ["viewer", "editor", "admin"])
def test_a_narrow_admin_key_cannot_hand_out_more_than_it_has(world: World, role: Role) -> None:
    options = KeyOptions("people only", "admin", frozenset({"admin"}))
    made = make_key(world.installation.home, world.admin, options)
    caller = authenticate(world.installation, Credentials(bearer=made.text))
    bob = person(world, world.member(BOB, "viewer").actor)
    home = world.installation.home
    for attempt in (
        lambda: invite(home, caller, "new@example.org", "", role),
        lambda: set_role(home, caller, bob, role),
        lambda: make_key(home, caller, KeyOptions("wider", role)),
    ):
        with pytest.raises(Forbidden, match="may not do themselves"):
            attempt()


def test_shutting_somebody_out_ends_their_sessions(world: World) -> None:
    world.member(BOB, "viewer")
    token, bob = world.log_in(BOB), person(world, BOB)
    change_person(world.installation, world.admin, bob, disabled=True)
    with pytest.raises(Unauthenticated):
        world.caller(token)
    with pytest.raises(Unauthenticated, match="email or the password"):
        world.log_in(BOB)
    assert open_sessions(world.installation, bob) == []
    change_person(world.installation, world.admin, bob, disabled=False)
    world.log_in(BOB)


# Workspaces.


def test_who_makes_a_workspace_is_its_admin(world: World) -> None:
    made = make_workspace(world.installation, world.admin, "acme", "Acme Ltd")
    assert "admin" in world.caller(world.log_in(), made.id).permissions
    with pytest.raises(Conflict):
        make_workspace(world.installation, world.admin, "acme", "")


@pytest.mark.parametrize("name", ["", "Acme", "a/b", "-a", "a" * 64, "ä", ".."])
def test_a_workspace_has_a_plain_id(world: World, name: str) -> None:
    with pytest.raises(InvalidInput, match="no id"):
        make_workspace(world.installation, world.admin, name, "x")


def test_people_see_their_own_workspaces_and_operators_all(world: World) -> None:
    world.workspace("acme")
    bob = world.member(BOB, "viewer")
    ada = world.caller(world.log_in())
    assert {w.id for w in workspaces_of(world.installation, ada)} == {"default", "acme"}
    assert [w.id for w in workspaces_of(world.installation, bob)] == ["default"]


# The organisation's login.

LOGIN = "https://login.example.org"


def test_newcomers_need_a_role_or_an_invitation(world: World) -> None:
    identity = Identity(LOGIN, "42", "Eve@example.org", "Eve")
    with pytest.raises(Forbidden, match=r"let eve@example\.org in"):
        arrive(world.installation, identity, HOME)
    installation = with_settings(world.installation, oidc_role="reviewer")
    entered = arrive(installation, identity, HOME)
    assert world.caller(entered.token).permissions == {"read", "classify", "review"}
    assert not world.caller(entered.token).operator


def test_people_are_known_by_their_subject_whatever_their_email_becomes(world: World) -> None:
    invite(world.installation.home, world.admin, BOB, "Bob", "editor")
    first = arrive(world.installation, Identity(LOGIN, "42", BOB, "Bob"), HOME)
    renamed = arrive(world.installation, Identity(LOGIN, "42", "rob@example.org", "Rob"), HOME)
    assert renamed.person.id == first.person.id
    with pytest.raises(Forbidden, match="another account"):
        arrive(world.installation, Identity(LOGIN, "43", BOB, "Bob"), HOME)
    with pytest.raises(Forbidden, match="another account"):
        arrive(world.installation, Identity("https://other", "42", BOB, "Bob"), HOME)


def test_a_password_that_an_inviter_may_know_ends_when_the_owner_comes(world: World) -> None:
    world.member(BOB, "viewer")
    before = world.log_in(BOB)
    arrive(world.installation, Identity(LOGIN, "42", BOB, "Bob"), HOME)
    with pytest.raises(Unauthenticated):
        world.caller(before)
    with pytest.raises(Unauthenticated):
        world.log_in(BOB)


def test_an_operator_keeps_the_password_beside_the_organisations_login(world: World) -> None:
    arrive(world.installation, Identity(LOGIN, "1", ADMIN, "Ada"), HOME)
    world.log_in()


def test_who_is_shut_out_is_so_there_too(world: World) -> None:
    world.member(BOB, "viewer")
    arrive(world.installation, Identity(LOGIN, "42", BOB, "Bob"), HOME)
    change_person(world.installation, world.admin, person(world, BOB), disabled=True)
    with pytest.raises(Forbidden, match="disabled"):
        arrive(world.installation, Identity(LOGIN, "42", BOB, "Bob"), HOME)


# What is written down.


def test_the_audit_log_tells_who_did_what_and_holds_no_secret(world: World) -> None:
    home = world.installation.home
    invitation = invite(home, world.admin, BOB, "Bob", "viewer")
    assert invitation.token is not None
    entered = accept(world.installation, invitation.token, PASSWORD, HOME)
    with pytest.raises(Unauthenticated):
        world.log_in("typed-my-password-here", "a wrong password")
    made = make_key(home, world.admin, KeyOptions("ci", "editor"))
    lines = [json.loads(each) for place in (home, world.installation) for each in export(place)]
    assert {line["action"] for line in lines} >= {
        "person.add",
        "member.add",
        "password.change",
        "login.succeed",
        "login.fail",
        "key.make",
    }
    assert all(line["actor"] and line["at"] for line in lines)
    text = json.dumps(lines)
    people = People(world.installation.db)
    hashes = [p.password_hash for p in people.page(10)]
    typed = ["typed-my-password-here", "a wrong password", PASSWORD]
    for secret in (invitation.token, entered.token, made.text, *typed, *hashes):
        assert secret is not None
        assert secret not in text
        assert secret[-20:] not in text  # what is secret of a key stands at its end
    assert audit.verify(home).broken_at is None
    assert audit.verify(world.installation).broken_at is None


def export(place: audit.Place) -> Iterator[bytes]:
    return audit.export(place)


def test_values_that_hold_secrets_do_not_show_them(world: World) -> None:
    invitation = invite(world.installation.home, world.admin, BOB, "", "viewer")
    made = make_key(world.installation.home, world.admin, KeyOptions("ci", "editor"))
    assert invitation.token is not None
    assert invitation.token not in repr(invitation)
    assert made.text not in repr(made)
    assert made.key.digest not in repr(made)
    found = People(world.installation.db).find(ADMIN)
    assert "argon2" not in repr(found)
    assert PASSWORD not in repr(Credentials(bearer=PASSWORD, session_token=PASSWORD))
