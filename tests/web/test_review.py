"""The review loop over HTTP: queue, answers, agreement, labels, tags, runs and undo."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tagwright.flows.champions import contract_of
from tagwright.flows.working import Worker
from tagwright.flows.workspace import Workspace
from tagwright.web.state import Server

API = "/api/v1"


@pytest.fixture
def ws(server: Server) -> Workspace:
    """The served workspace: the machine is unsure of ten pictures, and tagged ten alone."""
    ws = server.installation.home
    tags = [tag for tag in ws.ledger.tags() if tag.actor_kind == "model"]
    some = {tag.asset: tag for tag in tags}
    run = ws.runs.start("tag", "model 1", {"taxonomy": "shapes", "model": 1, "n": 2}, ws.now())
    said = [
        replace(tag, run=run, verdict="review" if number < 10 else "auto", p=0.5)
        for number, tag in enumerate([*some.values()][:20])
    ]
    ws.ledger.append(said, ws.exclusive())
    ws.runs.finish(run, {}, ws.now())
    return ws


def post(client: TestClient, path: str, **body: Any) -> dict[str, Any]:
    answer = client.post(API + path, json={"taxonomy": "shapes", **body})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_page_is_asked_for_answered_and_taken_back(local: TestClient, ws: Workspace) -> None:
    items = post(local, "/review/next", count=3, overlap=0)["items"]
    assert len(items) == 3
    assert items[0]["suggestions"][0]["path"]
    answers = [
        {"kind": "confirm", "concept": "circle"},
        {"kind": "none_of_these", "facet": "shapes"},
        {"kind": "skip"},
    ]
    given = [
        {**answer, "asset": item["asset"], "seen": item["seen"]}
        for answer, item in zip(answers, items, strict=True)
    ]
    decided = post(local, "/review/decisions", answers=given, queue="uncertain")
    assert (decided["skipped"], decided["refused"]) == (1, [])
    tags = local.get(f"{API}/assets/{items[0]['asset']}/tags").json()["items"]
    assert [(tag["concept"], tag["status"]) for tag in tags] == [("circle", "confirmed")]
    undone = local.post(f"{API}/runs/{decided['run']}/undo")
    assert undone.json()["assets"] == 2
    history = local.get(f"{API}/assets/{items[0]['asset']}/history").json()
    assert decided["run"] in history["void"]
    assert post(local, "/review/release")["released"] == 0


def test_what_waits_is_counted_and_what_was_skipped_is_taken_up(
    local: TestClient, ws: Workspace
) -> None:
    def found() -> dict[str, Any]:
        return local.get(f"{API}/review/waiting", params={"taxonomy": "shapes"}).json()  # type: ignore[no-any-return]

    before = found()["queues"]["uncertain"]
    item = post(local, "/review/next", count=1, overlap=0, order="surest")["items"][0]
    assert (item["reason"], item["given"], len(item["group"])) == ("unsure", None, 64)
    skip = [{"kind": "skip", "asset": item["asset"]}]
    post(local, "/review/decisions", answers=skip)
    after = found()
    assert (after["queues"]["uncertain"], after["skipped"], after["model"]) == (before - 1, 1, 1)
    assert sum(each["suggested"] for each in after["concepts"]) == before - 1
    assert post(local, "/review/take-up")["taken_up"] == 1


def test_an_answer_needs_what_its_kind_is_about(local: TestClient, ws: Workspace) -> None:
    body = {"taxonomy": "shapes", "answers": [{"kind": "confirm", "asset": "a" * 64}]}
    answer = local.post(f"{API}/review/decisions", json=body)
    assert answer.status_code == 422
    assert "needs a concept" in answer.json()["detail"]


def test_labels_in_bulk_say_which_were_refused(local: TestClient, ws: Workspace) -> None:
    asset = next(ws.assets.all()).id
    labels = [
        {"asset": asset, "concept": "cross"},
        {"asset": "f" * 64, "concept": "cross"},
        {"asset": asset, "concept": "zigzag", "positive": False},
    ]
    decided = post(local, "/labels", labels=labels)
    assert decided["decided"] == 1
    assert [(r["index"], r["status"]) for r in decided["refused"]] == [(1, 404), (2, 404)]


def test_tags_come_page_by_page_none_twice_none_missing(local: TestClient, ws: Workspace) -> None:
    seen: list[str] = []
    after: dict[str, str] = {}
    while True:
        query = {"taxonomy": "shapes", "limit": "50", **after}
        page = local.get(f"{API}/tags", params=query).json()
        seen += [f"{tag['asset']} {tag['concept']}" for tag in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == sorted(f"{tag.asset} {tag.concept}" for tag in ws.ledger.tags())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param({"status": "suggested"}, {("model", "suggested")}, id="by status"),
        pytest.param({"status": "confirmed", "model": "1"}, set(), id="by model"),
        pytest.param({"facet": "nothing"}, set(), id="by facet"),
    ],
)
def test_tags_are_filtered(
    local: TestClient, ws: Workspace, query: dict[str, str], expected: set[tuple[str, str]]
) -> None:
    items = local.get(f"{API}/tags", params={"taxonomy": "shapes", **query}).json()["items"]
    assert {(tag["actor_kind"], tag["status"]) for tag in items} == expected


def test_labels_are_those_of_people_and_imports(local: TestClient, ws: Workspace) -> None:
    page = local.get(f"{API}/labels", params={"taxonomy": "shapes"}).json()
    assert {tag["actor_kind"] for tag in page["items"]} == {"import"}


@pytest.mark.parametrize("after", ["x", "é", "W10=", "WyJhIl0="])
def test_a_made_up_cursor_is_refused(local: TestClient, ws: Workspace, after: str) -> None:
    answer = local.get(f"{API}/tags", params={"taxonomy": "shapes", "after": after})
    assert answer.status_code == 422


def test_what_a_model_tagged_is_taken_back_at_once(local: TestClient, server: Server) -> None:
    undone = local.post(f"{API}/taxonomies/shapes/models/1/undo-tags")
    assert undone.json()["kind"] == "tag"
    assert {tag.actor_kind for tag in server.installation.home.ledger.tags()} == {"import"}
    again = local.post(f"{API}/taxonomies/shapes/models/1/undo-tags")
    assert again.status_code == 409


def test_a_run_says_what_of_it_stands(local: TestClient, ws: Workspace) -> None:
    tagging = ws.runs.of_kind("tag")[0]
    run = local.get(f"{API}/runs/{tagging.id}").json()
    mine = [tag for tag in ws.ledger.tags() if tag.run == tagging.id]
    assert sum(run["tags"].values()) == len(mine) > 0
    assert run["pictures"] == len({tag.asset for tag in mine})
    local.post(f"{API}/runs/{tagging.id}/undo")
    run = local.get(f"{API}/runs/{tagging.id}").json()
    assert (run["undone"], run["tags"], run["pictures"]) == (True, {}, 0)
    assert local.get(f"{API}/runs/{'0' * 32}").status_code == 404


def test_runs_of_one_person_are_listed(local: TestClient, ws: Workspace) -> None:
    theirs = local.get(f"{API}/runs", params={"actor": "model 1"}).json()["items"]
    assert theirs
    assert {run["actor"] for run in theirs} == {"model 1"}


def test_runs_are_listed_newest_first_in_pages(local: TestClient, ws: Workspace) -> None:
    first = local.get(f"{API}/runs", params={"limit": 1}).json()
    rest = local.get(f"{API}/runs", params={"after": first["next"]}).json()
    listed = [run["id"] for run in (*first["items"], *rest["items"])]
    assert listed == [run.id for run in ws.runs.all()]
    assert rest["next"] is None


def test_a_spot_check_and_agreement_have_figures_once_people_answered(
    local: TestClient, ws: Workspace
) -> None:
    promise = local.get(f"{API}/review/promise", params={"taxonomy": "shapes"}).json()
    assert promise["sampled"] == {"value": None, "low": None, "high": None, "n": 0}
    items = post(local, "/review/next", kind="spot-check", count=5)["items"]
    answers = [
        {"kind": "confirm", "asset": i["asset"], "concept": i["suggestions"][0]["concept"]}
        for i in items
    ]
    post(local, "/review/decisions", answers=answers, queue="spot-check")
    promise = local.get(f"{API}/review/promise", params={"taxonomy": "shapes"}).json()
    assert (promise["sampled"]["value"], promise["sampled"]["n"]) == (1, len(items))
    agreed = local.get(f"{API}/review/agreement", params={"taxonomy": "shapes"}).json()
    assert (agreed["facets"][0]["units"], agreed["facets"][0]["alpha"]) == (0, None)


@pytest.mark.parametrize("path", ["/review/next", "/review/release"])
def test_a_taxonomy_that_is_not_there_is_not_found(local: TestClient, path: str) -> None:
    assert local.post(API + path, json={"taxonomy": "nothing"}).status_code == 404


def keys_of(local: TestClient, *roles: str) -> list[dict[str, str]]:
    made = [local.post(f"{API}/keys", json={"name": r, "role": r}).json()["key"] for r in roles]
    return [{"Authorization": f"Bearer {key}"} for key in made]


def test_reviewers_take_back_their_own_answers_and_nobody_elses(
    local: TestClient, ws: Workspace
) -> None:
    own, editor = keys_of(local, "reviewer", "editor")
    (item,) = post(local, "/review/next", count=1, overlap=0)["items"]
    answers = [{"kind": "confirm", "concept": "circle", "asset": item["asset"]}]
    body = {"taxonomy": "shapes", "answers": answers}
    runs = [
        local.post(f"{API}/review/decisions", json=body, headers=who).json()["run"]
        for who in (own, editor)
    ]
    taken = local.post(f"{API}/runs/{runs[0]}/undo", headers=own)
    assert taken.status_code == 200
    again = local.post(f"{API}/runs/{taken.json()['by']}/undo", headers=own)
    assert again.status_code == 200
    for run in (runs[1], next(run.id for run in ws.runs.all() if run.kind == "tag")):
        refused = local.post(f"{API}/runs/{run}/undo", headers=own)
        assert refused.status_code == 403
        assert "not an answer of yours" in refused.json()["detail"]


def test_an_answer_stands_where_nothing_can_be_learned_from_it(
    local: TestClient, ws: Workspace
) -> None:
    shutil.rmtree(ws.root / "models")
    (item,) = post(local, "/review/next", count=1, overlap=0)["items"]
    answers = [{"kind": "confirm", "concept": "circle", "asset": item["asset"]}]
    decided = post(local, "/review/decisions", answers=answers)
    assert (decided["decided"], decided["refused"]) == (1, [])
    assert local.post(f"{API}/runs/{decided['run']}/undo").status_code == 200


def test_learning_again_keeps_the_contract_in_force(local: TestClient, server: Server) -> None:
    ws, worker = server.installation.home, Worker(server.installation, "one")
    before = contract_of(ws, "shapes")
    post(local, "/review/decisions", answers=[answer_to(ws)])
    local.post(f"{API}/jobs", json={"kind": "train", "taxonomy": "shapes"}).raise_for_status()
    while worker.run_one():
        pass
    assert ws.models.all("shapes")[0].version == 2
    assert contract_of(ws, "shapes") == before


def answer_to(ws: Workspace) -> dict[str, str]:
    """An answer that was not given yet."""
    tag = next(tag for tag in ws.ledger.tags() if tag.actor_kind == "model" and tag.concept)
    return {"kind": "confirm", "concept": str(tag.concept), "asset": tag.asset}


def test_a_form_that_is_sent_again_is_known_by_its_key(
    local: TestClient, drawn_pictures: Path
) -> None:
    picture = next(drawn_pictures.rglob("*.png")).read_bytes() + b"more"
    answers = [
        local.post(
            f"{API}/assets",
            files=[("pictures", ("a.png", picture))],
            headers={"Idempotency-Key": "form"},
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["results"][0]["status"] == "created"
