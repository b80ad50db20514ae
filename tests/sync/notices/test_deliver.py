"""Notices arrive: by mail in the reader's language, at a webhook signed; or it is said why not."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any, Literal

import orjson
import pytest
from aiosmtpd.controller import Controller

from daifuku.errors import ConfigError, SettingsError, TransientError, UserError
from daifuku.records import RunState
from daifuku.settings import Settings
from daifuku.storage.engine import Store
from daifuku.storage.repositories import notices, runs
from daifuku.storage.repositories.notices import IncidentKind
from sync.notices.deliver import deliver, send_test
from sync.notices.targets import add_target, shown_address
from sync.notices.watch import run_ended
from tests.support.hooks import Hook
from tests.support.scripted import BOX
from tests.support.servers import free_port

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


class Postbox:
    """A mail server that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 kept"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, Settings]]:
    box = Postbox()
    port = free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, Settings(smtp_url=f"smtp://127.0.0.1:{port}", mail_from="Daifuku <hub@example.jp>")
    server.stop()


@pytest.fixture
def incident(store: Store) -> int:
    with store.write() as tx:
        opened = notices.open_incident(
            tx, "shop", IncidentKind.FAILED, message="The key is refused.", at=NOW, run_id=7
        )
    assert opened is not None
    return opened


def test_a_mail_says_what_failed_in_the_readers_language(
    store: Store, postbox: tuple[Postbox, Settings], incident: int
) -> None:
    box, settings = postbox
    with store.write() as tx:
        add_target(tx, BOX, "ops", "ops@example.jp", language="ja")
    deliver(store, BOX, settings, "ops", incident, over=False)
    (mail,) = box.mails
    assert mail["To"] == "ops@example.jp"
    assert mail["Subject"] == "Daifuku: shop: 同期に失敗しています"
    assert "The key is refused." in mail.get_content()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            [
                "What: The source refuses the settings.",
                "Details: The key is refused.",
                "Next: Mend the settings",
                "daifuku source resume shop",
                "daifuku run show 1",
            ],
        ),
        ("ja", ["状況: 接続先が設定を", "対応: 設定を直し", "daifuku run show 1 --lang ja"]),
    ],
)
def test_a_notice_says_what_to_do(
    store: Store, hook: Hook, language: Literal["en", "ja"], words: list[str]
) -> None:
    with store.write() as tx:
        add_target(tx, BOX, "chat", hook.url, language=language, allow_private=True)
        run = runs.begin(tx, "shop", now=NOW, lease_until=NOW)
        error = "The key is refused."
        runs.finish(tx, run, RunState.FAILED, at=NOW, error=error, error_kind="config")
        run_ended(tx, runs.get(tx, run), NOW)
        (begun,) = notices.incidents(tx, lasting=True)
    deliver(store, BOX, Settings(), "chat", begun.id, over=False)
    ((_, body),) = hook.requests
    said = orjson.loads(body)
    assert [word for word in words if word not in said["text"]] == []
    assert said["advice"]["move"] == "you"


@pytest.mark.parametrize(("language", "word"), [("en", "See that a worker"), ("ja", "ワーカーが")])
def test_a_source_that_is_stale_is_told_with_what_to_look_at(
    store: Store, hook: Hook, language: Literal["en", "ja"], word: str
) -> None:
    with store.write() as tx:
        add_target(tx, BOX, "chat", hook.url, language=language, allow_private=True)
        begun = notices.open_incident(tx, "shop", IncidentKind.STALE, message="Long ago.", at=NOW)
    assert begun is not None
    deliver(store, BOX, Settings(), "chat", begun, over=False)
    ((_, body),) = hook.requests
    assert word in orjson.loads(body)["text"]


def test_a_webhook_gets_words_and_data_signed(store: Store, hook: Hook, incident: int) -> None:
    secret = "whsec_" + base64.b64encode(b"a key of the tests").decode()
    with store.write() as tx:
        add_target(tx, BOX, "chat", hook.url, secret=secret, allow_private=True)
        notices.close_incidents(tx, "shop", NOW)
    deliver(store, BOX, Settings(), "chat", incident, over=True)
    ((headers, body),) = hook.requests
    said = orjson.loads(body)
    assert said["type"] == "source.failed.over"
    assert said["text"].startswith("Daifuku: shop: its sync works again")
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(b"a key of the tests", signed, hashlib.sha256))
    assert headers["webhook-signature"] == f"v1,{expected.decode()}"


@pytest.mark.parametrize(("status", "error"), [(500, TransientError), (404, ConfigError)])
def test_a_webhook_that_fails_is_told_apart_from_one_that_is_gone(
    store: Store, hook: Hook, incident: int, status: int, error: type[Exception]
) -> None:
    hook.status = status
    with store.write() as tx:
        add_target(tx, BOX, "chat", hook.url, allow_private=True)
    with pytest.raises(error) as caught:
        deliver(store, BOX, Settings(), "chat", incident, over=False)
    assert "planted-key" not in str(caught.value)


def test_a_webhook_in_an_inner_network_is_refused_unless_it_may_be(
    store: Store, hook: Hook, incident: int
) -> None:
    with store.write() as tx:
        add_target(tx, BOX, "chat", hook.url)
    with pytest.raises(ConfigError, match="network"):
        deliver(store, BOX, Settings(), "chat", incident, over=False)
    assert hook.requests == []


def test_a_target_that_is_gone_is_told_nothing(store: Store, incident: int) -> None:
    deliver(store, BOX, Settings(), "nobody", incident, over=False)


def test_without_a_mail_server_it_is_said_what_to_set(store: Store) -> None:
    with store.write() as tx:
        target = add_target(tx, BOX, "ops", "ops@example.jp")
    with pytest.raises(SettingsError, match="DAIFUKU_SMTP_URL"):
        send_test(BOX, Settings(smtp_url=None), target)


def test_an_address_is_sealed_and_shown_without_its_key(store: Store) -> None:
    with store.write() as tx:
        target = add_target(tx, BOX, "chat", "https://hooks.example.com/planted-key")
    assert "planted-key" not in repr(target)
    assert shown_address(BOX, target) == "https://hooks.example.com/..."


def test_what_is_no_address_is_refused(store: Store) -> None:
    with store.write() as tx, pytest.raises(UserError, match="neither"):
        add_target(tx, BOX, "ops", "file:///etc/passwd")
