"""Models over HTTP: whoever has a key may look, stewards alone may change."""

from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from daifuku.storage.repositories import keys
from sync.jobs.execute import Executor
from sync.models.documents import Kind, shipped
from tests.api.http.conftest import Api, customer
from tests.support.edited import edited_person
from tests.support.landed import land
from tests.support.scripted import BOX

NOW = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def steward(api: Api) -> TestClient:
    """A client whose key is a steward's."""
    with api.store.write() as tx:
        key = keys.create(tx, "steward", NOW, keys.Scope.STEWARD)
    return TestClient(api.client.app, headers={"Authorization": f"Bearer {key}"})


def test_a_key_to_read_may_neither_try_nor_apply_nor_roll_back(api: Api) -> None:
    with api.store.write() as tx:
        key = keys.create(tx, "reader", NOW)
    client = TestClient(api.client.app, headers={"Authorization": f"Bearer {key}"})
    assert client.get("/v1/models").status_code == 200
    for path in ("/v1/shadow-runs", "/v1/shadow-runs/s_1/apply", "/v1/models/person/rollback"):
        assert client.post(path, json={"version": "person"}).status_code == 403


def done(api: Api, client: TestClient, answer: Response) -> dict[str, Any]:
    """The job that was asked for, once a worker has done it."""
    assert answer.status_code == 202, answer.text
    job = answer.json()["job"]
    assert Executor(api.store, BOX, 30.0).execute(job["id"])
    told: dict[str, Any] = client.get(answer.headers["Location"]).json()
    return told


def test_a_model_is_tried_applied_and_rolled_back_by_a_worker(
    api: Api, steward: TestClient, hanako: str
) -> None:
    text = edited_person(match=0.9999999999999).text
    answer = steward.post("/v1/shadow-runs", json={"document": text})
    path = f"/v1/shadow-runs/{answer.json()['shadow_run']}"
    assert steward.get(path).status_code == 404
    assert done(api, steward, answer)["state"] == "done"
    run = steward.get(path, params={"fate": "split"}).json()
    assert run["changes"]["split"] == 1
    assert [change["profile"] for change in run["profiles"]] == [hanako]
    assert api.client.get(f"/v1/profiles/{hanako}").json()["version"] == 1

    assert done(api, steward, steward.post(f"{path}/apply"))["state"] == "done"
    assert steward.get(path).json()["state"] == "applied"
    assert steward.get("/v1/models").json()["in_force"]["person"] == run["version"]
    assert steward.post(f"{path}/apply").status_code == 409

    assert done(api, steward, steward.post("/v1/models/person/rollback"))["state"] == "done"
    in_force = steward.get("/v1/models").json()["in_force"]
    assert in_force["person"] == shipped(Kind.PERSON).version
    assert len(api.client.get(f"/v1/profiles/{hanako}").json()["records"]) == 2
    assert steward.post("/v1/models/person/rollback").status_code == 409


@pytest.mark.usefixtures("hanako")
def test_what_cannot_be_applied_any_more_is_told_by_its_job(api: Api, steward: TestClient) -> None:
    text = edited_person(match=0.9999999999999).text
    tried = steward.post("/v1/shadow-runs", json={"document": text})
    done(api, steward, tried)
    land(api.store, [customer("form", "1", name="佐藤花子", emails=("hanako@example.jp",))])
    path = f"/v1/shadow-runs/{tried.json()['shadow_run']}"
    told = done(api, steward, steward.post(f"{path}/apply"))
    assert (told["state"], "Try again: daifuku model try" in told["error"]) == ("failed", True)
    assert steward.get(path).json()["state"] == "open"


def test_what_is_no_model_and_what_is_not_there_is_told(steward: TestClient) -> None:
    answer = steward.post("/v1/shadow-runs", json={"document": "version: 1\nentity: cat\n"})
    assert (answer.status_code, answer.json()["kind"]) == (400, "model")
    assert steward.post("/v1/shadow-runs", json={"version": "nobody"}).status_code == 404
    assert steward.get("/v1/models/nobody").status_code == 404
    assert steward.get("/v1/shadow-runs/s_nobody").status_code == 404
