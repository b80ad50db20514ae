"""A store that others have for too long: callers are asked to come again, and are not failed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from api.http.app import create_app
from daifuku.secrets import load_box
from daifuku.settings import Settings
from daifuku.storage.engine import Store
from daifuku.storage.repositories import inbox, keys
from sync.sources import add_source
from tests.api.http.conftest import SEEN
from tests.connectors.typeform.simulator import TypeformSimulator
from tests.support.busy import Other

PAGE = "https://www.example.jp"


@pytest.fixture
def client(busy_store: Store, tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(home=tmp_path)
    box = load_box(settings)
    typeform = {"access_token": "t", "webhook_secret": "demo-secret"}
    add_source(busy_store, box, "form", "typeform", typeform)
    forms = [{"id": "contact", "allowed_origins": [PAGE]}]
    add_source(busy_store, box, "website", "webform", {"forms": forms})
    with busy_store.write() as tx:
        key = keys.create(tx, "tests", SEEN, keys.Scope.STEWARD)
    headers = {"Authorization": f"Bearer {key}"}
    with TestClient(create_app(busy_store, settings, box), headers=headers) as client:
        yield client


def is_put_off(answer: Response) -> bool:
    return answer.status_code == 503 and int(answer.headers["retry-after"]) > 0


def test_the_sender_of_a_webhook_repeats_it(
    client: TestClient, busy_store: Store, other: Other
) -> None:
    headers, body = TypeformSimulator({}).delivery("contact", 7)
    other.keep()
    assert is_put_off(client.post("/webhooks/form", content=body, headers=headers))
    assert client.post("/webhooks/form", content=body, headers=headers).status_code == 200
    with busy_store.read() as tx:
        assert inbox.counts(tx, "form") == {inbox.RECEIVED: 1}


def test_a_page_is_told_in_words_that_it_may_read(client: TestClient, other: Other) -> None:
    post = {"data": {"email": "h@example.jp"}, "headers": {"Origin": PAGE}}
    other.keep()
    answer = client.post("/forms/website/contact", **post)
    assert is_put_off(answer)
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert client.post("/forms/website/contact", **post).status_code == 201


def test_so_is_who_changes_something_and_who_reads_is_answered(
    client: TestClient, other: Other
) -> None:
    other.keep()
    assert client.get("/v1/sources").status_code == 200
    answer = client.delete("/v1/pins/1")
    assert is_put_off(answer)
    assert answer.json()["kind"] == "busy"
    assert client.delete("/v1/pins/1").status_code == 404
