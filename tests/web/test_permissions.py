"""Every route, for every role, in the caller's own workspace and in one next door."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from httpx2 import Response

from tagwright.config import Settings
from tagwright.core.roles import PERMISSIONS, ROLES, Role
from tagwright.web.access import Permitted
from tagwright.web.app import all_routes, asks_who, bare_app
from tests.people import ADMIN, PASSWORD
from tests.web.neighbours import BOB, NEXT_DOOR, SECRET, Neighbours, bearer, email_of, neighbours

PUBLIC: Final = {
    *("read_setup", "set_up", "log_in", "show_invitation", "accept_invitation"),
    *("start_oidc", "finish_oidc"),
    *("healthz", "readyz", "metrics"),
    *("home", "setup", "app_page", "built_file", "icon"),
}
"""What answers people without a name: the ways in, signs of life, and the web app's files."""

PERSONAL: Final = {"change_password", "list_sessions", "end_session", "end_other_sessions"}
"""What only a person has; a key is asked to log in."""


@dataclass(frozen=True, slots=True)
class Example:
    """A request to a route, but for its path. `{name}` stands for a thing of A.

    json: the body; or content: what a picture is called, or text; form: that picture in a form.
    path: parameters of the path that differ from what is usual. status: of the answer to who may,
    where it is not a success.
    """

    json: Any = None
    content: str | None = None
    form: bool = False
    query: dict[str, str] = field(default_factory=dict)
    path: dict[str, str] = field(default_factory=dict)
    status: int | None = None


OF: Final = {"taxonomy": "{taxonomy}"}
EDITS: Final = {"edits": [{"op": "rename", "concept": "{concept}", "label": "ring"}]}
LABEL: Final = {"asset": "{asset}", "concept": "{concept}"}

EXAMPLES: Final[dict[str, Example]] = {
    # People, keys, workspaces.
    "change_password": Example({"old": PASSWORD, "new": PASSWORD}),
    "make_workspace": Example({"id": "a-third"}),
    "add_person": Example({"email": "new@example.org"}),
    "change_person": Example({"disabled": False}),
    "add_member": Example({"email": "new-member@example.org", "role": "viewer"}),
    "change_member": Example({"role": "viewer"}),
    "make_key": Example({"name": "another", "role": "viewer"}),
    # Pictures.
    "put_asset": Example(content="new", path={"asset": "{new}"}),
    "post_assets": Example(content="new", form=True),
    "make_import": Example({"urls": ["http://127.0.0.1:9/a.png"]}),
    "find_assets": Example(query={"concept": "{concept}", **OF}),
    "find_similar": Example(query={"asset": "{asset}"}),
    "find_similar_to_picture": Example(content="kept"),
    "classify": Example(content="kept", query=OF),
    "read_rendition": Example(path={"box": "160"}),
    # Taxonomies.
    "put_taxonomy": Example(
        content="circle\ncross\n", query={"format": "txt"}, path={"taxonomy": "of-mine"}
    ),
    # The network of these tests has no classes to start from: what may be asked is past the door.
    "make_starter": Example(path={"taxonomy": "everyday"}, status=422),
    "preview_edits": Example(EDITS),
    "apply_edits": Example(EDITS),
    "put_vocabulary": Example(
        {"words": [{"concept": "{concept}", "language": "de", "word": "Kreis"}]}
    ),
    "copy_taxonomy": Example({"workspace": NEXT_DOOR, "name": "shared"}),
    # Labels and review.
    "add_labels": Example({**OF, "labels": [LABEL]}),
    "list_labels": Example(query=OF),
    "list_tags": Example(query=OF),
    "next_to_review": Example({**OF, "count": 2}),
    "decide": Example({**OF, "answers": [{"kind": "confirm", **LABEL}]}),
    "release_pictures": Example({**OF, "assets": ["{held}"]}),
    "read_waiting": Example(query=OF),
    "take_up_skipped": Example({**OF, "assets": ["{held}"]}),
    "read_agreement": Example(query=OF),
    "read_promise": Example(query=OF),
    "list_suspects": Example(query=OF),
    "read_alpha": Example(query=OF),
    "read_check": Example(query=OF),
    "read_map_colours": Example(query={"by": "tag"}),
    "read_map_legend": Example(query={"by": "source"}),
    "find_on_map": Example({"indices": [0]}),
    "select_on_map": Example({**OF, "indices": [0, 1], "action": "label", "concept": "{concept}"}),
    "make_concept_on_map": Example(
        {**OF, "facet": "shapes", "label": "ellipse", "indices": [2, 3]}
    ),
    # Models.
    "compare_models": Example(query={"a": "{version}", "b": "{version}"}),
    "promote_model": Example({"reason": "it is better"}, status=409),  # it is champion already
    "roll_back_model": Example({"reason": "it is worse"}, status=409),  # there was none before
    "set_policy": Example({"when": "manual"}),
    # Jobs and webhooks.
    "make_job": Example({"kind": "tag", **OF}),
    "make_export": Example({"format": "csv"}),
    "finish_job": Example(status=409),  # it is no fine-tuning
    "read_export": Example(path={"job": "{export}"}),
    "create_webhook": Example({"url": "http://127.0.0.1:9/x", "events": ["asset.added"]}),
    "change_webhook": Example({"events": ["asset.added"]}),
    "redeliver": Example(status=409),  # it is still on its way
}
"""Route -> what to send it. Routes that take a path alone need no line."""

