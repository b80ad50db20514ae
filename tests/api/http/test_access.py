"""Who may ask, and how refusals look."""

from datetime import UTC, datetime

import pytest

from api.http import keyring
from daifuku.storage.repositories import keys
from tests.api.http.conftest import Api

GUARDED = ["/v1/profiles/p_x", "/v1/profiles/lookup?email=a@b.jp", "/v1/sources", "/v1/sync-runs"]


@pytest.mark.parametrize("path", GUARDED)
def test_without_a_key_nothing_is_told(api: Api, path: str) -> None:
    answer = api.anonymous.get(path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "daifuku key create" in answer.json()["detail"]


def test_a_wrong_key_is_refused(api: Api) -> None:
    answer = api.anonymous.get("/v1/sources", headers={"Authorization": "Bearer dfk_wrong"})
    assert answer.status_code == 401


def test_health_needs_no_key(api: Api) -> None:
    assert api.anonymous.get("/healthz").json() == {"status": "ok"}
    assert api.anonymous.get("/readyz").json() == {"status": "ready"}


def test_a_webhook_to_nobody_is_not_found(api: Api) -> None:
    assert api.anonymous.post("/webhooks/nobody", content=b"{}").status_code == 404


def test_a_webhook_of_two_megabytes_is_refused(api: Api) -> None:
    answer = api.anonymous.post("/webhooks/line", content=b"x" * 2_000_000)
    assert answer.status_code == 413


def test_every_refusal_is_a_problem(api: Api) -> None:
    for answer in (
        api.anonymous.get("/v1/nothing"),
        api.client.get("/v1/sync-runs/x"),
        api.client.post("/healthz"),
    ):
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code


def test_the_document_of_the_api_is_served(api: Api) -> None:
    paths = api.anonymous.get("/openapi.json").json()["paths"]
    assert "/v1/profiles/{profile_id}" in paths


def test_a_revoked_key_is_refused(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "SECONDS", 0)
    assert api.client.get("/v1/sources").status_code == 200
    with api.store.write() as tx:
        (key,) = keys.list_all(tx)
        keys.revoke(tx, key.id, datetime.now(UTC))
    assert api.client.get("/v1/sources").status_code == 401
