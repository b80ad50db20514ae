"""What callers are told while the database does not answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.http.app import create_app
from daifuku.secrets import load_box
from daifuku.settings import Settings
from daifuku.storage.engine import open_store
from tests.support.servers import free_port


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(home=tmp_path)
    store = open_store(f"postgresql://hub:demo-secret@127.0.0.1:{free_port()}/hub")
    headers = {"Authorization": "Bearer dfk_any"}
    with TestClient(create_app(store, settings, load_box(settings)), headers=headers) as client:
        yield client
    store.close()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/profiles/lookup?email=hanako@example.jp"),
        ("GET", "/metrics"),
        ("POST", "/webhooks/line"),
        ("POST", "/forms/website/contact"),
        ("GET", "/oauth/callback?state=s&code=c"),
    ],
)
def test_it_is_to_be_tried_again(client: TestClient, method: str, path: str) -> None:
    """Senders of webhooks do by themselves: what was not stored is not acknowledged."""
    answer = client.request(method, path)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "daifuku doctor" in answer.json()["detail"]
    assert "demo-secret" not in answer.text