PATHS: Final = {
    name: f"{{{name}}}"
    for name in (
        *("taxonomy", "version", "asset", "run", "job", "map"),
        *("webhook", "delivery", "key", "person", "session"),
    )
}
"""What to put for a parameter of a path."""

ABSENT: Final = {
    "taxonomy": "no-such",
    "concept": "no-such-concept",
    "asset": "0" * 64,
    "held": "1" * 64,
    "version": "1",
    "run": "0" * 32,
    "job": "0" * 32,
    "map": "0" * 32,
    "export": "1" * 32,
    "webhook": "0" * 32,
    "delivery": "1" * 32,
    "key": "00000000",
    "person": "2" * 32,
    "session": "3" * 32,
}
"""Names of the same form that nothing has."""

LAST: Final = (
    *("undo_model_tags", "undo_run", "delete_webhook", "revoke_key", "remove_member"),
    *("delete_asset", "end_session", "end_other_sessions", "change_password", "log_out"),
)
"""What takes away that others need."""

ROUTES: Final = {route.name: (path, route) for path, route in all_routes()}
ASKING: Final = [name for name, (_, route) in ROUTES.items() if asks_who(route.dependant)]


def door_of(dependant: Dependant) -> Permitted | None:
    """What stands before a route; None: no permission is asked for."""
    if isinstance(dependant.call, Permitted):
        return dependant.call
    found = (door_of(each) for each in dependant.dependencies)
    return next((door for door in found if door is not None), None)


DOORS: Final = {name: door_of(route.dependant) for name, (_, route) in ROUTES.items()}


def may(role: Role, name: str, *, operator: bool = False) -> bool:
    door = DOORS[name]
    if door is None:
        return True
    return operator if door.permission is None else door.permission in PERMISSIONS[role]


# What is sent.


@pytest.fixture(scope="module")
def two(
    _served_library: Path,
    web_settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Neighbours]:
    """A and B, which no test of A's doors changes."""
    with neighbours(_served_library, tmp_path_factory.mktemp("two"), web_settings) as made:
        yield made


def filled(value: Any, things: dict[str, str]) -> Any:
    """`value` with the ids of things for their names."""
    match value:
        case str():
            return re.sub(r"\{(\w+)\}", lambda found: things[found[1]], value)
        case dict():
            return {key: filled(each, things) for key, each in value.items()}
        case list():
            return [filled(each, things) for each in value]
    return value


