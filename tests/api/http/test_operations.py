"""Sources are synced, paused and resumed from elsewhere, by whoever may decide."""

from pathlib import Path

import pytest

from daifuku.secrets import load_box
from daifuku.settings import Settings
from daifuku.storage.repositories import jobs, sources
from sync.sources import add_source
from tests.api.http.conftest import Api

LINE = {"channel_access_token": "planted-token", "channel_secret": "planted-secret"}


@pytest.fixture
def line(api: Api, tmp_path: Path) -> str:
    """A source with two streams."""
    add_source(api.store, load_box(Settings(home=tmp_path)), "line", "line", LINE)
    return "/v1/sources/line"


def test_a_sync_is_asked_for_and_queued_once(api: Api, line: str) -> None:
    first = api.client.post(f"{line}/syncs", json={"streams": ["followers"], "full": True})
    again = api.client.post(f"{line}/syncs", json={"streams": ["followers"]})
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.headers["location"] == f"/v1/jobs/{first.json()['job']}"
    assert first.json()["job"] == again.json()["job"]
    with api.store.read() as tx:
        (job,) = jobs.in_states(tx, jobs.QUEUED)
    assert (job.args["source"], job.args["streams"], job.args["full"]) == (
        "line",
        ["followers"],
        True,
    )


def test_without_a_body_all_streams_go_on(api: Api, line: str) -> None:
    assert api.client.post(f"{line}/syncs").status_code == 202
    with api.store.read() as tx:
        (job,) = jobs.in_states(tx, jobs.QUEUED)
    assert job.args == {"source": "line"}


def test_a_stream_that_is_not_there_is_refused_and_queues_nothing(api: Api, line: str) -> None:
    answer = api.client.post(f"{line}/syncs", json={"streams": ["folowers"]})
    assert answer.status_code == 404
    assert "Known: followers, events." in answer.json()["detail"]
    with api.store.read() as tx:
        assert jobs.in_states(tx, jobs.QUEUED) == []


def test_a_source_is_paused_and_resumed(api: Api, line: str) -> None:
    assert api.client.post(f"{line}/pause").json() == {"source": "line", "paused": True}
    with api.store.read() as tx:
        assert sources.get(tx, "line").paused_reason == "paused by tests"
    assert api.client.post(f"{line}/resume").json() == {"source": "line", "paused": False}


@pytest.mark.parametrize("what", ["syncs", "pause", "resume"])
def test_a_source_that_is_not_there_is_not_found(api: Api, what: str) -> None:
    assert api.client.post(f"/v1/sources/nobody/{what}").status_code == 404
