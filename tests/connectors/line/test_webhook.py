"""Webhooks: the SDK's own signature code agrees with ours, and a redelivery is recognised."""

import base64
import hashlib
import hmac
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linebot.v3.webhook import SignatureValidator

from connectors import registry
from connectors.builtin.line.webhook import check_signature
from connectors.protocol import PushConnector
from daifuku.errors import AuthExpiredError, RecordError
from demo.simulators.line import LineSimulator
from tests.connectors.line.accounts import event, user

SECRET = "planted-channel-secret"


@pytest.fixture
def connector() -> PushConnector:
    config = {"channel_access_token": "t", "channel_secret": SECRET}
    return cast(PushConnector, registry.connect("line", config))


@pytest.fixture
def account() -> LineSimulator:
    return LineSimulator(secret=SECRET)


@given(st.binary(max_size=200), st.text(min_size=1, max_size=40))
def test_ours_takes_exactly_what_the_sdk_takes(noise: bytes, secret: str) -> None:
    account = LineSimulator(secret=secret)
    headers, body = account.delivery([event(1)])
    validator = SignatureValidator(secret)
    signature = headers["x-line-signature"]
    assert validator.validate(body.decode(), signature)
    check_signature(secret, headers, body)
    if noise:
        assert not validator.validate(body.decode() + noise.hex(), signature)
        with pytest.raises(AuthExpiredError):
            check_signature(secret, headers, body + noise.hex().encode())


@pytest.mark.parametrize("signature", [None, "", "x", "é", base64.b64encode(b"x" * 32).decode()])
def test_a_wrong_signature_is_refused(
    connector: PushConnector, account: LineSimulator, signature: str | None
) -> None:
    headers, body = account.delivery([event(1)])
    del headers["x-line-signature"]
    if signature is not None:
        headers["x-line-signature"] = signature
    with pytest.raises(AuthExpiredError, match="channel secret") as caught:
        connector.parse_webhook(headers, body)
    assert SECRET not in str(caught.value)


def test_events_by_their_own_ids_without_the_reply_token(
    connector: PushConnector, account: LineSimulator
) -> None:
    headers, body = account.delivery([event(1), event(2, "follow")])
    first, second = connector.parse_webhook(headers, body)
    assert (first.stream, first.external_id) == ("events", event(1)["webhookEventId"])
    assert first.data["source"] == {"type": "user", "userId": user(1)}
    assert second.data["type"] == "follow"
    assert "planted-reply-token" not in str([first, second])


def test_a_redelivery_is_the_same_delivery_and_the_same_records(
    connector: PushConnector, account: LineSimulator
) -> None:
    once = account.delivery([event(1), event(2)])
    again = account.delivery([event(1), event(2)], redelivered=True)
    assert once[1] != again[1]
    assert connector.delivery_id(*once) == connector.delivery_id(*again)
    assert connector.parse_webhook(*once) == connector.parse_webhook(*again)
    other = account.delivery([event(3)])
    assert connector.delivery_id(*other) != connector.delivery_id(*once)


def test_an_event_without_an_id_is_recognised_by_its_content(
    connector: PushConnector, account: LineSimulator
) -> None:
    old = {key: value for key, value in event(1).items() if key != "webhookEventId"}
    [once] = connector.parse_webhook(*account.delivery([old]))
    [again] = connector.parse_webhook(*account.delivery([old], redelivered=True))
    assert once.external_id == again.external_id


def test_lines_test_of_the_address_holds_no_event(
    connector: PushConnector, account: LineSimulator
) -> None:
    assert connector.parse_webhook(*account.delivery([])) == []
    assert connector.delivery_id(*account.delivery([]))


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"events": 5}', b'{"events": [1]}', b"\xff"])
def test_a_body_that_is_no_delivery(connector: PushConnector, body: bytes) -> None:
    signature = base64.b64encode(_hmac(body)).decode()
    with pytest.raises(RecordError, match="list of events"):
        connector.parse_webhook({"x-line-signature": signature}, body)


def _hmac(body: bytes) -> bytes:
    return hmac.digest(SECRET.encode(), body, hashlib.sha256)