def path_of(name: str, example: Example, things: dict[str, str]) -> str:
    path, _ = ROUTES[name]
    usual = PATHS | example.path
    parts = re.findall(r"\{(\w+)\}", path)
    if unknown := [part for part in parts if part not in usual]:
        pytest.fail(f"{path} has the parameter {unknown}: say in PATHS what to put for it")
    return filled(filled(path, usual), things)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, but for who sends it."""

    method: str
    path: str
    query: dict[str, str]
    json: Any
    content: str | None
    form: bool


def asked_of(name: str, things: dict[str, str], example: Example | None = None) -> Asked:
    """What route `name` is asked, with these things in it."""
    example = EXAMPLES.get(name, Example()) if example is None else example
    method = min(ROUTES[name][1].methods or ())
    return Asked(
        method,
        path_of(name, example, things),
        filled(example.query, things),
        filled(example.json, things),
        example.content,
        example.form,
    )


def send(two: Neighbours, asked: Asked, headers: dict[str, str]) -> Response:
    given: dict[str, Any] = {"params": asked.query, "headers": headers}
    if asked.json is not None:
        given["json"] = asked.json
    if asked.content is not None:
        content = two.pictures.get(asked.content, asked.content.encode())
        given |= {"files": {"pictures": content}} if asked.form else {"content": content}
    answer = two.client.request(asked.method, asked.path, **given)
    two.client.cookies.clear()
    return answer


def ask(two: Neighbours, name: str, headers: dict[str, str]) -> Response:
    """Ask route `name` of the things of A."""
    return send(two, asked_of(name, dict(two.mine)), headers)


def plain(answer: Response, things: Iterable[str]) -> tuple[int, str]:
    """An answer without what differs from request to request: ids, and names that were given."""
    text = answer.content.decode("utf-8", "replace")
    for thing in sorted(set(things), key=len, reverse=True):
        if len(thing) > 1:
            text = text.replace(thing, "<given>")
    text = re.sub(r'"(request_id|id|run|digest)":"[^"]*"', r'"\1":"<made>"', text)
    return answer.status_code, text


def leaked(two: Neighbours, answer: Response, asked: Asked | None = None) -> set[str]:
    """Marks of A in an answer, but for those that were in the request."""
    told = f"{answer.headers} {answer.content.decode('utf-8', 'replace')}"
    return {mark for mark in two.marks if mark in told and mark not in repr(asked)}


# The table is whole.


def every(routes: Iterable[Any]) -> Iterator[Any]:
    """All routes, also those of routers inside."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield route
        else:
            yield from every(inner.routes)


def test_every_route_has_a_doorkeeper_or_is_public_on_purpose() -> None:
    found = [route for route in every(bare_app().routes) if isinstance(route, APIRoute)]
    assert len(found) > len(ROUTES)  # the pages are among them
    assert {route.name for route in found if not asks_who(route.dependant)} == PUBLIC
    documented = {route.name for route in found if route.include_in_schema}
    assert documented == set(ROUTES)


def test_nothing_else_is_served_but_the_description_of_the_api() -> None:
    others = [each for each in every(bare_app().routes) if not isinstance(each, APIRoute)]
    assert [route.path for route in others] == ["/api/v1/openapi.json"]


def test_every_route_that_takes_a_body_has_an_example() -> None:
    taking = {
        name
        for name in ASKING
        if (route := ROUTES[name][1]).body_field or "requestBody" in (route.openapi_extra or {})
    }
    missing = {name for name in taking if EXAMPLES.get(name, Example()) == Example()}
    assert not missing, f"say in EXAMPLES what to send to {sorted(missing)}"
    assert set(EXAMPLES) <= set(ASKING)
    assert set(LAST) <= set(ASKING)


# In one's own workspace.


def locked_out() -> Iterator[Any]:
    """(route, kind of credentials, role) for all who may not."""
    for name in ASKING:
        for role in ROLES:
            if not may(role, name):
                yield pytest.param(name, "key", role, id=f"{name}-key-{role}")
                yield pytest.param(name, "session", role, id=f"{name}-session-{role}")


@pytest.fixture(scope="module")
def cookies(two: Neighbours) -> dict[str, dict[str, str]]:
    """Role -> the headers of a login of a person in A, that nothing ends."""
    return {role: two.logged_in(email_of(role)) for role in ROLES}


