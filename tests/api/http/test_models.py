"""Models over HTTP: whoever has a key may look, stewards alone may change."""

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient

from daifuku.storage.repositories import keys
from sync.models.documents import Kind, shipped
from tests.api.http.conftest import Api
from tests.support.edited import edited_person

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


def test_a_model_is_tried_applied_and_rolled_back(
    api: Api, steward: TestClient, hanako: str
) -> None:
    text = edited_person(match=0.9999999999999).text
    run = steward.post("/v1/shadow-runs", json={"document": text}).json()
    assert run["changes"]["split"] == 1
    page = steward.get(f"/v1/shadow-runs/{run['id']}", params={"fate": "split"}).json()
    assert [change["profile"] for change in page["profiles"]] == [hanako]
    assert api.client.get(f"/v1/profiles/{hanako}").json()["version"] == 1

    applied = steward.post(f"/v1/shadow-runs/{run['id']}/apply")
    assert (applied.status_code, applied.json()["state"]) == (200, "applied")
    assert steward.get("/v1/models").json()["in_force"]["person"] == run["version"]
    assert steward.post(f"/v1/shadow-runs/{run['id']}/apply").status_code == 409

    back = steward.post("/v1/models/person/rollback").json()
    assert back["version"] == shipped(Kind.PERSON).version
    assert len(api.client.get(f"/v1/profiles/{hanako}").json()["records"]) == 2
    assert steward.post("/v1/models/person/rollback").status_code == 409


def test_what_is_no_model_and_what_is_not_there_is_told(steward: TestClient) -> None:
    answer = steward.post("/v1/shadow-runs", json={"document": "version: 1\nentity: cat\n"})
    assert (answer.status_code, answer.json()["kind"]) == (400, "model")
    assert steward.post("/v1/shadow-runs", json={"version": "nobody"}).status_code == 404
    assert steward.get("/v1/models/nobody").status_code == 404
    assert steward.get("/v1/shadow-runs/s_nobody").status_code == 404
