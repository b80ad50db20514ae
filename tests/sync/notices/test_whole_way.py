"""From a source that fails to the people who are told, through a worker."""

from datetime import UTC, datetime

import orjson
import pytest

from daifuku.errors import ConfigError
from daifuku.storage.engine import Store
from daifuku.storage.repositories import jobs
from sync.jobs.asking import SYNC
from sync.notices.targets import add_target
from sync.worker import EmbeddedWorker
from tests.support.deadline import until
from tests.support.hooks import Hook
from tests.support.scripted import BOX, add_scripted, play


@pytest.mark.usefixtures("scripted")
def test_a_source_that_fails_is_told_of_once_the_webhook_takes_it(
    store: Store, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_scripted(store, script=play(monkeypatch, ConfigError("The key is refused.")))
    with store.write() as tx:
        add_target(tx, BOX, "chat", hook.url, language="ja", allow_private=True)
        jobs.enqueue(tx, SYNC, {"source": "shop"}, now=datetime.now(UTC))
    with EmbeddedWorker(store, BOX, threads=1):
        until(lambda: hook.requests)
    said = orjson.loads(hook.requests[0][1])
    assert (said["type"], said["source"]) == ("source.failed.open", "shop")
    assert "同期に失敗しています" in said["text"]