@pytest.mark.parametrize(("name", "kind", "role"), list(locked_out()))
def test_a_role_that_may_not_is_refused_and_changes_nothing(
    two: Neighbours, cookies: dict[str, dict[str, str]], name: str, kind: str, role: Role
) -> None:
    headers = bearer(two.keys[role]) if kind == "key" else cookies[role]
    before = two.rows()
    answer = ask(two, name, headers)
    assert answer.status_code == 403, answer.text
    assert two.rows() == before
    assert not leaked(two, answer, asked_of(name, dict(two.mine))) - {email_of(role)}


def sweeps() -> Iterator[Any]:
    for role in ROLES:
        yield pytest.param(role, "key", id=f"key-{role}")
        yield pytest.param(role, "session", id=f"session-{role}")
    yield pytest.param("admin", "operator", id="operator")


@pytest.mark.parametrize(("role", "kind"), list(sweeps()))
def test_a_role_that_may_gets_an_answer_from_every_route(
    _served_library: Path,  # noqa: PT019 - its value is wanted
    web_settings: Settings,
    tmp_path: Path,
    role: Role,
    kind: str,
) -> None:
    wrong = []
    with neighbours(_served_library, tmp_path, web_settings) as two:
        allowed = [name for name in ASKING if may(role, name, operator=kind == "operator")]
        for name in sorted(allowed, key=lambda each: LAST.index(each) if each in LAST else -1):
            things, headers = dict(two.mine), bearer(two.keys[role])
            if kind != "key":
                email = ADMIN if kind == "operator" else email_of(role)
                things["session"] = two.session_of(email)
                headers = two.logged_in(email) | {"Tagwright-Workspace": "default"}
            answer = send(two, asked_of(name, things), headers)
            expected = EXAMPLES.get(name, Example()).status
            if kind == "key" and name in PERSONAL:
                expected = 401
            if role == "reviewer" and name == "undo_run":
                expected = 403  # it is the machine's, and not an answer of theirs
            fine = answer.is_success if expected is None else answer.status_code == expected
            if not fine:
                wrong.append((name, answer.status_code, answer.text))
    assert not wrong


# Without credentials.


@pytest.mark.parametrize("name", ASKING)
@pytest.mark.parametrize("shown", [None, "Bearer tw_00000000_made-up", "Basic YTpi"])
def test_nobody_gets_in_without_a_key_or_a_login(
    two: Neighbours, name: str, shown: str | None
) -> None:
    before = two.rows()
    answer = ask(two, name, {} if shown is None else {"Authorization": shown})
    assert answer.status_code == 401, answer.text
    assert two.rows() == before
    assert not leaked(two, answer, asked_of(name, dict(two.mine)))


# Next door.


@pytest.mark.parametrize("name", ASKING)
@pytest.mark.parametrize("kind", ["key", "session"])
def test_things_of_another_workspace_are_as_if_they_were_not(
    two: Neighbours, name: str, kind: str
) -> None:
    headers = bearer(two.key_next_door) if kind == "key" else two.logged_in(BOB)
    before = two.rows_of_a()
    answer = compare(two, name, headers)
    assert two.rows_of_a() == before
    example = EXAMPLES.get(name, Example())
    if asked_of(name, dict(two.mine), example) != asked_of(name, dict(two.mine) | ABSENT, example):
        assert not answer.is_success, answer.text


HERE: Final = {"taxonomy": "ours"}
THERE: Final = {"asset": "{asset}", "concept": "circle"}
CROSSING: Final[dict[str, tuple[str, Example]]] = {
    "labels": ("add_labels", Example({**HERE, "labels": [THERE]})),
    "answers": ("decide", Example({**HERE, "answers": [{"kind": "confirm", **THERE}]})),
    "skips": ("decide", Example({**HERE, "answers": [{"kind": "skip", "asset": "{asset}"}]})),
    "release": ("release_pictures", Example({**HERE, "assets": ["{held}"]})),
    "delivery": ("redeliver", Example(path={"webhook": "{own_webhook}"})),
    "export": ("read_export", Example(path={"job": "{export}"})),
    "taxonomy of a comparison": ("find_similar_to_picture", Example(content="new", query=OF)),
    "an upload's label": (
        "put_asset",
        Example(content="new", path={"asset": "{new}"}, query={"label": "{taxonomy}:circle"}),
    ),
    "an import's taxonomy": (
        "make_import",
        Example({"urls": ["http://127.0.0.1:9/b.png"], "labels": "keywords", **OF}),
    ),
}
"""Things of A in requests about things of B."""


