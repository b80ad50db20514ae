"""Signing in to sources over HTTP: begun with a steward's key, finished by any browser once."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from api.http.app import create_app
from daifuku.secrets import load_box
from daifuku.settings import Settings
from daifuku.storage.repositories import keys
from tests.api.http.conftest import SEEN, Api
from tests.support.signed import Members, add_signed, install


@pytest.fixture
def members(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Members]:
    install(monkeypatch)
    with Members() as running:
        add_signed(api.store, running, box=load_box(Settings(home=tmp_path)))
        yield running


def come_back(url: str) -> str:
    """The path and query that a browser which agrees is sent to."""
    back = httpx.URL(httpx.get(url, trust_env=False).headers["location"])
    return back.raw_path.decode()


def test_a_browser_signs_in(api: Api, members: Members) -> None:
    begun = api.client.post("/v1/sources/members/authorize").json()
    assert begun["redirect_uri"] == "http://testserver/oauth/callback"
    back = come_back(begun["url"])

    page = api.anonymous.get(back)

    assert page.status_code == 200
    assert "サインインしました" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert members.grants == ["authorization_code"]
    again = api.anonymous.get(back)
    assert again.status_code == 400
    assert "used or expired" in again.json()["detail"]


@pytest.mark.parametrize("query", ["", "?state=planted", "?state=planted&code=x&error=y"])
def test_a_strangers_answer_is_refused(api: Api, members: Members, query: str) -> None:
    refused = api.anonymous.get(f"/oauth/callback{query}")
    assert refused.status_code == 400
    assert "planted" not in refused.text
    assert members.grants == []


def test_an_owner_who_does_not_agree(api: Api, members: Members) -> None:
    members.denies = True
    begun = api.client.post("/v1/sources/members/authorize").json()
    refused = api.anonymous.get(come_back(begun["url"]))
    assert refused.status_code == 400
    assert "access_denied" in refused.json()["detail"]


def test_who_may_begin(api: Api, members: Members) -> None:
    assert api.anonymous.post("/v1/sources/members/authorize").status_code == 401
    with api.store.write() as tx:
        reader = keys.create(tx, "reader", SEEN)
    headers = {"Authorization": f"Bearer {reader}"}
    refused = api.anonymous.post("/v1/sources/members/authorize", headers=headers)
    assert refused.status_code == 403
    assert api.client.post("/v1/sources/nobody/authorize").status_code == 404
    assert not members.requests


def test_browsers_come_back_to_where_they_reach_the_hub(
    api: Api, members: Members, tmp_path: Path
) -> None:
    del members
    settings = Settings(home=tmp_path, public_url="https://hub.example.jp/daifuku/")
    app = create_app(api.store, settings, load_box(settings))
    with TestClient(app, headers=dict(api.client.headers)) as client:
        begun = client.post("/v1/sources/members/authorize").json()
    assert begun["redirect_uri"] == "https://hub.example.jp/daifuku/oauth/callback"


@pytest.mark.usefixtures("members")
def test_no_answer_about_a_source_shows_a_token(api: Api) -> None:
    begun = api.client.post("/v1/sources/members/authorize").json()
    api.anonymous.get(come_back(begun["url"]))
    shown = api.client.get("/v1/sources/members").text + api.client.get("/v1/sources").text
    assert "access_token" in shown
    assert '"access_token":"********"' in shown.replace(" ", "")