@pytest.mark.parametrize("case", list(CROSSING))
def test_things_of_another_workspace_do_not_mix_with_ones_own(two: Neighbours, case: str) -> None:
    name, example = CROSSING[case]
    headers = bearer(two.key_next_door)
    before = two.rows_of_a()
    compare(two, name, headers, example)
    assert two.rows_of_a() == before


def compare(
    two: Neighbours, name: str, headers: dict[str, str], example: Example | None = None
) -> Response:
    """Asked of A's things and of none, the answers are the same, and tell nothing of A."""
    mine = asked_of(name, dict(two.mine), example)
    none = asked_of(name, dict(two.mine) | ABSENT, example)
    answer = send(two, mine, headers)
    assert answer.status_code < 500, answer.text
    assert not leaked(two, answer, mine)
    if mine != none:
        given = [*two.mine.values(), *ABSENT.values()]
        assert plain(answer, given) == plain(send(two, none, headers), given)
    return answer


# What is told of the workspace itself.


@pytest.mark.parametrize("name", ASKING)
def test_a_key_and_a_login_open_their_own_workspaces_only(two: Neighbours, name: str) -> None:
    """A workspace that is there is refused as one that is not."""
    before = two.rows_of_a()
    asked = asked_of(name, dict(two.mine))
    shown = {"key": bearer(two.key_next_door), "session": two.logged_in(BOB)}
    for kind, status in {"key": 403, "session": 404}.items():
        answers = [
            send(two, asked, shown[kind] | {"Tagwright-Workspace": workspace})
            for workspace in ("default", "no-such")
        ]
        assert {answer.status_code for answer in answers} == {status}
        one, other = (plain(answer, ["default", "no-such"]) for answer in answers)
        assert one == other
        assert not any(leaked(two, answer, asked) for answer in answers)
    assert two.rows_of_a() == before


# What two workspaces may both have, each its own.


def test_a_picture_of_another_workspace_is_new_here_and_erased_here_alone(two: Neighbours) -> None:
    before = two.rows_of_a()
    path, theirs = f"/api/v1/assets/{two.mine['kept']}", bearer(two.key_next_door)
    put = two.client.put(path, content=two.pictures["kept"], headers=theirs)
    assert (put.status_code, put.json()["status"]) == (201, "created")
    assert two.client.get(path, headers=theirs).json()["tags"] == []
    assert two.client.delete(path, headers=theirs).status_code == 204
    assert two.client.get(path, headers=theirs).status_code == 404
    kept = two.client.get(f"{path}/original", headers=bearer(two.keys["viewer"]))
    assert kept.content == two.pictures["kept"]
    assert two.rows_of_a() == before


def test_a_taxonomy_may_have_a_name_that_another_workspace_uses(two: Neighbours) -> None:
    two.world.workspace("third")
    headers = two.logged_in(ADMIN) | {"Tagwright-Workspace": "third"}
    before = two.rows_of_a()
    path = f"/api/v1/taxonomies/{two.mine['taxonomy']}"
    put = two.client.put(path, params={"format": "txt"}, content="square\n", headers=headers)
    assert (put.status_code, put.json()["version"]) == (200, 1)
    read = two.client.get(path, headers=headers)
    assert [concept["label"] for concept in read.json()["concepts"]] == ["square"]
    assert SECRET not in read.text
    assert two.client.get(f"{path}/models/1", headers=headers).status_code == 404
    assert two.rows_of_a() == before


def test_the_marks_of_a_are_found_where_they_may_be_read(two: Neighbours) -> None:
    """Else the tests above would find no leak where there is one."""
    found: set[str] = set()
    for name in ASKING:
        _path, route = ROUTES[name]
        if route.methods == {"GET"} and name not in PERSONAL:
            answer = ask(two, name, bearer(two.keys["admin"]))
            found |= {mark for mark in two.marks if mark in answer.text}
    assert two.marks - found == {two.mine["session"]}
